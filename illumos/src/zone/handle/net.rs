//! `net` and `device`, which have another structure in each flavour.

use std::ptr;

use illumos_sys::{extended, upstream};

use super::Handle;
use super::table::{Functions, Table, functions};
use crate::Result;
use crate::ffi::{Api, Extended, Unfit, put, text};
use crate::zone::config::{Device, Net, Property};

impl Handle {
    /// `net` resources in the order of the document.
    pub fn nets(&self) -> Result<Vec<Net>> {
        match self.api {
            Api::Upstream(_) => self.list::<upstream::zone_nwiftab>(),
            Api::Extended(_) => self.list::<extended::zone_nwiftab>(),
        }
    }

    /// Adds a `net`. The fields of the extended flavour are [`crate::ErrorKind::Unsupported`] on the upstream one.
    pub fn add_net(&mut self, net: &Net) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.add::<upstream::zone_nwiftab>(net),
            Api::Extended(_) => self.add::<extended::zone_nwiftab>(net),
        }
    }

    /// Deletes the `net` with this address, allowed-address and physical.
    pub fn delete_net(&mut self, net: &Net) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.delete::<upstream::zone_nwiftab>(net),
            Api::Extended(_) => self.delete::<extended::zone_nwiftab>(net),
        }
    }

    /// Replaces `old`, found as by [`delete_net`](Self::delete_net).
    pub fn modify_net(&mut self, old: &Net, new: &Net) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.modify::<upstream::zone_nwiftab>(old, new),
            Api::Extended(_) => self.modify::<extended::zone_nwiftab>(old, new),
        }
    }

    /// How many bytes the library keeps of the value of a property, with the terminating NUL. It differs between releases.
    pub fn property_value_size(&self) -> usize {
        match self.api {
            Api::Upstream(_) => 0,
            Api::Extended(api) => api.value_length,
        }
    }

    /// `device` resources.
    pub fn devices(&self) -> Result<Vec<Device>> {
        match self.api {
            Api::Upstream(_) => self.list::<upstream::zone_devtab>(),
            Api::Extended(_) => self.list::<extended::zone_devtab>(),
        }
    }

    /// Adds a `device`. Properties are [`crate::ErrorKind::Unsupported`] on the upstream flavour.
    pub fn add_device(&mut self, device: &Device) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.add::<upstream::zone_devtab>(device),
            Api::Extended(_) => self.add::<extended::zone_devtab>(device),
        }
    }

    /// Deletes the `device` with this match.
    pub fn delete_device(&mut self, device: &Device) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.delete::<upstream::zone_devtab>(device),
            Api::Extended(_) => self.delete::<extended::zone_devtab>(device),
        }
    }

    /// Replaces `old`.
    pub fn modify_device(&mut self, old: &Device, new: &Device) -> Result<()> {
        match self.api {
            Api::Upstream(_) => self.modify::<upstream::zone_devtab>(old, new),
            Api::Extended(_) => self.modify::<extended::zone_devtab>(old, new),
        }
    }
}

// SAFETY: arrays of characters only; the functions are declared with this structure.
unsafe impl Table for upstream::zone_nwiftab {
    type Item = Net;
    const KIND: &'static str = "net";
    const FUNCTIONS: Functions<Self> = functions!(
        upstream,
        zonecfg_setnwifent,
        zonecfg_getnwifent,
        zonecfg_endnwifent,
        zonecfg_add_nwif,
        zonecfg_delete_nwif,
        zonecfg_modify_nwif
    );

    fn fill(&mut self, net: &Net, _: &Api) -> Result<(), Unfit> {
        absent("global-nic", net.global_nic.is_none())?;
        absent("mac-addr", net.mac_addr.is_none())?;
        absent("vlan-id", net.vlan_id.is_none())?;
        absent("property", net.property.is_empty())?;
        put(
            &mut self.zone_nwif_address,
            "address",
            net.address.as_deref().unwrap_or_default(),
        )?;
        put(
            &mut self.zone_nwif_allowed_address,
            "allowed-address",
            net.allowed_address.as_deref().unwrap_or_default(),
        )?;
        put(&mut self.zone_nwif_physical, "physical", &net.physical)?;
        put(
            &mut self.zone_nwif_defrouter,
            "defrouter",
            net.defrouter.as_deref().unwrap_or_default(),
        )
    }

    fn item(&self, _: &Api) -> Result<Net, Unfit> {
        Ok(Net {
            address: optional(text(&self.zone_nwif_address, "address")?),
            allowed_address: optional(text(&self.zone_nwif_allowed_address, "allowed-address")?),
            physical: text(&self.zone_nwif_physical, "physical")?,
            defrouter: optional(text(&self.zone_nwif_defrouter, "defrouter")?),
            ..Net::default()
        })
    }
}

