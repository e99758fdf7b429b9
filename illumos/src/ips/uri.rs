//! URIs of repositories, as pkg(7) keeps them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The URI of a repository, in the form that pkg keeps it in: the scheme in lower case, a slash at the end, a path as a `file:` URI.
///
/// Two texts that pkg takes for the same repository are equal. What stands in front of an `@` in the host is never shown: pkg takes no
/// user name there, and neither does [`FromStr`], but a listing could have one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RepositoryUri(String);

/// Why a text is not the URI of a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUri {
    /// A relative path, or nothing at all.
    #[error("is neither a URI nor an absolute path")]
    Relative,
    /// Another scheme than `file`, `http` and `https`.
    #[error("has the scheme {0:?}; pkg takes file, http and https")]
    Scheme(String),
    /// A user name, with a password or without.
    #[error("has a user name or a password in it, which pkg does not take")]
    Credentials,
    /// The host is missing, or is none.
    #[error(
        "has no host that pkg takes: letters, digits, '-' and '.', or an IPv6 address in brackets, and a port"
    )]
    Host,
    /// A host where there can be none.
    #[error("names a host, which a file: URI cannot; it has three slashes: file:///path")]
    FileHost,
    /// White space at the ends, or control characters.
    #[error("has white space around it, or control characters in it")]
    Space,
}

impl RepositoryUri {
    /// The URI as pkg takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A URI out of a listing of pkg, whatever it is.
    pub(super) fn listed(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self(text.to_owned()))
    }
}

impl FromStr for RepositoryUri {
    type Err = InvalidUri;

    fn from_str(text: &str) -> Result<Self, InvalidUri> {
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(InvalidUri::Space);
        }
        if text.starts_with('/') {
            let kept = |c: char| c.is_ascii_alphanumeric() || "/_.-~".contains(c);
            let mut path = String::new();
            for c in text.chars() {
                if kept(c) {
                    path.push(c);
                } else {
                    let mut bytes = [0; 4];
                    for byte in c.encode_utf8(&mut bytes).bytes() {
                        path.push_str(&format!("%{byte:02X}"));
                    }
                }
            }
            return Ok(Self::with_slash(format!(
                "file:///{}",
                path.trim_start_matches('/')
            )));
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => return Err(InvalidUri::Relative),
        };
        let behind = rest.strip_prefix("//");
        match (&scheme[..], behind) {
            ("file", _) => {
                let path = match behind {
                    Some(path) if !path.starts_with('/') => return Err(InvalidUri::FileHost),
                    Some(path) => path,
                    None if rest.starts_with('/') => rest,
                    None => return Err(InvalidUri::Relative),
                };
                Ok(Self::with_slash(format!(
                    "file:///{}",
                    path.trim_start_matches('/')
                )))
            }
            ("http" | "https", Some(behind)) => {
                let authority = behind.split(['/', '?']).next().unwrap_or_default();
                if authority.contains('@') {
                    return Err(InvalidUri::Credentials);
                }
                if !is_host(authority) {
                    return Err(InvalidUri::Host);
                }
                Ok(Self::with_slash(format!("{scheme}://{behind}")))
            }
            ("http" | "https", None) => Err(InvalidUri::Host),
            // A host with a port, or a user with a password, is not a scheme to repeat.
            (_, None) => Err(InvalidUri::Relative),
            _ => Err(InvalidUri::Scheme(scheme)),
        }
    }
}

impl RepositoryUri {
    fn with_slash(uri: String) -> Self {
        match uri.trim_end_matches('/') {
            "file:" => Self("file:///".to_owned()),
            uri => Self(format!("{uri}/")),
        }
    }
}

/// The text with `***` for what stands before an `@` in the host of a URI: a user name, a password.
#[must_use]
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, behind) = rest.split_at(at + 3);
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '"' | '\'' | '<' | '>');
        // A slash in a password does not end it, as long as an @ follows in the same word.
        let word = behind
            .find(|c: char| ends(c) && c != '/' && c != '?')
            .unwrap_or(behind.len());
        let host = behind[..word].find(['/', '?']).unwrap_or(word);
        let user = behind[..host].rfind('@').or_else(|| {
            let with_password = behind[..host].contains(':') && !is_host(&behind[..host]);
            behind[..word].rfind('@').filter(|_| with_password)
        });
        shown.push_str(before);
        rest = match user {
            Some(at) => {
                shown.push_str("***");
                &behind[at..]
            }
            None => behind,
        };
    }
    if shown.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Whether pkg takes it as a host, with a port or without (pkg5 `src/modules/misc.py`, `valid_pub_url`).
