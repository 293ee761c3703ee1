//! Training with verified rewards, on a policy that is small enough to be checked by hand: a table of logits from one
//! token to the next.
#![cfg(feature = "train")]

use std::error::Error;

use r1rewards::episode::Origin;
use r1rewards::grpo::AdvantageConfig;
use r1rewards::grpo::optimizer::AdamWConfig;
use r1rewards::train::{
    Batch, Continuation, Credit, Decoder, FineTuning, GrpoOptions, Judging, Policy, Random, Rollout, Sampling, Sequence,
    SftOptions, Start, Tokenizer, Trainer, copy_parameters, decode, evaluate, roll_out,
};
use r1rewards::{Outcome, Reason, Reward, Sample, Scorer};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

type Outcomes = Result<(), Box<dyn Error>>;

/// Tokens are the letters `.`, `a`, `b`, ... ; `.` ends a text.
const LETTERS: &str = ".abcdef";

struct Letters;

impl Tokenizer for Letters {
    fn encode(&self, text: &str) -> r1rewards::Result<Vec<i64>> {
        let of = |letter| LETTERS.find(letter).and_then(|place| i64::try_from(place).ok());
        text.chars()
            .map(|letter| of(letter).ok_or_else(|| r1rewards::Error::data(format_args!("no token for {letter:?}"))))
            .collect()
    }

    fn decode(&self, tokens: &[i64]) -> String {
        tokens.iter().filter(|token| **token != 0).filter_map(|token| LETTERS.chars().nth(usize::try_from(*token).ok()?)).collect()
    }

    fn end(&self) -> i64 {
        0
    }
}

/// Hidden states are rows of one table, the output layer is another one.
struct Bigram {
    embedding: Tensor,
    head: Tensor,
}

impl Bigram {
    /// The numbers follow from the seed alone: tests beside this one may use torch's generator at the same time.
    fn new(seed: u64) -> Self {
        let table = |place: u64| {
            let random = Random::new(seed).at(place);
            let numbers: Vec<f64> = (0..56).map(|index| random.uniform(index) - 0.5).collect();
            Tensor::from_slice(&numbers).to_kind(Kind::Float).view([7, 8]).set_requires_grad(true)
        };
        Self { embedding: table(0), head: table(1) }
    }

    fn numbers(&self) -> Vec<f32> {
        let all = Tensor::cat(&[self.embedding.detach().view([-1]), self.head.detach().view([-1])], 0);
        Vec::try_from(all).unwrap()
    }
}

impl Policy for Bigram {
    fn parameters(&self) -> Vec<(String, Tensor)> {
        vec![("embedding".to_owned(), self.embedding.shallow_clone()), ("head".to_owned(), self.head.shallow_clone())]
    }

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn hidden(&self, tokens: &Tensor) -> r1rewards::Result<Tensor> {
        Ok(Tensor::f_embedding(&self.embedding, tokens, -1, false, false)?)
    }

    fn head(&self) -> &Tensor {
        &self.head
    }

    fn sample(&self, prompts: &[&[i64]], sampling: &Sampling) -> r1rewards::Result<Vec<Continuation>> {
        decode(self, Device::Cpu, prompts, sampling)
    }
}

impl Decoder for Bigram {
    /// The number of rows, to check that rows are dropped and kept together with their tokens.
    type Cache = i64;

    fn start(&self, tokens: &Tensor, _: &Tensor, _: usize) -> r1rewards::Result<(Tensor, i64)> {
        let last = tokens.f_select(1, tokens.size()[1] - 1)?;
        Ok((self.hidden(&last)?.f_matmul(&self.head.tr())?, tokens.size()[0]))
    }

    fn extend(&self, rows: &mut i64, tokens: &Tensor) -> r1rewards::Result<Tensor> {
        assert_eq!(tokens.size(), [*rows]);
        Ok(self.hidden(tokens)?.f_matmul(&self.head.tr())?)
    }

