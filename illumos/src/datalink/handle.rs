//! The connection to libdladm, and the calls that only read.

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::{self, NonNull};

use illumos_sys::{
    DLADM_OPT_ACTIVE, DLADM_OPT_PERSIST, datalink_class_t, datalink_id_t, dladm_handle_t,
    dladm_status_t, dladm_vnic_attr_t,
};

use crate::ffi::dladm_error;
use crate::{Error, ErrorKind, Result};

/// An owned `dladm_handle_t`.
#[derive(Debug)]
pub(super) struct Handle(NonNull<illumos_sys::dladm_handle>);

// SAFETY: the handle is two descriptors and no thread-local state (illumos-gate libdladm_impl.h struct dladm_handle), so any thread may use it;
// its second descriptor is opened on first use without a lock, so it is not Sync.
unsafe impl Send for Handle {}

/// What identifies a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Info {
    pub(super) id: datalink_id_t,
    pub(super) name: String,
    pub(super) class: datalink_class_t,
    pub(super) active: bool,
    pub(super) persistent: bool,
}

/// Every medium.
const ANY_MEDIA: u64 = 1 << 32;
/// Every class that a distribution knows: upstream goes to 0x400, others to 0x200.
const ANY_CLASS: datalink_class_t = 0x7ff;

impl Handle {
    pub(super) fn open() -> Result<Self> {
        #[cfg(not(target_os = "illumos"))]
        crate::flavour()?;
        let mut handle: dladm_handle_t = ptr::null_mut();
        // SAFETY: the handle is written to a local variable.
        let status = unsafe { illumos_sys::dladm_open(&raw mut handle) };
        check("dladm_open", status, || "open libdladm".to_owned())?;
        let closed = || Error::new(ErrorKind::Failed, "open libdladm", "it gave no handle");
        NonNull::new(handle).map(Self).ok_or_else(closed)
    }

    pub(super) fn raw(&self) -> dladm_handle_t {
        self.0.as_ptr()
    }

    /// The ids of every link, active or stored, in the order in which the library gives them, active ones first.
    pub(super) fn ids(&self) -> Result<Vec<datalink_id_t>> {
        extern "C" fn collect(_: dladm_handle_t, id: datalink_id_t, ids: *mut c_void) -> c_int {
            // SAFETY: dladm_walk_datalink_id passes on the pointer that it was given, which is to this vector and nobody else uses it while
            // the walk lasts. Pushing does not panic, so nothing unwinds into C.
            let ids = unsafe { &mut *ids.cast::<Vec<datalink_id_t>>() };
            ids.push(id);
            illumos_sys::DLADM_WALK_CONTINUE
        }

        let mut all = Vec::new();
        for flags in [DLADM_OPT_ACTIVE, DLADM_OPT_PERSIST] {
            let mut ids: Vec<datalink_id_t> = Vec::new();
            // SAFETY: the handle is open; the callback has the declared type and gets a pointer to a local vector that outlives the walk.
            let status = unsafe {
                illumos_sys::dladm_walk_datalink_id(
                    Some(collect),
                    self.raw(),
                    (&raw mut ids).cast(),
                    ANY_CLASS,
                    ANY_MEDIA,
                    flags,
                )
            };
            check("dladm_walk_datalink_id", status, || {
                "list the datalinks".to_owned()
            })?;
            all.append(&mut ids);
        }
        let mut seen = std::collections::HashSet::new();
        all.retain(|id| seen.insert(*id));
        Ok(all)
    }

    /// The link with the id `id`; `None` if it is gone.
    pub(super) fn by_id(&self, id: datalink_id_t) -> Result<Option<Info>> {
        let (mut flags, mut class) = (0, 0);
        let mut name: [c_char; illumos_sys::MAXLINKNAMELEN] = [0; illumos_sys::MAXLINKNAMELEN];
        // SAFETY: the handle is open; results are written to local variables, the name with its length; the medium is not asked for.
        let status = unsafe {
            illumos_sys::dladm_datalink_id2info(
                self.raw(),
                id,
                &raw mut flags,
                &raw mut class,
                ptr::null_mut(),
                name.as_mut_ptr(),
                name.len(),
            )
        };
        match status {
            illumos_sys::DLADM_STATUS_NOTFOUND => return Ok(None),
            status => check("dladm_datalink_id2info", status, || {
                format!("read datalink number {id}")
            })?,
        }
        let name = name
            .iter()
            .map(|c| c.to_ne_bytes()[0])
            .take_while(|byte| *byte != 0)
            .collect::<Vec<u8>>();
        Ok(Some(Info {
            id,
            name: String::from_utf8_lossy(&name).into_owned(),
            class,
            active: flags & DLADM_OPT_ACTIVE != 0,
            persistent: flags & DLADM_OPT_PERSIST != 0,
        }))
    }

