//! What the documentation says: every document in it is read, every command line is parsed.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read or set up ends the test"
)]

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use regex_lite::Regex;
use zmgr::internals::documents::{Document, Kind, Source, syntax};

/// The pages.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md"]
        .map(|name| root.join(name))
        .into_iter()
        .filter(|page| page.exists())
        .collect();
    below(&root.join("docs"), &mut pages);
    pages
}

fn below(dir: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// The fenced blocks of a page: their language, the number of their first line, their text.
fn blocks(text: &str) -> Vec<(String, usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(language)) => {
                let language = language.split(' ').next().unwrap_or_default();
                open = Some((language.to_owned(), number + 2, String::new()));
            }
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without end");
    blocks
}

#[test]
fn every_document_is_valid() {
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (language, line, block) in blocks(&text) {
            if language != "kdl" {
                continue;
            }
            count += 1;
            let place = format!("{}:{line}", page.display());
            let source = Source::new(&place, block.as_str());
            let tree =
                syntax::parse(&source).unwrap_or_else(|problems| panic!("{place}: {problems:?}"));
            // The reference shows single nodes; a table of its own is tested with each of them.
            if page.ends_with("docs/reference/documents.md") {
                continue;
            }
            let mut config = String::new();
            for node in &tree.nodes {
                let text = &block[node.span.start..node.span.end];
                let kind = Kind::ALL
                    .into_iter()
                    .find(|kind| kind.directory().is_some() && kind.word() == node.name);
                let Some(kind) = kind else {
                    config.push_str(text);
                    config.push('\n');
                    continue;
                };
                let source = Source::new(&place, text);
                let name = node.first_text().unwrap_or_default();
                Document::check_source(kind, name, &source)
                    .unwrap_or_else(|problem| panic!("{place}: {problem:?}"));
            }
            let source = Source::new(&place, config);
            Document::check_source(Kind::Config, "config", &source)
                .unwrap_or_else(|problem| panic!("{place}: {problem:?}"));
        }
    }
    assert!(count > 20, "only {count} documents found");
}

/// The words of the `zmgr` command in a line of sh; `None` if there is none.
fn words(line: &str) -> Option<Vec<String>> {
    let line = line
        .trim()
        .trim_start_matches("$ ")
        .trim_start_matches("# ");
    let cargo = Regex::new(r"^cargo run( -q| --quiet| --release| -p zmgr)* -- ").unwrap();
    let command = match cargo.find(line) {
        Some(found) => &line[found.end()..],
        None => {
            let at = Regex::new(r"(^|[ (=])zmgr ").unwrap().find(line)?;
            &line[at.end()..]
        }
    };
    let mut words = vec!["zmgr".to_owned()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '|' | ';' | '<' | '>' | ')' | '&') => break,
            (None, '#') if word.is_none() => break,
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[test]
fn every_command_line_is_understood() {
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (language, first, block) in blocks(&text) {
            let console = language == "console";
            if !console && language != "sh" {
                continue;
            }
            for (number, line) in block.lines().enumerate() {
                if console && !line.starts_with("$ ") {
                    continue;
                }
                let Some(words) = words(line) else { continue };
                count += 1;
                let parsed = zmgr::internals::cli::Cli::command().try_get_matches_from(&words);
                if let Err(error) = parsed
                    && error.use_stderr()
                {
                    panic!("{}:{}: {line}\n{error}", page.display(), first + number);
                }
            }
        }
    }
    assert!(count > 100, "only {count} command lines found");
}

/// A command that a sentence names need not be whole, but what it has must exist.
#[test]
fn every_command_that_a_sentence_names_exists() {
    use clap::error::ErrorKind;
    let span = Regex::new(r"`(zmgr [^`]+)`").unwrap();
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (number, line) in text.lines().enumerate() {
            for found in span.captures_iter(line) {
                let Some(words) = words(&found[1]) else {
                    continue;
                };
                count += 1;
                let parsed = zmgr::internals::cli::Cli::command().try_get_matches_from(&words);
                let unfinished = [
                    ErrorKind::MissingRequiredArgument,
                    ErrorKind::MissingSubcommand,
                    ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
                ];
                if let Err(error) = parsed
                    && error.use_stderr()
                    && !unfinished.contains(&error.kind())
                {
                    panic!("{}:{}: {line}\n{error}", page.display(), number + 1);
                }
            }
        }
    }
    assert!(count > 25, "only {count} commands found");
}
