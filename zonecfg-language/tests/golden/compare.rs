//! What must be equal, and how it is said that it is not.

use crate::case::Files;

/// Says what differs between two texts.
pub(crate) fn text(what: &str, wanted: &[u8], found: &[u8], complaints: &mut Vec<String>) {
    if wanted != found {
        complaints.push(format!(
            "{what} differs\n--- wanted\n{}\n--- found\n{}",
            String::from_utf8_lossy(wanted),
            String::from_utf8_lossy(found)
        ));
    }
}

/// Compares the files of `/etc/zones`, byte for byte; with `random_uuid` the uuids of the index may differ, if they are uuids.
/// Another libzonecfg counts debug ids for the machine that it runs on, and not for the host: beside one, they are left out.
pub(crate) fn files(
    wanted: &Files,
    found: &Files,
    random_uuid: bool,
    complaints: &mut Vec<String>,
) {
    const COUNTER: &str = "did.txt";
    let machine_counts = cfg!(external_libzonecfg);
    let form = |name: &str, bytes: &[u8]| -> Vec<u8> {
        if random_uuid && name == "index" {
            masked(bytes)
        } else if machine_counts {
            without_debug_id(bytes)
        } else {
            bytes.to_vec()
        }
    };
    let compared = |name: &str| !(machine_counts && name == COUNTER);
    for (name, bytes) in wanted.iter().filter(|(name, _)| compared(name)) {
        let Some(found) = found.get(name) else {
            complaints.push(format!("{name} is missing"));
            continue;
        };
        text(name, &form(name, bytes), &form(name, found), complaints);
    }
    for (name, bytes) in found.iter().filter(|(name, _)| compared(name)) {
        if !wanted.contains_key(name) {
            let bytes = String::from_utf8_lossy(bytes);
            complaints.push(format!("{name} should not be there:\n{bytes}"));
        }
    }
}

/// The document without the number of its debug id.
fn without_debug_id(document: &[u8]) -> Vec<u8> {
    const ATTRIBUTE: &[u8] = b" debugid=\"";
    let found = document
        .windows(ATTRIBUTE.len())
        .position(|window| window == ATTRIBUTE);
    let Some(start) = found.map(|at| at + ATTRIBUTE.len()) else {
        return document.to_vec();
    };
    let digits = document[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    [&document[..start], &document[start + digits..]].concat()
}

/// The index with every uuid replaced by its form.
fn masked(index: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(index);
    let lines = text.split_inclusive('\n').map(|line| {
        let fields: Vec<String> = line.split(':').map(mask).collect();
        fields.join(":")
    });
    lines.collect::<String>().into_bytes()
}

fn mask(field: &str) -> String {
    let groups: Vec<usize> = field.trim_end().split('-').map(str::len).collect();
    let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '-';
    if groups == [8, 4, 4, 4, 12] && field.trim_end().chars().all(digits) {
        field.replace(|c: char| c.is_ascii_hexdigit(), "x")
    } else {
        field.to_owned()
    }
}

/// Compares what was said, line by line: the lines that name a line of the input, the zone or property, and the value. Where
/// the tool gives no more than libzonecfg's text for a code, behind the name of what it is about, another text may stand there.
pub(crate) fn messages(wanted: &str, found: &str, complaints: &mut Vec<String>) {
    let (wanted_lines, found_lines) = (sentences(wanted), sentences(found));
    let same = wanted_lines.len() == found_lines.len()
        && wanted_lines
            .iter()
            .zip(&found_lines)
            .all(|(wanted, found)| {
                wanted == found
                    || subject_of_code(wanted).is_some_and(|subject| {
                        found
                            .strip_prefix(subject)
                            .is_some_and(|rest| rest.starts_with(": "))
                    })
            });
    if !same {
        complaints.push(format!(
            "stderr differs\n--- wanted\n{}\n--- found\n{}",
            wanted_lines.join("\n"),
            found_lines.join("\n")
        ));
    }
}

/// The lines of `said`, without the parts that explain the syntax.
fn sentences(said: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut lines = said.lines();
    while let Some(line) = lines.next() {
        let last = match line {
            "Commands:" => "verify",
            _ if line.starts_with("<zone> :=") => "\tName must be less than 64 characters.",
            _ if line.starts_with("<net-addr> :=") => "<hostname> := [A-Za-z0-9][A-Za-z0-9-.]*",
            "usage:" => break,
            "" => continue,
            _ => {
                sentences.push(line.to_owned());
                continue;
            }
        };
        lines.by_ref().find(|line| *line == last);
    }
    sentences
}

/// What libzonecfg's text for a code stands behind, if the line is nothing else.
fn subject_of_code(line: &str) -> Option<&str> {
    const TEXTS: [&str; 9] = [
        "Problem updating index file",
        "Problem saving file",
        "Miscellaneous file system error",
        "Problem creating temporary file",
        "Permission denied",
        "Argument list too long",
        "Invalid argument",
        "Zone state is invalid for the requested operation",
        "Invalid document",
    ];
    let (subject, text) = line.rsplit_once(": ")?;
    TEXTS.contains(&text).then_some(subject)
}
