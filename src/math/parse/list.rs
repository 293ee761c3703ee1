//! Items and their separators: lists, systems, alternatives.
//!
//! Accepts: items between commas, semicolons, `and`, `or`, ∧ and ∨. Refuses: ∧ and ∨ between items that are not
//! relations; they are then logical operators, and the answer is compared as written.

use crate::math::node::{Brackets, Node, RelOp, SetOp};

/// The separator between two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Comma,
    Semicolon,
    And,
    Or,
}

/// A separator as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separator {
    joint: Joint,
    /// A comma or semicolon before the word.
    pointed: bool,
    /// ∧, ∨ rather than a word.
    logic: bool,
}

impl Separator {
    pub(super) fn read(text: &str) -> Self {
        let point = match text.as_bytes().first() {
            Some(b',') => Some(Joint::Comma),
            Some(b';') => Some(Joint::Semicolon),
            _ => None,
        };
        let word = match text.trim_start_matches([',', ';', ' ']).trim_end() {
            "\\and" => Some((Joint::And, false)),
            "\\land" => Some((Joint::And, true)),
            "\\or" => Some((Joint::Or, false)),
            "\\lor" => Some((Joint::Or, true)),
            _ => None,
        };
        let (joint, logic) = word.unwrap_or((point.unwrap_or(Joint::Comma), false));
        Self { joint, pointed: point.is_some(), logic }
    }
}

/// Items with their separators, one fewer than the items.
pub(super) struct Items {
    pub(super) nodes: Vec<Node>,
    pub(super) separators: Vec<Separator>,
}

impl Items {
    /// The items, with any separators; `None` where ∧ or ∨ joins items that are not relations.
    pub(super) fn nodes(self) -> Option<Vec<Node>> {
        self.is_readable().then_some(self.nodes)
    }

    /// Whether only words separate them: `(x = 1 or x = 2)` is not a tuple.
    pub(super) fn in_words(&self) -> bool {
        let bare = |separator: &Separator| !separator.pointed || separator.joint == Joint::Or;
        !self.separators.is_empty() && self.separators.iter().all(bare)
    }

    fn is_readable(&self) -> bool {
        let statement = |node: &Node| matches!(node, Node::Relation(_, ops) if !ops.contains(&RelOp::To));
        !self.separators.iter().any(|separator| separator.logic) || self.nodes.iter().all(statement)
    }

    /// The parts of a point or vector; `None` where an `or` between two of them leaves one open.
    pub(super) fn parts(self) -> Option<Vec<Node>> {
        if self.any(Joint::Or) { None } else { self.nodes() }
    }

    /// The parts of a point, vector or matrix in these brackets: where semicolons and commas separate them, the semicolons
    /// separate rows, so that `[1, 2; 3, 4]` is `[[1, 2], [3, 4]]`.
    pub(super) fn rows(self, brackets: Brackets) -> Option<Vec<Node>> {
        if !(self.any(Joint::Comma) && self.any(Joint::Semicolon)) || self.any(Joint::Or) || !self.is_readable() {
            return self.parts();
        }
        let places = self.places(|separator| separator.joint == Joint::Semicolon);
        let row = |group: Node| match group {
            Node::List(parts) => Node::Group(brackets, parts),
            part => part,
        };
        Some(cut(self.nodes, &places).into_iter().map(row).collect())
    }

    /// The conditions of a set: those between commas all hold, those joined by `or` are one condition. `and` together
    /// with `or` has no single precedence and gives `None`.
    pub(super) fn conditions(self) -> Option<Vec<Node>> {
        if !self.any(Joint::Or) {
            return self.nodes();
        }
        if self.any(Joint::And) || !self.is_readable() {
            return None;
        }
        let places = self.places(|separator| separator.joint != Joint::Or);
        let either = |group: Node| match group {
            Node::List(parts) => Node::Either(parts),
            part => part,
        };
        Some(cut(self.nodes, &places).into_iter().map(either).collect())
    }

    fn any(&self, joint: Joint) -> bool {
        self.separators.iter().any(|separator| separator.joint == joint)
    }

    /// The positions of the items that follow a separator of this kind.
    fn places(&self, wanted: impl Fn(&Separator) -> bool) -> Vec<usize> {
        self.separators.iter().enumerate().filter(|(_, separator)| wanted(separator)).map(|(place, _)| place + 1).collect()
    }

