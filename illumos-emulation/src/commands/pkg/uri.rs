//! Names of publishers and URIs of repositories, as pkg(1) takes and keeps them (omniosorg/pkg5 src/modules/misc.py,
//! src/modules/client/publisher.py).

/// Whether a publisher can have this name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-') && name.bytes().all(is_part)
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

/// What an operand becomes before it is checked: a path becomes a URI, the scheme lower case. A relative path is one below `/`, where
/// the commands of a host begin.
pub(super) fn absolute(operand: &str) -> String {
    if !operand.contains("://") && !operand.starts_with("file:/") {
        return format!("file://{}", quoted(&plain(operand)));
    }
    // Before an empty scheme stands that of files.
    let (scheme, rest) = match operand.split_once(':') {
        Some((scheme, rest)) if !scheme.is_empty() => (scheme.to_ascii_lowercase(), rest),
        _ => return format!("file:{operand}"),
    };
    let path = match rest.strip_prefix("//") {
        Some(path) if scheme == "file" && path.starts_with('/') => path,
        None if scheme == "file" => rest,
        _ => return format!("{scheme}:{rest}"),
    };
    format!("file:///{}", path.trim_start_matches('/'))
}

/// The path from `/`, without `.`, `..` and doubled slashes.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The path as part of a URI.
fn quoted(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/_.-~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The URI as it is kept: with a slash at its end.
pub(super) fn kept(operand: &str) -> Result<String, String> {
    let uri = absolute(operand);
    check(&uri)?;
    Ok(format!("{}/", uri.trim_end_matches('/')))
}

fn check(uri: &str) -> Result<(), String> {
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let fits = match scheme {
        "file" => rest
            .strip_prefix("//")
            .is_none_or(|path| path.starts_with('/')),
        "http" | "https" => rest
            .strip_prefix("//")
            .is_some_and(|rest| is_host(rest.split(['/', '?']).next().unwrap_or_default())),
        _ => {
            return Err(format!(
                "The URI '{uri}' uses the unsupported scheme '{scheme}'.  Supported schemes are file://, http://, and https://."
            ));
        }
    };
    if fits {
        Ok(())
    } else {
        Err(format!("'{uri}' is not a valid URI."))
    }
}

/// Whether it is a host, with a port or without, and without a user.
fn is_host(authority: &str) -> bool {
    if let Some(literal) = authority.strip_prefix('[') {
        let Some((address, rest)) = literal.split_once(']') else {
            return false;
        };
        return address.contains(':')
            && address
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
            && (rest.is_empty() || rest.starts_with(':'));
    }
    let host = authority.split(':').next().unwrap_or_default();
    !authority.contains('@')
        && host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        && host.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::{is_name, kept};

    #[test]
    fn a_uri_is_kept_with_a_slash_at_its_end() {
        for (operand, uri) in [
            ("http://a", "http://a/"),
            ("HTTP://A/UP", "http://A/UP/"),
            ("http://a/?x=1", "http://a/?x=1/"),
            ("http://[::1]:80/a", "http://[::1]:80/a/"),
            ("/repo//", "file:///repo/"),
            ("file:/repo", "file:///repo/"),
            ("repo", "file:///repo/"),
            ("/repo/a b", "file:///repo/a%20b/"),
            ("://a", "file:://a/"),
            ("file:///a b", "file:///a b/"),
        ] {
            assert_eq!(kept(operand).as_deref(), Ok(uri));
        }
    }

    #[test]
    fn what_no_repository_can_have_is_refused() {
        for operand in [
            "http://",
            "http:///x",
            "http://a b/",
            "file://host/x",
            "http://u:p@a/",
            "http://u@a",
            "http://_a/",
        ] {
            let shown = format!("'{operand}' is not a valid URI.");
            assert_eq!(kept(operand), Err(shown));
        }
        assert!(
            kept("ftp://a/")
                .unwrap_err()
                .contains("unsupported scheme 'ftp'")
        );
        for name in ["a_b", ".a", "a:b", "", "a b", "a/b"] {
            assert!(!is_name(name), "{name}");
        }
        assert!(["A.B", "a..b", "1a", "-x"].into_iter().all(is_name));
    }
}
