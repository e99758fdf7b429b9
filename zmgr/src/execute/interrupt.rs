//! Ctrl-C, SIGTERM and a closed terminal.
//!
//! The first asks the running step to end and what was done to be undone; the second ends the process at once and leaves the rest to
//! `zmgr recover`.

use crate::failure::Code;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::{ExitCode, Failure};

static REQUESTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// What is set once the person, or the system, asked to stop.
pub(super) fn flag() -> &'static Arc<AtomicBool> {
    REQUESTED.get_or_init(Arc::default)
}

/// Starts to listen. To be called once, before anything is changed; calling it again does nothing.
///
/// # Errors
/// If the handlers cannot be installed.
pub fn listen() -> Result<(), Failure> {
    static LISTENING: OnceLock<()> = OnceLock::new();
    if LISTENING.set(()).is_err() {
        return Ok(());
    }
    illumos::command::stop_all_when(programs_stop);
    let install = || -> std::io::Result<()> {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // In this order: the first signal finds the flag down and only raises it, the second finds it up.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                ExitCode::Interrupted as i32,
                Arc::clone(flag()),
            )?;
            signal_hook::flag::register(signal, Arc::clone(flag()))?;
        }
        Ok(())
    };
    install().map_err(|error| {
        Failure::new(
            ExitCode::Failed,
            Code::InterruptFailed,
            format!("cannot listen for signals: {error}"),
        )
    })
}

/// Whether the person, or the system, asked to stop.
#[must_use]
pub fn requested() -> bool {
    flag().load(Ordering::SeqCst)
}

/// How many operations are being undone.
static UNDOING: AtomicUsize = AtomicUsize::new(0);

/// Whether running programs are to be ended. Not those that an undo needs.
fn programs_stop() -> bool {
    requested() && UNDOING.load(Ordering::SeqCst) == 0
}

/// While it is held, the person's wish to stop ends no program.
pub(super) struct Undoing(());

/// Begins to undo.
pub(super) fn undoing() -> Undoing {
    UNDOING.fetch_add(1, Ordering::SeqCst);
    Undoing(())
}

impl Drop for Undoing {
    fn drop(&mut self) {
        UNDOING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Refuses to go on if the person, or the system, asked to stop; `what` says what became of the work.
///
/// # Errors
/// `zmgr::interrupted` (exit status 130).
pub fn check(what: &str) -> Result<(), Failure> {
    if requested() {
        Err(failure(what))
    } else {
        Ok(())
    }
}

/// The failure of a command that was stopped; `what` says what became of its work.
#[must_use]
pub fn failure(what: &str) -> Failure {
    Failure::new(
        ExitCode::Interrupted,
        Code::Interrupted,
        format!("interrupted: {what}"),
    )
}
