//! The C functions of the emulated libzonecfg, against what was observed of the real one.
#![cfg(not(any(target_os = "illumos", external_libzonecfg)))]
#![expect(
    clippy::borrow_as_ptr,
    reason = "structures are handed over by the dozen"
)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, one that is skipped says so"
)]

mod crash;
mod fixture;
mod golden;
mod handle;
mod index;
mod resources;
mod rules;
mod save;
mod scalar;
mod xml;
