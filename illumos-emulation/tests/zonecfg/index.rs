//! The index: what is read, and what a change does to the rest.

use std::ffi::CStr;

use illumos_emulation::zonecfg::index::{self, Change};
use illumos_sys::{
    PZE_ADD, PZE_MODIFY, PZE_REMOVE, Z_INVAL, Z_OK, Z_UPDATING_INDEX, endzoneent, getzoneent,
    getzoneent_private, putzoneent, setzoneent, zoneent,
};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

use crate::fixture::{TestHost, fill, text, zeroed};

const UUID: &str = "0d8a2f2e-1111-4222-8333-444455556666";

fn entry(name: &str, state: i32, path: &str, new_name: &str) -> zoneent {
    let mut entry: zoneent = zeroed();
    fill(&mut entry.zone_name, name);
    fill(&mut entry.zone_path, path);
    fill(&mut entry.zone_newname, new_name);
    entry.zone_state = state;
    entry
}

#[test]
fn entries_are_put() {
    let host = TestHost::upstream();
    // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
    let put = |mut entry: zoneent, operation| unsafe { putzoneent(&mut entry, operation) };
    assert_eq!(put(entry("p1", 0, "", ""), PZE_ADD), Z_INVAL);
    assert_eq!(put(entry("p1", 0, "/zones/p1", ""), PZE_ADD), Z_OK);
    assert_eq!(
        put(entry("p1", 0, "/zones/p1", ""), PZE_ADD),
        Z_UPDATING_INDEX
    );
    assert_eq!(put(entry("p1", -1, "", "p2"), PZE_MODIFY), Z_OK);
    assert_eq!(
        put(entry("missing", -1, "", ""), PZE_MODIFY),
        Z_UPDATING_INDEX
    );
    assert_eq!(put(entry("missing", -1, "", ""), PZE_REMOVE), Z_OK);
    assert_eq!(put(entry("global", 0, "/x", ""), PZE_MODIFY), Z_OK);
    assert_eq!(
        host.read("index"),
        "global:installed:/\nz1:configured:/zones/z1:\np2:configured:/zones/p1:\n"
    );
}

#[test]
fn what_is_read_and_what_is_skipped() {
    let host = TestHost::upstream();
    let upper = UUID.to_ascii_uppercase();
    let long = "n".repeat(64);
    let too_long = "x".repeat(1200);
    host.write(
        "index",
        format!(
            "# comment\nglobal:installed:/\nok:configured:/zones/ok:\n:configured:/noname:\n{long}:configured:/long:\n\
             run:running:/zones/run:\nempty::/zones/e:\nq:installed:\"/a:b\":{UUID}\nnouuid:installed:/x\n\
             upper:configured:/x:{upper}\r\n sp:configured:/x:\nnn:incomplete:/x:bad\nlate:installed:/{too_long}:\n\
             last:configured:/last:"
        ),
    );
    let mut seen = Vec::new();
    // SAFETY: the cookie is the one that setzoneent returned; entries are freed once.
    unsafe {
        let cookie = setzoneent();
        loop {
            let entry = getzoneent_private(cookie);
            if entry.is_null() {
                break;
            }
            let fields = &*entry;
            seen.push((
                text(&fields.zone_name),
                fields.zone_state,
                text(&fields.zone_path),
                fields.zone_uuid[..2].to_vec(),
            ));
            libc::free(entry.cast());
        }
        endzoneent(cookie);
        assert!(getzoneent(std::ptr::null_mut()).is_null());
        let cookie = setzoneent();
        let first = getzoneent(cookie);
        assert_eq!(CStr::from_ptr(first).to_str(), Ok("global"));
        libc::free(first.cast());
        endzoneent(cookie);
    }
    let entry = |name: &str, state, path: &str, uuid: [u8; 2]| {
        (name.to_owned(), state, path.to_owned(), uuid.to_vec())
    };
    assert_eq!(
        seen,
        [
            entry("global", 2, "/", [0, 0]),
            entry("ok", 0, "/zones/ok", [0, 0]),
            entry("q", 2, "/a:b", [0x0d, 0x8a]),
            entry("nouuid", 2, "/x", [0, 0]),
            entry("upper", 0, "/x", [0x0d, 0x8a]),
            entry(" sp", 0, "/x", [0, 0]),
            entry("nn", 1, "/x", [0, 0]),
        ]
    );
}

/// The index after a change.
fn after(before: &str, change: &Change<'_>) -> Result<String, i32> {
    let host = TestHost::upstream();
    host.write("index", before);
    index::put(&host.host, change)?;
    Ok(host.read("index"))
}

fn rename<'a>(name: &'a [u8], new_name: &'a [u8]) -> Change<'a> {
    Change::Modify {
        name,
        state: None,
        path: b"",
        new_name,
        uuid: [0; 16],
    }
}

