//! The groups in which the help lists the commands.

use std::fmt::Write as _;

use anstyle::{Effects, Style};

/// Each group and its commands, in the order of the help.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Zones",
        &[
            "create", "destroy", "list", "show", "set", "edit", "diff", "apply", "net", "import",
            "forget", "rename",
        ],
    ),
    (
        "Running zones",
        &[
            "boot", "shutdown", "halt", "reboot", "wait", "exec", "login", "console",
        ],
    ),
    (
        "Documents",
        &[
            "init",
            "template",
            "pool",
            "publisher",
            "config",
            "validate",
            "fmt",
            "doc",
        ],
    ),
    (
        "This host",
        &[
            "doctor",
            "recover",
            "history",
            "metrics",
            "completions",
            "man",
            "help",
        ],
    ),
];

const HEADING: Style = Style::new().effects(Effects::BOLD.insert(Effects::UNDERLINE));
const LITERAL: Style = Style::new().effects(Effects::BOLD);

/// How the page of `zmgr --help` is put together.
pub(super) fn template() -> String {
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{{before-help}}{HEADING}Options of every command:{HEADING:#}\n{{options}}{{after-help}}"
    )
}

/// Every command with what it does, by group.
pub(super) fn explained(root: &clap::Command) -> String {
    let width = GROUPS
        .iter()
        .flat_map(|(_, commands)| commands.iter())
        .map(|name| name.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (group, commands) in GROUPS {
        let _ = writeln!(text, "\n{HEADING}{group}:{HEADING:#}");
        for name in *commands {
            let about = match root.find_subcommand(name) {
                Some(command) if command.is_hide_set() => continue,
                Some(command) => command
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                // clap adds it when it parses.
                None => "Explain a command".to_owned(),
            };
            let _ = writeln!(text, "  {LITERAL}{name:width$}{LITERAL:#}  {about}");
        }
    }
    text
}

/// The names of the commands, by group: what `zmgr` alone prints. It fits on a terminal of 24 lines.
pub(super) fn names(root: &clap::Command) -> String {
    let width = GROUPS
        .iter()
        .map(|(group, _)| group.len())
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "{}\n\n{HEADING}Usage:{HEADING:#} {LITERAL}zmgr{LITERAL:#} [OPTIONS] <COMMAND>\n\n",
        root.get_about()
            .map(ToString::to_string)
            .unwrap_or_default()
    );
    for (group, commands) in GROUPS {
        let shown: Vec<&str> = commands
            .iter()
            .copied()
            .filter(|name| {
                root.find_subcommand(name)
                    .is_none_or(|command| !command.is_hide_set())
            })
            .collect();
        let mut line = String::new();
        let mut first = true;
        for name in shown {
            if line.len() + 1 + name.len() > 76 - width {
                group_line(&mut text, group, &line, width, &mut first);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(name);
        }
        group_line(&mut text, group, &line, width, &mut first);
    }
    text.push_str("\n`zmgr --help` describes each command; `zmgr help COMMAND` explains one.\n");
    text
}

fn group_line(text: &mut String, group: &str, line: &str, width: usize, first: &mut bool) {
    let group = if std::mem::take(first) { group } else { "" };
    let _ = writeln!(
        text,
        "  {HEADING}{group}{HEADING:#}{:pad$}  {line}",
        "",
        pad = width - group.len()
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_is_in_one_group() {
        let root = Cli::command();
        let listed: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        let unique: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(listed.len(), unique.len());
        let commands: BTreeSet<&str> = root
            .get_subcommands()
            .map(clap::Command::get_name)
            .chain(["help"])
            .collect();
        assert_eq!(unique, commands);
    }

    #[test]
    fn zmgr_alone_fits_on_a_small_terminal() {
        let text = anstream::adapter::strip_str(&names(&Cli::command())).to_string();
        assert!(text.lines().count() <= 22, "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}
