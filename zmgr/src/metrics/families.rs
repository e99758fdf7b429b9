//! Which figures there are, and what they are called.

use std::time::Duration;

use illumos::usage::{LinkUsage, ZoneUsage};
use illumos::zone::ZoneState;

use super::{Family, Kind, Unit};
use crate::inventory::ZoneView;

/// Where figures come from; each can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Collector {
    /// Zones and their states
    Zones,
    /// CPU time, load and caps
    Cpu,
    /// Memory, swap and processes
    Memory,
    /// Links, and packets that their protection refused
    Network,
    /// File system traffic
    Io,
    /// Address pools
    Pools,
    /// Operations of zmgr
    Operations,
}

impl Collector {
    pub(crate) const ALL: [Self; 7] = [
        Self::Zones,
        Self::Cpu,
        Self::Memory,
        Self::Network,
        Self::Io,
        Self::Pools,
        Self::Operations,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Network => "network",
            Self::Io => "io",
            Self::Pools => "pools",
            Self::Operations => "operations",
        }
    }
}

/// How many addresses of a pool are in each state.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoolFacts {
    pub(crate) name: String,
    /// The states and their counts.
    pub(crate) counts: Vec<(&'static str, u128)>,
}

/// Everything that figures are made of. What no collector looked at is empty.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) views: Vec<ZoneView>,
    pub(crate) zones: Vec<ZoneUsage>,
    /// Whether CPU time, and whether memory, was asked for.
    pub(crate) cpu: bool,
    pub(crate) memory: bool,
    /// Each link with the zone that has it.
    pub(crate) links: Vec<(String, LinkUsage)>,
    pub(crate) pools: Vec<PoolFacts>,
    /// How many operations are unfinished, and whether the last one that ended was done.
    pub(crate) operations: Option<(u64, Option<bool>)>,
    /// Each collector that ran: whether it could read everything, and how long it took.
    pub(crate) collectors: Vec<(Collector, bool, Duration)>,
}

impl Facts {
    /// Forgets what was read besides what was asked for.
    pub(super) fn only(&mut self, collectors: &[Collector]) {
        let wants = |collector| collectors.contains(&collector);
        for zone in &mut self.zones {
            zone.io = zone.io.filter(|_| wants(Collector::Io));
        }
        self.cpu = wants(Collector::Cpu);
        self.memory = wants(Collector::Memory);
    }
}

const STATES: [ZoneState; 8] = [
    ZoneState::Configured,
    ZoneState::Incomplete,
    ZoneState::Installed,
    ZoneState::Ready,
    ZoneState::Running,
    ZoneState::ShuttingDown,
    ZoneState::Down,
    ZoneState::Mounted,
];

/// The figures of the facts.
pub(crate) fn families(facts: &Facts) -> Vec<Family> {
    let mut families = of_views(&facts.views);
    if facts.cpu {
        families.extend(of_cpu(&facts.zones));
    }
    if facts.memory {
        families.extend(of_memory(&facts.zones));
    }
    families.extend(of_links(&facts.links));
    families.extend(of_io(&facts.zones));
    families.extend(of_zmgr(facts));
    families.retain(|family| !family.samples.is_empty());
    families
}

fn gauge(name: &'static str, unit: Unit, help: &'static str) -> Family {
    Family::new(name, Kind::Gauge, unit, help)
}

fn counter(name: &'static str, unit: Unit, help: &'static str) -> Family {
    Family::new(name, Kind::Counter, unit, help)
}

fn of_views(views: &[ZoneView]) -> Vec<Family> {
    let mut info = gauge(
        "zmgr_zone_info",
        Unit::None,
        "What a zone is made of, as labels",
    );
    let mut state = gauge(
        "zmgr_zone_state",
        Unit::None,
        "Whether the zone is in the state",
    );
    for view in views {
        let word = |flag: bool| if flag { "true" } else { "false" };
        let labels = [
            ("zone", view.name.as_str()),
            ("brand", view.brand.as_deref().unwrap_or_default()),
            ("template", view.template.as_deref().unwrap_or_default()),
            ("managed", word(view.managed)),
            ("autoboot", view.autoboot.map_or("", word)),
        ];
        info.push(labels, true);
        for one in STATES {
            let labels = [("zone", view.name.as_str()), ("state", one.as_str())];
            state.push(labels, view.state == Some(one));
        }
    }
    vec![info, state]
}

