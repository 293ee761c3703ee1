//! `verify explain` says what the names in results and specs mean, and its examples are correct.
#![cfg(all(feature = "cli", feature = "structured", feature = "schema", feature = "code"))]

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use r1rewards::audit::FindingCode;
use r1rewards::math::Policy;
use r1rewards::select::RejectReason;
use r1rewards::spec::{ComponentSpec, kinds};
use r1rewards::{Reason, RewardSpec, Rule, Sample, Scorer};

fn explain(name: &str) -> assert_cmd::assert::Assert {
    Command::cargo_bin("verify").unwrap().args(["explain", name]).assert()
}

/// What the command prints for a name.
fn printed(name: &str) -> String {
    String::from_utf8(explain(name).success().get_output().stdout.clone()).unwrap()
}

/// The arguments of the command in a line.
fn arguments(line: &str) -> Vec<String> {
    let (options, texts) = line.split_once(" -- ").expect("a command");
    let quoted = texts.strip_prefix('\'').and_then(|texts| texts.strip_suffix('\'')).expect("quoted texts");
    let options = options.split_whitespace().skip(1).map(str::to_owned);
    options.chain(["--".to_owned()]).chain(quoted.split("' '").map(str::to_owned)).collect()
}

#[test]
fn every_name_is_explained_by_its_sentence_and_its_page() {
    let reasons = Reason::ALL.iter().map(|reason| ("reason", reason.code(), reason.describe(), "docs/reasons.md".to_owned()));
    let rules = Rule::ALL.iter().map(|rule| ("rule", rule.name(), rule.describe(), "docs/rules.md".to_owned()));
    let switches = Policy::SWITCHES.iter().map(|(name, text)| ("switch", *name, *text, "docs/math.md".to_owned()));
    let rewards = kinds().iter().map(|kind| ("reward", kind.name, kind.about, format!("docs/rewards/{}.md", kind.name)));
    let findings = FindingCode::ALL.iter().map(|code| ("finding", code.code(), code.describe(), "docs/findings.md".to_owned()));
    let rejections =
        RejectReason::ALL.iter().map(|reason| ("rejection", reason.code(), reason.describe(), "docs/select.md".to_owned()));
    for (of, name, means, page) in reasons.chain(rules).chain(switches).chain(rewards).chain(findings).chain(rejections) {
        let text = printed(name);
        let part = text.split("\n\n").find(|part| part.starts_with(&format!("{of:<10} {name}\n"))).expect("a part for it");
        assert!(part.contains(&format!("means      {means}\n")), "{text}");
        assert!(part.trim_end().ends_with(&format!("page       {page}")), "{text}");
        assert!(std::path::Path::new(&page).is_file(), "{page}");
    }
}

#[test]
fn the_example_of_a_reason_has_that_reason() {
    let mut checked = 0;
    for reason in Reason::ALL {
        let text = printed(reason.code());
        let part = text.split("\n\n").next().unwrap();
        let Some(line) = part.lines().find_map(|line| line.strip_prefix("example    ")) else { continue };
        let output = Command::cargo_bin("verify").unwrap().args(arguments(line)).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains(&format!("({})\n", reason.code())), "{line}\n{shown}");
        checked += 1;
    }
    assert_eq!(checked, 12);
}

#[test]
fn the_example_of_a_rule_is_decided_by_that_rule() {
    for rule in Rule::ALL {
        let example = rule.example();
        let with = |mut spec: ComponentSpec| {
            spec = example.options.iter().fold(spec, |spec, (name, value)| {
                // As `--set` takes them: JSON, or else text.
                spec.with_option(*name, serde_json::from_str(value).unwrap_or_else(|_| serde_json::Value::from(*value)))
            });
            Scorer::from_spec(&RewardSpec { components: vec![spec] }).unwrap_or_else(|error| panic!("{rule}: {error}"))
        };
        let mut sample = Sample::new(example.answer);
        if !example.gold.is_empty() {
            sample = sample.with_answer(example.gold);
        }
        // Two samples of one prompt, for rewards that compare samples.
        let group = [sample.clone().with_prompt("prompt"), sample.with_prompt("prompt")];
        let mut outcome = with(ComponentSpec::new(example.kind)).score_batch(&group).remove(0);
        if outcome.reason == Reason::NoAnswer {
            outcome = with(ComponentSpec::new(example.kind).with_option("extract", "none")).score_batch(&group).remove(0);
        }
        assert_eq!(outcome.rule.as_deref(), Some(rule.name()), "{example:?}: {outcome:?}");
    }
}

