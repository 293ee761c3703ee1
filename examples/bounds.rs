//! Worst cases: families of hostile answers at doubling sizes, with the processor time of each and the peak memory.
//!
//! `cargo run --release --example bounds`. Each size is timed as the best of five runs, so that the ratio of neighbours means something.
#![allow(clippy::print_stdout, reason = "a command")]

use r1rewards::math::{Math, Policy};

use cpu_time::cpu_time;

#[path = "support/cpu_time.rs"]
mod cpu_time;

type Family = (&'static str, fn(usize) -> String);

const FAMILIES: &[Family] = &[
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
];

const WHOLE: &[Family] = &[
    ("many boxes", |n| "\\boxed{1} ".repeat(n)),
    ("many different boxes", |n| (0..n).map(|k| format!("\\boxed{{{k}}} ")).collect()),
    ("boxes never closed", |n| "\\boxed{".repeat(n)),
    ("thinking blocks", |n| "<think>a</think>".repeat(n)),
    ("answer phrases", |n| "The answer is ".repeat(n)),
    ("dollar signs", |n| "$".repeat(n)),
    ("digits", |n| "1".repeat(n)),
    ("backslashes", |n| "\\".repeat(n)),
];

/// Beyond this an answer is refused for its length alone.
const LONGEST: usize = 20_000;

fn main() {
    let (strict, lenient) = (Math::new(extract_none(Policy::strict())), Math::new(extract_none(Policy::lenient())));
    let whole = Math::lenient();
    let mut worst = (0, String::new());
    let mut steep: Vec<(f64, String)> = Vec::new();
    println!("{:<28} {:>8} {:>10} {:>10}  outcome", "family", "size", "self us", "other us");
    let sizes = |from: usize, to: usize| std::iter::successors(Some(from), |n| Some(n * 2)).take_while(move |n| *n <= to);
    for (families, sizes) in [(FAMILIES, sizes(4, 4_096).collect::<Vec<_>>()), (WHOLE, sizes(256, 65_536).collect())] {
        for (name, family) in families {
            let (mut before, mut length) = (u128::MAX, usize::MAX);
            for &size in &sizes {
                let text = family(size);
                if families.len() == FAMILIES.len() && text.len() > LONGEST {
                    continue;
                }
                let other = format!("{text}+1");
                let judges = if families.len() == WHOLE.len() { vec![&whole] } else { vec![&strict, &lenient] };
                let (mut own, mut different, mut reason) = (0, 0, "");
                for math in judges {
                    let golds = [text.clone()];
                    own = own.max(best(|| reason = math.verify(&golds, &text).reason.code()));
                    different = different.max(best(|| drop(math.verify(&golds, &other))));
                    different = different.max(best(|| drop(Math::normal_form(&text))));
                }
                let slowest = own.max(different);
                if slowest > worst.0 {
                    worst = (slowest, format!("{name} {size}"));
                }
                // A square of entries is four times the text at twice the side.
                #[expect(clippy::cast_precision_loss, reason = "nanoseconds of one call, bytes of one answer")]
                let ratio = slowest as f64 / before as f64 / (text.len() as f64 / length as f64 / 2.0).max(1.0);
                if before > 200_000 && before != u128::MAX {
                    steep.push((ratio, format!("{name} {size}")));
                }
                (before, length) = (slowest, text.len());
                if size == sizes[sizes.len() - 1] || slowest > 4_000_000 {
                    println!("{name:<28} {size:>8} {:>10} {:>10}  {reason}", own / 1_000, different / 1_000);
                }
            }
        }
    }
    println!("worst {} us: {}", worst.0 / 1_000, worst.1);
    steep.sort_by(|a, b| b.0.total_cmp(&a.0));
    let steepest: Vec<String> = steep.iter().take(8).map(|(ratio, name)| format!("{ratio:.2} {name}")).collect();
    println!("steepest doublings above 200 us: {}", steepest.join(", "));
    println!("peak memory {}", peak_memory().unwrap_or_else(|| "unknown".to_owned()));
}

fn extract_none(policy: Policy) -> Policy {
    Policy { extract: r1rewards::math::Extract::None, ..policy }
}

/// Nanoseconds of the fastest of five runs; one where it is slow.
fn best(mut run: impl FnMut()) -> u128 {
    let mut fastest = u128::MAX;
    for _ in 0..5 {
        let start = cpu_time();
        run();
        fastest = fastest.min((cpu_time() - start).as_nanos());
        if fastest > 200_000_000 {
            break;
        }
    }
    fastest
}

/// The high-water mark of resident memory, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|size| size.trim().to_owned())
}
