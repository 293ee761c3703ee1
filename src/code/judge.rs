//! Runs a program against tests in this process; gives the verdict and a report of every test.
//!
//! Accepts: a completion and the tests of its row. Refuses, as unscored: tests that cannot be used. Everything that the
//! program does wrong is `incorrect`.

use serde_json::Value as Json;

use super::bad_tests::{BadTests, Read};
use super::call::Calls;
use super::checker::Checker;
use super::engine::Guest;
use super::extract::extract_program;
use super::limits::Limits;
use super::options::CodeOptions;
use super::report::{Report, TestReport};
use super::slots::Slot;
use super::tests_spec::{TestKind, Tests};
use super::{asserts, forms, stdio};
use crate::core::cancel;
use crate::{Outcome, Reason, Result, Sample};

/// Judges on the calling thread; the `isolation` of the options is ignored here.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Judge {
    pub(super) options: CodeOptions,
}

impl Judge {
    /// Runs a program against tests; see [`Code::run`](super::Code::run).
    pub(super) fn run(&self, program: &str, tests: &Tests) -> Result<Report> {
        let guest = Guest::python()?;
        let _slot = Slot::take();
        // A row may set less fuel than the reward allows, never more.
        let capped = |fuel: Option<u64>, most: u64| fuel.map_or(most, |fuel| fuel.min(most));
        let limits = Limits { fuel: capped(tests.fuel, self.options.limits.fuel), ..self.options.limits };
        let with = |fuel: Option<u64>| Limits { fuel: capped(fuel, limits.fuel), ..limits };
        Ok(match &tests.kind {
            TestKind::Stdio { cases, compare, ignore_case, checker } => {
                let compare = compare.unwrap_or(self.options.compare);
                let checker = checker.as_deref().map(|source| Checker { guest: &guest, source, limits });
                let rule = stdio::Rule { compare, ignore_case: *ignore_case, checker };
                self.all(cases, |case| stdio::run(&guest, program, case, rule, with(case.fuel)))
            }
            TestKind::Call { entry, cases, equality, calling } => {
                let checker = calling.checker.as_deref().map(|source| Checker { guest: &guest, source, limits });
                let equality = *equality;
                let mut calls = Calls { guest: &guest, source: program, entry, equality, calling, checker, program: None };
                self.all(cases, |case| calls.run(case, with(case.fuel)))
            }
            TestKind::Asserts(tests) => {
                let tests = asserts::run(&guest, program, tests, limits, self.runs_all());
                Report { total: tests.len(), fuel: tests.iter().map(|test| test.fuel).sum(), tests }
            }
        })
    }

    /// Judges a completion and reports every test; see [`Code::explain`](super::Code::explain).
    pub(super) fn explain(&self, completion: &str, tests: &Json) -> (Outcome, Option<Report>) {
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
        let all = Self { options: CodeOptions { each_test: true, ..self.options } };
        match all.run(&program, &tests) {
            Ok(report) => (self.outcome_of_report(&report, program), Some(report)),
            Err(error) => (Outcome::unscored(Reason::Internal).with_detail(error.to_string()), None),
        }
    }

    /// Reads a row's `tests`, as [`Tests::read`], and checks that they [fit](Tests::fit) the limits of this reward.
    ///
    /// # Errors
    /// [`BadTests`], which says what is wrong.
    pub(super) fn tests(&self, json: &Json) -> Read<Tests> {
        let tests = Tests::read(json)?;
        tests.fit(&self.options.limits)?;
        Ok(tests)
    }

    /// Judges samples one after the other. Consecutive samples with the same tests share one parsed copy, since tests
    /// may be megabytes.
    pub(super) fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let alike = samples.chunk_by(|a, b| forms::same_row(a, b));
        let judged = alike.flat_map(|same| {
            let tests = self.read_tests(same[0]);
            let judge = move |sample: &&Sample| {
                if cancel::cancelled() { cancel::no_outcome() } else { self.judge(&sample.completion, &tests) }
            };
            same.iter().map(judge)
        });
        judged.collect()
    }

    /// Whether tests run after one that failed.
    fn runs_all(&self) -> bool {
        self.options.partial || self.options.each_test
    }

    fn all<T>(&self, cases: &[T], mut run: impl FnMut(&T) -> TestReport) -> Report {
        let mut report = Report { total: cases.len(), ..Report::default() };
        for case in cases {
            let test = run(case);
            report.fuel += test.fuel;
            let enough = !test.passed() && !self.runs_all();
            report.tests.push(test);
            if enough || cancel::cancelled() {
                break;
            }
        }
        report
    }

    /// The outcome of a program that ran: with `each_test`, its components are the tests, `test 1` first.
    fn outcome_of_report(&self, report: &Report, program: std::borrow::Cow<str>) -> Outcome {
        let mut outcome = self.outcome(report).with_work(report.fuel).with_extracted(program);
        if self.options.each_test {
            let test = |(index, test): (usize, &TestReport)| {
                let ended = match test.passed() {
                    true => Outcome::correct(test.reason),
                    false if self.is_unscored(test.reason) => Outcome::unscored(test.reason),
                    false => Outcome::incorrect(test.reason),
                };
                let judged = ended.with_extracted(test.got.as_str()).with_detail(test.described()).with_work(test.fuel);
                (format!("test {}", index + 1), judged)
            };
            outcome.components = report.tests.iter().enumerate().map(test).collect();
        }
        outcome
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

    /// Judges one completion against tests that were read.
    pub(super) fn judge(&self, completion: &str, tests: &std::result::Result<Tests, Box<Outcome>>) -> Outcome {
        let tests = match tests {
            Ok(tests) => tests,
            Err(outcome) => return Outcome::clone(outcome),
        };
        self.outcome_of(completion, tests)
            .unwrap_or_else(|error| Outcome::unscored(Reason::Internal).with_detail(error.to_string()))
    }

    /// Judges one completion; the sandbox that does not start is an error and not an outcome.
    pub(super) fn outcome_of(&self, completion: &str, tests: &Tests) -> Result<Outcome> {
        let program = match extract_program(completion) {
            Ok(program) => program,
            Err(reason) => return Ok(Outcome::incorrect(reason)),
        };
        let report = self.run(&program, tests)?;
        Ok(self.outcome_of_report(&report, program))
    }

    /// The tests of a row, or the outcome of every completion when there are none that can be used.
    pub(super) fn read_tests(&self, sample: &Sample) -> std::result::Result<Tests, Box<Outcome>> {
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
