//! What a GRPO step minimises, as options that can be written in a file.
//!
//! Accepts: one policy loss, one aggregation, and any of: a KL penalty, a correction and a rejection for the mismatch
//! of sampler and trainer, masks for off-policy sequences and for tokens of low entropy, a limit on staleness, an
//! entropy bonus, an imitation of positive samples. Refuses: constants out of range and options that contradict each
//! other. An error names the field and the fix.

use serde::{Deserialize, Serialize};

use super::aggregation::Aggregation;
use super::correction::{Correction, Decoupled, Denominator, Level, Mis, Rejection};
use super::kl::KlPenalty;
use super::named_field;
use super::policy_loss::PolicyLoss;
use crate::grpo::check::{at_least, positive};
use crate::{Error, Result};

/// All options of [`GrpoLoss`](crate::grpo::GrpoLoss).
///
/// The loss of a batch is Σ w·(L·c·keep + β·KL − e·H) over its trainable tokens, minus μ times the mean of log πθ over
/// the tokens of positive samples. L is the policy loss, c the correction's factor, keep 0 for dropped tokens and 1 for
/// others, w the weight that the aggregation gives the token, H the entropy.
///
/// ```
/// use r1rewards::grpo::{Aggregation, GrpoConfig, KlEstimator};
/// let config = GrpoConfig::from_json(r#"{
///     "loss": "gspo",
///     "aggregation": "sequence_mean",
///     "kl": {"estimator": "k3", "coefficient": 0.001},
///     "correction": {"tis": {"level": "token", "cap": 2.0}}
/// }"#)?;
/// assert_eq!(config.aggregation(), Aggregation::SequenceMean);
/// assert_eq!(config.kl.unwrap().estimator, KlEstimator::K3);
///
/// let error = GrpoConfig::from_json(r#"{"temperature": 0}"#).unwrap_err();
/// assert_eq!(error.to_string(), "option `temperature` got 0: give a finite number above 0");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrpoConfig {
    /// The policy loss of a token.
    #[serde(deserialize_with = "named_field::named")]
    pub loss: PolicyLoss,
    /// How the losses of tokens become one number; without it [`PolicyLoss::aggregation`].
    #[serde(deserialize_with = "named_field::optional")]
    pub aggregation: Option<Aggregation>,
    /// The penalty on the distance to the reference; needs the reference's log-probabilities.
    pub kl: Option<KlPenalty>,
    /// The correction for a sampler whose probabilities differ from the trainer's; needs the rollout's
    /// log-probabilities.
    #[serde(deserialize_with = "named_field::optional")]
    pub correction: Option<Correction>,
    /// Which tokens lose their policy loss because of that mismatch, at a level that may differ from the correction's;
    /// needs old and the rollout's log-probabilities.
    pub rejection: Option<Rejection>,
    /// Whether dropped tokens stay in the count that the loss is divided by.
    pub denominator: Denominator,
    /// Off-policy sequence mask: sequences with A < 0 whose mean of log π_behaviour − log πθ exceeds this lose their
    /// policy loss. π_behaviour is the rollout's policy, or πold without rollout log-probabilities. The paper has 0.5.
    /// Source: DeepSeek-V3.2 (2512.02556).
    pub off_policy_mask: Option<f64>,
    /// Sequences sampled by a policy that is older by more versions than this are dropped, and counted in the metrics;
    /// needs the staleness of each sequence.
    pub max_staleness: Option<u32>,
    /// Only this share of the batch's tokens, those of the largest entropy, has a policy loss; in (0, 1); needs
    /// entropies. Source: "Beyond the 80/20 rule" (2506.01939), which has 0.2; TRL's `top_entropy_quantile`.
    pub top_entropy: Option<f64>,
    /// μ, the weight of the imitation of positive samples: −μ·(mean of log πθ over their tokens); needs `positives`.
    /// Source: VAPO (2504.05118) eq. 10; `NeMo` RL's `positive_example_nll_weight`.
    pub positive_nll: f64,
    /// e, the weight of the entropy bonus; needs entropies where it is not 0.
    /// [`AdaptiveEntropy`](crate::grpo::AdaptiveEntropy) adjusts it.
    pub entropy_coefficient: f64,
    /// The temperature of the sampler: logits are divided by it before the softmax.
    pub temperature: f64,
}

impl Default for GrpoConfig {
    /// `ppo_clip` with 0.2 on both sides, the mean over tokens, no KL penalty and no other option.
    fn default() -> Self {
        Self {
            loss: PolicyLoss::default(),
            aggregation: None,
            kl: None,
            correction: None,
            rejection: None,
            denominator: Denominator::Fixed,
            off_policy_mask: None,
            max_staleness: None,
            top_entropy: None,
            positive_nll: 0.0,
            entropy_coefficient: 0.0,
            temperature: 1.0,
        }
    }
}

