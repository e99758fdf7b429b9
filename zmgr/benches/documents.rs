//! What it costs to read registry entries and to write them, one by one and a whole registry.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a benchmark has nobody to report to")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use zmgr::internals::documents::{Source, Store, decode_zone, render_zone};
use zmgr::internals::ipam::Book;

#[path = "support/host.rs"]
#[allow(dead_code, reason = "a host is more than its documents")]
mod host;

/// Entries of the registry that is read whole.
const ENTRIES: usize = 8192;

fn documents(c: &mut Criterion) {
    let size = host::Size {
        zones: ENTRIES,
        ..host::Size::default()
    };
    let name = host::zone_name(0);
    let source = Source::new(format!("{name}.kdl"), size.entry(0));
    c.bench_function("decode an entry", |b| {
        b.iter(|| decode_zone(black_box(&source), Some(&name)).unwrap());
    });
    let entry = decode_zone(&source, Some(&name)).unwrap();
    c.bench_function("render an entry", |b| {
        b.iter(|| render_zone(black_box(&entry)));
    });

    let directory = tempfile::tempdir().unwrap();
    size.write_documents(directory.path()).unwrap();
    let store = Store::open(directory.path()).unwrap();
    let mut group = c.benchmark_group("registry");
    group.sample_size(10);
    group.bench_function("load 8192 entries", |b| {
        b.iter(|| store.load().unwrap());
    });
    let loaded = store.load().unwrap().documents;
    assert_eq!(loaded.zones.len(), ENTRIES);
    group.bench_function("book of 8192 entries", |b| {
        b.iter(|| Book::of(black_box(&loaded), Vec::new()));
    });
    group.finish();
}

criterion_group!(benches, documents);
criterion_main!(benches);
