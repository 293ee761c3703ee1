//! Selects the judged traces that become training data (rejection sampling for distillation).
//!
//! Every sample is kept or rejected with a reason, and the counts add up. The checks have a fixed order: difficulty,
//! verdict, language, shape, ranking within the prompt, duplicates, cap, balance. The result does not depend on threads
//! or time; draws depend only on the seed. Source: rejection sampling of DeepSeek-R1 (2501.12948, section 2.3.3).

mod minhash;
mod options;
mod selection;
mod sft;

pub use minhash::{NearDuplicates, jaccard};
pub use options::{Duplicates, Rank, RejectReason, SelectOptions};
pub use selection::{Candidate, Selected, Selection, SelectionSummary, select};
pub use sft::{SftForm, rejected_row, sft_row};
