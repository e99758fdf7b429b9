//! Many processes on one host: no address twice, no zone and no index line lost, no lock held at the end.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::Instant;

use rustix::fs::FlockOperation;
use rustix::process::Signal;

use super::host::{Faults, TestHost};
use super::snapshot::Snapshot;
use super::tell;

const PROCESSES: usize = 32;

#[test]
fn many_processes_create_and_destroy() {
    let rounds = if super::full() { 10 } else { 1 };
    let host = TestHost::new("upstream");
    host.must("create keep01 --no-boot -q");
    let before = Snapshot::of(&host);
    for round in 0..rounds {
        // Every third zone is destroyed again by its own process while others are being made.
        let destroyed = |number: usize| number.is_multiple_of(3);
        let wrong = parallel(|number| {
            let name = format!("zone{number:02}");
            run(&host, &format!("create {name} --lock-timeout 120s -q"))?;
            if destroyed(number) {
                run(&host, &format!("destroy {name} -y --lock-timeout 120s -q"))?;
            }
            Ok(())
        });
        assert!(wrong.is_empty(), "round {round}: {wrong:?}");
        let left = (0..PROCESSES).filter(|number| !destroyed(*number));
        let mut expected: BTreeSet<String> =
            left.map(|number| format!("zone{number:02}")).collect();
        expected.insert("keep01".to_owned());
        consistent(&host, &expected);
        let wrong = parallel(|number| {
            if destroyed(number) {
                return Ok(());
            }
            run(
                &host,
                &format!("destroy zone{number:02} -y --lock-timeout 120s -q"),
            )
        });
        assert!(wrong.is_empty(), "round {round}: {wrong:?}");
        assert_eq!(before.differences(&Snapshot::of(&host)), [""; 0]);
    }
    locks_are_free(&host);
    assert_eq!(host.unsettled(), [""; 0]);
    tell(&format!(
        "{PROCESSES} processes at once, {rounds} rounds: consistent"
    ));
}

/// All want the same zone: one gets it, the others are told so.
#[test]
fn many_processes_want_the_same_zone() {
    let host = TestHost::new("upstream");
    let done = std::sync::atomic::AtomicUsize::new(0);
    let wrong = parallel(|_| {
        let ended = host.zmgr("create web01 --lock-timeout 120s -q");
        match ended.status {
            Some(0) => {
                done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                Ok(())
            }
            Some(7) => Ok(()),
            status => Err(format!("{status:?} {}", ended.stderr)),
        }
    });
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(done.into_inner(), 1);
    consistent(&host, &BTreeSet::from(["web01".to_owned()]));
    locks_are_free(&host);
}

/// The machine stops while zones are being made, some further than others: one `zmgr recover` settles them all.
#[test]
fn many_operations_cut_short_are_settled_together() {
    let host = TestHost::new("upstream");
    host.must("config set parallel=8 -q");
    let before = Snapshot::of(&host);
    let faults = Faults {
        fail: Some("zoneadm boot@*=hang".to_owned()),
        ..Faults::default()
    };
    let args = format!("create zone{{number}} --count {PROCESSES} -q");
    let some_boot = || {
        host.read("/etc/zones/index")
            .matches(":installed:/zones/")
            .count()
            > 4
    };
    host.zmgr_interrupted(&args, &faults, Signal::KILL, some_boot);
    host.restart_machine();
    assert_eq!(host.unsettled().len(), PROCESSES);
    let begun = Instant::now();
    host.must("recover -q");
    let took = begun.elapsed();
    assert_eq!(host.unsettled(), [""; 0]);
    assert_eq!(before.differences(&Snapshot::of(&host)), [""; 0]);
    tell(&format!(
        "{PROCESSES} operations settled in {:.1} s",
        took.as_secs_f64()
    ));
}

fn run(host: &TestHost, args: &str) -> Result<(), String> {
    let ended = host.zmgr(args);
    match ended.status {
        Some(0) => Ok(()),
        status => Err(format!("zmgr {args}: {status:?} {}", ended.stderr)),
    }
}

fn parallel(work: impl Fn(usize) -> Result<(), String> + Sync) -> Vec<String> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..PROCESSES)
            .map(|number| {
                let work = &work;
                scope.spawn(move || work(number))
            })
            .collect();
        workers
            .into_iter()
            .filter_map(|worker| worker.join().unwrap().err())
            .collect()
    })
}

/// Index, configurations, registry, links, datasets and addresses agree, and are those of `zones` alone.
pub(crate) fn consistent(host: &TestHost, zones: &BTreeSet<String>) {
    let found = disagreement(host, zones);
    assert_eq!(found, None);
}

/// The first thing in which the host and `zones` disagree. Each zone has one VNIC, `NAME_0`.
pub(crate) fn disagreement(host: &TestHost, zones: &BTreeSet<String>) -> Option<String> {
    let names = |what: &str, found: Vec<String>| {
        let set: BTreeSet<String> = found.iter().cloned().collect();
        if set.len() != found.len() {
            return Some(format!("{what}: something is there twice: {found:?}"));
        }
        (set != *zones).then(|| format!("{what}: {set:?} instead of {zones:?}"))
    };
    let index = host.read("/etc/zones/index");
    let index = index
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("global:"));
    let index = index
        .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
        .collect();
    let entries = files(host, "/etc/zmgr/zones");
    let mut addresses = BTreeSet::new();
    for entry in &entries {
        let text = host.read(&format!("/etc/zmgr/zones/{entry}"));
        let address = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("address "))
            .unwrap_or_default();
        if address.is_empty() || !addresses.insert(address.to_owned()) {
            return Some(format!(
                "address {address} of {entry} is taken twice, or missing"
            ));
        }
    }
    let entries = entries
        .iter()
        .map(|file| file.trim_end_matches(".kdl").to_owned())
        .collect();
    // Templates of the system begin with the name of a company.
    let template = |name: &str| name.chars().next().is_some_and(char::is_uppercase);
    let configurations = files(host, "/etc/zones")
        .iter()
        .filter_map(|file| file.strip_suffix(".xml"))
        .filter(|name| !template(name))
        .map(str::to_owned)
        .collect();
    let links = host.read("/emulation/links");
    let vnics = links
        .lines()
        .filter_map(|line| line.strip_prefix("vnic "))
        .filter_map(|line| line.split(' ').next()?.strip_suffix("_0"))
        .map(str::to_owned)
        .collect();
    let datasets = host.read("/emulation/datasets");
    let datasets = datasets
        .lines()
        .filter_map(|line| line.split(' ').next()?.strip_prefix("rpool/zones/"))
        .filter(|name| !name.contains('/'))
        .map(str::to_owned)
        .collect();
    let etherstub = links
        .lines()
        .any(|line| line.starts_with("etherstub int0 "));
    if etherstub == zones.is_empty() {
        return Some(format!("etherstub int0: {etherstub}, zones {zones:?}"));
    }
    names("index", index)
        .or_else(|| names("registry", entries))
        .or_else(|| names("configurations", configurations))
        .or_else(|| names("VNICs", vnics))
        .or_else(|| names("datasets", datasets))
}

pub(crate) fn files(host: &TestHost, dir: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(host.path(dir)) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn locks_are_free(host: &TestHost) {
    for name in files(host, "/var/zmgr/locks") {
        let file = File::open(host.path("/var/zmgr/locks").join(&name)).unwrap();
        assert!(
            rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok(),
            "{name} is held"
        );
        assert!(!name.starts_with("zone."), "{name} was not removed");
    }
}
