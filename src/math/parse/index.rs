//! Reads an index that does not follow its letter directly: behind a power, `v^2_0`, or behind braces, `{x}_1`.
//!
//! Accepts: one index on a letter without one, whose power, if any, is a number. Both orders of the two scripts display the
//! same. Refuses: an index on anything else, `(a+b)_1`, `e^x_1`, `x_1^2_3`.

use pest::iterators::Pair;

use super::Rule;
use crate::math::names;
use crate::math::node::Node;

/// The letter with the index. `raised`: a power stands between the two.
pub(super) fn indexed(node: Node, raised: bool, index: Pair<'_, Rule>) -> Option<Node> {
    match node {
        Node::Power(base, exponent) if raised => {
            let plain = exponent.literal().is_some() || exponent.is_minus_one() || matches!(exponent.as_ref(), Node::Marked(_));
            let base = indexed(*base, false, index).filter(|_| plain)?;
            Some(Node::Power(Box::new(base), exponent))
        }
        Node::Symbol(name) | Node::Marked(name) if !raised => with_index(&name, index),
        _ => None,
    }
}

fn with_index(name: &str, index: Pair<'_, Rule>) -> Option<Node> {
    if name.contains(['_', '\'', '^', ' ']) || names::is_run(name) {
        return None;
    }
    let name = format!("{name}_{}", bare(&index));
    Some(if names::is_marked(&name) { Node::Marked(name.into()) } else { Node::Symbol(name.into()) })
}

/// The text of an index without its mark and braces.
pub(super) fn bare<'i>(index: &Pair<'i, Rule>) -> &'i str {
    let index = index.as_str()[1..].trim_end();
    index.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(index).trim()
}
