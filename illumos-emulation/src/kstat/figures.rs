//! The figures of zones and links.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Group, Statistic, Value};
use crate::kernel::KernelZone;
use crate::{Flavour, Host, datalink, zonecfg};

/// No limit, as the kernel shows it.
const UNLIMITED: u64 = u64::MAX;
/// No limit on processes.
const UNLIMITED_PROCESSES: u64 = 0x7fff_ffff;

/// The limits that zones were booted with, remembered from one look at the chain to the next.
#[derive(Debug)]
pub(super) struct Limits {
    host: Host,
    known: RefCell<HashMap<String, Rc<[Limit]>>>,
}

/// The name of a resource control and its value.
type Limit = (String, u64);

impl Limits {
    pub(super) fn new(host: &Host) -> Self {
        Self {
            host: host.clone(),
            known: RefCell::default(),
        }
    }

    pub(super) fn forget(&self) {
        self.known.borrow_mut().clear();
    }

    /// The value of a resource control; `None` without one.
    pub(super) fn get(&self, zone: &str, rctl: &str) -> Option<u64> {
        if zone == "global" {
            return None;
        }
        let mut known = self.known.borrow_mut();
        let limits = known
            .entry(zone.to_owned())
            .or_insert_with(|| limits(&self.host, zone).into());
        let (_, limit) = limits.iter().find(|(name, _)| name == rctl)?;
        Some(*limit)
    }
}

/// Every resource control of the configuration that a zone was booted with, else of its configuration.
fn limits(host: &Host, zone: &str) -> Vec<Limit> {
    let document = zonecfg::document::load_snapshot(host, zone)
        .or_else(|_| zonecfg::document::load(host, zone));
    let rctls = document.map(|document| document.rctls());
    let limit = |rctl: &zonecfg::document::Rctl| rctl.values.first()?.limit.parse().ok();
    rctls
        .unwrap_or_default()
        .iter()
        .filter_map(|rctl| Some((rctl.name.clone(), limit(rctl)?)))
        .collect()
}

