//! `edit`.

use crate::failure::Code;
use clap::Args;

use super::Target;
use super::apply::{Changing, change};
use super::beside::{Beside, relocated};
use crate::documents::Store;
use crate::operation;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Which editor.
#[derive(Debug, Args)]
pub(in crate::commands) struct EditorArgs {
    /// The editor, with its options [default: $VISUAL, then $EDITOR, then vi]
    #[arg(long, value_name = "COMMAND")]
    editor: Option<String>,
}

impl EditorArgs {
    /// Opens the document in an editor, and again as long as it is wrong and the person wants to mend it.
    ///
    /// # Errors
    /// Exit status 6 if there is no such document; 3 if what was saved is invalid; 7 if somebody else changed the document
    /// meanwhile. What was typed is kept in a file then, and the document is as it was.
    pub(in crate::commands) fn run(
        &self,
        cx: &Context,
        ui: &mut Ui,
        target: Target<'_>,
    ) -> Result<ExitCode, Failure> {
        let store = Store::open(&cx.config_dir)?;
        let before = target.text_if_any(&store)?;
        let text = before.clone().unwrap_or_default();
        let editor = self.editor.as_deref();
        with_editor(cx, ui, target, "edit", before, text, editor)
    }
}

/// Opens `text` in the editor of the environment and makes it the document, which was `before`.
pub(super) fn edited(
    cx: &Context,
    ui: &mut Ui,
    target: Target<'_>,
    verb: &str,
    before: Option<String>,
    text: String,
) -> Result<ExitCode, Failure> {
    with_editor(cx, ui, target, verb, before, text, None)
}

fn with_editor(
    cx: &Context,
    ui: &mut Ui,
    target: Target<'_>,
    verb: &str,
    before: Option<String>,
    text: String,
    editor: Option<&str>,
) -> Result<ExitCode, Failure> {
    // Before anything is typed that could not be saved.
    operation::prepare(cx, &target.operation(verb), false)?;
    let store = Store::open(&cx.config_dir)?;
    let beside = Beside::new(&store, target)?;
    beside.write(&text)?;
    let editor = editor.map_or_else(from_environment, str::to_owned);
    let edited = until_valid(ui, &store, target, &beside, &editor, &text)?;
    let keep = |failure: Failure| {
        if before.as_ref() == Some(&edited) {
            return failure;
        }
        kept(failure, &beside, target)
    };
    change(cx, ui, target, verb, |store| {
        let now = match target.text(store) {
            Ok(text) => Some(text),
            Err(failure) if failure.exit == ExitCode::NotFound => None,
            Err(failure) => return Err(failure),
        };
        if now != before {
            let message = format!(
                "{} was changed by someone else in the meantime",
                target.path()
            );
            return Err(Failure::new(
                ExitCode::Exists,
                Code::DocumentChanged,
                message,
            ));
        }
        Ok(Changing {
            before: before.clone(),
            after: Some(edited.clone()),
            warnings: Vec::new(),
        })
    })
    .map_err(keep)
}

/// Lets the person edit until the document is valid; its text then.
fn until_valid(
    ui: &mut Ui,
    store: &Store,
    target: Target<'_>,
    beside: &Beside,
    editor: &str,
    start: &str,
) -> Result<String, Failure> {
    loop {
        run_editor(editor, beside).map_err(|failure| match beside.read() {
            // Nothing has been typed that could be lost.
            Ok(text) if text == start => failure,
            _ => kept(failure, beside, target),
        })?;
        let text = beside.read()?;
        let failure = match beside.check(store, target) {
            Ok(warnings) => {
                for warning in &warnings {
                    ui.warning(warning);
                }
                return Ok(text);
            }
            Err(failure) => failure,
        };
        if !ui.can_ask() {
            return Err(kept(failure, beside, target));
        }
        ui.problem(&failure);
        let go_on = ui
            .ask("Continue editing?")
            .map_err(|failure| kept(failure, beside, target))?;
        if !go_on {
            let message = format!("{} is unchanged", target.path());
            let failure = Failure::new(ExitCode::Invalid, Code::DocumentNotSaved, message);
            return Err(kept(failure, beside, target));
        }
    }
}

/// Keeps what was typed, and says where; places are those in the file that is kept.
fn kept(failure: Failure, beside: &Beside, target: Target<'_>) -> Failure {
    let path = match beside.keep(target.name) {
        Ok(path) => path,
        Err(error) => return failure.with_help(error.message),
    };
    let mut help = format!("your text is in {}", path.display());
    if let Some(first) = &failure.help {
        help = format!("{first}; {help}");
    }
    relocated(failure, beside.file(), Some(&path)).with_help(help)
}

fn from_environment() -> String {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|editor| !editor.trim().is_empty())
        .unwrap_or_else(|| "vi".to_owned())
}

fn run_editor(editor: &str, beside: &Beside) -> Result<(), Failure> {
    let failed = |reason: String| {
        let message = format!("the editor {editor:?} {reason}; nothing was changed");
        Failure::new(ExitCode::Failed, Code::EditEditor, message)
            .with_help("set VISUAL or EDITOR to use another editor")
    };
    match illumos::command::edit(editor, beside.file()) {
        Ok(Some(0)) => Ok(()),
        Ok(Some(status)) => Err(failed(format!("ended with exit status {status}"))),
        Ok(None) => Err(failed("was killed by a signal".to_owned())),
        Err(error) => Err(failed(format!("cannot be started: {error}"))),
    }
}
