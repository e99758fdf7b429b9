//! libzonecfg: the index, the documents and the handles over them.
//!
//! [`index`] and [`document`] are for the emulated commands in this crate; programs reach the rest through the C
//! functions. How the real library behaves, its faults included, is what these modules do: a program that is right
//! here must not depend on what only a better library would forgive.

#[cfg(not(external_libzonecfg))]
mod address;
pub mod code;
mod crash;
pub mod document;
#[cfg(not(external_libzonecfg))]
mod exports;
mod handle;
pub mod index;
#[cfg(not(external_libzonecfg))]
mod memory;
mod number;
mod paths;
#[cfg(not(external_libzonecfg))]
mod privileges;
#[cfg(not(external_libzonecfg))]
mod rctl;
mod save;
mod state;
#[cfg(not(external_libzonecfg))]
mod table;
pub mod templates;
mod user_attr;
mod validate;
