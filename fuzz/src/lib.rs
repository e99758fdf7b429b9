//! What is fuzzed: each function takes any bytes and must come back. What must hold besides is asserted.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use illumos::Flavour;
use zonecfg_language::{parse_commands, parse_configuration, to_commands};
use illumos::zone::{self, ZoneConfig, ZoneName};
use illumos_emulation::Host;
use zmgr::internals::documents::format::format;
use zmgr::internals::documents::{
    Source, decode_config, decode_pool, decode_publisher, decode_template, decode_zone, syntax,
};
use zmgr::internals::execute::journal;

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// Each target by its name, with the corpus of `seeds/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("documents", documents),
    ("edits", edits),
    ("commands", commands),
    ("index", index),
    ("xml", xml),
    ("outputs", outputs),
    ("journal", journal),
];

/// KDL documents of every kind. What can be read can be formatted, means the same then, and is not formatted any further.
pub fn documents(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let source = Source::new("fuzz.kdl", text);
    // To be told what is wrong takes many times as long as to read what is right, and is the same for each kind.
    if syntax::parse(&source).is_err() {
        return;
    }
    let zone = decode_zone(&source, None);
    let _ = decode_config(&source);
    let _ = decode_template(&source, None);
    let _ = decode_pool(&source, None);
    let _ = decode_publisher(&source, None);
    if let Ok(formatted) = format(&source) {
        let again = Source::new("fuzz.kdl", formatted.as_str());
        assert_eq!(format(&again).as_deref(), Ok(formatted.as_str()), "formatted twice");
        if zone.is_ok() {
            assert!(decode_zone(&again, None).is_ok(), "valid before it was formatted");
        }
    }
}

/// The language of zonecfg(8). A configuration that was read and printed is read again as the same.
pub fn commands(data: &[u8]) {
    for flavour in [Flavour::Upstream, Flavour::Extended] {
        let _ = parse_commands(data, flavour);
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let name: ZoneName = "web01".parse().unwrap();
    if let Ok(config) = parse_configuration(&name, text) {
        let printed = to_commands(&config).join("\n");
        if let Ok(again) = parse_configuration(&name, &printed) {
            assert_eq!(to_commands(&again).join("\n"), printed);
        }
    }
}

/// What commands print.
pub fn outputs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = illumos::ips::parse(&text);
    let _ = illumos::zfs::parse_list(&text);
}

/// Journals. One without its last bytes is the same operation, come less far.
pub fn journal(data: &[u8]) {
    const ID: &str = "20260322T140415Z-0a1f";
    let _ = journal::is_id(&String::from_utf8_lossy(data));
    if let Ok(whole) = journal::parse(ID, data) {
        assert_eq!(whole.progress().len(), whole.plan.steps.len());
        let _ = whole.outcome();
        if let Ok(cut) = journal::parse(ID, &data[..data.len() - data.len().min(1)]) {
            assert_eq!(cut.plan, whole.plan);
            let _ = cut.progress();
        }
    }
}

/// A change of a document: the first line is the path and the value, the rest the document.
pub fn edits(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (order, document) = text.split_once('\n').unwrap_or((text, ""));
    let mut words = order.split(' ');
    let path = words.next().unwrap_or_default().to_owned();
    let values: Vec<String> = words.map(str::to_owned).collect();
    let kind = match document.trim_start().starts_with("pool") {
        true => zmgr::internals::documents::Kind::Pool,
        false => zmgr::internals::documents::Kind::Template,
    };
    for change in 0..3 {
        let directory = HOST.dir.path().join("documents");
        let Ok(store) = zmgr::internals::documents::Store::open(&directory) else {
            return;
        };
        let Ok(mut edited) = zmgr::internals::documents::Document::create(&store, kind, "fuzz", document) else {
            return;
        };
        if edited.check().is_err() {
            return;
        }
        let changed = match change {
            0 => edited.set(&path, &values),
            1 => edited.add(&path, &values),
            _ => edited.remove(&path, &values),
        };
        let source = Source::new("fuzz.kdl", edited.text());
        if changed.is_ok() {
            assert!(syntax::parse(&source).is_ok(), "edited, and no document: {}", edited.text());
        } else {
            assert_eq!(edited.text(), document, "refused, and changed");
        }
    }
}

struct FuzzHost {
    host: Host,
    dir: tempfile::TempDir,
}

/// A host for the files that libzonecfg reads.
static HOST: LazyLock<FuzzHost> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let dir = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap();
    let flavour = illumos_emulation::host::Flavour::Upstream;
    let host = Host::open_or_create(&dir.path().join("host"), flavour).unwrap();
    std::fs::create_dir(dir.path().join("documents")).unwrap();
    host.make_default();
    FuzzHost { host, dir }
});

fn put(path: &str, data: &[u8]) -> PathBuf {
    let file = HOST.host.path(path);
    std::fs::write(&file, data).unwrap();
    file
}

/// The index of zones, by way of the C functions. What was written for one zone leaves the lines of others as they were.
pub fn index(data: &[u8]) {
    put("/etc/zones/index", data);
    if let Ok(zones) = zone::list() {
        for zone in zones.iter().take(8) {
            let _ = zone::find(&zone.name);
        }
    }
    let _ = illumos_emulation::zonecfg::index::entries(&HOST.host);
}

/// A zone's configuration in XML, by way of the C functions: what can be read can be written and is the same then.
pub fn xml(data: &[u8]) {
    put("/etc/zones/index", b"global:installed:/\nfuzz:configured:/zones/fuzz:\n");
    put("/etc/zones/fuzz.xml", data);
    let name: ZoneName = "fuzz".parse().unwrap();
    if let Ok(config) = ZoneConfig::read(&name) {
        let _ = to_commands(&config);
    }
}
