//! `kind = "math"`: a policy by name, and switches over it.

use serde_json::{Map, Value};

use super::by_row::{ByRow, Fields};
use super::kind::THINKING;
use super::{Kind, KindOption, Options, Takes};
use crate::math::{Declared, Extract, MAX_DIGITS, Math, Policy, Tolerance};
use crate::{Error, Result, Reward};

/// Options besides the switches.
const NAMED: &[KindOption] = &[
    KindOption::new(
        "policy",
        Takes::Word(&Policy::NAMES),
        "The set of switches to start from: it decides `decimals` and every switch that is not given.",
    )
    .default("strict")
    .positional(),
    KindOption::new(
        "extract",
        Takes::Word(&Extract::NAMES),
        "Where the answer is looked for: in the first marked place (`auto`), only in one kind of place, or the whole text is the answer (`none`).",
    )
    .default("auto"),
    THINKING,
    KindOption::new(
        "decimals",
        Takes::Whole { least: 0, most: u32::MAX as u64 },
        "A rounded decimal agrees with an exact value if it has at least this number of significant digits and all of them are right; with 0 it never does.",
    ),
    KindOption::new(
        "relative_tolerance",
        Takes::Number { least: 0.0, most: 0.5 },
        "A number counts as equal where its distance from the reference is at most this share of the reference. An option of this kind replaces those of the policy.",
    ),
    KindOption::new(
        "absolute_tolerance",
        Takes::FACTOR,
        "A number counts as equal where its distance from the reference, in the unit of the reference, is at most this.",
    ),
    KindOption::new(
        "significant_digits",
        Takes::Whole { least: 1, most: MAX_DIGITS as u64 },
        "A number counts as equal where its distance from the reference is at most half a unit in this significant digit of the reference.",
    ),
    KindOption::new("functions", Takes::Texts, "Names of functions: with `y`, `y(x+1)` is a value of y and never a product."),
    KindOption::new("matrices", Takes::Texts, "Names of matrices or operators: the order of their products counts."),
    KindOption::new("vectors", Takes::Texts, "Names of vectors: their dot and cross products are kept apart."),
    KindOption::new("positive", Takes::Texts, "Names of positive numbers: with `a`, `\\sqrt{a^2}` is a."),
    KindOption::new(
        "decimal_mark",
        Takes::Word(&[".", ","]),
        "The mark before the decimals of a number, on both sides; with a comma, points group thousands (`1.234,5`).",
    )
    .default("."),
    KindOption::new(
        "labels",
        Takes::Texts,
        "Words before the answer, as the prompt asks for them (`Final result:`): under `extract = \"auto\"` the answer is the line after the last of them, before all other places.",
    ),
    KindOption::new(
        "choices",
        Takes::Text,
        "The row's field with the options of a multiple choice: a list of texts, an object from letters to texts, or one of `label` and `text`. The reference is a letter or the text of an option; its letter, its text and its value are right, unless a wrong option has the same value.",
    )
    .names_column(),
    KindOption::new(
        "row_options",
        Takes::Text,
        "The row's field with options of this kind that hold for the row alone, for example `{\"relative_tolerance\": 0.05}`.",
    )
    .names_column(),
];

/// The named options, then every switch of a policy.
const OPTIONS: [KindOption; NAMED.len() + Policy::SWITCHES.len()] = {
    let mut all = [THINKING; NAMED.len() + Policy::SWITCHES.len()];
    let mut place = 0;
    while place < all.len() {
        all[place] = if place < NAMED.len() {
            NAMED[place]
        } else {
            let (name, about) = Policy::SWITCHES[place - NAMED.len()];
            KindOption::new(name, Takes::Bool, about)
        };
        place += 1;
    }
    all
};

pub(super) const KIND: Kind =
    Kind { name: "math", about: "The final answer equals one of the row's gold answers.", options: &OPTIONS, build };

fn build(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let name = |option| Ok::<_, Error>(options.str(option)?.map(str::to_owned));
    let fields = Fields { options: name("row_options")?, choices: name("choices")? };
    let policy = policy(options)?;
    Ok(if fields.is_empty() {
        Box::new(Math::new(policy))
    } else {
        Box::new(ByRow::new(policy, options.map(), fields, math_policy))
    })
}

/// The policy that the options of a `math` entry describe.
///
/// # Errors
/// An unknown option, or a value that it refuses.
///
/// ```
/// use r1rewards::spec::{ComponentSpec, math_policy};
/// let policy = math_policy(&ComponentSpec::new("math").with_option("policy", "lenient").options)?;
/// assert_eq!(policy.name, "lenient");
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub fn math_policy(options: &Map<String, Value>) -> Result<Policy> {
    policy(&Options::checked(&KIND, options)?)
}

/// The only place that turns options into switches.
fn policy(options: &Options<'_>) -> Result<Policy> {
    let mut policy: Policy = options.named("policy")?.unwrap_or_else(Policy::strict);
    if let Some(extract) = options.named("extract")? {
        policy.extract = extract;
    }
    if let Some(thinking) = options.thinking()? {
        policy.thinking = thinking;
    }
    if let Some(digits) = options.u64("decimals")? {
        policy.decimals = u32::try_from(digits).map_err(|_| options.refuse("decimals", "a small whole number"))?;
    }
    if let Some(tolerance) = tolerance(options)? {
        policy.tolerance = tolerance;
    }
    let names = |option: &str| -> Result<Vec<String>> {
        let names = options.strings(option)?.unwrap_or_default();
        if names.iter().all(|name| Declared::is_name(name)) {
            Ok(names.into_iter().map(str::to_owned).collect())
        } else {
            Err(options.refuse(option, "names such as `x`, `\\lambda` or `x_1`"))
        }
    };
    policy.declared = Declared {
        functions: names("functions")?,
        matrices: names("matrices")?,
        vectors: names("vectors")?,
        positive: names("positive")?,
        decimal_comma: options.word("decimal_mark")? == Some(","),
    };
    policy.labels = options.strings("labels")?.unwrap_or_default().into_iter().map(str::to_owned).collect();
    if policy.labels.iter().any(|label| label.trim().is_empty()) {
        return Err(options.refuse("labels", "words that are not blank"));
    }
    for (name, _) in Policy::SWITCHES {
        if let (Some(on), Some(switch)) = (options.bool(name)?, policy.switch(name)) {
            *switch = on;
        }
    }
    Ok(policy)
}

/// The tolerance that the options describe; `None` where none of them is given.
fn tolerance(options: &Options<'_>) -> Result<Option<Tolerance>> {
    let relative = options.f64_within("relative_tolerance", 0.0, 0.5)?;
    let absolute = options.f64("absolute_tolerance")?;
    let digits = options.u64("significant_digits")?;
    if relative.is_none() && absolute.is_none() && digits.is_none() {
        return Ok(None);
    }
    let mut tolerance = Tolerance::default();
    if let Some(share) = relative {
        tolerance = tolerance.with_relative(share).ok_or_else(|| options.refuse("relative_tolerance", "a number from 0 to 0.5"))?;
    }
    if let Some(distance) = absolute {
        tolerance =
            tolerance.with_absolute(distance).ok_or_else(|| options.refuse("absolute_tolerance", "a number of at least 0"))?;
    }
    if let Some(digits) = digits {
        let digits = u32::try_from(digits).unwrap_or(u32::MAX);
        tolerance = tolerance
            .with_significant(digits)
            .ok_or_else(|| options.refuse("significant_digits", "a whole number from 1 to 100"))?;
    }
    Ok(Some(tolerance))
}
