//! What the commands that change something have in common: what comes before, the dry run, and what is told at the end.

use crate::failure::Code;
use std::collections::BTreeMap;
use std::net::IpAddr;

use illumos::address::Answer;
use illumos::zone::{ZoneConfig, ZoneName};
use jiff::Timestamp;
use serde::Serialize;

use crate::documents::Store;
use crate::documents::model::Documents;
use crate::documents::values::nearest;
use crate::execute::{Applied, Outcome, interrupt, journal, privilege, released};
use crate::ipam::{Book, Taken};
use crate::observe::Claims;
use crate::output::{Ui, escape};
use crate::plan::Plan;
use crate::{Context, ExitCode, Failure, files};

/// How long finished journals are kept where the configuration does not say.
const HISTORY: std::time::Duration = std::time::Duration::from_secs(90 * 24 * 60 * 60);

/// How long an address is given to answer before it is taken to be free.
const PROBE: std::time::Duration = std::time::Duration::from_secs(1);

/// What an operation does, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OperationView {
    /// Its id in the journal; none in a dry run.
    pub(super) id: Option<String>,
    /// The command.
    pub(super) operation: String,
    /// The zones concerned.
    pub(super) zones: Vec<ZoneName>,
    /// `planned`, `done`, or `unchanged` if there was nothing to do.
    pub(super) outcome: &'static str,
    /// The steps.
    pub(super) steps: Vec<StepView>,
    /// What the person should know.
    pub(super) warnings: Vec<String>,
}

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct StepView {
    /// What is done.
    pub(super) description: String,
    /// The commands that a person would type.
    pub(super) commands: Vec<String>,
    /// What takes it back.
    pub(super) undo: Option<String>,
    /// The configuration that it makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) configuration: Option<ZoneConfig>,
}

/// The one JSON document of a command that changes something.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OperationsView {
    /// Whether nothing was changed because of `-n`.
    pub(super) dry_run: bool,
    /// The operations, in the order of the zones.
    pub(super) operations: Vec<OperationView>,
}

impl OperationView {
    /// A plan that is not carried out.
    pub(super) fn planned(plan: &Plan) -> Self {
        Self::of(plan, None, "planned")
    }

    /// A plan that was carried out.
    pub(super) fn done(plan: &Plan, id: &str) -> Self {
        Self::of(plan, Some(id.to_owned()), "done")
    }

    /// A zone to which nothing was to be done.
    pub(super) fn unchanged(operation: &str, zone: &ZoneName) -> Self {
        Self {
            id: None,
            operation: operation.to_owned(),
            zones: vec![zone.clone()],
            outcome: "unchanged",
            steps: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn of(plan: &Plan, id: Option<String>, outcome: &'static str) -> Self {
        let steps = plan.steps.iter().map(|step| StepView {
            description: step.action.describe(),
            commands: step.action.commands(),
            undo: step.undo.as_ref().map(crate::plan::Action::describe),
            configuration: step.action.configuration().cloned(),
        });
        Self {
            id,
            operation: plan.operation.clone(),
            zones: plan.zones.clone(),
            outcome,
            steps: steps.collect(),
            warnings: plan.warnings.clone(),
        }
    }
}

/// Makes sure that the command may change the host, that nobody else could have written the documents, and that a Ctrl-C loses nothing. Does nothing in a dry run.
pub(super) fn prepare(cx: &Context, command: &str) -> Result<(), Failure> {
    if cx.dry_run {
        return Ok(());
    }
    privilege::check(cx, command)?;
    files::check_documents(&cx.config_dir, &illumos::root())?;
    interrupt::listen()
}

/// The documents that can be read; the others are told as warnings.
pub(super) fn readable_documents(cx: &Context, ui: &mut Ui) -> Result<Documents, Failure> {
    let loaded = Store::open(&cx.config_dir)?.load()?;
    for problem in &loaded.problems {
        ui.warning(problem);
    }
    Ok(loaded.documents)
}

/// Who has which address: what documents say, what [`released`] said, and what was observed to be in use after that.
pub(super) fn book(documents: &Documents, mut released: Vec<Taken>, claims: &Claims) -> Book {
    released.extend(claims.addresses.iter().cloned());
    Book::of(documents, released)
}

/// Addresses that no entry says and that are not given out: those that were released a short time ago, and those that operations which are not
/// over give up or take. To be asked for before the configurations of zones are read.
pub(super) fn released(cx: &Context, documents: &Documents) -> Result<Vec<Taken>, Failure> {
    let mut taken = released::quarantined(&cx.state_dir, documents, Timestamp::now())?;
    taken.extend(released::in_motion(&cx.state_dir, documents)?);
    Ok(taken)
}

/// The host's name.
pub(super) fn nodename() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// Whether something on the network answers to the address, and how it was found out, as the end of a sentence about the address.
pub(super) fn answers(address: IpAddr) -> Result<Option<String>, Failure> {
    Ok(
        illumos::address::answers(address, PROBE)?.map(|answer| match answer {
            Answer::Echo => "answers to a ping already".to_owned(),
            Answer::Neighbour => "is in the neighbour cache of the global zone".to_owned(),
        }),
    )
}

/// The time, as the registry and the journal have it.
pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Sixty-four random bits in hexadecimal: the identity of a zone.
pub(super) fn new_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    let hash = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    format!("{hash:016x}")
}

/// There is no such zone.
pub(super) fn unknown_zone<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let failure = Failure::new(
        ExitCode::NotFound,
        Code::ZoneNotFound,
        format!("there is no zone {name}"),
    );
    match nearest(name, known) {
        Some(near) => failure.with_help(format!("did you mean {near}?")),
        None => failure.with_help("`zmgr list` shows the zones of this host"),
    }
}

