//! libdladm's C functions, called as the wrapper calls them.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::null_mut;

use illumos_emulation::{Flavour, Host, fault};
use illumos_sys as sys;

const BOTH: u32 = sys::DLADM_OPT_ACTIVE | sys::DLADM_OPT_PERSIST;

struct Links {
    _dir: tempfile::TempDir,
    host: Host,
    handle: sys::dladm_handle_t,
}

impl Links {
    fn new(flavour: Flavour) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(dir.path(), flavour).unwrap();
        let mut handle = null_mut();
        let entered = host.enter();
        // SAFETY: the place is a local variable.
        assert_eq!(unsafe { sys::dladm_open(&raw mut handle) }, 0);
        drop(entered);
        Self {
            _dir: dir,
            host,
            handle,
        }
    }

    fn id(&self, name: &str) -> Result<u32, u32> {
        let name = CString::new(name).unwrap();
        let mut id = 0;
        // SAFETY: the handle is open, the texts are C strings, the place is a local variable.
        let status = unsafe {
            sys::dladm_name2info(
                self.handle,
                name.as_ptr(),
                &raw mut id,
                null_mut(),
                null_mut(),
                null_mut(),
            )
        };
        if status == 0 { Ok(id) } else { Err(status) }
    }

    fn vnic(
        &self,
        name: &str,
        over: u32,
        mac: Option<[u8; 6]>,
        vid: u16,
        flags: u32,
    ) -> Result<u32, u32> {
        let name = CString::new(name).unwrap();
        let mut bytes = mac.unwrap_or_default();
        let mut slot: c_int = -1;
        let mut id = 0;
        let mac_type = if mac.is_some() {
            0
        } else {
            sys::VNIC_MAC_ADDR_TYPE_AUTO
        };
        // SAFETY: the handle is open, the texts are C strings, the places are local variables.
        let status = unsafe {
            sys::dladm_vnic_create(
                self.handle,
                name.as_ptr(),
                over,
                mac_type,
                bytes.as_mut_ptr(),
                6,
                &raw mut slot,
                0,
                vid,
                0,
                0,
                &raw mut id,
                null_mut(),
                null_mut(),
                flags,
            )
        };
        if status == 0 { Ok(id) } else { Err(status) }
    }

    fn stub(&self, name: &str, flags: u32) -> Result<u32, u32> {
        self.vnic(name, 0, None, 0, flags | sys::DLADM_OPT_ANCHOR)
    }

    fn delete(&self, id: u32, flags: u32) -> u32 {
        // SAFETY: the handle is open.
        unsafe { sys::dladm_vnic_delete(self.handle, id, flags) }
    }

    fn set(&self, id: u32, property: &str, values: &[&str], flags: u32) -> u32 {
        let property = CString::new(property).unwrap();
        let values: Vec<CString> = values
            .iter()
            .map(|&value| CString::new(value).unwrap())
            .collect();
        let mut pointers: Vec<_> = values
            .iter()
            .map(|value| value.as_ptr().cast_mut())
            .collect();
        let count = u32::try_from(pointers.len()).unwrap();
        // SAFETY: the handle is open, the texts are C strings, their number is right.
        unsafe {
            sys::dladm_set_linkprop(
                self.handle,
                id,
                property.as_ptr(),
                pointers.as_mut_ptr(),
                count,
                flags,
            )
        }
    }

    fn get(&self, id: u32, property: &str, which: u32) -> Result<Vec<String>, u32> {
        let property = CString::new(property).unwrap();
        let mut buffers = vec![[0_u8; 2048]; 32];
        let mut pointers: Vec<_> = buffers
            .iter_mut()
            .map(|buffer| buffer.as_mut_ptr().cast())
            .collect();
        let mut count = 32;
        // SAFETY: the handle is open, the text is a C string, there are 32 buffers of 2048 bytes.
        let status = unsafe {
            sys::dladm_get_linkprop(
                self.handle,
                id,
                which,
                property.as_ptr(),
                pointers.as_mut_ptr(),
                &raw mut count,
            )
        };
        let text = |buffer: &[u8; 2048]| {
            CStr::from_bytes_until_nul(buffer)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        };
        if status == 0 {
            Ok(buffers[..count as usize].iter().map(text).collect())
        } else {
            Err(status)
        }
    }

    fn walk(&self, flags: u32) -> Vec<u32> {
        unsafe extern "C" fn add(_: sys::dladm_handle_t, id: u32, list: *mut c_void) -> c_int {
            // SAFETY: `walk` hands over its vector.
            unsafe { (*list.cast::<Vec<u32>>()).push(id) };
            -1
        }
        let mut ids: Vec<u32> = Vec::new();
        // SAFETY: the handle is open; the callback takes the vector.
        let status = unsafe {
            sys::dladm_walk_datalink_id(
                Some(add),
                self.handle,
                (&raw mut ids).cast(),
                u32::MAX,
                sys::DATALINK_ANY_MEDIATYPE,
                flags,
            )
        };
        assert_eq!(status, 0);
        ids
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        // SAFETY: the handle is open and not used again.
        unsafe { sys::dladm_close(self.handle) };
    }
}

