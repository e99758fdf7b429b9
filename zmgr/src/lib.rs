//! The zone manager: documents, address pools, plans, their execution, and what is printed of it.
//!
//! Data flows one way: arguments → documents and observed host → plan → steps → host, and outcome → output.
#![forbid(unsafe_code)]
#![allow(
    unreachable_pub,
    reason = "`pub` in a room says what it offers to the other rooms; nothing of it leaves the crate"
)]

mod cache;
mod check;
mod cli;
mod commands;
mod context;
mod doctor;
mod documents;
mod execute;
mod failure;
mod files;
mod inventory;
mod ipam;
mod manual;
mod metrics;
mod natural;
mod observe;
mod operation;
mod output;
mod parallel;
mod plan;
mod registry;
#[cfg(test)]
mod rooms;
mod zone_root;

use context::Context;
use failure::{ExitCode, Failure};

pub use cli::main;

/// What the benchmarks, the fuzzers and the tests of the documentation use. Nothing here is an interface for others.
#[doc(hidden)]
pub mod internals {
    pub use crate::context::Context;

    /// The grammar of the command line.
    pub mod cli {
        pub use crate::cli::Cli;
    }

    /// The cache of what was read.
    pub mod cache {
        pub use crate::cache::Cache;
    }

    /// Reading and writing documents.
    pub mod documents {
        pub use crate::documents::{
            Document, Kind, Source, Store, decode_config, decode_pool, decode_publisher,
            decode_template, decode_zone, format, render_zone,
        };

        /// What documents say.
        pub mod model {
            pub use crate::documents::model::{Choose, Documents, Pool, PoolNetwork, Settings};
        }

        /// KDL.
        pub mod syntax {
            pub use crate::documents::syntax::parse;
        }
    }

    /// Operations.
    pub mod execute {
        pub use crate::execute::journal;
    }

    /// The registry and the host, merged.
    pub mod inventory {
        pub use crate::inventory::{Need, gather};
    }

    /// Addresses.
    pub mod ipam {
        pub use crate::ipam::{Book, Holder, Space, Taken, vnic_name};
    }

    /// What the host has.
    pub mod observe {
        pub use crate::observe::{Observed, sketches};
    }

    /// Plans.
    pub mod plan {
        /// Making zones.
        pub mod create {
            pub use crate::plan::create::{Planner, Until, Wanted};
        }
    }
}
