//! `zmgr doc`.

use crate::failure::Code;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::documents::schema::reference;
use crate::documents::values::nearest;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure, manual};

/// Show what documents may hold
///
/// Explains every node of every document, from the table that reads and checks them. Without a topic it lists the topics.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr doc
  zmgr doc pool
  zmgr doc template.net.vlan
  zmgr doc exit-status")]
pub struct DocArgs {
    /// A node, by its path: pool, template.net, template.net.vlan; or exit-status, or diagnostics
    topic: Option<String>,
    /// Write the whole reference as Markdown into this directory instead
    #[arg(short, long, value_name = "DIR", conflicts_with = "topic", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// The document of `doc TOPIC --json`; without a topic, an array of topics.
#[derive(Debug, Serialize)]
struct View<'a> {
    topic: &'a str,
    text: &'a str,
}

/// Shows a topic, lists them, or writes the reference.
///
/// # Errors
/// Exit status 2 if there is no such topic; 1 if a file cannot be written.
pub fn run(_: &Context, ui: &mut Ui, args: &DocArgs) -> Result<ExitCode, Failure> {
    if let Some(dir) = &args.output {
        return write(ui, dir);
    }
    let Some(topic) = &args.topic else {
        let topics = topics();
        if ui.is_json() {
            ui.json(&topics);
        } else {
            for topic in topics {
                ui.line(topic);
            }
        }
        return Ok(ExitCode::Done);
    };
    let text = match topic.as_str() {
        manual::EXIT_STATUS => manual::exit_status_text(),
        manual::DIAGNOSTICS => manual::diagnostics_text(),
        _ => reference::topic(topic).ok_or_else(|| unknown(topic))?,
    };
    if ui.is_json() {
        ui.json(&View { topic, text: &text });
    } else {
        ui.prose(&text);
    }
    Ok(ExitCode::Done)
}

fn topics() -> Vec<String> {
    let mut topics = reference::topics();
    topics.push(manual::EXIT_STATUS.to_owned());
    topics.push(manual::DIAGNOSTICS.to_owned());
    topics
}

fn unknown(topic: &str) -> Failure {
    let topics = topics();
    let failure = Failure::new(
        ExitCode::Usage,
        Code::Usage,
        format!("there is no topic {topic:?}"),
    );
    // The node may be known in other places.
    let last = format!(".{}", topic.rsplit('.').next().unwrap_or(topic));
    let elsewhere: Vec<&str> = topics
        .iter()
        .map(String::as_str)
        .filter(|known| known.ends_with(&last))
        .take(8)
        .collect();
    if !elsewhere.is_empty() {
        return failure.with_help(format!("there is {}", elsewhere.join(", ")));
    }
    match nearest(topic, topics.iter().map(String::as_str)) {
        Some(near) => failure.with_help(format!("did you mean {near}?")),
        None => failure.with_help("`zmgr doc` lists the topics"),
    }
}

fn write(ui: &mut Ui, dir: &Path) -> Result<ExitCode, Failure> {
    let pages = manual::pages();
    for (name, text) in &pages {
        let file = dir.join(name);
        std::fs::write(&file, text).map_err(|error| {
            let message = format!("cannot write {}: {error}", file.display());
            Failure::new(ExitCode::Failed, Code::DocWrite, message)
        })?;
    }
    ui.status(format_args!(
        "{} pages written to {}",
        pages.len(),
        dir.display()
    ));
    Ok(ExitCode::Done)
}
