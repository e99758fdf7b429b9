//! `templates/NAME.kdl`, and the link settings that templates and registry entries share.

use super::{Repeat, Row, Spec, any, fields, one, several, specs};
use crate::documents::model::{AddressMode, LinkSettings, Settings, Template, TemplateNet};
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;
use crate::failure::Code;

static FIRST: &[Row<Template>] = &[Row {
    spec: Spec::new(
        "extends",
        &[one("TEMPLATE", Type::Name)],
        "extends \"base\"",
        "The template that this one adds to. What is set here counts; what is not is taken from there.",
    ),
    read: |template, reading| template.extends = reading.texts(),
    write: |template, writing| {
        if let Some(base) = template.extends.first() {
            writing.push(Node::new("extends").with(base.clone()));
        }
    },
}];

static LAST: &[Row<Template>] = &[
    Row {
        spec: Spec::new(
            "pool",
            &[one("POOL", Type::Name)],
            "pool \"internal\"",
            "One pool for the whole zone: the same as a `net` of the pool's name with this pool.",
        ),
        read: |template, reading| {
            let pool: String = reading.key();
            if template.nets.iter().any(|net| net.name == pool) {
                let span = reading.place(0);
                let message = format!("`pool {pool:?}` stands for a net {pool:?}, which is there already");
                reading.problem(span, Code::DocumentDuplicate, message).help = Some("remove one of them".to_owned());
                return;
            }
            let link = LinkSettings::default();
            template.nets.push(TemplateNet { name: pool.clone(), pool: Some(pool), mode: AddressMode::Static, link });
        },
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "net",
            &[one("NAME", Type::Name)],
            "net \"internal\" { pool \"internal\"; }",
            "A network interface of the zone: a VNIC with addresses from a pool.",
        )
        .repeat(Repeat::Keyed)
        .system("net")
        .children(specs::<TemplateNet>),
        read: |template, reading| {
            let name = reading.key();
            if template.nets.iter().any(|net| net.name == name) {
                let span = reading.place(0);
                let message = format!("net {name:?} is there already, by `pool {name:?}`");
                reading.problem(span, Code::DocumentDuplicate, message).help = Some("remove one of them".to_owned());
                return;
            }
            let mut net =
                TemplateNet { name, pool: None, mode: AddressMode::Static, link: LinkSettings::default() };
            let before = reading.problems.len();
            reading.block(&mut net);
            if net.pool.is_none() && net.mode == AddressMode::Static && reading.problems.len() == before {
                let span = reading.node.name_span;
                let message = format!("net {:?} has no pool to take an address from", net.name);
                reading.problem(span, Code::DocumentMissingNode, message).help =
                    Some("name one, pool \"NAME\", or write mode \"dhcp\" or \"addrconf\"".to_owned());
            }
            template.nets.push(net);
        },
        write: |template, writing| {
            for net in &template.nets {
                writing.block(Node::new("net").with(net.name.clone()), net);
            }
        },
    },
    Row {
        spec: Spec::new(
            "publishers",
            &[any("PUBLISHER", Type::PublisherName)],
            "publishers \"openindiana.org\"",
            "The IPS publishers of the zone. It has those of the global zone as well, behind these; but a zone whose packages are linked to the global zone's (ipkg on OpenIndiana; lipkg, sparse and pkgsrc on OmniOS) has those of the global zone first, in their order and with their stickiness.",
        ),
        read: |template, reading| template.publishers = reading.texts(),
        write: |template, writing| writing.texts("publishers", &template.publishers),
    },
    Row {
        spec: Spec::new(
            "variable",
            &[one("NAME", Type::Name), one("VALUE", Type::Text(4096))],
            "variable \"domain\" \"example.org\"",
            "The value of `{NAME}` in the strings of this template, unless `create --var` gives another.",
        )
        .repeat(Repeat::Keyed),
        read: |template, reading| {
            template.variables.insert(reading.key(), reading.text_at(1).unwrap_or_default().to_owned());
        },
        write: |template, writing| {
            for (name, value) in &template.variables {
                writing.push(Node::new("variable").with(name.clone()).with(value.clone()));
            }
        },
    },
];
fields!(Template, FIRST, settings: Settings, LAST);

/// The words of `mode`.
pub(super) const MODES: Type = Type::OneOf(&["static", "dhcp", "addrconf"]);

/// The mode of that word.
pub(super) fn mode(word: &str) -> AddressMode {
    match word {
        "dhcp" => AddressMode::Dhcp,
        "addrconf" => AddressMode::Addrconf,
        _ => AddressMode::Static,
    }
}

/// The word of a mode; none for the default.
pub(super) fn mode_word(mode: AddressMode) -> Option<String> {
    match mode {
        AddressMode::Static => None,
        AddressMode::Dhcp => Some("dhcp".to_owned()),
        AddressMode::Addrconf => Some("addrconf".to_owned()),
    }
}

