//! What the documents may hold: one table from which they are decoded, checked, written and documented.
//!
//! A row of the table is a node: its name, the types of its arguments, what it is for, how it is read into the model
//! and how it is written from it. A node that takes one argument and no block may also be written as a property of the
//! node around it: `fs "/data" type="lofs"` is `fs "/data" { type "lofs"; }`.

mod arguments;
pub(crate) mod config;
pub(crate) mod pool;
mod publisher;
mod reading;
pub mod reference;
mod repeats;
mod resources;
pub(crate) mod setting;
pub(crate) mod settings;
mod template;
mod writing;
mod zone;

use crate::documents::values::Type;

pub(crate) use reading::{Here, Reading, read_fields, read_root};
pub(crate) use writing::Writing;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `config.kdl`.
    Config,
    /// `templates/NAME.kdl`.
    Template,
    /// `pools/NAME.kdl`.
    Pool,
    /// `publishers/NAME.kdl`.
    Publisher,
    /// `zones/NAME.kdl`.
    Zone,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Config,
        Self::Template,
        Self::Pool,
        Self::Publisher,
        Self::Zone,
    ];

    /// Its word in messages, and the name of its outermost node.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Template => "template",
            Self::Pool => "pool",
            Self::Publisher => "publisher",
            Self::Zone => "zone",
        }
    }

    /// The directory of its documents below the configuration directory; none for `config.kdl`.
    #[must_use]
    pub fn directory(self) -> Option<&'static str> {
        match self {
            Self::Config => None,
            Self::Template => Some("templates"),
            Self::Pool => Some("pools"),
            Self::Publisher => Some("publishers"),
            Self::Zone => Some("zones"),
        }
    }

    /// The node that holds a whole document; that of `config.kdl` is in no document.
    #[must_use]
    pub fn root(self) -> &'static Spec {
        match self {
            Self::Config => &CONFIG,
            Self::Template => &TEMPLATE,
            Self::Pool => &POOL,
            Self::Publisher => &PUBLISHER,
            Self::Zone => &ZONE,
        }
    }

    /// The rows of its table.
    #[must_use]
    pub fn specs(self) -> Vec<&'static Spec> {
        match self {
            Self::Config => specs::<config::Draft>(),
            Self::Template => specs::<crate::documents::model::Template>(),
            Self::Pool => specs::<pool::Draft>(),
            Self::Publisher => specs::<crate::documents::model::Publisher>(),
            Self::Zone => specs::<crate::documents::model::ZoneEntry>(),
        }
    }
}

static CONFIG: Spec = Spec::new(
    "config",
    &[],
    "",
    "Settings of the whole host. The nodes are at the top level of `config.kdl`; all are optional.",
)
.children(|| Kind::Config.specs());
static TEMPLATE: Spec = Spec::new(
    "template",
    &[one("NAME", Type::Name)],
    "template \"web\" { brand \"ipkg\"; net \"internal\" { pool \"internal\"; }; }",
    "The settings of zones created from it. The file is `templates/NAME.kdl`.",
)
.children(|| Kind::Template.specs());
static POOL: Spec = Spec::new(
    "pool",
    &[one("NAME", Type::Name)],
    "pool \"internal\" { network \"10.0.0.0/24\"; stub \"int0\"; }",
    "Addresses for zones, and the link that leads to their network. The file is `pools/NAME.kdl`.",
)
.children(|| Kind::Pool.specs());
static PUBLISHER: Spec = Spec::new(
    "publisher",
    &[one("NAME", Type::PublisherName)],
    "publisher \"openindiana.org\" { origin \"https://pkg.openindiana.org/hipster\"; }",
    "A publisher of packages. The file is `publishers/NAME.kdl`.",
)
.children(|| Kind::Publisher.specs());
static ZONE: Spec = Spec::new(
    "zone",
    &[one("NAME", Type::Text(63))],
    "zone \"web01\" { template \"default\"; brand \"ipkg\"; zonepath \"/zones/web01\"; }",
    "The registry entry of a zone, written by zmgr. The file is `zones/NAME.kdl`.",
)
.children(|| Kind::Zone.specs());

