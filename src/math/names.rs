//! Names: which are scalars, and which letters are factors of the bracket or letters next to them.
//!
//! `h(a + b)` is a call or a product, and `PV` is one name or a product; the rest of the pair decides which. A letter
//! that also occurs alone in its own answer multiplies its bracket. A letter that occurs alone only in the other answer
//! multiplies its bracket unless [custom](super::calls) makes it a function. A letter that never occurs alone is a
//! call. A string of capitals that is a whole answer is not read as a product.

use std::sync::Arc;

use num_traits::ToPrimitive;

use super::calls;
use super::node::{MulOp, Node, Sign};

/// Accents and fonts that leave a symbol a scalar: a mean, a derivative by time, a segment.
const SCALAR_MARKS: &[&str] = &["bar", "overline", "underline", "dot", "ddot", "tilde", "check", "breve"];
/// Separates the letter of a name from the power between it and its bracket, `f^{-1}(x)`; no other name can contain it.
const RAISED: char = '↑';

/// Letters in whose presence g is the acceleration of gravity.
const GRAVITY: &[&str] = &["m", "M", "h", "H", "\\rho", "\\mu"];

/// Whether a name is that of a vector, a set or an operator, which is not a scalar.
pub fn is_marked(name: &str) -> bool {
    match name.strip_prefix("\\acc{").and_then(|rest| rest.split_once(':')) {
        // Digits under a bar are not the name of a number.
        Some((mark, symbol)) => !SCALAR_MARKS.contains(&mark) || symbol.starts_with(|c: char| c.is_ascii_digit()),
        None => {
            let letter = name.split(['_', '\'']).next().unwrap_or(name);
            matches!(letter, "\\nabla" | "\\partial" | "\\top" | "\\dagger" | "\\ast" | "\\odot")
        }
    }
}

/// Whether a name is a string of two or more capitals: `AB`.
pub fn is_run(name: &str) -> bool {
    name.len() > 1 && is_capitals(name)
}

/// Whether a name consists of capitals only, without an index.
pub fn is_capitals(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_uppercase())
}

/// The d and the letter of a differential, which is one name: `dx`, `\delta q`.
pub fn differential(name: &str) -> Option<(&str, &str)> {
    name.split_once(' ').filter(|(d, _)| matches!(*d, "d" | "\\delta" | "D"))
}

/// Whether a name is used for complex numbers only: a conjugate of z or w, a wave function.
pub fn is_complex(name: &str) -> bool {
    let conjugate = ["\\acc{bar:", "\\acc{overline:"]
        .iter()
        .any(|accent| name.strip_prefix(accent).is_some_and(|letter| letter.starts_with(['z', 'w'])));
    conjugate || matches!(name, "\\psi" | "\\Psi")
}

/// Whether a name contains a letter or command, as its own letter or in its index.
pub fn mentions(name: &str, letter: &str) -> bool {
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let command = rest.strip_prefix('\\').map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_alphabetic).count());
        let (token, tail) = rest.split_at(first.len_utf8() + command);
        if token == letter {
            return true;
        }
        rest = tail;
    }
    false
}

/// Whether a bracket after an operand may be the argument of a call: the operand is a letter, with or without an
/// integer power.
pub fn is_callable(head: &Node) -> bool {
    match head {
        Node::Power(base, exponent) => matches!(base.as_ref(), Node::Symbol(_)) && small_integer(exponent).is_some(),
        node => matches!(node, Node::Symbol(_)),
    }
}

/// A call of one argument, which may turn out to be a product: `h(a + b)`, `f^{-1}(x)`.
///
/// # Errors
/// The argument, where the part before the bracket is not a single letter.
pub fn call(head: &Node, argument: Node) -> Result<Node, Node> {
    let name: Arc<str> = match head {
        Node::Symbol(name) if !is_run(name) => name.clone(),
        Node::Power(base, exponent) => match (base.as_ref(), small_integer(exponent)) {
            (Node::Symbol(name), Some(power)) if !is_run(name) => format!("{name}{RAISED}{power}").into(),
            _ => return Err(argument),
        },
        _ => return Err(argument),
    };
    Ok(Node::Apply(name, vec![argument]))
}

