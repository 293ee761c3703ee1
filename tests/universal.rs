//! No answer is correct for two references that differ.
//!
//! A table of pairwise different references of every kind is compared with generated candidates: products and quotients
//! of hidden zeros and ones, forms of infinity, empty structures, tautologies, fragments of notation, and parts and
//! concatenations of references. `UNIVERSAL=full` uses all combinations.
#![cfg(feature = "math")]

use r1rewards::math::{Extract, Gold, Math, Policy};
use rayon::prelude::*;

#[path = "../src/math/adversary/choices.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod choices;
#[path = "../src/math/adversary/identities.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod identities;
#[path = "../src/math/adversary/term.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod term;

use choices::Choices;
use identities::{AROUND_ZERO, ZEROS};
use term::Term;

/// References of every kind; no two of them are equal under any policy.
const GOLDS: &[&str] = &[
    // Numbers.
    "0",
    "1",
    "-1",
    "2",
    "42",
    "-7",
    "1234567",
    "0.625",
    "-3.75",
    "\\frac{3}{7}",
    "-\\frac{22}{9}",
    "5\\frac{1}{3}",
    "0.\\overline{27}",
    "6.02\\times 10^{23}",
    "2^{100}",
    "\\binom{20}{8}",
    "13!",
    "37\\%",
    "1101_2",
    // Surds and constants.
    "\\sqrt{2}",
    "3\\sqrt{5}",
    "\\sqrt[3]{11}",
    "\\frac{1+\\sqrt{5}}{2}",
    "\\sqrt{2+\\sqrt{3}}",
    "\\pi",
    "\\frac{\\pi^2}{6}",
    "e",
    "e^{3}",
    "\\ln 7",
    "\\log_{3} 5",
    "\\sin 1",
    "\\cos\\frac{\\pi}{9}",
    "\\arctan\\frac{2}{5}",
    "i",
    "3-4i",
    "e^{i\\pi/5}",
    "\\infty",
    "-\\infty",
    // Formulas.
    "x",
    "y",
    "x+1",
    "x^2+1",
    "xy",
    "\\frac{1}{x}",
    "\\frac{x+1}{x-1}",
    "\\sqrt{x}",
    "|x-3|",
    "\\ln x",
    "e^{-x}",
    "\\sin 2x",
    "\\tan x",
    "n!",
    "2^n",
    "\\frac{n(n+1)}{2}",
    "\\lfloor x\\rfloor",
    "a_1+a_2",
    "\\sum_{k=1}^{n} k^5",
    // Tuples, sets, lists.
    "(1,2)",
    "(x,y)",
    "(3,-5,8)",
    "\\langle 1,-4\\rangle",
    "\\{1,2,3\\}",
    "\\{x,x^3\\}",
    "\\{\\sqrt{7}\\}",
    "\\emptyset",
    "4, 9",
    "\\pm 6",
    "3+\\sqrt{2}, 3-\\sqrt{2}",
    // Intervals and unions.
    "[0,5)",
    "(-\\infty,8]",
    "(2,11)",
    "(-3,-1)\\cup(4,\\infty)",
    "\\mathbb{R}\\setminus\\{17\\}",
    "\\mathbb{R}",
    // Equations, inequalities, systems, definitions.
    "y=2x+3",
    "x^2+y^2=25",
    "xy=1",
    "z=19",
    "x=1, y=-2",
    "f(x)=7x",
    "x>30",
    "|x|\\le 14",
    "3x-2y\\ge 6",
    "-9<x<16",
    "x\\neq 23",
    "p\\equiv 3\\pmod{8}",
    // Matrices.
    "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
    "\\begin{pmatrix}5\\\\-6\\end{pmatrix}",
    "\\begin{pmatrix}x&0\\\\0&x\\end{pmatrix}",
    // Units, money, times, dates, ratios, angles.
    "15\\text{ cm}",
    "250\\text{ km/h}",
    "\\$18.50",
    "€33",
    "75^\\circ",
    "3:00\\text{ PM}",
    "2021-07-04",
    // Under `lenient` it is 5/9, which no other reference is.
    "5:9",
    // Words, choices, notation.
    "A",
    "C",
    "\\text{blue}",
    "\\text{Monday}",
    "\\text{no real roots}",
    "\\text{true}",
    "\\text{undefined}",
    "\\overrightarrow{AB}",
    "\\triangle ABC",
    "\\int_0^1 f(x)\\,dx",
    "\\lim_{x\\to 0}\\frac{\\sin x}{x}",
    "\\forall x\\,\\exists y",
    "p\\land q",
    "\\mathbf{a}\\times\\mathbf{b}",
];

