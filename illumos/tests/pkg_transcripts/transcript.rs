//! A transcript: commands that a shell was given one after the other, and what the real pkg(1) did.

use std::path::Path;

use serde_json::Value;

pub(crate) struct Transcript {
    pub(crate) name: String,
    /// The image that there was: `old`, `new`, `empty`; `None` if there was none.
    pub(crate) base: Option<String>,
    /// The commands that ran first.
    pub(crate) before: String,
    pub(crate) steps: Vec<Step>,
}

pub(crate) struct Step {
    pub(crate) line: String,
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The transcripts in a directory, by name.
pub(crate) fn transcripts(dir: &Path) -> Vec<Transcript> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| dir.join(name).join("transcript.json").is_file())
        .collect();
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| read(&dir.join(&name), name))
        .collect()
}

fn read(dir: &Path, name: String) -> Transcript {
    let setup = std::fs::read_to_string(dir.join("setup.txt")).unwrap_or_default();
    let field = |name: &str| {
        let line = setup.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim)
            .filter(|value| !value.is_empty() && *value != "None")
            .map(str::to_owned)
    };
    let text = std::fs::read_to_string(dir.join("transcript.json")).unwrap();
    let steps: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text = |step: &Value, key: &str| step[key].as_str().unwrap_or_default().to_owned();
    Transcript {
        name,
        base: field("base:"),
        before: field("pre:").unwrap_or_default(),
        steps: steps
            .iter()
            .map(|step| Step {
                line: text(step, "cmd"),
                status: i32::try_from(step["rc"].as_i64().unwrap()).unwrap(),
                stdout: text(step, "stdout"),
                stderr: text(step, "stderr"),
            })
            .collect(),
    }
}

/// The words of a command line as sh reads them; `None` if it is more than one command, or its output goes elsewhere than to a file.
pub(crate) fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        end if end == c => break,
                        '\\' if c == '"' => word.push(chars.next()?),
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '|' | '&' | ';' | '`' | '$' | '<' => return None,
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}
