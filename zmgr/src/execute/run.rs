//! Carrying a plan out: journal, steps, undo.

use crate::failure::Code;
use std::time::Instant;

use illumos::zone::ZoneName;

use super::journal::{Journal, Progress, Record};
use super::perform::Performer;
use super::{
    Event, HostLock, Outcome, Phase, Reporter, ZoneLocks, etherstub, interrupt, lock, look, zoneadm,
};
use crate::plan::{Action, OnFailure, Plan};
use crate::{Context, ExitCode, Failure};

/// An operation on its way.
pub struct Operation<'a> {
    context: &'a Context,
    reporter: &'a dyn Reporter,
    plan: Plan,
    journal: Journal,
    progress: Vec<Progress>,
    /// The locks of its zones, held to the end.
    locks: ZoneLocks,
    started: Instant,
    /// The first step that failed, and why.
    failure: Option<Failure>,
    /// Whether a step failed after which nothing may follow.
    stopped: bool,
    /// What could not be done or undone so far.
    left: Vec<Left>,
}

/// What became of an operation.
#[derive(Debug)]
pub struct Applied {
    /// Its id, by which the journal knows it.
    pub id: String,
    /// The command.
    pub operation: String,
    /// The zones concerned.
    pub zones: Vec<ZoneName>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was done and not undone, in order.
    pub done: Vec<String>,
    /// What was done and undone, in the order of undoing.
    pub undone: Vec<String>,
    /// What is left to be done by hand.
    pub left: Vec<Left>,
    /// What failed first.
    pub failure: Option<Failure>,
    /// The locks of its zones, for what has to be done before others may begin something with them.
    pub(super) _locks: ZoneLocks,
}

/// Something that could not be done or undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What should have been done.
    pub description: String,
    /// Why it was not.
    pub reason: String,
    /// The commands that do it.
    pub commands: Vec<String>,
}

