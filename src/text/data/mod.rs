//! Blocks of data: valid JSON, YAML, TOML, XML, CSV.
//!
//! Accepts: a fenced block of the format, or the whole answer part. Any sentence is a YAML scalar and a CSV cell, so
//! YAML must be a mapping or a list, and CSV needs at least two rows and two columns. Nothing is expanded (YAML
//! aliases, entities that an XML document declares) and nothing is fetched.

mod block;
#[cfg(feature = "structured")]
mod csv;
mod format;
#[cfg(feature = "structured")]
mod limits;
mod reward;
mod toml;
#[cfg(feature = "structured")]
mod xml;
#[cfg(feature = "structured")]
mod yaml;

pub use block::BlockChoice;
pub use format::DataFormat;
pub use reward::{DataOptions, StructuredData};
