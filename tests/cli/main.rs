//! The built `zmgr` against an emulated host in a temporary directory.

mod support;
mod usage;
