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

/// `R1REWARDS_UPDATE=1 cargo test --test docs` writes the table of presets and what the commands print.
#[cfg(feature = "cli")]
#[test]
fn the_page_on_formats_shows_the_presets_and_what_its_commands_print() {
    const FILES: [(&str, &str); 3] = [
        ("rows.csv", "id,completion,answer\nq1,\"Half of 84 is\n\\boxed{42}.\",42\nq2,about 7,8\nq3,only two cells\n"),
        (
            "outputs.json",
            "[\n  {\"id\": \"q1\", \"answer\": \"42\", \"outputs\": [{\"text\": \"\\\\boxed{42}\"}, {\"text\": \"\\\\boxed{41}\"}]}\n]\n",
        ),
        (
            "gsm8k.jsonl",
            "{\"question\": \"6 times 7?\", \"answer\": \"6 * 7 = 42\\n#### 42\", \"completions\": [\"\\\\boxed{42}\", \"\\\\boxed{41}\"]}\n",
        ),
    ];
    const COMMANDS: [&str; 3] = [
        "verify score rows.csv -o -",
        "verify score outputs.json --map 'completion=outputs[].text' -o -",
        "verify score gsm8k.jsonl -o -",
    ];
    let folder = tempfile::TempDir::new().unwrap();
    let mut shown = String::new();
    for ((name, text), line) in FILES.iter().zip(COMMANDS) {
        std::fs::write(folder.path().join(name), text).unwrap();
        let mut command = assert_cmd::Command::cargo_bin("verify").unwrap();
        let output =
            command.current_dir(folder.path()).args(line.split(' ').skip(1).map(|word| word.trim_matches('\''))).output().unwrap();
        assert!(output.status.success(), "{line}");
        let summary = String::from_utf8(output.stderr).unwrap();
        let preset: String = summary.lines().filter(|line| line.starts_with("preset")).map(|line| format!("{line}\n")).collect();
        shown += &format!(
            "`{name}`:\n\n```text\n{text}```\n\n```text\n$ {line}\n{}{preset}```\n\n",
            String::from_utf8(output.stdout).unwrap()
        );
    }
    let page = Path::new("docs/formats.md");
    keep_parts(page, ["<!-- what the commands print -->", "<!-- end -->"], &[shown.trim_end().to_owned() + "\n"]);
    let fields = |paths: &[(r1rewards::rows::Field, &str)]| {
        let read = paths.iter().filter(|(_, path)| !path.is_empty());
        read.map(|(field, path)| format!("{field} `{path}`")).collect::<Vec<_>>().join(", ")
    };
    let row = |preset: &r1rewards::rows::presets::Preset| {
        let sign = |column: &str| {
            preset.sign.filter(|(signed, _)| *signed == column).map_or_else(String::new, |(_, sign)| format!(" with `{sign}`"))
        };
        let columns: Vec<String> = preset.columns.iter().map(|column| format!("`{column}`{}", sign(column))).collect();
        let (name, about) = (preset.name, preset.about);
        format!("| `{name}` | {about} | {} | {} | {} |\n", columns.join(", "), fields(preset.paths), preset.reference())
    };
    let rows: String = r1rewards::rows::presets::PRESETS.iter().map(row).collect();
    let table = format!("| preset | rows of | recognised by | fields | reference |\n|---|---|---|---|---|\n{rows}");
    keep_parts(page, ["<!-- presets -->", "<!-- end -->"], &[table]);
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