/// Templates that give an undefined or empty form the shape of a reference.
const SHAPES: &[&str] = &[
    "#0",
    "(#0,#0)",
    "(#0,#0,#0)",
    "\\langle #0,#0\\rangle ",
    "\\{#0\\}",
    "\\{#0,#0\\}",
    "\\{#0,#0,#0\\}",
    "#0,#0",
    "[#0,#0)",
    "(-\\infty,#0]",
    "(#0,\\infty)",
    "(-3,#0)\\cup(#0,\\infty)",
    "#0=0",
    "y=#0",
    "x=#0",
    "#0=#0",
    "#0>0",
    "x>#0",
    "#0\\le x",
    "|x|\\le #0",
    "#0\\neq 0",
    "f(x)=#0",
    "x=#0, y=#0",
    "\\begin{pmatrix}#0&#0\\\\#0&#0\\end{pmatrix}",
    "\\begin{pmatrix}#0\\\\#0\\end{pmatrix}",
    "#0\\text{ cm}",
    "\\$#0",
    "#0^\\circ",
    "#0\\%",
    "#0:#0",
    "\\pm (#0)",
    "|#0|",
    "\\sqrt{#0}",
    "\\ln(#0)",
    "e^{#0}",
    "\\int_0^{#0} f(x)\\,dx",
    "f(#0)",
];

/// Forms without a value, or with one that a comparison could confuse with any value.
const FORMS: &[&str] = &[
    "\\frac{0}{0}",
    "\\frac{1}{0}",
    "0^0",
    "0^{-1}",
    "\\infty-\\infty",
    "\\infty\\cdot 0",
    "0\\cdot\\infty",
    "\\frac{\\infty}{\\infty}",
    "\\infty^0",
    "1^{\\infty}",
    "\\frac{x-x}{x-x}",
    "\\log_1 1",
    "\\log_1 x",
    "\\log_0 x",
    "\\ln 0",
    "0\\cdot\\ln 0",
    "\\tan\\frac{\\pi}{2}",
    "0\\cdot\\tan\\frac{\\pi}{2}",
    "\\cot 0",
    "(-1)!",
    "0\\cdot(-1)!",
    "\\arcsin 2-\\arcsin 2",
    "\\sqrt[0]{x}",
    "\\sqrt[0]{1}",
    "\\binom{0}{-1}",
    "\\frac{|x|-x}{|x|-x}",
    "\\frac{(|x|-x)\\sqrt{x}}{|x|-x}",
    "\\frac{(|x|-x)\\ln x}{|x|-x}",
    "\\lim_{x\\to 0}\\frac{0}{x}",
    "\\sum_{k=1}^{0} x",
    "\\prod_{k=1}^{0} x",
    "\\sum_{k=1}^{\\infty} 0",
    "\\int_0^0 x\\,dx",
    "\\max()",
    "\\gcd(0,0)",
    "\\min\\{\\}",
    "\\max[3,5)",
    "0.\\,\\overline{3}",
    "\\emptyset",
    "\\{\\}",
    "x=x",
    "0=0",
    "1=1",
    "x\\in\\mathbb{R}",
    "\\text{any}",
    "",
    " ",
    "{}",
    "{{}}",
    "()",
    "[]",
    "\\left.\\right.",
    "\\left(\\right)",
    "\\text{}",
    "\\mathrm{}",
    "\\boxed{}",
    "\\boxed{\\boxed{}}",
    "\\frac{}{}",
    "\\sqrt{}",
    "\\phantom{1}",
    "\\ldots",
    "\\cdots",
    "?",
    "...",
    "$",
    "$$",
    "\\(\\)",
    "\\[\\]",
    "+",
    "-",
    "=",
    "\\cdot",
    "\\times",
    ",",
    ";",
    "_",
    "^",
    "\\\\",
    "&",
    "%",
    "\\%",
    "^\\circ",
    "\\pm",
    "\\neq",
    "\\approx",
    "\u{200b}",
    "\u{ad}",
    "\u{2800}",
    "\u{fff9}\u{fffa}\u{fffb}",
    "**",
    "****",
    "the answer",
    "answer",
    "\\text{answer}",
    "\\text{see above}",
    "all of the above",
    "none",
    "any number",
    "it is correct",
    "correct",
    "1 or 2",
    "*",
    "x",
    "c",
    "C",
    "\\square",
    "\\blacksquare",
    "\\text{unknown}",
];

/// Text between two references that are joined to one answer.
const JOINTS: &[&str] = &[
    ",",
    ";",
    " or ",
    " and ",
    "\\text{ or }",
    "\\text{ and }",
    "=",
    "\\approx ",
    "\\neq ",
    "/",
    "|",
    "\\mid ",
    " ",
    "\\quad ",
    "\\\\",
    "&",
    "\\to ",
    "\\pm ",
    "\\vee ",
    "\\lor ",
    "\\cup ",
    "\\cap ",
    "\\iff ",
    ":",
    "\n",
    "\\text{ (}",
    " (or) ",
    ", i.e. ",
    "\\over ",
    "\\atop ",
    "^",
    "_",
    "\\cdot ",
    "+0\\cdot ",
];

fn full() -> bool {
    std::env::var("UNIVERSAL").is_ok_and(|size| size == "full")
}

