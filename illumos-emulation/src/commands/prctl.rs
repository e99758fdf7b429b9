//! prctl(1): the resource controls of zones that run (illumos-gate usr/src/cmd/prctl/prctl.c).

use std::fmt::Write;

use crate::kernel::{self, Control, KernelZone, ResourceTable};
use crate::zonecfg::document;
use crate::{Flavour, Host};

use super::{Options, Terminal};

/// A resource control of zones: name, what the system allows at most, whether it counts bytes, whether it always denies.
struct Known {
    name: &'static str,
    most: u64,
    bytes: bool,
    denies: bool,
    omnios: bool,
}

const fn known(name: &'static str, most: u64, bytes: bool, denies: bool) -> Known {
    Known {
        name,
        most,
        bytes,
        denies,
        omnios: false,
    }
}

const KNOWN: &[Known] = &[
    known("zone.cpu-cap", 4_294_967_295, false, true),
    known("zone.cpu-shares", 65_535, false, false),
    known("zone.max-lofi", u64::MAX, false, true),
    known("zone.max-locked-memory", u64::MAX, true, true),
    known("zone.max-lwps", 2_147_483_647, false, true),
    known("zone.max-msg-ids", 16_777_216, false, true),
    known("zone.max-processes", 2_147_483_647, false, true),
    known("zone.max-sem-ids", 16_777_216, false, true),
    known("zone.max-shm-ids", 16_777_216, false, true),
    known("zone.max-shm-memory", u64::MAX, true, true),
    known("zone.max-swap", u64::MAX, true, true),
    Known {
        omnios: true,
        ..known("zone.max-physical-memory", u64::MAX, true, true)
    },
    Known {
        omnios: true,
        ..known("zone.zfs-io-priority", 1024, false, false)
    },
];

fn find(host: &Host, name: &str) -> Option<&'static Known> {
    let omnios = host.flavour() == Flavour::Omnios;
    KNOWN
        .iter()
        .find(|known| known.name == name && (omnios || !known.omnios))
}

/// What is to be done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    List,
    Set,
    Replace,
    Delete,
}

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Ok(options) = Options::parse(args, "sn:e:i:rd:p:Pt:v:x") else {
        return usage(terminal, "unknown option");
    };
    match change(terminal, host, &options) {
        Ok(status) => status,
        Err(text) => usage(terminal, &text),
    }
}

fn warn(terminal: &mut Terminal<'_>, text: &str) {
    terminal.error(&format!("prctl: {text}"));
}

fn usage(terminal: &mut Terminal<'_>, text: &str) -> i32 {
    warn(terminal, text);
    terminal.error("usage:");
    terminal.error("    Report resource control values and actions:");
    terminal.error("\tprctl [-P] [-t [basic | privileged | system]] [-n name] [-i process | task | project | zone] id ...");
    2
}

/// Does what the options say for each zone; `Err` says what is wrong with them.
fn change(terminal: &mut Terminal<'_>, host: &Host, options: &Options<'_>) -> Result<i32, String> {
    if options.rest.is_empty() {
        return Err("no arguments specified".to_owned());
    }
    if options.value('i') != Some("zone") {
        return Err("only -i zone is emulated".to_owned());
    }
    let privilege = match options.value('t') {
        None => None,
        Some("priv" | "privileged") => Some("privileged"),
        Some(word @ ("basic" | "system")) => Some(word),
        Some(word) => return Err(format!("unknown privilege {word}")),
    };
    let operation = operation(options)?;
    let name = options.value('n');
    if operation == Operation::List {
        let mut status = 0;
        for zone in options.rest {
            status |= list(terminal, host, options, zone, privilege, name);
        }
        return Ok(status);
    }
    let name = name.ok_or("-n is required with -s, -r, -x, -e, or -d")?;
    if options.has('P') {
        return Err("-P not valid when manipulating resource control values".to_owned());
    }
    let known = find(host, name)
        .ok_or_else(|| format!("failed to get resource control for {name}: Invalid argument"))?;
    let value = match options.value('v') {
        None => None,
        Some(text) => {
            let value =
                scaled(text, known.bytes).ok_or_else(|| format!("invalid -v value {text}"))?;
            if value > known.most {
                return Err(format!(
                    "-v value {text} exceeds system limit for resource control: {name}"
                ));
            }
            Some(value)
        }
    };
    let action = match options.value('e') {
        None => None,
        Some("deny") if !known.denies => {
            return Err("unable to enable deny on rctl with global flag 'no-deny'".to_owned());
        }
        Some("deny") => Some("deny"),
        Some("all") => return Err("cannot use action 'all' with -e".to_owned()),
        Some("signal" | "sig") => {
            return Err("signal name or number must be specified with -e".to_owned());
        }
        Some(word) if word.starts_with("sig") => {
            return Err("unable to enable signal on rctl with global flag 'no-signal'".to_owned());
        }
        Some(_) => return Err("action invalid".to_owned()),
    };
    match privilege {
        Some("system") => return Err("cannot modify system values".to_owned()),
        Some("basic") => return Err(format!("basic values not allowed on rctl {name}")),
        None if operation == Operation::Set => {
            return Err(format!("basic values not allowed on rctl {name}"));
        }
        _ => {}
    }
    let mut status = 0;
    for zone in options.rest {
        let Some(zone) = victim(terminal, host, zone) else {
            status = 1;
            continue;
        };
        let changed = host.update(|table: &mut ResourceTable| {
            let resources = table.zones.entry(zone.name.clone()).or_default();
            apply(&mut resources.controls, operation, known, value, action)
                .map_err(std::io::Error::other)
        });
        if let Err(error) = changed {
            terminal.error(&format!("{}:\t/sbin/init", zone.init_pid));
            warn(terminal, &format!("{error}\n"));
            return Ok(1);
        }
    }
    Ok(status)
}

