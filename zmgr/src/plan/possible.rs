//! What would make the installation of a zone fail, as far as it is known before anything is made.

use illumos::zone::ZoneConfig;
use illumos::zone::lifecycle::{Verb, zoneadm};

use super::publishers::has_image;
use super::quoted;
use crate::failure::Code;
use crate::observe::Observed;
use crate::{ExitCode, Failure};

/// Refuses a zone that zoneadm(8) cannot install: arguments that it would not pass on, datasets that are not there, a zonepath that cannot be a
/// dataset, a brand without its image.
pub(super) fn install(
    config: &ZoneConfig,
    args: &[String],
    observed: &Observed,
) -> Result<(), Failure> {
    let zone = &config.zonename;
    let refused = |message: String, help: String| {
        let message = format!("zone {zone} cannot be installed: {message}");
        Err(Failure::new(ExitCode::Failed, Code::CreateInstall, message).with_help(help))
    };
    if let Err(error) = zoneadm(zone, Verb::Install, args) {
        return refused(
            error.reason().to_owned(),
            "change `install-args`; rename a path that has such characters".to_owned(),
        );
    }
    if args.is_empty() && matches!(config.brand.as_str(), "lx" | "illumos") {
        return refused(
            format!(
                "brand {} is installed from an image, but `install-args` does not name one",
                config.brand
            ),
            "write `install-args \"-s\" \"/path/to/image.tar.xz\"` into the template".to_owned(),
        );
    }
    for pair in args.windows(2) {
        let image = matches!(pair[0].as_str(), "-s" | "-t" | "-a").then_some(pair[1].as_str());
        if let Some(path) = image.filter(|path| path.starts_with('/'))
            && !illumos::host_path(path).exists()
        {
            return refused(
                format!("there is no {path}"),
                format!(
                    "`install-args` names it: put the image there, or look with `ls {}`",
                    quoted(path)
                ),
            );
        }
    }
    for dataset in &config.dataset {
        match observed.datasets.mount_point(dataset)? {
            None => {
                return refused(
                    format!("dataset {dataset} does not exist"),
                    format!("`zfs create -p -o mountpoint=none {}`", quoted(dataset)),
                );
            }
            Some(place) if place.inherited => {
                return refused(
                    format!("the mount point of dataset {dataset} is inherited"),
                    format!(
                        "a zone's dataset needs its own: `zfs set mountpoint=none {}`",
                        quoted(dataset)
                    ),
                );
            }
            Some(_) => {}
        }
    }
    if has_image(&config.brand) {
        let zonepath = config.zonepath.as_str();
        let above = zonepath.rsplit_once('/').map_or("", |(above, _)| above);
        if !above.is_empty()
            && !observed.datasets.is_mount_point(above)?
            && !observed.datasets.is_mount_point(zonepath)?
        {
            return refused(
                format!(
                    "{above} is not the mount point of a dataset, and zones of brand {} need one",
                    config.brand
                ),
                format!(
                    "`zfs create -p -o mountpoint={above} rpool{above}`, or another `zonepath` in config.kdl"
                ),
            );
        }
    }
    Ok(())
}
