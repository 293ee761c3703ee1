//! `stdio` tests: each case runs in a fresh instance, reads its input from stdin, and its output is compared on the
//! host.
//!
//! Accepts: a program that ends normally, by `sys.exit(0)` or by `os._exit(0)`. Refuses: every other end, whatever was
//! written before.

use super::checker::Checker;
use super::compare::Compare;
use super::engine::Guest;
use super::limits::Limits;
use super::program::{Failure, Program};
use super::report::{TestReport, shown};
use super::tests_spec::StdioCase;
use super::value::Value;
use crate::Reason;

/// When an output is right.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) compare: Compare,
    pub(super) ignore_case: bool,
    pub(super) checker: Option<Checker<'a>>,
}

impl Rule<'_> {
    fn judge(&self, case: &StdioCase, got: &[u8]) -> Result<(), Failure> {
        let Some(checker) = &self.checker else {
            let cased = |text: &[u8]| if self.ignore_case { text.to_ascii_lowercase() } else { text.to_vec() };
            let right = std::iter::once(&case.output).chain(&case.also);
            let holds = |expected: &String| match self.ignore_case {
                true => self.compare.holds(&cased(expected.as_bytes()), &cased(got)),
                false => self.compare.holds(expected.as_bytes(), got),
            };
            return match right.into_iter().any(holds) {
                true => Ok(()),
                false => Err(Failure::new(Reason::WrongOutput, "the output is not the expected output")),
            };
        };
        let Ok(text) = std::str::from_utf8(got) else {
            return Err(Failure::new(Reason::WrongOutput, "the output is not UTF-8"));
        };
        let answer = Value::str(case.output.as_str());
        checker.judge(&Value::str(case.input.as_str()), Value::str(text), &answer, !case.output.trim().is_empty())
    }
}

/// Runs one case.
pub(super) fn run(guest: &Guest, source: &str, case: &StdioCase, rule: Rule<'_>, limits: Limits) -> TestReport {
    let mut program = match Program::new(guest, source, limits) {
        Ok(program) => program,
        Err(failure) => return TestReport::new(Err(failure)),
    };
    program.instance.set_stdin(case.input.as_bytes());
    let ended = program.run(source);
    let got = program.instance.stdout();
    let result = ended.and_then(|()| rule.judge(case, got));
    TestReport {
        input: shown(case.input.as_bytes()),
        expected: shown(case.output.as_bytes()),
        got: shown(got),
        stderr: shown(program.instance.stderr()),
        fuel: program.instance.fuel,
        memory: program.instance.memory(),
        ..TestReport::new(result)
    }
}
