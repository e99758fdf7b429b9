//! Setting the publishers of a zone's image, and trying them.

use std::time::Instant;

use illumos::ips::{self, Rank, Refreshed, Setting};
use illumos::zone::ZoneName;
use illumos::{Error, ErrorKind};

use super::perform::{BUSY, POLL, Performer};
use super::{Event, interrupt};
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// Whether the publishers of the image are set so.
///
/// # Errors
/// If there is an image and it cannot be read.
pub(super) fn are_set(image: &str, publishers: &[Setting]) -> Result<bool, Failure> {
    match ips::publishers(image) {
        Ok(found) => Ok(publishers.iter().all(|setting| setting.holds(&found))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Performer<'_> {
    /// Sets them, sees that they are so, and asks their repositories once. What does not answer is a warning and stops nothing, but a publisher
    /// that the global zone has as well gets its origins back from there: what is linked to the global zone must not stop its updates.
    pub(super) fn set_publishers(
        &self,
        zone: &ZoneName,
        image: &str,
        publishers: &[Setting],
    ) -> Result<(), Failure> {
        for setting in publishers {
            self.while_locked(image, || setting.apply(image))?;
        }
        if !are_set(image, publishers)? {
            let message = format!(
                "pkg succeeded, but zone {zone} does not have the publishers that were set"
            );
            return Err(
                Failure::new(ExitCode::Failed, Code::PublisherNotSet, message)
                    .with_help(format!("`pkg -R {image} publisher` shows them")),
            );
        }
        let said = match self.while_locked(image, || ips::refresh(image, &[])) {
            Ok(Refreshed::All) => return Ok(()),
            Ok(Refreshed::NotAll(said)) => said,
            Err(failure) if failure.code == Code::Interrupted => return Err(failure),
            Err(failure) => failure.message,
        };
        self.warn(
            format!("a repository of zone {zone} does not answer correctly: {said}"),
            Some(format!("try it again with `pkg -R {image} refresh`")),
        );
        for setting in publishers
            .iter()
            .filter(|setting| setting.rank == Rank::Unchanged)
        {
            self.take_back(zone, image, setting)?;
        }
        Ok(())
    }

    /// Gives a publisher the global zone's origins and mirrors, unless its own answer.
    fn take_back(&self, zone: &ZoneName, image: &str, setting: &Setting) -> Result<(), Failure> {
        let name = setting.name.as_str();
        if self.while_locked(image, || ips::refresh(image, &[name]))? == Refreshed::All {
            return Ok(());
        }
        let host = ips::publishers("/")?;
        let Some(parent) = host.into_iter().find(|parent| parent.name == name) else {
            return Ok(());
        };
        let back = Setting {
            origins: parent.origins,
            mirrors: parent.mirrors,
            ..setting.clone()
        };
        self.while_locked(image, || back.apply(image))?;
        self.warn(
            format!("publisher {name} of zone {zone} has the origins of the global zone again"),
            Some(format!(
                "correct the document with `zmgr publisher edit {name}`"
            )),
        );
        Ok(())
    }

    fn warn(&self, message: String, help: Option<String>) {
        self.reporter.report(&Event::Warning { message, help });
    }

    /// Tries again for a while as long as another package client has locked the image.
    fn while_locked<T>(
        &self,
        image: &str,
        mut attempt: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + BUSY;
        let mut told = false;
        loop {
            let error = match attempt() {
                Err(error) if error.kind() == ErrorKind::Busy => error,
                other => return Ok(other?),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || (self.stoppable && interrupt::requested()) {
                return Err(Failure::from(error)
                    .with_help("find the other package client: `pgrep -fl pkg`"));
            }
            if !told {
                self.reporter.report(&Event::Waiting {
                    what: format!(
                        "the package image {image}, which another package client has locked"
                    ),
                    at_most: left,
                });
                told = true;
            }
            std::thread::sleep(POLL.min(left));
        }
    }
}
