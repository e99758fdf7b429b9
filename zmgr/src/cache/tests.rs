use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::file::{self, Header};
use super::*;

const COUNT: usize = 300;

/// Files that were written so long ago that they may be kept, and a state directory beside them.
struct Fixture {
    dir: tempfile::TempDir,
    names: Vec<String>,
    reads: AtomicUsize,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for part in ["files", "state"] {
            fs::create_dir(dir.path().join(part)).unwrap();
        }
        let names: Vec<String> = (0..COUNT)
            .map(|number| format!("zone{number:03}"))
            .collect();
        for name in &names {
            fs::write(dir.path().join("files").join(name), format!("{name} 1")).unwrap();
        }
        std::thread::sleep(SETTLED + Duration::from_secs(1));
        Self {
            dir,
            names,
            reads: AtomicUsize::new(0),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join("files").join(name)
    }

    fn cached(&self) -> PathBuf {
        self.dir.path().join("state/cache/registry")
    }

    fn cache(&self, writable: bool) -> Cache {
        Cache {
            state_dir: self.dir.path().join("state"),
            writable,
        }
    }

    /// What the files say according to the cache, and how many of them were read.
    fn recall_from(&self, cache: &Cache) -> (Vec<String>, usize) {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        self.reads.store(0, Ordering::Relaxed);
        let read = |missing: &[usize]| {
            self.reads.store(missing.len(), Ordering::Relaxed);
            let read = |place: &usize| fs::read_to_string(self.file(names[*place]));
            Ok::<_, ()>(missing.iter().map(read).collect())
        };
        let results = cache
            .recall::<String, std::io::Error, ()>(
                Part::Registry,
                &names,
                Files {
                    directory: &self.dir.path().join("files"),
                    suffix: "",
                },
                read,
            )
            .unwrap();
        let results = results.into_iter().map(Result::unwrap).collect();
        (results, self.reads.load(Ordering::Relaxed))
    }

    fn recall(&self) -> (Vec<String>, usize) {
        self.recall_from(&self.cache(true))
    }

    /// What the files say.
    fn truth(&self) -> Vec<String> {
        let read = |name: &String| fs::read_to_string(self.file(name)).unwrap();
        self.names.iter().map(read).collect()
    }

    fn stamp(&self, name: &str) -> Stamp {
        let directory = File::open(self.dir.path().join("files")).unwrap();
        Stamp::of(directory.as_fd(), name).unwrap()
    }

    /// A whole cache that lies: who believes it says so.
    fn lie(&self) {
        let records: Vec<_> = self
            .names
            .iter()
            .map(|name| {
                let value = postcard::to_allocvec("a lie").unwrap();
                let stamp = self.stamp(name);
                (name.as_str(), stamp, Cow::Owned(value))
            })
            .collect();
        let bytes = file::encode(&Header::of_this_program(), &records);
        self.put(&bytes);
    }

    fn put(&self, bytes: &[u8]) {
        self.cache(true).write(Part::Registry, bytes);
        assert_eq!(fs::read(self.cached()).unwrap(), bytes);
    }

    fn set_mode(&self, path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
}

#[test]
fn what_was_read_is_not_read_again() {
    let fixture = Fixture::new();
    assert_eq!(fixture.recall(), (fixture.truth(), COUNT));
    assert_eq!(fixture.recall(), (fixture.truth(), 0));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&fixture.cached()), 0o600);
    assert_eq!(mode(fixture.cached().parent().unwrap()), 0o700);
}

#[test]
fn an_edit_that_keeps_size_and_time_is_seen() {
    let fixture = Fixture::new();
    fixture.recall();
    let path = fixture.file("zone007");
    let before = fs::metadata(&path).unwrap();
    // In place, by somebody who takes care that nobody sees it.
    fs::write(&path, "zone007 2").unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!(
        (before.len(), before.modified().unwrap()),
        (after.len(), after.modified().unwrap())
    );
    let (read, count) = fixture.recall();
    assert_eq!(read[7], "zone007 2");
    assert_eq!((read, count), (fixture.truth(), 1));
    // Another file in its place, and none.
    fs::rename(&path, fixture.file("zone008")).unwrap();
    fs::write(&path, "zone007 3").unwrap();
    assert_eq!(fixture.recall(), (fixture.truth(), 2));
}

#[test]
fn what_has_just_changed_is_not_kept() {
    let fixture = Fixture::new();
    for name in &fixture.names {
        fs::write(fixture.file(name), "new").unwrap();
    }
    assert_eq!(fixture.recall(), (fixture.truth(), COUNT));
    assert!(!fixture.cached().exists());
}

#[test]
fn a_damaged_cache_changes_nothing() {
    let fixture = Fixture::new();
    fixture.recall();
    let whole = fs::read(fixture.cached()).unwrap();
    assert_eq!(fixture.recall().1, 0);
    let mut damaged = vec![Vec::new(), b"garbage".to_vec(), vec![0; whole.len()]];
    damaged.extend((1..40).map(|part| whole[..whole.len() * part / 40].to_vec()));
    for place in (0..whole.len()).step_by(whole.len() / 40) {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        damaged.push(flipped);
    }
    damaged.push([whole.as_slice(), b"more"].concat());
    for bytes in damaged {
        fixture.put(&bytes);
        let (read, count) = fixture.recall_from(&fixture.cache(false));
        assert_eq!(
            (read, count),
            (fixture.truth(), COUNT),
            "{} bytes",
            bytes.len()
        );
    }
    // And is written anew.
    fixture.recall();
    assert_eq!(fixture.recall(), (fixture.truth(), 0));
}

