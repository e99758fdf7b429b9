//! A run of commands: what the tool keeps between two of them.

use std::io::{self, Write as _};

use super::ast::{Arguments, Command, Value};
use super::options::{self, Found, Scan};
use super::parser::{Parsed, Parser};
use super::scope::Scope;
use super::word::{Property, Resource, Verb};
use super::{OnError, Options, Outcome, Source, lexer, synopsis};
use illumos::zone::handle::{Existing, Handle};
use illumos::zone::verify::brand;
use illumos::zone::verify::whole::Code;
use illumos::zone::{ZoneName, ZoneState};
use illumos::{Error, ErrorKind, Flavour};

/// Ends the run at once, with this exit status, without an attempt to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit(pub(super) i32);

/// Asks a question that is answered with yes or no; `None` at the end of the input.
pub(super) type Ask = fn(&str) -> Option<bool>;

/// What a command returns.
pub(super) type Flow = Result<(), Exit>;

pub(super) const NO_ENTRY: &str = "No such entry";
pub(super) const NO_RESOURCE_TYPE: &str = "No such resource type";
pub(super) const NO_PROPERTY_TYPE: &str = "No such property type";
pub(super) const NO_PROPERTY_ID: &str = "No such property with that id";
pub(super) const ALIAS_DISALLOWED: &str = "An incompatible rctl already exists for this property";
pub(super) const CLEAR_DISALLOWED: &str = "Clearing this property is not allowed";
/// libzonecfg's code for a value that does not fit.
pub(super) const TOO_BIG: i64 = 14;

/// libzonecfg's code for a document with another root element.
const WRONG_DOCUMENT: i64 = 2;

/// What a setting of the global zone that is too low does.
pub(super) const GLOBAL_WARNING: &str = "could deny\nservice to even the root user; this could render the system impossible\n\
    to administer.  Please use caution.";

