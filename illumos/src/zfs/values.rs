//! The values of properties of many datasets at once.

use std::collections::BTreeMap;

use super::{check_property, is_absent, is_name, is_snapshot_name, kind, unexpected, zfs};
use crate::command::READ_ALL;
use crate::{Error, ErrorKind, Result};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Set on the dataset itself.
    Local,
    /// Came with a stream.
    Received,
    /// Nobody has set it.
    Default,
    /// Set on the dataset of this name above.
    Inherited(String),
    /// It is calculated.
    None,
}

/// A value, and where it comes from. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The value.
    pub text: String,
    /// Where it comes from.
    pub source: Source,
}

/// The values of one dataset by property.
pub type Values = BTreeMap<String, Value>;

/// How many bytes of names one command gets; the system's limit is far above.
const NAMES_AT_ONCE: usize = 100_000;

/// The values of properties of file systems and snapshots, by name. One process for a thousand names or so, and not one for each.
///
/// What a dataset does not have is left out, and so is a dataset that does not exist.
///
/// # Errors
/// [`ErrorKind::Invalid`] without such a property, or if a name cannot be one; if `zfs` fails, or prints something unexpected.
///
/// # Source
/// zfs(8), `zfs get -H -p`.
pub fn values(names: &[&str], properties: &[&str]) -> Result<BTreeMap<String, Values>> {
    for property in properties {
        check_property("", property)?;
    }
    for name in names {
        if !is_name(name) && !is_snapshot_name(name) {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("read properties of {name}"),
                "that cannot be the name of a dataset or snapshot",
            ));
        }
    }
    let mut found = BTreeMap::new();
    if properties.is_empty() {
        return Ok(found);
    }
    let mut rest = names;
    while !rest.is_empty() {
        let mut bytes = 0;
        let count = rest.iter().take_while(|name| {
            bytes += name.len() + 1;
            bytes <= NAMES_AT_ONCE
        });
        let (now, later) = rest.split_at(count.count().max(1));
        read(now, properties, &mut found)?;
        rest = later;
    }
    Ok(found)
}

fn read(names: &[&str], properties: &[&str], found: &mut BTreeMap<String, Values>) -> Result<()> {
    let list = properties.join(",");
    let columns = "name,property,source,value";
    let args = ["get", "-H", "-p", "-o", columns, list.as_str()];
    let command = zfs(args).args(names.iter().copied()).deadline(READ_ALL);
    let output = command.output(&mut |_, _| {})?;
    let only_absent = || output.stderr.lines().all(is_absent);
    if output.truncated || output.status != Some(0) && !(output.status == Some(1) && only_absent())
    {
        return Err(command.failure(kind(&output.stderr), &output));
    }
    parse(&output.stdout, found).map_err(|line| unexpected(&command, &line))
}

/// Reads what `zfs get -H -p -o name,property,source,value` prints. A value may have line breaks.
fn parse(text: &str, found: &mut BTreeMap<String, Values>) -> Result<(), String> {
    let mut last: Option<(String, String)> = None;
    for line in text.lines() {
        let mut fields = line.splitn(4, '\t');
        let row = (fields.next(), fields.next(), fields.next(), fields.next());
        let source = row.2.and_then(source);
        if let ((Some(name), Some(property), _, Some(value)), Some(source)) = (row, source)
            && (is_name(name) || is_snapshot_name(name))
        {
            last = None;
            if value == "-" && source == Source::None {
                found.entry(name.to_owned()).or_default();
                continue;
            }
            let value = Value {
                text: value.to_owned(),
                source,
            };
            let values = found.entry(name.to_owned()).or_default();
            values.insert(property.to_owned(), value);
            last = Some((name.to_owned(), property.to_owned()));
        } else {
            let value = last
                .as_ref()
                .and_then(|(name, property)| found.get_mut(name)?.get_mut(property));
            let value = value.ok_or_else(|| line.to_owned())?;
            value.text.push('\n');
            value.text += line;
        }
    }
    Ok(())
}

fn source(word: &str) -> Option<Source> {
    Some(match word {
        "local" => Source::Local,
        "received" => Source::Received,
        "default" => Source::Default,
        "-" => Source::None,
        _ => Source::Inherited(word.strip_prefix("inherited from ")?.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Source, parse};

    #[test]
    fn values_are_read_with_their_sources() {
        let text = "rpool/a\torg:x\tlocal\tone\ttwo\nthree\nrpool/a\tquota\tdefault\t0\nrpool/a@s\torg:x\tinherited from rpool/a\tone\nrpool/b\torg:x\t-\t-\n";
        let mut found = BTreeMap::new();
        parse(text, &mut found).unwrap();
        assert_eq!(found["rpool/a"]["org:x"].text, "one\ttwo\nthree");
        assert_eq!(found["rpool/a"]["quota"].source, Source::Default);
        let above = Source::Inherited("rpool/a".to_owned());
        assert_eq!(found["rpool/a@s"]["org:x"].source, above);
        assert!(found["rpool/b"].is_empty());
        assert!(parse("rpool/a\torg:x\n", &mut BTreeMap::new()).is_err());
    }
}
