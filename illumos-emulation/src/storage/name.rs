//! Names of datasets, snapshots and bookmarks.

/// What is wrong with a name, in the words of zfs(8), or `None`.
///
/// # Source
/// r1mikey/illumos-gate usr/src/common/zfs/zfs_namecheck.c, usr/src/lib/libzfs/common/libzfs_dataset.c.
pub(crate) fn fault(name: &str) -> Option<String> {
    if name.len() >= 256 {
        return Some("name is too long".to_owned());
    }
    if name.starts_with('/') {
        return Some("leading slash in name".to_owned());
    }
    if name.matches(['@', '#']).count() > 1 {
        return Some("multiple '@' and/or '#' delimiters in name".to_owned());
    }
    let (dataset, label) = match name.split_once(['@', '#']) {
        Some((dataset, label)) => (dataset, Some(label)),
        None => (name, None),
    };
    if dataset.ends_with('/') || label.is_some_and(|label| label.contains('/')) {
        return Some("trailing slash in name".to_owned());
    }
    if dataset.split('/').chain(label).any(str::is_empty) {
        return Some("empty component in name".to_owned());
    }
    // What does not belong into a name at all: the real one looks at bytes, not at characters.
    let bad = name
        .bytes()
        .find(|byte| !byte.is_ascii_alphanumeric() && !b"-_.: /@#".contains(byte))?;
    Some(match bad {
        b'%' => "invalid character % in name".to_owned(),
        byte => format!("invalid character '{}' in name", char::from(byte)),
    })
}

/// What is wrong with the name of a file system or volume.
pub(crate) fn dataset_fault(name: &str) -> Option<String> {
    if name.len() >= 256 || name.starts_with('/') {
        return fault(name);
    }
    delimiter(name, '@', "snapshot")
        .or_else(|| delimiter(name, '#', "bookmark"))
        .or_else(|| fault(name))
}

/// What is wrong with the name of a snapshot.
pub(crate) fn snapshot_fault(name: &str) -> Option<String> {
    if !name.contains('@') {
        return Some("missing '@' delimiter in snapshot name".to_owned());
    }
    if name.matches('@').count() == 1
        && let Some(fault) = delimiter(name, '#', "bookmark")
    {
        return Some(fault);
    }
    fault(name)
}

fn delimiter(name: &str, delimiter: char, what: &str) -> Option<String> {
    name.contains(delimiter)
        .then(|| format!("{what} delimiter '{delimiter}' is not expected here"))
}

/// The dataset that a dataset, snapshot or bookmark is in; `None` for a pool.
pub(crate) fn parent(name: &str) -> Option<&str> {
    match name.split_once(['@', '#']) {
        Some((dataset, _)) => Some(dataset),
        None => name.rsplit_once('/').map(|(parent, _)| parent),
    }
}

/// The pool that a name is in.
pub(crate) fn pool(name: &str) -> &str {
    name.split(['/', '@', '#']).next().unwrap_or(name)
}

/// Whether `name` is `ancestor`, or a dataset anywhere below it.
pub(crate) fn is_within(name: &str, ancestor: &str) -> bool {
    name.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether `name` lies directly below `ancestor`.
pub(crate) fn is_child(name: &str, ancestor: &str) -> bool {
    name.strip_prefix(ancestor)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| !rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::{dataset_fault, fault, is_child, is_within, snapshot_fault};

    #[test]
    fn names_are_checked() {
        for name in [
            "rpool",
            "rpool/zones/web-1",
            "rpool/a.b:c_d",
            "rpool/../a",
            "rpool/a@zmgr-2026",
        ] {
            assert_eq!(fault(name), None, "{name}");
        }
        for name in [
            "",
            "/rpool",
            "rpool/",
            "rpool//a",
            "rpool/a@",
            "rpool/a@b@c",
            "rpool/a@b/c",
            "rpool/a%b",
            "rpool/ä",
            "rpool/a\n",
        ] {
            assert!(fault(name).is_some(), "{name}");
        }
        assert!(dataset_fault("rpool/a@b").is_some() && dataset_fault("rpool/a#b").is_some());
        assert!(snapshot_fault("rpool/a").is_some() && snapshot_fault("rpool/a@b").is_none());
    }

    #[test]
    fn names_are_within_names() {
        assert!(is_within("rpool/a/b", "rpool/a") && is_within("rpool/a", "rpool/a"));
        assert!(!is_within("rpool/ab", "rpool/a") && !is_within("rpool/a@s", "rpool/a"));
        assert!(is_child("rpool/a/b", "rpool/a") && !is_child("rpool/a/b/c", "rpool/a"));
    }
}
