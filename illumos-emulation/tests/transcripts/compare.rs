//! Comparing one command with what the transcript has of it, and the rules by which something is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use illumos_emulation::kernel;
use illumos_emulation::zonecfg::document::{Dtd, parse};
use serde_json::Value;

use crate::common::ran;
use crate::setting::{Scenario, UUIDS};

pub(crate) enum Outcome {
    Agrees,
    LeftOut(String),
    Differs(String),
}

/// Types the command of a step and compares what is evidence.
pub(crate) fn command(scenario: &mut Scenario, step: &Value) -> Outcome {
    let line = step["cmd"].as_str().unwrap();
    let mut command = scenario.command(line);
    for (name, value) in step["env"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().unwrap());
    }
    let input = step["stdin"].as_str().unwrap_or_default();
    command.stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let (status, out, err) = ran(child.wait_with_output().unwrap());

    let recorded = step["rc"].as_i64().unwrap();
    if recorded < 0 {
        return Outcome::LeftOut("the real one ended with a signal".to_owned());
    }
    let mut differences = Differences::default();
    differences.note("index", &recorded_index(step), &masked(&index(scenario)));
    // What stood for ZFS gave a directory other rights when it mounted it again after a failure.
    if !is_mounted_again(step) {
        differences.note("/zones", &list(step, "zones_after"), &zones(scenario));
    }
    let run = list(step, "run_after");
    let run: Vec<&str> = run.lines().filter(|name| !is_of_daemon(name)).collect();
    differences.note("/var/run/zones", &run.join("\n"), &run_files(scenario));
    documents(scenario, step, &mut differences);
    datasets(scenario, step, &mut differences);
    if !line.contains('*') {
        let log = list(step, "log");
        let log: Vec<&str> = log
            .lines()
            .filter(|line| !line.starts_with("zoneadmd started"))
            .collect();
        differences.note("asked for", &log.join("\n"), asked(scenario).trim_end());
    }
    let ordered = fs::read_to_string(scenario.path("emulation/settings"))
        .unwrap()
        .contains("\nzoneadmd-");
    let own_words = err.lines().any(|line| line.starts_with("zone '"));
    if own_words && !ordered {
        // The recorded zoneadmd did what it was asked in every state, and said nothing. What led there has been compared.
        return match differences.0.as_str() {
            "" => Outcome::LeftOut(
                "the emulated zoneadmd has an answer of its own: exit status, words and kernel"
                    .to_owned(),
            ),
            text => Outcome::Differs(text.to_owned()),
        };
    }
    let text = |key: &str| printed(step[key].as_str().unwrap_or_default(), scenario);
    differences.note("exit status", &recorded.to_string(), &status.to_string());
    differences.note("stdout", &text("stdout"), &printed(&out, scenario));
    differences.note("stderr", &text("stderr"), &printed(&err, scenario));
    if !line.contains(" mount") {
        differences.note("kernel", &recorded_kernel(step), &running(scenario));
    }
    match differences.0.as_str() {
        "" => Outcome::Agrees,
        text => Outcome::Differs(text.to_owned()),
    }
}

#[derive(Default)]
struct Differences(String);

impl Differences {
    fn note(&mut self, what: &str, real: &str, emulated: &str) {
        if real.trim_end() != emulated.trim_end() {
            self.0 += &format!("  {what}\n    real:     {real:?}\n    emulated: {emulated:?}\n");
        }
    }
}

/// A list of lines in the step; empty if it is not there.
fn list(step: &Value, key: &str) -> String {
    let lines = step[key].as_array().into_iter().flatten();
    lines
        .map(|line| line.as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// UUIDs that were made by chance look alike.
fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        out += &rest[..at];
        rest = &rest[at..];
        let word = rest.get(..36).filter(|word| {
            word.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        });
        let end = match word {
            Some(word) if UUIDS.iter().any(|(_, known)| known == &word) => {
                out += word;
                36
            }
            Some(_) => {
                out += "<UUID>";
                36
            }
            None => {
                let end = rest
                    .find(|c: char| !c.is_ascii_hexdigit())
                    .unwrap_or(rest.len());
                out += &rest[..end];
                end
            }
        };
        rest = &rest[end..];
    }
    out + rest
}

/// What was printed, without what is no evidence:
/// - the text below the first line of a usage message, which is prose of the original;
/// - what getopt(3C) and the commands of brand scripts say in words of their own;
/// - the reason behind `could not get …` and behind an unknown brand, which comes from an `errno` that nobody set;
/// - the numbers of zones in the kernel, which the recorded one gave out otherwise.
fn printed(text: &str, scenario: &Scenario) -> String {
    let text = text.replace(&scenario.host.host.dir().display().to_string(), "");
    let mut lines = Vec::new();
    for line in masked(&text).lines() {
        if line.starts_with("usage:") {
            lines.push(line.to_owned());
            break;
        }
        if line.contains("illegal option -- ")
            || line.contains("option requires an argument")
            || line.starts_with("mkdir: ")
            || line.starts_with("rm: ")
        {
            continue;
        }
        let mut line = line.to_owned();
        for said in [
            "could not get brand name",
            "could not get ip-type",
            "zone's privilege set",
        ] {
            if let Some(at) = line.find(&format!("{said}: ")) {
                line.truncate(at + said.len());
            }
        }
        lines.push(without_id(&line));
    }
    lines.join("\n")
}

