//! From the normalised text to a [`Node`]: pest matches the whole text, this folds the flat run of operands and operators.
//!
//! Accepts: what `grammars/math.pest` accepts, whole. Refuses: everything else, and words in the middle of a formula. Depth is
//! bounded by the normaliser before pest runs, so recursion here is too.

mod literal;
mod primary;

use std::num::NonZeroUsize;
use std::sync::Once;

use num_traits::{ToPrimitive, Zero};
use pest::Parser;
use pest::iterators::{Pair, Pairs};

use super::node::{MulOp, Node, RelOp, SetOp, Sign};
use literal::based;
pub use literal::{decimal, significant};
use primary::{power, primary_node, sup};

#[derive(pest_derive::Parser)]
#[grammar = "../grammars/math.pest"]
struct Grammar;

/// Grammar calls allowed for one answer. A left-factored grammar needs about 30 a byte; the limit is a backstop, not a bound that
/// honest answers meet.
const CALL_LIMIT: usize = 1_500_000;

/// Parses a normalised answer; `None` where the grammar does not cover it whole.
pub fn parse(text: &str) -> Option<Node> {
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT)));
    let pairs = Grammar::parse(Rule::answer, text).ok()?;
    let mut run = Run::new(pairs);
    let node = run.list()?;
    matches!(run.peek(), None | Some(Rule::EOI)).then_some(node)
}

/// A flat run of operands and operators.
struct Run<'i> {
    next: Option<Pair<'i, Rule>>,
    rest: Pairs<'i, Rule>,
}

impl<'i> Run<'i> {
    fn new(mut pairs: Pairs<'i, Rule>) -> Self {
        Self { next: pairs.next(), rest: pairs }
    }

