//! Dependencies that a crate of the workspace names and does not use.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Failure, process};

/// Fails if a crate's manifest names a dependency that its sources do not.
///
/// # Errors
/// If there is one, with all of them; if the sources cannot be read.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let mut cargo = process::command(root, "cargo");
    let metadata = cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&process::output(metadata)?)?;
    let mut unused = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let sources = Sources::of(package)?;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let known_as = dependency["rename"]
                .as_str()
                .or(dependency["name"].as_str())
                .unwrap_or_default();
            let texts = match dependency["kind"].as_str() {
                Some("build") => &sources.build,
                Some("dev") => &sources.all,
                _ => &sources.library,
            };
            let word = known_as.replace('-', "_");
            if !texts.iter().any(|text| names(text, &word)) {
                unused.push(format!("{name} does not use {known_as}"));
            }
        }
    }
    if unused.is_empty() {
        return Ok(());
    }
    Err(format!("{}; remove it from the Cargo.toml", unused.join("; ")).into())
}

/// The texts of a package.
struct Sources {
    /// What is below `src`.
    library: Vec<String>,
    /// The build script.
    build: Vec<String>,
    /// What is below the directory of any target: tests and benchmarks as well.
    all: Vec<String>,
}

impl Sources {
    fn of(package: &Value) -> Result<Self, Failure> {
        let mut sources = Self {
            library: Vec::new(),
            build: Vec::new(),
            all: Vec::new(),
        };
        let mut read: Vec<PathBuf> = Vec::new();
        for target in package["targets"].as_array().into_iter().flatten() {
            let main = Path::new(target["src_path"].as_str().unwrap_or_default());
            let is = |kind: &str| {
                let kinds = target["kind"].as_array().into_iter().flatten();
                kinds.into_iter().any(|other| other == kind)
            };
            if is("custom-build") {
                sources.build.push(fs::read_to_string(main)?);
                continue;
            }
            let Some(directory) = main
                .parent()
                .filter(|directory| !read.iter().any(|read| read == directory))
            else {
                continue;
            };
            read.push(directory.to_owned());
            let mut texts = Vec::new();
            below(directory, &mut texts)?;
            if is("lib") || is("bin") {
                sources.library.extend(texts.iter().cloned());
            }
            sources.all.extend(texts);
        }
        sources.all.extend(sources.build.iter().cloned());
        Ok(sources)
    }
}

fn below(directory: &Path, texts: &mut Vec<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, texts)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Whether code of the text says `word::`, `use word;` or `use word as`; what a comment says does not count.
fn names(text: &str, word: &str) -> bool {
    let ends = |rest: &str| ["::", ";", " as "].iter().any(|end| rest.starts_with(end));
    let begins = |before: &str| {
        !before
            .chars()
            .next_back()
            .is_some_and(|last| last.is_alphanumeric() || last == '_')
    };
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| {
            line.match_indices(word)
                .any(|(at, _)| begins(&line[..at]) && ends(&line[at + word.len()..]))
        })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn what_counts_as_a_use() {
        for used in [
            "use serde::Serialize;",
            "    let x = serde::to();",
            "use serde as s;",
            "use serde;",
        ] {
            assert!(names(used, "serde"), "{used}");
        }
        for unused in [
            "// serde::Serialize",
            "/// [`serde::Serialize`]",
            "use my_serde::X;",
            "let serde = 1;",
            "use serde_json::X;",
        ] {
            assert!(!names(unused, "serde"), "{unused}");
        }
    }
}
