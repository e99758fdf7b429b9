//! What can be seen of the datasets: the values of their properties, where they come from, and the space that they take.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::files::{self, Entry};
use super::name::parent;
use super::property::{self, Form, Types, UNLIMITED};
use super::snapshots::{Snapshot, Snapshots};
use super::space::Space;
use super::table::{Dataset, Kind, Settings, Table};
use crate::Host;

/// Where a value comes from, as in the column SOURCE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Local,
    Received,
    Default,
    Inherited(String),
    /// The property is calculated, or not there.
    None,
}

impl Source {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Local => "local".to_owned(),
            Self::Received => "received".to_owned(),
            Self::Default => "default".to_owned(),
            Self::Inherited(from) => format!("inherited from {from}"),
            Self::None => "-".to_owned(),
        }
    }

    /// The word for `zfs get -s`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Received => "received",
            Self::Default => "default",
            Self::Inherited(_) => "inherited",
            Self::None => "none",
        }
    }
}

/// A dataset, snapshot or bookmark.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'a> {
    Dataset(&'a Dataset),
    Snapshot(&'a Snapshot),
    Bookmark(&'a Snapshot),
}

impl Found<'_> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Dataset(dataset) => dataset.kind,
            Self::Snapshot(_) => Kind::Snapshot,
            Self::Bookmark(_) => Kind::Bookmark,
        }
    }
}

