//! Nothing lost: the built `zmgr` is killed at every point it passes, every call it makes is made to fail, many run at once,
//! and random histories are compared with a model.
//!
//! By default a sample is taken that ends within a minute or two. With `ZMGR_RELIABILITY=full`, as `cargo xtask reliability`
//! runs it, every point and every code is taken: of all, of every N-th beginning at I with `ZMGR_RELIABILITY_SLICE=I/N`, of the
//! scenarios that `ZMGR_RELIABILITY_SCENARIO` names. What was counted is printed on stderr.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod fail;
mod histories;
mod host;
mod kill;
mod many;
mod scenario;
mod snapshot;
mod state;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod syscalls;

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether everything is tried instead of a sample.
fn full() -> bool {
    std::env::var_os("ZMGR_RELIABILITY").is_some_and(|value| value == "full")
}

/// Which part of everything is tried: the I-th of N, from 0.
fn slice() -> (usize, usize) {
    let Ok(text) = std::env::var("ZMGR_RELIABILITY_SLICE") else {
        return (0, 1);
    };
    let part = text.split_once('/').and_then(|(part, of)| {
        let (part, of) = (part.parse().ok()?, of.parse().ok()?);
        (part < of).then_some((part, of))
    });
    part.unwrap_or_else(|| panic!("ZMGR_RELIABILITY_SLICE={text}: it must be I/N, I from 0"))
}

/// Prints a number that the chapter on reliability quotes.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "reliability: {line}");
}

/// Of `items`, in full form all of the slice, else about `count` spread evenly, beginning at a place that depends on `salt`.
fn sample<T: Clone>(items: &[T], count: usize, salt: usize) -> Vec<T> {
    if full() {
        let (part, of) = slice();
        return items.iter().skip(part).step_by(of).cloned().collect();
    }
    if items.len() <= count {
        return items.to_vec();
    }
    let stride = items.len() / count;
    items
        .iter()
        .skip(salt % stride)
        .step_by(stride)
        .take(count)
        .cloned()
        .collect()
}

/// Does `work` for each item on as many threads as there are processors, and collects what went wrong.
fn each<T: Sync>(items: &[T], work: impl Fn(&T) -> Result<(), String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(reason) = work(item) {
                        wrong.lock().unwrap().push(reason);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    wrong
}

/// Of a full run, which takes hours, each part is told as soon as it is over.
fn progress(prepared: &scenario::Prepared, what: &str, tried: usize, wrong: &[String]) {
    if full() {
        let label = prepared.label();
        tell(&format!("{label}: {tried} {what}, {} wrong", wrong.len()));
        for reason in wrong {
            tell(reason);
        }
    }
}

/// Fails the test with the first few of what went wrong.
fn conclude(what: &str, tried: usize, wrong: &[String]) {
    tell(&format!("{what}: {tried} tried, {} wrong", wrong.len()));
    assert!(
        wrong.is_empty(),
        "{} of {tried} wrong:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(30)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}
