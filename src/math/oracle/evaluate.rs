//! The value of a formula's tree at a point, in floating point.
//!
//! Accepts: numbers, symbols, sums, products, powers, roots, the elementary functions, factorials, binomials, whole
//! parts, extremes, determinants, finite sums and products. There is no opinion on anything else: unknown functions,
//! notation, integrals, limits, words.
//!
//! Over the reals, even roots and logarithms of negative numbers have no value, odd roots of negative numbers are
//! negative, and x^(p/q) in lowest terms with odd q is real. There is no opinion on other powers of negative numbers,
//! except at whole exponents, because most writers use `n` for a whole number. Likewise there is no opinion on
//! factorials and binomials where a symbol takes them out of their usual range. Symbols are real where i does not
//! occur; a part without symbols may be any complex number. Over the complex numbers every function has its principal
//! value. 0⁰ and x/0 have no value.

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::ball::{Ball, Plane, Trouble, Value};
use super::points::{Kind, Point};
use super::powers;
use super::symbols::has_symbol;
use crate::math::node::{BigOp, Func, MulOp, Node, RelOp, Sign};

/// The longest sum or product that is evaluated.
const MAX_TERMS: i64 = 500;
/// The largest n whose factorial is evaluated.
const MAX_FACTORIAL: i64 = 150;
/// Where a hyperbolic tangent differs from 1 by less than 1e-8.
const SATURATED: f64 = 10.0;

/// Evaluates trees at one point.
pub struct Evaluator<'a> {
    /// The symbols, in the order in which the point gives them values.
    pub symbols: &'a [Arc<str>],
    pub point: Point,
    pub plane: Plane,
    /// The symbols of enclosing sums, with their current values.
    pub bound: Vec<(Arc<str>, i64)>,
}

