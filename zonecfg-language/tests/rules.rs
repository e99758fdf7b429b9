//! Rules of zonecfg(8) and libzonecfg that a run of commands meets: which resource is meant, what is kept, what is refused.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

#[path = "../../illumos/tests/common/mod.rs"]
mod common;

use std::collections::BTreeSet;

use common::{Flavour, TestHost, config, has, name};
use illumos::zone::ZoneConfig;
use illumos::zone::config::{Alias, IpType, Net};
use illumos::zone::store::Commit;
use zonecfg_language::{Options, Outcome, Source, run};

fn typed(commands: &str) -> Outcome {
    let options = Options {
        source: Source::File("input".to_owned()),
        ..Options::default()
    };
    run("dns", commands.as_bytes(), &options)
}

/// What was said, without the lines that name a line of the input.
fn said(outcome: &Outcome) -> Vec<&str> {
    let named = |line: &&str| !line.starts_with("On line ");
    outcome.stderr.lines().filter(named).collect()
}

/// A host with a zone that has these nets, `network` elements as they stand in the document.
fn host(flavour: Flavour, ip_type: &str, nets: &str) -> Option<TestHost> {
    if !has(flavour) {
        return None;
    }
    let host = TestHost::new(flavour);
    host.document("dns", &format!("ip-type=\"{ip_type}\""), nets);
    host.append_to_index("dns:configured:/zones/dns:\n");
    Some(host)
}

const TWO_LINKS: &str = "<network physical=\"dns0\" global-nic=\"stub0\" mac-addr=\"2:8:20:1:2:3\"/>\n\
                         <network physical=\"dns1\" global-nic=\"igb0\" mac-addr=\"2:8:20:1:2:4\"/>\n";

/// Two addresses of one link, told apart by nothing that libzonecfg compares when it deletes.
const DUAL_STACK: &str = "<network allowed-address=\"192.0.2.10/24\" physical=\"dns0\" global-nic=\"igb0\"/>\n\
                          <network allowed-address=\"2001:db8::10/64\" physical=\"dns0\" global-nic=\"igb0\"/>\n";

fn nets() -> Vec<Net> {
    ZoneConfig::read(&name("dns")).unwrap().net
}

#[test]
fn nets_are_found_by_what_only_exclusive_zones_have() {
    for (criterion, left) in [
        ("mac-addr=2:8:20:1:2:3", Some("dns1")),
        ("global-nic=igb0", Some("dns0")),
        ("physical=dns1 global-nic=igb0 vlan-id=99", Some("dns0")),
        ("physical=dns1 global-nic=stub0", None),
        ("global-nic=igb1", None),
    ] {
        let Some(_host) = host(Flavour::Omnios, "exclusive", TWO_LINKS) else {
            return;
        };
        let outcome = typed(&format!("remove net {criterion}\ncommit\n"));
        match left {
            Some(left) => {
                assert_eq!(outcome.status, 0, "{criterion}: {}", outcome.stderr);
                assert_eq!(nets().len(), 1, "{criterion}");
                assert_eq!(nets()[0].physical, left, "{criterion}");
            }
            None => {
                assert_eq!(
                    said(&outcome),
                    ["remove net: No such resource with that id"]
                );
                assert_eq!((outcome.status, nets().len()), (1, 2), "{criterion}");
            }
        }
    }
}

#[test]
fn a_vlan_alone_finds_no_net() {
    let Some(_host) = host(Flavour::Omnios, "exclusive", TWO_LINKS) else {
        return;
    };
    let outcome = typed("select net vlan-id=5\n");
    assert_eq!(said(&outcome), ["select net: Insufficient specification"]);
}

#[test]
fn in_a_shared_zone_the_query_stays_in_the_net() {
    let net = "<network address=\"192.0.2.7/24\" physical=\"igb0\"/>\n";
    let Some(_host) = host(Flavour::Omnios, "shared", net) else {
        return;
    };
    let outcome = typed("select net physical=igb0 global-nic=igb1\nend\ncommit\n");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(nets()[0].global_nic.as_deref(), Some("igb1"));
}

