//! Random registry entries and random edits.

use illumos::zone::config::{Attr, Fs, IpType, Rctl, RctlValue};
use proptest::prelude::*;

use super::super::model::{AddressMode, CappedMemory, LinkSettings, Settings, ZoneEntry, ZoneNet};
use super::super::syntax::Source;
use super::super::{Document, Kind, decode_zone, render_zone};
use super::told;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z0-9./_ -]{1,12}", 1 => "(?s)[^\0]{0,8}"]
}

fn some<T: std::fmt::Debug + Clone>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(strategy)
}

fn settings() -> impl Strategy<Value = Settings> {
    let plain = (
        some("[a-z]{1,8}"),
        some("/[a-z]{1,8}"),
        some(any::<bool>()),
        some(any::<bool>()),
        some(text()),
        some(any::<u64>()),
    );
    let limits = (
        some(1..100_000u64),
        some(any::<u64>()),
        some(any::<u64>()),
        some(100..1_000_000u64),
    );
    let lists = (
        proptest::collection::btree_map(
            "/[a-z]{1,4}",
            (text(), proptest::collection::vec(text(), 0..3)),
            0..3,
        ),
        proptest::collection::btree_map("[a-z][a-z0-9.-]{0,5}", text(), 0..3),
        proptest::collection::btree_map("zone\\.[a-z]{1,4}", any::<u64>(), 0..2),
        proptest::collection::vec("[^\\s\\p{Cc},]{1,8}", 0..3),
    );
    (plain, limits, lists).prop_map(|(plain, limits, lists)| Settings {
        brand: plain.0,
        zonepath: plain.1,
        autoboot: plain.2,
        ip_type: plain.3.map(|shared| {
            if shared {
                IpType::Shared
            } else {
                IpType::Exclusive
            }
        }),
        bootargs: plain.4,
        cpu_shares: plain.5,
        capped_cpu: limits.0,
        capped_memory: CappedMemory {
            physical: limits.1,
            swap: limits.2,
            locked: None,
        },
        max_lwps: limits.3,
        fs: lists
            .0
            .into_iter()
            .map(|(dir, (special, options))| Fs {
                dir,
                special,
                raw: None,
                fs_type: "lofs".to_owned(),
                options,
            })
            .collect(),
        attr: lists
            .1
            .into_iter()
            .map(|(name, value)| Attr {
                name,
                attr_type: "string".to_owned(),
                value,
            })
            .collect(),
        rctl: lists
            .2
            .into_iter()
            .map(|(name, limit)| {
                let value = RctlValue {
                    priv_: "privileged".to_owned(),
                    limit: limit.to_string(),
                    action: "deny".to_owned(),
                };
                Rctl {
                    name,
                    value: vec![value],
                }
            })
            .collect(),
        tags: lists.3,
        ..Settings::default()
    })
}

fn net(name: String) -> impl Strategy<Value = ZoneNet> {
    let link = (
        some(1..4095u16),
        some(any::<[u8; 5]>()),
        some(any::<bool>()),
        proptest::collection::btree_map("[a-z]{1,4}", text(), 0..2),
    );
    let addresses = proptest::collection::vec(
        (
            proptest::result::maybe_ok(any::<u32>(), any::<u128>()),
            0..33u8,
        ),
        0..3,
    );
    (
        some("[a-z]{1,4}"),
        addresses,
        some(any::<u128>()),
        some(text()),
        link,
        any::<bool>(),
    )
        .prop_map(
            move |(pool, addresses, gateway, vnic, link, dhcp)| ZoneNet {
                name: name.as_str().into(),
                pool: pool.map(Into::into),
                mode: if dhcp {
                    AddressMode::Dhcp
                } else {
                    AddressMode::Static
                },
                addresses: addresses
                    .into_iter()
                    .map(|(address, prefix)| match address {
                        Ok(address) => ipnet::Ipv4Net::new(address.into(), prefix).unwrap().into(),
                        Err(address) => ipnet::Ipv6Net::new(address.into(), prefix).unwrap().into(),
                    })
                    .collect(),
                gateways: gateway
                    .map(|address| std::net::Ipv6Addr::from(address).into())
                    .into_iter()
                    .collect(),
                vnic: vnic.map(Into::into),
                stub: None,
                resources: Vec::new(),
                link: LinkSettings {
                    vlan: link.0,
                    mac_address: link.1.map(|mac| {
                        illumos::datalink::MacAddress([2, mac[0], mac[1], mac[2], mac[3], mac[4]])
                    }),
                    protect: link.2,
                    linkprop: link.3,
                    ..LinkSettings::default()
                },
            },
        )
}

