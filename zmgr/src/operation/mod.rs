//! The protocol of every change, once.
//!
//! Whoever changes something says about which zones it is, what has to be looked at, and what is to be done to the world as it was
//! looked at. Everything else is here: privilege, the locks of zones, earlier operations, looking, dry run and confirmation, the
//! lock of the host, looking whether everything still is as it was, journal, carrying out, and what is said at the end.

mod desired;
mod lifecycle;
mod view;
mod world;

use std::time::Duration;

use illumos::zone::ZoneName;
use jiff::Timestamp;

use crate::documents::model::Documents;
use crate::documents::summary;
use crate::execute::{
    self, Applied, HostLock, Operation, Outcome, Reporter, ZoneLocks, batch, interrupt, privilege,
    recover, released, zonepath,
};
use crate::failure::{Code, ExitCode, Failure};
use crate::output::Ui;
use crate::plan::{Action, Plan};
use crate::{Context, files};

pub(crate) use desired::{Compared, applied, apply, compare};
pub(crate) use lifecycle::{Request, lifecycle};
pub(crate) use view::OperationView;
pub(crate) use world::{Look, World, glance};

/// Up to this many operations begin one after the other.
const MIN_PARALLEL: usize = 4;
/// So many begin at once where there are more: each waits for the disk some times, and what waits at the same time is written together.
const TOGETHER: usize = 32;

/// What a change is about.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    /// The command.
    pub(crate) command: &'a str,
    /// The zones: nothing else is begun with them until it is over.
    pub(crate) zones: Vec<ZoneName>,
    /// Documents that change besides the entries of the zones: their paths below the directory of the documents.
    pub(crate) documents: Vec<String>,
    /// What is looked at.
    pub(crate) look: Look,
    /// Whether the zones go, with all that earlier operations left of them: those that were cut short do not stand in the way.
    pub(crate) ends: bool,
    /// Whether documents that others could have written do not stand in the way: it is what is to be fixed.
    pub(crate) distrusts: bool,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Proposal<T = ()> {
    /// One plan for each operation. One without steps is a zone to which nothing is to be done.
    pub(crate) plans: Vec<Plan>,
    /// What the person is asked before.
    pub(crate) question: Option<String>,
    /// What the person should know, besides what the plans say.
    pub(crate) warnings: Vec<Failure>,
    /// What the command shows of it.
    pub(crate) note: T,
}

impl<T> Proposal<T> {
    /// Nothing is asked.
    pub(crate) fn new(plans: Vec<Plan>, note: T) -> Self {
        Self {
            plans,
            question: None,
            warnings: Vec::new(),
            note,
        }
    }
}

impl From<Plan> for Proposal {
    fn from(plan: Plan) -> Self {
        Self::new(vec![plan], ())
    }
}

/// What became of a proposal.
#[derive(Debug)]
pub(crate) struct Changed<T = ()> {
    /// What the command shows of it.
    pub(crate) note: T,
    /// The operations, in the order of the plans; as planned in a dry run.
    pub(crate) operations: Vec<OperationView>,
    /// The ids of the operations that began.
    pub(crate) ids: Vec<String>,
    /// What was really done of each operation, as the descriptions of its steps.
    pub(crate) done: Vec<String>,
    /// Those that failed.
    pub(crate) failures: Vec<Failure>,
    /// How many operations there were to be.
    total: usize,
    /// How long finished journals are kept, if the configuration says so.
    keep: Option<Duration>,
}