/// When the zone booted: when its snapshot was written; for the global zone, when the host was set up.
fn boot_time(host: &Host, zone: &KernelZone) -> SystemTime {
    let snapshot = host.path(&format!("/var/run/zones/{}.snapshot.xml", zone.name));
    [snapshot, host.dir().to_owned()]
        .iter()
        .find_map(|path| std::fs::metadata(path).ok()?.modified().ok())
        .unwrap_or(UNIX_EPOCH)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The statistics of one kstat of a zone.
pub(super) fn of_zone(
    host: &Host,
    limits: &Limits,
    zone: &KernelZone,
    group: Group,
) -> Vec<Statistic> {
    let booted = boot_time(host, zone);
    let up = nanoseconds(booted.elapsed().unwrap_or_default());
    let id = u64::try_from(zone.id).unwrap_or(0);
    // From a hundredth of a CPU to about half of one.
    let busy = up / 100 * (1 + id % 50);
    let name = ("zonename", Value::Text(Some(zone.name.clone())));
    let number = Value::U64;
    let capped = |usage: u64, value: Option<u64>, none: u64| {
        vec![
            name.clone(),
            ("usage", number(usage)),
            ("value", number(value.unwrap_or(none))),
        ]
    };
    let limit = |rctl| limits.get(&zone.name, rctl);
    let memory = (64 + id % 64) << 20;
    match group {
        Group::Misc => {
            let since = booted.duration_since(UNIX_EPOCH).unwrap_or_default();
            let mut statistics = vec![
                name,
                ("nsec_user", number(busy / 3 * 2)),
                ("nsec_sys", number(busy / 3)),
                ("nsec_waitrq", number(busy / 20)),
                ("avenrun_1min", Value::U32(64)),
                ("avenrun_5min", Value::U32(48)),
                ("avenrun_15min", Value::U32(32)),
                ("forkfail_cap", Value::U32(0)),
                ("forkfail_noproc", Value::U32(0)),
                ("forkfail_nomem", Value::U32(0)),
                ("forkfail_misc", Value::U32(0)),
            ];
            if host.flavour() == Flavour::Omnios {
                statistics.push(("mapfail_seglim", Value::U32(0)));
            }
            statistics.extend([
                ("nested_interp", Value::U32(0)),
                (
                    "init_pid",
                    Value::U32(u32::try_from(zone.init_pid).unwrap_or(0)),
                ),
                ("boot_time", number(since.as_secs())),
            ]);
            statistics
        }
        Group::SwapReserved => capped(memory / 2, limit("zone.max-swap"), UNLIMITED),
        Group::LockedMemory => capped(0, limit("zone.max-locked-memory"), UNLIMITED),
        Group::Processes => capped(
            20 + id % 10,
            limit("zone.max-processes"),
            UNLIMITED_PROCESSES,
        ),
        Group::PhysicalMemory => capped(memory, limit("zone.max-physical-memory"), UNLIMITED),
        Group::CpuCap => vec![
            ("value", number(limit("zone.cpu-cap").unwrap_or(0))),
            ("usage", number(1 + id % 50)),
            ("nwait", number(0)),
            ("below_sec", number(up / 1_000_000_000)),
            ("above_sec", number(0)),
            ("maxusage", number(1 + id % 50)),
            name,
        ],
        Group::Memory => {
            let mut statistics = vec![name];
            if host.flavour() == Flavour::Omnios {
                statistics.extend([
                    ("rss", number(memory)),
                    (
                        "physcap",
                        number(limit("zone.max-physical-memory").unwrap_or(0)),
                    ),
                    ("swap", number(memory / 2)),
                    ("swapcap", number(limit("zone.max-swap").unwrap_or(0))),
                    ("nover", number(0)),
                    ("pagedout", number(0)),
                ]);
            }
            statistics.extend(
                [
                    "pgpgin",
                    "anonpgin",
                    "execpgin",
                    "fspgin",
                    "anon_alloc_fail",
                ]
                .map(|name| (name, number(0))),
            );
            if host.flavour() == Flavour::Omnios {
                statistics.extend([("", Value::Unset), ("", Value::Unset)]);
            }
            statistics
        }
        Group::Vfs => vec![
            name,
            ("nread", number(busy / 100)),
            ("reads", number(busy / 800_000)),
            ("rtime", number(busy / 50)),
            ("nwritten", number(busy / 200)),
            ("writes", number(busy / 1_600_000)),
            ("wtime", number(busy / 50)),
            ("10ms_ops", number(0)),
            ("100ms_ops", number(0)),
            ("1s_ops", number(0)),
            ("10s_ops", number(0)),
        ],
        Group::Zfs => vec![
            name,
            ("nread", number(busy / 1000)),
            ("reads", number(busy / 8_000_000)),
            ("nwritten", number(busy / 2000)),
            ("writes", number(busy / 16_000_000)),
            ("waittime", number(0)),
        ],
    }
}

/// The traffic of a link; `None` if the link is gone.
pub(super) fn of_link(host: &Host, name: &str) -> Option<Vec<Statistic>> {
    let traffic = traffic(host, name)?;
    let low = |value: u64| Value::U32(u32::try_from(value & 0xffff_ffff).unwrap_or(0));
    let (packets, bytes) = (traffic, traffic * 600);
    Some(vec![
        ("ifspeed", Value::U64(1_000_000_000)),
        ("ierrors", Value::U32(0)),
        ("oerrors", Value::U32(0)),
        ("rbytes", low(bytes)),
        ("ipackets", low(packets)),
        ("obytes", low(bytes / 2)),
        ("opackets", low(packets / 2)),
        ("rbytes64", Value::U64(bytes)),
        ("ipackets64", Value::U64(packets)),
        ("obytes64", Value::U64(bytes / 2)),
        ("opackets64", Value::U64(packets / 2)),
        ("link_state", Value::U32(1)),
    ])
}

/// What protection and queues dropped on a link; `None` if the link is gone.
pub(super) fn of_mac(host: &Host, name: &str) -> Option<Vec<Statistic>> {
    traffic(host, name)?;
    Some(
        [
            "txerrors",
            "macspoofed",
            "ipspoofed",
            "dhcpspoofed",
            "restricted",
            "dhcpdropped",
            "rxsdrops",
            "txsdrops",
        ]
        .map(|name| (name, Value::U64(0)))
        .into(),
    )
}

/// The packets that a link received since its zone booted. A link in no zone has none.
fn traffic(host: &Host, name: &str) -> Option<u64> {
    let links = datalink::read(host).ok()?;
    let cut = || {
        let mut links = links.links().iter();
        links.find(|link| super::cut(&link.name) == name)
    };
    let link = links
        .by_name(name)
        .or_else(cut)
        .filter(|link| link.active)?;
    if link.zone.is_empty() {
        return Some(0);
    }
    let zone = crate::kernel::zone(host, &link.zone)?;
    let up = boot_time(host, &zone).elapsed().unwrap_or_default();
    Some(nanoseconds(up) / 10_000_000 * u64::from(1 + link.id % 20))
}
