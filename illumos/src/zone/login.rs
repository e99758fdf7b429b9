//! What `zlogin` does: a command in a zone, a shell in it, its console.
//!
//! Whatever runs in a zone runs the zone's own programs: what it prints, and its exit status, are what the zone wants them to be.
//!
//! # Source
//! illumos-gate `usr/src/cmd/zlogin/zlogin.c`.

use std::hash::{BuildHasher, Hasher};

use super::ZoneName;
use crate::command::{Command, quote};
use crate::{Error, ErrorKind, Result};

const ZLOGIN: &str = "/usr/sbin/zlogin";

/// What runs the command in the zone: the words after it are the command, untouched by any shell. In ksh93 a command that a signal
/// ended has a status of 256 and more, in other shells of 128 and more.
///
/// The status goes to standard error, between two marks that nobody else prints: zlogin itself exits with 0 if a signal ended what it started.
const SCRIPT: &str = concat!(
    r#""$@"; s=$?; [ "$s" -gt 255 ] && s=$((s - 128)); "#,
    r#"printf '\036MARK:%s\036' "$s" >&2; exit "$s""#
);

/// How a command in a zone ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It exited with this status; 128 and a signal's number if that ended it.
    Status(i32),
    /// What became of it is not known: zlogin could not start it, or the connection ended before it did. zlogin's own exit status.
    Unknown(Option<i32>),
}

/// Runs `command` in the zone as `user` (root if `None`) and waits for it.
///
/// Standard input and output are the caller's; what it prints on standard error is handed to `stderr`. The words reach the zone as they
/// are. The environment is the zone's.
///
/// # Errors
/// [`ErrorKind::Invalid`] if there is no command, or no user can have that name; if zlogin cannot be started.
pub fn exec(
    zone: &ZoneName,
    user: Option<&str>,
    command: &[String],
    stderr: &mut dyn FnMut(&[u8]),
) -> Result<Ended> {
    if command.is_empty() {
        return Err(invalid(zone, "no command is given"));
    }
    let mark = format!("zmgr-{:016x}", random());
    let mut words = vec![
        "/bin/sh".to_owned(),
        "-c".to_owned(),
        quote(&SCRIPT.replace("MARK", &mark)),
        "sh".to_owned(),
    ];
    words.extend(command.iter().map(|word| quote(word)));
    let mut args = options(zone, user)?;
    args.push(zone.to_string());
    // zlogin joins what follows with blanks for the shell of the zone, which takes it apart again.
    args.push(words.join(" "));
    let mut filter = Filter::new(&mark);
    let status = Command::new(ZLOGIN)
        .args(args)
        .passing(&mut |bytes| filter.push(bytes, stderr))?;
    filter.finish(stderr);
    Ok(match filter.status {
        Some(status) => Ended::Status(status),
        None => Ended::Unknown(status),
    })
}

/// Opens a shell in the zone on the caller's terminal, as `user` (root if `None`); with `failsafe` one that needs no login, no name
/// service and no home directory. Returns zlogin's exit status, which says nothing about the session.
///
/// # Errors
/// [`ErrorKind::Invalid`] if no user can have that name; if zlogin cannot be started.
pub fn login(zone: &ZoneName, user: Option<&str>, failsafe: bool) -> Result<Option<i32>> {
    let mut args = options(zone, user)?;
    if failsafe {
        args.push("-S".to_owned());
    }
    args.push(zone.to_string());
    Command::new(ZLOGIN).args(args).interactive()
}

/// Connects the caller's terminal to the zone's console; with `disconnect` until the zone halts. `~.` at the start of a line ends it.
///
/// # Errors
/// If zlogin cannot be started.
pub fn console(zone: &ZoneName, disconnect: bool) -> Result<Option<i32>> {
    let mut args = vec!["-C".to_owned()];
    if disconnect {
        args.push("-d".to_owned());
    }
    args.push(zone.to_string());
    Command::new(ZLOGIN).args(args).interactive()
}