#[test]
fn a_vnic_is_made_described_and_deleted() {
    let links = Links::new(Flavour::Upstream);
    let igb0 = links.id("igb0").unwrap();
    let id = links.vnic("web1_0", igb0, None, 20, BOTH).unwrap();
    assert_eq!(links.id("web1_0"), Ok(id));
    assert_eq!(links.walk(BOTH), [igb0, id]);

    // SAFETY: all bytes zero is a value of the structure.
    let mut attr: Box<sys::dladm_vnic_attr_t> = Box::new(unsafe { std::mem::zeroed() });
    // SAFETY: the handle is open, the place is ours.
    let status =
        unsafe { sys::dladm_vnic_info(links.handle, id, &raw mut *attr, sys::DLADM_OPT_ACTIVE) };
    assert_eq!(
        (
            status,
            attr.va_vnic_id,
            attr.va_link_id,
            attr.va_vid,
            attr.va_mac_len
        ),
        (0, id, igb0, 20, 6)
    );
    assert_eq!(attr.va_mac_addr[..3], [2, 8, 0x20]);
    // SAFETY: as above.
    let status = unsafe { sys::dladm_vnic_info(links.handle, id, &raw mut *attr, BOTH) };
    assert_eq!(status, sys::DLADM_STATUS_BADARG);

    assert_eq!(links.delete(id, BOTH), 0);
    assert_eq!(links.id("web1_0"), Err(sys::DLADM_STATUS_NOTFOUND));
    assert_eq!(links.delete(id, BOTH), sys::DLADM_STATUS_BADARG);
}

