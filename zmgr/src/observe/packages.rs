//! The package image of the global zone.

use illumos::ErrorKind;
use illumos::ips::{self, Publisher};

use crate::Failure;

/// The publishers of the global zone's image; none where there is no image, or no pkg.
///
/// # Errors
/// If the image cannot be read.
pub fn publishers() -> Result<Vec<Publisher>, Failure> {
    match ips::publishers("/") {
        Ok(publishers) => Ok(publishers),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unsupported) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error.into()),
    }
}
