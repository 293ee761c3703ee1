//! The tree of an answer as written, before anything is evaluated.
//!
//! It can hold everything that the grammar accepts. Meaning is added by [`super::algebra`] (numbers and formulas) and
//! [`super::compare`] (lists, sets, relations and the rest).

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::One;

pub use super::functions::{BigOp, Func};

/// A sign in front of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `±`
    PlusMinus,
    /// `∓`: the opposite of the sign chosen for `±`.
    MinusPlus,
}

/// How a factor joins the product to its left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MulOp {
    /// Multiplied.
    Times,
    /// `\cdot` in a product that contains notation; in a product of scalars it is [`MulOp::Times`].
    Dot,
    /// `\times` in a product without a number among its operands: a cross product, a product of sets.
    Cross,
    /// Divided by.
    Over,
}

/// A relation sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelOp {
    /// `=`
    Equal,
    /// `≠`
    NotEqual,
    /// `≈`
    Approx,
    /// `<`
    Less,
    /// `≤`
    LessEqual,
    /// `>`
    Greater,
    /// `≥`
    GreaterEqual,
    /// `∈`
    In,
    /// `→`
    To,
}

/// A set operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetOp {
    /// `∪`
    Union,
    /// `∩`
    Intersection,
    /// `∖`
    Difference,
}

/// The brackets around a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brackets {
    /// `[` rather than `(`.
    pub left_closed: bool,
    /// `]` rather than `)`.
    pub right_closed: bool,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// An integer or fraction written out.
    Number(BigRational),
    /// A decimal, with the number of digits after the point and of significant digits.
    Decimal {
        /// Its exact value.
        value: BigRational,
        /// Digits after the point.
        scale: u32,
        /// Significant digits written.
        significant: u32,
    },
    /// `1011_2`.
    Based {
        /// The digits.
        digits: String,
        /// The base.
        base: u32,
        /// The value.
        value: BigRational,
    },
    /// A scalar unknown with its index and primes; a sequence of capitals (`AB`) is one name.
    Symbol(Arc<str>),
    /// A symbol whose mark shows that it is not a scalar: `\vec{a}`, `\mathbb{R}`, `\nabla`.
    Marked(Arc<str>),
    /// π
    Pi,
    /// e
    Euler,
    /// i
    Imaginary,
    /// ∞
    Infinity,
    /// ∅
    EmptySet,
    /// Signed terms.
    Sum(Vec<(Sign, Node)>),
    /// Factors.
    Product(Vec<(MulOp, Node)>),
    /// Base and exponent.
    Power(Box<Node>, Box<Node>),
    /// A root; the index is 2 where absent.
    Root(Option<Box<Node>>, Box<Node>),
    /// `%`
    Percent(Box<Node>),
    /// `°`
    Degrees(Box<Node>),
    /// `!` (1) or `!!` (2).
    Factorial(Box<Node>, u32),
    /// A binomial coefficient.
    Binomial(Box<Node>, Box<Node>),
    /// A named function; `\log_b` has its base first.
    Function(Func, Vec<Node>),
    /// `f(x, y)`. With one argument it may also be a product; see [`super::names`].
    Apply(Arc<str>, Vec<Node>),
    /// A sum, product, integral or limit.
    Big {
        /// The operator.
        op: BigOp,
        /// The lower bound.
        lower: Option<Box<Node>>,
        /// The upper bound.
        upper: Option<Box<Node>>,
        /// The operand.
        body: Box<Node>,
    },
    /// Words.
    Text(String),
    /// A value followed by words, a unit or a label, and the power written on them.
    Quantity(Box<Node>, String, i32),
    /// Several values in round or square brackets.
    Group(Brackets, Vec<Node>),
    /// ⟨a, b⟩
    Angle(Vec<Node>),
    /// {a, b}
    Set(Vec<Node>),
    /// {x | condition}
    SetBuilder(Vec<Node>, Vec<Node>),
    /// Rows of entries.
    Matrix(Vec<Vec<Node>>),
    /// Several answers.
    List(Vec<Node>),
    /// Statements about several unknowns, of which one holds: `x = 1 or y = 2`.
    Either(Vec<Node>),
    /// A chain of relations; the first side is [`Node::Blank`] in `< 4`.
    Relation(Vec<Node>, Vec<RelOp>),
    /// A chain of set operations, from left to right.
    SetExpr(Vec<Node>, Vec<SetOp>),
    /// a : b : c
    Ratio(Vec<Node>),
    /// A side that is not written, as in `< 4`.
    Blank,
}

