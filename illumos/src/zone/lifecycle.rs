//! What `zoneadm` does: install, uninstall, boot, halt, shutdown, reboot, verify.
//!
//! Each function runs `/usr/sbin/zoneadm`, hands every line it prints to `line`, and fails with what it printed last. Needs the
//! global zone and all privileges.
//!
//! `zoneadm` waits without an end for another one that works on the zone; [`zoneadm_lock_holder`](super::zoneadm_lock_holder) tells.

use std::time::{Duration, Instant};

use super::{ZoneName, ZoneState};
use crate::command::{Command, Stream};
use crate::{Error, ErrorKind, Result};

/// How long a zone may take to arrive in its state once `zoneadm` has ended.
const SETTLE: Duration = Duration::from_secs(10);

/// The longest boot arguments, joined with blanks, in bytes (`BOOTARGS_MAX` with its NUL).
const LONGEST_BOOTARGS: usize = 255;

/// The `zoneadm` command that does `verb` on the zone: for running, and for showing what would be run.
///
/// `args` are brand options for [`Verb::Install`], boot arguments for [`Verb::Boot`] and [`Verb::Reboot`], and `-r` for [`Verb::Shutdown`].
///
/// # Errors
/// [`ErrorKind::Invalid`] if an install argument has a character outside `[A-Za-z0-9/_.,:=@+-]`: zoneadm hands them to a shell; if boot arguments are longer than
/// 255 bytes; if the verb takes no such argument.
///
/// # Source
/// illumos-gate `usr/src/cmd/zoneadm/zoneadm.c` (`install_func`, `addopt`).
pub fn zoneadm(name: &ZoneName, verb: Verb, args: &[String]) -> Result<Command> {
    let invalid =
        |reason: String| Error::new(ErrorKind::Invalid, format!("{verb} zone {name}"), reason);
    let mut words: Vec<String> = vec!["-z".to_owned(), name.to_string(), verb.as_str().to_owned()];
    match verb {
        Verb::Install => {
            if let Some(arg) = args
                .iter()
                .find(|arg| arg.is_empty() || !safe_for_shell(arg))
            {
                return Err(invalid(format!(
                    "zoneadm hands {arg:?} to a shell; allowed are letters, digits and / _ . , : = @ + -"
                )));
            }
            words.extend_from_slice(args);
        }
        Verb::Boot | Verb::Reboot => {
            let length = args.iter().map(String::len).sum::<usize>() + args.len().saturating_sub(1);
            if length > LONGEST_BOOTARGS {
                return Err(invalid(format!(
                    "its boot arguments have {length} bytes; at most {LONGEST_BOOTARGS} are allowed"
                )));
            }
            if let Some(arg) = args.iter().find(|arg| arg.chars().any(char::is_control)) {
                return Err(invalid(format!(
                    "the boot argument {arg:?} has a control character"
                )));
            }
            if !args.is_empty() {
                words.push("--".to_owned());
                words.extend_from_slice(args);
            }
        }
        Verb::Shutdown if args.iter().all(|arg| arg == "-r") => words.extend_from_slice(args),
        Verb::Uninstall if args.is_empty() => words.push("-F".to_owned()),
        Verb::Halt | Verb::Verify if args.is_empty() => {}
        Verb::Uninstall | Verb::Halt | Verb::Verify | Verb::Shutdown => {
            return Err(invalid(format!(
                "it takes no argument {:?}",
                args.join(" ")
            )));
        }
    }
    Ok(Command::new("/usr/sbin/zoneadm").args(words))
}

/// Whether sh reads `text` as the one word that it is. Zonepaths and install arguments reach a shell unquoted.
fn safe_for_shell(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/_.,:=@+-".contains(&byte))
}

/// What `zoneadm` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `install`, with brand options.
    Install,
    /// `uninstall -F`.
    Uninstall,
    /// `boot`, with boot arguments.
    Boot,
    /// `halt`.
    Halt,
    /// `shutdown`, which runs the zone's own shutdown and waits up to the stop timeout of `svc:/system/zones:default`.
    Shutdown,
    /// `reboot`, which is not graceful.
    Reboot,
    /// `verify`.
    Verify,
}

