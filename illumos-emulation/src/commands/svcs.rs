//! svcs(1): the state of the zones service, which is what the setting `zones-service` says.

use crate::Host;

use super::{Options, Terminal};

const ZONES: [&str; 4] = [
    "svc:/system/zones:default",
    "svc:/system/zones",
    "system/zones:default",
    "system/zones",
];

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Ok(options) = Options::parse(args, "Ho:") else {
        terminal.error("Usage: svcs [-H] [-o col[,col ]... ] [<pattern> ...]");
        return 2;
    };
    let state = host
        .setting("zones-service")
        .unwrap_or_else(|| "online".to_owned());
    let columns: Vec<&str> = options
        .value('o')
        .unwrap_or("state,fmri")
        .split(',')
        .collect();
    let mut status = 0;
    let mut rows = Vec::new();
    for pattern in options.rest {
        if ZONES.contains(&pattern.as_str()) {
            rows.push(&columns);
        } else {
            terminal.error(&format!(
                "svcs: Pattern '{pattern}' doesn't match any instances"
            ));
            status = 1;
        }
    }
    if !options.has('H') && !rows.is_empty() {
        terminal.line(&columns.join(" ").to_uppercase());
    }
    for columns in rows {
        let cell = |column: &&str| match *column {
            "state" => state.as_str(),
            "fmri" => ZONES[0],
            _ => "-",
        };
        terminal.line(&columns.iter().map(cell).collect::<Vec<_>>().join(" "));
    }
    status
}
