use std::path::Path;

use super::*;

/// A configuration directory with these documents.
fn directory(documents: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in documents {
        let file = dir.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    dir
}

/// What is found: grade, code, and file:line:column.
fn found(dir: &Path) -> Vec<String> {
    let store = Store::open(dir).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!(loaded.problems, [], "each document is valid by itself");
    let findings = documents(&store, &loaded.documents).unwrap();
    let line = |finding: &Finding| {
        let place = finding.failure.location.as_ref().map(|location| {
            let file = location
                .file
                .strip_prefix(dir)
                .unwrap()
                .display()
                .to_string();
            format!("{file}:{}:{}", location.line, location.column)
        });
        format!(
            "{:?} {} {}",
            finding.grade,
            finding.failure.code,
            place.unwrap_or_default()
        )
    };
    findings.iter().map(line).collect()
}

const POOL: &str = r#"pool "internal" {
    network "10.0.0.0/24"
    gateway "10.0.0.1"
    range-start "10.0.0.10"
    range-end "10.0.0.19"
    stub "int0"
}
"#;

fn zone(name: &str, address: &str, vnic: &str) -> String {
    format!(
        "zone \"{name}\" {{\n    zonepath \"/zones/{name}\"\n    net \"internal\" {{\n        pool \"internal\"\n        \
         address \"{address}\"\n        vnic \"{vnic}\"\n    }}\n}}\n"
    )
}

#[test]
fn sound_documents() {
    let zone = zone("web01", "10.0.0.10/24", "web01_0");
    let dir = directory(&[("pools/internal.kdl", POOL), ("zones/web01.kdl", &zone)]);
    assert_eq!(found(dir.path()), [""; 0]);
}

#[test]
fn references() {
    let dir = directory(&[
        (
            "config.kdl",
            "zonepath \"/zones/{zone}\"\ndefault-template \"defualt\"\n",
        ),
        ("pools/internal.kdl", POOL),
        (
            "templates/default.kdl",
            "template \"default\" {\n    net \"a\" { pool \"internal\"; }\n    net \"b\" { pool \"nowhere\"; }\n    \
             net \"c\" { pool \"nowhere\"; }\n    publishers \"example.org\"\n}\n",
        ),
        (
            "zones/a.kdl",
            "zone \"a\" {\n    template \"gone\"\n    net \"a\" { pool \"interal\"; }\n}\n",
        ),
    ]);
    assert_eq!(
        found(dir.path()),
        [
            "Error zmgr::document::unknown_reference config.kdl:2:18",
            "Error zmgr::document::unknown_reference templates/default.kdl:3:20",
            "Error zmgr::document::unknown_reference templates/default.kdl:4:20",
            "Error zmgr::document::unknown_reference templates/default.kdl:5:16",
            "Error zmgr::document::unknown_reference zones/a.kdl:2:14",
            "Error zmgr::document::unknown_reference zones/a.kdl:3:20",
        ]
    );
}

/// A document that cannot be read is no missing document.
#[test]
fn references_to_invalid_documents_are_not_unknown() {
    let dir = directory(&[
        (
            "pools/internal.kdl",
            "pool \"internal\" { netwrok \"10.0.0.0/24\"; }",
        ),
        (
            "templates/default.kdl",
            "template \"default\" { net \"a\" { pool \"internal\"; }; }",
        ),
    ]);
    let store = Store::open(dir.path()).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!(loaded.problems.len(), 1);
    assert_eq!(documents(&store, &loaded.documents).unwrap(), []);
}

/// What is wrong in a document and what is wrong across documents are told together.
#[test]
fn references_of_invalid_documents_are_checked() {
    let dir = directory(&[
        (
            "config.kdl",
            "zonpath \"/zones/{zone}\"\ndefault-template \"defualt\"\n",
        ),
        (
            "templates/default.kdl",
            "template \"default\" {\n    autobot #true\n    extends \"gone\"\n    net \"a\" { pool \"nowhere\"; }\n}\n",
        ),
        (
            "templates/second.kdl",
            "template \"second\" {\n    extends \"default\"\n    publishers \"example.org\"\n}\n",
        ),
        (
            "zones/a.kdl",
            "zone \"a\" {\n    autoboot \"yes\"\n    template \"gone\"\n    net \"a\" { pool \"nowhere\"; }\n}\n",
        ),
    ]);
    let store = Store::open(dir.path()).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!(loaded.problems.len(), 3, "{:?}", loaded.problems);
    let found = documents(&store, &loaded.documents).unwrap();
    let places: Vec<String> = found
        .iter()
        .map(|finding| {
            let location = finding.failure.location.as_ref().unwrap();
            let file = location.file.file_name().unwrap().display();
            format!("{file}:{}", location.line)
        })
        .collect();
    assert_eq!(
        places,
        [
            "config.kdl:2",
            "default.kdl:4",
            "default.kdl:3",
            "second.kdl:3",
            "a.kdl:3",
            "a.kdl:4"
        ]
    );
}

#[test]
fn addresses_and_links_that_two_zones_have() {
    let dir = directory(&[
        ("pools/internal.kdl", POOL),
        ("zones/a.kdl", &zone("a", "10.0.0.10/24", "a_0")),
        ("zones/b.kdl", &zone("b", "10.0.0.10/24", "b_0")),
        (
            "zones/c.kdl",
            &zone("c", "10.0.0.1/24", "a_0").replace("/zones/c", "/zones/a"),
        ),
        ("zones/d.kdl", &zone("d", "10.9.0.1/24", "d_0")),
    ]);
    assert_eq!(
        found(dir.path()),
        [
            "Error zmgr::zone::address_twice zones/b.kdl:5:17",
            "Error zmgr::zone::zonepath_twice zones/c.kdl:2:14",
            "Error zmgr::zone::vnic_twice zones/c.kdl:6:14",
            "Warning zmgr::zone::address_outside_pool zones/d.kdl:5:17",
        ]
    );
}

#[test]
fn pools() {
    let zones: Vec<(String, String)> = (0..10)
        .map(|n| {
            (
                format!("zones/z{n}.kdl"),
                zone(
                    &format!("z{n}"),
                    &format!("10.0.0.1{n}/24"),
                    &format!("z{n}_0"),
                ),
            )
        })
        .collect();
    let mut documents: Vec<(&str, &str)> = zones
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    documents.push(("pools/internal.kdl", POOL));
    documents.push((
        "pools/other.kdl",
        "pool \"other\" {\n    network \"10.0.0.0/25\"\n    range \"10.0.0.19\" \"10.0.0.40\"\n    \
         range \"10.0.0.40\" \"10.0.0.50\"\n    addresses {\n        - \"10.0.0.127\"\n        - \"10.0.0.60\"\n        \
         - \"10.0.0.60\"\n    }\n}\n",
    ));
    let dir = directory(&documents);
    assert_eq!(
        found(dir.path()),
        [
            "Warning zmgr::pool::ranges_overlap pools/other.kdl:4:11",
            "Warning zmgr::pool::address_unusable pools/other.kdl:6:11",
            "Warning zmgr::pool::address_twice pools/other.kdl:8:11",
            "Warning zmgr::pool::overlap pools/other.kdl:2:13",
            "Warning zmgr::pool::nearly_full pools/internal.kdl:1:6",
        ]
    );
    std::fs::write(
        dir.path().join("pools/internal.kdl"),
        POOL.replace("stub", "warn 100\n    stub"),
    )
    .unwrap();
    assert_eq!(
        found(dir.path()).len(),
        4,
        "a pool may say itself when it is nearly full"
    );
}
