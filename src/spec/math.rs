//! `kind = "math"`: a policy by name, and switches over it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Kind, Options};
use crate::math::{Extract, Math, Policy};
use crate::{Result, Reward};

pub(super) const KIND: Kind = Kind {
    name: "math",
    about: "The final answer equals one of the row's gold answers.",
    options: &[
        ("policy", "The set of switches to start from: strict (the default), lenient, math_verify or hendrycks."),
        ("extract", "Where the answer is looked for: auto, boxed, answer_tag, last_number or none."),
    ],
    build,
};

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
    let mut policy = match options.str("policy")? {
        None => Policy::strict(),
        Some(name) => {
            Policy::named(name).ok_or_else(|| options.refuse("policy", &format!("one of {}", Policy::NAMES.join(", "))))?
        }
    };
    if let Some(name) = options.str("extract")? {
        let extract = Extract::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name));
        policy.extract = extract.map_err(|_| options.refuse("extract", "one of auto, boxed, answer_tag, last_number, none"))?;
    }
    Ok(policy)
}
