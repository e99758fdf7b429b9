//! Random histories: commands, failures and kills in any order, compared with a model of the host after each.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::host::{Faults, TestHost};
use super::many::disagreement;
use super::tell;

const NAMES: [&str; 3] = ["a01", "b02", "c03"];

/// One event of a history.
#[derive(Debug, Clone)]
struct Event {
    verb: &'static str,
    zone: &'static str,
    trouble: Trouble,
}

#[derive(Debug, Clone)]
enum Trouble {
    None,
    /// The process, or the machine, is killed at this point, if it gets that far.
    Kill(usize, bool),
    /// This call fails.
    Fail(&'static str, u8, u8),
}

fn event() -> impl Strategy<Value = Event> {
    let verb = prop_oneof![
        4 => Just("create"),
        3 => Just("destroy -y"),
        1 => Just("boot"),
        1 => Just("halt"),
        1 => Just("shutdown"),
        1 => Just("reboot"),
        1 => Just("recover"),
    ];
    let call = prop_oneof![
        Just("file:append"),
        Just("file:rename"),
        Just("file:sync"),
        Just("file:unlink"),
        Just("dladm_vnic_create"),
        Just("dladm_vnic_delete"),
        Just("zonecfg_save"),
        Just("zonecfg_destroy"),
        Just("zoneadm install"),
        Just("zoneadm install: packages"),
        Just("zoneadm uninstall"),
        Just("zoneadm boot"),
        Just("zoneadm halt"),
        Just("pkg set-publisher"),
    ];
    let code = prop_oneof![Just(1u8), Just(5), Just(13), Just(28)];
    let trouble = prop_oneof![
        3 => Just(Trouble::None),
        3 => (1..400usize, proptest::bool::ANY).prop_map(|(point, machine)| Trouble::Kill(point, machine)),
        2 => (call, 1..6u8, code).prop_map(|(call, nth, code)| Trouble::Fail(call, nth, code)),
    ];
    (verb, proptest::sample::select(&NAMES[..]), trouble).prop_map(|(verb, zone, trouble)| Event {
        verb,
        zone,
        trouble,
    })
}

/// The zones that there are, which is all the model needs: everything else on the host follows from it.
type Model = BTreeSet<String>;

fn live(flavour: &'static str, fresh: &TestHost, history: &[Event]) -> Result<(), String> {
    let host = fresh.copy();
    assert_eq!(host.flavour, flavour);
    let mut model = Model::new();
    for event in history {
        let mut faults = Faults::default();
        let mut restart = false;
        match &event.trouble {
            Trouble::None => {}
            Trouble::Kill(point, machine) => {
                faults.kill = Some(if *machine {
                    format!("{point}:machine")
                } else {
                    point.to_string()
                });
                restart = *machine;
            }
            Trouble::Fail(call, nth, code) => faults.fail = Some(format!("{call}@{nth}={code}")),
        }
        let zone = if event.verb == "recover" {
            ""
        } else {
            event.zone
        };
        let ended = host.zmgr_with(&format!("{} {zone} -q", event.verb), &faults);
        if restart && ended.status.is_none() {
            host.restart_machine();
        }
        let mut with = model.clone();
        with.insert(event.zone.to_owned());
        let mut without = model.clone();
        without.remove(event.zone);
        let possible: Vec<&Model> = match (event.verb, ended.status) {
            ("create", Some(0)) => vec![&with],
            ("destroy -y", Some(0)) => vec![&without],
            ("create", _) => vec![&model, &with],
            ("destroy -y", _) => vec![&model, &without],
            _ => vec![&model],
        };
        let said = format!("{event:?} ended with {:?}: {}", ended.status, ended.stderr);
        if !matches!(ended.status, Some(0 | 7 | 6)) {
            let ended = host.zmgr("recover -q");
            if ended.status != Some(0) {
                return Err(format!(
                    "{said}; recover: {:?} {}",
                    ended.status, ended.stderr
                ));
            }
        }
        let agreed = possible
            .iter()
            .find(|model| disagreement(&host, model).is_none());
        let Some(agreed) = agreed.map(|model| (*model).clone()) else {
            let reasons: Vec<_> = possible
                .iter()
                .filter_map(|model| disagreement(&host, model))
                .collect();
            return Err(format!("{said}; {}", reasons.join("; ")));
        };
        if !host.unsettled().is_empty() {
            return Err(format!("{said}; a journal is open"));
        }
        model = agreed;
    }
    let destroy: Vec<&str> = model.iter().map(String::as_str).collect();
    if !destroy.is_empty() {
        let ended = host.zmgr(&format!("destroy -y -q {}", destroy.join(" ")));
        if ended.status != Some(0) {
            return Err(format!(
                "destroying all: {:?} {}",
                ended.status, ended.stderr
            ));
        }
    }
    disagreement(&host, &Model::new()).map_or(Ok(()), Err)
}

#[test]
fn random_histories_agree_with_the_model() {
    let cases = if super::full() {
        1000 / u32::try_from(super::slice().1).unwrap()
    } else {
        6
    };
    for flavour in ["upstream", "omnios"] {
        let fresh = TestHost::new(flavour);
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 40,
            ..Config::default()
        };
        let histories = proptest::collection::vec(event(), 1..10);
        let result = TestRunner::new(config).run(&histories, |history| {
            live(flavour, &fresh, &history).map_err(TestCaseError::fail)
        });
        if let Err(error) = result {
            panic!("{flavour}: {error}");
        }
        tell(&format!(
            "random histories ({flavour}): {cases}, all as the model says"
        ));
    }
}
