//! Options of pkg(1): letters and long names, which may be shortened, up to the first operand.

/// An option: its key, its letter, its long name, and whether it takes an argument.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: &'static str,
    pub(super) letter: &'static str,
    pub(super) long: &'static str,
    pub(super) argument: bool,
    /// Whether it may be given more than once.
    pub(super) many: bool,
}

impl Known {
    pub(super) const fn flag(key: &'static str, letter: &'static str, long: &'static str) -> Self {
        Self {
            key,
            letter,
            long,
            argument: false,
            many: false,
        }
    }

    pub(super) const fn value(key: &'static str, letter: &'static str, long: &'static str) -> Self {
        Self {
            key,
            letter,
            long,
            argument: true,
            many: false,
        }
    }

    pub(super) const fn values(
        key: &'static str,
        letter: &'static str,
        long: &'static str,
    ) -> Self {
        Self {
            key,
            letter,
            long,
            argument: true,
            many: true,
        }
    }

    /// As messages name it: `-d/--disable`.
    fn shown(&self) -> String {
        match (self.letter, self.long) {
            (letter, "") => format!("-{letter}"),
            ("", long) => format!("--{long}"),
            (letter, long) => format!("-{letter}/--{long}"),
        }
    }
}

/// The options of a command line, and its operands.
#[derive(Debug)]
pub(super) struct Given<'a> {
    table: &'static [Known],
    found: Vec<(&'static str, &'a str)>,
    pub(super) operands: &'a [String],
}

impl<'a> Given<'a> {
    /// # Errors
    /// What is wrong with the options.
    pub(super) fn parse(args: &'a [String], table: &'static [Known]) -> Result<Self, String> {
        let mut given = Self {
            table,
            found: Vec::new(),
            operands: args,
        };
        let mut at = 0;
        while let Some(word) = args.get(at) {
            let Some(rest) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
                break;
            };
            at += 1;
            if rest == "-" {
                break;
            }
            if let Some(long) = rest.strip_prefix('-') {
                let (name, attached) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let option = find_long(table, name)?;
                let value = match (option.argument, attached) {
                    (true, Some(value)) => value,
                    (true, None) => {
                        at += 1;
                        args.get(at - 1).ok_or_else(|| illegal(option.long))?
                    }
                    (false, None) => "",
                    (false, Some(_)) => return Err(illegal(option.long)),
                };
                given.add(option, value)?;
                continue;
            }
            for (offset, letter) in rest.char_indices() {
                let option = table
                    .iter()
                    .find(|option| option.letter.chars().eq([letter]))
                    .ok_or_else(|| illegal(&letter.to_string()))?;
                if !option.argument {
                    given.add(option, "")?;
                    continue;
                }
                let attached = &rest[offset + letter.len_utf8()..];
                let value = if attached.is_empty() {
                    at += 1;
                    args.get(at - 1).ok_or_else(|| illegal(option.letter))?
                } else {
                    attached
                };
                given.add(option, value)?;
                break;
            }
        }
        given.operands = &args[at..];
        Ok(given)
    }

    fn add(&mut self, option: &Known, value: &'a str) -> Result<(), String> {
        if !option.many && self.has(option.key) {
            return Err(format!("Option '{}' may not be repeated.", option.shown()));
        }
        self.found.push((option.key, value));
        Ok(())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.found.iter().any(|(found, _)| *found == key)
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        self.values(key).next()
    }

    pub(super) fn values<'k>(&'k self, key: &'k str) -> impl Iterator<Item = &'a str> + 'k {
        self.found
            .iter()
            .filter(move |(found, _)| *found == key)
            .map(|(_, value)| *value)
    }

    /// Refuses the two together.
    pub(super) fn apart(&self, one: &str, other: &str) -> Result<(), String> {
        if self.has(one) && self.has(other) {
            return Err(format!(
                "The '{}' and '{}' options may not be combined.",
                self.shown(one),
                self.shown(other)
            ));
        }
        Ok(())
    }

    pub(super) fn shown(&self, key: &str) -> String {
        let option = self.table.iter().find(|option| option.key == key);
        option.map(Known::shown).unwrap_or_default()
    }
}

fn illegal(option: &str) -> String {
    format!("illegal option -- {option}")
}

/// The option of this long name, or the only one that begins with it.
fn find_long(table: &'static [Known], name: &str) -> Result<&'static Known, String> {
    let mut beginning = table
        .iter()
        .filter(|option| !option.long.is_empty() && option.long.starts_with(name));
    if let Some(exact) = table
        .iter()
        .find(|option| !name.is_empty() && option.long == name)
    {
        return Ok(exact);
    }
    match (beginning.next(), beginning.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(illegal(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Known};

    static TABLE: &[Known] = &[
        Known::flag("disable", "d", "disable"),
        Known::flag("origins", "", "disable-origins"),
        Known::values("add", "g", "add-origin"),
        Known::value("set", "O", "origin-uri"),
    ];

    #[test]
    fn options_end_at_the_first_operand_and_names_may_be_short() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let args = words("-dg a --add=b --origin-uri c name -g");
        let given = Given::parse(&args, TABLE).unwrap();
        assert!(given.has("disable"));
        assert_eq!(given.values("add").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            (given.value("set"), given.operands),
            (Some("c"), &words("name -g")[..])
        );
        let wrong = |line: &str| Given::parse(&words(line), TABLE).unwrap_err();
        assert_eq!(wrong("--bogus"), "illegal option -- bogus");
        assert_eq!(wrong("-g"), "illegal option -- g");
        assert_eq!(
            wrong("-O a -O b"),
            "Option '-O/--origin-uri' may not be repeated."
        );
    }
}
