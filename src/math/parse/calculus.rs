//! Finds differentials: where `dx` is one name and not a product with a factor d.
//!
//! Accepts any tree as the parser folded it.
//!
//! | an answer contains | d is |
//! |---|---|
//! | d above and below a fraction bar, below it before a letter: `\frac{2\,dy}{dx}`, `\frac{d}{dx}`, `dy/dx` | the d of differentials |
//! | d only before letters, one of which is a variable (`x\,dy`), or also occurs in the same product or below a bar (`\frac{dP}{P}`) | the d of differentials |
//! | anything else: `a+(n-1)d`, `\frac d2`, `ad-bc`, `dn` | an ordinary letter |
//!
//! δ is read in the same way, and so is the D of `\frac{Dy}{Dt}`, but only with D above and below a bar. In a quotient
//! of differentials a d without its letter is an operator.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::math::names;
use crate::math::node::{MulOp, Node, Sign};

/// The mark of a d that is an operator; no accent has this name.
const DIFFERENTIAL: &str = "\\acc{d:";
/// The letters of differentials, and whether they are differentials outside of quotients too.
const LETTERS: [(&str, bool); 3] = [("d", true), ("\\delta", true), ("D", false)];
/// Letters that are variables by custom; after a d, capitals are too.
const VARIABLES: [&str; 10] = ["x", "y", "z", "t", "u", "v", "w", "\\theta", "\\phi", "\\psi"];

type Factors = Vec<(MulOp, Node)>;

/// Makes every differential one name.
pub(super) fn mark_differentials(node: &mut Node) {
    for (d, alone) in LETTERS {
        if !holds(node, &|name| name == d) {
            continue;
        }
        let mut joined = node.clone();
        join(&mut joined, d, true);
        if mark_operators(&mut joined, d) {
            *node = joined;
            continue;
        }
        let mut joined = node.clone();
        join(&mut joined, d, false);
        if alone && !holds(&joined, &|name| name == d) && varies(&joined, d) {
            *node = joined;
        }
    }
}

/// Whether a tree contains a letter, or the name of a call, for which `is` returns true.
fn holds(node: &Node, is: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    node.walk(&mut |node| {
        if let Node::Symbol(name) | Node::Apply(name, _) = node {
            found |= is(name);
        }
    });
    found
}

/// Joins d and the letter after it; with `orders`, also `d^2` and the letter after it.
fn join(node: &mut Node, d: &str, orders: bool) {
    if let Node::Power(base, _) = node
        && matches!(base.as_ref(), Node::Product(_))
    {
        join(base, d, orders);
        // `(dx)^2`: the power applies to both letters, and still does where the two are separated again.
        if let Node::Symbol(_) = base.as_ref() {
            let name = std::mem::replace(base.as_mut(), Node::Blank);
            **base = Node::Sum(vec![(Sign::Plus, name)]);
        }
    }
    node.children_mut().into_iter().for_each(|child| join(child, d, orders));
    let Node::Product(factors) = node else { return };
    let mut out: Factors = Vec::with_capacity(factors.len());
    for (op, factor) in std::mem::take(factors) {
        let prefix = out.last().filter(|_| op == MulOp::Times).and_then(|(_, before)| order(before, d, orders));
        match (prefix, out.last_mut()) {
            (Some(prefix), Some(last)) => match named(&prefix, factor, last.0 == MulOp::Over) {
                Ok((name, behind)) => {
                    last.1 = name;
                    out.extend(behind.map(|behind| (MulOp::Times, behind)));
                }
                Err(factor) => out.push((op, factor)),
            },
            _ => out.push((op, factor)),
        }
    }
    *node = match out.as_slice() {
        [(MulOp::Times, _)] => out.remove(0).1,
        _ => Node::Product(out),
    };
}

/// The name of a d before a letter: `d`, `d^2`.
fn order(node: &Node, d: &str, orders: bool) -> Option<String> {
    match node {
        Node::Symbol(name) if name.as_ref() == d => Some(d.to_owned()),
        Node::Power(base, exponent) if orders && matches!(base.as_ref(), Node::Symbol(name) if name.as_ref() == d) => {
            let order = exponent.literal().filter(|order| order.is_integer())?;
            Some(format!("{d}^{order}"))
        }
        _ => None,
    }
}

