//! Translation of a parsed formula into its canonical form.
//!
//! Accepts: scalar nodes. Refuses: lists, sets, relations, words and ± ([`Trouble::NotScalar`]), infinity and divisions
//! by zero ([`Trouble::Undefined`]). Sizes are bounded before anything is evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::conjugate::is_real;
use super::domain::Domain;
use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::{Held, Kinds, Measured};
use super::reality::atom_is_real;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, absolute, extremum, factorial, logarithm, power, roots, transcendental};
use crate::math::names;
use crate::math::node::{BigOp, Func, MulOp, Node, RelOp, Sign};

/// The longest sum or product that is evaluated term by term.
const MAX_TERMS: i64 = 500;

/// The canonical form of a scalar, and the domain on which it has a value.
#[derive(Debug, Clone)]
pub struct Formula {
    /// The canonical form.
    pub canon: Canon,
    /// Where the formula has the value of that form.
    pub domain: Domain,
}

impl Formula {
    /// self − other, where both have a value.
    pub fn minus(self, other: Self, budget: &mut Budget) -> Result<Self> {
        let canon = self.canon.plus(&other.canon.negated(), budget)?;
        Ok(Self { canon, domain: self.domain.and(other.domain) })
    }
}

/// The canonical form of a scalar, and its domain. [`Domain::certify`] decides whether the domain contains a point.
pub fn formula(node: &Node, budget: &mut Budget) -> Result<Formula> {
    let outer = std::mem::take(&mut budget.domain);
    let canon = Builder { budget, bound: BTreeMap::new() }.build(node);
    let domain = std::mem::replace(&mut budget.domain, outer);
    Ok(Formula { canon: canon?, domain })
}

/// The canonical form of a scalar, after a check that it has a value somewhere.
pub fn canonical(node: &Node, budget: &mut Budget) -> Result<Canon> {
    let formula = formula(node, budget)?;
    formula.domain.certify(budget)?;
    Ok(formula.canon)
}

struct Builder<'b> {
    budget: &'b mut Budget,
    /// Bound symbols of the enclosing sums and products, with their current values.
    bound: BTreeMap<Arc<str>, Canon>,
}

