//! `pkg publisher`.

use super::image::{Image, Location, Publisher};
use super::options::{Given, Known};
use super::{Failure, Terminal};

static OPTIONS: &[Known] = &[
    Known::flag("no-header", "H", ""),
    Known::flag("preferred", "P", ""),
    Known::flag("enabled", "n", ""),
    Known::value("format", "F", ""),
];

pub(super) fn run(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<i32, Failure> {
    let mut publishers = image.read()?;
    let given = Given::parse(args, OPTIONS).map_err(Failure::Usage)?;
    let format = given.value("format").unwrap_or("default");
    if !["default", "tsv"].contains(&format) {
        let text =
            format!("Argument '{format}' for option '-F' is invalid.\nSupported: default, tsv");
        return Err(Failure::Usage(text));
    }
    if !given.operands.is_empty() {
        return details(terminal, image, &publishers, given.operands);
    }
    if given.has("preferred") {
        publishers.truncate(1);
    } else if given.has("enabled") {
        publishers.retain(|publisher| publisher.enabled);
    }
    let header = !given.has("no-header");
    if format == "tsv" {
        if header {
            terminal.line("PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY");
        }
        for publisher in &publishers {
            tsv(terminal, publisher);
        }
        return Ok(0);
    }
    let row = |terminal: &mut Terminal<'_>, cells: [&str; 6]| {
        let [name, notes, kind, status, proxied, place] = cells;
        terminal.line(&format!(
            "{name:<14} {notes:<12} {kind:<8} {status:<2} {proxied} {place}"
        ));
    };
    if header {
        row(
            terminal,
            ["PUBLISHER", "", "TYPE", "STATUS", "P", "LOCATION"],
        );
    }
    for publisher in &publishers {
        let notes: Vec<&str> = [
            (!publisher.sticky, "non-sticky"),
            (!publisher.enabled, "disabled"),
        ]
        .into_iter()
        .filter_map(|(set, note)| set.then_some(note))
        .collect();
        let notes = match &notes[..] {
            [] => String::new(),
            notes => format!("({})", notes.join(", ")),
        };
        for (kind, location) in locations(publisher) {
            let proxied = if location.proxy.is_some() { "T" } else { "F" };
            row(
                terminal,
                [
                    &publisher.name,
                    &notes,
                    kind,
                    status(kind, location),
                    proxied,
                    &location.uri,
                ],
            );
        }
        if locations(publisher).next().is_none() {
            row(terminal, [&publisher.name, &notes, "", "", "", ""]);
        }
    }
    Ok(0)
}

fn locations(publisher: &Publisher) -> impl Iterator<Item = (&'static str, &Location)> {
    let origins = publisher.origins.iter().map(|origin| ("origin", origin));
    origins.chain(publisher.mirrors.iter().map(|mirror| ("mirror", mirror)))
}

fn status(kind: &str, location: &Location) -> &'static str {
    if kind == "origin" && location.disabled {
        "disabled"
    } else {
        "online"
    }
}

/// The column ENABLED is that of the last origin, once there is one: only without any is it the publisher's.
fn tsv(terminal: &mut Terminal<'_>, publisher: &Publisher) {
    let Publisher { name, sticky, .. } = publisher;
    let mut enabled = publisher.enabled;
    for (kind, location) in locations(publisher) {
        if kind == "origin" {
            enabled = !location.disabled;
        }
        terminal.line(&format!(
            "{name}\t{sticky}\tfalse\t{enabled}\t{kind}\t{}\t{}\t{}",
            status(kind, location),
            location.uri,
            location.proxy.as_deref().unwrap_or("-")
        ));
    }
    if locations(publisher).next().is_none() {
        terminal.line(&format!("{name}\t{sticky}\tfalse\t{enabled}\t\t\t\t"));
    }
}

fn details(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    publishers: &[Publisher],
    names: &[String],
) -> Result<i32, Failure> {
    let mut status = 0;
    for name in names {
        let publisher = publishers
            .iter()
            .find(|publisher| publisher.name == *name)
            .ok_or_else(|| Failure::Failed(format!("Unknown publisher '{name}'.")))?;
        terminal.line("");
        let mut line = |key: &str, value: &str| terminal.line(&format!("{key:>21}: {value}"));
        line("Publisher", name);
        line("Alias", "");
        let mut unreadable = Vec::new();
        for (kind, location) in locations(publisher) {
            let state = if location.disabled {
                "Disabled"
            } else {
                "Online"
            };
            if kind == "origin" {
                line("Origin URI", &location.uri);
                line("Origin Status", state);
            } else {
                line("Mirror URI", &location.uri);
                line("           Mirror Status", state);
            }
            if let Some(proxy) = &location.proxy {
                line("Proxy", proxy);
            }
            let below = |path: &Option<String>| {
                path.as_ref()
                    .map_or_else(|| "None".to_owned(), |path| image.shown(path))
            };
            line("SSL Key", &below(&location.key));
            line("SSL Cert", &below(&location.cert));
            if let Some(cert) = &location.cert
                && !image.path(cert.trim_start_matches('/')).is_file()
            {
                unreadable.push(format!(
                    "\nUnable to locate certificate '{}'.\n",
                    below(&location.cert)
                ));
            }
        }
        line("Client UUID", &uuid(name));
        line(
            "Catalog Updated",
            if publisher.enabled {
                "Thu Jan  1 00:00:00 2026"
            } else {
                "None"
            },
        );
        line(
            "Publisher enabled",
            if publisher.enabled { "Yes" } else { "No" },
        );
        for text in unreadable {
            terminal.error(&text);
            status = 3;
        }
    }
    Ok(status)
}

/// Every publisher of an image has an identifier that repositories see.
fn uuid(name: &str) -> String {
    let number = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("00000000-0000-4000-8000-{:012x}", number & 0xffff_ffff_ffff)
}
