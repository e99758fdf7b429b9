//! svcprop(1): properties of the services of a zone.

use crate::Host;

use super::{Options, Terminal, svcs};

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "cfp:qtz:").ok();
    let Some((options, zone)) = options.and_then(|options| {
        let zone = options.value('z')?;
        (!options.rest.is_empty()).then_some((options, zone))
    }) else {
        terminal.error("Usage: svcprop [-cfqt] [-z zone] [-p [name/]name]... {FMRI | pattern}...");
        return 2;
    };
    let (_, instances) = match svcs::find(host, zone) {
        Ok(found) => found,
        Err(text) => {
            terminal.error(&format!("svcprop: {text}"));
            return 1;
        }
    };
    let mut status = 0;
    for pattern in options.rest {
        let mut found = instances
            .iter()
            .filter(|instance| svcs::matches(instance.fmri, pattern))
            .peekable();
        if found.peek().is_none() {
            terminal.error(&format!(
                "svcprop: Pattern '{pattern}' doesn't match any entities"
            ));
            status = 1;
        }
        for instance in found {
            let mut properties = vec![
                (
                    "general/enabled".to_owned(),
                    "boolean",
                    instance.enabled.to_string(),
                ),
                (
                    "restarter/next_state".to_owned(),
                    "astring",
                    "none".to_owned(),
                ),
                (
                    "restarter/state".to_owned(),
                    "astring",
                    instance.state.to_owned(),
                ),
            ];
            for (name, value) in &instance.properties {
                properties.push((name.clone(), "astring", value.clone()));
            }
            properties.sort();
            let wanted: Vec<&str> = options.values('p').collect();
            if wanted.is_empty() {
                for (name, kind, value) in &properties {
                    terminal.line(&format!("{name} {kind} {}", quoted(value)));
                }
            }
            for wanted in wanted {
                match properties.iter().find(|(name, ..)| name == wanted) {
                    Some((_, _, value)) => terminal.line(&quoted(value)),
                    None => {
                        if !options.has('q') {
                            terminal.error(&format!(
                                "svcprop: Couldn't find property '{wanted}' for instance '{}'.",
                                instance.fmri
                            ));
                        }
                        status = 1;
                    }
                }
            }
        }
    }
    status
}

/// A value as a shell reads it.
fn quoted(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    value.replace('\\', "\\\\").replace(' ', "\\ ")
}
