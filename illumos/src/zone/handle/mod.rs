//! One configuration document in memory: what a `zone_dochandle_t` of libzonecfg is, without its traps.
//!
//! Text is UTF-8 both ways: libxml2 keeps documents in UTF-8 whatever their declared encoding, and the setters take `&str`. What a
//! document cannot hold (control characters other than tab, newline and carriage return; U+FFFE, U+FFFF) is refused before the
//! library sees it, because it would be saved and then be unreadable.
//!
//! Nothing is written before [`Handle::save`].

mod properties;
mod resources;
mod save;

pub(crate) use save::Existing;

use super::ZoneConfig;
use crate::Result;

/// A loaded or new configuration. Freed on drop; stays on the thread that made it.
#[derive(Debug)]
pub(crate) struct Handle {
    /// Not `Send`: a handle belongs to one thread and one host.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl Handle {
    /// Loads the configuration of the zone or template `name` (`web01`, `SUNWblank`).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if `name` is no zone name, or the document cannot be parsed or is not valid;
    /// [`crate::ErrorKind::NotFound`] if there is none.
    pub(crate) fn load(name: &str) -> Result<Self> {
        let _ = name;
        unimplemented!()
    }

    /// A new configuration for the zone `new_name`, copied from the zone or template `template`: `create -t`.
    ///
    /// # Errors
    /// As [`load`](Self::load), for either name.
    pub(crate) fn from_template(template: &str, new_name: &str) -> Result<Self> {
        let _ = (template, new_name);
        unimplemented!()
    }

    /// A new configuration for the zone `new_name` from the detached zone at the absolute path `path`: `create -a`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] if `path` holds no detached zone; otherwise as [`load`](Self::load).
    pub(crate) fn from_attach(path: &str, new_name: &str) -> Result<Self> {
        let _ = (path, new_name);
        unimplemented!()
    }

    /// Whether this is a configuration that no zone has yet.
    pub(crate) fn is_new(&self) -> bool {
        unimplemented!()
    }

    /// Everything that the configuration says.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if a value does not fit what libzonecfg hands over (an `attr` value of more than 2047 bytes): nothing is left out.
    pub(crate) fn read_all(&self) -> Result<ZoneConfig> {
        unimplemented!()
    }

    /// How many resources of `kind` there are.
    ///
    /// # Errors
    /// If the document is no zone configuration.
    pub(crate) fn count(&self, kind: Kind) -> Result<usize> {
        let _ = kind;
        unimplemented!()
    }

    /// Removes every resource of `kind`: `remove -F net`.
    ///
    /// # Errors
    /// If the document is no zone configuration.
    pub(crate) fn delete_all(&mut self, kind: Kind) -> Result<()> {
        let _ = kind;
        unimplemented!()
    }
}

/// The resources that can occur more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Fs,
    Net,
    Device,
    Rctl,
    Attr,
    Dataset,
    Admin,
}
