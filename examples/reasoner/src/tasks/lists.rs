//! Small programs over lists: the prompt names two to three operations, the completion is a Python function that is run
//! against tests in the sandbox.
//!
//! A prompt is `keep>3,add 2,sum:`, a completion
//!
//! ```python
//! def f(x):
//!     x = [v for v in x if v > 3]
//!     x = [v + 2 for v in x]
//!     return sum(x)
//! ```

use anyhow::{Result, ensure};
use r1rewards::code::{Code, CodeOptions};
use r1rewards::train::{Random, Start};
use r1rewards::{Component, Sample};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Split, Task};
use crate::tokenizer::Pieces;

/// Options of the task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lists {
    /// The fewest and the most operations before the last line.
    pub operations: (usize, usize),
    /// Tests a problem.
    pub tests: usize,
    /// The warm start: the probability that a line of a trace is the one that is asked for, and not a random one.
    pub right: f64,
}

impl Default for Lists {
    fn default() -> Self {
        Self { operations: (1, 2), tests: 12, right: 0.65 }
    }
}

/// An operation on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Add(i64),
    Times(i64),
    KeepAbove(i64),
    KeepBelow(i64),
    KeepEven,
    Sort,
    Reverse,
    DropFirst,
}

/// What is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    List,
    Sum,
    Count,
    Most,
}

impl Step {
    fn draw(random: Random) -> Self {
        let number = 2 + i64::try_from(random.below(1, 8)).unwrap_or(0);
        match random.below(0, 8) {
            0 => Self::Add(number),
            1 => Self::Times(number),
            2 => Self::KeepAbove(number),
            3 => Self::KeepBelow(number),
            4 => Self::KeepEven,
            5 => Self::Sort,
            6 => Self::Reverse,
            _ => Self::DropFirst,
        }
    }

    fn asked(self) -> String {
        match self {
            Self::Add(number) => format!("add {number}"),
            Self::Times(number) => format!("times {number}"),
            Self::KeepAbove(number) => format!("keep>{number}"),
            Self::KeepBelow(number) => format!("keep<{number}"),
            Self::KeepEven => "keep even".to_owned(),
            Self::Sort => "sort".to_owned(),
            Self::Reverse => "reverse".to_owned(),
            Self::DropFirst => "drop first".to_owned(),
        }
    }

    fn line(self) -> String {
        let right = match self {
            Self::Add(number) => format!("[v + {number} for v in x]"),
            Self::Times(number) => format!("[v * {number} for v in x]"),
            Self::KeepAbove(number) => format!("[v for v in x if v > {number}]"),
            Self::KeepBelow(number) => format!("[v for v in x if v < {number}]"),
            Self::KeepEven => "[v for v in x if v % 2 == 0]".to_owned(),
            Self::Sort => "sorted(x)".to_owned(),
            Self::Reverse => "x[::-1]".to_owned(),
            Self::DropFirst => "x[1:]".to_owned(),
        };
        format!("    x = {right}\n")
    }

    fn apply(self, list: Vec<i64>) -> Vec<i64> {
        match self {
            Self::Add(number) => list.into_iter().map(|value| value + number).collect(),
            Self::Times(number) => list.into_iter().map(|value| value * number).collect(),
            Self::KeepAbove(number) => list.into_iter().filter(|value| *value > number).collect(),
            Self::KeepBelow(number) => list.into_iter().filter(|value| *value < number).collect(),
            Self::KeepEven => list.into_iter().filter(|value| value % 2 == 0).collect(),
            Self::Sort => {
                let mut list = list;
                list.sort_unstable();
                list
            }
            Self::Reverse => list.into_iter().rev().collect(),
            Self::DropFirst => list.into_iter().skip(1).collect(),
        }
    }
}

impl Last {
    fn draw(random: Random) -> Self {
        [Self::List, Self::Sum, Self::Count, Self::Most][random.below(0, 4)]
    }

    fn asked(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Sum => "sum",
            Self::Count => "count",
            Self::Most => "max",
        }
    }

    fn line(self) -> &'static str {
        match self {
            Self::List => "    return x",
            Self::Sum => "    return sum(x)",
            Self::Count => "    return len(x)",
            Self::Most => "    return max(x, default=0)",
        }
    }

    fn apply(self, list: &[i64]) -> Value {
        match self {
            Self::List => json!(list),
            Self::Sum => json!(list.iter().sum::<i64>()),
            Self::Count => json!(list.len()),
            Self::Most => json!(list.iter().max().copied().unwrap_or(0)),
        }
    }
}

impl Lists {
    /// Checks the options.
    ///
    /// # Errors
    /// The field at fault and the fix.
    pub fn check(&self) -> Result<()> {
        let (fewest, most) = self.operations;
        ensure!(
            1 <= fewest && fewest <= most && most <= 6,
            "`task.operations` is [{fewest}, {most}]: give two numbers from 1 to 6, the smaller first"
        );
        ensure!(self.tests > 0, "`task.tests` is 0: give at least 1");
        Ok(())
    }

