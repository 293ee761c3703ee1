//! Sampling and scoring at the same time: while one part of a batch is sampled, the part before it is judged on another
//! thread.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::policy::{Policy, Sampling, Tokenizer};
use super::random::Random;
use super::rollout::{Rollout, Start, roll_out};
use crate::{Error, Outcome, Result, Sample, Scorer};

/// What a batch of episodes consists of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batch<'a> {
    /// Episodes a start.
    pub samples: usize,
    /// What the user says after each attempt but the last.
    pub follow_ups: &'a [String],
    /// The number of parts in which the batch is sampled. With one part, scoring begins when sampling has ended.
    pub parts: usize,
    /// How tokens are drawn.
    pub sampling: Sampling,
}

/// Where the time went, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timing {
    /// Of the sampling thread, while it sampled.
    pub sampling: f64,
    /// Of the scoring thread, while it judged; most of it passes during the sampling.
    pub scoring: f64,
    /// Of the sampling thread, while it waited for the last judgements.
    pub waiting: f64,
}

/// Samples episodes from all starts and judges every attempt.
///
/// # Errors
/// As [`roll_out`]; a scorer that panics outside of a reward.
pub fn sample_and_score<P: Policy + ?Sized>(
    policy: &P,
    tokenizer: &dyn Tokenizer,
    scorer: &Scorer,
    starts: &[Start],
    batch: &Batch,
) -> Result<(Vec<Rollout>, Timing)> {
    let size = starts.len().div_ceil(batch.parts.max(1)).max(1);
    let random = Random::new(batch.sampling.seed);
    let mut timing = Timing::default();
    let mut rollouts = Vec::with_capacity(starts.len() * batch.samples);
    let (outcomes, spent) = std::thread::scope(|scope| -> Result<(Vec<Outcome>, Duration)> {
        let (send, receive) = mpsc::channel::<Vec<Sample>>();
        let scoring = scope.spawn(move || {
            let (mut outcomes, mut spent) = (Vec::new(), Duration::ZERO);
            for samples in receive {
                let begun = Instant::now();
                outcomes.extend(scorer.score_batch(&samples));
                spent += begun.elapsed();
            }
            (outcomes, spent)
        });
        for (part, of_part) in starts.chunks(size).enumerate() {
            let begun = Instant::now();
            let sampling = Sampling { seed: random.at(part as u64).seed(), ..batch.sampling };
            let mut found = roll_out(policy, tokenizer, of_part, batch.samples, batch.follow_ups, &sampling)?;
            let samples = found.iter().flat_map(|rollout| {
                let row = &of_part[rollout.start].row;
                rollout.attempts().into_iter().map(|text| row.with_completion(text))
            });
            // The receiver is gone only if the scoring thread has panicked, which joining reports.
            let _ = send.send(samples.collect());
            found.iter_mut().for_each(|rollout| rollout.start += part * size);
            rollouts.extend(found);
            timing.sampling += begun.elapsed().as_secs_f64();
        }
        drop(send);
        let begun = Instant::now();
        let judged = scoring.join().map_err(|_| Error::backend("the scoring thread panicked: see its message above"))?;
        timing.waiting = begun.elapsed().as_secs_f64();
        Ok(judged)
    })?;
    timing.scoring = spent.as_secs_f64();
    let mut outcomes = outcomes.into_iter();
    for rollout in &mut rollouts {
        rollout.outcomes = outcomes.by_ref().take(rollout.sampled().count()).collect();
    }
    Ok((rollouts, timing))
}
