//! Explains one comparison in words, for people and for audits.
//!
//! Accepts any reference and completion. The outcome is the verifier's own; the explanation decides nothing.

use std::fmt;

use super::algebra::{self, Budget};
use super::answer::{Answer, Form, with_stack};
use super::extract::{self, Extracted};
use super::node::Node;
use super::verify::{Math, shorten, work_for};
use crate::{Outcome, Reason};

/// One side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Side {
    /// The text as given, cut to 400 bytes.
    pub text: String,
    /// The answer that was extracted from it.
    pub extracted: Option<String>,
    /// The normal form of that answer, in readable form.
    pub normal_form: Option<String>,
    /// The kind of value, such as `number` or `matrix`.
    pub kind: Option<&'static str>,
}

/// An explained comparison: `Display` writes it for people, `Serialize` for machines.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explanation {
    /// The reference.
    pub gold: Side,
    /// The completion.
    pub answer: Side,
    /// The rewritings that the canonical forms depend on, by their names in the table of docs/math.md.
    pub rewritings: Vec<&'static str>,
    /// The outcome, as [`Math::judge`] gives it.
    pub outcome: Outcome,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, side) in [("gold", &self.gold), ("answer", &self.answer)] {
            writeln!(f, "{name:<8} {}", side.extracted.as_deref().unwrap_or("(no answer found)"))?;
            if let (Some(kind), Some(form)) = (side.kind, &side.normal_form) {
                writeln!(f, "{:<8} {kind}: {form}", "")?;
            }
        }
        write!(f, "{:<8} {} ({}", "verdict", self.outcome.verdict.code(), self.outcome.reason.code())?;
        if let Some(rule) = &self.outcome.rule {
            write!(f, ", by the rule `{rule}`")?;
        }
        writeln!(f, ")")?;
        if !self.rewritings.is_empty() {
            writeln!(f, "{:<8} rewritings: {}", "", self.rewritings.join(", "))?;
        }
        write!(f, "{:<8} {}", "", self.outcome.reason.describe())?;
        if let Some(detail) = &self.outcome.detail {
            write!(f, " {detail}")?;
        }
        Ok(())
    }
}

impl super::Gold {
    /// The answer that it marks, or its whole text; `None` if it cannot be read.
    pub fn text(&self) -> Option<&str> {
        self.answer.as_ref().ok().map(|answer| answer.source.as_str())
    }

    /// The kind of value, such as `number` or `matrix`, as an [`Explanation`] names it; `None` if it cannot be read.
    ///
    /// ```
    /// let math = r1rewards::math::Math::strict();
    /// assert_eq!(math.gold("(1, 2]").kind(), Some("tuple or interval"));
    /// assert_eq!(math.gold("1 +").kind(), None);
    /// ```
    pub fn kind(&self) -> Option<&'static str> {
        self.answer.as_ref().ok().map(kind)
    }

    /// Whether it is a whole solution, of which only the marked answer counts.
    ///
    /// ```
    /// let math = r1rewards::math::Math::strict();
    /// assert!(math.gold("Half of 84 is 42. #### 42").is_solution());
    /// assert!(!math.gold("42").is_solution());
    /// ```
    pub fn is_solution(&self) -> bool {
        self.whole.is_some()
    }

    /// Why it cannot be read, if it cannot: the reason, and what was found where.
    ///
    /// ```
    /// let math = r1rewards::math::Math::strict();
    /// assert_eq!(math.gold("1 +").problem().map(|(reason, _)| reason.code()), Some("unparsable"));
    /// assert_eq!(math.gold("1").problem(), None);
    /// ```
    pub fn problem(&self) -> Option<(Reason, &str)> {
        self.answer.as_ref().err().map(|unread| (unread.reason, unread.detail.as_str()))
    }

    /// Whether it offers alternatives, of which one is enough.
    ///
    /// ```
    /// let math = r1rewards::math::Math::strict();
    /// assert!(math.gold(r"5 \text{ or } 6").has_alternatives());
    /// assert!(!math.gold("5, 6").has_alternatives());
    /// ```
    pub fn has_alternatives(&self) -> bool {
        self.answer.as_ref().is_ok_and(|answer| answer.joint() == Some("or"))
    }
}

