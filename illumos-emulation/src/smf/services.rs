//! The services that the repository of a fresh zone has, in the order in which they come online (illumos-gate usr/src/cmd/svc/milestone).

use crate::Flavour;

/// A service instance as its manifest describes it.
pub(super) struct Service {
    /// `svc:/NAME:INSTANCE`.
    pub(super) fmri: &'static str,
    /// What svcs(1) calls it.
    pub(super) title: &'static str,
    /// Whether it is enabled before a profile says anything.
    pub(super) enabled: bool,
    /// The services without which it stays offline.
    pub(super) requires: &'static [&'static str],
    /// The distribution that alone has it.
    only: Option<Flavour>,
}

const fn service(
    fmri: &'static str,
    title: &'static str,
    requires: &'static [&'static str],
) -> Service {
    Service {
        fmri,
        title,
        enabled: true,
        requires,
        only: None,
    }
}

const EARLY: &str = "svc:/system/early-manifest-import:default";
const ROOT: &str = "svc:/system/filesystem/root:default";
const MINIMAL: &str = "svc:/system/filesystem/minimal:default";
const LOCAL: &str = "svc:/system/filesystem/local:default";
const IMPORT: &str = "svc:/system/manifest-import:default";
const NODE: &str = "svc:/system/identity:node";
const LOOPBACK: &str = "svc:/network/loopback:default";
const PHYSICAL: &str = "svc:/network/physical:default";
const NETWORK: &str = "svc:/milestone/network:default";
const DEVICES: &str = "svc:/milestone/devices:default";
const SINGLE: &str = "svc:/milestone/single-user:default";
const NAMES: &str = "svc:/milestone/name-services:default";
const SYSCONFIG: &str = "svc:/milestone/sysconfig:default";
const MULTI: &str = "svc:/milestone/multi-user:default";
/// What a zone is ready with.
const SERVER: &str = "svc:/milestone/multi-user-server:default";

/// Runs `/.initialboot`.
pub(super) const INITIAL_BOOT: &str = "svc:/system/initial-boot:default";
/// Runs `/etc/sysding.conf`.
pub(super) const SYSDING: &str = "svc:/system/sysding:system";
/// Sets the host name.
pub(super) const IDENTITY: &str = NODE;

const SERVICES: &[Service] = &[
    service("svc:/system/svc/restarter:default", "master restarter", &[]),
    service(EARLY, "early manifest import", &[]),
    service(ROOT, "root file system mount", &[]),
    service(LOOPBACK, "loopback network interface", &[]),
    service(
        "svc:/network/ip-interface-management:default",
        "IP interface management",
        &[],
    ),
    service(PHYSICAL, "physical network interfaces", &[LOOPBACK]),
    service(NODE, "system identity (nodename)", &[PHYSICAL]),
    service(MINIMAL, "minimal file system mounts", &[ROOT]),
    service(IMPORT, "service manifest import", &[MINIMAL]),
    service(NETWORK, "network milestone", &[PHYSICAL]),
    service(DEVICES, "device configuration milestone", &[]),
    service(
        SINGLE,
        "single-user milestone",
        &[NODE, MINIMAL, DEVICES, IMPORT, LOOPBACK, NETWORK],
    ),
    service(LOCAL, "local file system mounts", &[SINGLE]),
    Service {
        enabled: false,
        ..service("svc:/network/dns/client:default", "DNS resolver", &[])
    },
    service(
        "svc:/system/name-service-cache:default",
        "name service cache",
        &[MINIMAL],
    ),
    service(NAMES, "name services milestone", &[]),
    Service {
        only: Some(Flavour::Omnios),
        ..service(INITIAL_BOOT, "initial boot", &[ROOT, MINIMAL])
    },
    Service {
        only: Some(Flavour::Upstream),
        ..service(SYSDING, "system configuration", &[SINGLE, LOCAL])
    },
    service(SYSCONFIG, "basic system configuration milestone", &[SINGLE]),
    service("svc:/system/cron:default", "clock daemon (cron)", &[LOCAL]),
    service("svc:/system/utmp:default", "utmpx monitoring", &[SINGLE]),
    service(
        "svc:/system/console-login:default",
        "Console login",
        &[SYSCONFIG],
    ),
    service(
        MULTI,
        "multi-user milestone",
        &[SINGLE, SYSCONFIG, NAMES, LOCAL],
    ),
    service("svc:/network/ssh:default", "SSH server", &[LOCAL, NETWORK]),
    service(SERVER, "multi-user plus exports milestone", &[MULTI]),
];

/// The services of a zone of this distribution.
pub(super) fn of(flavour: Flavour) -> impl Iterator<Item = &'static Service> {
    SERVICES
        .iter()
        .filter(move |service| service.only.is_none_or(|only| only == flavour))
}
