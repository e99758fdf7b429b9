use crate::failure::Code;
use std::fmt;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::time::Duration;

use anstyle::Style;
use rustix::event::{PollFd, PollFlags, poll};
use serde::Serialize;

use super::diagnostic::{self, Severity};
use super::json::FailureJson;
use super::text::escape;
use super::{Progress, Table, style};
use crate::execute::interrupt;
use crate::{ExitCode, Failure};

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a [`Ui`] talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UiOptions {
    /// `--json`: one document on standard output, failures as an object on standard error.
    pub json: bool,
    /// `-q`: no status, no warnings, no progress.
    pub quiet: bool,
    /// `-v`, counted.
    pub verbose: u8,
    /// `-y`: confirmations are answered with yes.
    pub yes: bool,
    /// `--color`.
    pub colour: Colour,
}

/// A stream and what is known of it.
struct Stream {
    out: Box<dyn Write + Send>,
    terminal: bool,
    colour: bool,
    /// In terminal columns, if it is a terminal.
    width: Option<usize>,
}

impl Stream {
    fn write(&mut self, text: &str) -> io::Result<()> {
        if self.colour {
            self.out.write_all(text.as_bytes())?;
        } else {
            // In one piece: a table of thousands of lines is one call of the system.
            let plain = anstream::adapter::strip_str(text).to_string();
            self.out.write_all(plain.as_bytes())?;
        }
        self.out.flush()
    }
}

/// How often it is looked whether the person asked to stop instead of answering.
const LOOK: Duration = Duration::from_millis(100);

/// Where answers come from.
struct Answers {
    lines: Box<dyn io::BufRead + Send>,
    /// Whether that is the terminal at standard input, which a person may take time at.
    terminal: bool,
}

impl Answers {
    /// Waits for a line. `false` if the wait is over because `stop` says so. A read would be begun again by the system after a signal.
    fn wait(&self, stop: impl Fn() -> bool) -> bool {
        let stdin = io::stdin();
        if !self.terminal {
            return !stop();
        }
        loop {
            if stop() {
                return false;
            }
            let mut input = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut input, Some(&LOOK.try_into().unwrap_or_default())) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                _ => break,
            }
        }
        !stop()
    }
}

/// Everything that is printed goes through here.
pub struct Ui {
    options: UiOptions,
    stdout: Stream,
    stderr: Stream,
    stdin: Option<Answers>,
    /// The first failure to write data. Later data is dropped: the command's own work is never cut short by its reader.
    lost: Option<io::Error>,
    /// With `--json`, warnings wait to be told together with a failure, so that standard error holds one document.
    warnings: Vec<FailureJson>,
}

