//! The KDL documents: read with spans, checked, edited in place, written atomically.

mod decode;
pub mod defaults;
pub mod edit;
pub mod expand;
pub mod extend;
pub mod format;
mod json;
pub mod model;
pub mod schema;
mod store;
pub mod syntax;
pub mod values;

pub use decode::{
    decode_config, decode_pool, decode_publisher, decode_template, decode_zone, render_zone,
    zone_node,
};
pub(crate) use decode::{draft_config, draft_template, draft_zone, render_template, setting_nodes};
pub use edit::Document;
pub(crate) use json::json_of;
pub use schema::Kind;
pub use store::{Loaded, Store, combine, summary};
pub use syntax::{LARGEST, Source};

#[cfg(test)]
mod tests;
