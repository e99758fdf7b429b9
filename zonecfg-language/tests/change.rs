//! The commands that make one configuration out of another: typed into the interpreter over the first, they give the second.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

#[path = "../../illumos/tests/common/mod.rs"]
mod common;

use common::{Flavour, TestHost, config, has, name};
use illumos::zone::config::{
    Admin, Attr, DedicatedCpu, Device, Fs, IpType, Net, Property, Rctl, RctlValue, SecurityFlags,
};
use illumos::zone::{ZoneConfig, ZoneState};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use zonecfg_language::{OnError, Options, Source, change_commands, run};

fn text(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(ToOwned::to_owned)
}

fn property() -> impl Strategy<Value = Vec<Property>> {
    let one = (
        text(&["mtu", "note", "ips"]),
        text(&["9000", "a, b; (c)", "x=\u{e4}"]),
    );
    vec(one.prop_map(|(name, value)| Property { name, value }), 0..3)
}

prop_compose! {
    /// A net, of few values so that two of them meet.
    fn net()(
        physical in text(&["dns0", "dns1"]),
        address in text(&["192.0.2.7/24", "192.0.2.8/24", "2001:db8::7/64"]),
        has_address in any::<bool>(),
        defrouter in of(text(&["192.0.2.1", "192.0.2.2"])),
        extended in (of(text(&["igb0", "stub0"])), of(text(&["2:8:20:1:2:3", "2:8:20:1:2:4"])), of(text(&["7", "8"])), property()),
    ) -> Net {
        let (global_nic, mac_addr, vlan_id, property) = extended;
        Net {
            allowed_address: has_address.then_some(address),
            defrouter: defrouter.filter(|_| has_address),
            address: None, physical, global_nic, mac_addr, vlan_id, property,
        }
    }
}

prop_compose! {
    fn fs()(
        dir in text(&["/data", "/mnt"]), special in text(&["/export/a", "/export/b c"]), raw in of(text(&["/dev/r0"])),
        options in vec(text(&["ro", "nodevices", "size=1 g", "ro"]), 0..4),
    ) -> Fs {
        Fs { dir, special, raw, fs_type: "lofs".to_owned(), options }
    }
}

fn rctl() -> impl Strategy<Value = Rctl> {
    let value = |limit: u64| RctlValue {
        priv_: "privileged".to_owned(),
        limit: limit.to_string(),
        action: "deny".to_owned(),
    };
    let names = text(&[
        "zone.max-lwps",
        "zone.max-swap",
        "zone.max-locked-memory",
        "zone.max-processes",
    ]);
    (names, vec(100_u64 << 20..104 << 20, 1..3)).prop_map(move |(name, limits)| Rctl {
        name,
        value: limits.into_iter().map(value).collect(),
    })
}

prop_compose! {
    fn attr()(
        name in text(&["owner", "note", "rack"]), value in text(&["a", "b c", "x;y", "it's # so", "7"]), int in any::<bool>(),
    ) -> Attr {
        let attr_type = if int && value == "7" { "int" } else { "string" };
        Attr { name, attr_type: attr_type.to_owned(), value }
    }
}

prop_compose! {
    fn flags()(
        lower in of(text(&["none", "aslr"])), default in of(text(&["aslr", "aslr,noexecstack"])), upper in of(text(&["all"])),
    ) -> SecurityFlags {
        SecurityFlags { lower, default, upper }
    }
}

