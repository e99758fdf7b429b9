//! Raw declarations of what is used from libzonecfg, libdladm and libc on illumos.
//!
//! The C names are kept. What every distribution has alike is at the top of the crate; what differs is in [`upstream`]
//! (OpenIndiana, Tribblix, Helios) and [`extended`] (OmniOS, SmartOS). The same symbol takes structures of different length in
//! the two, and the libraries carry the same version: **which one the running system has must be known before a structure of
//! either module is handed over.**
//!
//! | exported by libzonecfg | flavour |
//! |---|---|
//! | [`upstream::ZONECFG_LOOKUP_MCAP_NAME`] and not [`extended::ZONECFG_ADD_RES_ATTR_NAME`] | upstream |
//! | [`extended::ZONECFG_ADD_RES_ATTR_NAME`] and not [`upstream::ZONECFG_LOOKUP_MCAP_NAME`] | extended |
//! | both or none | unknown: no structure may be handed over |
//!
//! What only one flavour exports is not declared as a function, because such a program would not start on the other: there
//! is a type `NAME_fn` and a constant `…_NAME` for `dlsym`. Where libdladm exports [`DLADM_VNIC_MODIFY_NAME`],
//! [`dladm_vnic_create`] has other arguments and must not be called.
//!
//! None of it is a public interface of illumos (`SUNWprivate_1.1`). The declarations are in `include/`; `abi.json`
//! holds the sizes, offsets, values and prototypes that they are checked with, and says where each was measured.
#![no_std]
#![allow(
    missing_docs,
    missing_debug_implementations,
    non_camel_case_types,
    clippy::allow_attributes_without_reason,
    clippy::wildcard_imports,
    reason = "the names are C's, the headers in include/ say what they mean, and the text is bindgen's"
)]
#![allow(
    clashing_extern_declarations,
    reason = "a symbol of both flavours takes another structure in each; which one is right is known at run time"
)]

#[path = "bindings/common.rs"]
mod common;
#[path = "bindings/extended.rs"]
pub mod extended;
mod layout;
#[path = "bindings/upstream.rs"]
pub mod upstream;

pub use common::*;
