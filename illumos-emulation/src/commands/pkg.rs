//! pkg(1): publishers of images. `ROOT/var/pkg/publishers` has one a line: `NAME KEY=VALUE…` with `origin` and `mirror` as often as
//! there are, and `sticky` and `enabled` where they are `false`.

use std::fmt::Write;
use std::io;
use std::path::PathBuf;

use crate::Host;
use crate::host::{decode, encode, replace};

use super::Terminal;

/// A publisher of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Publisher {
    name: String,
    sticky: bool,
    enabled: bool,
    origins: Vec<String>,
    mirrors: Vec<String>,
}

/// An image: the directory it is in, as the host sees it.
struct Image<'a> {
    host: &'a Host,
    root: &'a str,
}

impl Image<'_> {
    fn file(&self) -> PathBuf {
        self.host.path(self.root).join("var/pkg/publishers")
    }

    fn read(&self) -> Result<Vec<Publisher>, String> {
        let text = std::fs::read_to_string(self.file()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("No image rooted at '{}'", self.root),
            _ => error.to_string(),
        })?;
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines
            .map(|line| parse(line).ok_or_else(|| format!("{}: {line}", self.file().display())))
            .collect()
    }

    fn write(&self, publishers: &[Publisher]) -> Result<(), String> {
        let text: String = publishers.iter().map(print).collect();
        replace(&self.file(), text.as_bytes()).map_err(|error| error.to_string())
    }
}

fn parse(line: &str) -> Option<Publisher> {
    let mut words = line.split_ascii_whitespace();
    let mut publisher = Publisher {
        name: words.next()?.to_owned(),
        sticky: true,
        enabled: true,
        origins: Vec::new(),
        mirrors: Vec::new(),
    };
    for word in words {
        match word.split_once('=')? {
            ("origin", value) => publisher.origins.push(decode(value)),
            ("mirror", value) => publisher.mirrors.push(decode(value)),
            ("sticky", value) => publisher.sticky = value == "true",
            ("enabled", value) => publisher.enabled = value == "true",
            _ => return None,
        }
    }
    Some(publisher)
}

fn print(publisher: &Publisher) -> String {
    let Publisher {
        name,
        sticky,
        enabled,
        origins,
        mirrors,
    } = publisher;
    let mut line = name.clone();
    for (key, value) in [("sticky", sticky), ("enabled", enabled)] {
        if !value {
            let _ = write!(line, " {key}=false");
        }
    }
    for (key, values) in [("origin", origins), ("mirror", mirrors)] {
        for value in values {
            let _ = write!(line, " {key}={}", encode(value));
        }
    }
    line + "\n"
}

/// Makes an image with the publishers given, or those of the image of the global zone. For the brands' install scripts.
pub(super) fn create_image(
    host: &Host,
    root: &str,
    publisher: Option<(&str, &str)>,
) -> io::Result<()> {
    let text = match publisher {
        Some((name, origin)) => format!("{name} origin={}\n", encode(origin)),
        None => std::fs::read_to_string(host.path("/var/pkg/publishers"))?,
    };
    let file = host.path(root).join("var/pkg/publishers");
    std::fs::create_dir_all(file.parent().unwrap_or(&file))?;
    replace(&file, text.as_bytes())
}

/// The publisher that comes first, with its first origin.
pub(super) fn first_publisher(host: &Host) -> Option<(String, String)> {
    let publisher = Image { host, root: "/" }
        .read()
        .ok()?
        .into_iter()
        .find(|publisher| publisher.enabled)?;
    Some((publisher.name, publisher.origins.into_iter().next()?))
}

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let mut root = "/";
    let mut args = args;
    while let Some((option, rest)) = args.split_first() {
        match (option.as_str(), rest.split_first()) {
            ("-R", Some((value, rest))) => {
                root = value;
                args = rest;
            }
            (option, _) if option.starts_with('-') => {
                return usage(terminal, &format!("pkg: illegal global option -- {option}"));
            }
            _ => break,
        }
    }
    let image = Image { host, root };
    let Some((subcommand, args)) = args.split_first() else {
        return usage(terminal, "pkg: no subcommand specified");
    };
    let result = match subcommand.as_str() {
        "publisher" => publisher(terminal, &image, args),
        "set-publisher" => set_publisher(&image, args),
        "unset-publisher" => unset_publisher(&image, args),
        "copy-publishers-from" => copy_publishers(&image, args),
        "image-create" => image_create(host, args),
        other => return usage(terminal, &format!("pkg: unknown subcommand '{other}'")),
    };
    match result {
        Ok(()) => 0,
        Err(Failure::Usage(text)) => usage(terminal, &format!("pkg {subcommand}: {text}")),
        Err(Failure::Failed(text)) => {
            terminal.error(&format!("pkg: {text}"));
            1
        }
    }
}

enum Failure {
    Usage(String),
    Failed(String),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Failed(text)
    }
}

fn usage(terminal: &mut Terminal<'_>, text: &str) -> i32 {
    terminal.error(text);
    terminal.error("Usage:\n        pkg [options] command [cmd_options] [operands]");
    2
}

