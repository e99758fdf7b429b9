//! What it costs to know a host with 8,192 zones, and to plan another one for it.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a benchmark has nobody to report to")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use illumos::zone::{ZoneName, store};
use illumos_emulation::{Flavour, Host};
use zmgr::internals::Context;
use zmgr::internals::cache::Cache;
use zmgr::internals::documents::Store;
use zmgr::internals::documents::model::Settings;
use zmgr::internals::inventory::{self, Need};
use zmgr::internals::ipam::Book;
use zmgr::internals::observe::{Observed, sketches};
use zmgr::internals::plan::create::{Planner, Until, Wanted};

#[path = "support/host.rs"]
mod generator;

fn host(c: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("host");
    let emulated = Host::open_or_create(&root, Flavour::Upstream).unwrap();
    emulated.make_default();
    generator::Size::default().fill(&root).unwrap();
    // What has just been written is not kept in the cache.
    std::thread::sleep(Duration::from_secs(3));
    let cx = Context {
        config_dir: root.join("etc/zmgr"),
        state_dir: root.join("var/zmgr"),
        dry_run: false,
        json: false,
        lock_timeout: Duration::ZERO,
        grammar: clap::Command::default,
    };
    let cache = Cache::new(&cx);
    let read = Store::open(&cx.config_dir).unwrap();
    let recall = read.clone().with_cache(cache.clone());

    let mut group = c.benchmark_group("8192 zones");
    group.sample_size(10);
    group.bench_function("index and kernel", |b| {
        b.iter(|| illumos::zone::list().unwrap());
    });
    group.bench_function("registry, read", |b| b.iter(|| read.zones().unwrap()));
    group.bench_function("registry, from the cache", |b| {
        b.iter(|| recall.zones().unwrap());
    });
    let observed = Observed::host().unwrap();
    let names: Vec<ZoneName> = observed
        .zones
        .iter()
        .map(|zone| zone.name.clone())
        .collect();
    group.bench_function("configurations, read", |b| {
        b.iter(|| store::read_all(black_box(&names), 2));
    });
    group.bench_function("configurations, from the cache", |b| {
        b.iter(|| sketches(black_box(&names), Some(&cache)));
    });
    group.bench_function("registry and host, merged", |b| {
        b.iter(|| inventory::gather(&recall, &cache, Need::ALL).unwrap());
    });

    let documents = recall.load().unwrap().ok().unwrap();
    let book = Book::of(&documents, Vec::new());
    group.bench_function("plan of a zone", |b| {
        b.iter(|| {
            Planner::new(&documents, &observed, &book)
                .create(&wanted(&documents, 0))
                .unwrap()
        });
    });
    group.bench_function("plan of 1000 zones", |b| {
        b.iter(|| {
            let mut planner = Planner::new(&documents, &observed, &book);
            for number in 0..1000 {
                planner.create(&wanted(&documents, number)).unwrap();
            }
        });
    });
    group.finish();
}

fn wanted(documents: &zmgr::internals::documents::model::Documents, number: usize) -> Wanted<'_> {
    Wanted {
        name: format!("new{number}").parse().unwrap(),
        template: &documents.templates["template3"],
        settings: Settings::default(),
        addresses: BTreeMap::new(),
        variables: BTreeMap::new(),
        until: Until::Autoboot,
        id: format!("{number:016x}"),
        created: "2026-03-22T14:04:15Z".to_owned(),
    }
}

criterion_group!(benches, host);
criterion_main!(benches);
