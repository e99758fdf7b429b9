//! `security-flags`: each of the three is a comma list of flags, and lower ⊆ default ⊆ upper.

use crate::zone::config::SecurityFlags;

const FLAGS: [&str; 3] = ["aslr", "forbidnullmap", "noexecstack"];
const ALL: u32 = (1 << FLAGS.len()) - 1;

/// What a list stands for.
struct Set {
    bits: u32,
    /// Not relative to what a process has: no `current`.
    assigned: bool,
}

fn parse(text: &str) -> Option<Set> {
    let (mut added, mut removed, mut assigned) = (0, 0, true);
    for flag in text.split(',') {
        match flag.to_ascii_lowercase().as_str() {
            "default" => return None,
            "all" => added |= ALL,
            "none" => removed |= ALL,
            "current" => assigned = false,
            name => {
                let (name, drop) = match name.strip_prefix(['-', '!']) {
                    Some(name) => (name, true),
                    None => (name.strip_prefix('+').unwrap_or(name), false),
                };
                let bit = 1 << FLAGS.iter().position(|flag| *flag == name)?;
                if drop {
                    removed |= bit;
                } else {
                    added |= bit;
                }
            }
        }
    }
    let bits = if assigned { added & !removed } else { 0 };
    Some(Set { bits, assigned })
}

/// What zonecfg(8) says against them: sentences, and whether each refuses them. Empty if nothing.
#[must_use]
pub fn problems(flags: &SecurityFlags) -> Vec<(String, bool)> {
    let mut said = Vec::new();
    let mut warnings = Vec::new();
    let mut read = |which: &str, text: Option<&String>, absent: u32| {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return absent;
        };
        // What cannot be read assigns nothing either, and the tool says so too.
        let set = parse(text).unwrap_or_else(|| {
            said.push((format!("{which} security flags '{text}' are invalid"), true));
            Set {
                bits: 0,
                assigned: false,
            }
        });
        if !set.assigned {
            warnings.push((
                which.to_owned(),
                format!("only assignment of security flags is allowed ({which}: {text})"),
            ));
        }
        set.bits
    };
    let default = read("default", flags.default.as_ref(), 0);
    let upper = read("upper", flags.upper.as_ref(), ALL);
    let lower = read("lower", flags.lower.as_ref(), 0);
    for which in ["default", "lower", "upper"] {
        said.extend(
            warnings
                .iter()
                .filter(|(property, _)| property == which)
                .map(|(_, sentence)| (sentence.clone(), false)),
        );
    }
    let outside = |set: u32, limit: u32| set & !limit != 0;
    if outside(default, upper) {
        said.push((
            "default secflags must be within the upper limit".to_owned(),
            true,
        ));
    }
    if outside(lower, default) {
        said.push((
            "default secflags must be above the lower limit".to_owned(),
            true,
        ));
    }
    if outside(lower, upper) {
        said.push((
            "lower secflags must be within the upper limit".to_owned(),
            true,
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lower: &str, default: &str, upper: &str) -> Vec<String> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let flags = SecurityFlags {
            lower: given(lower),
            default: given(default),
            upper: given(upper),
        };
        problems(&flags)
            .into_iter()
            .map(|(sentence, _)| sentence)
            .collect()
    }

    #[test]
    fn limits() {
        assert!(said("aslr", "aslr,noexecstack", "all").is_empty());
        assert!(said("", "ASLR", "").is_empty());
        assert!(said("none", "all,-aslr", "all").is_empty());
        assert_eq!(
            said("noexecstack", "aslr", ""),
            ["default secflags must be above the lower limit"]
        );
        assert_eq!(
            said("", "all", "none"),
            ["default secflags must be within the upper limit"]
        );
        assert_eq!(
            said("", "fast", ""),
            [
                "default security flags 'fast' are invalid",
                "only assignment of security flags is allowed (default: fast)"
            ]
        );
        assert_eq!(said("", "default", "").len(), 2);
        assert_eq!(
            said("", "current,aslr", ""),
            ["only assignment of security flags is allowed (default: current,aslr)"]
        );
    }
}