fn publisher(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<(), Failure> {
    let options =
        super::Options::parse(args, "HPnF:").map_err(|bad| Failure::Usage(format!("{bad:?}")))?;
    let mut publishers = image.read()?;
    if options.has('n') {
        publishers.retain(|publisher| publisher.enabled);
    }
    if options.has('P') {
        publishers.truncate(1);
    }
    for name in options.rest {
        if !publishers.iter().any(|publisher| publisher.name == *name) {
            return Err(Failure::Failed(format!("Unknown publisher '{name}'.")));
        }
    }
    if !options.rest.is_empty() {
        for publisher in publishers
            .iter()
            .filter(|publisher| options.rest.contains(&publisher.name))
        {
            details(terminal, publisher);
        }
        return Ok(());
    }
    match options.value('F') {
        Some("tsv") => {
            if !options.has('H') {
                terminal.line("PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY");
            }
            for publisher in &publishers {
                tsv(terminal, publisher);
            }
        }
        Some(other) => {
            return Err(Failure::Usage(format!(
                "Unrecognized format {other}. Supported formats: ['tsv']"
            )));
        }
        None => {
            if !options.has('H') {
                terminal.line(&format!(
                    "{:<27} {:<8} {:<6} P {}",
                    "PUBLISHER", "TYPE", "STATUS", "LOCATION"
                ));
            }
            for publisher in &publishers {
                let notes: Vec<&str> = [
                    (!publisher.sticky, "non-sticky"),
                    (!publisher.enabled, "disabled"),
                ]
                .into_iter()
                .filter_map(|(set, note)| set.then_some(note))
                .collect();
                let notes = if notes.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", notes.join(", "))
                };
                let name = format!("{}{notes}", publisher.name);
                for (kind, uri) in locations(publisher) {
                    terminal.line(&format!("{name:<27} {kind:<8} {:<6} F {uri}", "online"));
                }
                if locations(publisher).next().is_none() {
                    terminal.line(name.trim_end());
                }
            }
        }
    }
    Ok(())
}

fn locations(publisher: &Publisher) -> impl Iterator<Item = (&'static str, &String)> {
    let origins = publisher.origins.iter().map(|uri| ("origin", uri));
    origins.chain(publisher.mirrors.iter().map(|uri| ("mirror", uri)))
}

fn tsv(terminal: &mut Terminal<'_>, publisher: &Publisher) {
    let Publisher {
        name,
        sticky,
        enabled,
        ..
    } = publisher;
    for (kind, uri) in locations(publisher) {
        terminal.line(&format!(
            "{name}\t{sticky}\tfalse\t{enabled}\t{kind}\tonline\t{uri}\t-"
        ));
    }
    if locations(publisher).next().is_none() {
        terminal.line(&format!("{name}\t{sticky}\tfalse\t{enabled}\t\t\t\t"));
    }
}

fn details(terminal: &mut Terminal<'_>, publisher: &Publisher) {
    terminal.line("");
    terminal.line(&format!("{:>21}: {}", "Publisher", publisher.name));
    for (kind, uri) in locations(publisher) {
        terminal.line(&format!(
            "{:>21}: {uri}",
            if kind == "origin" {
                "Origin URI"
            } else {
                "Mirror URI"
            }
        ));
        terminal.line(&format!("{:>21}: None", "SSL Key"));
        terminal.line(&format!("{:>21}: None", "SSL Cert"));
    }
    terminal.line(&format!(
        "{:>21}: {}",
        "Enabled",
        if publisher.enabled { "Yes" } else { "No" }
    ));
}

fn valid_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

