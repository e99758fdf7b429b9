//! `zoneadm install`.

use crate::commands::options::Bad;
use crate::host::BrandKind;
use crate::storage;
use crate::zonecfg::index;

use super::hook::{COMMAND_LENGTH, FATAL, HOOK_USAGE, NOT_COMPLETE};
use super::{Done, Options, Stop, Terminal, Zone, error_text, pkgcreatezone, step, step_done};
use super::{usage, verify};

pub(super) fn install(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    zone.need_brand(terminal)?;
    if !zone.has_hook("install") {
        return Err(zone.complain(terminal, "Missing brand install command"));
    }
    let known = zone
        .brand
        .as_ref()
        .map_or("", |brand| brand.install_options.as_str());
    let words = Words::read(args, known);
    if words.line().len() + zone.path().len() >= COMMAND_LENGTH {
        return Err(zone.complain(terminal, "Install command line too long"));
    }
    if words.asks_for_help {
        usage::of(terminal, "install");
        return match zone.run_install(terminal, &words) {
            0 => Ok(()),
            _ => Err(Stop(1)),
        };
    }
    zone.refuse_state(terminal, "install", false)?;
    verify::verify(terminal, zone, "install", args)?;
    let _lock = zone.take_lock(terminal)?;
    // Nobody looks at the state again: another install that waited for the lock does its work twice.
    zone.set_state(terminal, index::INCOMPLETE)
        .map_err(|_| Stop(1))?;
    let status = match step("install", "zonepath") {
        Ok(()) => {
            if words.with_dataset {
                zone.create_zonepath(terminal);
            }
            step_done("install", "zonepath");
            zone.run_install(terminal, &words)
        }
        Err(code) => code,
    };
    if status == HOOK_USAGE {
        usage::of(terminal, "install");
        return Err(Stop(1));
    }
    if status != 0 {
        return Err(after_failure(terminal, zone, status));
    }
    zone.set_state(terminal, index::INSTALLED)
        .map_err(|_| Stop(1))?;
    match zone.script(terminal, "install", "postinstall", &words.line()) {
        0 => Ok(()),
        status => {
            let _ = zone.write_state(index::INCOMPLETE);
            Err(after_failure(terminal, zone, status))
        }
    }
}

/// Makes a zone configured again whose hook says that another install may follow; any other stays incomplete.
fn after_failure(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, status: i32) -> Stop {
    if status == NOT_COMPLETE {
        if zone.clean_up(terminal, false) {
            let _ = zone.set_state(terminal, index::CONFIGURED);
        } else {
            terminal.error(&format!(
                "zoneadm: {}: cleaning up zonepath failed: {}",
                zone.name,
                error_text(-1)
            ));
        }
    }
    Stop(1)
}

/// The arguments of an install as zoneadm hands them on: an option's argument follows it without a blank.
struct Words {
    words: Vec<String>,
    with_dataset: bool,
    asks_for_help: bool,
}

impl Words {
    /// Reads the arguments; the brand's options are `known`. An option that is not known is handed on all the same.
    fn read(args: &[String], known: &str) -> Self {
        let known = format!("?x:{known}");
        let mut read = Self {
            words: Vec::new(),
            with_dataset: true,
            asks_for_help: false,
        };
        let mut rest = args;
        // One word at a time, as what getopt(3C) does not know must not end the reading.
        while let Some(word) = rest.first() {
            if word == "--" {
                rest = &rest[1..];
                break;
            }
            if !word.starts_with('-') || word.len() == 1 {
                break;
            }
            let length = match Options::parse(&rest[..1], &known) {
                Err(Bad::NoArgument(_)) if rest.len() > 1 => 2,
                _ => 1,
            };
            read.option(&rest[..length], &known);
            rest = &rest[length..];
        }
        read.words.extend(rest.iter().cloned());
        read
    }

    fn option(&mut self, words: &[String], known: &str) {
        match Options::parse(words, known) {
            Ok(options) if options.has('x') => {
                self.with_dataset &= options.value('x') != Some("nodataset");
            }
            Ok(options) => {
                self.asks_for_help |= options.has('?');
                for (letter, value) in options.all() {
                    self.words.push(format!("-{letter}{value}"));
                }
            }
            Err(_) => self.words.extend(words.iter().cloned()),
        }
    }

    fn line(&self) -> String {
        self.words.join(" ")
    }
}

impl Zone<'_> {
    /// Runs the brand's install hook; its exit status.
    fn run_install(&self, terminal: &mut Terminal<'_>, words: &Words) -> i32 {
        if self.has_script("install") {
            return self.script(terminal, "install", "install", &words.line());
        }
        match self.kind() {
            BrandKind::Image => pkgcreatezone::image(terminal, self, &words.words),
            BrandKind::Archive if !words.has_source() => {
                terminal.error("ERROR: The installation source must be specified.");
                HOOK_USAGE
            }
            BrandKind::Environment if !words.has_source() => {
                terminal.error("ERROR: The installation source must be specified.");
                HOOK_USAGE
            }
            kind => self.plain(terminal, kind),
        }
    }

    /// A root directory, in a boot environment where the brand has those.
    fn plain(&self, terminal: &mut Terminal<'_>, kind: BrandKind) -> i32 {
        if let Err(code) = step("install", "files") {
            return code;
        }
        let root = self.host.path(&self.root());
        let made = if kind == BrandKind::Environment {
            self.zonepath_dataset()
                .and_then(|dataset| {
                    self.create_environment(&dataset, None)
                        .map_err(|error| error.0)
                })
                .map(drop)
        } else {
            Ok(())
        };
        let filled = made.and_then(|()| {
            let filled = std::fs::create_dir_all(&root).and_then(|()| match kind {
                // A machine has no userland of its own.
                BrandKind::Machine => std::fs::create_dir_all(root.join("etc")),
                _ => super::root::fill(&root),
            });
            let filled = filled.and_then(|()| storage::refuse_over_quota(self.host, &self.root()));
            filled.map_err(|error| format!("ERROR: {error}"))
        });
        if let Err(text) = filled {
            terminal.error(&text);
            return FATAL;
        }
        step_done("install", "files");
        0
    }
}

impl Words {
    /// Whether the words name what to install from.
    fn has_source(&self) -> bool {
        self.words.iter().any(|word| {
            ["-s", "-t", "-a", "-d"]
                .iter()
                .any(|option| word.starts_with(option))
        })
    }
}
