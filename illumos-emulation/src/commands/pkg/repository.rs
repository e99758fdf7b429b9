//! What repositories answer. A `file:` repository is a directory of the host with a file `pkg5.repository`, and a directory below
//! `publisher` for each publisher it has. Those of a network answer for whatever publisher is asked, unless the settings
//! `unreachable-repositories` (beginnings of URIs) and `repositories` (`URI=PUBLISHER+PUBLISHER`) say otherwise.

use super::image::{Location, Publisher};
use crate::Host;

/// What an origin said when it was asked for its publishers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has whatever publisher is asked for.
    Any,
    /// It has these.
    These(Vec<String>),
    /// It did not answer, or is not a repository; the reason.
    Nothing(String),
}

impl Answer {
    /// Whether it has packages of the publisher.
    pub(super) fn has(&self, publisher: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(names) => names.iter().any(|name| name == publisher),
            Self::Nothing(_) => false,
        }
    }
}

/// Asks the repository at a URI.
pub(super) fn ask(host: &Host, uri: &str) -> Answer {
    if let Some(path) = uri.strip_prefix("file://") {
        let place = host.path(path);
        if !place.join("pkg5.repository").is_file() {
            let reason = format!(
                "file protocol error: code: E_HTTP_NOT_FOUND (22) reason: The path '{}' does not contain a valid package repository.\nRepository URL: '{}'.",
                path.trim_end_matches('/'),
                uri.trim_end_matches('/')
            );
            return Answer::Nothing(reason);
        }
        let entries = std::fs::read_dir(place.join("publisher"));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        return Answer::These(names);
    }
    let setting = |name| host.setting(name).unwrap_or_default();
    let nothing = |what: &str| {
        Answer::Nothing(format!(
            "Unable to contact valid package repository: {uri}\nEncountered the following error(s):\n  {what}\nURL: '{}' (happened 4 times)",
            uri.trim_end_matches('/')
        ))
    };
    if setting("unreachable-repositories")
        .split(',')
        .any(|beginning| !beginning.trim().is_empty() && uri.starts_with(beginning.trim()))
    {
        return nothing(
            "Framework error: code: E_COULDNT_CONNECT (7) reason: Could not connect to server",
        );
    }
    for repository in setting("repositories").split(',') {
        // The URI may have an equals sign of its own.
        let Some((known, publishers)) = repository.trim().rsplit_once('=') else {
            continue;
        };
        if known.trim_end_matches('/') != uri.trim_end_matches('/') {
            continue;
        }
        if publishers.is_empty() {
            return nothing("http protocol error: code: 404 reason: Not Found");
        }
        return Answer::These(publishers.split('+').map(str::to_owned).collect());
    }
    Answer::Any
}

/// What became of the catalog of a publisher.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refreshed {
    Whole,
    /// Some of its origins did not answer; the reason.
    Part(String),
    Not(String),
}

/// Fetches the catalog of a publisher from its origins.
pub(super) fn refresh(host: &Host, publisher: &Publisher) -> Refreshed {
    let origins: Vec<&Location> = publisher
        .origins
        .iter()
        .filter(|origin| !origin.disabled)
        .collect();
    let mut silent = Vec::new();
    for origin in &origins {
        match ask(host, &origin.uri) {
            Answer::Nothing(reason) => silent.push(reason),
            answer if answer.has(&publisher.name) => {}
            _ => {
                return Refreshed::Not(format!(
                    "file protocol error: code: E_TFTP_ILLEGAL (71) reason: No publisher matching '{}' could be found.\nRepository URL: '{}'.",
                    publisher.name,
                    origin.uri.trim_end_matches('/')
                ));
            }
        }
    }
    if silent.is_empty() {
        return Refreshed::Whole;
    }
    let whole = silent.len() == origins.len();
    let reason = format!(
        "{}/{} repositories for publisher '{}' could not be {}.\n\n{}\n",
        silent.len(),
        origins.len(),
        publisher.name,
        if whole {
            "reached for catalog refresh"
        } else {
            "refreshed"
        },
        silent.join("\n\n")
    );
    if whole {
        Refreshed::Not(reason)
    } else {
        Refreshed::Part(reason)
    }
}
