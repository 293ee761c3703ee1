//! Satori's restart-and-explore buffer: starts of episodes from earlier trajectories.
//!
//! For each question, one correct and one incorrect trajectory are drawn, shortened by up to T meta-action steps, and
//! ended with `<|reflect|>`, from where the policy continues. The draws depend on the seed and the set of trajectories,
//! and not on their order.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Origin;
use crate::reading::mix;
use crate::structure::coat_steps;
use crate::{Error, Result};

/// A judged trajectory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectory {
    /// The question or its id; all trajectories of a question have the same.
    pub question: String,
    /// The text, with meta-action tokens.
    pub text: String,
    /// Whether its final answer is correct.
    pub correct: bool,
}

/// The options of a [`RestartBuffer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestartOptions {
    /// T: the most steps that are removed from the end; default: 2, as in the paper.
    pub max_backtrack: usize,
    /// The fewest steps that are removed; default: 0.
    pub min_backtrack: usize,
    /// The token that ends every restart prefix; default: `<|reflect|>`.
    pub reflect: String,
    /// Whether to keep equal numbers of restarts from correct and incorrect trajectories; the surplus is dropped by a
    /// seeded draw. Default: yes.
    pub balance: bool,
    /// Whether to add a fresh start for every question; default: yes.
    pub fresh: bool,
    /// The seed of all draws; default: 0.
    pub seed: u64,
}

impl Default for RestartOptions {
    fn default() -> Self {
        Self { max_backtrack: 2, min_backtrack: 0, reflect: "<|reflect|>".to_owned(), balance: true, fresh: true, seed: 0 }
    }
}

/// The start of an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// The question.
    pub question: String,
    /// The assistant's text so far, which must be masked out of the loss; empty for a fresh start.
    pub prefix: String,
    /// Where the episode starts.
    pub origin: Origin,
    /// The number of steps that were removed.
    pub backtracked: usize,
}

/// The counts of a [`RestartBuffer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// The number of questions.
    pub questions: usize,
    /// The number of fresh starts.
    pub fresh: usize,
    /// The number of starts from correct trajectories (D⁺).
    pub correct: usize,
    /// The number of starts from incorrect trajectories (D⁻).
    pub incorrect: usize,
    /// The number of trajectories with the same text as an earlier one of the question.
    pub duplicates: usize,
    /// The number of restarts that were dropped for balance.
    pub dropped_for_balance: usize,
    /// The number of questions without a correct or without an incorrect trajectory.
    pub one_sided: usize,
}

/// The restart set: fresh questions ∪ D⁺ ∪ D⁻.
///
/// Source: Satori (2502.02508) section 4.2, "Restart and Explore".
///
/// ```
/// use r1rewards::episode::{Origin, RestartBuffer, RestartOptions, Trajectory};
/// let trajectory = |text: &str, correct| Trajectory { question: "q".into(), text: text.into(), correct };
/// let buffer = RestartBuffer::build(&[trajectory("a<|continue|>b", true), trajectory("c<|continue|>d", false)], &RestartOptions::default())?;
/// assert_eq!(buffer.restarts.iter().map(|restart| restart.origin).collect::<Vec<_>>(), [Origin::Fresh, Origin::Correct, Origin::Incorrect]);
/// assert!(buffer.restarts[1].prefix.ends_with("<|reflect|>"));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestartBuffer {
    /// The starts, sorted by question and origin.
    pub restarts: Vec<Restart>,
    /// The counts.
    pub counts: Counts,
}

impl RestartBuffer {
    /// Builds the buffer. The order of the trajectories does not matter, unless one text has both verdicts: the first
    /// counts.
    ///
    /// # Errors
    /// `min_backtrack` above `max_backtrack`; a blank token.
    pub fn build(trajectories: &[Trajectory], options: &RestartOptions) -> Result<Self> {
        if options.min_backtrack > options.max_backtrack {
            return Err(Error::option(
                "min_backtrack",
                options.min_backtrack,
                format_args!("give at most `max_backtrack`, which is {}", options.max_backtrack),
            ));
        }
        if options.reflect.trim().is_empty() {
            return Err(Error::option("reflect", "a blank token", "give the token that asks for reflection, such as <|reflect|>"));
        }
        let mut counts = Counts::default();
        let mut questions: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
        let mut seen = HashSet::new();
        for trajectory in trajectories {
            let sides = questions.entry(&trajectory.question).or_default();
            if seen.insert((&trajectory.question, &trajectory.text)) {
                sides[usize::from(trajectory.correct)].push(&trajectory.text);
            } else {
                counts.duplicates += 1;
            }
        }
        counts.questions = questions.len();
        let (mut correct, mut incorrect) = (Vec::new(), Vec::new());
        for (question, [wrong, right]) in &mut questions {
            counts.one_sided += usize::from(wrong.is_empty() != right.is_empty());
            correct.extend(draw(question, right, Origin::Correct, options));
            incorrect.extend(draw(question, wrong, Origin::Incorrect, options));
        }
        if options.balance {
            let least = correct.len().min(incorrect.len());
            for side in [&mut correct, &mut incorrect] {
                counts.dropped_for_balance += side.len() - least;
                side.sort_by_key(|restart: &Restart| {
                    (random(options.seed, &restart.question, "balance"), restart.question.clone())
                });
                side.truncate(least);
            }
        }
        (counts.correct, counts.incorrect) = (correct.len(), incorrect.len());
        let mut restarts: Vec<Restart> = correct.into_iter().chain(incorrect).collect();
        if options.fresh {
            counts.fresh = questions.len();
            restarts.extend(questions.keys().map(|question| Restart {
                question: (*question).to_owned(),
                prefix: String::new(),
                origin: Origin::Fresh,
                backtracked: 0,
            }));
        }
        restarts.sort_by(|left, right| (&left.question, left.origin).cmp(&(&right.question, right.origin)));
        Ok(Self { restarts, counts })
    }
}

