//! The rewritings that canonical forms depend on: what each one states, its conditions, and its source.
//!
//! There is one row per rewriting. A form records which rewritings it used ([`Used`]), and an explanation names them.
//! Needs beyond a rewriting's own conditions are recorded in the [`Domain`](super::Domain). Every row is tested: its
//! example is accepted, and its example with the condition violated is not.

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its name in explanations.
    pub name: &'static str,
    /// The rewriting as an equation.
    pub says: &'static str,
    /// The conditions under which it holds.
    pub needs: &'static str,
    /// The source of the rewriting.
    pub source: &'static str,
    /// Two answers that are equal by it.
    #[cfg_attr(not(test), allow(dead_code, reason = "tested row by row"))]
    pub example: (&'static str, &'static str),
    /// Two answers that would be equal if the condition were ignored.
    #[cfg_attr(not(test), allow(dead_code, reason = "tested row by row"))]
    pub broken: (&'static str, &'static str),
}

macro_rules! rewritings {
    ($( $variant:ident: $name:literal, $says:literal, $needs:literal, $source:literal, $example:expr, $broken:expr; )*) => {
        /// A rewriting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rewriting { $( #[doc = $says] $variant, )* }

        /// Every rewriting, in the order of [`Rewriting`].
        pub const ROWS: &[Row] = &[ $( Row { name: $name, says: $says, needs: $needs, source: $source, example: $example, broken: $broken }, )* ];
    };
}

rewritings! {
    EvenRoot: "even_root", "ᵏ√(aᵉ) = a^(e/k)", "k even: a > 0", "definition of the real root",
        (r"\sqrt{x^3}", r"x^{3/2}"), (r"x", r"\sqrt{x}\sqrt{x}");
    RootOfEvenPower: "root_of_even_power", "ᵏ√(aᵉ) = |a|^(e/k)", "k and e even, a real", "aᵉ = |a|ᵉ",
        (r"|x|", r"\sqrt{x^2}"), (r"x", r"\sqrt{x^2}");
    RootOfProduct: "root_of_product", "ᵏ√(ab) = ᵏ√|a|·ᵏ√|b|", "k even: ab > 0", "ab = |a||b| there",
        (r"\sqrt{9xy}", r"3\sqrt{xy}"), (r"\sqrt{xy}", r"\sqrt{x}\sqrt{y}");
    RootOfQuotient: "root_of_quotient", "√(a/b) = √(ab)/|b|", "ab > 0", "a/b = ab/b²",
        (r"\sqrt{\frac{x-1}{x+1}}", r"\frac{\sqrt{x^2-1}}{|x+1|}"), (r"\sqrt{\frac{x-1}{x+1}}", r"\frac{\sqrt{x-1}}{\sqrt{x+1}}");
    RootOfSquareOfSum: "root_of_square_of_sum", "√(a² + 2ab + b²) = |a + b|", "a, b real", "binomial theorem",
        (r"|x+1|", r"\sqrt{x^2+2x+1}"), (r"x+1", r"\sqrt{x^2+2x+1}");
    OddRoot: "odd_root", "ᵏ√(−a) = −ᵏ√a", "k odd, a real", "x ↦ xᵏ is odd and one to one on ℝ",
        (r"-\sqrt[3]{x}", r"\sqrt[3]{-x}"), (r"-\sqrt[3]{1+i}", r"\sqrt[3]{-1-i}");
    RootOfNegativeNumber: "root_of_negative_number", "ᵏ√(−c) = e^(iπ/k)·ᵏ√c", "k even, c a positive number", "principal value (DLMF 4.2)",
        (r"2i", r"\sqrt{-4}"), (r"-i\sqrt{x}", r"\sqrt{-x}");
    Denesting: "denesting", "√(a ± b√c) = √((a + d)/2) ± √((a − d)/2), d² = a² − b²c", "a, b, c, d rational, a ≥ d ≥ 0", "both sides are positive and have one square",
        (r"1+\sqrt{2}", r"\sqrt{3+2\sqrt{2}}"), (r"1-\sqrt{2}", r"\sqrt{3-2\sqrt{2}}");
    LnOfProduct: "logarithm_of_product", "ln(ab) = ln |a| + ln |b|", "ab > 0", "DLMF 4.8",
        (r"\ln 3+\ln x", r"\ln(3x)"), (r"\ln x+\ln y", r"\ln(xy)");
    LnOfPower: "logarithm_of_power", "ln aᵉ = e·ln |a|", "aᵉ > 0", "DLMF 4.8",
        (r"2\ln|x|", r"\ln x^2"), (r"2\ln x", r"\ln x^2");
    LnOfNegativeNumber: "logarithm_of_negative_number", "ln(−c) = ln c + iπ", "c a positive number", "principal value (DLMF 4.2)",
        (r"\ln 2+i\pi", r"\ln(-2)"), (r"\ln x+i\pi", r"\ln(-x)");
    ChangeOfBase: "change_of_base", "log_b a = ln a/ln b", "a > 0, b > 0, b ≠ 1", "DLMF 4.2",
        (r"\frac{\ln x}{\ln 2}", r"\log_2 x"), (r"1", r"\log_x x");
    ExpOfLn: "exponential_of_logarithm", "e^(c·ln a) = |a|^c", "c rational, a > 0", "definition of the logarithm",
        (r"\frac{|x|}{2}", r"e^{\ln|x|-\ln 2}"), (r"x", r"e^{\ln x}");
    PowerByLn: "power_by_logarithm", "aᵘ = e^(u·ln a)", "a > 0, or u a whole number", "definition of the power",
        (r"x^{n+1}", r"x\cdot x^n"), (r"|x^n|", r"x^n");
    PowerOfNegativeNumber: "power_of_negative_number", "(−c)ᵘ = cᵘ·e^(iπu)", "c a positive number; over the reals u is whole", "principal value (DLMF 4.2)",
        (r"4\cdot(-2)^n", r"(-2)^{n+2}"), (r"1", r"(-1)^{2n}");
    Circular: "circular_as_exponential", "cos x = (e^(ix) + e^(−ix))/2, sin x = (e^(ix) − e^(−ix))/2i", "–", "Euler (DLMF 4.14)",
        (r"\sin 2x", r"2\sin x\cos x"), (r"1", r"\frac{\sqrt{\sin^2 x}}{\sin x}");
    Hyperbolic: "hyperbolic_as_exponential", "cosh x = (eˣ + e^(−x))/2, sinh x = (eˣ − e^(−x))/2", "–", "DLMF 4.28",
        (r"1", r"\cosh^2 x-\sinh^2 x"), (r"x", r"\sinh(\ln x)+\cosh(\ln x)");
    SpecialAngle: "special_angle", "e^(iπt) in radicals", "12t whole", "tables of 15° steps",
        (r"\frac{\sqrt{6}+\sqrt{2}}{4}", r"\cos\frac{\pi}{12}"), (r"\frac12", r"\cos 60");
    InverseCircular: "inverse_circular_value", "arcsin, arccos, arctan, arccot at the values of special angles", "the principal value", "DLMF 4.23",
        (r"\frac{\pi}{6}", r"\arcsin\frac12"), (r"\frac{5\pi}{6}", r"\arcsin\frac12");
    AbsOfProduct: "absolute_value_of_product", "|ab| = |a||b|", "a, b real", "definition of the absolute value",
        (r"2|x||y|", r"|{-2xy}|"), (r"|x|+|y|", r"|x+y|");
    AbsOfPositive: "absolute_value_of_positive", "|a| = a", "a > 0 wherever the formula has a value", "definition of the absolute value",
        (r"x\sqrt{x}", r"|x|\sqrt{x}"), (r"x", r"|x|");
    FactorialShift: "factorial_shift", "(n + k)! = (n + k)⋯(n + 1)·n!", "k a whole number", "definition of the factorial",
        (r"n+1", r"\frac{(n+1)!}{n!}"), (r"n", r"\frac{(n+1)!}{n!}");
    BinomialByFactorials: "binomial_by_factorials", "binom(n, k) = n!/(k!(n − k)!)", "n and k whole, 0 ≤ k ≤ n", "definition of the binomial coefficient",
        (r"\frac{n!}{k!(n-k)!}", r"\binom{n}{k}"), (r"\binom{n}{k}", r"\binom{k}{n}");
}

