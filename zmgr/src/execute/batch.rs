//! Many operations at once, never more than so many.

use crate::failure::Code;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{ExitCode, Failure};

/// Does `work` for every item, `parallel` at a time, and returns the results in the order of the items.
pub fn each<T: Send, R: Send>(
    items: Vec<T>,
    parallel: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let slots: Vec<Mutex<(Option<T>, Option<R>)>> = items
        .into_iter()
        .map(|item| Mutex::new((Some(item), None)))
        .collect();
    let next = AtomicUsize::new(0);
    let lock = |slot: &'_ Mutex<(Option<T>, Option<R>)>, result: Option<R>| {
        let mut slot = slot
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match result {
            Some(result) => {
                slot.1 = Some(result);
                None
            }
            None => slot.0.take(),
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..parallel.clamp(1, slots.len().max(1)) {
            scope.spawn(|| {
                while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(item) = lock(slot, None) {
                        lock(slot, Some(work(item)));
                    }
                }
            });
        }
    });
    // A panic of a worker has been passed on by the scope: every slot has its result.
    slots
        .into_iter()
        .filter_map(|slot| {
            slot.into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .1
        })
        .collect()
}

/// How many operations run at once where the configuration does not say: installs and boots are bound by the disk.
#[must_use]
pub fn default_parallel() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .clamp(1, 8)
}

/// One failure of those of several zones; `None` if there is none. `total` is how many were tried.
#[must_use]
pub fn conclude(mut failures: Vec<Failure>, total: usize) -> Option<Failure> {
    if failures.len() <= 1 && total <= 1 {
        return failures.pop();
    }
    let first = failures.first()?;
    let exit = if failures
        .iter()
        .any(|failure| failure.exit == ExitCode::Interrupted)
    {
        ExitCode::Interrupted
    } else if failures.len() < total
        || failures
            .iter()
            .any(|failure| failure.exit == ExitCode::Partial)
    {
        ExitCode::Partial
    } else if failures.iter().all(|failure| failure.exit == first.exit) {
        first.exit
    } else {
        ExitCode::Failed
    };
    let message = format!("{} of {total} zones failed", failures.len());
    Some(Failure {
        related: failures,
        ..Failure::new(exit, Code::OperationSeveral, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_the_bound_holds() {
        let running = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let squares = each((0..50usize).collect(), 4, |item| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(1));
            running.fetch_sub(1, Ordering::SeqCst);
            item * item
        });
        assert_eq!(
            squares,
            (0..50).map(|item| item * item).collect::<Vec<usize>>()
        );
        assert!(most.into_inner() <= 4);
        assert!(each(Vec::<u8>::new(), 4, |item| item).is_empty());
    }

    #[test]
    fn exit_statuses_of_several() {
        let failure = |exit| Failure::new(exit, Code::Usage, "x");
        assert_eq!(conclude(Vec::new(), 3), None);
        assert_eq!(
            conclude(vec![failure(ExitCode::Exists)], 1)
                .unwrap()
                .message,
            "x"
        );
        assert_eq!(
            conclude(vec![failure(ExitCode::Exists)], 2).unwrap().exit,
            ExitCode::Partial
        );
        assert_eq!(
            conclude(vec![failure(ExitCode::Exists); 2], 2)
                .unwrap()
                .exit,
            ExitCode::Exists
        );
        let mixed = vec![failure(ExitCode::Exists), failure(ExitCode::NotFound)];
        assert_eq!(conclude(mixed, 2).unwrap().exit, ExitCode::Failed);
        let interrupted = vec![failure(ExitCode::Interrupted)];
        assert_eq!(
            conclude(interrupted, 2).unwrap().exit,
            ExitCode::Interrupted
        );
    }
}
