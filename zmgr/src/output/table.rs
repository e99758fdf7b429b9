//! Tables that fit the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::style;
use super::text::{escape, parsable};

/// Between two columns.
const GAP: usize = 2;

/// Which side a column's text is pushed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// To the left.
    #[default]
    Left,
    /// To the right, for numbers.
    Right,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    title: String,
    align: Align,
    /// How narrow it may become, in terminal columns.
    min: usize,
    /// Whether it may be left out where the table does not fit.
    optional: bool,
}

impl Column {
    /// A column that is never cut.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            align: Align::Left,
            min: usize::MAX,
            optional: false,
        }
    }

    /// May be left out, before anything is cut, where the table does not fit; the first of them goes first.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Numbers.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// May be cut down to `min` terminal columns where the table does not fit.
    #[must_use]
    pub fn shrink(mut self, min: usize) -> Self {
        self.min = min;
        self
    }
}

/// A field of a [`Table`]: one or more texts, which go on lines of their own if they do not fit on one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    parts: Vec<String>,
    style: Style,
}

impl Cell {
    /// One text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            parts: vec![text.into()],
            style: Style::new(),
        }
    }

    /// Several texts, joined by `, ` on a line if they fit and by `,` in parsable output.
    #[must_use]
    pub fn list<I: IntoIterator<Item = S>, S: Into<String>>(parts: I) -> Self {
        Self {
            parts: parts.into_iter().map(Into::into).collect(),
            style: Style::new(),
        }
    }

    /// Shown in this style.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    fn is_empty(&self) -> bool {
        self.parts.iter().all(String::is_empty)
    }

    /// On one line, or `-` if there is nothing to show.
    fn joined(&self) -> Cow<'_, str> {
        match self.parts.as_slice() {
            _ if self.is_empty() => Cow::Borrowed("-"),
            [part] => escape(part),
            parts => Cow::Owned(escape(&parts.join(", ")).into_owned()),
        }
    }

    /// On as few lines as the width allows; a part that is wider than a line is cut and ends in `…`.
    fn lines(&self, width: usize) -> Vec<Cow<'_, str>> {
        let joined = self.joined();
        if self.is_empty() || columns(&joined) <= width {
            return vec![joined];
        }
        let mut lines: Vec<String> = Vec::new();
        let last = self.parts.len() - 1;
        for (index, part) in self.parts.iter().enumerate() {
            let comma = if index == last { "" } else { "," };
            let part = format!("{}{comma}", escape(part));
            match lines.last_mut() {
                Some(line) if line.width() + 1 + part.width() <= width => {
                    line.push(' ');
                    line.push_str(&part);
                }
                _ => lines.push(cut(&part, width)),
            }
        }
        lines.into_iter().map(Cow::Owned).collect()
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// Rows under a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    header: bool,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            header: true,
        }
    }

    /// Leaves out the header (`-H`).
    #[must_use]
    pub fn without_header(mut self, without: bool) -> Self {
        self.header = !without;
        self
    }

    /// Adds a row, which must have a cell for each column.
    pub fn row<I: IntoIterator<Item = Cell>>(&mut self, cells: I) {
        let cells: Vec<Cell> = cells.into_iter().collect();
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For people. With a width, columns that may be left out go, and those that may be cut are cut, until the table fits.
    #[must_use]
    pub fn render(&self, width: Option<usize>) -> String {
        let Some(limit) = width else {
            return self.draw(None);
        };
        let mut table = Cow::Borrowed(self);
        while table.least_width() > limit
            && let Some(gone) = table.columns.iter().position(|column| column.optional)
        {
            let table = table.to_mut();
            table.columns.remove(gone);
            for row in &mut table.rows {
                row.remove(gone);
            }
        }
        table.draw(width)
    }

    /// How wide it is with every part of a cell on a line of its own and nothing cut.
    fn least_width(&self) -> usize {
        let widest = |index: usize, column: &Column| {
            let title = if self.header { column.title.width() } else { 1 };
            let cells = self.rows.iter().flat_map(|row| &row[index].parts);
            // A comma follows each but the last.
            cells
                .map(|part| escape(part).width() + 1)
                .fold(title, usize::max)
        };
        let columns = self.columns.iter().enumerate();
        let text: usize = columns.map(|(index, column)| widest(index, column)).sum();
        text + GAP * self.columns.len().saturating_sub(1)
    }

    fn draw(&self, width: Option<usize>) -> String {
        let widths = self.widths(width);
        let mut out = String::new();
        if self.header {
            let title = |column: &'_ Column| vec![Cow::Owned(column.title.clone())];
            let titles: Vec<_> = self.columns.iter().map(title).collect();
            self.line(
                &mut out,
                &widths,
                &titles,
                &vec![style::HEADER; titles.len()],
            );
        }
        for row in &self.rows {
            let lines: Vec<Vec<Cow<'_, str>>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, &width)| cell.lines(width))
                .collect();
            let styles: Vec<Style> = row.iter().map(|cell| cell.style).collect();
            self.line(&mut out, &widths, &lines, &styles);
        }
        out
    }

    /// For programs: fields joined by `:`, no header.
    #[must_use]
    pub fn render_parsable(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    out.push(':');
                }
                out.push_str(&parsable(&cell.parts.join(",")));
            }
            out.push('\n');
        }
        out
    }

    /// Writes one row, which takes as many lines as its tallest cell.
    fn line(
        &self,
        out: &mut String,
        widths: &[usize],
        cells: &[Vec<Cow<'_, str>>],
        styles: &[Style],
    ) {
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            // Spaces are written only when something follows them, so that no line ends in any.
            let mut owed = 0;
            for (index, cell) in cells.iter().enumerate() {
                if index > 0 {
                    owed += GAP;
                }
                let text = cell.get(line).map_or("", AsRef::as_ref);
                let space = widths[index].saturating_sub(columns(text));
                if text.is_empty() {
                    owed += space;
                    continue;
                }
                if self.columns[index].align == Align::Right {
                    owed += space;
                }
                let style = styles[index];
                let _ = write!(out, "{:owed$}{style}{text}{style:#}", "");
                owed = if self.columns[index].align == Align::Right {
                    0
                } else {
                    space
                };
            }
            out.push('\n');
        }
    }

    /// How wide each column is.
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .map(|column| if self.header { column.title.width() } else { 0 })
            .collect();
        let floors = widths.clone();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(columns(&cell.joined()));
            }
        }
        let Some(limit) = limit else { return widths };
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(limit);
        let floor: Vec<usize> = self
            .columns
            .iter()
            .zip(&floors)
            .map(|(column, &title)| column.min.max(title))
            .collect();
        // The widest column that may still give something gives first, so that narrow ones stay whole.
        while excess > 0 {
            let widest = (0..widths.len())
                .filter(|&i| widths[i] > floor[i])
                .max_by_key(|&i| widths[i]);
            let Some(widest) = widest else { break };
            let next = (0..widths.len())
                .filter(|&i| i != widest && widths[i] > floor[i])
                .map(|i| widths[i])
                .max();
            let give =
                widths[widest] - floor[widest].max(next.unwrap_or(0).min(widths[widest] - 1));
            let give = give.min(excess);
            widths[widest] -= give;
            excess -= give;
        }
        widths
    }
}

