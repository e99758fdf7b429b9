//! `zones/NAME.kdl`: the registry entry.

use super::template::{MODE, mode, mode_word};
use super::{Repeat, Row, Spec, fields, one, plain, several, specs};
use crate::documents::model::{AddressMode, LinkSettings, Settings, ZoneEntry, ZoneNet};
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;
use illumos::zone::config::{Net, Property};

static FIRST: &[Row<ZoneEntry>] = &[
    plain!(
        template,
        text,
        Spec::new(
            "template",
            &[one("TEMPLATE", Type::Name)],
            "template \"default\"",
            "The template that it was made from."
        )
    ),
    plain!(
        created,
        text,
        Spec::new(
            "created",
            &[one("TIME", Type::Text(63))],
            "created \"2026-03-22T14:04:15Z\"",
            "When it was made.",
        )
    ),
    plain!(
        imported,
        text,
        Spec::new(
            "imported",
            &[one("TIME", Type::Text(63))],
            "imported \"2026-03-22T14:04:15Z\"",
            "When it was imported, if zmgr did not make it. What it shares with other imported zones is then only warned of.",
        )
    ),
    plain!(
        id,
        text,
        Spec::new(
            "id",
            &[one("ID", Type::Text(63))],
            "id \"7c0c9c8e-7bd5-4b33-9f9f-1d6f0c1c2a11\"",
            "zmgr's own identity of the zone, also in its `zmgr-id` attr. None if zmgr did not make it.",
        )
    ),
];

static LAST: &[Row<ZoneEntry>] = &[
    Row {
        spec: Spec::new(
            "net",
            &[one("NAME", Type::Text(63))],
            "net \"internal\" { pool \"internal\"; address \"10.0.0.10/24\"; vnic \"web01_0\"; }",
            "A network interface of the zone, as it is.",
        )
        .repeat(Repeat::Keyed)
        .system("net")
        .children(specs::<ZoneNet>),
        read: |entry, reading| {
            let mut net = ZoneNet {
                name: reading.key(),
                pool: None,
                mode: AddressMode::Static,
                addresses: Vec::new(),
                gateways: Vec::new(),
                vnic: None,
                stub: None,
                link: LinkSettings::default(),
                resources: Vec::new(),
            };
            reading.block(&mut net);
            entry.nets.push(net);
        },
        write: |entry, writing| {
            for net in &entry.nets {
                writing.block(Node::new("net").with(net.name.to_string()), net);
            }
        },
    },
    Row {
        spec: Spec::new(
            "variable",
            &[one("NAME", Type::Name), one("VALUE", Type::Text(4096))],
            "variable \"domain\" \"example.org\"",
            "The value that `create --var` gave.",
        )
        .repeat(Repeat::Keyed),
        read: |entry, reading| {
            entry.variables.insert(
                reading.key(),
                reading.text_at(1).unwrap_or_default().to_owned(),
            );
        },
        write: |entry, writing| {
            for (name, value) in &entry.variables {
                writing.push(Node::new("variable").with(name.clone()).with(value.clone()));
            }
        },
    },
];
fields!(ZoneEntry, FIRST, settings: Settings, LAST);

static NET: &[Row<ZoneNet>] = &[
    plain!(
        pool,
        text,
        Spec::new(
            "pool",
            &[one("POOL", Type::Name)],
            "pool \"internal\"",
            "The pool that the addresses came from."
        )
    ),
    Row {
        spec: MODE,
        read: |net, reading| net.mode = mode(reading.text_at(0).unwrap_or_default()),
        write: |net, writing| writing.text("mode", &mode_word(net.mode)),
    },
    Row {
        spec: Spec::new(
            "address",
            &[several("ADDRESS", Type::AddressWithPrefix)],
            "address \"10.0.0.10/24\"",
            "Its addresses, with their prefix lengths.",
        )
        .repeat(Repeat::Any)
        .system("allowed-address"),
        read: |net, reading| {
            let count = reading.node.arguments.len();
            net.addresses
                .extend((0..count).filter_map(|index| reading.network(index)));
        },
        write: |net, writing| {
            for address in &net.addresses {
                writing.push(Node::new("address").with(address.to_string()));
            }
        },
    },
    Row {
        spec: Spec::new(
            "gateway",
            &[several("ADDRESS", Type::Address)],
            "gateway \"10.0.0.1\"",
            "The default routers, at most one a family.",
        )
        .repeat(Repeat::Any)
        .system("defrouter"),
        read: |net, reading| {
            let count = reading.node.arguments.len();
            net.gateways
                .extend((0..count).filter_map(|index| reading.address(index)));
        },
        write: |net, writing| writing.addresses("gateway", &net.gateways),
    },
    plain!(
        vnic,
        text,
        Spec::new(
            "vnic",
            &[one("NAME", Type::Text(255))],
            "vnic \"web01_0\"",
            "The name of its VNIC."
        )
        .system("physical")
    ),
    plain!(
        stub,
        text,
        Spec::new(
            "stub",
            &[one("LINK", Type::Text(255))],
            "stub \"int0\"",
            "The lower link of its VNIC."
        )
    ),
];

