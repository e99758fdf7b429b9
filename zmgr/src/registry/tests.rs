//! The table of settings, walked: no row is read and then forgotten.

use illumos::Flavour;
use illumos::zone::ZoneConfig;

use super::*;
use crate::documents::extend::extend_settings;
use crate::documents::model::Settings;
use crate::documents::schema::Writing;
use crate::documents::schema::setting::{OfZone, Setting};
use crate::documents::schema::settings::SETTINGS;
use crate::documents::{Source, decode_zone};

const FLAVOURS: [Flavour; 2] = [Flavour::Upstream, Flavour::Extended];

/// What the example of the row says, and nothing else.
fn example(row: &Setting) -> Settings {
    let text = format!("zone \"z\" {{ {} }}", row.spec.example);
    let entry = decode_zone(&Source::new("example", text), None);
    *entry.expect("the example is valid").settings
}

fn nodes(row: &Setting, settings: &Settings) -> String {
    let mut writing = Writing::default();
    (row.write)(settings, &mut writing);
    format!("{:?}", writing.nodes)
}

fn empty() -> ZoneConfig {
    ZoneConfig::new("z".parse().unwrap(), "/zones/none", "none")
}

fn applied(settings: &Settings, flavour: Flavour) -> ZoneConfig {
    let mut config = empty();
    configuration::apply(settings, flavour, &mut config);
    config
}

#[test]
fn every_row_reaches_the_configuration_and_is_found_in_it() {
    for row in SETTINGS {
        let name = row.spec.name;
        let settings = example(row);
        assert_eq!(said(&settings), [name]);
        for flavour in FLAVOURS {
            let config = applied(&settings, flavour);
            let changes = config != applied(&Settings::default(), flavour);
            match row.zone {
                OfZone::Nothing => {
                    assert!(!changes, "{name} is said not to be in the configuration");
                    assert_eq!(row.spec.system, None, "{name} says what it becomes");
                }
                OfZone::Configuration { .. } => {
                    let preset = row
                        .spec
                        .default
                        .is_some_and(|default| row.spec.example == format!("{name} {default}"));
                    assert!(changes || preset, "{name} is not applied");
                    assert!(
                        row.spec.system.is_some(),
                        "{name} does not say what it becomes"
                    );
                    let found = observed(&config, flavour, Naming::Properties);
                    assert_eq!(nodes(row, &found), nodes(row, &settings), "{name}");
                    // Nothing is found twice: what the row takes is no resource control any more.
                    let rendered = applied(&found, flavour);
                    assert_eq!(rendered, config, "{name}");
                }
            }
        }
    }
}

#[test]
fn every_row_is_merged_and_taken_apart_again() {
    for row in SETTINGS {
        let name = row.spec.name;
        let own = example(row);
        let nothing = Settings::default();
        assert_eq!(extend_settings(&nothing, &own), own, "{name}: over nothing");
        assert_eq!(
            extend_settings(&own, &nothing),
            own,
            "{name}: under nothing"
        );
        assert_eq!(extend_settings(&own, &own), own, "{name}: over itself");
        if matches!(row.zone, OfZone::Configuration { .. }) {
            assert_eq!(own_over(&own, &own), Some(nothing.clone()), "{name}");
            let over = own_over(&nothing, &own).expect(name);
            let merged = extend_settings(&nothing, &over);
            for flavour in FLAVOURS {
                let wanted = applied(&own, flavour);
                assert_eq!(applied(&merged, flavour), wanted, "{name}");
            }
        }
    }
}

#[test]
fn a_property_and_its_resource_control_are_one() {
    let text = "zone \"z\" { cpu-shares 5; rctl \"zone.cpu-shares\" { value priv=\"privileged\" limit=7 action=\"none\"; }; rctl \"zone.max-lofi\" { value limit=3 action=\"deny\"; }; }";
    let entry = decode_zone(&Source::new("z", text), None).unwrap();
    let config = applied(&entry.settings, Flavour::Upstream);
    assert_eq!(config.rctl.len(), 2, "{:?}", config.rctl);
    let found = observed(&config, Flavour::Upstream, Naming::Properties);
    assert_eq!((found.cpu_shares, found.rctl.len()), (Some(5), 1));
    let found = observed(&config, Flavour::Upstream, Naming::Rctls);
    assert_eq!((found.cpu_shares, found.rctl.len()), (None, 2));
}

