//! The files of a fresh zone root: enough of a userland for programs that write into it.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// Directories and their modes.
const DIRECTORIES: &[(&str, u32)] = &[
    ("dev", 0o755),
    ("etc/default", 0o755),
    ("etc/inet", 0o755),
    ("etc/svc/profile/site", 0o755),
    ("export/home", 0o755),
    ("proc", 0o555),
    ("root", 0o700),
    ("sbin", 0o755),
    ("system", 0o755),
    ("tmp", 0o1777),
    ("usr/bin", 0o755),
    ("usr/sbin", 0o755),
    ("var/log", 0o755),
    ("var/tmp", 0o1777),
];

const FILES: &[(&str, u32, &str)] = &[
    (
        "etc/passwd",
        0o644,
        "root:x:0:0:Super-User:/root:/usr/bin/bash\ndaemon:x:1:1::/:\nnobody:x:60001:60001:NFS Anonymous Access User:/:\n",
    ),
    (
        "etc/shadow",
        0o400,
        "root::6445::::::\ndaemon:NP:6445::::::\nnobody:*LK*:6445::::::\n",
    ),
    (
        "etc/group",
        0o644,
        "root::0:\nother::1:root\nsys::3:root\nnobody::60001:\n",
    ),
    (
        "etc/inet/hosts",
        0o644,
        "::1\tlocalhost\n127.0.0.1\tlocalhost loghost\n",
    ),
    (
        "etc/nsswitch.conf",
        0o644,
        "passwd:     files\ngroup:      files\nhosts:      files\n",
    ),
    (
        "etc/nsswitch.dns",
        0o644,
        "passwd:     files\ngroup:      files\nhosts:      files dns\n",
    ),
    ("etc/default/init", 0o644, "TZ=UTC\nCMASK=022\n"),
    (
        "sbin/init",
        0o555,
        "#!/bin/sh\n# init of an emulated zone: never run.\n",
    ),
];

/// Fills the directory `root`.
pub(super) fn fill(root: &Path) -> io::Result<()> {
    for (path, mode) in DIRECTORIES {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(root.join(path))?;
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(*mode))?;
    }
    for (path, mode, text) in FILES {
        std::fs::write(root.join(path), text)?;
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(*mode))?;
    }
    match std::os::unix::fs::symlink("./inet/hosts", root.join("etc/hosts")) {
        // An install that is done again finds it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}
