//! `stdio` tests: each case runs in a fresh instance, reads its input from stdin, and its output is compared on the
//! host.
//!
//! Accepts: a program that ends normally, by `sys.exit(0)` or by `os._exit(0)`. Refuses: every other end, whatever was
//! written before.

use super::compare::Compare;
use super::engine::Guest;
use super::limits::Limits;
use super::program::{Failure, Program};
use super::report::{TestReport, shown};
use super::tests_spec::StdioCase;
use crate::Reason;

/// Runs one case.
pub(super) fn run(guest: &Guest, source: &str, case: &StdioCase, compare: Compare, limits: Limits) -> TestReport {
    let mut program = match Program::new(guest, source, limits) {
        Ok(program) => program,
        Err(failure) => return TestReport::new(Err(failure)),
    };
    program.instance.set_stdin(case.input.as_bytes());
    let ended = program.run(source);
    let got = program.instance.stdout();
    let result = ended.and_then(|()| match compare.holds(case.output.as_bytes(), got) {
        true => Ok(()),
        false => Err(Failure::new(Reason::WrongOutput, "the output is not the expected output")),
    });
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
