//! Rewards made of rewards.
//!
//! Accepts: any rewards by name. Refuses: negative or infinite weights, names given twice, empty lists. Every component is judged
//! and its outcome stays visible by name, also where it does not count. A component that could not be scored leaves the whole sample
//! unscored, unless the composition is told to leave it out.
//!
//! ```
//! use r1rewards::{Reward, Sample, compose::Gate, structure::Format, text::{Exact, Normalize}};
//! let exact = Exact::new(Normalize::default());
//! let gated = Gate::new(Format::think_answer(), exact, 0.0)?;
//! let right = Sample::new("<think>6·7</think><answer>42</answer>").with_answer("42");
//! assert_eq!(gated.score(&right).value, Some(1.0));
//! let bare = gated.score(&Sample::new("42").with_answer("42"));
//! assert_eq!((bare.value, bare.reason.code()), (Some(0.0), "gated"));
//! assert_eq!(bare.components[1].1.value, Some(1.0), "what the gate kept back stays visible");
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

/// The outcomes of several rewards on a group, one row a sample.
fn rows(rewards: &[&dyn Reward], samples: &[&Sample]) -> Vec<Vec<Outcome>> {
    let mut columns: Vec<_> = rewards.iter().map(|reward| reward.score_group(samples).into_iter()).collect();
    samples.iter().map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
}

/// An outcome with the components it came from and their work.
fn with_components(mut outcome: Outcome, components: Vec<(String, Outcome)>) -> Outcome {
    outcome.cost.work = components.iter().fold(0, |work, (_, component)| work.saturating_add(component.cost.work));
    outcome.components = components;
    outcome
}
