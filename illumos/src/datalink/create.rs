//! Creating and deleting VNICs and etherstubs.

use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use illumos_sys::{
    DLADM_OPT_ACTIVE, DLADM_OPT_ANCHOR, DLADM_OPT_PERSIST, datalink_class_t, datalink_id_t,
    dladm_errlist_t,
};

use super::handle::{Info, check};
use super::{Datalinks, Link, LinkName, MacAddressChoice, NewVnic, dladm};
use crate::ffi::{self, dladm_error};
use crate::{Error, ErrorKind, Result};

impl Datalinks {
    /// Creates a VNIC. Needs `sys_dl_config`.
    ///
    /// Link properties are set one by one once the VNIC is there: given to the call that creates it, only some of them would be in force before the next
    /// boot of the host. If one is refused, the VNIC is deleted again.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] if the name is taken; [`ErrorKind::NotFound`] if the lower link is not there;
    /// [`ErrorKind::Invalid`] if the lower link is itself a VNIC or VLAN, is temporary while the VNIC is not, or a value is refused;
    /// [`ErrorKind::Busy`] if the MAC address or the VLAN id is in use on the lower link; [`ErrorKind::PermissionDenied`].
    ///
    /// # Source
    /// illumos-gate `usr/src/cmd/dladm/dladm.c` (`do_create_vnic`), `usr/src/lib/libdladm/common/libdlvnic.c`.
    pub fn create_vnic(&self, vnic: &NewVnic) -> Result<Link> {
        let operation = || format!("create VNIC {} over {}", vnic.name, vnic.over);
        let error = |kind, reason: String| Error::new(kind, operation(), reason);
        if let Some(vid) = vnic.vlan_id
            && !(illumos_sys::VLAN_ID_MIN..=illumos_sys::VLAN_ID_MAX).contains(&vid)
        {
            return Err(error(
                ErrorKind::Invalid,
                format!("VLAN id {vid} is not one of 1 to 4094"),
            ));
        }
        if let MacAddressChoice::Fixed(address) = vnic.mac_address
            && address.is_multicast()
        {
            return Err(error(
                ErrorKind::Invalid,
                format!("{address} is a multicast address"),
            ));
        }
        let over = self.handle.by_name(&vnic.over)?.ok_or_else(|| {
            error(
                ErrorKind::NotFound,
                format!("there is no link {}", vnic.over),
            )
        })?;
        if matches!(
            over.class,
            illumos_sys::DATALINK_CLASS_VNIC | illumos_sys::DATALINK_CLASS_VLAN
        ) {
            return Err(error(
                ErrorKind::Invalid,
                format!("{} is itself a VNIC or VLAN", vnic.over),
            ));
        }
        if !vnic.temporary && !over.persistent {
            let reason = format!(
                "{} is temporary, so a link over it must be temporary too",
                vnic.over
            );
            return Err(error(ErrorKind::Invalid, reason));
        }
        if ffi::vnic_create_is_known() {
            self.create_in_process(&vnic.name, Some((vnic, over.id)), vnic.temporary, operation)?;
        } else {
            dladm::run(&dladm::create_vnic(vnic), operation())?;
        }
        self.set_new_properties(vnic)
            .and_then(|()| self.created(&vnic.name, operation))
            .map_err(after_creation)
    }

    /// Creates an etherstub. Needs `sys_dl_config`.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] if the name is taken; [`ErrorKind::PermissionDenied`].
    pub fn create_etherstub(&self, name: &LinkName, temporary: bool) -> Result<()> {
        let operation = || format!("create etherstub {name}");
        if ffi::vnic_create_is_known() {
            self.create_in_process(name, None, temporary, operation)
        } else {
            dladm::run(&dladm::create_etherstub(name, temporary), operation())
        }
    }

    /// Deletes a VNIC, active and stored. Needs `sys_dl_config`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`] if it is no VNIC; [`ErrorKind::Busy`] if it is plumbed or in a running zone, in which
    /// case nothing is removed; [`ErrorKind::PermissionDenied`].
    pub fn delete_vnic(&self, name: &LinkName) -> Result<()> {
        self.delete(name, illumos_sys::DATALINK_CLASS_VNIC, "VNIC")
    }

