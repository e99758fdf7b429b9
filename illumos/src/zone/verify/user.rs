//! Users and authorisations of `admin` resources.

/// The authorisations that a zone can give.
pub const AUTHORIZATIONS: [&str; 3] = ["login", "manage", "clonefrom"];

/// Whether the host knows the user.
///
/// An emulated host that has an `etc/passwd` is asked by it, otherwise the system's name service.
#[must_use]
pub fn exists(user: &str) -> bool {
    #[cfg(not(target_os = "illumos"))]
    if let Ok(text) = std::fs::read_to_string(crate::host_path("/etc/passwd")) {
        return text
            .lines()
            .any(|line| line.split(':').next() == Some(user));
    }
    known_to_the_system(user)
}

fn known_to_the_system(user: &str) -> bool {
    let Ok(name) = std::ffi::CString::new(user) else {
        return false;
    };
    if user.is_empty() {
        return false;
    }
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let mut entry = std::mem::MaybeUninit::<libc::passwd>::uninit();
        let mut found = std::ptr::null_mut();
        // SAFETY: `name` is NUL-terminated and lives to the end; `entry` and `found` are ours to write; the buffer is as long as is
        // said. POSIX promises that getpwnam_r writes nothing else.
        let status = unsafe {
            libc::getpwnam_r(
                name.as_ptr(),
                entry.as_mut_ptr(),
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut found,
            )
        };
        if status != libc::ERANGE || buffer.len() > 1 << 20 {
            return status == 0 && !found.is_null();
        }
        buffer.resize(buffer.len() * 4, 0);
    }
}

/// The first of the authorisations in the comma list that a zone cannot give.
#[must_use]
pub fn unknown_authorization(auths: &str) -> Option<&str> {
    auths
        .split(',')
        .filter(|auth| !auth.is_empty())
        .find(|auth| !AUTHORIZATIONS.contains(auth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_the_system() {
        assert!(known_to_the_system("root"));
        assert!(!known_to_the_system("no-such-user-here"));
        assert!(!known_to_the_system(""));
        assert!(!known_to_the_system("a\0b"));
    }

    #[test]
    fn authorizations() {
        assert_eq!(unknown_authorization("login,manage,clonefrom"), None);
        assert_eq!(unknown_authorization("login,fly"), Some("fly"));
    }
}
