//! `verify run`.

use std::borrow::Cow;
use std::io::{IsTerminal, Read as _};

use crate::Reason;
use crate::code::{Compare, Report, StdioCase, TestKind, TestReport, Tests, extract_program, forms};
use crate::spec::code_reward;
use anyhow::{Context as _, anyhow};
use serde_json::json;

use super::args::RunArgs;
use super::codes::{FAILED, FINE, MISSED};
use super::shown::{escaped, say, unread, write_json};

pub(super) fn run(args: &RunArgs) -> anyhow::Result<u8> {
    let text = read(&args.program)?;
    let program = extract_program(&text).map_err(|reason| anyhow!("{}: {}", args.program, reason.describe()))?;
    let mut options = super::math::assignments(&args.set)?;
    // With `partial`, all tests are run and none is skipped after a failure.
    options.insert("partial".to_owned(), json!(true));
    let code = code_reward(&options)?;
    let mut stdout = std::io::stdout().lock();
    let Some(path) = &args.tests else {
        let input = args.stdin.as_deref().map(read).transpose()?.unwrap_or_default();
        let case = StdioCase { input, output: String::new(), also: Vec::new(), fuel: None };
        let kind = TestKind::Stdio { cases: vec![case], compare: Some(Compare::Exact), ignore_case: false, checker: None };
        let report = code.run(&program, &Tests { kind, fuel: None }).map_err(|error| anyhow!(error))?;
        return show_run(&mut stdout, &report);
    };
    let text = read(path)?;
    let tests = match serde_json::from_str(&text) {
        Ok(tests) => tests,
        // The text may hold numbers that Python's json writes but JSON lacks (NaN), or may be Python instead of JSON.
        Err(error) => {
            let given = serde_json::Value::String(text);
            if forms::tests(&given).is_err() {
                return Err(error).with_context(|| format!("{path} is not JSON"));
            }
            given
        }
    };
    let tests = code.tests(&tests).map_err(|bad| anyhow!("{path}: {}", bad.detail))?;
    let report = code.run(&program, &tests).map_err(|error| anyhow!(error))?;
    unread(if args.json { write_json(&mut stdout, &report.to_value()) } else { show(&mut stdout, &report) })?;
    Ok(if report.tests.iter().any(|test| test.reason == Reason::BadTests) {
        FAILED
    } else if report.tests.iter().all(TestReport::passed) {
        FINE
    } else {
        MISSED
    })
}

fn read(path: &str) -> anyhow::Result<String> {
    if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

/// Shows the output of a program that ran without tests, and how it ended. Control characters are escaped for a
/// terminal; files and pipes get the unchanged output.
fn show_run(out: &mut (impl std::io::Write + IsTerminal), report: &Report) -> anyhow::Result<u8> {
    let Some(test) = report.tests.first() else { return Ok(FINE) };
    let shown = |text, terminal| if terminal { escaped(text) } else { Cow::Borrowed(text) };
    let written = out.write_all(shown(&test.got, out.is_terminal()).as_bytes()).and_then(|()| out.flush());
    unread(written)?;
    say(shown(&test.stderr, std::io::stderr().is_terminal()));
    // No output is expected, so a different output is not a failure.
    let ended = test.passed() || test.reason == Reason::WrongOutput;
    let how = if ended { "ended" } else { test.reason.code() };
    let why = if ended { String::new() } else { format!(": {}", escaped(&test.detail)) };
    say(format_args!("verify: {how}, {} fuel, {} MiB{why}\n", test.fuel, test.memory >> 20));
    Ok(if ended { FINE } else { MISSED })
}

fn show(out: &mut impl std::io::Write, report: &Report) -> std::io::Result<()> {
    for (index, test) in report.tests.iter().enumerate() {
        writeln!(
            out,
            "test {} of {}: {}  ({} fuel, {} MiB)",
            index + 1,
            report.total,
            test.reason.code(),
            test.fuel,
            test.memory >> 20
        )?;
        let rows = [
            ("input", &test.input),
            ("expected", &test.expected),
            ("got", &test.got),
            ("stderr", &test.stderr),
            ("why", &test.detail),
        ];
        for (name, text) in rows.into_iter().filter(|(_, text)| !(text.is_empty() || test.passed() && text.contains('\n'))) {
            writeln!(out, "  {name:<9} {}", escaped(text.trim_end()).replace('\n', "\n            "))?;
        }
    }
    let passed = report.tests.iter().filter(|test| test.passed()).count();
    writeln!(out, "{passed} of {} tests pass, {} fuel", report.total, report.fuel)
}
