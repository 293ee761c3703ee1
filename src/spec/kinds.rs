//! The table of kinds: the one place that knows every reward by name.
//!
//! To add a kind, write a `const KIND: Kind` beside the others in this folder and name it in [`kinds`]; from outside of the crate, [`register`]
//! it.

use std::sync::{PoisonError, RwLock};

use super::Options;
use crate::{Error, Result, Reward};

/// A kind of reward: its name, its options, how it is built from them.
#[derive(Debug)]
pub struct Kind {
    /// The value of `kind` in a spec.
    pub name: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Every option with one sentence for people. What is not listed here is refused before `build` is called.
    pub options: &'static [(&'static str, &'static str)],
    /// Builds the reward; absent options have the defaults of the kind.
    pub build: fn(&Options<'_>) -> Result<Box<dyn Reward>>,
}

/// Every kind, in alphabetical order.
pub fn kinds() -> &'static [&'static Kind] {
    const KINDS: &[&Kind] = &[
        &super::compose::ALL,
        &super::compose::ANY,
        &super::auto::KIND,
        #[cfg(feature = "rules")]
        &super::text::CHOICE,
        &super::compose::CLIP,
        #[cfg(feature = "code")]
        &super::code::KIND,
        #[cfg(feature = "rules")]
        &super::structure::CODE_FORMAT,
        #[cfg(feature = "rules")]
        &super::shape::COSINE_LENGTH,
        #[cfg(feature = "rules")]
        &super::text::DATA,
        #[cfg(feature = "rules")]
        &super::shape::DISTINCT,
        #[cfg(feature = "rules")]
        &super::groups::DIVERSITY,
        #[cfg(feature = "rules")]
        &super::structure::FORMAT,
        &super::compose::GATE,
        #[cfg(feature = "rules")]
        &super::text::IFEVAL,
        #[cfg(feature = "rules")]
        &super::shape::KIMI_LENGTH,
        #[cfg(feature = "rules")]
        &super::text::LANGUAGE,
        #[cfg(feature = "rules")]
        &super::shape::LENGTH,
        #[cfg(feature = "rules")]
        &super::groups::MAJORITY,
        &super::compose::MAP,
        #[cfg(feature = "math")]
        &super::math::KIND,
        &super::compose::MIN,
        &super::compose::PRODUCT,
        #[cfg(feature = "rules")]
        &super::structure::REASONING_STEPS,
        #[cfg(feature = "rules")]
        &super::shape::REPETITION,
        &super::compose::ROUTE,
        #[cfg(feature = "rules")]
        &super::episode::SATORI,
        #[cfg(feature = "schema")]
        &super::text::SCHEMA,
        #[cfg(feature = "rules")]
        &super::episode::SELF_CORRECTION,
        #[cfg(feature = "rules")]
        &super::shape::SOFT_OVERLONG,
        &super::compose::SUM,
        #[cfg(feature = "rules")]
        &super::structure::TAG_COUNT,
        #[cfg(feature = "rules")]
        &super::text::TEXT,
    ];
    KINDS
}

/// Kinds that were added to the built-in ones.
static REGISTERED: RwLock<Vec<&'static Kind>> = RwLock::new(Vec::new());

/// Adds a kind of your own, so that specs and spec files can name it.
///
/// # Errors
/// A name that is taken.
///
/// ```
/// use r1rewards::spec::{Kind, register};
/// use r1rewards::{Outcome, Reason, Reward, RewardSpec, Sample, Scorer};
///
/// struct Polite;
/// impl Reward for Polite {
///     fn name(&self) -> &str { "polite" }
///     fn config(&self) -> serde_json::Value { serde_json::json!({"kind": "polite"}) }
///     fn score(&self, sample: &Sample) -> Outcome {
///         if sample.completion.contains("please") { Outcome::correct(Reason::Passed) } else { Outcome::incorrect(Reason::Failed) }
///     }
/// }
///
/// const POLITE: Kind = Kind { name: "polite", about: "Says please.", options: &[], build: |_| Ok(Box::new(Polite)) };
/// register(&POLITE)?;
/// let scorer = Scorer::from_spec(&RewardSpec::kind("polite"))?;
/// assert!(scorer.score(&Sample::new("yes, please")).is_correct());
/// assert!(register(&POLITE).is_err());
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub fn register(kind: &'static Kind) -> Result<()> {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if kinds().iter().chain(registered.iter()).any(|known| known.name == kind.name) {
        return Err(Error::spec(format_args!("the kind `{}` is taken: give yours another name", kind.name)));
    }
    registered.push(kind);
    Ok(())
}

/// The kind of that name.
///
/// # Errors
/// An unknown name; the message lists the known ones.
pub fn kind(name: &str) -> Result<&'static Kind> {
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    let known = || kinds().iter().chain(registered.iter()).copied();
    known().find(|kind| kind.name == name).ok_or_else(|| {
        let known: Vec<_> = known().map(|kind| kind.name).collect();
        Error::spec(format_args!("unknown kind `{name}`; known kinds: {}", known.join(", ")))
    })
}
