//! The countdown: write an expression that uses each given number once and equals the target.
//!
//! A prompt is `3,7,8=2:`, a completion `<think>3+8=11-7=4 no wait 3+7=10-8=2 yes</think><answer>3+7-8</answer>`. The
//! thinking shows running totals from left to right and whether the last one is the target; ` wait ` begins another try.

use anyhow::{Result, ensure};
use r1rewards::structure::Format;
use r1rewards::train::{Random, Start};
use r1rewards::{Component, RewardExt, Sample};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::expression::expression;
use super::uses_numbers::{UsesNumbers, numbers_of};
use super::voice::Voice;
use super::{Split, Task};
use crate::tokenizer::Pieces;

/// Options of the task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Countdown {
    /// The fewest and the most numbers of a problem.
    pub numbers: (usize, usize),
    /// The largest number; the smallest is 1.
    pub largest: i64,
    /// The largest target and running total; the smallest is 0.
    pub largest_total: i64,
    /// The operators: some of `+-*`.
    pub operators: String,
    /// The warm start: of this many random tries, a trace shows the first that reaches the target, or the last.
    pub best_of: usize,
    /// The warm start: the share of traces that go on trying after a miss. The others answer with their first try.
    pub searchers: f64,
    /// The warm start: the most tries of a trace.
    pub most_tries: usize,
    /// The words of traces.
    pub voice: Voice,
    /// Whether a completion is incorrect whose thinking holds a false sum, such as `3+8=12`.
    pub true_sums: bool,
    /// Whether a number below 100 is one token, and not one for each digit.
    pub number_tokens: bool,
}

impl Default for Countdown {
    fn default() -> Self {
        Self {
            numbers: (3, 3),
            largest: 9,
            largest_total: 99,
            operators: "+-".to_owned(),
            best_of: 1,
            searchers: 0.2,
            most_tries: 5,
            voice: Voice::Plain,
            true_sums: true,
            number_tokens: true,
        }
    }
}

/// A chain of operations from left to right.
struct Chain {
    /// `3+7=10-8=2`
    shown: String,
    /// `3+7-8`
    expression: String,
    total: i64,
}

impl Countdown {
    /// Checks the options.
    ///
    /// # Errors
    /// The field at fault and the fix. Sums of all numbers must stay in range, so that every problem has a solution.
    pub fn check(&self) -> Result<()> {
        let (fewest, most) = self.numbers;
        ensure!(
            2 <= fewest && fewest <= most && most <= 8,
            "`task.numbers` is [{fewest}, {most}]: give two numbers from 2 to 8, the smaller first"
        );
        ensure!((2..=99).contains(&self.largest), "`task.largest` is {}: give 2 to 99", self.largest);
        let sum = self.largest.saturating_mul(i64::try_from(most)?);
        ensure!(self.largest_total >= sum, "`task.largest_total` is {}: give at least {sum}, the largest sum", self.largest_total);
        let known = self.operators.contains('+') && self.operators.chars().all(|operator| "+-*".contains(operator));
        ensure!(known, "`task.operators` is {:?}: give + and, if wanted, - and *", self.operators);
        // Drawing a problem of a split that has none would never end.
        let held_out: Vec<bool> = (0..1000)
            .map(|index| {
                let (numbers, target) = self.drawn(Random::new(0).at(index));
                is_held_out(&numbers, target)
            })
            .collect();
        ensure!(
            held_out.contains(&true) && held_out.contains(&false),
            "the task has too few problems for two splits: give larger `task.numbers` or `task.largest`, or more operators"
        );
        Ok(())
    }

    /// A random chain of all numbers whose totals stay in range.
    fn chain(&self, numbers: &[i64], random: Random) -> Chain {
        let operators: Vec<char> = self.operators.chars().collect();
        // Sums stay in range for the sizes that `check` allows, so that some try succeeds.
        for attempt in 0.. {
            let random = random.at(attempt);
            let mut order = numbers.to_vec();
            random.shuffle(&mut order);
            let pick =
                |place: usize| if attempt < 64 { operators[random.below(1000 + place as u64, operators.len())] } else { '+' };
            if let Some(chain) = self.follow(&order, pick) {
                return chain;
            }
        }
        unreachable!("a chain of sums is in range")
    }