fn of_cpu(zones: &[ZoneUsage]) -> Vec<Family> {
    let mut boot = gauge(
        "zmgr_zone_boot_time_seconds",
        Unit::Seconds,
        "When the zone booted, in seconds since 1970",
    );
    let mut time = counter(
        "zmgr_zone_cpu_seconds_total",
        Unit::Seconds,
        "CPU time of the zone; mode wait is time for which its threads waited for a CPU",
    );
    let mut cap = gauge(
        "zmgr_zone_cpu_cap_ratio",
        Unit::Ratio,
        "The CPU cap, in CPUs",
    );
    let mut capped = counter(
        "zmgr_zone_cpu_capped_seconds_total",
        Unit::Seconds,
        "Time for which the zone was at its CPU cap",
    );
    let mut load = gauge("zmgr_zone_load", Unit::None, "The load average of the zone");
    for usage in zones {
        let zone = usage.name.as_str();
        if let Some(time) = usage.boot_time {
            boot.push([("zone", zone)], time);
        }
        for (mode, value) in [
            ("user", usage.cpu_user),
            ("system", usage.cpu_system),
            ("wait", usage.cpu_wait),
        ] {
            time.push([("zone", zone), ("mode", mode)], value);
        }
        if let Some(value) = usage.cpu_cap {
            cap.push([("zone", zone)], value);
        }
        if let Some(value) = usage.cpu_capped {
            capped.push([("zone", zone)], value);
        }
        for (window, value) in ["1m", "5m", "15m"].into_iter().zip(usage.load) {
            load.push([("zone", zone), ("window", window)], value);
        }
    }
    vec![boot, time, cap, capped, load]
}

fn of_memory(zones: &[ZoneUsage]) -> Vec<Family> {
    type Figure = fn(&ZoneUsage) -> Option<u64>;
    let figures: [(&'static str, Unit, &'static str, Figure); 8] = [
        (
            "zmgr_zone_memory_rss_bytes",
            Unit::Bytes,
            "Resident memory of the zone",
            |usage| usage.rss,
        ),
        (
            "zmgr_zone_memory_limit_bytes",
            Unit::Bytes,
            "The cap on resident memory; absent without one",
            |usage| usage.rss_limit,
        ),
        (
            "zmgr_zone_swap_reserved_bytes",
            Unit::Bytes,
            "Swap that the zone has reserved",
            |usage| usage.swap,
        ),
        (
            "zmgr_zone_swap_limit_bytes",
            Unit::Bytes,
            "The limit of swap; absent without one",
            |usage| usage.swap_limit,
        ),
        (
            "zmgr_zone_locked_memory_bytes",
            Unit::Bytes,
            "Locked memory of the zone",
            |usage| usage.locked,
        ),
        (
            "zmgr_zone_locked_memory_limit_bytes",
            Unit::Bytes,
            "The limit of locked memory; absent without one",
            |usage| usage.locked_limit,
        ),
        (
            "zmgr_zone_processes",
            Unit::None,
            "Processes of the zone",
            |usage| usage.processes,
        ),
        (
            "zmgr_zone_processes_limit",
            Unit::None,
            "The limit of processes; absent without one",
            |usage| usage.process_limit,
        ),
    ];
    let mut families: Vec<Family> = figures
        .into_iter()
        .map(|(name, unit, help, figure)| {
            let mut family = gauge(name, unit, help);
            for usage in zones {
                if let Some(value) = figure(usage) {
                    family.push([("zone", usage.name.as_str())], value);
                }
            }
            family
        })
        .collect();
    let mut forks = counter(
        "zmgr_zone_fork_failures_total",
        Unit::None,
        "Processes that could not be created",
    );
    for usage in zones {
        for (reason, count) in &usage.fork_failures {
            forks.push([("zone", usage.name.as_str()), ("reason", reason)], *count);
        }
    }
    families.push(forks);
    families
}