fn add<'a>(name: &'a [u8], path: &'a [u8]) -> Change<'a> {
    Change::Add {
        name,
        state: index::CONFIGURED,
        path,
        uuid: [0; 16],
    }
}

#[test]
fn the_faults_of_the_real_library() {
    // A renamed line is followed by a search for the new name over the length of the old one.
    assert_eq!(
        after(
            "aa:configured:/a:\nbb:configured:/b:\n",
            &rename(b"aa", b"bbb")
        )
        .unwrap(),
        "bbb:configured:/a:\nbbb:configured:/b:\n"
    );
    // The line before a new one may lack its newline.
    assert_eq!(
        after("a:configured:/a:", &add(b"b", b"/b")).unwrap(),
        "a:configured:/a:b:configured:/b:\n"
    );
    assert_eq!(
        after("a:configured:/a:", &rename(b"a", b"b")),
        Err(Z_UPDATING_INDEX)
    );
    assert_eq!(
        after("a:configured:/a:", &Change::Remove { name: b"a" }).unwrap(),
        ""
    );
    // Every line of a name is changed, but for those after a renamed one; what follows the fourth field is dropped; unknown
    // states are copied.
    let lines = format!("a:installed:/a:{UUID}:R\na:configured:/b:\n");
    assert_eq!(
        after(&lines, &rename(b"a", b"c")).unwrap(),
        format!("c:installed:/a:{UUID}\na:configured:/b:\n")
    );
    assert_eq!(
        after(&lines, &rename(b"a", b"")).unwrap(),
        lines.replace(":R", "")
    );
    assert!(
        after("a:bogus:/a:\n", &rename(b"a", b"a"))
            .unwrap()
            .starts_with("a:bogus:/a:")
    );
    assert_eq!(
        after("a::/a:\n", &rename(b"a", b"b")),
        Err(Z_UPDATING_INDEX)
    );
    // Quotes only where they are needed.
    assert_eq!(
        after("a:configured:\"/a\":\n", &rename(b"a", b"b")).unwrap(),
        "b:configured:/a:\n"
    );
    assert_eq!(
        after("", &add(b"b", b"/b:c")).unwrap(),
        "b:configured:\"/b:c\":\n"
    );
}

#[test]
fn many_zones_are_read_quickly() {
    let host = TestHost::upstream();
    let lines: String = (0..8192)
        .map(|zone| format!("zone{zone}:installed:/zones/zone{zone}:{UUID}\n"))
        .collect();
    host.write("index", lines);
    let start = std::time::Instant::now();
    assert_eq!(index::entries(&host.host).unwrap().len(), 8192);
    assert!(index::find(&host.host, b"zone8191").is_some());
    assert!(start.elapsed() < std::time::Duration::from_secs(2));
}

fn zone() -> impl Strategy<Value = (String, u8, String, bool)> {
    (
        "[a-z][a-z0-9]{0,4}",
        0u8..3,
        "/[a-z:/]{1,12}",
        any::<bool>(),
    )
}

#[test]
fn a_change_leaves_other_lines_alone() {
    let host = TestHost::upstream();
    let line = |(name, state, path, has_uuid): &(String, u8, String, bool)| {
        let state = ["configured", "incomplete", "installed"][usize::from(*state)];
        let quote = if path.contains(':') { "\"" } else { "" };
        format!(
            "{name}:{state}:{quote}{path}{quote}:{}\n",
            if *has_uuid { UUID } else { "" }
        )
    };
    let zones = || prop::collection::vec(zone(), 0..12);
    proptest!(|(zones in zones(), comment in "#[ -~]{0,20}", name in "[A-Z]{1,4}")| {
        let lines = zones.iter().map(line);
        let before: String = std::iter::once(format!("{comment}\n")).chain(lines).collect();
        host.write("index", &before);
        index::put(&host.host, &add(name.as_bytes(), b"/new")).unwrap();
        prop_assert_eq!(host.read("index"), format!("{before}{name}:configured:/new:\n"));
        let read = index::entries(&host.host).unwrap();
        prop_assert_eq!(read.len(), zones.len() + 1);
        for (entry, (name, state, path, _)) in read.iter().zip(&zones) {
            prop_assert_eq!((&entry.name(), entry.state, &entry.path()), (name, *state, path));
        }
        index::set_state(&host.host, &name, index::INSTALLED).unwrap();
        prop_assert!(index::find(&host.host, name.as_bytes()).unwrap().uuid != [0; 16]);
        index::remove(&host.host, &name).unwrap();
        prop_assert_eq!(host.read("index"), before);
    });
}

#[test]
fn no_index_is_too_odd_to_read() {
    let host = TestHost::upstream();
    proptest!(|(text in prop::collection::vec(any::<u8>(), 0..3000))| {
        host.write("index", &text);
        let _ = index::entries(&host.host).unwrap();
        let _ = index::put(&host.host, &add(b"z9", b"/z9"));
    });
}
