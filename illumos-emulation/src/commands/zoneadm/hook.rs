//! The hooks of brands: commands that `config.xml` of the brand names, run by a shell, or what the emulation does in their place.

use std::os::unix::process::ExitStatusExt;

use crate::host::BrandKind;

use super::{Done, Stop, Terminal, Zone, step, step_done, usage};

/// What the hooks of brands exit with (illumos-gate usr/src/uts/common/sys/zone.h).
pub(super) const HOOK_USAGE: i32 = 253;
/// The zone can be cleaned up and installed again.
pub(super) const NOT_COMPLETE: i32 = 254;
/// Somebody has to look at the zone.
pub(super) const FATAL: i32 = 255;

/// The size of the buffer that a command line has to fit.
pub(super) const COMMAND_LENGTH: usize = 1024;

impl Zone<'_> {
    /// How a zone of the brand is laid out.
    pub(super) fn kind(&self) -> BrandKind {
        self.brand
            .as_ref()
            .map_or(BrandKind::Plain, |brand| brand.kind)
    }

    /// Whether the brand has a script of its own for the hook.
    pub(super) fn has_script(&self, hook: &str) -> bool {
        self.brand
            .as_ref()
            .is_some_and(|brand| brand.hooks.contains_key(hook))
    }

    /// Whether the brand does what the hook is for: by a script of its own, or as the emulation does it for brands of its kind.
    pub(super) fn has_hook(&self, hook: &str) -> bool {
        self.has_script(hook)
            || match hook {
                "install" => self
                    .brand
                    .as_ref()
                    .is_some_and(|brand| brand.hooks.is_empty()),
                "attach" | "detach" | "clone" | "uninstall" | "sysboot" => {
                    self.kind() == BrandKind::Image
                }
                _ => false,
            }
    }

    /// Complains if the host does not have the brand.
    pub(super) fn need_brand(&self, terminal: &mut Terminal<'_>) -> Done {
        if self.brand.is_some() {
            return Ok(());
        }
        Err(self.complain(terminal, "missing or invalid brand"))
    }

    /// The command line of a hook with a script; `words` follow it, unquoted.
    fn command_line(&self, hook: &str, words: &str) -> Option<String> {
        let command = self.brand.as_ref()?.hooks.get(hook)?;
        let mut line = command
            .replace("%z", &self.name)
            .replace("%R", &self.path());
        if !words.is_empty() {
            line.push_str(if line.ends_with(' ') { "" } else { " " });
            line.push_str(words);
        }
        Some(line)
    }

    /// Runs the script of a hook; its exit status. Nothing is done, and 0 returned, if there is none.
    pub(super) fn script(
        &self,
        terminal: &mut Terminal<'_>,
        subcommand: &str,
        hook: &str,
        words: &str,
    ) -> i32 {
        let Some(line) = self.command_line(hook, words) else {
            return 0;
        };
        let point = format!("hook {hook}");
        if let Err(code) = step(subcommand, &point) {
            return code;
        }
        let status = self.shell(terminal, &line, what(hook));
        if status == 0 {
            step_done(subcommand, &point);
        }
        status
    }

    /// Gives a command line to a shell, as zoneadm does; the program is that of the host.
    fn shell(&self, terminal: &mut Terminal<'_>, line: &str, what: &str) -> i32 {
        // What follows the command behind a `;` is never run.
        let line = if line.starts_with('/') {
            format!("exec {}{line}", self.host.dir().display())
        } else {
            format!("exec {line}")
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the emulation does not depend on the crate that has the runner"
        )]
        let mut shell = std::process::Command::new("/bin/sh");
        shell
            .args(["-c", &line])
            .current_dir(self.host.dir())
            .envs(self.host.child_environment())
            .env("_ZONEADM_LOCK_HELD", "1");
        let status = match shell.status() {
            Ok(status) => status,
            Err(error) => {
                terminal.error(&format!("zoneadm: {what}: {error}"));
                return FATAL;
            }
        };
        let Some(signal) = status.signal() else {
            return status.code().unwrap_or(FATAL);
        };
        let name = signal_hook::low_level::signal_name(signal).unwrap_or("SIG?");
        self.complain(terminal, &format!("'{what}' terminated by signal {name}."));
        FATAL
    }

    /// What a hook that failed ends the subcommand with; one that was used wrongly has the use told.
    pub(super) fn failed(terminal: &mut Terminal<'_>, subcommand: &str, status: i32) -> Stop {
        if status == HOOK_USAGE {
            usage::of(terminal, subcommand);
        }
        Stop(1)
    }

    /// Asks the brand's script whether it agrees with the subcommand.
    pub(super) fn verify_brand(
        &self,
        terminal: &mut Terminal<'_>,
        subcommand: &str,
        args: &[String],
    ) -> Done {
        self.need_brand(terminal)?;
        let words = std::iter::once(subcommand)
            .chain(args.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" ");
        match self.script(terminal, subcommand, "verify_adm", &words) {
            0 => Ok(()),
            _ => Err(Stop(1)),
        }
    }
}

/// What zoneadm calls the work of a hook.
fn what(hook: &str) -> &'static str {
    match hook {
        "install" => "brand-specific installation",
        "postinstall" => "brand-specific post-install",
        "attach" => "brand-specific attach",
        "postattach" => "brand-specific postattach",
        "detach" => "brand-specific detach",
        "predetach" => "brand-specific predetach",
        "clone" => "brand-specific clone",
        "postclone" => "postclone",
        "uninstall" => "brand-specific uninstall",
        "preuninstall" => "brand-specific preuninstall",
        "sysboot" => "brand sysboot operation",
        _ => "brand-specific verification",
    }
}

/// Options as a subcommand reads them that hands its arguments on: what it does not know is passed over, as the brand may know it.
pub(super) struct Scan<'a> {
    found: Vec<(char, &'a str)>,
    /// The words after the options.
    pub(super) rest: &'a [String],
}

impl<'a> Scan<'a> {
    /// Reads `args` for the options in `known`, a colon after those with an argument.
    pub(super) fn read(args: &'a [String], known: &str) -> Self {
        let mut found = Vec::new();
        let mut rest = args;
        while let Some((word, after)) = rest.split_first() {
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                break;
            };
            rest = after;
            if letters == "-" {
                break;
            }
            for (at, letter) in letters.char_indices() {
                let Some(place) = known.find(letter).filter(|_| letter != ':') else {
                    continue;
                };
                let behind = at + letter.len_utf8();
                if !known[place + letter.len_utf8()..].starts_with(':') {
                    found.push((letter, ""));
                    continue;
                }
                let mut value = &letters[behind..];
                if value.is_empty()
                    && let Some((next, after)) = rest.split_first()
                {
                    value = next;
                    rest = after;
                }
                found.push((letter, value));
                break;
            }
        }
        Self { found, rest }
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.found.iter().any(|(known, _)| *known == letter)
    }

    /// The argument of the last such option.
    pub(super) fn value(&self, letter: char) -> Option<&'a str> {
        let found = self.found.iter().rev();
        found
            .into_iter()
            .find(|(known, _)| *known == letter)
            .map(|(_, value)| *value)
    }
}
