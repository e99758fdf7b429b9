//! The only place that prints: tables, JSON, progress, diagnostics.
