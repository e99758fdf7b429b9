//! Values with blanks in files of words: blanks, control characters and `%` are written as `%` and two hexadecimal digits.

use std::fmt::Write;

/// `value` as one word.
pub(crate) fn encode(value: &str) -> String {
    let mut word = String::with_capacity(value.len());
    for c in value.chars() {
        if c == '%' || c == ' ' || c.is_ascii_control() {
            let _ = write!(word, "%{:02x}", u32::from(c));
        } else {
            word.push(c);
        }
    }
    word
}

/// What [`encode`] made a word of.
pub(crate) fn decode(word: &str) -> String {
    if !word.contains('%') {
        return word.to_owned();
    }
    let mut value = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('%') {
        value.push_str(before);
        match after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(u8::is_ascii)
        {
            Some(byte) => {
                value.push(char::from(byte));
                rest = &after[2..];
            }
            None => {
                value.push('%');
                rest = after;
            }
        }
    }
    value + rest
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn a_word_is_what_it_was() {
        for value in [
            "",
            "plain",
            "two words",
            "a%20b",
            "100%",
            "tab\tline\nend",
            "ü=ö",
        ] {
            let word = encode(value);
            assert!(!word.contains([' ', '\t', '\n']), "{word}");
            assert_eq!(decode(&word), value);
        }
    }
}
