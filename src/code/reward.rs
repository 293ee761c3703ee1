//! The reward for code: runs a completion's program against its row's tests, in this process or in another.
//!
//! Accepts: a sample with `tests`. Refuses, as unscored: a sample without tests (`no_tests`), tests that cannot be used
//! (`bad_tests`), a language that the sandbox does not run. Everything that the program does wrong is `incorrect`.

use serde_json::{Value as Json, json};

use super::bad_tests::BadTests;
use super::compare::Compare;
use super::execution::{self, Execution};
use super::judge::Judge;
use super::limits::Limits;
use super::options::{CodeOptions, Isolation};
use super::report::Report;
use super::tests_spec::Tests;
use super::worker;
use crate::{Outcome, Result, Reward, Sample};

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
    pub(super) judge: Judge,
}

impl Code {
    /// A reward with these options.
    pub fn new(options: CodeOptions) -> Self {
        Self { judge: Judge { options } }
    }

    /// Runs a program, given as plain text, against tests and reports every test that ran; always in this process.
    ///
    /// Without `partial` the run ends at the first failure.
    ///
    /// # Errors
    /// The engine cannot be built here, or it is at fault: an error that [`is_backend`](crate::Error::is_backend).
    pub fn run(&self, program: &str, tests: &Tests) -> Result<Report> {
        self.judge.run(program, tests)
    }

    /// Runs a program, given as plain text, without tests; always in this process. `fuel` may lower the fuel of this reward.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// ```no_run
    /// use r1rewards::code::Code;
    /// let ran = Code::default().execute("print(int(input()) * 2)", "21\n", None)?;
    /// assert_eq!((ran.stdout.as_str(), ran.exit_code), ("42\n", Some(0)));
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    pub fn execute(&self, program: &str, stdin: &str, fuel: Option<u64>) -> Result<Execution> {
        let limits = self.judge.options.limits;
        execution::execute(program, stdin, Limits { fuel: fuel.map_or(limits.fuel, |fuel| fuel.min(limits.fuel)), ..limits })
    }

    /// Judges a completion as [`score`](Reward::score) does, and reports every test, also those after a failure. Always
    /// in this process.
    ///
    /// There is no report when nothing ran: the completion has no program, or the tests cannot be used.
    ///
    /// ```no_run
    /// use r1rewards::code::Code;
    /// let tests = serde_json::json!({"kind": "call", "entry": "f", "tests": [{"args": [3], "expected": 9}]});
    /// let (outcome, report) = Code::default().explain("def f(x): return x", &tests);
    /// assert!(!outcome.is_correct());
    /// assert_eq!(report.unwrap().tests[0].got, "3");
    /// ```
    pub fn explain(&self, completion: &str, tests: &Json) -> (Outcome, Option<Report>) {
        self.judge.explain(completion, tests)
    }

    /// Reads a row's `tests`, as [`Tests::read`], and checks that they [fit](Tests::fit) the limits of this reward.
    ///
    /// # Errors
    /// [`BadTests`], which says what is wrong.
    pub fn tests(&self, json: &Json) -> std::result::Result<Tests, BadTests> {
        self.judge.tests(json)
    }
}

impl Reward for Code {
    fn name(&self) -> &'static str {
        "code"
    }

    fn config(&self) -> Json {
        // Where programs run does not change what an outcome means.
        let CodeOptions { compare, partial, each_test, unsupported_is_unscored, limits, isolation: _ } = self.judge.options;
        let mut config = json!({
            "kind": "code",
            "compare": compare.to_string(),
            "partial": partial,
            "unsupported": if unsupported_is_unscored { "unscored" } else { "incorrect" },
            "fuel": limits.fuel,
            "memory": limits.memory,
            "output": limits.output,
        });
        if let Compare::Floats(tolerance) = compare {
            config["tolerance"] = json!(tolerance);
        }
        if each_test {
            config["each_test"] = json!(true);
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
        match self.judge.options.isolation {
            Isolation::Thread => self.judge.judge(&sample.completion, &self.judge.read_tests(sample)),
            Isolation::Process => worker::score_group(self.judge.options, &[sample]).remove(0),
        }
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        match self.judge.options.isolation {
            Isolation::Thread => self.judge.score_group(samples),
            Isolation::Process => worker::score_group(self.judge.options, samples),
        }
    }
}
