//! `zmgr forget`.

use crate::failure::Code;
use clap::Args;
use illumos::zone::ZoneName;

use super::operation::{self, OperationView};
use crate::cli::ChangeArgs;
use crate::documents::{Kind, Store};
use crate::execute::{self, Operation, recover};
use crate::output::Ui;
use crate::plan::create::entry_path;
use crate::plan::{Action, DocumentChange, Plan, Step};
use crate::{Context, ExitCode, Failure};

/// Take zones out of the registry without touching them
///
/// The zones stay as they are; `zmgr import` registers them again. An entry that cannot be read can be taken out as well.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr forget web01
  zmgr forget web01 --dry-run")]
pub struct ForgetArgs {
    /// The names of the zones
    #[arg(required = true, value_name = "NAME", add = crate::cli::complete::zone())]
    names: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Removes the entries.
///
/// # Errors
/// Exit status 6 if a zone is not registered.
pub fn run(cx: &Context, ui: &mut Ui, args: &ForgetArgs) -> Result<ExitCode, Failure> {
    operation::prepare(cx, "forget")?;
    let store = Store::open(&cx.config_dir)?;
    if cx.dry_run {
        let plan = plan(&store, &args.names)?;
        operation::show_plans(ui, vec![OperationView::planned(&plan)]);
        return Ok(ExitCode::Done);
    }
    let progress = ui.progress();
    let names = plan(&store, &args.names)?.zones;
    let locks = execute::lock_zones(cx, &names, &progress)?;
    recover::refuse_unsettled(cx, &names)?;
    let host = execute::lock_host(cx, &progress)?;
    let plan = plan(&store, &args.names)?;
    let operation = Operation::begin(cx, &progress, plan.clone(), locks)?;
    drop(host);
    let applied = operation.run();
    drop(progress);
    let history = store.config().ok().and_then(|config| config.history);
    operation::finish_one(cx, ui, history, &plan, applied)
}

fn plan(store: &Store, names: &[String]) -> Result<Plan, Failure> {
    let mut zones: Vec<ZoneName> = Vec::new();
    let mut changes = Vec::new();
    let known = store.names(Kind::Zone)?;
    for text in names {
        let name: Option<ZoneName> = text.parse().ok();
        let name = name.filter(|_| known.contains(text));
        let name =
            name.ok_or_else(|| operation::unknown_zone(text, known.iter().map(String::as_str)))?;
        if zones.contains(&name) {
            continue;
        }
        let path = store.path(Kind::Zone, text)?;
        let before = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("cannot read {}: {error}", path.display());
            Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message)
        })?;
        changes.push(DocumentChange {
            path: entry_path(&name),
            before: Some(before),
            after: None,
        });
        zones.push(name);
    }
    let undo = changes.iter().map(DocumentChange::reversed).collect();
    let step = Step::new(
        Action::ChangeDocuments(changes),
        Some(Action::ChangeDocuments(undo)),
    );
    Ok(Plan::new("forget", zones, vec![step]))
}