    /// Deletes an etherstub, active and stored. Needs `sys_dl_config`.
    ///
    /// # Errors
    /// As [`delete_vnic`](Self::delete_vnic); [`ErrorKind::Busy`] while VNICs are on it.
    pub fn delete_etherstub(&self, name: &LinkName) -> Result<()> {
        self.delete(name, illumos_sys::DATALINK_CLASS_ETHERSTUB, "etherstub")
    }

    fn delete(&self, name: &LinkName, class: datalink_class_t, what: &str) -> Result<()> {
        let operation = || format!("delete {what} {name}");
        let info = self
            .handle
            .by_name(name.as_str())?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, operation(), "there is no such link"))?;
        if info.class != class {
            return Err(Error::new(
                ErrorKind::Invalid,
                operation(),
                format!("it is no {what}"),
            ));
        }
        // What is only stored is removed with both flags too.
        let flags = if info.persistent {
            DLADM_OPT_ACTIVE | DLADM_OPT_PERSIST
        } else {
            DLADM_OPT_ACTIVE
        };
        // SAFETY: the handle is open.
        let status = unsafe { illumos_sys::dladm_vnic_delete(self.handle.raw(), info.id, flags) };
        check("dladm_vnic_delete", status, operation)
            .map_err(|error| self.with_holder(error, &info))
    }

    /// `error`, with the zone that holds the link if that is why.
    fn with_holder(&self, error: Error, info: &Info) -> Error {
        if error.kind() != ErrorKind::Busy {
            return error;
        }
        let zone = self
            .find(&info.name)
            .ok()
            .flatten()
            .and_then(|link| link.zone);
        match (zone, error.code()) {
            (Some(zone), Some((function, code))) => {
                let reason = format!("{}: it is in zone {zone}", error.reason());
                Error::new(ErrorKind::Busy, error.operation(), reason).with_code(function, code)
            }
            _ => error,
        }
    }

    /// Creates a VNIC over a link or, without one, an etherstub.
    fn create_in_process(
        &self,
        name: &LinkName,
        vnic: Option<(&NewVnic, datalink_id_t)>,
        temporary: bool,
        operation: impl Fn() -> String,
    ) -> Result<()> {
        let persistence = if temporary { 0 } else { DLADM_OPT_PERSIST };
        let name = c_string(name.as_str(), &operation)?;
        let mut mac = [0; illumos_sys::MAXMACADDRLEN];
        let mut slot = -1;
        let mut id = illumos_sys::DATALINK_INVALID_LINKID;
        let mut errors = ErrorList::new();
        let (over, mac_type, mac_length, slot, vid, flags) = match vnic {
            Some((vnic, over)) => {
                let (mac_type, mac_length) = match vnic.mac_address {
                    MacAddressChoice::Auto => (illumos_sys::VNIC_MAC_ADDR_TYPE_AUTO, 0),
                    MacAddressChoice::Random => (illumos_sys::VNIC_MAC_ADDR_TYPE_RANDOM, 0),
                    MacAddressChoice::Fixed(address) => {
                        mac[..6].copy_from_slice(&address.0);
                        (illumos_sys::VNIC_MAC_ADDR_TYPE_FIXED, 6)
                    }
                };
                // Without the slot's address the library would store slot 0.
                let vid = vnic.vlan_id.unwrap_or(illumos_sys::VLAN_ID_NONE);
                (
                    over,
                    mac_type,
                    mac_length,
                    &raw mut slot,
                    vid,
                    DLADM_OPT_ACTIVE | persistence,
                )
            }
            None => (
                illumos_sys::DATALINK_INVALID_LINKID,
                illumos_sys::VNIC_MAC_ADDR_TYPE_AUTO,
                6,
                ptr::null_mut(),
                illumos_sys::VLAN_ID_NONE,
                DLADM_OPT_ACTIVE | DLADM_OPT_ANCHOR | persistence,
            ),
        };
        // SAFETY: the handle is open; this library has the function with these fifteen arguments (ffi::vnic_create_is_known); the name ends in a NUL;
        // the MAC buffer has the length of the longest address; slot, id and the initialised error list are local variables; no properties are given.
        let status = unsafe {
            illumos_sys::dladm_vnic_create(
                self.handle.raw(),
                name.as_ptr(),
                over,
                mac_type,
                mac.as_mut_ptr(),
                mac_length,
                slot,
                0,
                vid,
                0,
                0,
                &raw mut id,
                ptr::null_mut(),
                errors.as_mut_ptr(),
                flags,
            )
        };
        if status == illumos_sys::DLADM_STATUS_OK {
            return Ok(());
        }
        let error = dladm_error("dladm_vnic_create", status, operation());
        let mut reason = error.reason().to_owned();
        if status == illumos_sys::DLADM_STATUS_LINKBUSY
            && vnic.is_some_and(|(vnic, _)| vnic.vlan_id.is_some())
        {
            reason.push_str(
                ": the VLAN id may be the lower link's default_tag, which cannot be used",
            );
        }
        for text in errors.texts() {
            reason.push_str(": ");
            reason.push_str(&text);
        }
        Err(Error::new(error.kind(), error.operation(), reason)
            .with_code("dladm_vnic_create", i64::from(status)))
    }

    fn set_new_properties(&self, vnic: &NewVnic) -> Result<()> {
        for (property, value) in &vnic.properties {
            let values: Vec<&str> = value.split(',').collect();
            if let Err(error) =
                self.set_property(vnic.name.as_str(), property, &values, vnic.temporary)
            {
                return Err(match self.delete_vnic(&vnic.name) {
                    Ok(()) => error,
                    Err(undo) => {
                        let reason = format!(
                            "{}; and the VNIC could not be deleted again: {undo}",
                            error.reason()
                        );
                        Error::new(error.kind(), error.operation(), reason)
                    }
                });
            }
        }
        Ok(())
    }

    fn created(&self, name: &LinkName, operation: impl Fn() -> String) -> Result<Link> {
        let gone = || {
            Error::new(
                ErrorKind::Failed,
                operation(),
                "it was created, and is gone",
            )
        };
        self.find(name.as_str())?.ok_or_else(gone)
    }
}