impl Math {
    /// The normal form of a bare answer as text: answers with the same normal form are equal. `None` for an answer that
    /// cannot be read.
    ///
    /// Equal answers may have different normal forms where their equality needs a proof (nested radicals, for example).
    ///
    /// ```
    /// use r1rewards::math::Math;
    /// assert_eq!(Math::normal_form(r"\frac{2}{4}"), Math::normal_form("0.5"));
    /// assert_eq!(Math::normal_form("?"), None);
    /// ```
    pub fn normal_form(answer: &str) -> Option<String> {
        Some(normal_form(&Answer::read(answer).ok()?))
    }

    /// A completion's final answer as the verifier reads it: the extracted text, and its normal form where it can be
    /// read.
    ///
    /// ```
    /// let side = r1rewards::math::Math::strict().parse(r"So it is \boxed{\frac{2}{4}}.");
    /// assert_eq!((side.extracted.as_deref(), side.normal_form.as_deref()), (Some(r"\frac{2}{4}"), Some("1/2")));
    /// ```
    pub fn parse(&self, completion: &str) -> Side {
        found_side(self, completion, extract::extract(completion, self.policy()).ok().as_ref()).1
    }

    /// The rewritings that canonical forms depend on: name, statement, condition, source. An [`Explanation`] names
    /// those it used.
    ///
    /// ```
    /// assert!(r1rewards::math::Math::rewritings_table().any(|[name, ..]| name == "logarithm_of_power"));
    /// ```
    pub fn rewritings_table() -> impl Iterator<Item = [&'static str; 4]> {
        algebra::REWRITINGS.iter().map(|row| [row.name, row.says, row.needs, row.source])
    }

    /// Explains one comparison: both extractions, both normal forms, the rule that decided.
    ///
    /// ```
    /// let explanation = r1rewards::math::Math::strict().explain("y = 2x + 3", "\\boxed{2x - y + 3 = 0}");
    /// assert!(explanation.to_string().contains("relation"));
    /// ```
    pub fn explain(&self, gold: &str, completion: &str) -> Explanation {
        explain(self, gold, completion)
    }
}

/// Explains a comparison.
fn explain(math: &Math, gold: &str, completion: &str) -> Explanation {
    let read_gold = math.gold(gold);
    let found = extract::extract(completion, math.policy());
    let outcome = math.judge_found(std::slice::from_ref(&read_gold), completion, &found);
    let (answer, answer_side) = found_side(math, completion, found.as_ref().ok());
    let gold_answer = read_gold.answer.as_ref().ok();
    let rewritings = gold_answer.zip(answer.as_ref()).map_or_else(Vec::new, |(gold, answer)| math.rewritings(gold, answer));
    Explanation { gold: side(gold, gold_answer), answer: answer_side, rewritings, outcome }
}

/// The answer that was found in a completion, and its side.
fn found_side(math: &Math, completion: &str, found: Option<&Extracted>) -> (Option<Answer>, Side) {
    let answer = found.and_then(|found| Answer::read_as(&found.answer, &math.policy().declared).ok());
    let extracted = found.map(|found| shorten(&found.answer));
    let side = Side { extracted, ..side(completion, answer.as_ref()) };
    (answer, side)
}

fn side(text: &str, answer: Option<&Answer>) -> Side {
    let mut side = Side { text: shorten(text), ..Side::default() };
    if let Some(answer) = answer {
        side.extracted = Some(shorten(&answer.source));
        side.kind = Some(kind(answer));
        side.normal_form = Some(shorten(&with_stack(answer.depth(), || whole_form(answer))));
    }
    side
}

fn kind(answer: &Answer) -> &'static str {
    match &answer.form {
        Form::Plain(_) => "number",
        Form::Phrase(_) => "words",
        Form::Notation(_) => "notation",
        Form::Tree(node) => match node {
            Node::Number(_) | Node::Decimal { .. } | Node::Based { .. } => "number",
            Node::Group(..) => "tuple or interval",
            Node::Angle(_) => "vector",
            Node::Set(_) | Node::EmptySet | Node::SetBuilder(..) => "set",
            Node::SetExpr(..) => "set expression",
            Node::Matrix(_) => "matrix",
            Node::List(_) | Node::Either(_) => "list",
            Node::Marked(_) => "notation",
            Node::Relation(..) => "relation",
            Node::Ratio(_) => "ratio or time",
            Node::Quantity(..) | Node::Degrees(_) => "quantity",
            Node::Infinity => "infinity",
            _ => "formula",
        },
    }
}