// SAFETY: arrays of characters and a pointer; the functions are declared with this structure. The list comes from malloc, whether the library
// made it or Nodes did, and is released once.
unsafe impl Table for extended::zone_nwiftab {
    type Item = Net;
    const KIND: &'static str = "net";
    const FUNCTIONS: Functions<Self> = functions!(
        extended,
        zonecfg_setnwifent,
        zonecfg_getnwifent,
        zonecfg_endnwifent,
        zonecfg_add_nwif,
        zonecfg_delete_nwif,
        zonecfg_modify_nwif
    );

    fn fill(&mut self, net: &Net, api: &Api) -> Result<(), Unfit> {
        put(
            &mut self.zone_nwif_address,
            "address",
            net.address.as_deref().unwrap_or_default(),
        )?;
        put(
            &mut self.zone_nwif_allowed_address,
            "allowed-address",
            net.allowed_address.as_deref().unwrap_or_default(),
        )?;
        put(&mut self.zone_nwif_physical, "physical", &net.physical)?;
        put(
            &mut self.zone_nwif_defrouter,
            "defrouter",
            net.defrouter.as_deref().unwrap_or_default(),
        )?;
        put(
            &mut self.zone_nwif_gnic,
            "global-nic",
            net.global_nic.as_deref().unwrap_or_default(),
        )?;
        put(
            &mut self.zone_nwif_mac,
            "mac-addr",
            net.mac_addr.as_deref().unwrap_or_default(),
        )?;
        put(
            &mut self.zone_nwif_vlan_id,
            "vlan-id",
            net.vlan_id.as_deref().unwrap_or_default(),
        )?;
        append(&mut self.zone_nwif_attrp, &net.property, api)
    }

    fn item(&self, api: &Api) -> Result<Net, Unfit> {
        Ok(Net {
            address: optional(text(&self.zone_nwif_address, "address")?),
            allowed_address: optional(text(&self.zone_nwif_allowed_address, "allowed-address")?),
            physical: text(&self.zone_nwif_physical, "physical")?,
            defrouter: optional(text(&self.zone_nwif_defrouter, "defrouter")?),
            global_nic: optional(text(&self.zone_nwif_gnic, "global-nic")?),
            mac_addr: optional(text(&self.zone_nwif_mac, "mac-addr")?),
            vlan_id: optional(text(&self.zone_nwif_vlan_id, "vlan-id")?),
            property: properties(self.zone_nwif_attrp, api)?,
        })
    }

    fn release(&mut self, api: &Api) {
        free(&mut self.zone_nwif_attrp, api);
    }
}

// SAFETY: an array of characters; the functions are declared with this structure.
unsafe impl Table for upstream::zone_devtab {
    type Item = Device;
    const KIND: &'static str = "device";
    const FUNCTIONS: Functions<Self> = functions!(
        upstream,
        zonecfg_setdevent,
        zonecfg_getdevent,
        zonecfg_enddevent,
        zonecfg_add_dev,
        zonecfg_delete_dev,
        zonecfg_modify_dev
    );

    fn fill(&mut self, device: &Device, _: &Api) -> Result<(), Unfit> {
        absent("property", device.property.is_empty())?;
        put(&mut self.zone_dev_match, "match", &device.match_)
    }

    fn item(&self, _: &Api) -> Result<Device, Unfit> {
        Ok(Device {
            match_: text(&self.zone_dev_match, "match")?,
            ..Device::default()
        })
    }
}

// SAFETY: as for extended::zone_nwiftab.
unsafe impl Table for extended::zone_devtab {
    type Item = Device;
    const KIND: &'static str = "device";
    const FUNCTIONS: Functions<Self> = functions!(
        extended,
        zonecfg_setdevent,
        zonecfg_getdevent,
        zonecfg_enddevent,
        zonecfg_add_dev,
        zonecfg_delete_dev,
        zonecfg_modify_dev
    );

    fn fill(&mut self, device: &Device, api: &Api) -> Result<(), Unfit> {
        put(&mut self.zone_dev_match, "match", &device.match_)?;
        append(&mut self.zone_dev_attrp, &device.property, api)
    }

    fn item(&self, api: &Api) -> Result<Device, Unfit> {
        let property = properties(self.zone_dev_attrp, api)?;
        Ok(Device {
            match_: text(&self.zone_dev_match, "match")?,
            property,
        })
    }

    fn release(&mut self, api: &Api) {
        free(&mut self.zone_dev_attrp, api);
    }
}

