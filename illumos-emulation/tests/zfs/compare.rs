//! Comparing what two commands left, as far as it has to be the same.

use std::fmt::Write;

use crate::host::Found;
use crate::rule::calls;

/// Properties that differ from one run to another, or that illumos does not have (14).
const NOT_COMPARED: &[&str] = &[
    "aclimplicit",
    "acltype",
    "context",
    "defcontext",
    "fscontext",
    "overlay",
    "redact_snaps",
    "relatime",
    "rootcontext",
    "snapdev",
    "volmode",
];

/// Properties that are sizes, ids or times.
const VOLATILE: &[&str] = &[
    "all",
    "available",
    "avail",
    "creation",
    "createtxg",
    "guid",
    "logicalreferenced",
    "logicalused",
    "objsetid",
    "refer",
    "referenced",
    "space",
    "used",
    "usedbychildren",
    "usedbydataset",
    "usedbyrefreservation",
    "usedbysnapshots",
    "usedds",
    "written",
];

/// What differs, or nothing.
pub(crate) fn difference(line: &str, expected: &Found, found: &Found) -> Option<String> {
    let mut text = String::new();
    if expected.rc != found.rc {
        let _ = writeln!(text, "    status {} instead of {}", found.rc, expected.rc);
    }
    let (wanted, printed) = (normal(line, &expected.stdout), normal(line, &found.stdout));
    if wanted != printed {
        let _ = writeln!(text, "    printed  {printed:?}\n    instead  {wanted:?}");
    }
    // Other programs have their own words.
    if !calls(line).is_empty() {
        let (wanted, said) = (errors(line, &expected.stderr), errors(line, &found.stderr));
        if wanted != said {
            let _ = writeln!(text, "    said     {said:?}\n    instead  {wanted:?}");
        }
    }
    (!text.is_empty()).then_some(text)
}

fn normal(line: &str, text: &str) -> String {
    let calls = calls(line);
    let words: Vec<&str> = calls.iter().flatten().copied().collect();
    let asks = |names: &[&str]| {
        let mut lists = words.iter().flat_map(|word| word.split([',', '=']));
        lists.any(|word| {
            names
                .iter()
                .any(|name| word == *name || word.starts_with("written@"))
        })
    };
    let subcommand = words.first().copied().unwrap_or_default();
    let default = subcommand == "list" && !words.contains(&"-o");
    let measured = matches!(subcommand, "send" | "receive" | "recv" | "destroy");
    let masked = default || measured || asks(VOLATILE);
    let plain = words
        .iter()
        .any(|word| word.starts_with('-') && word.contains('H'));
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| {
            let mut fields = line.split(['\t', ' ']);
            !fields.any(|field| NOT_COMPARED.contains(&field))
        })
        .map(|line| {
            let line = if plain {
                line.to_owned()
            } else {
                line.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
            };
            let line = if masked { mask(&line) } else { line };
            tokens(&numbers(&line))
        })
        .collect();
    // The order is that of a hash, or of times in seconds.
    let unordered = subcommand == "holds"
        || matches!(subcommand, "receive" | "recv") && words.iter().any(|word| word.contains('v'))
        || words.contains(&"all")
        || words.windows(2).any(|pair| pair == ["-s", "creation"]);
    if unordered {
        lines.sort();
    }
    ascii(&lines.join("\n"))
}

/// Lines about an id of a snapshot or a dataset, which may be short, and about the time.
fn numbers(line: &str) -> String {
    let ids = ["createtxg", "objsetid", "creation", "guid"];
    let mut fields = line.split(['\t', ' ']);
    match fields.find(|field| ids.contains(field)) {
        Some(id) => line.split(id).next().unwrap_or_default().to_owned() + id,
        None => line.to_owned(),
    }
}

/// The errors, without what explains how a command is called.
fn errors(line: &str, text: &str) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .take_while(|line| !line.starts_with("usage:"))
        // The shell's own words, and those of the programs before a pipe.
        .filter(|line| !line.starts_with("sh: ") && !line.contains("bash: "))
        .map(|text| {
            let text = if line.contains("-v") {
                mask(text)
            } else {
                text.to_owned()
            };
            // Which of several is named is up to the order of a hash.
            match text.split_once(" (eg. ") {
                Some((text, _)) => text.to_owned(),
                None => tokens(&text),
            }
        })
        .collect();
    if text.contains("has dependent clones") {
        lines.sort();
    }
    ascii(&lines.join("\n"))
}

/// Sizes, ids and times as `#`.
fn mask(line: &str) -> String {
    let number = |word: &str| {
        let digits = word.trim_end_matches("/sec)").trim_start_matches('(');
        let digits = digits.trim_end_matches(['B', 'K', 'M', 'G', 'T']);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        plain && (digits.len() > 2 || word != digits || digits == "0")
    };
    let words = line.split(' ').map(|word| {
        let fields = word.split('\t');
        let fields = fields.map(|field| if number(field) { "#" } else { field });
        fields.collect::<Vec<_>>().join("\t")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Tokens of a receive that broke off as `TOKEN`.
fn tokens(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let fields = word.split('\t');
        let token = |field: &str| {
            field.starts_with("1-")
                && field.len() > 10
                && (field.ends_with("-HEX")
                    || field
                        .bytes()
                        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
        };
        let fields = fields.map(|field| if token(field) { "TOKEN" } else { field });
        fields.collect::<Vec<_>>().join("\t")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Bytes that are no ASCII were recorded in another encoding.
fn ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii).collect()
}
