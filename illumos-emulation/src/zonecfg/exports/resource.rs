//! `fs`, `attr`, `dataset` and `device` resources, and the iterations over them.

use std::ffi::{c_char, c_int, c_void};

use illumos_sys::{
    boolean_t, extended, upstream, zone_attrtab, zone_devpermtab, zone_dochandle_t, zone_dstab,
    zone_fsopt, zone_fsopt_t, zone_fstab,
};

use super::{argument, at, boolean, open, point, point_or};
use crate::Flavour;
use crate::zonecfg::code;
use crate::zonecfg::document::{Element, Node};
use crate::zonecfg::exports::net::{add_properties, fill_properties};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{self, Linked, allocate, duplicate, put, put_field, text_of};
use crate::zonecfg::number::{strtoull, whole, whole_signed};
use crate::zonecfg::table::{self, Query, Table};

/// Exports the functions that start and end an iteration. All of them are the same.
macro_rules! iteration {
    ($start:ident, $end:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $start(handle: zone_dochandle_t) -> c_int {
            // SAFETY: the caller's promise.
            point(stringify!($start), || {
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

impl Table for zone_attrtab {
    const ELEMENT: &'static str = "attr";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("name", &text_of(&self.zone_attr_name));
        element.set("type", &text_of(&self.zone_attr_type));
        element.set("value", &text_of(&self.zone_attr_value));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "name", &text_of(&self.zone_attr_name))
            && handle.has(element, "type", &text_of(&self.zone_attr_type))
            && handle.has(element, "value", &text_of(&self.zone_attr_value))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_attr_name,
                handle.fetch(element, "name")?,
            )?;
            put_field(
                &raw mut (*this).zone_attr_type,
                handle.fetch(element, "type")?,
            )?;
            put_field(
                &raw mut (*this).zone_attr_value,
                handle.fetch(element, "value")?,
            )
        }
    }
}

impl Query for zone_attrtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![
            ("name", text_of(&self.zone_attr_name), 256),
            ("type", text_of(&self.zone_attr_type), 256),
            ("value", text_of(&self.zone_attr_value), 256),
        ]
    }
}

resource!(
    zone_attrtab,
    zonecfg_add_attr,
    zonecfg_delete_attr,
    zonecfg_modify_attr
);
lookup!(zone_attrtab, zonecfg_lookup_attr);
next!(zone_attrtab, zonecfg_getattrent);

/// The value of an attr of the given type.
fn attr_value(attr: *const zone_attrtab, of_type: &[u8]) -> Result<Vec<u8>, i32> {
    // SAFETY: null or a structure whose texts end within their fields: the promise of every caller of the functions below.
    let attr = unsafe { attr.as_ref() }.ok_or(code::INVAL)?;
    if text_of(&attr.zone_attr_type) != of_type {
        return Err(code::INVAL);
    }
    Ok(text_of(&attr.zone_attr_value))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_boolean(
    attr: *const zone_attrtab,
    value: *mut boolean_t,
) -> c_int {
    point("zonecfg_get_attr_boolean", || {
        let is_true = match attr_value(attr, b"boolean")?.as_slice() {
            b"true" => true,
            b"false" => false,
            _ => return Err(code::INVAL),
        };
        // SAFETY: the caller's promise.
        unsafe { *value = boolean(is_true) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_int(attr: *const zone_attrtab, value: *mut i64) -> c_int {
    point("zonecfg_get_attr_int", || {
        let number = whole_signed(&attr_value(attr, b"int")?).ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        unsafe { *value = number };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_uint(attr: *const zone_attrtab, value: *mut u64) -> c_int {
    point("zonecfg_get_attr_uint", || {
        let text = attr_value(attr, b"uint")?;
        let number = whole(&text).ok_or(code::INVAL)?;
        if whole_signed(&text).is_some_and(i64::is_negative) {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { *value = number };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_string(
    attr: *const zone_attrtab,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zonecfg_get_attr_string", || {
        let text = attr_value(attr, b"string")?;
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &text) }
    })
}

impl Table for zone_dstab {
    const ELEMENT: &'static str = "dataset";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("name", &text_of(&self.zone_dataset_name));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "name", &text_of(&self.zone_dataset_name))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dataset_name,
                handle.fetch(element, "name")?,
            )
        }
    }
}

impl Query for zone_dstab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("name", text_of(&self.zone_dataset_name), 256)]
    }
}

resource!(
    zone_dstab,
    zonecfg_add_ds,
    zonecfg_delete_ds,
    zonecfg_modify_ds
);
lookup!(zone_dstab, zonecfg_lookup_ds);
next!(zone_dstab, zonecfg_getdsent);

impl Linked for zone_fsopt {
    unsafe fn link(this: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*this).zone_fsopt_next }
    }
}