    fn next(&mut self) -> Option<Pair<'i, Rule>> {
        std::mem::replace(&mut self.next, self.rest.next())
    }

    fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Pair::as_rule)
    }

    fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    fn items(&mut self) -> Option<Vec<Node>> {
        let mut items = vec![self.relation()?];
        while self.take(Rule::sep).is_some() {
            items.push(self.relation()?);
        }
        Some(items)
    }

    fn list(&mut self) -> Option<Node> {
        let first = self.relation()?;
        if self.peek() != Some(Rule::sep) {
            return Some(first);
        }
        let mut items = vec![first];
        let mut alternatives = true;
        let (mut groups, mut joints, mut commas) = (Vec::new(), Vec::new(), false);
        while let Some(sep) = self.take(Rule::sep) {
            alternatives &= sep.as_str().contains("\\or");
            match sep.as_str().as_bytes()[0] {
                b';' => groups.push(items.len()),
                b',' => commas = true,
                _ => joints.push(items.len()),
            }
            items.push(self.relation()?);
        }
        // `x = 1, y = 2; x = 3, y = 4`: two systems.
        if commas && !groups.is_empty() {
            return Some(Node::List(grouped(items, &groups)));
        }
        // `x = 1, y = 2 and x = 3, y = 4` too.
        if commas && !joints.is_empty() && items.iter().all(|item| matches!(item, Node::Relation(..))) {
            let groups = grouped(items.clone(), &joints);
            if groups.iter().all(|group| matches!(group, Node::List(parts) if parts.len() * groups.len() == items.len())) {
                return Some(Node::List(groups));
            }
        }
        // `x < 1 or x > 2` is one set of numbers, not two answers.
        if alternatives && items.iter().all(is_inequality) {
            let ops = vec![SetOp::Union; items.len() - 1];
            return Some(Node::SetExpr(items, ops));
        }
        Some(Node::List(items))
    }

    fn relation(&mut self) -> Option<Node> {
        let first = if self.peek() == Some(Rule::relop) { Node::Blank } else { self.ratio()? };
        if self.peek() != Some(Rule::relop) {
            return Some(first);
        }
        let (mut sides, mut ops) = (vec![first], Vec::new());
        while let Some(op) = self.take(Rule::relop) {
            ops.push(relop(op.as_str())?);
            sides.push(self.ratio()?);
        }
        Some(Node::Relation(sides, ops))
    }

    fn ratio(&mut self) -> Option<Node> {
        let first = self.union()?;
        if self.peek() != Some(Rule::colon) {
            return Some(first);
        }
        let mut parts = vec![first];
        while self.take(Rule::colon).is_some() {
            parts.push(self.union()?);
        }
        Some(Node::Ratio(parts))
    }

    fn union(&mut self) -> Option<Node> {
        let first = self.sum()?;
        if self.peek() != Some(Rule::setop) {
            return Some(first);
        }
        let (mut parts, mut ops) = (vec![first], Vec::new());
        while let Some(op) = self.take(Rule::setop) {
            ops.push(match op.as_str().trim_end() {
                "\\cup" => SetOp::Union,
                "\\cap" => SetOp::Intersection,
                _ => SetOp::Difference,
            });
            parts.push(self.sum()?);
        }
        Some(Node::SetExpr(parts, ops))
    }

    fn sum(&mut self) -> Option<Node> {
        let sign = self.signs(Sign::Plus)?;
        let first = self.term()?;
        if sign == Sign::Plus && self.peek() != Some(Rule::addop) {
            return Some(first);
        }
        let mut terms = vec![(sign, first)];
        while let Some(op) = self.take(Rule::addop) {
            let sign = self.signs(read_sign(op.as_str()))?;
            terms.push((sign, self.term()?));
        }
        // `-5 cm` is minus 5, in cm.
        let mut last = terms.pop()?;
        if let Node::Quantity(value, unit, power) = last.1 {
            last.1 = *value;
            terms.push(last);
            return Some(Node::Quantity(Box::new(Node::Sum(terms)), unit, power));
        }
        terms.push(last);
        Some(Node::Sum(terms))
    }

    /// Prefix signs folded into one; two free choices in one place have no single reading.
    fn signs(&mut self, first: Sign) -> Option<Sign> {
        let mut sign = first;
        while let Some(next) = self.take(Rule::sign) {
            sign = combine(sign, read_sign(next.as_str()))?;
        }
        Some(sign)
    }

    fn term(&mut self) -> Option<Node> {
        let mut left = self.peek();
        let first = self.factor()?;
        if !self.peek().is_some_and(|rule| rule == Rule::mulop || starts_factor(rule)) {
            return Some(first);
        }
        let mut factors = vec![(MulOp::Times, first)];
        loop {
            let (op, explicit) = match self.peek() {
                Some(Rule::mulop) => {
                    let over = self.next()?.as_str() == "/";
                    (if over { MulOp::Over } else { MulOp::Times }, true)
                }
                Some(rule) if starts_factor(rule) => (MulOp::Times, false),
                _ => break,
            };
            let sign = self.signs(Sign::Plus)?;
            let right = self.peek();
            // Only a bare numeral before a bare fraction: 3(½) is a product.
            let mixed = left == Some(Rule::number) && right == Some(Rule::frac);
            left = right;
            let mut factor = self.factor()?;
            if !explicit {
                if let (Node::Text(word), Some((_, Node::Quantity(_, unit, 1)))) = (&factor, factors.last_mut()) {
                    // `5 "square" "feet"`
                    unit.push(' ');
                    unit.push_str(word);
                    continue;
                }
                if let Some(joined) = juxtapose(factors.last_mut()?, &factor, mixed) {
                    factors.last_mut()?.1 = joined;
                    continue;
                }
            }
            if sign != Sign::Plus {
                factor = Node::Sum(vec![(sign, factor)]);
            }
            if let (false, Some((phrase, power))) = (explicit, unit_of(&factor)) {
                let value = if factors.len() == 1 { factors.pop()?.1 } else { Node::Product(std::mem::take(&mut factors)) };
                if matches!(value, Node::Quantity(..) | Node::Text(_)) {
                    return None;
                }
                factors = vec![(MulOp::Times, Node::Quantity(Box::new(value), phrase, power))];
                continue;
            }
            if matches!(factors.last(), Some((_, Node::Quantity(..) | Node::Text(_)))) || matches!(factor, Node::Text(_)) {
                return self.unit_quotient(factors, op, &factor);
            }
            factors.push((op, factor));
        }
        if factors.len() == 1 && factors[0].0 == MulOp::Times {
            factors.pop().map(|(_, node)| node)
        } else {
            Some(Node::Product(factors))
        }
    }

    /// `60 "km" / "h"`.
    fn unit_quotient(&mut self, mut factors: Vec<(MulOp, Node)>, op: MulOp, factor: &Node) -> Option<Node> {
        let Some((_, Node::Quantity(value, unit, power))) = factors.pop() else { return None };
        let (phrase, low) = unit_of(factor)?;
        if op != MulOp::Over || !factors.is_empty() || starts_factor(self.peek().unwrap_or(Rule::EOI)) {
            return None;
        }
        let top = if power == 1 { unit } else { return None };
        Some(Node::Quantity(value, format!("{top}/{phrase}"), low))
    }

    fn factor(&mut self) -> Option<Node> {
        let primary = self.next()?;
        let mut node = primary_node(primary)?;
        loop {
            match self.peek() {
                Some(Rule::base) => node = based(&node, self.next()?)?,
                Some(Rule::sup) => {
                    let exponent = sup(self.next()?)?;
                    node = power(node, exponent);
                }
                Some(Rule::fact) => {
                    let marks = self.next()?.as_str().len();
                    node = Node::Factorial(Box::new(node), u32::try_from(marks).ok()?);
                }
                Some(Rule::percent) => {
                    self.next();
                    node = Node::Percent(Box::new(node));
                }
                Some(Rule::degree) => {
                    self.next();
                    node = Node::Degrees(Box::new(node));
                }
                _ => return Some(node),
            }
        }
    }
}

