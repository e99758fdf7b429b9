//! Changing documents in place: everything that is not changed stays byte for byte.

mod change;
mod rewrite;

use std::path::{Path, PathBuf};

use super::decode::{
    decode_config, decode_pool, decode_publisher, decode_template, decode_zone, zone_node,
};
use super::model::ZoneEntry;
use super::schema::{Kind, Spec};
use super::store::{Store, combine};
use super::syntax::tree::{Node, say_the_same};
use super::syntax::{Source, parse};
use crate::failure::{Code, ExitCode, Failure};
use change::{Change, Level};

/// A document being changed.
#[derive(Debug, Clone)]
pub struct Document {
    kind: Kind,
    name: String,
    path: PathBuf,
    original: Option<String>,
    text: String,
}

impl Document {
    /// Opens the document `name`; `config.kdl` has the name `config`.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is none; [`ExitCode::Invalid`] if it cannot be parsed. It may be invalid otherwise:
    /// a change can mend it.
    pub fn open(store: &Store, kind: Kind, name: &str) -> Result<Self, Failure> {
        let source = store.source(kind, name)?;
        parse(&source).map_err(combine)?;
        let Source { path, text } = source;
        Ok(Self {
            kind,
            name: name.to_owned(),
            path,
            original: Some(text.clone()),
            text,
        })
    }

    /// A document that is not there yet.
    ///
    /// # Errors
    /// [`ExitCode::Usage`] if the name cannot be one; [`ExitCode::Exists`] if it is there.
    pub fn create(
        store: &Store,
        kind: Kind,
        name: &str,
        text: impl Into<String>,
    ) -> Result<Self, Failure> {
        let path = store.path(kind, name)?;
        if path.symlink_metadata().is_ok() {
            let message = format!("there is a {} {name:?} already", kind.word());
            return Err(
                Failure::new(ExitCode::Exists, Code::DocumentExists, message).with_help(format!(
                    "change it with zmgr {0} edit {name}, or zmgr {0} set {name}",
                    kind.word()
                )),
            );
        }
        Ok(Self {
            kind,
            name: name.to_owned(),
            path,
            original: None,
            text: text.into(),
        })
    }