fn small_integer(node: &Node) -> Option<i64> {
    match node {
        node if node.is_minus_one() => Some(-1),
        node => node.literal().filter(|value| value.is_integer())?.to_integer().to_i64(),
    }
}

/// The letter of a call, and the power between the letter and the bracket.
fn head(name: &str) -> (&str, Option<i64>) {
    match name.split_once(RAISED) {
        Some((letter, power)) => (letter, power.parse().ok()),
        None => (name, None),
    }
}

/// Keeps a node that was in brackets separate, so that no power after the bracket moves into it: `(h(a + b))^2` is not
/// `h(a + b)^2`.
pub fn grouped(node: Node) -> Node {
    if is_open(&node) { Node::Sum(vec![(Sign::Plus, node)]) } else { node }
}

/// Whether a node may turn out to be a product, whose last factor then takes the marks after it.
fn is_open(node: &Node) -> bool {
    match node {
        Node::Apply(_, arguments) => arguments.len() == 1,
        Node::Symbol(name) => is_run(name),
        Node::Power(inner, _) | Node::Factorial(inner, _) | Node::Percent(inner) | Node::Degrees(inner) => is_open(inner),
        _ => false,
    }
}

/// Whether a node is a string of capitals, with or without a power.
fn ends_in_run(node: &Node) -> bool {
    match node {
        Node::Symbol(name) => is_run(name),
        Node::Power(base, _) => ends_in_run(base),
        _ => false,
    }
}

/// Decides the reading of the names of one answer from the letters in it. `functions`: letters that are never factors.
pub fn settle(node: &mut Node, functions: &[String]) {
    if has_open(node) {
        let own = Letters::of(node);
        Reading { own: &own, functions, ..Reading::default() }.resolve(node, true);
    }
}

/// Both answers of a pair, with the reading of the names in each decided from the letters of both; `None` where there
/// is nothing to decide.
pub fn settled(gold: &Node, answer: &Node, functions: &[String]) -> Option<(Node, Node)> {
    if !has_open(gold) && !has_open(answer) {
        return None;
    }
    let (of_gold, of_answer) = (Letters::of(gold), Letters::of(answer));
    let (mut gold, mut answer) = (gold.clone(), answer.clone());
    Reading { functions, ..Reading::of(&gold, &of_gold, &of_answer) }.resolve(&mut gold, true);
    Reading { functions, ..Reading::of(&answer, &of_answer, &of_gold) }.resolve(&mut answer, true);
    Some((gold, answer))
}

/// Makes every string of capitals a product, for answers whose capitals are matrices.
pub fn take_apart(node: &mut Node) {
    Reading { all_runs: true, ..Reading::default() }.resolve(node, false);
}

/// Makes every string of capitals a product of numbers, apart from a word of three and more that is the whole answer or an item
/// of it, and a capital before a sum a factor of it.
pub fn take_apart_numbers(node: &mut Node) {
    let whole = match &*node {
        Node::Symbol(name) => name.len() > 2,
        node => matches!(node, Node::List(_) | Node::Either(_) | Node::Set(_) | Node::Group(..) | Node::Angle(_)),
    };
    Reading { all_runs: true, capitals: true, ..Reading::default() }.resolve(node, whole);
}

/// Whether a tree contains names whose reading depends on the other answer.
pub fn has_open(node: &Node) -> bool {
    // Names inside a power or under a mark are visited separately by `walk`.
    let mut open = false;
    node.walk(&mut |node| match node {
        Node::Apply(_, arguments) => open |= arguments.len() == 1,
        Node::Symbol(name) => open |= is_run(name) || differential(name).is_some(),
        _ => {}
    });
    open
}

