//! The tables in the documentation say what the code says.
#![cfg(feature = "math")]

use r1rewards::Reason;
use r1rewards::math::Math;

const REASONS: &str = include_str!("../docs/reasons.md");
const MATH: &str = include_str!("../docs/math.md");

/// The rows of Markdown tables in a text.
fn table_rows(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("| `")).collect()
}

#[test]
fn every_reason_is_in_the_table_with_its_sentence() {
    let expected: Vec<String> =
        Reason::ALL.iter().map(|reason| format!("| `{}` | {} |", reason.code(), reason.describe())).collect();
    assert_eq!(table_rows(REASONS), expected, "docs/reasons.md");
}

#[test]
fn every_rewriting_is_in_the_table_with_its_condition_and_source() {
    let section =
        MATH.split("<!-- rewritings -->").nth(1).and_then(|rest| rest.split("<!-- /rewritings -->").next()).expect("the section");
    let row = |[name, says, needs, source]: [&str; 4]| format!("| `{name}` | {} | {} | {source} |", bars(says), bars(needs));
    let expected: Vec<String> = Math::rewritings_table().map(row).collect();
    assert_eq!(table_rows(section), expected, "docs/math.md should have these rows:\n{}", expected.join("\n"));
}

/// A bar in a cell of a table.
fn bars(text: &str) -> String {
    text.replace('|', "∣")
}
