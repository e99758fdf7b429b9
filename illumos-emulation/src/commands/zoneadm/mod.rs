//! zoneadm(8).

mod attach;
mod boot;
mod clean;
mod clone;
mod daemon;
mod debug;
mod filesystem;
mod hook;
mod image;
mod install;
mod list;
mod lock;
mod mounts;
mod network;
mod ondemand;
mod pkgcreatezone;
mod relocate;
mod root;
mod state;
mod uninstall;
mod usage;
mod verify;
mod zonepath;

use crate::host::Brand;
use crate::kernel;
use crate::zonecfg::document::ZoneDocument;
use crate::zonecfg::{code, document, index};
use crate::{Host, fault};

use super::{Options, Terminal};
use usage::USAGE;

/// A zone that a subcommand is about.
struct Zone<'a> {
    host: &'a Host,
    name: String,
    config: ZoneDocument,
    brand_name: String,
    /// The brand, if the host has it.
    brand: Option<Brand>,
    /// The state in the words of zoneadm(8); none if neither the kernel nor the index has the zone.
    state: Option<&'static str>,
}

/// What ends a subcommand early: everything has been said, and this is the exit status.
struct Stop(i32);

type Done = Result<(), Stop>;

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let result = choose(terminal, host, args);
    result.err().map_or(0, |Stop(status)| status)
}

