//! `zmgr wait`.

use crate::failure::Code;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use clap::Args;
use illumos::zone::{self, ZoneName, ZoneState};
use serde::Serialize;

use super::select::SelectArgs;
use crate::documents::summary;
use crate::execute::interrupt;
use crate::operation;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// How often the states are looked at.
const POLL: Duration = Duration::from_millis(200);

/// What a zone is called that is not there.
const MISSING: &str = "missing";

/// Wait until zones are in a state
///
/// `running` means that init has been started, not that the services are up. `missing` waits until the zones are gone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr wait web01 --state running --timeout 2m
  zmgr wait 'web*' --state installed,configured
  zmgr wait web01 --state missing")]
pub struct WaitArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// The states to wait for; every zone must be in one of them
    #[arg(long, required = true, value_name = "STATE,…", value_delimiter = ',', value_parser = states())]
    state: Vec<String>,
    /// How long to wait: seconds, or a time such as 2m [default: no limit]
    #[arg(long, value_name = "TIME", value_parser = crate::commands::args::duration)]
    timeout: Option<Duration>,
}

fn states() -> clap::builder::PossibleValuesParser {
    let states = ZoneState::ALL.map(ZoneState::as_str).into_iter();
    states.chain([MISSING]).collect::<Vec<_>>().into()
}

/// An element of `wait --json`.
#[derive(Debug, Serialize)]
struct View<'a> {
    name: &'a ZoneName,
    state: &'static str,
}

/// Waits.
///
/// # Errors
/// Exit status 6 if there is no such zone; 1 if the wait times out.
pub fn run(cx: &Context, ui: &mut Ui, args: &WaitArgs) -> Result<ExitCode, Failure> {
    interrupt::listen()?;
    let names = names(cx, ui, args)?;
    let started = Instant::now();
    loop {
        let found: HashMap<ZoneName, ZoneState> = zone::list()?
            .into_iter()
            .map(|zone| (zone.name, zone.state))
            .collect();
        let views: Vec<View<'_>> = names
            .iter()
            .map(|name| View {
                name,
                state: found.get(name).map_or(MISSING, |state| state.as_str()),
            })
            .collect();
        let late: Vec<&View<'_>> = views
            .iter()
            .filter(|view| !args.state.iter().any(|state| state == view.state))
            .collect();
        if late.is_empty() {
            if ui.is_json() {
                ui.json(&views);
            }
            return Ok(ExitCode::Done);
        }
        let left = args
            .timeout
            .map(|timeout| timeout.saturating_sub(started.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(over(&late, &args.state));
        }
        if interrupt::requested() {
            return Err(interrupt::failure("it was waiting; nothing was changed"));
        }
        std::thread::sleep(left.map_or(POLL, |left| left.min(POLL)));
    }
}

/// The zones that are meant. One that is not there can be waited for to be gone.
fn names(cx: &Context, ui: &mut Ui, args: &WaitArgs) -> Result<Vec<ZoneName>, Failure> {
    let (documents, problems, host) = operation::glance(cx)?;
    if let Some(problem) = summary(&problems) {
        ui.warning(&problem);
    }
    match args.select.zones(&documents, &host) {
        Err(failure)
            if failure.exit == ExitCode::NotFound
                && args.state.iter().any(|state| state == MISSING) =>
        {
            let names = args.select.names.iter();
            // A pattern that fits none is waited for as well: nothing is there that could go.
            Ok(names.filter_map(|name| name.parse().ok()).collect())
        }
        other => other,
    }
}

fn over(late: &[&View<'_>], wanted: &[String]) -> Failure {
    let states: Vec<String> = late
        .iter()
        .take(8)
        .map(|view| format!("{} is {}", view.name, view.state))
        .collect();
    let more = late.len().saturating_sub(states.len());
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    let message = format!(
        "timed out: {}{more}, not {}",
        states.join(", "),
        wanted.join(" or ")
    );
    Failure::new(ExitCode::Failed, Code::WaitTimeout, message)
}
