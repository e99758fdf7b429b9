//! Link properties.

use std::ffi::c_char;
use std::ptr;

use illumos_sys::{DLADM_OPT_ACTIVE, DLADM_OPT_PERSIST};

use super::Datalinks;
use super::create::c_string;
use super::handle::{Info, check};
use crate::{Error, ErrorKind, Result};

/// How many bytes a value may have. 128 are documented; some of the library's functions write up to this many, and others read 128 whatever
/// the length of the text (linkprop.c check_autopush).
const VALUE_LENGTH: usize = 2048;

/// A value in a buffer of the length that libdladm may copy, filled up with NULs.
fn padded(value: &str, operation: impl Fn() -> String) -> Result<[u8; VALUE_LENGTH]> {
    let text = c_string(value, &operation)?;
    let bytes = text.as_bytes_with_nul();
    let mut buffer = [0; VALUE_LENGTH];
    let Some(place) = buffer.get_mut(..bytes.len()) else {
        let reason = format!(
            "a value has {} bytes; at most {} are allowed",
            bytes.len() - 1,
            VALUE_LENGTH - 1
        );
        return Err(Error::new(ErrorKind::Invalid, operation(), reason));
    };
    place.copy_from_slice(bytes);
    Ok(buffer)
}

impl Datalinks {
    /// The values of a link property, as they are in force, or of a link that is only stored, as they are stored, without the blanks that
    /// libdladm puts around some. Empty if it has none. [`Bandwidth::from_property`](super::Bandwidth::from_property) reads that of `maxbw`.
    ///
    /// Needs no privilege.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such link or property.
    ///
    /// # Source
    /// illumos-gate `usr/src/lib/libdladm/common/linkprop.c` (`dladm_get_linkprop`); the properties are those of dladm(8).
    pub fn property(&self, link: &str, property: &str) -> Result<Vec<String>> {
        let operation = || format!("read property {property} of datalink {link}");
        let info = self.link_with_property(link, operation)?;
        let name = c_string(property, operation)?;
        let mut values = vec![[0_u8; VALUE_LENGTH]; illumos_sys::DLADM_MAX_PROP_VALCNT];
        let mut pointers: Vec<*mut c_char> = values
            .iter_mut()
            .map(|value| value.as_mut_ptr().cast())
            .collect();
        let mut count = u32::try_from(pointers.len()).unwrap_or_default();
        let which = if info.active {
            illumos_sys::DLADM_PROP_VAL_CURRENT
        } else {
            illumos_sys::DLADM_PROP_VAL_PERSISTENT
        };
        // SAFETY: the handle is open; the name ends in a NUL; there are as many buffers as the count says, each zeroed and of the length of the
        // longest value that the library writes.
        let status = unsafe {
            illumos_sys::dladm_get_linkprop(
                self.handle.raw(),
                info.id,
                which,
                name.as_ptr(),
                pointers.as_mut_ptr(),
                &raw mut count,
            )
        };
        check("dladm_get_linkprop", status, operation)?;
        let text = |value: &[u8; VALUE_LENGTH]| {
            let end = value
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(VALUE_LENGTH);
            String::from_utf8_lossy(&value[..end]).trim().to_owned()
        };
        let count = usize::try_from(count).unwrap_or_default();
        Ok(values
            .iter()
            .take(count)
            .map(text)
            .filter(|value| !value.is_empty())
            .collect())
    }

    /// Sets a link property; no values reset it. Needs `sys_dl_config`.
    ///
    /// In force at once, and for the next boot of the host unless `temporary`; of a link that is only stored, for the next boot alone.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`] if a value is refused, the property is read-only, or cannot be persistent; [`ErrorKind::PermissionDenied`].
    pub fn set_property(
        &self,
        link: &str,
        property: &str,
        values: &[&str],
        temporary: bool,
    ) -> Result<()> {
        let operation = || {
            format!(
                "set property {property} of datalink {link} to {:?}",
                values.join(",")
            )
        };
        let info = self.link_with_property(link, operation)?;
        let name = c_string(property, operation)?;
        let mut values: Vec<[u8; VALUE_LENGTH]> = values
            .iter()
            .map(|value| padded(value, operation))
            .collect::<Result<_>>()?;
        let mut pointers: Vec<*mut c_char> = values
            .iter_mut()
            .map(|value| value.as_mut_ptr().cast())
            .collect();
        let flags = match (info.active, temporary) {
            (true, true) => DLADM_OPT_ACTIVE,
            (true, false) => DLADM_OPT_ACTIVE | DLADM_OPT_PERSIST,
            (false, _) => DLADM_OPT_PERSIST,
        };
        let count = u32::try_from(pointers.len()).unwrap_or(u32::MAX);
        let pointer = if pointers.is_empty() {
            ptr::null_mut()
        } else {
            pointers.as_mut_ptr()
        };
        // SAFETY: the handle is open; each text ends in a NUL and lies in a buffer of the length of the longest that the library copies or
        // writes (linkprop.c); there are as many as the count says.
        let status = unsafe {
            illumos_sys::dladm_set_linkprop(
                self.handle.raw(),
                info.id,
                name.as_ptr(),
                pointer,
                count,
                flags,
            )
        };
        check("dladm_set_linkprop", status, operation)
    }

    fn link_with_property(&self, link: &str, operation: impl Fn() -> String) -> Result<Info> {
        self.handle.by_name(link)?.ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                operation(),
                format!("there is no link {link}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_in_buffers_of_the_length_that_is_copied() {
        let operation = || "set property autopush".to_owned();
        let buffer = padded("ip", operation).unwrap();
        assert_eq!(&buffer[..3], b"ip\0");
        assert!(buffer.len() >= illumos_sys::DLADM_PROP_VAL_MAX);
        assert!(buffer[2..].iter().all(|byte| *byte == 0));
        assert!(padded(&"x".repeat(VALUE_LENGTH - 1), operation).is_ok());
        let error = padded(&"x".repeat(VALUE_LENGTH), operation).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}
