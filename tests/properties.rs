//! Laws of the math verifier, on random expressions and on random sequences of tokens.
#![cfg(feature = "math")]

use proptest::prelude::*;
use r1rewards::math::{Extract, Math, Policy};
use r1rewards::{Outcome, Verdict};

fn judge(policy: Policy, gold: &str, answer: &str) -> Outcome {
    Math::new(Policy { extract: Extract::Whole, ..policy }).verify(&[gold.to_owned()], answer)
}

/// The policies for which the laws hold; the others reproduce other graders.
fn ours() -> [Policy; 2] {
    [Policy::strict(), Policy::lenient()]
}

fn equal(gold: &str, answer: &str) -> bool {
    judge(Policy::strict(), gold, answer).is_correct()
}

/// A thousand cases of each law, or the number in `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default() } else { ProptestConfig::with_cases(1_000) }
}

/// A formula that is defined for all values of its symbols.
#[derive(Debug, Clone)]
enum Formula {
    Integer(i64),
    Symbol(char),
    /// √n
    Root(u32),
    Pi,
    Sum(Box<Formula>, Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
    /// A formula divided by a positive integer.
    Over(Box<Formula>, i64),
    Square(Box<Formula>),
}

use Formula::{Integer, Over, Pi, Product, Root, Square, Sum, Symbol};

fn formula() -> impl Strategy<Value = Formula> {
    let leaf = prop_oneof![
        4 => (-30..30_i64).prop_map(Integer),
        3 => prop::sample::select(vec!['x', 'y', 'n']).prop_map(Symbol),
        1 => (2..13_u32).prop_map(Root),
        1 => Just(Pi),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Sum(a.into(), b.into())),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Product(a.into(), b.into())),
            1 => (inner.clone(), 2..9_i64).prop_map(|(a, n)| Over(a.into(), n)),
            1 => inner.prop_map(|a| Square(a.into())),
        ]
    })
}

impl Formula {
    /// The formula in LaTeX; `style` is the source of pseudo-random bits for the choices of spelling.
    fn latex(&self, style: &mut u64) -> String {
        let mut choice = |options: &[&str]| {
            let picked = options[usize::try_from(*style % options.len() as u64).expect("small")].to_owned();
            *style = style.rotate_right(3) ^ 0x9E37_79B9;
            picked
        };
        match self {
            Integer(n) if *n < 0 => format!("({n})"),
            Integer(n) => n.to_string(),
            Symbol(c) => c.to_string(),
            Root(n) => choice(&["\\sqrt{N}", "\\sqrt {N}", "{\\sqrt{N}}", "N^{1/2}", "N^{\\frac12}"]).replace('N', &n.to_string()),
            Pi => choice(&["\\pi ", "π", "{\\pi}"]),
            Sum(a, b) => {
                let form = choice(&["(A + B)", "\\left(A+B\\right)", "(A\\,+\\,B)", "\\bigl( A + B \\bigr)"]);
                form.replace('A', &a.latex(style)).replace('B', &b.latex(style))
            }
            Product(a, b) => {
                // `\times` is a product of scalars only next to a number, not between letters. A product of bracketed
                // numbers alone may be read as cycles of a permutation, whose order matters.
                let forms = ["(A)(B)", "A \\cdot B", "A*B", "{A}\\cdot{B}", "A \\times B"];
                let numbers = [a, b].map(|factor| matches!(factor.as_ref(), Integer(_)));
                let form = choice(match numbers {
                    [true, true] => &forms[1..],
                    [false, false] => &forms[..4],
                    _ => &forms,
                });
                form.replace('A', &a.latex(style)).replace('B', &b.latex(style))
            }
            Over(a, n) => {
                let form = choice(&["\\frac{A}{N}", "\\dfrac{A}{N}", "{A}/N", "\\tfrac{A}{N}", "\\frac{1}{N}\\cdot A"]);
                format!("({})", form.replace('A', &a.latex(style)).replace('N', &n.to_string()))
            }
            Square(a) => choice(&["(A)^2", "(A)^{2}", "{(A)}^2", "(A)**2"]).replace('A', &a.latex(style)),
        }
    }