/// The name of a differential, with the marks of its letter; below a bar, `d/dx(x^2)`, also the operand in the bracket
/// after it.
fn named(prefix: &str, letter: Node, below: bool) -> Result<(Node, Option<Node>), Node> {
    let name = |letter: &str| Arc::from(format!("{prefix} {letter}"));
    match letter {
        Node::Symbol(letter) if !letter.contains(' ') => Ok((Node::Symbol(name(&letter)), None)),
        Node::Apply(letter, mut arguments) if below && arguments.len() == 1 => Ok((Node::Symbol(name(&letter)), arguments.pop())),
        Node::Apply(letter, arguments) if !letter.contains(' ') => Ok((Node::Apply(name(&letter), arguments), None)),
        Node::Power(base, exponent) => match named(prefix, *base, false) {
            Ok((base, behind)) => Ok((Node::Power(Box::new(base), exponent), behind)),
            Err(base) => Err(Node::Power(Box::new(base), exponent)),
        },
        other => Err(other),
    }
}

/// Whether a tree contains a quotient of differentials; in each quotient, a d without its letter is marked as an
/// operator.
fn mark_operators(node: &mut Node, d: &str) -> bool {
    let mut found = false;
    if let Node::Product(factors) = node {
        let below = |(op, factor): &(MulOp, Node)| *op == MulOp::Over || is_reciprocal(factor);
        let name = |name: &str| name.strip_prefix(d).is_some_and(|rest| rest.starts_with([' ', '^']));
        let beneath = factors.iter().any(|factor| below(factor) && in_product(&factor.1, &name));
        let above = factors.iter().any(|factor| !below(factor) && in_product(&factor.1, &|above| above == d || name(above)));
        if beneath && above {
            found = true;
            factors.iter_mut().for_each(|(_, factor)| mark(factor, d));
        }
    }
    for child in node.children_mut() {
        found |= mark_operators(child, d);
    }
    found
}

fn is_reciprocal(node: &Node) -> bool {
    match node {
        Node::Power(_, exponent) => matches!(exponent.as_ref(), Node::Sum(terms) if matches!(terms.as_slice(), [(Sign::Minus, _)])),
        _ => false,
    }
}

/// Whether a letter for which `is` returns true is a factor, at any depth of products, powers and single terms.
fn in_product(node: &Node, is: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    collect_in_product(node, &mut |name| found |= is(name));
    found
}

fn mark(node: &mut Node, d: &str) {
    let marked = || Node::Marked(format!("{DIFFERENTIAL}{d}}}").into());
    match node {
        Node::Symbol(name) if name.as_ref() == d => *node = marked(),
        Node::Apply(name, arguments) if name.as_ref() == d => {
            let arguments = std::mem::take(arguments);
            *node = Node::Product([marked()].into_iter().chain(arguments).map(|part| (MulOp::Times, part)).collect());
        }
        Node::Power(base, _) => mark(base, d),
        Node::Product(factors) => factors.iter_mut().for_each(|(_, factor)| mark(factor, d)),
        Node::Sum(terms) if terms.len() == 1 => mark(&mut terms[0].1, d),
        _ => {}
    }
}

/// Whether the letter of a differential is a variable, or also occurs in the same product or below a bar.
fn varies(node: &Node, d: &str) -> bool {
    let letter = |name: &Arc<str>| names::differential(name).filter(|of| of.0 == d).map(|of| Arc::from(of.1));
    let mut letters: BTreeSet<Arc<str>> = BTreeSet::new();
    node.walk(&mut |part| {
        if let Node::Symbol(name) | Node::Apply(name, _) = part {
            letters.extend(letter(name));
        }
    });
    let mut beside = false;
    node.walk(&mut |part| {
        if let Node::Product(factors) = part {
            let mut own = BTreeSet::new();
            collect_in_product(part, &mut |name| own.extend(letter(name)));
            for (op, factor) in factors {
                let wanted = if *op == MulOp::Over { &letters } else { &own };
                beside |= !wanted.is_empty() && holds(factor, &|name| wanted.contains(name));
            }
        }
    });
    let variable = |letter: &Arc<str>| VARIABLES.contains(&letter.as_ref()) || letter.starts_with(|c: char| c.is_ascii_uppercase());
    beside || letters.iter().any(variable)
}

/// The letters that are factors, as [`in_product`] finds them.
fn collect_in_product(node: &Node, each: &mut impl FnMut(&Arc<str>)) {
    match node {
        Node::Symbol(name) | Node::Apply(name, _) => each(name),
        Node::Power(base, _) => collect_in_product(base, each),
        Node::Product(factors) => factors.iter().for_each(|(_, factor)| collect_in_product(factor, each)),
        Node::Sum(terms) if terms.len() == 1 => collect_in_product(&terms[0].1, each),
        _ => {}
    }
}
