//! `pools/NAME.kdl`.
//!
//! `gateway`, `range`, `range-start`, `range-end`, `addresses` and `exclude` may stand beside `network`, as in the
//! pools of old, or in its block. Those beside belong to the network that they lie in.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::reading::report;
use super::{Reading, Repeat, Row, Spec, any, fields, one, optional, plain, several, specs};
use crate::documents::model::{Choose, Pool, PoolNetwork, Reservation};
use crate::documents::syntax::Source;
use crate::documents::syntax::tree::{Node, Span};
use crate::documents::values::Type;
use crate::failure::{Code, Failure};

/// A pool as it is written, before its addresses are put to their networks.
#[derive(Default)]
pub(crate) struct Draft {
    networks: Vec<Network>,
    beside: Extent,
    stub: Option<String>,
    vlan: Option<u16>,
    choose: Choose,
    quarantine: Option<Duration>,
    warn: Option<u8>,
    reservations: Vec<Reserved>,
    probe: bool,
}

struct Network {
    network: IpNet,
    span: Span,
    extent: Extent,
}

/// What of a network may be given out.
#[derive(Default)]
struct Extent {
    gateways: Vec<(IpAddr, Span)>,
    start: Option<(IpAddr, Span)>,
    end: Option<(IpAddr, Span)>,
    ranges: Vec<(IpAddr, IpAddr, Span)>,
    addresses: Vec<(IpAddr, Span)>,
    exclude: Vec<(IpAddr, IpAddr, Span)>,
}

struct Reserved {
    reservation: Reservation,
    span: Span,
}

static FIRST: &[Row<Draft>] = &[
    Row {
        spec: Spec::new(
            "network",
            &[one("NETWORK", Type::Network)],
            "network \"10.0.0.0/24\"",
            "A network of the pool. A pool may have several, of either family.",
        )
        .repeat(Repeat::Keyed)
        .children(specs::<Extent>),
        read: |draft, reading| read_network(draft, reading, None),
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "network6",
            &[one("NETWORK", Type::Network)],
            "network6 \"2001:db8::/64\"",
            "The same as `network`, for IPv6.",
        )
        .repeat(Repeat::Keyed)
        .children(specs::<Extent>),
        read: |draft, reading| read_network(draft, reading, Some("network6")),
        write: |_, _| {},
    },
];

fn read_network(draft: &mut Draft, reading: &mut Reading<'_, '_>, six: Option<&str>) {
    let Some(network) = reading.network(0) else {
        return;
    };
    let span = reading.place(0);
    if six.is_some() && network.addr().is_ipv4() {
        let message = format!("`network6`: {network} is an IPv4 network");
        reading.problem(span, Code::DocumentBadValue, message).help =
            Some(format!("write network \"{network}\""));
    }
    let mut extent = Extent::default();
    reading.block(&mut extent);
    draft.networks.push(Network {
        network,
        span,
        extent,
    });
}

