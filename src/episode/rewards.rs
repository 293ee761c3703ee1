//! The rewards of episodes that specs can name: `self_correction` and `satori`.
//!
//! The row must contain the earlier attempts (`self_correction`) or the origin of the restart (`satori`). A row without
//! attempts is unscored; an episode without an origin counts as fresh.

use serde_json::{Value, json};

use super::{Episode, Origin, ShapedTurn, Turn, satori_reward, score_turns};
use crate::core::reward::given;
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// `SCoRe`'s shaped reward of the last attempt: r₂ + α(r₂ − r₁).
///
/// The attempts are in a field of the row: a list of texts, or of messages, of which those of the assistant count; the
/// last one is the completion. The components `attempt_1`, `attempt_2`, ... have the unshaped rewards of all attempts;
/// that of the first attempt is also its shaped reward. Source: `SCoRe` (2409.12917) section 5.2.
///
/// ```
/// use r1rewards::{Reward, Sample, episode::SelfCorrecting, text::{Exact, Normalize}};
/// let reward = SelfCorrecting::new(Exact::new(Normalize::default()), "attempts", 10.0)?;
/// let mut sample = Sample::new("42").with_answer("42");
/// sample.fields.insert("attempts".into(), serde_json::json!(["41", "42"]));
/// let outcome = reward.score(&sample);
/// assert_eq!((outcome.value, outcome.components[0].1.value), (Some(11.0), Some(0.0)));
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct SelfCorrecting {
    inner: Box<dyn Reward>,
    field: String,
    alpha: f64,
}

impl SelfCorrecting {
    /// The field that is filled when a row is read whose completion has several assistant messages.
    pub const FIELD: &'static str = crate::core::ATTEMPTS;
    /// The α of the paper.
    pub const ALPHA: f64 = 10.0;

    /// Judges the attempts in `field` with `inner` and shapes their rewards with α.
    ///
    /// # Errors
    /// An α that is negative or not finite.
    pub fn new(inner: impl Reward + 'static, field: impl Into<String>, alpha: f64) -> Result<Self> {
        super::shape(&[], alpha)?;
        Ok(Self { inner: Box::new(inner), field: field.into(), alpha })
    }

    fn judge(&self, sample: &Sample) -> std::result::Result<Outcome, (Reason, String)> {
        let value = sample.fields.read_json(&self.field)?.ok_or_else(|| {
            (
                Reason::FieldMissing,
                format!("the row has no `{}`: give the texts of the attempts, the last one included", self.field),
            )
        })?;
        let bad = |problem: &str| (Reason::BadRow, format!("`{}` {problem}", self.field));
        let attempts = attempts(&value).ok_or_else(|| bad("must be a list of texts or messages"))?;
        if attempts.len() < 2 {
            return Err(bad("must hold at least two attempts"));
        }
        let internal = |error: Error| (Reason::Internal, error.to_string());
        let episode = Episode::new(attempts.into_iter().map(Turn::assistant).collect()).map_err(internal)?;
        let turns = score_turns(&episode, &*self.inner, sample, self.alpha).map_err(internal)?;
        Ok(shaped(turns))
    }
}

impl Reward for SelfCorrecting {
    fn name(&self) -> &'static str {
        "self_correction"
    }

    fn config(&self) -> Value {
        json!({
            "kind": "self_correction",
            "reward": self.inner.config(),
            "attempts_field": self.field,
            "alpha": self.alpha,
        })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.judge(sample).unwrap_or_else(|(reason, detail)| Outcome::unscored(reason).with_detail(detail))
    }
}

fn attempts(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    let said = items.iter().filter(|item| item.get("role").is_none_or(|role| role == "assistant"));
    said.map(|item| item.as_str().or_else(|| item.get("content")?.as_str()).map(str::to_owned)).collect()
}

fn shaped(turns: Vec<ShapedTurn>) -> Outcome {
    let work = turns.iter().fold(0, |work: u64, turn| work.saturating_add(turn.outcome.cost.work));
    let mut outcome = match turns.as_slice() {
        [.., before, last] if before.value.is_some() && last.value.is_some() => {
            let outcome = Outcome { value: last.value, components: Vec::new(), ..last.outcome.clone() };
            outcome.with_detail(format!("bonus for progress: {:+}", last.bonus))
        }
        _ => Outcome::unscored(Reason::NoReward).with_detail("one of the last two attempts could not be scored"),
    };
    outcome.components =
        turns.into_iter().enumerate().map(|(place, turn)| (format!("attempt_{}", place + 1), turn.outcome)).collect();
    outcome.with_work(work)
}

