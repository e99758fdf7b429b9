//! The commands: a program that links this crate is zoneadm, zfs, pkg, zlogin, dladm and others, or a command that another crate
//! [brings](bring), when it is started under that name and there is a host: `ZMGR_EMULATED_HOST` is set, or the default directory has one.
//! It then never reaches its own `main`.

mod dladm;
mod ipadm;
mod mount;
mod neighbour;
mod options;
mod pkg;
mod prctl;
mod resource;
mod svcprop;
mod svcs;
mod terminal;
mod zfs;
mod zlogin;
mod zoneadm;

use std::io::{self, Write};
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use crate::{Host, fault};

pub(crate) use options::Options;
pub(crate) use terminal::Terminal;

/// A command that another crate brings along: this crate has no use for what the command is made of, or is used by it.
#[derive(Debug, Clone, Copy)]
pub struct Brought {
    /// The name under which it is started.
    pub name: &'static str,
    /// Where a real host has it.
    pub path: &'static str,
    /// What runs it on the host of the calling thread, with its arguments, standard output and standard error; its exit status.
    pub run: fn(&[String], &mut dyn Write, &mut dyn Write) -> i32,
}

static BROUGHT: RwLock<Vec<Brought>> = RwLock::new(Vec::new());

/// Adds a command to those of every host. If the process was started under its name, it runs, and the process ends.
///
/// To be called before `main`, as this crate looks for its own.
pub fn bring(command: Brought) {
    BROUGHT
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(command);
    start();
}

fn brought() -> Vec<Brought> {
    BROUGHT
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// A command: its name, where a real host has it, and what runs it.
struct Command {
    name: &'static str,
    path: &'static str,
    run: fn(&mut Terminal<'_>, &Host, &[String]) -> i32,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "zoneadm",
        path: "/usr/sbin/zoneadm",
        run: zoneadm::run,
    },
    Command {
        name: "zfs",
        path: "/usr/sbin/zfs",
        run: zfs::run,
    },
    Command {
        name: "pkg",
        path: "/usr/bin/pkg",
        run: pkg::run,
    },
    Command {
        name: "zlogin",
        path: "/usr/sbin/zlogin",
        run: zlogin::run,
    },
    Command {
        name: "dladm",
        path: "/usr/sbin/dladm",
        run: dladm::run,
    },
    Command {
        name: "ipadm",
        path: "/usr/sbin/ipadm",
        run: ipadm::run,
    },
    Command {
        name: "ping",
        path: "/usr/sbin/ping",
        run: neighbour::ping,
    },
    Command {
        name: "arp",
        path: "/usr/sbin/arp",
        run: neighbour::arp,
    },
    Command {
        name: "prctl",
        path: "/usr/bin/prctl",
        run: prctl::run,
    },
    Command {
        name: "rcapadm",
        path: "/usr/sbin/rcapadm",
        run: resource::rcapadm,
    },
    Command {
        name: "poolbind",
        path: "/usr/sbin/poolbind",
        run: resource::poolbind,
    },
    Command {
        name: "priocntl",
        path: "/usr/bin/priocntl",
        run: resource::priocntl,
    },
    Command {
        name: "mount",
        path: "/usr/sbin/mount",
        run: mount::mount,
    },
    Command {
        name: "umount",
        path: "/usr/sbin/umount",
        run: mount::umount,
    },
    Command {
        name: "svcs",
        path: "/usr/bin/svcs",
        run: svcs::run,
    },
    Command {
        name: "svcprop",
        path: "/usr/bin/svcprop",
        run: svcprop::run,
    },
];

/// Whether there is a command of this name.
#[must_use]
pub fn exists(name: &str) -> bool {
    COMMANDS.iter().any(|command| command.name == name)
        || brought().iter().any(|command| command.name == name)
}

/// Runs a command on the host of the calling thread, with the process's own standard streams; returns its exit status.
#[must_use]
pub fn run(name: &str, args: &[String]) -> i32 {
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    run_with(name, args, &mut out, &mut err)
}

/// As [`run`], with what is printed going to `out` and `err`. What a zlogin command prints goes to the process's
/// own streams all the same.
#[must_use]
pub fn run_with(name: &str, args: &[String], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    let mut terminal = Terminal::new(out, err);
    let own = COMMANDS.iter().find(|command| command.name == name);
    let other = brought().into_iter().find(|command| command.name == name);
    if own.is_none() && other.is_none() {
        terminal.error(&format!("{name}: not found"));
        return 127;
    }
    let host = match Host::current().map_or_else(Host::from_environment, Ok) {
        Ok(host) => host,
        Err(error) => {
            terminal.error(&format!("{name}: {error}"));
            return 1;
        }
    };
    let point = point(name, args);
    match fault::before(&point) {
        Ok(()) => {}
        Err(fault::GARBAGE) => {
            terminal.line("\u{1}\u{7f}%%% 0:::::\\:\\ \u{fffd}\t\t-1 [");
            return 0;
        }
        Err(code) => {
            terminal.error(&format!("{name}: the fault that was ordered"));
            return code;
        }
    }
    let status = match (own, other) {
        (Some(command), _) => (command.run)(&mut terminal, &host, args),
        (None, Some(command)) => {
            let _entered = host.enter();
            (command.run)(args, out, err)
        }
        (None, None) => 127,
    };
    if status == 0 {
        fault::after(&point);
    }
    status
}

/// The commands that have no subcommand, but other words.
const WITHOUT_SUBCOMMAND: &[&str] = &[
    "zlogin", "prctl", "rcapadm", "poolbind", "priocntl", "svcs", "svcprop",
];

/// The point that a command passes: its name and its subcommand.
fn point(name: &str, args: &[String]) -> String {
    if WITHOUT_SUBCOMMAND.contains(&name) {
        return name.to_owned();
    }
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-z" | "-u" | "-R" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            word => return format!("{name} {word}"),
        }
    }
    name.to_owned()
}

