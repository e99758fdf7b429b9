//! Makes a text say what a tree says, changing as little of it as possible.
//!
//! Every change is a replacement of bytes: whatever is not replaced stays as it is, comments, blank lines, indentation
//! and order included. A node that is removed takes with it the comment lines directly above it and the comment at the
//! end of its line. A node that is inserted is indented as its neighbours are.

use super::super::schema::{Repeat, Spec};
use super::super::syntax::lexer::{Kind as Token, Lexer};
use super::super::syntax::tree::{Block, Dialect, Node, Span, Value, name_literal, print_line};

/// The text changed so that its nodes, `current` now, become `wanted`. `specs` says which nodes have names.
pub(super) fn rewrite(
    text: &str,
    dialect: Dialect,
    current: &[Node<'_>],
    wanted: &[Node<'_>],
    specs: &[&'static Spec],
) -> String {
    let mut rewriter = Rewriter {
        text,
        dialect,
        newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
        step: step(text, current),
        splices: Vec::new(),
    };
    rewriter.nodes(current, wanted, None, specs);
    rewriter.apply()
}

/// What a level is indented by in this text.
fn step(text: &str, nodes: &[Node<'_>]) -> String {
    let found = nodes.iter().find_map(|node| {
        let child = node.nodes().first()?;
        let (outer, inner) = (
            indent(text, node.name_span.start)?,
            indent(text, child.name_span.start)?,
        );
        inner
            .strip_prefix(outer)
            .filter(|step| !step.is_empty())
            .map(str::to_owned)
    });
    found.unwrap_or_else(|| "    ".to_owned())
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind(['\n', '\r'])
        .map_or(0, |newline| newline + 1)
}

/// The white space before `at`, if there is nothing else on its line before it.
fn indent(text: &str, at: usize) -> Option<&str> {
    let before = text[line_start(text, at)..at].trim_start_matches('\u{feff}');
    before
        .chars()
        .all(|c| c == ' ' || c == '\t')
        .then_some(before)
}

/// What follows a node on its line.
struct After {
    /// One past its `;`, or where the node ends.
    terminated: usize,
    /// Whether there is a `;`.
    semicolon: bool,
    /// One past the newline, if nothing but a comment follows on the line.
    next_line: Option<usize>,
}

fn after(text: &str, end: usize) -> After {
    let mut after = After {
        terminated: end,
        semicolon: false,
        next_line: None,
    };
    let mut at = end;
    for token in Lexer::new(&text[end..], Dialect::Two) {
        at = end + token.span.end;
        match token.kind {
            Token::Semicolon if !after.semicolon => {
                after.semicolon = true;
                after.terminated = at;
            }
            Token::Newline => {
                after.next_line = Some(at);
                return after;
            }
            Token::Space | Token::LineComment => {}
            Token::BlockComment if !text[end + token.span.start..at].contains('\n') => {}
            _ => return after,
        }
    }
    if at == text.len() {
        after.next_line = Some(at);
    }
    after
}

/// The start of the comment lines directly above the line that starts at `line`.
fn comments_above(text: &str, line: usize) -> usize {
    let mut start = line;
    while start > 0 {
        let above = line_start(text, text[..start].trim_end_matches(['\n', '\r']).len());
        let content = text[above..start].trim_end_matches(['\n', '\r']);
        // More than one newline was trimmed: a blank line is between.
        if text[above + content.len()..start].matches('\n').count() > 1 {
            break;
        }
        let content = content.trim();
        let block = content.starts_with("/*")
            && content.ends_with("*/")
            && content.matches("*/").count() == 1;
        if content.starts_with("//") || block {
            start = above;
        } else {
            break;
        }
    }
    start
}

struct Rewriter<'t> {
    text: &'t str,
    dialect: Dialect,
    newline: &'static str,
    step: String,
    splices: Vec<(Span, String)>,
}

/// The node around the nodes at hand.
#[derive(Clone, Copy)]
struct Around<'a> {
    block: &'a Block<'a>,
    indent: &'a str,
}

impl Rewriter<'_> {
    fn apply(mut self) -> String {
        // Stable: what is inserted at one place stays in order, before what is removed from there.
        self.splices.sort_by_key(|(span, _)| (span.start, span.end));
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut at = 0;
        for (span, replacement) in &self.splices {
            text.push_str(&self.text[at..span.start.max(at)]);
            text.push_str(replacement);
            at = at.max(span.end);
        }
        text.push_str(&self.text[at..]);
        text
    }

    fn splice(&mut self, start: usize, end: usize, replacement: impl Into<String>) {
        self.splices
            .push((Span::new(start, end), replacement.into()));
    }

    fn nodes(
        &mut self,
        current: &[Node<'_>],
        wanted: &[Node<'_>],
        around: Option<Around<'_>>,
        specs: &[&'static Spec],
    ) {
        let matches = matches(current, wanted, specs);
        for (index, node) in current.iter().enumerate() {
            if !matches.contains(&Some(index)) {
                self.remove(node);
            }
        }
        let mut previous = None;
        for (node, found) in wanted.iter().zip(&matches) {
            match found {
                Some(index) => {
                    let spec = specs.iter().find(|spec| spec.name == node.name);
                    let children = spec
                        .and_then(|spec| spec.children)
                        .map(|children| children())
                        .unwrap_or_default();
                    self.node(&current[*index], node, &children);
                    previous = Some(&current[*index]);
                }
                None => self.insert(node, previous, current, around),
            }
        }
    }

    fn literal(&self, value: &Value<'_>, old: Option<Span>) -> String {
        // A string that was written without quotes stays so, if it can.
        if let (Value::Text(text), Some(old)) = (value, old) {
            let bare = !self.text[old.start..old.end].contains('"');
            let literal = name_literal(text);
            if bare && self.dialect == Dialect::Two && literal == *text && text != "-" {
                return literal.into_owned();
            }
        }
        value.literal(self.dialect)
    }

    /// Removes an argument or property with the space before it.
    fn remove_entry(&mut self, start: usize, end: usize) {
        let before = self.text[..start].trim_end_matches([' ', '\t']).len();
        self.splice(before, end, "");
    }

    /// Changes `current` to say what `wanted` says; the names are the same.
    fn node(&mut self, current: &Node<'_>, wanted: &Node<'_>, specs: &[&'static Spec]) {
        let mut last_argument = current.name_span.end;
        for (index, argument) in current.arguments.iter().enumerate() {
            match wanted.arguments.get(index) {
                Some(new) if new.value == argument.value => {}
                Some(new) => {
                    let literal = self.literal(&new.value, Some(argument.span));
                    self.splice(argument.span.start, argument.span.end, literal);
                }
                None => self.remove_entry(argument.span.start, argument.span.end),
            }
            last_argument = argument.span.end;
        }
        for new in wanted.arguments.iter().skip(current.arguments.len()) {
            let literal = self.literal(&new.value, None);
            self.splice(last_argument, last_argument, format!(" {literal}"));
        }
        let mut entries_end = last_argument;
        for property in &current.properties {
            entries_end = entries_end.max(property.span.end);
            match wanted.properties.iter().find(|new| new.key == property.key) {
                Some(new) if new.value == property.value => {}
                Some(new) => {
                    let literal = self.literal(&new.value, Some(property.span));
                    self.splice(property.span.start, property.span.end, literal);
                }
                None => self.remove_entry(property.key_span.start, property.span.end),
            }
        }
        for new in &wanted.properties {
            if !current
                .properties
                .iter()
                .any(|property| property.key == new.key)
            {
                let text = format!(
                    " {}={}",
                    name_literal(&new.key),
                    self.literal(&new.value, None)
                );
                self.splice(entries_end, entries_end, text);
            }
        }
        let indent = indent(self.text, current.name_span.start);
        match &current.children {
            Some(block) => {
                let around = Around {
                    block,
                    indent: indent.unwrap_or_default(),
                };
                self.nodes(&block.nodes, wanted.nodes(), Some(around), specs);
            }
            None if wanted.nodes().is_empty() => {}
            None => {
                let alone = after(self.text, current.span.end).next_line.is_some();
                let children = match indent {
                    Some(indent) if alone => self.lines_block(wanted.nodes(), indent),
                    _ => format!(" {{ {} }}", self.compact(wanted.nodes())),
                };
                self.splice(current.span.end, current.span.end, children);
            }
        }
    }

    /// ` { … }` over several lines, without newline at the end.
    fn lines_block(&self, nodes: &[Node<'_>], indent: &str) -> String {
        let mut text = format!(" {{{}", self.newline);
        for node in nodes {
            print_line(
                node,
                self.dialect,
                &format!("{indent}{}", self.step),
                &self.step,
                self.newline,
                &mut text,
            );
            text.push_str(self.newline);
        }
        text.push_str(indent);
        text.push('}');
        text
    }

    /// Nodes on one line: `pool "a"; vlan 20;`.
    fn compact(&self, nodes: &[Node<'_>]) -> String {
        let one = |node: &Node<'_>| {
            let mut text = String::new();
            let head = Node {
                children: None,
                ..node.clone()
            };
            print_line(&head, self.dialect, "", "", "", &mut text);
            if !node.nodes().is_empty() {
                text.push_str(&format!(" {{ {} }}", self.compact(node.nodes())));
            }
            text + ";"
        };
        nodes.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn insert(
        &mut self,
        node: &Node<'_>,
        previous: Option<&Node<'_>>,
        current: &[Node<'_>],
        around: Option<Around<'_>>,
    ) {
        // Nothing to go after: a document gets it at its end, where comments at its head are out of the way.
        let previous = previous.or_else(|| {
            if around.is_none() {
                current.last()
            } else {
                None
            }
        });
        if let Some(previous) = previous {
            return self.insert_after(node, previous);
        }
        let Some(Around {
            block,
            indent: outer,
        }) = around
        else {
            let end = self.text.len();
            let lead = if end == 0 || self.text.ends_with(['\n', '\r']) {
                ""
            } else {
                self.newline
            };
            let line = self.line(node, "");
            return self.splice(end, end, format!("{lead}{line}{}", self.newline));
        };
        let open = block.span.start + 1;
        let inner = format!("{outer}{}", self.step);
        if self.text[open..block.span.end - 1].trim().is_empty() {
            let line = self.line(node, &inner);
            // The first of several nodes opens the block, the others follow it.
            let opened = self
                .splices
                .iter()
                .any(|(span, _)| span.start == open && span.end == block.span.end - 1);
            let text = if opened {
                format!("{line}{}{outer}", self.newline)
            } else {
                format!("{0}{line}{0}{outer}", self.newline)
            };
            if opened {
                if let Some((_, earlier)) = self
                    .splices
                    .iter_mut()
                    .find(|(span, _)| span.start == open && span.end == block.span.end - 1)
                {
                    earlier.truncate(earlier.len() - outer.len());
                    earlier.push_str(&text);
                }
                return;
            }
            return self.splice(open, block.span.end - 1, text);
        }
        match after(self.text, open).next_line {
            Some(next_line) => {
                let first = block
                    .nodes
                    .first()
                    .and_then(|first| indent(self.text, first.name_span.start));
                let line = self.line(node, first.unwrap_or(&inner));
                self.splice(next_line, next_line, format!("{line}{}", self.newline));
            }
            None => {
                let text = format!(" {}", self.compact(std::slice::from_ref(node)));
                self.splice(open, open, text);
            }
        }
    }

    fn insert_after(&mut self, node: &Node<'_>, previous: &Node<'_>) {
        let place = after(self.text, previous.span.end);
        match (place.next_line, indent(self.text, previous.name_span.start)) {
            (Some(next_line), Some(indent)) => {
                let line = self.line(node, indent);
                if self.text[..next_line].ends_with(['\n', '\r']) {
                    self.splice(next_line, next_line, format!("{line}{}", self.newline));
                } else {
                    self.splice(next_line, next_line, format!("{}{line}", self.newline));
                }
            }
            _ => {
                let text = self.compact(std::slice::from_ref(node));
                let text = if place.semicolon {
                    format!(" {text}")
                } else {
                    format!("; {}", text.trim_end_matches(';'))
                };
                self.splice(place.terminated, place.terminated, text);
            }
        }
    }

    fn line(&self, node: &Node<'_>, indent: &str) -> String {
        let mut text = String::new();
        let empty = node.nodes().is_empty();
        let node = if empty {
            Node {
                children: None,
                ..node.clone()
            }
        } else {
            node.clone()
        };
        print_line(
            &node,
            self.dialect,
            indent,
            &self.step,
            self.newline,
            &mut text,
        );
        text
    }

    fn remove(&mut self, node: &Node<'_>) {
        let place = after(self.text, node.span.end);
        let line = line_start(self.text, node.span.start);
        let alone = indent(self.text, node.span.start).is_some();
        match place.next_line {
            Some(next_line) if alone => {
                let comments = comments_above(self.text, line);
                // Comments at the head of a document are the document's.
                let start = if comments == 0 { line } else { comments };
                self.splice(start, next_line, "");
            }
            Some(_) => self.remove_entry(node.span.start, place.terminated),
            None => {
                let rest = &self.text[place.terminated..];
                let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                self.splice(node.span.start, place.terminated + spaces, "");
            }
        }
    }
}

/// Whether a current node is to become a wanted one of its name.
type Rule<'r> = dyn Fn(&Node<'_>, &Node<'_>) -> bool + 'r;

/// For each wanted node the current one that becomes it. Nodes of one name keep their order.
fn matches(
    current: &[Node<'_>],
    wanted: &[Node<'_>],
    specs: &[&'static Spec],
) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; wanted.len()];
    let single =
        |nodes: &[Node<'_>], name: &str| nodes.iter().filter(|node| node.name == name).count() == 1;
    let rules: [&Rule<'_>; 4] = [
        &|old, new| old.says_the_same(new),
        &|old, new| new.first_text().is_some() && old.first_text() == new.first_text(),
        &|_, new| {
            specs
                .iter()
                .find(|spec| spec.name == new.name)
                .is_none_or(|spec| spec.repeat != Repeat::Keyed)
        },
        &|_, new| single(current, &new.name) && single(wanted, &new.name),
    ];
    for rule in rules {
        for index in 0..wanted.len() {
            if found[index].is_some() {
                continue;
            }
            let new = &wanted[index];
            let neighbour = |index: &usize| wanted[*index].name == new.name;
            let least = (0..index)
                .rev()
                .filter(neighbour)
                .find_map(|index| found[index])
                .map_or(0, |at| at + 1);
            let most = (index + 1..wanted.len())
                .filter(neighbour)
                .find_map(|index| found[index]);
            let range = least..most.unwrap_or(current.len());
            let fits = |at: &usize| current[*at].name == new.name && rule(&current[*at], new);
            found[index] = range.clone().find(fits);
        }
    }
    found
}