fn set_publisher(image: &Image<'_>, args: &[String]) -> Result<(), Failure> {
    let mut publishers = image.read()?;
    let mut words = args.iter().map(String::as_str);
    let mut changes: Vec<(&str, &str)> = Vec::new();
    let mut name = None;
    while let Some(word) = words.next() {
        let (word, attached) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value)),
            _ => (word, None),
        };
        match word {
            "-O" | "--origin-uri" | "-g" | "--add-origin" | "-G" | "--remove-origin" | "-m"
            | "--add-mirror" | "-M" | "--remove-mirror" | "-k" | "-c" | "--search-before"
            | "--search-after" | "-p" => {
                let missing = || Failure::Usage(format!("option {word} requires argument"));
                changes.push((word, attached.or_else(|| words.next()).ok_or_else(missing)?));
            }
            "-P" | "--search-first" | "--sticky" | "--non-sticky" | "-e" | "--enable" | "-d"
            | "--disable" | "--no-refresh" | "--refresh" => changes.push((word, "")),
            word if word.starts_with('-') => {
                return Err(Failure::Usage(format!("illegal option -- {word}")));
            }
            word if name.is_none() => name = Some(word),
            _ => {
                return Err(Failure::Usage(
                    "only one publisher name may be specified".to_owned(),
                ));
            }
        }
    }
    let name = name.ok_or_else(|| Failure::Usage("requires a publisher name".to_owned()))?;
    if !valid_name(name) {
        return Err(Failure::Failed(format!(
            "set-publisher: '{name}' is not a valid publisher name."
        )));
    }
    let mut at = match publishers
        .iter()
        .position(|publisher| publisher.name == name)
    {
        Some(at) => at,
        None => {
            publishers.push(Publisher {
                name: name.to_owned(),
                sticky: true,
                enabled: true,
                origins: Vec::new(),
                mirrors: Vec::new(),
            });
            publishers.len() - 1
        }
    };
    for (option, value) in changes {
        if matches!(
            option,
            "-O" | "--origin-uri" | "-g" | "--add-origin" | "-m" | "--add-mirror"
        ) && !value.contains("://")
            && !value.starts_with('/')
        {
            return Err(Failure::Failed(format!(
                "set-publisher: '{value}' is not a valid URI."
            )));
        }
        let publisher = &mut publishers[at];
        match option {
            "-O" | "--origin-uri" => publisher.origins = vec![value.to_owned()],
            "-g" | "--add-origin" => add(&mut publisher.origins, value),
            "-m" | "--add-mirror" => add(&mut publisher.mirrors, value),
            "-G" | "--remove-origin" => remove(&mut publisher.origins, value, "origin")?,
            "-M" | "--remove-mirror" => remove(&mut publisher.mirrors, value, "mirror")?,
            "--sticky" => publisher.sticky = true,
            "--non-sticky" => publisher.sticky = false,
            "-e" | "--enable" => publisher.enabled = true,
            "-d" | "--disable" => publisher.enabled = false,
            "-P" | "--search-first" => at = reorder(&mut publishers, at, 0),
            "--search-before" | "--search-after" => {
                let other = publishers
                    .iter()
                    .position(|publisher| publisher.name == value && value != name);
                let other = other.ok_or_else(|| {
                    Failure::Failed(format!("set-publisher: Unknown publisher '{value}'."))
                })?;
                // Taking the publisher out moves what is behind it.
                let other = if at < other { other - 1 } else { other };
                at = reorder(
                    &mut publishers,
                    at,
                    if option == "--search-before" {
                        other
                    } else {
                        other + 1
                    },
                );
            }
            _ => {}
        }
    }
    Ok(image.write(&publishers)?)
}

fn add(uris: &mut Vec<String>, uri: &str) {
    if !uris.iter().any(|known| known == uri) {
        uris.push(uri.to_owned());
    }
}

fn remove(uris: &mut Vec<String>, uri: &str, kind: &str) -> Result<(), Failure> {
    if uri == "*" {
        uris.clear();
        return Ok(());
    }
    let before = uris.len();
    uris.retain(|known| known != uri);
    if uris.len() == before {
        return Err(Failure::Failed(format!(
            "set-publisher: Unknown {kind} '{uri}'."
        )));
    }
    Ok(())
}

fn reorder(publishers: &mut Vec<Publisher>, from: usize, to: usize) -> usize {
    let publisher = publishers.remove(from);
    publishers.insert(to, publisher);
    to
}

fn unset_publisher(image: &Image<'_>, args: &[String]) -> Result<(), Failure> {
    if args.is_empty() {
        return Err(Failure::Usage(
            "requires at least one publisher name".to_owned(),
        ));
    }
    let mut publishers = image.read()?;
    for name in args {
        if !publishers.iter().any(|publisher| publisher.name == *name) {
            let text = format!(
                "unset-publisher: Removal failed for '{name}': Unknown publisher '{name}'."
            );
            return Err(Failure::Failed(text));
        }
    }
    publishers.retain(|publisher| !args.contains(&publisher.name));
    Ok(image.write(&publishers)?)
}

/// Adds the publishers of another image that this one has not.
fn copy_publishers(image: &Image<'_>, args: &[String]) -> Result<(), Failure> {
    let [from] = args else {
        return Err(Failure::Usage(
            "directory to copy from must be specified".to_owned(),
        ));
    };
    let mut publishers = image.read()?;
    for publisher in (Image {
        host: image.host,
        root: from,
    })
    .read()?
    {
        if !publishers.iter().any(|known| known.name == publisher.name) {
            publishers.push(publisher);
        }
    }
    Ok(image.write(&publishers)?)
}

fn image_create(host: &Host, args: &[String]) -> Result<(), Failure> {
    let mut words = args.iter().map(String::as_str);
    let (mut publisher, mut root) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "-p" => publisher = words.next().and_then(|pair| pair.split_once('=')),
            "--zone" | "--full" | "-z" | "-F" | "-f" | "--force" => {}
            word if word.starts_with('-') => {
                return Err(Failure::Usage(format!("illegal option -- {word}")));
            }
            word => root = Some(word),
        }
    }
    let root =
        root.ok_or_else(|| Failure::Usage("an image directory path must be specified".to_owned()))?;
    create_image(host, root, publisher).map_err(|error| Failure::Failed(error.to_string()))
}
