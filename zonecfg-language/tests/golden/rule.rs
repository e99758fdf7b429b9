//! What a case can be left out by, and where another outcome than the tool's is wanted. Rules, no lists of names.

use crate::case::{Case, Files, Set};

/// Why a case says nothing about this crate; `None` if it does.
pub(crate) fn left_out(case: &Case) -> Option<&'static str> {
    let options: Vec<&[u8]> = case.arguments.iter().map(Vec::as_slice).collect();
    match options[..] {
        [b"-z", _, b"-f", _] if case.input.is_none() => {
            Some("the file that -f names is not there: opening it is the caller's part")
        }
        [b"-z", _, b"-f", _] => None,
        [b"-z", _, first, ..] if !first.starts_with(b"-") => None,
        _ => {
            Some("options of the command line other than -z and -f, or none: the interactive tool")
        }
    }
}

/// Why another libzonecfg than the emulated one, of the set `library`, does not decide the case; `None` if it does.
pub(crate) fn undecided(case: &Case, library: Option<Set>) -> Option<&'static str> {
    match library {
        Some(library) if library != case.set => Some("libzonecfg is of the other flavour"),
        // With a root set, libzonecfg asks for zones that are mounted below it, not for those that run.
        Some(_) if !case.kernel.is_empty() => {
            Some("zones that run: libzonecfg does not see them on a host in a directory")
        }
        _ => None,
    }
}

/// Whether the commands ask for the manual, whose text is the tool's own.
pub(crate) fn prints_help(commands: &[u8]) -> bool {
    let text = String::from_utf8_lossy(commands);
    text.split(['\n', ';']).map(str::trim_start).any(|command| {
        command.starts_with("help") || command.starts_with('?') || command.contains(" -?")
    })
}

/// Why the tool's outcome must not be repeated; `None` if it must.
///
/// In these cases the tool has lost something, or leaves something behind that only a hand can remove. This crate has to refuse
/// them, and to leave every zone listed and readable.
pub(crate) fn loses_data(case: &Case) -> Option<&'static str> {
    let (before, after) = (listed(&case.before), listed(&case.after));
    let unlisted = documents(&case.after).into_iter().any(|name| {
        let new = !case.before.contains_key(&format!("{name}.xml"));
        new && name != "global" && !after.contains(&name)
    });
    if unlisted {
        return Some("a document is left whose zone is not in the index");
    }
    if case.status != 0 {
        return None;
    }
    let changed = |name: &str| case.before.get(name) != case.after.get(name);
    let unreadable = case.answers.iter().any(|answer| {
        answer.status != 0
            && case.after.contains_key(&format!("{}.xml", answer.zone))
            && changed(&format!("{}.xml", answer.zone))
    });
    if unreadable {
        return Some("the tool cannot read what it has written");
    }
    if loses_a_net(case) {
        return Some("a net is lost that no command removed");
    }
    let gone = before
        .iter()
        .any(|name| *name != case.zone && !after.contains(name));
    gone.then_some("another zone's entry is lost")
}

/// Whether there are fewer nets afterwards than the commands leave. Of two nets on one link the tool changes one and deletes the other.
fn loses_a_net(case: &Case) -> bool {
    let file = format!("{}.xml", case.zone);
    let nets = |files: &Files| {
        let document = files.get(&file)?;
        Some(
            String::from_utf8_lossy(document)
                .matches("<network ")
                .count(),
        )
    };
    let (Some(before), Some(after)) = (nets(&case.before), nets(&case.after)) else {
        return false;
    };
    let commands = crate::commands_of(case);
    let commands = String::from_utf8_lossy(&commands);
    let mut left = before;
    for command in commands.split(['\n', ';']).map(str::trim) {
        let mut words = command.split_whitespace();
        match (words.next(), words.next()) {
            (Some("add"), Some("net")) => left += 1,
            (Some("remove"), Some("net")) if command.contains('=') => left = left.saturating_sub(1),
            (Some("remove"), Some("net" | "-F"))
            | (Some("create" | "delete" | "revert" | "cancel"), _) => {
                return false;
            }
            _ => {}
        }
    }
    after < left
}

/// The zones that have a document.
pub(crate) fn documents(files: &Files) -> Vec<String> {
    let names = files.keys().filter_map(|file| file.strip_suffix(".xml"));
    names.map(ToOwned::to_owned).collect()
}

/// What was lost where the tool would have lost something.
pub(crate) fn lost(case: &Case, found: &Files) -> Vec<String> {
    let (before, after) = (listed(&case.before), listed(found));
    let entries = before.iter().filter(|name| !after.contains(name));
    let unlisted = documents(found)
        .into_iter()
        .filter(|name| !case.before.contains_key(&format!("{name}.xml")) && !after.contains(name));
    entries
        .cloned()
        .chain(unlisted)
        .map(|name| format!("{name} is not in the index any more"))
        .collect()
}

/// The zones that a reader of the index finds.
fn listed(files: &Files) -> Vec<String> {
    let Some(index) = files.get("index") else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(index);
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (name, rest) = line.split_once(':')?;
            let state = rest.split(':').next()?;
            let known = matches!(state, "configured" | "incomplete" | "installed");
            (known && !name.is_empty()).then(|| name.to_owned())
        })
        .collect()
}
