//! `docs/rewards/` has a page for every kind of reward, and what the pages say is so.
//!
//! The sentence under the title, the table of options and the index are made from the registry. `R1REWARDS_UPDATE=1 cargo test --test
//! reward_pages` writes them; without it the test says which page is not up to date. Everything else in a page is written by people, and
//! its examples are run: each `toml` block is a spec, and each line of a `json` block after it is a row with what must come out.
#![cfg(all(feature = "math", feature = "structured", feature = "schema", feature = "code"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use r1rewards::rows::Fields;
use r1rewards::spec::{Kind, kinds};
use r1rewards::{RewardSpec, Scorer};
use serde_json::Value;

const FOLDER: &str = "docs/rewards";
const SECTIONS: [&str; 3] = ["\n## Example\n", "\n## Options\n", "\n## Limits\n"];
const BEGIN: &str = "<!-- from the registry -->\n";
const END: &str = "<!-- end -->";

fn page(kind: &Kind) -> PathBuf {
    Path::new(FOLDER).join(format!("{}.md", kind.name))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn options(kind: &Kind) -> String {
    let rows = kind.options.iter().map(|(name, about)| format!("| `{name}` | {} |\n", about.replace('|', "\\|")));
    let table: String = rows.collect();
    if table.is_empty() { "None of its own.\n".to_owned() } else { format!("| option | meaning |\n|---|---|\n{table}") }
}

fn index() -> String {
    let rows = kinds().iter().map(|kind| format!("| [`{0}`]({0}.md) | {1} |\n", kind.name, kind.about));
    format!("| kind | what it rewards |\n|---|---|\n{}", rows.collect::<String>())
}

/// The text with its generated parts as they should be, one after the other.
fn up_to_date(path: &Path, text: &str, parts: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    for part in parts {
        let (before, after) = rest.split_once(BEGIN).unwrap_or_else(|| panic!("{}: no `{}`", path.display(), BEGIN.trim()));
        let (_, after) = after.split_once(END).unwrap_or_else(|| panic!("{}: no `{END}`", path.display()));
        out += &format!("{before}{BEGIN}{part}{END}");
        rest = after;
    }
    out + rest
}

#[test]
fn the_generated_parts_are_those_of_the_registry() {
    let index_page = Path::new(FOLDER).join("README.md");
    let pages = kinds().iter().map(|kind| (page(kind), vec![format!("{}\n", kind.about), options(kind)]));
    for (path, parts) in pages.chain([(index_page, vec![index()])]) {
        let text = read(&path);
        let wanted = up_to_date(&path, &text, &parts);
        if std::env::var_os("R1REWARDS_UPDATE").is_some() {
            fs::write(&path, wanted).expect("the page can be written");
        } else {
            assert!(text == wanted, "{} is not up to date: R1REWARDS_UPDATE=1 cargo test --test reward_pages", path.display());
        }
    }
}

#[test]
fn every_kind_has_a_page_with_every_section_and_no_page_is_left_over() {
    let wanted: BTreeSet<_> = kinds().iter().map(|kind| page(kind)).chain([Path::new(FOLDER).join("README.md")]).collect();
    let found: BTreeSet<_> = fs::read_dir(FOLDER).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(found, wanted);
    for kind in kinds() {
        let text = read(&page(kind));
        assert!(text.starts_with(&format!("# `{}`\n", kind.name)), "{}: the title", kind.name);
        let places: Vec<_> = SECTIONS.iter().map(|section| text.find(section)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: the sections are {SECTIONS:?}", kind.name);
    }
}

/// The fenced blocks of a page: language and content.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (language, after) = after.split_once('\n').expect("a fence has a line");
        let (content, after) = after.split_once("\n```").expect("a fence is closed");
        blocks.push((language, content));
        rest = after;
    }
    blocks
}

#[test]
fn the_examples_give_what_the_pages_say() {
    let mut problems = Vec::new();
    for kind in kinds() {
        let text = read(&page(kind));
        let mut scorer = None;
        let (mut specs, mut rows) = (0, 0);
        for (language, content) in blocks(&text) {
            let place = format!("{}: {content}", kind.name);
            match language {
                "toml" => {
                    let spec = RewardSpec::from_toml(content).unwrap_or_else(|error| panic!("{place}\n{error}"));
                    assert!(specs > 0 || spec.components[0].kind == kind.name, "{place}: the first example is of another kind");
                    scorer = Some(Scorer::from_spec(&spec).unwrap_or_else(|error| panic!("{place}\n{error}")));
                    specs += 1;
                }
                "json" => {
                    let scorer = scorer.as_ref().unwrap_or_else(|| panic!("{place}: no spec before"));
                    rows += check_rows(scorer, content, &place, &mut problems);
                }
                _ => {}
            }
        }
        assert!(specs > 0 && rows > 0, "{}: {specs} specs and {rows} rows in its examples", kind.name);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The rows are one batch, so that rewards which need the group have it. Gives their number.
fn check_rows(scorer: &Scorer, lines: &str, place: &str, problems: &mut Vec<String>) -> usize {
    let rows: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}\n{line}\n{error}"))).collect();
    let samples: Vec<_> = rows
        .iter()
        .flat_map(|row| Fields::default().samples(row, 1).unwrap_or_else(|error| panic!("{place}\n{row}\n{error}")))
        .collect();
    assert_eq!(samples.len(), rows.len(), "{place}");
    for (row, outcome) in rows.iter().zip(scorer.score_batch(&samples)) {
        let expected = row["expect"]["reward"].as_f64();
        let close = match (outcome.value, expected) {
            (Some(value), Some(expected)) => (value - expected).abs() < 1e-9,
            (value, expected) => value.is_none() && expected.is_none(),
        };
        if !close || outcome.reason.code() != row["expect"]["reason"] {
            problems.push(format!("{row}\n  gives {:?} {}", outcome.value, outcome.reason.code()));
        }
    }
    rows.len()
}
