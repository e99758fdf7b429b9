//! Which brands the host has, and what they allow.

use std::path::PathBuf;

/// Where the host keeps `file` of `brand`, if the name can be one.
fn place(brand: &str, file: &str) -> Option<PathBuf> {
    let bad = brand.is_empty() || brand.starts_with('.') || brand.contains(['/', '\0']);
    (!bad).then(|| crate::host_path(format!("/usr/lib/brand/{brand}/{file}")))
}

/// Whether the brand is installed: `/usr/lib/brand/BRAND/config.xml` exists.
#[must_use]
pub fn is_installed(brand: &str) -> bool {
    place(brand, "config.xml").is_some_and(|path| path.is_file())
}

/// The installed brands, sorted.
#[must_use]
pub fn installed() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(crate::host_path("/usr/lib/brand")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_installed(name))
        .collect();
    names.sort();
    names
}

/// Whether zones of the brand may have `ip-type` `exclusive`: not if its `platform.xml` says `allow-exclusive-ip="false"`.
#[must_use]
pub fn allows_exclusive_ip(brand: &str) -> bool {
    let text = place(brand, "platform.xml").and_then(|path| std::fs::read_to_string(path).ok());
    text.is_none_or(|text| attribute(&text, "allow-exclusive-ip") != Some("false"))
}

/// The value of the first attribute of that name: enough for a flag of the root element.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = &text[text.find(name)? + name.len()..];
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere() {
        for name in ["", ".", "..", "../x", "a/b"] {
            assert!(!is_installed(name), "{name}");
        }
    }

    #[test]
    fn flags_of_the_root_element() {
        let text = "<platform name=\"x\" allow-exclusive-ip = 'false'>";
        assert_eq!(attribute(text, "allow-exclusive-ip"), Some("false"));
        assert_eq!(attribute(text, "nothing"), None);
    }
}