pub(super) const MODE: Spec = Spec::new(
    "mode",
    &[one("MODE", MODES)],
    "mode \"dhcp\"",
    "How the net gets its addresses: from the pool, from a DHCP server, or by IPv6 autoconfiguration.",
)
.default("\"static\"");

static NET_FIRST: &[Row<TemplateNet>] = &[
    Row {
        spec: Spec::new(
            "pool",
            &[one("POOL", Type::Name)],
            "pool \"internal\"",
            "The pool that addresses come from, one for each family that the pool has.",
        ),
        read: |net, reading| net.pool = reading.text(),
        write: |net, writing| writing.text("pool", &net.pool),
    },
    Row {
        spec: MODE,
        read: |net, reading| net.mode = mode(reading.text_at(0).unwrap_or_default()),
        write: |net, writing| writing.text("mode", &mode_word(net.mode)),
    },
];

static NONE: &[Row<TemplateNet>] = &[];
fields!(TemplateNet, NET_FIRST, link: LinkSettings, NONE);

macro_rules! link {
    ($field:ident, $method:ident, $spec:expr) => {
        Row {
            spec: $spec,
            read: |link: &mut LinkSettings, reading| link.$field = reading.$method(),
            write: |link, writing| {
                const SPEC: Spec = $spec;
                writing.$method(SPEC.name, &link.$field);
            },
        }
    };
}

static LINK: &[Row<LinkSettings>] = &[
    link!(
        vnic,
        text,
        Spec::new(
            "vnic",
            &[one("NAME", Type::Text(255))],
            "vnic \"{zone}_{index}\"",
            "The name of the VNIC. In a template a pattern of `{zone}`, `{net}` and `{index}`.",
        )
        .system("physical")
    ),
    link!(
        stub,
        text,
        Spec::new(
            "stub",
            &[one("LINK", Type::Link)],
            "stub \"int0\"",
            "The lower link: a link, an etherstub or an uplink of `config.kdl`. The pool's counts if there is none here.",
        )
    ),
    link!(
        vlan,
        integer,
        Spec::new(
            "vlan",
            &[one("ID", Type::Integer(1, 4094))],
            "vlan 20",
            "The VLAN id. The pool's or uplink's counts if there is none here."
        )
        .system("vlan-id")
    ),
    link!(
        mac_address,
        mac_address,
        Spec::new(
            "mac-address",
            &[one("MAC", Type::MacAddress)],
            "mac-address \"2:8:20:a:b:c\"",
            "A fixed MAC address."
        )
        .system("mac-address")
    ),
    link!(
        keep_mac,
        flag,
        Spec::new(
            "keep-mac",
            &[one("YES", Type::Boolean)],
            "keep-mac #true",
            "Whether the MAC address is made from the names of host, zone and net: a zone made again has the same.",
        )
        .default("#false")
    ),
    link!(
        mtu,
        integer,
        Spec::new(
            "mtu",
            &[one("BYTES", Type::Integer(68, 65_535))],
            "mtu 9000",
            "The largest packet, in bytes."
        )
        .system("mtu")
    ),
    link!(
        maxbw,
        text,
        Spec::new(
            "maxbw",
            &[one("BANDWIDTH", Type::Text(31))],
            "maxbw \"100M\"",
            "The bandwidth at most, as dladm(8) takes it."
        )
        .system("maxbw")
    ),
    link!(
        priority,
        text,
        Spec::new(
            "priority",
            &[one("PRIORITY", Type::OneOf(&["low", "medium", "high"]))],
            "priority \"high\"",
            "The priority of packets."
        )
        .system("priority")
    ),
    Row {
        spec: Spec::new(
            "linkprop",
            &[
                one("PROPERTY", Type::Text(255)),
                several("VALUE", Type::Text(1023)),
            ],
            "linkprop \"cpus\" \"2,3\"",
            "Another link property of dladm(8).",
        )
        .repeat(Repeat::Keyed),
        read: |link, reading| {
            let values = reading.texts().get(1..).unwrap_or_default().join(",");
            link.linkprop.insert(reading.key(), values);
        },
        write: |link, writing| {
            for (name, value) in &link.linkprop {
                writing.push(Node::new("linkprop").with(name.clone()).with(value.clone()));
            }
        },
    },
    link!(
        protect,
        flag,
        Spec::new(
            "protect",
            &[one("YES", Type::Boolean)],
            "protect #false",
            "Whether the zone may use its own addresses only."
        )
        .default("#true")
        .system("allowed-address")
    ),
    link!(
        defrouter,
        flag,
        Spec::new(
            "defrouter",
            &[one("YES", Type::Boolean)],
            "defrouter #false",
            "Whether the net's gateway becomes the zone's default router.",
        )
        .default("#true")
        .system("defrouter")
    ),
    link!(
        on_demand,
        flag,
        Spec::new(
            "on-demand",
            &[one("YES", Type::Boolean)],
            "on-demand #true",
            "OmniOS: the brand makes the VNIC when the zone boots.",
        )
        .default("#false")
        .system("global-nic")
    ),
];
fields!(LinkSettings, LINK);
