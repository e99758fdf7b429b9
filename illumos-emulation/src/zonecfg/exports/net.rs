//! `net` resources, and the named values that nets and devices have on the extended flavour.

use std::ffi::{c_char, c_int, c_void};

use illumos_sys::extended::{zone_res_attrtab, zone_res_attrtab_1024};
use illumos_sys::{
    INET6_ADDRSTRLEN, LIFNAMSIZ, MAXMACADDRLEN, boolean_t, extended, upstream, zone_dochandle_t,
};

use super::resource::{add_at, by_flavour, delete_at, modify_at};
use super::{argument, at, boolean, open, point, point_or};
use crate::Flavour;
use crate::zonecfg::document::{Element, Node};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{self, Linked, allocate, put_field, text_of};
use crate::zonecfg::table::{self, Table};
use crate::zonecfg::{address, code};

/// The fields of a net, whatever the layout of the structure that they come from. Empty is unset.
#[derive(Debug, Default)]
struct Net {
    address: Vec<u8>,
    allowed_address: Vec<u8>,
    physical: Vec<u8>,
    defrouter: Vec<u8>,
    /// The fields of the extended flavour.
    mac: Vec<u8>,
    vlan_id: Vec<u8>,
    gnic: Vec<u8>,
}

impl Net {
    fn element(&self) -> Element {
        let mut element = Element::new("network");
        let fields = [
            ("address", &self.address),
            ("allowed-address", &self.allowed_address),
            ("physical", &self.physical),
            ("defrouter", &self.defrouter),
            ("mac-addr", &self.mac),
            ("vlan-id", &self.vlan_id),
            ("global-nic", &self.gnic),
        ];
        for (attribute, value) in fields {
            if !value.is_empty() || attribute == "physical" {
                element.set(attribute, value);
            }
        }
        element
    }

    /// Finds the only net that matches the fields that are not empty. Which addresses count depends on `ip-type`.
    fn find<'a>(&self, handle: &'a Handle) -> Result<(&'a Element, bool), i32> {
        let is_exclusive = handle.is_exclusive()?;
        let value = |element: &'a Element, attribute: &str, room: usize| {
            handle
                .fetch(element, attribute)
                .ok()
                .filter(|value| value.len() < room)
        };
        let is = |element: &'a Element, attribute: &str, room: usize, wanted: &Vec<u8>| {
            wanted.is_empty() || value(element, attribute, room) == Some(wanted.as_slice())
        };
        let is_address = |element: &'a Element, attribute: &str, wanted: &Vec<u8>| {
            wanted.is_empty()
                || value(element, attribute, INET6_ADDRSTRLEN)
                    .is_some_and(|value| address::is_same(wanted, value))
        };
        let matches = |element: &&'a Element| {
            is(element, "physical", LIFNAMSIZ, &self.physical)
                && (!is_exclusive || is(element, "mac-addr", MAXMACADDRLEN, &self.mac))
                && (!is_exclusive || is(element, "global-nic", LIFNAMSIZ, &self.gnic))
                && (is_exclusive || is_address(element, "address", &self.address))
                && (!is_exclusive || is_address(element, "allowed-address", &self.allowed_address))
                && is_address(element, "defrouter", &self.defrouter)
        };
        let mut found = handle.root()?.elements("network").filter(matches);
        let first = found.next().ok_or(code::NO_RESOURCE_ID)?;
        if found.next().is_some() {
            return Err(code::INSUFFICIENT_SPEC);
        }
        Ok((first, is_exclusive))
    }

    /// Whether the query can be asked at all.
    fn check(&self) -> Result<(), i32> {
        if !self.address.is_empty() && !self.allowed_address.is_empty() {
            return Err(code::INVAL);
        }
        let fields = [
            &self.address,
            &self.allowed_address,
            &self.physical,
            &self.defrouter,
            &self.mac,
            &self.gnic,
        ];
        if fields.iter().all(|field| field.is_empty()) {
            Err(code::INSUFFICIENT_SPEC)
        } else {
            Ok(())
        }
    }
}

/// The structure of a net.
trait NetTable: Table {
    fn net(&self) -> Net;

    /// Fills what a query has found: the addresses only that go with `ip-type`.
    ///
    /// # Safety
    /// `this` can be written.
    unsafe fn fill_found(
        this: *mut Self,
        handle: &Handle,
        element: &Element,
        is_exclusive: bool,
    ) -> Result<(), i32>;
}

impl Table for upstream::zone_nwiftab {
    const ELEMENT: &'static str = "network";

    fn element(&self) -> Element {
        self.net().element()
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        let net = self.net();
        handle.has(element, "address", &net.address)
            && handle.has(element, "allowed-address", &net.allowed_address)
            && handle.has(element, "physical", &net.physical)
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_nwif_address,
                handle.fetch(element, "address")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_allowed_address,
                handle.fetch(element, "allowed-address")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_physical,
                handle.fetch(element, "physical")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_defrouter,
                handle.fetch(element, "defrouter")?,
            )
        }
    }
}

