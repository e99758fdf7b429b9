//! Documents that the real library wrote, or was given.
//!
//! The cases lie in `../shared/golden` and `../shared/golden-omnios` beside the workspace, or where `ZMGR_GOLDEN` says.

use std::fs;
use std::path::{Path, PathBuf};

use illumos_emulation::Flavour;
use illumos_sys::{Z_INVALID_DOCUMENT, Z_OK, zonecfg_get_name, zonecfg_setnwifent};

use crate::fixture::{Handle, TestHost};

/// The directories of the cases, each with the flavour; `None` where there are none.
fn folders() -> Option<Vec<(PathBuf, Flavour)>> {
    let golden = std::env::var_os("ZMGR_GOLDEN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden"),
        PathBuf::from,
    );
    let mut omnios = golden.clone().into_os_string();
    omnios.push("-omnios");
    let folders = vec![
        (golden, Flavour::Upstream),
        (PathBuf::from(omnios), Flavour::Omnios),
    ];
    if folders.iter().all(|(folder, _)| folder.is_dir()) {
        return Some(folders);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the cases are missing: {folders:?}"
    );
    println!("skipped: there are no cases in {folders:?}");
    None
}

/// Whether the real tool found the document of `zone` invalid after the case.
fn is_refused(case: &Path, zone: &str) -> bool {
    let answer = fs::read_to_string(case.join("info.rc_stderr"));
    answer.is_ok_and(|answer| answer == format!("1\n{zone}: Invalid document\n"))
}

/// All documents of all cases, but those that the real library wrote and could not read again.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for case in fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        for place in [case.join("before"), case] {
            let Ok(entries) = fs::read_dir(place) else {
                continue;
            };
            found.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                let zone = name.strip_prefix("etc_zones_");
                zone.and_then(|zone| zone.strip_suffix(".xml"))
                    .is_some_and(|zone| !is_refused(path.parent().unwrap(), zone))
            }));
        }
    }
    found
}

/// Whether the real library wrote the document. One that was there before may have been put there by hand.
fn is_written(path: &Path, bytes: &[u8]) -> bool {
    let (Some(case), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let before = fs::read(case.join("before").join(name)).ok();
    bytes.windows(11).any(|window| window == b"DO NOT EDIT")
        && !case.ends_with("before")
        && before.as_deref() != Some(bytes)
}

#[test]
fn what_the_real_library_wrote_is_written_again() {
    let Some(folders) = folders() else { return };
    for (folder, flavour) in folders {
        let mut written = 0;
        for path in documents(&folder) {
            let bytes = fs::read(&path).unwrap();
            let host = TestHost::new(flavour);
            host.write("case.xml", &bytes);
            let (handle, code) = Handle::try_load("case");
            let is_written = is_written(&path, &bytes);
            if !is_written && code != Z_OK {
                continue;
            }
            assert_eq!(code, Z_OK, "{}", path.display());
            let (named, name) = handle.get(zonecfg_get_name, 64);
            if named != Z_OK {
                continue;
            }
            let file = format!("{name}.xml");
            host.write(&file, &bytes);
            host.write("index", format!("{name}:configured:/zones/{name}:\n"));
            // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
            assert_eq!(unsafe { zonecfg_setnwifent(handle.0) }, Z_OK);
            assert_eq!(handle.save(), Z_OK, "{}", path.display());
            let saved = fs::read(host.path(&file)).unwrap();
            if is_written {
                assert_eq!(
                    String::from_utf8_lossy(&saved),
                    String::from_utf8_lossy(&bytes),
                    "{}",
                    path.display()
                );
                written += 1;
            }
            // Whatever was loaded is the same after it was saved.
            let again = Handle::load(&name);
            // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
            assert_eq!(unsafe { zonecfg_setnwifent(again.0) }, Z_OK);
            assert_eq!(again.save(), Z_OK);
            assert_eq!(
                fs::read(host.path(&file)).unwrap(),
                saved,
                "{}",
                path.display()
            );
        }
        assert!(written > 30, "{}: {written}", folder.display());
    }
}

#[test]
fn what_the_real_library_refused_is_refused() {
    let Some(folders) = folders() else { return };
    for (folder, flavour) in folders {
        for case in fs::read_dir(folder).unwrap() {
            let case = case.unwrap().path();
            let Ok(error) = fs::read_to_string(case.join("info.rc_stderr")) else {
                continue;
            };
            let Some(zone) = error
                .strip_suffix(": Invalid document\n")
                .and_then(|line| line.strip_prefix("1\n"))
            else {
                continue;
            };
            let host = TestHost::new(flavour);
            host.write(
                "case.xml",
                fs::read(case.join(format!("etc_zones_{zone}.xml"))).unwrap(),
            );
            assert_eq!(
                Handle::try_load("case").1,
                Z_INVALID_DOCUMENT,
                "{}",
                case.display()
            );
        }
    }
}