/// `key=value` options as a map. A key given twice is refused.
pub(super) fn pairs(option: &str, values: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let usage = |message: String| Failure::new(ExitCode::Usage, Code::Usage, message);
    let mut pairs = BTreeMap::new();
    for value in values {
        let Some((key, value)) = value.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(usage(format!("{option} {value}: expected NAME=VALUE")));
        };
        if pairs.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(usage(format!("{option} {key} is given twice")));
        }
    }
    Ok(pairs)
}

/// Tells a dry run.
pub(super) fn show_plans(ui: &mut Ui, operations: Vec<OperationView>) {
    if ui.is_json() {
        ui.json(&OperationsView {
            dry_run: true,
            operations,
        });
        return;
    }
    for operation in &operations {
        let mut words = vec![operation.operation.as_str()];
        words.extend(operation.zones.iter().map(AsRef::as_ref));
        ui.header(&words.join(" "));
        if operation.outcome == "unchanged" {
            ui.line("  nothing to do");
        }
        for (number, step) in operation.steps.iter().enumerate() {
            ui.line(format_args!(
                "  {}. {}",
                number + 1,
                escape(&step.description)
            ));
            for command in &step.commands {
                ui.line(format_args!("       {}", escape(command)));
            }
        }
    }
    ui.status("dry run: nothing was changed");
}

/// Tells what the person should know before it starts.
pub(super) fn warn(ui: &mut Ui, plan: &Plan) {
    for warning in &plan.warnings {
        ui.warning(&Failure::new(
            ExitCode::Done,
            Code::PlanWarning,
            warning.clone(),
        ));
    }
}

/// Ends a command: removes old journals, and tells operations that were done as JSON if that is asked for.
pub(super) fn finish(
    cx: &Context,
    ui: &mut Ui,
    keep: Option<std::time::Duration>,
    operations: Vec<OperationView>,
    failure: Option<Failure>,
) -> Result<ExitCode, Failure> {
    let oldest = Timestamp::now() - keep.unwrap_or(HISTORY);
    // Old journals that cannot be removed now are removed by the next command.
    let _ = journal::prune(&cx.state_dir, oldest);
    if let Some(failure) = failure {
        return Err(failure);
    }
    if ui.is_json() {
        ui.json(&OperationsView {
            dry_run: false,
            operations,
        });
    }
    Ok(ExitCode::Done)
}

/// As [`finish`], for a command of one operation, which has ended.
pub(super) fn finish_one(
    cx: &Context,
    ui: &mut Ui,
    keep: Option<std::time::Duration>,
    plan: &Plan,
    applied: Applied,
) -> Result<ExitCode, Failure> {
    let (done, failure) = match view(plan, applied) {
        Ok(view) => (vec![view], None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    finish(cx, ui, keep, done, failure)
}

/// The view of an operation that ended well, or why it did not.
pub(super) fn view(plan: &Plan, applied: Applied) -> Result<OperationView, Failure> {
    let id = applied.id.clone();
    match (applied.outcome, applied.into_failure()) {
        (Outcome::Done, _) | (_, None) => Ok(OperationView::done(plan, &id)),
        (_, Some(failure)) => Err(failure),
    }
}
