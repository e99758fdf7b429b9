//! `NAME=VALUE` words: settings of a net as its block in a template has them.

use crate::failure::Code;
use std::fmt::Write as _;
use std::net::IpAddr;

use crate::commands::setting::quote;
use crate::documents::model::{Template, TemplateNet};
use crate::documents::{Source, decode_template};
use crate::ipam::Request;
use crate::{ExitCode, Failure};

/// What the words say.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// `address=ADDRESS` and `address=FIRST-LAST`.
    pub(super) requests: Vec<Request>,
    /// Names and values of everything else, in order.
    pub(super) settings: Vec<(String, String)>,
}

fn usage(message: String) -> Failure {
    Failure::new(ExitCode::Usage, Code::Usage, message)
}

/// Reads the words.
pub(super) fn words(texts: &[String]) -> Result<Words, Failure> {
    let mut words = Words::default();
    for text in texts {
        let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(usage(format!("{text}: expected NAME=VALUE"))
                .with_help("for example vlan=20, or address=10.0.0.42"));
        };
        if name != "address" {
            if words.settings.iter().any(|(known, _)| known == name) && name != "linkprop" {
                return Err(usage(format!("{name} is given twice")));
            }
            words.settings.push((name.to_owned(), value.to_owned()));
            continue;
        }
        let address = |text: &str| -> Result<IpAddr, Failure> {
            let wrong = || usage(format!("{name}={value}: expected an address or FIRST-LAST"));
            text.parse().map_err(|_| wrong())
        };
        words.requests.push(match value.split_once('-') {
            Some((first, last)) => Request::Range(address(first)?, address(last)?),
            None => Request::Address(address(value)?),
        });
    }
    Ok(words)
}

/// The net that the settings make: read as a block of a template, so that the table of nodes decides what fits.
pub(super) fn net(name: &str, settings: &[(String, String)]) -> Result<TemplateNet, Failure> {
    let mut text = format!("template \"x\" {{\nnet {} {{\n", quote(name));
    for (setting, value) in settings {
        if setting == "linkprop" {
            let Some((property, value)) = value.split_once('=') else {
                return Err(usage(format!(
                    "linkprop={value}: expected linkprop=NAME=VALUE"
                )));
            };
            let _ = writeln!(text, "linkprop {} {}", quote(property), quote(value));
            continue;
        }
        let value = match value.as_str() {
            "true" => "#true".to_owned(),
            "false" => "#false".to_owned(),
            number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                number.to_owned()
            }
            other => quote(other),
        };
        let _ = writeln!(text, "{} {value}", quote(setting));
    }
    text.push_str("}\n}\n");
    let source = Source::new("NAME=VALUE", text);
    let template: Template = decode_template(&source, None).map_err(|problems| {
        // The place is in no file.
        let problem = problems.into_iter().next();
        let mut failure = problem.unwrap_or_else(|| usage("not a setting of a net".to_owned()));
        failure.exit = ExitCode::Usage;
        failure.location = None;
        failure
    })?;
    let first = template.nets.into_iter().next();
    first.ok_or_else(|| usage("not a setting of a net".to_owned()))
}
