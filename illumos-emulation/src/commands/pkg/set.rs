//! `pkg set-publisher`.

use super::image::{Image, Location, Publisher};
use super::options::{Given, Known};
use super::repository::{Answer, Refreshed, ask, refresh};
use super::{Failure, LOCKED, Terminal, uri};

pub(super) static OPTIONS: &[Known] = &[
    Known::value("key", "k", ""),
    Known::value("cert", "c", ""),
    Known::value("set-origin", "O", "origin-uri"),
    Known::values("add-origin", "g", "add-origin"),
    Known::values("remove-origin", "G", "remove-origin"),
    Known::values("add-mirror", "m", "add-mirror"),
    Known::values("remove-mirror", "M", "remove-mirror"),
    Known::value("repository", "p", ""),
    Known::flag("enable", "e", "enable"),
    Known::flag("disable", "d", "disable"),
    Known::values("enable-origins", "", "enable-origins"),
    Known::values("disable-origins", "", "disable-origins"),
    Known::flag("no-refresh", "", "no-refresh"),
    Known::flag("reset-uuid", "", "reset-uuid"),
    Known::flag("sticky", "", "sticky"),
    Known::flag("non-sticky", "", "non-sticky"),
    Known::value("after", "", "search-after"),
    Known::value("before", "", "search-before"),
    Known::flag("first", "P", "search-first"),
    Known::values("approve-ca", "", "approve-ca-cert"),
    Known::values("revoke-ca", "", "revoke-ca-cert"),
    Known::values("unset-ca", "", "unset-ca-cert"),
    Known::values("set-property", "", "set-property"),
    Known::values("add-property", "", "add-property-value"),
    Known::values("remove-property", "", "remove-property-value"),
    Known::values("unset-property", "", "unset-property"),
    Known::value("proxy", "", "proxy"),
    Known::flag("verbose", "v", ""),
];

const APART: &[(&str, &str)] = &[
    ("disable", "enable"),
    ("sticky", "non-sticky"),
    ("set-origin", "add-origin"),
    ("set-origin", "remove-origin"),
    ("repository", "add-origin"),
    ("repository", "add-mirror"),
    ("repository", "remove-origin"),
    ("repository", "remove-mirror"),
    ("repository", "disable"),
    ("repository", "enable"),
    ("repository", "reset-uuid"),
    ("before", "after"),
    ("before", "first"),
    ("after", "first"),
];

/// What is said between an empty line and no name of the command.
fn said(text: &str) -> Failure {
    Failure::Said(1, format!("\n{text}"))
}

