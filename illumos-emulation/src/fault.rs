//! Faults that can be ordered: every C function, every command and every file operation of a program under test is a
//! *point*, passed once before and once after it happens. At a point the process can be killed, or the call made to fail.

/// Passes the point before the C function, command or file operation `call`.
///
/// # Errors
/// The code that was ordered for this call; the caller must return it without doing anything.
pub fn before(call: &'static str) -> Result<(), i32> {
    let _ = call;
    Ok(())
}

/// Passes the point after `call` has taken effect.
pub fn after(call: &'static str) {
    let _ = call;
}
