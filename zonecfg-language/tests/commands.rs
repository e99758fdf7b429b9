//! The zonecfg(8) command language as a program uses it: texts to configurations and back, all commands or none, any input.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

#[path = "../../illumos/tests/common/mod.rs"]
mod common;

use common::{Flavour, TestHost, config, flavours, name};
use illumos::zone::ZoneConfig;
use illumos::zone::config::{
    Admin, Attr, DedicatedCpu, Device, Fs, IpType, Net, Property, Rctl, RctlValue, SecurityFlags,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use zonecfg_language::{
    OnError, Options, Outcome, Source, export_text, parse_commands, parse_configuration, run,
    to_commands,
};

fn strict() -> Options {
    Options {
        source: Source::File("input".to_owned()),
        on_error: OnError::CommitNothing,
    }
}

fn as_the_tool() -> Options {
    Options {
        source: Source::File("input".to_owned()),
        on_error: OnError::CommitBefore,
    }
}

fn text(config: &ZoneConfig) -> String {
    to_commands(config).join("\n") + "\n"
}

fn read_back(config: &ZoneConfig) -> ZoneConfig {
    parse_configuration(&config.zonename, &text(config)).unwrap()
}

/// Any text, those that the language cannot express included.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z][a-z0-9/@.-]{0,12}",
        1 => "[ -~]{0,12}",
        1 => "[ \"=;#(),\\[\\]\\\\a-z\n\t\u{e4}]{0,12}",
        1 => Just("a\"\nend\nset autoboot=true\n".to_owned()),
        1 => Just("x".repeat(1100)),
        1 => Just("limit".to_owned()),
    ]
}

fn properties(strategy: BoxedStrategy<String>) -> impl Strategy<Value = Vec<Property>> {
    let property = (strategy.clone(), strategy);
    vec(
        property.prop_map(|(name, value)| Property { name, value }),
        0..3,
    )
}

prop_compose! {
    fn any_net(text: BoxedStrategy<String>)(
        physical in text.clone(),
        address in of(text.clone()), allowed_address in of(text.clone()), defrouter in of(text.clone()),
        global_nic in of(text.clone()), mac_addr in of(text.clone()), vlan_id in of(text.clone()),
        property in properties(text),
    ) -> Net {
        Net { address, allowed_address, physical, defrouter, global_nic, mac_addr, vlan_id, property }
    }
}

prop_compose! {
    fn any_fs(text: BoxedStrategy<String>)(
        dir in text.clone(), special in text.clone(), raw in of(text.clone()), fs_type in text.clone(), options in vec(text, 0..3),
    ) -> Fs {
        Fs { dir, special, raw, fs_type, options }
    }
}

fn any_rctl(text: BoxedStrategy<String>) -> impl Strategy<Value = Rctl> {
    let value = (text.clone(), text.clone(), text.clone());
    let value = value.prop_map(|(priv_, limit, action)| RctlValue {
        priv_,
        limit,
        action,
    });
    (text, vec(value, 0..3)).prop_map(|(name, value)| Rctl { name, value })
}

prop_compose! {
    fn any_configuration()(
        texts in vec(any_text(), 2),
        optional in vec(of(any_text()), 6),
        autoboot in any::<bool>(),
        shared in any::<bool>(),
        fs in vec(any_fs(any_text().boxed()), 0..2),
        net in vec(any_net(any_text().boxed()), 0..3),
        device in vec((any_text(), properties(any_text().boxed())), 0..2),
        rctl in vec(any_rctl(any_text().boxed()), 0..2),
        attr in vec((any_text(), any_text(), any_text()), 0..3),
        dataset in vec(any_text(), 0..3),
        admin in vec((any_text(), any_text()), 0..2),
        single in (of((any_text(), of(any_text()))), of(any::<u64>()), of((of(any_text()), of(any_text()), of(any_text())))),
    ) -> ZoneConfig {
        let mut config = ZoneConfig::new(name("property"), &*texts[0], &*texts[1]);
        config.autoboot = autoboot;
        config.ip_type = if shared { IpType::Shared } else { IpType::Exclusive };
        let [bootargs, pool, limitpriv, class, hostid, fs_allowed] = optional.try_into().unwrap();
        config.bootargs = bootargs;
        config.pool = pool;
        config.limitpriv = limitpriv;
        config.scheduling_class = class;
        config.hostid = hostid;
        config.fs_allowed = fs_allowed;
        config.fs = fs;
        config.net = net;
        config.device = device.into_iter().map(|(match_, property)| Device { match_, property }).collect();
        config.rctl = rctl;
        config.attr = attr.into_iter().map(|(name, attr_type, value)| Attr { name, attr_type, value }).collect();
        config.dataset = dataset;
        config.admin = admin.into_iter().map(|(user, auths)| Admin { user, auths }).collect();
        let (cpus, physical, flags) = single;
        config.dedicated_cpu = cpus.map(|(ncpus, importance)| DedicatedCpu { ncpus, importance });
        config.capped_memory_physical = physical;
        config.security_flags = flags.map(|(lower, default, upper)| SecurityFlags { lower, default, upper });
        config
    }
}

