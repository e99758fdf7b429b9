//! Faults that can be ordered: every C function, every command and every file operation of a program under test is a
//! *point*, passed once before and once after it happens. At a point the process can be killed, or the call made to fail.
//!
//! Points are named after the C function (`dladm_vnic_create`), the command (`zoneadm install`), the step of a command
//! (`zoneadm install: image`) or the file operation (`file:rename`). Orders come from the environment, which the
//! commands that a program starts inherit:
//!
//! | variable | meaning |
//! |---|---|
//! | `ZMGR_EMULATED_FAULT_TRACE=FILE` | append one line per point to FILE: number, process id, `before` or `after`, name |
//! | `ZMGR_EMULATED_FAULT_KILL=K` | SIGKILL the process at the K-th point; `K:machine`: every process that is in the trace |
//! | `ZMGR_EMULATED_FAULT_FAIL=NAME@N=WHAT;…` | the N-th call (`*`: each) of NAME fails with the code WHAT, or does `hang` or `garbage` |
//!
//! Points are counted over all processes that share the trace file; without one, in each process alone.
//! A number from 1 on is needed for N; `garbage` is for commands: unintelligible output, exit status 0.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The code that [`before`] returns to a command that is to print garbage.
pub(crate) const GARBAGE: i32 = i32::MIN;

const TRACE_VARIABLE: &str = "ZMGR_EMULATED_FAULT_TRACE";
const KILL_VARIABLE: &str = "ZMGR_EMULATED_FAULT_KILL";
const FAIL_VARIABLE: &str = "ZMGR_EMULATED_FAULT_FAIL";

const UNKNOWN: u8 = 0;
const NONE: u8 = 1;
const SOME: u8 = 2;

/// Whether anything is ordered. Nothing else is looked at as long as nothing is.
static ORDERED: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Passes the point before the C function, command or file operation `call`.
///
/// # Errors
/// The code that was ordered for this call; the caller must return it without doing anything.
pub fn before(call: &str) -> Result<(), i32> {
    if ORDERED.load(Ordering::Relaxed) == NONE {
        Ok(())
    } else {
        pass_before(call)
    }
}

/// Passes the point after `call` has taken effect.
pub fn after(call: &str) {
    if ORDERED.load(Ordering::Relaxed) != NONE {
        pass_after(call);
    }
}

/// Makes the `nth` call of `call` by this thread, counted from 1 and from now, fail with `code` until the guard is dropped. For tests
/// within one process; the variables do it for whole programs.
#[must_use]
pub fn order(call: &str, nth: u32, code: i32) -> OrderGuard {
    ORDERED.store(SOME, Ordering::Relaxed);
    let number = NEXT_ORDER.fetch_add(1, Ordering::Relaxed);
    OWN.with_borrow_mut(|orders| {
        orders.push(Own {
            number,
            call: call.to_owned(),
            left: nth,
            code,
        });
    });
    OrderGuard {
        number,
        _not_send: std::marker::PhantomData,
    }
}

/// Takes an [`order`] back when dropped.
#[derive(Debug)]
pub struct OrderGuard {
    number: u64,
    // The order belongs to the thread that gave it.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl Drop for OrderGuard {
    fn drop(&mut self) {
        OWN.with_borrow_mut(|orders| orders.retain(|order| order.number != self.number));
    }
}

static NEXT_ORDER: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static OWN: RefCell<Vec<Own>> = const { RefCell::new(Vec::new()) };
}

struct Own {
    number: u64,
    call: String,
    left: u32,
    code: i32,
}

#[cold]
fn pass_before(call: &str) -> Result<(), i32> {
    let orders = orders();
    let nth = orders.pass(call, "before");
    if let Some(code) = own_order(call) {
        return Err(code);
    }
    match orders.failure(call, nth) {
        None => Ok(()),
        Some(What::Code(code)) => Err(code),
        Some(What::Garbage) => Err(GARBAGE),
        Some(What::Hang) => loop {
            std::thread::sleep(Duration::from_secs(3600));
        },
    }
}