    fn keep(&self, rows: &mut i64, kept: &Tensor) -> r1rewards::Result<()> {
        *rows = kept.size()[0];
        Ok(())
    }
}

/// Correct where the completion ends with the row's answer; unscored where it holds the letter `unscored`.
struct EndsWith {
    unscored: char,
}

impl Reward for EndsWith {
    fn name(&self) -> &'static str {
        "ends_with"
    }

    fn config(&self) -> Value {
        json!({ "kind": "ends_with" })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        if sample.completion.contains(self.unscored) {
            return Outcome::unscored(Reason::Internal);
        }
        let outcome = if sample.completion.ends_with(&sample.answers()[0]) {
            Outcome::correct(Reason::Equal)
        } else {
            Outcome::incorrect(Reason::Different)
        };
        outcome.with_extracted(sample.completion.clone())
    }
}

fn scorer() -> Scorer {
    Scorer::builder().reward(EndsWith { unscored: 'f' }).jobs(1).build().unwrap()
}

fn start(prompt: &str, answer: &str) -> Start {
    Start::fresh(Sample::default().with_prompt(prompt).with_answer(answer), prompt)
}

/// The prompt decides on the answer, so that there is something to learn.
fn problem(index: u64) -> r1rewards::Result<Start> {
    Ok(if index.is_multiple_of(2) { start("ab", "c") } else { start("aad", "e") })
}

fn options() -> GrpoOptions {
    GrpoOptions {
        prompts: 4,
        samples: 8,
        max_new_tokens: 3,
        optimizer: AdamWConfig { learning_rate: 0.05, ..AdamWConfig::default() },
        ..GrpoOptions::default()
    }
}

fn sampling(seed: u64) -> Sampling {
    Sampling { max_new_tokens: 4, temperature: 1.0, end: 0, seed }
}

#[test]
fn a_policy_learns_what_is_rewarded() -> Outcomes {
    let policy = Bigram::new(1);
    let scorer = Scorer::builder().reward(EndsWith { unscored: '?' }).jobs(1).build()?;
    let options = GrpoOptions { samples: 32, ..options() };
    let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, options, 3)?;
    let rewards = (0..60).map(|_| Ok(trainer.step(&problem)?.0.number("correct"))).collect::<r1rewards::Result<Vec<f64>>>()?;
    let mean = |part: &[f64]| part.iter().sum::<f64>() / 10.0;
    assert!(mean(&rewards[50..]) > mean(&rewards[..10]) + 0.5, "{rewards:?}");
    Ok(())
}

#[test]
fn training_that_resumes_gives_the_same_bits() -> Outcomes {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("checkpoint");
    let scorer = scorer();
    let options = GrpoOptions {
        dynamic_rounds: 3,
        entropy_target: Some(1.5),
        loss: r1rewards::grpo::GrpoConfig { kl: Some(r1rewards::grpo::KlPenalty::default()), ..Default::default() },
        reference: Some(r1rewards::grpo::optimizer::Replacement::Periodic { every: 3 }),
        ..options()
    };
    let (straight, other) = (Bigram::new(1), Bigram::new(2));
    let mut trainer = Trainer::new(&straight, Some(&other), &Letters, &scorer, options.clone(), 3)?;
    for _ in 0..4 {
        trainer.step(&problem)?;
    }
    trainer.save(&path)?;
    for _ in 0..4 {
        trainer.step(&problem)?;
    }
    let (resumed, other) = (Bigram::new(7), Bigram::new(8));
    let mut again = Trainer::new(&resumed, Some(&other), &Letters, &scorer, options, 3)?;
    again.load(&path)?;
    assert_eq!(again.steps(), 4);
    for _ in 0..4 {
        again.step(&problem)?;
    }
    assert_eq!(straight.numbers(), resumed.numbers());
    Ok(())
}

