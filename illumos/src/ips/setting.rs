//! Setting publishers of an image, and trying them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Publisher, RepositoryUri, is_name, pkg, run};
use crate::command::{Command, READ, READ_ALL};
use crate::{Error, ErrorKind, Result};

/// A publisher as it shall be in an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Setting {
    /// The name.
    pub name: String,
    /// Its origins; those that it has are replaced. Without any, those that it has stay, and so do its mirrors.
    pub origins: Vec<RepositoryUri>,
    /// Its mirrors, likewise.
    pub mirrors: Vec<RepositoryUri>,
    /// Whether it is sticky.
    pub sticky: bool,
    /// Where it comes in the search order.
    pub rank: Rank,
    /// Whether it is to be enabled because the image has it disabled.
    pub enable: bool,
}

/// A place in the search order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Where it is; a new one comes last.
    Unchanged,
    /// Before all others.
    First,
    /// Behind this one.
    After(String),
}

/// What came of asking the repositories of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// All answered.
    All,
    /// Some did not, or have no such publisher; what pkg said of them.
    NotAll(String),
}

impl Setting {
    /// The commands that make it so in the image at the host's absolute path `image`. No repository is contacted.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] if pkg would refuse it.
    pub fn commands(&self, image: &str) -> Result<Vec<Command>> {
        let invalid = |reason: &str| {
            let operation = format!("set publisher {} of image {image}", self.name);
            Error::new(ErrorKind::Invalid, operation, reason)
        };
        if !is_name(&self.name) {
            return Err(invalid(super::NAME_RULE));
        }
        let mut args: Vec<&str> = vec!["set-publisher", "--no-refresh"];
        args.push(if self.sticky {
            "--sticky"
        } else {
            "--non-sticky"
        });
        match &self.rank {
            Rank::Unchanged => {}
            Rank::First => args.push("--search-first"),
            Rank::After(other) if !is_name(other) => return Err(invalid(super::NAME_RULE)),
            Rank::After(other) => args.extend(["--search-after", other]),
        }
        for (remove, add, uris) in [("-G", "-g", &self.origins), ("-M", "-m", &self.mirrors)] {
            if self.origins.is_empty() {
                break;
            }
            args.extend([remove, "*"]);
            // Given twice, pkg refuses it.
            let mut uris: Vec<&str> = uris.iter().map(RepositoryUri::as_str).collect();
            uris.sort_unstable();
            uris.dedup();
            args.extend(uris.into_iter().flat_map(|uri| [add, uri]));
        }
        args.push(&self.name);
        let mut commands = vec![pkg(image, args)?];
        if self.enable {
            // With an origin, `-e` would be about that one.
            commands.push(pkg(
                image,
                ["set-publisher", "--no-refresh", "-e", &self.name],
            )?);
        }
        Ok(commands)
    }

    /// Whether it is so among the publishers of an image, in their order.
    #[must_use]
    pub fn holds(&self, publishers: &[Publisher]) -> bool {
        let place = |name: &str| {
            publishers
                .iter()
                .position(|publisher| publisher.name == name)
        };
        let Some(at) = place(&self.name) else {
            return false;
        };
        let found = &publishers[at];
        let same = |wanted: &[RepositoryUri], found: &[RepositoryUri]| {
            let set = |uris: &[RepositoryUri]| uris.iter().cloned().collect::<BTreeSet<_>>();
            set(wanted) == set(found)
        };
        let located = self.origins.is_empty()
            || same(&self.origins, &found.origins)
                && same(&self.mirrors, &found.mirrors)
                && found.disabled_origins.is_empty();
        let ranked = match &self.rank {
            Rank::Unchanged => true,
            Rank::First => at == 0,
            Rank::After(other) => place(other).is_some_and(|other| other + 1 == at),
        };
        located && ranked && found.sticky == self.sticky && (found.enabled || !self.enable)
    }

    /// Runs the [`commands`](Self::commands). Doing it twice is doing it once.
    ///
    /// # Errors
    /// As [`publishers`](super::publishers) and [`commands`](Self::commands); [`ErrorKind::Busy`] if another process has locked the image.
    pub fn apply(&self, image: &str) -> Result<()> {
        for command in self.commands(image)? {
            run(&command.deadline(READ))?;
        }
        Ok(())
    }
}

/// The command of [`refresh`].
///
/// # Errors
/// [`ErrorKind::Invalid`] if `image` is not an absolute path.
pub fn refresh_command(image: &str) -> Result<Command> {
    pkg(image, ["refresh"])
}

