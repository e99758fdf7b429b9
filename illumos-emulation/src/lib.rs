//! An illumos host kept in a directory.
//!
//! It exports the C functions that `illumos-sys` declares, in both ABI flavours, and it is
//! `zoneadm`, `zfs`, `pkg`, `zlogin` and `dladm` when a program that links it is started under that name.
#![cfg(not(target_os = "illumos"))]

pub mod commands;
mod datalink;
pub mod fault;
pub mod host;
pub mod kernel;
pub mod kstat;
mod smf;
mod storage;
mod symbol;
pub mod zonecfg;

pub use host::{Flavour, Host};