static LAST: &[Row<Draft>] = &[
    plain!(
        stub,
        text,
        Spec::new(
            "stub",
            &[one("LINK", Type::Link)],
            "stub \"int0\"",
            "The lower link of VNICs: a link, an uplink of `config.kdl`, or an etherstub, which zmgr creates if it does not exist.",
        )
    ),
    plain!(
        vlan,
        integer,
        Spec::new("vlan", &[one("ID", Type::Integer(1, 4094))], "vlan 20", "The VLAN id of VNICs.").system("vlan-id")
    ),
    Row {
        spec: Spec::new(
            "choose",
            &[one("HOW", Type::OneOf(&["lowest", "next", "highest", "hash"]))],
            "choose \"next\"",
            "How the next address is chosen: the lowest that is free, the next after the highest in use, the highest that is free, \
             or one that follows from the zone's name, so that a zone made again gets the same.",
        )
        .default("\"lowest\""),
        read: |draft, reading| {
            draft.choose = match reading.text_at(0) {
                Some("next") => Choose::Next,
                Some("highest") => Choose::Highest,
                Some("hash") => Choose::Hash,
                _ => Choose::Lowest,
            };
        },
        write: |_, _| {},
    },
    plain!(
        quarantine,
        duration,
        Spec::new(
            "quarantine",
            &[one("TIME", Type::Duration)],
            "quarantine \"24h\"",
            "How long a released address stays in quarantine.",
        )
        .default("no quarantine")
    ),
    plain!(
        warn,
        integer,
        Spec::new(
            "warn",
            &[one("PERCENT", Type::Integer(1, 100))],
            "warn 80",
            "`zmgr create` and `zmgr validate` warn when more than this percentage of the pool is in use.",
        )
        .default("90")
    ),
    Row {
        spec: Spec::new(
            "reserve",
            &[one("ADDRESS", Type::Address)],
            "reserve \"10.0.0.5\" reason=\"printer\" since=\"2026-03-22\"",
            "A reserved address.",
        )
        .repeat(Repeat::Keyed)
        .inline()
        .children(specs::<Reserved>),
        read: |draft, reading| {
            let Some(address) = reading.address(0) else { return };
            let span = reading.place(0);
            let mut reserved = Reserved { reservation: Reservation { address, reason: None, since: None }, span };
            reading.block(&mut reserved);
            draft.reservations.push(reserved);
        },
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "probe",
            &[one("YES", Type::Boolean)],
            "probe #true",
            "Whether the network is probed for an address before a zone gets it.",
        )
        .default("#false"),
        read: |draft, reading| draft.probe = reading.flag().unwrap_or_default(),
        write: |_, _| {},
    },
];
fields!(Draft, FIRST, beside: Extent, LAST);

static RESERVED: &[Row<Reserved>] = &[
    Row {
        spec: Spec::new(
            "reason",
            &[one("TEXT", Type::Text(1023))],
            "reason \"printer\"",
            "The reason for the reservation.",
        ),
        read: |reserved, reading| reserved.reservation.reason = reading.text(),
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "since",
            &[one("TIME", Type::Text(63))],
            "since \"2026-03-22\"",
            "The date or time of the reservation.",
        ),
        read: |reserved, reading| reserved.reservation.since = reading.text(),
        write: |_, _| {},
    },
];
fields!(Reserved, RESERVED);

static EXTENT: &[Row<Extent>] = &[
    Row {
        spec: Spec::new(
            "gateway",
            &[several("ADDRESS", Type::Address)],
            "gateway \"10.0.0.1\"",
            "The default router. Zones never get its address.",
        )
        .repeat(Repeat::Any)
        .system("defrouter"),
        read: |extent, reading| {
            for index in 0..reading.node.arguments.len() {
                extent.gateways.extend(reading.address(index).map(|address| (address, reading.place(index))));
            }
        },
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "range-start",
            &[one("ADDRESS", Type::Address)],
            "range-start \"10.0.0.10\"",
            "The first address that zones may get; with `range-end`.",
        ),
        read: |extent, reading| extent.start = reading.address(0).map(|address| (address, reading.place(0))),
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "range-end",
            &[one("ADDRESS", Type::Address)],
            "range-end \"10.0.0.250\"",
            "The last address that zones may get; with `range-start`.",
        ),
        read: |extent, reading| extent.end = reading.address(0).map(|address| (address, reading.place(0))),
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "range",
            &[one("FIRST", Type::Address), one("LAST", Type::Address)],
            "range \"10.0.0.10\" \"10.0.0.99\"",
            "Addresses that zones may get, both ends included. Without a range or list, the whole network.",
        )
        .repeat(Repeat::Any),
        read: |extent, reading| extent.ranges.extend(read_range(reading)),
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "addresses",
            &[any("ADDRESS", Type::Address)],
            "addresses { - \"10.0.0.5\"; - \"10.0.0.9\"; }",
            "Single addresses that zones may get.",
        )
        .children(specs::<List>),
        read: |extent, reading| {
            let mut list = List(Vec::new());
            for index in 0..reading.node.arguments.len() {
                list.0.extend(reading.address(index).map(|address| (address, reading.place(index))));
            }
            reading.block(&mut list);
            extent.addresses.extend(list.0);
        },
        write: |_, _| {},
    },
    Row {
        spec: Spec::new(
            "exclude",
            &[one("FIRST", Type::AddressOrNetwork), optional("LAST", Type::Address)],
            "exclude \"10.0.0.128\" \"10.0.0.143\"",
            "Addresses that zones never get: one, a range, or a network.",
        )
        .repeat(Repeat::Any),
        read: |extent, reading| {
            let place = reading.place(0);
            let excluded = match reading.network(0) {
                Some(_) if reading.node.arguments.len() > 1 => {
                    let message = "`exclude` takes a network, or a first and a last address";
                    reading.problem(place, Code::DocumentWrongArguments, message).help =
                        Some("write exclude \"10.0.0.128\" \"10.0.0.143\"".to_owned());
                    None
                }
                // The first and last address of a network, network and broadcast address included.
                Some(network) => Some((network.network(), network.broadcast(), place)),
                None if reading.node.arguments.len() == 1 => reading.address(0).map(|address| (address, address, place)),
                None => read_range(reading),
            };
            extent.exclude.extend(excluded);
        },
        write: |_, _| {},
    },
];
fields!(Extent, EXTENT);