/// Asks the repositories of publishers of an image for their catalogs: of these, or, if none is named, of all that are enabled.
///
/// # Errors
/// As [`publishers`](super::publishers), and [`ErrorKind::Busy`] if another process has locked the image. That a repository does not answer is not an error.
pub fn refresh(image: &str, names: &[&str]) -> Result<Refreshed> {
    let names = names.iter().copied();
    let command = refresh_command(image)?.args(names).deadline(READ_ALL);
    let output = command.output(&mut |_, _| {})?;
    let Some(kind) = super::kind(&output) else {
        return Ok(Refreshed::All);
    };
    // 1 is that no catalog came, 3 that some did not.
    if kind == ErrorKind::Failed && matches!(output.status, Some(1 | 3)) {
        return Ok(Refreshed::NotAll(said(&output.stderr)));
    }
    Err(command.failure(kind, &output))
}

/// What pkg said, as one line.
fn said(stderr: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let text = lines.join(" ");
    let text = text.strip_prefix("pkg: ").unwrap_or(&text);
    match text.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, origins: &[&str]) -> Setting {
        Setting {
            name: name.to_owned(),
            origins: origins.iter().map(|uri| uri.parse().unwrap()).collect(),
            mirrors: vec!["http://m".parse().unwrap()],
            sticky: false,
            rank: Rank::After("a.org".to_owned()),
            enable: true,
        }
    }

    #[test]
    fn a_setting_replaces_origins_and_mirrors() {
        let setting = setting("b.org", &["http://b/", "http://a", "http://b"]);
        let commands: Vec<String> = setting
            .commands("/zones/web01/root")
            .unwrap()
            .iter()
            .map(Command::display)
            .collect();
        assert_eq!(
            commands,
            [
                "/usr/bin/pkg -R /zones/web01/root set-publisher --no-refresh --non-sticky --search-after a.org -G '*' -g http://a/ -g http://b/ -M '*' -m http://m/ b.org",
                "/usr/bin/pkg -R /zones/web01/root set-publisher --no-refresh -e b.org",
            ]
        );
    }

    #[test]
    fn without_origins_only_rank_and_stickiness_are_set() {
        let commands = setting("b.org", &[]).commands("/").unwrap();
        let line =
            "/usr/bin/pkg -R / set-publisher --no-refresh --non-sticky --search-after a.org b.org";
        assert_eq!(commands[0].display(), line);
    }

    #[test]
    fn whether_a_setting_holds_is_seen_in_a_listing() {
        let text = "PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\n\
                    a.org\ttrue\tfalse\ttrue\torigin\tonline\thttp://a/\t-\n\
                    b.org\tfalse\tfalse\ttrue\torigin\tonline\thttp://b/\t-\n\
                    b.org\tfalse\tfalse\ttrue\tmirror\tonline\thttp://m/\t-\n";
        let publishers = super::super::parse(text).unwrap();
        let good = setting("b.org", &["http://b"]);
        assert!(good.holds(&publishers));
        type Change = fn(&mut Setting);
        let changes: [Change; 6] = [
            |setting| setting.name = "c.org".to_owned(),
            |setting| setting.sticky = true,
            |setting| setting.mirrors.clear(),
            |setting| setting.origins.push("http://c".parse().unwrap()),
            |setting| setting.rank = Rank::First,
            |setting| setting.rank = Rank::After("b.org".to_owned()),
        ];
        for change in changes {
            let mut wrong = good.clone();
            change(&mut wrong);
            assert!(!wrong.holds(&publishers), "{wrong:?}");
        }
        let mut disabled = publishers;
        disabled[1].enabled = false;
        assert!(!good.holds(&disabled));
    }

    #[test]
    fn what_pkg_would_refuse_is_refused() {
        let kind = |image: &str, setting: &Setting| setting.commands(image).unwrap_err().kind();
        for name in ["", "-x", "a b", "a/b", ".a", "a_b"] {
            assert_eq!(
                kind("/z", &setting(name, &["http://a"])),
                ErrorKind::Invalid,
                "{name:?}"
            );
        }
        assert_eq!(
            kind("z", &setting("a.org", &["http://a"])),
            ErrorKind::Invalid
        );
        let mut after = setting("a.org", &["http://a"]);
        after.rank = Rank::After("-x".to_owned());
        assert_eq!(kind("/z", &after), ErrorKind::Invalid);
    }

    #[test]
    fn what_pkg_said_is_one_line() {
        assert_eq!(
            said("pkg: 3/4 catalogs:\n\n   \nno such\n"),
            "3/4 catalogs: no such"
        );
        assert_eq!(said(&"é".repeat(700)).chars().count(), 601);
    }
}