/// Refuses a property that upstream does not have.
fn absent(property: &'static str, absent: bool) -> Result<(), Unfit> {
    if absent {
        return Ok(());
    }
    let reason = "this distribution's zonecfg does not have it; OmniOS and SmartOS do";
    Err(Unfit::new(
        property,
        illumos_sys::Z_NO_PROPERTY_TYPE,
        reason,
    ))
}

fn optional(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The extended flavour's functions.
fn functions_of(api: &Api) -> Result<&Extended, Unfit> {
    match api {
        Api::Extended(extended) => Ok(extended),
        Api::Upstream(_) => Err(Unfit::new(
            "property",
            illumos_sys::Z_NO_PROPERTY_TYPE,
            "this distribution does not have it",
        )),
    }
}

/// A property node of either length, as its two forms.
enum Node {
    Short(*mut extended::zone_res_attrtab_256),
    Long(*mut extended::zone_res_attrtab_1024),
}

impl Node {
    fn at(pointer: *mut extended::zone_res_attrtab, api: &Extended) -> Self {
        if api.value_length == 256 {
            Self::Short(pointer.cast())
        } else {
            Self::Long(pointer.cast())
        }
    }
}

/// Reads the list that begins at `node`.
fn properties(
    mut node: *mut extended::zone_res_attrtab,
    api: &Api,
) -> Result<Vec<Property>, Unfit> {
    let mut properties = Vec::new();
    if node.is_null() {
        return Ok(properties);
    }
    let api = functions_of(api)?;
    while !node.is_null() {
        let (name, value);
        match Node::at(node, api) {
            Node::Short(short) => {
                // SAFETY: the library's nodes have the length that was found, are its own until freed, and the last one's pointer is NULL.
                let short = unsafe { &*short };
                name = text(&short.zone_res_attr_name, "property name")?;
                value = text(&short.zone_res_attr_value, "property value")?;
                node = short.zone_res_attr_next;
            }
            Node::Long(long) => {
                // SAFETY: as for the short form.
                let long = unsafe { &*long };
                name = text(&long.zone_res_attr_name, "property name")?;
                value = text(&long.zone_res_attr_value, "property value")?;
                node = long.zone_res_attr_next;
            }
        }
        properties.push(Property { name, value });
    }
    Ok(properties)
}

/// Appends `properties` to `list`.
fn append(
    list: &mut *mut extended::zone_res_attrtab,
    properties: &[Property],
    api: &Api,
) -> Result<(), Unfit> {
    for property in properties {
        let api = functions_of(api)?;
        let length = if api.value_length == 256 {
            size_of::<extended::zone_res_attrtab_256>()
        } else {
            size_of::<extended::zone_res_attrtab_1024>()
        };
        // SAFETY: allocates; the library frees nodes with C's free, so they must come from C's allocator. Zeroed, it is a node of either form.
        let node: *mut extended::zone_res_attrtab = unsafe { libc::calloc(1, length) }.cast();
        if node.is_null() {
            return Err(Unfit::new(
                "property",
                illumos_sys::Z_NOMEM,
                "out of memory",
            ));
        }
        let filled = match Node::at(node, api) {
            Node::Short(short) => {
                // SAFETY: the node was allocated with this form's length, zeroed, and is nobody else's.
                let short = unsafe { &mut *short };
                put(
                    &mut short.zone_res_attr_name,
                    "property name",
                    &property.name,
                )
                .and_then(|()| {
                    put(
                        &mut short.zone_res_attr_value,
                        "property value",
                        &property.value,
                    )
                })
            }
            Node::Long(long) => {
                // SAFETY: as for the short form.
                let long = unsafe { &mut *long };
                put(
                    &mut long.zone_res_attr_name,
                    "property name",
                    &property.name,
                )
                .and_then(|()| {
                    put(
                        &mut long.zone_res_attr_value,
                        "property value",
                        &property.value,
                    )
                })
            }
        };
        let linked = filled.and_then(|()| {
            // SAFETY: the function links the caller's node at the end of the caller's list and clears its pointer.
            match unsafe { (api.add_res_attr)(&raw mut *list, node) } {
                illumos_sys::Z_OK => Ok(()),
                code => Err(Unfit::new("property", code, "libzonecfg does not take it")),
            }
        });
        if let Err(unfit) = linked {
            // SAFETY: from calloc above, and not linked.
            unsafe { libc::free(node.cast()) };
            return Err(unfit);
        }
    }
    Ok(())
}

fn free(list: &mut *mut extended::zone_res_attrtab, api: &Api) {
    if let (false, Api::Extended(api)) = (list.is_null(), api) {
        // SAFETY: a list of nodes from malloc, the library's or ours, that nothing else points to; the pointer is cleared.
        unsafe { (api.free_res_attr_list)(*list) };
        *list = ptr::null_mut();
    }
}
