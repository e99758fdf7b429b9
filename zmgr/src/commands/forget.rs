//! `zmgr forget`.

use clap::Args;
use illumos::zone::ZoneName;

use super::select::unknown_zone;
use crate::Context;
use crate::commands::args::ChangeArgs;
use crate::documents::{Kind, Store};
use crate::failure::{ExitCode, Failure};
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::Ui;
use crate::plan::create::entry_path;
use crate::plan::{Action, DocumentChange, Plan, Step};

/// Remove zones from the registry without touching them
///
/// The zones are not changed; `zmgr import` registers them again. An entry that cannot be read can be removed too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr forget web01
  zmgr forget web01 --dry-run")]
pub struct ForgetArgs {
    /// The names of the zones
    #[arg(required = true, value_name = "NAME", add = crate::commands::args::complete::zone())]
    names: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Removes the entries.
///
/// # Errors
/// Exit status 6 if a zone is not registered.
pub fn run(cx: &Context, ui: &mut Ui, args: &ForgetArgs) -> Result<ExitCode, Failure> {
    let scope = Scope {
        command: "forget",
        zones: names(&Store::open(&cx.config_dir)?, &args.names)?,
        look: Look {
            own: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    operation::change(cx, ui, &scope, |world| {
        plan(world, &scope.zones).map(Proposal::from)
    })
}

/// The zones that have an entry, whether or not it can be read.
fn names(store: &Store, texts: &[String]) -> Result<Vec<ZoneName>, Failure> {
    let known = store.names(Kind::Zone)?;
    let mut names: Vec<ZoneName> = Vec::new();
    for text in texts {
        let name = text.parse().ok().filter(|_| known.contains(text));
        let name = name.ok_or_else(|| unknown(text, &known))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn plan(world: &World, zones: &[ZoneName]) -> Result<Plan, Failure> {
    let mut changes = Vec::new();
    for name in zones {
        let text = world.own.get(name).and_then(|own| own.text.clone());
        let before = text.ok_or_else(|| unknown_zone(name.as_str(), []))?;
        changes.push(DocumentChange {
            path: entry_path(name),
            before: Some(before),
            after: None,
        });
    }
    let undo = changes.iter().map(DocumentChange::reversed).collect();
    let step = Step::new(
        Action::ChangeDocuments(changes),
        Some(Action::ChangeDocuments(undo)),
    );
    Ok(Plan::new("forget", zones.to_vec(), vec![step]))
}

/// The zone is not in the registry; the host may have it all the same.
fn unknown(text: &str, known: &[String]) -> Failure {
    let there = text
        .parse()
        .is_ok_and(|name| illumos::zone::find(&name).is_ok_and(|found| found.is_some()));
    if !there {
        return unknown_zone(text, known.iter().map(String::as_str));
    }
    let message = format!("zone {text} is not in the registry");
    Failure::new(
        ExitCode::NotFound,
        crate::failure::Code::ZoneNotManaged,
        message,
    )
    .with_help("there is nothing to forget: `zmgr list managed=true` shows the registered zones")
}
