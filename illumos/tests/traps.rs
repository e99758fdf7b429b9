//! What libzonecfg does to callers who do not know it: each trap is fed to the public API, which refuses or gets it right, and beside
//! it, in a process of its own where it ends one, to the library.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::ffi::CString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;

use common::{Flavour, TestHost, config, flavours, name};
use illumos::ErrorKind;
use illumos::zone::config::{Admin, Attr, DedicatedCpu};
use illumos::zone::handle::{Existing, Handle};
use illumos::zone::store::Commit;
use illumos::zone::{self, ZoneConfig, store};

/// Calls the library as somebody would who does not know the trap.
mod raw {
    use super::*;

    pub(super) struct Handle(pub(super) illumos_sys::zone_dochandle_t);

    impl Handle {
        pub(super) fn new() -> Self {
            // SAFETY: takes nothing.
            let handle = unsafe { illumos_sys::zonecfg_init_handle() };
            assert!(!handle.is_null());
            Self(handle)
        }

        pub(super) fn load(name: &str) -> (Self, i32) {
            let handle = Self::new();
            let name = CString::new(name).unwrap();
            // SAFETY: the handle is new, the name ends in a NUL.
            let code = unsafe { illumos_sys::zonecfg_get_handle(name.as_ptr(), handle.0) };
            (handle, code)
        }

        pub(super) fn save(&self) -> i32 {
            // SAFETY: the handle has a document, valid or not; that is the trap.
            unsafe { illumos_sys::zonecfg_save(self.0) }
        }

        pub(super) fn template(name: &str) -> Self {
            let handle = Self::new();
            let name = CString::new(name).unwrap();
            // SAFETY: the handle is new, the names end in a NUL.
            let code = unsafe {
                illumos_sys::zonecfg_get_template_handle(
                    c"SUNWblank".as_ptr(),
                    name.as_ptr(),
                    handle.0,
                )
            };
            assert_eq!(code, 0);
            handle
        }

        pub(super) fn set_zonepath(&self, path: &str) {
            // Another libzonecfg has a root, which zonepaths begin with.
            let root = if cfg!(external_libzonecfg) {
                illumos::root()
            } else {
                PathBuf::new()
            };
            let path = CString::new(format!("{}{path}", root.display())).unwrap();
            // SAFETY: the handle has a document, the path ends in a NUL.
            let code =
                unsafe { illumos_sys::zonecfg_set_zonepath(self.0, path.as_ptr().cast_mut()) };
            assert_eq!(code, 0);
        }

        pub(super) fn add_attr(&self, attr_type: &str, value: &str) {
            // SAFETY: arrays of characters, for which zeros are a value.
            let mut attr: illumos_sys::zone_attrtab = unsafe { std::mem::zeroed() };
            let put = |field: &mut [std::ffi::c_char], text: &str| {
                for (to, from) in field.iter_mut().zip(text.bytes()) {
                    *to = std::ffi::c_char::from_ne_bytes([from]);
                }
            };
            put(&mut attr.zone_attr_name, "a");
            put(&mut attr.zone_attr_type, attr_type);
            put(&mut attr.zone_attr_value, value);
            // SAFETY: the handle has a document, the texts end in a NUL.
            let code = unsafe { illumos_sys::zonecfg_add_attr(self.0, &raw mut attr) };
            assert_eq!(code, 0);
        }
    }

    impl Drop for Handle {
        fn drop(&mut self) {
            // SAFETY: from zonecfg_init_handle, not used afterwards.
            unsafe { illumos_sys::zonecfg_fini_handle(self.0) };
        }
    }
}

/// What a child process does, by the name of the trap.
fn fall_into(trap: &str) {
    // Points another libzonecfg at the host.
    illumos::zone::list().unwrap();
    match trap {
        "delete-pset" => {
            let (handle, code) = raw::Handle::load("web01");
            assert_eq!(code, 0);
            // SAFETY: the handle has a document; that its cursor is nowhere is the trap.
            unsafe { illumos_sys::zonecfg_delete_pset(handle.0) };
        }
        "bad-type" => {
            let (handle, code) = raw::Handle::load("web01");
            assert_eq!(code, 0);
            handle.add_attr("text", "x");
            handle.save();
        }
        other => panic!("no trap {other}"),
    }
}

const TRAP: &str = "ILLUMOS_TEST_TRAP";

