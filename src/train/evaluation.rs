//! How good a policy is: several episodes for each problem, judged.

use serde_json::{Map, Value};

use super::pipeline::{Batch, Timing, sample_and_score};
use super::policy::{Policy, Tokenizer};
use super::rollout::{Rollout, Start};
use crate::metrics::{MARKERS, SelfCorrection, cons_at_k, mean_pass_at_k, reflection, summarize_reflection};
use crate::{Result, Sample, Scorer};

/// What the evaluation knows of the task.
pub struct Judging<'a> {
    /// Judges attempts.
    pub scorer: &'a Scorer,
    /// Whether two extracted answers are equal, for the vote.
    pub same: &'a dyn Fn(&str, &str) -> bool,
    /// The completion with what stood before the first marker of reflection as its answer; `None` if there is no
    /// marker or no answer before it.
    pub before_marker: &'a dyn Fn(&str) -> Option<String>,
}

/// Measures of a policy over problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The measures by name.
    pub numbers: Map<String, Value>,
    /// The episodes.
    pub rollouts: Vec<Rollout>,
    /// Where the time went.
    pub timing: Timing,
}

impl Evaluation {
    /// A measure by name; NaN for one that the evaluation lacks.
    pub fn number(&self, name: &str) -> f64 {
        self.numbers.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }
}

/// Samples `batch.samples` episodes from each start and measures the last attempts: `pass_at_1`, `pass_at_k` and
/// `cons_at_k` with k = samples (named by the number, `pass_at_8`), the share of correct outcomes of each component of
/// the reward, the length in tokens, markers of reflection, answers that changed for the better (`helped`) and the worse
/// (`hurt`) after one, and with two attempts the measures of SCoRe.
///
/// # Errors
/// As [`sample_and_score`]; no start.
pub fn evaluate<P: Policy + ?Sized>(
    policy: &P,
    tokenizer: &dyn Tokenizer,
    judging: &Judging,
    starts: &[Start],
    batch: &Batch,
) -> Result<Evaluation> {
    let (rollouts, timing) = sample_and_score(policy, tokenizer, judging.scorer, starts, batch)?;
    let mut numbers = Map::new();
    let mut put = |name: &str, number: f64| {
        numbers.insert(name.to_owned(), number.into());
    };
    let groups: Vec<&[Rollout]> = rollouts.chunks(batch.samples.max(1)).collect();
    let counts: Vec<(u64, u64)> =
        groups.iter().map(|group| (group.len() as u64, correct(group).iter().filter(|right| **right).count() as u64)).collect();
    put("pass_at_1", mean_pass_at_k(&counts, 1)?);
    if batch.samples > 1 {
        let k = batch.samples;
        put(&format!("pass_at_{k}"), mean_pass_at_k(&counts, k as u64)?);
        let votes = groups.iter().map(|group| vote(group, judging)).collect::<Result<Vec<bool>>>()?;
        put(&format!("cons_at_{k}"), share(votes.iter().filter(|right| **right).count(), votes.len()));
    }
    for (name, count) in components(&rollouts) {
        put(&name, share(count, rollouts.len()));
    }
    let attempts: usize = rollouts.iter().map(|rollout| rollout.outcomes.len()).sum();
    put("length", share(rollouts.iter().map(Rollout::sampled_tokens).sum(), attempts));
    put(
        "unscored",
        share(
            rollouts.iter().filter(|rollout| last(rollout).is_none_or(|outcome| outcome.value.is_none())).count(),
            rollouts.len(),
        ),
    );
    if let Some(measures) = two_attempts(&rollouts)? {
        put("accuracy_t1", measures.accuracy_t1);
        put("accuracy_t2", measures.accuracy_t2);
        put("delta", measures.delta);
        put("incorrect_to_correct", measures.incorrect_to_correct);
        put("correct_to_incorrect", measures.correct_to_incorrect);
    }
    let reflected = reflect(&rollouts, starts, judging);
    put("reflection_markers", reflected.markers);
    put("with_marker", reflected.with_marker);
    put("helped", reflected.helped);
    put("hurt", reflected.hurt);
    Ok(Evaluation { numbers, rollouts, timing })
}

fn last(rollout: &Rollout) -> Option<&crate::Outcome> {
    rollout.outcomes.last()
}

fn correct(group: &[Rollout]) -> Vec<bool> {
    group.iter().map(|rollout| last(rollout).is_some_and(crate::Outcome::is_correct)).collect()
}

fn vote(group: &[Rollout], judging: &Judging) -> Result<bool> {
    let answers: Vec<Option<&str>> = group.iter().map(|rollout| last(rollout)?.extracted.as_deref()).collect();
    cons_at_k(&answers, &correct(group), group.len(), judging.same)
}

/// How many episodes have a correct outcome of each component, by its name.
fn components(rollouts: &[Rollout]) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for (name, outcome) in rollouts.iter().filter_map(last).flat_map(|outcome| &outcome.components) {
        let place = found.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            found.push((name.clone(), 0));
            found.len() - 1
        });
        found[place].1 += usize::from(outcome.is_correct());
    }
    found
}

fn two_attempts(rollouts: &[Rollout]) -> Result<Option<SelfCorrection>> {
    let of = |attempt: usize| -> Option<Vec<bool>> {
        rollouts.iter().map(|rollout| Some(rollout.outcomes.get(attempt)?.is_correct())).collect()
    };
    match (of(0), of(1)) {
        (Some(first), Some(second)) if !first.is_empty() => Ok(Some(SelfCorrection::from_attempts(&first, &second)?)),
        _ => Ok(None),
    }
}

struct Reflected {
    markers: f64,
    with_marker: f64,
    helped: f64,
    hurt: f64,
}

/// Markers in the last attempts, and what became of the answers before the first marker.
fn reflect(rollouts: &[Rollout], starts: &[Start], judging: &Judging) -> Reflected {
    let texts: Vec<String> = rollouts.iter().map(|rollout| rollout.attempts().pop().unwrap_or_default()).collect();
    let counted: Vec<_> = texts.iter().map(|text| reflection(text, MARKERS, |_| None, |_, _| true)).collect();
    let summary = summarize_reflection(&counted);
    let drafts: Vec<(usize, Sample)> = texts
        .iter()
        .enumerate()
        .filter_map(|(place, text)| {
            Some((place, starts[rollouts[place].start].row.with_completion((judging.before_marker)(text)?)))
        })
        .collect();
    let samples: Vec<&Sample> = drafts.iter().map(|(_, sample)| sample).collect();
    let judged = judging.scorer.score_batch(&samples);
    let changed = |from: bool, to: bool| {
        let count = drafts.iter().zip(&judged).filter(|((place, _), draft)| {
            draft.is_correct() == from && last(&rollouts[*place]).is_some_and(|outcome| outcome.is_correct() == to)
        });
        share(count.count(), rollouts.len())
    };
    Reflected {
        markers: summary.markers,
        with_marker: summary.with_marker,
        helped: changed(false, true),
        hurt: changed(true, false),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}
