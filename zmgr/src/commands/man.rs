//! `zmgr man`.

use crate::failure::Code;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};

use crate::cli::Cli;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Print or write the manual pages
///
/// The pages are in section 8 and are made from the same definitions as the help texts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr man | man -l -              read zmgr(8)
  zmgr man create | man -l -       read zmgr-create(8)
  zmgr man --output /usr/share/man/man8")]
pub struct ManArgs {
    /// The command whose page is printed: `create`, `pool show`
    command: Vec<String>,
    /// Write every page into this directory instead
    #[arg(short, long, value_name = "DIR", conflicts_with = "command", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// Prints a page, or writes all of them.
///
/// # Errors
/// If there is no such command, or a file cannot be written.
pub fn run(_: &Context, ui: &mut Ui, args: &ManArgs) -> Result<ExitCode, Failure> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    if let Some(dir) = &args.output {
        let count = write_all(&root, "zmgr", dir)?;
        ui.status(format_args!("{count} pages written to {}", dir.display()));
        return Ok(ExitCode::Done);
    }
    let mut command = &root;
    let mut name = "zmgr".to_owned();
    for word in &args.command {
        command = command.find_subcommand(word).ok_or_else(|| {
            let message = format!("there is no command {:?}", args.command.join(" "));
            Failure::new(ExitCode::Usage, Code::Usage, message).with_help("see zmgr --help")
        })?;
        name = format!("{name}-{}", command.get_name());
    }
    ui.raw(&page(command, &name));
    Ok(ExitCode::Done)
}

/// The page of one command as roff.
fn page(command: &clap::Command, name: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let man = clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .section("8")
        .source(concat!("zmgr ", env!("CARGO_PKG_VERSION")))
        .manual("System Administration Commands");
    // Writing to memory does not fail.
    let _ = man.render(&mut text);
    text
}

/// Writes the pages of the command and of those below it, and returns how many.
fn write_all(command: &clap::Command, name: &str, dir: &Path) -> Result<usize, Failure> {
    let file = dir.join(format!("{name}.8"));
    std::fs::write(&file, page(command, name)).map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        Failure::new(ExitCode::Failed, Code::ManWrite, message)
    })?;
    let mut count = 1;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        count += write_all(sub, &format!("{name}-{}", sub.get_name()), dir)?;
    }
    Ok(count)
}
