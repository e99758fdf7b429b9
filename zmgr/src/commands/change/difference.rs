use std::fmt;

use imara_diff::{
    Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter,
};

use crate::plan::DocumentChange;

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
    let lines = Lines(&input.interner);
    let hunks = diff.unified_diff(&lines, UnifiedDiffConfig::default(), &input);
    format!("--- {from}\n+++ {to}\n{hunks}")
}

/// Prints lines as diff(1) does.
struct Lines<'a>(&'a Interner<&'a str>);

impl Lines<'_> {
    fn line(&self, f: &mut impl fmt::Write, sign: char, token: Token) -> fmt::Result {
        let line = self.0[token];
        write!(f, "{sign}{line}")?;
        if line.ends_with('\n') {
            return Ok(());
        }
        writeln!(f, "\n\\ No newline at end of file")
    }
}

impl UnifiedDiffPrinter for Lines<'_> {
    fn display_header(
        &self,
        mut f: impl fmt::Write,
        start_before: u32,
        start_after: u32,
        len_before: u32,
        len_after: u32,
    ) -> fmt::Result {
        // Of nothing the line before it is named, which is 0 at the start of a file. One line needs no number.
        let range = |start: u32, length: u32| match length {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            _ => format!("{},{length}", start + 1),
        };
        let (before, after) = (
            range(start_before, len_before),
            range(start_after, len_after),
        );
        writeln!(f, "@@ -{before} +{after} @@")
    }

    fn display_context_token(&self, mut f: impl fmt::Write, token: Token) -> fmt::Result {
        self.line(&mut f, ' ', token)
    }

    fn display_hunk(
        &self,
        mut f: impl fmt::Write,
        before: &[Token],
        after: &[Token],
    ) -> fmt::Result {
        for token in before {
            self.line(&mut f, '-', *token)?;
        }
        for token in after {
            self.line(&mut f, '+', *token)?;
        }
        Ok(())
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
        assert_eq!(
            diff(None, Some("a\nb\n")),
            "--- /dev/null\n+++ pools/a.kdl\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        );
        assert_eq!(
            diff(Some("a"), None),
            "--- pools/a.kdl\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n"
        );
    }
}
