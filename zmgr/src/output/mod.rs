//! The only place that prints: tables, JSON, progress, diagnostics.
//!
//! Data goes to standard output, everything else to standard error.

mod diagnostic;
mod json;
mod progress;
pub mod style;
mod table;
mod text;
mod ui;

pub use json::FailureJson;
pub use progress::Progress;
pub use table::{Cell, Column, Table};
pub use text::{escape, escape_lines, plural};
pub use ui::{Colour, Ui, UiOptions};