#[test]
fn a_checkpoint_that_was_being_replaced_is_still_there() -> Outcomes {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("checkpoint");
    let (policy, scorer) = (Bigram::new(1), scorer());
    let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, options(), 3)?;
    trainer.step(&problem)?;
    trainer.save(&path)?;
    // As after a power failure between the two moves of a save.
    std::fs::rename(&path, folder.path().join("checkpoint.earlier"))?;
    let other = Bigram::new(2);
    let mut again = Trainer::new(&other, None, &Letters, &scorer, options(), 3)?;
    again.load(&path)?;
    assert_eq!(policy.numbers(), other.numbers());
    let error = again.load(&folder.path().join("nothing")).unwrap_err().to_string();
    assert!(error.contains("state.json"), "{error}");
    Ok(())
}

#[test]
fn micro_batches_give_the_step_of_one_batch() -> Outcomes {
    let trained = |micro_tokens: usize| -> Result<Vec<f32>, Box<dyn Error>> {
        let (policy, scorer) = (Bigram::new(1), scorer());
        // Stochastic gradient descent in place of AdamW, whose first step is the same for any gradient.
        let optimizer = AdamWConfig { learning_rate: 0.05, epsilon: 1e3, ..AdamWConfig::default() };
        let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, GrpoOptions { micro_tokens, optimizer, ..options() }, 3)?;
        trainer.step(&problem)?;
        Ok(policy.numbers())
    };
    let (one, many, before) = (trained(1 << 20)?, trained(6)?, Bigram::new(1).numbers());
    assert!(one.iter().zip(&before).any(|(after, before)| after != before));
    for ((one, many), before) in one.iter().zip(&many).zip(before) {
        assert!((one - many).abs() <= 1e-3 * (one - before).abs() + 1e-9, "{one} {many}");
    }
    Ok(())
}

#[test]
fn a_draw_depends_on_seed_and_place_alone() -> Outcomes {
    let policy = Bigram::new(4);
    let prompts: Vec<Vec<i64>> = (0..40).map(|place| vec![1 + place % 6; 1 + usize::try_from(place % 3).unwrap()]).collect();
    let all: Vec<&[i64]> = prompts.iter().map(Vec::as_slice).collect();
    let whole = policy.sample(&all, &Sampling { max_new_tokens: 12, ..sampling(5) })?;
    for count in [1, 7, 39] {
        let part = policy.sample(&all[..count], &Sampling { max_new_tokens: 12, ..sampling(5) })?;
        for (one, same) in part.iter().zip(&whole) {
            assert_eq!((&one.tokens, one.finished), (&same.tokens, same.finished));
            // Products of matrices of other sizes may round differently.
            assert!(one.log_probs.iter().zip(&same.log_probs).all(|(one, same)| (one - same).abs() < 1e-5));
        }
    }
    assert!(whole.iter().any(|one| one.finished) && whole.iter().any(|one| one.tokens.len() > 6), "{whole:?}");
    for one in &whole {
        assert_eq!(one.tokens.len(), one.log_probs.len());
        assert_eq!(one.finished, one.tokens.last() == Some(&0));
        assert!(one.log_probs.iter().all(|log_prob| *log_prob < 0.0 && log_prob.is_finite()));
    }
    assert!(policy.sample(&[&[]], &sampling(5)).unwrap_err().to_string().contains("prompt 0 has no tokens"));
    Ok(())
}

#[test]
fn temperature_0_takes_the_most_probable_token() -> Outcomes {
    let policy = Bigram::new(4);
    let logits = policy.hidden(&Tensor::from_slice(&[2_i64]))?.matmul(&policy.head.tr());
    let found = policy.sample(&[&[2], &[2]], &Sampling { temperature: 0.0, max_new_tokens: 1, ..sampling(1) })?;
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].tokens[0], logits.argmax(-1, false).int64_value(&[0]));
    Ok(())
}

