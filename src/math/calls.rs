//! Which letters before a bracket name functions by custom. Used where only the other answer of a pair writes the
//! letter without a bracket.
//!
//! | letter | bracket | read as | because |
//! |---|---|---|---|
//! | f, g, F, G; ζ, Γ, φ, ψ, Φ, Ψ; any derivative | any | a call | `f(a+b)` is not fa + fb, `\phi(12)` not 12φ |
//! | g with m, M, h, H or ρ in the pair | a sum | a factor | `mg(h-2R)` is mgh − 2mgR |
//! | any other | a sum, a product with one, a matrix | a factor | `h(a+b)`, `\lambda(x+1)` |
//! | any other | anything, raised to a power that contains a letter | a factor | `a(\frac12)^n` |
//! | any other | anything else | a call | `P(3)`, `x(t)`, `T(10)`, `\sigma(n)`, `f^{-1}(x)` |

use super::node::Node;

const FUNCTIONS: &[&str] = &["f", "g", "F", "G", "\\zeta", "\\Gamma", "\\phi", "\\psi", "\\Phi", "\\Psi"];

/// Whether a letter before a bracket names a function. `grows`: the bracket is raised to a power that contains a
/// letter. `weighs`: whether the pair contains letters that are used for masses, heights or densities.
pub fn by_custom(letter: &str, argument: &Node, grows: bool, weighs: impl Fn() -> bool) -> bool {
    let base = letter.split(['_', '\'', '^']).next().unwrap_or(letter);
    if letter.contains(['\'', '^']) || FUNCTIONS.contains(&base) {
        return !(base == "g" && adds(argument) && weighs());
    }
    !adds(argument) && !grows
}

/// Whether a bracket contains a sum of several terms, alone or as a factor; a matrix counts as one.
fn adds(node: &Node) -> bool {
    match node {
        Node::Sum(terms) => terms.len() > 1 || terms.iter().any(|(_, term)| adds(term)),
        Node::Product(factors) => factors.iter().any(|(_, factor)| adds(factor)),
        Node::Power(base, _) => adds(base),
        Node::Matrix(_) => true,
        _ => false,
    }
}