impl Table for zone_fstab {
    const ELEMENT: &'static str = "filesystem";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("special", &text_of(&self.zone_fs_special));
        let raw = text_of(&self.zone_fs_raw);
        if !raw.is_empty() {
            element.set("raw", &raw);
        }
        element.set("directory", &text_of(&self.zone_fs_dir));
        element.set("type", &text_of(&self.zone_fs_type));
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        for option in unsafe { memory::members(self.zone_fs_options) } {
            let mut child = Element::new("fsoption");
            // SAFETY: as above.
            child.set("name", &text_of(unsafe { &(*option).zone_fsopt_opt }));
            element.children.push(Node::Element(child));
        }
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "directory", &text_of(&self.zone_fs_dir))
            && handle.has(element, "special", &text_of(&self.zone_fs_special))
            && handle.has(element, "raw", &text_of(&self.zone_fs_raw))
            && handle.has(element, "type", &text_of(&self.zone_fs_type))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_fs_special,
                handle.fetch(element, "special")?,
            )?;
            put_field(&raw mut (*this).zone_fs_raw, handle.fetch(element, "raw")?)?;
            put_field(
                &raw mut (*this).zone_fs_dir,
                handle.fetch(element, "directory")?,
            )?;
            put_field(
                &raw mut (*this).zone_fs_type,
                handle.fetch(element, "type")?,
            )?;
            (*this).zone_fs_options = std::ptr::null_mut();
        }
        // The first child that is no option ends the list, a comment for example.
        for child in &element.children {
            let Some(Ok(name)) = child
                .as_element()
                .map(|option| handle.fetch(option, "name"))
            else {
                break;
            };
            if name.len() >= illumos_sys::MAX_MNTOPT_STR {
                break;
            }
            // SAFETY: the list was begun above.
            unsafe { add_option(this, name) }?;
        }
        Ok(())
    }
}

/// # Safety
/// `fs` points to a structure whose list is null or complete.
unsafe fn add_option(fs: *mut zone_fstab, name: &[u8]) -> Result<(), i32> {
    let option = allocate::<zone_fsopt>()?;
    // SAFETY: the structure was just allocated; the rest is the caller's promise.
    unsafe {
        let _ = put_field(&raw mut (*option).zone_fsopt_opt, name);
        memory::append(&raw mut (*fs).zone_fs_options, option);
    }
    Ok(())
}

impl Query for zone_fstab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![
            ("directory", text_of(&self.zone_fs_dir), 1024),
            ("special", text_of(&self.zone_fs_special), 1024),
            ("raw", text_of(&self.zone_fs_raw), 1024),
            ("type", text_of(&self.zone_fs_type), 16),
        ]
    }
}

resource!(
    zone_fstab,
    zonecfg_add_filesystem,
    zonecfg_delete_filesystem,
    zonecfg_modify_filesystem
);
lookup!(zone_fstab, zonecfg_lookup_filesystem);
next!(zone_fstab, zonecfg_getfsent);

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_fs_option(fs: *mut zone_fstab, option: *mut c_char) -> c_int {
    // SAFETY: the caller's promise.
    point("zonecfg_add_fs_option", || unsafe {
        add_option(fs, argument("zonecfg_add_fs_option", option))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_remove_fs_option(fs: *mut zone_fstab, option: *mut c_char) -> c_int {
    point("zonecfg_remove_fs_option", || {
        // SAFETY: the caller's promise.
        let option = unsafe { argument("zonecfg_remove_fs_option", option) };
        // SAFETY: the caller's promise.
        unsafe {
            memory::remove(&raw mut (*fs).zone_fs_options, |member| {
                text_of(&member.zone_fsopt_opt) == option
            })
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_free_fs_option_list(list: *mut zone_fsopt_t) {
    // SAFETY: the caller's promise.
    point_or("zonecfg_free_fs_option_list", (), || unsafe {
        memory::free(list)
    });
}

impl Table for upstream::zone_devtab {
    const ELEMENT: &'static str = "device";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("match", &text_of(&self.zone_dev_match));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "match", &text_of(&self.zone_dev_match))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dev_match,
                handle.fetch(element, "match")?,
            )
        }
    }
}

impl Query for upstream::zone_devtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("match", text_of(&self.zone_dev_match), 1024)]
    }
}

impl Table for extended::zone_devtab {
    const ELEMENT: &'static str = "device";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("match", &text_of(&self.zone_dev_match));
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        unsafe { add_properties(&mut element, self.zone_dev_attrp) };
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "match", &text_of(&self.zone_dev_match))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dev_match,
                handle.fetch(element, "match")?,
            )?;
            fill_properties(&raw mut (*this).zone_dev_attrp, handle, element)
        }
    }
}

impl Query for extended::zone_devtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("match", text_of(&self.zone_dev_match), 1024)]
    }
}

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

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_add_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, add_at, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_delete_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, delete_at, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_modify_dev(
    handle: zone_dochandle_t,
    from: *mut c_void,
    to: *mut c_void,
) -> c_int {
    point("zonecfg_modify_dev", || {
        if from.is_null() || to.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structures are those of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, modify_at, zone_devtab, from, to) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_lookup_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, table::lookup, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getdevent(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_getdevent", || {
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe {
            by_flavour!(
                at(handle).ok_or(code::INVAL)?,
                table::next,
                zone_devtab,
                device
            )
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getdevperment(
    handle: zone_dochandle_t,
    table: *mut zone_devpermtab,
) -> c_int {
    point("zonecfg_getdevperment", || {
        // SAFETY: the caller's promise.
        unsafe { (*table).zone_devperm_acl = std::ptr::null_mut() };
        // SAFETY: the caller's promise.
        let handle = unsafe { at(handle) }.ok_or(code::INVAL)?;
        handle.next("dev-perm", |handle, element| {
            let number = |attribute, base| -> Result<u32, i32> {
                let text = handle.fetch(element, attribute)?;
                Ok(
                    u32::try_from(strtoull(text, base).value & u64::from(u32::MAX))
                        .unwrap_or_default(),
                )
            };
            // SAFETY: the caller's promise.
            unsafe {
                put_field(
                    &raw mut (*table).zone_devperm_name,
                    handle.fetch(element, "name")?,
                )?;
                (*table).zone_devperm_uid = number("uid", 10)?;
                (*table).zone_devperm_gid = number("gid", 10)?;
                (*table).zone_devperm_mode = number("mode", 8)?;
                (*table).zone_devperm_acl = duplicate(handle.fetch(element, "acl")?);
            }
            Ok(())
        })
    })
}