/// Whether `zlogin -l` takes it for the name of a user, and not for an option of its own or of su(8).
#[must_use]
pub fn is_user_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !name.is_empty() && !name.starts_with('-') && name.chars().all(plain)
}

fn options(zone: &ZoneName, user: Option<&str>) -> Result<Vec<String>> {
    let Some(user) = user else {
        return Ok(Vec::new());
    };
    if !is_user_name(user) {
        return Err(invalid(zone, &format!("{user:?} is not a user name")));
    }
    Ok(vec!["-l".to_owned(), user.to_owned()])
}

fn invalid(zone: &ZoneName, reason: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("log in to zone {zone}"), reason)
}

fn random() -> u64 {
    std::hash::RandomState::new().build_hasher().finish()
}

/// Takes the mark with the exit status out of standard error and lets everything else pass at once.
struct Filter {
    mark: Vec<u8>,
    held: Vec<u8>,
    status: Option<i32>,
}

/// The longest status, in bytes: three digits, and what a foreign shell may say.
const STATUS: usize = 8;

impl Filter {
    fn new(mark: &str) -> Self {
        Self {
            mark: format!("\u{1e}{mark}:").into_bytes(),
            held: Vec::new(),
            status: None,
        }
    }

    fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) {
        self.held.extend_from_slice(bytes);
        while let Some(start) = self.held.iter().position(|byte| *byte == 0x1e) {
            out(&self.held[..start]);
            self.held.drain(..start);
            if let Some(rest) = self.held.strip_prefix(self.mark.as_slice()) {
                match rest.iter().position(|byte| *byte == 0x1e) {
                    Some(end) => {
                        let status = std::str::from_utf8(&rest[..end]).ok();
                        self.status = status.and_then(|status| status.parse().ok());
                        self.held.drain(..=self.mark.len() + end);
                        continue;
                    }
                    None if rest.len() <= STATUS => return,
                    None => {}
                }
            } else if self.mark.starts_with(&self.held) {
                return;
            }
            out(&self.held[..1]);
            self.held.drain(..1);
        }
        out(&self.held);
        self.held.clear();
    }

    fn finish(&mut self, out: &mut dyn FnMut(&[u8])) {
        out(&self.held);
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(pieces: &[&[u8]]) -> (Vec<u8>, Option<i32>) {
        let mut passed = Vec::new();
        let mut filter = Filter::new("zmgr-0");
        let mut out = |bytes: &[u8]| passed.extend_from_slice(bytes);
        for piece in pieces {
            filter.push(piece, &mut out);
        }
        filter.finish(&mut out);
        (passed, filter.status)
    }

    #[test]
    fn the_mark_is_taken_out_however_it_arrives() {
        let text = b"one\x1etwo\x1ezmgr-1:3\x1e\x1ezmgr-0:137\x1elate";
        let passed = b"one\x1etwo\x1ezmgr-1:3\x1elate".to_vec();
        assert_eq!(filtered(&[text]), (passed.clone(), Some(137)));
        for cut in 0..text.len() {
            let pieces = [&text[..cut], &text[cut..]];
            assert_eq!(filtered(&pieces), (passed.clone(), Some(137)), "{cut}");
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(filtered(&bytes), (passed, Some(137)));
    }

    #[test]
    fn what_is_no_mark_passes() {
        for text in [
            &b"\x1ezmgr-0"[..],
            b"\x1ezmgr-0:",
            b"\x1ezmgr-0:12",
            b"\x1e",
            b"",
            b"\x1ezmgr-0:a long line without end",
        ] {
            assert_eq!(filtered(&[text]), (text.to_vec(), None));
        }
        assert_eq!(filtered(&[b"prompt: "]).0, b"prompt: ");
    }

    #[test]
    fn users() {
        let zone: ZoneName = "web01".parse().unwrap();
        assert_eq!(options(&zone, Some("adm-1")).unwrap(), ["-l", "adm-1"]);
        for user in ["", "-c", "a b", "a;b", "root\n"] {
            assert!(options(&zone, Some(user)).is_err(), "{user:?}");
        }
    }
}