prop_compose! {
    fn configuration(extended: bool)(
        scalars in (of(text(&["-v", "-m verbose -s"])), of(text(&["default", "default,sys_time"])), of(text(&["FSS", "TS"])), of(text(&["ab12", "7"])), of(text(&["ufs", "ufs,pcfs"]))),
        autoboot in any::<bool>(),
        shared in any::<bool>(),
        zonepath in text(&["/zones/dns", "/tank/dns 2"]),
        pool_or_cpus in (of(text(&["web", "db"])), of((text(&["1", "2-4"]), of(text(&["10"]))))),
        fs in vec(fs(), 0..3),
        net in vec(net(), 0..4),
        device in vec((text(&["/dev/tap0", "/dev/zvol/*"]), property()), 0..3),
        rctl in vec(rctl(), 0..3),
        attr in vec(attr(), 0..4),
        dataset in vec(text(&["tank/a", "tank/b", "tank/c"]), 0..3),
        admin in of(text(&["login", "manage,login"])),
        single in (of(200_u64 << 20..300 << 20), of(flags())),
    ) -> ZoneConfig {
        let mut config = config("dns");
        config.zonepath = zonepath;
        config.autoboot = autoboot;
        (config.bootargs, config.limitpriv, config.scheduling_class, config.hostid, config.fs_allowed) = scalars;
        let (pool, cpus) = pool_or_cpus;
        config.dedicated_cpu = cpus.map(|(ncpus, importance)| DedicatedCpu { ncpus, importance });
        config.pool = pool.filter(|_| config.dedicated_cpu.is_none());
        config.fs = fs;
        config.net = net;
        config.device = device.into_iter().map(|(match_, property)| Device { match_, property }).collect();
        config.rctl = rctl;
        config.attr = attr;
        config.dataset = dataset;
        config.admin = admin.into_iter().map(|auths| Admin { user: "root".to_owned(), auths }).collect();
        (config.capped_memory_physical, config.security_flags) = single;
        if shared {
            config.ip_type = IpType::Shared;
            for net in &mut config.net {
                let address = net.allowed_address.take();
                net.address = address.or(Some("192.0.2.9/24".to_owned()));
            }
        }
        once(&mut config.fs, |fs| fs.dir.clone());
        once(&mut config.device, |device| device.match_.clone());
        once(&mut config.rctl, |rctl| rctl.name.clone());
        once(&mut config.attr, |attr| attr.name.clone());
        once(&mut config.dataset, Clone::clone);
        if extended {
            config.capped_memory_physical = None;
        } else {
            config.device.iter_mut().for_each(|device| device.property.clear());
            for net in &mut config.net {
                (net.global_nic, net.mac_addr, net.vlan_id) = (None, None, None);
                net.property.clear();
            }
        }
        config
    }
}

/// Keeps the first of each name.
fn once<T>(items: &mut Vec<T>, name: impl Fn(&T) -> String) {
    let mut seen = std::collections::BTreeSet::new();
    items.retain(|item| seen.insert(name(item)));
}

/// Two configurations of one flavour, the second of which has much of the first.
fn pair() -> impl Strategy<Value = (bool, ZoneConfig, ZoneConfig)> {
    any::<bool>()
        .prop_flat_map(|extended| {
            let two = (configuration(extended), configuration(extended));
            (Just(extended), two, vec(any::<bool>(), 12))
        })
        .prop_map(|(extended, (old, mut new), keeps)| {
            let mut keeps = keeps.into_iter();
            let mut keep = || keeps.next() == Some(true);
            if keep() {
                new.net.clone_from(&old.net);
                new.ip_type = old.ip_type;
                // One of them changed or gone.
                if keep() && !new.net.is_empty() {
                    new.net.remove(0);
                } else if let Some(net) = new.net.first_mut() {
                    net.defrouter = Some("192.0.2.3".to_owned());
                }
            }
            if keep() {
                new.fs.clone_from(&old.fs);
            }
            if keep() {
                new.attr.clone_from(&old.attr);
            }
            if keep() {
                new.zonepath.clone_from(&old.zonepath);
            }
            (extended, old, new)
        })
}

/// Without the order of the resources.
fn sorted(config: &ZoneConfig) -> ZoneConfig {
    let mut config = config.clone();
    config.fs.sort_by_key(|item| format!("{item:?}"));
    config.net.sort_by_key(|item| format!("{item:?}"));
    config.device.sort_by_key(|item| format!("{item:?}"));
    config.rctl.sort_by_key(|item| format!("{item:?}"));
    config.attr.sort_by_key(|item| format!("{item:?}"));
    config.dataset.sort();
    config
}

fn install(host: &TestHost) {
    let line = |path: &str| format!("dns:configured:{path}:\n");
    let index = host.index();
    let at = index.find("dns:configured:").unwrap();
    let path = index[at..].split(':').nth(2).unwrap().to_owned();
    let installed = format!("dns:installed:{path}:0d8a2f2e-1111-4222-8333-444455556666\n");
    host.write("/etc/zones/index", index.replace(&line(&path), &installed));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_commands_make_the_new_one_out_of_the_old((extended, old, new) in pair(), installed in any::<bool>()) {
        let flavour = if extended { Flavour::Omnios } else { Flavour::Upstream };
        if !has(flavour) {
            return Ok(());
        }
        let host = TestHost::new(flavour);
        let problems = [old.verify().unwrap(), new.verify().unwrap()].concat();
        prop_assume!(problems.is_empty());
        old.create().unwrap();
        let mut state = ZoneState::Configured;
        if installed {
            install(&host);
            state = ZoneState::Installed;
        }
        let flavour = illumos::flavour().unwrap();
        let commands = match change_commands(&old, &new, flavour, state) {
            Ok(commands) => commands,
            Err(error) if installed && old.zonepath != new.zonepath => {
                prop_assert_eq!(error.what, "zonepath");
                return Ok(());
            }
            // The tool adds no net that it takes for one that is there, so it cannot make such a zone anew either.
            Err(error) => {
                prop_assert_eq!(error.what, "net");
                prop_assert!(new.net.iter().any(|net| new.net.iter().filter(|other| net.physical == other.physical).count() > 1));
                return Ok(());
            }
        };
        prop_assert_eq!(commands.is_empty(), sorted(&old) == sorted(&new));
        let options = Options {
            source: Source::File("input".to_owned()),
            on_error: OnError::CommitNothing,
        };
        let text = commands.join("\n") + "\n";
        let outcome = run("dns", text.as_bytes(), &options);
        prop_assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{}", text);
        prop_assert_eq!(sorted(&ZoneConfig::read(&name("dns")).unwrap()), sorted(&new), "{}", text);
    }
}

