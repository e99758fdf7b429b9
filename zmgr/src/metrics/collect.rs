//! Reading what figures are made of.

use std::collections::HashMap;
use std::time::Instant;

use illumos::kstat::Kstats;
use illumos::usage::{self, Sample};

use super::{Collector, Facts, PoolFacts};
use crate::cache::Cache;
use crate::documents::Store;
use crate::execute::{Outcome, journal, recover};
use crate::inventory::{self, Need, ZoneView};
use crate::ipam::Usage;
use crate::{Context, Failure};

/// Reads what the collectors want. What one cannot read is left out, and said in its problems.
pub(crate) fn collect(
    cx: &Context,
    collectors: &[Collector],
    pools: impl FnOnce() -> Result<Vec<(String, Usage)>, Failure>,
) -> (Facts, Vec<Failure>) {
    let mut collecting = Collecting {
        facts: Facts::default(),
        problems: Vec::new(),
    };
    let wants = |collector: &Collector| collectors.contains(collector);
    let mut views = Vec::new();
    if wants(&Collector::Zones) || wants(&Collector::Network) {
        views = collecting.run(Collector::Zones, wants(&Collector::Zones), |problems| {
            let (views, unread) = zones(cx)?;
            problems.extend(unread);
            Ok(views)
        });
    }
    let kernel = [
        Collector::Cpu,
        Collector::Memory,
        Collector::Network,
        Collector::Io,
    ];
    // One walk serves them all: the first that is wanted says how long it took.
    if let Some(first) = kernel.iter().find(|collector| wants(collector)) {
        let sample: Sample =
            collecting.run(*first, true, |_| Ok(usage::sample(&mut Kstats::open()?)?));
        if wants(&Collector::Network) {
            collecting.facts.links = links(&views, &sample);
        }
        collecting.facts.zones = sample.zones;
    }
    if wants(&Collector::Pools) {
        let usages = collecting.run(Collector::Pools, true, |_| pools());
        collecting.facts.pools = usages.into_iter().map(pool).collect();
    }
    if wants(&Collector::Operations) {
        collecting.facts.operations =
            collecting.run(Collector::Operations, true, |_| operations(cx).map(Some));
    }
    if wants(&Collector::Zones) {
        collecting.facts.views = views;
    }
    collecting.facts.only(collectors);
    (collecting.facts, collecting.problems)
}

struct Collecting {
    facts: Facts,
    problems: Vec<Failure>,
}

impl Collecting {
    /// Runs one collector, and notes how it went if it is one that was asked for.
    fn run<T: Default>(
        &mut self,
        collector: Collector,
        asked: bool,
        read: impl FnOnce(&mut Vec<Failure>) -> Result<T, Failure>,
    ) -> T {
        let (begun, before) = (Instant::now(), self.problems.len());
        let read = read(&mut self.problems).map_err(|failure| self.problems.push(failure));
        if asked {
            let whole = self.problems.len() == before;
            let run = (collector, whole, begun.elapsed());
            self.facts.collectors.push(run);
        }
        read.unwrap_or_default()
    }
}

fn zones(cx: &Context) -> Result<(Vec<ZoneView>, Vec<Failure>), Failure> {
    let cache = Cache::new(cx);
    let store = Store::open(&cx.config_dir)?.with_cache(cache.clone());
    let need = Need {
        configuration: true,
        links: false,
    };
    inventory::gather(&store, &cache, need)
}

/// The links that a zone has, with its name.
fn links(views: &[ZoneView], sample: &Sample) -> Vec<(String, illumos::usage::LinkUsage)> {
    let mut holders: HashMap<&str, &str> = HashMap::new();
    for view in views {
        for vnic in view.nets.iter().filter_map(|net| net.vnic.as_deref()) {
            holders.insert(vnic, view.name.as_str());
        }
    }
    let found = sample.links.iter().filter_map(|usage| {
        let zone = holders.get(usage.name.as_str())?;
        Some(((*zone).to_owned(), usage.clone()))
    });
    found.collect()
}

fn pool((name, usage): (String, Usage)) -> PoolFacts {
    PoolFacts {
        name,
        counts: vec![
            ("free", usage.free),
            ("used", usage.used),
            ("reserved", usage.reserved),
            ("quarantined", usage.quarantined),
        ],
    }
}

/// How many operations are unfinished, and whether the last one that ended was done.
fn operations(cx: &Context) -> Result<(u64, Option<bool>), Failure> {
    let found = recover::cut_short(cx)?;
    let pending = found.known.len() + found.unreadable.len();
    let ids = journal::all(&cx.state_dir).map_err(|error| recover::unreadable(&error))?;
    let last = ids.iter().rev().find_map(|id| {
        let recorded = journal::read(&cx.state_dir, id).ok()?;
        recorded.outcome()
    });
    let done = last.map(|outcome| outcome == Outcome::Done);
    Ok((u64::try_from(pending).unwrap_or(u64::MAX), done))
}
