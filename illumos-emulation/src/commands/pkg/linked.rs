//! Images of zones that are linked to the global zone's, and `pkg update` as far as it depends on them: the publishers of a linked zone
//! must begin with those of the global zone, or neither can be updated (omniosorg/pkg5 src/modules/client/linkedimage/common.py
//! `pubcheck`, zone.py).

use super::image::{Image, Publisher};
use super::options::{Given, Known};
use super::{Failure, Terminal};
use crate::zonecfg::{document, index};
use crate::{Flavour, Host};

/// Whether the package system of the global zone cares for images of zones of this brand.
fn is_linked(flavour: Flavour, brand: &str) -> bool {
    match flavour {
        Flavour::Upstream => ["ipkg", "solaris", "sn1", "labeled"].contains(&brand),
        Flavour::Omnios => {
            ["lipkg", "solaris", "sn1", "labeled", "sparse", "pkgsrc"].contains(&brand)
        }
    }
}

/// The zones that are linked: those that are installed, with the roots of their images.
fn zones(host: &Host) -> Vec<(String, String)> {
    let linked = |entry: &index::Entry| {
        entry.state == index::INSTALLED
            && entry.name() != "global"
            && document::load(host, &entry.name())
                .is_ok_and(|config| is_linked(host.flavour(), &config.brand_or_default(host)))
    };
    let entries = index::entries(host).unwrap_or_default();
    entries
        .iter()
        .filter(|entry| linked(entry))
        .map(|entry| (entry.name(), format!("{}/root", entry.path())))
        .collect()
}

fn enabled(publishers: Vec<Publisher>) -> Vec<Publisher> {
    publishers
        .into_iter()
        .filter(|publisher| publisher.enabled)
        .collect()
}

/// What pkg says of a child whose publishers do not begin with its parent's.
fn refused(parent: &[Publisher], child: &[Publisher]) -> Option<String> {
    let key = |publisher: &Publisher| (publisher.name.clone(), publisher.sticky);
    let fits = child.len() >= parent.len()
        && parent
            .iter()
            .zip(child)
            .all(|(parent, child)| key(parent) == key(child));
    let listed = |publishers: &[Publisher]| -> String {
        let line = |(at, publisher): (usize, &Publisher)| {
            let note = if publisher.sticky {
                ""
            } else {
                " (non-sticky)"
            };
            format!("    PUBLISHER {at}: {}{note}\n", publisher.name)
        };
        publishers.iter().enumerate().map(line).collect()
    };
    (!fits).then(|| {
        format!(
            "Invalid child image publisher configuration.  Child image publisher\n\
             configuration must be a superset of the parent image publisher configuration.\n\
             Please update the child publisher configuration to match the parent.  If the\n\
             child image is a zone this can be done automatically by detaching and\n\
             attaching the zone.\n\n\
             The parent image has the following enabled publishers:\n{}\n\
             The child image has the following enabled publishers:\n{}",
            listed(parent),
            listed(child).trim_end()
        )
    })
}

static UPDATE: &[Known] = &[
    Known::flag("dry", "n", ""),
    Known::flag("verbose", "v", ""),
    Known::flag("quiet", "q", ""),
    Known::flag("recurse", "r", "recurse"),
    Known::flag("no-refresh", "", "no-refresh"),
];

/// Nothing in the emulation has updates: what can go wrong is the check of linked images.
pub(super) fn update(
    terminal: &mut Terminal<'_>,
    image: &Image<'_>,
    args: &[String],
) -> Result<i32, Failure> {
    let own = enabled(image.read()?);
    Given::parse(args, UPDATE).map_err(Failure::Usage)?;
    let host = image.host;
    let parent = Image { host, root: "/" };
    for (zone, root) in zones(host) {
        let child = Image { host, root: &root };
        if image.root == "/" {
            if !child.exists() {
                let text =
                    format!("pkg: Can't initialize child image (zone:{zone}) at path: {root}/");
                return Err(Failure::Said(51, text));
            }
            if let Some(text) = refused(&own, &enabled(child.read()?)) {
                terminal.line(" Startup: Linked image publisher check ... Done");
                return Err(Failure::Said(
                    1,
                    format!(
                        "pkg: update failed (linked image exception(s)):\n\n\
                         A 'pubcheck-linked' operation failed for child 'zone:{zone}' with an unexpected\n\
                         return value of 1 and generated the following output:\n\npkg: {text}\n"
                    ),
                ));
            }
        } else if root.trim_end_matches('/') == image.root.trim_end_matches('/')
            && let Some(text) = refused(&enabled(parent.read()?), &own)
        {
            return Err(Failure::Said(1, format!("\n\npkg update: {text}")));
        }
    }
    terminal.line("No updates available for this image.");
    Ok(4)
}
