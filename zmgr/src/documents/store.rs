//! The configuration directory: which documents there are, and what they say.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use illumos::zone::ZoneName;
use ipnet::IpNet;
use memchr::memmem::Finder;

use super::decode::{
    Decoded, decode_config, decode_pool, decode_publisher, decode_template, decode_zone,
};
use super::extend::extend;
use super::model::{Config, Documents, Invalid, Pool, Publisher, Template, ZoneEntry};
use super::schema::Kind;
use super::syntax::tree::{Node, Span, Value};
use super::syntax::{Source, parse};
use super::values::{check_name, check_zone_name, nearest};
use crate::cache::{Cache, Files, Found, Part, Stamps};
use crate::failure::{Code, ExitCode, Failure, Location};
use crate::parallel;

/// The configuration directory.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
    cache: Option<Cache>,
}

/// Everything that could be read, and everything that is wrong.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What could be read. A document with a problem is not in it.
    pub documents: Documents,
    /// What is wrong, in the order of the files.
    pub problems: Vec<Failure>,
    /// The names of the entries that were there.
    entries: Vec<String>,
    /// The zones whose entries do not have the address that was asked for.
    passed_over: HashSet<ZoneName>,
    /// What the entries' files looked like.
    stamps: Stamps,
}

impl Loaded {
    /// The documents, if nothing is wrong.
    ///
    /// # Errors
    /// All problems, as one failure.
    pub fn ok(self) -> Result<Documents, Failure> {
        self.check()?;
        Ok(self.documents)
    }

    /// Whether the registry has an entry of the zone that can be read.
    #[must_use]
    pub fn has_entry(&self, name: &ZoneName) -> bool {
        self.documents.zones.contains_key(name) || self.passed_over.contains(name)
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// As [`ok`](Self::ok).
    pub fn check(&self) -> Result<(), Failure> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(combine(self.problems.clone()))
        }
    }
}

/// One failure of several problems; the problem itself if it is the only one.
#[must_use]
pub fn combine(mut problems: Vec<Failure>) -> Failure {
    if problems.len() == 1 {
        return problems.remove(0);
    }
    let message = format!("{} problems in the documents", problems.len());
    let exit = problems
        .first()
        .map_or(ExitCode::Invalid, |problem| problem.exit);
    Failure {
        related: problems,
        ..Failure::new(exit, Code::DocumentInvalid, message)
    }
}

/// What is wrong with documents that a command does not need, as one sentence; `None` if nothing is.
#[must_use]
pub fn summary(problems: &[Failure]) -> Option<Failure> {
    let mut files: Vec<Option<&Path>> = Vec::new();
    for problem in problems {
        let location = problem.location.as_ref();
        let file = location.map(|location| location.file.as_path());
        if file.is_none() || !files.contains(&file) {
            files.push(file);
        }
    }
    let message = match files.len() {
        0 => return None,
        1 => "1 invalid document: `zmgr validate` says what is wrong".to_owned(),
        count => format!("{count} invalid documents: `zmgr validate` says what is wrong"),
    };
    Some(Failure::new(
        ExitCode::Invalid,
        Code::DocumentInvalid,
        message,
    ))
}