impl Verb {
    /// The subcommand of zoneadm(8).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Uninstall => "uninstall",
            Self::Boot => "boot",
            Self::Halt => "halt",
            Self::Shutdown => "shutdown",
            Self::Reboot => "reboot",
            Self::Verify => "verify",
        }
    }

    /// Why a zone in this state cannot be asked to do it, in zoneadm's words where it has any.
    fn refusal(self, state: ZoneState) -> Option<&'static str> {
        use ZoneState::{
            Configured, Down, Incomplete, Installed, Mounted, Ready, Running, ShuttingDown,
        };
        match (self, state) {
            (Self::Verify, Incomplete) | (Self::Install, Incomplete) => {
                Some("it is incomplete; uninstall it first")
            }
            (Self::Verify, _) | (Self::Install, Configured) => None,
            (Self::Install, Installed) => Some("it is already installed"),
            (Self::Uninstall, Installed | Incomplete) => None,
            (Self::Uninstall, Configured) => Some("it is not installed"),
            (Self::Boot, Installed | Ready | Running) => None,
            (Self::Halt, Installed | Ready | Running | ShuttingDown | Down) => None,
            (Self::Shutdown | Self::Reboot, Running) => None,
            (Self::Shutdown | Self::Reboot, Installed) => Some("it is not running"),
            (Self::Boot | Self::Halt | Self::Shutdown | Self::Reboot, Configured | Incomplete) => {
                Some("it is not installed")
            }
            // zoneadm says that it is already booted, and exits with 0.
            (Self::Boot, ShuttingDown | Down) => {
                Some("it is being torn down; wait until it is installed, or halt it")
            }
            (_, Mounted) => Some("it is mounted for maintenance; unmount it first"),
            (Self::Install | Self::Uninstall, Ready | Running | ShuttingDown | Down) => {
                Some("halt it first")
            }
            (Self::Shutdown | Self::Reboot, Ready | ShuttingDown | Down) => {
                Some("it is not running; halt it")
            }
        }
    }

    /// The state that it leads to; `None` if it changes none.
    fn target(self, args: &[String]) -> Option<ZoneState> {
        match self {
            Self::Shutdown if !args.is_empty() => Some(ZoneState::Running),
            Self::Install | Self::Halt | Self::Shutdown => Some(ZoneState::Installed),
            Self::Uninstall => Some(ZoneState::Configured),
            Self::Boot | Self::Reboot => Some(ZoneState::Running),
            Self::Verify => None,
        }
    }
}

