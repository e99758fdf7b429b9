//! Killed at every point: then `zmgr recover` must lead to the state before or the state after, and nothing between.

use std::time::Duration;

use super::host::{Faults, Point, TestHost};
use super::scenario::{Again, Prepared, only_reads, scenarios};
use super::snapshot::Snapshot;
use super::{conclude, each, progress, sample, tell};

const FLAVOURS: [&str; 2] = ["upstream", "omnios"];

/// How many points of a scenario the bounded form takes, of each kind of kill.
const BOUNDED: usize = 4;

/// How many points of a recovery the bounded form takes.
const RECOVERIES: usize = 2;

/// How many points before its end a run may be over that passes fewer than another.
const NEAR_THE_END: usize = 8;

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
    let ended = host.zmgr_with(&format!("{} -q", prepared.scenario.args), &faults);
    // What is kept in the cache depends on the time, and with it the number of points: a run may end before its last ones.
    let near_the_end =
        prepared.points.len() - number < NEAR_THE_END || !prepared.scenario.is_regular();
    if host.points().len() < number && !(ended.status == Some(0) && near_the_end) {
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
pub(crate) fn settled(prepared: &Prepared, host: &TestHost, machine: bool) -> Result<(), String> {
    let mut ended = host.zmgr("recover");
    for _ in 0..20 {
        if prepared.scenario.is_regular()
            || (ended.status == Some(0) && host.unsettled().is_empty())
        {
            break;
        }
        // What the other thread was just starting has the journals until it is another program, and then its zone.
        std::thread::sleep(Duration::from_millis(50));
        ended = host.zmgr("recover");
    }
    if ended.status != Some(0) {
        return Err(format!("recover: {:?} {}", ended.status, ended.stderr));
    }
    if prepared.scenario.again == Again::Always {
        prepared.once_more(host)?;
    } else {
        prepared.is_settled(host, machine)?;
    }
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

/// The points of a run that change something.
fn changing(points: &[Point]) -> Vec<usize> {
    let changing = points.iter().filter(|point| !only_reads(&point.name));
    changing.map(|point| point.number).collect()
}

#[test]
fn killed_at_every_point() {
    let mut points_of_all = 0;
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (salt, scenario) in scenarios() {
        let flavours = if super::full() {
            &FLAVOURS[..]
        } else {
            &FLAVOURS[salt % 2..=salt % 2]
        };
        for flavour in flavours {
            let prepared = Prepared::new(scenario, flavour);
            let points = if super::full() {
                prepared.points.iter().map(|point| point.number).collect()
            } else {
                changing(&prepared.points)
            };
            let mut kills = Vec::new();
            for machine in [false, true] {
                let chosen = sample(&points, BOUNDED, 3 * salt + usize::from(machine));
                kills.extend(chosen.into_iter().map(|number| (number, machine)));
            }
            let found = each(&kills, |(number, machine)| {
                kill_and_recover(&prepared, *number, *machine)
            });
            points_of_all += prepared.points.len();
            tried += kills.len();
            progress(&prepared, "kills", kills.len(), &found);
            wrong.extend(found);
        }
    }
    tell(&format!("points: {points_of_all}"));
    conclude("kills of a command", tried, &wrong);
}

/// Operations whose recovery is killed: of each kind one.
const RECOVERED: [&str; 11] = [
    "create with two nets beside another zone",
    "destroy",
    "import",
    "boot",
    "halt",
    "reboot",
    "net add over a new etherstub",
    "net remove",
    "pool release from quarantine",
    "template set",
    "doctor",
];

/// Recovery itself is killed at every point, and recovered from.
#[test]
fn recovery_killed_at_every_point() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    let recovered = scenarios().filter(|(_, scenario)| RECOVERED.contains(&scenario.name));
    for (salt, scenario) in recovered {
        let prepared = Prepared::new(scenario, FLAVOURS[salt % 2]);
        let numbers = changing(&prepared.points);
        // The later the command was killed, the more there is to recover.
        let stride = if super::full() {
            (numbers.len() / 10).clamp(1, 12)
        } else {
            numbers.len() / 2
        };
        let mut kills = Vec::new();
        for number in numbers.into_iter().rev().skip(1).step_by(stride) {
            let cut_short = killed(&prepared, number, false)
                .unwrap_or_else(|reason| panic!("not killed: {reason}"));
            let traced = Faults {
                trace: true,
                ..Faults::default()
            };
            let copy = cut_short.copy();
            copy.zmgr_with("recover -q", &traced);
            let points = sample(&changing(&copy.points()), RECOVERIES, salt);
            let cut_short = std::sync::Arc::new(cut_short);
            let kill = |second| (number, std::sync::Arc::clone(&cut_short), second);
            kills.extend(points.into_iter().map(kill));
        }
        let found = each(&kills, |(number, cut_short, second)| {
            let host = cut_short.copy();
            let faults = Faults {
                kill: Some(second.to_string()),
                ..Faults::default()
            };
            host.zmgr_with("recover -q", &faults);
            settled(&prepared, &host, false).map_err(|reason| {
                let reason = format!("recover killed at {second}: {reason}");
                about(&prepared, *number, false, &reason)
            })
        });
        tried += kills.len();
        progress(&prepared, "kills of a recovery", kills.len(), &found);
        wrong.extend(found);
    }
    conclude("kills of a recovery", tried, &wrong);
}