fn entry() -> impl Strategy<Value = ZoneEntry> {
    let nets =
        proptest::sample::subsequence(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 0..4)
            .prop_shuffle()
            .prop_flat_map(|names| names.into_iter().map(net).collect::<Vec<_>>());
    (
        some("[a-z]{1,8}"),
        some(text()),
        settings(),
        nets,
        proptest::collection::btree_map("[a-z]{1,4}", text(), 0..2),
    )
        .prop_map(|(template, created, settings, nets, variables)| ZoneEntry {
            name: "web01".parse().unwrap(),
            template: template.map(Into::into),
            created: created.map(Into::into),
            imported: None,
            id: None,
            settings: Box::new(settings),
            nets,
            variables,
        })
}

fn decoded(text: &str) -> ZoneEntry {
    decode_zone(&Source::new("x.kdl", text), Some("web01"))
        .unwrap_or_else(|problems| panic!("{:?}\n{text}", told(&problems)))
}

/// A text with a comment at the end of each line and one before it.
fn commented(text: &str) -> String {
    text.lines()
        .enumerate()
        .map(|(number, line)| format!("\n// above {number}\n{line} // beside {number}\n"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Entries that may have an address are found in the cache by this.
    #[test]
    fn an_address_lies_in_the_bytes_of_its_entry(entry in entry()) {
        let bytes = postcard::to_allocvec(&entry).unwrap();
        let addresses = entry.nets.iter().flat_map(|net| &net.addresses);
        for address in addresses.map(ipnet::IpNet::addr) {
            let octets = match address {
                std::net::IpAddr::V4(address) => address.octets().to_vec(),
                std::net::IpAddr::V6(address) => address.octets().to_vec(),
            };
            prop_assert!(bytes.windows(octets.len()).any(|window| window == octets), "{}", address);
        }
    }

    #[test]
    fn an_entry_that_is_written_is_read_back(entry in entry()) {
        prop_assert_eq!(decoded(&render_zone(&entry)), entry);
    }

    #[test]
    fn an_entry_is_changed_in_place_and_what_stays_keeps_its_comments(before in entry(), after in entry()) {
        let text = commented(&render_zone(&before));
        let mut document = Document::of_text(Kind::Zone, "web01", &text);
        document.set_zone(&before).unwrap();
        prop_assert_eq!(document.text(), text.as_str());
        document.set_zone(&after).unwrap();
        prop_assert_eq!(decoded(document.text()), after.clone());
        // A top-level line that both have is there as it was, with what is above and beside it.
        let lines = |entry: &ZoneEntry| render_zone(entry).lines().map(str::to_owned).collect::<Vec<_>>();
        let kept = lines(&after);
        for (number, line) in lines(&before).into_iter().enumerate() {
            let single = line.starts_with("    ") && !line.starts_with("     ") && !line.ends_with(['{', '}']);
            if single && kept.contains(&line) && !line.starts_with("    variable") {
                let whole = format!("// above {number}\n{line} // beside {number}\n");
                prop_assert!(document.text().contains(&whole), "{}\nis not in\n{}", whole, document.text());
            }
        }
    }
}
