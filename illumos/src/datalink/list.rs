//! Listing links.

use std::collections::HashMap;

use illumos_sys::datalink_class_t;

use super::handle::{Handle, Info, VnicAttr, zone_name, zone_of};
use super::{Datalinks, Link, LinkClass, MacAddress, VnicDetails};
use crate::Result;

impl Datalinks {
    /// Opens libdladm. Needs no privilege.
    ///
    /// # Errors
    /// If `/dev/dld` cannot be opened; off illumos also [`crate::ErrorKind::Unsupported`] if there is no emulated host.
    pub fn open() -> Result<Self> {
        Handle::open().map(|handle| Self { handle })
    }

    /// Lists every link, those included that are stored only, or assigned to zones. Needs no privilege.
    ///
    /// A few calls a link and no process. A link that goes away meanwhile is left out; links that a zone made inside itself are not visible.
    ///
    /// # Errors
    /// If libdladm fails.
    ///
    /// # Source
    /// illumos-gate `usr/src/lib/libdladm/common/libdllink.c` (`dladm_walk_datalink_id`), `libdlvnic.c` (`dladm_vnic_info`),
    /// `usr/src/uts/common/os/zone.c` (`zone_check_datalink`).
    pub fn list(&self) -> Result<Vec<Link>> {
        let mut infos = Vec::new();
        for id in self.handle.ids()? {
            infos.extend(self.handle.by_id(id)?);
        }
        let mut details = Details::new(&self.handle, &infos);
        let mut links = Vec::with_capacity(infos.len());
        for info in &infos {
            links.extend(details.link(info)?);
        }
        Ok(links)
    }

    /// The link named `name`, or `None`. Needs no privilege.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn find(&self, name: &str) -> Result<Option<Link>> {
        match self.handle.by_name(name)? {
            Some(info) => Details::new(&self.handle, &[]).link(&info),
            None => Ok(None),
        }
    }
}

/// What is found out about each link, with the names that many have in common kept.
struct Details<'a> {
    handle: &'a Handle,
    names: HashMap<u32, Option<String>>,
    zones: HashMap<i32, Option<String>>,
    attr: VnicAttr,
}

impl<'a> Details<'a> {
    fn new(handle: &'a Handle, known: &[Info]) -> Self {
        let names = known
            .iter()
            .map(|info| (info.id, Some(info.name.clone())))
            .collect();
        Self {
            handle,
            names,
            zones: HashMap::new(),
            attr: VnicAttr::new(),
        }
    }

    /// The link, or `None` if it is gone.
    fn link(&mut self, info: &Info) -> Result<Option<Link>> {
        let vnic = match info.class {
            illumos_sys::DATALINK_CLASS_VNIC => match self.vnic(info)? {
                Some(vnic) => Some(vnic),
                None => return Ok(None),
            },
            _ => None,
        };
        let zone = match zone_of(info.id).filter(|_| info.active) {
            Some(id) => self
                .zones
                .entry(id)
                .or_insert_with(|| zone_name(id))
                .clone(),
            None => None,
        };
        Ok(Some(Link {
            name: info.name.clone(),
            class: class(info.class),
            active: info.active,
            persistent: info.persistent,
            mtu: self.handle.mtu(info),
            zone,
            vnic,
        }))
    }

    fn vnic(&mut self, info: &Info) -> Result<Option<VnicDetails>> {
        if !self.handle.vnic(info, &mut self.attr)? {
            return Ok(None);
        }
        let attr = self.attr.get();
        let (over, mac, vid) = (attr.va_link_id, attr.va_mac_addr, attr.va_vid);
        let over = match self.names.get(&over) {
            Some(name) => name.clone(),
            None if over == illumos_sys::DATALINK_INVALID_LINKID => None,
            None => {
                let name = self.handle.by_id(over)?.map(|info| info.name);
                self.names.insert(over, name.clone());
                name
            }
        };
        let mut mac_address = MacAddress([0; 6]);
        mac_address.0.copy_from_slice(&mac[..6]);
        Ok(Some(VnicDetails {
            over,
            mac_address,
            vlan_id: Some(vid).filter(|vid| *vid != illumos_sys::VLAN_ID_NONE),
        }))
    }
}

fn class(number: datalink_class_t) -> LinkClass {
    match number {
        illumos_sys::DATALINK_CLASS_PHYS => LinkClass::Phys,
        illumos_sys::DATALINK_CLASS_VLAN => LinkClass::Vlan,
        illumos_sys::DATALINK_CLASS_AGGR => LinkClass::Aggr,
        illumos_sys::DATALINK_CLASS_VNIC => LinkClass::Vnic,
        illumos_sys::DATALINK_CLASS_ETHERSTUB => LinkClass::Etherstub,
        illumos_sys::DATALINK_CLASS_SIMNET => LinkClass::Simnet,
        illumos_sys::DATALINK_CLASS_BRIDGE => LinkClass::Bridge,
        illumos_sys::DATALINK_CLASS_IPTUN => LinkClass::Iptun,
        illumos_sys::DATALINK_CLASS_PART => LinkClass::Part,
        illumos_sys::DATALINK_CLASS_OVERLAY => LinkClass::Overlay,
        other => LinkClass::Unknown(other),
    }
}
