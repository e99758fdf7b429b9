//! The files of a fresh zone root: enough of a userland for programs that write into it.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// Directories and their modes.
const DIRECTORIES: &[(&str, u32)] = &[
    ("dev", 0o755),
    ("etc/default", 0o755),
    ("etc/inet", 0o755),
    ("etc/security", 0o755),
    ("etc/skel", 0o755),
    ("etc/ssh", 0o755),
    ("etc/svc/profile/site", 0o755),
    ("etc/svc/volatile", 0o755),
    ("export/home", 0o755),
    ("lib/svc/manifest", 0o755),
    ("proc", 0o555),
    ("root", 0o700),
    ("sbin", 0o755),
    ("system", 0o755),
    ("tmp", 0o1777),
    ("usr/bin", 0o755),
    ("usr/sbin", 0o755),
    ("usr/share/lib/zoneinfo", 0o755),
    ("var/log", 0o755),
    ("var/svc/log", 0o755),
    ("var/svc/manifest", 0o755),
    ("var/svc/profile", 0o755),
    ("var/tmp", 0o1777),
];

const PROFILE: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE service_bundle SYSTEM \"/usr/share/lib/xml/dtd/service_bundle.dtd.1\">\n\
                       <service_bundle type=\"profile\" name=\"emulated\"/>\n";

/// Files, their modes and contents.
const FILES: &[(&str, u32, &str)] = &[
    (
        "etc/passwd",
        0o644,
        "root:x:0:0:Super-User:/root:/usr/bin/bash\ndaemon:x:1:1::/:\nbin:x:2:2::/usr/bin:\nsys:x:3:3::/:\nadm:x:4:4:Admin:/var/adm:\n\
         sshd:x:22:22:sshd privsep:/var/empty:/bin/false\nnobody:x:60001:60001:NFS Anonymous Access User:/:\n\
         noaccess:x:60002:60002:No Access User:/:\n",
    ),
    (
        "etc/shadow",
        0o400,
        "root::6445::::::\ndaemon:NP:6445::::::\nbin:NP:6445::::::\nsys:NP:6445::::::\nadm:NP:6445::::::\nsshd:*LK*:::::::\n\
         nobody:*LK*:6445::::::\nnoaccess:*LK*:6445::::::\n",
    ),
    (
        "etc/group",
        0o644,
        "root::0:\nother::1:root\nbin::2:root,daemon\nsys::3:root,bin,adm\nadm::4:root,daemon\nstaff::10:\nsshd::22:\n\
         nobody::60001:\nnoaccess::60002:\n",
    ),
    (
        "etc/user_attr",
        0o644,
        "root::::auths=solaris.*,solaris.grant;profiles=All;audit_flags=lo:no;lock_after_retries=no;min_label=admin_low;clearance=admin_high\n",
    ),
    (
        "etc/security/policy.conf",
        0o644,
        "AUTHS_GRANTED=solaris.device.cdrw\nPROFS_GRANTED=Basic Solaris User\nCRYPT_ALGORITHMS_ALLOW=1,2a,md5,5,6\nCRYPT_DEFAULT=6\n",
    ),
    (
        "etc/inet/hosts",
        0o644,
        "::1\tlocalhost\n127.0.0.1\tlocalhost loghost\n",
    ),
    (
        "etc/nsswitch.conf",
        0o644,
        "passwd:     files\ngroup:      files\nhosts:      files\nipnodes:    files\n",
    ),
    (
        "etc/nsswitch.files",
        0o644,
        "passwd:     files\ngroup:      files\nhosts:      files\nipnodes:    files\n",
    ),
    (
        "etc/nsswitch.dns",
        0o644,
        "passwd:     files\ngroup:      files\nhosts:      files dns\nipnodes:    files dns\n",
    ),
    // Without anybody's word the time is that of California.
    ("etc/default/init", 0o644, "TZ=PST8PDT\nCMASK=022\n"),
    (
        "etc/default/login",
        0o644,
        "CONSOLE=/dev/console\nPASSREQ=YES\n",
    ),
    (
        "etc/ssh/sshd_config",
        0o644,
        "ListenAddress ::\nPort 22\nPermitRootLogin no\nPasswordAuthentication yes\nPermitEmptyPasswords no\nStrictModes yes\n\
         Subsystem sftp internal-sftp\n",
    ),
    ("etc/svc/profile/generic_limited_net.xml", 0o444, PROFILE),
    ("etc/svc/profile/ns_files.xml", 0o444, PROFILE),
    ("etc/svc/profile/platform_none.xml", 0o444, PROFILE),
    (
        "sbin/init",
        0o555,
        "#!/bin/sh\n# init of an emulated zone: never run.\n",
    ),
];

const LINKS: &[(&str, &str)] = &[
    ("etc/hosts", "./inet/hosts"),
    ("etc/svc/profile/generic.xml", "generic_limited_net.xml"),
    ("etc/svc/profile/name_service.xml", "ns_files.xml"),
    ("etc/svc/profile/platform.xml", "platform_none.xml"),
];

/// Fills the directory `root`. What is there already is put in its first state.
pub(super) fn fill(root: &Path) -> io::Result<()> {
    for (path, mode) in DIRECTORIES {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(root.join(path))?;
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(*mode))?;
    }
    for (path, mode, text) in FILES {
        make_room(&root.join(path))?;
        std::fs::write(root.join(path), text)?;
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(*mode))?;
    }
    for (path, target) in LINKS {
        make_room(&root.join(path))?;
        std::os::unix::fs::symlink(target, root.join(path))?;
    }
    Ok(())
}

fn make_room(place: &Path) -> io::Result<()> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
