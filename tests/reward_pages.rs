//! `docs/rewards/` has a page for every kind of reward, the Python package has a class, and both agree with the code.
//!
//! The sentence under a page's title, its table of options, the lists of the kinds, the table of the math policies and
//! the classes in `python/r1rewards/rewards` are generated from the registry. `R1REWARDS_UPDATE=1 cargo test --test
//! reward_pages` writes them; without it the test says which file is not up to date. Everything else in a page is
//! written by hand, and its examples are run: each `toml` block is a spec, and each line of a `json` block after it is
//! a row with its expected result.
#![cfg(all(feature = "math", feature = "structured", feature = "schema", feature = "code"))]

#[path = "support/generated.rs"]
mod generated;
#[path = "support/python_classes.rs"]
mod python_classes;
#[path = "support/python_example.rs"]
mod python_example;
#[path = "support/reward_page.rs"]
mod reward_page;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use generated::{keep, keep_parts};
use r1rewards::rows::Fields;
use r1rewards::spec::{families, kinds};
use r1rewards::{RewardSpec, Scorer};
use reward_page::{FOLDER, MARKS, blocks};
use serde_json::Value;

const SECTIONS: [&str; 3] = ["\n## Example\n", "\n## Options\n", "\n## Limits\n"];
const CLASSES: &str = "python/r1rewards/rewards";
/// The modules of the Python package's rewards that are written by hand.
const BY_HAND: [&str; 2] = ["_base.py", "custom.py"];

#[test]
fn the_pages_have_the_sentences_of_the_registry() {
    for kind in kinds() {
        keep_parts(&reward_page::path(kind), MARKS, &[format!("{}\n", kind.about), reward_page::options(kind)]);
    }
    keep_parts(&Path::new(FOLDER).join("README.md"), MARKS, &[reward_page::index()]);
    let names = kinds().iter().map(|kind| format!("    {}\n", kind.name)).collect::<String>() + "    ";
    let marks = ["    // The built-in kinds: written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages`.", "// end"];
    keep_parts(Path::new("src/cli/pages.rs"), marks, &[names]);
    keep_parts(Path::new("docs/math.md"), ["<!-- switches -->", "<!-- /switches -->"], &[reward_page::switches()]);
}

#[test]
fn the_python_classes_are_those_of_the_registry_and_none_is_left_over() {
    let folder = Path::new(CLASSES);
    for family in families() {
        keep(&folder.join(format!("{}.py", family.name)), &python_classes::module(family));
    }
    keep(&folder.join("__init__.py"), &python_classes::package());
    let by_hand = BY_HAND.into_iter().map(str::to_owned);
    let wanted: BTreeSet<_> =
        families().iter().map(|family| format!("{}.py", family.name)).chain(["__init__.py".to_owned()]).chain(by_hand).collect();
    let found: BTreeSet<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".py"))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_kind_has_a_page_with_every_section_and_no_page_is_left_over() {
    let wanted: BTreeSet<_> =
        kinds().iter().map(|kind| reward_page::path(kind)).chain([Path::new(FOLDER).join("README.md")]).collect();
    let found: BTreeSet<_> = fs::read_dir(FOLDER).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(found, wanted);
    for kind in kinds() {
        let text = reward_page::text(kind);
        assert!(text.starts_with(&format!("# `{}`\n", kind.name)), "{}: the title", kind.name);
        let places: Vec<_> = SECTIONS.iter().map(|section| text.find(section)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: the sections are {SECTIONS:?}", kind.name);
    }
}

#[test]
fn the_examples_give_what_the_pages_say() {
    let mut problems = Vec::new();
    for kind in kinds() {
        let text = reward_page::text(kind);
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

/// Judges the rows as one batch, so that rewards on groups get the whole group. Returns the number of rows.
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
