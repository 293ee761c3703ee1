//! The tables in the documentation agree with the code.
#![cfg(feature = "math")]

#[path = "support/generated.rs"]
mod generated;

use std::path::Path;

use generated::keep_parts;
use r1rewards::math::Math;
use r1rewards::{Reason, Rule, RuleExample};

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

/// `R1REWARDS_UPDATE=1 cargo test --test docs` writes the table.
#[test]
fn every_rule_is_in_the_table_with_its_sentence_and_its_example() {
    let rows = Rule::ALL.iter().map(|rule| format!("| `{rule}` | {} | {} |\n", rule.describe(), cells(&rule.example())));
    let table =
        format!("| rule | meaning | reward | reference | completion |\n|---|---|---|---|---|\n{}", rows.collect::<String>());
    keep_parts(Path::new("docs/rules.md"), ["<!-- from the table of rules -->", "<!-- end -->"], &[table]);
}

/// `R1REWARDS_UPDATE=1 cargo test --test docs` writes what the command prints.
#[cfg(feature = "cli")]
#[test]
fn the_page_on_prompts_shows_what_its_command_prints() {
    let mut command = assert_cmd::Command::cargo_bin("verify").unwrap();
    let output = command.args(["templates", "examples/templates.jsonl"]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    keep_parts(
        Path::new("docs/prompts.md"),
        ["<!-- what the command prints -->", "<!-- end -->"],
        &[format!("```text\n{table}```\n")],
    );
}

/// The reward, the reference and the completion of an example.
fn cells(example: &RuleExample) -> String {
    let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{}`", text.replace('\n', "\\n")) };
    let reward = match example.options {
        [("policy", policy)] => format!("math {policy}"),
        options => [example.kind.to_owned()]
            .into_iter()
            .chain(options.iter().map(|(name, value)| format!("{name}={value}")))
            .collect::<Vec<_>>()
            .join(" "),
    };
    format!("`{reward}` | {} | {}", code(example.gold), code(example.answer)).trim_end().to_owned()
}

/// The text with vertical bars replaced, for a cell of a table.
fn bars(text: &str) -> String {
    text.replace('|', "∣")
}