#[test]
fn frequencies_of_draws_are_the_probabilities() -> Outcomes {
    let policy = Bigram::new(4);
    let prompts = vec![[3_i64].as_slice(); 20_000];
    let found = policy.sample(&prompts, &Sampling { max_new_tokens: 1, ..sampling(9) })?;
    let expected = policy.hidden(&Tensor::from_slice(&[3_i64]))?.matmul(&policy.head.tr()).softmax(-1, Kind::Double);
    for token in 0..7 {
        let share = f64::from(u32::try_from(found.iter().filter(|one| one.tokens[0] == token).count())?) / 20_000.0;
        let wanted = expected.double_value(&[0, token]);
        // Five standard deviations.
        assert!((share - wanted).abs() < 5.0 * (wanted / 20_000.0).sqrt(), "token {token}: {share} {wanted}");
    }
    Ok(())
}

/// An episode of a prefix that was given, two attempts and what the user said between them.
fn episode() -> Result<(Vec<Start>, Vec<Rollout>), Box<dyn Error>> {
    let starts = vec![Start { prefix: "cc".to_owned(), origin: Origin::Incorrect, ..start("ab", "c") }];
    let rollouts = roll_out(&Bigram::new(2), &Letters, &starts, 6, &["de".to_owned()], &sampling(11))?;
    Ok((starts, rollouts))
}

#[test]
fn only_what_the_policy_wrote_is_trained_on() -> Outcomes {
    let (starts, mut rollouts) = episode()?;
    let scorer = scorer();
    for rollout in &mut rollouts {
        let attempts = rollout.attempts();
        assert_eq!(attempts.len(), 2);
        assert!(attempts[0].starts_with("cc"), "the prefix belongs to the text that is judged: {attempts:?}");
        rollout.outcomes =
            attempts.iter().map(|text| scorer.score(&Sample { completion: text.clone(), ..starts[0].row.clone() })).collect();
    }
    let credits = Credit::Outcome {}.assign(&starts, &rollouts, &AdvantageConfig::default())?;
    for (rollout, credit) in rollouts.iter().zip(&credits.attempts) {
        let sequence = Sequence::of_rollout(rollout, credit);
        assert_eq!(Letters.decode(&rollout.tokens[..4]), "abcc");
        let ranges: Vec<_> = rollout.sampled().map(|(_, range)| range).collect();
        assert_eq!((ranges[0].start, ranges[1].start), (4, ranges[0].end + 2), "`de` stands between the attempts");
        for (place, trainable) in sequence.trainable.iter().enumerate() {
            let attempt = ranges.iter().position(|range| range.contains(&place));
            let judged = attempt.is_some_and(|attempt| credit[attempt].reward.is_some());
            assert_eq!(*trainable, judged, "token {place} of {ranges:?}");
            assert_eq!(rollout.log_probs[place] < 0.0, attempt.is_some());
        }
    }
    assert!(rollouts.iter().flat_map(|rollout| &rollout.outcomes).any(|outcome| outcome.value.is_none()), "an attempt is unscored");
    Ok(())
}

#[test]
fn unknown_fields_of_a_credit_are_refused() -> Outcomes {
    let kinds = [
        "kind = 'outcome'",
        "kind = 'score_one'\nkl = 0.1",
        "kind = 'score_two'\nalpha = 1.0\nkl = 0.0\nby_first = true",
        "kind = 'satori'\nbeta = 0.5",
    ];
    for kind in kinds {
        let plain = toml::from_str::<Credit>(kind)?;
        assert_eq!(toml::from_str::<Credit>(&toml::to_string(&plain)?)?, plain);
        let error = toml::from_str::<Credit>(&format!("{kind}\nkll = 1")).map_or_else(|error| error.to_string(), |_| String::new());
        assert!(error.contains("unknown field `kll`"), "{kind}: {error:?}");
    }
    Ok(())
}

/// Reward, advantage and KL coefficient of an attempt.
type Attempt = (f64, f64, Option<f64>);