impl GrpoConfig {
    /// Reads the options from JSON and checks them.
    ///
    /// # Errors
    /// Unknown names and fields, with the known ones; constants out of range; options that contradict each other.
    pub fn from_json(json: &str) -> Result<Self> {
        let config: Self = serde_json::from_str(json).map_err(|error| Error::spec(refused(&error)))?;
        config.check()?;
        Ok(config)
    }

    /// The aggregation that is used: the one given, or [`PolicyLoss::aggregation`].
    pub fn aggregation(&self) -> Aggregation {
        self.aggregation.unwrap_or_else(|| self.loss.aggregation())
    }

    /// Checks the ranges of all options, and that they do not contradict each other.
    ///
    /// # Errors
    /// The field at fault, its value, and the fix.
    pub fn check(&self) -> Result<()> {
        self.loss.check()?;
        positive("temperature", self.temperature)?;
        at_least("entropy_coefficient", self.entropy_coefficient, 0.0)?;
        at_least("positive_nll", self.positive_nll, 0.0)?;
        if let Some(Aggregation::ConstantLength { length: 0 }) = self.aggregation {
            return Err(Error::option("aggregation.length", 0, "give the largest number of tokens of a completion"));
        }
        if let Some(limit) = self.off_policy_mask {
            positive("off_policy_mask", limit)?;
        }
        if let Some(share) = self.top_entropy.filter(|share| !(*share > 0.0 && *share < 1.0)) {
            return Err(Error::option("top_entropy", share, "give a share between 0 and 1, or leave it out for all tokens"));
        }
        self.kl.map_or(Ok(()), |kl| kl.check())?;
        self.correction.map_or(Ok(()), |rule| rule.check())?;
        self.rejection.map_or(Ok(()), |rule| rule.check())?;
        self.check_together()
    }

    fn check_together(&self) -> Result<()> {
        let decoupled = matches!(self.correction, Some(Correction::Decoupled(_)));
        if decoupled && self.loss.has_one_ratio() {
            let fix = "its weights are per token and this loss has one ratio a sequence: use `tis` or `mis` with level `geometric`";
            return Err(Error::option("correction", "decoupled with a loss of whole sequences", fix));
        }
        if decoupled && matches!(self.loss, PolicyLoss::Reinforce(_)) {
            let fix =
                "decoupled PPO clips πθ/πold, which `reinforce` has not: use `tis`, or a loss with a ratio such as `ppo_clip`";
            return Err(Error::option("correction", "decoupled with reinforce", fix));
        }
        let levelled = self.correction.is_some_and(|rule| rule.level() != Level::Token);
        if levelled && matches!(self.loss, PolicyLoss::Vespo(_)) {
            let fix = "`vespo` multiplies the weights of a sequence's tokens itself: use level `token`";
            return Err(Error::option("correction.level", "a level of sequences with vespo", fix));
        }
        let drops = match self.correction {
            Some(Correction::Mis(Mis { .. }) | Correction::Decoupled(Decoupled { cap: Some(_) })) => true,
            _ => self.rejection.is_some() || self.max_staleness.is_some(),
        };
        if self.denominator == Denominator::Kept && !drops {
            let fix = "nothing is dropped before the loss: set `rejection`, `mis`, a cap of `decoupled` or `max_staleness`, or leave it out";
            return Err(Error::option("denominator", "kept", fix));
        }
        Ok(())
    }
}

/// The message of a parser's error without terms of JSON, since most options are written in Python.
fn refused(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let (what, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    let what = match what.split_once("expected struct ") {
        Some((got, name)) if name.ends_with("ConstantLength") => format!("{got}expected {{\"length\": tokens}}"),
        Some((got, name)) if name.ends_with("KlPenalty") => format!("{got}expected a mapping such as {{\"coefficient\": 0.001}}"),
        Some((got, _)) => format!("{got}expected a mapping of its options"),
        None => what.to_owned(),
    };
    let hint = if what.starts_with("unknown variant") { "; docs/grpo.md has the names that trainers use" } else { "" };
    format!("GRPO options: {what}{hint}")
}

#[cfg(test)]
mod tests {
    use super::GrpoConfig;

    #[test]
    fn errors_name_no_position_in_json() {
        for (json, expected) in [
            (r#"{"kl": 0.04}"#, "GRPO options: invalid type: number, expected a mapping such as {\"coefficient\": 0.001}"),
            (
                r#"{"aggregation": {"constant_length": 16}}"#,
                "GRPO options: invalid type: integer `16`, expected {\"length\": tokens}",
            ),
            (
                r#"{"aggregation": "dr_grpo"}"#,
                "GRPO options: unknown variant `dr_grpo`, expected one of `token_mean`, `sequence_mean`, `sequence_sum`, `constant_length`, \
                 `prompt_mean`; docs/grpo.md has the names that trainers use",
            ),
            (
                r#"{"loss": {"ppo_clip": {"epsilon": 0.2}}}"#,
                "GRPO options: unknown field `epsilon`, expected `epsilon_low` or `epsilon_high`",
            ),
        ] {
            assert_eq!(GrpoConfig::from_json(json).unwrap_err().to_string(), expected);
        }
    }
}
