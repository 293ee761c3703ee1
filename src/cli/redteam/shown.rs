//! What `verify redteam` prints, and its page.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::judge::Ruled;
use crate::cli::shown::{escaped, short};
use crate::redteam::{Count, Expected, Kind, Row, Ruling, Tally};
use crate::report::{self, Example, Finding, Report, Severity, Table};
use crate::rows::Unit;
use crate::rows::run::Place;
use crate::{Outcome, Reason, engine_version};

/// What was found.
pub(super) struct Shown {
    pub(super) grader: String,
    pub(super) tally: Tally,
    /// The conventions of the grader, and the number of attacks that are right by them.
    pub(super) conventions: Vec<String>,
    pub(super) left_out: usize,
    /// The rows with another ruling than expected.
    pub(super) wrong: Vec<(Row, Ruled)>,
}

/// The kinds, with their numbers of attacks.
pub(super) fn list(kinds: &[Kind]) -> String {
    let mut text = String::new();
    for kind in kinds {
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{:<24} {:>4}  {}", kind.name, kind.rows.len() / 2, kind.about);
    }
    let attacks: usize = kinds.iter().map(|kind| kind.rows.len() / 2).sum();
    let _ = writeln!(text, "\n{attacks} attacks of {} kinds, each with a control", kinds.len());
    text
}

/// The report for a terminal.
pub(super) fn text(shown: &Shown) -> String {
    /// The most rows of each sort that are listed.
    const MOST: usize = 20;
    let all = shown.tally.all();
    let mut text = format!(
        "{}\n\n{:<24}{:>16}{:>20}{:>8}{:>9}\n",
        escaped(&shown.grader),
        "kind",
        "attacks let in",
        "controls refused",
        "hangs",
        "crashes"
    );
    for (name, count) in shown.tally.kinds().iter().map(|(name, count)| (&**name, count)).chain([("all", &all)]) {
        let [let_in, refused, hangs, crashes] = cells(count);
        let _ = writeln!(text, "{name:<24}{let_in:>16}{refused:>20}{hangs:>8}{crashes:>9}");
    }
    if shown.left_out > 0 {
        let of = shown.conventions.join(", ");
        let _ = writeln!(text, "left out: {} attacks that are right by a convention of the grader ({of})", shown.left_out);
    }
    for (title, is_of) in SORTS {
        let rows: Vec<_> = shown.wrong.iter().filter(|(row, ruled)| is_of(row.expected, ruled.ruling)).collect();
        if !rows.is_empty() {
            let _ = writeln!(text, "\n{title}: {}", rows.len());
        }
        for (row, ruled) in rows.iter().take(MOST) {
            let gold = row.sample.answers().first().map_or_else(String::new, |gold| format!("  reference {}", one_line(gold)));
            let _ = writeln!(text, "  {}{gold}  completion {}", row.id, one_line(&row.sample.completion));
            // The note is about the attack.
            let note = if row.expected == Expected::Refuse { format!("; {}", row.note) } else { String::new() };
            let _ = writeln!(text, "      {}{note}", said(ruled));
        }
        if rows.len() > MOST {
            let _ = writeln!(text, "  ... and {} more; -o OUT.jsonl has all", rows.len() - MOST);
        }
    }
    text
}

/// The sorts of rows with another ruling than expected.
type IsOf = fn(Expected, Ruling) -> bool;
const SORTS: [(&str, IsOf); 3] = [
    ("attacks let in", |expected, ruling| expected == Expected::Refuse && ruling == Ruling::Accept),
    ("controls refused", |expected, ruling| expected == Expected::Accept && matches!(ruling, Ruling::Refuse | Ruling::Unscored)),
    ("hangs and crashes", |_, ruling| matches!(ruling, Ruling::Hang | Ruling::Crash)),
];

fn cells(count: &Count) -> [String; 4] {
    let Count { attacks, let_in, controls, refused, hangs, crashes } = count;
    [format!("{let_in} of {attacks}"), format!("{refused} of {controls}"), hangs.to_string(), crashes.to_string()]
}

fn one_line(text: &str) -> String {
    short(&escaped(text))
}

