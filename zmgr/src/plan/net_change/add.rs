use crate::failure::Code;
use illumos::zone::ZoneState;
use illumos::zone::config::IpType;

use super::existing::{Existing, effect};
use crate::documents::model::{AddressMode, TemplateNet};
use crate::ipam::Request;
use crate::plan::create::Planner;
use crate::plan::lower::lower;
use crate::plan::net::{Asked, check_routers, link_name, new_vnic};
use crate::plan::zone_files::{modes_left_out, routers_left_out};
use crate::plan::{Action, Plan, Step, Vnic};
use crate::registry::net_resources;
use crate::{ExitCode, Failure};

/// Plans another net.
///
/// # Errors
/// As [`Planner::create`]; exit status 7 if the zone has a net of that name.
pub fn add(
    planner: &mut Planner<'_>,
    existing: &Existing<'_>,
    net: &TemplateNet,
    requests: &[Request],
    name_of_vnic: Option<&str>,
) -> Result<Plan, Failure> {
    let name = existing.name();
    if existing
        .entry
        .nets
        .iter()
        .any(|other| other.name == net.name)
    {
        let message = format!("zone {name} already has a net {}", net.name);
        return Err(
            Failure::new(ExitCode::Exists, Code::NetExists, message).with_help(format!(
                "change it with `zmgr net set {name} {} …`",
                net.name
            )),
        );
    }
    let lower = lower(
        net,
        existing.config.ip_type,
        planner.documents,
        planner.observed,
    )?;
    let mut plan = Plan::new("net add", vec![name.clone()], Vec::new());
    let asked = Asked {
        zone: name,
        place: existing.entry.nets.len(),
        brand: &existing.config.brand,
        ip_type: existing.config.ip_type,
        requests,
        vnic: name_of_vnic,
    };
    let new = planner.net(&asked, net, &lower, &mut plan.warnings)?;
    let mut entry = existing.entry.clone();
    entry.nets.push(new.clone());
    check_routers(&entry.nets)?;
    plan.steps.push(existing.documents(&entry)?);
    if lower.missing {
        let name_of_stub = link_name(&lower.link)?;
        plan.warnings.push(format!(
            "there is no link {name_of_stub}: zmgr creates an etherstub of that name"
        ));
        plan.steps.push(Step::new(
            Action::CreateEtherstub(name_of_stub.clone()),
            Some(Action::DeleteEtherstub {
                name: name_of_stub,
                zone: name.clone(),
            }),
        ));
    }
    if let Some(vnic) = new
        .vnic
        .as_ref()
        .filter(|_| new.link.on_demand != Some(true))
    {
        let vnic = new_vnic(link_name(vnic)?, &lower.link, &new.link);
        let undo = Action::DeleteVnic(Vnic::made_from(&vnic));
        plan.steps
            .push(Step::new(Action::CreateVnic(vnic), Some(undo)));
    }
    let mut nets = existing.config.net.clone();
    nets.extend(net_resources(&new, existing.config.ip_type));
    plan.steps.extend(existing.configuration(nets));
    plan.steps.extend(existing.files(&entry.nets)?);
    plan.warnings
        .extend(routers_left_out(std::slice::from_ref(&new)));
    if existing.config.ip_type == IpType::Exclusive {
        let brand = &existing.config.brand;
        plan.warnings
            .extend(modes_left_out(std::slice::from_ref(&new), brand));
    }
    plan.warnings.push(effect(existing, "the net", &[]));
    let handed_over = new.mode == AddressMode::Static
        && !new.addresses.is_empty()
        && new.link.protect != Some(false)
        && existing.config.ip_type == IpType::Exclusive;
    let installed = !matches!(
        existing.state,
        ZoneState::Configured | ZoneState::Incomplete
    );
    if let Some(vnic) = new.vnic.filter(|_| handed_over && installed) {
        plan.warnings.push(format!(
            "a zone makes interfaces of its own only at its first boot: if zone {name} has booted before and the address does not come up, \
             `zlogin {name} ipadm create-if {vnic}` once, then `zmgr reboot {name}`"
        ));
    }
    Ok(plan)
}