impl Builder<'_> {
    fn build(&mut self, node: &Node) -> Result<Canon> {
        self.budget.spend(1)?;
        match node {
            Node::Number(value) | Node::Decimal { value, .. } | Node::Based { value, .. } => Ok(Canon::constant(value.clone())),
            Node::Symbol(name) => self.symbol(name),
            Node::Pi => Ok(Canon::atom(Atom::Pi)),
            Node::Euler => Ok(Canon::atom(Atom::Exp(Held::new(Monomial::one())))),
            Node::Imaginary => match self.lookup("i") {
                Some(value) => Ok(value),
                None => {
                    self.budget.domain.complex = true;
                    Ok(Canon::atom(Atom::Imaginary))
                }
            },
            Node::Infinity => Err(Trouble::Undefined),
            Node::Sum(terms) => self.sum(terms),
            Node::Product(factors) => self.product(factors),
            // C^∞ is the name of a function space.
            Node::Power(base, exponent) if matches!((base.as_ref(), exponent.as_ref()), (Node::Symbol(_), Node::Infinity)) => {
                Err(Trouble::NotScalar)
            }
            Node::Power(base, exponent) => self.power(base, exponent),
            Node::Root(index, argument) => self.root(index.as_deref(), argument),
            Node::Percent(value) => {
                let value = self.build(value)?;
                value.times(&Canon::constant(BigRational::new(1.into(), 100.into())), self.budget)
            }
            Node::Degrees(value) => {
                let value = self.build(value)?;
                let degree = Poly::term(Monomial::atom(Atom::Pi), BigRational::new(1.into(), 180.into()));
                value.times(&degree.into(), self.budget)
            }
            Node::Factorial(value, 1) => {
                let value = self.build(value)?;
                factorial::factorial(&value, self.budget)
            }
            Node::Factorial(value, 2) => {
                let n = roots::integer_of(&self.build(value)?).ok_or(Trouble::NotScalar)?;
                factorial::double_factorial(n, self.budget)
            }
            Node::Binomial(n, k) => {
                let (n, k) = (self.build(n)?, self.build(k)?);
                factorial::binomial(&n, &k, self.budget)
            }
            Node::Function(func, arguments) => self.function(*func, arguments),
            Node::Apply(name, arguments) => {
                let (name, arguments) = (self.indexed(name)?, self.all(arguments)?);
                self.budget.domain.complex |= names::is_complex(&name);
                Ok(Canon::atom(Atom::Apply(name, Held::new(arguments))))
            }
            Node::Big { op, lower, upper, body } => self.big(*op, lower.as_deref(), upper.as_deref(), body),
            _ => Err(Trouble::NotScalar),
        }
    }

    fn all(&mut self, nodes: &[Node]) -> Result<Vec<Canon>> {
        nodes.iter().map(|node| self.build(node)).collect()
    }

    fn lookup(&self, name: &str) -> Option<Canon> {
        if self.bound.is_empty() { None } else { self.bound.get(name).cloned() }
    }

    fn symbol(&mut self, name: &Arc<str>) -> Result<Canon> {
        match self.lookup(name) {
            Some(value) => Ok(value),
            None => {
                self.budget.domain.complex |= names::is_complex(name);
                Ok(Canon::atom(Atom::Symbol(self.indexed(name)?)))
            }
        }
    }

    /// A name with its index replaced by the value of the bound symbol: `a_k` is `a_1` in the first term. A name that
    /// contains the bound symbol in any other way is refused.
    fn indexed(&self, name: &Arc<str>) -> Result<Arc<str>> {
        if self.bound.is_empty() {
            return Ok(name.clone());
        }
        let indexed = name.split_once('_').and_then(|(letter, index)| Some((letter, self.lookup(index)?)));
        match indexed {
            Some((letter, value)) => match value.rational() {
                Some(value) if value.is_integer() && !value.is_negative() => Ok(format!("{letter}_{}", value.to_integer()).into()),
                _ => Err(Trouble::NotScalar),
            },
            // A name of one letter contains no other letter.
            None if name.len() == 1 && !self.bound.contains_key(name) => Ok(name.clone()),
            None if self.bound.keys().any(|bound| names::mentions(name, bound)) => Err(Trouble::NotScalar),
            None => Ok(name.clone()),
        }
    }

    fn sum(&mut self, terms: &[(Sign, Node)]) -> Result<Canon> {
        let mut values = Vec::with_capacity(terms.len());
        for (sign, node) in terms {
            let value = self.build(node)?;
            values.push(match sign {
                Sign::Plus => value,
                Sign::Minus => value.negated(),
                Sign::PlusMinus | Sign::MinusPlus => return Err(Trouble::NotScalar),
            });
        }
        self.total(values)
    }

    /// The sum of values. Polynomials are added in pairs, so that a long sum is not copied for every term; quotients
    /// are added from left to right, so that neighbours with the same denominator are combined first.
    fn total(&mut self, mut values: Vec<Canon>) -> Result<Canon> {
        while values.len() > 1 && values.iter().all(|value| value.den.is_one()) {
            let mut halves = Vec::with_capacity(values.len().div_ceil(2));
            for pair in values.chunks(2) {
                halves.push(match pair {
                    [left, right] => left.plus(right, self.budget)?,
                    rest => rest[0].clone(),
                });
            }
            values = halves;
        }
        let mut values = values.into_iter();
        let first = values.next().unwrap_or_else(|| Canon::integer(0));
        values.try_fold(first, |total, value| if total.is_zero() { Ok(value) } else { total.plus(&value, self.budget) })
    }

    fn product(&mut self, factors: &[(MulOp, Node)]) -> Result<Canon> {
        let mut total: Option<Canon> = None;
        for (op, node) in factors {
            let value = self.build(node)?;
            total = Some(match (op, total) {
                (MulOp::Cross, _) => return Err(Trouble::NotScalar),
                (MulOp::Times | MulOp::Dot, None) => value,
                (MulOp::Times | MulOp::Dot, Some(left)) => left.times(&value, self.budget)?,
                (MulOp::Over, left) => {
                    if value.is_zero() {
                        return Err(Trouble::Undefined);
                    }
                    left.unwrap_or_else(|| Canon::integer(1)).over(&value, self.budget)?
                }
            });
        }
        total.ok_or(Trouble::NotScalar)
    }

    fn power(&mut self, base: &Node, exponent: &Node) -> Result<Canon> {
        let exponent = self.build(exponent)?;
        let base = self.build(base)?;
        power::power(&base, &exponent, self.budget)
    }

    fn root(&mut self, index: Option<&Node>, argument: &Node) -> Result<Canon> {
        let value = self.build(argument)?;
        match index {
            None => roots::root(&value, 2, self.budget),
            Some(index) => {
                let index = self.build(index)?;
                match roots::integer_of(&index) {
                    Some(index) if index >= 2 => roots::root(&value, index, self.budget),
                    Some(_) => Err(Trouble::Undefined),
                    None => power::power(&value, &index.inverse(self.budget)?, self.budget),
                }
            }
        }
    }

    fn function(&mut self, func: Func, nodes: &[Node]) -> Result<Canon> {
        if func == Func::Det {
            return match nodes {
                [Node::Matrix(rows)] => self.determinant(rows),
                _ => Err(Trouble::NotScalar),
            };
        }
        let arguments = self.all(nodes)?;
        self.budget.domain.real |=
            matches!(func, Func::Floor | Func::Ceil | Func::Min | Func::Max | Func::Gcd | Func::Lcm | Func::Sgn)
                && !arguments.iter().all(Canon::is_constant);
        // Re, Im and Arg of a formula with symbols imply that the symbols are complex.
        self.budget.domain.complex |= matches!(func, Func::Re | Func::Im | Func::Arg) && !arguments.iter().all(Canon::is_constant);
        match (func, arguments.as_slice()) {
            (Func::Log, [argument]) => {
                let top = logarithm::ln(argument, self.budget)?;
                Ok(top.times(&Poly::term(Monomial::power(Atom::LogBase, (-1).into()), BigRational::one()).into(), self.budget)?)
            }
            (Func::Log, [base, argument]) => {
                self.budget.rewrite(Rewriting::ChangeOfBase);
                let low = logarithm::ln(base, self.budget)?;
                // A base must be positive and not 1.
                if low.is_zero() || low.kinds().any(Kinds::IMAGINARY) && base.is_constant() && !base.kinds().any(Kinds::IMAGINARY) {
                    return Err(Trouble::Undefined);
                }
                logarithm::ln(argument, self.budget)?.over(&low, self.budget)
            }
            (Func::Lg, [argument]) => {
                let low = logarithm::ln(&Canon::integer(10), self.budget)?;
                logarithm::ln(argument, self.budget)?.over(&low, self.budget)
            }
            (Func::Abs, [argument]) => self.absolute(argument),
            (Func::Floor | Func::Ceil, [argument]) => Ok(match argument.rational() {
                Some(value) => Canon::constant(if func == Func::Floor { value.floor() } else { value.ceil() }),
                None => match super::floor_of(argument, func == Func::Ceil, self.budget) {
                    Some(value) => Canon::constant(BigRational::from_integer(value)),
                    None => Canon::atom(Atom::Function(func, Held::new(arguments))),
                },
            }),
            (Func::Min | Func::Max | Func::Gcd | Func::Lcm, [_, ..]) => extremum::extremum(func, arguments, self.budget),
            (Func::Sgn | Func::Re | Func::Im | Func::Arg | Func::Dim | Func::Ker | Func::Deg, [_, ..]) => {
                Ok(Canon::atom(Atom::Function(func, Held::new(arguments))))
            }
            (_, [argument]) => transcendental::apply(func, argument, self.budget),
            _ => Err(Trouble::NotScalar),
        }
    }

    fn absolute(&mut self, value: &Canon) -> Result<Canon> {
        if !(is_real(&value.num, self.budget)? && is_real(&value.den, self.budget)?) {
            if value.den.is_one()
                && let Some(square) = self.norm(&value.num)?
            {
                return roots::root(&square.into(), 2, self.budget);
            }
            return Ok(Canon::atom(Atom::Function(Func::Abs, Held::new(vec![value.clone()]))));
        }
        let top: Canon = absolute::absolute(&value.num, self.budget)?.into();
        if value.den.is_one() {
            return Ok(top);
        }
        let low: Canon = absolute::absolute(&value.den, self.budget)?.into();
        top.over(&low, self.budget)
    }

    /// |a + bi|² = a² + b² for real constants a and b.
    fn norm(&mut self, poly: &Poly) -> Result<Option<Poly>> {
        let real = |(atom, _): &(Atom, Exponent)| matches!(atom, Atom::Imaginary) || atom_is_real(atom);
        if !poly.is_constant() || !poly.0.iter().all(|(monomial, _)| monomial.0.iter().all(real)) {
            return Ok(None);
        }
        let (mut real, mut imaginary) = (Vec::new(), Vec::new());
        for (monomial, coefficient) in &poly.0 {
            let (rest, turns) = monomial.without(&Atom::Imaginary);
            if turns.is_zero() { real.push((rest, coefficient.clone())) } else { imaginary.push((rest, coefficient.clone())) }
        }
        imaginary.sort_by(|a, b| a.0.cmp(&b.0));
        let (real, imaginary) = (Poly(real), Poly(imaginary));
        let (a, b) = (real.times(&real, self.budget)?, imaginary.times(&imaginary, self.budget)?);
        Ok(Some(a.plus(&b, self.budget)?))
    }

    fn determinant(&mut self, rows: &[Vec<Node>]) -> Result<Canon> {
        let size = rows.len();
        if size == 0 || size > 4 || rows.iter().any(|row| row.len() != size) {
            return Err(Trouble::NotScalar);
        }
        let entries: Vec<Vec<Canon>> = rows.iter().map(|row| self.all(row)).collect::<Result<_>>()?;
        self.minor(&entries, &(0..size).collect::<Vec<_>>(), 0)
    }

    fn minor(&mut self, entries: &[Vec<Canon>], columns: &[usize], row: usize) -> Result<Canon> {
        if columns.is_empty() {
            return Ok(Canon::integer(1));
        }
        let mut total = Canon::integer(0);
        for (place, &column) in columns.iter().enumerate() {
            let rest: Vec<usize> = columns.iter().copied().filter(|&c| c != column).collect();
            let minor = self.minor(entries, &rest, row + 1)?;
            let product = entries[row][column].times(&minor, self.budget)?;
            total = total.plus(&if place % 2 == 0 { product } else { product.negated() }, self.budget)?;
        }
        Ok(total)
    }

    /// A finite sum or product with integer bounds is evaluated; any other is refused.
    fn big(&mut self, op: BigOp, lower: Option<&Node>, upper: Option<&Node>, body: &Node) -> Result<Canon> {
        let (Some(Node::Relation(sides, ops)), Some(end)) = (lower, upper) else { return Err(Trouble::NotScalar) };
        let ([symbol, start], [RelOp::Equal]) = (sides.as_slice(), ops.as_slice()) else { return Err(Trouble::NotScalar) };
        if !matches!(op, BigOp::Sum | BigOp::Product) || *end == Node::Infinity {
            return Err(Trouble::NotScalar);
        }
        let symbol = symbol_name(symbol).ok_or(Trouble::NotScalar)?;
        let (start, end) = (self.build(start)?, self.build(end)?);
        match (roots::integer_of(&start), roots::integer_of(&end)) {
            (Some(first), Some(last)) if last.saturating_sub(first) < MAX_TERMS => self.unroll(op, &symbol, first, last, body),
            _ => Err(Trouble::NotScalar),
        }
    }

    fn unroll(&mut self, op: BigOp, symbol: &Arc<str>, first: i64, last: i64, body: &Node) -> Result<Canon> {
        let outer = self.bound.remove(symbol);
        let terms = (first..=last).map(|value| {
            self.bound.insert(symbol.clone(), Canon::integer(value));
            self.build(body)
        });
        let terms: Result<Vec<_>> = terms.collect();
        self.bound.remove(symbol);
        self.bound.extend(outer.map(|value| (symbol.clone(), value)));
        let terms = terms?;
        if op == BigOp::Sum {
            return self.total(terms);
        }
        terms.into_iter().try_fold(Canon::integer(1), |product, term| product.times(&term, self.budget))
    }
}

fn symbol_name(node: &Node) -> Option<Arc<str>> {
    match node {
        Node::Symbol(name) => Some(name.clone()),
        Node::Imaginary => Some("i".into()),
        _ => None,
    }
}
