//! Return codes to errors.

use std::ffi::{CStr, c_int};

use crate::{Error, ErrorKind, Result};

/// `Ok` for Z_OK; else the error of the libzonecfg function `function`.
pub(crate) fn check_zonecfg(
    function: &'static str,
    code: c_int,
    operation: impl FnOnce() -> String,
) -> Result<()> {
    if code == illumos_sys::Z_OK {
        Ok(())
    } else {
        Err(zonecfg_error(function, code, operation()))
    }
}

/// The error that the libzonecfg function `function` reported with `code`. To be called right after it: for Z_SYSTEM the text is errno's.
pub(crate) fn zonecfg_error(
    function: &'static str,
    code: c_int,
    operation: impl Into<String>,
) -> Error {
    // SAFETY: zonecfg_strerror takes any number and returns a static text, never NULL (illumos-gate libzonecfg.c).
    let reason = unsafe { CStr::from_ptr(illumos_sys::zonecfg_strerror(code)) };
    Error::new(zonecfg_kind(code), operation, reason.to_string_lossy())
        .with_code(function, i64::from(code))
}

fn zonecfg_kind(code: c_int) -> ErrorKind {
    match code {
        illumos_sys::Z_ACCES => ErrorKind::PermissionDenied,
        illumos_sys::Z_NO_ZONE
        | illumos_sys::Z_NO_ENTRY
        | illumos_sys::Z_NO_RESOURCE_TYPE
        | illumos_sys::Z_NO_RESOURCE_ID
        | illumos_sys::Z_NO_PROPERTY_TYPE
        | illumos_sys::Z_NO_PROPERTY_ID => ErrorKind::NotFound,
        illumos_sys::Z_NAME_IN_USE => ErrorKind::AlreadyExists,
        illumos_sys::Z_BAD_ZONE_STATE => ErrorKind::Busy,
        illumos_sys::Z_EMPTY_DOCUMENT
        | illumos_sys::Z_WRONG_DOC_TYPE
        | illumos_sys::Z_BAD_PROPERTY
        | illumos_sys::Z_BOGUS_ZONE_NAME
        | illumos_sys::Z_INVAL
        | illumos_sys::Z_TOO_BIG
        | illumos_sys::Z_INVALID_DOCUMENT
        | illumos_sys::Z_INSUFFICIENT_SPEC
        | illumos_sys::Z_RESOLVED_PATH
        | illumos_sys::Z_BOGUS_ADDRESS
        | illumos_sys::Z_PRIV_PROHIBITED
        | illumos_sys::Z_PRIV_REQUIRED
        | illumos_sys::Z_PRIV_UNKNOWN
        | illumos_sys::Z_ALIAS_DISALLOW
        | illumos_sys::Z_CLEAR_DISALLOW
        | illumos_sys::Z_INVALID_PROPERTY => ErrorKind::Invalid,
        _ => ErrorKind::Failed,
    }
}

/// The error that the libdladm function `function` reported with `status`.
pub(crate) fn dladm_error(
    function: &'static str,
    status: illumos_sys::dladm_status_t,
    operation: impl Into<String>,
) -> Error {
    // 256 bytes are documented, but some distributions' libraries write up to 2048.
    let mut buffer = [0; 2048];
    // SAFETY: the buffer has the length of the longest distribution's DLADM_STRSIZE; the result points into it.
    let reason =
        unsafe { CStr::from_ptr(illumos_sys::dladm_status2str(status, buffer.as_mut_ptr())) };
    Error::new(dladm_kind(status), operation, reason.to_string_lossy())
        .with_code(function, i64::from(status))
}

fn dladm_kind(status: illumos_sys::dladm_status_t) -> ErrorKind {
    match status {
        illumos_sys::DLADM_STATUS_NOTFOUND
        | illumos_sys::DLADM_STATUS_DBNOTFOUND
        | illumos_sys::DLADM_STATUS_DB_NOTFOUND
        | illumos_sys::DLADM_STATUS_BADPROP => ErrorKind::NotFound,
        illumos_sys::DLADM_STATUS_EXIST => ErrorKind::AlreadyExists,
        illumos_sys::DLADM_STATUS_DENIED => ErrorKind::PermissionDenied,
        illumos_sys::DLADM_STATUS_LINKBUSY
        | illumos_sys::DLADM_STATUS_INVALIDMACADDRINUSE
        | illumos_sys::DLADM_STATUS_ADDRINUSE
        | illumos_sys::DLADM_STATUS_TRYAGAIN => ErrorKind::Busy,
        illumos_sys::DLADM_STATUS_NOTSUP => ErrorKind::Unsupported,
        illumos_sys::DLADM_STATUS_BADARG
        | illumos_sys::DLADM_STATUS_BADVAL
        | illumos_sys::DLADM_STATUS_LINKINVAL
        | illumos_sys::DLADM_STATUS_VIDINVAL
        | illumos_sys::DLADM_STATUS_PROPRDONLY
        | illumos_sys::DLADM_STATUS_TEMPONLY
        | illumos_sys::DLADM_STATUS_PERMONLY
        | illumos_sys::DLADM_STATUS_INVALIDMACADDR
        | illumos_sys::DLADM_STATUS_BADVALCNT
        | illumos_sys::DLADM_STATUS_INVALID_MTU => ErrorKind::Invalid,
        _ => ErrorKind::Failed,
    }
}
