use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput, Token};

use crate::plan::DocumentChange;

/// So many lines that stay are shown around those that change.
const CONTEXT: u32 = 3;

/// The change as a unified diff, which patch(1) takes.
pub(super) fn difference(change: &DocumentChange) -> String {
    let name = |text: &Option<String>| match text {
        Some(_) => change.path.clone(),
        None => "/dev/null".to_owned(),
    };
    let (from, to) = (name(&change.before), name(&change.after));
    let lines = |text: &Option<String>| text.clone().unwrap_or_default();
    let (before, after) = (lines(&change.before), lines(&change.after));
    let input = InternedInput::new(before.as_str(), after.as_str());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let hunks: Vec<Hunk> = diff.hunks().collect();
    let mut out = format!("--- {from}\n+++ {to}\n");
    for near in hunks.chunk_by(|one, next| next.before.start - one.before.end <= 2 * CONTEXT) {
        print(near, &input, &mut out);
    }
    out
}

/// Changes that are near each other, with the lines around them.
fn print(near: &[Hunk], input: &InternedInput<&str>, out: &mut String) {
    let (Some(first), Some(last)) = (near.first(), near.last()) else {
        return;
    };
    let above = first.before.start.min(CONTEXT);
    let below = (count(&input.before) - last.before.end).min(CONTEXT);
    let range = |first: &Range<u32>, last: &Range<u32>| first.start - above..last.end + below;
    let before = range(&first.before, &last.before);
    let after = range(&first.after, &last.after);
    let _ = writeln!(out, "@@ -{} +{} @@", place(&before), place(&after));
    let mut line = |sign: char, token: Token| {
        let line = input.interner[token];
        let _ = write!(out, "{sign}{line}");
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    };
    let mut shown = before.start;
    for hunk in near {
        let same = shown..hunk.before.start;
        lines(&input.before, &same).for_each(|token| line(' ', token));
        lines(&input.before, &hunk.before).for_each(|token| line('-', token));
        lines(&input.after, &hunk.after).for_each(|token| line('+', token));
        shown = hunk.before.end;
    }
    lines(&input.before, &(shown..before.end)).for_each(|token| line(' ', token));
}

fn count(lines: &[Token]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

fn lines<'t>(tokens: &'t [Token], range: &Range<u32>) -> impl Iterator<Item = Token> + 't {
    let (skipped, taken) = (range.start as usize, range.len());
    tokens.iter().skip(skipped).take(taken).copied()
}

/// Lines as diff(1) writes them: of none the line before them, which is 0 at the start of a file; one line has no number.
fn place(lines: &Range<u32>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        length => format!("{},{length}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: Option<&str>, after: Option<&str>) -> String {
        difference(&DocumentChange {
            path: "pools/a.kdl".to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        })
    }

    #[test]
    fn a_change_is_shown_as_diff_shows_it() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let after = before
            .replace("2\n3", "2\nnew\n3")
            .replace("11\n", "eleven\n");
        assert_eq!(
            diff(Some(before), Some(&after)),
            "--- pools/a.kdl\n+++ pools/a.kdl\n@@ -1,5 +1,6 @@\n 1\n 2\n+new\n 3\n 4\n 5\n\
             @@ -8,5 +9,5 @@\n 8\n 9\n 10\n-11\n+eleven\n 12\n"
        );
        // One change in the middle of a file, and two that are near.
        let after = before.replace("5\n", "five\n");
        assert_eq!(
            diff(Some(before), Some(&after)),
            "--- pools/a.kdl\n+++ pools/a.kdl\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        let after = before.replace("1\n2\n", "2\n").replace("8\n", "");
        assert_eq!(
            diff(Some(before), Some(&after)),
            "--- pools/a.kdl\n+++ pools/a.kdl\n@@ -1,11 +1,9 @@\n-1\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n 9\n 10\n 11\n"
        );
        assert_eq!(
            diff(None, Some("a\nb\n")),
            "--- /dev/null\n+++ pools/a.kdl\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        );
        assert_eq!(
            diff(Some("a"), None),
            "--- pools/a.kdl\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n"
        );
    }

    /// What patch(1) makes of `before`: every line that stays or goes must be where the diff says.
    fn patched(before: &str, diff: &str) -> String {
        let old: Vec<&str> = before.lines().collect();
        let (mut new, mut next) = (Vec::new(), 0);
        for line in diff.lines().skip(2) {
            if let Some(range) = line.strip_prefix("@@ -") {
                let range = range.split(' ').next().unwrap();
                let (first, length) = range.split_once(',').unwrap_or((range, "1"));
                let first: usize = first.parse().unwrap();
                let start = if length == "0" { first } else { first - 1 };
                new.extend(&old[next..start]);
                next = start;
                continue;
            }
            let (sign, text) = line.split_at(1);
            if sign != "+" {
                assert_eq!(old[next], text, "{diff}");
                next += 1;
            }
            if sign != "-" {
                new.push(text);
            }
        }
        new.extend(&old[next..]);
        new.iter().map(|line| format!("{line}\n")).collect()
    }

    proptest::proptest! {
        #[test]
        fn what_is_patched_is_the_text_after(before in "([abc]\n){0,30}", after in "([abc]\n){0,30}") {
            let diff = diff(Some(&before), Some(&after));
            proptest::prop_assert_eq!(patched(&before, &diff), after, "{}", diff);
        }
    }
}
