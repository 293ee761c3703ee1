//! The reward: a completion's program against its row's tests.
//!
//! Accepts: a sample with `tests`. Refuses: a sample without (`no_tests`), tests that cannot be used (`bad_tests`), a language that the sandbox does not run;
//! all unscored. Everything that the program does wrong is `incorrect`.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::bad_tests::BadTests;
use super::call::Calls;
use super::compare::Compare;
use super::engine::Guest;
use super::extract::extract_program;
use super::limits::Limits;
use super::report::{Report, TestReport};
use super::slots::Slot;
use super::tests_spec::{Kind, Tests};
use super::{asserts, forms, stdio, worker};
use crate::{Outcome, Reason, Reward, Sample, cancel};

/// Where programs run. It changes no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// In this process, on the thread that scores.
    #[default]
    Thread,
    /// In a worker process for every thread that scores: scales with the cores, and survives a fault of the engine. See [`set_worker`](super::set_worker).
    Process,
}

impl Isolation {
    /// The names that specs use, the default first.
    pub const NAMES: [&str; 2] = ["thread", "process"];
}

/// What a [`Code`] reward is built from.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CodeOptions {
    /// How output is compared where the row doesn't say it.
    pub compare: Compare,
    /// The reward is the fraction of tests that pass, instead of 1 for all and 0 otherwise.
    pub partial: bool,
    /// A program that needs what the sandbox lacks is unscored instead of incorrect: for audits of reference solutions, not for training.
    pub unsupported_is_unscored: bool,
    /// What a request may use.
    pub limits: Limits,
    /// Where programs run.
    pub isolation: Isolation,
}

/// Runs the program of a completion against the tests of its row.
///
/// ```no_run
/// use r1rewards::{Reward, Sample, code::Code};
/// let mut sample = Sample::new("```python\ndef f(x): return x * x\n```");
/// sample.tests = Some(serde_json::json!({"kind": "call", "entry": "f", "tests": [{"args": [3], "expected": 9}]}).into());
/// assert!(Code::default().score(&sample).is_correct());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Code {
    options: CodeOptions,
}

impl Code {
    /// A reward with these options.
    pub fn new(options: CodeOptions) -> Self {
        Self { options }
    }

