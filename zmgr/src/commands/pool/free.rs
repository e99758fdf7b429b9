use crate::failure::Code;
use clap::Args;

use crate::ipam::Space;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Print the free addresses of a pool
///
/// Prints ranges, because a pool may have too many addresses to list. With --next, prints the addresses that the next zone would get.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool free internal
  zmgr pool free internal --next")]
pub(super) struct FreeArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    /// Print the addresses that the next zone would get, one per line
    #[arg(long)]
    next: bool,
    /// The zone's name, which determines the address in a pool with `choose "hash"`
    #[arg(long, value_name = "ZONE", requires = "next", default_value = "")]
    zone: String,
}

/// Prints the free addresses.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &FreeArgs) -> Result<ExitCode, Failure> {
    let addresses = super::read(cx, ui)?;
    let pool = addresses.pool(cx, &args.name)?;
    let mut space = Space::new(pool, &addresses.book);
    if args.next {
        let given = space.allocate(&args.zone, &[]).map_err(|refused| {
            Failure::new(
                ExitCode::Failed,
                Code::PoolExhausted,
                format!("pool {} has no address for the zone: {refused}", pool.name),
            )
            .with_help(format!(
                "`zmgr pool addresses {}` lists the addresses in use",
                pool.name
            ))
        })?;
        let given: Vec<String> = given
            .iter()
            .map(|allocation| allocation.address.to_string())
            .collect();
        if cx.json {
            ui.json(&given);
        } else {
            given.iter().for_each(|address| ui.line(address));
        }
        return Ok(ExitCode::Done);
    }
    if cx.json {
        ui.json(
            &space
                .free()
                .map(|(first, last)| [first.to_string(), last.to_string()])
                .collect::<Vec<_>>(),
        );
        return Ok(ExitCode::Done);
    }
    for (first, last) in space.free() {
        if first == last {
            ui.line(first);
        } else {
            ui.line(format_args!("{first} - {last}"));
        }
    }
    Ok(ExitCode::Done)
}
