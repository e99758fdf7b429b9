//! The command line: what was typed. Help text is the doc comment.

mod groups;
mod host;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser};

use crate::commands::Command;
use crate::output::{Colour, Ui, UiOptions};
use crate::{Context, ExitCode, Failure};

/// The illumos zone manager
///
/// Templates, address pools, publishers and the registry of zones are files (documents) under /etc/zmgr that you can edit. zmgr creates
/// zones from them, shows their state, and rolls back an operation that fails.
#[derive(Debug, Parser)]
#[command(
    name = "zmgr",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true
)]
#[command(after_help = crate::manual::exit_status_line())]
pub struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Print one JSON document; errors become a JSON object on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Suppress status messages, warnings and progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print the commands behind each step and the output of programs
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Colour,
    /// The configuration directory [default: /etc/zmgr]
    #[arg(long, global = true, value_name = "DIR", env = "ZMGR_CONFIG_DIR", hide_env = true, value_hint = clap::ValueHint::DirPath)]
    pub config_dir: Option<PathBuf>,
    /// How long to wait for a lock: seconds, or a time such as 2m
    #[arg(long, global = true, value_name = "TIME", default_value = "30s", value_parser = crate::commands::args::duration)]
    pub lock_timeout: Duration,
}

/// Runs the command line and returns its exit status.
#[must_use]
pub fn main() -> std::process::ExitCode {
    // Nothing may be printed before this: it answers the shell's requests for completions.
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    run(std::env::args_os().collect()).into()
}

/// The command line, with the commands of its help in groups.
fn command() -> clap::Command {
    let root = Cli::command();
    let groups = groups::explained(&root);
    root.before_help(groups).help_template(groups::template())
}

/// Runs the command line `args`, whose first word is the program's name.
fn run(args: Vec<OsString>) -> ExitCode {
    let root = command();
    let matches = match root.clone().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return usage::tell(error, &root, &args),
    };
    // Which commands change something is known to them alone: those that do have the options of `ChangeArgs`.
    let mut leaf = &matches;
    while let Some((_, deeper)) = leaf.subcommand() {
        leaf = deeper;
    }
    let flag = |id: &str| {
        leaf.try_get_one::<bool>(id)
            .ok()
            .flatten()
            .copied()
            .unwrap_or(false)
    };
    let (dry_run, yes) = (flag("dry_run"), flag("yes"));
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return usage::tell(error.format(&mut root.clone()), &root, &args),
    };
    let GlobalArgs {
        json,
        quiet,
        verbose,
        color,
        config_dir,
        lock_timeout,
    } = cli.global;
    let mut ui = Ui::new(UiOptions {
        json,
        quiet,
        verbose,
        yes,
        colour: color,
    });
    let mut cx = Context {
        config_dir: config_dir.unwrap_or_else(|| PathBuf::from("/etc/zmgr")),
        state_dir: PathBuf::from("/var/zmgr"),
        dry_run,
        json,
        lock_timeout,
        grammar: Cli::command,
    };
    let explicit = config_dir_given(&matches);
    let result = prepare(&cli.command, &mut cx, &mut ui, explicit)
        .and_then(|()| cli.command.run(&cx, &mut ui));
    ui.finish(result)
}

/// Whether `--config-dir` or its environment variable was given.
fn config_dir_given(matches: &clap::ArgMatches) -> bool {
    matches.contains_id("config_dir") && matches.value_source("config_dir").is_some()
}

/// Makes the host ready if the command needs one.
fn prepare(
    command: &Command,
    cx: &mut Context,
    ui: &mut Ui,
    explicit: bool,
) -> Result<(), Failure> {
    if !command.needs_host(explicit) {
        return Ok(());
    }
    host::open(ui)?;
    if !explicit {
        cx.config_dir = illumos::host_path("/etc/zmgr");
    }
    cx.state_dir = illumos::host_path("/var/zmgr");
    // Init does the same, and tells of it.
    if !matches!(command, Command::Init(_)) {
        host::set_up(cx)?;
    }
    if !matches!(command, Command::Recover(_) | Command::History(_))
        && let Some(notice) = crate::execute::recover::notice(cx)
    {
        ui.status(notice);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_hold_together() {
        Cli::command().debug_assert();
    }

    /// Every command says what it does, and the ones that take arguments show how they are typed.
    #[test]
    fn every_command_is_documented() {
        fn walk(command: &clap::Command, path: &str) {
            assert!(command.get_about().is_some(), "{path} has no help");
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some(),
                    "{path}: {} has no help",
                    arg.get_id()
                );
            }
            for sub in command.get_subcommands() {
                walk(sub, &format!("{path} {}", sub.get_name()));
            }
        }
        walk(&Cli::command(), "zmgr");
    }
}