impl fmt::Debug for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ui")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Ui {
    /// Talks to the process's standard streams.
    #[must_use]
    pub fn new(options: UiOptions) -> Self {
        let stdout = io::stdout();
        let stderr = io::stderr();
        let colour = |auto: anstream::ColorChoice| match options.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => auto != anstream::ColorChoice::Never,
        };
        Self {
            options,
            stdout: Stream {
                terminal: stdout.is_terminal(),
                colour: colour(anstream::AutoStream::choice(&stdout)),
                width: width(&stdout),
                out: Box::new(stdout),
            },
            stderr: Stream {
                terminal: stderr.is_terminal(),
                colour: colour(anstream::AutoStream::choice(&stderr)),
                width: width(&stderr),
                out: Box::new(stderr),
            },
            stdin: io::stdin().is_terminal().then(|| Answers {
                lines: Box::new(io::BufReader::new(io::stdin())),
                terminal: true,
            }),
            lost: None,
            warnings: Vec::new(),
        }
    }

    /// Whether `--json` was given.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.options.json
    }

    /// Data: one line. Styles may be in it; text from elsewhere goes through [`escape`] first.
    pub fn line(&mut self, text: impl fmt::Display) {
        self.data(&format!("{text}\n"));
    }

    /// Data: bytes as they are, such as a completion script or a man page.
    pub fn raw(&mut self, bytes: &[u8]) {
        if self.lost.is_none()
            && let Err(error) = self
                .stdout
                .out
                .write_all(bytes)
                .and_then(|()| self.stdout.out.flush())
        {
            self.lost = Some(error);
        }
    }

    /// What a program in a zone prints on standard error: bytes as they are.
    pub fn raw_error(&mut self, bytes: &[u8]) {
        // If nobody reads it there is nobody to tell.
        let _ = self.stderr.out.write_all(bytes);
        let _ = self.stderr.out.flush();
    }

    /// Data: text that is styled already, such as help.
    pub fn text(&mut self, text: impl fmt::Display) {
        self.data(&text.to_string());
    }

    /// Data: a text for people, whose long lines are broken on a terminal.
    pub fn prose(&mut self, text: &str) {
        match self.stdout.width {
            Some(width) => self.data(&super::text::wrap(text, width.min(100))),
            None => self.data(text),
        }
    }

    /// Data: a table that fits the terminal.
    pub fn table(&mut self, table: &Table<'_>) {
        let text = table.render(self.stdout.width, self.stdout.colour);
        self.raw(text.as_bytes());
    }

    /// Data: a table for programs.
    pub fn parsable(&mut self, table: &Table<'_>) {
        self.raw(table.render_parsable().as_bytes());
    }

    /// Data: the one JSON document of a command.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.raw(format!("{text}\n").as_bytes()),
            Err(error) => self.lost = Some(error.into()),
        }
    }

    fn data(&mut self, text: &str) {
        if self.lost.is_none()
            && let Err(error) = self.stdout.write(text)
        {
            self.lost = Some(error);
        }
    }

    /// Status on standard error, as a sentence; not with `-q` or `--json`.
    pub fn status(&mut self, text: impl fmt::Display) {
        if !self.options.quiet && !self.options.json {
            self.tell(&format!("{text}\n"));
        }
    }

    /// Status that is told with `-v` only.
    pub fn detail(&mut self, text: impl fmt::Display) {
        if self.options.verbose > 0 {
            self.status(text);
        }
    }

    /// A warning; not with `-q`. The failure's exit status does not matter.
    pub fn warning(&mut self, warning: &Failure) {
        if self.options.json {
            self.warnings.push(warning.into());
        } else if !self.options.quiet {
            self.diagnostic(warning, Severity::Warning);
        }
    }

    /// One of several reasons why the command fails, for people; programs get them as data.
    pub fn problem(&mut self, failure: &Failure) {
        if !self.options.json {
            self.diagnostic(failure, Severity::Error);
        }
    }

    /// Why the command line cannot be understood, in styled text.
    pub fn usage(&mut self, text: impl fmt::Display) {
        self.tell(&text.to_string());
    }

    /// Why the command fails.
    pub fn failure(&mut self, failure: &Failure) {
        if self.options.json {
            let mut json = FailureJson::from(failure);
            json.warnings = std::mem::take(&mut self.warnings);
            self.tell_json(&json);
        } else {
            self.diagnostic(failure, Severity::Error);
        }
    }

    fn diagnostic(&mut self, failure: &Failure, severity: Severity) {
        let has_place = failure.location.is_some()
            || failure
                .related
                .iter()
                .any(|related| related.location.is_some());
        let text = match self.stderr.width {
            Some(width) if has_place => {
                let colour = self.stderr.colour;
                let picture = |failure| diagnostic::picture(failure, severity, width, colour);
                if failure.location.is_some() {
                    picture(failure)
                } else {
                    // A failure that only holds others together: each of them, and how many they are.
                    let mut text: String = failure.related.iter().map(picture).collect();
                    let together = Failure {
                        related: Vec::new(),
                        ..failure.clone()
                    };
                    text.push_str(&diagnostic::plain(&together, severity));
                    text
                }
            }
            _ => diagnostic::plain(failure, severity),
        };
        self.tell(&text);
    }

    /// Asks for a yes. `question` is a whole sentence that names the object and what is lost.
    ///
    /// # Errors
    /// Without a terminal and without `--yes`; if the answer is not yes.
    pub fn confirm(&mut self, question: &str) -> Result<(), Failure> {
        if self.options.yes {
            return Ok(());
        }
        if !self.can_ask() {
            return Err(Failure::new(
                ExitCode::Usage,
                Code::ConfirmNotATerminal,
                format!(
                    "a confirmation is needed, but standard input is not a terminal: {question}"
                ),
            )
            .with_help("confirm with --yes, or preview with --dry-run"));
        }
        let answer = self.answer(&format!("{} [y/N] ", escape(question)))?;
        if answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "yes")) {
            return Ok(());
        }
        Err(Failure::new(
            ExitCode::Failed,
            Code::ConfirmDeclined,
            "not confirmed; nothing was changed",
        ))
    }

    /// Whether there is somebody to ask.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.stdin.is_some() && self.stderr.terminal && !self.options.json
    }

    /// Asks what loses nothing: an empty answer is a yes, the end of the input a no. Without a terminal the answer is no.
    ///
    /// # Errors
    /// Exit status 130 if the person asks to stop instead of answering.
    pub fn ask(&mut self, question: &str) -> Result<bool, Failure> {
        if !self.can_ask() {
            return Ok(false);
        }
        let answer = self.answer(&format!("{} [Y/n] ", escape(question)))?;
        Ok(answer.is_some_and(|answer| matches!(answer.as_str(), "" | "y" | "yes")))
    }

    /// What is typed after `prompt`, in lower case; `None` at the end of the input.
    fn answer(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        let _ = self.stderr.write(prompt);
        let Some(stdin) = self.stdin.as_mut() else {
            return Ok(None);
        };
        if !stdin.wait(interrupt::requested) {
            let _ = self.stderr.write("\n");
            return Err(interrupt::failure("nothing was changed"));
        }
        let mut answer = String::new();
        Ok(match stdin.lines.read_line(&mut answer) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(answer.trim().to_ascii_lowercase()),
        })
    }

    /// Where the events of operations go.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let silent = self.options.quiet || self.options.json;
        Progress::new(
            silent,
            self.stderr.terminal,
            self.stderr.colour,
            self.options.verbose,
        )
    }

    /// A word in a style, for [`line`](Self::line) and [`status`](Self::status).
    #[must_use]
    pub fn styled(text: &str, style: Style) -> String {
        format!("{style}{}{style:#}", escape(text))
    }

    /// A header of a section of data.
    pub fn header(&mut self, text: &str) {
        self.line(Self::styled(text, style::HEADER));
    }

    /// Tells what has been held back and returns the exit status of the process.
    ///
    /// A reader that closed the pipe has what it wanted: that is success, as it is for any filter. Data that could not
    /// be written for another reason is a failure, because the caller takes what arrived for all there is.
    pub fn finish(mut self, result: Result<ExitCode, Failure>) -> ExitCode {
        let exit = match result {
            Ok(exit) => exit,
            Err(failure) => {
                self.failure(&failure);
                failure.exit
            }
        };
        if !self.warnings.is_empty() {
            let warnings = std::mem::take(&mut self.warnings);
            self.tell_json(&serde_json::json!({ "warnings": warnings }));
        }
        match self.lost.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let message = format!("cannot write to standard output: {error}");
                self.failure(&Failure::new(ExitCode::Failed, Code::OutputLost, message));
                if exit == ExitCode::Done {
                    ExitCode::Failed
                } else {
                    exit
                }
            }
            _ => exit,
        }
    }

    fn tell_json<T: Serialize>(&mut self, value: &T) {
        if let Ok(text) = serde_json::to_string(value) {
            let _ = writeln!(self.stderr.out, "{text}");
        }
    }

    /// To standard error; if nobody reads it there is nobody to tell.
    fn tell(&mut self, text: &str) {
        let _ = self.stderr.write(text);
    }
}