    fn drawn(&self, random: Random) -> (Vec<Step>, Last) {
        let (fewest, most) = self.operations;
        let count = fewest + random.below(0, most - fewest + 1);
        ((1..=count as u64).map(|place| Step::draw(random.at(place))).collect(), Last::draw(random.at(0)))
    }

    fn prompt(steps: &[Step], last: Last) -> String {
        let mut asked: Vec<String> = steps.iter().map(|step| step.asked()).collect();
        asked.push(last.asked().to_owned());
        format!("{}:", asked.join(","))
    }

    fn tests(&self, steps: &[Step], last: Last, random: Random) -> Value {
        let test = |index: u64| {
            let random = random.at(index);
            // The first two lists are the shortest; the others have three to seven entries.
            let length = if index < 2 { index } else { 3 + random.below(0, 5) as u64 };
            let list: Vec<i64> = (1..=length).map(|place| i64::try_from(random.below(place, 13)).unwrap_or(0)).collect();
            let result = steps.iter().fold(list.clone(), |list, step| step.apply(list));
            json!({ "args": [list], "expected": last.apply(&result) })
        };
        json!({ "kind": "call", "entry": "f", "tests": (0..self.tests as u64).map(test).collect::<Vec<_>>() })
    }
}

/// One of five problems is held out, by a hash of its prompt.
fn is_held_out(prompt: &str) -> bool {
    prompt.bytes().fold(Random::new(3), |hash, byte| hash.at(u64::from(byte))).below(0, 5) == 0
}

impl Task for Lists {
    fn tokenizer(&self) -> Pieces {
        let follow_up = self.follow_up();
        let longer = [
            "def f(x):\n",
            "    x = ",
            "    return ",
            " for v in x",
            " if v",
            "sorted(x)",
            "x[::-1]",
            "x[1:]",
            " % 2 == 0",
            "sum(x)",
            "len(x)",
            "max(x, default=0)",
            "add ",
            "times ",
            "keep",
            " even",
            "sort",
            "reverse",
            "drop first",
            "list",
            "sum",
            "count",
            "max",
            follow_up.as_str(),
        ];
        Pieces::new(&longer, "0123456789+*<>,:[]vx \n")
    }

    fn rewards(&self) -> Vec<Component> {
        vec![Code::new(CodeOptions::default()).into()]
    }

    fn problem(&self, split: Split, random: Random) -> Start {
        let mut drawn = (0..).map(|attempt| self.drawn(random.at(attempt)));
        let wanted = |(steps, last): &(Vec<Step>, Last)| is_held_out(&Self::prompt(steps, *last)) == (split == Split::HeldOut);
        let (steps, last) = drawn.find(wanted).unwrap_or((Vec::new(), Last::List));
        let prompt = Self::prompt(&steps, last);
        let mut row = Sample::default().with_prompt(prompt.clone());
        row.tests = Some(self.tests(&steps, last, random.at(u64::MAX)).into());
        row.fields.insert("lines".into(), json!(steps.iter().map(|step| step.line()).collect::<Vec<_>>()));
        row.fields.insert("last".into(), json!(last.line()));
        Start::fresh(row, prompt)
    }

    fn trace(&self, problem: &Start, random: Random) -> String {
        let lines: Vec<String> =
            problem.row.fields.get("lines").and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default();
        let mut program = "def f(x):\n".to_owned();
        for (place, line) in (0..).zip(&lines) {
            let right = random.uniform(place) < self.right;
            program += &if right { line.clone() } else { Step::draw(random.at(place)).line() };
        }
        let last = problem.row.fields.get("last").and_then(Value::as_str).unwrap_or_default();
        program + if random.uniform(u64::MAX) < self.right { last } else { Last::draw(random.at(u64::MAX)).line() }
    }

    fn solved(&self, problem: &Start, random: Random) -> String {
        Self { right: 1.0, ..self.clone() }.trace(problem, random)
    }

    fn reworded(&self, prompt: &str) -> String {
        prompt.replace(',', ", ")
    }

    fn follow_up(&self) -> String {
        "\nThe program may be wrong. Correct it if it is.\n".to_owned()
    }

    fn same(&self, left: &str, right: &str) -> bool {
        left == right
    }

    fn before_marker(&self, _: &str) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use r1rewards::train::Tokenizer;

    use super::*;

    #[test]
    fn a_trace_of_right_lines_passes_the_tests() {
        let task = Lists { right: 1.0, ..Lists::default() };
        let (scorer, tokenizer) = (crate::stages::scorer(&task, 0.0).unwrap(), task.tokenizer());
        for index in 0..40 {
            let random = Random::new(3).at(index);
            let problem = task.problem(Split::Train, random);
            let trace = task.trace(&problem, random);
            assert_eq!(tokenizer.decode(&tokenizer.encode(&trace).unwrap()), trace);
            tokenizer.encode(&problem.prompt).unwrap();
            let outcome = scorer.score(&Sample { completion: trace.clone(), ..problem.row });
            assert!(outcome.is_correct(), "{} {trace} {outcome:?}", problem.prompt);
        }
    }
}
