//! rcapadm(8), poolbind(8) and priocntl(1): what they change of zones that run.

use crate::kernel::{self, KernelZone, ResourceTable, Resources};
use crate::zonecfg::document;
use crate::{Flavour, Host};

use super::{Options, Terminal};

/// Changes the resources of a zone; what went wrong has been said.
fn change(
    terminal: &mut Terminal<'_>,
    host: &Host,
    command: &str,
    zone: &KernelZone,
    change: impl FnOnce(&mut Resources),
) -> i32 {
    let changed = host.update(|table: &mut ResourceTable| {
        change(table.zones.entry(zone.name.clone()).or_default());
        Ok::<_, std::io::Error>(())
    });
    match changed {
        Ok(()) => 0,
        Err(error) => {
            terminal.error(&format!("{command}: {error}"));
            1
        }
    }
}

/// `rcapadm -z ZONE -m SIZE` (illumos-gate usr/src/cmd/rcap/rcapadm/rcapadm.c).
pub(super) fn rcapadm(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "DEc:i:m:nz:").ok();
    let Some((options, name, size)) = options.and_then(|options| {
        let (name, size) = (options.value('z')?, options.value('m')?);
        (options.rest.is_empty() && !options.has('E') && !options.has('D'))
            .then_some((options, name, size))
    }) else {
        terminal.error("usage: rcapadm\n               [-z <zonename> -m <max-rss>]               # update zone memory cap");
        return 2;
    };
    if options.has('n') {
        terminal.error("usage: rcapadm");
        return 2;
    }
    let Some(zone) = kernel::zone(host, name) else {
        terminal.error(&format!("zone '{name}' must be running"));
        return 1;
    };
    let Some(bytes) = super::prctl::scaled(size, true) else {
        terminal.error("invalid max-rss value");
        return 1;
    };
    if host.flavour() == Flavour::Omnios {
        // There the cap is a resource control, and the kernel does not know the attribute.
        terminal.error(&format!("could not set memory cap for zone '{name}'"));
        return 1;
    }
    change(terminal, host, "rcapadm", &zone, |resources| {
        resources.memory_cap = bytes;
    })
}

/// `poolbind -p POOL -i zoneid ZONE…` (illumos-gate usr/src/cmd/pools/poolbind/poolbind.c). Pools are off unless the setting `pools`
/// names those that there are.
pub(super) fn poolbind(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "Qei:p:q").ok();
    let Some((pool, zones)) = options.as_ref().and_then(|options| {
        let pool = options.value('p')?;
        (options.value('i') == Some("zoneid") && !options.rest.is_empty())
            .then_some((pool, options.rest))
    }) else {
        terminal.error(
            "Usage:\n    poolbind -p pool_name [-i pid | -i taskid | -i projid | -i zoneid] id ...",
        );
        return 2;
    };
    if host.setting("pools").is_none() {
        terminal.error("poolbind: couldn't open pools state file: Facility is not active");
        return 1;
    }
    let mut status = 0;
    for name in zones {
        let Some(zone) = by_id_or_name(host, name) else {
            terminal.error(&if document::load(host, name).is_ok() {
                format!("poolbind: zone '{name}' is not active")
            } else {
                format!("poolbind: invalid zone '{name}'")
            });
            status = 1;
            continue;
        };
        if pool != "pool_default" && !host.setting_names("pools", pool) {
            terminal.error(&format!(
                "poolbind: binding zoneid {} to pool '{pool}': Invalid configuration",
                zone.id
            ));
            status = 1;
            continue;
        }
        status |= change(terminal, host, "poolbind", &zone, |resources| {
            pool.clone_into(&mut resources.pool);
        });
    }
    status
}

/// `priocntl -s -c CLASS -i zoneid ID`: the processes that the zone has now.
pub(super) fn priocntl(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "sdlec:i:p:m:").ok();
    let Some((class, zones)) = options.as_ref().and_then(|options| {
        let class = options.value('c')?;
        (options.has('s') && options.value('i') == Some("zoneid") && !options.rest.is_empty())
            .then_some((class, options.rest))
    }) else {
        terminal
            .error("usage:\tpriocntl -s [-c class] [class-specific options] [-i idtype] [idlist]");
        return 1;
    };
    if !["TS", "IA", "FSS", "FX", "RT", "SDC"].contains(&class) {
        terminal.error(&format!(
            "priocntl: Specified class \"{class}\" not configured"
        ));
        return 1;
    }
    let mut status = 0;
    for name in zones {
        let Some(zone) = by_id_or_name(host, name).filter(|zone| zone.init_pid != 0) else {
            terminal.error(&format!("priocntl: Invalid zoneid: {name}"));
            status = 1;
            continue;
        };
        status |= change(terminal, host, "priocntl", &zone, |resources| {
            class.clone_into(&mut resources.scheduling_class);
        });
    }
    status
}

fn by_id_or_name(host: &Host, text: &str) -> Option<KernelZone> {
    match text.parse() {
        Ok(id) => kernel::zone_by_id(host, id),
        Err(_) => kernel::zone(host, text),
    }
}