static RESOURCES: &[Row<ZoneNet>] = &[Row {
    spec: Spec::new(
        "resource",
        &[],
        "resource physical=\"net0\" address=\"db.example.org\"",
        "A `net` resource of the configuration as it is, of an imported zone, where the other nodes cannot say it.",
    )
    .repeat(Repeat::Any)
    .system("net")
    .children(specs::<Net>),
    read: |net, reading| {
        let mut resource = Net::default();
        reading.block(&mut resource);
        net.resources.push(resource);
    },
    write: |net, writing| {
        for resource in &net.resources {
            writing.block(Node::new("resource"), resource);
        }
    },
}];
fields!(ZoneNet, NET, link: LinkSettings, RESOURCES);

static RESOURCE: &[Row<Net>] = &[
    Row {
        spec: Spec::new(
            "physical",
            &[one("LINK", Type::Text(255))],
            "physical \"net0\"",
            "The link.",
        )
        .required()
        .system("physical"),
        read: |net, reading| net.physical = reading.key(),
        write: |net, writing| writing.text("physical", &Some(net.physical.clone())),
    },
    plain!(
        address,
        text,
        Spec::new(
            "address",
            &[one("ADDRESS", Type::Text(255))],
            "address \"10.0.0.5/24\"",
            "The address of a shared-IP zone."
        )
        .system("address")
    ),
    plain!(
        allowed_address,
        text,
        Spec::new(
            "allowed-address",
            &[one("ADDRESS", Type::Text(255))],
            "allowed-address \"10.0.0.5/24\"",
            "The address that an exclusive-IP zone may use."
        )
        .system("allowed-address")
    ),
    plain!(
        defrouter,
        text,
        Spec::new(
            "defrouter",
            &[one("ADDRESS", Type::Text(255))],
            "defrouter \"10.0.0.1\"",
            "The default router."
        )
        .system("defrouter")
    ),
    plain!(
        global_nic,
        text,
        Spec::new(
            "global-nic",
            &[one("LINK", Type::Text(255))],
            "global-nic \"auto\"",
            "The link over which the brand makes the VNIC at boot."
        )
        .system("global-nic")
    ),
    plain!(
        mac_addr,
        text,
        Spec::new(
            "mac-addr",
            &[one("ADDRESS", Type::Text(255))],
            "mac-addr \"2:8:20:a:b:c\"",
            "The MAC address."
        )
        .system("mac-addr")
    ),
    plain!(
        vlan_id,
        text,
        Spec::new(
            "vlan-id",
            &[one("ID", Type::Text(255))],
            "vlan-id \"20\"",
            "The VLAN id."
        )
        .system("vlan-id")
    ),
    Row {
        spec: Spec::new(
            "property",
            &[one("NAME", Type::Text(255)), one("VALUE", Type::Text(4096))],
            "property \"primary\" \"true\"",
            "A further property.",
        )
        .repeat(Repeat::Any)
        .system("property"),
        read: |net, reading| {
            net.property.push(Property {
                name: reading.key(),
                value: reading.text_at(1).unwrap_or_default().to_owned(),
            });
        },
        write: |net, writing| {
            for property in &net.property {
                let node = Node::new("property").with(property.name.clone());
                writing.push(node.with(property.value.clone()));
            }
        },
    },
];
fields!(Net, RESOURCE);
