//! Names of datasets and snapshots.

/// What is wrong with a name, in the words of zfs(8), or `None`.
pub(crate) fn fault(name: &str) -> Option<String> {
    if name.len() >= 256 {
        return Some("name is too long".to_owned());
    }
    let (dataset, snapshot) = match name.split_once('@') {
        Some((dataset, snapshot)) => (dataset, Some(snapshot)),
        None => (name, None),
    };
    if name.starts_with('/') {
        return Some("leading slash in name".to_owned());
    }
    if dataset.ends_with('/') {
        return Some("trailing slash in name".to_owned());
    }
    if snapshot.is_some_and(|snapshot| snapshot.contains('@')) {
        return Some("multiple '@' delimiters in name".to_owned());
    }
    if dataset
        .split('/')
        .chain(snapshot)
        .any(|part| part.is_empty() || part == "." || part == "..")
    {
        return Some("empty component or misplaced '@' or '#' delimiter in name".to_owned());
    }
    let bad = name
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"-_.: /@%".contains(*c));
    bad.map(|c| format!("invalid character '{c}' in name"))
}

/// The dataset that a dataset or snapshot is in; `None` for a pool.
pub(crate) fn parent(name: &str) -> Option<&str> {
    match name.split_once('@') {
        Some((dataset, _)) => Some(dataset),
        None => name.rsplit_once('/').map(|(parent, _)| parent),
    }
}

/// Whether `name` is `ancestor`, or a dataset or snapshot anywhere below it.
pub(crate) fn is_within(name: &str, ancestor: &str) -> bool {
    name.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
}

#[cfg(test)]
mod tests {
    use super::{fault, is_within};

    #[test]
    fn names_are_checked() {
        for name in [
            "rpool",
            "rpool/zones/web-1",
            "rpool/a.b:c_d",
            "rpool/a@zmgr-2026",
        ] {
            assert_eq!(fault(name), None, "{name}");
        }
        for name in [
            "",
            "/rpool",
            "rpool/",
            "rpool//a",
            "rpool/../a",
            "rpool/a@",
            "rpool/a@b@c",
            "rpool/ä",
            "rpool/a\n",
        ] {
            assert!(fault(name).is_some(), "{name}");
        }
        assert!(is_within("rpool/a/b", "rpool/a") && is_within("rpool/a@s", "rpool/a"));
        assert!(!is_within("rpool/ab", "rpool/a"));
    }
}