/// The tables, and what was worked out of them so far.
pub(crate) struct View<'a> {
    pub(crate) host: &'a Host,
    pub(crate) table: &'a Table,
    pub(crate) snapshots: &'a Snapshots,
    pub(super) spaces: RefCell<HashMap<String, Space>>,
    pub(super) scans: RefCell<HashMap<PathBuf, Arc<BTreeMap<PathBuf, Entry>>>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(host: &'a Host, table: &'a Table, snapshots: &'a Snapshots) -> Self {
        Self {
            host,
            table,
            snapshots,
            spaces: RefCell::default(),
            scans: RefCell::default(),
        }
    }

    /// What has this name.
    pub(crate) fn find(&self, name: &str) -> Option<Found<'a>> {
        if let Some((dataset, _)) = name.split_once('@') {
            let there = self.table.datasets.contains_key(dataset);
            return self
                .snapshots
                .get(name)
                .filter(|_| there)
                .map(Found::Snapshot);
        }
        if name.contains('#') {
            return self.snapshots.get(name).map(Found::Bookmark);
        }
        self.table.datasets.get(name).map(Found::Dataset)
    }

    /// What is set on a dataset or snapshot.
    fn settings(&self, name: &str) -> Option<&'a Settings> {
        match self.find(name)? {
            Found::Dataset(dataset) => Some(&dataset.settings),
            Found::Snapshot(snapshot) => Some(&snapshot.settings),
            Found::Bookmark(_) => None,
        }
    }

    /// The value that came with a stream.
    pub(crate) fn received(&self, name: &str, property: &str) -> Option<String> {
        let settings = self.settings(name)?;
        settings.received.get(property).cloned()
    }

    /// The stored value of a property and where it comes from; `None` for what the dataset does not have.
    pub(crate) fn value(&self, name: &str, property: &str) -> Option<(String, Source)> {
        let found = self.find(name)?;
        let known = property::property(property);
        if known.is_none() && property::is_written(property) {
            let of = self.written_since(name, property.trim_start_matches("written@"))?;
            return Some((of.to_string(), Source::None));
        }
        if let Some(known) = known {
            if !known.types.has(found.kind().types()) {
                return None;
            }
            if let Some(value) = self.calculated(name, found, property) {
                let source = self.source_of_calculated(name, property);
                return value.map(|value| (value, source));
            }
        } else if !property::is_user(property) || found.kind() == Kind::Bookmark {
            return None;
        }
        let inherited = known.is_none_or(|known| known.inherited);
        let own = self.settings(name)?;
        if let Some(value) = own.local.get(property) {
            return Some((value.clone(), Source::Local));
        }
        let hidden = own.inherited.contains(property);
        if let Some(value) = own.received.get(property).filter(|_| !hidden) {
            return Some((value.clone(), Source::Received));
        }
        let from = if inherited || found.kind() == Kind::Snapshot {
            self.inherited(name, property, inherited)
        } else {
            None
        };
        if let Some((value, at)) = from {
            return Some((value, Source::Inherited(at)));
        }
        let default = match property {
            "mountpoint" => format!("/{name}"),
            _ => known?.default.to_owned(),
        };
        Some((default, Source::Default))
    }

    /// A count has the source of its limit.
    fn source_of_calculated(&self, name: &str, property: &str) -> Source {
        let limit = match property {
            "filesystem_count" => "filesystem_limit",
            "snapshot_count" => "snapshot_limit",
            _ => return Source::None,
        };
        let settings = self.settings(name);
        if settings.is_some_and(|settings| settings.local.contains_key(limit)) {
            Source::Local
        } else {
            Source::Default
        }
    }

    /// The value of the nearest dataset above that has one.
    fn inherited(&self, name: &str, property: &str, far: bool) -> Option<(String, String)> {
        let mut ancestor = parent(name);
        while let Some(at) = ancestor {
            let settings = &self.table.datasets.get(at)?.settings;
            let hidden = settings.inherited.contains(property);
            let received = settings.received.get(property).filter(|_| !hidden);
            if let Some(value) = settings.local.get(property).or(received) {
                let value = match property {
                    "mountpoint" if value.starts_with('/') => {
                        format!("{}{}", value.trim_end_matches('/'), &name[at.len()..])
                    }
                    _ => value.clone(),
                };
                return Some((value, at.to_owned()));
            }
            ancestor = parent(at).filter(|_| far);
        }
        None
    }

    /// A value that is not set but worked out: `None` if the property is none of those, `Some(None)` if there is no value.
    fn calculated(&self, name: &str, found: Found<'_>, property: &str) -> Option<Option<String>> {
        let (dataset, snapshot) = match found {
            Found::Dataset(dataset) => (Some(dataset), None),
            Found::Snapshot(snapshot) | Found::Bookmark(snapshot) => (None, Some(snapshot)),
        };
        let is_volume = dataset.is_some_and(|dataset| dataset.kind == Kind::Volume);
        let space = || dataset.map(|_| self.space(name));
        let number = |number: u64| Some(Some(number.to_string()));
        match property {
            "name" => Some(Some(name.to_owned())),
            "type" => Some(Some(found.kind().name().to_owned())),
            "creation" => number(snapshot.map_or_else(
                || dataset.map_or(0, |dataset| dataset.created),
                |snapshot| snapshot.created,
            )),
            "createtxg" => number(snapshot.map_or_else(
                || dataset.map_or(0, |dataset| dataset.number),
                |snapshot| snapshot.txg,
            )),
            "guid" => number(snapshot.map_or_else(
                || dataset.map_or(0, |dataset| super::guid_of(dataset.number)),
                |snapshot| snapshot.guid,
            )),
            "objsetid" => number(snapshot.map_or_else(
                || dataset.map_or(0, |dataset| dataset.number + 50),
                |snapshot| snapshot.txg + 50,
            )),
            "used" => number(match space() {
                Some(space) => space.used(),
                None => self.unique(name),
            }),
            "available" => number(self.available(name)),
            "referenced" | "logicalreferenced" => number(match (snapshot, space()) {
                (Some(snapshot), _) => snapshot.referenced,
                (None, space) => space.map_or(0, |space| space.referenced),
            }),
            "logicalused" => number(space().map_or(0, super::space::Space::used)),
            "usedbydataset" => number(space()?.by_dataset),
            "usedbysnapshots" => number(space()?.by_snapshots),
            "usedbychildren" => number(space()?.by_children),
            "usedbyrefreservation" => number(space()?.by_refreservation),
            "written" => number(self.written(name)),
            "compressratio" | "refcompressratio" => Some(Some("1.00".to_owned())),
            "mounted" => {
                let mounted = dataset?.mounted.is_some();
                Some(Some(if mounted { "yes" } else { "no" }.to_owned()))
            }
            "origin" => Some(dataset?.origin.clone()),
            "volsize" if !is_volume => Some(
                snapshot
                    .and_then(|snapshot| snapshot.volsize)
                    .map(|size| size.to_string()),
            ),
            "defer_destroy" => {
                let word = if snapshot?.deferred { "on" } else { "off" };
                Some(Some(word.to_owned()))
            }
            "userrefs" => number(u64::try_from(snapshot?.holds.len()).unwrap_or(u64::MAX)),
            "clones" => Some(Some(self.clones(name).join(",")).filter(|names| !names.is_empty())),
            "filesystem_count" | "snapshot_count" => Some(Some(self.count(name, property))),
            "receive_resume_token" => Some(
                dataset
                    .and_then(|dataset| dataset.partial.as_ref())
                    .and_then(|partial| super::stream::token(partial)),
            ),
            "version" | "utf8only" | "normalization" | "casesensitivity"
                if self
                    .settings(name)
                    .is_some_and(|settings| !settings.local.contains_key(property)) =>
            {
                let default = property::property(property)?.default;
                Some(Some(default.to_owned()))
            }
            _ => None,
        }
    }

    /// The clones of a snapshot.
    pub(crate) fn clones(&self, snapshot: &str) -> Vec<&'a str> {
        let all = self.table.datasets.iter();
        all.filter(|(_, dataset)| dataset.origin.as_deref() == Some(snapshot))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// How many file systems or snapshots there are below; nobody counts them unless a limit is set above.
    fn count(&self, name: &str, property: &str) -> String {
        let limit = property.replace("count", "limit");
        let mut above = Some(name);
        let mut limited = false;
        while let Some(at) = above {
            let dataset = self.table.datasets.get(at);
            limited |= dataset.is_some_and(|found| found.settings.local.contains_key(&limit));
            above = parent(at);
        }
        if !limited {
            return UNLIMITED.to_owned();
        }
        let below = self.table.below(name);
        let count = if property == "filesystem_count" {
            below.count()
        } else {
            let names = below.map(|(below, _)| below).chain([name]);
            names.map(|name| self.snapshots.of(name).len()).sum()
        };
        count.to_string()
    }

    /// A value that is a word or a text, as it counts: `-` if there is none.
    pub(crate) fn word(&self, name: &str, property: &str) -> String {
        self.value(name, property)
            .map_or_else(|| "-".to_owned(), |(value, _)| value)
    }

    /// A value that is a number, 0 if there is none. Tables that people wrote may have suffixes.
    pub(crate) fn number(&self, name: &str, property: &str) -> u64 {
        self.value(name, property)
            .and_then(|(value, _)| property::parse_number(&value).ok())
            .unwrap_or(0)
    }

    /// Whether a dataset is a zone's to administer.
    pub(crate) fn is_zoned(&self, name: &str) -> bool {
        self.word(name, "zoned") == "on"
    }

    /// Where the file system is mounted by itself, if it is.
    pub(crate) fn wanted_mount(&self, name: &str) -> Option<String> {
        let path = self.word(name, "mountpoint");
        let on = self.word(name, "canmount") == "on" && !self.is_zoned(name);
        (path.starts_with('/') && on).then_some(path)
    }

    /// The value as it is printed, exactly with `exact`; `-` for what the dataset does not have.
    pub(crate) fn shown(&self, name: &str, property: &str, exact: bool) -> (String, Source) {
        match self.value(name, property) {
            Some((value, source)) => {
                // Tables that people wrote may have suffixes.
                let form = property::property(property).map(|known| known.form);
                let value = match form {
                    Some(Form::Size) => {
                        property::parse_number(&value).map_or(value, |number| number.to_string())
                    }
                    _ => value,
                };
                (property::shown(property, &value, exact), source)
            }
            None => ("-".to_owned(), Source::None),
        }
    }

    /// The properties that `zfs get all` shows.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let Some(found) = self.find(name) else {
            return Vec::new();
        };
        let types: Types = found.kind().types();
        let known = property::PROPERTIES
            .iter()
            .filter(|property| property.types.has(types) && property.name != "name")
            .map(|property| property.name.to_owned());
        let mut all: Vec<String> = known
            .filter(|property| self.value(name, property).is_some())
            .collect();
        let mut user = std::collections::BTreeSet::new();
        let mut at = Some(name);
        while let Some(name) = at {
            if let Some(settings) = self.settings(name) {
                let names = settings.local.keys().chain(settings.received.keys());
                user.extend(names.filter(|name| property::is_user(name)).cloned());
            }
            at = parent(name);
        }
        all.extend(
            user.into_iter()
                .filter(|property| self.value(name, property).is_some()),
        );
        all
    }

    /// Everything below a directory, read once.
    pub(super) fn scan(
        &self,
        directory: PathBuf,
        without: &[PathBuf],
    ) -> Arc<BTreeMap<PathBuf, Entry>> {
        let known = self.scans.borrow().get(&directory).cloned();
        known.unwrap_or_else(|| {
            let found: io::Result<_> = files::scan(&directory, without);
            let found = Arc::new(found.unwrap_or_default());
            self.scans
                .borrow_mut()
                .insert(directory, Arc::clone(&found));
            found
        })
    }
}