    fn follow(&self, order: &[i64], pick: impl Fn(usize) -> char) -> Option<Chain> {
        let mut total = *order.first()?;
        let mut chain = Chain { shown: total.to_string(), expression: total.to_string(), total };
        let mut is_sum = false;
        for (place, number) in order.iter().enumerate().skip(1) {
            let operator = pick(place);
            total = match operator {
                '+' => total + number,
                '-' => total - number,
                _ => total * number,
            };
            if total < 0 || total > self.largest_total {
                return None;
            }
            if operator == '*' && is_sum {
                chain.expression = format!("({})", chain.expression);
            }
            is_sum = operator != '*';
            chain.expression += &format!("{operator}{number}");
            chain.shown += &format!("{operator}{number}={total}");
        }
        Some(Chain { total, ..chain })
    }

    /// The first of some random tries that reaches the target, or the last of them; none that was shown before, if there
    /// is another.
    fn one_try(&self, numbers: &[i64], target: i64, shown: &[String], random: Random) -> Chain {
        let mut left = self.best_of.max(1);
        for attempt in 0.. {
            let chain = self.chain(numbers, random.at(attempt));
            if shown.contains(&chain.shown) && attempt < 50 {
                continue;
            }
            left -= 1;
            if left == 0 || chain.total == target {
                return chain;
            }
        }
        unreachable!("the loop ends when no try is left")
    }

    fn drawn(&self, random: Random) -> (Vec<i64>, i64) {
        let (fewest, most) = self.numbers;
        let count = fewest + random.below(0, most - fewest + 1);
        #[expect(
            clippy::cast_possible_wrap,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the largest number"
        )]
        let numbers: Vec<i64> = (1..=count as u64).map(|place| 1 + random.below(place, self.largest as usize) as i64).collect();
        let target = self.chain(&numbers, random.at(1)).total;
        (numbers, target)
    }
}

/// One of five problems is held out, by a hash of its numbers in ascending order and the target.
fn is_held_out(numbers: &[i64], target: i64) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.push(target);
    let hash = sorted.iter().fold(Random::new(2), |hash, number| hash.at(number.unsigned_abs()));
    hash.below(0, 5) == 0
}

impl Task for Countdown {
    fn tokenizer(&self) -> Pieces {
        let follow_up = self.follow_up();
        // A number below 100 is one token: sums are then a table, and the target can be found again by its token.
        let numbers: Vec<String> = (10..100).map(|number| number.to_string()).collect();
        let mut longer = vec!["<think>", "</think>", "<answer>", "</answer>", follow_up.as_str()];
        longer.extend(Voice::pieces());
        longer.extend(numbers.iter().map(String::as_str).filter(|_| self.number_tokens));
        Pieces::new(&longer, "0123456789+-*=,:()\n")
    }

    fn rewards(&self) -> Vec<Component> {
        vec![UsesNumbers { true_sums: self.true_sums }.into(), Format::think_answer().weight(0.1)]
    }

    fn has_languages(&self) -> bool {
        matches!(self.voice, Voice::Words { .. })
    }

    fn problem(&self, split: Split, random: Random) -> Start {
        let mut draws = (0..).map(|attempt| self.drawn(random.at(attempt)));
        let wanted = |problem: &(Vec<i64>, i64)| is_held_out(&problem.0, problem.1) == (split == Split::HeldOut);
        let (numbers, target) = draws.find(wanted).unwrap_or_default();
        let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
        let prompt = format!("{}={target}:", list.join(","));
        let mut row = Sample::default().with_prompt(prompt.clone()).with_answer(target.to_string());
        row.fields.insert("numbers".into(), json!(numbers));
        row.fields.insert("target".into(), json!(target));
        Start::fresh(row, prompt)
    }

