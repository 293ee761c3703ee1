//! Equality under one policy is an equivalence on what has a value.
//!
//! Accepts: families of spellings of one value, made by identities, and the texts of the case files. Nothing is left out by its spelling: the switches that
//! are one-sided by design are off, and two answers are held to the laws of symmetry and transitivity where the reader finds the same marks in both (a unit, a
//! currency, the text of an option, letters that are read by what the other side shows). Every text is held to reflexivity. What a limit leaves undecided breaks no
//! law; what is proved different does. `LAWS=full` takes all the texts at once, and more families.

#[path = "../../../tests/support/cases.rs"]
mod cases;
#[path = "../../../tests/support/math_cases.rs"]
mod math_cases;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::choices::Choices;
use super::identities::{CONDITIONAL, SOUND};
use super::productions::Palette;
use super::term::Term;
use super::{has_unit, policies};
use crate::math::answer::Answer;
use crate::math::node::Node;
use crate::math::{Gold, Math, choice, names};
use crate::{Reason, Verdict};
use cases::cases;
use math_cases::Pair;

/// What a comparison says: equal, proved different, or neither.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Equal,
    Different,
    Neither,
}

/// What an answer may have more than another that it is equal to: a unit or a currency, the text of an option.
#[derive(Clone, Copy, PartialEq)]
struct Mark {
    unit: bool,
    /// Whether the unit stands behind all of it.
    whole: bool,
    option: Option<bool>,
    /// Whether it has letters before brackets, or runs of capitals, which are read by what the other side shows.
    by_the_pair: bool,
    /// The word between its values, which a comma leaves open.
    joint: Option<&'static str>,
}

impl Mark {
    fn of(text: &str) -> Self {
        let answer = Answer::read(text).ok();
        let node = answer.as_ref().and_then(Answer::node);
        let whole = matches!(node.as_deref(), Some(Node::Degrees(_) | Node::Quantity(..)));
        let currency = answer.as_ref().and_then(|answer| answer.normal.as_ref()).is_some_and(|normal| normal.currency.is_some());
        Self {
            unit: currency || has_unit(text),
            whole,
            option: choice::read(text.trim()).map(|choice| choice.text.is_some()),
            by_the_pair: node.as_deref().is_some_and(names::has_open),
            joint: answer.as_ref().and_then(Answer::joint),
        }
    }
}

/// Everything against everything.
struct Table<'t> {
    texts: &'t [String],
    marks: Vec<Mark>,
    said: Vec<Vec<Said>>,
    /// Whether a text is judged incorrect for the reference that is written as it is: not even a text without a value may be.
    denied: Vec<bool>,
}

impl<'t> Table<'t> {
    fn of(math: &Math, texts: &'t [String]) -> Self {
        let golds: Vec<_> = texts.iter().map(|text| math.gold(text)).collect();
        let said = golds.par_iter().map(|gold| {
            let say = |answer: &String| {
                let outcome = math.judge(std::slice::from_ref(gold), answer);
                match outcome.reason {
                    Reason::Equal => Said::Equal,
                    Reason::Different => Said::Different,
                    _ => Said::Neither,
                }
            };
            texts.iter().map(say).collect()
        });
        let denies = |(gold, text): (&Gold, &String)| math.judge(std::slice::from_ref(gold), text).verdict == Verdict::Incorrect;
        let denied = golds.iter().zip(texts).map(denies).collect();
        Self { texts, marks: texts.iter().map(|text| Mark::of(text)).collect(), said: said.collect(), denied }
    }

