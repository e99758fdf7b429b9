//! Which zones a command is about: names, patterns, or all.

use crate::failure::Code;
use clap::Args;
use illumos::zone::ZoneName;

use crate::documents::model::Documents;
use crate::documents::values::nearest;
use crate::observe::Observed;
use crate::{ExitCode, Failure};

/// The zones that a command is about.
#[derive(Debug, Args)]
pub(super) struct SelectArgs {
    /// The names of the zones; * matches any characters, ? matches one character
    #[arg(required_unless_present = "all", value_name = "NAME", add = crate::commands::args::complete::zone())]
    pub(super) names: Vec<String>,
    /// Every registered zone
    #[arg(long, conflicts_with = "names")]
    pub(super) all: bool,
}

/// The zones that a command is about, all registered ones if none is named.
#[derive(Debug, Args)]
pub(super) struct AnyArgs {
    /// The names of the zones; * matches any characters, ? matches one character [default: every registered zone]
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    names: Vec<String>,
}

impl AnyArgs {
    /// As [`SelectArgs::zones`].
    pub(super) fn zones(
        &self,
        documents: &Documents,
        observed: &Observed,
    ) -> Result<Vec<ZoneName>, Failure> {
        let select = SelectArgs {
            names: self.names.clone(),
            all: self.names.is_empty(),
        };
        select.zones(documents, observed)
    }
}

impl SelectArgs {
    /// The registered zones that are meant, in the order given; patterns and `--all` in the order of the names. A zone of the host that
    /// is not registered can be meant by its name alone.
    pub(super) fn zones(
        &self,
        documents: &Documents,
        observed: &Observed,
    ) -> Result<Vec<ZoneName>, Failure> {
        if self.all {
            return Ok(documents.zones.keys().cloned().collect());
        }
        let mut chosen: Vec<ZoneName> = Vec::new();
        for written in &self.names {
            let before = chosen.len();
            if written.contains(['*', '?']) {
                let matching = documents
                    .zones
                    .keys()
                    .filter(|name| matches(written, name.as_str()));
                let matching: Vec<&ZoneName> = matching.collect();
                if matching.is_empty() {
                    let message = format!("no registered zone matches {written}");
                    return Err(Failure::new(
                        ExitCode::NotFound,
                        Code::ZoneNotFound,
                        message,
                    ));
                }
                chosen.extend(matching.into_iter().cloned());
            } else {
                let name = written.parse::<ZoneName>().ok();
                let known = name.filter(|name| {
                    documents.zones.contains_key(name) || observed.zone(name).is_some()
                });
                let known = known.ok_or_else(|| {
                    let names = documents.zones.keys().map(ZoneName::as_str);
                    unknown_zone(
                        written,
                        names.chain(observed.zones.iter().map(|zone| zone.name.as_str())),
                    )
                })?;
                chosen.push(known);
            }
            let (earlier, added) = chosen.split_at(before);
            let added: Vec<ZoneName> = added
                .iter()
                .filter(|name| !earlier.contains(name))
                .cloned()
                .collect();
            chosen.truncate(before);
            chosen.extend(added);
        }
        Ok(chosen)
    }
}

/// There is no such zone.
pub(super) fn unknown_zone<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let failure = Failure::new(
        ExitCode::NotFound,
        Code::ZoneNotFound,
        format!("there is no zone {name}"),
    );
    match nearest(name, known) {
        Some(near) => failure.with_help(format!("did you mean {near}?")),
        None => failure.with_help("`zmgr list` shows the zones of this host"),
    }
}

/// Whether the pattern, in which `*` and `?` stand for characters, fits the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    p = place + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("web*", "web01", true),
            ("web*", "we", false),
            ("*", "", true),
            ("w?b01", "web01", true),
            ("w?b", "web01", false),
            ("*01", "web0101", true),
            ("*0*1*", "web0x1", true),
            ("a*b*c", "abcb", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
