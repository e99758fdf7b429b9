//! The zone manager: documents, address pools, plans, their execution, and what is printed of it.
//!
//! Data flows one way: arguments → documents and observed host → plan → steps → host, and outcome → output.
#![forbid(unsafe_code)]

pub mod cache;
pub mod check;
pub mod cli;
pub mod commands;
pub mod context;
pub mod doctor;
pub mod documents;
pub mod execute;
pub mod failure;
pub mod files;
pub mod inventory;
pub mod ipam;
pub mod manual;
pub mod observe;
pub mod output;
mod parallel;
pub mod plan;
pub mod zone_root;

pub use context::Context;
pub use failure::{ExitCode, Failure};
