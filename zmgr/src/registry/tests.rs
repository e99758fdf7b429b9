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