/// Whether the differentials of an answer cannot be products: there are several, one is in a denominator, or its letter
/// also occurs alone.
fn is_differential(node: &Node, own: &Letters) -> bool {
    let named = |node: &Node| {
        let mut count = 0;
        node.walk(&mut |part| {
            if let Node::Symbol(name) = part
                && let Some((_, letter)) = differential(name)
            {
                count += if own.has(letter) { 2 } else { 1 };
            }
        });
        count
    };
    let mut below = false;
    node.walk(&mut |part| match part {
        Node::Product(factors) => below |= factors.iter().any(|(op, factor)| *op == MulOp::Over && named(factor) > 0),
        Node::Power(base, exponent) => below |= exponent.literal().is_none() && named(base) > 0,
        _ => {}
    });
    below || named(node) > 1
}

/// The letters that occur alone in an answer.
#[derive(Debug, Default)]
struct Letters(Vec<Arc<str>>);

static NO_LETTERS: Letters = Letters(Vec::new());

impl Letters {
    fn of(node: &Node) -> Self {
        let mut letters = Self::default();
        letters.collect(node);
        letters
    }

    fn collect(&mut self, node: &Node) {
        match node {
            Node::Symbol(name) => {
                if !is_run(name) && !self.0.contains(name) {
                    self.0.push(name.clone());
                }
            }
            // `I = I(0)`: a letter that is a whole side of an equation is the quantity that is given, and may be a
            // function.
            Node::Relation(sides, _) => {
                sides.iter().filter(|side| !matches!(side, Node::Symbol(_))).for_each(|side| self.collect(side));
            }
            node => node.each_child(&mut |child| self.collect(child)),
        }
    }

    fn has(&self, letter: &str) -> bool {
        self.0.iter().any(|name| name.as_ref() == letter)
    }
}

/// How the names of one answer are read, given the letters that occur alone in it and in the other answer of its pair.
#[derive(Debug)]
struct Reading<'l> {
    own: &'l Letters,
    other: &'l Letters,
    /// Letters that are functions by custom.
    called: Vec<String>,
    /// Letters that are declared to be functions.
    functions: &'l [String],
    /// Every sequence of capitals is a product.
    all_runs: bool,
    /// A capital before a sum multiplies it, unless it names functions by custom.
    capitals: bool,
    /// Every `dx` is a product.
    products: bool,
}

impl Default for Reading<'_> {
    fn default() -> Self {
        Self {
            own: &NO_LETTERS,
            other: &NO_LETTERS,
            called: Vec::new(),
            functions: &[],
            all_runs: false,
            capitals: false,
            products: false,
        }
    }
}

impl<'l> Reading<'l> {
    /// The reading for one answer of a pair.
    fn of(node: &Node, own: &'l Letters, other: &'l Letters) -> Self {
        let products = other.has("d") && !is_differential(node, own);
        let mut reading = Self { own, other, called: Vec::new(), functions: &[], all_runs: false, capitals: false, products };
        let mut called = Vec::new();
        reading.collect_called(node, false, &mut called);
        reading.called = called;
        reading
    }

    /// The letters that name a function in at least one place; they then name it in all places.
    fn collect_called(&self, node: &Node, grows: bool, called: &mut Vec<String>) {
        let below = match node {
            Node::Apply(name, arguments) => {
                let letter = head(name).0;
                if let [argument] = arguments.as_slice()
                    && self.is_called(letter, argument, grows)
                    && !called.iter().any(|name| name == letter)
                {
                    called.push(letter.to_owned());
                }
                false
            }
            Node::Power(_, exponent) => exponent.literal().is_none(),
            Node::Factorial(..) | Node::Percent(_) | Node::Degrees(_) => grows,
            _ => false,
        };
        node.each_child(&mut |child| self.collect_called(child, below, called));
    }

    fn is_called(&self, letter: &str, argument: &Node, grows: bool) -> bool {
        let heavy = |name: &Arc<str>| name.split('_').next().is_some_and(|letter| GRAVITY.contains(&letter));
        let weighs = || self.own.0.iter().chain(&self.other.0).any(heavy);
        calls::by_custom(letter, argument, grows, weighs)
    }

    fn has(&self, letter: &str) -> bool {
        self.own.has(letter) || self.other.has(letter)
    }