fn upstream(old: &ZoneConfig, new: &ZoneConfig) -> Vec<String> {
    change_commands(old, new, illumos::Flavour::Upstream, ZoneState::Installed).unwrap()
}

/// A zone with one net, as zmgr makes them.
fn one_net() -> ZoneConfig {
    let mut config = config("dns");
    config.net.push(Net {
        physical: "dns_0".to_owned(),
        allowed_address: Some("10.0.0.10/24".to_owned()),
        defrouter: Some("10.0.0.1".to_owned()),
        ..Net::default()
    });
    config
}

#[test]
fn a_net_is_added_changed_and_removed() {
    let (none, one) = (config("dns"), one_net());
    assert_eq!(
        upstream(&none, &one),
        [
            "add net",
            "set allowed-address=\"10.0.0.10/24\"",
            "set physical=\"dns_0\"",
            "set defrouter=\"10.0.0.1\"",
            "end",
        ]
    );
    let mut changed = one.clone();
    changed.net[0].allowed_address = Some("10.0.0.11/24".to_owned());
    assert_eq!(
        upstream(&one, &changed),
        [
            "select net physical=\"dns_0\"",
            "set allowed-address=\"10.0.0.11/24\"",
            "end"
        ]
    );
    assert_eq!(upstream(&one, &none), ["remove net physical=\"dns_0\""]);
    assert!(upstream(&one, &one).is_empty());
}

#[test]
fn of_two_addresses_of_one_link_the_right_one_is_named() {
    let mut old = one_net();
    let mut second = old.net[0].clone();
    second.allowed_address = Some("2001:db8::10/64".to_owned());
    second.defrouter = None;
    old.net.push(second);
    let mut new = old.clone();
    new.net.remove(1);
    let command = "remove net physical=\"dns_0\" allowed-address=\"2001:db8::10/64\"";
    assert_eq!(upstream(&old, &new), [command]);
    // OmniOS' library would delete the first: all are removed and added again.
    let commands =
        change_commands(&old, &new, illumos::Flavour::Extended, ZoneState::Installed).unwrap();
    assert_eq!(commands[0], "remove -F net");
    assert_eq!(commands.iter().filter(|line| *line == "add net").count(), 1);
}

#[test]
fn what_the_tool_cannot_change_is_named() {
    let one = one_net();
    let error = |change: fn(&mut ZoneConfig), flavour, state| {
        let mut new = one.clone();
        change(&mut new);
        change_commands(&one, &new, flavour, state)
            .unwrap_err()
            .to_string()
    };
    use illumos::Flavour::{Extended, Upstream};
    use illumos::zone::ZoneState::{Configured, Installed};
    assert_eq!(
        error(|new| new.zonepath = "/x".to_owned(), Upstream, Installed),
        "zonepath: it cannot be set while the zone is installed"
    );
    assert_eq!(
        error(|new| new.brand = "lx".to_owned(), Extended, Installed),
        "brand: it cannot be set while the zone is installed"
    );
    assert!(
        error(|new| new.zonename = name("other"), Upstream, Configured).starts_with("zonename: ")
    );
    assert!(
        error(
            |new| new.net[0].vlan_id = Some("7".to_owned()),
            Upstream,
            Configured
        )
        .starts_with("net vlan-id: ")
    );
    assert!(
        error(
            |new| new.capped_memory_physical = Some(1 << 30),
            Extended,
            Configured
        )
        .starts_with("capped-memory physical: ")
    );
    let quoted = error(
        |new| new.bootargs = Some("-B \"x\"".to_owned()),
        Upstream,
        Configured,
    );
    assert!(quoted.starts_with("`set bootargs=…`: "), "{quoted}");
}
