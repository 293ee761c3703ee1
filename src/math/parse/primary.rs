//! Reads operands: groups, symbols, functions, commands with their arguments, matrices and systems.
//!
//! Accepts: the operands of the grammar (its rules `command`, `numeral` and `other`) and their parts. Refuses: mixed
//! brackets around one value, an index on a function that takes none, rows of different lengths.

use pest::iterators::Pair;

use super::index::bare;
use super::literal::number;
use super::{Rule, Run};
use crate::math::functions::Takes;
use crate::math::names::{self, grouped};
use crate::math::node::{BigOp, Brackets, Func, MulOp, Node, RelOp, Sign};
use crate::math::words;

fn inner(pair: Pair<'_, Rule>) -> Run<'_> {
    Run::new(pair.into_inner())
}

fn single(pair: Pair<'_, Rule>) -> Option<Node> {
    inner(pair).list()
}

/// The innermost of nested braces that contain only braces, so that the contents are examined once and not once per
/// level.
fn innermost(mut pair: Pair<'_, Rule>) -> Pair<'_, Rule> {
    loop {
        let mut inner = pair.clone().into_inner();
        match (inner.next(), inner.next()) {
            (Some(only), None) if only.as_rule() == Rule::brace => pair = only,
            _ => return pair,
        }
    }
}

pub(super) fn power(base: Node, exponent: Node) -> Node {
    // In `\sin^2(x)` the exponent follows the name; in `f^2(x)` and all others it follows the operand.
    Node::Power(Box::new(base), Box::new(exponent))
}

pub(super) fn sup(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    if run.take(Rule::star).is_some() {
        return Some(Node::Marked("*".into()));
    }
    let sign = run.signs(Sign::Plus)?;
    let mut node = argument(run.next()?)?;
    if let Some(next) = run.take(Rule::sup) {
        node = power(node, sup(next)?);
    }
    Some(if sign == Sign::Plus { node } else { Node::Sum(vec![(sign, node)]) })
}

fn argument(pair: Pair<'_, Rule>) -> Option<Node> {
    match pair.as_rule() {
        Rule::digit | Rule::wide => number(pair.as_str()),
        _ => primary_node(pair),
    }
}

pub(super) fn primary_node(pair: Pair<'_, Rule>) -> Option<Node> {
    match pair.as_rule() {
        Rule::number | Rule::wide | Rule::digit => number(pair.as_str()),
        Rule::paren => paren(pair),
        Rule::brace => match single(innermost(pair))? {
            // `{1, 2}` without backslashes: a Markdown renderer often leaves a set like this.
            Node::List(items) => Some(Node::Set(items)),
            node => Some(node),
        },
        Rule::set => set(pair),
        Rule::text => Some(Node::Text(pair.into_inner().next()?.as_str().to_owned())),
        Rule::symbol | Rule::symbol_bare | Rule::accent => Some(symbol(pair)),
        Rule::frac => {
            let mut parts = pair.into_inner();
            let (top, low) = (argument(parts.next()?)?, argument(parts.next()?)?);
            Some(Node::Product(vec![(MulOp::Times, top), (MulOp::Over, grouped(low))]))
        }
        Rule::binom => {
            let mut parts = pair.into_inner();
            Some(Node::Binomial(Box::new(argument(parts.next()?)?), Box::new(argument(parts.next()?)?)))
        }
        Rule::sqrt => {
            let mut parts = pair.into_inner().peekable();
            let index = if parts.peek()?.as_rule() == Rule::index { Some(Box::new(single(parts.next()?)?)) } else { None };
            Some(Node::Root(index, Box::new(argument(parts.next()?)?)))
        }
        Rule::constant => Some(match pair.as_str().trim_end() {
            "\\pi" => Node::Pi,
            "\\infty" => Node::Infinity,
            _ => Node::EmptySet,
        }),
        Rule::func => function(pair),
        Rule::bigop => big(pair),
        Rule::abs => Some(Node::Function(Func::Abs, vec![single(pair)?])),
        Rule::floor => Some(Node::Function(Func::Floor, vec![single(pair)?])),
        Rule::ceil => Some(Node::Function(Func::Ceil, vec![single(pair)?])),
        Rule::angle => Some(Node::Angle(inner(pair).items()?.parts()?)),
        Rule::matrix => matrix(pair),
        Rule::blank => Some(Node::Blank),
        _ => None,
    }
}

pub(super) fn paren(pair: Pair<'_, Rule>) -> Option<Node> {
    // `[x]`, `[2.5]`: a square bracket around one operand may be the greatest integer or the nearest.
    let alone = |node: &Node| matches!(node, Node::Symbol(_) | Node::Decimal { .. });
    let rounds = pair.as_str().starts_with('[');
    bracket(pair).filter(|node| !(rounds && alone(node)))
}

fn bracket(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    let left_closed = run.take(Rule::open)?.as_str() == "[";
    let items = run.items()?;
    if items.in_words() {
        return if !left_closed && run.take(Rule::close)?.as_str() == ")" { items.list() } else { None };
    }
    let right_closed = run.take(Rule::close)?.as_str() == "]";
    let brackets = Brackets { left_closed, right_closed };
    let mut items = items.rows(brackets)?;
    if items.len() == 1 {
        return if left_closed == right_closed { items.pop().map(grouped) } else { None };
    }
    Some(Node::Group(brackets, items))
}

fn set(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    if run.peek().is_none() {
        return Some(Node::EmptySet);
    }
    let items = run.items()?.rows(Brackets { left_closed: false, right_closed: false })?;
    if run.take(Rule::mid).is_some() {
        let conditions = run.items()?.conditions()?;
        return Some(Node::SetBuilder(items, conditions));
    }
    Some(match items.as_slice() {
        [item] => described(item).unwrap_or(Node::Set(items)),
        _ => Node::Set(items),
    })
}

/// `\{x: x > 2\}`, `\{x \in \mathbb{R}: x > 2\}`: the colon between a letter, or its set, and a relation with the letter
/// separates a condition. Elsewhere a colon in a set is that of a ratio.
fn described(item: &Node) -> Option<Node> {
    let Node::Relation(sides, ops) = item else { return None };
    let place = sides.iter().position(|side| matches!(side, Node::Ratio(_)))?;
    let Node::Ratio(parts) = &sides[place] else { return None };
    let [before, behind] = parts.as_slice() else { return None };
    let (name, head) = match (&sides[..place], &ops[..place]) {
        ([], []) => (before, before.clone()),
        ([name], [RelOp::In]) => (name, Node::Relation(vec![name.clone(), before.clone()], vec![RelOp::In])),
        _ => return None,
    };
    let mut condition = vec![behind.clone()];
    condition.extend_from_slice(&sides[place + 1..]);
    let about = matches!(name, Node::Symbol(_)) && condition.contains(name) && place < ops.len();
    about.then(|| Node::SetBuilder(vec![head], vec![Node::Relation(condition, ops[place..].to_vec())]))
}

/// A name with its index and primes. Letters are scalars; names with the mark of a vector, set or operator are not.
fn symbol(pair: Pair<'_, Rule>) -> Node {
    let mut name = String::new();
    let mut primes = String::new();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::sub => {
                name.push('_');
                // `v_{\text{max}}` and `v_{max}` are one name.
                let index = bare(&part);
                // `n_{\text{not } 5}` states something: the marks of its words stay.
                let stated = index.split('"').skip(1).step_by(2).any(|words| words.split(' ').any(words::is_hedge));
                name.extend(index.chars().filter(|c| stated || *c != '"'));
            }
            Rule::prime => primes.push('\''),
            _ => name.push_str(part.as_str().trim_end()),
        }
    }
    name.push_str(&primes);
    match name.as_str() {
        "e" => Node::Euler,
        "i" => Node::Imaginary,
        _ if names::is_marked(&name) => Node::Marked(name.into()),
        _ => Node::Symbol(name.into()),
    }
}