#[test]
fn what_a_template_says_cannot_be_taken_away() {
    let settings = |text: &str| {
        let text = format!("zone \"z\" {{ {text} }}");
        *decode_zone(&Source::new("z", text), None).unwrap().settings
    };
    let over = |base: &str, actual: &str| own_over(&settings(base), &settings(actual));
    for (base, actual) in [
        ("cpu-shares 5", ""),
        (
            "capped-memory { physical \"1G\"; }",
            "capped-memory { swap \"1G\"; }",
        ),
        ("security-flags { lower \"aslr\"; }", ""),
        ("dataset \"a\" \"b\"", "dataset \"a\""),
        ("attr \"a\" value=\"1\"", "attr \"b\" value=\"1\""),
    ] {
        assert_eq!(over(base, actual), None, "{base} to {actual}");
    }
    for (base, actual, own) in [
        ("cpu-shares 5", "cpu-shares 6", "cpu-shares 6"),
        ("autoboot #true", "", "autoboot #false"),
        ("", "autoboot #false; ip-type \"exclusive\"", ""),
        ("dataset \"a\"", "dataset \"a\" \"b\"", "dataset \"b\""),
        (
            "capped-memory { physical \"1G\"; }",
            "capped-memory { physical \"1G\"; swap \"2G\"; }",
            "capped-memory { swap \"2G\"; }",
        ),
        (
            "security-flags { lower \"aslr\"; upper \"all\"; }",
            "security-flags { lower \"aslr\"; upper \"none\"; }",
            "security-flags { upper \"none\"; }",
        ),
    ] {
        assert_eq!(
            over(base, actual),
            Some(settings(own)),
            "{base} to {actual}"
        );
    }
}

fn entry(text: &str) -> crate::documents::model::ZoneEntry {
    let text = format!("zone \"z\" {{ brand \"ipkg\"; zonepath \"/zones/z\"; {text} }}");
    decode_zone(&Source::new("z", text), None).unwrap()
}

fn made(text: &str, flavour: Flavour) -> ZoneConfig {
    let defaults = crate::documents::model::Config {
        default_template: "default".to_owned(),
        zonepath: "/zones/{zone}".to_owned(),
        uplinks: std::collections::BTreeMap::new(),
        vnic: None,
        parallel: None,
        history: None,
    };
    zone_config(&entry(text), None, &defaults, flavour).unwrap()
}