/// Satori's reward: (1\[correct\] − 1) + σ(score of the outcome model) + bonus by origin; each term is a component.
///
/// The row contains the origin of the episode (`fresh`, `correct` or `incorrect`) and optionally the score of the
/// outcome model. Source: Satori (2502.02508) section 4.2.
///
/// ```
/// use r1rewards::{Reward, Sample, episode::{Satori, SatoriFields}, text::{Exact, Normalize}};
/// let reward = Satori::new(Exact::new(Normalize::default()), SatoriFields::default(), 0.5)?;
/// let mut sample = Sample::new("42").with_answer("42");
/// assert_eq!(reward.score(&sample).value, Some(0.0));
/// sample.fields.insert("origin".into(), "incorrect".into());
/// assert_eq!(reward.score(&sample).value, Some(0.5));
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Satori {
    inner: Box<dyn Reward>,
    fields: SatoriFields,
    beta: f64,
}

/// The fields of the row that [`Satori`] reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SatoriFields {
    /// The field with the origin; a row without it is `fresh`.
    pub origin: String,
    /// The field with the score of the outcome model; `None` if there is no outcome model.
    pub score: Option<String>,
}

impl Default for SatoriFields {
    fn default() -> Self {
        Self { origin: "origin".to_owned(), score: None }
    }
}

impl Satori {
    /// The β of the paper.
    pub const BETA: f64 = 0.5;

    /// Decides correctness with `inner`; `beta` is the size of the bonus.
    ///
    /// # Errors
    /// A β that is negative or not finite.
    pub fn new(inner: impl Reward + 'static, fields: SatoriFields, beta: f64) -> Result<Self> {
        satori_reward(true, None, Origin::Fresh, beta)?;
        Ok(Self { inner: Box::new(inner), fields, beta })
    }

    fn terms(&self, sample: &Sample, correct: bool) -> std::result::Result<super::SatoriReward, (Reason, String)> {
        let origin = match sample.fields.read(&self.fields.origin)? {
            None | Some(Value::Null) => Origin::Fresh,
            Some(origin) => serde_json::from_value(origin.clone()).map_err(|_| {
                (Reason::BadRow, format!("`{}` must be fresh, correct or incorrect, got {origin}", self.fields.origin))
            })?,
        };
        let score = match &self.fields.score {
            None => None,
            Some(field) => match sample.fields.read_json(field)?.and_then(|score| score.as_f64()) {
                None => return Err((Reason::FieldMissing, format!("the row has no number in `{field}`"))),
                score => score,
            },
        };
        satori_reward(correct, score, origin, self.beta).map_err(|error| (Reason::BadRow, error.to_string()))
    }
}

impl Reward for Satori {
    fn name(&self) -> &'static str {
        "satori"
    }

    fn config(&self) -> Value {
        given(json!({
            "kind": "satori",
            "reward": self.inner.config(),
            "origin_field": self.fields.origin,
            "score_field": self.fields.score,
            "beta": self.beta,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let inner = self.inner.score(sample);
        let work = inner.cost.work;
        let term = |value| Outcome::valued(inner.verdict, value, inner.reason);
        let mut outcome = match (inner.verdict, self.terms(sample, inner.is_correct())) {
            (Verdict::Unscored, _) => Outcome::unscored(inner.reason),
            (_, Err((reason, detail))) => Outcome::unscored(reason).with_detail(detail),
            (_, Ok(terms)) => {
                let mut outcome = Outcome { value: Some(terms.total()), components: Vec::new(), ..inner.clone() };
                outcome.components = vec![
                    ("rule".to_owned(), term(terms.rule)),
                    ("outcome_model".to_owned(), term(terms.outcome_model)),
                    ("reflection_bonus".to_owned(), term(terms.reflection_bonus)),
                ];
                outcome
            }
        };
        outcome.components.push((self.inner.name().to_owned(), inner));
        outcome.with_work(work)
    }
}