fn operation(options: &Options<'_>) -> Result<Operation, String> {
    let wanted: Vec<Operation> = [
        ('s', Operation::Set),
        ('r', Operation::Replace),
        ('x', Operation::Delete),
    ]
    .into_iter()
    .filter(|(letter, _)| options.has(*letter))
    .map(|(_, operation)| operation)
    .collect();
    let has_value = options.has('v');
    match wanted[..] {
        [] if has_value => Ok(Operation::Set),
        [] if options.has('e') || options.has('d') => {
            Err("changing an action alone is not emulated".to_owned())
        }
        [] => Ok(Operation::List),
        [Operation::Replace] if !has_value => Err("option -r requires use of option -v".to_owned()),
        [Operation::Set] if !has_value => Err("option -s requires use of option -v".to_owned()),
        [operation] => Ok(operation),
        _ => Err("options -s, -r, and -x are exclusive".to_owned()),
    }
}

/// The zone, if a process of it can be controlled; one that is only ready has none.
fn victim(terminal: &mut Terminal<'_>, host: &Host, id: &str) -> Option<KernelZone> {
    let zone = match id.parse() {
        Ok(number) => kernel::zone_by_id(host, number),
        Err(_) => None,
    };
    let zone = zone.or_else(|| kernel::zone(host, id));
    match zone {
        Some(zone) if zone.init_pid != 0 => return Some(zone),
        None if document::load(host, id).is_err() => {
            warn(terminal, &format!("{id}: unknown zone\n"));
        }
        _ => warn(
            terminal,
            &format!("{id}: No controllable process found in task, project, or zone.\n"),
        ),
    }
    None
}

fn apply(
    controls: &mut Vec<Control>,
    operation: Operation,
    known: &Known,
    value: Option<u64>,
    action: Option<&str>,
) -> Result<(), String> {
    let matches = |control: &Control, value: Option<u64>| {
        control.name == known.name && value.is_none_or(|value| control.value == value)
    };
    let own_action = if known.denies { "deny" } else { "none" };
    let new = |value: u64, action: &str| Control {
        name: known.name.to_owned(),
        privilege: "privileged".to_owned(),
        value,
        action: action.to_owned(),
    };
    match operation {
        Operation::Delete => {
            let at = controls
                .iter()
                .position(|control| matches(control, value))
                .ok_or("no matching resource control found for deletion")?;
            controls.remove(at);
        }
        Operation::Set => {
            if controls.iter().any(|control| matches(control, value)) {
                return Err("resource control already exists".to_owned());
            }
            let value = value.unwrap_or_default();
            controls.push(new(value, action.unwrap_or(own_action)));
        }
        _ => {
            let at = controls
                .iter()
                .position(|control| matches(control, None))
                .ok_or("no matching resource control to replace")?;
            let value = value.unwrap_or_default();
            let exists =
                |(other, control): (usize, &Control)| other != at && matches(control, Some(value));
            if controls.iter().enumerate().any(exists) {
                return Err("replacement resource control already exists".to_owned());
            }
            let kept = controls[at].action.clone();
            controls[at] = new(value, action.unwrap_or(&kept));
        }
    }
    Ok(())
}

