//! The house is as it is drawn in docs/internals/architecture.md: which room uses which, and what a room must not do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every source file, with the room that it is in.
fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(directory: &Path, room: Option<&str>, found: &mut Vec<(String, PathBuf, String)>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let room = room.unwrap_or(&stem);
            if path.is_dir() {
                walk(&path, Some(room), found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((room.to_owned(), path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        None,
        &mut found,
    );
    found.retain(|(room, _, _)| !["lib", "main", "rooms"].contains(&room.as_str()));
    assert!(found.len() > 150, "{}", found.len());
    found
}

/// The text without its tests and comments.
fn product(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The rooms that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            let first = |item: &str| item.trim().split(':').next().unwrap_or_default().to_owned();
            names.extend(list.split(',').map(first));
        } else {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            names.insert(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    names
}

/// The rows of the table of rooms: what each may use.
fn drawn() -> BTreeMap<String, BTreeSet<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/internals/architecture.md");
    let page = fs::read_to_string(page).unwrap();
    let table = page
        .split("| room | owns | uses | must not |")
        .nth(1)
        .unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let words = |cell: &str| -> BTreeSet<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        (words(cells[1]).pop_first().unwrap(), words(cells[3]))
    })
    .collect()
}

#[test]
fn rooms_use_each_other_as_drawn() {
    let drawn = drawn();
    for (room, path, text) in sources() {
        let text = product(&text);
        let is_test = |part: &std::ffi::OsStr| part == "tests" || part == "tests.rs";
        if path.iter().any(is_test) {
            continue;
        }
        let may = drawn.get(&room);
        let may = may.unwrap_or_else(|| panic!("{room} is not in the table of rooms"));
        for used in named(&text) {
            let is_room = drawn.contains_key(&used);
            assert!(
                !is_room || used == room || may.contains(&used),
                "{} uses {used}, which {room} is not drawn to do",
                path.display()
            );
        }
    }
}

/// Whoever follows the arrows never comes back.
#[test]
fn the_arrows_make_no_circle() {
    let mut left = drawn();
    while !left.is_empty() {
        let free = left.iter().find(|(room, uses)| {
            !uses
                .iter()
                .any(|used| used != *room && left.contains_key(used))
        });
        let free = free.map(|(room, _)| room.clone());
        let free = free.unwrap_or_else(|| panic!("a circle among {:?}", left.keys()));
        left.remove(&free);
    }
}

/// The protocol of a change is in `operation` and `execute` alone.
#[test]
fn commands_have_no_lock_no_journal_and_do_not_begin_operations() {
    let protocol = [
        "lock_host",
        "lock_zones",
        "HostLock",
        "ZoneLocks",
        "Operation::begin",
        "Journal::",
        "zones_idle",
        "refuse_unsettled",
        "Observed::host",
        "Observed::index",
    ];
    for (room, path, text) in sources() {
        if room != "commands" {
            continue;
        }
        for word in protocol {
            let reads = word.starts_with("Observed") && path.ends_with("validate.rs");
            assert!(
                reads || !text.contains(word),
                "{} has {word}",
                path.display()
            );
        }
    }
}
