use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What is other once a file has changed: which file it is, its size, and when its content and its inode were last changed.
///
/// Nobody can set the time of the inode's change back: an edit that keeps size and time of the content is seen too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(pub(super) [u64; Self::LENGTH]);

impl Stamp {
    /// How many numbers it has.
    pub(super) const LENGTH: usize = 7;

    /// The stamp of the file that `path` names or leads to; `None` if it is no regular file, or cannot be looked at.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path)
            .ok()
            .filter(std::fs::Metadata::is_file)?;
        Some(Self([
            found.dev(),
            found.ino(),
            found.size(),
            found.mtime().cast_unsigned(),
            found.mtime_nsec().cast_unsigned(),
            found.ctime().cast_unsigned(),
            found.ctime_nsec().cast_unsigned(),
        ]))
    }

    /// Whether the file was last changed at least `long` before `now`.
    #[must_use]
    pub(super) fn is_older_than(&self, now: SystemTime, long: Duration) -> bool {
        let [.., mtime, _, ctime, _] = self.0;
        let limit = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()
            .and_then(|now| now.checked_sub(long));
        // Times before 1970 are as good as any other: they are negative numbers.
        let before = |time: u64, limit: u64| time.cast_signed() < limit.cast_signed();
        limit.is_some_and(|limit| before(mtime, limit.as_secs()) && before(ctime, limit.as_secs()))
    }
}
