//! One captured stream: bytes in, lines out, the last part kept.

use std::collections::VecDeque;

/// A line longer than this is handed over in pieces, so that a program that prints no newline is seen and held within bounds.
const LONGEST_LINE: usize = 64 << 10;

/// What came from one stream so far.
#[derive(Debug)]
pub(super) struct Capture {
    kept: VecDeque<u8>,
    limit: usize,
    truncated: bool,
    unfinished: Vec<u8>,
}

impl Capture {
    /// Keeps at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            kept: VecDeque::new(),
            limit,
            truncated: false,
            unfinished: Vec::new(),
        }
    }

    /// Takes what was read, and hands over the lines that it completes.
    pub(super) fn push(&mut self, bytes: &[u8], line: &mut dyn FnMut(&str)) {
        self.kept.extend(bytes);
        if self.kept.len() > self.limit {
            self.truncated = true;
            self.kept.drain(..self.kept.len() - self.limit);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.unfinished.len() >= LONGEST_LINE {
                self.hand_over(line);
            }
        }
    }

    /// Hands over a last line that has no newline.
    pub(super) fn finish(&mut self, line: &mut dyn FnMut(&str)) {
        if !self.unfinished.is_empty() {
            self.hand_over(line);
        }
    }

    fn hand_over(&mut self, line: &mut dyn FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.unfinished);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        line(text.strip_suffix('\r').unwrap_or(text));
        self.unfinished.clear();
    }

    /// Whether the beginning is missing from [`into_text`](Self::into_text).
    pub(super) fn truncated(&self) -> bool {
        self.truncated
    }

    /// What was kept. A truncated text begins at the beginning of a line.
    pub(super) fn into_text(self) -> String {
        let mut bytes = Vec::from(self.kept);
        if self.truncated {
            let start = bytes
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(0, |newline| newline + 1);
            bytes.drain(..start);
        }
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}