/// A line of a list without the number of the zone.
fn without_id(line: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match line.split_once(':') {
        Some((id, rest)) if digits(id) && id != "0" => return format!("#:{rest}"),
        _ => {}
    }
    match line.trim_start().split_once(' ') {
        Some((id, rest)) if line.starts_with(' ') && digits(id) && id != "0" => {
            format!("   # {rest}")
        }
        _ => line.to_owned(),
    }
}

fn index(scenario: &Scenario) -> String {
    let text = fs::read_to_string(scenario.path("/etc/zones/index")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n")
}

fn recorded_index(step: &Value) -> String {
    step["index_after"].as_str().unwrap().to_owned()
}

/// The states of the zones in the kernel, by name.
fn recorded_kernel(step: &Value) -> String {
    let mut states = BTreeMap::new();
    for line in step["kernel_after"].as_str().unwrap_or_default().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let state = match words[2] {
            "1" => "ready",
            "3" => "running",
            "4" => "shutting_down",
            "6" => "down",
            other => other,
        };
        states.insert(words[1].to_owned(), state.to_owned());
    }
    format!("{states:?}")
}

fn running(scenario: &Scenario) -> String {
    let states: BTreeMap<String, String> = kernel::zones(&scenario.host.host)
        .into_iter()
        .filter(|zone| zone.id != 0)
        .map(|zone| {
            let state = match zone.status {
                0..=2 => "ready",
                3 | 4 => "running",
                5 | 6 => "shutting_down",
                _ => "down",
            };
            (zone.name, state.to_owned())
        })
        .collect();
    format!("{states:?}")
}

/// What lies below `/zones`, with its rights.
fn zones(scenario: &Scenario) -> String {
    fn walk(place: &Path, name: &str, found: &mut Vec<(String, String)>) {
        let mut entries: Vec<_> = fs::read_dir(place)
            .unwrap()
            .map(|entry| entry.unwrap())
            .collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            let metadata = fs::symlink_metadata(entry.path()).unwrap();
            let kind = if metadata.is_dir() {
                'd'
            } else if metadata.is_symlink() {
                'l'
            } else {
                '-'
            };
            let mode = metadata.permissions().mode();
            let rights: String = (0..9)
                .map(|bit| {
                    if mode & (0o400 >> bit) == 0 {
                        '-'
                    } else {
                        ['r', 'w', 'x'][bit % 3]
                    }
                })
                .collect();
            found.push((name.clone(), format!("{kind}{rights} {name}")));
            if metadata.is_dir() {
                walk(&entry.path(), &name, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(&scenario.path("/zones"), "/zones", &mut found);
    found.sort();
    let lines: Vec<String> = found.into_iter().map(|(_, line)| line).collect();
    lines.join("\n")
}

/// Whether what stood for ZFS was asked to mount a dataset that it had not destroyed.
fn is_mounted_again(step: &Value) -> bool {
    let log = list(step, "log");
    let mut destroyed = log
        .lines()
        .filter_map(|line| line.strip_prefix("zfs destroy "));
    destroyed.any(|name| log.lines().any(|line| line == format!("zfs mount {name}")))
}

/// Whether zoneadmd makes the file, which was not the real one.
fn is_of_daemon(name: &str) -> bool {
    [".snapshot.xml", ".network", ".zoneadmd_door"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The files of zoneadm and libzonecfg in `/var/run/zones`.
fn run_files(scenario: &Scenario) -> String {
    let entries = fs::read_dir(scenario.path("/var/run/zones")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !is_of_daemon(name))
        .collect();
    names.sort();
    names.join("\n")
}

fn asked(scenario: &Scenario) -> String {
    fs::read_to_string(scenario.host.beside("asked")).unwrap_or_default()
}

/// The configurations, compared as documents.
fn documents(scenario: &Scenario, step: &Value, differences: &mut Differences) {
    let dtd = Dtd::of(scenario.flavour);
    let root = |bytes: &[u8]| match parse(bytes, dtd) {
        Ok(document) => format!("{:?}", document.root),
        Err(_) => "not well-formed".to_owned(),
    };
    for (file, text) in step["xml_after"].as_object().into_iter().flatten() {
        let own = fs::read(scenario.path(&format!("/etc/zones/{file}"))).unwrap_or_default();
        let real = root(text.as_str().unwrap().as_bytes());
        differences.note(file, &real, &root(&own));
    }
}

/// The datasets, their mount points and origins; their order and numbers are those of the file that stood for ZFS.
fn datasets(scenario: &Scenario, step: &Value, differences: &mut Differences) {
    let Some(recorded) = step["datasets_after"].as_str() else {
        return;
    };
    let recorded: BTreeSet<String> = recorded
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            format!("{} {} {}", words[0], words[2], words[4])
        })
        .collect();
    let listed = scenario
        .host
        .good("zfs list -H -o name,mountpoint,origin -t filesystem,snapshot");
    let own: BTreeSet<String> = listed.lines().map(|line| line.replace('\t', " ")).collect();
    differences.note("datasets", &format!("{recorded:?}"), &format!("{own:?}"));
}