#[test]
fn refusals_have_the_numbers_of_the_library() {
    let links = Links::new(Flavour::Upstream);
    let igb0 = links.id("igb0").unwrap();
    let vnic = links
        .vnic("a0", igb0, Some([2, 8, 0x20, 1, 2, 3]), 0, BOTH)
        .unwrap();
    assert_eq!(
        links.vnic("a0", igb0, None, 0, BOTH),
        Err(sys::DLADM_STATUS_EXIST)
    );
    assert_eq!(
        links.vnic("b0", vnic, None, 0, BOTH),
        Err(sys::DLADM_STATUS_BADARG),
        "a VNIC over a VNIC"
    );
    assert_eq!(
        links.vnic("b0", 77, None, 0, BOTH),
        Err(sys::DLADM_STATUS_NOTFOUND)
    );
    assert_eq!(
        links.vnic("b-0", igb0, None, 0, BOTH),
        Err(sys::DLADM_STATUS_LINKINVAL)
    );
    assert_eq!(
        links.vnic("b0", igb0, None, 4095, BOTH),
        Err(sys::DLADM_STATUS_VIDINVAL)
    );
    assert_eq!(
        links.vnic("b0", igb0, None, 1, BOTH),
        Err(sys::DLADM_STATUS_LINKBUSY),
        "the default tag"
    );
    assert_eq!(
        links.vnic("b0", igb0, Some([2, 8, 0x20, 1, 2, 3]), 0, BOTH),
        Err(sys::DLADM_STATUS_INVALIDMACADDRINUSE)
    );
    assert_eq!(
        links.vnic("b0", igb0, Some([1, 0, 0x5e, 1, 2, 3]), 0, BOTH),
        Err(sys::DLADM_STATUS_INVALIDMACADDR)
    );
    assert_eq!(
        links.vnic("b0", igb0, None, 0, sys::DLADM_OPT_PERSIST),
        Err(sys::DLADM_STATUS_NOTSUP)
    );
    assert_eq!(
        links.delete(igb0, BOTH),
        sys::DLADM_STATUS_BADARG,
        "no VNIC"
    );
    assert_eq!(links.walk(BOTH), [igb0, vnic], "nothing was left behind");
}

#[test]
fn an_etherstub_in_use_stays() {
    let links = Links::new(Flavour::Upstream);
    let stub = links.stub("int0", BOTH).unwrap();
    let vnic = links.vnic("a0", stub, None, 0, BOTH).unwrap();
    assert_eq!(links.get(vnic, "mtu", 1), Ok(vec!["9000".to_owned()]));
    assert_eq!(links.delete(stub, BOTH), sys::DLADM_STATUS_LINKBUSY);
    assert_eq!(links.delete(vnic, BOTH), 0);
    assert_eq!(links.delete(stub, BOTH), 0);
}

#[test]
fn nothing_persistent_goes_on_something_temporary() {
    for (flavour, status) in [(Flavour::Upstream, 85), (Flavour::Omnios, 87)] {
        let links = Links::new(flavour);
        let stub = links.stub("int0", sys::DLADM_OPT_ACTIVE).unwrap();
        assert_eq!(links.vnic("a0", stub, None, 0, BOTH), Err(status));
        let mut text = vec![0_u8; 2048];
        let entered = links.host.enter();
        // SAFETY: there is room for 2048 bytes.
        unsafe { sys::dladm_status2str(status, text.as_mut_ptr().cast()) };
        drop(entered);
        let text = CStr::from_bytes_until_nul(&text).unwrap().to_str().unwrap();
        assert_eq!(
            text,
            "can't create persistent object on top of temporary object"
        );
        links
            .vnic("a0", stub, None, 0, sys::DLADM_OPT_ACTIVE)
            .unwrap();
    }
}

#[test]
fn the_active_part_can_go_alone() {
    let links = Links::new(Flavour::Upstream);
    let vnic = links
        .vnic("a0", links.id("igb0").unwrap(), None, 0, BOTH)
        .unwrap();
    assert_eq!(links.delete(vnic, sys::DLADM_OPT_ACTIVE), 0);
    assert_eq!(links.walk(sys::DLADM_OPT_ACTIVE).len(), 1);
    assert_eq!(links.walk(sys::DLADM_OPT_PERSIST).len(), 2);
    assert_eq!(links.delete(vnic, BOTH), 0);
    assert_eq!(links.walk(BOTH).len(), 1);
}

#[test]
fn a_link_plumbed_in_the_global_zone_is_busy() {
    let links = Links::new(Flavour::Upstream);
    let vnic = links
        .vnic("a0", links.id("igb0").unwrap(), None, 0, BOTH)
        .unwrap();
    let plumbing = links.host.dir().join("emulation/ipadm");
    std::fs::write(&plumbing, "a0 v4=192.0.2.1/24\n").unwrap();
    assert_eq!(links.delete(vnic, BOTH), sys::DLADM_STATUS_LINKBUSY);
    std::fs::remove_file(plumbing).unwrap();
    assert_eq!(links.delete(vnic, BOTH), 0);
}

