//! A host's directory: set up once, completed, opened again.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

use std::path::Path;

use illumos_emulation::{Flavour, Host};

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_fresh_host_has_what_the_distribution_installs() {
    for (flavour, brands) in [
        (
            Flavour::Upstream,
            [
                "ipkg",
                "nlipkg",
                "sn1",
                "solaris10",
                "labeled",
                "bhyve",
                "kvm",
            ]
            .as_slice(),
        ),
        (
            Flavour::Omnios,
            &[
                "ipkg", "lipkg", "sparse", "pkgsrc", "illumos", "lx", "bhyve", "kvm", "emu",
            ],
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(dir.path(), flavour).unwrap();
        assert_eq!(host.flavour(), flavour);
        assert!(read(host.path("/etc/zones/index")).ends_with("\nglobal:installed:/\n"));
        for brand in brands {
            assert!(
                host.path(&format!("/usr/lib/brand/{brand}/config.xml"))
                    .is_file(),
                "{brand}"
            );
        }
        assert!(host.path("/zones").is_dir());
        assert!(host.path("/etc/zones/SUNWdefault.xml").is_file());
    }
}

#[test]
fn an_existing_host_keeps_its_flavour_and_its_files() {
    let dir = tempfile::tempdir().unwrap();
    Host::open_or_create(dir.path(), Flavour::Omnios).unwrap();
    std::fs::write(
        dir.path().join("etc/zones/index"),
        "z1:installed:/zones/z1:\n",
    )
    .unwrap();
    let host = Host::open_or_create(dir.path(), Flavour::Upstream).unwrap();
    assert_eq!(host.flavour(), Flavour::Omnios);
    assert_eq!(
        read(host.path("/etc/zones/index")),
        "z1:installed:/zones/z1:\n"
    );
}

#[test]
fn files_that_a_person_put_there_are_kept_and_the_rest_is_added() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("etc/zones")).unwrap();
    let index = "# mine\nglobal:installed:/\nz1:configured:/zones/z1:\n";
    std::fs::write(dir.path().join("etc/zones/index"), index).unwrap();
    std::fs::write(dir.path().join("etc/zones/SUNWdefault.xml"), "mine").unwrap();
    let host = Host::open_or_create(dir.path(), Flavour::Upstream).unwrap();
    assert_eq!(read(host.path("/etc/zones/index")), index);
    assert_eq!(read(host.path("/etc/zones/SUNWdefault.xml")), "mine");
    assert!(host.path("/usr/lib/brand/ipkg/config.xml").is_file());
}

#[test]
fn directories_that_cannot_be_meant_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("letters.txt"), "to my aunt").unwrap();
    let error = Host::open_or_create(dir.path(), Flavour::Upstream).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("neither empty nor an emulated host"),
        "{error}"
    );
    assert!(!dir.path().join("etc").exists());

    let error = Host::open_or_create(Path::new("/"), Flavour::Upstream).unwrap_err();
    assert!(error.to_string().contains("/ cannot be"), "{error}");
}

#[test]
fn a_damaged_record_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    Host::open_or_create(dir.path(), Flavour::Upstream).unwrap();
    std::fs::write(dir.path().join("emulation/host"), "flavour=plan9\n").unwrap();
    let error = Host::open_or_create(dir.path(), Flavour::Upstream).unwrap_err();
    assert!(error.to_string().contains("emulation/host"), "{error}");
}

#[test]
fn many_may_set_it_up_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("state/zmgr/host");
    std::thread::scope(|scope| {
        for number in 0..16 {
            let place = &place;
            scope.spawn(move || {
                let flavour = if number % 2 == 0 {
                    Flavour::Upstream
                } else {
                    Flavour::Omnios
                };
                Host::open_or_create(place, flavour).unwrap()
            });
        }
    });
    let flavour = Host::open_or_create(&place, Flavour::Upstream)
        .unwrap()
        .flavour();
    let brand = if flavour == Flavour::Omnios {
        "nlipkg"
    } else {
        "lipkg"
    };
    assert!(
        !place.join("usr/lib/brand").join(brand).exists(),
        "two distributions were mixed"
    );
}

#[test]
fn a_thread_enters_and_leaves_hosts() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = Host::open_or_create(first.path(), Flavour::Upstream).unwrap();
    let second = Host::open_or_create(second.path(), Flavour::Omnios).unwrap();
    let current = || Host::current().map(|host| host.dir().to_owned());
    let outer = first.enter();
    {
        let _inner = second.enter();
        assert_eq!(current().as_deref(), Some(second.dir()));
    }
    assert_eq!(current().as_deref(), Some(first.dir()));
    drop(outer);
}