pub(super) fn run(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<i32, Failure> {
    if !image.exists() {
        return Err(image.missing());
    }
    let given = Given::parse(args, OPTIONS).map_err(Failure::Usage)?;
    check(&given).map_err(Failure::Usage)?;
    let name = match given.operands {
        [] if !given.has("repository") => {
            return Err(Failure::Usage("requires a publisher name".to_owned()));
        }
        [] => None,
        [name] => Some(name.as_str()),
        _ => {
            let text = "only one publisher name may be specified";
            return Err(Failure::Usage(text.to_owned()));
        }
    };
    let lock = image
        .lock()
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let Some(_lock) = lock else {
        return Err(said(LOCKED));
    };
    match (given.value("repository"), name) {
        (Some(repository), name) => automatic(terminal, image, &given, repository, name),
        (None, Some(name)) => set(image, &given, name).map(|()| 0),
        (None, None) => Ok(0),
    }
}

fn check(given: &Given<'_>) -> Result<(), String> {
    for (one, other) in APART {
        given.apart(one, other)?;
    }
    if given.has("repository") && given.has("no-refresh") {
        return Err(format!(
            "'{}' may only be used with '{}'.",
            given.shown("repository"),
            given.shown("no-refresh")
        ));
    }
    let of_proxies = [
        "add-origin",
        "add-mirror",
        "remove-origin",
        "remove-mirror",
        "repository",
    ];
    if given.has("proxy") && !of_proxies.iter().any(|key| given.has(key)) {
        let [first @ .., last] = of_proxies.map(|key| given.shown(key));
        return Err(format!(
            "'{}' may only be used with '{}' or {last}.",
            given.shown("proxy"),
            first.join(", ")
        ));
    }
    let all = given.values("add-origin").any(|origin| origin == "*");
    if all && !given.has("enable") && !given.has("disable") {
        return Err(format!(
            "Either '{}' or '{}' must be specified",
            given.shown("enable"),
            given.shown("disable")
        ));
    }
    Ok(())
}

/// `-p`: the repository says which publishers it has. Those that the image has get one more origin.
fn automatic(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    given: &Given<'_>,
    repository: &str,
    name: Option<&str>,
) -> Result<i32, Failure> {
    let kept = uri::kept(repository).map_err(|text| said(&text))?;
    let names = match (ask(image.host, &kept), name) {
        (Answer::Nothing(reason), _) => {
            return Err(Failure::Said(
                1,
                format!(
                    "pkg set-publisher: The specified URI does not appear to point to a valid pkg repository.\nPlease check the URI and the client's network configuration.\nAdditional details:\n\n{reason}"
                ),
            ));
        }
        (Answer::These(names), Some(name)) if !names.iter().any(|known| known == name) => {
            let location = kept.trim_end_matches('/');
            return Err(Failure::Failed(other_publishers(location, name, &names)));
        }
        (_, Some(name)) => vec![name.to_owned()],
        (Answer::These(names), None) => names,
        (Answer::Any, None) => Vec::new(),
    };
    let (mut added, mut updated) = (Vec::<String>::new(), Vec::new());
    let mut publishers = image.read()?;
    for name in names {
        let known = publishers.iter().any(|publisher| publisher.name == name);
        let at = place(&mut publishers, &name);
        let publisher = &mut publishers[at];
        if !publisher.origins.iter().any(|origin| origin.uri == kept) {
            publisher.origins.push(Location {
                uri: kept.clone(),
                proxy: given.value("proxy").map(str::to_owned),
                ..Location::default()
            });
            publisher.sort();
        }
        if known {
            updated.push(name);
            continue;
        }
        stickiness(publisher, given);
        match added.last() {
            None => order(&mut publishers, at, given)?,
            Some(before) => {
                let publisher = publishers.remove(at);
                let to = publishers.iter().position(|known| known.name == *before);
                publishers.insert(to.map_or(at, |to| to + 1), publisher);
            }
        }
        added.push(name);
    }
    image.write(&publishers)?;
    terminal.line("pkg set-publisher:");
    for (what, names) in [("Added", added), ("Updated", updated)] {
        if !names.is_empty() {
            terminal.line(&format!("  {what} publisher(s): {}", names.join(", ")));
        }
    }
    Ok(0)
}

fn other_publishers(uri: &str, name: &str, known: &[String]) -> String {
    format!(
        "The repository at {uri} does not contain package data for {name}; only {}.\n\nThis is either because the repository location is not valid, or because the provided publisher does not match those known by the repository.",
        known.join(", ")
    )
}

/// Where the publisher is, or a new one of this name, at the end.
fn place(publishers: &mut Vec<Publisher>, name: &str) -> usize {
    let known = publishers
        .iter()
        .position(|publisher| publisher.name == name);
    known.unwrap_or_else(|| {
        publishers.push(Publisher::new(name));
        publishers.len() - 1
    })
}

fn stickiness(publisher: &mut Publisher, given: &Given<'_>) {
    publisher.sticky = (publisher.sticky || given.has("sticky")) && !given.has("non-sticky");
}

fn set(image: &Image<'_>, given: &Given<'_>, name: &str) -> Result<(), Failure> {
    let mut publishers = image.read()?;
    let old = publishers
        .iter()
        .find(|publisher| publisher.name == name)
        .cloned();
    if old.is_none() {
        let existing = [
            "remove-origin",
            "remove-mirror",
            "add-mirror",
            "remove-property",
        ];
        let of_origins = given.values("add-origin").any(|origin| origin != "*");
        let all = given.values("add-origin").any(|origin| origin == "*");
        if !given.has("set-origin")
            && !of_origins
            && (all || existing.iter().any(|key| given.has(key)))
        {
            return Err(Failure::Said(1, format!("Unknown publisher '{name}'.")));
        }
        if !uri::is_name(name) {
            return Err(said(&format!("'{name}' is not a valid publisher name.")));
        }
    }
    let at = place(&mut publishers, name);
    let publisher = &mut publishers[at];
    stickiness(publisher, given);
    locations(publisher, given).map_err(|text| said(&text))?;
    switch(publisher, given);
    keys(image, publisher, given)?;
    let publisher = publisher.clone();
    if publisher.enabled && !given.has("no-refresh") {
        contact(image, old.as_ref(), &publisher)?;
    }
    order(&mut publishers, at, given)?;
    image.write(&publishers)
}

/// Sets, removes and adds origins and mirrors.
fn locations(publisher: &mut Publisher, given: &Given<'_>) -> Result<(), String> {
    let proxy = given.value("proxy").map(str::to_owned);
    let new = |uri: String| Location {
        uri,
        proxy: proxy.clone(),
        ..Location::default()
    };
    if let Some(origin) = given.value("set-origin") {
        let mut origin = new(uri::kept(origin)?);
        // Keys stay with the publisher.
        if let Some(old) = publisher
            .origins
            .first()
            .filter(|_| origin.uri.starts_with("https:"))
        {
            (origin.key, origin.cert) = (old.key.clone(), old.cert.clone());
        }
        publisher.origins = vec![origin];
    }
    let Publisher {
        origins, mirrors, ..
    } = publisher;
    let switched = given.has("enable") || given.has("disable");
    for (kind, list, removed, added) in [
        ("mirror", mirrors, "remove-mirror", "add-mirror"),
        ("origin", origins, "remove-origin", "add-origin"),
    ] {
        if given.values(removed).any(|uri| uri == "*") {
            list.clear();
        } else {
            for operand in given.values(removed) {
                let uri = uri::kept(operand)?;
                let known = list.iter().position(|known| known.uri == uri);
                list.remove(known.ok_or_else(|| format!("Unknown repository {kind} '{uri}'."))?);
            }
        }
        let mut operands: Vec<&str> = given.values(added).filter(|uri| *uri != "*").collect();
        // They are a set: the same word twice is one.
        operands.sort_unstable();
        operands.dedup();
        for operand in operands {
            let uri = uri::kept(operand)?;
            if !list.iter().any(|known| known.uri == uri) {
                list.push(new(uri));
            } else if kind == "mirror" || !switched {
                let kind = if kind == "origin" { "Origin" } else { "Mirror" };
                return Err(format!(
                    "{kind} '{uri}' already exists for the specified publisher."
                ));
            }
        }
    }
    publisher.sort();
    Ok(())
}

/// `-e` and `-d` are about the origins that are given; without any, about the publisher.
fn switch(publisher: &mut Publisher, given: &Given<'_>) {
    if !given.has("enable") && !given.has("disable") {
        return;
    }
    let disabled = given.has("disable");
    let operands: Vec<&str> = given.values("add-origin").collect();
    if operands.is_empty() {
        publisher.enabled = !disabled;
    }
    for origin in &mut publisher.origins {
        let meant =
            |operand: &&str| *operand == "*" || uri::kept(operand).as_ref() == Ok(&origin.uri);
        if operands.iter().any(meant) {
            origin.disabled = disabled;
        }
    }
}

/// Keys and certificates: files below the root of the image, of which the image keeps a copy.
fn keys(image: &Image<'_>, publisher: &mut Publisher, given: &Given<'_>) -> Result<(), Failure> {
    let (key, cert) = (given.value("key"), given.value("cert"));
    if key.is_none() && cert.is_none() {
        return Ok(());
    }
    let name = publisher.name.clone();
    let secure: Vec<&mut Location> = publisher
        .origins
        .iter_mut()
        .chain(&mut publisher.mirrors)
        .filter(|location| location.uri.starts_with("https:"))
        .collect();
    let Some(uri) = secure.first().map(|location| location.uri.clone()) else {
        return Err(Failure::Usage(format!(
            "Publisher '{name}' does not have any SSL-based origins or mirrors."
        )));
    };
    let asked = Publisher {
        origins: vec![Location {
            uri: uri.clone(),
            key: key.map(str::to_owned),
            cert: cert.map(str::to_owned),
            ..Location::default()
        }],
        ..Publisher::new(&name)
    };
    image.check_keys(&asked).map_err(|text| said(&text))?;
    let keep = |is_cert: bool, path: Option<&str>| -> Result<Option<String>, Failure> {
        let failed = |error: std::io::Error| Failure::Failed(error.to_string());
        let Some(path) = path else { return Ok(None) };
        let text = std::fs::read(image.path(path.trim_start_matches('/'))).map_err(failed)?;
        if is_cert && !text.starts_with(b"-----BEGIN CERTIFICATE-----") {
            return Err(said(&format!(
                "Certificate '{}' for publisher '{name}', needed to access '{uri}', is invalid.",
                image.shown(path)
            )));
        }
        let copy = format!("var/pkg/ssl/{}", digest(&text));
        std::fs::create_dir_all(image.path("var/pkg/ssl")).map_err(failed)?;
        crate::host::replace(&image.path(&copy), &text).map_err(failed)?;
        Ok(Some(format!("/{copy}")))
    };
    let cert = keep(true, cert)?;
    let key = keep(false, key)?;
    for location in secure {
        if let Some(cert) = &cert {
            location.cert = Some(cert.clone());
        }
        if let Some(key) = &key {
            location.key = Some(key.clone());
        }
    }
    Ok(())
}

/// A name for a file of this content, as long as those of the real ones.
fn digest(text: &[u8]) -> String {
    let hash = |seed: u64| {
        text.iter().fold(seed, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    format!(
        "{:016x}{:016x}{:08x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(1),
        hash(2) >> 32
    )
}

/// Asks the origins that are new, and fetches the catalog if the publisher is new, enabled again, or has other origins.
fn contact(image: &Image<'_>, old: Option<&Publisher>, new: &Publisher) -> Result<(), Failure> {
    let fresh: Vec<&Location> = new
        .origins
        .iter()
        .filter(|origin| !old.is_some_and(|old| old.origins.contains(origin)))
        .collect();
    let unchanged = old.is_some_and(|old| old.enabled && old.origins == new.origins);
    if unchanged {
        return Ok(());
    }
    let answers: Vec<Answer> = new
        .origins
        .iter()
        .map(|origin| ask(image.host, &origin.uri))
        .collect();
    let reasons = answers.iter().map(|answer| match answer {
        Answer::Nothing(reason) => Some(reason.as_str()),
        Answer::Any | Answer::These(_) => None,
    });
    let silent: Option<Vec<&str>> = reasons.collect();
    if let Some(silent) = silent.filter(|_| !fresh.is_empty()) {
        return Err(Failure::Said(
            1,
            format!(
                "The origin URIs for '{}' do not appear to point to a valid pkg repository.\nPlease verify the repository's location and the client's network configuration.\nAdditional details:\n\n{}",
                new.name,
                silent.join("\n\n")
            ),
        ));
    }
    for origin in &fresh {
        let Answer::These(names) = ask(image.host, &origin.uri) else {
            continue;
        };
        if names.contains(&new.name) {
            continue;
        }
        return Err(said(&match old {
            Some(_) => other_publishers(&origin.uri, &new.name, &names),
            None => format!(
                "One or more of the repository origin(s) listed below contains package data for {}; not {}:\n\n{}\n\nThis is either because one of the repository origins is not valid for this publisher, or because the list of known publishers retrieved from the repository origin does not match the client.",
                names.join(", "),
                new.name,
                origin.uri
            ),
        }));
    }
    match refresh(image.host, new) {
        Refreshed::Whole => Ok(()),
        Refreshed::Part(reason) => Err(Failure::Said(
            1,
            format!("pkg: 0/1 catalogs successfully updated (1 partial):\n\n{reason}"),
        )),
        Refreshed::Not(reason) => Err(Failure::Said(
            1,
            format!("pkg: 0/1 catalogs successfully updated:\n\n{reason}"),
        )),
    }
}

fn order(publishers: &mut Vec<Publisher>, at: usize, given: &Given<'_>) -> Result<(), Failure> {
    if given.has("first") {
        let publisher = publishers.remove(at);
        publishers.insert(0, publisher);
        return Ok(());
    }
    let (staying, after) = match (given.value("before"), given.value("after")) {
        (Some(name), _) => (name, false),
        (None, Some(name)) => (name, true),
        (None, None) => return Ok(()),
    };
    if publishers[at].name == staying {
        return Err(said("Cannot search a repository before or after itself"));
    }
    let publisher = publishers.remove(at);
    let to = publishers
        .iter()
        .position(|publisher| publisher.name == staying)
        .ok_or_else(|| {
            said(&format!(
                "{staying} is an unknown publisher; no other publishers can be ordered relative to it."
            ))
        })?;
    publishers.insert(to + usize::from(after), publisher);
    Ok(())
}
