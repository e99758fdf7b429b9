//! The built `zmgr` against an emulated host in a temporary directory.

mod documents;
mod list;
mod manage;
mod operation;
mod support;
mod usage;
mod zones;
