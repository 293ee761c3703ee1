//! Compares values that are followed by a unit or label.
//!
//! Accepts: converted units, an added unit where the reference has none. Refuses: another dimension, a missing unit
//! (unless the policy allows it), words that hedge.

use num_rational::BigRational;
use num_traits::One;

use super::clock;
use super::shapes::{is_literal_like, is_scalar, without_percent};
use super::two_labels::{self, Measured};
use super::{Comparer, Decision, KIND, Node};
use crate::math::node::{MulOp, Sign};
use crate::math::{labels, parse, scalar, units, words};
use crate::{Reason, Rule};

impl Comparer<'_> {
    /// Whether the items of both lists are values with labels, the same several labels in both.
    pub(super) fn have_same_labels(gold: &[Node], answer: &[Node]) -> bool {
        let labels = |items: &[Node]| -> Option<Vec<String>> {
            let mut labels = items.iter().map(label).collect::<Option<Vec<_>>>()?;
            labels.sort_unstable();
            Some(labels)
        };
        matches!((labels(gold), labels(answer)), (Some(g), Some(a)) if g == a && g.first() != g.last())
    }

    /// Whether two values have the same label.
    pub(super) fn have_one_label(gold: &Node, answer: &Node) -> bool {
        label(gold) == label(answer)
    }

    pub(super) fn quantities(&mut self, gold: &Node, answer: &Node) -> Decision {
        if let (Some(g), Some(a)) = (clock::minutes(gold), clock::minutes(answer)) {
            return Decision::of(g == a, Rule::Unit);
        }
        let (gv, gu) = measured(gold);
        let (av, au) = measured(answer);
        // `m\times n matrix` is a size, and no product of m and n.
        if is_crossed(gv) != is_crossed(av) && (has_one_shape(gold) || has_one_shape(answer)) {
            return Decision::different(Rule::Unit);
        }
        // `7 cm` is not `s = 7 m`: a unit behind a name is not dropped together with the name.
        if matches!(gu, Label::None) && holds_unit(gv) || matches!(au, Label::None) && holds_unit(av) {
            return KIND;
        }
        // `Mr Smith` is no number of something: words behind letters are not dropped and do not differ.
        let both = gu.word().is_some() && au.word().is_some();
        if (names_something(gv, both) || names_something(av, both)) && !gu.is_same_word(&au) {
            return Decision::not_equal(Reason::WrongKind, Rule::Label);
        }
        // `\$3-\$4` is not `3^\circ-4^\circ`: a unit is not left out against items that have their own.
        if matches!(gu, Label::Known(_)) && has_marked_items(av) || matches!(au, Label::Known(_)) && has_marked_items(gv) {
            return Decision::different(Rule::Unit);
        }
        // `5 cm/m` is the number 0.05. Added to a number, a unit of this kind may also be read past: `8 hours per day`.
        if !self.policy.is_peer()
            && let (Label::Known(unit), Label::None) | (Label::None, Label::Known(unit)) = (&gu, &au)
            && unit.dimension.is_empty()
        {
            let number = |value: &Node, label: &Label| match label {
                Label::Known(unit) if !unit.factor.is_one() => scaled(value, &unit.factor),
                _ => value.clone(),
            };
            let same = self.compare(&number(gv, &gu), &number(av, &au));
            let added = matches!(gu, Label::None) || self.policy.missing_unit;
            return if same.is_equal() || !added { same } else { self.compare(gv, av) };
        }
        match (gu, au) {
            (Label::None, Label::None) => KIND,
            (Label::None, Label::Known(unit)) => self.unit_added(gold, gv, answer, av, &unit),
            (Label::None, Label::Words(_)) => self.compare(gv, av),
            (Label::None, Label::Unsure(_)) if self.policy.other_label => self.compare(gv, av),
            (Label::None, Label::Unsure(_)) => Decision::not_equal(Reason::WrongKind, Rule::Label),
            // Words that are not a label are never ignored.
            (Label::Other(g), Label::Other(a)) if g == a => {
                let timed = !matches!(g.trim_end_matches("^1"), "am" | "pm") || (is_hours(gv) && is_hours(av)) || gv == av;
                if timed { self.compare(gv, av) } else { Decision::not_equal(Reason::WrongKind, Rule::Label) }
            }
            (Label::Other(_), _) | (_, Label::Other(_)) => Decision::not_equal(Reason::WrongKind, Rule::Label),
            (Label::Known(unit), Label::None) => self.unit_left_out(gv, answer, av, &unit),
            (Label::Words(_) | Label::Unsure(_), Label::None) => self.compare_if(self.policy.missing_unit, gv, av),
            // `£` and the word `pounds`.
            (Label::Known(_), Label::Known(_)) if pounds(gold, answer) || pounds(answer, gold) => self.compare(gv, av),
            (Label::Known(_), Label::Known(_)) if units::are_apart(phrase(gold), phrase(answer)) => Decision::different(Rule::Unit),
            (Label::Known(g), Label::Known(a)) => self.converted(gv, &g, av, &a),
            (Label::Words(g) | Label::Unsure(g), Label::Words(a) | Label::Unsure(a)) => {
                if singular(&g) == singular(&a) && !labels::differ_in_prefix(phrase(gold), phrase(answer)) {
                    self.compare(gv, av)
                } else {
                    self.other_label(gold, gv, answer, av)
                }
            }
            _ => self.other_label(gold, gv, answer, av),
        }
    }

    /// Compares values with two labels of which one at least is no unit alone.
    fn other_label(&mut self, gold: &Node, gv: &Node, answer: &Node, av: &Node) -> Decision {
        if !self.policy.other_label {
            return Decision::different(Rule::Unit);
        }
        // A policy that reproduces another grader lets any words differ, as that grader does.
        if self.policy.is_peer() {
            return self.compare(gv, av);
        }
        let (g, a) = (phrase(gold), phrase(answer));
        if labels::differ_in_prefix(g, a) {
            return Decision::different(Rule::Unit);
        }
        let measured = match (unit_of(gold), unit_of(answer)) {
            (Some(unit), _) => two_labels::beside_unit(&unit, a),
            (None, Some(unit)) => match two_labels::beside_unit(&unit, g) {
                Measured::Both(answer, gold) => Measured::Both(gold, answer),
                measured => measured,
            },
            (None, None) => two_labels::of_words(g, a),
        };
        match measured {
            Measured::Neither => self.compare(gv, av),
            Measured::Both(g, a) => self.converted(gv, &g, av, &a),
            Measured::Different => Decision::different(Rule::Unit),
        }
    }

    /// Compares the values where the units allow it.
    fn compare_if(&mut self, allowed: bool, gold: &Node, answer: &Node) -> Decision {
        if allowed { self.compare(gold, answer) } else { Decision::different(Rule::Unit) }
    }

    /// The answer adds a unit that the reference does not have: 15 cm for 15. A degree may also be a factor of π/180.
    fn unit_added(&mut self, gold: &Node, gv: &Node, answer: &Node, av: &Node, unit: &units::Unit) -> Decision {
        if matches!(answer, Node::Degrees(_)) && !is_literal_like(gv) {
            return scalar::compare(gold, answer, self.policy.closeness(), &mut self.budget);
        }
        if without_percent(gv).is_some() || self.vanishes(gv) {
            return Decision::different(Rule::Unit);
        }
        let plain = self.compare(gv, av);
        if plain.is_equal() || !unit.is_of("degree") {
            return plain;
        }
        scalar::compare(gold, &degrees(av, unit), self.policy.closeness(), &mut self.budget)
    }

    /// Whether a formula with letters is zero: `\frac{\sin 0}{3} m`. One of the letters may be a unit, and zero metres are not
    /// zero seconds.
    fn vanishes(&mut self, node: &Node) -> bool {
        let mut lettered = false;
        node.walk(&mut |node| lettered |= matches!(node, Node::Symbol(_) | Node::Marked(_) | Node::Apply(..)));
        lettered
            && is_scalar(node)
            && scalar::compare(&Node::integer(0), node, scalar::Closeness::EXACT, &mut self.budget).is_equal()
    }

    /// The answer leaves out the unit: allowed for money, and for degrees where the value is in radians.
    fn unit_left_out(&mut self, gv: &Node, answer: &Node, av: &Node, unit: &units::Unit) -> Decision {
        if unit.is_of("degree") && !is_literal_like(av) {
            let exact = scalar::compare(&degrees(gv, unit), answer, self.policy.closeness(), &mut self.budget);
            if exact.is_equal() {
                return exact;
            }
        }
        // A percentage is no length: its sign is not dropped against a unit.
        if without_percent(av).is_some() || self.vanishes(av) {
            return Decision::different(Rule::Unit);
        }
        let money = unit.dimension.iter().all(|(d, _)| *d == "unit" || units::is_money(d));
        self.compare_if(self.policy.missing_unit || money, gv, av)
    }

    /// Compares values in two units: of one dimension, the answer in the unit of the reference. A degree is π/180 radians, which is not a
    /// rational factor.
    fn converted(&mut self, gv: &Node, g: &units::Unit, av: &Node, a: &units::Unit) -> Decision {
        if g.is_of("degree") && a.is_of("radian") {
            return scalar::compare(&degrees(gv, g), av, self.policy.closeness(), &mut self.budget);
        }
        if g.is_of("radian") && a.is_of("degree") {
            return scalar::compare(gv, &degrees(av, a), self.policy.closeness(), &mut self.budget);
        }
        if g.dimension != a.dimension {
            return Decision::different(Rule::Unit);
        }
        if g.factor == a.factor {
            return self.compare(gv, av);
        }
        // In the reference's unit, in which a tolerance is given.
        self.compare(gv, &scaled(av, &(&a.factor / &g.factor)))
    }
}

