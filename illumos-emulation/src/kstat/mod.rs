//! The statistics of the emulated kernel: what `libkstat` shows of zones and links.
//!
//! Which statistics there are, and their names, classes and types, is as in illumos-gate (usr/src/uts/common/os/zone.c, rctl.c,
//! disp/cpucaps.c, io/mac/mac_stat.c, io/dls/dls_stat.c) and, on the OmniOS flavour, illumos-omnios. The figures are made up: counters
//! grow with the time since the zone booted, at a rate that follows from its id. A test or a person sets others in the file
//! `emulation/statistics`: `MODULE:INSTANCE:NAME:STATISTIC VALUE`, one a line.

mod export;
mod figures;
mod overrides;

use illumos_sys::{KSTAT_STRLEN, kid_t};

use crate::datalink::Class;
use crate::{Flavour, Host, datalink, kernel};
use figures::Limits;
use overrides::Overrides;
pub use overrides::set;

/// A statistic: its name and value.
type Statistic = (&'static str, Value);

/// The value of a statistic.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    U32(u32),
    U64(u64),
    /// A text, or a null pointer.
    Text(Option<String>),
    /// An entry that the kernel never names: no name and type 0.
    Unset,
}

/// What names a kstat, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    module: String,
    instance: i32,
    name: String,
    class: &'static str,
    about: About,
}

/// What a kstat is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum About {
    /// A zone, by its full name.
    Zone(Group, String),
    /// The traffic of a link.
    Link,
    /// What protection and queues dropped on a link.
    Mac,
    /// The kernel's own, of no zone; the type is not the one of named statistics.
    Raw,
}

/// A group of a zone's statistics: one kstat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Misc,
    SwapReserved,
    LockedMemory,
    Processes,
    PhysicalMemory,
    CpuCap,
    Memory,
    Vfs,
    Zfs,
}

/// A name as the kernel keeps it: cut to 30 bytes.
fn cut(name: &str) -> String {
    let mut end = name.len().min(KSTAT_STRLEN - 1);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// Every kstat of the host, in the order of the chain.
fn chain(host: &Host, limits: &Limits) -> Vec<Key> {
    let omnios = host.flavour() == Flavour::Omnios;
    let mut keys = vec![Key {
        module: "unix".to_owned(),
        instance: 0,
        name: "kstat_headers".to_owned(),
        class: "kstat",
        about: About::Raw,
    }];
    for zone in kernel::zones(host) {
        let mut push = |group: Group, module: &str, name: String, class| {
            keys.push(Key {
                module: module.to_owned(),
                instance: zone.id,
                name,
                class,
                about: About::Zone(group, zone.name.clone()),
            });
        };
        push(Group::Misc, "zones", cut(&zone.name), "zone_misc");
        for (group, word) in [
            (Group::LockedMemory, "lockedmem"),
            (Group::Processes, "nprocs"),
            (Group::SwapReserved, "swapresv"),
        ] {
            push(
                group,
                "caps",
                format!("{word}_zone_{}", zone.id),
                "zone_caps",
            );
        }
        if omnios {
            let name = format!("physicalmem_zone_{}", zone.id);
            push(Group::PhysicalMemory, "caps", name, "zone_caps");
        }
        if limits.get(&zone.name, "zone.cpu-cap").is_some() {
            let name = format!("cpucaps_zone_{}", zone.id);
            push(Group::CpuCap, "caps", name, "zone_caps");
        }
        push(
            Group::Memory,
            "memory_cap",
            cut(&zone.name),
            "zone_memory_cap",
        );
        if omnios {
            push(Group::Vfs, "zone_vfs", cut(&zone.name), "zone_vfs");
            push(Group::Zfs, "zone_zfs", cut(&zone.name), "zone_zfs");
        }
    }
    if let Ok(links) = datalink::read(host) {
        for link in links.links().iter().filter(|link| link.active) {
            // An etherstub has no MAC client of its own.
            if link.class == Class::Etherstub {
                continue;
            }
            for (module, name, about) in [
                ("link", link.name.as_str(), About::Link),
                (link.name.as_str(), "mac_misc_stat", About::Mac),
            ] {
                keys.push(Key {
                    module: cut(module),
                    instance: 0,
                    name: cut(name),
                    class: "net",
                    about,
                });
            }
        }
    }
    keys
}

/// The named statistics of a kstat; `None` if it is gone.
fn read(host: &Host, limits: &Limits, key: &Key) -> Option<Vec<Statistic>> {
    let mut statistics = match &key.about {
        About::Raw => Vec::new(),
        About::Zone(group, name) => {
            let zone = kernel::zone_by_id(host, key.instance)?;
            if zone.name != *name {
                return None;
            }
            figures::of_zone(host, limits, &zone, *group)
        }
        About::Link => figures::of_link(host, &key.name)?,
        About::Mac => figures::of_mac(host, &key.module)?,
    };
    host.read::<Overrides>().ok()?.apply(key, &mut statistics);
    Some(statistics)
}

/// The id of a chain: another one whenever the chain is not the same.
fn chain_id(keys: &[Key]) -> kid_t {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    keys.hash(&mut hasher);
    // Never 0 or -1, which say that nothing changed and that it failed.
    kid_t::try_from(hasher.finish() & 0x3fff_ffff).unwrap_or(1) + 1
}
