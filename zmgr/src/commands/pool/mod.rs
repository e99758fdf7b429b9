//! `zmgr pool`.

mod addresses;
mod change;
mod create;
mod edit;
mod free;
mod list;
mod release;
mod remove;
mod reserve;
mod set;
mod show;
mod why;

use crate::failure::Code;
use std::collections::BTreeMap;
use std::net::IpAddr;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::cache::Cache;
use crate::documents::model::Pool;
use crate::documents::{Store, summary};
use crate::execute::released;
use crate::ipam::{Book, Space, Usage};
use crate::observe::{Claims, Uses};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage address pools
///
/// A pool is a file pools/NAME.kdl. It holds networks and the addresses in them that zones may get.
#[derive(Debug, Args)]
pub struct PoolArgs {
    #[command(subcommand)]
    command: PoolCommand,
}

#[derive(Debug, Subcommand)]
enum PoolCommand {
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    Show(show::ShowArgs),
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Set(set::SetArgs),
    #[command(visible_alias = "rm")]
    Remove(remove::RemoveArgs),
    Free(free::FreeArgs),
    Addresses(addresses::AddressesArgs),
    Why(why::WhyArgs),
    Reserve(reserve::ReserveArgs),
    Release(release::ReleaseArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &PoolArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        PoolCommand::List(args) => list::run(cx, ui, args),
        PoolCommand::Show(args) => show::run(cx, ui, args),
        PoolCommand::Create(args) => create::run(cx, ui, args),
        PoolCommand::Edit(args) => edit::run(cx, ui, args),
        PoolCommand::Set(args) => set::run(cx, ui, args),
        PoolCommand::Remove(args) => remove::run(cx, ui, args),
        PoolCommand::Free(args) => free::run(cx, ui, args),
        PoolCommand::Addresses(args) => addresses::run(cx, ui, args),
        PoolCommand::Why(args) => why::run(cx, ui, args),
        PoolCommand::Reserve(args) => reserve::run(cx, ui, args),
        PoolCommand::Release(args) => release::run(cx, ui, args),
    }
}

fn store(cx: &Context) -> Result<Store, Failure> {
    Store::open(&cx.config_dir)
}

/// Every pool and who has which address.
struct Addresses {
    pools: BTreeMap<String, Pool>,
    book: Book,
}

/// Reads what is needed to say who has which address. What cannot be read is warned of, because it makes addresses look
/// free that are not.
fn read(cx: &Context, ui: &mut Ui) -> Result<Addresses, Failure> {
    read_about(cx, ui, None)
}

/// How many addresses of each pool are used, free, reserved and in quarantine.
pub(super) fn usages(cx: &Context, ui: &mut Ui) -> Result<Vec<(String, Usage)>, Failure> {
    let addresses = read(cx, ui)?;
    let usage = |pool: &Pool| Space::new(pool, &addresses.book).usage();
    let usages = addresses.pools.values();
    Ok(usages
        .map(|pool| (pool.name.clone(), usage(pool)))
        .collect())
}

/// As [`read`], but of an `address` only who has that one is sure to be in the book.
fn read_about(cx: &Context, ui: &mut Ui, address: Option<IpAddr>) -> Result<Addresses, Failure> {
    let cache = Cache::new(cx);
    let store = Store::open(&cx.config_dir)?.with_cache(cache.clone());
    let loaded = store.load_about(address)?;
    if let Some(problem) = summary(&loaded.problems) {
        ui.warning(&problem);
    }
    let now = Timestamp::now();
    let mut taken = released::kept_back(&cx.state_dir, &loaded.documents, now)?;
    let zones = illumos::zone::names()?;
    // What the registry knows, its entries say.
    let foreign = zones.iter().filter(|zone| !loaded.has_entry(zone));
    let uses = Uses::of(&zones, foreign.cloned().collect(), Some(&cache))?;
    let (claims, problems) = Claims::of(&loaded.documents, &uses);
    for problem in &problems {
        ui.warning(problem);
    }
    taken.extend(claims.addresses);
    let book = Book::of(&loaded.documents, taken);
    Ok(Addresses {
        pools: loaded.documents.pools,
        book,
    })
}

impl Addresses {
    /// The pool of that name.
    fn pool(&self, cx: &Context, name: &str) -> Result<&Pool, Failure> {
        pool(cx, &self.pools, name)
    }
}

/// The pool of that name.
fn pool<'a>(
    cx: &Context,
    pools: &'a BTreeMap<String, Pool>,
    name: &str,
) -> Result<&'a Pool, Failure> {
    match pools.get(name) {
        Some(pool) => Ok(pool),
        // Asked again for the reason: there is none of that name, or it is invalid.
        None => Err(store(cx)?.pool(name).err().unwrap_or_else(|| {
            let message = format!("pool {name} has just been changed");
            Failure::new(ExitCode::Failed, Code::PoolChanged, message)
                .with_help("run the command again")
        })),
    }
}
