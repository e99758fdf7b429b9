//! Hosts that are prepared, and the operation on each that is killed or made to fail.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::host::{Faults, Point, TestHost};
use super::snapshot::Snapshot;

/// An operation and the host it starts from.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) args: &'static str,
    /// Commands that lead to the state before.
    prepare: &'static [&'static str],
    /// What is done to the files of the host after them.
    spoil: Option<fn(&TestHost)>,
    /// Of a command that is several operations: what leads from the state after to those in which only some of them were done.
    parts: &'static [&'static str],
    pub(crate) again: Again,
}

impl Scenario {
    /// Whether every run passes the same points.
    pub(crate) fn is_regular(&self) -> bool {
        self.name != AT_ONCE
    }

    /// What a host looks like.
    pub(crate) fn look(&self, host: &TestHost) -> Snapshot {
        if self.is_regular() {
            Snapshot::of(host)
        } else {
            Snapshot::of_two_at_once(host)
        }
    }
}

/// When the operation is run once more after `zmgr recover`, and must lead to the state after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Recovery alone leads to the state before or the state after.
    Never,
    /// After a failure, because what cannot be looked at is not mended.
    AfterFailure,
    /// It writes no journal.
    Always,
}

const fn scenario(
    name: &'static str,
    args: &'static str,
    prepare: &'static [&'static str],
) -> Scenario {
    Scenario {
        name,
        args,
        prepare,
        spoil: None,
        parts: &[],
        again: Again::Never,
    }
}

/// Two operations on two threads: which points they pass in which order is another in each run.
const AT_ONCE: &str = "create several at once";

/// Each operation that changes something.
const SCENARIOS: &[Scenario] = &[
    scenario("create", "create web01", &[]),
    scenario(
        "create with two nets beside another zone",
        "create web01 --template router",
        &["create db01"],
    ),
    Scenario {
        parts: &["destroy web1 -y", "destroy web2 -y"],
        ..scenario(
            "create several",
            "create web{number} --count 2",
            &["config set parallel=1"],
        )
    },
    Scenario {
        parts: &["destroy web1 -y", "destroy web2 -y"],
        ..scenario(
            AT_ONCE,
            "create web{number} --count 2",
            &["config set parallel=2"],
        )
    },
    Scenario {
        spoil: Some(lose_zone),
        ..scenario(
            "create from the registry",
            "create web01 --from-registry",
            &["create web01 --no-boot"],
        )
    },
    scenario(
        "destroy",
        "destroy web01 -y",
        &["create web01 --template router", "create db01"],
    ),
    scenario(
        "destroy the last zone",
        "destroy web01 -y",
        &["create web01"],
    ),
    scenario(
        "destroy into quarantine",
        "destroy web01 -y",
        &["pool set internal quarantine 1h", "create web01 --no-boot"],
    ),
    scenario(
        "import",
        "import web01 web02",
        &["create web01", "create web02", "forget web01 web02"],
    ),
    scenario(
        "forget",
        "forget web01 web02",
        &["create web01 --no-boot", "create web02 --no-boot"],
    ),
    scenario("boot", "boot web01", &["create web01 --no-boot"]),
    scenario("halt", "halt web01", &["create web01"]),
    scenario("shutdown", "shutdown web01", &["create web01"]),
    scenario("reboot", "reboot web01", &["create web01"]),
    scenario(
        "set a running zone",
        "set web01 cpu-shares=50 autoboot=false",
        &["create web01 --set cpu-shares=10"],
    ),
    scenario(
        "set a zone that is down",
        "set web01 capped-memory.swap=1G",
        &["create web01 --no-boot"],
    ),
    scenario(
        "apply",
        "apply web01 -y",
        &[
            "create web01 --set cpu-shares=10",
            "set web01 cpu-shares=20 autoboot=false --no-apply",
        ],
    ),
    scenario(
        "net add",
        "net add web01 public pool=public defrouter=false",
        &["create web01"],
    ),
    scenario(
        "net add over a new etherstub",
        "net add web01 lab mode=dhcp stub=lab0",
        &["create web01 --no-boot"],
    ),
    scenario(
        "net set",
        "net set web01 internal address=10.0.0.77 maxbw=100M",
        &["pool set internal quarantine 1h", "create web01"],
    ),
    scenario(
        "net set with another VNIC",
        "net set web01 internal stub=lab0 vlan=20",
        &["create web01 --no-boot"],
    ),
    scenario(
        "net remove",
        "net remove web01 internal",
        &[
            "pool set internal quarantine 1h",
            "create web01 --template router --no-boot",
        ],
    ),
    scenario(
        "pool reserve",
        "pool reserve internal 10.0.0.50 --reason printer",
        &["create web01 --no-boot"],
    ),
    scenario(
        "pool release",
        "pool release internal 10.0.0.50",
        &["pool reserve internal 10.0.0.50"],
    ),
    scenario(
        "pool release from quarantine",
        "pool release internal 10.0.0.10",
        &[
            "pool set internal quarantine 1h",
            "create web01 --no-boot",
            "destroy web01 -y",
            "pool reserve internal 10.0.0.10",
        ],
    ),
    scenario(
        "template set",
        "template set router net.public.vlan 12",
        &[],
    ),
    scenario("template remove", "template remove router -y", &[]),
    scenario(
        "pool set",
        "pool set internal range-end 10.0.0.200",
        &["create web01 --no-boot"],
    ),
    scenario(
        "set of an entry",
        "set web01 cpu-shares=10",
        &["create web01 --no-boot"],
    ),
    scenario(
        "edit of an entry",
        "edit web01",
        &["create web01 --no-boot"],
    ),
    scenario(
        "config set",
        "config set parallel=4 history=30d",
        &["create web01 --no-boot"],
    ),
    scenario("config edit", "config edit", &[]),
    scenario(
        "publisher create",
        "publisher create lab --origin https://pkg.example.org/lab",
        &[],
    ),
    Scenario {
        spoil: Some(break_what_is_ours),
        again: Again::AfterFailure,
        ..scenario("doctor", "doctor --fix", &["create web01 --no-boot"])
    },
    Scenario {
        spoil: Some(lose_documents),
        again: Again::Always,
        ..scenario("init", "init", &[])
    },
];

