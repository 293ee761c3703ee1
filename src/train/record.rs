//! What a step did, as numbers for a log.

use serde_json::{Map, Value};

use super::credit::Credits;
use super::pipeline::Timing;
use super::rollout::Rollout;
use super::update::Update;

/// The numbers of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// The number of the step, from 1.
    pub step: u64,
    /// The mean shaped reward of the attempts that were judged; NaN where there are none.
    pub reward: f64,
    /// All numbers by name; `null` for those that the step does not have, as where dynamic sampling has kept no group.
    pub numbers: Map<String, Value>,
}

impl Timing {
    pub(super) fn add(&mut self, other: Self) {
        self.sampling += other.sampling;
        self.scoring += other.scoring;
        self.waiting += other.waiting;
    }
}

impl StepRecord {
    /// `spent` is (seconds of the update, seconds of the step).
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn new(
        step: u64,
        rollouts: &[Rollout],
        credits: &Credits,
        updates: &[Update],
        timing: Timing,
        rounds: usize,
        spent: (f64, f64),
    ) -> Self {
        let mut numbers = Map::new();
        let mut put = |name: &str, number: f64| numbers.insert(name.to_owned(), number.into());
        let rewards: Vec<f64> = credits.attempts.iter().flatten().filter_map(|credit| credit.reward).collect();
        let attempts = credits.attempts.iter().flatten().count();
        let tokens: usize = rollouts.iter().map(Rollout::sampled_tokens).sum();
        let (reward, std) = mean_and_std(&rewards);
        // What was not measured is NaN, which a log shows as a gap: 0 would look like a policy that is always wrong.
        let share = |wanted: usize, of: usize| if of == 0 { f64::NAN } else { wanted as f64 / of as f64 };
        put("reward", reward);
        put("reward_std", std);
        let correct = rollouts.iter().filter(|rollout| rollout.outcomes.last().is_some_and(crate::Outcome::is_correct)).count();
        put("correct", share(correct, rollouts.len()));
        put("length", share(tokens, attempts));
        put("finished", share(rollouts.iter().filter(|rollout| rollout.finished).count(), rollouts.len()));
        put("missing", (attempts - rewards.len()) as f64);
        put("groups", credits.groups as f64);
        put("dead_groups", share(credits.dead_groups, credits.groups));
        put("rounds", rounds as f64);
        for (name, of) in METRICS {
            let values = updates.iter().map(of);
            let value = match name {
                "ratio_min" => values.fold(f64::NAN, f64::min),
                "ratio_max" => values.fold(f64::NAN, f64::max),
                _ => values.sum::<f64>() / updates.len() as f64,
            };
            put(name, value);
        }
        let norms: Vec<f64> = updates.iter().filter_map(|update| update.step.gradient_norm).collect();
        put("gradient_norm", mean_and_std(&norms).0);
        put("learning_rate", updates.last().map_or(f64::NAN, |update| update.step.learning_rate));
        put("skipped", updates.iter().filter(|update| update.step.skipped).count() as f64);
        put("sampling_seconds", timing.sampling);
        put("scoring_seconds", timing.scoring);
        put("scoring_wait_seconds", timing.waiting);
        put("update_seconds", spent.0);
        put("step_seconds", spent.1);
        put("tokens_per_second", tokens as f64 / spent.1.max(1e-9));
        Self { step, reward, numbers }
    }

    /// A number by name; NaN for a name that the record lacks.
    pub fn number(&self, name: &str) -> f64 {
        self.numbers.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }
}

type OfUpdate = (&'static str, fn(&Update) -> f64);

/// The metrics of the loss that are logged.
const METRICS: [OfUpdate; 7] = [
    ("loss", |update| update.metrics.loss),
    ("entropy", |update| update.metrics.entropy),
    ("kl", |update| update.metrics.kl),
    ("clip_low", |update| update.metrics.clip_low),
    ("clip_high", |update| update.metrics.clip_high),
    ("ratio_min", |update| update.metrics.ratio_min),
    ("ratio_max", |update| update.metrics.ratio_max),
];

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn mean_and_std(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
}