fn of_links(links: &[(String, LinkUsage)]) -> Vec<Family> {
    type Figure = fn(&LinkUsage) -> u64;
    let figures: [(&'static str, Unit, &'static str, Figure); 6] = [
        (
            "zmgr_zone_network_receive_bytes_total",
            Unit::Bytes,
            "Bytes received on the link",
            |usage| usage.receive_bytes,
        ),
        (
            "zmgr_zone_network_receive_packets_total",
            Unit::None,
            "Packets received on the link",
            |usage| usage.receive_packets,
        ),
        (
            "zmgr_zone_network_receive_errors_total",
            Unit::None,
            "Receive errors of the link",
            |usage| usage.receive_errors,
        ),
        (
            "zmgr_zone_network_transmit_bytes_total",
            Unit::Bytes,
            "Bytes sent on the link",
            |usage| usage.transmit_bytes,
        ),
        (
            "zmgr_zone_network_transmit_packets_total",
            Unit::None,
            "Packets sent on the link",
            |usage| usage.transmit_packets,
        ),
        (
            "zmgr_zone_network_transmit_errors_total",
            Unit::None,
            "Send errors of the link",
            |usage| usage.transmit_errors,
        ),
    ];
    let mut families: Vec<Family> = figures
        .into_iter()
        .map(|(name, unit, help, figure)| {
            let mut family = counter(name, unit, help);
            for (zone, usage) in links {
                let labels = [("zone", zone.as_str()), ("link", usage.name.as_str())];
                family.push(labels, figure(usage));
            }
            family
        })
        .collect();
    let mut spoofed = counter(
        "zmgr_zone_network_spoofed_packets_total",
        Unit::None,
        "Packets with an address that is not the zone's, which link protection dropped",
    );
    for (zone, usage) in links {
        for (kind, count) in &usage.spoofed {
            let labels = [
                ("zone", zone.as_str()),
                ("link", usage.name.as_str()),
                ("kind", kind),
            ];
            spoofed.push(labels, *count);
        }
    }
    families.push(spoofed);
    families
}

fn of_io(zones: &[ZoneUsage]) -> Vec<Family> {
    let mut read = counter(
        "zmgr_zone_filesystem_read_bytes_total",
        Unit::Bytes,
        "Bytes that the zone read from file systems",
    );
    let mut written = counter(
        "zmgr_zone_filesystem_written_bytes_total",
        Unit::Bytes,
        "Bytes that the zone wrote to file systems",
    );
    let mut operations = counter(
        "zmgr_zone_filesystem_operations_total",
        Unit::None,
        "Operations of the zone on file systems",
    );
    for usage in zones {
        let Some(io) = usage.io else { continue };
        let zone = usage.name.as_str();
        read.push([("zone", zone)], io.read_bytes);
        written.push([("zone", zone)], io.written_bytes);
        operations.push([("zone", zone), ("op", "read")], io.reads);
        operations.push([("zone", zone), ("op", "write")], io.writes);
    }
    vec![read, written, operations]
}

fn of_zmgr(facts: &Facts) -> Vec<Family> {
    let mut pools = gauge(
        "zmgr_pool_addresses",
        Unit::None,
        "Addresses of the pool in the state",
    );
    for pool in &facts.pools {
        for (state, count) in &pool.counts {
            let labels = [("pool", pool.name.as_str()), ("state", *state)];
            // The addresses of an IPv6 pool can be more than fit: as good as all there are.
            pools.push(labels, u64::try_from(*count).unwrap_or(u64::MAX));
        }
    }
    let mut pending = gauge(
        "zmgr_operations_pending",
        Unit::None,
        "Operations that are unfinished and that nobody is working on",
    );
    let mut last = gauge(
        "zmgr_last_operation_success",
        Unit::None,
        "Whether the last operation that ended was done",
    );
    if let Some((count, done)) = facts.operations {
        pending.push([], count);
        if let Some(done) = done {
            last.push([], done);
        }
    }
    let mut success = gauge(
        "zmgr_collector_success",
        Unit::None,
        "Whether the collector could read everything",
    );
    let mut duration = gauge(
        "zmgr_collector_duration_seconds",
        Unit::Seconds,
        "How long the collector took",
    );
    for (collector, whole, took) in &facts.collectors {
        success.push([("collector", collector.word())], *whole);
        duration.push([("collector", collector.word())], *took);
    }
    vec![pools, pending, last, success, duration]
}
