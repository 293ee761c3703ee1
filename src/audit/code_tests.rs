//! What is wrong with the tests of a row: they cannot be used, contradict each other, pass a program that ignores its
//! input, or fail the row's own solution.

use std::collections::HashMap;

use super::finding::FindingCode;
use super::stubs::{self, Stubs};
use super::words::shorten;
use crate::code::{Code, Reader, TestKind, Tests, Value as PyValue};
use crate::{Error, Outcome, Reason, Sample, Verdict};

/// The most solutions of a row that are run.
const MOST_SOLUTIONS: usize = 3;
/// What became of a solution whose tests are at fault.
const UNUSABLE: &str = "skipped: the tests cannot be used";

/// What the tests of a row showed.
#[derive(Default)]
pub(super) struct Examined {
    /// What is wrong.
    pub(super) faults: Vec<(FindingCode, String)>,
    /// What became of the row's solution, for the table.
    pub(super) solution: String,
    /// Why the sandbox did not start.
    pub(super) broken: Option<String>,
}

/// The solutions of a row, one after the other.
enum Tried {
    Passed,
    /// The finding, and the reason of the first.
    Failed(String, Reason),
    /// Why nothing can be said.
    Skipped(String),
    /// The tests are at fault.
    Bad(String),
    /// The sandbox is at fault.
    NotRun(String),
}

/// Examines the tests of a row, and the row's own solutions, if it has any. They are read as the code reward reads them.
/// Nothing is run if `broken` says why the sandbox does not start.
pub(super) fn examine(
    code: &Code,
    reader: &mut Reader,
    row: &Sample,
    solutions: &std::result::Result<Vec<String>, String>,
    broken: Option<&str>,
) -> Examined {
    let mut examined = Examined::default();
    let tests = match code.tests_of(row) {
        Ok(tests) => tests,
        Err(outcome) => {
            UNUSABLE.clone_into(&mut examined.solution);
            examined.bad(why(&outcome));
            return examined;
        }
    };
    examined.faults.extend(contradiction(&tests));
    if let Some(why) = broken {
        examined.not_run(why);
    } else if let Err(error) = run(code, reader, &tests, solutions, &mut examined) {
        examined.not_run(&error.to_string());
        examined.broken = Some(error.to_string());
    }
    examined
}

impl Examined {
    fn not_run(&mut self, why: &str) {
        self.faults.push((FindingCode::TestsNotRun, shorten(why)));
        if self.solution.is_empty() {
            "skipped: the sandbox failed".clone_into(&mut self.solution);
        }
    }

    fn bad(&mut self, why: String) {
        self.faults.push((FindingCode::TestsBad, why));
    }
}

fn run(
    code: &Code,
    reader: &mut Reader,
    tests: &Tests,
    solutions: &std::result::Result<Vec<String>, String>,
    examined: &mut Examined,
) -> std::result::Result<(), Error> {
    let tried = match solutions {
        Err(problem) => Some(Tried::Skipped(problem.clone())),
        Ok(solutions) if solutions.is_empty() => None,
        Ok(solutions) => Some(try_all(code, tests, solutions)?),
    };
    let passed = matches!(tried, Some(Tried::Passed));
    match tried {
        None => "none given".clone_into(&mut examined.solution),
        Some(Tried::Passed) => "passed".clone_into(&mut examined.solution),
        Some(Tried::Skipped(why)) => examined.solution = format!("skipped: {}", shorten(&why)),
        Some(Tried::NotRun(why)) => {
            examined.not_run(&why);
            return Ok(());
        }
        Some(Tried::Bad(why)) => {
            UNUSABLE.clone_into(&mut examined.solution);
            examined.bad(why);
            return Ok(());
        }
        Some(Tried::Failed(detail, reason)) => {
            examined.solution = format!("failed: {}", reason.code());
            examined.faults.push((FindingCode::ReferenceFails, detail));
        }
    }
    vacuous(code, reader, tests, passed, examined)
}

/// Runs the first solutions until one passes.
fn try_all(code: &Code, tests: &Tests, solutions: &[String]) -> std::result::Result<Tried, Error> {
    let (mut first, mut skipped, mut other) = (None, None, None);
    let tried = solutions.len().min(MOST_SOLUTIONS);
    for solution in &solutions[..tried] {
        let outcome = code.outcome(solution, tests)?;
        match (outcome.verdict, outcome.reason) {
            (Verdict::Correct, _) => return Ok(Tried::Passed),
            (Verdict::Incorrect, Reason::SyntaxError) if is_of_another_language(solution) => {
                other.get_or_insert(Outcome::unscored(Reason::UnsupportedLanguage).with_detail("it is not Python 3"));
            }
            (Verdict::Incorrect, _) => drop(first.get_or_insert(outcome)),
            (Verdict::Unscored, Reason::BadTests) => return Ok(Tried::Bad(without_place(&why(&outcome)).to_owned())),
            (Verdict::Unscored, Reason::Internal) => return Ok(Tried::NotRun(without_place(&why(&outcome)).to_owned())),
            (Verdict::Unscored, _) => drop(skipped.get_or_insert(outcome)),
        }
    }
    // Beside a program in Python, one in another language says nothing.
    let skipped = if first.is_none() { skipped.or(other) } else { skipped };
    Ok(match (first, skipped) {
        (_, Some(outcome)) => Tried::Skipped(format!("{}: {}", outcome.reason.code(), without_place(&why(&outcome)))),
        (Some(outcome), None) => {
            let detail = outcome.detail.as_deref().map_or_else(String::new, |detail| format!(": {}", shorten(detail)));
            let several = if tried > 1 { format!("none of {tried} solutions passes; the first: ") } else { String::new() };
            Tried::Failed(format!("{several}{}{detail}", outcome.reason.code()), outcome.reason)
        }
        (None, None) => Tried::Passed,
    })
}

