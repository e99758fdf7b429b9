//! IPS publishers, through `/usr/bin/pkg` as a subprocess.
//!
//! `pkg -R` runs on files that the zone's root may have written, so it is for images of zones that are not running.

use crate::command::{Command, Output, READ};
use crate::{Error, ErrorKind, Result};

/// A publisher of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The name: `openindiana.org`.
    pub name: String,
    /// Whether packages of it are kept to it.
    pub sticky: bool,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Origins, in order.
    pub origins: Vec<String>,
    /// Mirrors, in order.
    pub mirrors: Vec<String>,
}

/// The publishers of the image at the host's absolute path `image`, in search order. No repository is contacted.
///
/// # Errors
/// [`ErrorKind::NotFound`] if there is no image; [`ErrorKind::Busy`] if another process has locked it; [`ErrorKind::Failed`].
///
/// # Source
/// pkg5 `src/client.py` (`publisher_list`); the columns are found by their headings.
pub fn publishers(image: &str) -> Result<Vec<Publisher>> {
    let command = pkg(image, ["publisher", "-F", "tsv"])?.deadline(READ);
    let output = run(&command)?;
    parse(&output.stdout).map_err(|line| {
        let operation = format!("read what `{}` printed", command.display());
        Error::new(
            ErrorKind::Failed,
            operation,
            format!("unexpected line {line:?}"),
        )
    })
}

/// Reads what `pkg publisher -F tsv` prints: a publisher has a line for each origin and mirror, or one without either.
///
/// # Errors
/// The line that is not of this form.
pub fn parse(text: &str) -> Result<Vec<Publisher>, String> {
    let mut lines = text.lines();
    let Some(heading) = lines.next() else {
        return Err(String::new());
    };
    let column = |name| {
        heading
            .split('\t')
            .position(|heading| heading == name)
            .ok_or_else(|| heading.to_owned())
    };
    let (name_at, sticky_at, enabled_at) =
        (column("PUBLISHER")?, column("STICKY")?, column("ENABLED")?);
    let (type_at, uri_at) = (column("TYPE")?, column("URI")?);
    let mut publishers: Vec<Publisher> = Vec::new();
    for line in lines {
        // A line without origins ends in tabs.
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| fields.get(at).copied().ok_or_else(|| line.to_owned());
        let flag = |at: usize| match field(at)? {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(line.to_owned()),
        };
        let (name, sticky, enabled) = (field(name_at)?, flag(sticky_at)?, flag(enabled_at)?);
        if !is_name(name) {
            return Err(line.to_owned());
        }
        let at = publishers
            .iter()
            .position(|publisher| publisher.name == name)
            .unwrap_or(publishers.len());
        if at == publishers.len() {
            publishers.push(Publisher {
                name: name.to_owned(),
                sticky,
                enabled,
                origins: Vec::new(),
                mirrors: Vec::new(),
            });
        }
        let publisher = &mut publishers[at];
        // The column says of each origin whether that one is enabled.
        publisher.enabled |= enabled;
        match (field(type_at)?, field(uri_at)?) {
            ("origin", uri) if !uri.is_empty() => publisher.origins.push(uri.to_owned()),
            ("mirror", uri) if !uri.is_empty() => publisher.mirrors.push(uri.to_owned()),
            ("", "") => {}
            _ => return Err(line.to_owned()),
        }
    }
    Ok(publishers)
}

/// Adds the publisher to the image, or replaces its origins. The repository is not contacted.
///
/// # Errors
/// As [`publishers`]; [`ErrorKind::Invalid`] for a name or an origin that pkg would not take, or without an origin.
pub fn set_publisher(image: &str, name: &str, origins: &[String], sticky: bool) -> Result<()> {
    let invalid = |reason: String| {
        Error::new(
            ErrorKind::Invalid,
            format!("set publisher {name} of image {image}"),
            reason,
        )
    };
    if !is_name(name) {
        return Err(invalid(
            "a publisher's name is letters, digits, '-', '_' and '.', the first a letter or digit"
                .to_owned(),
        ));
    }
    if let Some(origin) = origins.iter().find(|origin| !is_uri(origin)) {
        return Err(invalid(format!("{origin:?} is no URI of a repository")));
    }
    let mut args = vec!["set-publisher".to_owned(), "--no-refresh".to_owned()];
    args.push(if sticky { "--sticky" } else { "--non-sticky" }.to_owned());
    match origins {
        [] => return Err(invalid("it needs an origin".to_owned())),
        [origin] => args.extend(["-O".to_owned(), origin.clone()]),
        origins => {
            // Only one origin can replace the others; of several, the old ones are taken away and the new ones added.
            if publishers(image)?
                .iter()
                .any(|publisher| publisher.name == name)
            {
                args.extend(["-G".to_owned(), "*".to_owned()]);
            }
            args.extend(
                origins
                    .iter()
                    .flat_map(|origin| ["-g".to_owned(), origin.clone()]),
            );
        }
    }
    args.push(name.to_owned());
    run(&pkg(image, args)?).map(drop)
}

