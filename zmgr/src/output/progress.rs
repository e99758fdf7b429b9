//! Operations as they are carried out: live lines on a terminal, plain lines elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style;
use super::text::{duration, escape, plural};
use crate::execute::{Event, Outcome, Phase, Reporter};

/// Tells standard error what operations do.
pub struct Progress {
    silent: bool,
    colour: bool,
    verbose: u8,
    /// One live line for each operation, if standard error is a terminal.
    live: Option<MultiProgress>,
    bars: Mutex<HashMap<String, ProgressBar>>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("silent", &self.silent)
            .field("live", &self.live.is_some())
            .finish_non_exhaustive()
    }
}

impl Progress {
    pub(super) fn new(silent: bool, terminal: bool, colour: bool, verbose: u8) -> Self {
        let live = (terminal && !silent)
            .then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self {
            silent,
            colour,
            verbose,
            live,
            bars: Mutex::new(HashMap::new()),
        }
    }

    /// A line that stays, above the live ones.
    fn line(&self, text: &str) {
        let text = if self.colour {
            text.to_owned()
        } else {
            anstream::adapter::strip_str(text).to_string()
        };
        // Nobody is left to tell if standard error is gone.
        let _ = match &self.live {
            Some(live) => live.println(text),
            None => writeln!(std::io::stderr(), "{text}"),
        };
    }

    fn begin(&self, id: &str, text: String) {
        let Some(live) = &self.live else { return };
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(id.to_owned()).or_insert_with(|| {
            // The last line of a program's output is cut by indicatif to the terminal's width.
            let template = ProgressStyle::with_template("{prefix} {elapsed} {wide_msg}");
            let style = template.unwrap_or_else(|_| ProgressStyle::default_spinner());
            // With its style and text from the start: it is drawn as soon as it ticks.
            let bar = ProgressBar::no_length()
                .with_style(style)
                .with_prefix(text.clone());
            let bar = live.add(bar);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        bar.reset_elapsed();
        bar.set_prefix(text);
        bar.set_message("");
    }

    fn end(&self, id: &str) {
        if let Some(bar) = self
            .bars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id)
        {
            bar.finish_and_clear();
        }
    }
}

/// `web01: `, or nothing if the operation is about no zone or about several.
fn of(zones: &[illumos::zone::ZoneName]) -> String {
    match zones {
        [zone] => format!("{zone}: "),
        _ => String::new(),
    }
}

impl Reporter for Progress {
    fn report(&self, event: &Event) {
        if self.silent {
            return;
        }
        match event {
            Event::OperationStarted { .. } => {}
            Event::StepStarted {
                id,
                zones,
                phase,
                step,
                steps,
                description,
                commands,
            } => {
                let undo = if *phase == Phase::Undo { "undo: " } else { "" };
                let text = format!(
                    "{}[{}/{steps}] {undo}{}",
                    of(zones),
                    step + 1,
                    escape(description)
                );
                self.begin(id, text);
                if self.verbose > 0 {
                    for command in commands {
                        self.line(&format!("{}# {}", of(zones), escape(command)));
                    }
                }
            }
            Event::StepOutput {
                id, zones, line, ..
            } => {
                if let Some(bar) = self
                    .bars
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get(id)
                {
                    bar.set_message(escape(line.trim_end()).into_owned());
                }
                // Without a live line the output of a program would drown the steps: told only when asked for.
                if self.verbose > 0 {
                    self.line(&format!("{}  {}", of(zones), escape(line.trim_end())));
                }
            }
            Event::StepDone {
                id,
                zones,
                phase,
                description,
                elapsed,
                ..
            } => {
                self.end(id);
                let word = if *phase == Phase::Undo {
                    "undone: "
                } else {
                    ""
                };
                self.line(&format!(
                    "{}{word}{} ({})",
                    of(zones),
                    escape(description),
                    duration(*elapsed)
                ));
            }
            Event::StepFailed {
                id,
                zones,
                phase,
                description,
                reason,
                ..
            } => {
                self.end(id);
                let style = style::ERROR;
                let word = if *phase == Phase::Undo {
                    "cannot undo"
                } else {
                    "failed"
                };
                let what = escape(description);
                // The rest of what a program printed is told with the failure of the command.
                let reason = escape(reason.lines().next().unwrap_or_default());
                self.line(&format!(
                    "{}{style}{word}{style:#}: {what}: {reason}",
                    of(zones)
                ));
            }
            Event::UndoStarted { zones, steps, .. } => {
                self.line(&format!("{}undoing {}", of(zones), plural(*steps, "step")));
            }
            Event::OperationFinished {
                id,
                command,
                zones,
                outcome,
                elapsed,
            } => {
                self.end(id);
                let (word, style) = match outcome {
                    Outcome::Done => ("done", style::GOOD),
                    Outcome::Undone => ("rolled back", style::ERROR),
                    Outcome::Left => ("not completely undone", style::ERROR),
                };
                let names: Vec<&str> = zones.iter().map(AsRef::as_ref).collect();
                let what = if names.is_empty() {
                    command.clone()
                } else {
                    format!("{command} {}", names.join(" "))
                };
                self.line(&format!(
                    "{what}: {style}{word}{style:#} in {}",
                    duration(*elapsed)
                ));
            }
            Event::Waiting { what, at_most } => {
                self.line(&format!(
                    "waiting for {} (at most {})",
                    escape(what),
                    duration(*at_most)
                ));
            }
            Event::Warning { message, help } => {
                let style = style::WARNING;
                self.line(&format!("{style}warning{style:#}: {}", escape(message)));
                if let Some(help) = help {
                    let style = style::HELP;
                    self.line(&format!("  {style}help{style:#}: {}", escape(help)));
                }
            }
        }
    }
}
