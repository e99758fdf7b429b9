use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, FileType};

/// What is other once a file has changed: which file it is, its size, and when its content and its inode were last changed.
///
/// Nobody can set the time of the inode's change back: an edit that keeps size and time of the content is seen too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(pub(super) [u64; Self::LENGTH]);

impl Stamp {
    /// How many numbers it has.
    pub(super) const LENGTH: usize = 7;

    /// The stamp of the file that `name` names or leads to in a directory; `None` if it is no regular file, or cannot be looked at.
    #[must_use]
    pub(super) fn of(directory: BorrowedFd<'_>, name: &str) -> Option<Self> {
        let found = rustix::fs::statat(directory, name, AtFlags::empty()).ok()?;
        let regular = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        regular.then(|| {
            Self([
                bits(found.st_dev),
                bits(found.st_ino),
                bits(found.st_size),
                bits(found.st_mtime),
                bits(found.st_mtime_nsec),
                bits(found.st_ctime),
                bits(found.st_ctime_nsec),
            ])
        })
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

/// A number of `stat`, which are of other kinds on other systems, as 64 bits: they are only compared.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no number has more than 64 bits, and a sign is kept in them"
)]
fn bits(number: impl Into<i128>) -> u64 {
    number.into() as u64
}
