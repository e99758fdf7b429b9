//! libzonecfg is not safe for threads as a whole.
//!
//! Its lock on the index is an fcntl lock, which belongs to the process and excludes no other thread, so whatever writes the index or a
//! document runs alone. Handles of different threads do not disturb each other. The library underneath initialises itself at its
//! first use, which therefore runs alone too.

use std::cell::Cell;
use std::sync::{Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static LOCK: RwLock<()> = RwLock::new(());

thread_local! {
    /// Whether the thread has a [`Guard`].
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// The right to call libzonecfg. Not taken twice by one thread: what needs it takes it as an argument.
#[derive(Debug)]
pub(crate) struct Guard {
    _shared: Option<RwLockReadGuard<'static, ()>>,
    _exclusive: Option<RwLockWriteGuard<'static, ()>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        HELD.set(false);
    }
}

/// For what reads.
pub(crate) fn shared() -> Guard {
    initialise();
    if cfg!(external_libzonecfg) {
        // The library has one root for the whole process, and threads may be on different hosts.
        return exclusive();
    }
    HELD.set(true);
    Guard {
        _shared: Some(LOCK.read().unwrap_or_else(PoisonError::into_inner)),
        _exclusive: None,
    }
}

/// For what writes a document or the index.
pub(crate) fn exclusive() -> Guard {
    initialise();
    let guard = LOCK.write().unwrap_or_else(PoisonError::into_inner);
    #[cfg(external_libzonecfg)]
    super::symbol::enter_root();
    HELD.set(true);
    Guard {
        _shared: None,
        _exclusive: Some(guard),
    }
}

/// For a property of an open handle, by a caller that may have a [`Guard`] already. Another libzonecfg asks for the root of the whole process
/// there too; otherwise nothing is to be guarded.
pub(crate) fn property() -> Option<Guard> {
    (cfg!(external_libzonecfg) && !HELD.get()).then(exclusive)
}

/// Uses the XML library once before a second thread can.
fn initialise() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: zonecfg_init_handle takes nothing and returns a handle or NULL; Once excludes other threads.
        let handle = unsafe { illumos_sys::zonecfg_init_handle() };
        // SAFETY: the handle is new and used nowhere else; zonecfg_fini_handle accepts NULL (illumos-gate libzonecfg.c).
        unsafe { illumos_sys::zonecfg_fini_handle(handle) };
    });
}
