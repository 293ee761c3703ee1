//! The [`Scorer`]: a weighted sum of rewards over a batch, on all cores, with outcomes in the order of the samples.
//!
//! Samples of one group (the same prompt, answers and tests) are judged together, wherever they are in the batch, so
//! that their reference is parsed once. If a reward panics, its sample is `unscored` with reason `internal` and the
//! text of the panic, and the rest of the batch continues. Outcomes do not depend on the number of threads.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;
use serde_json::Value;

use super::threads::{MAX_JOBS, Threads};
use crate::compose::{Combine, CombineRule, Unscored, guard::guarded};
use crate::core::cancel;
use crate::{Component, GroupKey, Outcome, Result, Reward, Sample, config_hash};

/// The most samples of a group that are judged in one piece, if no reward needs the whole group: one long group is then
/// spread over several cores, and each piece is still long enough to share the parsing of the reference.
const PIECE: usize = 32;

/// Scores samples with a weighted sum of rewards.
///
/// With a single reward of weight 1, the result is its outcome. Otherwise the value is the weighted sum, the first
/// reward of non-zero weight gives the verdict, and `components` holds every outcome by name. If a reward of non-zero
/// weight is unscored, so is the sample.
///
/// ```
/// use r1rewards::{Outcome, Reason, Reward, RewardExt, Sample, Scorer};
///
/// struct Says(&'static str);
/// impl Reward for Says {
///     fn name(&self) -> &str { self.0 }
///     fn config(&self) -> serde_json::Value { serde_json::json!({"kind": "says", "word": self.0}) }
///     fn score(&self, sample: &Sample) -> Outcome {
///         if sample.completion.contains(self.0) { Outcome::correct(Reason::Passed) } else { Outcome::incorrect(Reason::Failed) }
///     }
/// }
///
/// let scorer = Scorer::builder().reward(Says("42")).reward(Says("please").weight(0.1)).build()?;
/// let outcomes = scorer.score_batch(&[Sample::new("42"), Sample::new("42, please")]);
/// assert_eq!(outcomes[0].value, Some(1.0));
/// assert_eq!(outcomes[1].value, Some(1.1));
/// assert_eq!(outcomes[1].components[1].0, "please");
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Scorer {
    sum: Combine,
    threads: Threads,
    config: Value,
}

impl Scorer {
    /// A builder, without rewards yet.
    pub fn builder() -> ScorerBuilder {
        ScorerBuilder::default()
    }

    /// Scores one sample on the calling thread.
    pub fn score(&self, sample: &Sample) -> Outcome {
        self.score_group(&[sample]).remove(0)
    }

    /// Scores samples of one prompt on the calling thread, in order.
    pub fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        match self.sum.alone() {
            Some(reward) => guarded(reward, samples),
            None => self.sum.score_group(samples),
        }
    }

    /// Scores a batch: one outcome per sample, in order.
    pub fn score_batch<S: Borrow<Sample> + Sync>(&self, samples: &[S]) -> Vec<Outcome> {
        let pieces = self.pieces(samples);
        let cancel = cancel::current();
        let score = |piece: &Vec<usize>| {
            let piece: Vec<&Sample> = piece.iter().map(|index| samples[*index].borrow()).collect();
            match &cancel {
                Some(cancel) if cancel.is_cancelled() => vec![cancel::no_outcome(); piece.len()],
                Some(cancel) => {
                    let outcomes = cancel.over(|| self.score_group(&piece));
                    cancel.did(piece.len());
                    outcomes
                }
                None => self.score_group(&piece),
            }
        };
        let scored: Vec<Vec<Outcome>> = if pieces.len() < 2 {
            pieces.iter().map(score).collect()
        } else {
            self.threads.run(
                |parallel| {
                    if parallel { pieces.par_iter().map(score).collect() } else { pieces.iter().map(score).collect() }
                },
            )
        };
        // This merge is sequential and outcomes are large: preallocate, and move each outcome into the list once.
        let mut outcomes = Vec::with_capacity(samples.len());
        outcomes.extend(pieces.into_iter().flatten().zip(scored.into_iter().flatten()));
        outcomes.sort_unstable_by_key(|(index, _): &(usize, Outcome)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    /// The names of the rewards in results.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sum.names()
    }

    /// Whether a reward needs all samples of a prompt in one batch.
    pub fn needs_whole_group(&self) -> bool {
        self.sum.needs_whole_group()
    }

    /// The configuration as a spec, with names and weights filled in.
    pub fn config(&self) -> &Value {
        &self.config
    }

    /// The stable hash of the configuration. Store it with every result file, together with
    /// [`engine_version`](crate::engine_version).
    pub fn config_hash(&self) -> String {
        config_hash(&self.config)
    }

    /// Runs `work` on the scorer's threads (its argument is `true`) or on the calling thread (`false`).
    #[doc(hidden)]
    pub fn on_threads<R: Send>(&self, work: impl FnOnce(bool) -> R + Send) -> R {
        self.threads.run(work)
    }

    /// The indices of the samples, in pieces that are each judged together.
    fn pieces<S: Borrow<Sample>>(&self, samples: &[S]) -> Vec<Vec<usize>> {
        let longest = if self.needs_whole_group() { usize::MAX } else { PIECE };
        let mut pieces: Vec<Vec<usize>> = Vec::new();
        // `open` has the current piece of each group. Keys may be megabytes, so they are hashed once per row and not
        // once per completion.
        let mut groups: HashMap<GroupKey<'_>, usize> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut last: Option<(&Sample, Option<usize>)> = None;
        for (index, sample) in samples.iter().enumerate() {
            let sample = sample.borrow();
            let group = match last {
                Some((before, group)) if before.shares_group_with(sample) => group,
                _ => sample.group_key().map(|key| {
                    let next = groups.len();
                    *groups.entry(key).or_insert(next)
                }),
            };
            last = Some((sample, group));
            let piece = group.and_then(|group| open.get(group).copied()).filter(|piece| pieces[*piece].len() < longest);
            if let Some(piece) = piece {
                pieces[piece].push(index);
                continue;
            }
            match group {
                Some(group) if group < open.len() => open[group] = pieces.len(),
                Some(_) => open.push(pieces.len()),
                None => {}
            }
            pieces.push(vec![index]);
        }
        pieces
    }
}

