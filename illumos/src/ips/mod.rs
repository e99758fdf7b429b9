//! IPS publishers, through `/usr/bin/pkg` as a subprocess.
//!
//! `pkg -R` runs on files that the zone's root may have written, so it is for images of zones that are not running, and for those that
//! the host's own pkg looks into at every update.

mod setting;
mod uri;

pub use setting::{Rank, Refreshed, Setting, refresh, refresh_command};
pub use uri::{InvalidUri, RepositoryUri, without_credentials};

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
    /// Origins that are enabled; pkg sorts them.
    pub origins: Vec<RepositoryUri>,
    /// Origins that are not.
    pub disabled_origins: Vec<RepositoryUri>,
    /// Mirrors; pkg sorts them.
    pub mirrors: Vec<RepositoryUri>,
}

/// The publishers of the image at the host's absolute path `image`, in search order. No repository is contacted, and that another
/// process has locked the image does not matter.
///
/// # Errors
/// [`ErrorKind::NotFound`] if there is no image; [`ErrorKind::PermissionDenied`] if it is not for this user; [`ErrorKind::Failed`].
///
/// # Source
/// pkg5 `src/client.py` (`publisher_list`); the columns are found by their headings. The column ENABLED is that of an origin: which
/// publishers are enabled, only a second listing says.
pub fn publishers(image: &str) -> Result<Vec<Publisher>> {
    let mut publishers = listed(image, &["publisher", "-F", "tsv"])?;
    let enabled = enabled_publishers(image)?;
    for publisher in &mut publishers {
        publisher.enabled = enabled.iter().any(|enabled| enabled.name == publisher.name);
    }
    Ok(publishers)
}

/// The enabled publishers of an image, in search order.
///
/// # Errors
/// As [`publishers`].
pub fn enabled_publishers(image: &str) -> Result<Vec<Publisher>> {
    let mut publishers = listed(image, &["publisher", "-n", "-F", "tsv"])?;
    for publisher in &mut publishers {
        publisher.enabled = true;
    }
    Ok(publishers)
}

fn listed(image: &str, args: &[&str]) -> Result<Vec<Publisher>> {
    let command = pkg(image, args.iter().copied())?.deadline(READ);
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
/// Whether a publisher with origins is enabled is not in it: it counts as enabled.
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
        // One that begins with a dash can be there, if it cannot be set here.
        if !is_name(name.trim_start_matches('-')) {
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
                enabled: true,
                origins: Vec::new(),
                disabled_origins: Vec::new(),
                mirrors: Vec::new(),
            });
        }
        let publisher = &mut publishers[at];
        match (field(type_at)?, field(uri_at)?) {
            ("origin", uri) if !uri.is_empty() => {
                let origins = if enabled {
                    &mut publisher.origins
                } else {
                    &mut publisher.disabled_origins
                };
                origins.push(RepositoryUri::listed(uri));
            }
            ("mirror", uri) if !uri.is_empty() => {
                publisher.mirrors.push(RepositoryUri::listed(uri));
            }
            ("", "") => publisher.enabled = enabled,
            _ => return Err(line.to_owned()),
        }
    }
    Ok(publishers)
}

/// `pkg -R IMAGE …`.
fn pkg<I: IntoIterator<Item = S>, S: Into<String>>(image: &str, args: I) -> Result<Command> {
    if !image.starts_with('/') {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("use image {image}"),
            "it is not an absolute path",
        ));
    }
    Ok(Command::new("/usr/bin/pkg").args(["-R", image]).args(args))
}

fn run(command: &Command) -> Result<Output> {
    let output = command.output(&mut |_, _| {})?;
    match kind(&output) {
        None => Ok(output),
        Some(kind) => Err(command.failure(kind, &output)),
    }
}