    /// The link named `name`; `None` if there is none, or no link can have that name.
    pub(super) fn by_name(&self, name: &str) -> Result<Option<Info>> {
        let Ok(argument) = CString::new(name) else {
            return Ok(None);
        };
        if name.is_empty() || name.len() >= illumos_sys::MAXLINKNAMELEN {
            return Ok(None);
        }
        let (mut id, mut flags, mut class) = (0, 0, 0);
        // SAFETY: the handle is open; the name ends in a NUL; results are written to local variables; the medium is not asked for.
        let status = unsafe {
            illumos_sys::dladm_name2info(
                self.raw(),
                argument.as_ptr(),
                &raw mut id,
                &raw mut flags,
                &raw mut class,
                ptr::null_mut(),
            )
        };
        match status {
            illumos_sys::DLADM_STATUS_NOTFOUND | illumos_sys::DLADM_STATUS_LINKINVAL => {
                return Ok(None);
            }
            status => check("dladm_name2info", status, || {
                format!("find datalink {name}")
            })?,
        }
        Ok(Some(Info {
            id,
            name: name.to_owned(),
            class,
            active: flags & DLADM_OPT_ACTIVE != 0,
            persistent: flags & DLADM_OPT_PERSIST != 0,
        }))
    }

    /// Fills `attr` with what the VNIC or etherstub is, as it is active or else stored; whether it is still there.
    pub(super) fn vnic(&self, link: &Info, attr: &mut VnicAttr) -> Result<bool> {
        let flags = if link.active {
            DLADM_OPT_ACTIVE
        } else {
            DLADM_OPT_PERSIST
        };
        // SAFETY: the handle is open; the structure is zeroed and longer than any distribution's.
        let status =
            unsafe { illumos_sys::dladm_vnic_info(self.raw(), link.id, attr.cleared(), flags) };
        match status {
            illumos_sys::DLADM_STATUS_NOTFOUND | illumos_sys::DLADM_STATUS_DBNOTFOUND => Ok(false),
            status => check("dladm_vnic_info", status, || {
                format!("read datalink {}", link.name)
            })
            .map(|()| true),
        }
    }

    /// The maximum transmission unit in bytes, if the link tells.
    pub(super) fn mtu(&self, link: &Info) -> Option<u32> {
        let mut attr = illumos_sys::dladm_attr_t { da_max_sdu: 0 };
        if !link.active {
            return None;
        }
        // SAFETY: the handle is open; the result is written to a local variable.
        let status = unsafe { illumos_sys::dladm_info(self.raw(), link.id, &raw mut attr) };
        (status == illumos_sys::DLADM_STATUS_OK && attr.da_max_sdu != 0).then_some(attr.da_max_sdu)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle came from dladm_open, is owned by this value alone, and is not used afterwards.
        unsafe { illumos_sys::dladm_close(self.0.as_ptr()) };
    }
}

/// A place for what libdladm says of a VNIC, with room for any distribution's structure.
pub(super) struct VnicAttr(Box<dladm_vnic_attr_t>);

impl VnicAttr {
    pub(super) fn new() -> Self {
        // SAFETY: the structure has numbers and arrays of numbers only, for which all zeros is a value.
        Self(unsafe { Box::new_zeroed().assume_init() })
    }

    /// The structure with its named part zeroed. The library writes that part only.
    fn cleared(&mut self) -> *mut dladm_vnic_attr_t {
        let attr = &mut *self.0;
        attr.va_link_id = 0;
        attr.va_mac_len = 0;
        attr.va_mac_addr = [0; illumos_sys::MAXMACADDRLEN];
        attr.va_vid = 0;
        attr
    }

    pub(super) fn get(&self) -> &dladm_vnic_attr_t {
        &self.0
    }
}

/// The zone that holds the link now, by its id; `None` for the global zone.
pub(super) fn zone_of(id: datalink_id_t) -> Option<i32> {
    let mut zone = illumos_sys::ALL_ZONES;
    // SAFETY: the zone's id is written to a local variable.
    let found = unsafe { illumos_sys::zone_check_datalink(&raw mut zone, id) } == 0;
    (found && zone != illumos_sys::GLOBAL_ZONEID).then_some(zone)
}

/// The name of the zone with the id `id`; `None` if it is gone.
pub(super) fn zone_name(id: i32) -> Option<String> {
    let mut buffer = [0_u8; illumos_sys::ZONENAME_MAX];
    // SAFETY: the buffer is writable for the length that is given with it.
    let length =
        unsafe { illumos_sys::getzonenamebyid(id, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(length).ok()?;
    let end = buffer.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&buffer[..end]).into_owned())
}

/// `Ok` for DLADM_STATUS_OK; else the error of the libdladm function `function`.
pub(super) fn check(
    function: &'static str,
    status: dladm_status_t,
    operation: impl FnOnce() -> String,
) -> Result<()> {
    if status == illumos_sys::DLADM_STATUS_OK {
        Ok(())
    } else {
        Err(dladm_error(function, status, operation()))
    }
}
