//! `zfs send` and `zfs receive`.

use std::io::BufReader;

use crate::storage::{self, Base, Receiving, Sending};

use super::chosen::Tables;
use super::{Call, Done, Stop};

pub(super) fn send(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("i:I:RDpvnPLeht:cwb")?;
    let mut how = Sending {
        base: None,
        tree: options.has('R'),
        properties: options.has('p'),
        received: options.has('b'),
        holds: options.has('h'),
        dry: options.has('n'),
        verbose: options.has('v'),
        parsable: options.has('P'),
    };
    let bases: Vec<(char, &str)> = options
        .all()
        .filter(|(letter, _)| "iI".contains(*letter))
        .collect();
    if let Some(token) = options.value('t') {
        let flags = how.tree || how.properties || how.received || !bases.is_empty();
        if flags || !options.rest.is_empty() {
            return Err(call.usage("invalid flags combined with -t"));
        }
        let tables = Tables::read(call, true)?;
        let view = tables.view(call.host);
        let sent = storage::resume(&view, token, &how, call.terminal);
        return match sent {
            Ok(sent) => {
                report(call, &how, &sent.lines);
                Ok(())
            }
            Err((status, text)) => {
                call.terminal.error(&text);
                Err(Stop(status))
            }
        };
    }
    let name = call.only(&options, "snapshot")?;
    let dataset = name.split('@').next().unwrap_or(name);
    let mut untyped = false;
    if let Some((letter, base)) = bases.last() {
        let full = if base.starts_with(['@', '#']) {
            format!("{dataset}{base}")
        } else if base.contains(['@', '#']) {
            (*base).to_owned()
        } else {
            untyped = true;
            format!("{dataset}@{base}")
        };
        how.base = Some(match letter {
            'I' => Base::All(full),
            _ => Base::One(full),
        });
    }
    let tables = Tables::read(call, true)?;
    let view = tables.view(call.host);
    let sent = storage::send(&view, name, &how, call.terminal);
    let sent = sent.map_err(|refused| call.refused(&refused))?;
    if untyped {
        call.terminal.error(
            "Warning: incremental source didn't specify type, assuming snapshot. Use '@' or '#' prefix to avoid ambiguity.",
        );
    }
    for warning in sent.warnings.lines() {
        call.terminal.error(warning);
    }
    report(call, &how, &sent.lines);
    Ok(())
}

/// What was sent is said where the stream is not.
fn report(call: &mut Call<'_, '_>, how: &Sending, lines: &str) {
    if how.dry {
        call.terminal.text(lines);
    } else if !lines.is_empty() {
        call.terminal.error(lines.trim_end_matches('\n'));
    }
}

pub(super) fn receive(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("o:x:dehnuvsFA")?;
    let mut how = Receiving {
        force: options.has('F'),
        unmounted: options.has('u'),
        dry: options.has('n'),
        verbose: options.has('v'),
        resumable: options.has('s'),
        no_holds: options.has('h'),
        whole_name: options.has('d'),
        last_name: options.has('e'),
        sets: call.pairs(&options)?,
        excludes: options.values('x').map(str::to_owned).collect(),
        origin: None,
    };
    if let Some(place) = how.sets.iter().position(|(name, _)| name == "origin") {
        how.origin = Some(how.sets.remove(place).1);
    }
    let both = how
        .sets
        .iter()
        .find(|(name, _)| how.excludes.contains(name));
    if let Some((name, _)) = both {
        return Err(call.fail(&format!("property '{name}' specified multiple times")));
    }
    let name = call.only(&options, "snapshot")?;
    if options.has('A') {
        if how.force || how.dry || how.verbose || how.resumable {
            return Err(call.usage("invalid option combination"));
        }
        return match storage::abort(call.host, name) {
            Ok(()) => Ok(()),
            Err(refused) if refused.0.starts_with("cannot open") => Err(call.usage(&refused.0)),
            Err(refused) => Err(call.refused(&refused)),
        };
    }
    let mut input = BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let (lines, done) = storage::receive(call.host, name, &how, &mut input);
    call.terminal.text(&lines);
    call.finish(done)
}
