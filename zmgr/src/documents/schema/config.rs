//! `config.kdl`.

use super::{Repeat, Row, Spec, fields, one, plain, specs};
use crate::documents::model::{Config, Uplink};
use crate::documents::syntax::Source;
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;
use crate::failure::Failure;

/// The template of `create` without `--template`, where `config.kdl` names none.
pub(crate) const DEFAULT_TEMPLATE: &str = "default";
/// Where a new zone lies, where `config.kdl` does not say.
pub(crate) const DEFAULT_ZONEPATH: &str = "/zones/{zone}";

/// `config.kdl` as it is read. Nothing in it has to be there.
pub(crate) struct Draft(Config);

impl Draft {
    /// Reads the nodes of `config.kdl`.
    pub(crate) fn read(nodes: &[Node<'_>], source: &Source, problems: &mut Vec<Failure>) -> Config {
        let mut draft = Self(Config {
            default_template: DEFAULT_TEMPLATE.to_owned(),
            zonepath: DEFAULT_ZONEPATH.to_owned(),
            uplinks: std::collections::BTreeMap::new(),
            vnic: None,
            parallel: None,
            history: None,
        });
        super::reading::read_top(
            &mut draft,
            nodes,
            super::Here::Words("config.kdl"),
            source,
            problems,
        );
        draft.0
    }
}

static CONFIG: &[Row<Draft>] = &[
    Row {
        spec: Spec::new(
            "default-template",
            &[one("TEMPLATE", Type::Name)],
            "default-template \"default\"",
            "The template of `zmgr create` without `--template`.",
        )
        .default("\"default\""),
        read: |draft, reading| draft.0.default_template = reading.key(),
        write: |draft, writing| writing.text("default-template", &Some(draft.0.default_template.clone())),
    },
    Row {
        spec: Spec::new(
            "zonepath",
            &[one("PATH", Type::Path)],
            "zonepath \"/zones/{zone}\"",
            "The zonepath of new zones, unless the template sets one. `{zone}` is replaced by the name of the zone.",
        )
        .default("\"/zones/{zone}\"")
        .system("zonepath"),
        read: |draft, reading| draft.0.zonepath = reading.key(),
        write: |draft, writing| writing.text("zonepath", &Some(draft.0.zonepath.clone())),
    },
    Row {
        spec: Spec::new(
            "uplink",
            &[one("NAME", Type::Name)],
            "uplink \"public\" link=\"igb0\" vlan=20",
            "A name for a link of this host. Templates and pools use it as `stub`, so that they work on other hosts too.",
        )
        .repeat(Repeat::Keyed)
        .inline()
        .children(specs::<Uplink>),
        read: |draft, reading| {
            let mut uplink = Uplink { link: String::new(), vlan: None };
            let name = reading.key();
            reading.block(&mut uplink);
            draft.0.uplinks.insert(name, uplink);
        },
        write: |draft, writing| {
            for (name, uplink) in &draft.0.uplinks {
                writing.properties(Node::new("uplink").with(name.clone()), uplink);
            }
        },
    },
    Row {
        spec: Spec::new(
            "vnic",
            &[one("PATTERN", Type::Text(255))],
            "vnic \"{zone}_{index}\"",
            "The pattern of VNIC names; it can contain `{zone}`, `{net}` and `{index}`.",
        )
        .default("\"{zone}_{index}\""),
        read: |draft, reading| draft.0.vnic = reading.text(),
        write: |draft, writing| writing.text("vnic", &draft.0.vnic),
    },
    Row {
        spec: Spec::new(
            "parallel",
            &[one("ZONES", Type::Integer(1, 1024))],
            "parallel 4",
            "How many zones are booted, halted or created at once.",
        ),
        read: |draft, reading| draft.0.parallel = reading.integer(),
        write: |draft, writing| writing.integer("parallel", &draft.0.parallel.map(|zones| zones as u64)),
    },
    Row {
        spec: Spec::new(
            "history",
            &[one("AGE", Type::Duration)],
            "history \"90d\"",
            "Finished operations older than this are removed from `zmgr history`.",
        ),
        read: |draft, reading| draft.0.history = reading.duration(),
        write: |draft, writing| writing.duration("history", &draft.0.history),
    },
];
fields!(Draft, CONFIG);

static UPLINK: &[Row<Uplink>] = &[
    Row {
        spec: Spec::new(
            "link",
            &[one("LINK", Type::Link)],
            "link \"igb0\"",
            "The link over which VNICs are created.",
        )
        .required(),
        read: |uplink, reading| uplink.link = reading.key(),
        write: |uplink, writing| writing.text("link", &Some(uplink.link.clone())),
    },
    plain!(
        vlan,
        integer,
        Spec::new(
            "vlan",
            &[one("ID", Type::Integer(1, 4094))],
            "vlan 20",
            "The VLAN id of VNICs."
        )
    ),
];
fields!(Uplink, UPLINK);