/// How many values an argument stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly one.
    One,
    /// None or one.
    Optional,
    /// One or more; only the last argument.
    Several,
    /// None or more; only the last argument.
    Any,
}

/// An argument of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// What it is called in the documentation.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// How many.
    pub count: Count,
}

/// One argument of this type.
pub(crate) const fn one(name: &'static str, kind: Type) -> Arg {
    Arg {
        name,
        kind,
        count: Count::One,
    }
}

/// None or one argument of this type.
pub(crate) const fn optional(name: &'static str, kind: Type) -> Arg {
    Arg {
        name,
        kind,
        count: Count::Optional,
    }
}

/// One or more arguments of this type.
pub(crate) const fn several(name: &'static str, kind: Type) -> Arg {
    Arg {
        name,
        kind,
        count: Count::Several,
    }
}

/// Any number of arguments of this type.
pub(crate) const fn any(name: &'static str, kind: Type) -> Arg {
    Arg {
        name,
        kind,
        count: Count::Any,
    }
}

/// How often a node may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Once.
    Once,
    /// Any number of times.
    Any,
    /// Any number of times, each with another first argument.
    Keyed,
}

/// How two values of a node are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// By their types: sizes, addresses and numbers as what they mean. Of several values the order means nothing.
    AsTyped,
    /// As [`AsTyped`](Self::AsTyped), and the order of several values counts.
    InOrder,
    /// As words separated by commas, whose order means nothing.
    Words,
    /// As words separated by commas, whose order counts as soon as one of them takes away what others gave.
    Privileges,
    /// As [`Words`](Self::Words) in upper or lower case.
    Flags,
}

/// What the table says of a node.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The name.
    pub name: &'static str,
    /// What it is for: a sentence.
    pub about: &'static str,
    /// An example, valid at its place.
    pub example: &'static str,
    /// The arguments.
    pub arguments: &'static [Arg],
    /// How often it may be there.
    pub repeat: Repeat,
    /// Whether it has to be there.
    pub required: bool,
    /// What counts if it is not there.
    pub default: Option<&'static str>,
    /// The property or resource of zonecfg(8), or the link property of dladm(8), that it becomes.
    pub system: Option<&'static str>,
    /// How its values are compared.
    pub compare: Compare,
    /// Whether its block is written as properties when zmgr writes it.
    pub inline: bool,
    /// The nodes in its block; `None` if it has no block.
    pub children: Option<fn() -> Vec<&'static Spec>>,
}

impl Spec {
    pub(crate) const fn new(
        name: &'static str,
        arguments: &'static [Arg],
        example: &'static str,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            about,
            example,
            arguments,
            repeat: Repeat::Once,
            required: false,
            default: None,
            system: None,
            compare: Compare::AsTyped,
            inline: false,
            children: None,
        }
    }

    pub(crate) const fn repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }

    pub(crate) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    pub(crate) const fn default(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    pub(crate) const fn system(self, system: &'static str) -> Self {
        Self {
            system: Some(system),
            ..self
        }
    }

    pub(crate) const fn compare(self, compare: Compare) -> Self {
        Self { compare, ..self }
    }

    pub(crate) const fn inline(self) -> Self {
        Self {
            inline: true,
            ..self
        }
    }

    pub(crate) const fn children(self, children: fn() -> Vec<&'static Spec>) -> Self {
        Self {
            children: Some(children),
            ..self
        }
    }

    /// Whether it may be written as a property of the node around it.
    #[must_use]
    pub fn may_be_property(&self) -> bool {
        self.children.is_none() && self.arguments.len() == 1
    }
}

/// A row of the table: what it says, and how it is read into a `T` and written from it.
pub(crate) struct Row<T: 'static> {
    pub(crate) spec: Spec,
    pub(crate) read: fn(&mut T, &mut Reading<'_, '_>),
    pub(crate) write: fn(&T, &mut Writing),
}