/// The scenarios, or those that `ZMGR_RELIABILITY_SCENARIO` names, each with its number.
pub(crate) fn scenarios() -> impl Iterator<Item = (usize, &'static Scenario)> {
    let only = std::env::var("ZMGR_RELIABILITY_SCENARIO").ok();
    SCENARIOS.iter().enumerate().filter(move |(_, scenario)| {
        only.as_ref()
            .is_none_or(|only| only.split(',').any(|only| only == scenario.name))
    })
}

/// Makes everything wrong that `doctor --fix` mends, but for the modes of documents, which come first and alone, and what a writer left,
/// which `recover` removes as well.
fn break_what_is_ours(host: &TestHost) {
    let index = host.read("/etc/zones/index");
    fs::write(host.path("/etc/zones/index"), format!("{index}# edited")).unwrap();
    let zonepath = host.path("/zones/web01");
    fs::set_permissions(zonepath, Permissions::from_mode(0o755)).unwrap();
    host.program("dladm set-linkprop -p protection=ip-nospoof web01_0");
    host.program("dladm create-etherstub old0");
    fs::write(host.path("/var/zmgr/etherstubs/old0"), "made by zmgr\n").unwrap();
}

/// As when the system was installed anew and `/etc/zmgr` kept.
fn lose_zone(host: &TestHost) {
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    host.must("destroy web01 -y -q");
    fs::write(host.path("/etc/zmgr/zones/web01.kdl"), entry).unwrap();
}

/// As after an `init` that was killed, or when somebody has removed documents.
fn lose_documents(host: &TestHost) {
    fs::remove_dir_all(host.path("/etc/zmgr/templates")).unwrap();
    fs::remove_file(host.path("/etc/zmgr/config.kdl")).unwrap();
    fs::remove_file(host.path("/etc/zmgr/pools/public.kdl")).unwrap();
}

