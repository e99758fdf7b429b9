//! What a change is planned on: documents and host as they were looked at, as data, and whether they still are as they were.

use std::collections::{BTreeMap, BTreeSet};

use illumos::ErrorKind;
use illumos::datalink::LinkName;
use illumos::zone::{ZoneConfig, ZoneName};
use jiff::Timestamp;

use super::{Ground, Scope};
use crate::Context;
use crate::cache::Cache;
use crate::documents::model::Documents;
use crate::documents::{Kind, Loaded, Store};
use crate::execute::{etherstub, mark, recover, released, zonepath};
use crate::failure::{Code, ExitCode, Failure};
use crate::ipam::{Book, Taken};
use crate::observe::{self, Foreign, Observed, Uses};
use crate::plan::destroy::{Mark, Remains};

/// What is looked at, besides the documents and the index of zones.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Whether config.kdl has to be right. Of the other documents those have to be that are used.
    pub(crate) config: bool,
    /// Which addresses and links configurations and the global zone use: without them no address is given out.
    pub(crate) usage: bool,
    /// The global zone's IP interfaces, those without an address too.
    pub(crate) interfaces: bool,
    /// The text of the entry and the whole configuration of each zone of the scope.
    pub(crate) own: bool,
    /// What the datasets of the zones of the scope are marked with, and which etherstubs zmgr made.
    pub(crate) marks: bool,
    /// The whole configurations of the zones that the registry does not know.
    pub(crate) foreign: bool,
}

/// A zone of the scope.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Own {
    /// The text of its registry entry, if it has one.
    pub(crate) text: Option<String>,
    /// Its configuration, if it has one, or why it cannot be read.
    pub(crate) config: Result<Option<ZoneConfig>, Failure>,
}

/// Documents and host.
#[derive(Debug)]
pub(crate) struct World {
    /// The zones of the host, and what is in use that no document says.
    pub(crate) host: Observed,
    /// Who has which address.
    pub(crate) book: Book,
    /// The zones of the scope.
    pub(crate) own: BTreeMap<ZoneName, Own>,
    /// What the datasets at zonepaths are marked with.
    pub(crate) marks: BTreeMap<String, Mark>,
    /// What uninstalling zones of the scope would leave, or has left, at their zonepaths.
    pub(crate) remains: BTreeMap<ZoneName, Remains>,
    /// The etherstubs that zmgr made.
    pub(crate) etherstubs: BTreeSet<LinkName>,
    /// The zones that the registry does not know.
    pub(crate) foreign: Vec<Foreign>,
    /// Zones with which an operation is not over, and what it is.
    pub(crate) in_motion: BTreeMap<ZoneName, String>,
    /// What could not be read of configurations, whose addresses are not known therefore.
    pub(crate) unread: Vec<Failure>,
    /// When it was looked at.
    pub(crate) now: Timestamp,
    store: Store,
    loaded: Loaded,
    released: Vec<Taken>,
    uses: Option<Uses>,
    stamps: observe::Stamped,
}

impl Ground for World {
    /// Looks at documents and host.
    ///
    /// # Errors
    /// If a document has to be right and is not; if the host cannot be looked at.
    fn look(cx: &Context, scope: &Scope<'_>) -> Result<Self, Failure> {
        let look = scope.look;
        let now = Timestamp::now();
        let store = Store::open(&cx.config_dir)?.with_cache(Cache::new(cx));
        let mut loaded = store.load()?;
        if look.own {
            reread(&store, &mut loaded, &scope.zones);
        }
        if look.config {
            loaded.documents.usable(Kind::Config, "config")?;
        }
        let documents = &loaded.documents;
        // Before the host is looked at: an operation that ends meanwhile has written its zone's configuration.
        let in_motion = if look.foreign {
            recover::in_motion(cx)?
        } else {
            BTreeMap::new()
        };
        let released = if look.usage {
            released::kept_back(&cx.state_dir, documents, now)?
        } else {
            Vec::new()
        };
        let mut host = Observed::index(&scope.zones)?;
        // Somebody may have changed a registered zone behind the registry's back, so that every configuration counts.
        let uses = match look.usage {
            true => Some(host.uses(|_| true, Some(&Cache::new(cx)))?),
            false => None,
        };
        let mut unread = Vec::new();
        if let Some(uses) = &uses {
            unread = host.claim(documents, uses);
        }
        if look.interfaces
            && let Err(failure) = host.plumbed()
        {
            // What is only registered can be registered without knowing it.
            match look.foreign {
                true => unread.push(failure),
                false => return Err(failure),
            }
        }
        let (foreign, stamps) = match look.foreign {
            true => observe::foreign(&host, documents),
            false => Default::default(),
        };
        let own = match look.own {
            true => own(&store, &scope.zones)?,
            false => BTreeMap::new(),
        };
        let (marks, etherstubs) = match look.marks {
            true => (marks(&host, documents, &scope.zones)?, stubs(cx)?),
            false => Default::default(),
        };
        let remains = match look.marks {
            true => remains(&host, documents, &scope.zones, &marks)?,
            false => BTreeMap::new(),
        };
        let book = match look.usage {
            true => Book::of(documents, [&*released, &*host.claims.addresses].concat()),
            false => Book::default(),
        };
        Ok(Self {
            host,
            book,
            own,
            marks,
            remains,
            etherstubs,
            foreign,
            in_motion,
            unread,
            now,
            store,
            loaded,
            released,
            uses,
            stamps,
        })
    }

