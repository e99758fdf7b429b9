//! A host with the zone that the observations of the real library were made with.

use std::ffi::{CStr, CString, c_char};
use std::fs;
use std::path::PathBuf;

use illumos_emulation::host::Entered;
use illumos_emulation::{Flavour, Host};
use illumos_sys::{
    Z_OK, zone_dochandle_t, zonecfg_fini_handle, zonecfg_get_handle, zonecfg_init_handle,
    zonecfg_save,
};

pub(crate) const DOCTYPE: &str = "<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
     \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">";

pub(crate) const ZONE: &str =
    "<zone name=\"z1\" zonepath=\"/zones/z1\" autoboot=\"false\" brand=\"ipkg\" \
     ip-type=\"exclusive\">
 <network physical=\"vnic0\" allowed-address=\"10.0.0.1/24\" defrouter=\"10.0.0.254\"/>
 <network physical=\"vnic1\"/>
 <network physical=\"vnic2\"/>
 <attr name=\"a\" type=\"string\" value=\"x\"/>
 <attr name=\"n\" type=\"int\" value=\"-7\"/>
 <rctl name=\"zone.cpu-shares\"><rctl-value priv=\"privileged\" limit=\"5\" action=\"none\"/></rctl>
 <filesystem special=\"/e\" directory=\"/d\" type=\"lofs\"><fsoption name=\"ro\"/></filesystem>
</zone>
";

pub(crate) const INDEX: &str = "global:installed:/\nz1:configured:/zones/z1:\n";

/// A host, entered by the thread.
pub(crate) struct TestHost {
    pub(crate) host: Host,
    _entered: Entered,
    _directory: tempfile::TempDir,
}

impl TestHost {
    pub(crate) fn new(flavour: Flavour) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(&directory.path().join("host"), flavour).unwrap();
        let test = Self {
            _entered: host.enter(),
            host,
            _directory: directory,
        };
        test.write("index", INDEX);
        test.write(
            "z1.xml",
            format!("<?xml version=\"1.0\"?>\n{DOCTYPE}\n{ZONE}"),
        );
        test
    }

    pub(crate) fn upstream() -> Self {
        Self::new(Flavour::Upstream)
    }

    /// A file of `/etc/zones`.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.host.path("/etc/zones").join(file)
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(file), text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Writes a document of the zone `name` with `content` in it, and loads it.
    pub(crate) fn load_with(&self, name: &str, content: &str) -> Handle {
        self.write(
            &format!("{name}.xml"),
            format!(
                "{DOCTYPE}<zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"false\" \
                 ip-type=\"exclusive\">{content}</zone>"
            ),
        );
        Handle::load(name)
    }
}

/// A handle that is freed at its end.
pub(crate) struct Handle(pub(crate) zone_dochandle_t);

impl Handle {
    pub(crate) fn empty() -> Self {
        // SAFETY: nothing is asked of the caller.
        Self(unsafe { zonecfg_init_handle() })
    }

    pub(crate) fn try_load(name: &str) -> (Self, i32) {
        let handle = Self::empty();
        let name = c(name);
        // SAFETY: the handle is good, the name a text.
        let code = unsafe { zonecfg_get_handle(name.as_ptr(), handle.0) };
        (handle, code)
    }

    pub(crate) fn load(name: &str) -> Self {
        let (handle, code) = Self::try_load(name);
        assert_eq!(code, Z_OK, "{name}");
        handle
    }

    pub(crate) fn save(&self) -> i32 {
        // SAFETY: the handle is good.
        unsafe { zonecfg_save(self.0) }
    }

    /// A getter's code and what it wrote into `size` bytes.
    pub(crate) fn get(
        &self,
        getter: unsafe extern "C" fn(zone_dochandle_t, *mut c_char, usize) -> i32,
        size: usize,
    ) -> (i32, String) {
        let mut buffer = vec![0; size.max(1)];
        // SAFETY: the handle is good, the buffer as long as is said.
        let code = unsafe { getter(self.0, buffer.as_mut_ptr(), size) };
        (code, text(&buffer))
    }

    /// A setter's code.
    pub(crate) fn set(
        &self,
        setter: unsafe extern "C" fn(zone_dochandle_t, *mut c_char) -> i32,
        value: &str,
    ) -> i32 {
        let value = c(value);
        // SAFETY: the handle is good, the value a text that the setters only read.
        unsafe { setter(self.0, value.as_ptr().cast_mut()) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is used no more.
        unsafe { zonecfg_fini_handle(self.0) };
    }
}

pub(crate) fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// The text in a field.
pub(crate) fn text(field: &[c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|&byte| byte.cast_unsigned()).collect();
    CStr::from_bytes_until_nul(&bytes)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

/// Copies a text into a field.
pub(crate) fn fill(field: &mut [c_char], text: &str) {
    assert!(text.len() < field.len());
    for (byte, &from) in field.iter_mut().zip(text.as_bytes()) {
        *byte = from.cast_signed();
    }
}

/// A structure of which every byte may be zero.
pub(crate) fn zeroed<T: Copy>() -> T {
    // SAFETY: used for the structures of illumos-sys alone: numbers, texts and null pointers.
    unsafe { std::mem::zeroed() }
}
