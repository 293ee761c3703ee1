//! `kind = "code"`: programs against the row's tests.

use serde_json::{Map, Value};

use super::{Kind, KindOption, Options, Takes};
use crate::code::{Code, CodeOptions, Compare, FUEL_PER_SECOND, Isolation, Limits};
use crate::{Result, Reward};

const OPTIONS: &[KindOption] = &[
    KindOption::new("compare", Takes::Word(&Compare::NAMES), "How output is compared where the row does not say it.")
        .default("trailing_whitespace_ignored"),
    KindOption::new(
        "tolerance",
        Takes::SHARE,
        "With `compare` floats: the largest accepted difference of two numbers, absolute or relative to the larger one, whichever allows more.",
    )
    .default("1e-6"),
    KindOption::new("partial", Takes::Bool, "Whether the reward is the fraction of tests that pass, instead of 1 for all and 0 otherwise.")
        .default("false"),
    KindOption::new(
        "each_test",
        Takes::Bool,
        "Whether every test runs, also after a failure, and is a component of the outcome, with its input, expected value, output and fuel.",
    )
    .default("false"),
    KindOption::new(
        "unsupported",
        Takes::Word(&["incorrect", "unscored"]),
        "The verdict on a program that needs what the sandbox lacks; unscored is for audits of reference solutions.",
    )
    .default("incorrect"),
    KindOption::new(
        "seconds",
        Takes::Number { least: LEAST_SECONDS, most: MOST_SECONDS },
        "The fuel of one run, call or check, in seconds: 10^10 units each, about what ordinary programs take natively. A row's `timeout` may ask for less.",
    )
    .default("4"),
    KindOption::new("fuel", Takes::WHOLE, "The same in units of fuel; it takes precedence over `seconds`."),
    KindOption::new(
        "memory",
        Takes::Whole { least: LEAST_MEMORY as u64, most: MOST_MEMORY as u64 },
        "The memory of a program in bytes, the interpreter's own 56 MiB included; the default is 512 MiB.",
    )
    .default("536870912"),
    KindOption::new("output", Takes::WHOLE, "The most bytes that a run may write; the default is 8 MiB.").default("8388608"),
    KindOption::new(
        "isolation",
        Takes::Word(&Isolation::NAMES),
        "Where programs run: on the threads that score, or in a worker process for each of them, which scales with the cores. No outcome depends on it.",
    )
    .default("thread"),
];

/// The least memory in bytes: the interpreter does not start with less.
const LEAST_MEMORY: usize = 64 << 20;
const MOST_MEMORY: usize = 1 << 30;
const LEAST_SECONDS: f64 = 1e-3;
/// The most seconds: an upper limit that no run needs.
const MOST_SECONDS: f64 = 1e6;

pub(super) const KIND: Kind = Kind {
    name: "code",
    about: "The program passes the row's tests, in a sandbox that counts work instead of time.",
    options: OPTIONS,
    build,
};

fn build(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    Ok(Box::new(code(options)?))
}

/// The reward that the options of a `code` entry describe, for callers that want a report of every test.
///
/// # Errors
/// An unknown option, or a value that it refuses.
///
/// ```
/// use r1rewards::spec::{ComponentSpec, code_reward};
/// let error = code_reward(&ComponentSpec::new("code").with_option("memory", 1).options).unwrap_err();
/// assert!(error.to_string().contains("`memory`"));
/// ```
pub fn code_reward(options: &Map<String, Value>) -> Result<Code> {
    code(&Options::checked(&KIND, options)?)
}

fn code(options: &Options<'_>) -> Result<Code> {
    let mut compare: Compare = options.named("compare")?.unwrap_or_default();
    if let Some(tolerance) = options.f64_within("tolerance", 0.0, 1.0)? {
        if !matches!(compare, Compare::Floats(_)) {
            return Err(options.refuse("tolerance", "beside compare = \"floats\""));
        }
        compare = Compare::Floats(tolerance);
    }
    Ok(Code::new(CodeOptions {
        compare,
        partial: options.bool("partial")?.unwrap_or_default(),
        each_test: options.bool("each_test")?.unwrap_or_default(),
        unsupported_is_unscored: options.word("unsupported")? == Some("unscored"),
        limits: limits(options)?,
        isolation: options.named("isolation")?.unwrap_or_default(),
    }))
}

fn limits(options: &Options<'_>) -> Result<Limits> {
    let default = Limits::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the range is checked"
    )]
    let seconds =
        options.f64_within("seconds", LEAST_SECONDS, MOST_SECONDS)?.map(|seconds| (seconds * FUEL_PER_SECOND as f64) as u64);
    let memory = options.usize("memory")?.unwrap_or(default.memory);
    if !(LEAST_MEMORY..=MOST_MEMORY).contains(&memory) {
        return Err(options.refuse("memory", &format!("from {LEAST_MEMORY} to {MOST_MEMORY} bytes")));
    }
    Ok(Limits {
        fuel: options.u64("fuel")?.or(seconds).unwrap_or(default.fuel),
        memory,
        output: options.usize("output")?.unwrap_or(default.output),
        ..default
    })
}
