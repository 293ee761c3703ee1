//! Contains the failures of a reward, so that the rest of a batch continues.
//!
//! If a reward panics, returns a wrong number of outcomes or a value that is not finite, the samples concerned are
//! `unscored` with reason `internal`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Outcome, Reason, Reward, Sample, Verdict};

/// The outcomes of one reward. After a panic in a group each sample is judged alone, unless the reward needs the whole
/// group, so that only the samples that cause panics are unscored.
pub(crate) fn guarded(reward: &dyn Reward, samples: &[&Sample]) -> Vec<Outcome> {
    let internal = |detail: String| vec![Outcome::unscored(Reason::Internal).with_detail(detail); samples.len()];
    match catch_unwind(AssertUnwindSafe(|| reward.score_group(samples))) {
        Ok(outcomes) if outcomes.len() == samples.len() => outcomes.into_iter().map(checked).collect(),
        Ok(outcomes) => internal(format!("`{}` gave {} outcomes for {} samples", reward.name(), outcomes.len(), samples.len())),
        Err(_) if samples.len() > 1 && !reward.needs_whole_group() => {
            samples.iter().flat_map(|sample| guarded(reward, &[sample])).collect()
        }
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            internal(format!("panic: {}", text.unwrap_or("no message")))
        }
    }
}

/// Enforces the contract of an outcome: no value if unscored, otherwise a finite value.
pub(super) fn checked(mut outcome: Outcome) -> Outcome {
    match outcome.value {
        _ if outcome.verdict == Verdict::Unscored => outcome.value = None,
        Some(value) if value.is_finite() => {}
        value => {
            let found = value.map_or("no value".to_owned(), |value| format!("the value {value}"));
            return Outcome::unscored(Reason::Internal)
                .with_detail(format!("a reward gave {found} in an outcome that is not unscored"));
        }
    }
    outcome
}