/// A first and a last address.
fn read_range(reading: &mut Reading<'_, '_>) -> Option<(IpAddr, IpAddr, Span)> {
    let (first, last) = (reading.address(0)?, reading.address(1)?);
    let span = Span::new(reading.place(0).start, reading.place(1).end);
    if !check_order(first, last, span, reading.source, reading.problems) {
        return None;
    }
    Some((first, last, span))
}

fn check_order(
    first: IpAddr,
    last: IpAddr,
    span: Span,
    source: &Source,
    problems: &mut Vec<Failure>,
) -> bool {
    if first.is_ipv4() != last.is_ipv4() {
        let message = format!("{first} and {last} are of different families");
        report(problems, source, span, Code::DocumentBadValue, message).help =
            Some("both ends of a range are IPv4 addresses or both are IPv6 addresses".to_owned());
        return false;
    }
    if first > last {
        let message = format!("the range ends at {last}, before it starts at {first}");
        report(problems, source, span, Code::DocumentBadValue, message).help =
            Some("write the lower address first".to_owned());
        return false;
    }
    true
}

/// The block of `addresses`.
struct List(Vec<(IpAddr, Span)>);

static LIST: &[Row<List>] = &[Row {
    spec: Spec::new(
        "-",
        &[several("ADDRESS", Type::Address)],
        "- \"10.0.0.5\"",
        "An address.",
    )
    .repeat(Repeat::Any),
    read: |list, reading| {
        for index in 0..reading.node.arguments.len() {
            list.0.extend(
                reading
                    .address(index)
                    .map(|address| (address, reading.place(index))),
            );
        }
    },
    write: |_, _| {},
}];
fields!(List, LIST);

impl Draft {
    /// Reads the block of `root`.
    pub(crate) fn read(root: &Node<'_>, source: &Source, problems: &mut Vec<Failure>) -> Pool {
        let mut draft = Self::default();
        let name = root.first_text().unwrap_or_default().to_owned();
        let before = problems.len();
        super::reading::read_fields(&mut draft, root, super::Here::Node(root), source, problems);
        if draft.networks.is_empty() && problems.len() == before {
            let message = format!("pool {name:?} has no network");
            report(
                problems,
                source,
                root.name_span,
                Code::DocumentMissingNode,
                message,
            )
            .help = Some("add network \"10.0.0.0/24\"".to_owned());
        }
        draft.finish(name, source, problems)
    }

