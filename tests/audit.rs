//! What `verify audit` finds: every code in the rows of its section in docs/findings.md, and nothing in honest rows.
#![cfg(all(feature = "cli", feature = "code"))]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::sink;
use std::path::Path;

use r1rewards::audit::{Audit, AuditOptions, AuditReport, Contamination, FindingCode, Found};
use r1rewards::code::{Code, CodeOptions};
use r1rewards::math::Math;
use r1rewards::rows::run::Run;
use r1rewards::rows::{Fields, Source};
use r1rewards::{RewardSpec, Scorer};

#[path = "audit/code.rs"]
mod code;
#[path = "support/generated.rs"]
mod generated;

type Outcomes = Result<(), Box<dyn Error>>;
/// The codes of findings with their lines.
type Findings = Vec<(u64, &'static str)>;

const PAGE: &str = include_str!("../docs/findings.md");

fn options() -> AuditOptions {
    let code = Code::new(CodeOptions { unsupported_is_unscored: true, ..CodeOptions::default() });
    AuditOptions {
        math: Some(Math::strict()),
        code: Some(code),
        answers_may_be_tests: true,
        examples: 3,
        ..AuditOptions::default()
    }
}

/// Audits rows that are given as text; every finding with its line.
fn audit(rows: &str, options: AuditOptions) -> Result<(AuditReport, Findings), Box<dyn Error>> {
    audit_mapped(rows, &Fields::default(), options)
}

/// The same, with other columns.
fn audit_mapped(rows: &str, fields: &Fields, options: AuditOptions) -> Result<(AuditReport, Findings), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rows.jsonl");
    std::fs::write(&path, rows)?;
    let sources = Source::named(path.to_str().ok_or("the path is not UTF-8")?)?;
    let scorer = Scorer::builder().spec(&RewardSpec::from_toml("[[reward]]\nkind = \"auto\"")?)?.build()?;
    let mut all = Vec::new();
    let mut audit = Audit::new(options, |found: &Found| {
        all.push((found.example.line, found.code.code()));
        Ok(())
    });
    Run::new(&sources, fields, &scorer).follow(&mut audit, &mut sink(), |_| ())?;
    let report = audit.finish()?;
    Ok((report, all))
}

/// Rows of one prompt, as people see it, that are no copies and no conflicts of each other, and prompts that are not empty.
#[test]
fn prompts_that_differ_in_a_sign_a_unit_a_picture_or_a_turn_are_no_copies() -> Outcomes {
    let picture = |name: &str| {
        format!(
            r#"[{{"role": "user", "content": [{{"type": "image_url", "image_url": "{name}"}}, {{"type": "text", "text": "Find x."}}]}}]"#
        )
    };
    let turns = |first: &str| {
        format!(
            r#"[{{"role": "user", "content": "{first}"}}, {{"role": "assistant", "content": "I see."}}, {{"role": "user", "content": "Continue."}}]"#
        )
    };
    let system =
        |first: &str| format!(r#"[{{"role": "system", "content": "{first}"}}, {{"role": "user", "content": "Solve it."}}]"#);
    let text = |text: &str| format!("\"{text}\"");
    let pairs = [
        (text("-5+3"), text("5+3")),
        (text("Compute 5!"), text("Compute 5")),
        (text("Convert 5 Mm to m"), text("Convert 5 mm to m")),
        (picture("a.png"), picture("b.png")),
        (turns("6*7?"), turns("6*8?")),
        (system("What is 6*7?"), system("What is 6*8?")),
        (
            r#"[{"from": "human", "value": "What is 6*7?"}]"#.to_owned(),
            r#"[{"from": "human", "value": "What is 6*8?"}]"#.to_owned(),
        ),
    ];
    for (one, other) in pairs {
        let rows = format!("{{\"prompt\": {one}, \"answer\": \"1\"}}\n{{\"prompt\": {other}, \"answer\": \"2\"}}\n");
        assert_eq!(audit(&rows, options())?.1, [], "{rows}");
    }
    let only_image = r#"{"prompt": [{"role": "user", "content": [{"type": "image"}]}], "answer": "2"}"#;
    assert_eq!(audit(only_image, options())?.1, []);
    Ok(())
}

/// The sections of the page by their headings, with the rows of each.
fn sections() -> BTreeMap<&'static str, &'static str> {
    let parts = PAGE.split("\n### ").skip(1);
    let section = |part: &'static str| {
        let (code, text) = part.split_once('\n').unwrap_or((part, ""));
        let rows = text.split_once("```json\n").and_then(|(_, rest)| rest.split_once("```")).map_or("", |(rows, _)| rows);
        (code, rows)
    };
    parts.map(section).collect()
}

