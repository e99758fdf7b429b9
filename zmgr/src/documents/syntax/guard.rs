//! What would exhaust the stack or the time of the kdl crate, which reads blocks, annotations, comments and `/-` by recursion, and a `/-`
//! before a block that has no end again and again: twice as often for each such block that it lies in.

use super::Source;
use super::lexer::{Kind, Lexer};
use super::reader::DEEPEST;
use super::tree::{Dialect, Span};
use crate::failure::{Code, ExitCode, Failure};

/// Opening parentheses, or closing ones and braces, without a partner: those in strings and comments count.
const STRAY: usize = 128;

const STRAYS: &str = "parentheses or braces without a partner";

/// Blocks after `/-` within each other.
const LEFT_OUT: usize = 4;

/// Refuses a text that the kdl crate must not see. Brackets count wherever they are, because the crate looks for more errors behind one,
/// and may take for a bracket then what is in a string.
///
/// # Errors
/// [`Code::DocumentTooDeep`], at the first place that is too deep.
pub(super) fn guard(source: &Source) -> Result<(), Vec<Failure>> {
    let too_deep = |offset: usize, what: &str, most: usize| {
        let message = match what {
            STRAYS => format!("there are more than {most} {what}"),
            _ => format!("{what} are nested more than {most} deep"),
        };
        Err(vec![
            Failure::new(ExitCode::Invalid, Code::DocumentTooDeep, message)
                .at(source.location(Span::new(offset, offset + 1))),
        ])
    };
    // Of each open block, whether it is after a `/-`.
    let mut blocks: Vec<bool> = Vec::new();
    let (mut left_out, mut parentheses, mut closed) = (0usize, 0usize, 0usize);
    // Of this line, and of this run of nothing else.
    let (mut slashdashes, mut run, mut comments) = (0usize, 0usize, 0usize);
    let mut after_slashdash = false;
    let bytes = source.text.as_bytes();
    for (offset, &byte) in bytes.iter().enumerate() {
        match (byte, bytes.get(offset + 1)) {
            (b'{', _) => {
                blocks.push(after_slashdash);
                left_out += usize::from(after_slashdash);
                (after_slashdash, run) = (false, 0);
            }
            (b'}', _) => {
                match blocks.pop() {
                    Some(was_left_out) => left_out -= usize::from(was_left_out),
                    None => closed += 1,
                }
                (after_slashdash, run) = (false, 0);
            }
            (b'(', _) => parentheses += 1,
            (b')', _) if parentheses == 0 => closed += 1,
            (b')', _) => parentheses -= 1,
            (b'/', Some(b'-')) => {
                slashdashes += 1;
                run += 1;
                after_slashdash = true;
            }
            (b'/', Some(b'*')) => comments += 1,
            (b'\n', _) => (slashdashes, comments) = (0, 0),
            (b';', _) => after_slashdash = false,
            (b'-', _) if offset > 0 && bytes[offset - 1] == b'/' => {}
            _ if !byte.is_ascii_whitespace() => run = 0,
            _ => {}
        }
        if blocks.len().max(slashdashes).max(run).max(comments) > DEEPEST {
            return too_deep(offset, "blocks", DEEPEST);
        }
        if left_out > LEFT_OUT {
            return too_deep(offset, "blocks after /-", LEFT_OUT);
        }
        if parentheses > STRAY || closed > STRAY {
            return too_deep(offset, STRAYS, STRAY);
        }
    }
    match Lexer::new(&source.text, Dialect::Two).find(|token| {
        token.kind == Kind::BlockComment
            && depth(&source.text[token.span.start..token.span.end]) > DEEPEST
    }) {
        Some(token) => too_deep(token.span.start, "comments", DEEPEST),
        None => Ok(()),
    }
}

/// How deep comments are nested in a block comment.
fn depth(comment: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let mut rest = comment.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'/', [b'*', after @ ..]) => {
                depth += 1;
                deepest = deepest.max(depth);
                after
            }
            (b'*', [b'/', after @ ..]) => {
                depth = depth.saturating_sub(1);
                after
            }
            _ => after,
        };
    }
    deepest
}