prop_compose! {
    /// A configuration that either flavour takes.
    fn good_configuration()(
        bootargs in of("-m verbose[ a-z=,]{0,20}"),
        autoboot in any::<bool>(),
        limitpriv in of(Just("default,sys_time".to_owned())),
        hostid in of("[0-9a-e]{1,8}"),
        attrs in vec("[ !#-~]{1,40}", 0..4),
        links in 0..4_u8,
        limits in vec(1..u64::MAX / 4, 0..3),
        options in vec("[a-z]{1,8}(=[a-z0-9 ]{1,8})?", 0..3),
        datasets in 0..3_u8,
    ) -> ZoneConfig {
        let mut config = config("property");
        config.bootargs = bootargs.map(|text| text.trim().to_owned());
        config.autoboot = autoboot;
        config.limitpriv = limitpriv;
        config.hostid = hostid.filter(|id| id.bytes().any(|digit| digit != b'0'));
        for (number, value) in attrs.into_iter().enumerate() {
            config.attr.push(Attr { name: format!("note-{number}"), attr_type: "string".to_owned(), value });
        }
        for number in 0..links {
            config.net.push(Net { physical: format!("net{number}"), ..Net::default() });
        }
        let names = ["zone.max-lwps", "zone.max-swap", "zone.cpu-shares"];
        for (name, limit) in names.into_iter().zip(limits) {
            let limit = if name == "zone.cpu-shares" { limit % 65535 + 1 } else { limit % (1 << 40) + (100 << 20) };
            let action = if name == "zone.cpu-shares" { "none" } else { "deny" };
            let value = RctlValue { priv_: "privileged".to_owned(), limit: limit.to_string(), action: action.to_owned() };
            config.rctl.push(Rctl { name: name.to_owned(), value: vec![value] });
        }
        let (dir, special, fs_type) = ("/data".to_owned(), "/export/data".to_owned(), "lofs".to_owned());
        config.fs.push(Fs { dir, special, fs_type, options, raw: None });
        config.dataset = (0..datasets).map(|number| format!("tank/data{number}")).collect();
        config
    }
}

/// Pieces that commands are made of, and anything else.
fn any_input() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: [&str; 40] = [
        "create",
        "create -b",
        "set",
        "add",
        "remove",
        "remove -F",
        "select",
        "clear",
        "end",
        "cancel",
        "verify",
        "commit",
        "revert -F",
        "delete -F",
        "exit",
        "info",
        "export",
        "export -f /x",
        "help",
        "zonepath=/zones/any",
        "net",
        "fs",
        "attr",
        "rctl",
        "capped-memory",
        "capped-cpu",
        "dedicated-cpu",
        "security-flags",
        "admin",
        "device",
        "physical=net0",
        "name=a",
        "value=(priv=privileged,limit=1,action=deny)",
        "[ro,nodevices]",
        "ncpus=1.5",
        "swap=1g",
        "\"",
        ";",
        "=",
        "-F",
    ];
    let piece = prop_oneof![
        8 => proptest::sample::select(&WORDS[..]).prop_map(|word| word.as_bytes().to_vec()),
        3 => Just(b"\n".to_vec()),
        4 => Just(b" ".to_vec()),
        1 => vec(any::<u8>(), 0..8),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commands_read_back_as_the_configuration(config in any_configuration()) {
        prop_assert_eq!(read_back(&config), config);
    }

    #[test]
    fn every_command_is_one_line(config in any_configuration()) {
        for line in to_commands(&config) {
            prop_assert!(!line.contains('\n'), "{}", line);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(input in any_input()) {
        for flavour in [illumos::Flavour::Upstream, illumos::Flavour::Extended] {
            let _ = parse_commands(&input, flavour);
        }
        let _ = parse_configuration(&name("any"), &String::from_utf8_lossy(&input));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commands_make_the_configuration(config in good_configuration()) {
        for flavour in flavours() {
            let _host = TestHost::new(flavour);
            let outcome = run("property", text(&config).as_bytes(), &strict());
            prop_assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
            prop_assert!(outcome.changed);
            let read = ZoneConfig::read(&name("property")).unwrap();
            prop_assert_eq!(&read, &config);
        }
        let exported = parse_configuration(&name("property"), &export_text(&config)).unwrap();
        prop_assert_eq!(exported, config);
    }

    #[test]
    fn any_text_is_carried_out_or_refused(input in any_input(), extended in any::<bool>()) {
        let host = TestHost::new([Flavour::Upstream, Flavour::Omnios][usize::from(extended)]);
        let before = files(&host);
        let outcome = run("any", &input, &strict());
        prop_assert!(outcome.status <= 1);
        if !outcome.changed {
            prop_assert_eq!(files(&host), before);
        }
        let outcome = run("any", &input, &as_the_tool());
        prop_assert!(outcome.status <= 1);
        let outcome = run("any", &input, &Options::default());
        prop_assert!(outcome.status <= 1);
    }
}

/// The files of `/etc/zones` with their contents.
fn files(host: &TestHost) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(host.path("/etc/zones")).unwrap();
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap_or_default())
        })
        .collect();
    files.sort();
    files
}

