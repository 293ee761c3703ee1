//! Replaces ± by the values it stands for.
//!
//! Accepts any tree. One ± is two values. Several ± in one item have two readings: all take the same sign, or each
//! takes its own. With a ∓ among them only the first reading is possible. Where both are possible, the answers must be
//! equal in both. A ± in the condition of a set, in a bound, or in a summand or integrand is not replaced; it is
//! compared as written.

use crate::math::node::{Node, Sign};

/// How several ± in one item are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All upper signs, or all lower ones.
    Together,
    /// Each sign by itself.
    Apart,
}

/// Most signs of one item that are chosen independently.
const MAX_APART: u32 = 5;

/// Whether a tree contains a ± that is a choice of two values.
pub fn has_plus_minus(node: &Node) -> bool {
    match node {
        Node::SetBuilder(..) | Node::Big { .. } => false,
        Node::Sum(terms) if terms.iter().any(|(sign, _)| is_choice(*sign)) => true,
        node => {
            let mut found = false;
            node.each_child(&mut |child| found |= has_plus_minus(child));
            found
        }
    }
}

/// Whether the tree contains several ± that have two readings.
pub fn is_ambiguous(node: &Node) -> bool {
    match node {
        Node::List(items) | Node::Set(items) | Node::Either(items) => items.iter().any(is_ambiguous),
        node => {
            let signs = Signs::of(node);
            signs.choices > 1 && !signs.opposite
        }
    }
}

/// The number of items that [`choices`] makes of the tree.
pub fn branches(node: &Node, reading: Reading) -> u64 {
    match node {
        Node::List(items) | Node::Set(items) | Node::Either(items) => {
            items.iter().fold(0, |sum: u64, item| sum.saturating_add(branches(item, reading)))
        }
        node => {
            let signs = Signs::of(node);
            match (signs.choices, signs.opposite, reading) {
                (0, ..) => 1,
                (1, ..) | (_, true, _) | (_, _, Reading::Together) => 2,
                (choices, ..) if choices <= MAX_APART => 1 << choices,
                _ => u64::MAX,
            }
        }
    }
}

/// All the values, as a list; the values of the items of a list or set become its items. Check their number first: see
/// [`branches`].
pub fn choices(node: &Node, reading: Reading) -> Node {
    let flat = |items: &[Node]| items.iter().flat_map(|item| values(item, reading)).collect();
    match node {
        Node::List(items) => Node::List(flat(items)),
        Node::Set(items) => Node::Set(flat(items)),
        Node::Either(items) => Node::Either(flat(items)),
        node => {
            let mut values = values(node, reading);
            if values.len() == 1 { values.remove(0) } else { Node::List(values) }
        }
    }
}

fn values(node: &Node, reading: Reading) -> Vec<Node> {
    let signs = Signs::of(node);
    let together = signs.opposite || reading == Reading::Together || signs.choices > MAX_APART;
    let chosen = |bits: u32| {
        let mut node = node.clone();
        let mut place = 0;
        choose(&mut node, &mut || {
            let upper = bits >> place & 1 == 0;
            place = if together { 0 } else { place + 1 };
            upper
        });
        node
    };
    match signs.choices {
        0 => vec![node.clone()],
        choices => (0..1 << if together { 1 } else { choices }).map(chosen).collect(),
    }
}

/// Replaces every ± and ∓ by a sign, from left to right.
fn choose(node: &mut Node, upper: &mut impl FnMut() -> bool) {
    if matches!(node, Node::SetBuilder(..) | Node::Big { .. }) {
        return;
    }
    if let Node::Sum(terms) = node {
        for (sign, term) in terms {
            if is_choice(*sign) {
                *sign = if upper() == (*sign == Sign::PlusMinus) { Sign::Plus } else { Sign::Minus };
            }
            choose(term, upper);
        }
        return;
    }
    for child in node.children_mut() {
        choose(child, upper);
    }
}

fn is_choice(sign: Sign) -> bool {
    matches!(sign, Sign::PlusMinus | Sign::MinusPlus)
}

/// The ± and ∓ of an item that are choices.
#[derive(Default)]
struct Signs {
    choices: u32,
    /// Whether one is ∓.
    opposite: bool,
}

impl Signs {
    fn of(node: &Node) -> Self {
        let mut signs = Self::default();
        signs.collect(node);
        signs
    }

    fn collect(&mut self, node: &Node) {
        if matches!(node, Node::SetBuilder(..) | Node::Big { .. }) {
            return;
        }
        if let Node::Sum(terms) = node {
            self.choices += u32::try_from(terms.iter().filter(|(sign, _)| is_choice(*sign)).count()).unwrap_or(u32::MAX);
            self.opposite |= terms.iter().any(|(sign, _)| *sign == Sign::MinusPlus);
        }
        node.each_child(&mut |child| self.collect(child));
    }
}
