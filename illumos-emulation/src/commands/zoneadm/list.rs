//! `zoneadm list`.

use std::collections::HashMap;

use crate::kernel::{self, KernelZone};
use crate::zonecfg::{document, index};
use crate::{Flavour, Host};

use super::{Options, Terminal, USAGE, error_text, state_in_index, usage};

/// What a line shows.
struct Line {
    id: Option<i32>,
    name: String,
    state: &'static str,
    path: String,
    uuid: String,
    brand: String,
    ip_type: &'static str,
    debug_id: String,
}

pub(super) fn run(
    terminal: &mut Terminal<'_>,
    host: &Host,
    zone: Option<&str>,
    args: &[String],
) -> i32 {
    let Ok(options) = Options::parse(args, "?cinpv") else {
        return list_usage(terminal);
    };
    if !options.rest.is_empty()
        || zone.is_some() && (options.has('c') || options.has('i') || options.has('n'))
    {
        return list_usage(terminal);
    }
    let (parsable, verbose) = (options.has('p'), options.has('v'));
    if parsable && verbose {
        terminal.error("zoneadm: list -p and -v are mutually exclusive.");
        return 1;
    }
    let lines = match zone {
        Some(zone) => match one(terminal, host, zone, parsable || verbose) {
            Some(lines) => lines,
            None => return 1,
        },
        None => {
            let least = if options.has('c') {
                Some(index::CONFIGURED)
            } else {
                options.has('i').then_some(index::INSTALLED)
            };
            let mut lines = all(terminal, host, least, parsable || verbose);
            if options.has('n') {
                lines.retain(|line| line.name != "global");
            }
            lines
        }
    };
    let mut text = String::new();
    if verbose {
        text.push_str(&columns(["ID", "NAME", "STATUS", "PATH", "BRAND", "IP"]));
    }
    for line in &lines {
        if parsable {
            text.push_str(&parsable_line(host.flavour(), line));
        } else if verbose {
            let id = line.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
            text.push_str(&columns([
                &id,
                &line.name,
                line.state,
                &line.path,
                &line.brand,
                line.ip_type,
            ]));
        } else {
            text.push_str(&line.name);
            text.push('\n');
        }
    }
    terminal.text(&text);
    0
}

fn list_usage(terminal: &mut Terminal<'_>) -> i32 {
    usage(terminal);
    USAGE
}

fn columns([id, name, state, path, brand, ip_type]: [&str; 6]) -> String {
    format!("{id:>4} {name:<16} {state:<10} {path:<30} {brand:<8} {ip_type:<6}\n")
}

fn parsable_line(flavour: Flavour, line: &Line) -> String {
    let Line {
        id,
        name,
        state,
        path,
        uuid,
        brand,
        ip_type,
        debug_id,
    } = line;
    let id = id.map_or_else(|| "-".to_owned(), |id| id.to_string());
    // Nothing but a colon in the path is escaped.
    let path = path.replace(':', "\\:");
    let debug_id = if flavour == Flavour::Omnios {
        format!(":{debug_id}")
    } else {
        String::new()
    };
    format!("{id}:{name}:{state}:{path}:{uuid}:{brand}:{ip_type}{debug_id}\n")
}

fn global(host: &Host) -> Line {
    Line {
        id: Some(0),
        name: "global".to_owned(),
        state: "running",
        path: "/".to_owned(),
        uuid: String::new(),
        brand: document::load(host, "SUNWdefault")
            .map_or_else(|_| "ipkg".to_owned(), |template| template.brand()),
        ip_type: "shared",
        debug_id: "0".to_owned(),
    }
}

/// The zones that are up in the kernel's order, then the others from `least` on in that of the index.
fn all(terminal: &mut Terminal<'_>, host: &Host, least: Option<u8>, details: bool) -> Vec<Line> {
    let entries = index::entries(host).unwrap_or_default();
    let known: HashMap<String, &index::Entry> =
        entries.iter().map(|entry| (entry.name(), entry)).collect();
    let up = kernel::zones(host);
    let mut lines = vec![global(host)];
    for zone in up.iter().filter(|zone| zone.id != 0) {
        let Some(entry) = known.get(&zone.name) else {
            continue;
        };
        let state = kernel::state_name(zone.status, &zone.root);
        // Without options only running zones are asked for.
        if least.is_some() || state == "running" {
            lines.extend(line(terminal, host, entry, Some(zone), details));
        }
    }
    let Some(least) = least else { return lines };
    let up: std::collections::HashSet<&str> = up.iter().map(|zone| zone.name.as_str()).collect();
    for entry in &entries {
        let name = entry.name();
        if name != "global" && entry.state >= least && !up.contains(name.as_str()) {
            lines.extend(line(terminal, host, entry, None, details));
        }
    }
    lines
}

fn one(terminal: &mut Terminal<'_>, host: &Host, name: &str, details: bool) -> Option<Vec<Line>> {
    if name == "global" {
        return Some(vec![global(host)]);
    }
    let Some(entry) = index::find(host, name.as_bytes()) else {
        terminal.error(&format!("zoneadm: {name}: No such zone configured"));
        return None;
    };
    let up = kernel::zone(host, name);
    line(terminal, host, &entry, up.as_ref(), details).map(|line| vec![line])
}

/// A zone's line; none, and a complaint, if its configuration cannot be read.
fn line(
    terminal: &mut Terminal<'_>,
    host: &Host,
    entry: &index::Entry,
    up: Option<&KernelZone>,
    details: bool,
) -> Option<Line> {
    let name = entry.name();
    let state = up.map_or_else(
        || state_in_index(entry.state),
        |zone| kernel::state_name(zone.status, &zone.root),
    );
    let mut line = Line {
        id: up.map(|zone| zone.id),
        name,
        state,
        path: entry.path(),
        uuid: entry.uuid(),
        brand: String::new(),
        ip_type: "shared",
        debug_id: String::new(),
    };
    if details {
        match document::load(host, &line.name) {
            Ok(config) => {
                line.brand = config.brand_or_default(host);
                line.ip_type = if config.is_exclusive() {
                    "excl"
                } else {
                    "shared"
                };
                line.debug_id = config.property("debugid");
            }
            Err(code) => {
                terminal.error(&format!(
                    "zoneadm: {}: could not get brand name: {}",
                    line.name,
                    error_text(code)
                ));
                return None;
            }
        }
    }
    Some(line)
}
