//! Datalinks: what the kernel and dlmgmtd keep of them, what can be done with them, and libdladm's C functions.

mod address;
mod change;
mod exports;
mod name;
mod plumbing;
mod property;
mod status;
mod table;

pub(crate) use address::MacAddress;
pub(crate) use change::{
    MacChoice, NewLink, NewVnic, add_link, assign_zone, create_vnic, delete_link, delete_vnic,
    read, restart, set_property, unset_active,
};
pub(crate) use exports::parse_properties;
pub(crate) use name::valid as valid_name;
pub(crate) use plumbing::{Interface, Plumbing};
pub(crate) use property::{PROPERTIES, Property, Value, default_of, value_of};
pub(crate) use status::Status;
pub(crate) use table::{Class, Link, Table};

/// `DLADM_OPT_ACTIVE`.
pub(crate) const ACTIVE: u32 = 1;
/// `DLADM_OPT_PERSIST`.
pub(crate) const PERSIST: u32 = 2;
/// `DLADM_OPT_ANCHOR`: an etherstub is made.
pub(crate) const ANCHOR: u32 = 0x20;
