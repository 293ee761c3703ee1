//! Where an operand begins, and what braces around it hold.

use pest::iterators::Pair;

use super::Rule;

/// The contents of a pair of braces, which is not displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braced {
    /// No braces, or braces around one operand.
    One,
    /// A product, or an operand with marks after it.
    Product,
    /// A sum, a relation, a list, or an expression with a sign in front.
    Loose,
}

pub(super) fn braced(pair: &Pair<'_, Rule>) -> Braced {
    if pair.as_rule() != Rule::brace {
        return Braced::One;
    }
    let mut inner = pair.clone().into_inner();
    match (inner.next(), inner.next()) {
        (Some(only), None) => braced(&only),
        (Some(first), Some(_)) => {
            let part = |rule| {
                starts_factor(rule)
                    || matches!(rule, Rule::mulop | Rule::sup | Rule::fact | Rule::percent | Rule::degree | Rule::base | Rule::sub)
            };
            let product = first.as_rule() != Rule::sign && pair.clone().into_inner().all(|pair| part(pair.as_rule()));
            if product { Braced::Product } else { Braced::Loose }
        }
        _ => Braced::One,
    }
}

pub(super) fn starts_factor(rule: Rule) -> bool {
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
            | Rule::sub
            | Rule::base
            | Rule::mid
            | Rule::close
    )
}
