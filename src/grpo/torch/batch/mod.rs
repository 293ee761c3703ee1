//! A padded batch, and its trainable tokens as rows.

mod checks;
mod importance;
mod rejection;
mod rows;
mod select;
mod shares;
mod token_batch;

pub(super) use importance::ImportanceWeights;
pub(super) use rows::Rows;
pub(super) use select::select;
pub use token_batch::{BatchParts, TokenBatch};