    /// Whether a letter before a bracket multiplies it. The other answer decides only where custom does not make the
    /// letter a function.
    fn multiplies(&self, letter: &str) -> bool {
        let declared = self.functions.iter().any(|name| name == letter);
        !declared && (self.own.has(letter) || self.other.has(letter) && !self.called.iter().any(|name| name == letter))
    }

    /// Rewrites names that are products as products. `whole`: the node is an answer or an item of one, where a sequence
    /// of capitals is a word.
    fn resolve(&self, node: &mut Node, whole: bool) {
        let word = whole && matches!(node, Node::Symbol(_));
        let items = whole && matches!(node, Node::List(_) | Node::Either(_) | Node::Set(_) | Node::Group(..) | Node::Angle(_));
        // Outermost first, because the marks after a bracket belong to it.
        match &mut *node {
            Node::Product(factors) => {
                let mut flat = Vec::with_capacity(factors.len() + 1);
                for (op, factor) in std::mem::take(factors) {
                    match self.factors(&factor) {
                        Some((first, last)) => {
                            // `t/RC`: capitals that are one name without the other answer stay below their slash together.
                            let next = if ends_in_run(&factor) && op == MulOp::Over { op } else { MulOp::Times };
                            let mut parts = first.into_iter();
                            flat.extend(parts.next().map(|part| (op, part)));
                            flat.extend(parts.chain([last]).map(|part| (next, part)));
                        }
                        None => flat.push((op, factor)),
                    }
                }
                *factors = flat;
            }
            _ if word => {}
            _ => {
                if let Some((first, last)) = self.factors(node) {
                    *node = Node::Product(first.into_iter().chain([last]).map(|part| (MulOp::Times, part)).collect());
                }
            }
        }
        for child in node.children_mut() {
            self.resolve(child, items);
        }
    }

    /// The factors of a name that is a product, with the marks after the name on the last factor.
    fn factors(&self, node: &Node) -> Option<(Vec<Node>, Node)> {
        match node {
            Node::Apply(name, arguments) => {
                let [argument] = arguments.as_slice() else { return None };
                let (letter, power) = head(name);
                let capital = self.capitals && letter.starts_with(|c: char| c.is_ascii_uppercase());
                let factor = capital && !calls::by_custom(letter, argument, false, || false);
                if !(self.multiplies(letter) || factor) {
                    return None;
                }
                let symbol = Node::Symbol(letter.into());
                let first = match power {
                    None => symbol,
                    Some(-1) => Node::Power(Box::new(symbol), Box::new(Node::Sum(vec![(Sign::Minus, Node::integer(1))]))),
                    Some(power) => Node::Power(Box::new(symbol), Box::new(Node::integer(power))),
                };
                Some((vec![first], argument.clone()))
            }
            Node::Symbol(name) if is_run(name) => {
                let mut letters: Vec<Node> = (0..name.len()).map(|place| Node::Symbol(name[place..=place].into())).collect();
                let apart = self.all_runs || (0..name.len()).all(|place| self.has(&name[place..=place]));
                let last = letters.pop().filter(|_| apart)?;
                Some((letters, last))
            }
            Node::Symbol(name) if self.products => {
                let (d, letter) = differential(name)?;
                Some((vec![Node::Symbol(d.into())], Node::Symbol(letter.into())))
            }
            Node::Power(base, exponent) => {
                let (first, last) = self.factors(base)?;
                Some((first, Node::Power(Box::new(last), exponent.clone())))
            }
            Node::Factorial(inner, marks) => {
                let (first, last) = self.factors(inner)?;
                Some((first, Node::Factorial(Box::new(last), *marks)))
            }
            Node::Percent(inner) => {
                let (first, last) = self.factors(inner)?;
                Some((first, Node::Percent(Box::new(last))))
            }
            Node::Degrees(inner) => {
                let (first, last) = self.factors(inner)?;
                Some((first, Node::Degrees(Box::new(last))))
            }
            _ => None,
        }
    }
}