/// The width of the terminal behind the stream, in columns; `None` if it is none. At least 40, so that tables keep a shape.
fn width(stream: &impl rustix::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream).ok()?;
    let columns = usize::from(size.ws_col);
    Some(if columns == 0 { 80 } else { columns.max(40) })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A stream that can be looked at, and that fails if asked to.
    #[derive(Clone, Default)]
    struct Sink {
        bytes: Arc<Mutex<Vec<u8>>>,
        fails: Option<io::ErrorKind>,
    }

    impl Sink {
        fn text(&self) -> String {
            String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(kind) = self.fails {
                return Err(kind.into());
            }
            self.bytes.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn stream(sink: &Sink, terminal: bool) -> Stream {
        Stream {
            out: Box::new(sink.clone()),
            terminal,
            colour: terminal,
            width: terminal.then_some(80),
        }
    }

    /// A `Ui` with its two streams; `answer` is what a person at the terminal types.
    fn ui(options: UiOptions, stdout: &Sink, stderr: &Sink, answer: Option<&'static str>) -> Ui {
        let terminal = answer.is_some();
        Ui {
            options,
            stdout: stream(stdout, terminal),
            stderr: stream(stderr, terminal),
            stdin: answer.map(|answer| Answers {
                lines: Box::new(io::Cursor::new(answer)),
                terminal: false,
            }),
            lost: None,
            warnings: Vec::new(),
        }
    }

    fn failure() -> Failure {
        Failure::new(
            ExitCode::NotFound,
            Code::ZoneNotFound,
            "there is no zone web09",
        )
        .with_help("did you mean web01?")
    }

    #[test]
    fn data_and_everything_else_go_to_different_streams() {
        let (stdout, stderr) = (Sink::default(), Sink::default());
        let mut ui = ui(UiOptions::default(), &stdout, &stderr, None);
        ui.line(Ui::styled("web01", style::NAME));
        ui.status("1 zone");
        ui.detail("told with -v only");
        ui.warning(&failure());
        assert_eq!(ui.finish(Ok(ExitCode::Done)), ExitCode::Done);
        assert_eq!(stdout.text(), "web01\n");
        assert_eq!(
            stderr.text(),
            "1 zone\nwarning: there is no zone web09\n  help: did you mean web01?\n"
        );
    }

    #[test]
    fn quiet_says_nothing_but_failures() {
        let (stdout, stderr) = (Sink::default(), Sink::default());
        let mut ui = ui(
            UiOptions {
                quiet: true,
                ..UiOptions::default()
            },
            &stdout,
            &stderr,
            None,
        );
        ui.status("1 zone");
        ui.warning(&failure());
        assert_eq!(ui.finish(Err(failure())), ExitCode::NotFound);
        assert_eq!(
            stderr.text(),
            "error: there is no zone web09\n  help: did you mean web01?\n"
        );
    }

    #[test]
    fn json_errors_are_one_document_with_the_warnings_in_it() {
        let (stdout, stderr) = (Sink::default(), Sink::default());
        let mut ui = ui(
            UiOptions {
                json: true,
                ..UiOptions::default()
            },
            &stdout,
            &stderr,
            None,
        );
        ui.status("not told");
        ui.warning(&Failure::new(ExitCode::Done, Code::Usage, "odd"));
        assert_eq!(ui.finish(Err(failure())), ExitCode::NotFound);
        let value: serde_json::Value = serde_json::from_str(&stderr.text()).unwrap();
        assert_eq!(value["code"], "zmgr::zone::not_found");
        assert_eq!(value["warnings"][0]["message"], "odd");
        assert_eq!(stdout.text(), "");
    }

    #[test]
    fn a_reader_that_has_enough_is_no_failure_and_a_full_disk_is() {
        for (kind, exit) in [
            (io::ErrorKind::BrokenPipe, ExitCode::Done),
            (io::ErrorKind::StorageFull, ExitCode::Failed),
        ] {
            let (stdout, stderr) = (
                Sink {
                    fails: Some(kind),
                    ..Sink::default()
                },
                Sink::default(),
            );
            let mut ui = ui(UiOptions::default(), &stdout, &stderr, None);
            ui.line("one");
            ui.line("two");
            assert_eq!(ui.finish(Ok(ExitCode::Done)), exit);
            assert_eq!(
                stderr.text().contains("cannot write"),
                exit == ExitCode::Failed
            );
        }
    }

    #[test]
    fn confirmation() {
        let ask = |options, answer| {
            let stderr = Sink::default();
            let result =
                ui(options, &Sink::default(), &stderr, answer).confirm("Destroy zone web01?");
            (
                result.map_err(|failure| (failure.exit, failure.code)),
                stderr.text(),
            )
        };
        let plain = UiOptions::default();
        assert_eq!(
            ask(plain, Some("y\n")),
            (Ok(()), "Destroy zone web01? [y/N] ".to_owned())
        );
        assert_eq!(ask(plain, Some("Yes\n")).0, Ok(()));
        for answer in ["\n", "n\n", "", "yesterday\n"] {
            assert_eq!(
                ask(plain, Some(answer)).0,
                Err((ExitCode::Failed, Code::ConfirmDeclined))
            );
        }
        let refused = Err((ExitCode::Usage, Code::ConfirmNotATerminal));
        assert_eq!(ask(plain, None), (refused, String::new()));
        assert_eq!(
            ask(UiOptions { yes: true, ..plain }, None),
            (Ok(()), String::new())
        );
        assert_eq!(
            ask(
                UiOptions {
                    json: true,
                    ..plain
                },
                Some("y\n")
            )
            .0,
            refused
        );
    }

    #[test]
    fn colour_only_where_it_is_wanted() {
        let (stdout, stderr) = (Sink::default(), Sink::default());
        ui(UiOptions::default(), &stdout, &stderr, Some("")).line(Ui::styled("web01", style::NAME));
        assert_eq!(stdout.text(), "\u{1b}[1mweb01\u{1b}[0m\n");
    }
}
