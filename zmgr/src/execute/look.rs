//! What is really there: whether an action has happened, whatever the journal says.

use illumos::datalink::{Datalinks, LinkClass};
use illumos::zone::{self, ZoneConfig, ZoneName, ZoneState};
use illumos::{ErrorKind, datalink};

use super::own::same_zone;
use super::{documents, mark, mend, released, zonepath};
use crate::plan::{Action, Vnic};
use crate::{Context, Failure, zone_root};

/// Whether what `action` does is the case. An action that did not come to its end is not done.
///
/// # Errors
/// If the host or the documents cannot be read.
pub(super) fn is_done(context: &Context, action: &Action) -> Result<bool, Failure> {
    Ok(match action {
        Action::ChangeDocuments(changes) => {
            return documents::are_changed(&context.config_dir, changes);
        }
        Action::CreateEtherstub(name) => {
            find(name.as_str())?.is_some_and(|link| link.class == LinkClass::Etherstub)
        }
        // Whether anything uses it is found out by doing it.
        Action::DeleteEtherstub { .. } => false,
        Action::SetPublishers {
            image, publishers, ..
        } => super::publishers::are_set(image, publishers)?,
        Action::WriteZoneFiles {
            zonepath, files, ..
        } => files.iter().try_fold(true, |all, file| {
            Ok::<bool, Failure>(all && zone_root::read(zonepath, &file.path)? == file.text)
        })?,
        // Setting a property again does nothing.
        Action::SetLinkProperties { .. } => false,
        // Reading the value takes as much as setting it.
        Action::ChangeRunning { .. } => false,
        Action::Release { zone, addresses } => {
            released::is_noted(&context.state_dir, zone, addresses)?
        }
        Action::EndQuarantine { zone, addresses } => {
            !released::is_any_noted(&context.state_dir, zone, addresses)?
        }
        Action::CreateVnic(vnic) => {
            let expected = Vnic::made_from(vnic);
            find(vnic.name.as_str())?.is_some_and(|link| expected.difference(&link).is_none())
        }
        Action::DeleteVnic(vnic) => find(vnic.name.as_str())?.is_none(),
        Action::CreateZone(config) => {
            configuration(&config.zonename)?.is_some_and(|found| same_zone(config, &found))
        }
        Action::ReplaceZone { to, .. } => {
            configuration(&to.zonename)?.is_some_and(|found| found == **to)
        }
        Action::DeleteZone(config) => configuration(&config.zonename)?.is_none(),
        Action::Install { zone, .. } => {
            let installed = !matches!(
                state(zone)?,
                None | Some(ZoneState::Configured | ZoneState::Incomplete)
            );
            installed && mark::is_set(zone)?
        }
        Action::Mend(mend) => return mend::is_done(context, mend),
        Action::Uninstall(zone) => is_uninstalled(zone)?,
        Action::TakeBackInstall {
            zone,
            zonepath,
            before,
        } => is_uninstalled(zone)? && zonepath::is_as_before(zonepath, *before)?,
        Action::RemoveRemains { zonepath, .. } => zonepath::is_free(zonepath)?,
        Action::Boot { zone, .. } | Action::Reboot(zone) => {
            state(zone)? == Some(ZoneState::Running)
        }
        Action::Halt(zone) | Action::Shutdown { zone, .. } => {
            matches!(
                state(zone)?,
                None | Some(ZoneState::Configured | ZoneState::Incomplete | ZoneState::Installed)
            )
        }
    })
}

fn is_uninstalled(zone: &ZoneName) -> Result<bool, Failure> {
    Ok(matches!(state(zone)?, None | Some(ZoneState::Configured)))
}

fn find(name: &str) -> Result<Option<datalink::Link>, Failure> {
    Ok(Datalinks::open()?.find(name)?)
}

fn state(name: &ZoneName) -> Result<Option<ZoneState>, Failure> {
    Ok(zone::find(name)?.map(|zone| zone.state))
}

fn configuration(name: &ZoneName) -> Result<Option<ZoneConfig>, Failure> {
    match ZoneConfig::read(name) {
        Ok(config) => Ok(Some(config)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