/// The state of a run.
#[derive(Debug)]
pub(super) struct Session<'a> {
    /// The zone's name: another one after `set zonename`.
    pub(super) zone: String,
    /// The name that the zone was last saved under.
    pub(super) saved_name: String,
    pub(super) global: bool,
    pub(super) flavour: Flavour,
    options: &'a Options,
    /// Who answers questions; nobody where the input is no terminal.
    pub(super) ask: Option<Ask>,
    pub(super) handle: Option<Handle>,
    /// Whether there was a handle already.
    pub(super) got_handle: bool,
    /// What saving may replace.
    pub(super) existing: Existing,
    pub(super) need_to_commit: bool,
    pub(super) saw_error: bool,
    pub(super) time_to_exit: bool,
    pub(super) force_exit: bool,
    /// The resource between `add` or `select` and `end`.
    pub(super) scope: Option<Scope>,
    /// Something was said that is no warning.
    complained: bool,
    /// Options are no longer complained of by getopt itself: `set` turns that off for the rest of the run.
    pub(super) quiet_options: bool,
    /// A value that is not UTF-8 was set: the document cannot be written.
    not_utf8: bool,
    pub(super) changed: bool,
    /// The line of the scanner, and the one that was last named.
    line: usize,
    named_line: usize,
    pub(super) stdout: String,
    stderr: String,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        zone: &str,
        flavour: Flavour,
        options: &'a Options,
        ask: Option<Ask>,
    ) -> Self {
        Self {
            zone: zone.to_owned(),
            saved_name: zone.to_owned(),
            global: zone == "global",
            flavour,
            options,
            ask,
            handle: None,
            got_handle: false,
            existing: Existing::Refuse,
            need_to_commit: false,
            saw_error: false,
            time_to_exit: false,
            force_exit: false,
            scope: None,
            complained: false,
            quiet_options: false,
            not_utf8: false,
            changed: false,
            line: 1,
            named_line: 0,
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    pub(super) fn run(mut self, text: &[u8]) -> Outcome {
        if self.options.source == Source::Input {
            self.look_first();
        }
        let status = match self.commands(text).and_then(|()| self.finish()) {
            Ok(End::Exit(status)) | Err(Exit(status)) => status,
            Ok(End::GoOn) => 1,
        };
        Outcome {
            status,
            stdout: self.stdout,
            stderr: self.stderr,
            changed: self.changed,
        }
    }

    /// All or nothing.
    pub(super) fn is_strict(&self) -> bool {
        self.options.on_error == OnError::CommitNothing
    }

    /// Whether something happened after which nothing may be committed.
    pub(super) fn has_failed(&self) -> bool {
        self.is_strict() && (self.saw_error || self.complained)
    }

    pub(super) fn commands(&mut self, text: &[u8]) -> Flow {
        let mut parser = Parser::new(text, self.flavour);
        loop {
            let parsed = parser.next();
            self.line = parser.line();
            match parsed {
                Parsed::EndOfInput => return Ok(()),
                Parsed::Nothing => {}
                Parsed::Command(command) => self.carry_out(&command)?,
                Parsed::Unexpected { line, text } => self.unexpected(line, &text),
                Parsed::Usage { verb, line } => self.usage(verb, line),
                Parsed::TooLong => {
                    let limit = lexer::LONGEST;
                    let line = format!("Input string too long, limit {limit}\n");
                    self.stdout.push_str(&line);
                    return Err(Exit(1));
                }
            }
            // An error ends the run only where the commands are from a file, and so does `exit`.
            let source = &self.options.source;
            self.time_to_exit |= self.saw_error && matches!(source, Source::File(_));
            let stops = *source != Source::Arguments && self.time_to_exit;
            if stops || self.has_failed() {
                return Ok(());
            }
        }
    }

    fn unexpected(&mut self, line: usize, text: &str) {
        let place = match self.options.source {
            Source::File(_) => format!(" on line {line}"),
            Source::Arguments | Source::Input => String::new(),
        };
        self.print_error(&format!(
            "syntax error{place} at '{text}'\n{}",
            synopsis::all()
        ));
        self.saw_error = true;
    }

    fn carry_out(&mut self, command: &Command) -> Flow {
        match (command.verb, &command.arguments) {
            (Verb::Add, arguments) => self.add(arguments),
            (Verb::Cancel, Arguments::Words(words)) => self.cancel(words),
            (Verb::Clear, Arguments::Name(property)) => self.clear(*property),
            (Verb::Commit, Arguments::Words(words)) => self.commit(words),
            (Verb::Create, Arguments::Words(words)) => self.create(words),
            (Verb::Delete, Arguments::Words(words)) => self.delete(words),
            (Verb::End, Arguments::Words(words)) => self.end(words),
            (Verb::Exit, Arguments::Words(words)) => self.exit(words),
            (Verb::Export, Arguments::Words(words)) => self.export(words),
            (Verb::Help, Arguments::Words(_)) => {
                self.stdout.push_str(&synopsis::all());
                Ok(())
            }
            (Verb::Info, arguments) => self.info(arguments),
            (Verb::Remove, arguments) => self.remove(arguments),
            (Verb::Revert, Arguments::Words(words)) => self.revert(words),
            (
                Verb::Select,
                Arguments::Resource {
                    resource, criteria, ..
                },
            ) => self.select(*resource, criteria),
            (
                Verb::Set,
                Arguments::Property {
                    option,
                    property,
                    value,
                },
            ) => self.set(option.as_ref(), *property, value),
            (Verb::Verify, Arguments::Words(words)) => {
                if self.scan(Verb::Verify, words, "?").is_some() {
                    self.verify(false)?;
                }
                Ok(())
            }
            // The parser makes no other combinations.
            _ => Ok(()),
        }
    }

    /// The options of a command; `None` if it ends here because of them.
    pub(super) fn scan(&mut self, verb: Verb, words: &[Value], known: &str) -> Option<Scan> {
        let scan = options::scan(words, known);
        for found in &scan.found {
            match found {
                Found::Help => {
                    let text = format!("usage:\n{}\n", synopsis::of(verb));
                    self.stdout.push_str(&text);
                }
                Found::Wrong(complaint) => {
                    if !self.quiet_options {
                        self.print_error(&format!("{complaint}\n"));
                    }
                    self.short_usage(verb);
                }
                Found::Flag(_) | Found::Argument(..) => {}
            }
        }
        (!scan.is_rejected()).then_some(scan)
    }

    /// As [`scan`](Self::scan), where nothing but options may follow.
    pub(super) fn scan_all(&mut self, verb: Verb, words: &[Value], known: &str) -> Option<Scan> {
        let scan = self.scan(verb, words, known)?;
        if scan.operands > 0 {
            self.short_usage(verb);
            return None;
        }
        Some(scan)
    }

    pub(super) fn short_usage(&mut self, verb: Verb) {
        self.usage(verb, self.line);
    }

    fn usage(&mut self, verb: Verb, line: usize) {
        if let Source::File(file) = &self.options.source {
            let line = line.saturating_sub(1);
            let text = format!("syntax error on line {line} of {file}\n");
            self.print_error(&text);
        }
        self.long_usage(verb);
    }

    pub(super) fn long_usage(&mut self, verb: Verb) {
        self.print_error(&format!("usage:\n{}\n", synopsis::of(verb)));
        self.saw_error = true;
    }

    /// The answer to a question; `None` if nobody is there to answer it.
    pub(super) fn asked(&mut self, question: &str) -> Option<bool> {
        let ask = self.ask?;
        // What was printed so far belongs before the question.
        self.flush();
        ask(question)
    }

    /// Prints what has gathered, where a person sits at a terminal.
    pub(super) fn flush(&mut self) {
        if self.ask.is_some() {
            print(
                &std::mem::take(&mut self.stdout),
                &std::mem::take(&mut self.stderr),
            );
        }
    }

    /// What the tool does before it reads its standard input: a zone that is not there yet is no error.
    pub(super) fn look_first(&mut self) {
        let missing =
            Handle::load(&self.zone).is_err_and(|error| error.kind() == ErrorKind::NotFound);
        if !missing {
            let _ = self.initialize();
            return;
        }
        let sentence = format!("{}: No such zone configured\n", self.zone);
        self.stderr.push_str(&sentence);
        self.stdout
            .push_str("Use 'create' to begin configuring a new zone.\n");
    }

    fn print_error(&mut self, text: &str) {
        self.stderr.push_str(text);
        self.complained = true;
    }

    /// Says something that is not the tool's own: no line is named.
    pub(super) fn say_plainly(&mut self, text: &str) {
        self.print_error(&format!("{text}\n"));
    }

    /// Says what is wrong, after the line if it was not named yet.
    pub(super) fn say(&mut self, sentence: &str) {
        self.complained = true;
        self.warn(sentence);
    }

    /// Says something that does not count against the commands.
    pub(super) fn warn(&mut self, sentence: &str) {
        if let Source::File(file) = &self.options.source
            && self.line > self.named_line
        {
            let line = self.line - 1;
            self.stderr
                .push_str(&format!("On line {line} of {file}:\n"));
            self.named_line = self.line;
        }
        self.stderr.push_str(sentence);
        self.stderr.push('\n');
    }

    /// Says what is wrong, and counts it as an error.
    pub(super) fn fail(&mut self, sentence: &str) {
        self.say(sentence);
        self.saw_error = true;
    }

    /// `zone: reason`
    pub(super) fn fail_zone(&mut self, reason: &str) {
        let sentence = format!("{}: {reason}", self.zone);
        self.fail(&sentence);
    }

    /// Notes that something is to be saved, or says why it could not be set.
    pub(super) fn note(&mut self, result: illumos::Result<()>) {
        match result {
            Ok(()) => self.need_to_commit = true,
            Err(error) => self.fail_zone(error.reason()),
        }
    }

    /// A property that the resource or the zone does not have.
    pub(super) fn no_such_property(&mut self, verb: Verb, property: Property) {
        self.fail(&format!("{property}: {NO_PROPERTY_TYPE}"));
        self.long_usage(verb);
    }

    pub(super) fn no_such_resource(&mut self, verb: Verb, resource: Resource) {
        self.fail(&format!("{resource}: {NO_RESOURCE_TYPE}"));
        self.long_usage(verb);
    }

    /// The text of a value, as much of it as the tool's buffer of `size` bytes holds.
    pub(super) fn text(&mut self, value: &Value, size: usize) -> String {
        let mut bytes = value.as_bytes();
        if let Some(cut) = bytes.get(..size - 1).filter(|cut| cut.len() < bytes.len()) {
            if self.is_strict() {
                let longest = size - 1;
                self.fail(&format!(
                    "{value}: at most {longest} bytes are allowed here"
                ));
            }
            bytes = cut;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                self.not_utf8 = true;
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    }

    pub(super) fn is_writable(&self) -> bool {
        !self.not_utf8
    }

    /// Whether the zone cannot be changed; says so.
    pub(super) fn is_read_only(&mut self) -> bool {
        if !self.zone.starts_with("SUNW") {
            return false;
        }
        let sentence = format!("{}: zones beginning with SUNW are read-only.", self.zone);
        self.fail(&sentence);
        true
    }

    /// The zone's state; `None` if there is no such zone.
    pub(super) fn state(&mut self) -> Result<Option<ZoneState>, Exit> {
        if self.global {
            return Ok(Some(ZoneState::Running));
        }
        let Ok(name) = self.zone.parse::<ZoneName>() else {
            return Ok(None);
        };
        match illumos::zone::find(&name) {
            Ok(zone) => Ok(zone.map(|zone| zone.state)),
            // Without an index there is no zone.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let sentence = format!(
                    "Unexpectedly failed to determine state of zone {name}: {}",
                    error.reason()
                );
                self.fail(&sentence);
                Err(Exit(1))
            }
        }
    }

    pub(super) fn is_installed(&mut self) -> Result<bool, Exit> {
        let state = self.state()?;
        Ok(state.is_some_and(|state| state >= ZoneState::Installed))
    }

    /// Loads the configuration if there is none yet. Whether there is one now.
    pub(super) fn initialize(&mut self) -> Result<bool, Exit> {
        if self.handle.is_some() {
            return Ok(true);
        }
        match Handle::load(&self.zone) {
            Ok(handle) => {
                self.got_handle = true;
                let brand = handle.brand();
                self.handle = Some(handle);
                self.check_brand(brand)?;
                Ok(true)
            }
            Err(error)
                if self.global && error.kind() == ErrorKind::NotFound && !self.got_handle =>
            {
                self.start_global()
            }
            // Upstream finds out when it asks for the brand; the extended flavour's library does not load it.
            Err(error) if code(&error) == WRONG_DOCUMENT && self.flavour == Flavour::Upstream => {
                self.check_brand(Err(error))?;
                Ok(false)
            }
            Err(error) => {
                let reason = match code(&error) {
                    WRONG_DOCUMENT => Code::InvalidDocument.text(),
                    _ => error.reason(),
                };
                self.fail_zone(reason);
                Ok(false)
            }
        }
    }

    fn check_brand(&mut self, brand: illumos::Result<String>) -> Flow {
        let zone = self.zone.clone();
        let Ok(brand) = brand else {
            self.fail(&format!(
                "Zone {zone} is inconsistent: missing brand attribute"
            ));
            return Err(Exit(1));
        };
        if !brand::is_installed(&brand) {
            let sentence =
                format!("Zone {zone} uses non-existent brand \"{brand}\".  Unable to continue");
            self.fail(&sentence);
            return Err(Exit(1));
        }
        Ok(())
    }

    /// The global zone's configuration comes into being when it is first needed.
    fn start_global(&mut self) -> Result<bool, Exit> {
        match Handle::from_template("SUNWblank", &self.zone) {
            Ok(handle) => {
                self.need_to_commit = true;
                self.got_handle = true;
                self.existing = Existing::ReplaceConfigured;
                self.handle = Some(handle);
                Ok(true)
            }
            Err(error) => {
                self.fail(&format!("SUNWblank: {}", error.reason()));
                Ok(false)
            }
        }
    }

    /// What the tool does at the end of its input.
    pub(super) fn finish(&mut self) -> Result<End, Exit> {
        if self.has_failed() {
            return Ok(End::Exit(1));
        }
        if self.scope.is_some() {
            if !self.time_to_exit {
                match self.asked("Resource incomplete; really quit") {
                    Some(true) => {}
                    Some(false) => return Ok(End::GoOn),
                    None => {
                        self.fail("Resource incomplete.");
                        return Ok(End::Exit(1));
                    }
                }
            } else {
                self.saw_error = true;
            }
        }
        if self.need_to_commit && self.handle.is_some() && !self.has_failed() {
            self.save()?;
            if self.need_to_commit {
                let answer = match self.force_exit {
                    true => None,
                    false => self.asked("Configuration not saved; really quit"),
                };
                match answer {
                    Some(true) => {}
                    Some(false) => {
                        self.time_to_exit = false;
                        return Ok(End::GoOn);
                    }
                    None => {
                        self.fail("Configuration not saved.");
                        return Ok(End::Exit(1));
                    }
                }
            }
        }
        Ok(End::Exit(i32::from(self.need_to_commit || self.saw_error)))
    }
}

/// Prints on standard output and on standard error. That nobody reads it is no error.
pub(super) fn print(out: &str, err: &str) {
    let _ = io::stdout().lock().write_all(out.as_bytes());
    let _ = io::stdout().lock().flush();
    let _ = io::stderr().lock().write_all(err.as_bytes());
}

/// What comes after the end of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Exit(i32),
    /// A person wants to go on.
    GoOn,
}

/// libzonecfg's code of an error, 0 without one.
pub(super) fn code(error: &Error) -> i64 {
    error.code().map_or(0, |(_, code)| code)
}