/// A scorer is also a reward: it can be used wherever one is expected, also inside another scorer.
///
/// ```
/// # #[cfg(all(feature = "math", feature = "rules"))] {
/// use r1rewards::{RewardSpec, Sample, Scorer, episode::{Episode, Turn, score_turns}};
/// let scorer = Scorer::from_spec(&RewardSpec::kind("math"))?;
/// let episode = Episode::new(vec![Turn::assistant(r"\boxed{41}"), Turn::assistant(r"\boxed{42}")])?;
/// let turns = score_turns(&episode, &scorer, &Sample::default().with_answer("42"), 10.0)?;
/// assert_eq!(turns[1].value, Some(11.0));
/// # }
/// # Ok::<(), r1rewards::Error>(())
/// ```
impl Reward for Scorer {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn config(&self) -> Value {
        self.sum.config()
    }

    fn score(&self, sample: &Sample) -> Outcome {
        Self::score(self, sample)
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        Self::score_group(self, samples)
    }

    fn needs_whole_group(&self) -> bool {
        Self::needs_whole_group(self)
    }
}

/// Collects rewards and settings for a [`Scorer`].
#[derive(Default)]
pub struct ScorerBuilder {
    components: Vec<Component>,
    threads: Threads,
}

impl ScorerBuilder {
    /// Adds a reward, optionally with a weight or a name from [`RewardExt`](crate::RewardExt).
    #[must_use]
    pub fn reward(mut self, reward: impl Into<Component>) -> Self {
        self.components.push(reward.into());
        self
    }

    /// Sets the number of threads, at most 256; 1 is the calling thread. Default: one thread per core.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.threads = Threads::Jobs(jobs);
        self
    }

    /// Uses the caller's threads.
    #[must_use]
    pub fn pool(mut self, pool: Arc<ThreadPool>) -> Self {
        self.threads = Threads::Pool(pool);
        self
    }

    /// Builds the scorer.
    ///
    /// # Errors
    /// No reward, a weight that is negative, not finite or above 1e100, all weights 0, two rewards that are given the
    /// same name, or more than 256 threads.
    pub fn build(self) -> Result<Scorer> {
        if let Threads::Jobs(jobs) = self.threads
            && jobs > MAX_JOBS
        {
            return Err(crate::Error::option(
                "jobs",
                jobs,
                format_args!("give at most {MAX_JOBS}, or leave it out for every core"),
            ));
        }
        let sum = Combine::new(CombineRule::Sum, self.components, Unscored::Sample)?;
        Ok(Scorer { config: serde_json::json!({ "reward": sum.entries() }), sum, threads: self.threads })
    }
}
