//! `pkg unset-publisher`, `refresh`, `copy-publishers-from` and `image-create`.

use super::image::{Image, Location, Publisher};
use super::options::{Given, Known};
use super::repository::{Answer, Refreshed, ask, refresh as fetch};
use super::{Failure, LOCKED, Terminal, uri};
use crate::Host;

/// The lock of the image, or the failure of all commands but set-publisher.
fn locked(image: &Image<'_>) -> Result<std::fs::File, Failure> {
    match image.lock() {
        Ok(Some(lock)) => Ok(lock),
        Ok(None) => Err(Failure::Said(7, format!("pkg: {LOCKED}"))),
        Err(_) if !image.exists() => Err(image.missing()),
        Err(error) => Err(Failure::Failed(error.to_string())),
    }
}

/// Removes what can be removed, and names the rest.
pub(super) fn unset_publisher(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<i32, Failure> {
    let mut publishers = image.read()?;
    let given = Given::parse(args, &[]).map_err(Failure::Usage)?;
    if given.operands.is_empty() {
        let text = "at least one publisher must be specified";
        return Err(Failure::Usage(text.to_owned()));
    }
    let _lock = locked(image)?;
    terminal.line(" Startup: Updating package cache ... Done");
    let mut unknown = String::new();
    let mut failures = 0;
    for name in given.operands {
        let before = publishers.len();
        publishers.retain(|publisher| publisher.name != *name);
        if publishers.len() == before {
            unknown.push_str(&format!(
                "\nRemoval failed for '{name}': Unknown publisher '{name}'.\n"
            ));
            failures += 1;
        }
    }
    image.write(&publishers)?;
    if failures == 0 {
        return Ok(0);
    }
    let status = if failures == given.operands.len() {
        1
    } else {
        3
    };
    Err(Failure::Said(
        status,
        format!("\npkg unset-publisher: {}", unknown.trim_start()),
    ))
}

/// Fetches the catalogs of the publishers named, or of all that are enabled.
pub(super) fn refresh(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<i32, Failure> {
    static OPTIONS: &[Known] = &[
        Known::flag("full", "", "full"),
        Known::flag("quiet", "q", ""),
    ];
    let mut publishers = image.read()?;
    let given = Given::parse(args, OPTIONS).map_err(Failure::Usage)?;
    let _lock = locked(image)?;
    for name in given.operands {
        let known = publishers.iter().find(|publisher| publisher.name == *name);
        let text = match known {
            Some(publisher) if publisher.enabled => continue,
            Some(_) => format!(
                "Publisher '{name}' is disabled and cannot be used for packaging operations."
            ),
            None => format!("Unknown publisher '{name}'."),
        };
        return Err(Failure::Said(
            1,
            format!("pkg: {text}\npkg: 'pkg publisher' will show a list of publishers."),
        ));
    }
    publishers.retain(|publisher| match given.operands {
        [] => publisher.enabled,
        names => names.contains(&publisher.name),
    });
    for publisher in &publishers {
        image.check_keys(publisher).map_err(Failure::Failed)?;
    }
    publishers.sort_by(|a, b| a.name.cmp(&b.name));
    let (mut whole, mut reasons) = (0, Vec::new());
    for publisher in &publishers {
        if !given.has("quiet") {
            terminal.line(&format!("Refreshing catalog '{}' ... Done", publisher.name));
        }
        match fetch(image.host, publisher) {
            Refreshed::Whole => whole += 1,
            Refreshed::Part(reason) | Refreshed::Not(reason) => reasons.push(reason),
        }
    }
    if reasons.is_empty() {
        return Ok(0);
    }
    let status = if whole == 0 { 1 } else { 3 };
    let text = format!(
        "pkg: {whole}/{} catalogs successfully updated:\n\n{}",
        publishers.len(),
        reasons.join("\n\n")
    );
    Err(Failure::Said(status, text))
}

/// Takes over the publishers of another image: those that this one has are replaced, the first comes first.
pub(super) fn copy_publishers(image: &Image<'_>, args: &[String]) -> Result<i32, Failure> {
    let mut publishers = image.read()?;
    let [from] = args else {
        let text = "directory to copy from must be specified";
        return Err(Failure::Usage(text.to_owned()));
    };
    let others = Image {
        host: image.host,
        root: from,
    }
    .read()?;
    let _lock = locked(image)?;
    for (at, publisher) in others.into_iter().enumerate() {
        publishers.retain(|known| known.name != publisher.name);
        publishers.insert(if at == 0 { 0 } else { publishers.len() }, publisher);
    }
    image.write(&publishers)?;
    Ok(0)
}

static IMAGE_CREATE: &[Known] = &[
    Known::flag("force", "f", "force"),
    Known::flag("full", "F", "full"),
    Known::flag("partial", "P", "partial"),
    Known::flag("user", "U", "user"),
    Known::flag("zone", "z", "zone"),
    Known::value("publisher", "p", "publisher"),
    Known::values("origin", "g", "origin"),
    Known::values("mirror", "m", "mirror"),
    Known::value("key", "k", ""),
    Known::value("cert", "c", ""),
    Known::flag("no-refresh", "", "no-refresh"),
    Known::values("variant", "", "variant"),
    Known::values("facet", "", "facet"),
    Known::values("property", "", "set-property"),
];

pub(super) fn image_create(host: &Host, args: &[String]) -> Result<i32, Failure> {
    let given = Given::parse(args, IMAGE_CREATE).map_err(Failure::Usage)?;
    let [root] = given.operands else {
        let text = match given.operands {
            [] => "an image directory path must be specified",
            _ => "only one image directory path may be specified",
        };
        return Err(Failure::Usage(text.to_owned()));
    };
    let refresh = !given.has("no-refresh");
    let (name, origin) = match given.value("publisher").map(|value| {
        value
            .split_once('=')
            .map_or((None, value), |(name, uri)| (Some(name), uri))
    }) {
        Some((name, origin)) => (name, Some(origin)),
        None => (None, None),
    };
    if origin.is_some() && name.is_none() && !refresh {
        let text = "--no-refresh cannot be used with -p unless a publisher prefix is provided.";
        return Err(Failure::Usage(text.to_owned()));
    }
    if origin.is_none() && (given.has("origin") || given.has("mirror")) {
        let text = "A publisher must be specified if -g or -m are used.";
        return Err(Failure::Usage(text.to_owned()));
    }
    let failed = |text: String| Failure::Said(1, format!("pkg image-create: {text}"));
    let image = Image { host, root };
    if image.exists() && !given.has("force") {
        return Err(failed(format!(
            "there is already an image at: {root}.\nTo override, use the -f (force) option."
        )));
    }
    let kept = |operand: &str| uri::kept(operand).map_err(failed);
    let mut publishers = Vec::new();
    if let Some(origin) = origin {
        let uri = kept(origin)?;
        let names = match (refresh.then(|| ask(host, &uri)), name) {
            (Some(Answer::Nothing(reason)), _) => return Err(failed(reason)),
            (Some(Answer::These(names)), Some(name))
                if !names.iter().any(|known| known == name) =>
            {
                return Err(failed(format!(
                    "The repository at {} does not contain package data for {name}; only {}.\n\nThis is either because the repository location is not valid, or because the provided publisher does not match those known by the repository.",
                    uri.trim_end_matches('/'),
                    names.join(", ")
                )));
            }
            (Some(Answer::These(names)), None) => names,
            (_, name) => name.map(str::to_owned).into_iter().collect(),
        };
        let locations = |key: &str| {
            given
                .values(key)
                .map(kept)
                .collect::<Result<Vec<String>, Failure>>()
        };
        let location = |uri: &String| Location {
            uri: uri.clone(),
            ..Location::default()
        };
        let mut origins = vec![uri];
        origins.extend(locations("origin")?);
        let mirrors = locations("mirror")?;
        publishers = names
            .iter()
            .map(|name| Publisher {
                origins: origins.iter().map(location).collect(),
                mirrors: mirrors.iter().map(location).collect(),
                ..Publisher::new(name)
            })
            .collect();
    }
    std::fs::create_dir_all(image.path("var/pkg")).map_err(|error| failed(error.to_string()))?;
    image.write(&publishers)?;
    Ok(0)
}
