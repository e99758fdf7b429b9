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

/// When a column may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    Never,
    /// Before anything is wrapped.
    First,
    /// When wrapping does not help.
    Last,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    title: String,
    align: Align,
    /// How narrow it may become, in terminal columns.
    min: usize,
    /// Whether its words are never cut.
    whole: bool,
    /// When it may be left out where the table does not fit.
    goes: Goes,
}

impl Column {
    /// A column that is never cut.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            align: Align::Left,
            min: usize::MAX,
            whole: false,
            goes: Goes::Never,
        }
    }

    /// May be left out, before anything is cut, where the table does not fit; the first of them goes first.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.goes = Goes::First;
        self
    }

    /// May be left out where the table does not fit with every word on a line of its own; the last of them goes first.
    #[must_use]
    pub fn spare(mut self) -> Self {
        self.goes = Goes::Last;
        self
    }

    /// May become narrower, but no word of it, such as an address, is cut.
    #[must_use]
    pub fn wrap(mut self) -> Self {
        self.min = 0;
        self.whole = true;
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
pub struct Cell<'a> {
    parts: Parts<'a>,
    /// On one line and safe to print, where that is not the one text as it is.
    line: Option<String>,
    /// How many terminal columns the line takes.
    width: usize,
    style: Style,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Parts<'a> {
    One(Cow<'a, str>),
    Several(Vec<Cow<'a, str>>),
}

impl<'a> Cell<'a> {
    /// One text.
    #[must_use]
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self::of(Parts::One(text.into()))
    }

    /// Several texts, joined by `, ` on a line if they fit and by `,` in parsable output.
    #[must_use]
    pub fn list<I: IntoIterator<Item = S>, S: Into<Cow<'a, str>>>(parts: I) -> Self {
        let mut parts = parts.into_iter().map(Into::into);
        let first = parts.next().unwrap_or_default();
        Self::of(match parts.next() {
            None => Parts::One(first),
            Some(second) => Parts::Several([first, second].into_iter().chain(parts).collect()),
        })
    }

    fn of(parts: Parts<'a>) -> Self {
        let line = match &parts {
            Parts::One(text) => match escape(text) {
                Cow::Owned(escaped) => Some(escaped),
                Cow::Borrowed("") => Some("-".to_owned()),
                Cow::Borrowed(_) => None,
            },
            Parts::Several(texts) => {
                let joined = texts.join(", ");
                Some(match escape(&joined) {
                    Cow::Owned(escaped) => escaped,
                    Cow::Borrowed(_) => joined,
                })
            }
        };
        let mut cell = Self {
            parts,
            line,
            width: 0,
            style: Style::new(),
        };
        cell.width = columns(cell.line());
        cell
    }

    /// Shown in this style.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    fn parts(&self) -> &[Cow<'a, str>] {
        match &self.parts {
            Parts::One(text) => std::slice::from_ref(text),
            Parts::Several(texts) => texts,
        }
    }

    /// How wide the widest part is, a comma after it included.
    fn widest_part(&self) -> usize {
        match &self.parts {
            Parts::One(_) => self.width + 1,
            Parts::Several(texts) => {
                let widths = texts.iter().map(|text| columns(&escape(text)) + 1);
                widths.max().unwrap_or_default()
            }
        }
    }

    /// On one line, or `-` if there is nothing to show.
    fn line(&self) -> &str {
        match (&self.line, &self.parts) {
            (Some(line), _) => line,
            (None, Parts::One(text)) => text,
            (None, Parts::Several(_)) => "-",
        }
    }

    /// On as few lines as the width allows; a part that is wider than a line is cut and ends in `…`.
    fn lines(&self, width: usize) -> Vec<Cow<'_, str>> {
        if self.width <= width {
            return vec![Cow::Borrowed(self.line())];
        }
        let mut lines: Vec<String> = Vec::new();
        let last = self.parts().len() - 1;
        for (index, part) in self.parts().iter().enumerate() {
            let comma = if index == last { "" } else { "," };
            let part = format!("{}{comma}", escape(part));
            match lines.last_mut() {
                Some(line) if line.width() + 1 + part.width() <= width => {
                    line.push(' ');
                    line.push_str(&part);
                }
                _ => wrap(&part, width, &mut lines),
            }
        }
        lines.into_iter().map(Cow::Owned).collect()
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Cell<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// Rows under a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<'a> {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell<'a>>>,
    header: bool,
}

