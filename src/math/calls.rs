//! Which letters before a bracket name functions by custom, where only the other answer of a pair writes them without one.
//!
//! | letter | bracket | read as | because |
//! |---|---|---|---|
//! | f, g, F, G; ζ, Γ, φ, ψ, Φ, Ψ; any derivative | any | a call | `f(a+b)` is not fa + fb, `\phi(12)` not 12φ |
//! | g beside m, M, h, H or ρ | a sum | a factor | `mg(h-2R)` is mgh − 2mgR |
//! | any other | a sum, a product with one, a matrix | a factor | `h(a+b)`, `\lambda(x+1)` |
//! | any other | anything, to a power with a letter | a factor | `a(\frac12)^n` |
//! | any other | anything else | a call | `P(3)`, `x(t)`, `T(10)`, `\sigma(n)`, `f^{-1}(x)` |
//!
//! Accepts: a letter, what stands in its bracket, what stands behind. Refuses: nothing.

use super::node::Node;

const FUNCTIONS: &[&str] = &["f", "g", "F", "G", "\\zeta", "\\Gamma", "\\phi", "\\psi", "\\Phi", "\\Psi"];

/// Whether a letter before a bracket names a function. `grows`: a power with a letter in it stands behind the bracket; `weighs`: whether letters of weights
/// and heights stand in the pair.
pub fn by_custom(letter: &str, argument: &Node, grows: bool, weighs: impl Fn() -> bool) -> bool {
    let base = letter.split(['_', '\'', '^']).next().unwrap_or(letter);
    if letter.contains(['\'', '^']) || FUNCTIONS.contains(&base) {
        return !(base == "g" && adds(argument) && weighs());
    }
    !adds(argument) && !grows
}

/// Whether a bracket holds several terms, alone or as a factor.
fn adds(node: &Node) -> bool {
    match node {
        Node::Sum(terms) => terms.len() > 1 || terms.iter().any(|(_, term)| adds(term)),
        Node::Product(factors) => factors.iter().any(|(_, factor)| adds(factor)),
        Node::Power(base, _) => adds(base),
        Node::Matrix(_) => true,
        _ => false,
    }
}