/// `pkg -R IMAGE …`.
fn pkg<I: IntoIterator<Item = S>, S: Into<String>>(image: &str, args: I) -> Result<Command> {
    if !image.starts_with('/') {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("use image {image}"),
            "it is no absolute path",
        ));
    }
    Ok(Command::new("/usr/bin/pkg").args(["-R", image]).args(args))
}

fn run(command: &Command) -> Result<Output> {
    let output = command.output(&mut |_, _| {})?;
    let kind = match output.status {
        // 4 is that there was nothing to do.
        Some(0 | 4) if !output.truncated => return Ok(output),
        Some(7) => ErrorKind::Busy,
        _ if output.stderr.contains("No image rooted at") => ErrorKind::NotFound,
        _ if output.stderr.contains("ermission denied")
            || output.stderr.contains("nsufficient access") =>
        {
            ErrorKind::PermissionDenied
        }
        _ => ErrorKind::Failed,
    };
    Err(command.failure(kind, &output))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Whether it has a scheme, or is a path; neither can be an option of pkg.
fn is_uri(uri: &str) -> bool {
    let scheme = uri.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (scheme || uri.starts_with('/')) && !uri.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADING: &str = "PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\n";

    #[test]
    fn publishers_are_read() {
        let lines = "omnios\ttrue\tfalse\ttrue\torigin\tonline\thttps://pkg.omnios.org/core/\t-\n\
                     omnios\ttrue\tfalse\tfalse\torigin\tdisabled\thttps://b/\t-\n\
                     omnios\ttrue\tfalse\ttrue\tmirror\tonline\thttps://m/\thttp://p\n\
                     extra\tfalse\tfalse\tfalse\torigin\tonline\tfile:///x\t-\n\
                     empty\ttrue\tfalse\ttrue\t\t\t\t\n";
        let publishers = parse(&format!("{HEADING}{lines}")).unwrap();
        let publisher =
            |name: &str, sticky, enabled, origins: &[&str], mirrors: &[&str]| Publisher {
                name: name.to_owned(),
                sticky,
                enabled,
                origins: origins.iter().map(|&uri| uri.to_owned()).collect(),
                mirrors: mirrors.iter().map(|&uri| uri.to_owned()).collect(),
            };
        let expected = [
            publisher(
                "omnios",
                true,
                true,
                &["https://pkg.omnios.org/core/", "https://b/"],
                &["https://m/"],
            ),
            publisher("extra", false, false, &["file:///x"], &[]),
            publisher("empty", true, true, &[], &[]),
        ];
        assert_eq!(publishers, expected);
        assert_eq!(parse(HEADING).unwrap(), []);
    }

    #[test]
    fn a_further_column_does_not_matter_and_a_missing_one_does() {
        let text = "NEW\tPUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\nx\ta\ttrue\tfalse\ttrue\torigin\tonline\thttp://a\t-\n";
        assert_eq!(parse(text).unwrap()[0].origins, ["http://a"]);
        for bad in [
            "",
            "PUBLISHER\tSTICKY\n",
            &format!("{HEADING}a\n"),
            &format!("{HEADING}a\tmaybe\tfalse\ttrue\t\t\t\t\n"),
            &format!("{HEADING}\n"),
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_pkg_would_take_for_something_else_is_refused() {
        let set = |name: &str, origins: &[&str]| {
            let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
            set_publisher("/zones/web01/root", name, &origins, true)
                .unwrap_err()
                .kind()
        };
        for name in ["", "-x", "a b", "a/b", ".a"] {
            assert_eq!(set(name, &["https://a/"]), ErrorKind::Invalid, "{name:?}");
        }
        for origin in [
            "",
            "-x",
            "a",
            "https://",
            "https://a b",
            "://a",
            "https://a\n",
        ] {
            assert_eq!(set("a.org", &[origin]), ErrorKind::Invalid, "{origin:?}");
        }
        assert_eq!(set("a.org", &[]), ErrorKind::Invalid);
        assert_eq!(
            publishers("zones/web01").unwrap_err().kind(),
            ErrorKind::Invalid
        );
    }

    proptest! {
        #[test]
        fn any_output_is_read_or_refused(text in "[a-z\t\n:/]{0,80}") {
            let _ = parse(&text);
            let _ = parse(&format!("{HEADING}{text}"));
        }
    }
}