/// The credits of four episodes of two attempts each with these rewards.
fn credits(credit: Credit, origin: Origin, rewards: [[f64; 2]; 4]) -> Result<Vec<Vec<Attempt>>, Box<dyn Error>> {
    let (mut starts, rollouts) = episode()?;
    starts[0].origin = origin;
    let judged = |reward: &f64| if *reward > 0.5 { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) };
    let rollouts: Vec<Rollout> = rollouts
        .into_iter()
        .zip(rewards)
        .map(|(rollout, rewards)| Rollout { outcomes: rewards.iter().map(judged).collect(), ..rollout })
        .collect();
    let config = AdvantageConfig::new(r1rewards::grpo::Estimator::GroupMean);
    let found = credit.assign(&starts, &rollouts, &config)?;
    Ok(found.attempts.iter().map(|of| of.iter().map(|one| (one.reward.unwrap(), one.advantage, one.kl)).collect()).collect())
}

#[test]
fn stage_one_of_score_pins_the_first_attempt() -> Outcomes {
    let found = credits(Credit::ScoreOne { kl: 0.1 }, Origin::Fresh, [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 1.0]])?;
    assert!(found.iter().all(|attempts| attempts[0].1 == 0.0 && attempts[0].2 == Some(0.1) && attempts[1].2 == Some(0.0)));
    assert_eq!(found.iter().map(|attempts| attempts[1].1).collect::<Vec<_>>(), [-0.5, 0.5, -0.5, 0.5]);
    Ok(())
}

#[test]
fn stage_two_of_score_rewards_progress() -> Outcomes {
    let rewards = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]];
    let found = credits(Credit::ScoreTwo { alpha: 10.0, kl: 0.01, by_first: false }, Origin::Fresh, rewards)?;
    assert_eq!(found.iter().map(|attempts| attempts[1].0).collect::<Vec<_>>(), [-10.0, 11.0, 1.0, 0.0]);
    assert!(found.iter().flatten().all(|attempt| attempt.2 == Some(0.01)));
    // Compared with all second attempts, one that stays correct has the advantage 1 − 0.5; compared with those after a
    // correct first attempt, 1 − (−4.5).
    assert_eq!(found[2][1].1, 0.5);
    let found = credits(Credit::ScoreTwo { alpha: 10.0, kl: 0.01, by_first: true }, Origin::Fresh, rewards)?;
    assert_eq!(found[2][1].1, 5.5);
    Ok(())
}

