//! The built `zmgr` against an emulated host in a temporary directory.

mod docs;
mod documents;
mod links;
mod list;
mod manage;
mod operation;
mod schema;
mod support;
mod usage;
mod zones;
