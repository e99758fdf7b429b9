//! A person at a terminal: a prompt before each line, and questions.

use std::io::{self, BufRead as _};

use illumos::Flavour;

use super::session::{End, Exit, Session, print};
use super::{Options, Source};

/// Carries out the commands that a person types, line by line; the exit status.
pub(super) fn run(zone: &str, flavour: Flavour) -> i32 {
    let options = Options {
        source: Source::Input,
        ..Options::default()
    };
    let mut session = Session::new(zone, flavour, &options, Some(ask));
    session.look_first();
    loop {
        session.flush();
        let line = line(&session.prompt());
        let (text, at_end) = match &line {
            Some(line) => (line.as_str(), false),
            None => ("", true),
        };
        let mut step = session.commands(text.as_bytes()).map(|()| End::GoOn);
        if step.is_ok() && (at_end || session.time_to_exit) {
            step = session.finish();
        }
        session.flush();
        match step {
            Ok(End::GoOn) => {}
            Ok(End::Exit(status)) | Err(Exit(status)) => return status,
        }
    }
}

impl Session<'_> {
    /// `zonecfg:web01> `, and within a resource `zonecfg:web01:net> `.
    fn prompt(&self) -> String {
        match &self.scope {
            None => format!("zonecfg:{}> ", self.zone),
            Some(scope) => format!("zonecfg:{}:{}> ", self.zone, scope.draft.resource()),
        }
    }
}

/// The next line with its end; `None` at the end of the input.
fn line(prompt: &str) -> Option<String> {
    print(prompt, "");
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => {
            if !line.ends_with('\n') {
                line.push('\n');
            }
            Some(line)
        }
    }
}

/// Asks until the answer is yes, no, or nothing, which means no.
fn ask(question: &str) -> Option<bool> {
    loop {
        let answer = line(&format!("{question} (y/[n])? "))?;
        match answer.bytes().next() {
            Some(b'y' | b'Y') => return Some(true),
            Some(b'n' | b'N' | b'\n') => return Some(false),
            _ => {}
        }
    }
}
