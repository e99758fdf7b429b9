use crate::failure::Code;
use std::net::IpAddr;

use clap::Args;

use super::change::{self, Change};
use crate::commands::args::ChangeArgs;
use crate::documents::{Document, Kind};
use crate::ipam::{Space, Why};
use crate::operation::World;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Reserve an address
///
/// No zone gets the address until it is released. The reason and the date are written into the pool's document.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool reserve internal 10.0.0.5 --reason printer
  zmgr pool reserve internal 10.0.0.6 --dry-run")]
pub(super) struct ReserveArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: IpAddr,
    /// The reason
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Reserves the address.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ReserveArgs) -> Result<ExitCode, Failure> {
    let make = |world: &World| {
        let pool = super::pool(cx, &world.documents().pools, &args.name)?;
        let refused = |why: &Why| {
            let message = format!("{} {why}", args.address);
            Err(Failure::new(
                ExitCode::Exists,
                Code::PoolAddressTaken,
                message,
            ))
        };
        match Space::new(pool, &world.book).why(args.address) {
            // An address that the pool does not give out may be kept back all the same: ranges change.
            Why::Free | Why::Excluded(..) | Why::NotGivenOut(_) => {}
            Why::Held(crate::ipam::Holder::Quarantined { .. }) => {}
            // What uses it now may be what it is reserved for.
            Why::Held(crate::ipam::Holder::Host { .. }) => {}
            why => return refused(&why),
        }
        let mut document = Document::open(&super::store(cx)?, Kind::Pool, &args.name)?;
        let address = args.address.to_string();
        document.add("reserve", std::slice::from_ref(&address))?;
        let mut set = |name: &str, value: &str| {
            document.set(&format!("reserve.{address}.{name}"), &[value.to_owned()])
        };
        if let Some(reason) = &args.reason {
            set("reason", reason)?;
        }
        set("since", &world.time())?;
        Ok(Change {
            document: Some(document),
            lift: None,
        })
    };
    change::run(cx, ui, "pool reserve", &args.name, &make)
}