/// A block: the rows that it is made of.
pub(crate) trait Fields: Sized + 'static {
    /// Calls `visit` with each row's number and what it says.
    fn each(visit: &mut dyn FnMut(usize, &'static Spec));
    /// The row of the node `name`.
    fn find(name: &str) -> Option<(usize, &'static Spec)>;
    /// Reads the node into row `index`. The node has been checked against the row.
    fn read(&mut self, index: usize, reading: &mut Reading<'_, '_>);
    /// Writes every row.
    fn write(&self, writing: &mut Writing);
}

/// What the rows of `T` say.
pub(crate) fn specs<T: Fields>() -> Vec<&'static Spec> {
    let mut specs = Vec::new();
    T::each(&mut |_, spec: &'static Spec| {
        // A net of a registry entry has rows of its own in place of two of the link settings.
        if !specs.iter().any(|known: &&Spec| known.name == spec.name) {
            specs.push(spec);
        }
    });
    specs
}

/// Makes a type a block of the rows in one table, or of those before, within one of its fields, and after.
macro_rules! fields {
    ($target:ty, $rows:expr) => {
        impl $crate::documents::schema::Fields for $target {
            fn each(visit: &mut dyn FnMut(usize, &'static $crate::documents::schema::Spec)) {
                $rows
                    .iter()
                    .enumerate()
                    .for_each(|(index, row)| visit(index, &row.spec));
            }

            fn find(name: &str) -> Option<(usize, &'static $crate::documents::schema::Spec)> {
                $rows
                    .iter()
                    .enumerate()
                    .find(|(_, row)| row.spec.name == name)
                    .map(|(index, row)| (index, &row.spec))
            }

            fn read(
                &mut self,
                index: usize,
                reading: &mut $crate::documents::schema::Reading<'_, '_>,
            ) {
                ($rows[index].read)(self, reading);
            }

            fn write(&self, writing: &mut $crate::documents::schema::Writing) {
                $rows.iter().for_each(|row| (row.write)(self, writing));
            }
        }
    };
    ($target:ty, $first:expr, $field:ident: $inner:ty, $last:expr) => {
        // Rows are numbered: the first table, the last one, then those within the field.
        impl $crate::documents::schema::Fields for $target {
            fn each(visit: &mut dyn FnMut(usize, &'static $crate::documents::schema::Spec)) {
                let (first, both) = ($first.len(), $first.len() + $last.len());
                $first
                    .iter()
                    .enumerate()
                    .for_each(|(index, row)| visit(index, &row.spec));
                <$inner as $crate::documents::schema::Fields>::each(&mut |index, spec| {
                    visit(both + index, spec)
                });
                $last
                    .iter()
                    .enumerate()
                    .for_each(|(index, row)| visit(first + index, &row.spec));
            }

            fn find(name: &str) -> Option<(usize, &'static $crate::documents::schema::Spec)> {
                let own = $first
                    .iter()
                    .chain($last)
                    .enumerate()
                    .find(|(_, row)| row.spec.name == name);
                own.map(|(index, row)| (index, &row.spec)).or_else(|| {
                    let inner = <$inner as $crate::documents::schema::Fields>::find(name);
                    inner.map(|(index, spec)| ($first.len() + $last.len() + index, spec))
                })
            }

            fn read(
                &mut self,
                index: usize,
                reading: &mut $crate::documents::schema::Reading<'_, '_>,
            ) {
                match $first.iter().chain($last).nth(index) {
                    Some(row) => (row.read)(self, reading),
                    None => <$inner as $crate::documents::schema::Fields>::read(
                        &mut self.$field,
                        index - $first.len() - $last.len(),
                        reading,
                    ),
                }
            }

            fn write(&self, writing: &mut $crate::documents::schema::Writing) {
                $first.iter().for_each(|row| (row.write)(self, writing));
                <$inner as $crate::documents::schema::Fields>::write(&self.$field, writing);
                $last.iter().for_each(|row| (row.write)(self, writing));
            }
        }
    };
}
pub(crate) use fields;

/// A row whose node fills one optional field: `plain!("vlan", vlan, integer, …)` reads and writes with the methods of
/// that name.
macro_rules! plain {
    ($field:ident, $method:ident, $spec:expr) => {
        $crate::documents::schema::Row {
            spec: $spec,
            read: |target, reading| target.$field = reading.$method(),
            write: |target, writing| {
                const SPEC: $crate::documents::schema::Spec = $spec;
                writing.$method(SPEC.name, &target.$field);
            },
        }
    };
}
pub(crate) use plain;
