//! From the normalised text to a [`Node`]: pest matches the whole text, this folds the flat run of operands and operators.
//!
//! Accepts: what `grammars/math.pest` accepts, whole. Refuses: everything else, and words in the middle of a formula. Depth is
//! bounded by the normaliser before pest runs, so recursion here is too.

use std::num::NonZeroUsize;
use std::sync::Once;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, ToPrimitive, Zero};
use pest::Parser;
use pest::iterators::{Pair, Pairs};

use super::node::{BigOp, Brackets, Func, MulOp, Node, RelOp, SetOp, Sign};

#[derive(pest_derive::Parser)]
#[grammar = "../grammars/math.pest"]
struct Grammar;

/// Grammar calls allowed for one answer. A left-factored grammar needs about 30 a byte; the limit is a backstop, not a bound that
/// honest answers meet.
const CALL_LIMIT: usize = 1_500_000;
/// Digits a literal exponent (`1e400`) may ask for.
const MAX_LITERAL_EXPONENT: i64 = 4_000;

/// Parses a normalised answer; `None` where the grammar does not cover it whole.
pub fn parse(text: &str) -> Option<Node> {
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT)));
    let pairs = Grammar::parse(Rule::answer, text).ok()?;
    let mut run = Run { pairs };
    let node = run.list()?;
    matches!(run.peek(), None | Some(Rule::EOI)).then_some(node)
}

/// A flat run of operands and operators.
struct Run<'i> {
    pairs: Pairs<'i, Rule>,
}

