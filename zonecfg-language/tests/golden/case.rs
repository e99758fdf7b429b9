//! A case: a directory with the commands, the files of `/etc/zones` before and after, and what the tool said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which distribution a set of cases is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Upstream,
    Extended,
}

/// Files by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// What the tool answered to `info` or `export` of a zone afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) command: String,
    pub(crate) zone: String,
    pub(crate) stdout: Option<Vec<u8>>,
    pub(crate) status: i32,
    pub(crate) stderr: String,
}

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) set: Set,
    pub(crate) zone: String,
    pub(crate) arguments: Vec<Vec<u8>>,
    pub(crate) random_uuid: bool,
    /// The text of the file that `-f` names, if the case has it.
    pub(crate) input: Option<Vec<u8>>,
    pub(crate) before: Files,
    /// Brands that the machine had in addition: `before/brands`, one a line.
    pub(crate) brands: Vec<String>,
    /// `kernel_zones`: `ID NAME STATUS BRAND ROOT …` a line.
    pub(crate) kernel: String,
    pub(crate) after: Files,
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) answers: Vec<Answer>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// The files of the directory whose names begin with `etc_zones_`, by the name that they have in `/etc/zones`.
fn zone_files(dir: &Path) -> Files {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Files::new();
    };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let name = name.strip_prefix("etc_zones_")?.to_owned();
            Some((name, read(&entry.path())?))
        })
        .collect()
}

impl Case {
    /// Reads a case; `None` if the directory holds none.
    pub(crate) fn read(dir: &Path, set: Set) -> Option<Self> {
        // The transcripts hold bytes that are not UTF-8 where a command line did.
        let meta = read(&dir.join("meta.json"))?;
        let meta: String = meta.iter().map(|byte| char::from(*byte)).collect();
        let meta: serde_json::Value = serde_json::from_str(&meta).ok()?;
        let bytes = |value: &serde_json::Value| -> Option<Vec<u8>> {
            let text = value.as_str()?;
            // Each character stands for a byte.
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).ok())
                .collect()
        };
        let arguments: Vec<Vec<u8>> = meta["argv"].as_array()?.iter().filter_map(bytes).collect();
        let file = arguments
            .iter()
            .position(|argument| argument == b"-f")
            .and_then(|at| arguments.get(at + 1))
            .map(|name| dir.join(text(name)));
        let status = read(&dir.join("rc"))?;
        let before = dir.join("before");
        Some(Self {
            name: dir.file_name()?.to_str()?.to_owned(),
            set,
            zone: text(&bytes(&meta["zone"])?),
            random_uuid: meta["random_uuid"].as_bool().unwrap_or(false),
            input: file.and_then(|path| read(&path)),
            before: zone_files(&before),
            brands: read(&before.join("brands"))
                .map(|bytes| {
                    text(&bytes)
                        .split_whitespace()
                        .map(ToOwned::to_owned)
                        .collect()
                })
                .unwrap_or_default(),
            kernel: read(&before.join("kernel_zones")).map_or_else(String::new, |b| text(&b)),
            after: zone_files(dir),
            status: text(&status).trim().parse().ok()?,
            stdout: read(&dir.join("stdout")).unwrap_or_default(),
            stderr: text(&read(&dir.join("stderr")).unwrap_or_default()),
            answers: answers(dir, &text(&bytes(&meta["zone"])?)),
            arguments,
        })
    }
}

/// `info.stdout`, `export.NAME.stdout`, and where the command failed `info.rc_stderr`: the status, and what was said.
fn answers(dir: &Path, zone: &str) -> Vec<Answer> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("info.") || name.starts_with("export."))
        .filter_map(|name| {
            let stem = name
                .strip_suffix(".stdout")
                .or(name.strip_suffix(".rc_stderr"));
            stem.map(ToOwned::to_owned)
        })
        .collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|stem| {
            let (command, of) = stem.split_once('.').unwrap_or((&stem, zone));
            let failed = read(&dir.join(format!("{stem}.rc_stderr"))).map(|bytes| text(&bytes));
            let (status, stderr) = failed
                .as_deref()
                .and_then(|said| said.split_once('\n'))
                .unwrap_or(("0", ""));
            Answer {
                command: command.to_owned(),
                zone: of.to_owned(),
                stdout: read(&dir.join(format!("{stem}.stdout"))),
                status: status.trim().parse().unwrap_or(1),
                stderr: stderr.to_owned(),
            }
        })
        .collect()
}

/// The cases in the directory, by name.
pub(crate) fn cases(dir: &Path, set: Set) -> Vec<Case> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut places: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    places.sort();
    places
        .iter()
        .filter_map(|place| Case::read(place, set))
        .collect()
}
