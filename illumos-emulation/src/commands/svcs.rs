//! svcs(1): the services of zones that run, and of the global zone the zones service, whose state is what the setting `zones-service` says.

use std::fmt::Write;

use crate::Host;
use crate::kernel::{self, KernelZone};
use crate::smf::{self, Instance};
use crate::zonecfg::document;

use super::{Options, Terminal};

const ZONES: &str = "svc:/system/zones:default";

/// A line of the list.
struct Row {
    zone: String,
    fmri: &'static str,
    title: &'static str,
    state: String,
    enabled: bool,
    dependents: usize,
    log: String,
    /// Seconds since 1970.
    since: u64,
}

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Ok(options) = Options::parse(args, "aHLo:xvZz:") else {
        terminal.error(
            "Usage: svcs [-aHpv] [-o col[,col ... ]] [-R FMRI-instance]... [-sS col]... [-Z | -z zone] [<pattern> ...]\n       \
             svcs -L [-Z | -z zone] [<pattern> ...]\n       svcs -x [-v] [-Z | -z zone] [<pattern> ...]",
        );
        return 2;
    };
    let rows = match rows(terminal, host, &options) {
        Ok(rows) => rows,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut chosen: Vec<&Row> = Vec::new();
    for pattern in options.rest {
        let matching: Vec<&Row> = rows
            .iter()
            .filter(|row| matches(row.fmri, pattern))
            .collect();
        if matching.is_empty() {
            terminal.error(&format!(
                "svcs: Pattern '{pattern}' doesn't match any instances"
            ));
            status = 1;
        }
        chosen.extend(matching);
    }
    if options.rest.is_empty() {
        let wanted =
            |row: &&Row| options.has('a') || options.has('x') || options.has('L') || row.enabled;
        chosen.extend(rows.iter().filter(wanted));
    }
    if options.has('x') {
        explain(terminal, &chosen, !options.rest.is_empty());
    } else if options.has('L') {
        for row in chosen {
            terminal.line(&row.log);
        }
    } else {
        list(terminal, &options, &chosen);
    }
    status
}

/// The instances of the zones that are asked for; the exit status if one cannot be asked.
fn rows(terminal: &mut Terminal<'_>, host: &Host, options: &Options<'_>) -> Result<Vec<Row>, i32> {
    let mut rows = Vec::new();
    let named: Vec<&str> = options.values('z').collect();
    if named.is_empty() {
        rows.push(zones_service(host));
    }
    if options.has('Z') {
        for zone in kernel::zones(host) {
            // Those without services, and those that cannot be asked yet, are left out.
            if zone.id != 0
                && let Ok(instances) = smf::look(host, &zone)
            {
                rows.extend(instances.into_iter().map(|instance| row(&zone, instance)));
            }
        }
    }
    for name in named {
        let found = find(host, name);
        let (zone, instances) = found.map_err(|text| {
            terminal.error(&format!("svcs: {text}"));
            1
        })?;
        rows.extend(instances.into_iter().map(|instance| row(&zone, instance)));
    }
    Ok(rows)
}

/// The zone and its instances, or what there is to say.
pub(super) fn find(host: &Host, name: &str) -> Result<(KernelZone, Vec<Instance>), String> {
    let Some(zone) = kernel::zone(host, name).filter(|zone| zone.id != 0) else {
        return Err(if document::load(host, name).is_ok() {
            format!("zone '{name}': zone is not running")
        } else {
            format!("zone '{name}': No such zone configured")
        });
    };
    match smf::look(host, &zone) {
        Ok(instances) => Ok((zone, instances)),
        Err(text) => Err(format!(
            "Could not bind to repository server for zone {name}: {text}"
        )),
    }
}

fn row(zone: &KernelZone, instance: Instance) -> Row {
    Row {
        zone: zone.name.clone(),
        fmri: instance.fmri,
        title: instance.title,
        state: instance.state.to_owned(),
        enabled: instance.enabled,
        dependents: instance.dependents,
        log: instance.log,
        since: instance.since,
    }
}

fn zones_service(host: &Host) -> Row {
    let state = host
        .setting("zones-service")
        .unwrap_or_else(|| "online".to_owned());
    Row {
        zone: "global".to_owned(),
        fmri: ZONES,
        title: "Zones autoboot and graceful shutdown",
        enabled: state != "disabled",
        state,
        dependents: 0,
        log: "/var/svc/log/system-zones:default.log".to_owned(),
        since: 0,
    }
}

/// Whether a pattern means the instance: its whole name, an end of it, with or without the instance, or with `*`.
pub(super) fn matches(fmri: &str, pattern: &str) -> bool {
    let name = fmri.trim_start_matches("svc:/");
    if let Some(pattern) = pattern.strip_prefix("svc:/") {
        return glob(name, pattern) || glob(without_instance(name), pattern);
    }
    let whole = [name, without_instance(name)];
    whole.iter().any(|text| {
        glob(text, pattern)
            || text
                .match_indices('/')
                .any(|(at, _)| glob(&text[at + 1..], pattern))
    })
}