impl<'i> Run<'i> {
    fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|pair| pair.as_rule())
    }

    fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) { self.pairs.next() } else { None }
    }

    fn items(&mut self) -> Option<Vec<Node>> {
        let mut items = vec![self.relation()?];
        while self.take(Rule::sep).is_some() {
            items.push(self.relation()?);
        }
        Some(items)
    }

    fn list(&mut self) -> Option<Node> {
        let mut items = vec![self.relation()?];
        let mut alternatives = true;
        let (mut groups, mut joints, mut commas) = (Vec::new(), Vec::new(), false);
        while let Some(sep) = self.take(Rule::sep) {
            alternatives &= sep.as_str().contains("\\or");
            match sep.as_str().as_bytes()[0] {
                b';' => groups.push(items.len()),
                b',' => commas = true,
                _ => joints.push(items.len()),
            }
            items.push(self.relation()?);
        }
        // `x = 1, y = 2; x = 3, y = 4`: two systems.
        if commas && !groups.is_empty() {
            return Some(Node::List(grouped(items, &groups)));
        }
        if items.len() == 1 {
            return items.pop();
        }
        // `x = 1, y = 2 and x = 3, y = 4` too.
        if commas && !joints.is_empty() && items.iter().all(|item| matches!(item, Node::Relation(..))) {
            let groups = grouped(items.clone(), &joints);
            if groups.iter().all(|group| matches!(group, Node::List(parts) if parts.len() * groups.len() == items.len())) {
                return Some(Node::List(groups));
            }
        }
        // `x < 1 or x > 2` is one set of numbers, not two answers.
        if alternatives && items.iter().all(is_inequality) {
            let ops = vec![SetOp::Union; items.len() - 1];
            return Some(Node::SetExpr(items, ops));
        }
        Some(Node::List(items))
    }

    fn relation(&mut self) -> Option<Node> {
        let mut sides = Vec::new();
        let mut ops = Vec::new();
        if let Some(op) = self.take(Rule::relop) {
            sides.push(Node::Blank);
            ops.push(relop(op.as_str())?);
        }
        sides.push(self.ratio()?);
        while let Some(op) = self.take(Rule::relop) {
            ops.push(relop(op.as_str())?);
            sides.push(self.ratio()?);
        }
        Some(if ops.is_empty() { sides.pop()? } else { Node::Relation(sides, ops) })
    }

    fn ratio(&mut self) -> Option<Node> {
        let mut parts = vec![self.union()?];
        while self.take(Rule::colon).is_some() {
            parts.push(self.union()?);
        }
        Some(if parts.len() == 1 { parts.pop()? } else { Node::Ratio(parts) })
    }

    fn union(&mut self) -> Option<Node> {
        let mut parts = vec![self.sum()?];
        let mut ops = Vec::new();
        while let Some(op) = self.take(Rule::setop) {
            ops.push(match op.as_str().trim_end() {
                "\\cup" => SetOp::Union,
                "\\cap" => SetOp::Intersection,
                _ => SetOp::Difference,
            });
            parts.push(self.sum()?);
        }
        Some(if ops.is_empty() { parts.pop()? } else { Node::SetExpr(parts, ops) })
    }

    fn sum(&mut self) -> Option<Node> {
        let mut terms = Vec::new();
        let mut sign = self.signs(Sign::Plus)?;
        loop {
            terms.push((sign, self.term()?));
            let Some(op) = self.take(Rule::addop) else { break };
            sign = self.signs(read_sign(op.as_str()))?;
        }
        if terms.len() == 1 && terms[0].0 == Sign::Plus {
            return terms.pop().map(|(_, node)| node);
        }
        // `-5 cm` is minus 5, in cm.
        let mut last = terms.pop()?;
        if let Node::Quantity(value, unit, power) = last.1 {
            last.1 = *value;
            terms.push(last);
            return Some(Node::Quantity(Box::new(Node::Sum(terms)), unit, power));
        }
        terms.push(last);
        Some(Node::Sum(terms))
    }

    /// Prefix signs folded into one; two free choices in one place have no single reading.
    fn signs(&mut self, first: Sign) -> Option<Sign> {
        let mut sign = first;
        while let Some(next) = self.take(Rule::sign) {
            sign = combine(sign, read_sign(next.as_str()))?;
        }
        Some(sign)
    }

    fn term(&mut self) -> Option<Node> {
        let mut left = self.peek();
        let mut factors = vec![(MulOp::Times, self.factor()?)];
        loop {
            let (op, explicit) = match self.peek() {
                Some(Rule::mulop) => {
                    let over = self.pairs.next()?.as_str() == "/";
                    (if over { MulOp::Over } else { MulOp::Times }, true)
                }
                Some(rule) if starts_factor(rule) => (MulOp::Times, false),
                _ => break,
            };
            let sign = self.signs(Sign::Plus)?;
            let right = self.peek();
            // Only a bare numeral before a bare fraction: 3(½) is a product.
            let mixed = left == Some(Rule::number) && right == Some(Rule::frac);
            left = right;
            let mut factor = self.factor()?;
            if !explicit {
                if let (Node::Text(word), Some((_, Node::Quantity(_, unit, 1)))) = (&factor, factors.last_mut()) {
                    // `5 "square" "feet"`
                    unit.push(' ');
                    unit.push_str(word);
                    continue;
                }
                if let Some(joined) = juxtapose(factors.last_mut()?, &factor, mixed) {
                    factors.last_mut()?.1 = joined;
                    continue;
                }
            }
            if sign != Sign::Plus {
                factor = Node::Sum(vec![(sign, factor)]);
            }
            if let (false, Some((phrase, power))) = (explicit, unit_of(&factor)) {
                let value = if factors.len() == 1 { factors.pop()?.1 } else { Node::Product(std::mem::take(&mut factors)) };
                if matches!(value, Node::Quantity(..) | Node::Text(_)) {
                    return None;
                }
                factors = vec![(MulOp::Times, Node::Quantity(Box::new(value), phrase, power))];
                continue;
            }
            if matches!(factors.last(), Some((_, Node::Quantity(..) | Node::Text(_)))) || matches!(factor, Node::Text(_)) {
                return self.unit_quotient(factors, op, &factor);
            }
            factors.push((op, factor));
        }
        if factors.len() == 1 && factors[0].0 == MulOp::Times {
            factors.pop().map(|(_, node)| node)
        } else {
            Some(Node::Product(factors))
        }
    }

    /// `60 "km" / "h"`.
    fn unit_quotient(&mut self, mut factors: Vec<(MulOp, Node)>, op: MulOp, factor: &Node) -> Option<Node> {
        let Some((_, Node::Quantity(value, unit, power))) = factors.pop() else { return None };
        let (phrase, low) = unit_of(factor)?;
        if op != MulOp::Over || !factors.is_empty() || starts_factor(self.peek().unwrap_or(Rule::EOI)) {
            return None;
        }
        let top = if power == 1 { unit } else { return None };
        Some(Node::Quantity(value, format!("{top}/{phrase}"), low))
    }

    fn factor(&mut self) -> Option<Node> {
        let primary = self.pairs.next()?;
        let mut node = primary_node(primary)?;
        loop {
            match self.peek() {
                Some(Rule::base) => node = based(&node, self.pairs.next()?)?,
                Some(Rule::sup) => {
                    let exponent = sup(self.pairs.next()?)?;
                    node = power(node, exponent);
                }
                Some(Rule::fact) => {
                    let marks = self.pairs.next()?.as_str().len();
                    node = Node::Factorial(Box::new(node), u32::try_from(marks).ok()?);
                }
                Some(Rule::percent) => {
                    self.pairs.next();
                    node = Node::Percent(Box::new(node));
                }
                Some(Rule::degree) => {
                    self.pairs.next();
                    node = Node::Degrees(Box::new(node));
                }
                _ => return Some(node),
            }
        }
    }
}