/// Whether a value consists of factors of which a cross joins two.
fn is_crossed(value: &Node) -> bool {
    matches!(value, Node::Product(factors) if factors.iter().any(|(op, _)| *op == MulOp::Cross))
}

/// Whether a value has the label of one thing with a size: `matrix`.
fn has_one_shape(node: &Node) -> bool {
    matches!(node, Node::Quantity(_, phrase, _) if parse::is_one_shape(phrase))
}

/// The words behind a value that are no unit.
fn label(node: &Node) -> Option<String> {
    match measured(node).1 {
        Label::Words(words) | Label::Unsure(words) => Some(singular(&words).to_owned()),
        _ => None,
    }
}

/// Whether a value consists of letters only: `Mr`, `DNA`. A letter alone may count (`n ways` is n) or be an option (`C Cecile` is C);
/// where `both` values have words, `x axis` is not `x line`.
fn names_something(value: &Node, both: bool) -> bool {
    let (mut letters, mut only) = (0, true);
    value.walk(&mut |node| match node {
        Node::Symbol(name) => {
            letters += name.len();
            only &= name.bytes().all(|b| b.is_ascii_alphabetic());
        }
        Node::Euler | Node::Imaginary => letters += 1,
        Node::Product(factors) => only &= factors.iter().all(|(op, _)| *op == MulOp::Times),
        _ => only = false,
    });
    only && (letters > 1 || (both && letters > 0))
}