#[test]
fn a_net_that_the_library_would_take_for_another_is_left_alone() {
    for commands in [
        "select net allowed-address=2001:db8::10/64\nset vlan-id=7\nend\ncommit\n",
        "remove net allowed-address=2001:db8::10/64\ncommit\n",
    ] {
        let Some(_host) = host(Flavour::Omnios, "exclusive", DUAL_STACK) else {
            return;
        };
        let before = nets();
        let outcome = typed(commands);
        assert_eq!((outcome.status, outcome.changed), (1, false), "{commands}");
        let said = said(&outcome).join("\n");
        assert!(said.contains("zonecfg would delete another net"), "{said}");
        assert!(said.contains("allowed-address=192.0.2.10/24"), "{said}");
        assert_eq!(nets(), before);
    }
    // The first of them is the one that the library takes.
    let Some(_host) = host(Flavour::Omnios, "exclusive", DUAL_STACK) else {
        return;
    };
    let outcome = typed("remove net allowed-address=192.0.2.10/24\ncommit\n");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(
        nets()[0].allowed_address.as_deref(),
        Some("2001:db8::10/64")
    );
}

#[test]
fn upstream_compares_the_addresses_as_well() {
    let Some(_host) = host(
        Flavour::Upstream,
        "exclusive",
        &DUAL_STACK.replace(" global-nic=\"igb0\"", ""),
    ) else {
        return;
    };
    let outcome = typed("remove net allowed-address=2001:db8::10/64\ncommit\n");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(nets()[0].allowed_address.as_deref(), Some("192.0.2.10/24"));
}

#[test]
fn queries_without_anything_in_them() {
    for (command, reason) in [
        (
            "select fs dir=\"\"",
            "select fs: No such resource with that id",
        ),
        (
            "select device match=\"\"",
            "select device: No such resource with that id",
        ),
        (
            "select dataset name=\"\"",
            "select dataset: No such resource with that id",
        ),
        (
            "select attr name=\"\" type=\"\"",
            "select attr: No such resource with that id",
        ),
        (
            "remove admin auths=manage",
            "remove admin: No such resource with that id",
        ),
        ("select rctl name=\"\"", "select rctl: Invalid argument"),
        (
            "select net physical=\"\"",
            "select net: Insufficient specification",
        ),
        (
            "select security-flags upper=\"\"",
            "select security-flags: No such entry",
        ),
    ] {
        let Some(_host) = host(Flavour::Upstream, "shared", "") else {
            return;
        };
        let outcome = typed(&format!("{command}\n"));
        assert_eq!(said(&outcome), [reason], "{command}");
        assert_eq!(outcome.status, 1, "{command}");
    }
}

#[test]
fn of_several_resource_controls_of_one_name_the_first_is_meant() {
    let control = |limit: u32| {
        format!(
            "<rctl name=\"zone.max-lwps\"><rctl-value priv=\"privileged\" limit=\"{limit}\" action=\"deny\"/></rctl>\n"
        )
    };
    let Some(_host) = host(Flavour::Upstream, "shared", &(control(500) + &control(600))) else {
        return;
    };
    let outcome = typed("remove rctl name=zone.max-lwps\ncommit\n");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let config = ZoneConfig::read(&name("dns")).unwrap();
    assert_eq!(config.rctl.len(), 1);
    assert_eq!(config.rctl[0].value[0].limit, "600");
}

