//! Reads a term: adjacent factors, the product signs between them and the marks after them.
//!
//! Accepts: products, quotients, mixed numbers, calls, values with a unit. Refuses: words in the middle of a formula,
//! and braces whose grouping is not displayed: `1{0}` displays 10, `{x+1}^2` displays x + 1².

use num_traits::Zero;
use pest::iterators::Pair;

use super::index::{bare, indexed};
use super::literal::{based, number};
use super::operand::{Braced, braced, starts_factor};
use super::primary::{paren, power, primary_node, sup};
use super::product::{is_size, product, size};
use super::quantity::{compound, unit_of, with_unit};
use super::radians;
use super::{Rule, Run};
use crate::math::names;
use crate::math::node::{MulOp, Node, Sign};

/// Most capitals in a row that become one name: joining more would take time quadratic in their number.
const MAX_RUN: usize = 64;

/// Longest size in brackets, in bytes: `(3\times5)\text{ matrix}`.
const MAX_SIZE: usize = 64;

/// Most units of one value: hours, minutes and seconds.
const MAX_UNITS: usize = 4;

/// How a factor is joined to the factor on its left.
struct Joint {
    /// The sign between the two.
    explicit: Option<MulOp>,
    /// The sign in front of the factor.
    sign: Sign,
    /// It is a fraction after a numeral: `3\frac12`.
    mixed: bool,
    /// Neither of the two is in brackets.
    beside: bool,
}

/// Adds a factor to a product, or joins it to the last factor: as a unit, as the fraction of a mixed number, as a
/// further letter of a name.
fn join(factors: &mut Vec<(MulOp, Node)>, joint: &Joint, mut factor: Node) -> Option<()> {
    let Joint { explicit, sign, mixed, beside } = *joint;
    let unit = if sign == Sign::Plus { unit_of(&factor) } else { None };
    if let (Some((_, Node::Quantity(..))), Some((word, power))) = (factors.last(), &unit) {
        let measured = factors.pop()?.1;
        factors.push((MulOp::Times, with_unit(measured, explicit, word, *power)?));
        return Some(());
    }
    if explicit.is_none()
        && let Some(joined) = juxtapose(&factors.last()?.1, &factor, mixed, beside)
    {
        factors.last_mut()?.1 = joined;
        return Some(());
    }
    if sign != Sign::Plus {
        factor = Node::Sum(vec![(sign, factor)]);
    }
    if let (None, Some((phrase, power))) = (explicit, unit) {
        let value = if is_size(factors, &phrase, power) { size(std::mem::take(factors)) } else { product(std::mem::take(factors)) };
        if matches!(value, Node::Text(_)) {
            return None;
        }
        *factors = vec![(MulOp::Times, Node::Quantity(Box::new(value), phrase, power))];
        return Some(());
    }
    if matches!(factors.last(), Some((_, Node::Quantity(..) | Node::Text(_)))) || matches!(factor, Node::Text(_)) {
        return None;
    }
    factors.push((explicit.unwrap_or(MulOp::Times), factor));
    Some(())
}

impl<'i> Run<'i> {
    pub(super) fn term(&mut self) -> Option<Node> {
        let mut left = self.peek();
        let mut braced = self.braced();
        let size = self.next.as_ref().and_then(size_in_brackets);
        let first = self.factor(braced)?;
        if !self.term_goes_on() {
            return Some(first);
        }
        let mut factors = vec![(MulOp::Times, first)];
        while self.term_goes_on() {
            // `1 hour 30 minutes`
            if self.peek() == Some(Rule::number) && matches!(factors.as_slice(), [(_, Node::Quantity(..))]) {
                self.units += 1;
                let smaller = if self.units < MAX_UNITS { self.term()? } else { return None };
                return compound(&factors.pop()?.1, &smaller);
            }
            let explicit = self.product_sign();
            if braced == Braced::Loose {
                return None;
            }
            let sign = self.signs(Sign::Plus)?;
            let right = self.peek();
            braced = self.braced();
            let behind_power = matches!(factors.last(), Some((_, node)) if is_power_of_number(node));
            if braced == Braced::Loose || (explicit.is_none() && !self.stands_beside(left, behind_power)) {
                return None;
            }
            // A letter in its own brackets is not the name of a function: `(x)(y)`.
            let callable = explicit.is_none() && left != Some(Rule::paren) && names::is_callable(&factors.last()?.1);
            let mut read = None;
            if callable && let Some(bracket) = self.next.as_ref().and_then(bracket) {
                match call(&factors.last()?.1, paren(bracket)?) {
                    Ok(call) => {
                        self.next();
                        left = right;
                        factors.last_mut()?.1 = self.marks(call)?;
                        continue;
                    }
                    // Parsed once: parsing it again at each level would take exponential time.
                    Err(bracket) => read = Some(bracket),
                }
            }
            // Only a numeral before a fraction, both without brackets: 3(½) is a product.
            let mixed = left == Some(Rule::number) && right == Some(Rule::frac);
            let beside = left != Some(Rule::paren) && right != Some(Rule::paren);
            left = right;
            let factor = match read {
                Some(node) => {
                    self.next();
                    self.marked(node, braced)?
                }
                None => self.factor(braced)?,
            };
            if let (Some(size), 1, Node::Text(phrase), None) = (&size, factors.len(), &factor, explicit)
                && is_size(size, phrase, 1)
            {
                factors.clone_from(size);
            }
            join(&mut factors, &Joint { explicit, sign, mixed, beside }, factor)?;
        }
        Some(product(factors))
    }