/// The name of a command, without its backslash and the blank after it.
fn name<'i>(pair: &Pair<'i, Rule>) -> &'i str {
    pair.as_str().trim_end().trim_start_matches('\\')
}

fn function(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut parts = pair.into_inner();
    let func = Func::named(name(&parts.next()?))?;
    let list = func.row().takes == Takes::List;
    let mut base = None;
    let mut exponent = None;
    let mut arguments = Vec::new();
    for part in parts {
        match part.as_rule() {
            Rule::sub_arg => base = Some(argument(part.into_inner().next()?)?),
            // `\log^{(2)} n` is log log n.
            Rule::sup if part.as_str().starts_with("^{(") => return None,
            Rule::sup => exponent = Some(sup(part)?),
            Rule::paren => arguments = bracketed(part, func)?,
            // `\max\{a, b\}`
            Rule::set => {
                arguments = match set(part)? {
                    Node::Set(items) if list => items,
                    node => vec![node],
                }
            }
            // `\max x`, `\gcd 4`: the list of arguments is missing.
            Rule::bare if list => return None,
            Rule::bare => {
                let mut run = inner(part);
                let sign = run.signs(Sign::Plus)?;
                let term = run.term()?;
                arguments = vec![if sign == Sign::Plus { term } else { Node::Sum(vec![(sign, term)]) }];
            }
            _ => return None,
        }
    }
    // `\max_{x \in S}`: this index is not an argument.
    if let Some(base) = base {
        if func.row().takes != Takes::Indexed {
            return None;
        }
        arguments.insert(0, base);
    }
    match exponent {
        None => Some(Node::Function(func, arguments)),
        Some(exponent) if exponent.is_minus_one() => Some(Node::Function(func.row().inverse?, arguments)),
        Some(exponent) => Some(power(Node::Function(func, arguments), exponent)),
    }
}

