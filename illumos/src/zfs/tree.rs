//! Destroying a dataset with everything below it, without stopping half-way.

use std::collections::BTreeSet;

use super::snapshot::needs;
use super::{Dataset, Reach, Snapshot, destroy, list, snapshots};
use crate::{Error, ErrorKind, Result};

/// What a dataset has below it, all of which `zfs destroy -r` takes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The dataset itself, then those below it, as the system lists them.
    pub datasets: Vec<Dataset>,
    /// The snapshots of all of them, the first taken first.
    pub snapshots: Vec<Snapshot>,
    /// Why it cannot be destroyed whole: one reason for each snapshot or mount in the way.
    pub obstacles: Vec<String>,
}

/// Looks at a file system and everything below it.
///
/// # Errors
/// [`ErrorKind::NotFound`] without such a dataset; if `zfs` fails.
pub fn tree(dataset: &str) -> Result<Tree> {
    let snapshots = snapshots(dataset, Reach::Below)?;
    Ok(look(dataset, list()?, snapshots))
}

fn look(dataset: &str, all: Vec<Dataset>, snapshots: Vec<Snapshot>) -> Tree {
    let within = |name: &str| {
        name.strip_prefix(dataset)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (datasets, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|found| within(&found.name));
    let mut obstacles: Vec<String> = snapshots
        .iter()
        .filter_map(|snapshot| {
            // A clone that goes too is not in the way.
            let mut outside = snapshot.clone();
            outside.clones.retain(|clone| !within(clone));
            needs(&outside)
        })
        .collect();
    let places: BTreeSet<&str> = datasets
        .iter()
        .filter(|found| found.mounted)
        .filter_map(|found| found.mountpoint.as_deref())
        .collect();
    let below = |path: &str| {
        places.iter().any(|place| {
            path.strip_prefix(place.trim_end_matches('/'))
                .is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let mounted = others.iter().filter(|found| found.mounted);
    obstacles.extend(mounted.filter_map(|found| {
        let path = found.mountpoint.as_deref().filter(|path| below(path))?;
        Some(format!("{} is mounted at {path}", found.name))
    }));
    Tree {
        datasets,
        snapshots,
        obstacles,
    }
}

/// Destroys a file system with everything below it, if all of it can go.
///
/// `zfs destroy -r` begins with the deepest and stops at the first that it cannot destroy: what it destroyed before is gone. `zfs destroy -n`
/// does not look at holds. So everything is looked at first. Whether somebody uses a mounted file system is not known here: of a zone's, the
/// caller must know that the zone is down.
///
/// # Errors
/// [`ErrorKind::Busy`] with every reason if a snapshot below is held, or has a clone elsewhere, or if another file system is mounted within;
/// as [`destroy`] otherwise.
pub fn destroy_tree(dataset: &str) -> Result<()> {
    let found = tree(dataset)?;
    if found.obstacles.is_empty() {
        return destroy(dataset, true);
    }
    Err(Error::new(
        ErrorKind::Busy,
        format!("destroy dataset {dataset} with everything below it"),
        found.obstacles.join("\n"),
    ))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::zfs::{Dataset, Snapshot};

    fn dataset(name: &str, mountpoint: &str) -> Dataset {
        Dataset {
            name: name.to_owned(),
            mountpoint: Some(mountpoint.to_owned()),
            mounted: true,
            zoned: false,
        }
    }

    fn snapshot(name: &str, userrefs: u64, clones: &[&str]) -> Snapshot {
        Snapshot {
            name: name.to_owned(),
            createtxg: 1,
            creation: 1,
            used: 0,
            userrefs,
            clones: clones.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let all = || {
            vec![
                dataset("rpool/a", "/a"),
                dataset("rpool/a/b", "/a/b"),
                dataset("rpool/ab", "/ab"),
            ]
        };
        let free = [
            snapshot("rpool/a@1", 0, &["rpool/a/b"]),
            snapshot("rpool/a/b@1", 0, &[]),
        ];
        assert!(look("rpool/a", all(), free.to_vec()).obstacles.is_empty());
        let held = [
            snapshot("rpool/a@1", 2, &[]),
            snapshot("rpool/a/b@1", 0, &["rpool/a/b", "rpool/ab"]),
        ];
        let mut others = all();
        others.push(dataset("rpool/c", "/a/c"));
        let found = look("rpool/a", others, held.to_vec());
        assert_eq!(found.datasets.len(), 2);
        assert_eq!(found.obstacles.len(), 3, "{:?}", found.obstacles);
        assert!(found.obstacles[1].ends_with("has the clones rpool/ab"));
        assert!(found.obstacles[2].contains("rpool/c is mounted at /a/c"));
    }
}
