use crate::failure::Code;
use illumos::datalink::{MacAddressChoice, NewVnic};

use super::existing::Existing;
use crate::documents::model::ZoneNet;
use crate::plan::create::Planner;
use crate::plan::destroy::vnic;
use crate::plan::net::{link_name, new_vnic};
use crate::plan::{Action, Plan, Step, Vnic};
use crate::{ExitCode, Failure};

/// The steps that put another VNIC of the same name in the place of one.
pub(super) fn link_anew(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    (before, after): (&ZoneNet, &ZoneNet),
    missing: bool,
    is_ours: &dyn Fn(&illumos::datalink::LinkName) -> bool,
    plan: &mut Plan,
) -> Result<(), Failure> {
    let name = existing.name();
    let over = after.stub.clone().unwrap_or_default();
    if missing {
        let stub = link_name(&over)?;
        plan.steps.push(Step::new(
            Action::CreateEtherstub(stub.clone()),
            Some(Action::DeleteEtherstub {
                name: stub,
                zone: name.clone(),
            }),
        ));
    }
    match vnic(name, before, planner.documents, planner.observed)? {
        Ok(Some(found)) => {
            let undo = made_again(planner, before, &found)?;
            plan.steps.push(Step::new(
                Action::DeleteVnic(found),
                Some(Action::CreateVnic(undo)),
            ));
        }
        Ok(None) => {}
        Err(why) => {
            return Err(Failure::new(ExitCode::Exists, Code::NetVnic, why));
        }
    }
    if let Some(vnic) = after
        .vnic
        .as_ref()
        .filter(|_| after.link.on_demand != Some(true))
    {
        let vnic = new_vnic(link_name(vnic)?, &over, &after.link);
        let undo = Action::DeleteVnic(Vnic::made_from(&vnic));
        plan.steps
            .push(Step::new(Action::CreateVnic(vnic), Some(undo)));
    }
    let old = before.stub.as_ref().filter(|stub| **stub != over);
    let others = existing
        .entry
        .nets
        .iter()
        .filter(|net| net.name != before.name);
    let used = others.filter(|net| net.stub == before.stub).count() > 0;
    if let Some(stub) = old
        .and_then(|stub| stub.parse().ok())
        .filter(|stub| is_ours(stub) && !used)
    {
        let undo = Action::CreateEtherstub(stub.clone());
        let delete = Action::DeleteEtherstub {
            name: stub,
            zone: name.clone(),
        };
        plan.steps.push(Step::new(delete, Some(undo)));
    }
    Ok(())
}

/// The VNIC as it is made again when its end is undone, with the MAC address that it has.
pub(super) fn made_again(
    planner: &Planner<'_>,
    net: &ZoneNet,
    vnic: &Vnic,
) -> Result<NewVnic, Failure> {
    let link = planner.observed.links.find_lent(vnic.name.as_str())?;
    let details = link.and_then(|link| link.vnic);
    let over = details.as_ref().and_then(|details| details.over.clone());
    let over = over.or_else(|| vnic.over.clone()).unwrap_or_default();
    let mut new = new_vnic(vnic.name.clone(), &over, &net.link);
    if let Some(details) = details {
        new.mac_address = MacAddressChoice::Fixed(details.mac_address);
        new.vlan_id = details.vlan_id;
    }
    Ok(new)
}
