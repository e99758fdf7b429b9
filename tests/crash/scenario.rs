//! Hosts that are prepared, and the operation on each that is killed or made to fail.

use super::host::{Faults, Point, TestHost};
use super::snapshot::Snapshot;

/// An operation and the host it starts from.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) args: &'static str,
    /// Commands that lead to the state before.
    prepare: &'static [&'static str],
}

/// Each operation that changes something.
pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "create",
        args: "create web01",
        prepare: &[],
    },
    Scenario {
        name: "create with two nets beside another zone",
        args: "create web01 --template router",
        prepare: &["create db01"],
    },
    Scenario {
        name: "destroy",
        args: "destroy web01 -y",
        prepare: &["create web01 --template router", "create db01"],
    },
    Scenario {
        name: "destroy the last zone",
        args: "destroy web01 -y",
        prepare: &["create web01"],
    },
    Scenario {
        name: "import",
        args: "import web01 web02",
        prepare: &["create web01", "create web02", "forget web01 web02"],
    },
    Scenario {
        name: "forget",
        args: "forget web01",
        prepare: &["create web01 --no-boot"],
    },
    Scenario {
        name: "boot",
        args: "boot web01",
        prepare: &["create web01 --no-boot"],
    },
    Scenario {
        name: "halt",
        args: "halt web01",
        prepare: &["create web01"],
    },
    Scenario {
        name: "shutdown",
        args: "shutdown web01",
        prepare: &["create web01"],
    },
    Scenario {
        name: "reboot",
        args: "reboot web01",
        prepare: &["create web01"],
    },
    Scenario {
        name: "template set",
        args: "template set router net.public.vlan 12",
        prepare: &[],
    },
    Scenario {
        name: "template remove",
        args: "template remove router -y",
        prepare: &[],
    },
    Scenario {
        name: "pool set",
        args: "pool set internal range-end 10.0.0.200",
        prepare: &["create web01 --no-boot"],
    },
];

/// A scenario on a host of one flavour: the host before, what it looks like before and after, and the points between.
pub(crate) struct Prepared {
    pub(crate) scenario: &'static Scenario,
    pub(crate) host: TestHost,
    pub(crate) before: Snapshot,
    pub(crate) after: Snapshot,
    pub(crate) before_restarted: Snapshot,
    pub(crate) after_restarted: Snapshot,
    pub(crate) points: Vec<Point>,
}

impl Prepared {
    pub(crate) fn new(scenario: &'static Scenario, flavour: &'static str) -> Self {
        let host = TestHost::new(flavour);
        for command in scenario.prepare {
            host.must(&format!("{command} -q"));
        }
        let after = host.copy();
        let traced = Faults {
            trace: true,
            ..Faults::default()
        };
        let ended = after.zmgr_with(&format!("{} -q", scenario.args), &traced);
        assert_eq!(ended.status, Some(0), "{}: {}", scenario.args, ended.stderr);
        let restarted = |host: &TestHost| {
            let copy = host.copy();
            copy.restart_machine();
            Snapshot::of(&copy)
        };
        Self {
            scenario,
            before: Snapshot::of(&host),
            after: Snapshot::of(&after),
            before_restarted: restarted(&host),
            after_restarted: restarted(&after),
            points: after.points(),
            host,
        }
    }

    /// What is said of this scenario in messages.
    pub(crate) fn label(&self) -> String {
        format!("{} ({})", self.scenario.name, self.host.flavour)
    }

    /// Whether the host is as before or as after; otherwise how it differs from the nearer one.
    pub(crate) fn is_settled(&self, host: &TestHost, restarted: bool) -> Result<(), String> {
        let found = Snapshot::of(host);
        let (before, after) = if restarted {
            (&self.before_restarted, &self.after_restarted)
        } else {
            (&self.before, &self.after)
        };
        let from_before = before.differences(&found);
        let from_after = after.differences(&found);
        // What was cut short by a restart may have been finished since.
        let finished = restarted && self.after.differences(&found).is_empty();
        if from_before.is_empty() || from_after.is_empty() || finished {
            return Ok(());
        }
        let (which, differences) = if from_before.len() <= from_after.len() {
            ("before", from_before)
        } else {
            ("after", from_after)
        };
        Err(format!(
            "differs from the state {which}: {}",
            differences.join("; ")
        ))
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