/// What fails once the VNIC is there says nothing about whether it was there before, or could be made.
fn after_creation(error: Error) -> Error {
    match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::Busy => {
            Error::new(ErrorKind::Failed, error.operation(), error.reason())
        }
        _ => error,
    }
}

pub(super) fn c_string(text: &str, operation: impl Fn() -> String) -> Result<CString> {
    CString::new(text).map_err(|_| {
        Error::new(
            ErrorKind::Invalid,
            operation(),
            format!("{text:?} contains a NUL"),
        )
    })
}

/// Texts that libdladm adds to a failure. The library appends without a check, so there always is a list.
struct ErrorList(dladm_errlist_t);

impl ErrorList {
    fn new() -> Self {
        let mut list = MaybeUninit::<dladm_errlist_t>::zeroed();
        // SAFETY: the function initialises the list that it is handed.
        unsafe { illumos_sys::dladm_errlist_init(list.as_mut_ptr()) };
        // SAFETY: initialised just now; before that zeroed, which is a value of it too.
        Self(unsafe { list.assume_init() })
    }

    fn as_mut_ptr(&mut self) -> *mut dladm_errlist_t {
        &raw mut self.0
    }

    fn texts(&self) -> Vec<String> {
        let count = usize::try_from(self.0.el_count).unwrap_or_default();
        if self.0.el_errs.is_null() {
            return Vec::new();
        }
        // SAFETY: the library keeps el_count pointers in el_errs, valid until the list is reset.
        let texts: &[*mut c_char] = unsafe { std::slice::from_raw_parts(self.0.el_errs, count) };
        let text = |text: &*mut c_char| {
            // SAFETY: each points to a text that ends in a NUL and lives until the list is reset.
            unsafe { CStr::from_ptr(*text) }
                .to_string_lossy()
                .into_owned()
        };
        texts
            .iter()
            .filter(|text| !text.is_null())
            .map(text)
            .collect()
    }
}

impl Drop for ErrorList {
    fn drop(&mut self) {
        // SAFETY: initialised by dladm_errlist_init, owned by this value alone.
        unsafe { illumos_sys::dladm_errlist_reset(&raw mut self.0) };
    }
}
