//! The change from one configuration to another as commands.

mod kinds;

use super::word::Resource;
use super::write::{Lines, written};
use illumos::Flavour;
use illumos::zone::ZoneState;
use illumos::zone::config::{Alias, DedicatedCpu, SecurityFlags, ZoneConfig};

use kinds::Kind;

/// What of a change zonecfg(8) has no command for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {reason}")]
pub struct Inexpressible {
    /// The property or the resource.
    pub what: String,
    /// Why not.
    pub reason: String,
}

impl Inexpressible {
    fn new(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            reason: reason.into(),
        }
    }
}

/// The commands that make `new` out of `old`, which is the configuration of a zone in this state; none if they are the same.
///
/// A resource of which a property differs is selected and changed where zonecfg(8) can do that without losing anything, and otherwise removed and
/// added again. What is changed or added stands behind what is not: the order of the resources may be another one than that of `new`.
///
/// `new` is taken to be a configuration that [`ZoneConfig::verify`] finds nothing in; of another one zonecfg(8) may refuse the commands.
///
/// # Errors
/// With the first property or resource that the tool cannot change: the name; the zonepath and the brand once the zone is installed; a text
/// that its language cannot express; what the flavour does not have.
pub fn change_commands(
    old: &ZoneConfig,
    new: &ZoneConfig,
    flavour: Flavour,
    state: ZoneState,
) -> Result<Vec<String>, Inexpressible> {
    let mut lines = Lines::default();
    scalars(&mut lines, old, new, state)?;
    if flavour == Flavour::Extended && old.capped_memory_physical != new.capped_memory_physical {
        return Err(Inexpressible::new(
            "capped-memory physical",
            "it is the resource control zone.max-physical-memory on this distribution",
        ));
    }
    // What excludes something else goes first.
    if old.dedicated_cpu.is_some() && new.dedicated_cpu.is_none() {
        lines.line("remove dedicated-cpu".to_owned());
    }
    if given(&old.pool).is_some() && given(&new.pool).is_none() {
        lines.line("clear pool".to_owned());
    }
    let ip_type = new.ip_type;
    let kinds = [
        Kind::fs(&old.fs, &new.fs).commands(flavour, ip_type),
        Kind::net(&old.net, &new.net).commands(flavour, ip_type),
        Kind::device(&old.device, &new.device).commands(flavour, ip_type),
        Kind::rctl(&old.rctl, &new.rctl).commands(flavour, ip_type),
        Kind::attr(&old.attr, &new.attr).commands(flavour, ip_type),
        Kind::dataset(&old.dataset, &new.dataset).commands(flavour, ip_type),
        Kind::admin(&old.admin, &new.admin).commands(flavour, ip_type),
    ];
    for kind in kinds {
        let kind = kind?;
        lines.lines.extend(kind.lines);
        lines.unwritable = lines.unwritable.or(kind.unwritable);
    }
    dedicated_cpu(
        &mut lines,
        old.dedicated_cpu.as_ref(),
        new.dedicated_cpu.as_ref(),
    );
    if given(&old.pool) != given(&new.pool) {
        lines.set("pool", given(&new.pool));
    }
    if old.capped_memory_physical != new.capped_memory_physical {
        physical_memory(&mut lines, old, new);
    }
    security_flags(
        &mut lines,
        old.security_flags.as_ref(),
        new.security_flags.as_ref(),
    );
    match lines.unwritable {
        Some(line) => Err(Inexpressible::new(
            format!("`{line}`"),
            "the text has a double quote, a newline, or more bytes than zonecfg(8) reads",
        )),
        None => Ok(lines.lines),
    }
}

/// A property that is set to the empty text is not set.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