impl std::fmt::Display for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Runs `zoneadm` and checks that the zone got there: a verb that the real tool answers with exit status 0 while
/// nothing happens (boot of a zone that is shutting down) is an error here.
///
/// # Errors
/// [`ErrorKind::NotFound`] without such a zone; [`ErrorKind::Busy`] if the zone's state does not allow the verb;
/// [`ErrorKind::Invalid`] as for [`zoneadm`], and if its zonepath has a character that a shell would take for something else;
/// [`ErrorKind::PermissionDenied`]; [`ErrorKind::TimedOut`]; [`ErrorKind::Failed`].
pub fn run(
    name: &ZoneName,
    verb: Verb,
    args: &[String],
    deadline: Option<Duration>,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<()> {
    run_as(
        name,
        verb,
        args,
        |command| deadline.into_iter().fold(command, Command::deadline),
        line,
    )
}

/// As [`run`], with the command changed by `with` before it runs: `|command| command.stop_when(flag)`.
///
/// # Errors
/// As [`run`]; [`ErrorKind::Interrupted`] if it was stopped.
pub fn run_as(
    name: &ZoneName,
    verb: Verb,
    args: &[String],
    with: impl FnOnce(Command) -> Command,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<()> {
    let error = |kind, reason: String| Error::new(kind, format!("{verb} zone {name}"), reason);
    let command = with(zoneadm(name, verb, args)?);
    let zone = super::get(name)?;
    if let Some(reason) = verb.refusal(zone.state) {
        return Err(error(
            ErrorKind::Busy,
            format!("the zone is {}: {reason}", zone.state),
        ));
    }
    if !safe_for_shell(&zone.zonepath) {
        return Err(error(
            ErrorKind::Invalid,
            format!(
                "zoneadm hands its zonepath {:?} to a shell; allowed are letters, digits and / _ . , : = @ + -",
                zone.zonepath
            ),
        ));
    }
    let output = command.output(line)?;
    if output.status != Some(0) {
        let denied = ["only a privileged user", "is not authorized to"]
            .iter()
            .any(|text| output.stderr.contains(text));
        let kind = if denied {
            ErrorKind::PermissionDenied
        } else {
            ErrorKind::Failed
        };
        return Err(command.failure(kind, &output));
    }
    let Some(target) = verb.target(args) else {
        return Ok(());
    };
    let since = Instant::now();
    loop {
        let state = super::find(name)?.map(|zone| zone.state);
        if state == Some(target) {
            return Ok(());
        }
        if since.elapsed() >= SETTLE {
            let is = state.map_or_else(|| "gone".to_owned(), |state| state.to_string());
            let mut failure = command
                .failure(ErrorKind::Failed, &output)
                .reason()
                .to_owned();
            failure.push_str(&format!("; the zone should be {target} and is {is}"));
            return Err(error(ErrorKind::Failed, failure));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VERBS: [Verb; 7] = [
        Verb::Install,
        Verb::Uninstall,
        Verb::Boot,
        Verb::Halt,
        Verb::Shutdown,
        Verb::Reboot,
        Verb::Verify,
    ];

    fn zone() -> ZoneName {
        "web01".parse().unwrap()
    }

    fn shown(verb: Verb, args: &[&str]) -> Result<String> {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        zoneadm(&zone(), verb, &args).map(|command| command.display())
    }

    #[test]
    fn each_verb_becomes_its_command() {
        for (verb, args, expected) in [
            (
                Verb::Install,
                &["-P", "a.org=https://pkg.a.org/"][..],
                "install -P a.org=https://pkg.a.org/",
            ),
            (Verb::Uninstall, &[], "uninstall -F"),
            (Verb::Boot, &[], "boot"),
            (Verb::Boot, &["-m", "verbose"], "boot -- -m verbose"),
            (Verb::Halt, &[], "halt"),
            (Verb::Shutdown, &[], "shutdown"),
            (Verb::Shutdown, &["-r"], "shutdown -r"),
            (Verb::Reboot, &[], "reboot"),
            (Verb::Verify, &[], "verify"),
        ] {
            assert_eq!(
                shown(verb, args).unwrap(),
                format!("/usr/sbin/zoneadm -z web01 {expected}")
            );
        }
    }

    #[test]
    fn arguments_that_a_shell_would_change_are_refused() {
        for arg in [
            "a b",
            "$(reboot)",
            "a;b",
            "`x`",
            "a|b",
            "a\nb",
            "*",
            "~root",
            "'",
            "\"",
            "\\",
            "",
            "#",
            "é",
            "a&b",
            ">x",
        ] {
            let error = shown(Verb::Install, &["-e", arg]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{arg:?}");
        }
        assert!(shown(Verb::Halt, &["-x"]).is_err());
        assert!(shown(Verb::Uninstall, &["-x"]).is_err());
        assert!(shown(Verb::Boot, &["x\n"]).is_err());
        assert!(shown(Verb::Boot, &[&"x".repeat(255)]).is_ok());
        assert!(shown(Verb::Boot, &[&"x".repeat(256)]).is_err());
        assert!(shown(Verb::Boot, &["x", &"x".repeat(254)]).is_err());
    }

    #[test]
    fn states_allow_what_zoneadm_allows() {
        let allowed = |verb: Verb| -> Vec<&str> {
            let states = ZoneState::ALL
                .into_iter()
                .filter(|state| verb.refusal(*state).is_none());
            states.map(ZoneState::as_str).collect()
        };
        assert_eq!(allowed(Verb::Install), ["configured"]);
        assert_eq!(allowed(Verb::Uninstall), ["incomplete", "installed"]);
        assert_eq!(allowed(Verb::Boot), ["installed", "ready", "running"]);
        assert_eq!(
            allowed(Verb::Halt),
            ["installed", "ready", "running", "shutting_down", "down"]
        );
        assert_eq!(allowed(Verb::Shutdown), ["running"]);
        assert_eq!(allowed(Verb::Reboot), ["running"]);
        assert!(!allowed(Verb::Verify).contains(&"incomplete"));
    }

    proptest! {
        #[test]
        fn an_install_argument_that_passes_is_one_plain_word(arg in "\\PC{0,12}") {
            if let Ok(text) = shown(Verb::Install, &[&arg]) {
                prop_assert_eq!(text, format!("/usr/sbin/zoneadm -z web01 install {arg}"));
            }
        }

        #[test]
        fn every_verb_is_either_refused_or_a_command(args in proptest::collection::vec(".{0,8}", 0..4)) {
            for verb in VERBS {
                let _ = zoneadm(&zone(), verb, &args);
            }
        }
    }
}
