//! How the real library ends the process where its callers made a mistake. The emulation must do the same: otherwise tests
//! could not prove that callers never make it.

use std::io::Write;

/// An assertion failed: `abort`.
#[cold]
pub(super) fn assertion(function: &str, condition: &str) -> ! {
    report(&format!(
        "libzonecfg: {function}: Assertion `{condition}' failed."
    ));
    std::process::abort()
}

/// A null pointer was followed: SIGSEGV.
#[cold]
pub(super) fn null_pointer(function: &str) -> ! {
    report(&format!("libzonecfg: {function}: null pointer"));
    // SAFETY: the default action of the signal ends the process, whoever had installed a handler.
    unsafe {
        libc::signal(libc::SIGSEGV, libc::SIG_DFL);
        libc::raise(libc::SIGSEGV);
    }
    std::process::abort()
}

/// Messages of the library itself go to the standard error output.
pub(super) fn report(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}