    /// Puts what stands beside the networks to the networks, and checks that everything lies in one.
    fn finish(self, name: String, source: &Source, problems: &mut Vec<Failure>) -> Pool {
        let Self {
            networks, beside, ..
        } = self;
        let mut finished: Vec<PoolNetwork> = Vec::with_capacity(networks.len());
        for network in &networks {
            let empty = PoolNetwork {
                network: network.network,
                gateway: None,
                ranges: Vec::new(),
                addresses: Vec::new(),
                exclude: Vec::new(),
            };
            if let Some(other) = finished
                .iter()
                .find(|other| overlap(other.network, network.network))
            {
                let message = format!(
                    "{} overlaps {}, another network of this pool",
                    network.network, other.network
                );
                report(
                    problems,
                    source,
                    network.span,
                    Code::DocumentOverlap,
                    message,
                )
                .help = Some("a pool has each network once".to_owned());
            }
            finished.push(empty);
        }
        for (index, network) in networks.into_iter().enumerate() {
            put(
                network.extent,
                &mut finished[index..=index],
                source,
                problems,
            );
        }
        if !finished.is_empty() {
            put(beside, &mut finished, source, problems);
        }
        for reserved in &self.reservations {
            let address = reserved.reservation.address;
            if !finished.is_empty()
                && !finished
                    .iter()
                    .any(|network| network.network.contains(&address))
            {
                outside(
                    "reserve",
                    address,
                    &finished,
                    reserved.span,
                    source,
                    problems,
                );
            }
        }
        Pool {
            name,
            networks: finished,
            stub: self.stub,
            vlan: self.vlan,
            choose: self.choose,
            quarantine: self.quarantine,
            warn: self.warn,
            reservations: self
                .reservations
                .into_iter()
                .map(|reserved| reserved.reservation)
                .collect(),
            probe: self.probe,
        }
    }
}

fn overlap(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// Puts `extent` to the networks that its addresses lie in.
fn put(extent: Extent, networks: &mut [PoolNetwork], source: &Source, problems: &mut Vec<Failure>) {
    for (gateway, span) in extent.gateways {
        match networks
            .iter_mut()
            .find(|network| network.network.contains(&gateway))
        {
            Some(network) => {
                if let Some(first) = network.gateway.replace(gateway) {
                    let message = format!(
                        "{} has two gateways, {first} and {gateway}",
                        network.network
                    );
                    report(problems, source, span, Code::DocumentDuplicate, message).help =
                        Some("keep one of them".to_owned());
                }
            }
            None => outside("gateway", gateway, networks, span, source, problems),
        }
    }
    let mut ranges = extent.ranges;
    match (extent.start, extent.end) {
        (Some((first, start)), Some((last, end))) => {
            if check_order(first, last, end, source, problems) {
                ranges.push((first, last, start));
            }
        }
        (Some((_, span)), None) => {
            let message = "`range-start` is there without `range-end`";
            report(problems, source, span, Code::DocumentMissingNode, message).help =
                Some("add range-end".to_owned());
        }
        (None, Some((_, span))) => {
            let message = "`range-end` is there without `range-start`";
            report(problems, source, span, Code::DocumentMissingNode, message).help =
                Some("add range-start".to_owned());
        }
        (None, None) => {}
    }
    for (first, last, span) in ranges {
        if let Some(network) = holder("range", first, last, networks, span, source, problems) {
            network.ranges.push((first, last));
        }
    }
    for (address, span) in extent.addresses {
        if let Some(network) = holder(
            "addresses",
            address,
            address,
            networks,
            span,
            source,
            problems,
        ) {
            network.addresses.push(address);
        }
    }
    for (first, last, span) in extent.exclude {
        if let Some(network) = holder("exclude", first, last, networks, span, source, problems) {
            network.exclude.push((first, last));
        }
    }
}

/// The network that holds all addresses from `first` to `last`.
fn holder<'n>(
    what: &str,
    first: IpAddr,
    last: IpAddr,
    networks: &'n mut [PoolNetwork],
    span: Span,
    source: &Source,
    problems: &mut Vec<Failure>,
) -> Option<&'n mut PoolNetwork> {
    let Some(index) = networks
        .iter()
        .position(|network| network.network.contains(&first))
    else {
        outside(what, first, networks, span, source, problems);
        return None;
    };
    if !networks[index].network.contains(&last) {
        outside(what, last, &networks[index..=index], span, source, problems);
        return None;
    }
    networks.get_mut(index)
}

fn outside(
    what: &str,
    address: IpAddr,
    networks: &[PoolNetwork],
    span: Span,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let names: Vec<String> = networks
        .iter()
        .map(|network| network.network.to_string())
        .collect();
    let message = format!("`{what}`: {address} is not in {}", names.join(" or "));
    report(
        problems,
        source,
        span,
        Code::DocumentOutsideNetwork,
        message,
    )
    .help = Some("correct the address, or add the network that it lies in".to_owned());
}