/// Whether a program that is not valid Python 3 is one of another language, or no program: then it says nothing about the tests.
fn is_of_another_language(program: &str) -> bool {
    const MARKS: [&str; 11] = [
        "#include",
        "using namespace",
        "int main",
        "std::",
        "public class",
        "public static",
        "System.out",
        "console.log",
        "package main",
        "<?php",
        "raw_input(",
    ];
    const STARTS: [&str; 5] = ["function ", "const ", "let ", "var ", "fn main"];
    let starts = |line: &str| STARTS.iter().any(|start| line.trim_start().starts_with(start));
    // Python 2: `print x`.
    let prints =
        |line: &str| line.trim_start().strip_prefix("print ").is_some_and(|rest| !rest.trim_start().starts_with(['(', '=']));
    let is_code = |line: &str| line.contains(['=', '(', ':']);
    MARKS.iter().any(|mark| program.contains(mark))
        || program.lines().any(|line| prints(line) || starts(line))
        || !program.lines().any(is_code)
}

fn why(outcome: &Outcome) -> String {
    outcome.detail.as_deref().map_or_else(|| outcome.reason.code().to_owned(), shorten)
}

/// The detail of an outcome without the number of the test, and without the line that failed.
fn without_place(detail: &str) -> &str {
    let rest = detail.strip_prefix("test ").and_then(|rest| rest.split_once(": "));
    let what = rest.map_or(detail, |(_, what)| what);
    what.rfind(" (line ").map_or(what, |place| &what[..place])
}

/// Whether assertions contradict each other, whether a program that ignores its input passes, and whether the tests can be used
/// at all, unless a solution showed it.
fn vacuous(
    code: &Code,
    reader: &mut Reader,
    tests: &Tests,
    passed: bool,
    examined: &mut Examined,
) -> std::result::Result<(), Error> {
    let Stubs { programs, probe, is_single, contradiction } = stubs::stubs(code, reader, tests)?;
    // A solution that passes shows that results depend on more than the arguments.
    if let Some((first, second)) = contradiction.filter(|_| !passed) {
        let detail = format!("`{}` and `{}`", shorten(&first), shorten(&second));
        examined.faults.push((FindingCode::TestsContradict, detail));
    }
    let probe = probe.filter(|_| !passed).map(|program| (None, program));
    let programs = programs.into_iter().map(|(what, program)| (Some(what), program));
    for (what, program) in probe.into_iter().chain(programs) {
        let report = code.run(&program, tests)?;
        let failed = report.tests.iter().find(|test| !test.passed());
        match failed.map(|test| test.reason) {
            Some(Reason::BadTests) if !passed => {
                examined.bad(failed.map_or_else(String::new, |test| shorten(&test.detail)));
                // Whatever failed before, the tests are to blame.
                examined.faults.retain(|(code, _)| *code != FindingCode::ReferenceFails);
                return Ok(());
            }
            Some(Reason::Internal) => {
                examined.not_run(&failed.map_or_else(String::new, |test| test.detail.clone()));
                return Ok(());
            }
            _ => {}
        }
        if let Some(what) = what
            && failed.is_none()
            && report.total > 0
            && report.tests.len() == report.total
        {
            let code = if is_single { FindingCode::TestsFew } else { FindingCode::TestsVacuous };
            examined.faults.push((code, format!("{what} passes")));
            return Ok(());
        }
    }
    Ok(())
}

/// Two tests with the same input and different expected results.
fn contradiction(tests: &Tests) -> Option<(FindingCode, String)> {
    let found = match &tests.kind {
        TestKind::Stdio { checker: Some(_), .. } => None,
        TestKind::Call { calling, .. } if calling.checker.is_some() => None,
        TestKind::Stdio { cases, .. } => {
            let tests = cases
                .iter()
                .filter(|case| case.also.is_empty())
                .map(|case| (case.input.trim_end().to_owned(), case.output.as_str()));
            first_contradiction(tests, |one, other| one.split_whitespace().eq(other.split_whitespace()))
        }
        TestKind::Call { cases, equality, .. } => {
            let input = |args: &Vec<PyValue>, kwargs: &Vec<(PyValue, PyValue)>| format!("{args:?} {kwargs:?}");
            let firm = cases.iter().filter(|case| case.also.is_empty());
            let tests = firm.map(|case| (input(&case.args, &case.kwargs), &case.expected));
            // As results are judged: 1 is 1.0 and True, and dictionaries have no order.
            first_contradiction(tests, |one, other| equality.holds(one, other) || equality.holds(other, one))
        }
        TestKind::Asserts(_) => None,
    };
    found.map(|(first, second)| (FindingCode::TestsContradict, format!("tests {first} and {second} (from 0) have the same input")))
}

fn first_contradiction<T: Copy>(tests: impl Iterator<Item = (String, T)>, same: impl Fn(T, T) -> bool) -> Option<(usize, usize)> {
    let mut seen: HashMap<String, (usize, T)> = HashMap::new();
    for (number, (input, output)) in tests.enumerate() {
        let (first, expected) = *seen.entry(input).or_insert((number, output));
        if first != number && !same(expected, output) {
            return Some((first, number));
        }
    }
    None
}
