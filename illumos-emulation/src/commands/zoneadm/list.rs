//! `zoneadm list`.

use std::collections::HashMap;

use crate::kernel::{self, KernelZone};
use crate::zonecfg::{code, document, index};
use crate::{Flavour, Host};

use super::{Done, Stop, Terminal, USAGE, Zone, error_text, own_options, state_in_index, usage};

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
    name: Option<&str>,
    zone: Option<&Zone<'_>>,
    args: &[String],
) -> Done {
    let known = if name.is_some() { "?pv" } else { "?cinpv" };
    let options = own_options(terminal, "list", args, known)?;
    let (parsable, verbose) = (options.has('p'), options.has('v'));
    if parsable && verbose {
        terminal.error("zoneadm: list -p and -v are mutually exclusive.");
        return Err(Stop(1));
    }
    let Some(name) = name else {
        // Other words say nothing.
        let least = if options.has('c') {
            Some(index::CONFIGURED)
        } else {
            options.has('i').then_some(index::INSTALLED)
        };
        let mut lines = all(terminal, host, least);
        if options.has('n') {
            lines.retain(|line| line.name != "global");
        }
        print(terminal, host, &lines, parsable, verbose);
        return Ok(());
    };
    if !options.rest.is_empty() {
        usage::of(terminal, "list");
        return Err(Stop(USAGE));
    }
    let found = one(terminal, host, name);
    if let Some(line) = &found {
        print(
            terminal,
            host,
            std::slice::from_ref(line),
            parsable,
            verbose,
        );
    }
    if let Some(zone) = zone {
        zone.verify_brand(terminal, "list", args)?;
    }
    match found {
        Some(_) => Ok(()),
        None => Err(Stop(1)),
    }
}

fn print(terminal: &mut Terminal<'_>, host: &Host, lines: &[Line], parsable: bool, verbose: bool) {
    let mut text = String::new();
    if verbose {
        text.push_str(&columns(["ID", "NAME", "STATUS", "PATH", "BRAND", "IP"]));
    }
    for line in lines {
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
fn all(terminal: &mut Terminal<'_>, host: &Host, least: Option<u8>) -> Vec<Line> {
    let entries = index::entries(host).unwrap_or_default();
    let known: HashMap<String, &index::Entry> =
        entries.iter().map(|entry| (entry.name(), entry)).collect();
    let up = kernel::zones(host);
    let mut lines = vec![global(host)];
    for zone in up.iter().filter(|zone| zone.id != 0) {
        let Some(entry) = known.get(&zone.name) else {
            continue;
        };
        lines.extend(line(terminal, host, entry, Some(zone)));
    }
    let Some(least) = least else { return lines };
    let up: std::collections::HashSet<&str> = up.iter().map(|zone| zone.name.as_str()).collect();
    for entry in &entries {
        let name = entry.name();
        if name != "global" && entry.state >= least && !up.contains(name.as_str()) {
            lines.extend(line(terminal, host, entry, None));
        }
    }
    lines
}

fn one(terminal: &mut Terminal<'_>, host: &Host, name: &str) -> Option<Line> {
    if name == "global" {
        return Some(global(host));
    }
    let Some(entry) = index::find(host, name.as_bytes()) else {
        terminal.error(&format!(
            "zoneadm: {name}: could not get state: No such zone configured"
        ));
        return None;
    };
    let up = kernel::zone(host, name);
    line(terminal, host, &entry, up.as_ref())
}

/// A zone's line; none, and a complaint, if its configuration cannot be read.
fn line(
    terminal: &mut Terminal<'_>,
    host: &Host,
    entry: &index::Entry,
    up: Option<&KernelZone>,
) -> Option<Line> {
    let name = entry.name();
    let state = up.map_or_else(
        || state_in_index(entry.state),
        |zone| kernel::state_name(zone.status, &zone.root),
    );
    let complaint = match document::load(host, &name) {
        Ok(config) => match (config.property("ip-type").as_str(), up) {
            ("" | "shared" | "exclusive", _) => {
                let is_exclusive =
                    up.map_or_else(|| config.is_exclusive(), |zone| zone.ip_type == "excl");
                return Some(Line {
                    id: up.map(|zone| zone.id),
                    state,
                    path: entry.path(),
                    uuid: entry.uuid(),
                    brand: config.brand_or_default(host),
                    ip_type: if is_exclusive { "excl" } else { "shared" },
                    debug_id: config.property("debugid"),
                    name,
                });
            }
            _ => format!("could not get ip-type: {}", error_text(code::INVAL)),
        },
        Err(code) => format!("could not get brand name: {}", error_text(code)),
    };
    terminal.error(&format!("zoneadm: {name}: {complaint}"));
    None
}
