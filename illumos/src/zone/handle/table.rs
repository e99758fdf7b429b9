//! What the kinds of resources have in common: a structure, and seven functions that take it.

use std::ffi::c_int;
use std::mem::MaybeUninit;

use illumos_sys::zone_dochandle_t;

use super::Handle;
use crate::ffi::{Api, Unfit, check_zonecfg, zonecfg_error};
use crate::{Error, ErrorKind, Result};

/// A function of libzonecfg with its name.
pub(super) type Named<F> = (&'static str, F);
pub(super) type Cursor = unsafe extern "C" fn(zone_dochandle_t) -> c_int;
pub(super) type One<T> = unsafe extern "C" fn(zone_dochandle_t, *mut T) -> c_int;
pub(super) type Two<T> = unsafe extern "C" fn(zone_dochandle_t, *mut T, *mut T) -> c_int;

/// The functions of one kind of resource.
pub(super) struct Functions<T> {
    pub(super) set: Named<Cursor>,
    pub(super) get: Named<One<T>>,
    pub(super) end: Named<Cursor>,
    pub(super) add: Named<One<T>>,
    pub(super) delete: Named<One<T>>,
    pub(super) modify: Named<Two<T>>,
}

/// The functions of these names in the module `illumos_sys$(::$module)*`.
macro_rules! functions {
    ($($module:ident)::+, $set:ident, $get:ident, $end:ident, $add:ident, $delete:ident, $modify:ident) => {
        $crate::zone::handle::table::Functions {
            set: (stringify!($set), illumos_sys::$set),
            get: (stringify!($get), $($module)::+::$get),
            end: (stringify!($end), illumos_sys::$end),
            add: (stringify!($add), $($module)::+::$add),
            delete: (stringify!($delete), $($module)::+::$delete),
            modify: (stringify!($modify), $($module)::+::$modify),
        }
    };
}
pub(super) use functions;

/// A structure of libzonecfg that one resource is handed over in.
///
/// # Safety
/// All-zero bytes are a value of the type. The functions take that type. `release` frees what `fill` and the library's `get` left in it, and
/// leaves nothing to free.
pub(super) unsafe trait Table: Copy {
    /// What it means.
    type Item;
    /// The resource, in the words of zonecfg(8).
    const KIND: &'static str;
    const FUNCTIONS: Functions<Self>;

    /// Writes `item` into the zeroed structure.
    fn fill(&mut self, item: &Self::Item, api: &Api) -> Result<(), Unfit>;

    /// Reads what the library filled in.
    fn item(&self, api: &Api) -> Result<Self::Item, Unfit>;

    /// Frees the lists that the structure points to.
    fn release(&mut self, api: &Api) {
        let _ = api;
    }
}

/// A structure in a place that is longer than it, should a distribution append fields to it; zero at first. Releases its lists.
#[repr(C, align(8))]
pub(super) struct Room<'a, T: Table> {
    value: T,
    _slack: [u8; 512],
    api: &'a Api,
}

impl<'a, T: Table> Room<'a, T> {
    pub(super) fn empty(api: &'a Api) -> Self {
        // SAFETY: all-zero bytes are a value of every Table, by that trait's promise.
        let value = unsafe { MaybeUninit::zeroed().assume_init() };
        Self {
            value,
            _slack: [0; 512],
            api,
        }
    }

    pub(super) fn filled(item: &T::Item, api: &'a Api) -> Result<Self, Unfit> {
        let mut room = Self::empty(api);
        room.value.fill(item, api)?;
        Ok(room)
    }

    /// The structure, with the slack behind it.
    pub(super) fn as_mut_ptr(&mut self) -> *mut T {
        (&raw mut *self).cast()
    }
}

impl<T: Table> Drop for Room<'_, T> {
    fn drop(&mut self) {
        self.value.release(self.api);
    }
}