/// Whether a node that is no quantity itself contains one: the value in `s = 7 m`.
fn holds_unit(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Quantity(..)));
    found
}

/// Whether an item of a list or interval has a unit or a sign of its own.
fn has_marked_items(node: &Node) -> bool {
    match node {
        Node::Group(_, items) | Node::List(items) | Node::Set(items) => {
            items.iter().any(|item| matches!(item, Node::Quantity(..) | Node::Degrees(_) | Node::Percent(_)))
        }
        _ => false,
    }
}

/// A value in degrees, minutes or seconds as degrees.
fn degrees(value: &Node, unit: &units::Unit) -> Node {
    let value = if unit.factor.is_one() { value.clone() } else { scaled(value, &unit.factor) };
    Node::Degrees(Box::new(value))
}

/// The words behind a value.
fn phrase(node: &Node) -> &str {
    match node {
        Node::Quantity(_, phrase, _) => phrase,
        Node::Degrees(_) => "degree",
        Node::Sum(terms) if terms.len() == 1 => phrase(&terms[0].1),
        _ => "",
    }
}

/// The known unit behind a value.
fn unit_of(node: &Node) -> Option<units::Unit> {
    match measured(node).1 {
        Label::Known(unit) => Some(unit),
        _ => None,
    }
}

impl Label {
    /// Its words, where it is no unit.
    fn word(&self) -> Option<&str> {
        match self {
            Self::Words(words) | Self::Unsure(words) | Self::Other(words) => Some(singular(words)),
            Self::None | Self::Known(_) => None,
        }
    }

