//! What every call of libzonecfg and libdladm goes through: which flavour the library is, locks, texts and return codes.

mod code;
mod flavour;
mod lock;
mod symbol;
mod text;

pub(crate) use code::{check_zonecfg, dladm_error, zonecfg_error};
pub(crate) use flavour::{Api, Extended};
pub(crate) use lock::{Guard, exclusive, property, shared};
pub(crate) use symbol::vnic_create_is_known;

pub(crate) use text::{CArgument, Unfit, document_text, owned, put, read_text, text};