impl Evaluator<'_> {
    pub fn value(&mut self, node: &Node) -> Value {
        let value = self.value_here(node);
        if value != Err(Trouble::Undefined) || self.plane != Plane::Real || has_symbol(node) {
            return value;
        }
        // Symbols are real, but a constant such as √−3 may be complex.
        self.plane = Plane::Extended;
        let value = self.value_here(node);
        self.plane = Plane::Real;
        value
    }

    fn value_here(&mut self, node: &Node) -> Value {
        match node {
            Node::Number(value) | Node::Decimal { value, .. } | Node::Based { value, .. } => literal(value),
            Node::Symbol(name) => self.symbol(name),
            Node::Pi => Ok(Ball::pi()),
            Node::Euler => Ok(Ball::rounded(std::f64::consts::E)),
            Node::Imaginary => Ok(Ball::I),
            Node::Sum(terms) => self.sum(terms),
            Node::Product(factors) => self.product(factors),
            Node::Power(base, exponent) => {
                let [b, e] = self.both(base, exponent)?;
                powers::power(b, e, powers::ratio(exponent), has_symbol(exponent), self.plane)
            }
            Node::Root(index, argument) => {
                let (argument, index) = match index {
                    None => (self.value(argument)?, Ball::exact(2.0)),
                    Some(index) => self.both(argument, index).map(|[argument, index]| (argument, index))?,
                };
                powers::root(argument, index, self.plane)
            }
            Node::Percent(value) => self.value(value)?.over(Ball::exact(100.0)),
            Node::Degrees(value) => (self.value(value)? * Ball::pi()).over(Ball::exact(180.0)),
            Node::Factorial(value, marks) => {
                let varies = has_symbol(value);
                let value = self.value(value)?;
                factorial(value, i64::from(*marks), varies)
            }
            Node::Binomial(n, k) => {
                let varies = has_symbol(n) || has_symbol(k);
                let [n, k] = self.both(n, k)?;
                binomial(n, k, varies)
            }
            Node::Function(Func::Det, arguments) => match arguments.as_slice() {
                [Node::Matrix(rows)] if rows.len() <= 4 && rows.iter().all(|row| row.len() == rows.len()) => {
                    let rows = rows.iter().map(|row| self.all(row)).collect::<Result<Vec<_>, _>>()?;
                    determinant(&rows)
                }
                _ => Err(Trouble::Unknown),
            },
            Node::Function(func, arguments) => self.function(*func, arguments),
            Node::Big { op, lower: Some(lower), upper: Some(upper), body } => self.big(*op, lower, upper, body),
            _ => Err(Trouble::Unknown),
        }
    }

    /// The values of all nodes. An undefined value takes precedence over an unknown one.
    fn all(&mut self, nodes: &[Node]) -> Result<Vec<Ball>, Trouble> {
        let values: Vec<Value> = nodes.iter().map(|node| self.value(node)).collect();
        if values.contains(&Err(Trouble::Undefined)) {
            return Err(Trouble::Undefined);
        }
        values.into_iter().collect()
    }

    fn both(&mut self, left: &Node, right: &Node) -> Result<[Ball; 2], Trouble> {
        match (self.value(left), self.value(right)) {
            (Ok(left), Ok(right)) => Ok([left, right]),
            (Err(Trouble::Undefined), _) | (_, Err(Trouble::Undefined)) => Err(Trouble::Undefined),
            _ => Err(Trouble::Unknown),
        }
    }

    fn symbol(&self, name: &Arc<str>) -> Value {
        if let Some((_, value)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            #[expect(clippy::cast_precision_loss, reason = "at most a few hundred")]
            return Ok(Ball::exact(*value as f64));
        }
        // V^* does not contain numbers, and a_k in a sum over k is a different symbol at each step.
        let indexed = self.bound.iter().any(|(bound, _)| name.split('_').skip(1).any(|index| index.contains(bound.as_ref())));
        match self.symbols.iter().position(|symbol| symbol == name) {
            Some(place) if name.as_ref() != "*" && !indexed => Ok(self.point.value(place)),
            _ => Err(Trouble::Unknown),
        }
    }

    fn sum(&mut self, terms: &[(Sign, Node)]) -> Value {
        let mut values = Vec::with_capacity(terms.len());
        let mut trouble = None;
        for (sign, term) in terms {
            match (sign, self.value(term)) {
                (Sign::Plus, Ok(value)) => values.push(value),
                (Sign::Minus, Ok(value)) => values.push(-value),
                (_, Err(Trouble::Undefined)) => return Err(Trouble::Undefined),
                _ => trouble = Some(Trouble::Unknown),
            }
        }
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        let total = values.iter().fold(Ball::ZERO, |total, value| total + *value).checked()?;
        let (size, largest) = (total.size(), values.iter().map(|value| value.size()).fold(0.0, f64::max));
        let lost = |value: &Ball| value.size() > 0.0 && value.size() <= 1e6 * total.error;
        // Equal floats cancel to a zero without an error; a term that is small relative to the rest may be lost
        // entirely.
        let doubtful = size <= 1e-9 * largest && (self.point.kind != Kind::Generic && total.error > 0.0 || values.iter().any(lost));
        if doubtful { Err(Trouble::Unknown) } else { Ok(total) }
    }

    fn product(&mut self, factors: &[(MulOp, Node)]) -> Value {
        let values: Vec<Value> = factors.iter().map(|(_, factor)| self.value(factor)).collect();
        if values.contains(&Err(Trouble::Undefined)) {
            return Err(Trouble::Undefined);
        }
        let (mut total, mut trouble) = (Ok(Ball::ONE), None);
        for ((op, _), value) in factors.iter().zip(values) {
            let factor = match (op, value) {
                (MulOp::Over, Ok(value)) => value.inverse(),
                (_, value) => value,
            };
            match factor {
                Err(Trouble::Undefined) => return Err(Trouble::Undefined),
                Err(Trouble::Unknown) => trouble = Some(Trouble::Unknown),
                Ok(factor) => total = total.and_then(|total| (total * factor).checked()),
            }
        }
        trouble.map_or(total, Err)
    }

    fn function(&mut self, func: Func, nodes: &[Node]) -> Value {
        match (func, nodes) {
            (Func::Log, [argument]) => self.ln(argument)?.over(Ball::rounded(self.point.log_base().ln())),
            (Func::Log, [base, argument]) => {
                let (argument, base) = (self.ln(argument), self.ln(base));
                if argument == Err(Trouble::Undefined) || base == Err(Trouble::Undefined) {
                    return Err(Trouble::Undefined);
                }
                argument?.over(base?)
            }
            (Func::Lg, [argument]) => self.ln(argument)?.over(Ball::rounded(std::f64::consts::LN_10)),
            (Func::Min | Func::Max | Func::Gcd | Func::Lcm, [_, ..]) => extreme(func, &self.all(nodes)?),
            (Func::Ln, [argument]) => self.ln(argument),
            (_, [argument]) => {
                let z = self.value(argument)?;
                self.elementary(func, z)
            }
            _ => Err(Trouble::Unknown),
        }
    }

    /// The logarithm. For a constant it is the principal value, also next to symbols: `\log_x(-8)`.
    fn ln(&mut self, argument: &Node) -> Value {
        let complex = self.plane != Plane::Real || !has_symbol(argument);
        self.value(argument)?.ln(complex)
    }

    fn elementary(&self, func: Func, z: Ball) -> Value {
        let complex = self.plane != Plane::Real;
        match func {
            Func::Sin => z.sin(),
            Func::Cos => z.cos(),
            Func::Tan => z.sin()?.over(z.cos()?),
            Func::Cot => z.cos()?.over(z.sin()?),
            Func::Sec => z.cos()?.inverse(),
            Func::Csc => z.sin()?.inverse(),
            Func::Arcsin => z.arcsin(complex),
            Func::Arccos => z.arccos(complex),
            Func::Arctan => z.arctan(),
            // For negative numbers two conventions are in use.
            Func::Arccot if z.is_real() && z.re > 0.0 => Ok(Ball::pi() * Ball::exact(0.5) - z.arctan()?),
            Func::Sinh => z.sinh(),
            Func::Cosh => z.cosh(),
            // In floating point these are 1 from about 19 on, and a difference from 1 is lost before.
            Func::Tanh | Func::Coth if z.re.abs() > SATURATED => Err(Trouble::Unknown),
            Func::Tanh => z.sinh()?.over(z.cosh()?),
            Func::Coth => z.cosh()?.over(z.sinh()?),
            Func::Arsinh => z.arsinh(),
            Func::Arcosh => z.arcosh(complex),
            Func::Artanh => z.artanh(complex),
            Func::Exp => z.exp(),
            Func::Abs => Ok(z.abs()),
            Func::Sgn => Ok(Ball::exact(f64::from(z.sign()?))),
            Func::Floor | Func::Ceil if z.is_real() => Ok(match z.integer()? {
                #[expect(clippy::cast_precision_loss, reason = "at most 10⁹")]
                Some(whole) => Ball::exact(whole as f64),
                None if func == Func::Floor => Ball::exact(z.re.floor()),
                None => Ball::exact(z.re.ceil()),
            }),
            _ => Err(Trouble::Unknown),
        }
    }

    fn big(&mut self, op: BigOp, lower: &Node, upper: &Node, body: &Node) -> Value {
        let Node::Relation(sides, ops) = lower else { return Err(Trouble::Unknown) };
        let ([Node::Symbol(name), start], [RelOp::Equal]) = (sides.as_slice(), ops.as_slice()) else {
            return Err(Trouble::Unknown);
        };
        let (Some(start), Some(end)) = (self.value(start)?.integer()?, self.value(upper)?.integer()?) else {
            return Err(Trouble::Unknown);
        };
        if end - start >= MAX_TERMS || !matches!(op, BigOp::Sum | BigOp::Product) {
            return Err(Trouble::Unknown);
        }
        let (mut total, mut trouble) = (if op == BigOp::Sum { Ball::ZERO } else { Ball::ONE }, None);
        for value in start..=end {
            self.bound.push((name.clone(), value));
            let term = self.value(body);
            self.bound.pop();
            match term {
                Ok(term) => total = if op == BigOp::Sum { total + term } else { total * term }.checked()?,
                Err(Trouble::Undefined) => return Err(Trouble::Undefined),
                Err(Trouble::Unknown) => trouble = Some(Trouble::Unknown),
            }
        }
        trouble.map_or(Ok(total), Err)
    }
}

