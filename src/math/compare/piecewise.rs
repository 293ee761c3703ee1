//! Compares definitions by cases: their pieces in any order, each by its value and its condition.
//!
//! Accepts: rows of a value and a condition in `cases`, with or without `if` and commas. Refuses: rows of another shape,
//! which are compared as they are written, and a piece without its partner.

use super::{Comparer, Decision, pair_up};
use crate::Rule;
use crate::math::algebra::Budget;
use crate::math::answer::{Answer, Form};
use crate::math::declared::Declared;
use crate::math::node::{Node, RelOp};
use crate::math::parse;
use crate::math::policy::Policy;

const BEGIN: &str = "\\begin{cases}";
const END: &str = "\\end{}";
/// Most pieces of a definition.
const MAX_PIECES: usize = 16;

/// A value, and the condition under which it holds; `None` for `otherwise`.
struct Piece {
    value: Node,
    condition: Option<Node>,
}

/// Whether two definitions by cases are the same; `None` where one of the two is none. The budget that is left comes
/// with the decision.
pub(super) fn compare(policy: &Policy, gold: &Answer, answer: &Answer, budget: &mut Budget) -> Option<Decision> {
    let (Form::Notation(g), Form::Notation(a)) = (&gold.form, &answer.form) else { return None };
    let ((gold_name, g), (answer_name, a)) = (read(g, &policy.declared)?, read(a, &policy.declared)?);
    let unnamed = policy.assignment && (gold_name.is_empty() || answer_name.is_empty());
    if g.len() != a.len() || (gold_name != answer_name && !unnamed) {
        return Some(Decision::different(Rule::Text));
    }
    let (first, other) = (&g.first()?.value, &a.first()?.value);
    let mut comparer = Comparer::new(policy, std::mem::replace(budget, Budget::new(0)), first, other);
    let mut same = |one: &Piece, other: &Piece| {
        let conditions = match (&one.condition, &other.condition) {
            (Some(one), Some(other)) => comparer.compare(one, other),
            (one, other) => Decision::of(one.is_none() && other.is_none(), Rule::Elements),
        };
        if conditions.is_equal() { comparer.compare(&one.value, &other.value) } else { Decision::different(Rule::Elements) }
    };
    // Where conditions overlap, the first piece counts.
    let decision = if exclude_each_other(&g) && exclude_each_other(&a) {
        pair_up(Rule::Elements, g, a, same)
    } else {
        let unequal = g.iter().zip(&a).map(|(one, other)| same(one, other)).find(|decision| !decision.is_equal());
        unequal.unwrap_or(Decision::equal(Rule::Elements))
    };
    *budget = comparer.budget;
    Some(decision)
}

/// Whether no two conditions hold at once: they compare one name with one number, each in another way.
fn exclude_each_other(pieces: &[Piece]) -> bool {
    let mut seen: Vec<(&Node, &Node, RelOp)> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Some(Node::Relation(sides, ops)) = &piece.condition else { return false };
        let ([left, right], [op]) = (sides.as_slice(), ops.as_slice()) else { return false };
        // `1 < x` is `x > 1`.
        let turned = matches!(right, Node::Symbol(_)) && !matches!(left, Node::Symbol(_));
        let (name, bound, op) = if turned { (right, left, turned_round(*op)) } else { (left, right, *op) };
        let apart = |other: RelOp| {
            use RelOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
            matches!(
                (op, other),
                (Less, Greater | GreaterEqual | Equal)
                    | (LessEqual, Greater)
                    | (Greater, Less | LessEqual | Equal)
                    | (GreaterEqual, Less)
                    | (Equal, Less | Greater | NotEqual)
                    | (NotEqual, Equal)
            )
        };
        if !seen.iter().all(|(n, b, o)| *n == name && *b == bound && apart(*o)) {
            return false;
        }
        seen.push((name, bound, op));
    }
    true
}

/// The relation with its sides exchanged.
fn turned_round(op: RelOp) -> RelOp {
    match op {
        RelOp::Less => RelOp::Greater,
        RelOp::LessEqual => RelOp::GreaterEqual,
        RelOp::Greater => RelOp::Less,
        RelOp::GreaterEqual => RelOp::LessEqual,
        op => op,
    }
}

/// The name that is defined, with its equals sign, and the pieces.
fn read<'t>(text: &'t str, declared: &Declared) -> Option<(&'t str, Vec<Piece>)> {
    let (name, rows) = text.split_once(BEGIN)?;
    let rows = rows.strip_suffix(END)?;
    if rows.contains("\\begin") || !(name.is_empty() || name.ends_with('=')) {
        return None;
    }
    let pieces = rows.split("\\\\").map(|row| piece(row, declared)).collect::<Option<Vec<_>>>()?;
    (2..=MAX_PIECES).contains(&pieces.len()).then_some((name, pieces))
}

fn piece(row: &str, declared: &Declared) -> Option<Piece> {
    let (value, condition) = row.split_once('&')?;
    let value = parse::parse(value.trim().trim_end_matches([',', ';']), declared)?;
    let condition = condition.trim().trim_end_matches([',', ';', '.']);
    let word = ["\"if\"", "\"when\"", "\"for\""].iter().find_map(|word| condition.strip_prefix(word));
    let condition = word.unwrap_or(condition).trim();
    if matches!(condition, "\"otherwise\"" | "\"else\"") {
        return Some(Piece { value, condition: None });
    }
    let condition = parse::parse(condition, declared).filter(|node| matches!(node, Node::Relation(..) | Node::SetExpr(..)))?;
    Some(Piece { value, condition: Some(condition) })
}