impl Handle {
    /// Every resource of the kind, or an error: the library's own loop would end silently at a value that it cannot hand over.
    pub(super) fn list<T: Table>(&self) -> Result<Vec<T::Item>> {
        let Functions { set, get, end, .. } = T::FUNCTIONS;
        let operation = || self.property_operation("read", T::KIND);
        // SAFETY: the handle holds a document.
        check_zonecfg(set.0, unsafe { set.1(self.document.raw()) }, operation)?;
        let mut items = Vec::new();
        let result = loop {
            let mut room = Room::<T>::empty(&self.api);
            // SAFETY: the handle holds a document; the structure is zeroed and of this library's flavour.
            match unsafe { get.1(self.document.raw(), room.as_mut_ptr()) } {
                illumos_sys::Z_OK => match room.value.item(&self.api) {
                    Ok(item) => items.push(item),
                    Err(unfit) => break Err(self.resource_unfit::<T>("read", get.0, unfit)),
                },
                illumos_sys::Z_NO_ENTRY => break Ok(()),
                illumos_sys::Z_TOO_BIG => {
                    let reason = format!(
                        "a value of {} number {} is longer than libzonecfg hands over",
                        T::KIND,
                        items.len() + 1
                    );
                    let error = Error::new(ErrorKind::Invalid, operation(), reason);
                    break Err(error.with_code(get.0, i64::from(illumos_sys::Z_TOO_BIG)));
                }
                code => break Err(zonecfg_error(get.0, code, operation())),
            }
        };
        // SAFETY: the handle holds a document; this only moves its cursor.
        unsafe { end.1(self.document.raw()) };
        result.map(|()| items)
    }

    pub(super) fn add<T: Table>(&mut self, item: &T::Item) -> Result<()> {
        let (function, add) = T::FUNCTIONS.add;
        let mut room = Room::<T>::filled(item, &self.api)
            .map_err(|unfit| self.resource_unfit::<T>("add", function, unfit))?;
        // SAFETY: the handle holds a document; the structure is of this library's flavour, its texts end in a NUL, and its lists are
        // NULL or end in NULL; the library copies all of it.
        let code = unsafe { add(self.document.raw(), room.as_mut_ptr()) };
        self.check_property("add", function, T::KIND, code)
    }

    pub(super) fn delete<T: Table>(&mut self, item: &T::Item) -> Result<()> {
        let (function, delete) = T::FUNCTIONS.delete;
        let mut room = Room::<T>::filled(item, &self.api)
            .map_err(|unfit| self.resource_unfit::<T>("remove", function, unfit))?;
        // SAFETY: as in add.
        let code = unsafe { delete(self.document.raw(), room.as_mut_ptr()) };
        self.check_property("remove", function, T::KIND, code)
    }

    pub(super) fn modify<T: Table>(&mut self, old: &T::Item, new: &T::Item) -> Result<()> {
        let (function, modify) = T::FUNCTIONS.modify;
        let unfit = |unfit| self.resource_unfit::<T>("change", function, unfit);
        let mut from = Room::<T>::filled(old, &self.api).map_err(unfit)?;
        let mut to = Room::<T>::filled(new, &self.api).map_err(unfit)?;
        // SAFETY: as in add, for both.
        let code = unsafe { modify(self.document.raw(), from.as_mut_ptr(), to.as_mut_ptr()) };
        self.check_property("change", function, T::KIND, code)
    }

    /// The error for a value of a resource that cannot be handed over: `add net physical of zone web01`.
    pub(super) fn resource_unfit<T: Table>(
        &self,
        verb: &str,
        function: &'static str,
        unfit: Unfit,
    ) -> Error {
        let operation = format!(
            "{verb} {} {} of zone {}",
            T::KIND,
            unfit.property,
            self.name
        );
        let kind = if unfit.code == illumos_sys::Z_NO_PROPERTY_TYPE {
            ErrorKind::Unsupported
        } else {
            ErrorKind::Invalid
        };
        Error::new(kind, operation, unfit.reason).with_code(function, i64::from(unfit.code))
    }
}