/// Ends the process as a command if it was started as one.
#[ctor::ctor(unsafe)]
fn start() {
    let mut args = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    let Some(program) = args.next() else { return };
    let name = Path::new(&program)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    if !exists(name) || !Host::is_there() {
        return;
    }
    let args: Vec<String> = args.collect();
    let status = run(name, &args);
    let _ = io::stdout().flush();
    #[expect(
        clippy::exit,
        reason = "the program under whose name this was not started must not begin"
    )]
    std::process::exit(status);
}

/// Puts links to the running program where a real host has the commands, for people who want to type them. Those that lead somewhere
/// stay, and this crate's own stand for each other.
pub(crate) fn link_programs(host: &Host) -> io::Result<()> {
    let leads = |path: &&str| host.path(path).exists();
    let mut missing: Vec<&str> = brought().iter().map(|command| command.path).collect();
    missing.retain(|path| !leads(path));
    if !COMMANDS.first().is_some_and(|first| leads(&first.path)) {
        missing.extend(COMMANDS.iter().map(|command| command.path));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let program = std::env::current_exe()?;
    for path in missing {
        let link = host.path(path);
        let beside = link.with_extension(std::process::id().to_string());
        std::os::unix::fs::symlink(&program, &beside)?;
        std::fs::rename(&beside, &link)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::point;

    #[test]
    fn points_are_named_after_the_subcommand() {
        let point = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            let name = words.next().unwrap();
            point(&name, &words.collect::<Vec<_>>())
        };
        assert_eq!(point("zoneadm -z web1 install -P a=b"), "zoneadm install");
        assert_eq!(point("zoneadm list -p"), "zoneadm list");
        assert_eq!(
            point("pkg -R /zones/web1/root publisher -F tsv"),
            "pkg publisher"
        );
        assert_eq!(point("zlogin web1 reboot"), "zlogin");
        assert_eq!(point("prctl -n zone.cpu-shares -i zone web1"), "prctl");
    }
}
