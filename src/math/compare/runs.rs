//! Lists whose items belong to their neighbours: `x = 1, y = 2, x = 3, y = 4`, `f(x) = 1, x > 0, f(x) = 2, x < 0`.
//!
//! Accepts: the parts of such a list in any order, and the items of a part in any order. A part begins where the name of
//! the first item comes again. Values alone against values with
//! several names are compared in their order. Refuses: items that are exchanged between the parts. A list in which all items about one
//! name stand together (`x = 1, x = 2, y = 3`) has no parts.

use super::shapes::is_name;
use super::{Comparer, Decision, as_elements, pair_up};
use crate::Rule;
use crate::math::node::{Node, RelOp};

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
        let (gold, answer) = (parts(gold), parts(answer));
        if gold.len() != answer.len() {
            return Some(Decision::different(Rule::Length));
        }
        // The name of the first item does not come again: there is no sign where a part begins.
        if let ([g], [a]) = (gold.as_slice(), answer.as_slice()) {
            return Some(as_elements(self.ordered(g, a)));
        }
        Some(pair_up(Rule::Elements, gold, answer, |g, a| as_elements(self.multiset(g, a))))
    }
}

/// Whether a list says something about names that differ: `x = 2, y = 3`.
pub(super) fn have_several_names(items: &[Node]) -> bool {
    let mut names = items.iter().filter_map(name);
    names.next().is_some_and(|first| names.any(|name| name != first))
}

/// What an item is about: the name in a relation, `None` for a value alone.
fn name(item: &Node) -> Option<&Node> {
    match item {
        Node::Relation(sides, _) => sides.iter().find(|side| is_name(side)),
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

/// The parts: each begins with the name of the first item.
fn parts(items: &[Node]) -> Vec<&[Node]> {
    let mut starts: Vec<usize> = (0..items.len()).filter(|at| name(&items[*at]) == name(&items[0])).collect();
    starts.push(items.len());
    starts.windows(2).map(|ends| &items[ends[0]..ends[1]]).collect()
}
