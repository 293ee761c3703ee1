//! The least that a run must reach: `correct=0.9`.
//!
//! Accepts: a measure and a number. Refuses: unknown measures, and text that is no number.

use super::summary::{RunSummary, share};
use crate::{Error, Result, Verdict};

/// A minimum that a run must reach, for example `correct=0.9`.
///
/// `correct` is the share of correct results among all results (an unscored one is not correct), `scored` is the share
/// of scored results, `reward` is the mean reward of the scored results.
///
/// ```
/// use r1rewards::rows::run::Threshold;
/// assert!("correct=0.9".parse::<Threshold>().is_ok());
/// let error = "right=0.9".parse::<Threshold>().unwrap_err();
/// assert_eq!(error.to_string(), "`right=0.9`: unknown measure `right`; known measures: correct, scored, reward");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    measure: &'static str,
    least: f64,
}

impl Threshold {
    const MEASURES: [&'static str; 3] = ["correct", "scored", "reward"];

    /// The message if the run is below the minimum; `None` if it reaches it.
    pub fn missed(&self, summary: &RunSummary) -> Option<String> {
        let reached = match self.measure {
            "correct" => share(summary.count(Verdict::Correct), summary.results),
            "scored" => share(summary.results - summary.count(Verdict::Unscored), summary.results),
            _ => summary.mean_reward().unwrap_or(f64::NEG_INFINITY),
        };
        (reached < self.least).then(|| format!("{} is {reached:.4}, below the required {}", self.measure, self.least))
    }
}

impl std::str::FromStr for Threshold {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, least) = text
            .split_once('=')
            .ok_or_else(|| Error::spec(format_args!("`{text}` must be written measure=number, for example correct=0.9")))?;
        let known = Self::MEASURES.join(", ");
        let measure = Self::MEASURES
            .into_iter()
            .find(|measure| *measure == name)
            .ok_or_else(|| Error::spec(format_args!("`{text}`: unknown measure `{name}`; known measures: {known}")))?;
        let least = least.parse::<f64>().ok().filter(|least| least.is_finite());
        Ok(Self { measure, least: least.ok_or_else(|| Error::spec(format_args!("`{text}`: the text after = must be a number")))? })
    }
}
