//! How the subcommands are used: their names and the first lines of their usage texts.

use super::Terminal;
use crate::commands::options::Bad;

/// `Z_USAGE`.
pub(super) const USAGE: i32 = 2;

/// The subcommands in the order of the usage text, each with what follows its name. Those that are not documented have no such text.
pub(super) const SUBCOMMANDS: &[(&str, Option<&str>)] = &[
    ("help", Some("")),
    ("boot", Some(" [-- boot_arguments]")),
    ("halt", Some("")),
    ("ready", Some("")),
    ("shutdown", Some(" [-r [-- boot_arguments]]")),
    ("reboot", Some(" [-- boot_arguments]")),
    ("list", Some(" [-cinpv]")),
    ("verify", Some("")),
    ("install", Some(" [brand-specific args]")),
    ("uninstall", Some(" [-F] [brand-specific args]")),
    (
        "clone",
        Some(" [-m method] [-s <ZFS snapshot>] [brand-specific args] zonename"),
    ),
    ("move", Some(" zonepath")),
    ("detach", Some(" [-n] [brand-specific args]")),
    ("attach", Some(" [-F] [-n <path>] [brand-specific args]")),
    ("mark", Some(" incomplete")),
    ("mount", None),
    ("unmount", None),
    ("apply", None),
    ("sysboot", None),
];

/// Whether there is a subcommand of this name.
pub(super) fn is_known(name: &str) -> bool {
    SUBCOMMANDS.iter().any(|(known, _)| *known == name)
}

/// The usage text of zoneadm as a whole.
fn whole() -> String {
    let mut text = "usage:\tzoneadm help\n\tzoneadm [-z <zone>] [-u <uuid-match>] list\n\
                    \tzoneadm {-z <zone>|-u <uuid-match>} <subcommand>\n\nSubcommands:\n\n"
        .to_owned();
    for (name, rest) in SUBCOMMANDS {
        if let Some(rest) = rest {
            text.push_str(&format!("{name}{rest}\n"));
        }
    }
    text
}

/// Says on standard error how zoneadm is used; returns the exit status.
pub(super) fn short(terminal: &mut Terminal<'_>) -> i32 {
    terminal.error(&whole());
    USAGE
}

/// Says on standard output how zoneadm is used.
pub(super) fn long(terminal: &mut Terminal<'_>) {
    terminal.line(&whole());
}

/// Says how a subcommand is used.
pub(super) fn of(terminal: &mut Terminal<'_>, subcommand: &str) {
    let rest = SUBCOMMANDS
        .iter()
        .find(|(known, _)| *known == subcommand)
        .and_then(|(_, rest)| *rest);
    if let Some(rest) = rest {
        terminal.error(&format!("usage:\t{subcommand}{rest}"));
    }
}

/// What getopt(3C) says of an option that it does not take.
pub(super) fn bad_option(terminal: &mut Terminal<'_>, bad: Bad) {
    terminal.error(&match bad {
        Bad::Unknown(letter) => format!("zoneadm: illegal option -- {letter}"),
        Bad::NoArgument(letter) => format!("zoneadm: option requires an argument -- {letter}"),
    });
}

/// `help`, with the subcommands that are asked for; returns the exit status.
pub(super) fn help(terminal: &mut Terminal<'_>, args: &[String]) -> i32 {
    if args.is_empty() {
        long(terminal);
        return 0;
    }
    match super::Options::parse(args, "?") {
        Ok(options) if options.has('?') => {
            of(terminal, "help");
            return 0;
        }
        Ok(_) => {}
        Err(bad) => {
            bad_option(terminal, bad);
            of(terminal, "help");
            return USAGE;
        }
    }
    for name in args {
        let documented = SUBCOMMANDS
            .iter()
            .any(|(known, rest)| known == name && rest.is_some());
        if !documented {
            of(terminal, "help");
            return USAGE;
        }
        of(terminal, name);
    }
    0
}