#[test]
fn properties_are_in_force_or_stored() {
    let links = Links::new(Flavour::Upstream);
    let vnic = links
        .vnic("a0", links.id("igb0").unwrap(), None, 0, BOTH)
        .unwrap();
    assert_eq!(links.get(vnic, "maxbw", 1), Ok(Vec::new()));
    assert_eq!(
        links.set(vnic, "maxbw", &["100M"], sys::DLADM_OPT_ACTIVE),
        0
    );
    assert_eq!(links.get(vnic, "maxbw", 1), Ok(vec!["  100".to_owned()]));
    assert_eq!(links.get(vnic, "maxbw", 5), Err(sys::DLADM_STATUS_NOTFOUND));
    assert_eq!(
        links.set(vnic, "allowed-ips", &["10.0.0.1", "10.0.0.2"], BOTH),
        0
    );
    assert_eq!(links.get(vnic, "allowed-ips", 5).unwrap().len(), 2);
    assert_eq!(links.set(vnic, "allowed-ips", &[], BOTH), 0);
    assert_eq!(links.get(vnic, "allowed-ips", 1), Ok(Vec::new()));
    assert_eq!(
        links.set(vnic, "colour", &["red"], BOTH),
        sys::DLADM_STATUS_NOTFOUND
    );
    assert_eq!(
        links.set(vnic, "priority", &["urgent"], BOTH),
        sys::DLADM_STATUS_BADVAL
    );
    assert_eq!(
        links.set(vnic, "zone", &["web1"], BOTH),
        sys::DLADM_STATUS_TEMPONLY
    );
    assert_eq!(
        links.set(vnic, "zone", &["web1"], sys::DLADM_OPT_ACTIVE),
        sys::DLADM_STATUS_BADVAL,
        "no such zone"
    );
    assert_eq!(links.get(vnic, "zone", 1), Ok(vec![String::new()]));
    assert_eq!(
        links.set(vnic, "mtu", &["9000"], BOTH),
        sys::DLADM_STATUS_INVALID_MTU,
        "igb0 has 1500"
    );
}

#[test]
fn a_call_fails_as_ordered() {
    let links = Links::new(Flavour::Upstream);
    let igb0 = links.id("igb0").unwrap();
    let _order = fault::order("dladm_vnic_create", 2, 13);
    links.vnic("a0", igb0, None, 0, BOTH).unwrap();
    assert_eq!(
        links.vnic("b0", igb0, None, 0, BOTH),
        Err(sys::DLADM_STATUS_DENIED)
    );
    assert_eq!(links.id("b0"), Err(sys::DLADM_STATUS_NOTFOUND));
    links.vnic("b0", igb0, None, 0, BOTH).unwrap();
}

#[test]
fn many_at_once_lose_nothing() {
    let links = Links::new(Flavour::Upstream);
    let host = &links.host;
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                // Another process has nothing in memory of what this one knows.
                let host = Host::open_or_create(host.dir(), Flavour::Upstream).unwrap();
                let _entered = host.enter();
                let mut handle = null_mut();
                // SAFETY: the place is a local variable.
                assert_eq!(unsafe { sys::dladm_open(&raw mut handle) }, 0);
                let links = Links {
                    _dir: tempfile::tempdir().unwrap(),
                    host: host.clone(),
                    handle,
                };
                let igb0 = links.id("igb0").unwrap();
                for count in 0..20 {
                    links
                        .vnic(&format!("t{number}_{count}"), igb0, None, 0, BOTH)
                        .unwrap();
                }
            });
        }
    });
    let mut ids = links.walk(BOTH);
    assert_eq!(ids.len(), 161);
    ids.dedup();
    assert_eq!(ids.len(), 161);
}