    /// Another formula with the same value.
    fn rewritten(&self, moves: &mut u64) -> Formula {
        let step = *moves % 5;
        *moves = moves.rotate_right(5) ^ 0x51ED_270B;
        let mut inner = |a: &Formula| Box::new(a.rewritten(moves));
        match (self, step) {
            (Sum(a, b), 0 | 1) => Sum(inner(b), inner(a)),
            (Sum(a, b), _) => Sum(inner(a), inner(b)),
            // a(b + c) = ab + ac
            (Product(a, b), 0 | 1) => match b.as_ref() {
                Sum(c, d) => Sum(Product(inner(a), inner(c)).into(), Product(inner(a), inner(d)).into()),
                _ => Product(inner(b), inner(a)),
            },
            (Product(a, b), _) => Product(inner(a), inner(b)),
            // a/n = (3a)/(3n)
            (Over(a, n), 0 | 1) => Over(Product(Integer(3).into(), inner(a)).into(), 3 * n),
            (Over(a, n), _) => Over(inner(a), *n),
            (Square(a), 0..=2) => Product(inner(a), inner(a)),
            (Square(a), _) => Square(inner(a)),
            // √n = √(4n)/2
            (Root(n), 0) => Over(Root(4 * n).into(), 2),
            // a = (a + 7) − 7
            (leaf, 1) => Sum(Sum(leaf.clone().into(), Integer(7).into()).into(), Integer(-7).into()),
            (leaf, _) => leaf.clone(),
        }
    }
}

/// A polynomial in x and y from its coefficients, expanded.
fn polynomial(coefficients: &[i64]) -> String {
    let powers = [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0)];
    let terms = coefficients.iter().zip(powers).map(|(c, (x, y))| format!("({c})x^{{{x}}}y^{{{y}}}"));
    terms.collect::<Vec<_>>().join(" + ")
}

