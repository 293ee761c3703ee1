//! Behaviour of the whole page.

use super::*;
use crate::rows::Unit;
use crate::rows::run::Place;
use crate::{Outcome, Reason, Sample};

/// Texts that a model could write to attack what shows them.
const ATTACKS: &[&str] = &[
    "</script><script>window.hacked=1</script>",
    "<!--<script>",
    "<img src=x onerror=window.hacked=1>",
    "\"><svg onload=window.hacked=1>",
    "' onmouseover='window.hacked=1",
    "</title></style></table></details><iframe src=javascript:alert(1)>",
    "\u{2028}\u{2029}\u{0}\u{202e}\u{feff}]]>",
    "&lt;script&gt;",
];

/// A page in which a text stands wherever a row, a file or a caller can put one.
fn page_with(text: &str) -> String {
    let mut report = Report::new(text);
    report.summary(text, text).note(text).sides(text, text);
    let example = Example { file: text.to_owned(), line: 1, unit: Unit::Row, id: text.to_owned(), text: text.to_owned() };
    report.finding(Finding::new(text, Severity::Error, text, 3).about(text).page(text).example(example));
    report.table(Table::new(text, [text]).row([text]));
    report.chart(Chart::new(text, text, [text, "other"]).bar(text, [1, 2]));
    let mut sample = Sample::new(format!("{text} a")).with_prompt(text).with_answer(text).with_id(text);
    sample.fields.insert(text.to_owned(), text.into());
    let part = (text.to_owned(), Outcome::incorrect(Reason::Different).with_detail(text));
    let outcome =
        Outcome { components: vec![part], ..Outcome::correct(Reason::Equal).with_extracted("a").with_rule(text.to_owned()) };
    let other = Outcome::unscored(Reason::NoTests).with_detail(text);
    for (file, source) in [(text, "one"), ("plain", text)] {
        report.row(&Row::new(Place::line(file, 1), &sample).judged(&outcome).against(&other).source(source).note(text, text));
    }
    written(report)
}

fn written(report: Report) -> String {
    let mut html = Vec::new();
    report.write_to(&mut html).unwrap();
    String::from_utf8(html).unwrap()
}

/// The names of the tags, without the script, whose code has signs that look like tags.
fn tags(html: &str) -> Vec<String> {
    let html = html.replace(page::SCRIPT, "");
    let name = |tag: &str| {
        tag.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/' && letter != '!')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    html.split('<').skip(1).map(name).collect()
}

/// Rows with texts that compress badly.
fn large(rows: u64, max_bytes: u64) -> String {
    let options = ReportOptions { max_bytes, ..ReportOptions::default() };
    let mut report = Report::with_options("large", options);
    for line in 1..=rows {
        let sample = Sample::new(draws(line, 60));
        let outcome = if line.is_multiple_of(10) { Outcome::unscored(Reason::NoReward) } else { Outcome::correct(Reason::Equal) };
        report.row(&Row::new(Place::line("f", line), &sample).judged(&outcome));
    }
    written(report)
}

/// Words that hardly compress.
fn draws(mut state: u64, words: usize) -> String {
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:08x} ", state >> 32)
    };
    (0..words).map(|_| next()).collect()
}

#[test]
fn hostile_text_adds_no_markup() {
    let harmless = tags(&page_with("plain"));
    for attack in ATTACKS {
        assert_eq!(tags(&page_with(attack)), harmless, "{attack}");
    }
}

#[test]
fn characters_that_act_are_not_in_the_markup() {
    let html = page_with(ATTACKS[6]);
    let acts =
        |character: char| character.is_control() && character != '\n' || "\u{2028}\u{2029}\u{202e}\u{feff}".contains(character);
    let names = html.find("<script type=\"application/json\"").unwrap();
    assert_eq!(html[..names].chars().find(|character| acts(*character)), None);
    assert!(html.contains(r"\u{2028}\u{2029}\x00\u{202e}\u{feff}]]&gt;"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let html = page_with("plain");
    assert!(html.contains("default-src 'none'") && !html.contains("url(") && !html.contains("<link") && !html.contains(" src="));
    assert!(!page::SCRIPT.contains("innerHTML") && !page::SCRIPT.contains("insertAdjacent") && !page::SCRIPT.contains("eval("));
}

/// The hash of the script in Base64.
#[cfg(feature = "code")]
#[test]
fn the_hash_in_the_policy_is_that_of_the_script() {
    use sha2::{Digest as _, Sha256};
    let mut text = Vec::new();
    base64::write(&Sha256::digest(page::SCRIPT), &mut text).unwrap();
    assert_eq!(page::SCRIPT_HASH, String::from_utf8(text).unwrap(), "write this hash into page.rs");
}

#[test]
fn the_same_rows_give_the_same_page() {
    assert_eq!(page_with("x"), page_with("x"));
    assert_eq!(large(3000, 1_000_000), large(3000, 1_000_000));
}

#[test]
fn a_page_stays_below_its_limit_and_says_what_it_leaves_out() {
    let html = large(6000, 1_500_000);
    assert!(html.len() < 1_500_000 && html.len() > 900_000, "{}", html.len());
    let left = html.split("id=left>").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(left.starts_with("The file is limited to 1 MB, so "), "{left}");
    assert!(
        left.contains("all 600 unscored rows; ") && left.contains(" of 5,400 correct rows, drawn at random (seed 0)"),
        "{left}"
    );
    // The counts are those of all rows.
    assert!(html.contains("<td class=number>5,400<td class=number>90.0 %"), "{html:.3000}");
    assert!(!large(600, 60_000_000).contains("id=left"));
}

#[test]
fn a_page_of_many_long_names_stays_below_its_limit() {
    let mut report = Report::with_options("names", ReportOptions { max_bytes: 1_000_000, ..ReportOptions::default() });
    for line in 1..=3000 {
        let sample = Sample::new(draws(line, 60));
        let source = format!("{line} {}", "n".repeat(200));
        report.row(&Row::new(Place::line("f", line), &sample).judged(&Outcome::correct(Reason::Equal)).source(&source));
    }
    let html = written(report);
    assert!(html.len() < 1_000_000 && html.len() > 800_000, "{}", html.len());
}

#[test]
fn a_report_without_rows_is_a_page() {
    let html = written(Report::new("empty"));
    assert!(html.contains("\"rows\":0") && html.ends_with("</html>\n"));
}

#[test]
fn a_comparison_counts_pairs_of_verdicts_and_reasons() {
    let mut report = Report::new("strict against lenient");
    report.sides("strict", "lenient");
    let (yes, no) = (Outcome::correct(Reason::Equal), Outcome::incorrect(Reason::Hedged));
    for (one, other, rows) in [(&yes, &yes, 5), (&no, &yes, 3), (&no, &no, 2)] {
        for line in 1..=rows {
            report.row(&Row::new(Place::line("f", line), &Sample::new("x")).judged(one).against(other));
        }
    }
    let html = written(report);
    assert!(html.contains("data-filter=\"verdict=1&amp;otherVerdict=0\">3</button>"));
    assert!(html.contains("Disagreements by pair of reasons: 3 rows (30.0 %)"));
    assert!(html.contains("data-filter=\"verdict=1&amp;reason=6&amp;otherVerdict=0&amp;otherReason=0\">3</button>"));
}
