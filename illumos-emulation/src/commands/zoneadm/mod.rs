//! zoneadm(8).

mod boot;
mod clone;
mod image;
mod install;
mod list;
mod lock;
mod network;
mod ondemand;
mod relocate;
mod root;
mod verify;

use crate::host::Brand;
use crate::kernel;
use crate::zonecfg::document::ZoneDocument;
use crate::zonecfg::{code, document, index};
use crate::{Host, fault};

use super::{Options, Terminal};

/// `Z_USAGE`.
const USAGE: i32 = 2;

/// A zone that a subcommand is about.
struct Zone<'a> {
    host: &'a Host,
    name: String,
    config: ZoneDocument,
    brand: Brand,
    state: &'static str,
}

/// What ends a subcommand early: everything has been said, and this is the exit status.
struct Stop(i32);

type Done = Result<(), Stop>;

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Ok(options) = Options::parse(args, "?u:z:R:") else {
        return usage(terminal);
    };
    if options.has('R') {
        terminal.error("zoneadm: an alternate root is not emulated");
        return 1;
    }
    let mut name = options.value('z').map(str::to_owned);
    if let Some(uuid) = options.value('u') {
        match by_uuid(host, uuid) {
            Ok(found) => name = found.or(name),
            Err(()) => {
                terminal.error("zoneadm: illegal UUID value specified");
                return 1;
            }
        }
    }
    let Some((subcommand, args)) = options.rest.split_first() else {
        return usage(terminal);
    };
    match subcommand.as_str() {
        "help" => {
            terminal.line("usage:\thelp [subcommand]");
            return 0;
        }
        "list" => return list::run(terminal, host, name.as_deref(), args),
        _ => {}
    }
    let Some(name) = name else {
        return usage(terminal);
    };
    let result = dispatch(terminal, host, &name, subcommand, args);
    result.err().map_or(0, |Stop(status)| status)
}

fn usage(terminal: &mut Terminal<'_>) -> i32 {
    terminal.error(
        "usage:\thelp [subcommand]\n\tzoneadm [-z <zone>] [-u <uuid-match>] list\n\tzoneadm {-z <zone>|-u <uuid-match>} <subcommand>",
    );
    USAGE
}

/// The zone with a UUID; none for one that no zone has.
fn by_uuid(host: &Host, uuid: &str) -> Result<Option<String>, ()> {
    let digits = uuid.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    if uuid.len() != 36 || !digits {
        return Err(());
    }
    let entries = index::entries(host).unwrap_or_default();
    Ok(entries
        .iter()
        .find(|entry| entry.uuid().eq_ignore_ascii_case(uuid))
        .map(index::Entry::name))
}

/// The subcommands: name, the least state that they need, whether a running zone forbids them.
const SUBCOMMANDS: &[(&str, &str, bool)] = &[
    ("install", "configured", true),
    ("uninstall", "incomplete", true),
    ("clone", "configured", true),
    ("attach", "configured", true),
    ("detach", "installed", true),
    ("move", "installed", true),
    ("mark", "configured", true),
    ("verify", "configured", false),
    ("ready", "installed", false),
    ("boot", "installed", false),
    ("sysboot", "installed", false),
    ("halt", "installed", false),
    ("shutdown", "installed", false),
    ("reboot", "installed", false),
];

fn dispatch(
    terminal: &mut Terminal<'_>,
    host: &Host,
    name: &str,
    subcommand: &str,
    args: &[String],
) -> Done {
    let Some((_, least, halted)) = SUBCOMMANDS.iter().find(|(known, ..)| *known == subcommand)
    else {
        return Err(Stop(usage(terminal)));
    };
    let Some(state) = state_of(host, name) else {
        terminal.error(&format!("zoneadm: {name}: No such zone configured"));
        return Err(Stop(1));
    };
    refuse_name(terminal, name, subcommand)?;
    let Ok(mut zone) = open(host, name, state) else {
        terminal.error(&format!("zoneadm: {name}: missing or invalid brand"));
        return Err(Stop(1));
    };
    zone.refuse_state(terminal, subcommand, least, *halted, args)?;
    match subcommand {
        "install" => install::install(terminal, &mut zone, args),
        "uninstall" => install::uninstall(terminal, &mut zone, args),
        "clone" => clone::clone(terminal, &mut zone, args),
        "attach" => relocate::attach(terminal, &mut zone, args),
        "detach" => relocate::detach(terminal, &mut zone, args),
        "move" => relocate::relocate(terminal, &mut zone, args),
        "mark" => relocate::mark(terminal, &mut zone, args),
        "verify" => verify::verify(terminal, &zone, false),
        "ready" => boot::ready(terminal, &mut zone),
        "boot" => boot::boot(terminal, &mut zone, args),
        "sysboot" => boot::sysboot(terminal, &zone),
        "halt" => boot::halt(terminal, &mut zone),
        "shutdown" => boot::shutdown(terminal, &mut zone, args),
        _ => boot::reboot(terminal, &mut zone, args),
    }
}

fn refuse_name(terminal: &mut Terminal<'_>, name: &str, subcommand: &str) -> Done {
    let what = if name == "global" {
        "the global zone"
    } else if name.starts_with("SUNW") {
        "zones starting with SUNW"
    } else {
        return Ok(());
    };
    terminal.error(&format!(
        "zoneadm: zone '{name}': {subcommand} operation is invalid for {what}."
    ));
    Err(Stop(1))
}