impl<'a> Table<'a> {
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
    pub fn row<I: IntoIterator<Item = Cell<'a>>>(&mut self, cells: I) {
        let mut row = Vec::with_capacity(self.columns.len());
        row.extend(cells);
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for each column");
        self.rows.push(row);
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For people, nothing in it but text and, if it is `styled`, styles. With a width, columns that may be left out go, and those that
    /// may be cut are cut, until the table fits.
    #[must_use]
    pub fn render(&self, width: Option<usize>, styled: bool) -> String {
        let Some(limit) = width else {
            return self.draw(None, styled);
        };
        let mut table = Cow::Borrowed(self);
        while table.least_width(false) > limit
            && let Some(gone) = table.place(Goes::First)
        {
            table.to_mut().remove(gone);
        }
        while table.least_width(true) > limit
            && let Some(gone) = table.place(Goes::Last)
        {
            table.to_mut().remove(gone);
        }
        table.draw(width, styled)
    }

    /// The next column that may go.
    fn place(&self, goes: Goes) -> Option<usize> {
        let may = |column: &Column| column.goes == goes;
        match goes {
            Goes::Last => self.columns.iter().rposition(may),
            _ => self.columns.iter().position(may),
        }
    }

    fn remove(&mut self, place: usize) {
        self.columns.remove(place);
        for row in &mut self.rows {
            row.remove(place);
        }
    }

    /// How wide it is with nothing cut, and every part of a cell, or every word of the columns that may be wrapped, on a line of its own.
    fn least_width(&self, words: bool) -> usize {
        let widest = |(index, column): (usize, &Column)| {
            let title = if self.header { column.title.width() } else { 1 };
            match words && column.whole {
                true => self.widest_word(index).max(title),
                false => {
                    let cells = self.rows.iter().map(|row| row[index].widest_part());
                    cells.fold(title, usize::max)
                }
            }
        };
        let text: usize = self.columns.iter().enumerate().map(widest).sum();
        text + GAP * self.columns.len().saturating_sub(1)
    }

    /// The widest word of a column, a comma after it included.
    fn widest_word(&self, index: usize) -> usize {
        let cells = self.rows.iter().flat_map(|row| row[index].parts());
        let words = cells.map(|part| {
            let part = escape(part);
            let widths = part.split(' ').map(|word| columns(word) + 1);
            widths.max().unwrap_or_default()
        });
        words.max().unwrap_or_default()
    }

    fn draw(&self, width: Option<usize>, styled: bool) -> String {
        let widths = self.widths(width);
        let mut pen = Pen {
            columns: &self.columns,
            widths: &widths,
            styled,
            out: String::new(),
        };
        if self.header {
            let titles = self.columns.iter().map(|column| column.title.as_str());
            pen.line(titles.map(|title| (title, columns(title), style::HEADER)));
        }
        for row in &self.rows {
            if row
                .iter()
                .zip(&widths)
                .all(|(cell, width)| cell.width <= *width)
            {
                pen.line(row.iter().map(|cell| (cell.line(), cell.width, cell.style)));
                continue;
            }
            let lines: Vec<Vec<Cow<'_, str>>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, &width)| cell.lines(width))
                .collect();
            let height = lines.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                pen.line(row.iter().zip(&lines).map(|(cell, lines)| {
                    let text = lines.get(line).map_or("", AsRef::as_ref);
                    (text, columns(text), cell.style)
                }));
            }
        }
        pen.out
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
                match &cell.parts {
                    Parts::One(text) => out.push_str(&parsable(text)),
                    Parts::Several(texts) => out.push_str(&parsable(&texts.join(","))),
                }
            }
            out.push('\n');
        }
        out
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
                *width = (*width).max(cell.width);
            }
        }
        let Some(limit) = limit else { return widths };
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(limit);
        let floor: Vec<usize> = self
            .columns
            .iter()
            .zip(&floors)
            .enumerate()
            .map(|(index, (column, &title))| match column.whole {
                true => self.widest_word(index).max(title).min(widths[index]),
                false => column.min.max(title),
            })
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

/// Writes the lines of a table.
struct Pen<'t> {
    columns: &'t [Column],
    widths: &'t [usize],
    styled: bool,
    out: String,
}

