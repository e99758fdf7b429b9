//! The KDL documents: read with spans, checked, edited in place, written atomically.

pub mod model;
