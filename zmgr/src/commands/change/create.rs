//! `create`.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::apply::{Changing, change};
use super::edit;
use super::set::{checked, pair};
use super::{Target, usage};
use crate::documents::syntax::{LARGEST, tree::quote};
use crate::documents::{Document, Source, Store};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Where a new document comes from, besides the options of its kind.
#[derive(Debug, Args)]
pub(in crate::commands) struct DocumentArgs {
    /// Set a node of the document, given its path (such as net.internal.pool) and value
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Read the document from a file; - reads standard input
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Edit the document before it is written
    #[arg(short, long)]
    edit: bool,
}

/// A node that an option says.
#[derive(Debug)]
struct Node {
    path: Cow<'static, str>,
    values: Vec<String>,
    /// Whether others of that name stay.
    another: bool,
}

/// What the options of a kind say: nodes to add, in order.
#[derive(Debug, Default)]
pub(in crate::commands) struct New(Vec<Node>);

impl New {
    /// A node with its values, if there are any.
    pub(in crate::commands) fn node(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = impl ToString>,
    ) -> Self {
        self.push(name.into(), values, false)
    }

    /// One of several nodes of that name, with its values.
    pub(in crate::commands) fn another(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = impl ToString>,
    ) -> Self {
        self.push(name.into(), values, true)
    }

    fn push(
        mut self,
        path: Cow<'static, str>,
        values: impl IntoIterator<Item = impl ToString>,
        another: bool,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        if !values.is_empty() {
            self.0.push(Node {
                path,
                values,
                another,
            });
        }
        self
    }

    /// A node below one that has a name: `internal=lan` as the `pool` of the `net` internal.
    pub(in crate::commands) fn set_pair(
        self,
        block: &str,
        pair: &str,
        node: &str,
    ) -> Result<Self, Failure> {
        let (name, values) = super::set::pair(pair)?;
        Ok(self.push(format!("{block}.{name}.{node}").into(), values, false))
    }
}

impl DocumentArgs {
    /// Makes the document.
    ///
    /// # Errors
    /// Exit status 7 if it is there already; 2 if a node does not exist or a value does not fit; 3 if it would be invalid.
    pub(in crate::commands) fn run(
        &self,
        cx: &Context,
        ui: &mut Ui,
        target: Target<'_>,
        new: &New,
    ) -> Result<ExitCode, Failure> {
        let pairs: Vec<_> = self
            .set
            .iter()
            .map(|word| pair(word))
            .collect::<Result<_, _>>()?;
        let given = match &self.file {
            Some(file) => Some(read(file)?),
            None => None,
        };
        let make = |store: &Store| -> Result<Document, Failure> {
            let text = match &given {
                Some(source) => source.text.clone(),
                None => format!(
                    "/- kdl-version 2\n{} {} {{\n}}\n",
                    target.kind.word(),
                    quote(target.name)
                ),
            };
            let mut document = Document::create(store, target.kind, target.name, text)?;
            for node in &new.0 {
                if node.another {
                    document.add(&node.path, &node.values)?;
                } else {
                    document.set(&node.path, &node.values)?;
                }
            }
            for (path, values) in &pairs {
                document.set(path, values)?;
            }
            Ok(document)
        };
        if self.edit {
            let store = Store::open(&cx.config_dir)?;
            let text = make(&store)?.text().to_owned();
            return edit::edited(cx, ui, target, "create", None, text);
        }
        change(cx, ui, target, "create", |store| {
            if let Some(source) = &given
                && new.0.is_empty()
                && pairs.is_empty()
            {
                // Errors are shown at their place in the file that was given.
                make(store)?;
                Document::check_source(target.kind, target.name, source)?;
            }
            let document = make(store)?;
            Ok(Changing {
                before: None,
                after: Some(document.text().to_owned()),
                warnings: checked(store, target, &document)?,
            })
        })
    }
}

fn read(file: &Path) -> Result<Source, Failure> {
    if file != Path::new("-") {
        return Source::read(file);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    std::io::stdin()
        .lock()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| usage(format!("cannot read standard input: {error}")))?;
    if bytes.len() > LARGEST {
        return Err(usage("standard input is too large for a document"));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| usage("standard input is not text in UTF-8"))?;
    Ok(Source::new("standard input", text))
}