/// Counts the call for each order of this thread; the code of one whose turn it is.
fn own_order(call: &str) -> Option<i32> {
    let mut due = None;
    OWN.with_borrow_mut(|orders| {
        for order in orders
            .iter_mut()
            .filter(|order| order.call == call && order.left > 0)
        {
            order.left -= 1;
            if order.left == 0 {
                due = Some(order.code);
            }
        }
    });
    due
}

#[cold]
fn pass_after(call: &str) {
    orders().pass(call, "after");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Code(i32),
    Hang,
    Garbage,
}

#[derive(Debug, PartialEq, Eq)]
struct Failure {
    call: String,
    /// `None` for each call.
    nth: Option<u64>,
    what: What,
}

#[derive(Debug, Default)]
struct Orders {
    trace: Option<PathBuf>,
    kill: Option<(u64, bool)>,
    failures: Vec<Failure>,
    /// Points passed by this process, for when there is no trace file: how many, and how often each.
    passed: Mutex<(u64, HashMap<String, u64>)>,
}

fn orders() -> &'static Orders {
    static ORDERS: OnceLock<Orders> = OnceLock::new();
    let orders = ORDERS.get_or_init(|| match Orders::from_environment() {
        Ok(orders) => orders,
        // An order that is not understood must not pass for a test that went well.
        Err(reason) => {
            let _ = writeln!(io::stderr(), "faults: {reason}");
            std::process::abort();
        }
    });
    let any = orders.trace.is_some() || orders.kill.is_some() || !orders.failures.is_empty();
    // Somebody may have given an order of their own meanwhile, which stays.
    let _ = ORDERED.compare_exchange(
        UNKNOWN,
        if any { SOME } else { NONE },
        Ordering::Relaxed,
        Ordering::Relaxed,
    );
    orders
}

/// The length of a line of the trace file: that all are alike makes the size tell their number.
const LINE: u64 = 96;

impl Orders {
    fn from_environment() -> Result<Self, String> {
        let text = |name: &str| match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(Some(value)),
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
            Err(error) => Err(format!("{name}: {error}")),
        };
        Ok(Self {
            trace: text(TRACE_VARIABLE)?.map(PathBuf::from),
            kill: text(KILL_VARIABLE)?
                .map(|value| parse_kill(&value))
                .transpose()?,
            failures: match text(FAIL_VARIABLE)? {
                Some(value) => value
                    .split(';')
                    .map(parse_failure)
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
            passed: Mutex::default(),
        })
    }

    /// Counts the point, kills if that is ordered here, and returns which call of this name it is, from 1.
    fn pass(&self, call: &str, side: &str) -> u64 {
        let count_calls =
            side == "before" && self.failures.iter().any(|failure| failure.call == call);
        let (number, nth) = match &self.trace {
            Some(path) => record(path, call, side, count_calls).unwrap_or_else(|error| {
                let _ = writeln!(io::stderr(), "faults: {}: {error}", path.display());
                std::process::abort();
            }),
            None => {
                let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
                passed.0 += 1;
                let number = passed.0;
                let nth = passed.1.entry(format!("{side} {call}")).or_default();
                *nth += 1;
                (number, *nth)
            }
        };
        if let Some((at, machine)) = self.kill
            && at == number
        {
            kill(self.trace.as_deref().filter(|_| machine));
        }
        nth
    }

    fn failure(&self, call: &str, nth: u64) -> Option<What> {
        let ordered = |failure: &&Failure| {
            failure.call == call && failure.nth.is_none_or(|wanted| wanted == nth)
        };
        self.failures
            .iter()
            .find(ordered)
            .map(|failure| failure.what)
    }
}

fn parse_kill(text: &str) -> Result<(u64, bool), String> {
    let (number, machine) = match text.strip_suffix(":machine") {
        Some(number) => (number, true),
        None => (text, false),
    };
    let number = number
        .parse()
        .map_err(|_| format!("{KILL_VARIABLE}={text}: it must be K or K:machine"))?;
    Ok((number, machine))
}

fn parse_failure(text: &str) -> Result<Failure, String> {
    let bad = || format!("{FAIL_VARIABLE}: {text:?} is not NAME@N=WHAT");
    let (call, rest) = text.rsplit_once('@').ok_or_else(bad)?;
    let (nth, what) = rest.split_once('=').ok_or_else(bad)?;
    let nth = match nth {
        "*" => None,
        nth => Some(nth.parse().ok().filter(|nth| *nth > 0).ok_or_else(bad)?),
    };
    let what = match what {
        "hang" => What::Hang,
        "garbage" => What::Garbage,
        code => What::Code(code.parse().map_err(|_| bad())?),
    };
    Ok(Failure {
        call: call.to_owned(),
        nth,
        what,
    })
}

