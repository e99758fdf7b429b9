//! A configuration directory as a whole.

use crate::failure::Code;
use std::path::Path;

use super::super::{Kind, Store};
use super::told;
use crate::ExitCode;

fn store(files: &[(&str, &str)]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

#[test]
fn without_a_directory_init_is_named() {
    let failure = Store::open(Path::new("/nowhere/at/all")).unwrap_err();
    assert_eq!(failure.exit, ExitCode::NotFound);
    assert!(failure.help.unwrap().contains("zmgr init"));
}

#[test]
fn an_empty_directory_is_valid() {
    let (_dir, store) = store(&[]);
    let documents = store.load().unwrap().ok().unwrap();
    assert!(documents.zones.is_empty() && documents.pools.is_empty());
}

#[test]
fn names_are_checked_before_they_become_paths() {
    let (_dir, store) = store(&[]);
    for name in ["../x", "a/b", "", ".x", "a\0b", "ä", &"x".repeat(64)] {
        for kind in [Kind::Template, Kind::Pool, Kind::Publisher, Kind::Zone] {
            assert_eq!(
                store.path(kind, name).unwrap_err().code,
                Code::DocumentBadName,
                "{name:?}"
            );
        }
    }
}

#[test]
fn one_that_is_not_there_is_named_with_the_nearest() {
    let (_dir, store) = store(&[(
        "pools/internal.kdl",
        "pool \"internal\" { network \"10.0.0.0/8\"; }",
    )]);
    let failure = store.pool("intrenal").unwrap_err();
    assert_eq!(
        (failure.exit, failure.help.as_deref()),
        (ExitCode::NotFound, Some("did you mean \"internal\"?"))
    );
    assert_eq!(
        store.template("x").unwrap_err().help.as_deref(),
        Some("there are no templates yet")
    );
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let (_dir, store) = store(&[
        ("config.kdl", "parallel 0\n"),
        ("templates/a.kdl", "template \"b\" { brnad \"x\"; }"),
        (
            "pools/p.kdl",
            "pool \"p\" {\n  network \"10.0.0.1/24\"\n  gateway \"10.0.1.1\n}",
        ),
        (
            "zones/z.kdl",
            "zone \"z\" { net \"a\" { address \"10.0.0.1\"; }; }",
        ),
        ("zones/.z.kdl.swp", "{{{"),
        ("zones/README", "{{{"),
    ]);
    let loaded = store.load().unwrap();
    assert_eq!(
        told(&loaded.problems),
        [
            "1:10 bad_value: `parallel`: 0 is out of range (write a whole number from 1 to 1024)",
            "1:10 name_mismatch: the file a.kdl holds the template \"b\" (write template \"a\", or rename the file to b.kdl)",
            "1:16 unknown_node: unknown node `brnad` in template \"b\" (did you mean `brand`?)",
            "3:11 syntax: the string that begins here has no end on its line (close it with \", or take the quote away)",
            "1:30 wrong_type: `address`: expected an IP address with its prefix length such as \"10.0.0.10/24\", found \"10.0.0.1\" (add the prefix length of the network)",
        ]
    );
    let failure = loaded.ok().unwrap_err();
    assert_eq!(
        (failure.exit, failure.related.len()),
        (ExitCode::Invalid, 5)
    );
}

#[test]
fn what_is_extended_is_merged_in() {
    let (_dir, store) = store(&[
        (
            "templates/base.kdl",
            "template \"base\" { brand \"ipkg\"; autoboot #true; cpu-shares 5; net \"a\" { pool \"a\"; vlan 3; }; tags \"x\"; publishers \"p\"; fs \"/d\" special=\"/1\" type=\"lofs\"; fs \"/e\" special=\"/2\" type=\"lofs\"; capped-memory { swap \"1G\"; physical \"2G\"; }; variable \"k\" \"1\"; variable \"l\" \"1\"; }",
        ),
        (
            "templates/mid.kdl",
            "template \"mid\" { extends \"base\"; autoboot #false; tags \"y\"; variable \"k\" \"2\"; }",
        ),
        (
            "templates/top.kdl",
            "template \"top\" { extends \"mid\"; net \"a\" { pool \"b\"; }; net \"c\" { pool \"c\"; }; publishers \"q\"; tags \"x\"; fs \"/d\" special=\"/3\" type=\"lofs\"; capped-memory { swap \"3G\"; }; }",
        ),
    ]);
    let top = store.template("top").unwrap();
    assert_eq!(top.extends, ["mid", "base"]);
    assert_eq!(top.settings.brand.as_deref(), Some("ipkg"));
    assert_eq!(
        (top.settings.autoboot, top.settings.cpu_shares),
        (Some(false), Some(5))
    );
    let nets: Vec<_> = top
        .nets
        .iter()
        .map(|net| (net.name.as_str(), net.pool.as_deref(), net.link.vlan))
        .collect();
    assert_eq!(nets, [("a", Some("b"), None), ("c", Some("c"), None)]);
    assert_eq!(
        (top.settings.tags.as_slice(), top.publishers.as_slice()),
        (&["x".into(), "y".into()][..], &["q".into()][..])
    );
    let fs: Vec<_> = top
        .settings
        .fs
        .iter()
        .map(|fs| (fs.dir.as_str(), fs.special.as_str()))
        .collect();
    assert_eq!(fs, [("/d", "/3"), ("/e", "/2")]);
    assert_eq!(
        (
            top.settings.capped_memory.physical,
            top.settings.capped_memory.swap
        ),
        (Some(2 << 30), Some(3 << 30))
    );
    assert_eq!(
        (top.variables["k"].as_str(), top.variables["l"].as_str()),
        ("2", "1")
    );
    assert_eq!(store.load().unwrap().ok().unwrap().templates["top"], top);
}

#[test]
fn templates_that_extend_each_other_or_nothing_are_found() {
    let (_dir, store) = store(&[
        ("templates/a.kdl", "template \"a\" { extends \"b\"; }"),
        ("templates/b.kdl", "template \"b\" { extends \"a\"; }"),
        ("templates/c.kdl", "template \"c\" { extends \"a\"; }"),
        ("templates/d.kdl", "template \"d\" { extends \"gone\"; }"),
        ("templates/e.kdl", "template \"e\" { extends \"f\"; }"),
        ("templates/f.kdl", "template \"f\" { brnad \"x\"; }"),
        ("templates/s.kdl", "template \"s\" { extends \"s\"; }"),
    ]);
    let loaded = store.load().unwrap();
    assert_eq!(
        told(&loaded.problems),
        [
            "1:16 unknown_node: unknown node `brnad` in template \"f\" (did you mean `brand`?)",
            "1:16 cycle: templates extend each other: a → b → a (remove `extends` from one of them)",
            "1:16 unknown_reference: template \"d\" extends \"gone\", but there is no such template (known templates: a, b, c, d, e, f, s)",
            "1:16 cycle: templates extend each other: s → s (remove `extends` from one of them)",
        ]
    );
    assert_eq!(store.template("c").unwrap_err().code, Code::DocumentCycle);
    assert_eq!(store.template("d").unwrap_err().exit, ExitCode::Invalid);
}

#[test]
fn a_change_since_it_was_loaded_is_seen() {
    let entry = |number: usize, address: usize| {
        format!(
            "zone \"z{number:03}\" {{ net \"a\" {{ pool \"p\"; address \"10.0.{address}.1/8\"; }}; }}"
        )
    };
    let mut files = vec![(
        "pools/p.kdl".to_owned(),
        "pool \"p\" { network \"10.0.0.0/8\"; }".to_owned(),
    )];
    files.extend((0..300).map(|number| (format!("zones/z{number:03}.kdl"), entry(number, 7))));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (dir, store) = store(&files);
    let loaded = store.load().unwrap();
    loaded.check().unwrap();
    let still_says = || store.still_says(&loaded).unwrap();
    assert!(still_says());
    let write = |path: &str, text: &str| std::fs::write(dir.path().join(path), text).unwrap();
    write("zones/z200.kdl", &entry(200, 8));
    assert!(!still_says());
    // Another file, but it says the same.
    write("zones/z200.kdl", &format!("// edited\n{}", entry(200, 7)));
    assert!(still_says());
    write("zones/new.kdl", "zone \"new\" { }");
    assert!(!still_says());
    std::fs::remove_file(dir.path().join("zones/new.kdl")).unwrap();
    assert!(still_says());
    write("pools/p.kdl", "pool \"p\" { network \"10.0.0.0/9\"; }");
    assert!(!still_says());
}