/// In what a zone that is as `host` says differs from `documents`.
fn compared(documents: &str, host: &str) -> Vec<String> {
    let of = |flavour| {
        let (wanted, found) = (made(documents, flavour), made(host, flavour));
        let found = differences(&entry(documents), &wanted, &found, flavour);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let [upstream, extended] = FLAVOURS.map(of);
    assert_eq!(upstream, extended);
    upstream
}

#[test]
fn every_row_that_a_zone_has_is_compared() {
    for row in SETTINGS {
        let OfZone::Configuration { .. } = row.zone else {
            continue;
        };
        if ["brand", "zonepath"].contains(&row.spec.name) {
            continue;
        }
        let example = row.spec.example;
        assert_eq!(compared(example, example), [""; 0], "{example}");
        let preset = row
            .spec
            .default
            .is_some_and(|default| example == format!("{} {default}", row.spec.name));
        for found in [compared(example, ""), compared("", example)] {
            let named = found.iter().all(|one| one.starts_with(row.spec.name));
            assert!(named && found.is_empty() == preset, "{example}: {found:?}");
        }
    }
}

#[test]
fn the_same_in_other_words_is_no_difference() {
    for (one, other) in [
        (
            "capped-memory { physical \"1G\"; }",
            "capped-memory { physical 1073741824; }",
        ),
        (
            "limitpriv \"default,dtrace_proc\"",
            "limitpriv \"dtrace_proc,default\"",
        ),
        ("fs-allowed \"ufs,pcfs\"", "fs-allowed \"pcfs, ufs\""),
        ("hostid \"0x80f0c086\"", "hostid \"80F0C086\""),
        ("dataset \"a\" \"b\"", "dataset \"b\"; dataset \"a\""),
        (
            "security-flags { lower \"ASLR,noexecstack\"; }",
            "security-flags { lower \"noexecstack,aslr\"; }",
        ),
        (
            "dedicated-cpu { ncpus \"2\"; }",
            "dedicated-cpu { ncpus \"2-2\"; }",
        ),
        (
            "cpu-shares 5",
            "rctl \"zone.cpu-shares\" { value limit=5 action=\"none\"; }",
        ),
        (
            "fs \"/a\" { special \"/x\"; type \"lofs\"; options \"ro\" \"nodevices\"; }; fs \"/b\" special=\"/y\" type=\"lofs\"",
            "fs \"/b\" special=\"/y\" type=\"lofs\"; fs \"/a\" { special \"/x\"; type \"lofs\"; options \"nodevices\" \"ro\"; }",
        ),
        (
            "rctl \"a\" { value limit=1 action=\"deny\"; value limit=2 action=\"none\"; }",
            "rctl \"a\" { value limit=2 action=\"none\"; value limit=\"01\" action=\"deny\"; }",
        ),
        (
            "net \"a\" { vnic \"z0\"; address \"10.0.0.5/24\" \"fd00::5/64\"; }",
            "net \"a\" { vnic \"z0\"; address \"fd00:0::5/64\" \"10.0.0.5/24\"; }",
        ),
    ] {
        assert_eq!(compared(one, other), [""; 0], "{one}");
        assert_eq!(compared(other, one), [""; 0], "{other}");
    }
}

#[test]
fn differences_are_named_as_they_are_set() {
    for (documents, host, wanted) in [
        (
            "cpu-shares 50",
            "cpu-shares 10",
            "cpu-shares: documents 50, host 10",
        ),
        (
            "capped-memory { physical \"1G\"; swap \"2G\"; }",
            "capped-memory { physical \"2G\"; swap \"2G\"; }",
            "capped-memory.physical: documents 1G, host 2G",
        ),
        (
            "fs \"/a\" special=\"/x\" type=\"lofs\"",
            "fs \"/a\" special=\"/y\" type=\"lofs\"",
            "fs./a.special: documents /x, host /y",
        ),
        (
            "attr \"a\" value=\"1\"",
            "",
            "attr.a: documents name a, type string, value 1, host nothing",
        ),
        (
            "dataset \"a\" \"b\"",
            "dataset \"a\"",
            "dataset: documents a, b, host a",
        ),
        // Order counts as soon as something is taken away.
        (
            "limitpriv \"default,!sys_time\"",
            "limitpriv \"!sys_time,default\"",
            "limitpriv: documents default,!sys_time, host !sys_time,default",
        ),
        (
            "net \"a\" { vnic \"z0\"; address \"10.0.0.5/24\"; gateway \"10.0.0.1\"; }",
            "net \"b\" { vnic \"z0\"; address \"10.0.0.6/24\"; gateway \"10.0.0.1\"; }",
            "net.a.address: documents 10.0.0.5/24, host 10.0.0.6/24",
        ),
        (
            "net \"a\" { vnic \"z0\"; address \"10.0.0.5/24\"; }",
            "net \"a\" { vnic \"other0\"; address \"10.0.0.5/24\"; }",
            "net.a.vnic: documents z0, host other0",
        ),
        (
            "net \"a\" { vnic \"z0\"; address \"10.0.0.5/24\"; gateway \"10.0.0.1\"; }",
            "net \"a\" { vnic \"z0\"; address \"10.0.0.5/24\"; }",
            "net.a.gateway: documents 10.0.0.1, host nothing",
        ),
        (
            "net \"a\" { vnic \"z0\"; }; net \"b\" { vnic \"z1\"; address \"10.0.0.5/24\"; }",
            "net \"a\" { vnic \"z0\"; }",
            "net.b: documents vnic z1, address 10.0.0.5/24, host nothing",
        ),
        (
            "",
            "net \"a\" { vnic \"z0\"; }",
            "net.z0: documents nothing, host vnic z0, address nothing",
        ),
    ] {
        assert_eq!(compared(documents, host), [wanted]);
    }
}

/// OmniOS writes the MAC address of a link that the brand makes at its first boot.
#[test]
fn what_the_platform_writes_is_no_difference() {
    let on_demand =
        |mac: &str| format!("net \"a\" {{ vnic \"z0\"; stub \"igb0\"; on-demand #true; {mac} }}");
    let fixed = on_demand("mac-address \"2:8:20:a:b:c\"");
    assert_eq!(compared(&on_demand(""), &fixed), [""; 0]);
    assert_eq!(
        compared(&on_demand("mac-address \"2:8:20:0:0:1\""), &fixed),
        ["net.a.mac-address: documents 2:8:20:0:0:1, host 2:8:20:a:b:c"]
    );
}
