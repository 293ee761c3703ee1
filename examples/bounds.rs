//! Worst cases: families of hostile answers at doubling sizes, with the processor time of each and the peak memory.
//!
//! `cargo run --release --example bounds`. Each size is timed as the best of twenty sweeps over all of
//! them, so that a slow phase of the machine falls on no size alone and the ratio of neighbours means something.
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

/// The whole list is timed so often.
const SWEEPS: usize = 20;

/// An answer of a family, and the least nanoseconds it took.
struct Case {
    name: &'static str,
    size: usize,
    family: fn(usize) -> String,
    length: usize,
    judges: Vec<Math>,
    own: u128,
    other: u128,
    outcome: &'static str,
}

impl Case {
    fn slowest(&self) -> u128 {
        self.own.max(self.other)
    }

    /// Against itself and against another answer, by the slowest policy.
    fn time(&mut self) {
        let text = (self.family)(self.size);
        let (golds, other) = ([text.clone()], format!("{text}+1"));
        let (mut own, mut different) = (0, 0);
        for math in &self.judges {
            own = own.max(nanoseconds(|| self.outcome = math.verify(&golds, &text).reason.code()));
            different = different.max(nanoseconds(|| drop(math.verify(&golds, &other))));
            different = different.max(nanoseconds(|| drop(Math::normal_form(&text))));
        }
        (self.own, self.other) = (self.own.min(own), self.other.min(different));
    }
}

fn cases(families: &[Family], from: usize, to: usize, longest: usize, judges: fn() -> Vec<Math>) -> Vec<Case> {
    let sizes = || std::iter::successors(Some(from), |size| Some(size * 2)).take_while(|size| *size <= to);
    let all = families.iter().flat_map(|(name, family)| sizes().map(move |size| (*name, size, *family)));
    let case = |(name, size, family): (_, _, fn(usize) -> String)| {
        let length = family(size).len();
        Case { name, size, family, length, judges: judges(), own: u128::MAX, other: u128::MAX, outcome: "" }
    };
    all.map(case).filter(|case| case.length <= longest).collect()
}

fn main() {
    let mut all = cases(FAMILIES, 4, 4_096, LONGEST, || vec![extract_none(Policy::strict()), extract_none(Policy::lenient())]);
    all.extend(cases(WHOLE, 256, 65_536, usize::MAX, || vec![Math::lenient()]));
    for _ in 0..SWEEPS {
        all.iter_mut().for_each(Case::time);
    }

    println!("{:<28} {:>8} {:>10} {:>10}  outcome", "family", "size", "self us", "other us");
    for (at, case) in all.iter().enumerate() {
        if all.get(at + 1).is_none_or(|next| next.name != case.name) || case.slowest() > 4_000_000 {
            println!("{:<28} {:>8} {:>10} {:>10}  {}", case.name, case.size, case.own / 1_000, case.other / 1_000, case.outcome);
        }
    }
    if let Some(worst) = all.iter().max_by_key(|case| case.slowest()) {
        println!("worst {} us: {} {}", worst.slowest() / 1_000, worst.name, worst.size);
    }
    let mut steep: Vec<(f64, String)> = all.windows(2).filter_map(|pair| doubling(&pair[0], &pair[1])).collect();
    steep.sort_by(|a, b| b.0.total_cmp(&a.0));
    let steepest: Vec<String> = steep.iter().take(8).map(|(ratio, name)| format!("{ratio:.2} {name}")).collect();
    println!("steepest doublings above 200 us: {}", steepest.join(", "));
    println!("peak memory {}", peak_memory().unwrap_or_else(|| "unknown".to_owned()));
}

/// How many times as long twice the size takes, where the smaller one takes long enough to be told.
fn doubling(before: &Case, case: &Case) -> Option<(f64, String)> {
    if before.name != case.name || before.slowest() <= 200_000 {
        return None;
    }
    // A square of entries is four times the text at twice the side.
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of one call, bytes of one answer")]
    let (times, lengths) = (case.slowest() as f64 / before.slowest() as f64, case.length as f64 / before.length as f64 / 2.0);
    Some((times / lengths.max(1.0), format!("{} {}", case.name, case.size)))
}

fn extract_none(policy: Policy) -> Math {
    Math::new(Policy { extract: r1rewards::math::Extract::None, ..policy })
}

fn nanoseconds(run: impl FnOnce()) -> u128 {
    let start = cpu_time();
    run();
    (cpu_time() - start).as_nanos()
}

/// The high-water mark of resident memory, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|size| size.trim().to_owned())
}