/// Adds a line to the trace; returns the number of the point and, if asked for, which call of this name it is.
fn record(path: &Path, call: &str, side: &str, count_calls: bool) -> io::Result<(u64, u64)> {
    let mut file = File::options()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    file.lock()?;
    let number = file.metadata()?.len() / LINE + 1;
    let line = format!(
        "{number:>9} {:>9} {side:<6} {call:<68.68}\n",
        std::process::id()
    );
    file.write_all(line.as_bytes())?;
    let mut nth = 0;
    if count_calls {
        let mut text = String::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_string(&mut text)?;
        let same = |known: &&str| {
            known
                .get(20..)
                .is_some_and(|rest| rest.trim_end() == format!("{side:<6} {call}"))
        };
        nth = text.lines().filter(same).count() as u64;
    }
    Ok((number, nth))
}

/// Ends this process; with a trace, everything else that has left a line there before.
fn kill(trace: Option<&Path>) -> ! {
    use rustix::process::{Pid, Signal, getpid, kill_process};
    let text = trace
        .and_then(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_default();
    let pids: Vec<Pid> = text
        .lines()
        .filter_map(|line| Pid::from_raw(line.get(10..19)?.trim().parse().ok()?))
        .filter(|pid| *pid != getpid() && is_same_program(*pid))
        .collect();
    for pid in pids {
        let _ = kill_process(pid, Signal::KILL);
    }
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

/// Whether the process runs the same executable as this one: its number may have gone to another program.
fn is_same_program(pid: rustix::process::Pid) -> bool {
    let executable = |pid: &str| std::fs::read_link(format!("/proc/{pid}/exe"));
    match (
        executable(&pid.as_raw_nonzero().to_string()),
        executable("self"),
    ) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, LINE, What, after, before, order, parse_failure, parse_kill, record};

    #[test]
    fn orders_of_a_thread_hit_the_nth_call_only() {
        let guard = order("a call of this test", 2, 13);
        assert_eq!(before("a call of this test"), Ok(()));
        assert_eq!(before("another call"), Ok(()));
        assert_eq!(before("a call of this test"), Err(13));
        assert_eq!(before("a call of this test"), Ok(()));
        after("a call of this test");
        drop(guard);

        let guard = order("a call of this test", 1, 5);
        drop(guard);
        assert_eq!(before("a call of this test"), Ok(()));
    }

    #[test]
    fn orders_are_read() {
        assert_eq!(parse_kill("12"), Ok((12, false)));
        assert_eq!(parse_kill("12:machine"), Ok((12, true)));
        assert!(parse_kill("all").is_err());
        let failure = |call: &str, nth, what| {
            Ok(Failure {
                call: call.to_owned(),
                nth,
                what,
            })
        };
        assert_eq!(
            parse_failure("dladm_open@1=13"),
            failure("dladm_open", Some(1), What::Code(13))
        );
        assert_eq!(
            parse_failure("zoneadm install: image@*=hang"),
            failure("zoneadm install: image", None, What::Hang)
        );
        assert_eq!(
            parse_failure("zfs list@2=garbage"),
            failure("zfs list", Some(2), What::Garbage)
        );
        for text in [
            "",
            "dladm_open",
            "dladm_open@0=1",
            "dladm_open@1",
            "dladm_open@x=1",
            "dladm_open@1=often",
        ] {
            assert!(parse_failure(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_trace_counts_points_and_calls() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        assert_eq!(
            record(&path, "file:rename", "before", true).unwrap(),
            (1, 1)
        );
        assert_eq!(
            record(&path, "file:rename", "after", false).unwrap(),
            (2, 0)
        );
        assert_eq!(
            record(&path, "file:renameat", "before", true).unwrap(),
            (3, 1)
        );
        assert_eq!(
            record(&path, "file:rename", "before", true).unwrap(),
            (4, 2)
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.len() as u64, 4 * LINE);
    }
}
