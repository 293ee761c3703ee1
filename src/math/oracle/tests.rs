//! Opinions of the oracle on pairs worked out by hand.

use super::{Contradiction, Fault, Opinion, opinion};
use crate::math::answer::Answer;

fn say(gold: &str, answer: &str) -> Opinion {
    let (g, a) = (Answer::read(gold).expect("readable"), Answer::read(answer).expect("readable"));
    opinion(g.node().expect("a tree").as_ref(), a.node().expect("a tree").as_ref())
}

fn fault(gold: &str, answer: &str) -> Option<Fault> {
    match say(gold, answer) {
        Opinion::Contradicts(Contradiction { fault, .. }) => Some(fault),
        _ => None,
    }
}

/// Read part by part, 3 is not 15.
#[test]
fn times_of_day_are_compared_by_their_minute() {
    for (gold, answer) in [("3:00 PM", "15:00"), ("12:05 a.m.", "0:05"), ("12:30 pm", "12:30 p.m."), ("2:3", "4:6")] {
        let expected = if gold == "2:3" { Some(Fault::Value) } else { None };
        assert_eq!(fault(gold, answer), expected, "{gold} {answer}");
    }
    assert_eq!(say("3:00 PM", "15:00"), Opinion::Agrees);
    assert_eq!(fault("3:00 PM", "3:00 AM"), Some(Fault::Value));
    assert_eq!(fault("3:00 PM", "15:10"), Some(Fault::Value));
}

#[test]
fn equal_values_agree() {
    for (gold, answer) in [
        ("1", "\\sqrt[3]{2+\\sqrt{5}}+\\sqrt[3]{2-\\sqrt{5}}"),
        ("x+2", "\\frac{x^2-4}{x-2}"),
        ("|x|", "\\sqrt{x^2}"),
        ("-\\sqrt[3]{2}", "\\sqrt[3]{-2}"),
        ("4", "(-8)^{2/3}"),
        ("x^{2n}", "(x^2)^n"),
        ("n+1", "\\frac{(n+1)!}{n!}"),
        ("i", "\\sqrt{-1}"),
        ("2i", "\\sqrt{-4}"),
        ("e^{i\\pi/3}", "\\frac{1+i\\sqrt{3}}{2}"),
        ("6", "\\sum_{k=1}^{3} k"),
        ("(1,x)", "(\\frac{2}{2},x)"),
        ("1, 2", "2, \\frac{3}{3}"),
        ("y=2x", "2y-4x=0"),
        ("x>3", "6<2x"),
        ("10", "\\binom{5}{2}"),
        ("\\frac{\\pi}{6}", "\\arcsin(0.5)"),
        ("-2", "\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}"),
    ] {
        assert_eq!(say(gold, answer), Opinion::Agrees, "{gold} {answer}");
    }
}

#[test]
fn what_differs_is_told_with_its_fault() {
    for (gold, answer, expected) in [
        ("x", "\\sqrt{x^2}", Fault::Value),
        ("x^n", "|x^n|", Fault::Value),
        ("-\\sqrt[3]{1+i}", "\\sqrt[3]{-1-i}", Fault::Value),
        ("x", "(x^{2/3})^{3/2}", Fault::Value),
        ("1", "\\frac{0}{0}", Fault::NoValue),
        ("4", "4+\\frac{0}{\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}-1}", Fault::NoValue),
        ("x", "\\frac{(|x|-x)\\sqrt{x}}{|x|-x}", Fault::NoValue),
        ("x", "x+\\frac{0}{|x|-x}", Fault::Domain),
        ("x", "\\sqrt{x}\\sqrt{x}", Fault::RealDomain),
        ("2\\ln x", "\\ln(x^2)", Fault::Domain),
        ("x^2=1", "\\frac{x^2-1}{x-1}=0", Fault::Relation),
        ("x<1", "\\frac{x}{\\sqrt2-2}<\\frac{1}{\\sqrt2-2}", Fault::Relation),
        ("\\frac{x}{x-x}, 7", "\\frac{x}{x-x}, 7", Fault::NoValue),
    ] {
        assert_eq!(fault(gold, answer), Some(expected), "{gold} {answer} {:?} {:?}", say(gold, answer), Answer::read(answer));
    }
}

#[test]
fn a_hyperbolic_tangent_that_rounds_to_one_makes_no_difference() {
    let gold = "\\frac{(\\tanh(0.25^{2n}))^{4}-(\\tanh(0.25^{2n}))}{(\\tanh(0.25^{2n}))-1}=y";
    let answer = "\\sum_{k=1}^{3}(\\tanh(0.25^{2n}))^{k}=y";
    assert_eq!(fault(gold, answer), None, "{:?}", say(gold, answer));
    assert_eq!(fault("\\tanh x", "\\tanh(2x)"), Some(Fault::Value));
}

#[test]
fn there_is_no_opinion_on_what_it_does_not_know() {
    for (gold, answer) in [("\\zeta(3)", "f(1,2)"), ("\\int x\\,dx", "\\int x\\,dx"), ("\\infty", "\\infty"), ("x=1", "1")] {
        assert_eq!(say(gold, answer), Opinion::None, "{gold} {answer}");
    }
}