/// Texts shown in place of a formula that has no canonical form.
const TOO_LARGE: &str = "(too large to expand)";
const UNDEFINED: &str = "(undefined)";
const UNDECIDED: &str = "(not known to have a value)";
const NOT_SCALAR: &str = "(not evaluated)";

/// The whole normal form as text; the normalised text where some part has no canonical form.
fn normal_form(answer: &Answer) -> String {
    let form = with_stack(answer.depth(), || whole_form(answer));
    match &answer.normal {
        Some(normal) if [TOO_LARGE, UNDEFINED, UNDECIDED, NOT_SCALAR].iter().any(|mark| form.contains(mark)) => normal.text.clone(),
        _ => form,
    }
}

fn whole_form(answer: &Answer) -> String {
    let mut budget = Budget::new(work_for(answer.source.len()));
    match &answer.form {
        Form::Plain(plain) => render(&plain.node(), &mut budget),
        Form::Phrase(text) | Form::Notation(text) => text.clone(),
        Form::Tree(node) => render(node, &mut budget),
    }
}

fn render(node: &Node, budget: &mut Budget) -> String {
    let list = |items: &[Node], budget: &mut Budget| items.iter().map(|item| render(item, budget)).collect::<Vec<_>>().join(", ");
    match node {
        Node::Group(brackets, items) => {
            format!(
                "{}{}{}",
                if brackets.left_closed { "[" } else { "(" },
                list(items, budget),
                if brackets.right_closed { "]" } else { ")" }
            )
        }
        Node::Angle(items) => format!("<{}>", list(items, budget)),
        // Sorted, so that two orders of the same items have one form.
        Node::Set(items) => format!("{{{}}}", sorted(items, budget)),
        Node::List(items) => sorted(items, budget),
        Node::Either(items) => items.iter().map(|item| render(item, budget)).collect::<Vec<_>>().join(" or "),
        Node::EmptySet => "{}".into(),
        Node::Infinity => "infinity".into(),
        Node::Quantity(value, unit, power) => {
            let value = render(value, budget);
            if *power == 1 { format!("{value} [{unit}]") } else { format!("{value} [{unit}^{power}]") }
        }
        Node::Ratio(parts) => parts.iter().map(|part| render(part, budget)).collect::<Vec<_>>().join(" : "),
        Node::Matrix(rows) => {
            format!("[{}]", rows.iter().map(|row| format!("[{}]", list(row, budget))).collect::<Vec<_>>().join(", "))
        }
        Node::Relation(sides, ops) => {
            let mut text = render(&sides[0], budget);
            for (op, side) in ops.iter().zip(&sides[1..]) {
                text.push_str(&format!(" {} {}", symbol(*op), render(side, budget)));
            }
            text
        }
        Node::SetExpr(parts, ops) => {
            let mut text = render(&parts[0], budget);
            for (op, part) in ops.iter().zip(&parts[1..]) {
                text.push_str(&format!(" {} {}", format!("{op:?}").to_lowercase(), render(part, budget)));
            }
            text
        }
        Node::Blank => String::new(),
        Node::Text(words) => words.clone(),
        scalar => match algebra::formula(scalar, budget).and_then(|formula| formula.domain.certify(budget).map(|()| formula)) {
            Ok(formula) => format!("{}{}", formula.canon, formula.domain),
            Err(algebra::Trouble::TooLarge) => TOO_LARGE.into(),
            Err(algebra::Trouble::Undefined) => UNDEFINED.into(),
            Err(algebra::Trouble::Undecided) => UNDECIDED.into(),
            Err(algebra::Trouble::NotScalar) => NOT_SCALAR.into(),
        },
    }
}

fn sorted(items: &[Node], budget: &mut Budget) -> String {
    let mut forms: Vec<String> = items.iter().map(|item| render(item, budget)).collect();
    forms.sort();
    forms.join(", ")
}

fn symbol(op: super::node::RelOp) -> &'static str {
    use super::node::RelOp;
    match op {
        RelOp::Equal => "=",
        RelOp::NotEqual => "!=",
        RelOp::Approx => "~",
        RelOp::Less => "<",
        RelOp::LessEqual => "<=",
        RelOp::Greater => ">",
        RelOp::GreaterEqual => ">=",
        RelOp::In => "in",
        RelOp::To => "->",
    }
}
