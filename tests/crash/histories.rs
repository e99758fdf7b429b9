//! Random histories: commands, failures and kills in any order, compared with a model of the host.
//!
//! After each event the host is looked at and must be what the model says: what the event leads to if it ended well, what was there
//! before or what it leads to if it did not. What was cut short is settled at once or only after further events.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::host::{Ended, Faults, TestHost};
use super::state::{State, Zone};
use super::tell;

const NAMES: [&str; 3] = ["a01", "b02", "c03"];

/// Addresses that are reserved and released, those that zones get among them.
const ADDRESSES: [&str; 4] = ["10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"];

/// One event of a history.
#[derive(Debug, Clone)]
struct Event {
    action: Action,
    trouble: Trouble,
    /// Whether `zmgr recover` follows if it did not end well.
    settle: bool,
}

#[derive(Debug, Clone)]
enum Action {
    Create(&'static str, bool),
    Destroy(&'static str),
    Boot(&'static str),
    Halt(&'static str),
    Shutdown(&'static str),
    Reboot(&'static str),
    Import,
    Forget(&'static str),
    AddNet(&'static str),
    RemoveNet(&'static str),
    MoveNet(&'static str, &'static str),
    Reserve(&'static str),
    Release(&'static str),
    Edit(&'static str, u8),
    Recover,
}

#[derive(Debug, Clone)]
enum Trouble {
    None,
    /// The process, or the machine, is killed at this point, if it gets that far.
    Kill(usize, bool),
    /// This call fails.
    Fail(&'static str, u8, u8),
}

impl Action {
    fn command(&self) -> String {
        match self {
            Self::Create(zone, true) => format!("create {zone}"),
            Self::Create(zone, false) => format!("create {zone} --no-boot"),
            Self::Destroy(zone) => format!("destroy {zone} -y"),
            Self::Boot(zone) => format!("boot {zone}"),
            Self::Halt(zone) => format!("halt {zone}"),
            Self::Shutdown(zone) => format!("shutdown {zone}"),
            Self::Reboot(zone) => format!("reboot {zone}"),
            Self::Import => "import".to_owned(),
            Self::Forget(zone) => format!("forget {zone}"),
            Self::AddNet(zone) => format!("net add {zone} lab pool=internal defrouter=false"),
            Self::RemoveNet(zone) => format!("net remove {zone} lab"),
            Self::MoveNet(zone, address) => format!("net set {zone} internal address={address}"),
            Self::Reserve(address) => format!("pool reserve internal {address}"),
            Self::Release(address) => format!("pool release internal {address}"),
            Self::Edit("pool", value) => format!("pool set internal range-end 10.0.0.24{value}"),
            Self::Edit("publisher", value) => {
                format!("publisher set openindiana.org mirror https://m{value}.example.org/")
            }
            Self::Edit(_, value) => format!("template set default cpu-shares {value}"),
            Self::Recover => "recover".to_owned(),
        }
    }

    fn zone(&self) -> Option<&'static str> {
        match self {
            Self::Create(zone, _)
            | Self::Destroy(zone)
            | Self::Boot(zone)
            | Self::Halt(zone)
            | Self::Shutdown(zone)
            | Self::Reboot(zone)
            | Self::Forget(zone)
            | Self::AddNet(zone)
            | Self::RemoveNet(zone)
            | Self::MoveNet(zone, _) => Some(zone),
            _ => None,
        }
    }

    /// What is there after it, if it is carried out.
    fn leads_to(&self, state: &State) -> State {
        let mut after = state.clone();
        let zone = self.zone().map(str::to_owned).unwrap_or_default();
        match self {
            Self::Create(_, boot) => {
                after.zones.entry(zone).or_insert(Zone {
                    registered: true,
                    running: *boot,
                    nets: 1,
                });
            }
            Self::Destroy(_) => drop(after.zones.remove(&zone)),
            Self::Import => {
                for zone in after.zones.values_mut() {
                    zone.registered = true;
                }
            }
            Self::Reserve(address) => drop(after.reserved.insert((*address).to_owned())),
            Self::Release(address) => drop(after.reserved.remove(*address)),
            Self::Edit(kind, value) => drop(after.edited.insert(kind, value.to_string())),
            _ => {}
        }
        let zone = self.zone().and_then(|zone| after.zones.get_mut(zone));
        match (self, zone) {
            (Self::Boot(_), Some(zone)) => zone.running = true,
            (Self::Halt(_) | Self::Shutdown(_), Some(zone)) => zone.running = false,
            (Self::Forget(_), Some(zone)) => zone.registered = false,
            // A zone that was forgotten and imported has a net `lab` under another name: it may get another.
            (Self::AddNet(_), Some(zone)) => zone.nets += 1,
            (Self::RemoveNet(_), Some(zone)) => zone.nets = zone.nets.saturating_sub(1),
            _ => {}
        }
        after
    }

    /// What may be there after it has ended this way, if `before` was.
    fn outcomes(&self, before: &State, ended: &Ended, restarted: bool) -> Vec<State> {
        let after = self.leads_to(before);
        let mut outcomes = match ended.status {
            Some(0) => return vec![after],
            // Refused.
            Some(3 | 6 | 7) => return vec![before.clone()],
            _ => vec![before.clone(), after],
        };
        if restarted {
            for state in &mut outcomes {
                for zone in state.zones.values_mut() {
                    zone.running = false;
                }
            }
            // What was cut short may be finished: a reboot, a boot.
            let booted = outcomes.iter().filter_map(|state| {
                let mut state = state.clone();
                state.zones.get_mut(self.zone()?)?.running = true;
                Some(state)
            });
            let booted: Vec<State> = booted.collect();
            outcomes.extend(booted);
        }
        outcomes
    }
}

fn event() -> impl Strategy<Value = Event> {
    let zone = || proptest::sample::select(&NAMES[..]);
    let address = || proptest::sample::select(&ADDRESSES[..]);
    let kind = proptest::sample::select(&["pool", "publisher", "template"][..]);
    let action = prop_oneof![
        5 => (zone(), proptest::bool::ANY).prop_map(|(zone, boot)| Action::Create(zone, boot)),
        3 => zone().prop_map(Action::Destroy),
        1 => zone().prop_map(Action::Boot),
        1 => zone().prop_map(Action::Halt),
        1 => zone().prop_map(Action::Shutdown),
        1 => zone().prop_map(Action::Reboot),
        1 => Just(Action::Import),
        1 => zone().prop_map(Action::Forget),
        2 => zone().prop_map(Action::AddNet),
        1 => zone().prop_map(Action::RemoveNet),
        2 => (zone(), address()).prop_map(|(zone, address)| Action::MoveNet(zone, address)),
        2 => address().prop_map(Action::Reserve),
        2 => address().prop_map(Action::Release),
        1 => (kind, 1..9u8).prop_map(|(kind, value)| Action::Edit(kind, value)),
        1 => Just(Action::Recover),
    ];
    let call = proptest::sample::select(
        &[
            "file:append",
            "file:rename",
            "file:sync",
            "file:unlink",
            "dladm_vnic_create",
            "dladm_vnic_delete",
            "zonecfg_save",
            "zonecfg_destroy",
            "zoneadm install",
            "zoneadm install: packages",
            "zoneadm uninstall",
            "zoneadm boot",
            "zoneadm halt",
            "pkg set-publisher",
        ][..],
    );
    let code = prop_oneof![Just(1u8), Just(5), Just(13), Just(28)];
    let trouble = prop_oneof![
        3 => Just(Trouble::None),
        3 => (1..400usize, proptest::bool::weighted(0.4)).prop_map(|(point, machine)| Trouble::Kill(point, machine)),
        2 => (call, 1..6u8, code).prop_map(|(call, nth, code)| Trouble::Fail(call, nth, code)),
    ];
    (action, trouble, proptest::bool::weighted(0.7)).prop_map(|(action, trouble, settle)| Event {
        action,
        trouble,
        settle,
    })
}

/// Carries out an event; how it ended, and whether the machine was restarted.
fn carry_out(host: &TestHost, event: &Event) -> (Ended, bool) {
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
    let ended = host.zmgr_with(&format!("{} -q", event.action.command()), &faults);
    let restarted = restart && ended.status.is_none();
    if restarted {
        host.restart_machine();
    }
    (ended, restarted)
}

/// Everything that was cut short is settled.
fn recover(host: &TestHost) -> Result<(), String> {
    let ended = host.zmgr("recover -q");
    if ended.status != Some(0) {
        return Err(format!("recover: {:?} {}", ended.status, ended.stderr));
    }
    let open = host.unsettled();
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("journals are open: {open:?}"))
    }
}

fn live(fresh: &TestHost, history: &[Event]) -> Result<(), String> {
    let host = fresh.copy();
    let mut possible = BTreeSet::from([State::of(&host)?.0]);
    // Addresses that were reserved while somebody had them.
    let mut excused: BTreeSet<String> = BTreeSet::new();
    let last = history.len() - 1;
    for (number, event) in history.iter().enumerate() {
        let held: BTreeSet<String> = match State::of(&host) {
            Ok((_, held)) => held.into_keys().collect(),
            Err(_) => BTreeSet::new(),
        };
        let (ended, restarted) = carry_out(&host, event);
        let said = format!("{event:?} ended with {:?}: {}", ended.status, ended.stderr);
        if let Action::Reserve(address) = event.action
            && held.contains(address)
        {
            excused.insert(address.to_owned());
        }
        possible = possible
            .iter()
            .flat_map(|before| event.action.outcomes(before, &ended, restarted))
            .collect();
        let cut_short =
            !host.unsettled().is_empty() || !matches!(ended.status, Some(0 | 3 | 6 | 7));
        if cut_short && !event.settle && number != last {
            continue;
        }
        recover(&host).map_err(|reason| format!("{said}; {reason}"))?;
        let (found, held) = State::of(&host).map_err(|reason| format!("{said}; {reason}"))?;
        if !possible.contains(&found) {
            return Err(format!("{said}; {found:?} is none of {possible:?}"));
        }
        for address in &found.reserved {
            if let Some(zone) = held.get(address).filter(|_| !excused.contains(address)) {
                return Err(format!("{said}; {address} is reserved, and {zone} has it"));
            }
        }
        possible = BTreeSet::from([found]);
    }
    empty(&host)
}

/// Everything can be taken away, and nothing is left then.
fn empty(host: &TestHost) -> Result<(), String> {
    let run = |args: &str| {
        let ended = host.zmgr(args);
        match ended.status {
            Some(0) => Ok(()),
            status => Err(format!("{args}: {status:?} {}", ended.stderr)),
        }
    };
    run("import -q")?;
    let zones: Vec<String> = State::of(host)?.0.zones.into_keys().collect();
    if !zones.is_empty() {
        run(&format!("destroy -y -q {}", zones.join(" ")))?;
    }
    let (left, held) = State::of(host)?;
    if left.zones.is_empty() && held.is_empty() {
        Ok(())
    } else {
        Err(format!("left at the end: {left:?}"))
    }
}

#[test]
fn random_histories_agree_with_the_model() {
    let cases = if super::full() {
        1000 / u32::try_from(super::slice().1).unwrap()
    } else {
        8
    };
    for flavour in ["upstream", "omnios"] {
        let fresh = TestHost::new(flavour);
        let with_quarantine = fresh.copy();
        with_quarantine.must("pool set internal quarantine 1h -q");
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 60,
            ..Config::default()
        };
        let histories = (
            proptest::bool::ANY,
            proptest::collection::vec(event(), 1..14),
        );
        let result = TestRunner::new(config).run(&histories, |(quarantine, history)| {
            let fresh = if quarantine { &with_quarantine } else { &fresh };
            live(fresh, &history).map_err(TestCaseError::fail)
        });
        if let Err(error) = result {
            panic!("{flavour}: {error}");
        }
        tell(&format!(
            "random histories ({flavour}): {cases}, all as the model says"
        ));
    }
}