/// `set` and `clear` of the zone's own properties, but for `pool`.
fn scalars(
    lines: &mut Lines,
    old: &ZoneConfig,
    new: &ZoneConfig,
    state: ZoneState,
) -> Result<(), Inexpressible> {
    if old.zonename != new.zonename {
        let reason = "a zone is renamed by itself, and while it does not run";
        return Err(Inexpressible::new("zonename", reason));
    }
    let fixed = [
        ("zonepath", &old.zonepath, &new.zonepath),
        ("brand", &old.brand, &new.brand),
    ];
    for (property, old, new) in fixed {
        if old == new {
            continue;
        }
        if state != ZoneState::Configured {
            let reason = format!("it cannot be set while the zone is {state}");
            return Err(Inexpressible::new(property, reason));
        }
        if new.is_empty() {
            return Err(Inexpressible::new(property, "it cannot be cleared"));
        }
        lines.set(property, Some(new));
    }
    if old.autoboot != new.autoboot {
        lines.line(format!("set autoboot={}", new.autoboot));
    }
    if old.ip_type != new.ip_type {
        lines.ip_type(new.ip_type);
    }
    let optional = [
        ("bootargs", &old.bootargs, &new.bootargs),
        ("limitpriv", &old.limitpriv, &new.limitpriv),
        (
            "scheduling-class",
            &old.scheduling_class,
            &new.scheduling_class,
        ),
        ("hostid", &old.hostid, &new.hostid),
        ("fs-allowed", &old.fs_allowed, &new.fs_allowed),
    ];
    for (property, old, new) in optional {
        match (given(old), given(new)) {
            (old, new) if old == new => {}
            (_, None) => lines.line(format!("clear {property}")),
            (_, new) => lines.set(property, new),
        }
    }
    Ok(())
}

fn dedicated_cpu(lines: &mut Lines, old: Option<&DedicatedCpu>, new: Option<&DedicatedCpu>) {
    match (old, new) {
        (None, Some(new)) => lines.dedicated_cpu(new),
        (Some(old), Some(new)) if old != new => {
            lines.block(format!("select {}", Resource::DedicatedCpu), |lines| {
                if old.ncpus != new.ncpus {
                    lines.given("ncpus", &new.ncpus);
                }
                match (given(&old.importance), given(&new.importance)) {
                    (old, new) if old == new => {}
                    (_, None) => lines.line("clear importance".to_owned()),
                    (_, new) => lines.set("importance", new),
                }
            });
        }
        _ => {}
    }
}

/// `physical` of `capped-memory`, whose other properties are resource controls and among those already.
fn physical_memory(lines: &mut Lines, old: &ZoneConfig, new: &ZoneConfig) {
    let is_shared = new
        .alias(Alias::Swap)
        .or(new.alias(Alias::Locked))
        .is_some();
    let resource = Resource::CappedMemory;
    let open = match old.capped_memory_physical.is_some() || is_shared {
        true => format!("select {resource}"),
        false => format!("add {resource}"),
    };
    match new.capped_memory_physical {
        Some(bytes) => lines.block(open, |lines| lines.physical(bytes)),
        None if is_shared => lines.block(open, |lines| lines.line("clear physical".to_owned())),
        None => lines.line(format!("remove {resource}")),
    }
}

fn security_flags(lines: &mut Lines, old: Option<&SecurityFlags>, new: Option<&SecurityFlags>) {
    let resource = Resource::SecurityFlags;
    let (old, new) = match (old, new) {
        (None, None) => return,
        (None, Some(new)) => return lines.security_flags(new),
        (Some(_), None) => return lines.line(format!("remove {resource}")),
        (Some(old), Some(new)) if old == new => return,
        (Some(old), Some(new)) => (old, new),
    };
    let all = [
        ("default", &old.default, &new.default),
        ("lower", &old.lower, &new.lower),
        ("upper", &old.upper, &new.upper),
    ];
    // There is one, and any property finds it.
    let named = all.iter().find(|(_, old, _)| given(old).is_some());
    let (name, value) = named.map_or(("default", ""), |(name, old, _)| {
        (*name, given(old).unwrap_or_default())
    });
    let value = written(value).unwrap_or_else(|| "\"\"".to_owned());
    lines.block(format!("select {resource} {name}={value}"), |lines| {
        for (name, old, new) in all {
            match (given(old), given(new)) {
                (old, new) if old == new => {}
                (_, None) => lines.line(format!("clear {name}")),
                (_, new) => lines.set(name, new),
            }
        }
    });
}