impl NetTable for upstream::zone_nwiftab {
    fn net(&self) -> Net {
        Net {
            address: text_of(&self.zone_nwif_address),
            allowed_address: text_of(&self.zone_nwif_allowed_address),
            physical: text_of(&self.zone_nwif_physical),
            defrouter: text_of(&self.zone_nwif_defrouter),
            ..Net::default()
        }
    }

    unsafe fn fill_found(
        this: *mut Self,
        handle: &Handle,
        element: &Element,
        is_exclusive: bool,
    ) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_nwif_physical,
                handle.fetch(element, "physical")?,
            )?;
            if is_exclusive {
                put_field(
                    &raw mut (*this).zone_nwif_allowed_address,
                    handle.fetch(element, "allowed-address")?,
                )?;
            } else {
                put_field(
                    &raw mut (*this).zone_nwif_address,
                    handle.fetch(element, "address")?,
                )?;
            }
            put_field(
                &raw mut (*this).zone_nwif_defrouter,
                handle.fetch(element, "defrouter")?,
            )
        }
    }
}

impl Table for extended::zone_nwiftab {
    const ELEMENT: &'static str = "network";

    fn element(&self) -> Element {
        let mut element = self.net().element();
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        unsafe { add_properties(&mut element, self.zone_nwif_attrp) };
        element
    }

    /// One of the four fields is enough beside the link: that is how the real library compares.
    fn means(&self, handle: &Handle, element: &Element) -> bool {
        let net = self.net();
        (handle.has(element, "address", &net.address)
            || handle.has(element, "allowed-address", &net.allowed_address)
            || handle.has(element, "mac-addr", &net.mac)
            || handle.has(element, "global-nic", &net.gnic))
            && handle.has(element, "physical", &net.physical)
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_nwif_address,
                handle.fetch(element, "address")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_allowed_address,
                handle.fetch(element, "allowed-address")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_physical,
                handle.fetch(element, "physical")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_mac,
                handle.fetch(element, "mac-addr")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_vlan_id,
                handle.fetch(element, "vlan-id")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_gnic,
                handle.fetch(element, "global-nic")?,
            )?;
            put_field(
                &raw mut (*this).zone_nwif_defrouter,
                handle.fetch(element, "defrouter")?,
            )?;
            fill_properties(&raw mut (*this).zone_nwif_attrp, handle, element)
        }
    }
}

impl NetTable for extended::zone_nwiftab {
    fn net(&self) -> Net {
        Net {
            address: text_of(&self.zone_nwif_address),
            allowed_address: text_of(&self.zone_nwif_allowed_address),
            physical: text_of(&self.zone_nwif_physical),
            defrouter: text_of(&self.zone_nwif_defrouter),
            mac: text_of(&self.zone_nwif_mac),
            vlan_id: text_of(&self.zone_nwif_vlan_id),
            gnic: text_of(&self.zone_nwif_gnic),
        }
    }