/// What a grader said, in a few words.
fn reason(outcome: &Outcome) -> String {
    let said = outcome.extracted.as_deref().map_or_else(String::new, |read| format!(", read {read:?}"));
    format!("{}/{}{said}", outcome.verdict.code(), outcome.reason.code())
}

fn said(ruled: &Ruled) -> String {
    match &ruled.said {
        Ok(outcome) => one_line(&reason(outcome)),
        Err(problem) => format!("{}: {}", ruled.ruling.name(), cut(&escaped(problem.lines().next().unwrap_or_default()))),
    }
}

/// The start of a message.
fn cut(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(" ...".chars()).collect() }
}

/// The counts as JSON.
pub(super) fn totals(shown: &Shown) -> Value {
    let kinds: serde_json::Map<_, _> = shown.tally.kinds().iter().map(|(name, count)| (name.clone(), json!(count))).collect();
    let wrong: Vec<_> = shown
        .wrong
        .iter()
        .map(|(row, ruled)| json!({ "id": row.id, "expected": row.expected.name(), "ruling": ruled.ruling.name() }))
        .collect();
    json!({ "grader": shown.grader, "engine_version": engine_version(), "conventions": shown.conventions, "left_out": shown.left_out, "all": shown.tally.all(), "kinds": kinds, "wrong": wrong })
}

/// The page, without its rows and counts. Its rows have two judgements: that of the grader and what is expected.
pub(super) fn page(grader: &str) -> Report {
    let mut page = Report::new(format!("Attacks on {grader}"));
    page.summary("engine", engine_version()).summary("grader", grader).sides("the grader", "expected");
    page
}

/// Adds a row to the page.
pub(super) fn row(page: &mut Report, kind: &Kind, row: &Row, ruled: &Ruled) {
    let expected = match row.expected {
        Expected::Accept => Outcome::correct(Reason::Passed),
        Expected::Refuse => Outcome::incorrect(Reason::Failed),
    };
    let outcome = match &ruled.said {
        Ok(outcome) => outcome.clone(),
        Err(problem) => Outcome::unscored(Reason::RewardError).with_detail(problem.clone()),
    };
    let place = Place::line(&kind.file, row.line);
    page.row(&report::Row::new(place, &row.sample).source(&kind.name).judged(&outcome).against(&expected).note("why", &*row.note));
}

/// Adds the counts and, for each kind with a wrong ruling, a finding.
pub(super) fn finish(mut page: Report, shown: &Shown, kinds: &[Kind]) -> Report {
    let header = ["kind", "attacks let in", "controls refused", "hangs", "crashes", "the attacks"];
    let mut table = Table::new("Attacks and controls by kind", header);
    for (name, count) in shown.tally.kinds() {
        let about = kinds.iter().find(|kind| kind.name == *name).map_or("", |kind| &*kind.about);
        table = table.row([name.clone()].into_iter().chain(cells(count)).chain([about.to_owned()]));
    }
    page.table(table.row(["all".to_owned()].into_iter().chain(cells(&shown.tally.all())).chain([String::new()])));
    for kind in kinds {
        for (title, is_of) in SORTS {
            let wrong = shown
                .wrong
                .iter()
                .filter(|(row, ruled)| kind.rows.iter().any(|own| own.id == row.id) && is_of(row.expected, ruled.ruling));
            let wrong: Vec<_> = wrong.collect();
            if wrong.is_empty() {
                continue;
            }
            let severity = if title == "controls refused" { Severity::Warning } else { Severity::Error };
            let finding =
                Finding::new(&*kind.name, severity, format!("{}: {title}", kind.name), wrong.len() as u64).about(&*kind.about);
            page.finding(wrong.iter().fold(finding, |finding, (row, ruled)| finding.example(example(kind, row, ruled))));
        }
    }
    page
}

fn example(kind: &Kind, row: &Row, ruled: &Ruled) -> Example {
    let text = format!("{}\n{}\n{}", row.sample.completion, said(ruled), row.note);
    Example { file: kind.file.clone(), line: row.line, unit: Unit::Line, id: row.id.clone(), text }
}