#[test]
fn the_example_of_a_switch_is_what_the_switch_changes() {
    for (name, _) in Policy::SWITCHES {
        let text = printed(name);
        let part = text.split("\n\n").find(|part| part.starts_with("switch ")).expect("a switch");
        let Some(line) = part.lines().find_map(|line| line.strip_prefix("example    ")) else { continue };
        let verdict = |state: bool| {
            let mut arguments = arguments(line);
            // The last value of an option counts.
            let texts = arguments.iter().position(|argument| argument == "--").expect("the texts of the command");
            arguments.splice(texts..texts, ["--set".to_owned(), format!("{name}={state}")]);
            Command::cargo_bin("verify").unwrap().args(arguments).output().unwrap().stdout
        };
        assert_ne!(verdict(true), verdict(false), "{line}");
    }
}

/// The pages' own examples, which `tests/reward_pages.rs` judges.
#[test]
fn every_kind_of_reward_is_shown_by_a_spec_and_a_row() {
    for kind in kinds() {
        let text = printed(kind.name);
        let part = text.split("\n\n").find(|part| part.starts_with("reward ")).expect("a reward");
        let example = part
            .split_once("\nexample    ")
            .unwrap_or_else(|| panic!("`{}` has no example: R1REWARDS_UPDATE=1 cargo test --test reward_pages", kind.name))
            .1
            .split_once("\npage ")
            .expect("a page")
            .0;
        let (spec, row) = example.rsplit_once('\n').expect("a spec and a row");
        let spec = RewardSpec::from_toml(spec).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        assert_eq!(spec.components[0].kind, kind.name);
        let row: serde_json::Value = serde_json::from_str(row).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        assert!(row["expect"]["reason"].is_string(), "{row}");
    }
}

#[test]
fn a_name_that_is_a_rule_and_a_switch_is_explained_as_both() {
    let text = printed("assignment");
    assert!(text.starts_with("rule       assignment\n") && text.contains("\n\nswitch     assignment\n"), "{text}");
    assert!(text.contains("on in      lenient, science, math_verify, hendrycks\n"), "{text}");
}

#[test]
fn names_are_found_in_other_spellings() {
    assert_eq!(printed("Wrong-Kind"), printed("wrong_kind"));
    assert_eq!(printed("`wrong_kind`"), printed("wrong_kind"));
}

#[test]
fn without_a_name_all_of_them_are_listed() {
    let listed = Command::cargo_bin("verify").unwrap().arg("explain").assert().success();
    listed.stdout(
        starts_with("reason     equal, different, ").and(contains("\nrule       integer, ")).and(contains("\nreward     all, any")),
    );
}

#[test]
fn an_unknown_name_is_refused_with_the_names_close_to_it() {
    explain("hegded").code(2).stdout("").stderr(contains("verify: `hegded` is not a reason, rule,").and(contains("`hedged`")));
    explain("modulr").code(2).stderr(contains("similar names: `modular`"));
    explain("section").code(2).stderr(contains("`section_blank`"));
    explain("xyzzyxyzzy").code(2).stderr(contains("`verify explain` without a name lists all of them"));
}

#[test]
fn kinds_are_listed_and_shown_with_their_options() {
    let kinds_of = |arguments: &[&str]| Command::cargo_bin("verify").unwrap().arg("kinds").args(arguments).assert();
    let listed = String::from_utf8(kinds_of(&[]).success().get_output().stdout.clone()).unwrap();
    for kind in kinds() {
        assert!(listed.contains(&format!("  {:<18} {}\n", kind.name, kind.about)), "{}", kind.name);
    }
    kinds_of(&["length"]).success().stdout(starts_with("reward     length\n").and(contains("option     ")));
    kinds_of(&["hedged"]).code(2).stderr(contains("`hedged` is no kind of reward"));
}