    fn trace(&self, problem: &Start, random: Random) -> String {
        let (numbers, target) = numbers_of(&problem.row);
        let most = if random.uniform(0) < self.searchers { self.most_tries.max(1) } else { 1 };
        let mut shown: Vec<String> = Vec::new();
        loop {
            let chain = self.one_try(&numbers, target, &shown, random.at(shown.len() as u64));
            shown.push(chain.shown);
            let hit = chain.total == target;
            if hit || shown.len() >= most {
                let thinking = self.voice.thinking(&shown, hit, random.at(u64::MAX));
                return format!("<think>{thinking}</think><answer>{}</answer>", chain.expression);
            }
        }
    }

    fn solved(&self, problem: &Start, random: Random) -> String {
        let (numbers, target) = numbers_of(&problem.row);
        let hit = (0..100_000).map(|attempt| self.chain(&numbers, random.at(attempt))).find(|chain| chain.total == target);
        let Some(chain) = hit else { return self.trace(problem, random) };
        let thinking = self.voice.thinking(&[chain.shown], true, random.at(u64::MAX));
        format!("<think>{thinking}</think><answer>{}</answer>", chain.expression)
    }

    fn reworded(&self, prompt: &str) -> String {
        // `2=3,7,8:`
        let (numbers, target) = prompt.trim_end_matches(':').split_once('=').unwrap_or((prompt, ""));
        format!("{target}={numbers}:")
    }

    fn follow_up(&self) -> String {
        "\nThere may be an error in the solution above. Correct it if there is one.\n".to_owned()
    }

    fn same(&self, left: &str, right: &str) -> bool {
        match (expression(left), expression(right)) {
            (Some(left), Some(right)) => left.value == right.value,
            _ => false,
        }
    }

    fn before_marker(&self, completion: &str) -> Option<String> {
        let draft = Voice::before_again(completion)?;
        // `3+7=10-8=2` without its totals.
        let mut parts = Voice::last_try(draft).split('=');
        let mut expression = parts.next()?.to_owned();
        for part in parts {
            let from = part.find(['+', '-', '*']).unwrap_or(part.len());
            if part[from..].starts_with('*') && expression.contains(['+', '-']) {
                expression = format!("({expression})");
            }
            expression += &part[from..];
        }
        Some(format!("<think>{draft}</think><answer>{expression}</answer>"))
    }
}

#[cfg(test)]
mod tests {
    use r1rewards::Reason;

    use super::*;

    #[test]
    fn traces_have_the_form_that_is_rewarded() {
        let task = Countdown { operators: "+-*".into(), numbers: (3, 5), ..Countdown::default() };
        let (scorer, tokenizer) = (crate::stages::scorer(&task, 0.0).unwrap(), task.tokenizer());
        let mut correct = 0;
        for index in 0..300 {
            let random = Random::new(5).at(index);
            let problem = task.problem(Split::Train, random);
            let trace = task.trace(&problem, random.at(1));
            assert_eq!(
                r1rewards::train::Tokenizer::decode(&tokenizer, &r1rewards::train::Tokenizer::encode(&tokenizer, &trace).unwrap()),
                trace
            );
            let outcome = scorer.score(&Sample { completion: trace.clone(), ..problem.row.clone() });
            assert!(outcome.components[1].1.is_correct(), "{trace}");
            assert!(matches!(outcome.reason, Reason::Equal | Reason::Different), "{trace} {outcome:?}");
            correct += usize::from(outcome.is_correct());
            if trace.contains(" wait ") {
                let draft = task.before_marker(&trace).unwrap();
                let outcome = scorer.score(&Sample { completion: draft.clone(), ..problem.row });
                assert_eq!(outcome.reason, Reason::Different, "a try that is followed by another has missed: {draft}");
            }
        }
        assert!((30..270).contains(&correct), "{correct}");
    }

    #[test]
    fn no_problem_is_in_both_splits() {
        let task = Countdown::default();
        let of = |split| super::super::distinct(&task, split, 100, Random::new(1));
        let train: Vec<_> = of(Split::Train).into_iter().map(|start| start.prompt).collect();
        assert!(of(Split::HeldOut).iter().all(|start| !train.contains(&start.prompt)));
    }
}
