//! Work on every core.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Below this many items, threads cost more than they save.
const MIN_PARALLEL: usize = 256;
/// Waiting for files does not get quicker with more threads.
const MOST: usize = 8;

/// What `work` makes of each item, in their order.
pub(crate) fn each<'i, T: Sync, R: Send>(
    items: &'i [T],
    work: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || items.len() < MIN_PARALLEL {
        return items.iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads.min(MOST));
    thread::scope(|scope| {
        let work = &work;
        let (own, others) = items.split_at(share);
        let others: Vec<_> = others
            .chunks(share)
            .map(|items| scope.spawn(move || items.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let mut results = Vec::with_capacity(items.len());
        results.extend(own.iter().map(work));
        for other in others {
            results.extend(joined(other));
        }
        results
    })
}

/// What `work`, which waits for a program, makes of each item, in their order: several programs run at once, however few there are.
pub(crate) fn programs<'i, T: Sync, R: Send>(
    items: &'i [T],
    work: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let one = || -> Vec<(usize, R)> {
        let mut results = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.get(at) {
                Some(item) => results.push((at, work(item))),
                None => return results,
            }
        }
    };
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(MOST).min(items.len()))
            .map(|_| scope.spawn(one))
            .collect();
        let mut results = one();
        for other in others {
            results.extend(joined(other));
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What both make, `there` on a thread of its own.
pub(crate) fn both<H, T: Send>(
    here: impl FnOnce() -> H,
    there: impl FnOnce() -> T + Send,
) -> (H, T) {
    thread::scope(|scope| {
        let there = scope.spawn(there);
        (here(), joined(there))
    })
}

fn joined<T>(worker: thread::ScopedJoinHandle<'_, T>) -> T {
    worker
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, super::MIN_PARALLEL, 1001] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(super::each(&items, |item| *item), items);
            assert_eq!(super::programs(&items, |item| *item), items);
        }
        assert_eq!(super::both(|| 1, || 2), (1, 2));
    }
}
