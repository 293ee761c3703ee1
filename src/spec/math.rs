//! `kind = "math"`: a policy by name, and switches over it.

use serde_json::{Map, Value};

use super::kind::THINKING;
use super::{Kind, KindOption, Options, Takes};
use crate::math::{Extract, Math, Policy};
use crate::{Result, Reward};

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
    Ok(Box::new(Math::new(policy(options)?)))
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
    for (name, _) in Policy::SWITCHES {
        if let (Some(on), Some(switch)) = (options.bool(name)?, policy.switch(name)) {
            *switch = on;
        }
    }
    Ok(policy)
}