    /// Runs a program, given as plain text, against tests and says what every test said; always in this process.
    ///
    /// Without `partial` the run ends at the first failure.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn run(&self, program: &str, tests: &Tests) -> Result<Report, String> {
        let guest = Guest::python()?;
        let _slot = Slot::take();
        // A row may ask for less than the reward allows, never for more.
        let capped = |fuel: Option<u64>, most: u64| fuel.map_or(most, |fuel| fuel.min(most));
        let limits = Limits { fuel: capped(tests.fuel, self.options.limits.fuel), ..self.options.limits };
        let with = |fuel: Option<u64>| Limits { fuel: capped(fuel, limits.fuel), ..limits };
        Ok(match &tests.kind {
            Kind::Stdio { cases, compare } => {
                let compare = compare.unwrap_or(self.options.compare);
                self.all(cases, |case| stdio::run(&guest, program, case, compare, with(case.fuel)))
            }
            Kind::Call { entry, cases, equality } => {
                let mut calls = Calls { guest: &guest, source: program, entry, equality: *equality, program: None };
                self.all(cases, |case| calls.run(case, with(case.fuel)))
            }
            Kind::Asserts(tests) => self.all(&[()], |()| asserts::run(&guest, program, tests, limits)),
        })
    }

    /// Judges a completion as [`score`](Reward::score) does, and says what every test said: none is left out behind a failure. Always in this process.
    ///
    /// There is no report where nothing ran: no program, or tests that cannot be used.
    ///
    /// ```no_run
    /// use r1rewards::code::Code;
    /// let tests = serde_json::json!({"kind": "call", "entry": "f", "tests": [{"args": [3], "expected": 9}]});
    /// let (outcome, report) = Code::default().explain("def f(x): return x", &tests);
    /// assert!(!outcome.is_correct());
    /// assert_eq!(report.unwrap().tests[0].got, "3");
    /// ```
    pub fn explain(&self, completion: &str, tests: &Json) -> (Outcome, Option<Report>) {
        if tests.is_null() {
            return (no_tests(), None);
        }
        let tests = match self.tests(tests) {
            Ok(tests) => tests,
            Err(bad) => return (Outcome::unscored(bad.reason).with_detail(bad.detail), None),
        };
        let program = match extract_program(completion) {
            Ok(program) => program,
            Err(reason) => return (Outcome::incorrect(reason), None),
        };
        let all = Self::new(CodeOptions { partial: true, ..self.options });
        match all.run(program, &tests) {
            Ok(report) => (self.outcome(&report).with_work(report.fuel).with_extracted(program), Some(report)),
            Err(detail) => (Outcome::unscored(Reason::Internal).with_detail(detail), None),
        }
    }

    /// Reads a row's `tests`, as [`Tests::read`], and checks that they [fit](Tests::fit) the limits of this reward.
    ///
    /// # Errors
    /// [`BadTests`], which says what is wrong.
    pub fn tests(&self, json: &Json) -> Result<Tests, BadTests> {
        let tests = Tests::read(json)?;
        tests.fit(&self.options.limits)?;
        Ok(tests)
    }

    fn all<T>(&self, cases: &[T], mut run: impl FnMut(&T) -> TestReport) -> Report {
        let mut report = Report { total: cases.len(), ..Report::default() };
        for case in cases {
            let test = run(case);
            report.fuel += test.fuel;
            let enough = !test.passed() && !self.options.partial;
            report.tests.push(test);
            if enough || cancel::cancelled() {
                break;
            }
        }
        report
    }

    fn outcome(&self, report: &Report) -> Outcome {
        let failed = report.tests.iter().enumerate().find(|(_, test)| !test.passed());
        let Some((index, first)) = failed else { return Outcome::correct(Reason::Passed) };
        let detail = format!("test {} of {}: {}", index + 1, report.total, first.detail);
        if self.is_unscored(first.reason) {
            return Outcome::unscored(first.reason).with_detail(detail);
        }
        let passed = report.tests.iter().filter(|test| test.passed()).count();
        if !self.options.partial || passed == 0 {
            return Outcome::incorrect(first.reason).with_detail(detail);
        }
        #[expect(clippy::cast_precision_loss, reason = "a row has few tests")]
        let value = passed as f64 / report.total as f64;
        Outcome::valued(crate::Verdict::Incorrect, value, first.reason)
            .with_detail(format!("{passed} of {} tests pass; {detail}", report.total))
    }

    fn judge(&self, completion: &str, tests: &Result<Tests, Box<Outcome>>) -> Outcome {
        let tests = match tests {
            Ok(tests) => tests,
            Err(outcome) => return Outcome::clone(outcome),
        };
        let program = match extract_program(completion) {
            Ok(program) => program,
            Err(reason) => return Outcome::incorrect(reason),
        };
        match self.run(program, tests) {
            Ok(report) => self.outcome(&report).with_work(report.fuel).with_extracted(program),
            Err(detail) => Outcome::unscored(Reason::Internal).with_detail(detail),
        }
    }

    /// The tests of a row, or what is said of it without them.
    fn read_tests(&self, sample: &Sample) -> Result<Tests, Box<Outcome>> {
        let unusable = |bad: BadTests| Box::new(Outcome::unscored(bad.reason).with_detail(bad.detail));
        match forms::of_row(sample).map_err(unusable)? {
            Some(tests) => self.tests(&tests).map_err(unusable),
            None => Err(Box::new(no_tests())),
        }
    }

    fn is_unscored(&self, reason: Reason) -> bool {
        match reason {
            Reason::BadTests | Reason::Internal => true,
            Reason::Unsupported => self.options.unsupported_is_unscored,
            _ => false,
        }
    }
}

fn no_tests() -> Outcome {
    Outcome::unscored(Reason::NoTests).with_detail("the row has no `tests`")
}

impl Reward for Code {
    fn name(&self) -> &'static str {
        "code"
    }

    fn config(&self) -> Json {
        // Where programs run is no part of what an outcome means.
        let CodeOptions { compare, partial, unsupported_is_unscored, limits, isolation: _ } = self.options;
        let mut config = json!({
            "kind": "code",
            "compare": compare.name(),
            "partial": partial,
            "unsupported": if unsupported_is_unscored { "unscored" } else { "incorrect" },
            "fuel": limits.fuel,
            "memory": limits.memory,
            "output": limits.output,
        });
        if let Compare::Floats(tolerance) = compare {
            config["tolerance"] = json!(tolerance);
        }
        // No spec can set these two.
        let default = Limits::default();
        for (name, bytes, usual) in [("reply", limits.reply, default.reply), ("source", limits.source, default.source)] {
            if bytes != usual {
                config[name] = json!(bytes);
            }
        }
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        if self.options.isolation == Isolation::Process {
            return self.score_group(&[sample]).remove(0);
        }
        self.judge(&sample.completion, &self.read_tests(sample))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        match self.options.isolation {
            // The tests of a row are read once for all of its completions: they may be megabytes.
            Isolation::Thread => samples
                .chunk_by(|a, b| forms::same_row(a, b))
                .flat_map(|same| {
                    let tests = self.read_tests(same[0]);
                    let judge = move |sample: &&Sample| {
                        if cancel::cancelled() { cancel::no_outcome() } else { self.judge(&sample.completion, &tests) }
                    };
                    same.iter().map(judge)
                })
                .collect(),
            Isolation::Process => worker::score_group(self.options, samples),
        }
    }
}