    /// The laws that do not hold, each with its witnesses.
    fn faults(&self) -> Vec<String> {
        let (count, said) = (self.texts.len(), |a: usize, b: usize| self.said[a][b]);
        let alike = |a: usize, b: usize| self.marks[a] == self.marks[b];
        let mut faults = Vec::new();
        for a in 0..count {
            if self.denied[a] {
                faults.push(format!("reflexive: {}", self.texts[a]));
            }
            for b in 0..count {
                if said(a, b) != Said::Equal || a == b || !alike(a, b) {
                    continue;
                }
                if said(b, a) == Said::Different {
                    faults.push(format!("symmetric: {}   |   {}", self.texts[a], self.texts[b]));
                }
                for c in 0..count {
                    if alike(b, c) && said(b, c) == Said::Equal && said(a, c) == Said::Different {
                        faults.push(format!("transitive: {}   |   {}   |   {}", self.texts[a], self.texts[b], self.texts[c]));
                    }
                }
            }
        }
        faults
    }
}

fn full() -> bool {
    std::env::var("LAWS").is_ok_and(|size| size == "full")
}

/// Spellings that look like one value: a formula, and what identities, true and doubtful, make of it and of its parts.
fn family(seed: u64) -> Vec<String> {
    let mut choices = Choices::Seed(seed);
    let palette = Palette::draw(&mut choices);
    let (left, right) = if choices.once_in(2) { choices.pick(SOUND) } else { choices.pick(CONDITIONAL) };
    let parts: Vec<Term> = (0..3).map(|_| palette.term(&mut choices, 1)).collect();
    let mut terms = vec![Term::instance(left, &parts), Term::instance(right, &parts)];
    // Another identity for a part of one of them.
    for _ in 0..4 {
        let (left, right) = if choices.once_in(3) { choices.pick(CONDITIONAL) } else { choices.pick(SOUND) };
        let from = choices.below(terms.len());
        let inside: Vec<Term> = terms[from].subterms().into_iter().cloned().collect();
        let part = inside[choices.below(inside.len())].clone();
        let (one, other) = if choices.once_in(2) { (left, right) } else { (right, left) };
        // Where the part is an instance already, it becomes the other side; else it is put into both.
        let next = if part.template == one {
            terms[from].replaced(&part, &Term { template: other, parts: part.parts.clone() })
        } else {
            Term {
                template: choices.pick(&["<#0>+0", "1\\cdot <#0>", "\\frac{<#0>}{1}", "-(-<#0>)", "\\frac{2\\cdot <#0>}{2}"]),
                parts: vec![terms[from].clone()],
            }
        };
        terms.push(next);
    }
    let texts: BTreeSet<String> = terms.iter().map(Term::to_string).collect();
    texts.into_iter().collect()
}

/// The golds and answers of each file of cases.
fn texts() -> Vec<Vec<String>> {
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for placed in cases::<Pair>() {
        // Long ones are held to limits of time, and each is compared with every other here.
        let sides = [placed.case.gold, placed.case.answer].into_iter().filter(|text| text.len() < 200);
        files.entry(placed.theme).or_default().extend(sides);
    }
    files.into_values().map(|texts| texts.into_iter().collect()).collect()
}

#[test]
fn spellings_of_one_value_keep_the_laws_of_equality() {
    let count = if full() { 20_000 } else { 300 };
    let judges = policies().map(Math::new);
    let faults: BTreeSet<String> = (0..count)
        .into_par_iter()
        .flat_map_iter(|seed| {
            let texts = family(seed);
            let faults: Vec<String> = judges.iter().flat_map(|math| Table::of(math, &texts).faults()).collect();
            faults
        })
        .collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.into_iter().take(200).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_texts_of_the_cases_keep_the_laws_of_equality() {
    let mut groups = texts();
    if full() {
        let all: BTreeSet<String> = groups.concat().into_iter().collect();
        groups = vec![all.into_iter().collect()];
    }
    let judges = policies().map(Math::new);
    let mut faults: BTreeSet<String> = BTreeSet::new();
    for texts in &groups {
        // A part of a long file in every build.
        let texts =
            if full() || texts.len() <= 60 { texts.clone() } else { texts.iter().step_by(texts.len() / 60 + 1).cloned().collect() };
        faults.extend(judges.iter().flat_map(|math| Table::of(math, &texts).faults()));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.into_iter().take(400).collect::<Vec<_>>().join("\n"));
}