/// Which rewritings a form used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used(u32);

impl Used {
    /// Records that a rewriting was used.
    pub fn note(&mut self, rewriting: Rewriting) {
        self.0 |= 1 << rewriting as u32;
    }

    /// The rows of the rewritings that were used, in the order of [`ROWS`].
    pub fn rows(self) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().enumerate().filter(move |(place, _)| self.0 >> place & 1 == 1).map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::math::{Extract, Math, Policy};

    #[test]
    fn every_rewriting_holds_where_it_says_and_nowhere_else() {
        for policy in [Policy::strict(), Policy::lenient()] {
            let math = Math::new(Policy { extract: Extract::Whole, ..policy });
            let accepts = |(gold, answer): (&str, &str)| math.verify(&[gold.to_owned()], answer).is_correct();
            for row in ROWS {
                assert!(accepts(row.example), "{}: {:?} are not equal", row.name, row.example);
                assert!(!accepts(row.broken), "{}: {:?} are equal", row.name, row.broken);
            }
        }
    }

    #[test]
    fn an_explanation_names_every_rewriting_of_its_example() {
        let math = Math::new(Policy { extract: Extract::Whole, ..Policy::strict() });
        for row in ROWS {
            let explanation = math.explain(row.example.0, row.example.1);
            assert!(
                explanation.rewritings.contains(&row.name),
                "{}: {:?} uses {:?}",
                row.name,
                row.example,
                explanation.rewritings
            );
        }
    }
}
