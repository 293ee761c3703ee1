//! Rewards composed of other rewards.
//!
//! Accepts: any rewards. Refuses: negative or infinite weights, duplicate names, empty lists. Every component is judged
//! and its outcome is reported by name, also if it does not count. If a component that counts is unscored, so is the
//! whole sample, unless the combination is set to leave such components out.
//!
//! ```
//! use r1rewards::{Reward, Sample, compose::Gate, structure::Format, text::{Exact, Normalize}};
//! let exact = Exact::new(Normalize::default());
//! let gated = Gate::new(Format::think_answer(), exact, 0.0)?;
//! let right = Sample::new("<think>6·7</think><answer>42</answer>").with_answer("42");
//! assert_eq!(gated.score(&right).value, Some(1.0));
//! let bare = gated.score(&Sample::new("42").with_answer("42"));
//! assert_eq!((bare.value, bare.reason.code()), (Some(0.0), "gated"));
//! assert_eq!(bare.components[1].1.value, Some(1.0), "the outcome that the gate blocks is still reported");
//! # Ok::<(), r1rewards::Error>(())
//! ```

mod combine;
mod component;
mod gate;
pub(crate) mod guard;
mod map;
mod route;
mod terms;

pub use combine::{Combine, CombineRule, Unscored};
pub use component::{Component, RewardExt};
pub use gate::Gate;
pub use map::{Clip, VerdictMap};
pub use route::Route;

use crate::{Outcome, Reward, Sample};

/// The outcomes of several rewards on a group: one row per sample.
fn rows(rewards: &[&dyn Reward], samples: &[&Sample]) -> Vec<Vec<Outcome>> {
    let mut columns: Vec<_> = rewards.iter().map(|reward| reward.score_group(samples).into_iter()).collect();
    samples.iter().map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
}

/// An outcome with the components that it is composed of, and the sum of their work.
fn with_components(mut outcome: Outcome, components: Vec<(String, Outcome)>) -> Outcome {
    outcome.cost.work = components.iter().fold(0, |work, (_, component)| work.saturating_add(component.cost.work));
    outcome.components = components;
    outcome
}