fn is_host(authority: &str) -> bool {
    let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok();
    if let Some(literal) = authority.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else {
            return false;
        };
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        && is_port(port)
}

impl fmt::Display for RepositoryUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_credentials(&self.0))
    }
}

impl fmt::Debug for RepositoryUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_credentials(&self.0), f)
    }
}

impl From<RepositoryUri> for String {
    fn from(uri: RepositoryUri) -> Self {
        uri.0
    }
}

impl TryFrom<String> for RepositoryUri {
    type Error = InvalidUri;

    fn try_from(text: String) -> Result<Self, InvalidUri> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_uri_is_kept_as_pkg_keeps_it() {
        for (text, kept) in [
            ("http://a", "http://a/"),
            ("http://a//", "http://a/"),
            ("HTTPS://A.example/UP", "https://A.example/UP/"),
            ("http://a/?x=1", "http://a/?x=1/"),
            ("http://a:8080/%7Ea/b/../c", "http://a:8080/%7Ea/b/../c/"),
            ("http://[::1]:80/a", "http://[::1]:80/a/"),
            ("/repo/extra", "file:///repo/extra/"),
            ("/repo/a b", "file:///repo/a%20b/"),
            ("file:/repo/extra", "file:///repo/extra/"),
            ("file:////repo", "file:///repo/"),
            ("file:///a b/ü", "file:///a b/ü/"),
        ] {
            assert_eq!(text.parse::<RepositoryUri>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_pkg_does_not_take_is_refused() {
        for (text, reason) in [
            ("", InvalidUri::Relative),
            ("repo", InvalidUri::Relative),
            ("-x", InvalidUri::Relative),
            ("pkg.example.org:80", InvalidUri::Relative),
            ("://a", InvalidUri::Relative),
            ("ftp://a/", InvalidUri::Scheme("ftp".to_owned())),
            ("ssh://u:secret@a/", InvalidUri::Scheme("ssh".to_owned())),
            ("u:secret@host/", InvalidUri::Relative),
            ("http://", InvalidUri::Host),
            ("http:///x", InvalidUri::Host),
            ("http:x", InvalidUri::Host),
            ("http://a b/", InvalidUri::Host),
            ("http://a_b/", InvalidUri::Host),
            ("http://a:port/", InvalidUri::Host),
            ("http://[::1/", InvalidUri::Host),
            ("file://host/x", InvalidUri::FileHost),
            ("http://u:secret@a/", InvalidUri::Credentials),
            ("http://u@a/", InvalidUri::Credentials),
            (" http://a/", InvalidUri::Space),
            ("http://a/\n", InvalidUri::Space),
        ] {
            let refused = text.parse::<RepositoryUri>().unwrap_err();
            assert_eq!(refused, reason, "{text}");
            assert!(!refused.to_string().contains("secret"));
        }
    }

    #[test]
    fn credentials_of_a_listing_are_not_shown() {
        let uri = RepositoryUri::listed("http://user:pa@ss@a.example/?q=@/");
        let shown = "http://***@a.example/?q=@/";
        assert_eq!(
            (uri.to_string(), format!("{uri:?}")),
            (shown.to_owned(), format!("{shown:?}"))
        );
    }

    #[test]
    fn credentials_are_hidden_wherever_they_stand() {
        for (text, shown) in [
            ("zmgr list", "zmgr list"),
            (
                "-g https://a.example/?x=@y b",
                "-g https://a.example/?x=@y b",
            ),
            (
                "origin \"http://u:secret@a/\" \"https://secret@b\"",
                "origin \"http://***@a/\" \"https://***@b\"",
            ),
            ("http://u:se/cret@a/x", "http://***@a/x"),
            ("http://a:80/x@y", "http://a:80/x@y"),
        ] {
            assert_eq!(without_credentials(text), shown);
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept(text in "(http://|file:///|/|[a-z]*:)?[ -~]{0,12}") {
            if let Ok(uri) = text.parse::<RepositoryUri>() {
                prop_assert!(uri.as_str().ends_with('/'));
                prop_assert_eq!(uri.as_str().parse::<RepositoryUri>().unwrap(), uri);
            }
        }
    }
}
