//! What the exports of all resources share, and the iterations over them.

use std::ffi::c_int;

use illumos_sys::zone_dochandle_t;

use super::{at, point};
use crate::zonecfg::code;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::table::{self, Table};

/// Exports the functions that start and end an iteration. All of them are the same.
macro_rules! iteration {
    ($start:ident, $end:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $start(handle: zone_dochandle_t) -> c_int {
            point(stringify!($start), || {
                // SAFETY: the caller's promise.
                unsafe { at(handle) }.ok_or(code::INVAL)?.start()
            })
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $end(handle: zone_dochandle_t) -> c_int {
            point(stringify!($end), || {
                // SAFETY: the caller's promise.
                unsafe { at(handle) }.ok_or(code::INVAL)?.rest();
                Ok(())
            })
        }
    };
}

iteration!(zonecfg_setfsent, zonecfg_endfsent);
iteration!(zonecfg_setnwifent, zonecfg_endnwifent);
iteration!(zonecfg_setdevent, zonecfg_enddevent);
iteration!(zonecfg_setattrent, zonecfg_endattrent);
iteration!(zonecfg_setdsent, zonecfg_enddsent);
iteration!(zonecfg_setrctlent, zonecfg_endrctlent);
iteration!(zonecfg_setadminent, zonecfg_endadminent);
iteration!(zonecfg_setdevperment, zonecfg_enddevperment);

/// Exports the functions of a resource whose structure is the same in all flavours.
macro_rules! resource {
    ($table:ty, $add:ident, $delete:ident, $modify:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $add(handle: zone_dochandle_t, table: *mut $table) -> c_int {
            point(stringify!($add), || {
                // SAFETY: the caller's promise.
                let table = unsafe { table.as_ref() }.ok_or(code::INVAL)?;
                // SAFETY: the caller's promise.
                table::add(unsafe { open(handle) }?, table)
            })
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $delete(handle: zone_dochandle_t, table: *mut $table) -> c_int {
            point(stringify!($delete), || {
                // SAFETY: the caller's promise.
                let table = unsafe { table.as_ref() }.ok_or(code::INVAL)?;
                // SAFETY: the caller's promise.
                table::delete(unsafe { open(handle) }?, table)
            })
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $modify(
            handle: zone_dochandle_t,
            from: *mut $table,
            to: *mut $table,
        ) -> c_int {
            point(stringify!($modify), || {
                // SAFETY: the caller's promise.
                let (from, to) = unsafe { (from.as_ref(), to.as_ref()) };
                let (from, to) = (from.ok_or(code::INVAL)?, to.ok_or(code::INVAL)?);
                // SAFETY: the caller's promise.
                table::modify(unsafe { open(handle) }?, from, to)
            })
        }
    };
}
pub(super) use resource;

/// Exports the function that looks a resource up.
macro_rules! lookup {
    ($table:ty, $lookup:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $lookup(handle: zone_dochandle_t, table: *mut $table) -> c_int {
            point(stringify!($lookup), || {
                if table.is_null() {
                    return Err(code::INVAL);
                }
                // SAFETY: the caller's promise.
                unsafe { table::lookup(open(handle)?, table) }
            })
        }
    };
}
pub(super) use lookup;

/// Exports the function that takes the next resource of an iteration.
macro_rules! next {
    ($table:ty, $next:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $next(handle: zone_dochandle_t, table: *mut $table) -> c_int {
            point(stringify!($next), || {
                // SAFETY: the caller's promise.
                unsafe { table::next(at(handle).ok_or(code::INVAL)?, table) }
            })
        }
    };
}
pub(super) use next;

/// Calls a function of the module [`table`] with the structure of the handle's flavour.
macro_rules! by_flavour {
    ($handle:expr, $function:path, $type:ident, $($table:expr),+) => {{
        let handle = $handle;
        match handle.host.flavour() {
            Flavour::Upstream => $function(handle, $($table.cast::<upstream::$type>()),+),
            Flavour::Omnios => $function(handle, $($table.cast::<extended::$type>()),+),
        }
    }};
}
pub(super) use by_flavour;

/// [`table::add`] of what a pointer points to.
///
/// # Safety
/// `table` points to such a structure.
pub(super) unsafe fn add_at<T: Table>(handle: &mut Handle, table: *const T) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    table::add(handle, unsafe { &*table })
}

/// [`table::delete`] of what a pointer points to.
///
/// # Safety
/// As [`add_at`].
pub(super) unsafe fn delete_at<T: Table>(handle: &mut Handle, table: *const T) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    table::delete(handle, unsafe { &*table })
}

/// [`table::modify`] of what pointers point to.
///
/// # Safety
/// As [`add_at`].
pub(super) unsafe fn modify_at<T: Table>(
    handle: &mut Handle,
    from: *const T,
    to: *const T,
) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    let (from, to) = unsafe { (&*from, &*to) };
    table::modify(handle, from, to)
}
