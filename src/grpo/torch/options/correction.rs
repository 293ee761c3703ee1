//! What is done about a sampler whose probabilities differ from the trainer's: a factor, a rejection, or both.

use serde::{Deserialize, Deserializer, Serialize};

use super::ranges::between;
use crate::core::names::by_name;
use crate::grpo::check::positive;
use crate::{Error, Result};

/// A factor on the policy loss, computed from w = πold/π_rollout, without a gradient. The KL penalty has no such
/// factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// min(w, cap): truncated importance sampling. Source: "Your efficient RL framework secretly brings you off-policy
    /// RL training" (Yao et al. 2025).
    Tis(Tis),
    /// w where low ≤ w ≤ high, else 0: masked importance sampling. Source: `IcePop`, Ring-1T (2510.18855).
    Mis(Mis),
    /// w per token, 0 above `cap` where it is given: with πold as the proximal policy this is decoupled PPO. Source:
    /// `AReaL` (2505.24298).
    Decoupled(Decoupled),
}

/// What w is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// Each token by itself.
    #[default]
    Token,
    /// The product over the sequence.
    Sequence,
    /// The geometric mean over the sequence.
    Geometric,
}

/// Constants of `tis`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tis {
    /// What w is taken over.
    pub level: Level,
    /// C, above 0.
    pub cap: f64,
}

impl Default for Tis {
    fn default() -> Self {
        Self { level: Level::Token, cap: 2.0 }
    }
}

/// Constants of `mis`; the defaults are `IcePop`'s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "MisOptions")]
pub struct Mis {
    /// What w is taken over.
    pub level: Level,
    /// Cmin, at least 0; `None` for no lower bound. Where the options leave it out it is 0.5, and `None` at level
    /// `sequence`: a product of ratios falls as sequences grow, and TRL's `sequence_mask` has no lower bound either.
    pub low: Option<f64>,
    /// Cmax, above Cmin.
    pub high: f64,
}

impl Default for Mis {
    fn default() -> Self {
        Self { level: Level::Token, low: Some(0.5), high: 5.0 }
    }
}

/// [`Mis`] as it is written: `low` may be null (no lower bound), which differs from `low` left out (the default).
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MisOptions {
    level: Level,
    #[serde(deserialize_with = "present")]
    low: Option<Option<f64>>,
    high: f64,
}

impl Default for MisOptions {
    fn default() -> Self {
        Self { level: Level::default(), low: None, high: Mis::default().high }
    }
}

impl From<MisOptions> for Mis {
    fn from(options: MisOptions) -> Self {
        let default = if options.level == Level::Sequence { None } else { Self::default().low };
        Self { level: options.level, low: options.low.unwrap_or(default), high: options.high }
    }
}

/// The value of a field that is present, null or not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The constant of `decoupled`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decoupled {
    /// Tokens with a larger w are dropped.
    pub cap: Option<f64>,
}

/// Tokens whose w lies outside [low, high] lose their policy loss. The other tokens have the factor of the
/// [`Correction`], whose level may differ: `geometric` within [0.999, 1.002] and `decoupled` are seq-mask-TIS (`NeMo`
/// RL, `OpenRLHF`), and `geometric` with `tis` is verl's `token` weight with `geometric` rejection. Source: "When speed
/// kills stability" (Liu et al. 2025).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rejection {
    /// What w is taken over.
    pub level: Level,
    /// The smallest w kept, at least 0; `None` for no bound.
    pub low: Option<f64>,
    /// The largest w kept, at least `low`; `None` for no bound.
    pub high: Option<f64>,
}

impl Default for Rejection {
    /// The bounds of seq-mask-TIS.
    fn default() -> Self {
        Self { level: Level::Geometric, low: Some(0.999), high: Some(1.002) }
    }
}

/// Whether the tokens that a rejection, a correction's bound or staleness has dropped are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Denominator {
    /// They lose their policy loss, and stay in the count that the loss is divided by and in ratios of whole sequences:
    /// the step of a token does not depend on how many others were dropped. Source: `AReaL` (2505.24298).
    #[default]
    Fixed,
    /// They are treated as if they were masked: in no count, ratio, KL penalty or entropy, as in verl and slime. A
    /// `normalizer` must then count the tokens kept. Needs old log-probabilities.
    Kept,
}

impl Correction {
    /// The name of every correction.
    pub const NAMES: [&'static str; 3] = ["tis", "mis", "decoupled"];

    pub(crate) fn check(&self) -> Result<()> {
        match *self {
            Self::Tis(Tis { cap, .. }) | Self::Decoupled(Decoupled { cap: Some(cap) }) => positive("correction.cap", cap),
            Self::Mis(Mis { low, high, .. }) => {
                positive("correction.high", high)?;
                low.map_or(Ok(()), |low| between("correction.low", low, 0.0, high))
            }
            Self::Decoupled(Decoupled { cap: None }) => Ok(()),
        }
    }

    pub(crate) fn level(&self) -> Level {
        match self {
            Self::Tis(Tis { level, .. }) | Self::Mis(Mis { level, .. }) => *level,
            Self::Decoupled(_) => Level::Token,
        }
    }

    /// The smallest and the largest w that are neither cut nor dropped, where there are bounds.
    pub(crate) fn bounds(&self) -> (Option<f64>, Option<f64>) {
        match *self {
            Self::Tis(Tis { cap, .. }) => (None, Some(cap)),
            Self::Mis(Mis { low, high, .. }) => (low, Some(high)),
            Self::Decoupled(Decoupled { cap }) => (None, cap),
        }
    }
}

impl Level {
    /// The name of every level.
    pub const NAMES: [&'static str; 3] = ["token", "sequence", "geometric"];
}

impl Denominator {
    /// The name of both denominators.
    pub const NAMES: [&'static str; 2] = ["fixed", "kept"];
}

by_name!(Correction, "correction");
by_name!(Level, "level");
by_name!(Denominator, "denominator");

impl Rejection {
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(high) = self.high {
            positive("rejection.high", high)?;
        }
        match (self.low, self.high) {
            (None, None) => Err(Error::option("rejection", "no bound", "give `low`, `high` or both: nothing would be rejected")),
            (Some(low), high) => between("rejection.low", low, 0.0, high.unwrap_or(f64::MAX)),
            (None, Some(_)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Correction, Denominator, Level};
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<Correction>(&Correction::NAMES, &[]);
        assert_names_agree::<Level>(&Level::NAMES, &[]);
        assert_names_agree::<Denominator>(&Denominator::NAMES, &[]);
    }
}