/// The arguments in the bracket after a function; a list of arguments must be in round brackets, `\max(3, 5)`.
fn bracketed(pair: Pair<'_, Rule>, func: Func) -> Option<Vec<Node>> {
    let square = pair.as_str().starts_with('[');
    match bracket(pair)? {
        Node::Group(brackets, items) => (!brackets.left_closed && !brackets.right_closed).then_some(items),
        _ if square && func.row().takes == Takes::List => None,
        node => Some(vec![node]),
    }
}

fn big(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    let op = BigOp::named(name(&run.take(Rule::op_name)?))?;
    let (mut lower, mut upper) = (None, None);
    loop {
        if let Some(part) = run.take(Rule::sub_arg) {
            lower = Some(Box::new(argument(part.into_inner().next()?)?));
        } else if let Some(part) = run.take(Rule::sup) {
            upper = Some(Box::new(sup(part)?));
        } else {
            break;
        }
    }
    Some(Node::Big { op, lower, upper, body: Box::new(run.term()?) })
}

fn matrix(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut parts = pair.into_inner();
    let environment = parts.next()?.as_str();
    let mut rows = Vec::new();
    for row in parts {
        rows.push(row.into_inner().map(single).collect::<Option<Vec<_>>>()?);
    }
    if matches!(environment, "cases" | "aligned" | "align" | "gathered") {
        return system(rows);
    }
    let width = rows.first()?.len();
    if rows.iter().any(|row| row.len() != width) {
        return None;
    }
    let matrix = Node::Matrix(rows);
    Some(if environment == "vmatrix" { Node::Function(Func::Det, vec![matrix]) } else { matrix })
}

/// A system: one relation per row; columns only align it. Rows with a value and a condition are a definition by cases,
/// which is refused here and compared as written.
fn system(rows: Vec<Vec<Node>>) -> Option<Node> {
    let alone = rows.len() == 1;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut entries = row.into_iter();
        let line = match (entries.next()?, entries.next(), entries.next()) {
            (line, None, None) => line,
            // `x &= 5`
            (left, Some(Node::Relation(mut sides, ops)), None) if sides.first() == Some(&Node::Blank) => {
                sides[0] = left;
                Node::Relation(sides, ops)
            }
            _ => return None,
        };
        if !alone && !matches!(line, Node::Relation(..)) {
            return None;
        }
        lines.push(line);
    }
    Some(if alone { lines.pop()? } else { Node::List(lines) })
}
