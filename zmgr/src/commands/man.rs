//! `zmgr man`.

use crate::failure::Code;
use std::path::PathBuf;

use clap::Args;

use crate::manual::man;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Print or write the manual pages
///
/// The pages of the commands are in section 8. They are generated from the same definitions as the help texts. zmgr(5) describes the
/// documents.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr man | mandoc | more             read zmgr(8)
  zmgr man create | mandoc | more      read zmgr-create(8)
  zmgr man 5 | mandoc | more           read zmgr(5), about the documents
  zmgr man --output /usr/share/man/man8")]
pub struct ManArgs {
    /// The command whose page is printed, such as create or pool show; 5 for zmgr(5)
    command: Vec<String>,
    /// Write every page into this directory
    #[arg(short, long, value_name = "DIR", conflicts_with = "command", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// Prints a page, or writes all of them.
///
/// # Errors
/// If there is no such command, or a file cannot be written.
pub fn run(cx: &Context, ui: &mut Ui, args: &ManArgs) -> Result<ExitCode, Failure> {
    let mut root = (cx.grammar)().disable_help_subcommand(true);
    root.build();
    if let Some(dir) = &args.output {
        let pages = man::pages(&root);
        for (name, text) in &pages {
            let file = dir.join(name);
            std::fs::write(&file, text).map_err(|error| {
                let message = format!("cannot write {}: {error}", file.display());
                Failure::new(ExitCode::Failed, Code::ManWrite, message)
            })?;
        }
        ui.status(format_args!(
            "{} pages written to {}",
            pages.len(),
            dir.display()
        ));
        return Ok(ExitCode::Done);
    }
    let words: Vec<&str> = args.command.iter().map(String::as_str).collect();
    if words == ["5"] {
        ui.raw(man::documents().as_bytes());
        return Ok(ExitCode::Done);
    }
    let mut command = &root;
    let mut name = "zmgr".to_owned();
    for word in words {
        command = command.find_subcommand(word).ok_or_else(|| {
            let message = format!("there is no command {:?}", args.command.join(" "));
            Failure::new(ExitCode::Usage, Code::Usage, message).with_help("see zmgr --help")
        })?;
        name = format!("{name}-{}", command.get_name());
    }
    ui.raw(man::page(command, &name).as_bytes());
    Ok(ExitCode::Done)
}
