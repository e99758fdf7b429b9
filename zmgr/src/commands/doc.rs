//! `zmgr doc`.

use crate::failure::Code;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::documents::schema::reference;
use crate::documents::values::nearest;
use crate::output::{Cell, Column, Table, Ui};
use crate::{Context, ExitCode, Failure, manual};

/// Explain the nodes of documents
///
/// Explains every node that a document may contain. Without a topic, the topics are listed. A word that is not a topic is searched for in
/// all of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr doc
  zmgr doc gateway                 every node that has to do with it
  zmgr doc pool
  zmgr doc template.net.vlan
  zmgr doc exit-status")]
pub struct DocArgs {
    /// A node, by its path: pool, template.net, template.net.vlan; exit-status; diagnostics; or a word to search for
    #[arg(add = crate::commands::args::complete::topic())]
    topic: Option<String>,
    /// Write the whole reference as Markdown into this directory
    #[arg(short, long, value_name = "DIR", conflicts_with = "topic", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// The document of `doc TOPIC --json`; without a topic, an array of topics.
#[derive(Debug, Serialize)]
struct View<'a> {
    topic: &'a str,
    text: &'a str,
}

/// The document of `doc WORD --json`, where the word is not a topic.
#[derive(Debug, Serialize)]
struct Found<'a> {
    search: &'a str,
    topics: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn new(search: &'a str, topics: &'a [(String, &'static str)]) -> Self {
        let topics = topics.iter().map(|(topic, _)| topic.as_str()).collect();
        Self { search, topics }
    }
}

/// Shows a topic, lists them, or writes the reference.
///
/// # Errors
/// Exit status 2 if there is no such topic; 1 if a file cannot be written.
pub fn run(cx: &Context, ui: &mut Ui, args: &DocArgs) -> Result<ExitCode, Failure> {
    if let Some(dir) = &args.output {
        return write(cx, ui, dir);
    }
    let Some(topic) = &args.topic else {
        list(ui, &topics());
        return Ok(ExitCode::Done);
    };
    let text = match topic.as_str() {
        manual::EXIT_STATUS => manual::exit_status_text(),
        manual::DIAGNOSTICS => manual::diagnostics_text(),
        _ => match reference::topic(topic) {
            Some(text) => text,
            None => {
                let found = search(topic);
                if found.is_empty() {
                    return Err(unknown(topic));
                }
                if ui.is_json() {
                    ui.json(&Found::new(topic, &found));
                } else {
                    list(ui, &found);
                }
                return Ok(ExitCode::Done);
            }
        },
    };
    if ui.is_json() {
        ui.json(&View { topic, text: &text });
    } else {
        ui.prose(&text);
    }
    Ok(ExitCode::Done)
}

/// Every topic, each with one line about it.
pub(crate) fn topics() -> Vec<(String, &'static str)> {
    let mut topics = reference::topics();
    topics.push((
        manual::EXIT_STATUS.to_owned(),
        "What the exit statuses mean.",
    ));
    topics.push((
        manual::DIAGNOSTICS.to_owned(),
        "What the codes of errors and warnings mean.",
    ));
    topics
}

fn list(ui: &mut Ui, topics: &[(String, &'static str)]) {
    if ui.is_json() {
        ui.json(&topics.iter().map(|(topic, _)| topic).collect::<Vec<_>>());
        return;
    }
    let mut table = Table::new(["TOPIC", "WHAT"].map(Column::new).into_iter().collect());
    for (topic, about) in topics {
        table.row([topic.as_str(), about].map(Cell::new));
    }
    ui.table(&table);
}

/// The topics whose path or text has the word: those whose path has it first.
fn search(word: &str) -> Vec<(String, &'static str)> {
    let word = word.to_lowercase();
    let mut found: Vec<(usize, (String, &'static str))> = topics()
        .into_iter()
        .filter_map(|(path, about)| {
            let last = path.rsplit('.').next().unwrap_or(&path);
            let rank = if last.contains(&word) {
                0
            } else if about.to_lowercase().contains(&word) {
                1
            } else if own_text(&path)?.to_lowercase().contains(&word) {
                2
            } else {
                return None;
            };
            Some((rank, (path, about)))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, topic)| topic).collect()
}

/// What is said of a node, without the list of the nodes in it.
fn own_text(path: &str) -> Option<String> {
    let text = reference::topic(path)?;
    Some(text.split("\nNodes:").next()?.to_owned())
}

fn unknown(topic: &str) -> Failure {
    let topics = topics();
    let failure = Failure::new(
        ExitCode::Usage,
        Code::Usage,
        format!("no documentation found for {topic:?}"),
    );
    match nearest(topic, topics.iter().map(|(topic, _)| topic.as_str())) {
        Some(near) => failure.with_help(format!("did you mean {near}?")),
        None => failure.with_help("`zmgr doc` lists the topics"),
    }
}

fn write(cx: &Context, ui: &mut Ui, dir: &Path) -> Result<ExitCode, Failure> {
    let pages = manual::pages((cx.grammar)());
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
