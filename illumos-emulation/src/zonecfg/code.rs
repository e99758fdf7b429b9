//! The numbers that libzonecfg's functions return (`illumos-gate usr/src/head/libzonecfg.h`, `Z_*`).

/// Done.
pub const OK: i32 = 0;
/// The document has no root element.
pub const EMPTY_DOCUMENT: i32 = 1;
/// The root element is not `zone`.
pub const WRONG_DOC_TYPE: i32 = 2;
/// The property is absent, or was refused.
pub const BAD_PROPERTY: i32 = 3;
/// A temporary file could not be made.
pub const TEMP_FILE: i32 = 4;
/// The document could not be written.
pub const SAVING_FILE: i32 = 5;
/// No (further) entry.
pub const NO_ENTRY: i32 = 6;
/// The name is no zone name.
pub const BOGUS_ZONE_NAME: i32 = 7;
/// The handle holds no document.
pub const BAD_HANDLE: i32 = 10;
/// No memory.
pub const NOMEM: i32 = 11;
/// An argument is wrong.
pub const INVAL: i32 = 12;
/// `EACCES`.
pub const ACCES: i32 = 13;
/// A text does not fit into the caller's buffer.
pub const TOO_BIG: i32 = 14;
/// Another error of the file system.
pub const MISC_FS: i32 = 15;
/// There is no such zone.
pub const NO_ZONE: i32 = 16;
/// There is no such type of resource.
pub const NO_RESOURCE_TYPE: i32 = 17;
/// No resource matches.
pub const NO_RESOURCE_ID: i32 = 18;
/// There is no such property of that name.
pub const NO_PROPERTY_ID: i32 = 20;
/// The zone is in the wrong state.
pub const BAD_ZONE_STATE: i32 = 21;
/// The document cannot be parsed, or is not valid.
pub const INVALID_DOCUMENT: i32 = 22;
/// The name is taken.
pub const NAME_IN_USE: i32 = 23;
/// The index could not be changed.
pub const UPDATING_INDEX: i32 = 25;
/// The index could not be locked.
pub const LOCKING_FILE: i32 = 26;
/// See `errno`.
pub const SYSTEM: i32 = 28;
/// The query matches several resources, or is empty.
pub const INSUFFICIENT_SPEC: i32 = 29;
/// The zonepath cannot be resolved.
pub const RESOLVED_PATH: i32 = 34;
/// An IPv6 address needs a prefix length.
pub const IPV6_ADDR_PREFIX_LEN: i32 = 35;
/// Neither an address nor the name of a host.
pub const BOGUS_ADDRESS: i32 = 36;
/// A privilege that zones may not have.
pub const PRIV_PROHIBITED: i32 = 37;
/// A privilege that zones need is missing.
pub const PRIV_REQUIRED: i32 = 38;
/// There is no such privilege.
pub const PRIV_UNKNOWN: i32 = 39;
/// The brand is not installed.
pub const BRAND_ERROR: i32 = 40;
/// The resource control is not what its alias can express.
pub const ALIAS_DISALLOW: i32 = 42;
/// The value was refused.
pub const INVALID_PROPERTY: i32 = 50;
