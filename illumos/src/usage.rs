//! What zones and links use, as typed figures: one walk of the kernel's statistics.
//!
//! ```no_run
//! use illumos::{kstat::Kstats, usage};
//!
//! let mut kstats = Kstats::open()?;
//! for zone in usage::sample(&mut kstats)?.zones {
//!     println!("{}: {:?} of CPU", zone.name, zone.cpu_user + zone.cpu_system);
//! }
//! # Ok::<(), illumos::Error>(())
//! ```
//!
//! Sources: illumos-gate usr/src/uts/common/os/zone.c (`zones`, `memory_cap`), os/rctl.c (`caps`), disp/cpucaps.c, io/dls/dls_stat.c
//! (`link`), io/mac/mac_stat.c (`mac_misc_stat`); `memory_cap` and `zone_vfs` of OmniOS: illumos-omnios usr/src/uts/common/os/zone.c.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Result;
use crate::kstat::{Kstat, Kstats, Statistics};

/// One look at the statistics of every zone and link.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Sample {
    /// The zones with kernel presence, the global zone first, in the order of their ids.
    pub zones: Vec<ZoneUsage>,
    /// The links, in the order of their names.
    pub links: Vec<LinkUsage>,
}

/// What a zone uses. Counters begin at 0 when the zone boots: [`ZoneUsage::id`] and [`ZoneUsage::boot_time`] tell one boot from the next.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ZoneUsage {
    /// The whole name.
    pub name: String,
    /// The zone id.
    pub id: i32,
    /// When it booted, in seconds since 1970.
    pub boot_time: Option<u64>,
    /// CPU time in user mode, of all CPUs and of processes that have ended too.
    pub cpu_user: Duration,
    /// CPU time in the kernel.
    pub cpu_system: Duration,
    /// Time for which threads were runnable and waited for a CPU.
    pub cpu_wait: Duration,
    /// The load averages of the last 1, 5 and 15 minutes.
    pub load: [f64; 3],
    /// The CPU cap, in CPUs; `None` without one.
    pub cpu_cap: Option<f64>,
    /// Whole seconds for which the zone was at its CPU cap; `None` without one.
    pub cpu_capped: Option<Duration>,
    /// Resident memory in bytes. Only OmniOS counts it in a statistic.
    pub rss: Option<u64>,
    /// The cap on resident memory in bytes; `None` without one, or where it is not in a statistic.
    pub rss_limit: Option<u64>,
    /// Swap reserved, in bytes.
    pub swap: Option<u64>,
    /// The limit of it; `None` without one.
    pub swap_limit: Option<u64>,
    /// Locked memory in bytes.
    pub locked: Option<u64>,
    /// The limit of it; `None` without one.
    pub locked_limit: Option<u64>,
    /// Processes.
    pub processes: Option<u64>,
    /// The limit of them; `None` without one.
    pub process_limit: Option<u64>,
    /// Processes that could not be created, by reason: `cap`, `noproc`, `nomem`, `misc`.
    pub fork_failures: BTreeMap<&'static str, u64>,
    /// File system traffic of the whole zone. Only OmniOS counts it in a statistic.
    pub io: Option<Io>,
}

/// File system traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Io {
    /// Bytes read.
    pub read_bytes: u64,
    /// Read operations.
    pub reads: u64,
    /// Bytes written.
    pub written_bytes: u64,
    /// Write operations.
    pub writes: u64,
}

/// What went over a link, and what was refused on it. A link counts from when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LinkUsage {
    /// The name, cut to 30 bytes as the kernel has it.
    pub name: String,
    /// Bytes received.
    pub receive_bytes: u64,
    /// Packets received.
    pub receive_packets: u64,
    /// Receive errors.
    pub receive_errors: u64,
    /// Bytes sent.
    pub transmit_bytes: u64,
    /// Packets sent.
    pub transmit_packets: u64,
    /// Send errors.
    pub transmit_errors: u64,
    /// Packets that link protection dropped, by kind: `mac`, `ip`, `dhcp`. One that grows tells of a zone that uses an address which
    /// is not its own.
    pub spoofed: BTreeMap<&'static str, u64>,
}

/// `FSCALE` of illumos-gate usr/src/uts/common/sys/param.h.
const LOAD_SCALE: f64 = 256.0;
/// What the kernel shows where processes have no limit.
const MAX_PROCESSES: u64 = 0x7fff_ffff;