/// What a plan rests on.
trait Ground: Sized {
    /// Looks at it.
    fn look(cx: &Context, scope: &Scope<'_>) -> Result<Self, Failure>;
    /// Whether it is as it was. Asked with the host's lock held.
    fn still_holds(&self, cx: &Context, scope: &Scope<'_>) -> Result<bool, Failure>;
    /// What is wrong with documents.
    fn problems(&self) -> &[Failure];
    /// What the documents say, if they count.
    fn documents(&self) -> Option<&Documents>;
}

/// When the person hears of a proposal.
enum Moment {
    /// It is to be confirmed.
    Ask,
    /// It is shown, or about to begin.
    Begin,
}

/// What shows a proposal to the person, or asks.
type Telling<'t, T> = dyn FnMut(Moment, &Proposal<T>) -> Result<(), Failure> + 't;

/// Changes what `plan` proposes, and says so.
///
/// # Errors
/// What `plan` says; why the change cannot begin; what failed.
pub(crate) fn change(
    cx: &Context,
    ui: &mut Ui,
    scope: &Scope<'_>,
    plan: impl FnMut(&World) -> Result<Proposal, Failure>,
) -> Result<ExitCode, Failure> {
    let changed = attempt(cx, ui, scope, plan)?;
    if !cx.dry_run {
        changed.say_unchanged(ui);
    }
    changed.finish(cx, ui)
}

/// As [`change`], for a command that shows itself what became of it.
///
/// # Errors
/// What `plan` says; why the change cannot begin. What failed once it began is in the result.
pub(crate) fn attempt<T>(
    cx: &Context,
    ui: &mut Ui,
    scope: &Scope<'_>,
    mut plan: impl FnMut(&World) -> Result<Proposal<T>, Failure>,
) -> Result<Changed<T>, Failure> {
    prepare(cx, scope.command, scope.distrusts)?;
    let progress = ui.progress();
    carry_out(cx, &progress, scope, &mut plan, &mut |moment, proposal| {
        match moment {
            Moment::Ask => {
                if let Some(question) = &proposal.question {
                    ui.confirm(question)?;
                }
            }
            Moment::Begin => {
                for warning in &proposal.warnings {
                    ui.warning(warning);
                }
                for plan in &proposal.plans {
                    view::warn(ui, plan);
                }
            }
        }
        Ok(())
    })
}

/// Makes sure that the command may change the host, that nobody else could have written the documents, and that a Ctrl-C loses nothing. Does nothing in a dry run.
pub(crate) fn prepare(cx: &Context, command: &str, distrusts: bool) -> Result<(), Failure> {
    if cx.dry_run {
        return Ok(());
    }
    privilege::check(cx, command)?;
    if !distrusts {
        files::check_documents(&cx.config_dir, &illumos::root())?;
    }
    interrupt::listen()
}

/// The protocol.
fn carry_out<G: Ground, T>(
    cx: &Context,
    reporter: &dyn Reporter,
    scope: &Scope<'_>,
    plan: &mut dyn FnMut(&G) -> Result<Proposal<T>, Failure>,
    tell: &mut Telling<'_, T>,
) -> Result<Changed<T>, Failure> {
    let mut propose = || -> Result<(G, Proposal<T>), Failure> {
        let world = G::look(cx, scope)?;
        let mut proposal = plan(&world)?;
        for plan in &mut proposal.plans {
            zonepath::foresee(plan)?;
        }
        proposal.warnings.splice(0..0, summary(world.problems()));
        Ok((world, proposal))
    };
    if cx.dry_run {
        let (_, proposal) = propose()?;
        tell(Moment::Begin, &proposal)?;
        return Ok(Changed::planned(proposal));
    }
    let locks = zone_locks(cx, reporter, scope)?;
    // The lock of the host is not to be held for long: what nobody has changed until then need not be worked out again.
    let (mut world, mut proposal) = propose()?;
    if proposal.question.is_some() {
        tell(Moment::Ask, &proposal)?;
    }
    let host = HostLock::take(cx, reporter)?;
    for path in &scope.documents {
        recover::refuse_unsettled_document(cx, path)?;
    }
    if !still_so(cx, scope, &world, &proposal)? {
        let asked = proposal.question.take();
        (world, proposal) = propose()?;
        if proposal.question != asked {
            return Err(changed_meanwhile());
        }
    }
    tell(Moment::Begin, &proposal)?;
    let config = world.documents().map(|documents| &documents.config);
    let (keep, parallel) = config.map_or((None, None), |config| (config.history, config.parallel));
    let begun = begin(cx, reporter, &proposal.plans, locks, &host);
    if let Some(documents) = world.documents()
        && proposal.plans.iter().any(releases)
    {
        released::prune(&cx.state_dir, documents, Timestamp::now())?;
    }
    drop(host);
    let parallel = parallel.unwrap_or_else(batch::default_parallel);
    let ended = batch::each(begun, parallel, |begun| {
        begun.map(|operation| operation.map(|operation| run(cx, scope, operation)))
    });
    Ok(Changed::of(proposal, ended, keep))
}

/// Takes the locks of the zones, and makes sure that nothing else is being done with them.
fn zone_locks(
    cx: &Context,
    reporter: &dyn Reporter,
    scope: &Scope<'_>,
) -> Result<ZoneLocks, Failure> {
    let locks = ZoneLocks::take(cx, &scope.zones, reporter)?;
    if !scope.ends && !scope.zones.is_empty() {
        recover::refuse_unsettled(cx, &scope.zones)?;
    }
    if scope.ends {
        // What closes the journals of a zone when it is gone must not fail then.
        recover::cut_short(cx)?;
    }
    execute::zones_idle(cx, &scope.zones, reporter)?;
    Ok(locks)
}

/// Whether the world is as it was, and the documents that the plans change are as the plans have them.
fn still_so<T>(
    cx: &Context,
    scope: &Scope<'_>,
    world: &impl Ground,
    proposal: &Proposal<T>,
) -> Result<bool, Failure> {
    for plan in &proposal.plans {
        if !execute::documents_fit(cx, plan)? {
            return Ok(false);
        }
    }
    world.still_holds(cx, scope)
}

fn changed_meanwhile() -> Failure {
    Failure::new(
        ExitCode::Exists,
        Code::OperationChanged,
        "the zones changed while you were asked: nothing was changed",
    )
    .with_help("run the command again")
}

fn releases(plan: &Plan) -> bool {
    let mut steps = plan.steps.iter();
    steps.any(|step| matches!(step.action, Action::Release { .. }))
}

/// Begins every operation, each with the locks of its zones, while the host's lock is held: the addresses are reserved then.
fn begin<'a>(
    cx: &'a Context,
    reporter: &'a dyn Reporter,
    plans: &[Plan],
    mut locks: ZoneLocks,
    host: &HostLock,
) -> Vec<Result<Option<Operation<'a>>, Failure>> {
    let work: Vec<(&Plan, ZoneLocks)> = plans
        .iter()
        .map(|plan| (plan, locks.split_off(&plan.zones)))
        .collect();
    let parallel = if work.len() > MIN_PARALLEL {
        TOGETHER
    } else {
        1
    };
    batch::each(work, parallel, |(plan, locks)| {
        if plan.steps.is_empty() {
            return Ok(None);
        }
        Operation::begin(cx, reporter, plan.clone(), locks, host).map(Some)
    })
}

