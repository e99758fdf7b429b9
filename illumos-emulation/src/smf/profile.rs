//! Profiles that a zone applies when it boots (illumos-gate usr/src/cmd/svc/milestone/manifest-import). One that cannot be read is left out,
//! and only the log of the zone says so.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::Flavour;

use super::repository::{self, Repository};
use super::services;

const IMPORT: &str = "svc:/system/manifest-import:default";

/// Applies the profiles that have changed since they were applied.
pub(super) fn apply_all(root: &Path, flavour: Flavour, repository: &mut Repository) {
    let mut paths = vec!["/etc/svc/profile/site.xml".to_owned()];
    let directory = "/etc/svc/profile/site";
    let is_directory =
        std::fs::symlink_metadata(root.join(&directory[1..])).is_ok_and(|found| found.is_dir());
    if is_directory && let Ok(entries) = std::fs::read_dir(root.join(&directory[1..])) {
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|name| name.ends_with(".xml"))
            .collect();
        names.sort();
        paths.extend(names.iter().map(|name| format!("{directory}/{name}")));
    }
    paths.push("/var/svc/profile/site.xml".to_owned());
    for path in paths {
        let Some(text) = repository::read(root, &path) else {
            continue;
        };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = format!("{:016x}", hasher.finish());
        if repository.applied.get(&path) == Some(&hash) {
            continue;
        }
        if apply(&text, flavour, repository).is_some() {
            repository.applied.insert(path, hash);
        } else {
            let line = format!("WARNING: svccfg apply {path} failed");
            repository::log(root, IMPORT, &line);
        }
    }
}

/// Applies the text of a profile; `None` if it is none. Services that the zone does not have are passed over.
fn apply(text: &str, flavour: Flavour, repository: &mut Repository) -> Option<()> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(text, options).ok()?;
    let bundle = document.root_element();
    if !bundle.has_tag_name("service_bundle") || bundle.attribute("type") != Some("profile") {
        return None;
    }
    for service in bundle
        .children()
        .filter(|node| node.has_tag_name("service"))
    {
        let name = service.attribute("name")?;
        let prefix = format!("svc:/{name}:");
        let known: Vec<&str> = services::of(flavour)
            .map(|service| service.fmri)
            .filter(|fmri| fmri.starts_with(&prefix))
            .collect();
        for fmri in &known {
            properties(service, fmri, repository)?;
        }
        for instance in service.children().filter(|node| {
            matches!(
                node.tag_name().name(),
                "instance" | "create_default_instance"
            )
        }) {
            let name = instance.attribute("name").unwrap_or("default");
            let fmri = format!("{prefix}{name}");
            if !known.contains(&fmri.as_str()) {
                continue;
            }
            if let Some(enabled) = instance.attribute("enabled") {
                repository.enabled.insert(fmri.clone(), enabled == "true");
            }
            properties(instance, &fmri, repository)?;
        }
    }
    Some(())
}

/// Notes the properties of a service or instance.
fn properties(
    node: roxmltree::Node<'_, '_>,
    fmri: &str,
    repository: &mut Repository,
) -> Option<()> {
    for group in node
        .children()
        .filter(|node| node.has_tag_name("property_group"))
    {
        let group_name = group.attribute("name")?;
        for property in group.children().filter(roxmltree::Node::is_element) {
            let name = property.attribute("name")?;
            let value = match property.attribute("value") {
                Some(value) => value.to_owned(),
                None => property
                    .descendants()
                    .filter(|node| node.has_tag_name("value_node"))
                    .filter_map(|node| node.attribute("value"))
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            let key = (fmri.to_owned(), format!("{group_name}/{name}"));
            repository.properties.insert(key, value);
        }
    }
    Some(())
}