fn starts_factor(rule: Rule) -> bool {
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
            | Rule::base
            | Rule::mid
            | Rule::close
    )
}

/// `2\frac{1}{2}` is a mixed number; `a(b, c)` applies `a`.
fn juxtapose(left: &mut (MulOp, Node), right: &Node, mixed: bool) -> Option<Node> {
    match (&left.1, right) {
        (Node::Number(whole), Node::Product(parts)) if mixed && whole.is_integer() => match parts.as_slice() {
            [(MulOp::Times, Node::Number(top)), (MulOp::Over, Node::Number(low))]
                if top.is_integer() && low.is_integer() && !top.is_zero() && top < low =>
            {
                Some(Node::Number(whole + top / low))
            }
            _ => None,
        },
        // `33\frac{1}{3}\%`
        (Node::Number(_), Node::Percent(inner)) => Some(Node::Percent(Box::new(juxtapose(left, inner, mixed)?))),
        (Node::Symbol(name), Node::Group(_, items)) if items.len() > 1 => Some(Node::Apply(name.clone(), items.clone())),
        _ => None,
    }
}

/// Cuts items before each of these places; a group of several is a list.
fn grouped(items: Vec<Node>, places: &[usize]) -> Vec<Node> {
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

/// A word, or a word with a power on it.
fn unit_of(node: &Node) -> Option<(String, i32)> {
    match node {
        Node::Text(words) => Some((words.clone(), 1)),
        Node::Power(base, exponent) => match (base.as_ref(), exponent.literal()) {
            (Node::Text(words), Some(power)) if power.is_integer() => {
                Some((words.clone(), power.to_integer().to_i32().filter(|p| p.abs() <= 9)?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn combine(a: Sign, b: Sign) -> Option<Sign> {
    use Sign::{Minus, MinusPlus, Plus, PlusMinus};
    Some(match (a, b) {
        (Plus, s) | (s, Plus) => s,
        (Minus, Minus) => Plus,
        (Minus, PlusMinus) | (PlusMinus, Minus) => MinusPlus,
        (Minus, MinusPlus) | (MinusPlus, Minus) => PlusMinus,
        _ => return None,
    })
}

fn read_sign(text: &str) -> Sign {
    match text {
        "+" => Sign::Plus,
        "-" => Sign::Minus,
        "\\pm" => Sign::PlusMinus,
        _ => Sign::MinusPlus,
    }
}

fn relop(text: &str) -> Option<RelOp> {
    Some(match text.trim_end() {
        "=" => RelOp::Equal,
        "!=" => RelOp::NotEqual,
        "~=" => RelOp::Approx,
        "<" => RelOp::Less,
        "<=" => RelOp::LessEqual,
        ">" => RelOp::Greater,
        ">=" => RelOp::GreaterEqual,
        "\\in" => RelOp::In,
        "\\to" => RelOp::To,
        _ => return None,
    })
}

fn inner(pair: Pair<'_, Rule>) -> Run<'_> {
    Run { pairs: pair.into_inner() }
}

fn single(pair: Pair<'_, Rule>) -> Option<Node> {
    inner(pair).list()
}

fn power(base: Node, exponent: Node) -> Node {
    // `\sin^2(x)` puts the exponent behind the name; `f^2(x)` and the rest behind the operand.
    Node::Power(Box::new(base), Box::new(exponent))
}

fn sup(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    if run.take(Rule::star).is_some() {
        return Some(Node::Symbol("*".into()));
    }
    let sign = run.signs(Sign::Plus)?;
    let mut node = argument(run.pairs.next()?)?;
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

fn primary_node(pair: Pair<'_, Rule>) -> Option<Node> {
    match pair.as_rule() {
        Rule::number | Rule::wide | Rule::digit => number(pair.as_str()),
        Rule::paren => paren(pair),
        Rule::brace => match single(pair)? {
            // `{1, 2}` without backslashes is how a set often survives a Markdown renderer.
            Node::List(items) => Some(Node::Set(items)),
            node => Some(node),
        },
        Rule::set => set(pair),
        Rule::text => Some(Node::Text(pair.into_inner().next()?.as_str().to_owned())),
        Rule::fsymbol | Rule::fsymbol_bare => fsymbol(pair),
        Rule::symbol | Rule::symbol_bare => Some(symbol(pair)),
        Rule::frac => {
            let mut parts = pair.into_inner();
            let (top, low) = (argument(parts.next()?)?, argument(parts.next()?)?);
            Some(Node::Product(vec![(MulOp::Times, top), (MulOp::Over, low)]))
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
        Rule::angle => Some(Node::Angle(inner(pair).items()?)),
        Rule::matrix => matrix(pair),
        Rule::accent => Some(Node::Symbol(pair.as_str().into())),
        Rule::blank => Some(Node::Blank),
        _ => None,
    }
}

fn paren(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    let left_closed = run.take(Rule::open)?.as_str() == "[";
    let mut items = run.items()?;
    let right_closed = run.take(Rule::close)?.as_str() == "]";
    let brackets = Brackets { left_closed, right_closed };
    if items.len() == 1 {
        return if left_closed == right_closed { items.pop() } else { None };
    }
    Some(Node::Group(brackets, items))
}

fn set(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    if run.peek().is_none() {
        return Some(Node::EmptySet);
    }
    let items = run.items()?;
    if run.take(Rule::mid).is_some() {
        let conditions = run.items()?;
        return Some(Node::SetBuilder(items, conditions));
    }
    Some(Node::Set(items))
}

fn symbol_name(pair: Pair<'_, Rule>) -> (String, Option<Pair<'_, Rule>>) {
    let mut name = String::new();
    let mut primes = String::new();
    let mut group = None;
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::sub => {
                let index = part.as_str()[1..].trim_end();
                let bare = index.strip_prefix('{').and_then(|i| i.strip_suffix('}')).unwrap_or(index).trim();
                name.push('_');
                name.push_str(bare);
            }
            Rule::prime => primes.push('\''),
            Rule::paren => group = Some(part),
            _ => name.push_str(part.as_str().trim_end()),
        }
    }
    name.push_str(&primes);
    (name, group)
}

fn symbol(pair: Pair<'_, Rule>) -> Node {
    let (name, _) = symbol_name(pair);
    match name.as_str() {
        "e" => Node::Euler,
        "i" => Node::Imaginary,
        _ => Node::Symbol(name.into()),
    }
}

fn fsymbol(pair: Pair<'_, Rule>) -> Option<Node> {
    let (name, group) = symbol_name(pair);
    Some(match group {
        None => Node::Symbol(name.into()),
        Some(group) => {
            let arguments = match paren(group)? {
                Node::Group(_, items) => items,
                node => vec![node],
            };
            Node::Apply(name.into(), arguments)
        }
    })
}

fn function(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut parts = pair.into_inner();
    let func = func_named(parts.next()?.as_str().trim_end())?;
    let mut base = None;
    let mut exponent = None;
    let mut arguments = Vec::new();
    for part in parts {
        match part.as_rule() {
            Rule::sub_arg => base = Some(argument(part.into_inner().next()?)?),
            Rule::sup => exponent = Some(sup(part)?),
            Rule::paren => {
                arguments = match paren(part)? {
                    Node::Group(_, items) => items,
                    node => vec![node],
                }
            }
            // `\max\{a, b\}`
            Rule::set => {
                arguments = match set(part)? {
                    Node::Set(items) if matches!(func, Func::Min | Func::Max | Func::Gcd | Func::Lcm) => items,
                    node => vec![node],
                }
            }
            Rule::bare => {
                let mut run = inner(part);
                let sign = run.signs(Sign::Plus)?;
                let term = run.term()?;
                arguments = vec![if sign == Sign::Plus { term } else { Node::Sum(vec![(sign, term)]) }];
            }
            _ => return None,
        }
    }
    let takes_base = matches!(func, Func::Log | Func::Dim | Func::Min | Func::Max);
    if let Some(base) = base {
        if !takes_base {
            return None;
        }
        arguments.insert(0, base);
    }
    match exponent {
        None => Some(Node::Function(func, arguments)),
        Some(exponent) if is_minus_one(&exponent) => Some(Node::Function(inverse(func)?, arguments)),
        Some(exponent) => Some(power(Node::Function(func, arguments), exponent)),
    }
}

fn is_minus_one(node: &Node) -> bool {
    matches!(node, Node::Sum(terms) if matches!(terms.as_slice(), [(Sign::Minus, Node::Number(one))] if one.is_one()))
}

fn inverse(func: Func) -> Option<Func> {
    Some(match func {
        Func::Sin => Func::Arcsin,
        Func::Cos => Func::Arccos,
        Func::Tan => Func::Arctan,
        Func::Cot => Func::Arccot,
        Func::Sinh => Func::Arsinh,
        Func::Cosh => Func::Arcosh,
        Func::Tanh => Func::Artanh,
        _ => return None,
    })
}

fn func_named(name: &str) -> Option<Func> {
    Some(match name {
        "\\sin" => Func::Sin,
        "\\cos" => Func::Cos,
        "\\tan" => Func::Tan,
        "\\cot" => Func::Cot,
        "\\sec" => Func::Sec,
        "\\csc" => Func::Csc,
        "\\arcsin" => Func::Arcsin,
        "\\arccos" => Func::Arccos,
        "\\arctan" => Func::Arctan,
        "\\arccot" => Func::Arccot,
        "\\sinh" => Func::Sinh,
        "\\cosh" => Func::Cosh,
        "\\tanh" => Func::Tanh,
        "\\coth" => Func::Coth,
        "\\arsinh" => Func::Arsinh,
        "\\arcosh" => Func::Arcosh,
        "\\artanh" => Func::Artanh,
        "\\ln" => Func::Ln,
        "\\log" => Func::Log,
        "\\lg" => Func::Lg,
        "\\exp" => Func::Exp,
        "\\min" => Func::Min,
        "\\max" => Func::Max,
        "\\gcd" => Func::Gcd,
        "\\lcm" => Func::Lcm,
        "\\det" => Func::Det,
        "\\dim" => Func::Dim,
        "\\ker" => Func::Ker,
        "\\deg" => Func::Deg,
        "\\arg" => Func::Arg,
        "\\sgn" => Func::Sgn,
        "\\Re" => Func::Re,
        "\\Im" => Func::Im,
        _ => return None,
    })
}

fn big(pair: Pair<'_, Rule>) -> Option<Node> {
    let mut run = inner(pair);
    let op = match run.take(Rule::op_name)?.as_str().trim_end() {
        "\\sum" => BigOp::Sum,
        "\\prod" => BigOp::Product,
        "\\int" => BigOp::Integral,
        _ => BigOp::Limit,
    };
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

/// A system: one relation a row, its columns only alignment. What has a value and a condition in a row is a definition by cases, and
/// is left to be compared as written.
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

/// Reads a literal: digits, a point, a repeating part behind `~`, an exponent.
fn number(text: &str) -> Option<Node> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(place) => (&text[..place], text[place + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    if exponent.abs() > MAX_LITERAL_EXPONENT {
        return None;
    }
    let (mantissa, repetend) = mantissa.split_once('~').map_or((mantissa, ""), |(a, b)| (a, b));
    let (whole, decimals) = mantissa.split_once('.').map_or((mantissa, ""), |(a, b)| (a, b));
    let mut digits = String::with_capacity(whole.len() + decimals.len() + repetend.len());
    digits.push_str(whole);
    digits.push_str(decimals);
    let ten = BigInt::from(10);
    let scale = u32::try_from(decimals.len()).ok()?;
    let mut value = if digits.is_empty() {
        BigRational::zero()
    } else {
        let integer: BigInt = digits.parse().ok()?;
        if scale == 0 { BigRational::from_integer(integer) } else { BigRational::new(integer, Pow::pow(&ten, scale)) }
    };
    if !repetend.is_empty() {
        let period: BigInt = repetend.parse().ok()?;
        let nines = Pow::pow(&ten, u32::try_from(repetend.len()).ok()?) - 1u32;
        value += BigRational::new(period, nines * Pow::pow(&ten, scale));
    }
    let shift = u32::try_from(exponent.unsigned_abs()).ok()?;
    match exponent {
        0 => {}
        1.. => value *= BigRational::from_integer(Pow::pow(&ten, shift)),
        _ => value /= BigRational::from_integer(Pow::pow(&ten, shift)),
    }
    if decimals.is_empty() || !repetend.is_empty() {
        return Some(Node::Number(value));
    }
    let significant = u32::try_from(digits.trim_start_matches('0').len()).ok()?;
    let scale = i64::from(scale) - exponent;
    Some(match u32::try_from(scale) {
        Ok(scale) => Node::Decimal { value, scale, significant },
        Err(_) => Node::Number(value),
    })
}

/// `1011_2`: the digits must be digits of the base.
fn based(node: &Node, pair: Pair<'_, Rule>) -> Option<Node> {
    let base: u32 = pair.into_inner().next()?.as_str().parse().ok()?;
    let Node::Number(value) = node else { return None };
    if !(2..=36).contains(&base) || !value.is_integer() {
        return None;
    }
    let digits = value.to_integer().to_string();
    let value = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(Node::Based { digits, base, value: BigRational::from_integer(value) })
}