/// What kind of failure it is, if it is one. set-publisher ends with 1 whatever the reason; only its words tell.
fn kind(output: &Output) -> Option<ErrorKind> {
    let said = |text: &str| output.stderr.contains(text);
    match output.status {
        // 4 is that there was nothing to do.
        Some(0 | 4) if !output.truncated => None,
        Some(7) => Some(ErrorKind::Busy),
        _ if said("currently in use by another package client") => Some(ErrorKind::Busy),
        _ if said("No image rooted at") => Some(ErrorKind::NotFound),
        Some(51) => Some(ErrorKind::PermissionDenied),
        _ if said("ermission denied")
            || said("nsufficient access")
            || said("insufficient permissions") =>
        {
            Some(ErrorKind::PermissionDenied)
        }
        _ => Some(ErrorKind::Failed),
    }
}

/// What a name of a publisher is made of, here: pkg takes one that begins with a dash, as hardly any other program would.
const NAME_RULE: &str =
    "a publisher's name is made of letters, digits, '-' and '.', and begins with a letter or digit";

/// Whether pkg takes it as the name of a publisher, and no program takes it as an option.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
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
                     omnios\ttrue\tfalse\tfalse\tmirror\tonline\thttps://m/\thttp://user:pw@p\n\
                     extra\tfalse\tfalse\ttrue\torigin\tonline\tfile:///x/\t-\n\
                     empty\ttrue\tfalse\tfalse\t\t\t\t\n";
        let publishers = parse(&format!("{HEADING}{lines}")).unwrap();
        let shown: Vec<String> = publishers
            .iter()
            .map(|publisher| format!("{publisher:?}"))
            .collect();
        let uris = |uris: &str| {
            if uris.is_empty() {
                "[]".to_owned()
            } else {
                format!("[{uris:?}]")
            }
        };
        let publisher = |name: &str, sticky, enabled, origins, disabled, mirrors| {
            format!(
                "Publisher {{ name: {name:?}, sticky: {sticky}, enabled: {enabled}, origins: {}, disabled_origins: {}, mirrors: {} }}",
                uris(origins),
                uris(disabled),
                uris(mirrors)
            )
        };
        let expected = [
            publisher(
                "omnios",
                true,
                true,
                "https://pkg.omnios.org/core/",
                "https://b/",
                "https://m/",
            ),
            publisher("extra", false, true, "file:///x/", "", ""),
            publisher("empty", true, false, "", "", ""),
        ];
        assert_eq!(shown, expected);
        assert_eq!(parse(HEADING).unwrap(), []);
    }

    #[test]
    fn the_words_tell_what_kind_of_failure_it_is() {
        let kind = |status, stderr: &str| {
            kind(&Output {
                status: Some(status),
                signal: None,
                stdout: String::new(),
                stderr: stderr.to_owned(),
                truncated: false,
            })
        };
        assert_eq!((kind(0, ""), kind(4, "")), (None, None));
        let locked =
            "\nThe image cannot be modified as it is currently in use by another package client.\n";
        for (status, stderr, expected) in [
            (1, locked, ErrorKind::Busy),
            (7, "pkg: whatever", ErrorKind::Busy),
            (1, "pkg: No image rooted at '/z/root'", ErrorKind::NotFound),
            (
                1,
                "\nInsufficient access to complete the requested operation.\n",
                ErrorKind::PermissionDenied,
            ),
            (
                1,
                "because of insufficient permissions. Please",
                ErrorKind::PermissionDenied,
            ),
            (
                1,
                "\n'a_b' is not a valid publisher name.",
                ErrorKind::Failed,
            ),
            (99, "Traceback", ErrorKind::Failed),
        ] {
            assert_eq!(kind(status, stderr), Some(expected), "{stderr}");
        }
    }

    #[test]
    fn a_further_column_does_not_matter_and_a_missing_one_does() {
        let text = "NEW\tPUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\nx\ta\ttrue\tfalse\ttrue\torigin\tonline\thttp://a\t-\n";
        assert_eq!(parse(text).unwrap()[0].origins[0].as_str(), "http://a/");
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

    proptest! {
        #[test]
        fn any_output_is_read_or_refused(text in "[a-z\t\n:/]{0,80}") {
            let _ = parse(&text);
            let _ = parse(&format!("{HEADING}{text}"));
        }
    }
}
