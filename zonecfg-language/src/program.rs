//! The command `zonecfg` of the emulated host.

use std::io::{self, IsTerminal as _, Read as _, Write};

use illumos_emulation::commands::{Brought, bring};

use super::{Options, Outcome, Source, synopsis, terminal};

const NAME: &str = "zonecfg";

const USAGE: &str = "usage:\tzonecfg help\n\
                     \tzonecfg -z <zone>\t\t\t(interactive)\n\
                     \tzonecfg -z <zone> <command>\n\
                     \tzonecfg -z <zone> -f <command-file>\n";

/// The tool's exit status for a command line that it cannot read.
const WRONG_USAGE: i32 = 2;

/// Makes it one of the host's commands.
#[ctor::ctor(unsafe)]
fn start() {
    bring(Brought {
        name: NAME,
        path: "/usr/sbin/zonecfg",
        run: main,
    });
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line<'a> {
    zone: &'a str,
    file: Option<&'a str>,
    commands: &'a [String],
}

/// Why a command line cannot be read, and where it is said.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// `-?`: how it is used, on standard output.
    Help,
    /// What is wrong, on standard error.
    Wrong(String),
}

impl<'a> Line<'a> {
    /// As `getopt(3C)` of illumos reads it: options end at the first word that is none.
    fn read(words: &'a [String]) -> Result<Self, Refusal> {
        let mut line = Self::default();
        let mut rest = words;
        while let Some((word, after)) = rest.split_first() {
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                break;
            };
            rest = after;
            if letters == "-" {
                break;
            }
            // Each option has a value, in the same word or in the next.
            let mut characters = letters.chars();
            let letter = characters.next().unwrap_or('-');
            let wrong = |text: &str| Refusal::Wrong(format!("{NAME}: {text}\n{USAGE}"));
            match letter {
                '?' => return Err(Refusal::Help),
                'z' | 'f' | 'R' => {}
                _ => return Err(wrong(&format!("illegal option -- {letter}"))),
            }
            let value = match (characters.as_str(), rest.split_first()) {
                ("", Some((value, after))) => {
                    rest = after;
                    value.as_str()
                }
                ("", None) => {
                    return Err(wrong(&format!("option requires an argument -- {letter}")));
                }
                (value, _) => value,
            };
            match letter {
                'z' => line.zone = value,
                'f' => line.file = Some(value),
                _ => {
                    let reason = "the emulated host has no alternate roots";
                    return Err(Refusal::Wrong(format!("{NAME}: -R {value}: {reason}\n")));
                }
            }
        }
        line.commands = rest;
        if line.zone.is_empty() {
            return Err(Refusal::Wrong(USAGE.to_owned()));
        }
        Ok(line)
    }
}

fn main(words: &[String], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    let outcome = outcome(words);
    match outcome {
        Ok(Answer::Done(outcome)) => {
            let _ = out.write_all(outcome.stdout.as_bytes());
            let _ = out.flush();
            let _ = err.write_all(outcome.stderr.as_bytes());
            outcome.status
        }
        Ok(Answer::Exited(status)) => status,
        Err(refused) => {
            let _ = err.write_all(refused.as_bytes());
            1
        }
    }
}

/// What came of the command line.
enum Answer {
    /// What is to be printed, and the exit status.
    Done(Outcome),
    /// A person typed the commands, and everything was printed already.
    Exited(i32),
}

fn outcome(words: &[String]) -> Result<Answer, String> {
    let said = |status, stdout: String, stderr: String| {
        Answer::Done(Outcome {
            status,
            stdout,
            stderr,
            changed: false,
        })
    };
    match words.first().map(String::as_str) {
        None => {
            let text = format!("{USAGE}{}", synopsis::all());
            return Ok(said(WRONG_USAGE, String::new(), text));
        }
        Some("help") => return Ok(said(0, synopsis::all(), String::new())),
        Some(_) => {}
    }
    let line = match Line::read(words) {
        Ok(line) => line,
        Err(Refusal::Help) => {
            let text = format!("{USAGE}{}", synopsis::all());
            return Ok(said(WRONG_USAGE, text, String::new()));
        }
        Err(Refusal::Wrong(text)) => return Ok(said(WRONG_USAGE, String::new(), text)),
    };
    let (source, text) = match line.file {
        _ if !line.commands.is_empty() => {
            let mut text = line.commands.join(" ").into_bytes();
            text.push(b'\n');
            (Source::Arguments, text)
        }
        Some(file) if file != "-" => (Source::File(file.to_owned()), read_file(file)?),
        None if io::stdin().is_terminal() && super::is_usable(line.zone) => {
            let flavour = illumos::flavour().map_err(|error| format!("{NAME}: {error}\n"))?;
            return Ok(Answer::Exited(terminal::run(line.zone, flavour)));
        }
        _ => {
            let mut text = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut text);
            read.map_err(|error| format!("{NAME}: standard input: {error}\n"))?;
            (Source::Input, text)
        }
    };
    let options = Options {
        source,
        ..Options::default()
    };
    Ok(Answer::Done(super::run(line.zone, &text, &options)))
}

fn read_file(file: &str) -> Result<Vec<u8>, String> {
    let is_file = std::fs::metadata(file).map(|found| found.is_file());
    if matches!(is_file, Ok(false)) {
        return Err(format!("{file} is not a regular file.\n"));
    }
    std::fs::read(file).map_err(|error| {
        // As strerror(3C) says it, without Rust's number.
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or_default();
        format!("could not open file {file}: {reason}\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn options_end_at_the_first_word_that_is_none() {
        let given = words("-z web01 delete -F");
        let line = Line::read(&given).unwrap();
        assert_eq!((line.zone, line.file), ("web01", None));
        assert_eq!(line.commands, ["delete", "-F"]);
        let given = words("-zweb01 -f commands");
        let line = Line::read(&given).unwrap();
        assert_eq!((line.zone, line.file), ("web01", Some("commands")));
        assert!(line.commands.is_empty());
    }

    #[test]
    fn command_lines_that_cannot_be_read() {
        for (line, said) in [
            ("info", USAGE.to_owned()),
            ("-f x", USAGE.to_owned()),
            (
                "-z",
                format!("zonecfg: option requires an argument -- z\n{USAGE}"),
            ),
            ("-x -z a", format!("zonecfg: illegal option -- x\n{USAGE}")),
        ] {
            assert_eq!(
                Line::read(&words(line)),
                Err(Refusal::Wrong(said)),
                "{line}"
            );
        }
        assert_eq!(Line::read(&words("-z a -?")), Err(Refusal::Help));
    }
}
