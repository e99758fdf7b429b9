//! Every call and every command is made to fail: then everything is undone, or what is left is told and `zmgr recover` settles it.

use rustix::process::Signal;

use super::host::{Ended, Faults, Point};
use super::scenario::{Again, Prepared, only_reads, scenarios};
use super::{conclude, each, progress, sample, tell};

/// How many failures of a scenario the bounded form orders.
const BOUNDED: usize = 4;

/// What a call can answer besides success: error numbers, codes of libzonecfg, statuses of libdladm, exit statuses.
fn codes(call: &str) -> Vec<&'static str> {
    if call.starts_with("file:") {
        // EIO, EACCES, ENOSPC, EROFS, EDQUOT
        return vec!["5", "13", "28", "30", "122"];
    }
    if call.contains(' ') {
        // Steps are not programs of their own: they have a status, but print nothing.
        return if call.contains(": ") {
            vec!["1", "254"]
        } else {
            vec!["1", "2", "garbage"]
        };
    }
    if call.starts_with("dladm_") && only_reads(call) {
        // As below, without NOTFOUND: it is the answer for a link that has gone meanwhile.
        return vec!["2", "4", "6", "7", "8", "13", "14", "16", "69"];
    }
    if call.starts_with("dladm_") {
        // FAILED, NOTSUP, NOTFOUND, BADVAL, NOMEM, EXIST, DENIED, IOERR, TIMEDOUT, LINKBUSY, TRYAGAIN, NOTDEFINED
        return vec!["2", "4", "5", "6", "7", "8", "13", "14", "16", "69"];
    }
    if call.starts_with("zonecfg_") || call.contains("zoneent") {
        // BAD_PROPERTY, TEMP_FILE, SAVING_FILE, BAD_HANDLE, NOMEM, INVAL, ACCES, TOO_BIG, MISC_FS, NO_ZONE, INVALID_DOCUMENT,
        // UPDATING_INDEX, LOCKING_FILE, SYSTEM
        return vec![
            "4", "5", "10", "11", "12", "13", "15", "22", "25", "26", "28",
        ];
    }
    // Of the kernel: EIO, ENOMEM, EPERM. EINVAL is its answer for a zone that it does not have.
    vec!["5", "12", "1"]
}

/// Whether the caller of the C function can tell its failure: a null pointer is that and the end of what is enumerated, and one function
/// returns nothing.
fn can_fail(call: &str) -> bool {
    !matches!(
        call,
        "getzoneent" | "getzoneent_private" | "zonecfg_set_did"
    )
}

/// A failure to be ordered, as `NAME@N=WHAT`.
fn orders(prepared: &Prepared) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let mut orders = Vec::new();
    let mut turn = 0;
    let can_fail = |point: &&Point| point.before && can_fail(&point.name);
    for point in prepared.points.iter().filter(can_fail) {
        let nth = counts.entry(&point.name).or_default();
        *nth += 1;
        let codes = codes(&point.name);
        turn += 1;
        for (place, code) in codes.iter().enumerate() {
            // Of calls that only read one code is enough; the others get each.
            if only_reads(&point.name) && place != turn % codes.len() {
                continue;
            }
            orders.push(format!("{}@{nth}={code}", point.name));
        }
    }
    orders
}

fn failed(prepared: &Prepared, order: &str) -> Result<(), String> {
    let host = prepared.host.copy();
    let faults = Faults {
        fail: Some(order.to_owned()),
        trace: true,
        ..Faults::default()
    };
    let ended = host.zmgr_with(&format!("{} -q", prepared.scenario.args), &faults);
    judge(prepared, &host, &ended).map_err(|reason| {
        format!(
            "{}, {order}: exit status {:?}: {reason}; said: {}",
            prepared.label(),
            ended.status,
            ended.stderr.trim().replace('\n', " | ")
        )
    })
}

/// Whether the exit status is the truth about the host, and nothing stays that `zmgr recover` does not settle.
pub(crate) fn judge(
    prepared: &Prepared,
    host: &super::host::TestHost,
    ended: &Ended,
) -> Result<(), String> {
    let found = prepared.scenario.look(host);
    let from_before = prepared.before.differences(&found);
    let from_after = prepared.after.differences(&found);
    let open = host.unsettled();
    match ended.status {
        Some(0) if !from_after.is_empty() => {
            return Err(format!("not as after: {}", from_after.join("; ")));
        }
        Some(0) => {}
        Some(status @ (1 | 3..=7 | 130)) => {
            if ended.stderr.trim().is_empty() {
                return Err("failed without a word".to_owned());
            }
            let again = prepared.scenario.again != Again::Never;
            let told = again || status == 5 || !open.is_empty();
            if !told && !from_before.is_empty() {
                return Err(format!("not as before: {}", from_before.join("; ")));
            }
        }
        _ => return Err("neither done nor failed".to_owned()),
    }
    let ended = host.zmgr("recover");
    if ended.status != Some(0) {
        return Err(format!("recover: {:?} {}", ended.status, ended.stderr));
    }
    if prepared.scenario.again == Again::Never {
        prepared.is_settled(host, false)?;
    } else {
        prepared.once_more(host)?;
    }
    let open = host.unsettled();
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("journals are open: {open:?}"))
    }
}

#[test]
fn failed_at_every_call() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (salt, scenario) in scenarios() {
        let flavours: &[&str] = match (super::full(), salt % 2) {
            (true, _) => &["upstream", "omnios"],
            (false, 0) => &["upstream"],
            (false, _) => &["omnios"],
        };
        for flavour in flavours {
            let prepared = Prepared::new(scenario, flavour);
            let all = orders(&prepared);
            let changing: Vec<String> = all
                .iter()
                .filter(|order| !only_reads(order))
                .cloned()
                .collect();
            let chosen = if super::full() { &all } else { &changing };
            let chosen = sample(chosen, BOUNDED, salt);
            tried += chosen.len();
            let found = each(&chosen, |order| failed(&prepared, order));
            progress(&prepared, "failures", chosen.len(), &found);
            wrong.extend(found);
        }
    }
    conclude("errors injected", tried, &wrong);
}

/// A command that never ends is ended by Ctrl-C, and what was done is undone.
#[test]
fn a_command_that_hangs_is_interrupted() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (_, scenario) in scenarios() {
        let prepared = Prepared::new(scenario, "upstream");
        let mut commands: Vec<&str> = prepared
            .points
            .iter()
            .filter(|point| point.before && point.name.contains(' ') && !point.name.contains(": "))
            .map(|point| point.name.as_str())
            .collect();
        commands.dedup();
        if !super::full() {
            commands.truncate(1);
        }
        for (turn, command) in commands.iter().enumerate() {
            tried += 1;
            let host = prepared.host.copy();
            let faults = Faults {
                fail: Some(format!("{command}@1=hang")),
                trace: true,
                ..Faults::default()
            };
            let reached = || {
                let points = host.points();
                points.iter().any(|point| point.name == *command)
            };
            let signal = [Signal::INT, Signal::TERM, Signal::HUP][turn % 3];
            let args = format!("{} -q", scenario.args);
            let ended = host.zmgr_interrupted(&args, &faults, signal, reached);
            if let Err(reason) = judge(&prepared, &host, &ended) {
                let label = prepared.label();
                wrong.push(format!(
                    "{label}, {command} hangs: {:?} {reason} {}",
                    ended.status, ended.stderr
                ));
            }
        }
    }
    tell(&format!("commands that hang: {tried}"));
    conclude("commands that hang", tried, &wrong);
}
