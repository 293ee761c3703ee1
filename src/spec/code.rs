//! `kind = "code"`: programs against the row's tests.

use serde_json::{Map, Value};

use super::{Kind, Options};
use crate::code::{Code, CodeOptions, Compare, FUEL_PER_SECOND, Isolation, Limits};
use crate::{Result, Reward};

const OPTIONS: &[(&str, &str)] = &[
    (
        "compare",
        "How output is compared where the row doesn't say it: exact, trailing_whitespace_ignored (the default), tokens, floats or unordered_lines.",
    ),
    (
        "tolerance",
        "With `compare = \"floats\"`: how far two numbers may lie apart, relative to the larger or absolute, whichever is more.",
    ),
    ("partial", "True: the reward is the fraction of tests that pass."),
    (
        "unsupported",
        "What a program is that needs what the sandbox lacks: incorrect (the default) or unscored (for audits of reference solutions).",
    ),
    ("seconds", "Fuel of one run, call or check, in seconds of an ordinary core (default 4); a row's `timeout` may ask for less."),
    ("fuel", "The same in fuel units."),
    ("memory", "Bytes of memory, the interpreter's own 32 MiB included (default 512 MiB, at most 1 GiB)."),
    ("output", "Bytes that a run may write (default 8 MiB)."),
    (
        "isolation",
        "Where programs run: thread (the default) or process, a worker process for every thread that scores, which scales with the cores. No outcome depends on it.",
    ),
];

/// The interpreter does not start in less.
const LEAST_MEMORY: usize = 64 << 20;
const MOST_MEMORY: usize = 1 << 30;
/// More seconds than anybody waits for.
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
    let mut compare = match options.choice("compare", &Compare::NAMES)? {
        Some(name) => Compare::named(name).unwrap_or_default(),
        None => Compare::default(),
    };
    if let Some(tolerance) = options.f64_within("tolerance", 0.0, 1.0)? {
        if !matches!(compare, Compare::Floats(_)) {
            return Err(options.refuse("tolerance", "beside compare = \"floats\""));
        }
        compare = Compare::Floats(tolerance);
    }
    Ok(Code::new(CodeOptions {
        compare,
        partial: options.bool("partial")?.unwrap_or_default(),
        unsupported_is_unscored: options.choice("unsupported", &["incorrect", "unscored"])? == Some("unscored"),
        limits: limits(options)?,
        isolation: match options.choice("isolation", &Isolation::NAMES)? {
            Some("process") => Isolation::Process,
            _ => Isolation::Thread,
        },
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
    let seconds = options.f64_within("seconds", 1e-3, MOST_SECONDS)?.map(|seconds| (seconds * FUEL_PER_SECOND as f64) as u64);
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
