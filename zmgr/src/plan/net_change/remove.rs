use illumos::zone::config::IpType;
use jiff::Timestamp;

use super::existing::{Existing, effect, release};
use super::vnic::made_again;
use crate::Failure;
use crate::plan::create::Planner;
use crate::plan::destroy::{released, vnic};
use crate::plan::{Action, Direction, Plan, Step};

/// Plans the end of a net.
///
/// # Errors
/// Exit status 6 if there is no such net; 7 if the zone has its links.
pub fn remove(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    name_of_net: &str,
    is_ours: &dyn Fn(&illumos::datalink::LinkName) -> bool,
    at: Timestamp,
) -> Result<Plan, Failure> {
    let name = existing.name();
    let (place, net) = existing.find(name_of_net)?;
    if existing.config.ip_type == IpType::Exclusive {
        existing.must_not_hold("removing a VNIC")?;
    }
    let mut plan = Plan::new("net remove", vec![name.clone()], Vec::new());
    // The entry holds the addresses to the end: whatever is cut short can be finished.
    plan.recovery = Direction::Resume;
    let mut entry = existing.entry.clone();
    entry.nets.remove(place);
    let is_of = existing.is_of(net);
    let mut nets = existing.config.net.clone();
    nets.retain(|resource| !is_of(resource));
    plan.steps.extend(existing.configuration(nets));
    plan.steps.extend(existing.files(&entry.nets)?);
    match vnic(name, net, planner.documents, planner.observed)? {
        Ok(Some(found)) => {
            existing.must_be_own(planner, net)?;
            let undo = made_again(planner, net, &found)?;
            plan.steps.push(Step::new(
                Action::DeleteVnic(found),
                Some(Action::CreateVnic(undo)),
            ));
        }
        Ok(None) => {}
        Err(why) => plan.warnings.push(why),
    }
    let addresses = released(std::slice::from_ref(net), planner.documents, at);
    plan.steps.extend(release(name, addresses));
    // The entry keeps the addresses until nothing uses them any more.
    plan.steps.push(existing.documents(&entry)?);
    let stub = net.stub.as_ref().and_then(|stub| stub.parse().ok());
    let elsewhere = entry.nets.iter().any(|other| other.stub == net.stub);
    if let Some(stub) = stub.filter(|stub| is_ours(stub) && !elsewhere) {
        let undo = Action::CreateEtherstub(stub.clone());
        let delete = Action::DeleteEtherstub {
            name: stub,
            zone: name.clone(),
        };
        plan.steps.push(Step::new(delete, Some(undo)));
    }
    if existing.config.ip_type == IpType::Shared {
        plan.warnings
            .push(effect(existing, "removing the net", &[]));
    }
    Ok(plan)
}