impl std::fmt::Debug for Operation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation")
            .field("id", &self.journal.id())
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl<'a> Operation<'a> {
    /// Writes the plan to the journal and carries out its leading changes of documents, which reserve what the rest needs, while the lock of
    /// the host is held; [`run`](Self::run) is called once it is let go. `locks` are those of the plan's zones.
    ///
    /// A step that fails here is told by [`run`](Self::run).
    ///
    /// # Errors
    /// `zmgr::journal::failed` if the journal cannot be written; nothing has happened then.
    pub fn begin(
        context: &'a Context,
        reporter: &'a dyn Reporter,
        plan: Plan,
        locks: ZoneLocks,
        _: &HostLock,
    ) -> Result<Self, Failure> {
        let journal = Journal::begin(context, &plan)?;
        reporter.report(&Event::OperationStarted {
            id: journal.id().to_owned(),
            command: plan.operation.clone(),
            zones: plan.zones.clone(),
            steps: plan.steps.len(),
        });
        let progress = vec![Progress::NotBegun; plan.steps.len()];
        let mut operation = Self::of(context, reporter, plan, journal, progress, locks);
        let reserving = operation.plan.reserving();
        operation.forward(0..reserving);
        Ok(operation)
    }

    /// An operation whose journal has come as far as `progress`.
    pub(super) fn of(
        context: &'a Context,
        reporter: &'a dyn Reporter,
        plan: Plan,
        journal: Journal,
        progress: Vec<Progress>,
        locks: ZoneLocks,
    ) -> Self {
        Self {
            context,
            reporter,
            plan,
            journal,
            progress,
            locks,
            started: Instant::now(),
            failure: None,
            stopped: false,
            left: Vec::new(),
        }
    }

    /// Carries out what is left of the plan; if a step fails, undoes what was done.
    #[must_use]
    pub fn run(mut self) -> Applied {
        let reserved = self.plan.reserving();
        self.forward(reserved..self.plan.steps.len());
        self.settle()
    }

    /// Carries out every step that is not done, those that may have happened included.
    pub(super) fn resume(mut self) -> Applied {
        for (step, progress) in self.plan.steps.iter().zip(&mut self.progress) {
            // An etherstub that was still used is kept, and the step done all the same: what used it may be gone now.
            if matches!(step.action, Action::DeleteEtherstub { .. }) && *progress == Progress::Done
            {
                *progress = Progress::Begun;
            }
        }
        self.forward(0..self.plan.steps.len());
        self.settle()
    }

    /// Undoes every step that may have happened.
    pub(super) fn undo(mut self) -> Applied {
        let undone = self.backward();
        self.finish(undone)
    }

    fn forward(&mut self, steps: std::ops::Range<usize>) {
        for step in steps {
            if self.progress[step] == Progress::Done {
                continue;
            }
            if self.progress[step] != Progress::NotBegun
                && self.failure.is_none()
                && self.has_happened(step)
            {
                continue;
            }
            let on_failure = self.plan.steps[step].on_failure;
            if self.failure.is_some() {
                if on_failure == OnFailure::Undo {
                    return;
                }
                if on_failure == OnFailure::Stop || self.stopped || interrupt::requested() {
                    self.leave_out(step);
                    continue;
                }
            }
            if let Err(failure) = self.step(step) {
                if on_failure == OnFailure::Stop && self.is_untouched() {
                    self.failure.get_or_insert(failure);
                    return;
                }
                self.stopped |= on_failure != OnFailure::Continue;
                if on_failure != OnFailure::Undo {
                    self.left
                        .push(left(&self.plan.steps[step].action, &failure.message));
                }
                self.failure.get_or_insert(failure);
            }
        }
    }

    /// Whether nothing has happened yet, so that nothing can be left.
    fn is_untouched(&self) -> bool {
        self.progress
            .iter()
            .all(|progress| *progress == Progress::NotBegun)
    }

    /// Whether a step that began, or was undone, before a crash is done after all; if so, that is noted.
    fn has_happened(&mut self, step: usize) -> bool {
        let happened = look::is_done(self.context, &self.plan.steps[step].action).unwrap_or(false);
        if happened {
            self.progress[step] = Progress::Done;
            if let Err(failure) = self.append(&Record::Done {
                step,
                time: lock::now(),
            }) {
                self.failure.get_or_insert(failure);
            }
        }
        happened
    }

    fn leave_out(&mut self, step: usize) {
        self.left.push(left(
            &self.plan.steps[step].action,
            "an earlier step was not done",
        ));
    }

    fn step(&mut self, step: usize) -> Result<(), Failure> {
        if interrupt::requested() {
            return Err(interrupt::failure("the remaining steps were not started"));
        }
        let action = self.plan.steps[step].action.clone();
        if let Some(zone) = action.needs_idle() {
            zoneadm::wait(self.context, zone, true, self.reporter)?;
        }
        self.tell_started(Phase::Do, step, &action);
        self.append(&Record::Begin {
            step,
            time: lock::now(),
        })?;
        self.progress[step] = Progress::Begun;
        let begun = Instant::now();
        match self.perform(step, &action, true) {
            Ok(()) => {
                self.progress[step] = Progress::Done;
                self.append(&Record::Done {
                    step,
                    time: lock::now(),
                })?;
                self.tell_done(Phase::Do, step, &action, begun);
                Ok(())
            }
            Err(failure) => {
                // What was there before us is not ours to undo.
                let partial = !failure.left_alone();
                self.progress[step] = if partial {
                    Progress::Failed
                } else {
                    Progress::NotBegun
                };
                let reason = failure.message.clone();
                // A record that cannot be written must not hide why the step failed.
                let _ = self.append(&Record::Failed {
                    step,
                    time: lock::now(),
                    reason,
                    partial,
                });
                self.tell_failed(Phase::Do, step, &action, &failure);
                Err(failure)
            }
        }
    }

    /// Undoes in reverse what may have happened, and goes on when something cannot be undone.
    fn backward(&mut self) -> Vec<String> {
        let happened =
            |progress: Progress| !matches!(progress, Progress::NotBegun | Progress::Undone);
        let undoable =
            |step: &usize| happened(self.progress[*step]) && self.plan.steps[*step].undo.is_some();
        let steps: Vec<usize> = (0..self.plan.steps.len()).rev().filter(undoable).collect();
        let _programs_run_on = interrupt::undoing();
        if steps.is_empty() {
            self.let_etherstubs_go();
            return Vec::new();
        }
        self.reporter.report(&Event::UndoStarted {
            id: self.journal.id().to_owned(),
            zones: self.plan.zones.clone(),
            steps: steps.len(),
        });
        let mut undone = Vec::new();
        for step in steps {
            let Some(undo) = self.plan.steps[step].undo.clone() else {
                continue;
            };
            if undo.is_document() && !self.left.is_empty() {
                // The entry is the record of what is left.
                self.left.push(left(&undo, "it names what is left"));
                continue;
            }
            match self.undo_step(step, &undo) {
                Ok(()) => undone.push(self.plan.steps[step].action.describe()),
                // A document of people that one of them has changed since: what they wrote stands.
                Err(failure) if self.plan.zones.is_empty() && failure.is_changed() => {
                    let (message, help) = (failure.message, None);
                    self.reporter.report(&Event::Warning { message, help });
                }
                Err(failure) => self.left.push(left(&undo, &failure.message)),
            }
        }
        self.let_etherstubs_go();
        undone
    }

    /// Deletes the etherstubs of the operation that nothing uses any more, its own steps or not.
    fn let_etherstubs_go(&mut self) {
        if self.is_untouched() || !self.left.is_empty() {
            return;
        }
        for (name, failure) in etherstub::let_go(self.context, self.reporter, &self.plan) {
            if let Some(zone) = self.plan.zones.first().cloned() {
                let delete = Action::DeleteEtherstub { name, zone };
                self.left.push(left(&delete, &failure.message));
            }
        }
    }

    fn undo_step(&mut self, step: usize, undo: &Action) -> Result<(), Failure> {
        self.tell_started(Phase::Undo, step, undo);
        // A journal that cannot be written stops no undo: what is undone and not recorded is seen by looking at the host.
        let _ = self.append(&Record::UndoBegin {
            step,
            time: lock::now(),
        });
        self.progress[step] = Progress::UndoBegun;
        let begun = Instant::now();
        match self.perform(step, undo, false) {
            Ok(()) => {
                self.progress[step] = Progress::Undone;
                let _ = self.append(&Record::UndoDone {
                    step,
                    time: lock::now(),
                });
                self.tell_done(Phase::Undo, step, undo, begun);
                Ok(())
            }
            Err(failure) => {
                self.progress[step] = Progress::UndoFailed;
                let reason = failure.message.clone();
                let _ = self.append(&Record::UndoFailed {
                    step,
                    time: lock::now(),
                    reason,
                });
                self.tell_failed(Phase::Undo, step, undo, &failure);
                Err(failure)
            }
        }
    }

    fn perform(&self, step: usize, action: &Action, stoppable: bool) -> Result<(), Failure> {
        let mut line = |text: &str| {
            self.reporter.report(&Event::StepOutput {
                id: self.journal.id().to_owned(),
                zones: self.plan.zones.clone(),
                step,
                line: text.to_owned(),
            });
        };
        Performer {
            context: self.context,
            reporter: self.reporter,
            stoppable,
        }
        .perform(action, &mut line)
    }

    fn settle(mut self) -> Applied {
        let undone = if self.failure.is_some() && self.left.is_empty() {
            self.backward()
        } else {
            Vec::new()
        };
        self.finish(undone)
    }

    fn finish(mut self, undone: Vec<String>) -> Applied {
        let done = |(step, progress): (usize, &Progress)| {
            (*progress == Progress::Done).then(|| self.plan.steps[step].action.describe())
        };
        let done = self.progress.iter().enumerate().filter_map(done).collect();
        let id = self.journal.id().to_owned();
        let mut outcome = self.outcome();
        if let Err(error) = self.journal.end(outcome) {
            if outcome == Outcome::Left {
                let message = format!("the journal of operation {id} does not say so: {error}");
                self.reporter.report(&Event::Warning {
                    message,
                    help: None,
                });
            } else {
                // It is open still, and keeps others from the zone.
                self.left.push(Left {
                    description: format!("close the journal of operation {id}"),
                    reason: error.to_string(),
                    commands: vec![format!("zmgr recover {id}")],
                });
                outcome = Outcome::Left;
            }
        }
        let applied = Applied {
            id,
            operation: self.plan.operation,
            zones: self.plan.zones,
            outcome,
            done,
            undone,
            left: self.left,
            failure: self.failure,
            _locks: self.locks,
        };
        self.reporter.report(&Event::OperationFinished {
            id: applied.id.clone(),
            command: applied.operation.clone(),
            zones: applied.zones.clone(),
            outcome,
            elapsed: self.started.elapsed(),
        });
        applied
    }

    fn outcome(&self) -> Outcome {
        if !self.left.is_empty() {
            Outcome::Left
        } else if self
            .progress
            .iter()
            .all(|progress| *progress == Progress::Done)
        {
            Outcome::Done
        } else {
            Outcome::Undone
        }
    }

    fn append(&mut self, record: &Record) -> Result<(), Failure> {
        self.journal.append(record)
    }

    fn tell_started(&self, phase: Phase, step: usize, action: &Action) {
        self.reporter.report(&Event::StepStarted {
            id: self.journal.id().to_owned(),
            zones: self.plan.zones.clone(),
            phase,
            step,
            steps: self.plan.steps.len(),
            description: action.describe(),
            commands: action.commands(),
        });
    }

    fn tell_done(&self, phase: Phase, step: usize, action: &Action, begun: Instant) {
        self.reporter.report(&Event::StepDone {
            id: self.journal.id().to_owned(),
            zones: self.plan.zones.clone(),
            phase,
            step,
            description: action.describe(),
            elapsed: begun.elapsed(),
        });
    }

    fn tell_failed(&self, phase: Phase, step: usize, action: &Action, failure: &Failure) {
        self.reporter.report(&Event::StepFailed {
            id: self.journal.id().to_owned(),
            zones: self.plan.zones.clone(),
            phase,
            step,
            description: action.describe(),
            reason: failure.message.clone(),
        });
    }
}

