use std::fmt::Write as _;

use clap::{Arg, Command};

/// The reference of the command line.
pub(super) fn markdown(grammar: Command) -> String {
    let mut root = grammar
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true);
    root.build();
    let mut text = String::from(
        "# The command line

<!-- Made by `cargo xtask docs` from zmgr/src/cli and zmgr/src/commands. Do not edit. -->

",
    );
    let _ = writeln!(text, "{}\n", long(&root));
    text.push_str("## Options of every command\n\n");
    options(
        &mut text,
        root.get_arguments().filter(|arg| arg.is_global_set()),
    );
    for command in root.get_subcommands() {
        section(&mut text, command, "zmgr", 2);
    }
    text
}

fn section(text: &mut String, command: &Command, above: &str, level: usize) {
    let name = format!("{above} {}", command.get_name());
    let _ = writeln!(text, "\n{} {name}\n", "#".repeat(level));
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        let _ = writeln!(text, "Also: `{}`.\n", aliases.join("`, `"));
    }
    let _ = writeln!(text, "{}", long(command));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let _ = writeln!(text, "\n```text\n{usage}\n```");
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_global_set() && !arg.is_hide_set())
        .collect();
    if !own.is_empty() {
        text.push('\n');
        options(text, own.into_iter());
    }
    if let Some(after) = command.get_after_help() {
        examples(text, &after.to_string());
    }
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(text, sub, &name, (level + 1).min(4));
    }
}

fn long(command: &Command) -> String {
    command
        .get_long_about()
        .or_else(|| command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn options<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| argument | what |\n|---|---|\n");
    for arg in arguments {
        let mut what = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .filter(|_| arg.get_action().takes_values())
            .map(|value| value.get_name().to_owned())
            .collect();
        if !values.is_empty() {
            let _ = write!(what, " (one of: {})", values.join(", "));
        }
        let default: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !default.is_empty() && arg.get_action().takes_values() {
            let _ = write!(what, " (default: {})", default.join(", "));
        }
        let _ = writeln!(
            text,
            "| `{}` | {} |",
            shown(arg).replace('|', "\\|"),
            what.replace('|', "\\|")
        );
    }
}

/// `-o, --output FIELD,…`
fn shown(arg: &Arg) -> String {
    let names: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    let values = if arg.get_action().takes_values() {
        names.join(" ")
    } else {
        String::new()
    };
    if arg.is_positional() {
        return values;
    }
    let mut shown: Vec<String> = Vec::new();
    shown.extend(arg.get_short().map(|short| format!("-{short}")));
    shown.extend(arg.get_long().map(|long| format!("--{long}")));
    let shown = shown.join(", ");
    if values.is_empty() {
        shown
    } else {
        format!("{shown} {values}")
    }
}

/// What stands below the help: paragraphs, and examples as commands.
fn examples(text: &mut String, after: &str) {
    for paragraph in after.split("\n\n") {
        match paragraph.strip_prefix("Examples:\n") {
            Some(lines) => {
                text.push_str("\n```sh\n");
                for line in lines.lines() {
                    // What is said of a command stands some blanks after it.
                    let _ = match line.trim().split_once("   ") {
                        Some((command, what)) => {
                            writeln!(text, "{command}  # {}", what.trim_start())
                        }
                        None => writeln!(text, "{}", line.trim()),
                    };
                }
                text.push_str("```\n");
            }
            None => {
                let _ = writeln!(text, "\n{}", paragraph.trim());
            }
        }
    }
}
