//! The built `zmgr` against an emulated host in a temporary directory.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod address_rules;
mod claims;
mod desired;
mod docs;
mod doctor;
mod documents;
mod effective;
mod entries;
mod first_documents;
mod invalid_documents;
mod journals;
mod kept;
mod link_rules;
mod links;
mod list;
mod manage;
mod metrics;
mod net;
mod operation;
mod pages;
mod pools;
mod preflight;
mod publishers;
mod refusals;
mod safety;
mod scale;
mod schema;
mod support;
mod usage;
mod zonecfg;
mod zones;