    /// The items as one node.
    pub(super) fn list(mut self) -> Option<Node> {
        if self.nodes.len() == 1 {
            return self.nodes.pop();
        }
        if !self.is_readable() {
            return None;
        }
        // `x = 1, y = 2; x = 3, y = 4`: two systems.
        if self.any(Joint::Comma) && self.any(Joint::Semicolon) {
            let places = self.places(|separator| separator.joint == Joint::Semicolon);
            return Some(Node::List(cut(self.nodes, &places)));
        }
        let relations = self.nodes.iter().all(|item| matches!(item, Node::Relation(..)));
        if relations && let Some(systems) = self.systems() {
            return Some(Node::List(systems));
        }
        if self.any(Joint::Or) {
            let alternatives = self.separators.iter().all(|separator| separator.joint == Joint::Or);
            // `x < 1 or x > 2` is one set of numbers, not two answers; so is `x < 1 or x = 2`.
            let ranges =
                self.nodes.iter().any(is_inequality) && self.nodes.iter().all(|node| is_inequality(node) || is_equation(node));
            if alternatives && ranges && same_side(&self.nodes) {
                let ops = vec![SetOp::Union; self.nodes.len() - 1];
                return Some(Node::SetExpr(self.nodes, ops));
            }
            let stated = self.nodes.iter().any(|item| matches!(item, Node::Relation(..)));
            // `p or q`: letters here are statements, not solutions of an equation.
            let letters = self.nodes.iter().all(|item| matches!(item, Node::Symbol(_) | Node::Text(_)));
            // Of `x = 1 or x = 2` and `x = 1, x = 2` both list solutions; `x ≠ 1 or x ≠ 2` and `x ≠ 1, x ≠ 2` say different things.
            let values = self.nodes.iter().all(is_value);
            if letters || (stated && (!values || !one_unknown(&self.nodes))) {
                return Some(Node::Either(self.nodes));
            }
        }
        Some(Node::List(self.nodes))
    }

    /// The systems in `x = 1, y = 2 or x = 3, y = 4`, where all have the same size.
    fn systems(&self) -> Option<Vec<Node>> {
        let or = |separator: &Separator| separator.joint == Joint::Or && !separator.pointed;
        let places = if self.separators.iter().any(or) {
            self.places(or)
        } else if self.any(Joint::Comma) {
            self.places(|separator| separator.joint == Joint::And && !separator.pointed)
        } else {
            return None;
        };
        if places.is_empty() || places.len() == self.separators.len() {
            return None;
        }
        let groups = cut(self.nodes.clone(), &places);
        let size = self.nodes.len();
        let fits = |group: &Node| matches!(group, Node::List(parts) if parts.len() * groups.len() == size);
        groups.iter().all(fits).then_some(groups)
    }
}

/// Cuts the items before each of these places; a group of several items is a list.
fn cut(items: Vec<Node>, places: &[usize]) -> Vec<Node> {
    let mut groups: Vec<Vec<Node>> = vec![Vec::new()];
    for (place, item) in items.into_iter().enumerate() {
        if places.contains(&place) {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(item);
        }
    }
    let node = |mut group: Vec<Node>| if group.len() == 1 { group.remove(0) } else { Node::List(group) };
    groups.into_iter().map(node).collect()
}

fn is_inequality(node: &Node) -> bool {
    let order = |op: &RelOp| matches!(op, RelOp::Less | RelOp::LessEqual | RelOp::Greater | RelOp::GreaterEqual);
    matches!(node, Node::Relation(_, ops) if ops.iter().all(order))
}

fn is_equation(node: &Node) -> bool {
    matches!(node, Node::Relation(_, ops) if ops.as_slice() == [RelOp::Equal])
}

/// Whether it gives a value: no relation, an equation, or an approximate one.
fn is_value(node: &Node) -> bool {
    !matches!(node, Node::Relation(_, ops) if !matches!(ops.as_slice(), [RelOp::Equal | RelOp::Approx]))
}

/// Whether one side with an unknown is a side of every relation.
fn same_side(relations: &[Node]) -> bool {
    let sides = |node: &Node| match node {
        Node::Relation(sides, _) => sides.clone(),
        _ => Vec::new(),
    };
    let unknown = |node: &Node| {
        let mut unknown = false;
        node.walk(&mut |node| unknown |= matches!(node, Node::Symbol(_) | Node::Apply(..) | Node::Imaginary));
        unknown
    };
    let Some((first, rest)) = relations.split_first() else { return false };
    sides(first).iter().any(|side| unknown(side) && rest.iter().all(|other| sides(other).contains(side)))
}

/// Whether the items give values to one unknown: all have the same first side, or the same name alone on a side.
fn one_unknown(items: &[Node]) -> bool {
    let subject = |node: &Node| match node {
        Node::Relation(sides, _) => sides.first().cloned(),
        _ => None,
    };
    let first = items.first().and_then(subject);
    if first.is_some() && items.iter().all(|item| subject(item).is_none_or(|side| Some(side) == first)) {
        return true;
    }
    // `1 = x or x = 2`: each has the same name alone on a side.
    let alone = |node: &Node| match node {
        Node::Relation(sides, _) => sides.iter().find(|side| matches!(side, Node::Symbol(_) | Node::Marked(_))).cloned(),
        _ => None,
    };
    let name = items.iter().find_map(alone);
    name.is_some() && items.iter().all(|item| !matches!(item, Node::Relation(..)) || alone(item) == name)
}
