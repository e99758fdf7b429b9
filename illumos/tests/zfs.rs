//! Snapshots, holds, clones, streams and properties of datasets, with the emulated `zfs`.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use common::{Flavour, TestHost, flavours};
use illumos::ErrorKind;
use illumos::zfs::{self, Reach, Receiving, Sending, Source};

fn labels(dataset: &str) -> Vec<String> {
    let found = zfs::snapshots(dataset, Reach::Own).unwrap();
    found.iter().map(|found| found.label().to_owned()).collect()
}

#[test]
fn values_of_many_datasets_are_read_at_once() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        zfs::create("rpool/a", &[("org.zmgr:id", "x"), ("quota", "10G")]).unwrap();
        zfs::create("rpool/a/b", &[]).unwrap();
        let names = ["rpool/a", "rpool/nosuch", "rpool/a/b"];
        let found = zfs::values(&names, &["org.zmgr:id", "quota", "origin"]).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found["rpool/a"]["quota"].text, "10737418240");
        assert_eq!(found["rpool/a"]["org.zmgr:id"].source, Source::Local);
        let inherited = Source::Inherited("rpool/a".to_owned());
        assert_eq!(found["rpool/a/b"]["org.zmgr:id"].source, inherited);
        assert!(!found["rpool/a"].contains_key("origin"));
        let error = zfs::values(&names, &["nosuch"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}

#[test]
fn snapshots_are_taken_together_held_and_removed() {
    let _host = TestHost::new(Flavour::Upstream);
    zfs::create("rpool/a", &[]).unwrap();
    zfs::create("rpool/a/b", &[]).unwrap();
    zfs::take(
        &["rpool/a@one"],
        Reach::Below,
        &[("org.zmgr:kind", "manual")],
    )
    .unwrap();
    let below = zfs::snapshots("rpool/a", Reach::Below).unwrap();
    assert_eq!(below.len(), 2);
    assert_eq!(below[0].createtxg, below[1].createtxg);
    // One that cannot be taken keeps the other from being taken.
    let error = zfs::take(&["rpool/a@two", "rpool/a/b@one"], Reach::Own, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert_eq!(labels("rpool/a"), ["one"]);
    zfs::take(&["rpool/a@two"], Reach::Own, &[]).unwrap();
    zfs::hold("zmgr:1", "rpool/a@one", Reach::Below).unwrap();
    let again = zfs::hold("zmgr:1", "rpool/a@one", Reach::Own).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists, "{again}");
    let held = zfs::remove("rpool/a", &["one", "two"]).unwrap_err();
    assert_eq!(held.kind(), ErrorKind::Busy, "{held}");
    assert_eq!(labels("rpool/a"), ["one", "two"]);
    zfs::release("zmgr:1", "rpool/a@one", Reach::Below).unwrap();
    zfs::remove("rpool/a", &["one", "two"]).unwrap();
    assert!(labels("rpool/a").is_empty());
    let gone = zfs::remove("rpool/a", &["one"]).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
}

#[test]
fn a_tree_is_destroyed_whole_or_not_at_all() {
    let _host = TestHost::new(Flavour::Upstream);
    zfs::create("rpool/a", &[]).unwrap();
    zfs::create("rpool/a/b", &[]).unwrap();
    zfs::take(&["rpool/a@one"], Reach::Own, &[]).unwrap();
    zfs::hold("keep", "rpool/a@one", Reach::Own).unwrap();
    let error = zfs::destroy_tree("rpool/a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.to_string().contains("rpool/a@one is held"), "{error}");
    assert!(zfs::get("rpool/a/b", "type").unwrap().is_some());
    zfs::release("keep", "rpool/a@one", Reach::Own).unwrap();
    zfs::clone("rpool/a@one", "rpool/c", &[]).unwrap();
    let error = zfs::destroy_tree("rpool/a").unwrap_err();
    assert!(
        error.to_string().contains("has the clones rpool/c"),
        "{error}"
    );
    zfs::promote("rpool/c").unwrap();
    zfs::destroy_tree("rpool/a").unwrap();
    let gone = zfs::get("rpool/a", "type").unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    assert_eq!(labels("rpool/c"), ["one"]);
}

#[test]
fn a_rollback_loses_what_was_shown_and_nothing_else() {
    let host = TestHost::new(Flavour::Upstream);
    zfs::create("rpool/a", &[("mountpoint", "/a")]).unwrap();
    let file = host.path("/a/file");
    std::fs::write(&file, "one").unwrap();
    zfs::take(&["rpool/a@one"], Reach::Own, &[]).unwrap();
    std::fs::write(&file, "two").unwrap();
    zfs::take(&["rpool/a@two"], Reach::Own, &[]).unwrap();
    let error = zfs::rollback("rpool/a@one", &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfDate, "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "two");
    zfs::hold("keep", "rpool/a@two", Reach::Own).unwrap();
    let error = zfs::rollback("rpool/a@one", &["rpool/a@two"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    zfs::release("keep", "rpool/a@two", Reach::Own).unwrap();
    zfs::rollback("rpool/a@one", &["rpool/a@two"]).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
    assert_eq!(labels("rpool/a"), ["one"]);
}

#[test]
fn a_stream_carries_files_and_its_failure_is_told() {
    let host = TestHost::new(Flavour::Upstream);
    zfs::create("rpool/a", &[("mountpoint", "/a")]).unwrap();
    std::fs::write(host.path("/a/file"), "x".repeat(300_000)).unwrap();
    zfs::take(&["rpool/a@one"], Reach::Own, &[]).unwrap();
    let send = Sending {
        snapshot: "rpool/a@one".to_owned(),
        ..Sending::default()
    };
    let receive = Receiving {
        dataset: "rpool/copy".to_owned(),
        properties: vec![("mountpoint".to_owned(), "/copy".to_owned())],
        mount: true,
        ..Receiving::default()
    };
    zfs::transfer(&send, &receive).unwrap();
    assert_eq!(
        std::fs::read(host.path("/copy/file")).unwrap().len(),
        300_000
    );
    // The receiver does not read what the sender has: both end.
    let error = zfs::transfer(&send, &receive).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("destination 'rpool/copy' exists"),
        "{error}"
    );
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    let nothing = Sending {
        snapshot: "rpool/a@nosuch".to_owned(),
        ..Sending::default()
    };
    let other = Receiving {
        dataset: "rpool/other".to_owned(),
        ..Receiving::default()
    };
    let error = zfs::transfer(&nothing, &other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    std::fs::write(host.path("/a/more"), "more").unwrap();
    zfs::take(&["rpool/a@two"], Reach::Own, &[]).unwrap();
    let later = Sending {
        snapshot: "rpool/a@two".to_owned(),
        base: Some("rpool/a@one".to_owned()),
        ..Sending::default()
    };
    std::fs::write(host.path("/copy/own"), "own").unwrap();
    let receive = Receiving {
        dataset: "rpool/copy".to_owned(),
        ..Receiving::default()
    };
    let error = zfs::transfer(&later, &receive).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfDate, "{error}");
    zfs::rollback("rpool/copy@one", &[]).unwrap();
    zfs::transfer(&later, &receive).unwrap();
    assert_eq!(std::fs::read(host.path("/copy/more")).unwrap(), b"more");
}