fn literal(value: &BigRational) -> Value {
    let float = value.to_f64().ok_or(Trouble::Unknown)?;
    let exact = value.is_integer() && float.abs() < 9e15;
    if exact { Ok(Ball::exact(float)) } else { Ball::rounded(float).checked() }
}

/// n! or n!!. For fractions two conventions are in use, so there is no opinion.
fn factorial(value: Ball, step: i64, varies: bool) -> Value {
    let Some(n) = value.integer()? else { return Err(Trouble::Unknown) };
    match n {
        ..0 if step == 1 && !varies => Err(Trouble::Undefined),
        0..=MAX_FACTORIAL if step <= 2 => {
            let (mut product, mut factor) = (Ball::ONE, n);
            while factor > 1 {
                #[expect(clippy::cast_precision_loss, reason = "at most 150")]
                let next = Ball::exact(factor as f64);
                product = (product * next).checked()?;
                factor -= step;
            }
            Ok(product)
        }
        _ => Err(Trouble::Unknown),
    }
}

/// n(n − 1)…(n − k + 1)/k! for whole k ≥ 0 and any n. Where n or k contains a symbol, k is assumed to be in 0..=n.
fn binomial(n: Ball, k: Ball, varies: bool) -> Value {
    let Some(k) = k.integer()? else { return Err(Trouble::Unknown) };
    let whole = n.integer()?;
    if varies && whole.is_some_and(|n| k < 0 || k > n) {
        return Err(Trouble::Unknown);
    }
    if whole.is_some_and(|n| n >= 0 && (k < 0 || k > n)) {
        return Ok(Ball::ZERO);
    }
    if !(0..=60).contains(&k) {
        return Err(Trouble::Unknown);
    }
    let mut product = Ball::ONE;
    for step in 0..k {
        #[expect(clippy::cast_precision_loss, reason = "at most 60")]
        let (top, low) = (n - Ball::exact(step as f64), Ball::exact((step + 1) as f64));
        product = (product * top).over(low)?;
    }
    Ok(product)
}