    fn term_goes_on(&self) -> bool {
        self.peek().is_some_and(|rule| rule == Rule::mulop || starts_factor(rule))
    }

    /// The product sign that comes next, if there is one.
    fn product_sign(&mut self) -> Option<MulOp> {
        Some(match self.take(Rule::mulop)?.as_str() {
            "/" => MulOp::Over,
            "#" => MulOp::Cross,
            _ => MulOp::Dot,
        })
    }

    /// Whether the next operand may follow an operand without a sign. A number may only follow a symbol or a bracket,
    /// `n2^k`, `(n-1)2^k`, or a power of a number, `2^6 3^5`: after another number or a function it may be part of that.
    fn stands_beside(&self, left: Option<Rule>, behind_power: bool) -> bool {
        let separate = behind_power || matches!(left, Some(Rule::symbol | Rule::paren));
        !self.begins_with_digit() && (self.peek() != Some(Rule::number) || separate)
    }

    pub(super) fn factor(&mut self, braced: Braced) -> Option<Node> {
        let pair = self.next()?;
        let name = matches!(pair.as_rule(), Rule::symbol | Rule::accent | Rule::brace);
        let bare = radians::is_bare(&pair);
        let mut node = primary_node(pair)?;
        if bare && self.next.as_ref().is_some_and(|next| next.as_str() == "/") && radians::is_call(&node) {
            node = self.divided_argument(node)?;
        }
        if self.peek() == Some(Rule::sub) && !name {
            node = self.held(node)?;
        }
        self.marked(node, braced)
    }

    /// A derivative in brackets with an index for what is held constant, or for the place where it is taken:
    /// `\left(\frac{\partial p}{\partial \rho}\right)_S`. Other brackets have no index.
    fn held(&mut self, node: Node) -> Option<Node> {
        let mut derivative = false;
        node.walk(&mut |part| match part {
            Node::Symbol(name) | Node::Marked(name) => {
                derivative |= matches!(name.as_ref(), "\\partial" | "\\nabla") || names::differential(name).is_some();
            }
            // The d of `dy` joins its letter only when the whole tree is known.
            Node::Product(factors) => {
                derivative |= matches!(factors.as_slice(), [(_, Node::Symbol(d)), _, ..] if d.as_ref() == "d");
            }
            _ => {}
        });
        let index = self.next()?;
        derivative.then(|| Node::Apply(format!("\\held_{}", bare(&index)).into(), vec![node]))
    }

    /// An operand with the marks after it.
    fn marked(&mut self, node: Node, braced: Braced) -> Option<Node> {
        let marked = matches!(self.peek(), Some(Rule::base | Rule::sup | Rule::fact | Rule::percent | Rule::degree | Rule::sub));
        if marked && braced != Braced::One { None } else { self.marks(node) }
    }