    /// A document that is in no file.
    #[cfg(test)]
    pub(super) fn of_text(kind: Kind, name: &str, text: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            path: PathBuf::from("test.kdl"),
            original: None,
            text: text.to_owned(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text as it was read; `None` for a new document.
    #[must_use]
    pub fn original(&self) -> Option<&str> {
        self.original.as_deref()
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything that is wrong with the text as it is now.
    ///
    /// # Errors
    /// All problems, as one failure.
    pub fn check(&self) -> Result<(), Failure> {
        let source = Source::new(&self.path, self.text.as_str());
        Self::check_source(self.kind, &self.name, &source)
    }

    /// Everything that is wrong with a text that is to be the document `name`.
    ///
    /// # Errors
    /// All problems, as one failure.
    pub fn check_source(kind: Kind, name: &str, source: &Source) -> Result<(), Failure> {
        let problems = Self::problems(kind, name, source);
        if problems.is_empty() {
            return Ok(());
        }
        Err(combine(problems))
    }

    /// As [`check_source`](Self::check_source), each by itself.
    #[must_use]
    pub fn problems(kind: Kind, name: &str, source: &Source) -> Vec<Failure> {
        let name = Some(name);
        let checked = match kind {
            Kind::Config => decode_config(source).map(drop),
            Kind::Template => decode_template(source, name).map(drop),
            Kind::Pool => decode_pool(source, name).map(drop),
            Kind::Publisher => decode_publisher(source, name).map(drop),
            Kind::Zone => decode_zone(source, name).map(drop),
        };
        checked.err().unwrap_or_default()
    }

    /// Sets the node at `path` to `values`: `autoboot`, `net.internal.vlan`, `capped-memory.swap`.
    ///
    /// The node is made if it is not there. Of a node that may be repeated, the new one takes the place of all.
    ///
    /// # Errors
    /// [`ExitCode::Usage`] if there is no such node in documents of this kind, or the values do not fit it. Whether the
    /// document as a whole is valid then, [`check`](Self::check) says.
    pub fn set(&mut self, path: &str, values: &[String]) -> Result<(), Failure> {
        self.change(path, Change::Set, values)
    }

    /// Adds to the node at `path`: another `exclude`, another of the `addresses`, another `net`.
    ///
    /// # Errors
    /// As [`set`](Self::set); [`ExitCode::Exists`] if it is there.
    pub fn add(&mut self, path: &str, values: &[String]) -> Result<(), Failure> {
        self.change(path, Change::Add, values)
    }

    /// Removes the node at `path`; with `values` only these of it.
    ///
    /// # Errors
    /// As [`set`](Self::set); [`ExitCode::NotFound`] if it is not there.
    pub fn remove(&mut self, path: &str, values: &[String]) -> Result<(), Failure> {
        self.change(path, Change::Remove, values)
    }

    fn change(&mut self, path: &str, change: Change, values: &[String]) -> Result<(), Failure> {
        let kind = self.kind;
        let specs = kind.specs();
        self.rework(|nodes, word| {
            let mut level = match word {
                None => Level::top(nodes),
                Some(word) => match nodes.iter_mut().find(|node| node.name == word) {
                    Some(root) => Level::of(root, kind.root()),
                    None => return Err(unexpected(word)),
                },
            };
            change::change(&mut level, &specs, path, change, values)
        })
    }

    /// Makes a registry entry say what `entry` says.
    ///
    /// # Errors
    /// If the document is none, or is invalid.
    pub fn set_zone(&mut self, entry: &ZoneEntry) -> Result<(), Failure> {
        let mut changed = self.clone();
        changed.rework(|nodes, word| {
            let Some(root) = nodes
                .iter_mut()
                .find(|node| Some(node.name.as_ref()) == word)
            else {
                return Err(unexpected("zone"));
            };
            let wanted = zone_node(entry);
            root.arguments = wanted.arguments;
            root.properties.clear();
            root.children = wanted.children;
            Ok(())
        })?;
        let source = Source::new(&self.path, changed.text.as_str());
        match decode_zone(&source, None) {
            Ok(written) if written == *entry => {
                *self = changed;
                Ok(())
            }
            Ok(_) => Err(unexpected("zone")),
            Err(problems) => Err(combine(problems)),
        }
    }

    /// Changes the tree, then the text to say what the tree says, and checks that it does.
    fn rework(
        &mut self,
        change: impl FnOnce(&mut Vec<Node<'static>>, Option<&str>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let source = Source::new(&self.path, self.text.as_str());
        let tree = parse(&source).map_err(combine)?;
        let mut wanted: Vec<Node<'static>> = tree
            .nodes
            .iter()
            .map(|node| node.clone().into_static())
            .collect();
        let word = self.kind.directory().map(|_| self.kind.word());
        change(&mut wanted, word)?;
        let specs = self.root_specs();
        let text = rewrite::rewrite(&source.text, tree.dialect, &tree.nodes, &wanted, &specs);
        let written = Source::new(&self.path, text);
        let tree = parse(&written).map_err(combine)?;
        let ordered = self.kind != Kind::Zone;
        if ordered && !say_the_same(&tree.nodes, &wanted) {
            return Err(unexpected(self.kind.word()));
        }
        self.text = written.text;
        Ok(())
    }

    /// The rows of the outermost nodes.
    fn root_specs(&self) -> Vec<&'static Spec> {
        if self.kind == Kind::Config {
            self.kind.specs()
        } else {
            vec![self.kind.root()]
        }
    }
}

fn unexpected(word: &str) -> Failure {
    let message =
        format!("the {word} document is written in a way that cannot be changed in place");
    Failure::new(ExitCode::Failed, Code::DocumentNotChanged, message)
        .with_help("nothing was changed; edit the file by hand")
}