/// The child process of [`killed_by`]; as a test of its own it does nothing.
#[test]
fn child() {
    if let Ok(trap) = std::env::var(TRAP) {
        fall_into(&trap);
    }
}

/// Falls into the trap in a process of its own.
fn killed_by(host: &TestHost, trap: &str) -> ExitStatus {
    #[expect(
        clippy::disallowed_methods,
        reason = "the process is this test itself, and it is meant to die"
    )]
    let mut process = std::process::Command::new(std::env::current_exe().unwrap());
    process
        .args(["--exact", "child"])
        .env(TRAP, trap)
        .env("ZMGR_EMULATED_HOST", host.host.dir());
    process.output().unwrap().status
}

#[test]
fn a_value_that_is_too_long_ends_no_list() {
    for flavour in flavours() {
        let host = TestHost::alone(flavour);
        let long = "v".repeat(3000);
        host.document(
            "web01",
            "",
            &format!(
                "  <attr name=\"first\" type=\"string\" value=\"x\"/>\n  <attr name=\"long\" type=\"string\" value=\"{long}\"/>\n  \
                 <attr name=\"last\" type=\"string\" value=\"x\"/>\n"
            ),
        );
        host.append_to_index("web01:configured:/zones/web01:\n");
        let error = ZoneConfig::read(&name("web01")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(error.code(), Some(("zonecfg_getattrent", 14)));
        assert!(error.to_string().contains("attr number 2"), "{error}");

        // The loop that the library is made for sees one attr, and no error.
        let (handle, _) = raw::Handle::load("web01");
        let mut seen = 0;
        // SAFETY: the handle has a document; the structure is arrays of characters, for which zeros are a value.
        unsafe {
            illumos_sys::zonecfg_setattrent(handle.0);
            let mut attr: illumos_sys::zone_attrtab = std::mem::zeroed();
            while illumos_sys::zonecfg_getattrent(handle.0, &raw mut attr) == 0 {
                seen += 1;
            }
        }
        assert_eq!(seen, 1);
    }
}

#[test]
fn what_the_library_passes_over_is_an_error() {
    let host = TestHost::new(Flavour::Upstream);
    let value = |priv_: &str, limit: &str| {
        format!("<rctl-value priv=\"{priv_}\" limit=\"{limit}\" action=\"deny\"/>")
    };
    let good = value("privileged", "1");
    for (body, part) in [
        (
            format!(
                "<rctl name=\"zone.max-swap\">{good}{}</rctl>",
                value("basic", "2")
            ),
            "1 of its 2 rctl values",
        ),
        (
            format!(
                "<rctl name=\"zone.max-swap\">{}</rctl>",
                value("privileged", "-2")
            ),
            "0 of its 1 rctl values",
        ),
        (
            "<pset ncpu_min=\"1\" ncpu_max=\"2\"/><pset ncpu_min=\"3\" ncpu_max=\"4\"/>".to_owned(),
            "2 dedicated-cpu",
        ),
        (
            "<security-flags lower=\"aslr\"/><security-flags lower=\"none\"/>".to_owned(),
            "2 security-flags",
        ),
    ] {
        host.document("web01", "", &body);
        let error = ZoneConfig::read(&name("web01")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{body}");
        assert!(error.to_string().contains(part), "{error}");
    }
    host.document(
        "web01",
        "",
        &format!("<!-- {good} --><rctl name=\"zone.max-swap\">{good}</rctl>"),
    );
    assert_eq!(
        ZoneConfig::read(&name("web01")).unwrap().rctl[0]
            .value
            .len(),
        1
    );
}

#[test]
fn resources_that_occur_once_are_removed_first_thing() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let mut old = config("web01");
        old.dedicated_cpu = Some(DedicatedCpu {
            ncpus: "1-2".to_owned(),
            importance: None,
        });
        if flavour == Flavour::Upstream {
            old.capped_memory_physical = Some(1 << 30);
        }
        old.create().unwrap();
        let new = ZoneConfig {
            dedicated_cpu: None,
            capped_memory_physical: None,
            ..old.clone()
        };
        assert_eq!(new.replace(&old).unwrap(), Commit::Saved);
        assert_eq!(ZoneConfig::read(&name("web01")).unwrap(), new);
        assert_eq!(old.replace(&new).unwrap(), Commit::Saved);
        assert_eq!(ZoneConfig::read(&name("web01")).unwrap(), old);
        assert_eq!(
            killed_by(&host, "delete-pset").signal(),
            Some(libc::SIGSEGV)
        );
    }
}

