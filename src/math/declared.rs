//! What the letters of an answer stand for, where a user says so, and how its numbers are written.
//!
//! Accepts: names as LaTeX writes them (`x`, `\lambda`, `x_1`). Refuses: everything that is not one name, and the
//! constants e, i and π.

use std::sync::Arc;

use super::names;
use super::node::Node;

/// Names that are declared, and how numbers are written. Nothing is declared by default.
///
/// ```
/// use r1rewards::math::{Declared, Math, Policy};
/// let declared = Declared { matrices: vec!["A".into(), "B".into()], ..Declared::default() };
/// let math = Math::new(Policy { declared, ..Policy::strict() });
/// assert!(math.verify(&["2AB + BA".into()], r"\boxed{BA + 2AB}").is_correct());
/// assert!(!math.verify(&["AB".into()], r"\boxed{BA}").is_correct());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Declared {
    /// Functions: `y(x+1)` is a value of y, never y times (x + 1).
    pub functions: Vec<String>,
    /// Matrices or operators: the order of a product counts.
    pub matrices: Vec<String>,
    /// Vectors: dot and cross products are kept apart.
    pub vectors: Vec<String>,
    /// Positive numbers: `\sqrt{a^2}` is a.
    pub positive: Vec<String>,
    /// Numbers have a decimal comma, and points between thousands: `1.234,5`.
    pub decimal_comma: bool,
}

impl Declared {
    /// The lists of names by the names of their options.
    pub fn lists(&self) -> [(&'static str, &[String]); 4] {
        [("functions", &self.functions), ("matrices", &self.matrices), ("vectors", &self.vectors), ("positive", &self.positive)]
    }

    /// Marks declared matrices and vectors, whose products are not those of numbers.
    pub(super) fn mark(&self, node: &mut Node) {
        if self.matrices.is_empty() && self.vectors.is_empty() {
            return;
        }
        if !self.matrices.is_empty() {
            names::take_apart(node);
        }
        self.mark_names(node);
    }

    fn mark_names(&self, node: &mut Node) {
        match node {
            Node::Symbol(name)
                if [&self.matrices, &self.vectors].iter().any(|names| names.iter().any(|n| **n == **name || n == letter(name))) =>
            {
                *node = Node::Marked(Arc::clone(name));
            }
            node => node.children_mut().into_iter().for_each(|child| self.mark_names(child)),
        }
    }

    /// The text with a point in its numbers, where it is written with decimal commas.
    pub(super) fn numbers<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        if self.decimal_comma && text.contains([',', '.']) { with_points(text).into() } else { text.into() }
    }
}

/// The answer with every positive number as a power of e, which takes exactly the positive values; `None` where it contains
/// none, or has bound variables.
pub(super) fn as_positive(node: &Node, is_positive: &dyn Fn(&str) -> bool) -> Option<Node> {
    let (mut found, mut bound) = (false, false);
    node.walk(&mut |node| {
        found |= matches!(node, Node::Symbol(name) if is_positive(name));
        bound |= matches!(node, Node::Big { .. });
    });
    if !found || bound {
        return None;
    }
    let mut raised = node.clone();
    raise(&mut raised, is_positive);
    Some(raised)
}

fn raise(node: &mut Node, is_positive: &dyn Fn(&str) -> bool) {
    match node {
        Node::Symbol(name) if is_positive(name) => {
            let exponent = Node::Symbol(Arc::clone(name));
            *node = Node::Power(Box::new(Node::Euler), Box::new(exponent));
        }
        node => node.children_mut().into_iter().for_each(|child| raise(child, is_positive)),
    }
}

/// The letter of a name with an index, a prime or an accent: `A` of `A_1`, `A'` and `\bar{A}`.
fn letter(name: &str) -> &str {
    let name = name.strip_prefix("\\acc{").and_then(|rest| rest.split_once(':')).map_or(name, |(_, inner)| inner);
    name.split(['_', '\'', '}']).next().unwrap_or(name)
}

/// Writes `1.234,5` as `1234.5`, `0,5` and `0{,}5` as `0.5`. A comma before a blank separates items.
fn with_points(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let mut length = digits(rest);
        out.push_str(&rest[..length]);
        // Groups of three digits after a group of one to three.
        while length <= 3 || out.len() > 3 {
            let group = rest[length..].strip_prefix('.').map_or(0, digits);
            if group != 3 || !(1..=3).contains(&digits(rest)) {
                break;
            }
            out.push_str(&rest[length + 1..length + 4]);
            length += 4;
        }
        for comma in ["{,}", ","] {
            if let Some(decimals) = rest[length..].strip_prefix(comma).map(digits).filter(|count| *count > 0) {
                out.push('.');
                let from = length + comma.len();
                out.push_str(&rest[from..from + decimals]);
                length = from + decimals;
                break;
            }
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The number of digits at the beginning.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_decimal_comma_are_written_with_a_point() {
        for (text, points) in [
            ("1.234,5", "1234.5"),
            ("1.234.567", "1234567"),
            ("0,5", "0.5"),
            ("0{,}5", "0.5"),
            ("1, 2", "1, 2"),
            ("(1,5; 2)", "(1.5; 2)"),
            ("12.34", "12.34"),
            ("1234.567", "1234.567"),
            ("x_1,y", "x_1,y"),
            ("", ""),
        ] {
            assert_eq!(with_points(text), points, "{text}");
        }
    }
}