#[test]
fn satori_rewards_leaving_a_wrong_start() -> Outcomes {
    let rewards = [[0.0, 1.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
    let of = |origin| credits(Credit::Satori { beta: 0.5 }, origin, rewards);
    assert_eq!(of(Origin::Incorrect)?[0][1].0, 0.5);
    assert_eq!(of(Origin::Correct)?[1][1].0, -1.5);
    assert_eq!((of(Origin::Fresh)?[0][1].0, of(Origin::Fresh)?[1][1].0), (0.0, -1.0));
    assert!(Credit::Satori { beta: -1.0 }.check().unwrap_err().to_string().contains("beta"));
    Ok(())
}

#[test]
fn dynamic_sampling_trains_on_mixed_groups_alone() -> Outcomes {
    let (policy, scorer) = (Bigram::new(1), scorer());
    let options = GrpoOptions { dynamic_rounds: 5, samples: 3, ..options() };
    let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, options, 3)?;
    let mut rounds = 0.0;
    for _ in 0..6 {
        let (record, rollouts) = trainer.step(&problem)?;
        rounds += record.number("rounds");
        for group in rollouts.chunks(3) {
            assert!(group.iter().all(|rollout| rollout.start == group[0].start));
            let correct = group.iter().filter(|rollout| rollout.outcomes[0].is_correct()).count();
            assert!((1..3).contains(&correct), "{group:?}");
        }
    }
    assert!(rounds > 6.0);
    Ok(())
}

#[test]
fn a_penalty_without_a_reference_is_refused() {
    let (policy, scorer) = (Bigram::new(1), scorer());
    let options = GrpoOptions { credit: Credit::ScoreOne { kl: 0.1 }, ..options() };
    let error = Trainer::new(&policy, None, &Letters, &scorer, options, 3).err().unwrap();
    assert!(error.to_string().contains("give a reference policy"), "{error}");
}

#[test]
fn fine_tuning_lowers_the_loss_of_its_traces() -> Outcomes {
    let policy = Bigram::new(1);
    let optimizer = AdamWConfig { learning_rate: 0.05, ..AdamWConfig::default() };
    let mut training = FineTuning::new(&policy, SftOptions { optimizer, ..SftOptions::default() })?;
    let traces: Vec<Sequence> = (0..4).map(|_| Sequence::imitation(&[(&[1, 2], false), (&[3, 5, 0], true)])).collect();
    let first = training.step(&traces)?.metrics;
    assert_eq!(first.tokens, 12.0);
    let losses = (0..40).map(|_| Ok(training.step(&traces)?.metrics.loss)).collect::<r1rewards::Result<Vec<f64>>>()?;
    assert!(losses[39] < 0.2 * first.loss, "{losses:?}");
    let found = policy.sample(&[&[1, 2]], &Sampling { temperature: 0.0, ..sampling(1) })?;
    assert_eq!(found[0].tokens, [3, 5, 0]);
    Ok(())
}

#[test]
fn measures_are_those_of_the_judged_episodes() -> Outcomes {
    let (policy, scorer) = (Bigram::new(6), scorer());
    let starts = vec![start("ab", "c"), start("aad", "e"), start("b", "b")];
    let judging = Judging { scorer: &scorer, same: &|left, right| left == right, before_marker: &|_| None };
    let batch = Batch { samples: 16, follow_ups: &["d".to_owned()], parts: 2, sampling: sampling(3) };
    let found = evaluate(&policy, &Letters, &judging, &starts, &batch)?;
    let correct = |attempt: usize| found.rollouts.iter().filter(|rollout| rollout.outcomes[attempt].is_correct()).count();
    let share = |count: usize| f64::from(u32::try_from(count).unwrap()) / 48.0;
    assert_eq!(found.rollouts.len(), 48);
    assert!((found.number("pass_at_1") - share(correct(1))).abs() < 1e-12);
    assert!((found.number("accuracy_t1") - share(correct(0))).abs() < 1e-12);
    assert!((found.number("delta") - share(correct(1)) + share(correct(0))).abs() < 1e-12);
    let solved = found.rollouts.chunks(16).filter(|group| group.iter().any(|rollout| rollout.outcomes[1].is_correct())).count();
    assert!((found.number("pass_at_16") - f64::from(u32::try_from(solved)?) / 3.0).abs() < 1e-12);
    assert!(found.number("unscored") > 0.0);
    Ok(())
}

#[test]
fn a_shuffle_reaches_every_place() {
    let mut seen = [[false; 5]; 5];
    for seed in 0..200 {
        let mut list = [0_usize, 1, 2, 3, 4];
        Random::new(seed).shuffle(&mut list);
        list.iter().enumerate().for_each(|(place, value)| seen[place][*value] = true);
    }
    assert_eq!(seen, [[true; 5]; 5]);
}

/// A policy that answers with these continuations, and one parameter of its table where `short`.
struct Broken {
    table: Bigram,
    continuations: Vec<Continuation>,
    short: bool,
}

impl Policy for Broken {
    fn parameters(&self) -> Vec<(String, Tensor)> {
        let mut all = self.table.parameters();
        all.truncate(if self.short { 1 } else { 2 });
        all
    }

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn hidden(&self, tokens: &Tensor) -> r1rewards::Result<Tensor> {
        self.table.hidden(tokens)
    }

    fn head(&self) -> &Tensor {
        self.table.head()
    }

    fn sample(&self, _: &[&[i64]], _: &Sampling) -> r1rewards::Result<Vec<Continuation>> {
        Ok(self.continuations.clone())
    }
}

#[test]
fn a_policy_without_log_probabilities_is_refused() {
    let continuation = Continuation { tokens: vec![1, 0], log_probs: vec![], finished: true };
    let refused = |continuations: Vec<Continuation>| {
        let policy = Broken { table: Bigram::new(1), continuations, short: false };
        roll_out(&policy, &Letters, &[start("ab", "c")], 1, &[], &sampling(1)).unwrap_err().to_string()
    };
    assert!(refused(vec![continuation]).contains("2 tokens and 0 log-probabilities"));
    assert!(refused(Vec::new()).contains("0 continuations of 1 prompts"));
}

#[test]
fn policies_of_different_sizes_are_not_copied() {
    let of = |short| Broken { table: Bigram::new(1), continuations: Vec::new(), short };
    let error = copy_parameters(&of(false), &of(true)).unwrap_err().to_string();
    assert!(error.contains("2 parameters"), "{error}");
}

#[test]
fn there_are_as_many_optimizer_steps_as_asked_for() -> Outcomes {
    let (policy, scorer) = (Bigram::new(1), Scorer::builder().reward(EndsWith { unscored: '?' }).jobs(1).build()?);
    // 32 sequences in 12 pieces: of one size, which would be 3, they would be 11.
    let rate = 0.05;
    let schedule = r1rewards::grpo::optimizer::Schedule { warmup_steps: 100, ..Default::default() };
    let optimizer = AdamWConfig { learning_rate: rate, schedule, ..AdamWConfig::default() };
    let options = GrpoOptions { minibatches: 12, optimizer, ..options() };
    let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, options, 3)?;
    let record = trainer.step(&problem)?.0;
    assert!((record.number("learning_rate") - rate * 0.12).abs() < 1e-12, "{}", record.number("learning_rate"));
    assert!(record.number("ratio_min") <= record.number("ratio_max"));
    Ok(())
}

