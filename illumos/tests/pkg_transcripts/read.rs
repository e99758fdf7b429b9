//! Whether this crate reads what the real pkg printed, has read the same from the emulated one, and knows beforehand what it refuses.

use illumos::ips::{self, Publisher, RepositoryUri};

use crate::transcript::{Step, words};

pub(crate) fn check(step: &Step) -> Vec<String> {
    let words = words(&step.line).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["pkg", "-R", image, "publisher", "-F", "tsv"] if step.status == 0 => {
            listing(image, step, false)
        }
        ["pkg", "-R", image, "publisher", "-n", "-F", "tsv"] if step.status == 0 => {
            listing(image, step, true)
        }
        ["pkg", "-R", _, "set-publisher", ref args @ ..] => setting(args, step),
        _ => Vec::new(),
    }
}

fn listing(image: &str, step: &Step, enabled: bool) -> Vec<String> {
    let real = match ips::parse(&step.stdout) {
        Ok(real) => real,
        Err(line) => return vec![format!("not read: {line}")],
    };
    let mut wrong = Vec::new();
    if lines(&real) != columns(&step.stdout) {
        wrong.push(format!("read as {real:?}"));
    }
    let own = if enabled {
        ips::enabled_publishers(image)
    } else {
        ips::publishers(image)
    };
    let own = match own {
        Ok(own) => own,
        Err(error) => return vec![error.to_string()],
    };
    if lines(&own) != lines(&real) {
        wrong.push(format!("on the host {own:?}"));
    }
    if enabled && own.iter().any(|publisher| !publisher.enabled) {
        wrong.push(format!("not enabled: {own:?}"));
    }
    wrong
}

/// What matters of a listing, line by line: name, stickiness, type, status and URI.
fn columns(stdout: &str) -> Vec<String> {
    let column = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        [0, 1, 4, 5, 6]
            .map(|at| fields.get(at).copied().unwrap_or_default())
            .join(" ")
    };
    stdout.lines().skip(1).map(column).collect()
}

/// The publishers as [`columns`] has them.
fn lines(publishers: &[Publisher]) -> Vec<String> {
    let mut lines = Vec::new();
    for Publisher {
        name,
        sticky,
        origins,
        disabled_origins,
        mirrors,
        ..
    } in publishers
    {
        let mut origins: Vec<(&RepositoryUri, &str)> = origins
            .iter()
            .map(|uri| (uri, "online"))
            .chain(disabled_origins.iter().map(|uri| (uri, "disabled")))
            .collect();
        origins.sort_unstable();
        lines.extend(
            origins
                .iter()
                .map(|(uri, status)| format!("{name} {sticky} origin {status} {}", uri.as_str())),
        );
        lines.extend(
            mirrors
                .iter()
                .map(|uri| format!("{name} {sticky} mirror online {}", uri.as_str())),
        );
        if origins.is_empty() && mirrors.is_empty() {
            lines.push(format!("{name} {sticky}   "));
        }
    }
    lines
}

/// Names and URIs that pkg takes are taken, and those that it refuses are refused.
fn setting(args: &[&str], step: &Step) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut complain = |wanted: bool, taken: bool, what: &str| {
        if wanted != taken {
            wrong.push(format!("{what:?}: taken here: {taken}, by pkg: {wanted}"));
        }
    };
    let refused = |word: &str| {
        let quoted = format!("'{word}'");
        step.stderr.contains(&format!("{quoted} is not a valid"))
            || step
                .stderr
                .contains(&format!("{quoted} uses the unsupported scheme"))
    };
    for pair in args.windows(2) {
        let [
            "-g" | "-O" | "-m" | "--add-origin" | "--origin-uri" | "--add-mirror",
            uri,
        ] = pair
        else {
            continue;
        };
        // A path from wherever one is is a path from where zmgr happens to be.
        let relative = !uri.starts_with('/') && !uri.starts_with("file:/") && !uri.contains("://")
            || uri.starts_with(':');
        if *uri != "*" && !relative && (step.status == 0 || refused(uri)) {
            complain(!refused(uri), uri.parse::<RepositoryUri>().is_ok(), uri);
        }
    }
    let operands = args.split(|arg| *arg == "--").next_back().unwrap_or(args);
    if let [.., name] = operands
        && (step.status == 0 || step.stderr.contains("is not a valid publisher name"))
        && !name.starts_with('-')
    {
        complain(!refused(name), ips::is_name(name), name);
    }
    wrong
}
