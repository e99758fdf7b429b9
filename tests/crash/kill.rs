//! Killed at every point: then `zmgr recover` must lead to the state before or the state after, and nothing between.

use super::host::{Faults, TestHost};
use super::scenario::{Prepared, SCENARIOS, only_reads};
use super::snapshot::Snapshot;
use super::{conclude, each, sample};

const FLAVOURS: [&str; 2] = ["upstream", "omnios"];

/// How many points of a scenario the bounded form takes, of each kind of kill.
const BOUNDED: usize = 4;

/// Kills at point `number` and recovers.
fn kill_and_recover(prepared: &Prepared, number: usize, machine: bool) -> Result<(), String> {
    let host = killed(prepared, number, machine)?;
    settled(prepared, &host, machine).map_err(|reason| about(prepared, number, machine, &reason))
}

fn killed(prepared: &Prepared, number: usize, machine: bool) -> Result<TestHost, String> {
    let host = prepared.host.copy();
    let kill = if machine {
        format!("{number}:machine")
    } else {
        number.to_string()
    };
    let faults = Faults {
        kill: Some(kill),
        ..Faults::default()
    };
    host.zmgr_with(&format!("{} -q", prepared.scenario.args), &faults);
    if host.points().len() < number {
        return Err(about(
            prepared,
            number,
            machine,
            "the point was not reached",
        ));
    }
    if machine {
        host.restart_machine();
    }
    Ok(host)
}

/// Recovers, twice, and looks at everything.
fn settled(prepared: &Prepared, host: &TestHost, machine: bool) -> Result<(), String> {
    let ended = host.zmgr("recover");
    if ended.status != Some(0) {
        return Err(format!("recover: {:?} {}", ended.status, ended.stderr));
    }
    prepared.is_settled(host, machine)?;
    let unsettled = host.unsettled();
    if !unsettled.is_empty() {
        return Err(format!("journals are open: {unsettled:?}"));
    }
    let once = Snapshot::of(host);
    let ended = host.zmgr("recover");
    let changed = once.differences(&Snapshot::of(host));
    if ended.status != Some(0) || !changed.is_empty() {
        return Err(format!("a second recover: {:?} {changed:?}", ended.status));
    }
    Ok(())
}

fn about(prepared: &Prepared, number: usize, machine: bool, reason: &str) -> String {
    let point = &prepared.points[number - 1];
    let side = if point.before { "before" } else { "after" };
    let kind = if machine { "machine" } else { "process" };
    format!(
        "{}, {kind} killed at {number}, {side} {}: {reason}",
        prepared.label(),
        point.name
    )
}

#[test]
fn killed_at_every_point() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (salt, scenario) in SCENARIOS.iter().enumerate() {
        for (shift, flavour) in FLAVOURS.into_iter().enumerate() {
            let prepared = Prepared::new(scenario, flavour);
            let all: Vec<usize> = prepared.points.iter().map(|point| point.number).collect();
            let changing: Vec<usize> = prepared
                .points
                .iter()
                .filter(|point| !only_reads(&point.name))
                .map(|point| point.number)
                .collect();
            let points = if super::full() { all } else { changing };
            let mut kills = Vec::new();
            for machine in [false, true] {
                let salt = 3 * salt + shift + usize::from(machine);
                let chosen = sample(&points, BOUNDED, salt);
                kills.extend(chosen.into_iter().map(|number| (number, machine)));
            }
            tried += kills.len();
            wrong.extend(each(&kills, |(number, machine)| {
                kill_and_recover(&prepared, *number, *machine)
            }));
        }
    }
    conclude("kills of a command", tried, &wrong);
}

/// Recovery itself is killed at every point, and recovered from.
#[test]
fn recovery_killed_at_every_point() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (salt, scenario) in SCENARIOS.iter().enumerate().filter(|(_, scenario)| {
        [
            "create with two nets beside another zone",
            "destroy",
            "import",
        ]
        .contains(&scenario.name)
    }) {
        let prepared = Prepared::new(scenario, FLAVOURS[salt % 2]);
        let changing: Vec<usize> = prepared
            .points
            .iter()
            .filter(|point| !only_reads(&point.name))
            .map(|point| point.number)
            .collect();
        // The later the command was killed, the more there is to recover.
        let stride = if super::full() {
            12
        } else {
            changing.len() / 2
        };
        for number in changing.into_iter().rev().step_by(stride) {
            let Ok(cut_short) = killed(&prepared, number, false) else {
                continue;
            };
            let traced = Faults {
                trace: true,
                ..Faults::default()
            };
            let copy = cut_short.copy();
            copy.zmgr_with("recover -q", &traced);
            let points: Vec<usize> = copy
                .points()
                .iter()
                .filter(|point| !only_reads(&point.name))
                .map(|point| point.number)
                .collect();
            let points = sample(&points, BOUNDED, salt);
            tried += points.len();
            wrong.extend(each(&points, |second| {
                let host = cut_short.copy();
                let faults = Faults {
                    kill: Some(second.to_string()),
                    ..Faults::default()
                };
                host.zmgr_with("recover -q", &faults);
                settled(&prepared, &host, false).map_err(|reason| {
                    about(
                        &prepared,
                        number,
                        false,
                        &format!("recover killed at {second}: {reason}"),
                    )
                })
            }));
        }
    }
    conclude("kills of a recovery", tried, &wrong);
}