fn starts_factor(rule: Rule) -> bool {
    !matches!(
        rule,
        Rule::EOI
            | Rule::sep
            | Rule::relop
            | Rule::colon
            | Rule::setop
            | Rule::addop
            | Rule::mulop
            | Rule::sup
            | Rule::fact
            | Rule::percent
            | Rule::degree
            | Rule::sign
            | Rule::base
            | Rule::mid
            | Rule::close
    )
}

/// `2\frac{1}{2}` is a mixed number; `a(b, c)` applies `a`.
fn juxtapose(left: &mut (MulOp, Node), right: &Node, mixed: bool) -> Option<Node> {
    match (&left.1, right) {
        (Node::Number(whole), Node::Product(parts)) if mixed && whole.is_integer() => match parts.as_slice() {
            [(MulOp::Times, Node::Number(top)), (MulOp::Over, Node::Number(low))]
                if top.is_integer() && low.is_integer() && !top.is_zero() && top < low =>
            {
                Some(Node::Number(whole + top / low))
            }
            _ => None,
        },
        // `33\frac{1}{3}\%`
        (Node::Number(_), Node::Percent(inner)) => Some(Node::Percent(Box::new(juxtapose(left, inner, mixed)?))),
        (Node::Symbol(name), Node::Group(_, items)) if items.len() > 1 => Some(Node::Apply(name.clone(), items.clone())),
        _ => None,
    }
}

/// Cuts items before each of these places; a group of several is a list.
fn grouped(items: Vec<Node>, places: &[usize]) -> Vec<Node> {
    let mut groups: Vec<Vec<Node>> = vec![Vec::new()];
    for (place, item) in items.into_iter().enumerate() {
        if places.contains(&place) {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(item);
        }
    }
    let node = |mut group: Vec<Node>| if group.len() == 1 { group.remove(0) } else { Node::List(group) };
    groups.into_iter().map(node).collect()
}

fn is_inequality(node: &Node) -> bool {
    let order = |op: &RelOp| matches!(op, RelOp::Less | RelOp::LessEqual | RelOp::Greater | RelOp::GreaterEqual);
    matches!(node, Node::Relation(_, ops) if ops.iter().all(order))
}

/// A word, or a word with a power on it.
fn unit_of(node: &Node) -> Option<(String, i32)> {
    match node {
        Node::Text(words) => Some((words.clone(), 1)),
        Node::Power(base, exponent) => match (base.as_ref(), exponent.literal()) {
            (Node::Text(words), Some(power)) if power.is_integer() => {
                Some((words.clone(), power.to_integer().to_i32().filter(|p| p.abs() <= 9)?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn combine(a: Sign, b: Sign) -> Option<Sign> {
    use Sign::{Minus, MinusPlus, Plus, PlusMinus};
    Some(match (a, b) {
        (Plus, s) | (s, Plus) => s,
        (Minus, Minus) => Plus,
        (Minus, PlusMinus) | (PlusMinus, Minus) => MinusPlus,
        (Minus, MinusPlus) | (MinusPlus, Minus) => PlusMinus,
        _ => return None,
    })
}

fn read_sign(text: &str) -> Sign {
    match text {
        "+" => Sign::Plus,
        "-" => Sign::Minus,
        "\\pm" => Sign::PlusMinus,
        _ => Sign::MinusPlus,
    }
}

fn relop(text: &str) -> Option<RelOp> {
    Some(match text.trim_end() {
        "=" => RelOp::Equal,
        "!=" => RelOp::NotEqual,
        "~=" => RelOp::Approx,
        "<" => RelOp::Less,
        "<=" => RelOp::LessEqual,
        ">" => RelOp::Greater,
        ">=" => RelOp::GreaterEqual,
        "\\in" => RelOp::In,
        "\\to" => RelOp::To,
        _ => return None,
    })
}
