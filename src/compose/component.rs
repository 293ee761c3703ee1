//! A reward with a weight and a name: an input of a scorer or a combination.

use crate::Reward;

/// A reward with its weight and its name, ready to be combined with others.
pub struct Component {
    pub(super) reward: Box<dyn Reward>,
    pub(super) weight: f64,
    pub(super) name: Option<String>,
}

/// Gives a reward a weight or a name, for a [`Scorer`](crate::Scorer) or a [`Combine`](super::Combine).
///
/// ```
/// use r1rewards::{RewardExt, Scorer};
/// # #[cfg(feature = "math")] {
/// use r1rewards::math::Math;
/// let scorer = Scorer::builder().reward(Math::strict()).reward(Math::lenient().weight(0.1).named("lenient")).build()?;
/// assert_eq!(scorer.names().collect::<Vec<_>>(), ["math", "lenient"]);
/// # }
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub trait RewardExt: Reward + Sized + 'static {
    /// The reward with a factor for its value. With factor 0 the reward is computed and reported, but does not change
    /// the sum.
    fn weight(self, weight: f64) -> Component {
        Component::from(self).weight(weight)
    }

    /// The reward under another name.
    fn named(self, name: impl Into<String>) -> Component {
        Component::from(self).named(name)
    }
}

impl<R: Reward + 'static> RewardExt for R {}

impl<R: Reward + 'static> From<R> for Component {
    fn from(reward: R) -> Self {
        Self { reward: Box::new(reward), weight: 1.0, name: None }
    }
}

impl Component {
    /// The same component with another factor.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// The same component under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}
