//! `--set NAME=VALUE`: a setting as it would be written into a document.

use crate::failure::Code;
use std::fmt::Write as _;

use crate::documents::extend::extend_settings;
use crate::documents::model::Settings;
use crate::documents::{Source, decode_zone};
use crate::{ExitCode, Failure};

/// The settings that `NAME=VALUE` options stand for; later ones over earlier ones.
pub(super) fn settings(options: &[String]) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    for option in options {
        let Some((name, value)) = option.split_once('=').filter(|(name, _)| !name.is_empty())
        else {
            let message = format!("--set {option}: expected NAME=VALUE");
            return Err(Failure::new(ExitCode::Usage, Code::Usage, message));
        };
        settings = extend_settings(&settings, &setting(name, value)?);
    }
    Ok(settings)
}

/// One setting. A value is tried as a text first, then as a number or truth value: the table of nodes decides what fits.
fn setting(name: &str, value: &str) -> Result<Settings, Failure> {
    let bare = match value {
        "true" => Some("#true".to_owned()),
        "false" => Some("#false".to_owned()),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(number.to_owned()),
        _ => None,
    };
    let quoted = decode(name, &quote(value));
    let failure = match (quoted, bare.map(|bare| decode(name, &bare))) {
        (Ok(settings), _) | (_, Some(Ok(settings))) => return Ok(settings),
        (Err(failure), None) | (_, Some(Err(failure))) => failure,
    };
    let refused = Failure::new(
        ExitCode::Usage,
        Code::Usage,
        format!("--set {name}={value}: {}", failure.message),
    );
    Err(match failure.help {
        Some(help) => refused.with_help(help),
        None => refused,
    })
}

/// Reads `a.b VALUE` as a registry entry that says nothing else.
fn decode(name: &str, value: &str) -> Result<Settings, Failure> {
    let names: Vec<&str> = name.split('.').collect();
    let mut text = String::from("zone \"x\" {\n");
    for (depth, part) in names.iter().enumerate() {
        let _ = write!(text, "{}", quote(part));
        text.push_str(if depth + 1 == names.len() {
            " "
        } else {
            " {\n"
        });
    }
    text.push_str(value);
    text.push('\n');
    text.extend(std::iter::repeat_n("}\n", names.len()));
    let entry =
        decode_zone(&Source::new("--set", text), None).map_err(crate::documents::combine)?;
    if *entry.settings == Settings::default() {
        return Err(Failure::new(
            ExitCode::Usage,
            Code::Usage,
            "it is not a setting of a zone",
        ));
    }
    Ok(*entry.settings)
}

/// `text` as a KDL string.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[&str]) -> Result<Settings, Failure> {
        settings(
            &options
                .iter()
                .map(|option| (*option).to_owned())
                .collect::<Vec<String>>(),
        )
    }

    #[test]
    fn values_of_every_type() {
        let options = [
            "autoboot=true",
            "capped-memory.physical=4G",
            "bootargs=-m verbose",
            "cpu-shares=20",
            "hostid=0123",
        ];
        let settings = of(&options).unwrap();
        assert_eq!(settings.autoboot, Some(true));
        assert_eq!(settings.capped_memory.physical, Some(4 << 30));
        assert_eq!(settings.bootargs.as_deref(), Some("-m verbose"));
        assert_eq!(settings.cpu_shares, Some(20));
        assert_eq!(settings.hostid.as_deref(), Some("0123"));
    }

    #[test]
    fn the_later_one_counts() {
        assert_eq!(
            of(&["brand=ipkg", "brand=lipkg"]).unwrap().brand.as_deref(),
            Some("lipkg")
        );
        let both = of(&["capped-memory.physical=1G", "capped-memory.swap=2G"]).unwrap();
        assert_eq!(
            (both.capped_memory.physical, both.capped_memory.swap),
            (Some(1 << 30), Some(2 << 30))
        );
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        for option in [
            "autoboot",
            "=x",
            "autoboot=maybe",
            "colour=red",
            "a\"b=c",
            "net=internal",
            "brand=a\"} }",
        ] {
            match of(&[option]) {
                Ok(settings) => assert_eq!(settings.brand.as_deref(), Some("a\"} }"), "{option}"),
                Err(failure) => assert_eq!(failure.exit, ExitCode::Usage, "{option}"),
            }
        }
    }
}