    /// Whether both are units, or the same words.
    fn is_same_word(&self, other: &Self) -> bool {
        self.word() == other.word()
    }
}

enum Label {
    None,
    Known(units::Unit),
    /// Words for what was counted.
    Words(String),
    /// Words that are unknown.
    Unsure(String),
    /// Anything else, compared letter by letter.
    Other(String),
}

/// A value and the label after it.
fn measured(node: &Node) -> (&Node, Label) {
    match node {
        Node::Quantity(value, phrase, power) => {
            let read = match (phrase.as_str(), *power) {
                ("pm", 1) if is_no_hour(value) => Some(units::picometres()),
                // `5:30 Pm` is no number of petametres.
                ("Pm", 1) if matches!(value.as_ref(), Node::Ratio(_)) => None,
                (phrase, power) => units::read(phrase, power),
            };
            let label = match read {
                Some(unit) => Label::Known(unit),
                None if units::has_two_readings(phrase, *power) => Label::Other(format!("{phrase}^{power}")),
                None if *power == 1 && labels::is_plain(phrase, is_one(value)) => Label::Words(words::phrase(phrase)),
                None if *power == 1 && labels::is_harmless(phrase) => Label::Unsure(words::phrase(phrase)),
                // `am` and `pm`, in any spelling.
                None => match words::phrase(phrase) {
                    half_day if *power == 1 && is_hours(value) && matches!(half_day.as_str(), "am" | "pm") => {
                        Label::Other(half_day)
                    }
                    _ => Label::Other(format!("{phrase}^{power}")),
                },
            };
            (value, label)
        }
        Node::Degrees(value) => (value, units::read("degree", 1).map_or(Label::None, Label::Known)),
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, inner)] => measured(inner),
            _ => (node, Label::None),
        },
        node => (node, Label::None),
    }
}

/// Whether a value may be a time of day: `3`, `3:05`, and not `3-4`.
fn is_hours(node: &Node) -> bool {
    let number = |node: &Node| matches!(node, Node::Number(_) | Node::Marked(_));
    match node {
        Node::Ratio(parts) => parts.iter().all(number),
        node => number(node),
    }
}

/// Whether a value is a number that no clock of twelve hours shows: `154`, `1.5`, `2\times10^2`.
fn is_no_hour(node: &Node) -> bool {
    match node {
        Node::Number(value) => !value.is_integer() || *value > BigRational::from_integer(12.into()),
        node => matches!(node, Node::Decimal { .. } | Node::Product(_) | Node::Power(..)),
    }
}

fn is_one(node: &Node) -> bool {
    node.literal().is_some_and(num_traits::One::is_one)
}

/// `£5` and `5 pounds`: the word alone may also be a weight.
fn pounds(sign: &Node, word: &Node) -> bool {
    let word = phrase(word).to_ascii_lowercase();
    phrase(sign) == "sterling" && singular(&word) == "pound"
}

fn scaled(node: &Node, factor: &BigRational) -> Node {
    Node::Product(vec![(MulOp::Times, Node::Number(factor.clone())), (MulOp::Times, node.clone())])
}

fn singular(phrase: &str) -> &str {
    phrase.strip_suffix('s').unwrap_or(phrase)
}

/// Whether a label after a value contains a word that hedges or negates it.
pub fn hedging_label(node: &Node) -> bool {
    let mut hedge = false;
    node.walk(&mut |n| {
        if let Node::Quantity(_, phrase, power) = n {
            hedge |= units::read(phrase, *power).is_none() && words::phrase(phrase).split(' ').any(words::is_hedge);
        }
    });
    hedge
}
