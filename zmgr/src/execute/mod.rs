//! Locks, journal, steps, undo, recovery.