impl Store {
    /// Opens the configuration directory.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is none.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Failure> {
        let directory = directory.into();
        if directory.is_dir() {
            return Ok(Self {
                directory,
                cache: None,
            });
        }
        let message = format!(
            "there is no configuration directory {}",
            directory.display()
        );
        Err(
            Failure::new(ExitCode::NotFound, Code::DocumentNoDirectory, message)
                .with_help("create it with `zmgr init`, or name another with --config-dir"),
        )
    }

    /// With a cache, from which [`zones`](Self::zones) and [`load`](Self::load) take registry entries whose files are as they were. For
    /// commands that read the entries of other zones than those that they act on.
    #[must_use]
    pub fn with_cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of the document `name`; of `config.kdl` if the kind is [`Kind::Config`].
    ///
    /// # Errors
    /// [`ExitCode::Usage`] if the name cannot be one: names are checked before they become paths.
    pub fn path(&self, kind: Kind, name: &str) -> Result<PathBuf, Failure> {
        let Some(directory) = kind.directory() else {
            return Ok(self.directory.join("config.kdl"));
        };
        let checked = if kind == Kind::Zone {
            check_zone_name(name)
        } else {
            check_name(name)
        };
        checked.map_err(|message| Failure::new(ExitCode::Usage, Code::DocumentBadName, message))?;
        Ok(self.directory.join(directory).join(format!("{name}.kdl")))
    }

    /// The names of the documents of a kind, sorted. Files whose names are no document's are left out.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn names(&self, kind: Kind) -> Result<Vec<String>, Failure> {
        let Some(directory) = kind.directory() else {
            return Ok(Vec::new());
        };
        let directory = self.directory.join(directory);
        let unreadable = |error: std::io::Error| {
            let message = format!("cannot read the directory {}: {error}", directory.display());
            Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message)
        };
        let entries = match std::fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry.map_err(unreadable)?.file_name();
            // What editors and version control leave there begins with a dot or ends otherwise.
            let name = file
                .to_str()
                .and_then(|file| file.strip_suffix(".kdl"))
                .filter(|name| !name.starts_with('.'));
            names.extend(name.map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    /// `config.kdl`. Without the file, what its nodes are by default.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn config(&self) -> Result<Config, Failure> {
        self.load_config().map_err(combine)
    }

    fn load_config(&self) -> Decoded<Config> {
        match Source::read(&self.directory.join("config.kdl")) {
            Ok(source) => decode_config(&source),
            Err(failure) if failure.exit == ExitCode::NotFound => Ok(default_config()),
            Err(failure) => Err(vec![failure]),
        }
    }

    /// The template `name`, with what it extends merged in.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is none; [`ExitCode::Invalid`] if it or one that it extends is invalid, or extends
    /// one that is not there, or if they extend each other.
    pub fn template(&self, name: &str) -> Result<Template, Failure> {
        self.merge(self.template_as_written(name)?, |base| {
            self.template_as_written(base)
        })
    }

    /// `first` with what it extends merged in, each template being handed out by `get`.
    fn merge(
        &self,
        first: Template,
        get: impl Fn(&str) -> Result<Template, Failure>,
    ) -> Result<Template, Failure> {
        let mut own = first;
        let mut chain = Vec::new();
        while let Some(base) = own.extends.first().cloned() {
            let name = own.name.clone();
            chain.push(own);
            if let Some(start) = chain
                .iter()
                .position(|template: &Template| template.name == base)
            {
                return Err(self.cycle(&chain[start..]));
            }
            own = get(&base).map_err(|failure| match failure.exit {
                ExitCode::NotFound => {
                    let message = format!(
                        "template {name:?} extends {base:?}, but there is no such template"
                    );
                    let exit = ExitCode::Invalid;
                    let location = self.place_of(Kind::Template, &name, "extends", None);
                    Failure {
                        exit,
                        code: Code::DocumentUnknownReference,
                        message,
                        location,
                        ..failure
                    }
                }
                _ => failure,
            })?;
        }
        Ok(chain.iter().rev().fold(own, |base, own| extend(&base, own)))
    }

    /// The template `name` as it is written, nothing merged in.
    ///
    /// # Errors
    /// As [`template`](Self::template).
    pub fn template_as_written(&self, name: &str) -> Result<Template, Failure> {
        self.one(Kind::Template, name, decode_template)
    }

    fn cycle(&self, cycle: &[Template]) -> Failure {
        let mut names: Vec<&str> = cycle
            .iter()
            .map(|template| template.name.as_str())
            .collect();
        // It is the same cycle, from whichever template it is entered.
        let least = (0..names.len())
            .min_by_key(|index| names[*index])
            .unwrap_or_default();
        names.rotate_left(least);
        let first = names.first().copied().unwrap_or_default();
        let message = format!(
            "templates extend each other: {} → {first}",
            names.join(" → ")
        );
        let mut failure = Failure::new(ExitCode::Invalid, Code::DocumentCycle, message)
            .with_help("remove `extends` from one of them");
        failure.location = self.place_of(Kind::Template, first, "extends", None);
        failure
    }

    /// The pool `name`.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is none; [`ExitCode::Invalid`] with everything that is wrong with it.
    pub fn pool(&self, name: &str) -> Result<Pool, Failure> {
        self.one(Kind::Pool, name, decode_pool)
    }

    /// The publisher `name`.
    ///
    /// # Errors
    /// As [`pool`](Self::pool).
    pub fn publisher(&self, name: &str) -> Result<Publisher, Failure> {
        self.one(Kind::Publisher, name, decode_publisher)
    }

    /// The registry entry of the zone `name`.
    ///
    /// # Errors
    /// As [`pool`](Self::pool).
    pub fn zone(&self, name: &ZoneName) -> Result<ZoneEntry, Failure> {
        self.one(Kind::Zone, name.as_str(), decode_zone)
    }

    /// The registry entry of the zone `name`, or `None`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn find_zone(&self, name: &ZoneName) -> Result<Option<ZoneEntry>, Failure> {
        match self.zone(name) {
            Ok(entry) => Ok(Some(entry)),
            Err(failure) if failure.exit == ExitCode::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// All registry entries that could be read, and everything that is wrong with the others.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn zones(&self) -> Result<(BTreeMap<ZoneName, ZoneEntry>, Vec<Failure>), Failure> {
        let found = self.entries(&self.names(Kind::Zone)?, None)?;
        let mut problems = Vec::new();
        let zones = by_zone(found.values.into_iter().flatten(), &mut problems);
        Ok((zones, problems))
    }

    /// Every document.
    ///
    /// # Errors
    /// If a directory cannot be read. Problems of documents are in the result.
    pub fn load(&self) -> Result<Loaded, Failure> {
        self.load_about(None)
    }

    /// Every document; of an `address`, as far as the cache knows them, only those entries that may have it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_about(&self, address: Option<IpAddr>) -> Result<Loaded, Failure> {
        let (mut documents, mut problems) = self.without_zones()?;
        let entries = self.names(Kind::Zone)?;
        let found = self.entries(&entries, address)?;
        let named = entries.iter().zip(&found.values);
        let passed_over = named.filter_map(|(name, result)| match result {
            None => name.parse().ok(),
            Some(_) => None,
        });
        let passed_over: HashSet<ZoneName> = passed_over.collect();
        documents.zones = by_zone(found.values.into_iter().flatten(), &mut problems);
        if !problems.is_empty() {
            documents.invalid = self.invalid(&documents, &passed_over)?;
        }
        Ok(Loaded {
            documents,
            problems,
            entries,
            passed_over,
            stamps: found.stamps,
        })
    }

    /// Whether the documents still say what was loaded, without reading again those whose files are as they were.
    ///
    /// # Errors
    /// If a directory cannot be read.
    pub fn still_says(&self, loaded: &Loaded) -> Result<bool, Failure> {
        let (documents, problems) = self.without_zones()?;
        let was = &loaded.documents;
        let same = problems.is_empty()
            && loaded.problems.is_empty()
            && documents.config == was.config
            && documents.templates == was.templates
            && documents.pools == was.pools
            && documents.publishers == was.publishers
            && self.names(Kind::Zone)? == loaded.entries;
        if !same {
            return Ok(false);
        }
        let names: Vec<&str> = loaded.entries.iter().map(String::as_str).collect();
        let directory = self.directory.join("zones");
        let doubtful = loaded.stamps.doubtful(&names, entry_files(&directory));
        let names: Vec<String> = doubtful
            .iter()
            .map(|place| loaded.entries[*place].clone())
            .collect();
        let again = self.read(Kind::Zone, &names, decode_zone)?;
        Ok(again.into_iter().all(|entry| {
            entry.is_ok_and(|entry| loaded.documents.zones.get(&entry.name) == Some(&entry))
        }))
    }

    /// Every document but the entries of zones, and what is wrong with them.
    fn without_zones(&self) -> Result<(Documents, Vec<Failure>), Failure> {
        let mut problems = Vec::new();
        let config = self.load_config().unwrap_or_else(|found| {
            problems.extend(found);
            default_config()
        });
        let written = self.all(Kind::Template, decode_template, &mut problems)?;
        let pools = self.all(Kind::Pool, decode_pool, &mut problems)?;
        let publishers = self.all(Kind::Publisher, decode_publisher, &mut problems)?;
        let get = |base: &str| match written.get(base) {
            Some(template) => Ok(template.clone()),
            None if self.names(Kind::Template)?.iter().any(|name| name == base) => {
                Err(Failure::new(
                    ExitCode::Invalid,
                    INVALID_BASE,
                    "it extends an invalid template",
                ))
            }
            None => Err(self.not_found(Kind::Template, base)),
        };
        let mut templates = BTreeMap::new();
        for (name, template) in &written {
            match self.merge(template.clone(), get) {
                Ok(merged) => drop(templates.insert(name.clone(), merged)),
                // The base has been reported at its own place, and a cycle is found from each template of it.
                Err(failure) if failure.code == INVALID_BASE || problems.contains(&failure) => {}
                Err(failure) => problems.push(failure),
            }
        }
        let documents = Documents {
            config,
            templates,
            pools,
            publishers,
            zones: BTreeMap::new(),
            invalid: BTreeMap::new(),
        };
        Ok((documents, problems))
    }

    /// The documents that are there and not among those that could be read.
    fn invalid(
        &self,
        documents: &Documents,
        passed_over: &HashSet<ZoneName>,
    ) -> Result<BTreeMap<(Kind, String), Invalid>, Failure> {
        let mut found = BTreeMap::new();
        if let Err(failure) = self.config() {
            let invalid = Invalid {
                failure,
                networks: None,
            };
            found.insert((Kind::Config, "config".to_owned()), invalid);
        }
        for kind in [Kind::Template, Kind::Pool, Kind::Publisher, Kind::Zone] {
            for name in self.names(kind)? {
                let read = match kind {
                    Kind::Template => documents.templates.contains_key(&name),
                    Kind::Pool => documents.pools.contains_key(&name),
                    Kind::Publisher => documents.publishers.contains_key(&name),
                    _ => name.parse().is_ok_and(|name| {
                        documents.zones.contains_key(&name) || passed_over.contains(&name)
                    }),
                };
                if read {
                    continue;
                }
                let failure = match kind {
                    Kind::Template => self.template(&name).err(),
                    Kind::Pool => self.pool(&name).err(),
                    Kind::Publisher => self.publisher(&name).err(),
                    _ => self.one(Kind::Zone, &name, decode_zone).err(),
                };
                // It was repaired or removed meanwhile: whoever looks again sees that.
                let Some(failure) = failure.filter(|failure| failure.exit != ExitCode::NotFound)
                else {
                    continue;
                };
                let networks = self.source(kind, &name).ok();
                let networks = networks.map(|source| networks_in(&source.text));
                found.insert((kind, name), Invalid { failure, networks });
            }
        }
        Ok(found)
    }

    fn not_found(&self, kind: Kind, name: &str) -> Failure {
        let word = kind.word();
        let names = self.names(kind).unwrap_or_default();
        let help = match nearest(name, names.iter().map(String::as_str)) {
            Some(name) => format!("did you mean {name:?}?"),
            None if names.is_empty() => format!("there are no {word}s yet"),
            None if names.len() <= 12 => format!("known {word}s: {}", names.join(", ")),
            None => format!(
                "zmgr {} lists them",
                if kind == Kind::Zone {
                    "list".to_owned()
                } else {
                    format!("{word} list")
                }
            ),
        };
        Failure::new(
            ExitCode::NotFound,
            Code::DocumentNotFound,
            format!("there is no {word} {name:?}"),
        )
        .with_help(help)
    }

    /// The text of a document.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is none, with the nearest name; as [`Source::read`].
    pub fn source(&self, kind: Kind, name: &str) -> Result<Source, Failure> {
        Source::read(&self.path(kind, name)?).map_err(|failure| match failure.exit {
            ExitCode::NotFound => self.not_found(kind, name),
            _ => failure,
        })
    }

    /// Reads one document.
    fn one<T>(&self, kind: Kind, name: &str, decode: Decode<T>) -> Result<T, Failure> {
        let source =
            Source::read(&self.path(kind, name)?).map_err(|failure| match failure.exit {
                ExitCode::NotFound => self.not_found(kind, name),
                _ => failure,
            })?;
        decode(&source, Some(name)).map_err(combine)
    }

    /// Reads every document of a kind.
    fn all<T: Send>(
        &self,
        kind: Kind,
        decode: Decode<T>,
        problems: &mut Vec<Failure>,
    ) -> Result<BTreeMap<String, T>, Failure> {
        let names = self.names(kind)?;
        let results = self.read(kind, &names, decode)?;
        let named = names.into_iter().zip(results);
        let named = named.map(|(name, result)| result.map(|value| (name, value)));
        Ok(sorted_out(named, problems).collect())
    }

    /// Registry entries, from the cache, if there is one, where their files are as they were; and what the files looked like before.
    /// With an `address` those of the cache that do not have it are passed over, as `None`.
    fn entries(
        &self,
        names: &[String],
        address: Option<IpAddr>,
    ) -> Result<Found<ZoneEntry, Vec<Failure>>, Failure> {
        let Some(cache) = &self.cache else {
            let entries = self.read(Kind::Zone, names, decode_zone)?;
            return Ok(Found {
                values: entries.into_iter().map(Some).collect(),
                stamps: Stamps::none(),
            });
        };
        // An address lies in the bytes of an entry as it is: what does not have these does not have it.
        let octets = match address {
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets().to_vec(),
            None => Vec::new(),
        };
        let finder = Finder::new(&octets);
        let wanted = |bytes: &[u8]| finder.find(bytes).is_some();
        let directory = self.directory.join("zones");
        let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
        cache.search(
            Part::Registry,
            &borrowed,
            entry_files(&directory),
            wanted,
            |missing| {
                let names: Vec<String> =
                    missing.iter().map(|place| names[*place].clone()).collect();
                self.read(Kind::Zone, &names, decode_zone)
            },
        )
    }

    /// Reads the documents of a kind that have these names, on as many threads as it is worth.
    fn read<T: Send>(
        &self,
        kind: Kind,
        names: &[String],
        decode: Decode<T>,
    ) -> Result<Vec<Decoded<T>>, Failure> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let directory = self.directory.join(kind.directory().unwrap_or_default());
        let open = File::open(&directory).map_err(|error| {
            let message = format!("cannot read the directory {}: {error}", directory.display());
            Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message)
        })?;
        let read = |name: &String| {
            let source = Source::read_in(&open, &directory.join(format!("{name}.kdl")))
                .map_err(|failure| vec![failure])?;
            decode(&source, Some(name))
        };
        Ok(parallel::each(names, read))
    }

    /// Where the first node named `node`, with the argument `value` if one is given, is in a document. `None` if it is not
    /// there, or the document cannot be read.
    #[must_use]
    pub fn place_of(
        &self,
        kind: Kind,
        name: &str,
        node: &str,
        value: Option<&str>,
    ) -> Option<Location> {
        fn find(nodes: &[Node<'_>], name: &str, value: Option<&str>) -> Option<Span> {
            let says = |found: &Value<'_>| matches!(found, Value::Text(text) if Some(text.as_ref()) == value);
            nodes.iter().find_map(|node| {
                if node.name == name {
                    if value.is_none() {
                        return Some(node.span);
                    }
                    if let Some(argument) =
                        node.arguments.iter().find(|argument| says(&argument.value))
                    {
                        return Some(argument.span);
                    }
                }
                let property = node
                    .properties
                    .iter()
                    .find(|property| property.key == name && says(&property.value));
                property
                    .map(|property| property.span)
                    .or_else(|| find(node.nodes(), name, value))
            })
        }
        let source = self.source(kind, name).ok()?;
        let tree = parse(&source).ok()?;
        find(&tree.nodes, node, value).map(|span| source.location(span))
    }
}

