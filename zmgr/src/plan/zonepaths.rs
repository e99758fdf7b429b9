use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

use illumos::zone::ZoneName;

use crate::documents::model::Documents;
use crate::observe::Observed;

/// Every zonepath that a zone of the host, an entry or a zone planned so far has, and the one zone that has it; none if several have.
#[derive(Debug)]
pub(super) struct Zonepaths<'a>(BTreeMap<Cow<'a, str>, Option<&'a ZoneName>>);

impl<'a> Zonepaths<'a> {
    /// Those of the host and of the registry.
    pub(super) fn of(documents: &'a Documents, observed: &'a Observed) -> Self {
        let mut paths = Self(BTreeMap::new());
        for zone in &observed.zones {
            paths.insert(Cow::Borrowed(&zone.zonepath), &zone.name);
        }
        for entry in documents.zones.values() {
            if let Some(path) = &entry.settings.zonepath {
                paths.insert(Cow::Borrowed(path), &entry.name);
            }
        }
        paths
    }

    fn insert(&mut self, path: Cow<'a, str>, zone: &'a ZoneName) {
        let owner = self.0.entry(path).or_insert(Some(zone));
        if *owner != Some(zone) {
            *owner = None;
        }
    }

    /// Adds that of a zone that is planned.
    pub(super) fn plan(&mut self, path: &str) {
        self.0.insert(Cow::Owned(path.to_owned()), None);
    }

    /// A zonepath of another zone than `own` that is `path`, around it or within it.
    pub(super) fn overlapping(&self, path: &str, own: &ZoneName) -> Option<&str> {
        let around = path
            .match_indices('/')
            .map(|(at, _)| &path[..at])
            .chain([path]);
        let around = around.filter_map(|around| self.0.get_key_value(around));
        let first = format!("{path}/");
        let within = self
            .0
            .range::<str, _>((Bound::Included(first.as_str()), Bound::Unbounded))
            .take_while(|(other, _)| other.starts_with(&first));
        around
            .chain(within)
            .find(|(_, owner)| **owner != Some(own))
            .map(|(other, _)| other.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_or_within_another_is_found() {
        let names = ["web01", "web02", "db01"].map(|name| name.parse::<ZoneName>().unwrap());
        let [web01, web02, db01] = &names;
        let mut paths = Zonepaths(BTreeMap::new());
        for (path, zone) in [
            ("/zones/web01", web01),
            ("/zones/web01", web01),
            ("/zones/shared", web01),
            ("/zones/shared", web02),
            ("/zones/a-b", web02),
            ("/pool/deep/web02", web02),
        ] {
            paths.insert(path.into(), zone);
        }
        paths.plan("/zones/new");
        for (path, own, other) in [
            ("/zones/web01", db01, Some("/zones/web01")),
            ("/zones/web01", web01, None),
            ("/zones/shared", web01, Some("/zones/shared")),
            ("/zones/web01/x/y", db01, Some("/zones/web01")),
            ("/zones/web01/x", web01, None),
            ("/zones/web010", db01, None),
            ("/zones/a", db01, None),
            ("/zones/a-b", db01, Some("/zones/a-b")),
            ("/pool", db01, Some("/pool/deep/web02")),
            ("/pool", web02, None),
            ("/pool/deep", web01, Some("/pool/deep/web02")),
            ("/poo", db01, None),
            ("/zones/new", web01, Some("/zones/new")),
            ("/zones/new/y", db01, Some("/zones/new")),
        ] {
            assert_eq!(paths.overlapping(path, own), other, "{path} of {own}");
        }
    }
}