/// Prints the values of a zone: the usage is not emulated, the system's limit is.
fn list(
    terminal: &mut Terminal<'_>,
    host: &Host,
    options: &Options<'_>,
    zone: &str,
    privilege: Option<&str>,
    name: Option<&str>,
) -> i32 {
    if let Some(name) = name
        && find(host, name).is_none()
    {
        warn(
            terminal,
            &format!("failed to get resource control for {name}: Invalid argument\n"),
        );
        return 1;
    }
    let Some(zone) = victim(terminal, host, zone) else {
        return 1;
    };
    let resources = kernel::resources(host, &zone.name).unwrap_or_default();
    let omnios = host.flavour() == Flavour::Omnios;
    let mut text = format!("zone: {}: {}\n", zone.id, zone.name);
    if !options.has('P') {
        text.push_str(
            "NAME    PRIVILEGE       VALUE    FLAG   ACTION                       RECIPIENT\n",
        );
    }
    for known in KNOWN {
        if name.is_some_and(|name| name != known.name) || known.omnios && !omnios {
            continue;
        }
        if !options.has('P') {
            let _ = writeln!(text, "{}", known.name);
        }
        let system = Control {
            name: known.name.to_owned(),
            privilege: "system".to_owned(),
            value: known.most,
            action: if known.denies { "deny" } else { "none" }.to_owned(),
        };
        let own = resources
            .controls
            .iter()
            .filter(|control| control.name == known.name);
        for control in own.chain(std::iter::once(&system)) {
            if privilege.is_some_and(|privilege| privilege != control.privilege) {
                continue;
            }
            let flag = if control.privilege == "system" {
                "max"
            } else {
                "-"
            };
            if options.has('P') {
                let _ = writeln!(
                    text,
                    "{} {} {} {flag} {} -",
                    known.name, control.privilege, control.value, control.action
                );
            } else {
                let _ = writeln!(
                    text,
                    "        {:<16}{:>5}{:<4}{flag:>4}   {:<28}{:>10}",
                    control.privilege,
                    short(control.value, known.bytes),
                    if known.bytes { "B" } else { "" },
                    control.action,
                    "-"
                );
            }
        }
    }
    terminal.text(&text);
    0
}

/// The prefixes of numbers.
const PREFIXES: &str = "KMGTPE";

/// A number with a prefix, of 1024 where bytes are counted, else of 1000.
pub(super) fn scaled(text: &str, bytes: bool) -> Option<u64> {
    let text = text
        .strip_suffix(['B', 'b'])
        .filter(|_| bytes)
        .unwrap_or(text);
    let (digits, power) = match text.char_indices().last()? {
        (at, letter) if letter.is_ascii_alphabetic() => {
            let power = PREFIXES.find(letter.to_ascii_uppercase())?;
            (&text[..at], u32::try_from(power).ok()? + 1)
        }
        _ => (text, 0),
    };
    let unit = if bytes { 1024_u64 } else { 1000 }.checked_pow(power)?;
    if let Ok(number) = digits.parse::<u64>() {
        return number.checked_mul(unit);
    }
    let (whole, fraction) = digits.split_once('.')?;
    let places = u32::try_from(fraction.len()).ok()?;
    let fraction: u64 = fraction.parse().ok()?;
    let part = unit.checked_mul(fraction)? / 10_u64.checked_pow(places)?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(part)
}

/// A number in at most five characters.
fn short(value: u64, bytes: bool) -> String {
    let unit = if bytes { 1024 } else { 1000 };
    let mut whole = value;
    let mut rest = 0;
    let mut prefix = None;
    for letter in PREFIXES.chars() {
        if whole < unit {
            break;
        }
        rest = whole % unit;
        whole /= unit;
        prefix = Some(letter);
    }
    match prefix {
        None => whole.to_string(),
        Some(letter) if whole >= 100 => format!("{whole}{letter}"),
        Some(letter) => {
            let places = if whole >= 10 { 1 } else { 2 };
            let digits = rest * 10_u64.pow(places) / unit;
            let width = places as usize;
            format!("{whole}.{digits:0width$}{letter}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{scaled, short};

    #[test]
    fn numbers_have_prefixes() {
        assert_eq!(scaled("1.5G", true), Some(1_610_612_736));
        assert_eq!(scaled("512MB", true), Some(536_870_912));
        assert_eq!(scaled("2K", false), Some(2000));
        assert_eq!(scaled("20", false), Some(20));
        assert_eq!(scaled("many", false), None);
        assert_eq!(scaled("20E", true), None);
        assert_eq!(short(65_535, false), "65.5K");
        assert_eq!(short(u64::MAX, true), "15.9E");
        assert_eq!(short(20, false), "20");
    }
}
