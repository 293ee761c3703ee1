//! Lists whose items belong to their neighbours: `x = 1, y = 2, x = 3, y = 4`, `f(x) = 1, x > 0, f(x) = 2, x < 0`.
//!
//! Accepts: the parts of such a list in any order, and the items of a part in any order. A part begins where the name of
//! the first item comes again. Values alone against values with several names are compared in their order. Refuses: items
//! that are exchanged between the parts. A list in which all items about one name stand together (`x = 1, x = 2, y = 3`)
//! has no parts.

use super::plus_minus::has_plus_minus;
use super::shapes::{is_constant_side, is_name};
use super::{Comparer, Decision, as_elements, pair_up};
use crate::Rule;
use crate::math::node::{Brackets, Node, RelOp};

impl Comparer<'_> {
    /// Compares two lists whose items are not free to change places; `None` where they are.
    pub(super) fn bound_together(&mut self, gold: &[Node], answer: &[Node]) -> Option<Decision> {
        // Values without names are in the order of the names.
        if have_several_names(gold) != have_several_names(answer) {
            return Some(as_elements(self.ordered(gold, answer)));
        }
        if !(is_interleaved(gold) || is_interleaved(answer)) {
            return None;
        }
        // Without a sign where a part begins, or with parts that are not alike, the items stay in their order.
        let (Some(g), Some(a)) = (parts(gold), parts(answer)) else {
            return Some(as_elements(self.ordered(gold, answer)));
        };
        if g.len() != a.len() {
            return Some(Decision::different(Rule::Length));
        }
        Some(pair_up(Rule::Elements, g, a, |g, a| as_elements(self.multiset(g, a))))
    }

    /// `x = \pm 1, y = \pm 2` as one point, whose signs are read together and apart.
    pub(super) fn as_point(node: &Node) -> Option<Node> {
        let Node::List(items) = node else { return None };
        let several = items.iter().filter(|item| has_plus_minus(item)).count() > 1;
        let round = Brackets { left_closed: false, right_closed: false };
        (several && have_several_names(items)).then(|| Node::Group(round, items.clone()))
    }
}

/// Whether a list says something about names that differ: `x = 2, y = 3`.
pub(super) fn have_several_names(items: &[Node]) -> bool {
    let mut names = items.iter().filter_map(name);
    names.next().is_some_and(|first| names.any(|name| name != first))
}

/// What an item is about: the name in a relation or else the quantity on its left, `None` for a value alone.
fn name(item: &Node) -> Option<&Node> {
    match item {
        Node::Relation(sides, _) => {
            let quantity = || sides.first().filter(|side| **side != Node::Blank && !is_constant_side(side));
            sides.iter().find(|side| is_name(side)).or_else(quantity)
        }
        _ => None,
    }
}

/// Whether equations for one name, or values alone, have items of another kind between them.
fn is_interleaved(items: &[Node]) -> bool {
    let given = |item: &Node| match item {
        Node::Relation(_, ops) => ops.contains(&RelOp::Equal) && name(item).is_some(),
        _ => true,
    };
    if !items.iter().any(|item| matches!(item, Node::Relation(..))) {
        return false;
    }
    items.iter().enumerate().filter(|(_, item)| given(item)).any(|(at, item)| {
        let mut apart = false;
        items[at + 1..].iter().any(|later| {
            let same = name(later) == name(item);
            apart |= !same;
            same && apart && given(later)
        })
    })
}

/// The parts: each begins with the name of the first item. `None` where there is one part, or where they are not alike:
/// each is about the same names, and once about each.
fn parts(items: &[Node]) -> Option<Vec<&[Node]>> {
    let mut starts: Vec<usize> = (0..items.len()).filter(|at| name(&items[*at]) == name(&items[0])).collect();
    starts.push(items.len());
    let parts: Vec<&[Node]> = starts.windows(2).map(|ends| &items[ends[0]..ends[1]]).collect();
    let names = |part: &[Node]| part.iter().map(|item| name(item).cloned()).collect::<Vec<_>>();
    let alike = |part: &&[Node]| {
        let (first, names) = (names(parts[0]), names(part));
        names.len() == first.len() && names.iter().all(|name| first.iter().filter(|other| *other == name).count() == 1)
    };
    (parts.len() > 1 && parts.iter().all(alike)).then_some(parts)
}
