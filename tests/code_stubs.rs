//! An audit of the case files' tests: each row whose correct program is accepted is run again with a program that
//! returns new objects that equal nothing, which the tests must refuse.
#![cfg(feature = "code")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/code_cases.rs"]
mod code_cases;

use cases::{assert_none, cases};
use code_cases::{Program, sample};
use r1rewards::Reward;
use r1rewards::code::Code;
use regex::Regex;

/// A program with the same functions and classes, in which every call returns a new object.
fn stub(program: &str) -> String {
    let definitions = Regex::new(r"(?m)^(?:async )?(def|class) (\w+)").expect("a sound pattern");
    let mut stub = "class _Fresh:\n    pass\n".to_owned();
    for found in definitions.captures_iter(program) {
        let name = &found[2];
        stub += &match &found[1] {
            "def" => format!("def {name}(*a, **k): return _Fresh()\n"),
            _ => format!(
                "class {name}:\n    def __init__(self, *a, **k): pass\n    def __getattr__(self, name): return lambda *a, **k: _Fresh()\n"
            ),
        };
    }
    stub
}

#[test]
fn no_accepted_row_accepts_objects_that_equal_nothing() {
    let code = Code::default();
    let (mut seen, mut wrong) = (0, vec![]);
    for placed in cases::<Program>() {
        let accepted = placed.case.sample();
        let tests = accepted.tests.as_deref().expect("a case has tests");
        if tests["kind"] == "stdio" || !code.score(&accepted).is_correct() {
            continue;
        }
        seen += 1;
        if code.score(&sample(&stub(&accepted.completion), tests)).is_correct() {
            wrong.push(format!("{placed} {}: accepts fresh objects", placed.case.name));
        }
    }
    assert!(seen >= 40, "{seen} cases were accepted");
    assert_none(&wrong);
}