fn without_instance(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(service, _)| service)
}

/// Whether the text is the pattern, in which `*` is any text.
fn glob(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| glob(&rest[at..], after))
        }),
    }
}

/// The columns, each with its width.
const COLUMNS: &[(&str, usize)] = &[
    ("state", 14),
    ("nstate", 14),
    ("zone", 16),
    ("fmri", 50),
    ("desc", 50),
    ("stime", 8),
];

fn list(terminal: &mut Terminal<'_>, options: &Options<'_>, rows: &[&Row]) {
    let columns: Vec<&str> = match options.value('o') {
        Some(columns) => columns.split(',').collect(),
        None if options.has('Z') => vec!["zone", "state", "stime", "fmri"],
        None => vec!["state", "stime", "fmri"],
    };
    let mut text = String::new();
    let mut line = |cells: Vec<String>| {
        let last = cells.len() - 1;
        for (at, (cell, column)) in cells.iter().zip(&columns).enumerate() {
            let width = COLUMNS
                .iter()
                .find(|(known, _)| known == column)
                .map_or(1, |(_, width)| *width);
            if at == last {
                text.push_str(cell);
            } else {
                let _ = write!(text, "{cell:<width$} ");
            }
        }
        text.push('\n');
    };
    if !options.has('H') && !rows.is_empty() {
        line(columns.iter().map(|column| column.to_uppercase()).collect());
    }
    for row in rows {
        let cell = |column: &&str| match *column {
            "state" => row.state.clone(),
            "zone" => row.zone.clone(),
            "fmri" => row.fmri.to_owned(),
            "desc" => row.title.to_owned(),
            _ => "-".to_owned(),
        };
        line(columns.iter().map(cell).collect());
    }
    terminal.text(&text);
}

/// Says of each service that does not run why. Without patterns those are told of that others wait for, or that have failed.
fn explain(terminal: &mut Terminal<'_>, rows: &[&Row], all: bool) {
    for row in rows {
        let (since, reason, code) = match row.state.as_str() {
            "maintenance" => (
                "maintenance",
                "Start method failed repeatedly, last exited with status 95.",
                "SMF-8000-KS",
            ),
            "offline" if all => ("offline", "Start method is running.", "SMF-8000-C4"),
            "disabled" if all => ("disabled", "Disabled by an administrator.", "SMF-8000-05"),
            _ if all => (row.state.as_str(), "None.", "SMF-8000-00"),
            _ => continue,
        };
        let mut text = format!("{} ({})\n", row.fmri, row.title);
        if row.zone != "global" {
            let _ = writeln!(text, "  Zone: {}", row.zone);
        }
        let _ = writeln!(text, " State: {since} since {}", date(row.since));
        let _ = writeln!(text, "Reason: {reason}");
        let _ = writeln!(text, "   See: http://illumos.org/msg/{code}");
        let _ = writeln!(text, "   See: {}", row.log);
        let _ = match row.dependents {
            0 => writeln!(text, "Impact: This service is not running."),
            1 => writeln!(
                text,
                "Impact: 1 dependent service is not running.  (Use -v for list.)"
            ),
            count => writeln!(
                text,
                "Impact: {count} dependent services are not running.  (Use -v for list.)"
            ),
        };
        terminal.line(&text);
    }
}

/// A moment as ctime(3C) writes it, in UTC.
fn date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [(&str, u64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let weekday = DAYS[usize::try_from(days % 7).unwrap_or_default()];
    let (mut year, mut day) = (1970, days);
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut name = "Dec";
    for (month, length) in MONTHS {
        let length = length + u64::from(month == "Feb" && is_leap(year));
        if day < length {
            name = month;
            break;
        }
        day -= length;
    }
    format!(
        "{weekday} {name} {:>2} {:02}:{:02}:{:02} {year}",
        day + 1,
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::{date, matches};

    #[test]
    fn moments_are_written_as_by_ctime() {
        assert_eq!(date(0), "Thu Jan  1 00:00:00 1970");
        assert_eq!(date(1_709_210_096), "Thu Feb 29 12:34:56 2024");
        assert_eq!(date(1_735_689_599), "Tue Dec 31 23:59:59 2024");
    }

    #[test]
    fn patterns_are_whole_names_ends_and_globs() {
        let ssh = "svc:/network/ssh:default";
        for pattern in [
            ssh,
            "svc:/network/ssh",
            "network/ssh:default",
            "network/ssh",
            "ssh",
            "ssh:default",
            "network/*",
            "*",
            "svc:/network/*",
        ] {
            assert!(matches(ssh, pattern), "{pattern}");
        }
        for pattern in ["sh", "network", "svc:/ssh", "ssh:other", "network/s"] {
            assert!(!matches(ssh, pattern), "{pattern}");
        }
    }
}
