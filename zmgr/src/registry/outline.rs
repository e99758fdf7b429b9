//! What has to be known of every zone of a host, as the documents say it.

use std::sync::LazyLock;

use super::configuration::default_zonepath;
use super::effective::of_rows;
use crate::Failure;
use crate::documents::model::{Config, Settings, Template, ZoneEntry};
use crate::documents::schema::setting::Setting;
use crate::documents::schema::settings::SETTINGS;

/// The nodes of an outline.
static ROWS: LazyLock<Vec<&'static Setting>> = LazyLock::new(|| {
    let known = ["brand", "zonepath", "autoboot", "ip-type", "tags"];
    let rows = SETTINGS.iter();
    rows.filter(|row| known.contains(&row.spec.name)).collect()
});

/// Brand, zonepath, autoboot, ip-type and tags of the entry's zone, and no other setting.
///
/// # Errors
/// `zmgr::template::variable` if the template uses a variable that has no value.
pub fn outline(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: Option<&Config>,
) -> Result<Settings, Failure> {
    let mut outline = of_rows(ROWS.iter().copied(), entry, template)?;
    if let (None, Some(defaults)) = (&outline.zonepath, defaults) {
        outline.zonepath = Some(default_zonepath(entry, defaults)?);
    }
    Ok(outline)
}
