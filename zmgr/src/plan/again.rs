//! Making a zone again that the registry has and the host has lost.

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::zone::ZoneConfig;
use illumos::zone::config::IpType;

use super::Plan;
use super::create::{Making, Planned, Planner, Until, check_plain};
use super::lower::{Lower, lower};
use crate::documents::Kind;
use crate::documents::model::{TemplateNet, ZoneEntry, ZoneNet};
use crate::{ExitCode, Failure, registry};

impl Planner<'_> {
    /// Plans a zone as its entry says: with its addresses, VNICs, identity and settings. The entry stays as it is.
    ///
    /// # Errors
    /// Exit status 7 if the host has the zone, or another one has its zonepath; 6 if its template is gone; 1 if a VNIC that is missing
    /// cannot be made; 2 if the entry says something that no zone can have.
    pub fn again(&mut self, entry: &ZoneEntry, until: Until) -> Result<Planned, Failure> {
        if let Some(zone) = self.observed.zone(&entry.name) {
            let message = format!(
                "zone {} is already on this host, {}",
                entry.name, zone.state
            );
            let failure = Failure::new(ExitCode::Exists, Code::CreateExists, message);
            return Err(failure.with_help(
                "only zones that the host does not have are created from the registry",
            ));
        }
        if let Some(name) = &entry.template {
            self.documents.usable(Kind::Template, name)?;
        }
        let template = match &entry.template {
            Some(name) => Some(self.documents.templates.get(name.as_str()).ok_or_else(|| {
                let message = format!(
                    "zone {} has template {name:?}, which does not exist",
                    entry.name
                );
                Failure::new(ExitCode::NotFound, Code::TemplateNotFound, message)
                    .with_help("write it again, or take `template` out of the entry")
            })?),
            None => None,
        };
        let settings = registry::settings(entry, template)?;
        let config = registry::zone_config(
            entry,
            template,
            &self.documents.config,
            self.observed.flavour,
        )?;
        if until != Until::Configured {
            check_plain(&config.zonepath)?;
        }
        self.check_overlap(&config.zonepath, &entry.name)?;
        let mut plan = Plan::new("create", vec![entry.name.clone()], Vec::new());
        let mut lowers = Vec::new();
        let mut made: BTreeSet<&str> = BTreeSet::new();
        for net in &entry.nets {
            let wanted = self
                .missing_vnic(net, &config)?
                .filter(|vnic| made.insert(vnic));
            let lower = match wanted
                .map(|_| self.lower_again(net, config.ip_type))
                .transpose()
            {
                Ok(lower) => lower,
                // It is not needed before the zone boots.
                Err(failure) if until == Until::Configured => {
                    plan.warnings
                        .push(format!("{}: its VNIC is not created", failure.message));
                    None
                }
                Err(failure) => return Err(failure),
            };
            lowers.push(lower);
        }
        let making = Making {
            entry,
            config: &config,
            template,
            install_args: &settings.install_args,
            until,
        };
        self.steps(&making, &lowers, &mut plan)?;
        self.zones.insert(entry.name.clone());
        self.zonepaths.plan(&config.zonepath);
        Ok(Planned { config, plan })
    }

    /// The VNIC that the net has, the host does not, and the brand does not make.
    fn missing_vnic<'n>(
        &self,
        net: &'n ZoneNet,
        config: &ZoneConfig,
    ) -> Result<Option<&'n str>, Failure> {
        let Some(vnic) = net.vnic.as_deref().filter(|vnic| !vnic.is_empty()) else {
            return Ok(None);
        };
        let made_here = config.ip_type == IpType::Exclusive && net.link.on_demand != Some(true);
        Ok((made_here && self.observed.links.find(vnic)?.is_none()).then_some(vnic))
    }

    fn lower_again(&self, net: &ZoneNet, ip_type: IpType) -> Result<Lower, Failure> {
        let mut link = net.link.clone();
        link.stub = net.stub.as_ref().map(ToString::to_string);
        let net = TemplateNet {
            name: net.name.to_string(),
            pool: net.pool.as_ref().map(ToString::to_string),
            mode: net.mode,
            link,
        };
        lower(&net, ip_type, self.documents, self.observed)
    }
}
