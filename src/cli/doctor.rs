//! `verify doctor`.

use std::io::Write as _;

use super::codes::{FINE, MISSED};
use super::shown::unread;
use crate::code::{Code, Doctor, Tests, doctor};
use anyhow::anyhow;
use serde_json::json;

pub(super) fn run() -> anyhow::Result<u8> {
    let Doctor { guest_sha256, cache, cached, target } = doctor()?;
    let place = cache.map_or_else(|| "nowhere: each process compiles the guest".to_owned(), |folder| folder.display().to_string());
    let cached = if cached { "compiled" } else { "not compiled yet" };
    let mut out = std::io::stdout().lock();
    let mut write = |name: &str, text: &str| unread(writeln!(out, "{name:<8} {text}"));
    write("engine", crate::engine_version())?;
    write("guest", guest_sha256)?;
    write("target", &target)?;
    write("cache", &format!("{place} ({cached})"))?;
    let wrong = self_test()?;
    wrong.iter().try_for_each(|line| write("wrong", line))?;
    write("test", if wrong.is_empty() { "fine" } else { "failed" })?;
    Ok(if wrong.is_empty() { FINE } else { MISSED })
}

/// Judges three programs (a correct one, an endless loop, and one whose results compare equal to anything) and returns
/// a message for each whose reason is not the expected one.
fn self_test() -> anyhow::Result<Vec<String>> {
    let tests = Tests::read(&json!({"kind": "asserts", "test_code": "assert f(2) == 4", "timeout": 0.1}))
        .map_err(|bad| anyhow!(bad.detail))?;
    let programs = [
        ("def f(x): return x * x", "passed"),
        ("def f(x):\n    while True: pass", "out_of_fuel"),
        ("class A:\n    def __eq__(self, other): return True\ndef f(x): return A()", "assertion_failed"),
    ];
    let mut wrong = Vec::new();
    for (program, expected) in programs {
        let report = Code::default().run(program, &tests)?;
        let found = report.tests.first().map_or("nothing", |test| test.reason.code());
        if found != expected {
            wrong.push(format!("{program:?} gave {found} instead of {expected}"));
        }
    }
    Ok(wrong)
}
