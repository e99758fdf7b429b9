//! `zmgr doctor`.

use crate::failure::Code;
use clap::Args;
use illumos::zone::ZoneName;
use serde::Serialize;

use crate::commands::args::ChangeArgs;
use crate::doctor::{Finding, examine};
use crate::execute::interrupt;
use crate::operation::{self, Proposal, Scope};
use crate::output::{Ui, escape, plural};
use crate::plan::{Action, Direction, Mend, OnFailure, Plan, Step};
use crate::{Context, ExitCode, Failure};

/// Find inconsistencies on this host, and fix those that zmgr caused
///
/// Checks the registry, zones, links, datasets, files and locks. For each problem it explains why it matters and which command fixes it.
/// With --fix, zmgr fixes only what it provably created; everything else is reported. Nothing that zmgr did not create is ever deleted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr doctor
  zmgr doctor --fix --dry-run
  zmgr doctor --fix
  zmgr doctor --json")]
pub struct DoctorArgs {
    /// Fix what zmgr provably created
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// The document of `doctor --json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct View<'a> {
    dry_run: bool,
    /// The operation in the journal that mended; `null` if nothing was.
    operation: Option<&'a str>,
    findings: Vec<FindingView<'a>>,
}

/// A finding and what became of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct FindingView<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    /// Whether `--fix` mends it.
    fixable: bool,
    /// `found`, `planned`, `fixed`, or `left` if mending it failed.
    outcome: &'static str,
}

/// Looks, and mends.
///
/// # Errors
/// Exit status 4 if something was found and not mended; 5 if some of it was mended.
pub fn run(cx: &Context, ui: &mut Ui, args: &DoctorArgs) -> Result<ExitCode, Failure> {
    // Documents that others could write are among what it fixes, so that it does not refuse to run because of them.
    if args.fix {
        operation::prepare(cx, "doctor --fix", true)?;
    }
    let findings = examine(cx)?;
    interrupt::check("nothing was fixed")?;
    let mends = if args.fix {
        mends(&findings)
    } else {
        Vec::new()
    };
    if cx.dry_run || mends.is_empty() {
        let planned = |finding: &Finding| match &finding.mend {
            Some(mend) if mends.contains(mend) => "planned",
            _ => "found",
        };
        return tell(cx, ui, &findings, None, &planned);
    }
    let plan = plan(&mends);
    let scope = Scope {
        command: "doctor --fix",
        zones: plan.zones.clone(),
        distrusts: true,
        ..Scope::default()
    };
    // Whether what is wrong still is, each step looks for itself.
    let mut changed = operation::attempt(cx, ui, &scope, |_| Ok(Proposal::from(plan.clone())))?;
    if let Some(failure) = changed.failures.pop() {
        if failure.exit == ExitCode::Interrupted {
            return Err(failure);
        }
        for related in &failure.related {
            ui.warning(related);
        }
    }
    let (id, done) = (changed.ids.pop(), changed.done);
    // Mended is what was done and is not found any more: of what is still open nothing is found.
    let left = examine(cx)?;
    let outcome = |finding: &Finding| match &finding.mend {
        Some(mend) if mends.contains(mend) => {
            let still = left.iter().any(|other| other.mend.as_ref() == Some(mend));
            if still || !done.contains(&mend.describe()) {
                "left"
            } else {
                "fixed"
            }
        }
        _ => "found",
    };
    tell(cx, ui, &findings, id.as_deref(), &outcome)
}

/// What is mended. What documents say that others could have written is no reason to touch anything: their modes come first, and alone.
fn mends(findings: &[Finding]) -> Vec<Mend> {
    let untrusted = |finding: &&Finding| finding.code == Code::DoctorUnsafeDocument;
    let first = findings.iter().any(|finding| untrusted(&finding));
    findings
        .iter()
        .filter(|finding| !first || untrusted(finding))
        .filter_map(|finding| finding.mend.clone())
        .collect()
}

fn plan(mends: &[Mend]) -> Plan {
    let mut zones: Vec<ZoneName> = mends.iter().filter_map(Mend::zone).cloned().collect();
    zones.sort();
    zones.dedup();
    let step = |mend: &Mend| Step::forward(Action::Mend(mend.clone()), OnFailure::Continue);
    let mut plan = Plan::new("doctor", zones, mends.iter().map(step).collect());
    plan.recovery = Direction::Resume;
    plan
}

fn tell(
    cx: &Context,
    ui: &mut Ui,
    findings: &[Finding],
    operation: Option<&str>,
    outcome: &dyn Fn(&Finding) -> &'static str,
) -> Result<ExitCode, Failure> {
    let views: Vec<FindingView<'_>> = findings
        .iter()
        .map(|finding| FindingView {
            finding,
            fixable: finding.mend.is_some(),
            outcome: outcome(finding),
        })
        .collect();
    let fixed = views.iter().filter(|view| view.outcome == "fixed").count();
    let fixable = views
        .iter()
        .filter(|view| view.fixable && view.outcome != "fixed")
        .count();
    if ui.is_json() {
        ui.json(&View {
            dry_run: cx.dry_run,
            operation,
            findings: views,
        });
    } else {
        for view in &views {
            show(ui, view);
        }
    }
    let left = findings.len() - fixed;
    if left == 0 {
        ui.status(if fixed == 0 {
            "nothing found".to_owned()
        } else {
            format!("{} found and fixed", plural(fixed, "problem"))
        });
        return Ok(ExitCode::Done);
    }
    let exit = if fixed == 0 {
        ExitCode::Differs
    } else {
        ExitCode::Partial
    };
    let message = if fixed == 0 {
        format!("{} found", plural(left, "problem"))
    } else {
        format!("{} fixed, {left} left", plural(fixed, "problem"))
    };
    let failure = Failure::new(exit, Code::DoctorFindings, message);
    Err(if fixable == 0 {
        failure
    } else {
        failure.with_help(format!("`zmgr doctor --fix` fixes {fixable} of them"))
    })
}

fn show(ui: &mut Ui, view: &FindingView<'_>) {
    let finding = view.finding;
    ui.header(&format!(
        "{}: {}",
        escape(&finding.place),
        escape(&finding.what)
    ));
    ui.line(format_args!("  {}", finding.why));
    if view.outcome != "found" {
        ui.line(format_args!("  {}", view.outcome));
    }
    if view.outcome != "fixed" {
        for command in &finding.commands {
            ui.line(format_args!("      {}", escape(command)));
        }
    }
}