#[test]
fn what_is_removed_within_a_resource_is_a_property_of_it() {
    for (command, said_of_it) in [
        ("remove device match=x", Some("attr: No such resource type")),
        ("remove net", None),
        ("remove net physical=igb0 address=192.0.2.1", None),
    ] {
        let Some(_host) = host(Flavour::Upstream, "shared", "") else {
            return;
        };
        let outcome = typed(&format!("add attr\n{command}\n"));
        assert_eq!(outcome.status, 1, "{command}");
        let expected = said_of_it.unwrap_or("usage:");
        assert!(
            said(&outcome).contains(&expected),
            "{command}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn stored_values_that_are_none() {
    for (attribute, said_of_it, status) in [
        (
            "hostid=\"ffffffff\"",
            vec!["dns: invalid hostid: ffffffff"],
            0,
        ),
        (
            "fs-allowed=\",ufs\"",
            vec!["dns: invalid fs-allowed: ,ufs"],
            0,
        ),
        (
            "ip-type=\"other\"",
            vec!["cannot get ip-type", "dns: invalid privilege: (null)"],
            1,
        ),
    ] {
        if !has(Flavour::Upstream) {
            return;
        }
        let host = TestHost::new(Flavour::Upstream);
        host.document("dns", attribute, "");
        host.append_to_index("dns:configured:/zones/dns:\n");
        let verified = typed("verify\n");
        assert_eq!(said(&verified), said_of_it, "{attribute}");
        assert_eq!(verified.status, status, "{attribute}");
        let before = host.read("/etc/zones/dns.xml");
        let committed = typed("set autoboot=true\ncommit\n");
        assert_eq!(
            (committed.status, committed.changed),
            (1, false),
            "{attribute}"
        );
        assert_eq!(host.read("/etc/zones/dns.xml"), before);
    }
}

#[test]
fn a_second_set_of_security_flags_is_added() {
    if !has(Flavour::Upstream) {
        return;
    }
    let host = TestHost::new(Flavour::Upstream);
    config("dns").create().unwrap();
    let commands =
        "add security-flags\nset upper=aslr\nend\nadd security-flags\nset lower=none\nend\n";
    let outcome = typed(commands);
    assert_eq!(
        said(&outcome),
        ["The security-flags resource already exists."]
    );
    assert_eq!(outcome.status, 0);
    let document = host.read("/etc/zones/dns.xml");
    assert!(
        document.contains("upper=\"aslr\"") && document.contains("lower=\"none\""),
        "{document}"
    );
}

#[test]
fn templates_of_omnios_have_a_prefix() {
    if !has(Flavour::Omnios) {
        return;
    }
    let host = TestHost::new(Flavour::Omnios);
    // One without the prefix is not looked for, though it is there.
    host.document("lx9", "", "");
    let outcome = typed("create -t lx9\n");
    assert_eq!(said(&outcome), ["OMNIlx9: No such zone configured"]);
    let outcome = typed("create -t Lx\n");
    assert_eq!(said(&outcome), ["Lx: No such zone configured"]);
    let outcome = typed("create -t 9lx\n");
    assert_eq!(said(&outcome), ["OMNI9lx: No such zone configured"]);
}

#[test]
fn a_memory_cap_of_an_older_release_is_read_as_a_resource_control() {
    if !has(Flavour::Omnios) {
        return;
    }
    let host = TestHost::new(Flavour::Omnios);
    host.document("dns", "", "<mcap physcap=\"536870912\"/>\n");
    host.append_to_index("dns:configured:/zones/dns:\n");
    let read = ZoneConfig::read(&name("dns")).unwrap();
    assert_eq!(read.alias(Alias::Physical), Some(512 << 20));
    // Reading changes nothing.
    assert!(host.read("/etc/zones/dns.xml").contains("<mcap"));
    let mut changed = read.clone();
    changed.ip_type = IpType::Exclusive;
    assert_eq!(changed.replace(&read).unwrap(), Commit::Saved);
    let document = host.read("/etc/zones/dns.xml");
    assert!(!document.contains("<mcap"), "{document}");
    assert!(document.contains("zone.max-physical-memory"), "{document}");
    assert_eq!(ZoneConfig::read(&name("dns")).unwrap(), changed);
}

#[test]
fn debug_ids_are_counted_by_one_thread_at_a_time() {
    if !has(Flavour::Omnios) {
        return;
    }
    let host = TestHost::new(Flavour::Omnios);
    let zones: Vec<String> = (0..48).map(|number| format!("zone{number}")).collect();
    std::thread::scope(|scope| {
        for part in zones.chunks(6) {
            let host = host.host.clone();
            scope.spawn(move || {
                let _entered = host.enter();
                for zone in part {
                    let commands = format!("create -b; set zonepath=/zones/{zone}; commit\n");
                    let outcome = run(zone, commands.as_bytes(), &Options::default());
                    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
                }
            });
        }
    });
    let ids: BTreeSet<u32> = zones
        .iter()
        .filter_map(|zone| {
            let document = host.read(&format!("/etc/zones/{zone}.xml"));
            let (_, rest) = document.split_once("debugid=\"")?;
            rest.split('"').next()?.parse().ok()
        })
        .collect();
    assert_eq!(ids.len(), zones.len(), "{ids:?}");
}