/// A scenario on a host of one flavour: the host before, what it looks like before and after, and the points between.
pub(crate) struct Prepared {
    pub(crate) scenario: &'static Scenario,
    pub(crate) host: TestHost,
    pub(crate) before: Snapshot,
    pub(crate) after: Snapshot,
    /// Every state that recovery may lead to.
    ends: Vec<End>,
    pub(crate) points: Vec<Point>,
}

/// A state that recovery may lead to.
struct End {
    which: &'static str,
    state: Snapshot,
    restarted: Snapshot,
}

impl End {
    fn of(which: &'static str, scenario: &Scenario, host: &TestHost) -> Self {
        let copy = host.copy();
        copy.restart_machine();
        Self {
            which,
            state: scenario.look(host),
            restarted: scenario.look(&copy),
        }
    }
}

impl Prepared {
    pub(crate) fn new(scenario: &'static Scenario, flavour: &'static str) -> Self {
        let host = TestHost::new(flavour);
        for command in scenario.prepare {
            host.must(&format!("{command} -q"));
        }
        if let Some(spoil) = scenario.spoil {
            spoil(&host);
        }
        let after = host.copy();
        let traced = Faults {
            trace: true,
            ..Faults::default()
        };
        let ended = after.zmgr_with(&format!("{} -q", scenario.args), &traced);
        assert_eq!(ended.status, Some(0), "{}: {}", scenario.args, ended.stderr);
        let mut ends = vec![
            End::of("before", scenario, &host),
            End::of("after", scenario, &after),
        ];
        for part in scenario.parts {
            let partly = after.copy();
            partly.must(&format!("{part} -q"));
            ends.push(End::of("after in part", scenario, &partly));
        }
        Self {
            scenario,
            before: scenario.look(&host),
            after: scenario.look(&after),
            ends,
            points: after.points(),
            host,
        }
    }

    /// What is said of this scenario in messages.
    pub(crate) fn label(&self) -> String {
        format!("{} ({})", self.scenario.name, self.host.flavour)
    }

    /// Runs the operation once more; then the host must be as after.
    pub(crate) fn once_more(&self, host: &TestHost) -> Result<(), String> {
        let ended = host.zmgr(&format!("{} -q", self.scenario.args));
        if ended.status != Some(0) {
            return Err(format!("once more: {:?} {}", ended.status, ended.stderr));
        }
        let differences = self.after.differences(&self.scenario.look(host));
        if differences.is_empty() {
            Ok(())
        } else {
            Err(format!("once more: {}", differences.join("; ")))
        }
    }

    /// Whether the host is as before or as after; otherwise how it differs from the nearest such state.
    pub(crate) fn is_settled(&self, host: &TestHost, restarted: bool) -> Result<(), String> {
        let found = self.scenario.look(host);
        // What was cut short by a restart may have been finished since.
        if restarted && self.after.differences(&found).is_empty() {
            return Ok(());
        }
        let from = |end: &End| {
            let expected = if restarted {
                &end.restarted
            } else {
                &end.state
            };
            (end.which, expected.differences(&found))
        };
        let nearest = self.ends.iter().map(from);
        match nearest.min_by_key(|(_, differences)| differences.len()) {
            Some((which, differences)) if !differences.is_empty() => Err(format!(
                "differs from the state {which}: {}",
                differences.join("; ")
            )),
            _ => Ok(()),
        }
    }
}

/// Whether a point only reads, or only touches memory: the host is the same as at the point before it.
pub(crate) fn only_reads(name: &str) -> bool {
    const WRITES: &[&str] = &["zonecfg_save", "zonecfg_destroy", "zonecfg_set_name"];
    if name.starts_with("zonecfg_") {
        return !WRITES.contains(&name);
    }
    const READS: &[&str] = &[
        "setzoneent",
        "getzoneent",
        "endzoneent",
        "getzoneid",
        "zone_",
        "dladm_open",
        "dladm_close",
        "dladm_walk",
        "dladm_name2info",
        "dladm_datalink_id2info",
        "dladm_info",
        "dladm_vnic_info",
        "dladm_vnic_modify",
        "zoneadm list",
        "zfs list",
        "zfs get",
        "pkg publisher",
    ];
    READS.iter().any(|start| name.starts_with(start))
}
