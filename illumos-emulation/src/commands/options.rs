//! Options as getopt(3C) reads them.

/// What a command line has of options, and what follows them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options<'a> {
    found: Vec<(char, &'a str)>,
    /// The words after the options.
    pub(crate) rest: &'a [String],
}

/// An option that is not known, or lacks its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    Unknown(char),
    NoArgument(char),
}

impl<'a> Options<'a> {
    /// Reads the options that `known` lists, a colon after those with an argument. The first other word ends them.
    pub(crate) fn parse(args: &'a [String], known: &str) -> Result<Self, Bad> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = args.get(at) {
            if word == "--" {
                at += 1;
                break;
            }
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                break;
            };
            at += 1;
            for (offset, letter) in letters.char_indices() {
                let place = known
                    .find(letter)
                    .filter(|_| letter != ':')
                    .ok_or(Bad::Unknown(letter))?;
                if known[place + letter.len_utf8()..].starts_with(':') {
                    let attached = &letters[offset + letter.len_utf8()..];
                    if attached.is_empty() {
                        found.push((
                            letter,
                            args.get(at).ok_or(Bad::NoArgument(letter))?.as_str(),
                        ));
                        at += 1;
                    } else {
                        found.push((letter, attached));
                    }
                    break;
                }
                found.push((letter, ""));
            }
        }
        Ok(Self {
            found,
            rest: &args[at..],
        })
    }

    pub(crate) fn has(&self, letter: char) -> bool {
        self.found.iter().any(|(known, _)| *known == letter)
    }

    /// The argument of the last such option.
    pub(crate) fn value(&self, letter: char) -> Option<&'a str> {
        self.found
            .iter()
            .rev()
            .find(|(known, _)| *known == letter)
            .map(|(_, value)| *value)
    }

    /// All options, each with its argument or an empty one.
    pub(crate) fn all(&self) -> impl Iterator<Item = (char, &'a str)> {
        self.found.iter().copied()
    }

    /// The arguments of all such options.
    pub(crate) fn values(&self, letter: char) -> impl Iterator<Item = &'a str> {
        self.found
            .iter()
            .filter(move |(known, _)| *known == letter)
            .map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bad, Options};

    #[test]
    fn options_are_read_as_by_getopt() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let args = words("-Hp -oname,type -t snapshot rpool -x");
        let options = Options::parse(&args, "Hpo:t:").unwrap();
        assert!(options.has('H') && options.has('p'));
        assert_eq!(
            (options.value('o'), options.value('t')),
            (Some("name,type"), Some("snapshot"))
        );
        assert_eq!(options.rest, ["rpool", "-x"]);
        assert_eq!(Options::parse(&words("-q"), "Hp"), Err(Bad::Unknown('q')));
        assert_eq!(
            Options::parse(&words("-o"), "o:"),
            Err(Bad::NoArgument('o'))
        );
        let args = words("-H -- -p");
        assert_eq!(Options::parse(&args, "Hp").unwrap().rest, ["-p"]);
    }
}