    /// Whether everything that was looked at is as it was: documents, addresses that are not given out, operations, the index,
    /// configurations, addresses of the global zone, marks of etherstubs, and links. To be asked with the host's lock held.
    ///
    /// The mark of a dataset is not asked for again, which takes a process: the step that destroys the dataset asks.
    ///
    /// # Errors
    /// If documents or host cannot be looked at.
    fn still_holds(&self, cx: &Context, scope: &Scope<'_>) -> Result<bool, Failure> {
        let look = scope.look;
        let documents = &self.loaded.documents;
        if !self.store.still_says(&self.loaded)? {
            return Ok(false);
        }
        if look.foreign && recover::in_motion(cx)? != self.in_motion {
            return Ok(false);
        }
        if look.usage
            && released::kept_back(&cx.state_dir, documents, Timestamp::now())? != self.released
        {
            return Ok(false);
        }
        let uses = || self.uses.as_ref().map_or(Ok(true), Uses::still_holds);
        let own = || Ok::<_, Failure>(!look.own || own(&self.store, &scope.zones)? == self.own);
        let ours = || {
            let ours = stubs(cx)?;
            Ok::<_, Failure>(!look.marks || ours == self.etherstubs)
        };
        Ok(Observed::index(&scope.zones)?.zones == self.host.zones
            && uses()?
            && self.stamps.still_say(&self.foreign)
            && own()?
            && ours()?
            && self.host.links.still_hold()?)
    }

    fn problems(&self) -> &[Failure] {
        &self.loaded.problems
    }

    fn documents(&self) -> Option<&Documents> {
        Some(&self.loaded.documents)
    }
}

impl World {
    /// What the documents say.
    pub(crate) fn documents(&self) -> &Documents {
        &self.loaded.documents
    }

    /// The time, as the registry has it.
    pub(crate) fn time(&self) -> String {
        self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// What is acted on is read itself, never taken from the cache.
fn reread(store: &Store, loaded: &mut Loaded, zones: &[ZoneName]) {
    for name in zones {
        // What is wrong with it has been found by then: the cache keeps what is right alone.
        match store.find_zone(name) {
            Ok(Some(entry)) => drop(loaded.documents.zones.insert(name.clone(), entry)),
            Ok(None) => drop(loaded.documents.zones.remove(name)),
            Err(failure) => {
                loaded.documents.zones.remove(name);
                if !loaded.problems.contains(&failure) {
                    loaded.problems.push(failure);
                }
            }
        }
    }
}

fn own(store: &Store, zones: &[ZoneName]) -> Result<BTreeMap<ZoneName, Own>, Failure> {
    let mut found = BTreeMap::new();
    for name in zones {
        let text = match store.source(Kind::Zone, name.as_str()) {
            Ok(source) => Some(source.text),
            Err(failure) if failure.exit == ExitCode::NotFound => None,
            Err(failure) => return Err(failure),
        };
        let config = match ZoneConfig::read(name) {
            Ok(config) => Ok(Some(config)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        };
        found.insert(name.clone(), Own { text, config });
    }
    Ok(found)
}

/// Where a zone is, or was if the host has lost it.
fn zonepath_of<'a>(
    host: &'a Observed,
    documents: &'a Documents,
    name: &ZoneName,
) -> Option<&'a str> {
    match host.zone(name) {
        Some(zone) => Some(&zone.zonepath),
        None => documents.zones.get(name)?.settings.zonepath.as_deref(),
    }
}

/// What the datasets of zones are marked with: one process for all of them.
fn marks(
    host: &Observed,
    documents: &Documents,
    zones: &[ZoneName],
) -> Result<BTreeMap<String, Mark>, Failure> {
    let paths = zones
        .iter()
        .filter_map(|name| zonepath_of(host, documents, name));
    // Nothing is asked about what is not there.
    let paths: Vec<&str> = paths
        .filter(|path| illumos::host_path(path).exists())
        .collect();
    mark::of(&paths)
}

fn remains(
    host: &Observed,
    documents: &Documents,
    zones: &[ZoneName],
    marks: &BTreeMap<String, Mark>,
) -> Result<BTreeMap<ZoneName, Remains>, Failure> {
    let mut found = BTreeMap::new();
    for name in zones {
        let entry = documents.zones.get(name);
        let (Some(entry), Some(path)) = (entry, zonepath_of(host, documents, name)) else {
            continue;
        };
        let own = marks.get(path);
        let own = own.filter(|mark| entry.id.as_deref() == Some(&*mark.id));
        let state = host.zone(name).map(|zone| zone.state);
        let left = zonepath::remains(path, state, own.map(|mark| mark.dataset.as_str()))?;
        found.extend(left.map(|left| (name.clone(), left)));
    }
    Ok(found)
}

/// The etherstubs that zmgr made.
fn stubs(cx: &Context) -> Result<BTreeSet<LinkName>, Failure> {
    let ours = etherstub::ours(&cx.state_dir).map_err(|error| {
        let message = format!("cannot list the etherstubs that zmgr made: {error}");
        Failure::new(ExitCode::Failed, Code::EtherstubFailed, message)
    })?;
    Ok(ours.into_iter().collect())
}

/// What a command needs to know before it can say which zones it is about: the documents that can be read, what is wrong with the others,
/// and the zones of the host, of which the states are those of the index.
///
/// # Errors
/// If the directory of the documents or the index cannot be read.
pub(crate) fn glance(cx: &Context) -> Result<(Documents, Vec<Failure>, Observed), Failure> {
    let loaded = Store::open(&cx.config_dir)?
        .with_cache(Cache::new(cx))
        .load()?;
    Ok((loaded.documents, loaded.problems, Observed::index(&[])?))
}