/// The text, or as much of it as fits before a `…`.
/// How many terminal columns the text takes.
fn columns(text: &str) -> usize {
    // Most texts are ASCII, and escaped.
    if text.is_ascii() {
        text.len()
    } else {
        text.width()
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if out.width() + 1 > width {
            out.pop();
            break;
        }
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(vec![
            Column::new("NAME"),
            Column::new("USED").right(),
            Column::new("ZONEPATH").shrink(8),
            Column::new("NETS").shrink(18),
        ]);
        table.row([
            Cell::new("web01"),
            "7".into(),
            "/zones/web01".into(),
            Cell::list(["internal 10.0.0.10/24", "public 203.0.113.5/28"]),
        ]);
        table.row([
            Cell::new("名前"),
            "12".into(),
            "/zones/a".into(),
            Cell::list(Vec::<String>::new()),
        ]);
        table
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn wide_enough() {
        assert_eq!(
            plain(&table().render(Some(80))),
            "NAME   USED  ZONEPATH      NETS\n\
             web01     7  /zones/web01  internal 10.0.0.10/24, public 203.0.113.5/28\n\
             名前     12  /zones/a      -\n"
        );
    }

    #[test]
    fn lists_go_on_lines_of_their_own_before_anything_is_cut() {
        assert_eq!(
            plain(&table().render(Some(52))),
            "NAME   USED  ZONEPATH      NETS\n\
             web01     7  /zones/web01  internal 10.0.0.10/24,\n\
             \x20                          public 203.0.113.5/28\n\
             名前     12  /zones/a      -\n"
        );
    }

    #[test]
    fn narrow_terminals_cut_what_may_be_cut() {
        for width in 41..100 {
            let text = plain(&table().render(Some(width)));
            assert!(
                text.lines().all(|line| line.width() <= width),
                "{width}: {text}"
            );
            assert!(text.contains("web01"), "names are never cut");
        }
    }

    #[test]
    fn what_may_be_left_out_goes_before_anything_is_cut() {
        let mut table = table();
        table.columns[2].optional = true;
        assert!(plain(&table.render(Some(60))).contains("/zones/web01"));
        assert_eq!(
            plain(&table.render(Some(40))),
            "NAME   USED  NETS\n\
             web01     7  internal 10.0.0.10/24,\n\
             \x20            public 203.0.113.5/28\n\
             名前     12  -\n"
        );
        assert!(table.render(None).contains("/zones/web01"));
    }

    #[test]
    fn parsable_fields() {
        let mut table = Table::new(vec![Column::new("A"), Column::new("B")]);
        table.row([Cell::new("x:y"), Cell::list(["1", "2"])]);
        table.row([Cell::new(""), Cell::new("a\\b\n")]);
        assert_eq!(table.render_parsable(), "x\\:y:1,2\n:a\\\\b\\n\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let mut table = Table::new(vec![Column::new("A")]);
        table.row([Cell::new("\u{1b}]0;owned\u{7}")]);
        assert!(!plain(&table.render(None)).contains(['\u{1b}', '\u{7}']));
        assert!(!table.render(None).contains("\u{1b}]"));
    }
}