#[test]
fn a_step_without_a_mixed_group_shows_gaps_and_not_zeros() -> Outcomes {
    let (policy, scorer) = (Bigram::new(1), scorer());
    let options = GrpoOptions { dynamic_rounds: 2, ..options() };
    let mut trainer = Trainer::new(&policy, None, &Letters, &scorer, options, 3)?;
    let before = policy.numbers();
    // No completion is right: nothing can end with a letter that the vocabulary lacks.
    let (record, rollouts) = trainer.step(&|_| Ok(start("ab", "z")))?;
    assert!(rollouts.is_empty() && record.number("rounds") == 2.0);
    for name in ["reward", "correct", "length", "entropy", "ratio_min", "gradient_norm", "learning_rate"] {
        assert_eq!(record.numbers[name], Value::Null, "{name}");
    }
    assert_eq!(policy.numbers(), before);
    Ok(())
}

#[test]
fn what_the_loop_cannot_do_is_refused_before_a_step() {
    for (json, expected) in [
        (json!({ "loss": { "aggregation": "prompt_mean" } }), "loss.aggregation"),
        (json!({ "loss": { "correction": { "tis": {} } } }), "loss.correction"),
        (json!({ "loss": { "max_staleness": 1 } }), "loss.max_staleness"),
        (json!({ "loss": { "positive_nll": 0.1 } }), "loss.positive_nll"),
        (json!({ "advantage": { "epsilon": -1.0 } }), "epsilon"),
        (json!({ "entropy_target": 0.0 }), "entropy_target"),
    ] {
        let options: GrpoOptions = serde_json::from_value(json.clone()).unwrap();
        let error = options.check().unwrap_err().to_string();
        assert!(error.contains(expected), "{json}: {error}");
    }
}
