//! The options of a command, as getopt(3C) finds them.

use super::ast::Value;

/// An option, or what is wrong with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Flag(char),
    Argument(char, String),
    /// `-?`: the command's help is wanted.
    Help,
    /// With what getopt says of it.
    Wrong(String),
}

/// What the words of a command are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) found: Vec<Found>,
    /// Words that are no options.
    pub(super) operands: usize,
}

impl Scan {
    /// Whether the flag was given.
    pub(super) fn has(&self, flag: char) -> bool {
        self.found.contains(&Found::Flag(flag))
    }

    /// Whether help was asked for, or an option is wrong.
    pub(super) fn is_rejected(&self) -> bool {
        self.found
            .iter()
            .any(|found| matches!(found, Found::Help | Found::Wrong(_)))
    }
}

/// Scans `words` for the options in `known`: each a character, followed by `:` if it takes an argument.
pub(super) fn scan(words: &[Value], known: &str) -> Scan {
    let program = words.first().map(ToString::to_string).unwrap_or_default();
    let mut scan = Scan {
        found: Vec::new(),
        operands: 0,
    };
    let mut rest = words.iter();
    while let Some(word) = rest.clone().next() {
        let word = word.to_text().into_owned();
        if !word.starts_with('-') || word == "-" {
            break;
        }
        rest.next();
        if word == "--" {
            break;
        }
        let mut letters = word[1..].chars();
        while let Some(letter) = letters.next() {
            let position = known.find(letter).filter(|_| letter != ':');
            let takes = position.is_some_and(|at| known[at + letter.len_utf8()..].starts_with(':'));
            scan.found.push(match position {
                None => Found::Wrong(format!("{program}: illegal option -- {letter}")),
                Some(_) if letter == '?' => Found::Help,
                Some(_) if !takes => Found::Flag(letter),
                Some(_) => {
                    let attached = letters.as_str().to_owned();
                    letters = "".chars();
                    if attached.is_empty() {
                        match rest.next() {
                            Some(argument) => Found::Argument(letter, argument.to_string()),
                            None => Found::Wrong(format!(
                                "{program}: option requires an argument -- {letter}"
                            )),
                        }
                    } else {
                        Found::Argument(letter, attached)
                    }
                }
            });
        }
    }
    scan.operands = rest.count();
    scan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Value> {
        text.split(' ').map(Value::from).collect()
    }

    #[test]
    fn options() {
        let scanned = scan(&words("-F -t web"), "?a:bFt:");
        assert!(scanned.has('F'));
        assert_eq!(scanned.found[1], Found::Argument('t', "web".to_owned()));
        assert_eq!(
            scan(&words("-tweb"), "?a:bFt:").found,
            [Found::Argument('t', "web".to_owned())]
        );
        assert_eq!(scan(&words("-bF"), "?a:bFt:").found.len(), 2);
        assert_eq!(scan(&words("-F x"), "?F").operands, 1);
        assert_eq!(scan(&words("-?"), "?F").found, [Found::Help]);
        assert_eq!(
            scan(&words("-t"), "?t:").found,
            [Found::Wrong(
                "-t: option requires an argument -- t".to_owned()
            )]
        );
        assert_eq!(
            scan(&words("-b\r"), "?b").found[1],
            Found::Wrong("-b\r: illegal option -- \r".to_owned())
        );
    }
}
