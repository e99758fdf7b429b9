//! Reading what can be read of a document, and noting what cannot.

use super::word::{Property, Resource};
use illumos::Error;
use illumos::zone::ZoneName;
use illumos::zone::config::{IpType, ZoneConfig};
use illumos::zone::handle::Handle;
use illumos::zone::verify::whole::Withheld;

/// A configuration, and what of it libzonecfg does not hand over.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) config: ZoneConfig,
    /// The zone's name as the document has it, which need not be one that a zone can have.
    pub(super) name: String,
    pub(super) withheld: Withheld,
    pub(super) properties: Vec<(Property, Error)>,
    pub(super) resources: Vec<(Resource, Error)>,
}

impl Gathered {
    pub(super) fn unreadable(&self) -> Vec<Property> {
        self.properties
            .iter()
            .map(|(property, _)| *property)
            .collect()
    }
}

/// Reads everything in the document.
pub(super) fn gather(handle: &Handle) -> Gathered {
    let mut properties = Vec::new();
    let mut resources = Vec::new();
    let name = keep(handle.zonename(), Property::Zonename, &mut properties);
    // A document whose name no other zone can have is shown under `name`.
    let zonename = name.parse().unwrap_or_else(|_| ZoneName::global());
    let mut config = ZoneConfig::new(zonename, "", "");
    config.zonepath = keep(handle.zonepath(), Property::Zonepath, &mut properties);
    config.brand = keep(handle.brand(), Property::Brand, &mut properties);
    config.autoboot = keep(handle.autoboot(), Property::Autoboot, &mut properties);
    config.bootargs = keep(handle.bootargs(), Property::Bootargs, &mut properties);
    config.pool = keep(handle.pool(), Property::Pool, &mut properties);
    config.limitpriv = keep(handle.limitpriv(), Property::Limitpriv, &mut properties);
    config.scheduling_class = keep(
        handle.scheduling_class(),
        Property::SchedulingClass,
        &mut properties,
    );
    config.ip_type = keep::<IpType, _>(handle.ip_type(), Property::IpType, &mut properties);
    config.hostid = keep(handle.hostid(), Property::Hostid, &mut properties);
    config.fs_allowed = keep(handle.fs_allowed(), Property::FsAllowed, &mut properties);
    config.fs = keep(handle.filesystems(), Resource::Fs, &mut resources);
    config.net = keep(handle.nets(), Resource::Net, &mut resources);
    config.device = keep(handle.devices(), Resource::Device, &mut resources);
    config.rctl = keep(handle.rctls(), Resource::Rctl, &mut resources);
    config.attr = keep(handle.attrs(), Resource::Attr, &mut resources);
    config.dataset = keep(handle.datasets(), Resource::Dataset, &mut resources);
    config.admin = keep(handle.admins(), Resource::Admin, &mut resources);
    config.dedicated_cpu = keep(
        handle.dedicated_cpu(),
        Resource::DedicatedCpu,
        &mut resources,
    );
    config.capped_memory_physical = keep(handle.mcap(), Resource::CappedMemory, &mut resources);
    config.security_flags = keep(
        handle.security_flags(),
        Resource::SecurityFlags,
        &mut resources,
    );
    let withheld = Withheld {
        ip_type: properties
            .iter()
            .any(|(property, _)| *property == Property::IpType),
        hostid: handle.invalid_hostid(),
        fs_allowed: handle.invalid_fs_allowed(),
    };
    Gathered {
        config,
        withheld,
        name,
        properties,
        resources,
    }
}

/// The value; the default of its type if it could not be read, which is noted.
fn keep<T: Default, P>(value: illumos::Result<T>, place: P, failed: &mut Vec<(P, Error)>) -> T {
    value.unwrap_or_else(|error| {
        failed.push((place, error));
        T::default()
    })
}
