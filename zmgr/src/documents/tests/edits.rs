//! `fixtures/edits`: `NAME.in.kdl` becomes `NAME.out.kdl` by the lines of `NAME.change`.
//!
//! With `ZMGR_OVERWRITE=1` in the environment the outputs are written instead of compared.

use std::path::{Path, PathBuf};

use super::super::syntax::{Source, parse};
use super::super::{Document, Kind, decode_zone};
use crate::Failure;

fn kind_of(text: &str) -> Kind {
    let source = Source::new("x.kdl", text);
    let tree = parse(&source).unwrap();
    let word = tree
        .nodes
        .first()
        .map(|node| node.name.to_string())
        .unwrap_or_default();
    Kind::ALL
        .into_iter()
        .find(|kind| kind.word() == word)
        .unwrap_or(Kind::Config)
}

/// Words of a line; those with spaces in quotes, `\"` standing for a quote.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut any) = (String::new(), false, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => word.extend(chars.next()),
            // Quotes within a word are the word's.
            '"' if quoted || word.is_empty() => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

pub(super) fn cases(directory: &str, end: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(directory);
    let files = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.to_str().unwrap().ends_with(end))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Compares with the file, or writes it.
pub(super) fn compare(path: &Path, found: &str) -> Option<String> {
    if std::env::var_os("ZMGR_OVERWRITE").is_some() {
        std::fs::write(path, found).unwrap();
        return None;
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    (wanted != found).then(|| {
        format!(
            "{}:\n--- wanted\n{wanted}\n--- found\n{found}",
            path.display()
        )
    })
}

#[test]
fn every_edit_changes_what_it_is_to_and_nothing_else() {
    let mut wrong = Vec::new();
    for input in cases("edits", ".in.kdl") {
        let text = std::fs::read_to_string(&input).unwrap();
        let case = input
            .to_str()
            .unwrap()
            .strip_suffix(".in.kdl")
            .unwrap()
            .to_owned();
        let mut document = Document::of_text(kind_of(&text), "t", &text);
        assert_eq!(document.text(), text);
        for line in std::fs::read_to_string(format!("{case}.change"))
            .unwrap()
            .lines()
        {
            let words = words(line);
            let (path, values) = (&words[1], &words[2..]);
            let done = match words[0].as_str() {
                "set" => document.set(path, values),
                "add" => document.add(path, values),
                "remove" => document.remove(path, values),
                other => panic!("{other}"),
            };
            if let Err(failure) = done {
                wrong.push(format!("{case}: {line}: {failure:?}\n{}", document.text()));
            }
        }
        wrong.extend(compare(
            Path::new(&format!("{case}.out.kdl")),
            document.text(),
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_registry_entry_is_changed_in_place() {
    let text = r#"// mine
zone "web01" {
    template "default" // from the tour
    brand "ipkg"

    net "internal" {
        // asked for
        address "10.0.0.10/24"
        gateway "10.0.0.1"
        pool "internal"
        vnic "web01_0"
    }
    net "old" { address "10.9.0.1/24"; }
}
"#;
    let mut document = Document::of_text(Kind::Zone, "web01", text);
    let mut entry = decode_zone(&Source::new("x", text), Some("web01")).unwrap();
    document.set_zone(&entry).unwrap();
    assert_eq!(document.text(), text);
    entry.settings.autoboot = Some(true);
    entry.nets[0].addresses.push("fd00::10/64".parse().unwrap());
    entry.nets[0].link.vlan = Some(20);
    entry.nets.remove(1);
    document.set_zone(&entry).unwrap();
    let wanted = r#"// mine
zone "web01" {
    template "default" // from the tour
    brand "ipkg"
    autoboot #true

    net "internal" {
        // asked for
        address "10.0.0.10/24"
        address "fd00::10/64"
        gateway "10.0.0.1"
        pool "internal"
        vnic "web01_0"
        vlan 20
    }
}
"#;
    assert_eq!(document.text(), wanted);
    entry.nets.insert(
        0,
        crate::documents::model::ZoneNet {
            name: "first".into(),
            ..entry.nets[0].clone()
        },
    );
    document.set_zone(&entry).unwrap();
    assert_eq!(
        decode_zone(&Source::new("x", document.text()), Some("web01")).unwrap(),
        entry
    );
    assert!(document.text().contains("// asked for") && document.text().contains("// mine"));
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_changes() {
    let text = "template \"t\" {\n    brand \"ipkg\"\n    net \"a\" { pool \"a\"; }\n}\n";
    let told = |done: Result<(), Failure>| {
        let failure = done.unwrap_err();
        format!(
            "{:?} {} ({})",
            failure.exit,
            failure.message,
            failure.help.unwrap_or_default()
        )
    };
    let mut document = Document::of_text(Kind::Template, "t", text);
    let one = |value: &str| vec![value.to_owned()];
    assert_eq!(
        told(document.set("autobot", &one("true"))),
        "Usage there is no \"autobot\" in such a document (did you mean autoboot?)"
    );
    assert_eq!(
        told(document.set("autoboot", &one("maybe"))),
        "Usage autoboot: expected #true or #false, found \"maybe\" ()"
    );
    assert_eq!(
        told(document.set("capped-memory", &one("8G"))),
        "Usage capped-memory has no value of its own (set one of capped-memory.physical, capped-memory.swap, capped-memory.locked)"
    );
    assert_eq!(
        told(document.set("net.a.vlan", &one("5000"))),
        "Usage vlan: 5000 is out of range (write a whole number from 1 to 4094)"
    );
    assert_eq!(
        told(document.set("brand", &[])),
        "Usage brand needs 1 value (for example: brand \"ipkg\")"
    );
    assert_eq!(
        told(document.remove("autoboot", &[])),
        "NotFound there is no autoboot in the document ()"
    );
    assert_eq!(
        told(document.remove("net.b", &[])),
        "NotFound there is no net \"b\" in the document ()"
    );
    assert_eq!(
        told(document.add("net.a", &[])),
        "Exists there is a net \"a\" already ()"
    );
    assert_eq!(document.text(), text);
    document.set("net.b.vlan", &one("20")).unwrap();
    assert!(
        document
            .check()
            .unwrap_err()
            .message
            .contains("has no pool")
    );
}