    /// Reads the marks after an operand: a base, powers, `!`, `%`, `°`.
    fn marks(&mut self, mut node: Node) -> Option<Node> {
        let mut raised = false;
        loop {
            match self.peek() {
                Some(Rule::sub) => {
                    node = indexed(node, raised, self.next()?)?;
                    // `v^2_0^3`
                    if raised && self.peek() == Some(Rule::sup) {
                        return None;
                    }
                }
                Some(Rule::base) => node = based(&node, self.next()?)?,
                Some(Rule::sup) => {
                    let exponent = self.next()?;
                    raised = true;
                    node = match (node, order(exponent.as_str())) {
                        (Node::Symbol(name), Some(order)) => Node::Symbol(format!("{name}^{order}").into()),
                        (node, _) => power(node, sup(exponent)?),
                    };
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

    pub(super) fn braced(&self) -> Braced {
        self.next.as_ref().map_or(Braced::One, braced)
    }

    /// Whether a sign before the next operand would apply only to the first of several terms.
    pub(super) fn is_loose(&self) -> bool {
        self.braced() == Braced::Loose
    }

    fn begins_with_digit(&self) -> bool {
        self.next.as_ref().is_some_and(|pair| {
            pair.as_rule() == Rule::brace
                && pair.as_str().trim_start_matches(['{', ' ']).starts_with(|c: char| c.is_ascii_digit() || c == '.')
        })
    }
}

/// A letter and the bracket after it, which is a call or a product. Returns the bracket as `Err` where it is not a
/// call.
fn call(head: &Node, bracket: Node) -> Result<Node, Node> {
    match (head, bracket) {
        (Node::Symbol(name), Node::Group(brackets, items)) if !brackets.left_closed && !brackets.right_closed => {
            Ok(Node::Apply(name.clone(), items))
        }
        (_, bracket @ Node::Group(..)) => Err(bracket),
        (head, bracket) => names::call(head, bracket),
    }
}

/// The order of a derivative in `^{(4)}` or `^{(n)}`, which is not a power.
fn order(exponent: &str) -> Option<&str> {
    let order = exponent.strip_prefix("^{")?.strip_suffix('}')?;
    let inner = order.strip_prefix('(')?.strip_suffix(')')?;
    let number = inner.bytes().all(|b| b.is_ascii_digit());
    (!inner.is_empty() && (number || (inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_alphabetic())))).then_some(order)
}

/// The bracket in a pair, with or without braces around it.
fn bracket<'i>(pair: &Pair<'i, Rule>) -> Option<Pair<'i, Rule>> {
    match pair.as_rule() {
        Rule::paren => Some(pair.clone()),
        Rule::brace => {
            let mut inner = pair.clone().into_inner();
            let only = inner.next().filter(|_| inner.next().is_none())?;
            bracket(&only)
        }
        _ => None,
    }
}

/// The factors of a size in brackets, numbers or single letters: the product in other brackets is taken before the word behind them is read.
fn size_in_brackets(pair: &Pair<'_, Rule>) -> Option<Vec<(MulOp, Node)>> {
    if !matches!(pair.as_rule(), Rule::paren | Rule::brace) || pair.as_str().len() > MAX_SIZE {
        return None;
    }
    let inner = pair.as_str().strip_prefix(['(', '{'])?.strip_suffix([')', '}'])?;
    let factor = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() && !matches!(letter, b'e' | b'i') => Some(Node::Symbol(text.into())),
        [first, ..] if first.is_ascii_digit() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => number(text),
        _ => None,
    };
    let mut factors = Vec::new();
    let mut op = MulOp::Times;
    for part in inner.split_inclusive(['#', '*']) {
        let text = part.trim_end_matches(['#', '*']);
        factors.push((op, factor(text.trim())?));
        op = if part.ends_with('#') { MulOp::Cross } else { MulOp::Dot };
    }
    (factors.len() > 1).then_some(factors)
}

/// `2^6` or `2^n`, whose exponent is a number or a letter: the digits of the next number do not belong to it.
fn is_power_of_number(node: &Node) -> bool {
    matches!(node, Node::Power(base, exponent) if base.literal().is_some() && (exponent.literal().is_some() || matches!(exponent.as_ref(), Node::Symbol(_))))
}

/// `2\frac{1}{2}` is a mixed number; `AB` is one name.
fn juxtapose(left: &Node, right: &Node, mixed: bool, beside: bool) -> Option<Node> {
    match (left, right) {
        (Node::Number(whole), Node::Product(parts)) if mixed && whole.is_integer() => match parts.as_slice() {
            [(MulOp::Times, Node::Number(top)), (MulOp::Over, Node::Number(low))]
                if top.is_integer() && low.is_integer() && !top.is_zero() && top < low =>
            {
                Some(Node::Number(whole + top / low))
            }
            _ => None,
        },
        // `33\frac{1}{3}\%`
        (Node::Number(_), Node::Percent(inner)) => Some(Node::Percent(Box::new(juxtapose(left, inner, mixed, beside)?))),
        (Node::Symbol(run), Node::Symbol(letter))
            if beside && run.len() < MAX_RUN && names::is_capitals(run) && names::is_capitals(letter) =>
        {
            Some(Node::Symbol(format!("{run}{letter}").into()))
        }
        // An increment is one name: `\Delta x`.
        (Node::Symbol(delta), Node::Symbol(letter)) if delta.as_ref() == "\\Delta" => {
            Some(Node::Symbol(format!("{delta} {letter}").into()))
        }
        (Node::Symbol(_), Node::Power(base, exponent)) if matches!(base.as_ref(), Node::Symbol(_)) => {
            Some(power(juxtapose(left, base, mixed, beside)?, exponent.as_ref().clone()))
        }
        _ => None,
    }
}