impl Node {
    /// An integer.
    pub fn integer(value: i64) -> Self {
        Self::Number(BigRational::from_integer(value.into()))
    }

    /// Whether it is −1 in the form that an exponent has.
    pub fn is_minus_one(&self) -> bool {
        matches!(self, Self::Sum(terms) if matches!(terms.as_slice(), [(Sign::Minus, Self::Number(one))] if one.is_one()))
    }

    /// The exact value of a literal.
    pub fn literal(&self) -> Option<&BigRational> {
        match self {
            Self::Number(value) | Self::Decimal { value, .. } | Self::Based { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Calls `visit` on this node and all below, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        self.each_child(&mut |child| child.walk(visit));
    }

    /// Calls `each` on the nodes directly below.
    pub fn each_child<'a>(&'a self, each: &mut impl FnMut(&'a Node)) {
        match self {
            Self::Sum(terms) => terms.iter().for_each(|(_, term)| each(term)),
            Self::Product(factors) => factors.iter().for_each(|(_, factor)| each(factor)),
            Self::Power(a, b) | Self::Binomial(a, b) => {
                each(a);
                each(b);
            }
            Self::Root(index, argument) => index.iter().chain([argument]).for_each(|node| each(node)),
            Self::Percent(a) | Self::Degrees(a) | Self::Factorial(a, _) | Self::Quantity(a, ..) => each(a),
            Self::Function(_, args)
            | Self::Apply(_, args)
            | Self::Group(_, args)
            | Self::Angle(args)
            | Self::Set(args)
            | Self::List(args)
            | Self::Either(args)
            | Self::Relation(args, _)
            | Self::SetExpr(args, _)
            | Self::Ratio(args) => args.iter().for_each(each),
            Self::SetBuilder(a, b) => a.iter().chain(b).for_each(each),
            Self::Matrix(rows) => rows.iter().flatten().for_each(each),
            Self::Big { lower, upper, body, .. } => lower.iter().chain(upper).chain([body]).for_each(|node| each(node)),
            Self::Number(_)
            | Self::Decimal { .. }
            | Self::Based { .. }
            | Self::Symbol(_)
            | Self::Marked(_)
            | Self::Pi
            | Self::Euler
            | Self::Imaginary
            | Self::Infinity
            | Self::EmptySet
            | Self::Text(_)
            | Self::Blank => {}
        }
    }

    /// The nodes directly below, to be changed in place.
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Sum(terms) => terms.iter_mut().map(|(_, term)| term).collect(),
            Self::Product(factors) => factors.iter_mut().map(|(_, factor)| factor).collect(),
            Self::Power(a, b) | Self::Binomial(a, b) => vec![a, b],
            Self::Root(index, argument) => index.iter_mut().chain([argument]).map(AsMut::as_mut).collect(),
            Self::Percent(a) | Self::Degrees(a) | Self::Factorial(a, _) | Self::Quantity(a, ..) => vec![a],
            Self::Function(_, args)
            | Self::Apply(_, args)
            | Self::Group(_, args)
            | Self::Angle(args)
            | Self::Set(args)
            | Self::List(args)
            | Self::Either(args)
            | Self::Relation(args, _)
            | Self::SetExpr(args, _)
            | Self::Ratio(args) => args.iter_mut().collect(),
            Self::SetBuilder(a, b) => a.iter_mut().chain(b).collect(),
            Self::Matrix(rows) => rows.iter_mut().flatten().collect(),
            Self::Big { lower, upper, body, .. } => lower.iter_mut().chain(upper).chain([body]).map(AsMut::as_mut).collect(),
            Self::Number(_)
            | Self::Decimal { .. }
            | Self::Based { .. }
            | Self::Symbol(_)
            | Self::Marked(_)
            | Self::Pi
            | Self::Euler
            | Self::Imaginary
            | Self::Infinity
            | Self::EmptySet
            | Self::Text(_)
            | Self::Blank => Vec::new(),
        }
    }
}