/// Draws one of the trajectories and shortens it.
fn draw(question: &str, side: &mut [&str], origin: Origin, options: &RestartOptions) -> Option<Restart> {
    // Sort, so that the draw depends on the set of trajectories and not on their order.
    side.sort_unstable();
    let salt = if origin == Origin::Correct { "correct" } else { "incorrect" };
    let pick = random(options.seed, question, salt);
    let text = side.get(below(pick, side.len()))?;
    let steps = coat_steps(text);
    // Keep at least one step; without any, it would be a fresh start.
    let most = options.max_backtrack.min(steps.len().saturating_sub(1));
    let least = options.min_backtrack.min(most);
    let backtracked = least + below(mix(pick), most - least + 1);
    let end = if backtracked == 0 { text.len() } else { steps[steps.len() - backtracked].start };
    Some(Restart { question: question.to_owned(), prefix: format!("{}{}", &text[..end], options.reflect), origin, backtracked })
}

fn random(seed: u64, question: &str, salt: &str) -> u64 {
    let hash = |text: &str| text.bytes().fold(0u64, |hash, byte| mix(hash ^ u64::from(byte)));
    mix(mix(seed) ^ hash(question) ^ hash(salt).rotate_left(17))
}

/// Maps a random number to one below `bound` (0 for a bound of 0).
#[expect(clippy::cast_possible_truncation, reason = "the result is below a usize")]
fn below(random: u64, bound: usize) -> usize {
    ((u128::from(random) * bound as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trajectories() -> impl Strategy<Value = Vec<Trajectory>> {
        let one = ("[a-d]", "(x|<\\|continue\\|>|<\\|explore\\|>){0,6}", any::<bool>());
        prop::collection::vec(one.prop_map(|(question, text, correct)| Trajectory { question, text, correct }), 0..30)
    }

    proptest! {
        #[test]
        fn the_order_of_trajectories_does_not_matter(mut all in trajectories(), seed in any::<u64>()) {
            // If a text has both verdicts, the second is a duplicate of the first, and the order matters.
            all.sort_by(|left, right| (&left.question, &left.text).cmp(&(&right.question, &right.text)));
            all.dedup_by(|left, right| left.question == right.question && left.text == right.text);
            let options = RestartOptions { seed, ..Default::default() };
            let built = RestartBuffer::build(&all, &options).unwrap();
            all.reverse();
            prop_assert_eq!(RestartBuffer::build(&all, &options).unwrap(), built);
        }

        #[test]
        fn restarts_are_balanced_cut_prefixes_of_what_went_in(all in trajectories(), seed in any::<u64>()) {
            let options = RestartOptions { seed, ..Default::default() };
            let buffer = RestartBuffer::build(&all, &options).unwrap();
            prop_assert_eq!(buffer.counts.correct, buffer.counts.incorrect);
            prop_assert_eq!(buffer.counts.fresh, buffer.counts.questions);
            for restart in buffer.restarts.iter().filter(|restart| restart.origin != Origin::Fresh) {
                prop_assert!(restart.backtracked <= 2);
                let cut = restart.prefix.strip_suffix("<|reflect|>").unwrap();
                let correct = restart.origin == Origin::Correct;
                prop_assert!(all.iter().any(|one| one.question == restart.question && one.correct == correct && one.text.starts_with(cut)));
            }
        }
    }

    #[test]
    fn crossed_bounds_name_the_field() {
        let options = RestartOptions { min_backtrack: 3, ..Default::default() };
        assert_eq!(
            RestartBuffer::build(&[], &options).unwrap_err().to_string(),
            "option `min_backtrack` got 3: give at most `max_backtrack`, which is 2"
        );
    }
}
