//! IPS publishers, through `/usr/bin/pkg` as a subprocess.

use crate::Result;

/// A publisher of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The name: `openindiana.org`.
    pub name: String,
    /// Whether packages of it are kept to it.
    pub sticky: bool,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Origins, in order.
    pub origins: Vec<String>,
    /// Mirrors, in order.
    pub mirrors: Vec<String>,
}

/// The publishers of the image at the host's absolute path `image`, in search order.
///
/// # Errors
/// [`crate::ErrorKind::NotFound`] if there is no image; [`crate::ErrorKind::Failed`].
pub fn publishers(image: &str) -> Result<Vec<Publisher>> {
    let _ = image;
    unimplemented!()
}

/// Adds the publisher to the image, or replaces its origins. The repository is not contacted.
///
/// # Errors
/// As [`publishers`].
pub fn set_publisher(image: &str, name: &str, origins: &[String], sticky: bool) -> Result<()> {
    let _ = (image, name, origins, sticky);
    unimplemented!()
}