/// The zone's state in the words of zoneadm(8); the kernel's always wins over the index.
fn state_of(host: &Host, name: &str) -> Option<&'static str> {
    if let Some(zone) = kernel::zone(host, name) {
        return Some(kernel::state_name(zone.status, &zone.root));
    }
    index::find(host, name.as_bytes()).map(|entry| state_in_index(entry.state))
}

fn state_in_index(state: u8) -> &'static str {
    match state {
        index::CONFIGURED => "configured",
        index::INCOMPLETE => "incomplete",
        _ => "installed",
    }
}

/// Reads the zone's configuration; the number of what is wrong with it.
fn open<'a>(host: &'a Host, name: &str, state: &'static str) -> Result<Zone<'a>, i32> {
    let config = document::load(host, name)?;
    let brand = Brand::find(host, &config.brand_or_default(host)).map_err(|_| code::BRAND_ERROR)?;
    let brand = brand.ok_or(code::BRAND_ERROR)?;
    Ok(Zone {
        host,
        name: name.to_owned(),
        config,
        brand,
        state,
    })
}

impl Zone<'_> {
    /// Complains in the name of zoneadm.
    fn complain(&self, terminal: &mut Terminal<'_>, text: &str) -> Stop {
        terminal.error(&format!("zoneadm: zone '{}': {text}", self.name));
        Stop(1)
    }

    /// Prints what zoneadmd says and zoneadm passes on.
    fn relay(&self, terminal: &mut Terminal<'_>, text: &str) {
        terminal.error(&format!("zone '{}': {text}", self.name));
    }

    /// The zonepath.
    fn path(&self) -> String {
        self.config.zonepath()
    }

    /// The zone's root as the host sees it.
    fn root(&self) -> String {
        format!("{}/root", self.path())
    }

    fn is_up(&self) -> bool {
        !matches!(self.state, "configured" | "incomplete" | "installed")
    }

    /// Writes the state to the index, under the point `index`.
    fn set_state(&mut self, terminal: &mut Terminal<'_>, state: u8) -> Done {
        if let Err(code) = index::set_state(self.host, &self.name, state) {
            terminal.error(&format!(
                "zoneadm: {}: could not set state: {}",
                self.name,
                error_text(code)
            ));
            return Err(Stop(code));
        }
        self.state = state_in_index(state);
        Ok(())
    }

    /// What the state forbids (illumos-gate usr/src/cmd/zoneadm/zoneadm.c, `sanity_check`).
    fn refuse_state(
        &self,
        terminal: &mut Terminal<'_>,
        subcommand: &str,
        least: &str,
        halted: bool,
        args: &[String],
    ) -> Done {
        let rank = |state: &str| {
            ["configured", "incomplete", "installed"]
                .iter()
                .position(|known| *known == state)
                .unwrap_or(3)
        };
        let text = if halted && self.is_up() {
            format!(
                "{subcommand} operation is invalid for {} zones.",
                self.state
            )
        } else {
            match (subcommand, self.state) {
                ("install" | "clone" | "attach", "installed") => "is already installed.".to_owned(),
                ("install" | "clone" | "attach" | "verify", "incomplete")
                    if !(subcommand == "attach" && args.iter().any(|arg| arg == "-U")) =>
                {
                    "zone is incomplete; uninstall required.".to_owned()
                }
                ("uninstall", "configured") => "is already in state 'configured'.".to_owned(),
                ("shutdown" | "reboot", "configured" | "incomplete" | "installed") => {
                    "not running".to_owned()
                }
                ("shutdown" | "reboot", "ready" | "mounted") => {
                    format!(
                        "{subcommand} operation is invalid for zones in state '{}'",
                        self.state
                    )
                }
                ("detach" | "move" | "ready" | "boot" | "sysboot" | "halt", state)
                    if rank(state) < rank(least) =>
                {
                    format!("must be {least} before {subcommand}.")
                }
                _ => return Ok(()),
            }
        };
        Err(self.complain(terminal, &text))
    }
}

/// The text of an error of libzonecfg.
fn error_text(code: i32) -> &'static str {
    match code {
        code::ACCES => "Permission denied",
        code::NO_ZONE => "No such zone configured",
        code::INVALID_DOCUMENT => "Invalid document",
        code::WRONG_DOC_TYPE => "Wrong document type",
        code::UPDATING_INDEX => "Problem updating index file",
        code::LOCKING_FILE => "Locking index file",
        code::TEMP_FILE => "Problem creating temporary file",
        code::MISC_FS => "Miscellaneous file system error",
        code::BRAND_ERROR => "Brand-specific error",
        _ => "Miscellaneous error",
    }
}

/// Passes the point before a step of a subcommand. The exit status that was ordered for the step is returned.
fn step(subcommand: &str, step: &str) -> Result<(), i32> {
    fault::before(&format!("zoneadm {subcommand}: {step}"))
}

/// Passes the point after a step of a subcommand.
fn step_done(subcommand: &str, step: &str) {
    fault::after(&format!("zoneadm {subcommand}: {step}"));
}
