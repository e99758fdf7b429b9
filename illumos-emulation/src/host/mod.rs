//! The directory that is the host: where it is, which distribution it imitates, and which host a thread is on.

mod brand;
mod fresh;
mod record;
mod settings;
mod word;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

pub(crate) use brand::Brand;
pub(crate) use brand::Kind as BrandKind;
pub(crate) use record::{Record, replace};
pub(crate) use word::{decode, encode};

/// The distribution family that a host imitates: ABI layout, brands, output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// OpenIndiana, Tribblix, Helios.
    Upstream,
    /// OmniOS (and SmartOS): the extended layout.
    Omnios,
}

impl Flavour {
    /// The name, as in `ZMGR_EMULATED_FLAVOUR` and in the host's record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Omnios => "omnios",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "upstream" => Some(Self::Upstream),
            "omnios" => Some(Self::Omnios),
            _ => None,
        }
    }
}

/// Names the host's directory.
pub const HOST_VARIABLE: &str = "ZMGR_EMULATED_HOST";
/// Chooses the distribution that a host made by itself imitates: `upstream` (the default) or `omnios`.
pub const FLAVOUR_VARIABLE: &str = "ZMGR_EMULATED_FLAVOUR";

/// An emulated host. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    flavour: Flavour,
    cache: record::Cache,
}

impl Host {
    /// Opens the host in `dir`, or sets up a fresh one there.
    ///
    /// `flavour` decides for a fresh host only; an existing one keeps the flavour recorded in its directory. A directory
    /// with an `etc` but without the emulation's record is taken as a host and completed; what is there stays as it is.
    /// Opening an existing host reads one small file.
    ///
    /// # Errors
    /// If the directory cannot be made, read or written; if its record cannot be understood; if it is `/`, or
    /// holds something that is no host.
    pub fn open_or_create(dir: &Path, flavour: Flavour) -> io::Result<Self> {
        let dir = std::path::absolute(dir)?;
        let recorded = fresh::recorded_flavour(&dir)?;
        let flavour = match recorded {
            Some(flavour) => flavour,
            None => fresh::complete(&dir, flavour)?,
        };
        let host = Self {
            inner: Arc::new(Inner {
                dir,
                flavour,
                cache: record::Cache::default(),
            }),
        };
        // Only people who type commands miss the links.
        let _ = crate::commands::link_programs(&host);
        Ok(host)
    }

    /// What a crash or a restart of the machine does: no zone is up, temporary links and settings are gone. The zones
    /// service does not run: a zone that boots by itself on a real host is booted by whoever wants it.
    ///
    /// # Errors
    /// If the host's state cannot be read or written.
    pub fn restart(&self) -> io::Result<()> {
        self.update(|table: &mut crate::kernel::Table| {
            table.clear();
            Ok::<_, io::Error>(())
        })?;
        self.update(|table: &mut crate::kernel::ResourceTable| {
            table.zones.clear();
            Ok::<_, io::Error>(())
        })?;
        crate::smf::restart(self)?;
        crate::datalink::restart(self)?;
        for entry in std::fs::read_dir(self.path("/var/run/zones"))? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(())
    }

    /// The directory used when `ZMGR_EMULATED_HOST` is not set: `$XDG_STATE_HOME/zmgr/host`, else
    /// `~/.local/state/zmgr/host`; `None` without a home directory.
    #[must_use]
    pub fn default_dir() -> Option<PathBuf> {
        let absolute = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let state =
            absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
        Some(state.join("zmgr/host"))
    }

    /// Whether the environment names a host, or the default directory has one.
    pub(crate) fn is_there() -> bool {
        std::env::var_os(HOST_VARIABLE).is_some()
            || Self::default_dir().is_some_and(|dir| dir.join("emulation/host").exists())
    }

    /// The flavour that `ZMGR_EMULATED_FLAVOUR` asks for.
    ///
    /// # Errors
    /// If the variable has another value than `upstream` or `omnios`.
    pub fn wanted_flavour() -> io::Result<Flavour> {
        match std::env::var_os(FLAVOUR_VARIABLE) {
            None => Ok(Flavour::Upstream),
            Some(value) => value.to_str().and_then(Flavour::from_name).ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::InvalidInput,
                    format!("{FLAVOUR_VARIABLE} is {value:?}: it must be upstream or omnios"),
                )
            }),
        }
    }

    /// Opens or creates the host that the environment names: `ZMGR_EMULATED_HOST`, else [`default_dir`](Self::default_dir).
    ///
    /// # Errors
    /// As [`open_or_create`](Self::open_or_create) and [`wanted_flavour`](Self::wanted_flavour); if there is no home directory.
    pub fn from_environment() -> io::Result<Self> {
        let dir = match std::env::var_os(HOST_VARIABLE).filter(|value| !value.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => Self::default_dir().ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    format!("neither {HOST_VARIABLE} nor HOME tells where the emulated host is"),
                )
            })?,
        };
        Self::open_or_create(&dir, Self::wanted_flavour()?)
    }

    /// The directory, absolute. `/etc/zones` of the host is `etc/zones` below it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The distribution family.
    #[must_use]
    pub fn flavour(&self) -> Flavour {
        self.inner.flavour
    }

    /// Where the host's absolute path `path` lies.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.dir().join(path.trim_start_matches('/'))
    }

    /// The variables that a command started for this host must have in its environment: the host itself, and
    /// the faults and settings that are ordered by variables.
    #[must_use]
    pub fn child_environment(&self) -> Vec<(OsString, OsString)> {
        let mut variables = vec![(
            OsString::from(HOST_VARIABLE),
            self.dir().as_os_str().to_owned(),
        )];
        variables.extend(std::env::vars_os().filter(|(name, _)| {
            name.to_str()
                .is_some_and(|name| name != HOST_VARIABLE && name.starts_with("ZMGR_EMULATED_"))
        }));
        variables
    }

    /// Makes this the host of every thread that has not entered another one.
    pub fn make_default(&self) {
        *DEFAULT
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(self.clone());
    }

    /// Makes this the host of the calling thread until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> Entered {
        ENTERED.with_borrow_mut(|stack| stack.push(self.clone()));
        Entered {
            _not_send: std::marker::PhantomData,
        }
    }

    /// The host of the calling thread: the one entered last, else the default, else the one that
    /// `ZMGR_EMULATED_HOST` names (opened or created on first use), else `None`.
    ///
    /// `None` too if that one cannot be opened; [`from_environment`](Self::from_environment) says why.
    #[must_use]
    pub fn current() -> Option<Self> {
        if let Some(host) = ENTERED.with_borrow(|stack| stack.last().cloned()) {
            return Some(host);
        }
        if let Some(host) = DEFAULT
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .as_ref()
        {
            return Some(host.clone());
        }
        std::env::var_os(HOST_VARIABLE).filter(|value| !value.is_empty())?;
        let host = Self::from_environment().ok()?;
        host.make_default();
        Some(host)
    }

    pub(crate) fn emulation_path(&self, name: &str) -> PathBuf {
        self.dir().join(fresh::EMULATION).join(name)
    }

    fn cache(&self) -> &record::Cache {
        &self.inner.cache
    }
}

static DEFAULT: RwLock<Option<Host>> = RwLock::new(None);

thread_local! {
    static ENTERED: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

/// Ends [`Host::enter`] when dropped.
#[derive(Debug)]
pub struct Entered {
    // The entry belongs to the thread that made it.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        ENTERED.with_borrow_mut(Vec::pop);
    }
}