/// Pieces of answers, valid and invalid, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = vec![
        "1",
        "2",
        "10",
        "0.5",
        "x",
        "y",
        "+",
        "-",
        "\\cdot ",
        "/",
        "=",
        "<",
        ",",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\\{",
        "\\}",
        "|",
        "^",
        "_",
        "\\frac",
        "\\frac{1}{2}",
        "\\sqrt",
        "\\sqrt{3}",
        "\\pi ",
        "\\infty ",
        "\\pm ",
        "\\cup ",
        "\\in ",
        "\\text{ or }",
        "\\text{cm}",
        "%",
        "\\%",
        "!",
        "\\sin ",
        "\\log_2 ",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\\\",
        "&",
        "^\\circ ",
        "$",
        " ",
        "\\left(",
        "\\right)",
        "\\boxed{",
        "e",
        "i",
        "\\binom{4}{2}",
        "\\sum_{k=1}^{3}",
        "\\lfloor ",
        "\\rfloor ",
        "²",
        "½",
        "√",
        "−",
        "é",
        "\u{200b}",
        "\\over ",
        ";",
        ":",
        "0.\\overline{3}",
        "\\mathbb{R}",
        "\\emptyset ",
        "A",
        "no solution",
        "1,000",
        "\\approx ",
        "\\neq ",
        "\\Delta ",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    // `PROPTEST_CASES` sets another number.
    #![proptest_config(config())]

    #[test]
    fn a_formula_equals_its_rewriting_in_any_spelling(a in formula(), mut moves in any::<u64>(), mut s in any::<u64>(), mut t in any::<u64>()) {
        let (gold, answer) = (a.latex(&mut s), a.rewritten(&mut moves).latex(&mut t));
        prop_assert!(equal(&gold, &answer), "{gold}   {answer}   {:?}", judge(Policy::strict(), &gold, &answer));
    }

    #[test]
    fn a_formula_differs_from_itself_plus_something(a in formula(), n in 1..9_i64, mut s in any::<u64>(), mut t in any::<u64>()) {
        let more = Sum(a.clone().into(), Over(Integer(n).into(), 11).into());
        let (gold, answer) = (a.latex(&mut s), more.latex(&mut t));
        prop_assert!(!equal(&gold, &answer), "{gold}   {answer}");
    }

    #[test]
    fn a_changed_coefficient_is_a_difference(
        coefficients in prop::collection::vec(-50..50_i64, 7), place in 0..7_usize, change in prop_oneof![-9..0_i64, 1..9_i64],
    ) {
        let mut changed = coefficients.clone();
        changed[place] += change;
        prop_assert!(!equal(&polynomial(&coefficients), &polynomial(&changed)));
        prop_assert!(equal(&polynomial(&coefficients), &polynomial(&coefficients)));
    }

    #[test]
    fn equality_is_symmetric(a in formula(), b in formula(), mut moves in any::<u64>(), mut s in any::<u64>(), near in any::<bool>()) {
        let (gold, answer) = (a.latex(&mut s), if near { a.rewritten(&mut moves) } else { b }.latex(&mut s));
        prop_assert_eq!(equal(&gold, &answer), equal(&answer, &gold), "{}   {}", gold, answer);
    }

    /// Plain numbers are compared without the grammar; with braces around them they are parsed and compared as
    /// formulas.
    #[test]
    fn the_fast_path_for_numbers_is_the_full_path(a in "-?[0-9]{1,6}(\\.[0-9]{0,4})?", b in "-?[0-9]{1,6}(\\.[0-9]{0,4})?", same in any::<bool>()) {
        let b = if same { format!("{a}{}", if a.contains('.') { "0" } else { ".0" }) } else { b };
        for policy in ours() {
            let fast = judge(policy.clone(), &a, &b).verdict;
            let full = judge(policy, &format!("{{{a}}}"), &format!("{{{b}}}")).verdict;
            prop_assert_eq!(fast, full, "{} {}", a, b);
        }
    }

    /// An answer that is written like the reference is not read again; with braces around it, it is.
    #[test]
    fn the_fast_path_for_identical_text_is_the_full_path(text in soup()) {
        for policy in ours() {
            let (fast, full) = (judge(policy.clone(), &text, &text), judge(policy, &text, &format!("{{{text}}}")));
            prop_assert!(fast.is_correct() || !full.is_correct(), "{text}   {fast:?}   {full:?}");
        }
    }

    /// An answer that is written like the reference is correct or unscored, never incorrect.
    #[test]
    fn an_answer_written_like_the_reference_is_never_incorrect(text in soup()) {
        for name in Policy::NAMES {
            let outcome = judge(name.parse::<Policy>().expect("a policy"), &text, &text);
            prop_assert!(outcome.verdict != Verdict::Incorrect, "{name}   {text}   {outcome:?}");
        }
    }

    /// White space around a bare answer or its reference does not change the outcome.
    #[test]
    fn what_is_around_an_answer_changes_no_outcome(gold in soup(), answer in soup(), same in any::<bool>(), before in "[ \\t\\n]{0,3}", after in "[ \\t\\n]{0,3}") {
        let answer = if same { gold.clone() } else { answer };
        let padded = |text: &str| format!("{before}{text}{after}");
        for policy in ours() {
            let said = |gold: &str, answer: &str| {
                let outcome = judge(policy.clone(), gold, answer);
                (outcome.verdict, outcome.reason, outcome.rule)
            };
            let plain = said(&gold, &answer);
            prop_assert_eq!(&said(&gold, &padded(&answer)), &plain, "{:?}   {:?}", &gold, padded(&answer));
            prop_assert_eq!(&said(&padded(&gold), &answer), &plain, "{:?}   {:?}", padded(&gold), &answer);
        }
    }

    #[test]
    fn nothing_panics_and_every_outcome_explains_itself(gold in soup(), answer in soup(), policy in 0..4_usize) {
        let policy = Policy::NAMES[policy].parse::<Policy>().expect("a policy");
        let math = Math::new(policy);
        let outcome = math.verify(std::slice::from_ref(&gold), &answer);
        let explanation = math.explain(&gold, &answer);
        prop_assert_eq!(&explanation.outcome, &outcome);
        prop_assert!(explanation.to_string().contains(outcome.verdict.code()));
        prop_assert_eq!(outcome.value.is_none(), outcome.verdict == Verdict::Unscored);
    }

    #[test]
    fn any_text_is_judged(gold in ".{0,40}", answer in ".{0,200}") {
        for policy in Policy::NAMES {
            let math = Math::new(policy.parse::<Policy>().expect("a policy"));
            let outcome = math.verify(std::slice::from_ref(&gold), &answer);
            prop_assert_eq!(&math.verify(std::slice::from_ref(&gold), &answer), &outcome);
        }
    }
}
