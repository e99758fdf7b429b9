//! `zmgr fmt`.

use crate::failure::Code;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::documents::format::format;
use crate::documents::{Kind, Source, Store, combine};
use crate::files;
use crate::operation::{self, Proposal, Scope};
use crate::output::{Ui, plural};
use crate::plan::{Action, DocumentChange, Plan, Step};
use crate::{Context, ExitCode, Failure};

/// Format documents
///
/// Makes indentation, spaces and blank lines uniform. Comments and the meaning of a document are kept. If a document has a syntax error,
/// nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 done or all formatted, 3 if a document cannot be read, 4 if one is not formatted (--check).

Examples:
  zmgr fmt
  zmgr fmt --check ./etc/zmgr
  zmgr fmt pools/internal.kdl")]
pub struct FmtArgs {
    /// A document, or a directory of documents [default: the configuration directory]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Change nothing; list the documents that are not formatted
    #[arg(long)]
    check: bool,
    /// Like --check, but exit with status 0
    #[arg(short = 'n', long, conflicts_with = "check")]
    dry_run: bool,
}

impl FmtArgs {
    /// Whether it works on this host's documents, or on documents somewhere.
    pub(super) fn needs_host(&self, config_dir_given: bool) -> bool {
        self.paths.is_empty() && (!config_dir_given || !self.only_looks())
    }

    /// Whether nothing is changed.
    fn only_looks(&self) -> bool {
        self.check || self.dry_run
    }
}

/// The document of `fmt --json`.
#[derive(Debug, Serialize)]
struct View {
    documents: usize,
    changed: Vec<PathBuf>,
}

/// A document and what it is formatted.
struct Formatted {
    path: PathBuf,
    before: String,
    after: String,
}

/// What was found.
struct Found {
    /// How many documents there are.
    documents: usize,
    /// Those that are not as they are formatted.
    changed: Vec<Formatted>,
}

/// Formats the documents.
///
/// # Errors
/// With [`ExitCode::Invalid`] if a document cannot be read: none is changed then.
pub fn run(cx: &Context, ui: &mut Ui, args: &FmtArgs) -> Result<ExitCode, Failure> {
    let own = args.paths.is_empty();
    let look = args.only_looks();
    let Found { documents, changed } = if own && !look {
        write_own(cx, ui)?
    } else {
        let found = find(cx, &args.paths)?;
        for document in found.changed.iter().filter(|_| !look) {
            files::replace(&document.path, document.after.as_bytes())?;
        }
        found
    };
    let view = View {
        documents,
        changed: changed.into_iter().map(|document| document.path).collect(),
    };
    if cx.json {
        ui.json(&view);
    } else {
        for path in &view.changed {
            ui.line(crate::output::escape(&path.display().to_string()));
        }
        let what = if look { "not formatted" } else { "formatted" };
        let count = plural(documents, "document");
        ui.status(format_args!("{count}, {} {what}", view.changed.len()));
    }
    Ok(if args.check && !view.changed.is_empty() {
        ExitCode::Differs
    } else {
        ExitCode::Done
    })
}

/// The documents of the paths, or of the configuration directory.
fn find(cx: &Context, paths: &[PathBuf]) -> Result<Found, Failure> {
    let mut found = Vec::new();
    if paths.is_empty() {
        in_directory(&cx.config_dir, &mut found)?;
    }
    for path in paths {
        if path.is_dir() {
            in_directory(path, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(Found {
        documents: found.len(),
        changed: changed(found)?,
    })
}

/// Every document of a directory. One that has none of the subdirectories of documents is searched for documents itself.
fn in_directory(directory: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let store = Store::open(directory)?;
    let mut any = false;
    for kind in Kind::ALL {
        if kind == Kind::Config {
            let config = store.path(kind, "config")?;
            if config.is_file() {
                paths.push(config);
                any = true;
            }
            continue;
        }
        for name in store.names(kind)? {
            paths.push(store.path(kind, &name)?);
            any = true;
        }
    }
    if any {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read the directory {}: {error}", directory.display());
        Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "kdl") {
            found.push(path);
        }
    }
    found.sort_unstable();
    paths.append(&mut found);
    Ok(())
}

/// The documents that are not as they are formatted.
fn changed(paths: Vec<PathBuf>) -> Result<Vec<Formatted>, Failure> {
    let mut changed = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let source = match Source::read(&path) {
            Ok(source) => source,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match format(&source) {
            Ok(after) if after == source.text => {}
            Ok(after) => changed.push(Formatted {
                path,
                before: source.text,
                after,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(changed)
    } else {
        Err(combine(problems))
    }
}

/// Changes the documents of the configuration directory, all or none.
fn write_own(cx: &Context, ui: &mut Ui) -> Result<Found, Failure> {
    let scope = Scope {
        command: "fmt",
        ..Scope::default()
    };
    let mut changed = operation::attempt(cx, ui, &scope, |_| {
        let found = find(cx, &[])?;
        Ok(Proposal::new(vec![plan(cx, &found.changed)], found))
    })?;
    match changed.failures.pop() {
        Some(failure) => Err(failure),
        None => Ok(changed.note),
    }
}

fn plan(cx: &Context, changed: &[Formatted]) -> Plan {
    if changed.is_empty() {
        return Plan::new("fmt", Vec::new(), Vec::new());
    }
    let changes: Vec<DocumentChange> = changed
        .iter()
        .map(|document| DocumentChange {
            path: document
                .path
                .strip_prefix(&cx.config_dir)
                .unwrap_or(&document.path)
                .display()
                .to_string(),
            before: Some(document.before.clone()),
            after: Some(document.after.clone()),
        })
        .collect();
    let undo = changes.iter().map(DocumentChange::reversed).collect();
    let step = Step::new(
        Action::ChangeDocuments(changes),
        Some(Action::ChangeDocuments(undo)),
    );
    Plan::new("fmt", Vec::new(), vec![step])
}