fn existing(host: &TestHost) {
    config("dns").create().unwrap();
    assert!(host.index().contains("dns:"));
}

/// Carries the commands out in both modes; the strict one must leave everything as it was.
fn refused_whole(zone: &str, commands: &str) -> (TestHost, Outcome) {
    let host = TestHost::new(Flavour::Omnios);
    existing(&host);
    let before = files(&host);
    let outcome = run(zone, commands.as_bytes(), &strict());
    assert_eq!(outcome.status, 1, "{outcome:?}");
    assert!(!outcome.changed);
    assert_eq!(files(&host), before, "{outcome:?}");
    let outcome = run(zone, commands.as_bytes(), &as_the_tool());
    (host, outcome)
}

#[test]
fn commands_before_an_error_count_for_the_tool_only() {
    let (host, outcome) = refused_whole("dns", "set autoboot=true\ncommit\nset hostid=ffffffff\n");
    assert_eq!(outcome.status, 1);
    assert!(
        host.read("/etc/zones/dns.xml")
            .contains("autoboot=\"true\"")
    );
}

#[test]
fn an_unknown_command_stops_before_the_first_commit() {
    refused_whole("dns", "set autoboot=true\ncommit\nfrobnicate\n");
}

#[test]
fn an_open_resource_is_a_failure() {
    refused_whole("dns", "set autoboot=true\nadd net\nset physical=dns0\n");
}

#[test]
fn a_refusal_that_the_tool_does_not_count_is_a_failure() {
    let commands = "set pool=web\nadd dedicated-cpu\n";
    let (_host, outcome) = refused_whole("dns", commands);
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

#[test]
fn a_value_that_would_be_cut_is_a_failure() {
    let (host, outcome) = refused_whole(
        "dns",
        &format!("add device\nset match=/dev/{}\nend\n", "d".repeat(1100)),
    );
    drop((host, outcome));
    let long = "a".repeat(300);
    let commands = format!("add attr\nset name={long}\nset type=string\nset value=x\nend\n");
    refused_whole("dns", &commands);
}

#[test]
fn a_zone_is_not_deleted_by_commands() {
    refused_whole("dns", "delete -F\n");
}

#[test]
fn a_name_that_no_zone_can_have_is_status_2() {
    let _host = TestHost::new(Flavour::Upstream);
    for name in ["", "-a", "a b", "a/b", &"a".repeat(64)] {
        assert_eq!(run(name, b"create -b\n", &strict()).status, 2, "{name}");
    }
}

#[test]
fn what_export_prints_without_quotes_is_read() {
    let mut config = config("dns");
    config.bootargs = Some("-m verbose -s".to_owned());
    config.zonepath = "/zones/name server".to_owned();
    let value = "say \"no\"\nand set x".to_owned();
    let (name, attr_type) = ("a".to_owned(), "string".to_owned());
    config.attr.push(Attr {
        name,
        attr_type,
        value,
    });
    let text = export_text(&config);
    assert_eq!(
        parse_configuration(&config.zonename, &text).unwrap(),
        config
    );
}

#[test]
fn a_value_cannot_be_commands() {
    let mut config = config("dns");
    let value = "x\"\nend\nset autoboot=true\nadd attr\nset name=b\nset type=string\nset value=\"y"
        .to_owned();
    let (name, attr_type) = ("a".to_owned(), "string".to_owned());
    config.attr.push(Attr {
        name,
        attr_type,
        value,
    });
    assert_eq!(read_back(&config), config);
    let _host = TestHost::new(Flavour::Upstream);
    let outcome = run("dns", text(&config).as_bytes(), &as_the_tool());
    assert_eq!(outcome.status, 1);
    assert!(
        outcome.stderr.contains("value not specified"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn errors_name_the_line() {
    let read = |text: &str| parse_configuration(&name("dns"), text).unwrap_err();
    assert_eq!(
        read("create -b\nset zonepath=/a\nset autoboot=perhaps\n").line,
        3
    );
    assert_eq!(read("create -b\nselect net physical=a\n").line, 2);
    assert_eq!(read("create -b\nadd net\nset physical=a\n").line, 2);
    assert_eq!(read("create -t web\n").line, 1);
}
