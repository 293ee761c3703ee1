//! The majority vote as a pseudo label (TTRL): an answer is correct if it is the most frequent one of its group.

use serde_json::{Value, json};

use super::{Extractor, SameAnswer, alone};
use crate::core::reward::given;
use crate::metrics::{Consensus, consensus, consensus_by_place};
use crate::reading::Scope;
use crate::text::Normalize;
use crate::{Error, Outcome, Reason, Result, Reward, Rule, Sample};

/// Rewards agreement with the most frequent answer of the group.
///
/// Source: TTRL (2504.16084). If several answers are equally frequent, the one that appears first in the group wins.
/// Completions without an answer do not vote and get 0. If the share of the most frequent answer is below `min_share`,
/// the whole group is unscored.
///
/// ```
/// use r1rewards::{Reward, Sample, groups::Majority};
/// let reward = Majority::new(0.5)?;
/// let samples = ["<answer>42</answer>", "42", "41"].map(Sample::new);
/// let values: Vec<_> = reward.score_group(&samples.each_ref()).iter().map(|outcome| outcome.value).collect();
/// assert_eq!(values, [Some(1.0), Some(1.0), Some(0.0)]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Majority {
    min_share: f64,
    extract: Extractor,
    same: Same,
}

/// How two answers are compared.
enum Same {
    Function(SameAnswer),
    Judge(Box<dyn Reward>),
}

impl Majority {
    /// Compares the final parts of completions as text; [`with_answers`](Self::with_answers) and
    /// [`with_judge`](Self::with_judge) take other comparisons.
    ///
    /// The extracted answers in outcomes are in lower case; those of a spec with `extract = "final"` are as written.
    ///
    /// # Errors
    /// A share outside 0 to 1.
    pub fn new(min_share: f64) -> Result<Self> {
        let normalize = Normalize { ignore_case: true, ..Normalize::default() };
        let extract = move |text: &str| Some(normalize.apply(&Scope::Final.of(text))).filter(|answer| !answer.is_empty());
        let (extract, same) = (Extractor::new("normal_final", extract), SameAnswer::new("equal", |left, right| left == right));
        Self::with_answers(min_share, extract, same)
    }

    /// With a custom extraction and a custom comparison of answers.
    ///
    /// ```
    /// use r1rewards::{Reward, groups::{Extractor, Majority, SameAnswer}};
    /// let first_word = Extractor::new("first_word", |text| text.split_whitespace().next().map(str::to_owned));
    /// let reward = Majority::with_answers(0.5, first_word, SameAnswer::text())?;
    /// assert_eq!(reward.config()["extract"]["function"], "first_word");
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    ///
    /// # Errors
    /// A share outside 0 to 1.
    pub fn with_answers(min_share: f64, extract: Extractor, same: SameAnswer) -> Result<Self> {
        Self::build(min_share, extract, Same::Function(same))
    }

    /// With a custom extraction; a reward compares the answers: two are equal if one is correct with the other as its
    /// reference ([`Reward::equality`]).
    ///
    /// # Errors
    /// A share outside 0 to 1.
    pub fn with_judge(min_share: f64, extract: Extractor, judge: impl Reward + 'static) -> Result<Self> {
        Self::build(min_share, extract, Same::Judge(Box::new(judge)))
    }

    fn build(min_share: f64, extract: Extractor, same: Same) -> Result<Self> {
        if !(0.0..=1.0).contains(&min_share) {
            return Err(Error::option("min_share", min_share, "give a share from 0 to 1"));
        }
        Ok(Self { min_share, extract, same })
    }
}

impl Reward for Majority {
    fn name(&self) -> &'static str {
        "majority"
    }

    fn config(&self) -> Value {
        let same = match &self.same {
            Same::Function(same) => same.config(),
            Same::Judge(judge) => Some(judge.config()),
        };
        given(json!({ "kind": "majority", "extract": self.extract.config(), "same": same, "min_share": self.min_share }))
    }

    fn score(&self, _: &Sample) -> Outcome {
        alone()
    }

    #[expect(clippy::cast_precision_loss, reason = "groups are small")]
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        if samples.len() < 2 {
            return samples.iter().map(|_| alone()).collect();
        }
        let answers: Vec<Option<String>> = samples.iter().map(|sample| self.extract.answer(&sample.completion)).collect();
        let texts: Vec<Option<&str>> = answers.iter().map(Option::as_deref).collect();
        let Consensus { classes, winner } = match &self.same {
            Same::Function(same) => consensus(&texts, |left, right| same.holds(left, right)),
            Same::Judge(judge) => consensus_by_place(&texts, judge.equality(&texts)),
        };
        let votes = winner.map_or(0, |winner| classes[winner].members.len());
        let share = votes as f64 / samples.len() as f64;
        let labelled = winner.filter(|_| share >= self.min_share);
        let judge = |(place, answer): (usize, Option<String>)| {
            let detail = format!("{votes} of {} agree", samples.len());
            let outcome = match (labelled, &answer) {
                (None, _) => Outcome::unscored(Reason::NoMajority),
                (Some(_), None) => Outcome::incorrect(Reason::NoAnswer),
                (Some(winner), Some(_)) if classes[winner].members.contains(&place) => Outcome::correct(Reason::Equal),
                (Some(_), Some(_)) => Outcome::incorrect(Reason::Different),
            };
            let outcome = outcome.with_rule(Rule::Majority).with_detail(detail).with_work(samples[place].completion.len() as u64);
            match answer {
                Some(answer) => outcome.with_extracted(answer),
                None => outcome,
            }
        };
        answers.into_iter().enumerate().map(judge).collect()
    }

    fn needs_whole_group(&self) -> bool {
        true
    }
}