/// Answers that might be accepted for many references; every run draws the same ones.
fn candidates() -> Vec<String> {
    let mut choices = Choices::Seed(0x5EED);
    // The number of draws: with `UNIVERSAL=full`, and without it.
    let every = |full_size: usize, small: usize| if full() { full_size } else { small };
    let mut all: Vec<String> = GOLDS.iter().chain(FORMS).map(|text| (*text).to_owned()).collect();

    let insides = ["x", "n", "y", "2", "\\pi ", "\\sqrt{2}"].map(Term::leaf);
    let tops = ["\\sqrt{x}", "\\ln x", "x", "1", "i", "\\infty ", "(x+1)", "7", "|x|", "\\arcsin x"].map(Term::leaf);
    let mut hidden: Vec<Term> = FORMS[..36].iter().map(|form| Term::leaf(form)).collect();
    for zero in ZEROS {
        for (left, _) in AROUND_ZERO {
            for _ in 0..every(4, 1) {
                let zero =
                    Term::instance(zero, &[choices.pick(&PLACES), choices.pick(&PLACES)].map(|place| insides[place].clone()));
                let parts = [tops[choices.below(tops.len())].clone(), tops[choices.below(tops.len())].clone(), zero];
                hidden.push(Term::instance(left, &parts));
            }
        }
    }
    all.extend(hidden.iter().map(Term::to_string));
    for shape in &SHAPES[1..] {
        for _ in 0..every(300, 12) {
            let inside = hidden[choices.below(hidden.len())].clone();
            all.push(Term { template: shape, parts: vec![inside] }.to_string());
        }
        all.extend(FORMS.iter().filter(|_| full()).map(|form| Term { template: shape, parts: vec![Term::leaf(form)] }.to_string()));
    }
    // Beginnings and ends of references.
    for gold in GOLDS {
        let cuts: Vec<usize> = gold.char_indices().map(|(place, _)| place).skip(1).collect();
        for _ in 0..every(12, 2).min(cuts.len()) {
            let cut = choices.pick(&cuts);
            all.push(gold[..cut].to_owned());
            all.push(gold[cut..].to_owned());
        }
    }
    // Two references in one answer.
    for _ in 0..every(12_000, 500) {
        all.push(format!("{}{}{}", choices.pick(GOLDS), choices.pick(JOINTS), choices.pick(GOLDS)));
    }
    // Marks nested in each other.
    for (open, close) in
        [("\\boxed{", "}"), ("$", "$"), ("\\text{", "}"), ("{", "}"), ("\\left(", "\\right)"), ("**", "**"), ("\\phantom{", "}")]
    {
        for _ in 0..every(60, 8) {
            let (one, other) = (choices.pick(GOLDS), choices.pick(FORMS));
            all.push(format!("{open}{one}{close}{other}"));
            all.push(format!("{other}{open}{one}{close}"));
            all.push(format!("{open}{open}{other}{close}{close}{one}"));
        }
    }
    all
}

/// The insides of hidden zeros.
const PLACES: [usize; 6] = [0, 1, 2, 3, 4, 5];

fn judges() -> [Math; 2] {
    [Policy::strict(), Policy::lenient()].map(|policy| Math::new(Policy { extract: Extract::Whole, ..policy }))
}

#[test]
fn references_equal_themselves_and_no_other() {
    let mut faults = Vec::new();
    for math in judges() {
        let golds: Vec<Gold> = GOLDS.iter().map(|gold| math.gold(gold)).collect();
        for (place, gold) in golds.iter().enumerate() {
            for (other, text) in GOLDS.iter().enumerate() {
                let outcome = math.judge(std::slice::from_ref(gold), text);
                if outcome.is_correct() != (place == other) {
                    faults.push(format!(
                        "{}: {} | {text}: {}, {:?}",
                        math.policy().name,
                        GOLDS[place],
                        outcome.reason.code(),
                        outcome.rule
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_answer_is_right_for_two_references() {
    let candidates = candidates();
    let mut faults: Vec<String> = Vec::new();
    for math in judges() {
        let golds: Vec<Gold> = GOLDS.iter().map(|gold| math.gold(gold)).collect();
        let right = |candidate: &String| -> Option<String> {
            if !math.judge(&golds, candidate).is_correct() {
                return None;
            }
            let equal: Vec<&str> = GOLDS
                .iter()
                .zip(&golds)
                .filter(|(_, gold)| math.judge(std::slice::from_ref(gold), candidate).is_correct())
                .map(|(text, _)| *text)
                .collect();
            (equal.len() > 1).then(|| format!("{}: {candidate:?} for {}: {}", math.policy().name, equal.len(), equal.join("   ")))
        };
        faults.extend(candidates.par_iter().filter_map(right).collect::<Vec<_>>());
    }
    assert!(faults.is_empty(), "{} of {} candidates:\n{}", faults.len(), candidates.len(), faults.join("\n"));
}
