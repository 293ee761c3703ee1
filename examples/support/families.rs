//! Families of hostile answers that grow with a size: repeated, nested, and every production of the grammar inside
//! every other.
//!
//! Accepts: any size. The verifier refuses what exceeds its limits of length and depth, and the time of that is
//! measured, too.

#[path = "../../src/math/adversary/grammar.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod grammar;

pub use grammar::PRODUCTIONS;

/// A name, and a function from a size to an answer.
pub type Family = (&'static str, fn(usize) -> String);

/// Answers that grow with a size.
pub const FAMILIES: &[Family] = &[
    ("nested fractions", |n| format!("{}1{}", "\\frac{1}{1+".repeat(n), "}".repeat(n))),
    ("nested radicals", |n| format!("{}2{}", "\\sqrt{2+".repeat(n), "}".repeat(n))),
    ("nested braces", |n| format!("{}1{}", "{".repeat(n), "}".repeat(n))),
    ("nested bars", |n| format!("{}x{}", "|1+".repeat(n), "|".repeat(n))),
    ("open braces", |n| "{".repeat(n)),
    ("tower of powers", |n| vec!["9"; n].join("^{") + &"}".repeat(n.saturating_sub(1))),
    ("long number", |n| "7".repeat(n)),
    ("long decimal", |n| format!("0.{}", "5".repeat(n))),
    ("power of a long number", |n| format!("{}^{{{n}}}", "7".repeat(n))),
    ("power of a binomial", |n| format!("(x+1)^{{{n}}}")),
    ("power of a sum of four", |n| format!("(a+b+c+d)^{{{n}}}")),
    ("product of binomials", |n| (1..=n).map(|k| format!("(x+{k})")).collect()),
    ("product in many symbols", |n| (0..n).map(|k| format!("(a_{{{k}}}+b_{{{k}}})")).collect()),
    ("sum of radicals", |n| (2..n + 2).map(|k| format!("\\sqrt{{{k}}}")).collect::<Vec<_>>().join("+")),
    ("product of radicals", |n| (2..n + 2).map(|k| format!("(1+\\sqrt{{{k}}})")).collect()),
    ("sum of sines", |n| (1..=n).map(|k| format!("\\sin({k})")).collect::<Vec<_>>().join("+")),
    ("power of a cosine", |n| format!("\\cos^{{{n}}}(x)")),
    ("power of a sine of a sum", |n| format!("\\sin(x+v!+nega+YYtiveww)^{{{n}}}")),
    ("power of sines", |n| format!("(\\sin x+\\cos y+\\sin z)^{{{n}}}")),
    ("sine of a long sum", |n| format!("\\sin({})", (0..n).map(|k| format!("a_{{{k}}}")).collect::<Vec<_>>().join("+"))),
    ("root of a power of a sum", |n| format!("\\sqrt{{(x+y+z)^{{{n}}}}}")),
    ("exponential of a power", |n| format!("e^{{(x+y+1)^{{{n}}}}}")),
    ("logarithm of a product", |n| format!("\\ln({})", (0..n).map(|k| format!("a_{{{k}}}")).collect::<String>())),
    ("quotient of polynomials", |n| format!("\\frac{{(x+1)^{{{n}}}-1}}{{(x-1)^{{{n}}}+1}}")),
    ("radical of a sum of radicals", |n| {
        format!("\\sqrt{{{}}}", (2..n + 2).map(|k| format!("\\sqrt{{{k}}}")).collect::<Vec<_>>().join("+"))
    }),
    ("floor of a power", |n| format!("\\lfloor (2+\\sqrt{{3}})^{{{n}}}\\rfloor")),
    ("sum of logarithms", |n| (2..n + 2).map(|k| format!("\\ln({k})")).collect::<Vec<_>>().join("+")),
    ("sum of fractions", |n| (1..=n).map(|k| format!("\\frac{{1}}{{{}}}", 2 * k + 1)).collect::<Vec<_>>().join("+")),
    ("sum of rational functions", |n| (1..=n).map(|k| format!("\\frac{{1}}{{x+{k}}}")).collect::<Vec<_>>().join("+")),
    ("factorial", |n| format!("{n}!")),
    ("product of factorials", |n| (1..=n).map(|k| format!("{}!", 40 * k)).collect::<Vec<_>>().join("\\cdot ")),
    ("binomial", |n| format!("\\binom{{{}}}{{{n}}}", 2 * n)),
    ("finite sum", |n| format!("\\sum_{{k=1}}^{{{n}}} \\frac{{1}}{{k}}")),
    ("list of numbers", |n| (1..=n).map(|k| k.to_string()).collect::<Vec<_>>().join(", ")),
    ("set of radicals", |n| format!("\\{{{}\\}}", (1..=n).map(|k| format!("\\sqrt{{{k}}}")).collect::<Vec<_>>().join(", "))),
    ("plus-minus signs", |n| (1..=n).map(|k| format!("\\pm {k}")).collect()),
    ("list of plus-minus", |n| (1..=n).map(|k| format!("\\pm {k}")).collect::<Vec<_>>().join(", ")),
    ("chain of equations", |n| vec!["x"; n].join("=")),
    ("chain of inequalities", |n| (0..n).map(|k| k.to_string()).collect::<Vec<_>>().join("<")),
    ("union of intervals", |n| (0..n).map(|k| format!("({},{})", 2 * k, 2 * k + 1)).collect::<Vec<_>>().join("\\cup ")),
    ("matrix", |n| {
        let n = n.min(128);
        let row = vec!["1"; n].join("&");
        format!("\\begin{{pmatrix}}{}\\end{{pmatrix}}", vec![row; n].join("\\\\"))
    }),
    ("power of a matrix", |n| format!("\\begin{{pmatrix}}x&1\\\\1&y\\end{{pmatrix}}^{{{n}}}")),
    ("product of matrices", |n| "\\begin{pmatrix}x&1\\\\1&y\\end{pmatrix}".repeat(n)),
    ("words", |n| format!("\\text{{{}}}", "word ".repeat(n))),
    ("number words", |n| vec!["one"; n].join(" ")),
    ("primes of a symbol", |n| format!("f{}(x)", "'".repeat(n))),
    ("percent signs", |n| format!("1{}", "%".repeat(n))),
    ("minus signs", |n| format!("{}1", "-".repeat(n))),
    ("roots of unity", |n| (1..=n).map(|k| format!("e^{{i\\pi/{k}}}")).collect::<Vec<_>>().join("+")),
    ("blanks", |n| format!("1{}2", " ".repeat(n))),
    ("nested logarithms of powers", |n| format!("{}2{}", "\\ln((1+".repeat(n), ")^9)".repeat(n))),
    ("nested logarithms of large powers", |n| format!("{}x{}", "\\ln((1+".repeat(n), ")^{40})".repeat(n))),
    ("nested sines", |n| format!("{}x{}", "\\sin(1+".repeat(n), ")".repeat(n))),
    ("nested tangents", |n| format!("{}x{}", "\\tan(1+".repeat(n), ")".repeat(n))),
    ("nested tangents of numbers", |n| format!("{}1{}", "\\tan(2+".repeat(n), ")".repeat(n))),
    ("nested tangents of doubles", |n| format!("{}x{}", "\\tan(2".repeat(n), ")".repeat(n))),
    ("nested exponentials", |n| format!("{}x{}", "e^{1+".repeat(n), "}".repeat(n))),
    ("nested arctangents", |n| format!("{}x{}", "\\arctan(1+".repeat(n), ")".repeat(n))),
    ("nested hyperbolics", |n| format!("{}x{}", "\\tanh(1+".repeat(n), ")".repeat(n))),
    ("nested squares", |n| format!("{}x{}", "(1+".repeat(n), ")^2".repeat(n))),
    ("nested squares of numbers", |n| format!("{}\\sqrt{{2}}{}", "(1+".repeat(n), ")^2".repeat(n))),
    ("nested negative powers", |n| format!("{}x{}", "(1+".repeat(n), ")^{-3}".repeat(n))),
    ("nested cube roots", |n| format!("{}2{}", "\\sqrt[3]{1+".repeat(n), "}".repeat(n))),
    ("nested root indices", |n| format!("{}2{}", "\\sqrt[1+".repeat(n), "]{x}".repeat(n))),
    ("nested logarithm bases", |n| format!("{}x{}", "\\log_{1+".repeat(n), "}(y)".repeat(n))),
    ("nested factorials", |n| format!("{}3{}", "(".repeat(n), ")!".repeat(n))),
    ("nested factorials of a symbol", |n| format!("{}n{}", "(1+".repeat(n), ")!".repeat(n))),
    ("nested binomials", |n| format!("{}6{}", "\\binom{".repeat(n), "}{2}".repeat(n))),
    ("nested binomials of a symbol", |n| format!("{}x{}", "\\binom{".repeat(n), "}{3}".repeat(n))),
    ("nested floors", |n| format!("{}\\pi {}", "\\lfloor 2\\cdot ".repeat(n), "\\rfloor ".repeat(n))),
    ("nested maxima", |n| format!("{}x{}", "\\max(y,".repeat(n), ")".repeat(n))),
    ("nested sums", |n| format!("{}x", "\\sum_{k=1}^{9}".repeat(n))),
    ("nested products", |n| format!("{}(x+k)", "\\prod_{k=1}^{9}".repeat(n))),
    ("nested limits", |n| format!("{}x", "\\lim_{x\\to 0}".repeat(n))),
    ("nested integrals", |n| format!("{}x{}", "\\int_0^1 ".repeat(n), "\\,dx".repeat(n))),
    ("nested set-builders", |n| format!("{}x{}", "\\{x\\mid x\\in ".repeat(n), "\\}".repeat(n))),
    ("nested sets", |n| format!("{}1,2{}", "\\{1,".repeat(n), "\\}".repeat(n))),
    ("nested tuples", |n| format!("{}1,2{}", "(1,".repeat(n), ")".repeat(n))),
    ("nested plus-minus", |n| format!("{}2{}", "\\sqrt{1\\pm ".repeat(n), "}".repeat(n))),
    ("plus-minus in root indices", |n| format!("{}x{}", "\\sqrt[3\\pm ".repeat(n), "]{2}".repeat(n))),
    ("plus-minus in a tuple", |n| format!("({})", (1..=n).map(|k| format!("\\pm {k}")).collect::<Vec<_>>().join(","))),
    ("plus-minus in a sum", |n| format!("\\sum_{{k=1}}^{{3}} {}", (1..=n).map(|k| format!("\\pm {k}")).collect::<String>())),
    ("sum of large powers of ten", |n| (0..n).map(|k| format!("{k}e4000")).collect::<Vec<_>>().join("+")),
    ("sum of small powers of ten", |n| (0..n).map(|k| format!("{k}e-4000")).collect::<Vec<_>>().join("+")),
    ("product of large powers of ten", |n| vec!["3e4000"; n].join("*")),
    ("quotient of large powers of ten", |n| vec!["7e3999"; n].join("/")),
    ("tower of large powers of ten", |n| vec!["(1e4000)"; n].join("^")),
    ("tuple of large powers of ten", |n| format!("({})", vec!["1e4000"; n].join(","))),
    ("sine of a large power of ten", |n| format!("\\sin({})", vec!["1e4000"; n].join("+"))),
    ("sum of cube roots", |n| (2..n + 2).map(|k| format!("\\sqrt[3]{{{k}}}")).collect::<Vec<_>>().join("+")),
    ("sum of high roots", |n| (2..n + 2).map(|k| format!("\\sqrt[{}]{{{k}}}", k + 1)).collect::<Vec<_>>().join("+")),
    ("product of sines", |n| (1..=n).map(|k| format!("\\sin({k}x)")).collect()),
    ("product of cosines of numbers", |n| (1..=n).map(|k| format!("\\cos({k})")).collect()),
    ("powers of different bases", |n| (2..n + 2).map(|k| format!("{k}^x")).collect::<Vec<_>>().join("+")),
    ("powers with symbols", |n| (0..n).map(|k| format!("(x+{k})^n")).collect::<Vec<_>>().join("\\cdot ")),
    ("absolute values", |n| (0..n).map(|k| format!("|x-{k}|")).collect::<Vec<_>>().join("+")),
    ("product of absolute values", |n| (0..n).map(|k| format!("|x-{k}|")).collect()),
    ("floors", |n| (1..=n).map(|k| format!("\\lfloor {k}\\pi\\rfloor ")).collect::<Vec<_>>().join("+")),
    ("hidden zeros", |n| (0..n).map(|k| format!("\\frac{{|x+{k}|-|-x-{k}|}}{{|y|+1}}")).collect::<Vec<_>>().join("+")),
    ("divisors to certify", |n| {
        (1..=n)
            .map(|k| format!("\\frac{{1}}{{\\sqrt[3]{{2+\\sqrt{{5}}}}+\\sqrt[3]{{2-\\sqrt{{5}}}}+{k}}}"))
            .collect::<Vec<_>>()
            .join("+")
    }),
    ("nested divisors", |n| format!("{}\\sqrt{{2}}{}", "\\frac{1}{\\sqrt{3}+".repeat(n), "}".repeat(n))),
    ("matrix of powers", |n| {
        let side = n.min(24);
        let row = (1..=side).map(|k| format!("(x+{k})^{{{n}}}")).collect::<Vec<_>>().join("&");
        format!("\\begin{{pmatrix}}{}\\end{{pmatrix}}", vec![row; side].join("\\\\"))
    }),
    ("determinant of powers", |n| {
        let row = (1..=4).map(|k| format!("(x+{k})^{{{n}}}")).collect::<Vec<_>>().join("&");
        format!("\\begin{{vmatrix}}{}\\end{{vmatrix}}", vec![row; 4].join("\\\\"))
    }),
    ("chain of formulas", |n| (0..n).map(|k| format!("(x+{k})^{{9}}")).collect::<Vec<_>>().join("=")),
    ("chain of inequalities of formulas", |n| (0..n).map(|k| format!("x^{{{k}}}")).collect::<Vec<_>>().join("<")),
    ("list of equations", |n| (0..n).map(|k| format!("x_{{{k}}}=\\sqrt{{{k}}}")).collect::<Vec<_>>().join(", ")),
    ("set of formulas", |n| format!("\\{{{}\\}}", (0..n).map(|k| format!("(x+{k})^{{7}}")).collect::<Vec<_>>().join(", "))),
    ("set of sums of radicals", |n| {
        format!("\\{{{}\\}}", (2..n + 2).map(|k| format!("\\sqrt{{{k}}}+\\sqrt[3]{{{}}}", k + 1)).collect::<Vec<_>>().join(", "))
    }),
    ("union of radical intervals", |n| {
        (0..n).map(|k| format!("(\\sqrt{{{}}},\\sqrt{{{}}})", 2 * k, 2 * k + 1)).collect::<Vec<_>>().join("\\cup ")
    }),
    ("intersections", |n| (0..n).map(|k| format!("(-{k},{k}+1)")).collect::<Vec<_>>().join("\\cap ")),
    ("repeating decimals", |n| format!("0.\\overline{{{}}}", "142857".repeat(n))),
    ("calls", |n| format!("{}x{}", "f(1+".repeat(n), ")".repeat(n))),
    ("letters before brackets", |n| format!("{}x{}", "a(1+".repeat(n), ")".repeat(n))),
    ("vectors", |n| (0..n).map(|k| format!("\\vec{{a_{{{k}}}}}\\times ")).collect::<String>() + "\\vec{b}"),
    ("capitals", |n| "AB".repeat(n)),
    ("degrees", |n| format!("1{}", "^\\circ".repeat(n))),
    ("units", |n| format!("5\\text{{ {}}}", "m ".repeat(n))),
    ("primes of a product", |n| (0..n).map(|k| format!("x_{{{k}}}'")).collect::<String>()),
];

/// Whole responses that grow with a size.
pub const WHOLE: &[Family] = &[
    ("many boxes", |n| "\\boxed{1} ".repeat(n)),
    ("many different boxes", |n| (0..n).map(|k| format!("\\boxed{{{k}}} ")).collect()),
    ("boxes never closed", |n| "\\boxed{".repeat(n)),
    ("thinking blocks", |n| "<think>a</think>".repeat(n)),
    ("answer phrases", |n| "The answer is ".repeat(n)),
    ("dollar signs", |n| "$".repeat(n)),
    ("digits", |n| "1".repeat(n)),
    ("backslashes", |n| "\\".repeat(n)),
];

/// One production inside another, alternating, `depth` levels deep.
pub fn nested(outer: &str, inner: &str, depth: usize) -> String {
    (0..depth).fold("x".to_owned(), |text, level| fill(if level % 2 == 0 { inner } else { outer }, &text, "2"))
}

/// `width` instances of a production side by side.
pub fn repeated(template: &str, joint: &str, width: usize) -> String {
    let one = |k: usize| format!("({})", fill(template, &format!("x+{k}"), &format!("{}", k + 2)));
    (0..width).map(one).collect::<Vec<_>>().join(joint)
}

/// A template with `first` in its first place and `other` in its second.
fn fill(template: &str, first: &str, other: &str) -> String {
    template.replace("<#0>", &format!("({first})")).replace("#0", first).replace("<#1>", other).replace("#1", other)
}