/// Walks the chain once. A statistic that goes during the walk is left out, and so is what this distribution does not have.
///
/// # Errors
/// [`ErrorKind::Failed`](crate::ErrorKind::Failed) if the kernel refuses a read for another reason than that the statistic is gone.
pub fn sample(kstats: &mut Kstats) -> Result<Sample> {
    kstats.update()?;
    let mut zones: BTreeMap<i32, ZoneUsage> = BTreeMap::new();
    let mut links: BTreeMap<String, LinkUsage> = BTreeMap::new();
    for mut kstat in kstats.iter_mut() {
        if kstat.name() == "mac_misc_stat" || (kstat.module() == "link" && kstat.instance() == 0) {
            link(&mut links, &mut kstat)?;
            continue;
        }
        let id = kstat.instance();
        let group = match (kstat.class(), kstat.module()) {
            ("zone_misc", _) => Group::Misc,
            ("zone_memory_cap", _) => Group::Memory,
            ("zone_vfs", _) => Group::Vfs,
            // The class tells the caps of zones from those of projects.
            ("zone_caps", "caps") => match kstat.name().split_once('_').map(|(word, _)| word) {
                Some("swapresv") => Group::Swap,
                Some("lockedmem") => Group::Locked,
                Some("nprocs") => Group::Processes,
                Some("physicalmem") => Group::Physical,
                Some("cpucaps") => Group::Cpu,
                _ => continue,
            },
            _ => continue,
        };
        if let Some(statistics) = kstat.read()? {
            let zone = zones.entry(id).or_default();
            zone.id = id;
            zone.take(group, &statistics);
        }
    }
    // A zone that went during the walk may have left some statistics without its name.
    let zones = zones.into_values().filter(|zone| !zone.name.is_empty());
    Ok(Sample {
        zones: zones.collect(),
        links: links.into_values().collect(),
    })
}

#[derive(Clone, Copy)]
enum Group {
    Misc,
    Memory,
    Vfs,
    Swap,
    Locked,
    Processes,
    Physical,
    Cpu,
}

impl ZoneUsage {
    fn take(&mut self, group: Group, statistics: &Statistics<'_>) {
        if let Some(name) = statistics.text("zonename") {
            name.clone_into(&mut self.name);
        }
        let number = |name| statistics.number(name);
        let time = |name| Duration::from_nanos(number(name).unwrap_or(0));
        match group {
            Group::Misc => {
                self.boot_time = number("boot_time");
                self.cpu_user = time("nsec_user");
                self.cpu_system = time("nsec_sys");
                self.cpu_wait = time("nsec_waitrq");
                self.load = ["avenrun_1min", "avenrun_5min", "avenrun_15min"]
                    .map(|name| as_f64(number(name).unwrap_or(0)) / LOAD_SCALE);
                for (reason, name) in [
                    ("cap", "forkfail_cap"),
                    ("noproc", "forkfail_noproc"),
                    ("nomem", "forkfail_nomem"),
                    ("misc", "forkfail_misc"),
                ] {
                    if let Some(count) = number(name) {
                        self.fork_failures.insert(reason, count);
                    }
                }
            }
            Group::Memory => {
                self.rss = self.rss.or(number("rss"));
                self.rss_limit = self.rss_limit.or(number("physcap").filter(is_limit));
            }
            Group::Vfs => {
                self.io = Some(Io {
                    read_bytes: number("nread").unwrap_or(0),
                    reads: number("reads").unwrap_or(0),
                    written_bytes: number("nwritten").unwrap_or(0),
                    writes: number("writes").unwrap_or(0),
                });
            }
            Group::Swap => {
                self.swap = number("usage");
                self.swap_limit = number("value").filter(is_limit);
            }
            Group::Locked => {
                self.locked = number("usage");
                self.locked_limit = number("value").filter(is_limit);
            }
            Group::Processes => {
                self.processes = number("usage");
                self.process_limit = number("value").filter(|limit| *limit < MAX_PROCESSES);
            }
            Group::Physical => self.rss_limit = number("value").filter(is_limit),
            Group::Cpu => {
                // In hundredths of a CPU.
                self.cpu_cap = number("value").map(|value| as_f64(value) / 100.0);
                self.cpu_capped = number("above_sec").map(Duration::from_secs);
            }
        }
    }
}

/// Whether a value is one: no limit is shown as the largest number, or on some kernels as 0.
fn is_limit(value: &u64) -> bool {
    (1..1 << 63).contains(value)
}

/// A figure for people; above 2^53 the last digits are lost.
#[expect(
    clippy::cast_precision_loss,
    reason = "a figure that is shown, not counted with"
)]
fn as_f64(number: u64) -> f64 {
    number as f64
}

fn link(links: &mut BTreeMap<String, LinkUsage>, kstat: &mut Kstat<'_>) -> Result<()> {
    let traffic = kstat.module() == "link";
    let name = if traffic {
        kstat.name()
    } else {
        kstat.module()
    };
    let name = name.to_owned();
    let Some(statistics) = kstat.read()? else {
        return Ok(());
    };
    let usage = links.entry(name.clone()).or_default();
    usage.name = name;
    let number = |name| statistics.number(name).unwrap_or(0);
    if traffic {
        // The ones without 64 in their names wrap at 4 GiB.
        usage.receive_bytes = number("rbytes64");
        usage.receive_packets = number("ipackets64");
        usage.receive_errors = number("ierrors");
        usage.transmit_bytes = number("obytes64");
        usage.transmit_packets = number("opackets64");
        usage.transmit_errors = number("oerrors");
    } else {
        for (kind, name) in [
            ("mac", "macspoofed"),
            ("ip", "ipspoofed"),
            ("dhcp", "dhcpspoofed"),
        ] {
            usage.spoofed.insert(kind, number(name));
        }
    }
    Ok(())
}
