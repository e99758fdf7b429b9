//! Text from elsewhere made safe to print, and the few shapes that numbers are printed in.

use std::borrow::Cow;
use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with everything a terminal would act on, or not show, written as an escape: control characters, and the
/// characters that change the direction of text or have no width.
///
/// Names of zones, links and datasets that zmgr did not make can hold anything.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    if text.bytes().all(plain) || !text.chars().any(unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if unsafe_to_print(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal acts on the character, or shows nothing for it where the text does not need it.
fn unsafe_to_print(c: char) -> bool {
    // Combining marks have no width either, but belong to the letter before them.
    let direction = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    direction || UnicodeWidthChar::width(c).is_none()
}

/// A text of several lines, each escaped.
#[must_use]
pub fn escape_lines(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", escape_line(line)))
        .collect()
}

/// The line, with tabs as they are.
fn escape_line(line: &str) -> String {
    line.split('\t').map(escape).collect::<Vec<_>>().join("\t")
}

/// The text with its long lines broken between words, to be read at this width; what follows hangs below the last column of the line.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let column = line.rfind("  ").map_or(0, |at| at + 2);
        // An example is to be copied as it is.
        let whole = line.starts_with("    ") && column <= 4;
        let hang = if column * 3 > width * 2 { 8 } else { column };
        let mut used = 0;
        for word in line.split_inclusive(' ') {
            if !whole && used > hang && used + word.trim_end().width() > width {
                out.truncate(out.trim_end().len());
                out.push('\n');
                out.push_str(&" ".repeat(hang));
                used = hang;
            }
            out.push_str(word);
            used += word.width();
        }
        out.push('\n');
    }
    out
}

/// The text as a field of parsable output: `:` and `\` are preceded by `\`, control characters are escaped.
#[must_use]
pub fn parsable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ':' | '\\') {
            out.push('\\');
        }
        if unsafe_to_print(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A duration for people: `0.4s`, `12s`, `3m 05s`, `2h 00m`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1}s", duration.as_secs_f64()),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1 zone`, `2 zones`; for nouns that take an s.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(escape("web01"), "web01");
        assert_eq!(escape("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(escape("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(escape("名前"), "名前");
        assert_eq!(escape("e\u{301}"), "e\u{301}");
    }

    #[test]
    fn long_lines_hang_below_their_last_column() {
        let text = "a prose line of some length\n\n    pool \"x\" { an example that stays as it is; }\n    name  what it is and does\n";
        assert_eq!(
            wrap(text, 20),
            "a prose line of some\nlength\n\n    pool \"x\" { an example that stays as it is; }\n    name  what it is\n          and does\n"
        );
    }

    #[test]
    fn parsable_escapes_colon_and_backslash() {
        assert_eq!(parsable(r"a:b\c"), r"a\:b\\c");
        assert_eq!(parsable("a\nb"), "a\\nb");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(Duration::from_millis(420)), "0.4s");
        assert_eq!(duration(Duration::from_secs(42)), "42s");
        assert_eq!(duration(Duration::from_secs(185)), "3m 05s");
        assert_eq!(duration(Duration::from_secs(7260)), "2h 01m");
    }
}