#[test]
fn a_type_that_no_attr_has_is_refused() {
    let host = TestHost::new(Flavour::Upstream);
    config("web01").create().unwrap();
    let mut bad = config("web02");
    bad.attr.push(Attr {
        name: "a".to_owned(),
        attr_type: "text".to_owned(),
        value: "x".to_owned(),
    });
    assert_eq!(bad.create().unwrap_err().kind(), ErrorKind::Invalid);
    let mut handle = Handle::load("web01").unwrap();
    let error = handle.add_attr(&bad.attr[0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(killed_by(&host, "bad-type").signal(), Some(libc::SIGABRT));
}

#[test]
fn what_a_document_cannot_hold_is_refused() {
    let host = TestHost::alone(Flavour::Upstream);
    for value in ["a\u{1}b", "\u{b}", "\u{fffe}", "a\0b"] {
        let mut bad = config("web01");
        bad.attr.push(Attr {
            name: "a".to_owned(),
            attr_type: "string".to_owned(),
            value: value.to_owned(),
        });
        assert_eq!(
            bad.create().unwrap_err().kind(),
            ErrorKind::Invalid,
            "{value:?}"
        );
        let mut bad = config("web01");
        bad.bootargs = Some(value.to_owned());
        assert_eq!(
            bad.create().unwrap_err().kind(),
            ErrorKind::Invalid,
            "{value:?}"
        );
    }
    assert!(!host.path("/etc/zones/web01.xml").exists());
    // The library saves it, and cannot read it afterwards.
    let handle = raw::Handle::template("web02");
    handle.set_zonepath("/zones/web02");
    handle.add_attr("string", "a\u{1}b");
    assert_eq!(handle.save(), 0);
    assert_eq!(raw::Handle::load("web02").1, 22);
}

#[test]
fn a_zone_is_not_created_over_another() {
    for flavour in flavours() {
        let host = TestHost::alone(flavour);
        config("web01").create().unwrap();
        let line = "web01:installed:/zones/web01:0d8a2f2e-1111-4222-8333-444455556666\n";
        host.write(
            "/etc/zones/index",
            host.index()
                .replace("web01:configured:/zones/web01:\n", line),
        );
        let before = (host.index(), host.read("/etc/zones/web01.xml"));
        assert_eq!(
            config("web01").create().unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        let mut new = Handle::from_template("SUNWblank", "web01").unwrap();
        new.set_zonepath("/zones/other").unwrap();
        let error = new.save(Existing::ReplaceConfigured).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(host.index().contains(":installed:"));
        assert!(
            host.index()
                .contains("0d8a2f2e-1111-4222-8333-444455556666")
        );
        assert_eq!(before.0, host.index());

        let handle = raw::Handle::template("web01");
        handle.set_zonepath("/zones/web01");
        assert_eq!(handle.save(), 0);
        assert!(
            host.index().contains("web01:configured:/zones/web01:\n"),
            "the library resets it: {}",
            host.index()
        );
    }
}

#[test]
fn a_document_without_a_zone_is_not_overwritten() {
    let host = TestHost::new(Flavour::Upstream);
    host.document("web01", "", "");
    let before = host.read("/etc/zones/web01.xml");
    let error = config("web01").create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(
        error.to_string().contains("/etc/zones/web01.xml"),
        "{error}"
    );
    assert_eq!(host.read("/etc/zones/web01.xml"), before);
    // It can be read, not changed, and deleted.
    let read = ZoneConfig::read(&name("web01")).unwrap();
    let changed = ZoneConfig {
        autoboot: true,
        ..read.clone()
    };
    let error = changed.replace(&read).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("index"), "{error}");
    store::delete(&name("web01"), false).unwrap();
    assert!(!host.path("/etc/zones/web01.xml").exists());
}

#[test]
fn a_zone_without_a_zonepath_is_refused() {
    let host = TestHost::new(Flavour::Upstream);
    let before = host.index();
    let without = ZoneConfig {
        zonepath: String::new(),
        ..config("web01")
    };
    assert_eq!(without.create().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(host.index(), before);
}

#[test]
fn an_index_without_its_last_newline_loses_no_zone() {
    for flavour in flavours() {
        let host = TestHost::alone(flavour);
        config("web01").create().unwrap();
        host.write("/etc/zones/index", host.index().trim_end());
        let before = host.index();
        let error = config("web02").create().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(
            error.to_string().contains("echo >> /etc/zones/index"),
            "{error}"
        );
        // Its own zone cannot be changed either, and the reason is given.
        let read = ZoneConfig::read(&name("web01")).unwrap();
        let changed = ZoneConfig {
            autoboot: true,
            ..read.clone()
        };
        assert!(
            changed
                .replace(&read)
                .unwrap_err()
                .to_string()
                .contains("newline")
        );
        assert_eq!(host.index(), before);
        assert_eq!(zone::list().unwrap(), []);

        assert!(zone::mend_index().unwrap());
        assert!(!zone::mend_index().unwrap());
        assert_eq!(host.index(), format!("{before}\n"));
        config("web02").create().unwrap();
        let names: Vec<_> = zone::list()
            .unwrap()
            .into_iter()
            .map(|zone| zone.name)
            .collect();
        assert_eq!(names, [name("web01"), name("web02")]);

        host.write("/etc/zones/index", host.index().trim_end());
        let handle = raw::Handle::template("web03");
        handle.set_zonepath("/zones/web03");
        assert_eq!(handle.save(), 0);
        assert_eq!(
            zone::find(&name("web03")).unwrap(),
            None,
            "the library loses it: {}",
            host.index()
        );
    }
}

#[test]
fn a_rename_that_would_overwrite_another_zone_is_refused() {
    for flavour in flavours() {
        let host = TestHost::alone(flavour);
        for zone in ["aa", "bb"] {
            config(zone).create().unwrap();
        }
        let before = host.index();
        let rename = |zone: &str, to: &str| {
            let mut handle = Handle::load(zone)?;
            handle.set_zonename(to)?;
            handle.save(Existing::Refuse)
        };
        let error = rename("aa", "bbb").unwrap_err();
        assert!(error.reason().contains("zone bb "), "{error}");
        assert_eq!(host.index(), before);
        assert!(host.path("/etc/zones/aa.xml").exists());
        // Where no other zone stands in the way it goes.
        rename("bb", "aaa").unwrap();
        assert!(
            host.index()
                .ends_with("aa:configured:/zones/aa:\naaa:configured:/zones/bb:\n"),
            "{}",
            host.index()
        );

        host.write("/etc/zones/index", before);
        store::delete(&name("aaa"), true).unwrap();
        let (handle, code) = raw::Handle::load("aa");
        assert_eq!(code, 0);
        // SAFETY: the handle has a document, the name ends in a NUL.
        let code = unsafe { illumos_sys::zonecfg_set_name(handle.0, c"bbb".as_ptr().cast_mut()) };
        assert_eq!(code, 0);
        assert_eq!(handle.save(), 0);
        assert_eq!(
            zone::find(&name("bb")).unwrap(),
            None,
            "the library overwrites it: {}",
            host.index()
        );
    }
}

#[test]
fn names_are_no_paths() {
    let host = TestHost::alone(Flavour::Upstream);
    config("web01").create().unwrap();
    for bad in [
        "../zones/web01",
        "web01/../web01",
        "/etc/zones/web01",
        ".",
        "..",
        "",
        "a b",
        "global",
        "web01\0",
    ] {
        assert!(bad.parse::<zone::ZoneName>().is_err(), "{bad:?}");
    }
    let error = Handle::from_template("../zones/web01", "web02").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(zone::find(&name("web02")).unwrap(), None);
    assert_eq!(
        raw::Handle::load("../zones/web01").1,
        0,
        "the library follows it"
    );
    drop(host);
}

#[test]
fn documents_that_are_none_are_errors() {
    let host = TestHost::new(Flavour::Upstream);
    let header = "<?xml version=\"1.0\"?>\n<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n";
    let documents = [
        String::new(),
        "junk".to_owned(),
        format!("{header}<zone name=\"web01\" zonepath=\"/zones/web01\" autoboot=\"false\"><net"),
        "<zone name=\"web01\" zonepath=\"/zones/web01\" autoboot=\"false\"/>".to_owned(),
        format!("{header}<zone name=\"web01\" zonepath=\"/zones/web01\" autoboot=\"maybe\"/>"),
        format!("{header}<zone name=\"web01\" autoboot=\"false\"/>"),
        format!(
            "{}<pset ncpu_min=\"1\" ncpu_max=\"1\"/>",
            header.replace("DOCTYPE zone", "DOCTYPE pset")
        ),
    ];
    host.append_to_index("web01:configured:/zones/web01:\n");
    for document in documents {
        host.write("/etc/zones/web01.xml", &document);
        let error = ZoneConfig::read(&name("web01")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{document}");
    }
    // Such a zone can be deleted.
    store::delete(&name("web01"), false).unwrap();
    assert_eq!(zone::find(&name("web01")).unwrap(), None);
}

#[test]
fn a_document_of_another_zone_is_an_error() {
    let host = TestHost::new(Flavour::Upstream);
    host.document("other", "", "");
    host.write("/etc/zones/web01.xml", host.read("/etc/zones/other.xml"));
    host.append_to_index("web01:configured:/zones/web01:\n");
    let error = ZoneConfig::read(&name("web01")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("other"), "{error}");
}

#[test]
fn texts_of_documents_in_other_encodings_are_utf8() {
    let host = TestHost::new(Flavour::Upstream);
    let document = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
                     \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n<zone name=\"web01\" zonepath=\"/zones/web01\" autoboot=\"false\">\
                     <attr name=\"a\" type=\"string\" value=\"caf\xe9\"/></zone>\n";
    host.write("/etc/zones/web01.xml", document);
    assert_eq!(
        ZoneConfig::read(&name("web01")).unwrap().attr[0].value,
        "caf\u{e9}"
    );
}

#[test]
fn a_user_name_for_a_shell_is_refused() {
    let host = TestHost::new(Flavour::Upstream);
    let clean = config("web01");
    clean.create().unwrap();
    for user in ["x;reboot", "$(reboot)", "a b", "-x", ""] {
        let mut bad = clean.clone();
        bad.admin.push(Admin {
            user: user.to_owned(),
            auths: "login".to_owned(),
        });
        assert_eq!(
            bad.replace(&clean).unwrap_err().kind(),
            ErrorKind::Invalid,
            "{user:?}"
        );
    }
    // Also one that was there before.
    host.document(
        "web01",
        "ip-type=\"exclusive\"",
        "  <admin user=\"x;reboot\" auths=\"login\"/>\n",
    );
    let read = ZoneConfig::read(&name("web01")).unwrap();
    let changed = ZoneConfig {
        bootargs: Some("-v".to_owned()),
        ..read.clone()
    };
    assert_eq!(
        changed.replace(&read).unwrap_err().kind(),
        ErrorKind::Invalid
    );
    assert_eq!(
        store::delete(&name("web01"), false).unwrap_err().kind(),
        ErrorKind::Invalid
    );
    assert!(host.path("/etc/zones/web01.xml").exists());
}

#[test]
fn a_long_zonepath_is_given_whole() {
    let host = TestHost::new(Flavour::Upstream);
    let path = format!("/zones/{}", "p".repeat(1000));
    host.append_to_index(&format!("web01:configured:{path}:\n"));
    assert_eq!(zone::get(&name("web01")).unwrap().zonepath, path);
    let mut buffer = [0; 100];
    // SAFETY: the name ends in a NUL; the buffer has the length that is given with it.
    let code = unsafe {
        illumos_sys::zone_get_zonepath(
            c"web01".as_ptr().cast_mut(),
            buffer.as_mut_ptr(),
            buffer.len(),
        )
    };
    assert_eq!(code, 0, "the library cuts it and says nothing");
    // One that does not fit is refused before it is stored.
    let long = ZoneConfig {
        zonepath: format!("/{}", "p".repeat(1023)),
        ..config("web02")
    };
    assert_eq!(long.create().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_document_that_vanished_is_not_found() {
    let host = TestHost::new(Flavour::Upstream);
    let old = config("web01");
    old.create().unwrap();
    std::fs::remove_file(host.path("/etc/zones/web01.xml")).unwrap();
    let new = ZoneConfig {
        autoboot: true,
        ..old.clone()
    };
    assert_eq!(new.replace(&old).unwrap_err().kind(), ErrorKind::NotFound);
    store::delete(&name("web01"), false).unwrap();
    assert_eq!(zone::list().unwrap(), []);
}
