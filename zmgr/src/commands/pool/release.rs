use crate::failure::Code;
use std::net::IpAddr;

use clap::Args;

use super::change::{self, Change};
use crate::commands::args::ChangeArgs;
use crate::documents::{Document, Kind};
use crate::ipam::Holder;
use crate::operation::World;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Release a reserved or quarantined address
///
/// Removes a reservation, or ends the quarantine of an address that a zone recently released. An address that a zone has is not released.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool release internal 10.0.0.5")]
pub(super) struct ReleaseArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: IpAddr,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Releases the address.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ReleaseArgs) -> Result<ExitCode, Failure> {
    let make = |world: &World| {
        let pool = super::pool(cx, &world.documents().pools, &args.name)?;
        let reserved = pool
            .reservations
            .iter()
            .any(|reservation| reservation.address == args.address);
        let holders = world.book.holders(args.address);
        let quarantined = holders
            .iter()
            .any(|taken| matches!(taken.holder, Holder::Quarantined { .. }));
        if !reserved && !quarantined {
            return Err(not_reserved(
                args,
                holders.first().map(|taken| &taken.holder),
            ));
        }
        let document = if reserved {
            let mut document = Document::open(&super::store(cx)?, Kind::Pool, &args.name)?;
            document.remove("reserve", &[args.address.to_string()])?;
            Some(document)
        } else {
            None
        };
        Ok(Change {
            document,
            lift: quarantined.then_some(args.address),
        })
    };
    change::run(cx, ui, "pool release", &args.name, &make)
}

fn not_reserved(args: &ReleaseArgs, holder: Option<&Holder>) -> Failure {
    let code = Code::PoolNotReserved;
    let (address, name) = (args.address, &args.name);
    match holder {
        Some(holder) => {
            let why = crate::ipam::Why::Held(holder.clone());
            let message = format!("{address} is not reserved in pool {name}: it {why}");
            let failure = Failure::new(ExitCode::Exists, code, message);
            match holder {
                Holder::Zone { zone, .. } => failure.with_help(format!(
                    "`zmgr destroy {zone}` frees it together with the zone"
                )),
                _ => failure,
            }
        }
        None => {
            let message = format!("{address} is not reserved in pool {name}");
            Failure::new(ExitCode::NotFound, code, message).with_help(format!(
                "`zmgr pool addresses {name}` lists the reserved addresses"
            ))
        }
    }
}
