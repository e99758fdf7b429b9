//! libzonecfg: the index, the documents and the handles over them.
//!
//! [`index`] and [`document`] are for the emulated commands in this crate; programs reach the rest through the C
//! functions. How the real library behaves, its faults included, is what these modules do: a program that is right
//! here must not depend on what only a better library would forgive.

pub mod code;
pub mod document;
pub mod index;
pub mod templates;

mod paths;