impl Pen<'_> {
    /// One line: of each column a text that fits, how wide it is, and its style.
    fn line<'c>(&mut self, cells: impl Iterator<Item = (&'c str, usize, Style)>) {
        // Spaces are written only when something follows them, so that no line ends in any.
        let mut owed = 0;
        let places = self.columns.iter().zip(self.widths);
        for (index, ((column, width), (text, taken, style))) in places.zip(cells).enumerate() {
            if index > 0 {
                owed += GAP;
            }
            let space = width.saturating_sub(taken);
            if text.is_empty() {
                owed += space;
                continue;
            }
            let right = column.align == Align::Right;
            if right {
                owed += space;
            }
            self.out.extend(std::iter::repeat_n(' ', owed));
            owed = if right { 0 } else { space };
            if self.styled && !style.is_plain() {
                let _ = write!(self.out, "{style}{text}{style:#}");
            } else {
                self.out.push_str(text);
            }
        }
        self.out.push('\n');
    }
}

/// How many terminal columns the text takes.
fn columns(text: &str) -> usize {
    // Most texts are ASCII, and escaped.
    if text.is_ascii() {
        text.len()
    } else {
        text.width()
    }
}

/// The words of the text, as many on a line as fit; one that is wider than a line is cut.
fn wrap(text: &str, width: usize, lines: &mut Vec<String>) {
    let mut started = false;
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if started && line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, width)),
        }
        started = true;
    }
}

/// The text, or as much of it as fits before a `…`.
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

    fn table() -> Table<'static> {
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
            Cell::list(Vec::<&str>::new()),
        ]);
        table
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn wide_enough() {
        assert_eq!(
            plain(&table().render(Some(80), true)),
            "NAME   USED  ZONEPATH      NETS\n\
             web01     7  /zones/web01  internal 10.0.0.10/24, public 203.0.113.5/28\n\
             名前     12  /zones/a      -\n"
        );
    }

    #[test]
    fn lists_go_on_lines_of_their_own_before_anything_is_cut() {
        assert_eq!(
            plain(&table().render(Some(52), true)),
            "NAME   USED  ZONEPATH      NETS\n\
             web01     7  /zones/web01  internal 10.0.0.10/24,\n\
             \x20                          public 203.0.113.5/28\n\
             名前     12  /zones/a      -\n"
        );
    }

    #[test]
    fn narrow_terminals_cut_what_may_be_cut() {
        for width in 41..100 {
            let text = plain(&table().render(Some(width), true));
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
        table.columns[2].goes = Goes::First;
        assert!(plain(&table.render(Some(60), true)).contains("/zones/web01"));
        assert_eq!(
            plain(&table.render(Some(40), true)),
            "NAME   USED  NETS\n\
             web01     7  internal 10.0.0.10/24,\n\
             \x20            public 203.0.113.5/28\n\
             名前     12  -\n"
        );
        assert!(table.render(None, true).contains("/zones/web01"));
    }

    #[test]
    fn an_address_is_never_cut() {
        let mut table = Table::new(vec![
            Column::new("NAME"),
            Column::new("BRAND").spare(),
            Column::new("TEMPLATE").shrink(8).spare(),
            Column::new("NETS").wrap(),
        ]);
        table.row([
            Cell::new("a-very-long-name-of-a-zone-1234"),
            "ipkg".into(),
            "a-template".into(),
            Cell::list([
                "public 198.51.100.5/24 2001:db8:1:2:3:4:5:6/64",
                "b 10.0.0.1/8",
            ]),
        ]);
        assert_eq!(
            plain(&table.render(Some(80), true)),
            "NAME                             BRAND  TEMPLATE    NETS\n\
             a-very-long-name-of-a-zone-1234  ipkg   a-template  public 198.51.100.5/24\n\
             \x20                                                   2001:db8:1:2:3:4:5:6/64,\n\
             \x20                                                   b 10.0.0.1/8\n"
        );
        for width in 1..120 {
            let text = plain(&table.render(Some(width), true));
            let whole = |address: &str| text.contains(address);
            assert!(
                whole("198.51.100.5/24") && whole("2001:db8:1:2:3:4:5:6/64"),
                "{width}: {text}"
            );
            assert!(
                !text.contains('…') || !text.contains("10.0.0.…"),
                "{width}: {text}"
            );
            if width >= 58 {
                assert!(
                    text.lines().all(|line| line.width() <= width),
                    "{width}: {text}"
                );
            }
        }
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
        assert!(!plain(&table.render(None, true)).contains(['\u{1b}', '\u{7}']));
        assert!(!table.render(None, true).contains("\u{1b}]"));
    }
}
