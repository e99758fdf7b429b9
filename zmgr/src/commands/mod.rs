//! One file a subcommand: arguments → plan → run → view.