/// `R1REWARDS_UPDATE=1 cargo test --test audit` writes the table.
#[test]
fn every_finding_is_in_the_table_and_has_a_section() {
    let rows = FindingCode::ALL
        .iter()
        .map(|code| format!("| [`{0}`](#{0}) | {1} | {2} | {3} |\n", code.code(), code.severity(), code.describe(), code.fix()));
    let table = format!("| code | severity | meaning | what to do |\n|---|---|---|---|\n{}", rows.collect::<String>());
    generated::keep_parts(Path::new("docs/findings.md"), ["<!-- from the table of findings -->", "<!-- end -->"], &[table]);
    let sections = sections();
    let mut codes: Vec<&str> = FindingCode::ALL.iter().map(|code| code.code()).collect();
    codes.sort_unstable();
    assert_eq!(sections.keys().copied().collect::<Vec<_>>(), codes);
}

#[test]
fn the_rows_of_each_section_have_its_finding_and_no_other() -> Outcomes {
    let mut different = Vec::new();
    for (code, rows) in sections().into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let (_, found) = audit(rows, options())?;
        let last = rows.lines().count() as u64;
        if found != [(last, code)] {
            different.push((code, found));
        }
    }
    assert_eq!(different, []);
    Ok(())
}

#[test]
fn honest_rows_have_no_finding() -> Outcomes {
    let rows = include_str!("cases/audit/honest.jsonl");
    let (report, found) = audit(rows, options())?;
    assert_eq!(found, [], "a row without a fault");
    assert_eq!(report.rows, rows.lines().count() as u64);
    Ok(())
}

#[test]
fn another_sample_of_a_prompt_is_no_near_copy_of_it() -> Outcomes {
    let prompt = "A train leaves the station at noon and travels north at sixty miles an hour: when does it arrive in the town?";
    let row = |completion: &str| format!("{}\n", serde_json::json!({"prompt": prompt, "answer": "8", "completion": completion}));
    let options = AuditOptions { near_duplicates: Some(0.7), ..options() };
    let (_, found) = audit(&(row("The answer is 8.") + &row("The answer is 9.")), options)?;
    assert!(!found.iter().any(|(_, code)| *code == "near_duplicate"), "{found:?}");
    Ok(())
}

#[test]
fn near_copies_and_contamination_are_found() -> Outcomes {
    let long =
        "A train leaves the station at noon and travels north at sixty miles an hour while a second train leaves two hours later";
    let rows = [
        serde_json::json!({"prompt": format!("{long} at eighty miles an hour. When do they meet?"), "answer": "8 hours"}),
        serde_json::json!({"prompt": format!("{long} at eighty miles an hour. When will they meet?"), "answer": "8 hours"}),
        serde_json::json!({"prompt": "A bus leaves the school in the morning. How far does it go in an hour at the speed of a horse?", "answer": "9 miles"}),
    ];
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let mut against = Contamination::new(13);
    against.add("Yesterday a bus leaves the school in the morning. How far does it go in an hour at most?", "test.jsonl:3");
    let options = AuditOptions { near_duplicates: Some(0.7), against: Some(against), ..options() };
    let (report, found) = audit(&rows, options)?;
    assert_eq!(found, [(2, "near_duplicate"), (3, "contaminated")]);
    let detail = |at: usize| report.findings[at].examples[0].detail.clone();
    assert!(detail(0).ends_with("rows.jsonl:1"), "{}", detail(0));
    assert!(
        detail(1).contains("in test.jsonl:3: `a bus leaves the school in the morning how far does it go in an hour at`"),
        "{}",
        detail(1)
    );
    Ok(())
}

#[test]
fn rows_without_completions_are_no_bad_rows() -> Outcomes {
    let rows = "{\"prompt\": \"6*7?\", \"answer\": \"42\"}\nnot json\n[1]\n{\"prompt\": \"7*7?\", \"answer\": {\"a\": 1}}\n";
    let (report, found) = audit(rows, options())?;
    assert_eq!(found, [(2, "bad_row"), (3, "bad_row"), (4, "bad_row")]);
    assert_eq!((report.rows, report.completions), (4, 0));
    Ok(())
}

#[test]
fn tables_count_rows_by_source_and_completions_by_verdict() -> Outcomes {
    let rows = [
        serde_json::json!({"prompt": "6*7?", "answer": "42", "data_source": "a", "completion": ["It is \\boxed{42}, as was to be shown in a long text.", "\\boxed{43}"]}),
        serde_json::json!({"prompt": "6*8?", "answer": "(4, 8)", "data_source": "b"}),
    ];
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let (report, _) = audit(&rows, options())?;
    let table = |name: &str| {
        report.tables.iter().find(|table| table.name == name).map(|table| serde_json::to_value(&table.rows)).transpose()
    };
    assert_eq!(table("sources")?, Some(serde_json::json!([["a", 1, 1, 1, 0, 2, 0.5], ["b", 1, 1, 1, 0, 0, null]])));
    assert_eq!(table("reference_kinds")?, Some(serde_json::json!([["number", 1, 0.5], ["tuple or interval", 1, 0.5]])));
    assert_eq!(table("verdicts")?, Some(serde_json::json!([["correct/equal", 1, 0.5], ["incorrect/different", 1, 0.5]])));
    assert_eq!(table("pass_rates")?.map(|rows| rows[2][1].clone()), Some(serde_json::json!(1)), "one of two is right");
    Ok(())
}
