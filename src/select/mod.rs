//! Curation for distillation: which judged traces become training data.
//!
//! Accepts: samples with their outcomes. Refuses: silence about what it drops; every sample is either kept or rejected with a reason,
//! and the counts add up. The order is fixed: difficulty, verdict, language, shape, ranking within the prompt, duplicates, cap, balance.
//! Nothing depends on threads or on time; draws depend on the seed. Source: rejection sampling of DeepSeek-R1 (2501.12948, section 2.3.3).

mod minhash;
mod options;
mod selection;
mod sft;

pub use minhash::{NearDuplicates, jaccard};
pub use options::{Rank, RejectReason, SelectOptions};
pub use selection::{Candidate, Selected, Selection, SelectionSummary, select};
pub use sft::{SftForm, rejected_row, sft_row};
