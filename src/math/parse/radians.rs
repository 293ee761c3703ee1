//! A slash behind a function of an angle without brackets: `\cos\pi/3` is the cosine of π/3.
//!
//! Accepts: arguments with the factor π of sine, cosine, tangent, their reciprocals and the exponential function, and a
//! single divisor without π and without a letter of the argument. Refuses: a divisor with a further factor behind it, `\sin\pi x/2y`, which may stand above or below the
//! slash. Without a factor π the value of the function is divided: `\ln 2/3`, `\sin x/x`.

use pest::iterators::Pair;

use super::operand::{Braced, starts_factor};
use super::primary::power;
use super::{Rule, Run};
use crate::math::names::grouped;
use crate::math::node::{Func, MulOp, Node};

/// Whether it is a function whose argument has no brackets.
pub(super) fn is_bare(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::func && pair.clone().into_inner().last().is_some_and(|part| part.as_rule() == Rule::bare)
}

/// Whether it is a function of an angle, or a power of one, whose argument has the factor π.
pub(super) fn is_call(node: &Node) -> bool {
    match node {
        Node::Power(function, _) => is_call(function),
        Node::Function(Func::Sin | Func::Cos | Func::Tan | Func::Cot | Func::Sec | Func::Csc | Func::Exp, arguments) => {
            match arguments.as_slice() {
                [Node::Sum(terms)] => match terms.as_slice() {
                    // `\cos -\pi/3`
                    [(_, term)] => has_pi(term),
                    _ => false,
                },
                [argument] => has_pi(argument),
                _ => false,
            }
        }
        _ => false,
    }
}

fn has_pi(node: &Node) -> bool {
    match node {
        Node::Product(factors) => factors.iter().any(|(_, factor)| *factor == Node::Pi),
        node => *node == Node::Pi,
    }
}

impl Run<'_> {
    /// The function with its argument divided by what comes behind the slash. `None` where a further factor follows.
    pub(super) fn divided_argument(&mut self, function: Node) -> Option<Node> {
        self.next();
        let braced = self.braced();
        if braced == Braced::Loose || matches!(self.peek(), None | Some(Rule::func | Rule::bigop | Rule::sign)) {
            return None;
        }
        let divisor = self.factor(braced)?;
        if cancels(&function, &divisor) {
            return Some(Node::Product(vec![(MulOp::Times, function), (MulOp::Over, grouped(divisor))]));
        }
        let goes_on = self.peek().is_some_and(|next| starts_factor(next) && !matches!(next, Rule::func | Rule::bigop));
        if goes_on { None } else { divided(function, divisor) }
    }
}

/// Whether a divisor contains π or a letter of the argument, so that it is that of the value: `\cos n\pi x/(n\pi)`.
fn cancels(function: &Node, divisor: &Node) -> bool {
    let mut shared = false;
    divisor.walk(&mut |part| {
        shared |= *part == Node::Pi;
        if matches!(part, Node::Symbol(_)) {
            function.walk(&mut |other| shared |= other == part);
        }
    });
    shared
}

fn divided(function: Node, divisor: Node) -> Option<Node> {
    match function {
        Node::Power(function, exponent) => Some(power(divided(*function, divisor)?, *exponent)),
        Node::Function(func, mut arguments) => {
            let mut factors = match arguments.pop()? {
                Node::Product(factors) => factors,
                argument => vec![(MulOp::Times, argument)],
            };
            factors.push((MulOp::Over, grouped(divisor)));
            Some(Node::Function(func, vec![Node::Product(factors)]))
        }
        _ => None,
    }
}
