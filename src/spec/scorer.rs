//! Scorers and their terms from specs.

use super::{ComponentSpec, RewardSpec};
use crate::{Component, Error, Result, Scorer, ScorerBuilder};

impl Component {
    /// The component that an entry of a spec describes.
    ///
    /// # Errors
    /// As [`ComponentSpec::build`].
    pub fn from_spec(spec: &ComponentSpec) -> Result<Self> {
        let component = Self::from(spec.build()?).weight(spec.weight);
        Ok(match &spec.name {
            Some(name) => component.named(name),
            None => component,
        })
    }
}

impl Scorer {
    /// The scorer that a spec describes.
    ///
    /// # Errors
    /// An unknown kind or option, a value the kind refuses, two rewards of one name.
    ///
    /// ```
    /// # #[cfg(feature = "math")] {
    /// use r1rewards::{RewardSpec, Scorer};
    /// let scorer = Scorer::from_spec(&RewardSpec::kind("math"))?;
    /// # }
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    pub fn from_spec(spec: &RewardSpec) -> Result<Self> {
        Self::builder().spec(spec)?.build()
    }
}

impl ScorerBuilder {
    /// Adds the rewards of a spec.
    ///
    /// # Errors
    /// As [`Scorer::from_spec`].
    pub fn spec(mut self, spec: &RewardSpec) -> Result<Self> {
        for (index, component) in spec.components.iter().enumerate() {
            let component =
                Component::from_spec(component).map_err(|error| Error::spec(format_args!("reward {}: {error}", index + 1)))?;
            self = self.reward(component);
        }
        Ok(self)
    }
}