    unsafe fn fill_found(
        this: *mut Self,
        handle: &Handle,
        element: &Element,
        is_exclusive: bool,
    ) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_nwif_physical,
                handle.fetch(element, "physical")?,
            )?;
            if is_exclusive {
                put_field(
                    &raw mut (*this).zone_nwif_mac,
                    handle.fetch(element, "mac-addr")?,
                )?;
                put_field(
                    &raw mut (*this).zone_nwif_vlan_id,
                    handle.fetch(element, "vlan-id")?,
                )?;
                put_field(
                    &raw mut (*this).zone_nwif_gnic,
                    handle.fetch(element, "global-nic")?,
                )?;
                put_field(
                    &raw mut (*this).zone_nwif_allowed_address,
                    handle.fetch(element, "allowed-address")?,
                )?;
            } else {
                put_field(
                    &raw mut (*this).zone_nwif_address,
                    handle.fetch(element, "address")?,
                )?;
            }
            put_field(
                &raw mut (*this).zone_nwif_defrouter,
                handle.fetch(element, "defrouter")?,
            )?;
            fill_properties(&raw mut (*this).zone_nwif_attrp, handle, element)
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_nwif(handle: zone_dochandle_t, net: *mut c_void) -> c_int {
    point("zonecfg_add_nwif", || {
        if net.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, add_at, zone_nwiftab, net) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_nwif(handle: zone_dochandle_t, net: *mut c_void) -> c_int {
    point("zonecfg_delete_nwif", || {
        if net.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, delete_at, zone_nwiftab, net) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_modify_nwif(
    handle: zone_dochandle_t,
    from: *mut c_void,
    to: *mut c_void,
) -> c_int {
    point("zonecfg_modify_nwif", || {
        if from.is_null() || to.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structures are those of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, modify_at, zone_nwiftab, from, to) }
    })
}

/// # Safety
/// `table` points to such a structure.
unsafe fn lookup_at<T: NetTable>(handle: &mut Handle, table: *mut T) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    let net = unsafe { &*table }.net();
    net.check()?;
    handle.prepare()?;
    let (element, is_exclusive) = net.find(handle)?;
    // SAFETY: the caller's promise.
    unsafe { T::fill_found(table, handle, element, is_exclusive) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_nwif(handle: zone_dochandle_t, net: *mut c_void) -> c_int {
    point("zonecfg_lookup_nwif", || {
        if net.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, lookup_at, zone_nwiftab, net) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getnwifent(handle: zone_dochandle_t, net: *mut c_void) -> c_int {
    point("zonecfg_getnwifent", || {
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe {
            by_flavour!(
                at(handle).ok_or(code::INVAL)?,
                table::next,
                zone_nwiftab,
                net
            )
        }
    })
}

impl Linked for zone_res_attrtab_1024 {
    unsafe fn link(this: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller's promise.
        unsafe { (&raw mut (*this).zone_res_attr_next).cast() }
    }
}

/// Adds a `net-attr` for each member of the list.
///
/// # Safety
/// The list is null or complete.
pub(super) unsafe fn add_properties(element: &mut Element, list: *mut zone_res_attrtab) {
    // SAFETY: the caller's promise.
    for member in unsafe { memory::members(list.cast::<zone_res_attrtab_1024>()) } {
        // SAFETY: the caller's promise.
        let member = unsafe { &*member };
        let mut child = Element::new("net-attr");
        child.set("name", &text_of(&member.zone_res_attr_name));
        child.set("value", &text_of(&member.zone_res_attr_value));
        element.children.push(Node::Element(child));
    }
}

/// Makes a list of the children of `element`. It ends at the first value that is missing or does not fit, and holds as much of it
/// as was read.
///
/// # Safety
/// `list` can be written.
pub(super) unsafe fn fill_properties(
    list: *mut *mut zone_res_attrtab,
    handle: &Handle,
    element: &Element,
) -> Result<(), i32> {
    let head = list.cast::<*mut zone_res_attrtab_1024>();
    // SAFETY: the caller's promise.
    unsafe { *head = std::ptr::null_mut() };
    for child in &element.children {
        let member = allocate::<zone_res_attrtab_1024>()?;
        // SAFETY: the list was begun above; the member was just allocated.
        unsafe { memory::append(head, member) };
        let Some(child) = child.as_element() else {
            break;
        };
        let (Ok(name), value) = (handle.fetch(child, "name"), handle.fetch(child, "value")) else {
            break;
        };
        // SAFETY: as above.
        if unsafe { put_field(&raw mut (*member).zone_res_attr_name, name) }.is_err() {
            break;
        }
        let Ok(value) = value else { break };
        // SAFETY: as above.
        if unsafe { put_field(&raw mut (*member).zone_res_attr_value, value) }.is_err() {
            break;
        }
    }
    Ok(())
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_add_res_attr(
    list: *mut *mut zone_res_attrtab,
    attr: *mut zone_res_attrtab,
) -> c_int {
    point("zonecfg_add_res_attr", || {
        // SAFETY: the caller's promise.
        unsafe { memory::append(list.cast::<*mut zone_res_attrtab_1024>(), attr.cast()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_remove_res_attr(
    list: *mut *mut zone_res_attrtab,
    attr: *mut zone_res_attrtab,
) -> c_int {
    point("zonecfg_remove_res_attr", || {
        // SAFETY: the caller's promise.
        let wanted = unsafe { &*attr.cast::<zone_res_attrtab_1024>() };
        let (name, value) = (
            text_of(&wanted.zone_res_attr_name),
            text_of(&wanted.zone_res_attr_value),
        );
        let is_wanted = |member: &zone_res_attrtab_1024| {
            text_of(&member.zone_res_attr_name) == name
                && text_of(&member.zone_res_attr_value) == value
        };
        // SAFETY: the caller's promise.
        unsafe { memory::remove(list.cast::<*mut zone_res_attrtab_1024>(), is_wanted) }
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_free_res_attr_list(list: *mut zone_res_attrtab) {
    // SAFETY: the caller's promise.
    point_or("zonecfg_free_res_attr_list", (), || unsafe {
        memory::free(list.cast::<zone_res_attrtab_1024>());
    });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_same_net_address(
    first: *mut c_char,
    second: *mut c_char,
) -> boolean_t {
    const NAME: &str = "zonecfg_same_net_address";
    // SAFETY: the caller's promise.
    let (first, second) = unsafe { (argument(NAME, first), argument(NAME, second)) };
    boolean(address::is_same(first, second))
}
