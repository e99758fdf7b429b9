//! Failures for people: with a picture of the place in the document on a terminal, as plain lines elsewhere.

use std::fmt;
use std::fmt::Write as _;

use illumos::ips::without_credentials;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::style;
use super::text::escape;
use crate::Failure;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// The command fails.
    Error,
    /// The command goes on.
    Warning,
}

/// The failure as plain lines.
pub(super) fn plain(failure: &Failure, severity: Severity) -> String {
    let mut out = String::new();
    lines(&mut out, failure, severity);
    out
}

fn lines(out: &mut String, failure: &Failure, severity: Severity) {
    let (word, style) = match severity {
        Severity::Error => ("error", style::ERROR),
        Severity::Warning => ("warning", style::WARNING),
    };
    let _ = writeln!(
        out,
        "{style}{word}{style:#}: {}",
        multiline(&failure.message)
    );
    if let Some(location) = &failure.location {
        let file = location.file.display().to_string();
        let _ = writeln!(
            out,
            "  --> {}:{}:{}",
            escape(&file),
            location.line,
            location.column
        );
    }
    if let Some(help) = &failure.help {
        let help_style = style::HELP;
        let _ = writeln!(
            out,
            "  {help_style}help{help_style:#}: {}",
            multiline(help).replace('\n', "\n        ")
        );
    }
    for related in &failure.related {
        lines(out, related, severity);
    }
}

/// Escaped line by line: line ends are wanted where a message has several lines.
fn multiline(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

/// The failure with a picture of its place.
pub(super) fn picture(failure: &Failure, severity: Severity, width: usize, colour: bool) -> String {
    let theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_context_lines(1)
        .with_links(false);
    let mut out = String::new();
    let report = Report::new(failure, severity);
    if handler.render_report(&mut out, &report).is_err() {
        return plain(failure, severity);
    }
    out
}

/// A failure as miette sees it.
#[derive(Debug)]
struct Report {
    message: String,
    help: Option<String>,
    severity: Severity,
    source: Option<NamedSource<String>>,
    span: Option<(usize, usize)>,
    related: Vec<Report>,
}

/// The largest file that a place is shown in, in bytes.
const LARGEST: u64 = 4 << 20;

impl Report {
    fn new(failure: &Failure, severity: Severity) -> Self {
        let mut source = None;
        let mut span = None;
        let mut message = multiline(&failure.message);
        if let Some(location) = &failure.location {
            // The file may have changed or gone since it was read; the place is then told in words.
            match illumos::file::read(&location.file, LARGEST).map(String::from_utf8) {
                Ok(Ok(text))
                    if location.offset + location.length <= text.len()
                        && text.is_char_boundary(location.offset) =>
                {
                    let text = text
                        .lines()
                        .map(escape_same_length)
                        .collect::<Vec<_>>()
                        .join("\n");
                    source = Some(NamedSource::new(
                        escape(&location.file.display().to_string()),
                        text,
                    ));
                    span = Some((location.offset, location.length));
                }
                _ => {
                    let file = location.file.display().to_string();
                    let _ = write!(
                        message,
                        " ({}:{}:{})",
                        escape(&file),
                        location.line,
                        location.column
                    );
                }
            }
        }
        let related = failure
            .related
            .iter()
            .map(|related| Self::new(related, severity))
            .collect();
        Self {
            message,
            help: failure.help.as_deref().map(multiline),
            severity,
            source,
            span,
            related,
        }
    }
}

/// The line with control characters, and with what stands before an `@` in the host of a URI, replaced by as many bytes, so that spans
/// still point at the same text.
fn escape_same_length(line: &str) -> String {
    let shown = without_credentials(line);
    let same = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let begin = same(&mut line.bytes(), &mut shown.bytes());
    let end = line.len() - same(&mut line.bytes().rev(), &mut shown.bytes().rev());
    let hidden = if line == shown { 0..0 } else { begin..end };
    let escaped = |(at, c): (usize, char)| {
        let control = c.is_control() && c != '\t';
        match hidden.contains(&at) {
            true => std::iter::repeat_n('*', c.len_utf8()),
            false if control => std::iter::repeat_n('?', c.len_utf8()),
            false => std::iter::repeat_n(c, 1),
        }
    };
    line.char_indices().flat_map(escaped).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (offset, length) = self.span?;
        Some(Box::new(std::iter::once(LabeledSpan::new(
            Some("here".to_owned()),
            offset,
            length,
        ))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(
            self.related
                .iter()
                .map(|report| report as &dyn miette::Diagnostic),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;
    use crate::failure::Code;
    use crate::failure::Location;

    fn failure(dir: &tempfile::TempDir) -> Failure {
        let file = dir.path().join("internal.kdl");
        std::fs::write(&file, "pool \"internal\" {\n    gateway \"10.0.1.1\"\n}\n").unwrap();
        Failure::new(
            ExitCode::Invalid,
            Code::PoolGatewayOutside,
            "gateway 10.0.1.1 is outside 10.0.0.0/24",
        )
        .with_help("use an address of the network")
        .at(Location {
            file,
            offset: 30,
            length: 10,
            line: 2,
            column: 13,
        })
    }

    #[test]
    fn plain_lines_name_the_place() {
        let dir = tempfile::tempdir().unwrap();
        let text = plain(&failure(&dir), Severity::Error);
        let text = anstream::adapter::strip_str(&text).to_string();
        let text = text.replace(&dir.path().display().to_string(), "DIR");
        assert_eq!(
            text,
            "error: gateway 10.0.1.1 is outside 10.0.0.0/24\n  --> DIR/internal.kdl:2:13\n  help: use an address of the network\n"
        );
    }

    #[test]
    fn the_picture_shows_the_line() {
        let dir = tempfile::tempdir().unwrap();
        let text = picture(&failure(&dir), Severity::Error, 80, false);
        assert!(text.contains("gateway \"10.0.1.1\""), "{text}");
        assert!(text.contains("internal.kdl:2:13"), "{text}");
        assert!(text.contains("use an address of the network"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_file_that_is_gone_is_told_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let failure = failure(&dir);
        std::fs::remove_file(&failure.location.as_ref().unwrap().file).unwrap();
        let text = picture(&failure, Severity::Error, 80, false);
        assert!(text.contains("internal.kdl:2:13"), "{text}");
    }

    #[test]
    fn control_characters_of_messages_are_escaped() {
        let failure = Failure::new(ExitCode::Failed, Code::Usage, "zone \u{1b}[2J is odd");
        assert!(!plain(&failure, Severity::Warning).contains("\u{1b}[2J"));
        assert!(!picture(&failure, Severity::Warning, 80, false).contains('\u{1b}'));
    }
}
