//! The attacks of `attacks/`: well formed, and refused by our own verifier under every policy that is ours, which accepts all controls.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;

use r1rewards::math::{Math, Policy};
use r1rewards::redteam::{CONVENTIONS, Expected, Kind, Kit, Row, Ruling};
use r1rewards::{Reward, RewardSpec, Scorer};

/// Whether an attack is right by a convention of this policy, as docs/math.md describes them.
fn is_right_by_convention(policy: &str, row: &Row) -> bool {
    let follows = |convention: &str| match convention {
        "last_box" | "box_first" => policy != "strict",
        "same_solutions" => false,
        "tolerance" => policy == "science",
        other => panic!("{}: no policy is known to follow {other}", row.id),
    };
    row.accepted_by.as_deref().is_some_and(follows)
}

fn of_family<'a>(kit: &'a Kit, family: &str) -> impl Iterator<Item = (&'a Kind, &'a Row)> {
    kit.kinds.iter().filter(move |kind| kind.family == family).flat_map(|kind| kind.rows.iter().map(move |row| (kind, row)))
}

#[test]
fn no_attack_on_the_math_verifier_is_let_in_and_no_control_is_refused() {
    let kit = Kit::own().unwrap();
    for name in ["strict", "lenient", "science"] {
        let math = Math::new(name.parse::<Policy>().unwrap());
        let wrong: Vec<String> = of_family(&kit, "math")
            .filter(|(_, row)| !is_right_by_convention(name, row))
            .filter(|(_, row)| !Ruling::of(&math.score(&row.sample)).is_right(row.expected))
            .map(|(_, row)| row.id.clone())
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn an_attack_that_is_right_by_a_convention_is_refused_by_strict_unless_it_follows_it() {
    let (kit, math) = (Kit::own().unwrap(), Math::strict());
    let rows: Vec<_> = of_family(&kit, "math").filter(|(_, row)| row.accepted_by.is_some()).collect();
    for (convention, _) in CONVENTIONS {
        assert!(rows.iter().any(|(_, row)| row.accepted_by.as_deref() == Some(convention)), "{convention}: no attack");
    }
    for (_, row) in rows.into_iter().filter(|(_, row)| !is_right_by_convention("strict", row)) {
        assert!(!math.score(&row.sample).is_correct(), "{}", row.id);
    }
}

#[cfg(feature = "code")]
#[test]
fn no_attack_with_a_program_is_let_in_and_no_control_is_refused() {
    let kit = Kit::own().unwrap();
    let scorer = Scorer::builder().spec(&RewardSpec::kind("code")).unwrap().build().unwrap();
    let rows: Vec<&Row> = of_family(&kit, "code").map(|(_, row)| row).collect();
    let samples: Vec<_> = rows.iter().map(|row| row.sample.clone()).collect();
    let judged = scorer.score_batch(&samples);
    let wrong: Vec<_> = rows
        .iter()
        .zip(&judged)
        .filter(|(row, outcome)| !Ruling::of(outcome).is_right(row.expected))
        .map(|(row, _)| &row.id)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_kind_has_a_sentence_and_every_attack_another_control() {
    let kit = Kit::own().unwrap();
    let mut ids = BTreeSet::new();
    for kind in &kit.kinds {
        assert!(kind.about.ends_with('.') && kind.about.len() > 20, "{}: {}", kind.file, kind.about);
        for pair in kind.rows.chunks(2) {
            let [attack, control] = pair else { panic!("{}: an attack without a control", kind.file) };
            assert_eq!((attack.expected, control.expected), (Expected::Refuse, Expected::Accept), "{}", attack.id);
            assert!(attack.sample != control.sample && attack.sample.completion != control.sample.completion, "{}", attack.id);
            assert!(attack.note.ends_with('.'), "{}: {}", attack.id, attack.note);
            assert!(ids.insert(&attack.id) && ids.insert(&control.id), "{} is there twice", attack.id);
        }
    }
    let count = |family: &str| of_family(&kit, family).count() / 2;
    assert!(count("math") >= 500 && count("code") >= 60, "{} and {}", count("math"), count("code"));
}

#[test]
fn a_folder_is_read_as_what_is_built_in() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks");
    assert_eq!(Kit::folder(&folder).unwrap(), Kit::own().unwrap());
}
