//! What the colours mean. Commands name a meaning, never a colour, and no meaning is told by colour alone.

use anstyle::{AnsiColor, Style};
use illumos::zone::ZoneState;

/// The head of a table or of a section.
pub const HEADER: Style = Style::new().bold();
/// The name of a zone, template, pool or publisher.
pub const NAME: Style = Style::new().bold();
/// The word `error`, and what failed.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `warning`.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The word `help`.
pub const HELP: Style = AnsiColor::Cyan.on_default().bold();
/// What is there but matters less: defaults, origins of values.
pub const FAINT: Style = Style::new().dimmed();
/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What deserves a look.
pub const ATTENTION: Style = AnsiColor::Yellow.on_default();
/// No style.
pub const PLAIN: Style = Style::new();

/// The style of a zone's state.
#[must_use]
pub fn state(state: ZoneState) -> Style {
    match state {
        ZoneState::Running => GOOD,
        ZoneState::Incomplete | ZoneState::ShuttingDown | ZoneState::Down => ATTENTION,
        _ => PLAIN,
    }
}