fn left(action: &Action, reason: &str) -> Left {
    Left {
        description: action.describe(),
        reason: reason.to_owned(),
        commands: action.commands(),
    }
}

impl Applied {
    /// Why the command fails, if the operation did not end as it should: what failed, what became of the rest.
    #[must_use]
    pub fn into_failure(self) -> Option<Failure> {
        let mut failure = self.failure.unwrap_or_else(|| {
            let message = format!("{} could not be finished", self.operation);
            Failure::new(ExitCode::Failed, Code::OperationLeft, message)
        });
        match self.outcome {
            Outcome::Done => return None,
            Outcome::Undone => {
                if failure.exit != ExitCode::Interrupted && failure.exit != ExitCode::Exists {
                    failure.exit = ExitCode::Failed;
                }
            }
            Outcome::Left => failure.exit = ExitCode::Partial,
        }
        for left in self.left {
            let message = format!("left: {}: {}", left.description, left.reason);
            let mut related = Failure::new(ExitCode::Partial, Code::OperationLeft, message);
            if !left.commands.is_empty() {
                related = related.with_help(left.commands.join("\n"));
            }
            failure.related.push(related);
        }
        let fate = match (self.outcome, self.undone.is_empty()) {
            (Outcome::Undone, false) => "everything was rolled back".to_owned(),
            (Outcome::Undone, true) => "nothing was changed".to_owned(),
            _ => format!("run `zmgr recover {}` to try again", self.id),
        };
        failure.help = Some(match failure.help.take() {
            Some(help) => format!("{help}; {fate}"),
            None => fate,
        });
        Some(failure)
    }
}