/// Everything in a text that reads as an address or a network.
fn networks_in(text: &str) -> Vec<IpNet> {
    let words = text.split(|c: char| !c.is_ascii_hexdigit() && !matches!(c, '.' | ':' | '/'));
    let network = |word: &str| {
        let address = || {
            word.trim_end_matches('/')
                .parse::<IpAddr>()
                .map(IpNet::from)
        };
        word.parse().or_else(|_| address()).ok()
    };
    words.filter_map(network).collect()
}

/// The files of the registry's entries.
fn entry_files(directory: &Path) -> Files<'_> {
    Files {
        directory,
        suffix: ".kdl",
    }
}

/// The entries that could be read; what is wrong with the others joins `problems`.
fn by_zone(
    results: impl Iterator<Item = Decoded<ZoneEntry>>,
    problems: &mut Vec<Failure>,
) -> BTreeMap<ZoneName, ZoneEntry> {
    let entries = sorted_out(results, problems);
    entries.map(|entry| (entry.name.clone(), entry)).collect()
}

/// What could be read. What is wrong with the others joins `problems`, unless they were removed since the directory was read.
fn sorted_out<T>(
    results: impl Iterator<Item = Decoded<T>>,
    problems: &mut Vec<Failure>,
) -> impl Iterator<Item = T> {
    results.filter_map(|result| match result {
        Ok(value) => Some(value),
        Err(found) => {
            let gone = |failure: &Failure| failure.exit == ExitCode::NotFound;
            if !found.iter().all(gone) {
                problems.extend(found);
            }
            None
        }
    })
}

/// Reads a document whose file has the name of the second argument.
type Decode<T> = fn(&Source, Option<&str>) -> Decoded<T>;

const INVALID_BASE: Code = Code::DocumentInvalidBase;

fn default_config() -> Config {
    super::schema::config::Draft::read(&[], &Source::new("config.kdl", ""), &mut Vec::new())
}