#[test]
fn a_value_that_cannot_be_read_is_read_anew() {
    let fixture = Fixture::new();
    let records: Vec<_> = fixture
        .names
        .iter()
        .map(|name| {
            (
                name.as_str(),
                fixture.stamp(name),
                Cow::Borrowed(&[0xff, 0xff, 0xff][..]),
            )
        })
        .collect();
    fixture.put(&file::encode(&Header::of_this_program(), &records));
    assert_eq!(fixture.recall(), (fixture.truth(), COUNT));
}

#[test]
fn what_another_version_wrote_is_not_believed() {
    let fixture = Fixture::new();
    fixture.lie();
    assert_eq!(
        fixture.recall().0,
        vec!["a lie"; COUNT],
        "else this tests nothing"
    );
    let lie = fs::read(fixture.cached()).unwrap();
    let version = env!("ZMGR_READING").as_bytes();
    let at = lie
        .windows(version.len())
        .position(|window| window == version)
        .unwrap();
    let mut other = lie.clone();
    other[at] = if other[at] == b'0' { b'1' } else { b'0' };
    fixture.put(&other);
    assert_eq!(fixture.recall(), (fixture.truth(), COUNT));
    // That one finds ours, and is as little misled: whoever comes last has written it.
    assert_eq!(fixture.recall(), (fixture.truth(), 0));
}

#[test]
fn what_others_could_have_written_is_not_believed() {
    let fixture = Fixture::new();
    let cache = fixture.cached();
    let directory = cache.parent().unwrap().to_owned();
    fixture.lie();
    let believed = || fixture.recall_from(&fixture.cache(false)).0 != fixture.truth();
    assert!(believed(), "else this tests nothing");
    for (path, mode, good) in [(&cache, 0o666, 0o600), (&directory, 0o777, 0o700)] {
        fixture.set_mode(path, mode);
        assert!(!believed(), "{} with mode {mode:o}", path.display());
        fixture.set_mode(path, good);
        assert!(believed());
    }
    // A link may lead to a file that somebody else had the last word on.
    let elsewhere = fixture.dir.path().join("elsewhere");
    fs::rename(&cache, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &cache).unwrap();
    assert!(!believed());
    fs::remove_file(&cache).unwrap();
    fs::hard_link(&elsewhere, &cache).unwrap();
    assert!(!believed());
    fs::remove_file(&elsewhere).unwrap();
    assert!(believed());
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&cache, Some(65534), None).unwrap();
        assert!(!believed());
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_nobodys_problem() {
    let fixture = Fixture::new();
    fs::write(fixture.dir.path().join("state/cache"), "in the way").unwrap();
    for _ in 0..2 {
        assert_eq!(fixture.recall(), (fixture.truth(), COUNT));
    }
}

#[test]
fn a_dry_run_writes_no_cache() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.recall_from(&fixture.cache(false)),
        (fixture.truth(), COUNT)
    );
    assert!(!fixture.cached().parent().unwrap().exists());
}

/// A command that asks for some leaves what is known of the others, as far as it is still true.
#[test]
fn others_are_kept() {
    let mut fixture = Fixture::new();
    fixture.recall();
    let all = fixture.names.clone();
    for name in &all[..STALE] {
        fs::remove_file(fixture.file(name)).unwrap();
        fs::write(fixture.file(name), format!("{name} new")).unwrap();
    }
    fs::remove_file(fixture.file("zone299")).unwrap();
    std::thread::sleep(SETTLED + Duration::from_secs(1));
    fixture.names.truncate(MIN_CACHED);
    assert_eq!(fixture.recall(), (fixture.truth(), STALE));
    fixture.names = all[..COUNT - 1].to_vec();
    assert_eq!(fixture.recall(), (fixture.truth(), 0));
}

#[test]
fn what_is_not_wanted_is_passed_over() {
    let fixture = Fixture::new();
    fixture.recall();
    fs::write(fixture.file("zone008"), "zone008 2").unwrap();
    let names: Vec<&str> = fixture.names.iter().map(String::as_str).collect();
    let files = Files {
        directory: &fixture.dir.path().join("files"),
        suffix: "",
    };
    let wanted = |bytes: &[u8]| bytes.windows(7).any(|window| window == b"zone007");
    let read = |missing: &[usize]| {
        assert_eq!(missing, [8], "nobody knows what it says");
        Ok::<_, ()>(vec![Ok::<_, ()>("zone008 2".to_owned())])
    };
    let cache = fixture.cache(false);
    let found = cache
        .search(Part::Registry, &names, files, wanted, read)
        .unwrap();
    let values = found.values.into_iter().enumerate();
    let values: Vec<_> = values
        .filter_map(|(place, value)| Some((place, value?.unwrap())))
        .collect();
    assert_eq!(
        values,
        [(7, "zone007 1".to_owned()), (8, "zone008 2".to_owned())]
    );
    // What cannot have changed unseen since is not in doubt.
    assert_eq!(found.stamps.doubtful(&names, files), [8]);
    fs::write(fixture.file("zone009"), "zone009 1").unwrap();
    fs::remove_file(fixture.file("zone010")).unwrap();
    assert_eq!(found.stamps.doubtful(&names, files), [8, 9, 10]);
    assert_eq!(Stamps::none().doubtful(&names, files).len(), COUNT);
}
