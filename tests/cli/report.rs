//! `verify report`: the page of rows and their results.

use std::fs;

use predicates::str::contains;
use tempfile::TempDir;

use super::{folder, verify};

/// Rows with one and with several completions, one that is no row, one whose gold cannot be read.
const ROWS: &str = r#"{"id":"a","prompt":"1+1","completion":["\\boxed{2}","\\boxed{3}"],"answer":"2","source":"easy"}
{"id":"b","prompt":"2+2","completion":"\\boxed{4}","answer":"4","source":"hard"}
not a row
{"id":"c","prompt":"3+3","completion":"\\boxed{6}","answer":"\\frac{","source":"hard"}
"#;

fn scored(rows: &str) -> TempDir {
    let folder = folder(rows);
    verify(&folder, &["score", "in.jsonl", "-o", "results.jsonl", "--quiet"]).assert().success();
    folder
}

fn page(folder: &TempDir, arguments: &[&str]) -> String {
    let all: Vec<_> = ["report", "in.jsonl", "-o", "report.html"].iter().chain(arguments).copied().collect();
    verify(folder, &all).assert().success();
    fs::read_to_string(folder.path().join("report.html")).unwrap()
}

#[test]
fn the_page_counts_all_results_and_names_what_made_them() {
    let folder = scored(ROWS);
    let html = page(&folder, &["--results", "results.jsonl", "--quiet"]);
    assert!(html.contains("<dt>rows</dt><dd><bdi>5</bdi>"), "{html:.4000}");
    assert!(html.contains("<dt>pass@1</dt>") && html.contains("<dt>config hash</dt>"), "{html:.4000}");
    assert!(html.contains("gold_unparsable</button>") && html.contains("bad_row</button>"), "{html:.4000}");
    assert!(html.contains("<bdi>easy</bdi>") && html.contains("<bdi>hard</bdi>"), "{html:.4000}");
    assert!(html.contains("<title>in.jsonl</title>") && !html.contains("id=left"), "{html:.4000}");
}

#[test]
fn a_summary_is_printed_unless_quiet() {
    let folder = scored(ROWS);
    let arguments = ["report", "in.jsonl", "--results", "results.jsonl", "-o", "report.html"];
    verify(&folder, &arguments).assert().success().stderr("5 rows in report.html\n").stdout("");
}

#[test]
fn the_page_can_go_to_standard_output() {
    let folder = scored(ROWS);
    let assert = verify(&folder, &["report", "in.jsonl", "--results", "results.jsonl", "-o", "-", "-q"]).assert().success();
    assert.stdout(contains("<!DOCTYPE html>")).stderr("");
}

#[test]
fn rows_without_results_and_results_without_rows_are_noted() {
    let folder = scored(ROWS);
    let more = r#"{"id":"d","completion":"\\boxed{6}","answer":"6"}"#;
    fs::write(folder.path().join("in.jsonl"), ROWS.lines().skip(1).collect::<Vec<_>>().join("\n") + "\n" + more + "\n").unwrap();
    let html = page(&folder, &["--results", "results.jsonl"]);
    assert!(html.contains("1 rows have no result in results.jsonl; they are listed as not judged."), "{html:.3000}");
    assert!(html.contains("results in results.jsonl belong to no row of the input"), "{html:.3000}");
}

#[test]
fn results_of_other_rows_are_refused() {
    let folder = scored(ROWS);
    fs::write(folder.path().join("in.jsonl"), "{\"id\":\"other\",\"completion\":\"x\",\"answer\":\"1\"}\n").unwrap();
    let failed = verify(&folder, &["report", "in.jsonl", "--results", "results.jsonl", "-o", "report.html"]).assert().code(2);
    failed.stderr(contains("no row of the input has a result in results.jsonl"));
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn rows_with_their_own_verdicts_need_no_results() {
    let folder = folder("{\"completion\":[\"x\",\"y\"],\"verdict\":[\"correct\",\"incorrect\"],\"reward\":[0.5,-1]}\n");
    let html = page(&folder, &["--scored"]);
    assert!(html.contains("passed</button>") && html.contains("failed</button>"), "{html:.3000}");
    assert!(html.contains("<dt>mean reward</dt><dd><bdi>−0.25</bdi>"), "{html:.3000}");
    let wrong = self::folder("{\"completion\":\"x\",\"verdict\":\"right\"}\n");
    let failed = verify(&wrong, &["report", "in.jsonl", "--scored", "-o", "report.html"]).assert().code(2);
    failed.stderr(contains("in.jsonl:1: the column `verdict` must hold"));
}

#[test]
fn a_report_without_judgements_is_refused() {
    let folder = folder(ROWS);
    verify(&folder, &["report", "in.jsonl", "-o", "report.html"]).assert().code(2).stderr(contains("--results"));
}

#[test]
fn the_page_does_not_replace_its_input() {
    let folder = scored(ROWS);
    for input in ["in.jsonl", "results.jsonl"] {
        let failed = verify(&folder, &["report", "in.jsonl", "--results", "results.jsonl", "-o", input]).assert().code(2);
        failed.stderr(contains("it is the input"));
    }
}

#[test]
fn a_small_page_says_what_it_leaves_out() {
    let rows: String = (0..6000)
        .map(|number: u64| {
            let noise: String =
                (0..30).map(|at| format!("{:x} ", (number * 31 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
            format!(
                "{{\"completion\":\"{noise}\",\"verdict\":\"{}\"}}\n",
                if number.is_multiple_of(8) { "unscored" } else { "correct" }
            )
        })
        .collect();
    let folder = folder(&rows);
    let html = page(&folder, &["--scored", "--max-mb", "1"]);
    assert!(html.len() < 1_000_000, "{}", html.len());
    assert!(html.contains("all 750 unscored rows; ") && html.contains(" of 5,250 correct rows, drawn at random (seed 0)"));
}

/// A page was written, with exit code 0, of rows of which none could be read.
#[test]
fn rows_of_which_none_can_be_read_make_no_page() {
    let folder = scored(ROWS);
    fs::write(folder.path().join("in.jsonl"), "{\"completion\": 7}\n").unwrap();
    let refused = contains("no row could be read. First problem: in.jsonl:1: ");
    verify(&folder, &["report", "in.jsonl", "--results", "results.jsonl", "-o", "report.html"]).assert().code(2).stderr(refused);
    assert!(!folder.path().join("report.html").exists());
}