/// Reads the options before the subcommand and starts it.
fn choose(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> Done {
    let options = match Options::parse(args, "?u:z:R:") {
        Ok(options) if !options.has('?') => options,
        other => {
            if let Err(bad) = other {
                usage::bad_option(terminal, bad);
            }
            usage::long(terminal);
            return Err(Stop(USAGE));
        }
    };
    let in_alternate_root = match options.value('R') {
        Some(root) => alternate_root(terminal, host, root)?,
        None => false,
    };
    let Some((subcommand, args)) = options.rest.split_first() else {
        return Err(Stop(usage::short(terminal)));
    };
    let mut name = options.value('z').map(str::to_owned);
    if let Some(uuid) = options.value('u').filter(|uuid| !uuid.is_empty()) {
        match by_uuid(host, uuid) {
            Ok(found) => name = found.or(name),
            Err(()) => {
                terminal.error("zoneadm: illegal UUID value specified");
                return Err(Stop(1));
            }
        }
    }
    if let Some(name) = &name
        && (in_alternate_root || !exists(host, name))
    {
        terminal.error(&format!("zoneadm: {name}: No such zone configured"));
        return Err(Stop(1));
    }
    if in_alternate_root {
        // It would hold the templates, of which one names the default brand.
        terminal.error("zoneadm: unable to determine default brand");
        return Err(Stop(1));
    }
    dispatch(terminal, host, name.as_deref(), subcommand, args)
}

/// Checks the path of an alternate root; whether it is another one than the host's.
fn alternate_root(terminal: &mut Terminal<'_>, host: &Host, root: &str) -> Result<bool, Stop> {
    let text = if !root.starts_with('/') {
        "zoneadm: root path must be absolute."
    } else if !host.path(root).is_dir() {
        "zoneadm: root path must be a directory."
    } else {
        return Ok(!root.trim_matches('/').is_empty());
    };
    terminal.error(text);
    Err(Stop(1))
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

/// Whether the kernel knows the zone, or it has a configuration that can be read.
fn exists(host: &Host, name: &str) -> bool {
    kernel::zone(host, name).is_some() || document::load(host, name).is_ok()
}

fn dispatch(
    terminal: &mut Terminal<'_>,
    host: &Host,
    name: Option<&str>,
    subcommand: &str,
    args: &[String],
) -> Done {
    let zone = match name {
        None | Some("global") => None,
        Some(name) => match open(host, name) {
            Ok(zone) => Some(zone),
            Err(_) => {
                terminal.error(&format!("zoneadm: zone '{name}': missing or invalid brand"));
                return Err(Stop(1));
            }
        },
    };
    match subcommand {
        "help" => return status(usage::help(terminal, args)),
        "list" => return list::run(terminal, host, name, zone.as_ref(), args),
        "apply" => return apply(terminal, host, name),
        _ if !usage::is_known(subcommand) => return Err(Stop(usage::short(terminal))),
        _ => {}
    }
    let Some(mut zone) = zone else {
        return without_zone(terminal, name, subcommand, args);
    };
    match subcommand {
        "install" => install::install(terminal, &mut zone, args),
        "uninstall" => uninstall::uninstall(terminal, &mut zone, args),
        "clone" => clone::clone(terminal, &mut zone, args),
        "attach" => attach::attach(terminal, &mut zone, args),
        "detach" => attach::detach(terminal, &mut zone, args),
        "move" => relocate::relocate(terminal, &mut zone, args),
        "mark" => mark(terminal, &mut zone, args),
        "verify" => verify_only(terminal, &mut zone, args),
        "ready" => boot::ready(terminal, &mut zone, args),
        "boot" => boot::boot(terminal, &mut zone, args),
        "mount" => boot::mount(terminal, &mut zone, args),
        "unmount" => boot::unmount(terminal, &mut zone, args),
        "sysboot" => boot::sysboot(terminal, &mut zone),
        "halt" => boot::halt(terminal, &mut zone, args),
        "shutdown" => boot::shutdown(terminal, &mut zone, args),
        _ => boot::reboot(terminal, &mut zone, args),
    }
}

fn status(status: i32) -> Done {
    if status == 0 {
        Ok(())
    } else {
        Err(Stop(status))
    }
}

/// What a subcommand says that needs a zone and has none, or the global one.
fn without_zone(
    terminal: &mut Terminal<'_>,
    name: Option<&str>,
    subcommand: &str,
    args: &[String],
) -> Done {
    if args.first().is_some_and(|arg| arg == "-?") {
        usage::of(terminal, subcommand);
        return Ok(());
    }
    if subcommand == "install" && name.is_none() {
        usage::of(terminal, subcommand);
        return Err(Stop(USAGE));
    }
    terminal.error(&match name {
        None => "zoneadm: no zone specified".to_owned(),
        // The brand of the global zone is looked for before anything else.
        Some(name) if subcommand == "install" => {
            format!("zoneadm: zone '{name}': missing or invalid brand")
        }
        Some(name) => format!(
            "zoneadm: zone '{name}': {subcommand} operation is invalid for the global zone."
        ),
    });
    Err(Stop(1))
}

/// `apply`: the settings of the global zone, which take effect when the host boots.
fn apply(terminal: &mut Terminal<'_>, host: &Host, name: Option<&str>) -> Done {
    if name != Some("global") {
        return Err(Stop(usage::short(terminal)));
    }
    if host.setting("caller-lacks").as_deref() == Some("privileges") {
        usage::short(terminal);
        return Err(Stop(1));
    }
    match document::load(host, "global") {
        Ok(_) => Ok(()),
        Err(code) => {
            terminal.error(&format!("zoneadm: apply: {}", error_text(code)));
            Err(Stop(1))
        }
    }
}

fn verify_only(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    no_words(terminal, "verify", args)?;
    zone.refuse_state(terminal, "verify", false)?;
    verify::verify(terminal, zone, "verify", args)
}

fn mark(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    // It says nothing about its use.
    let Ok(options) = Options::parse(args, "F") else {
        return Err(Stop(USAGE));
    };
    let state = match options.rest {
        [state] if state == "incomplete" => index::INCOMPLETE,
        [state] if state == "configured" && options.has('F') => index::CONFIGURED,
        [state] if state == "installed" && options.has('F') => index::INSTALLED,
        _ => return Err(Stop(USAGE)),
    };
    zone.refuse_state(terminal, "mark", false)?;
    zone.verify_brand(terminal, "mark", args)?;
    let _lock = zone.take_lock(terminal)?;
    zone.set_state(terminal, state)
}

/// Reads the options of a subcommand that takes no word; whether it may go on.
fn no_words(terminal: &mut Terminal<'_>, subcommand: &str, args: &[String]) -> Done {
    let options = own_options(terminal, subcommand, args, "?")?;
    if options.rest.is_empty() {
        return Ok(());
    }
    usage::of(terminal, subcommand);
    Err(Stop(USAGE))
}

/// Reads the options of a subcommand that knows all of its own. `-?` ends it well.
fn own_options<'a>(
    terminal: &mut Terminal<'_>,
    subcommand: &str,
    args: &'a [String],
    known: &str,
) -> Result<Options<'a>, Stop> {
    match Options::parse(args, known) {
        Ok(options) if options.has('?') => {
            usage::of(terminal, subcommand);
            Err(Stop(0))
        }
        Ok(options) => Ok(options),
        Err(bad) => {
            usage::bad_option(terminal, bad);
            usage::of(terminal, subcommand);
            Err(Stop(USAGE))
        }
    }
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
fn open<'a>(host: &'a Host, name: &str) -> Result<Zone<'a>, i32> {
    let config = document::load(host, name)?;
    let brand_name = config.brand_or_default(host);
    Ok(Zone {
        host,
        name: name.to_owned(),
        brand: Brand::find(host, &brand_name).map_err(|_| code::BRAND_ERROR)?,
        brand_name,
        config,
        state: state_of(host, name),
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
        for line in text.lines() {
            terminal.error(&format!("zone '{}': {line}", self.name));
        }
    }

    /// The zonepath, which the index tells before the configuration does.
    fn path(&self) -> String {
        index::find(self.host, self.name.as_bytes())
            .map(|entry| entry.path())
            .filter(|path| !path.is_empty())
            .unwrap_or_else(|| self.config.zonepath())
    }

    /// The zone's root as the host sees it.
    fn root(&self) -> String {
        format!("{}/root", self.path())
    }

    /// Takes the zone lock.
    fn take_lock(&self, terminal: &mut Terminal<'_>) -> Result<Option<std::fs::File>, Stop> {
        self.lock().map_err(|_| {
            let text = "another zoneadm may have an operation in progress.";
            self.complain(terminal, text)
        })
    }

    /// Writes the state to the index; the exit status of a failure is libzonecfg's number.
    fn set_state(&mut self, terminal: &mut Terminal<'_>, state: u8) -> Done {
        self.write_state(state).map_err(|code| {
            terminal.error(&format!(
                "zoneadm: {}: could not set state: {}",
                self.name,
                error_text(code)
            ));
            Stop(code)
        })
    }

    /// As [`set_state`](Self::set_state), in the words of detach and attach.
    fn reset_state(&mut self, terminal: &mut Terminal<'_>, state: u8) -> Done {
        self.write_state(state).map_err(|code| {
            terminal.error(&format!(
                "zoneadm: could not reset state: {}",
                error_text(code)
            ));
            Stop(1)
        })
    }

    fn write_state(&mut self, state: u8) -> Result<(), i32> {
        index::set_state(self.host, &self.name, state)?;
        self.state = Some(state_in_index(state));
        Ok(())
    }

    /// The file of the zone's configuration.
    fn document_file(&self) -> std::path::PathBuf {
        self.host.path(&format!("/etc/zones/{}.xml", self.name))
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