fn extreme(func: Func, values: &[Ball]) -> Value {
    if values.iter().any(|value| !value.is_real()) {
        return Err(Trouble::Unknown);
    }
    if let Func::Min | Func::Max = func {
        let better = |a: Ball, b: &Ball| if (a.re < b.re) == (func == Func::Min) { a } else { *b };
        return values.iter().copied().reduce(|a, b| better(a, &b)).ok_or(Trouble::Unknown);
    }
    let mut found = 0_i64;
    for value in values {
        let next = value.integer()?.ok_or(Trouble::Unknown)?;
        found = match func {
            Func::Gcd => num_integer::gcd(found, next),
            _ if found == 0 => next.abs(),
            _ => num_integer::lcm(found, next),
        };
    }
    #[expect(clippy::cast_precision_loss, reason = "checked")]
    if found.abs() < 1 << 50 { Ok(Ball::exact(found as f64)) } else { Err(Trouble::Unknown) }
}

fn determinant(rows: &[Vec<Ball>]) -> Value {
    let Some((first, rest)) = rows.split_first() else { return Ok(Ball::ONE) };
    let mut total = Ball::ZERO;
    for (place, entry) in first.iter().enumerate() {
        let minor: Vec<Vec<Ball>> = rest
            .iter()
            .map(|row| row.iter().enumerate().filter(|(column, _)| *column != place).map(|(_, ball)| *ball).collect())
            .collect();
        let product = (*entry * determinant(&minor)?).checked()?;
        total = if place % 2 == 0 { total + product } else { total - product };
    }
    Ok(total)
}