/// What became of an operation, and what could not be done after its end.
type Ended = (Applied, Option<Failure>);

/// Carries the operation out, to the end of what its zones' locks keep others from.
fn run(cx: &Context, scope: &Scope<'_>, operation: Operation<'_>) -> Ended {
    let applied = operation.run();
    let gone = scope.ends && applied.outcome == Outcome::Done;
    let zones = applied.zones.iter().filter(|_| gone);
    let failure = zones
        .map(|zone| recover::supersede(cx, zone))
        .find_map(Result::err);
    (applied, failure)
}

impl<T> Changed<T> {
    fn planned(proposal: Proposal<T>) -> Self {
        Self {
            operations: proposal.plans.iter().map(OperationView::planned).collect(),
            note: proposal.note,
            ids: Vec::new(),
            done: Vec::new(),
            failures: Vec::new(),
            total: 0,
            keep: None,
        }
    }

    fn of(
        proposal: Proposal<T>,
        ended: Vec<Result<Option<Ended>, Failure>>,
        keep: Option<Duration>,
    ) -> Self {
        let mut changed = Self {
            note: proposal.note,
            operations: Vec::new(),
            ids: Vec::new(),
            done: Vec::new(),
            failures: Vec::new(),
            total: proposal.plans.len(),
            keep,
        };
        for (plan, ended) in proposal.plans.iter().zip(ended) {
            match ended {
                Ok(None) => changed.operations.push(OperationView::unchanged(plan)),
                Ok(Some((applied, after))) => {
                    changed.done.extend(applied.done.iter().cloned());
                    let id = applied.id.clone();
                    changed.ids.push(id.clone());
                    match applied.into_failure() {
                        None => changed.operations.push(OperationView::done(plan, &id)),
                        Some(failure) => changed.failures.push(failure),
                    }
                    changed.failures.extend(after);
                }
                Err(failure) => changed.failures.push(failure),
            }
        }
        changed
    }

    /// Says of which zones nothing was to be done.
    fn say_unchanged(&self, ui: &mut Ui) {
        for name in self
            .operations
            .iter()
            .flat_map(OperationView::unchanged_zones)
        {
            ui.status(format_args!("{name}: nothing to do"));
        }
    }

    /// Whether nothing was to be done.
    pub(crate) fn is_nothing(&self) -> bool {
        let nothing = |view: &OperationView| view.outcome == "unchanged";
        self.failures.is_empty() && self.operations.iter().all(nothing)
    }

    /// Ends the command: shows the plans of a dry run; otherwise removes old journals, and says what was done as JSON if that is asked for.
    ///
    /// # Errors
    /// What failed.
    pub(crate) fn finish(self, cx: &Context, ui: &mut Ui) -> Result<ExitCode, Failure> {
        if cx.dry_run {
            view::show_plans(ui, self.operations);
            return Ok(ExitCode::Done);
        }
        view::prune(cx, self.keep);
        if let Some(failure) = batch::conclude(self.failures, self.total) {
            return Err(failure);
        }
        view::show_done(ui, self.operations);
        Ok(ExitCode::Done)
    }
}
