//! The table of kinds: the only list of all built-in rewards by name.
//!
//! To add a kind, write a `const KIND: Kind` in a file of this folder and name it in the list of its family; from outside of the crate,
//! [`register`] it.

use std::sync::{LazyLock, PoisonError, RwLock};

use super::{ComponentSpec, Family, Kind, Options};
use crate::{Error, Result, Reward};

/// Every built-in kind of this build, by family.
pub fn families() -> &'static [Family] {
    const FAMILIES: &[Family] = &[
        Family {
            name: "math",
            about: "Answers",
            kinds: &[
                #[cfg(feature = "math")]
                &super::math::KIND,
                &super::auto::KIND,
            ],
        },
        #[cfg(feature = "code")]
        Family { name: "code", about: "Programs", kinds: &[&super::code::KIND] },
        #[cfg(feature = "rules")]
        Family { name: "format", about: "The structure of a completion", kinds: super::structure::KINDS },
        #[cfg(feature = "rules")]
        Family { name: "length", about: "Length and repetition", kinds: super::shape::KINDS },
        #[cfg(feature = "rules")]
        Family { name: "text", about: "What a completion says", kinds: super::text::KINDS },
        #[cfg(feature = "rules")]
        Family { name: "group", about: "The samples of a prompt together", kinds: super::groups::KINDS },
        #[cfg(feature = "rules")]
        Family { name: "episode", about: "Several attempts", kinds: super::episode::KINDS },
        Family { name: "compose", about: "Rewards made of rewards", kinds: super::compose::KINDS },
    ];
    FAMILIES
}

/// Every built-in kind of this build, in alphabetical order.
pub fn kinds() -> &'static [&'static Kind] {
    static KINDS: LazyLock<Vec<&'static Kind>> = LazyLock::new(|| {
        let mut kinds: Vec<_> = families().iter().flat_map(|family| family.kinds).copied().collect();
        kinds.sort_unstable_by_key(|kind| kind.name);
        kinds
    });
    &KINDS
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
        let missing: &[&str] = &[
            #[cfg(not(feature = "math"))]
            "math",
            #[cfg(not(feature = "rules"))]
            "rules",
            #[cfg(not(feature = "schema"))]
            "schema",
            #[cfg(not(feature = "code"))]
            "code",
        ];
        let hint = match missing {
            [] => String::new(),
            _ => format!("; this build lacks the kinds of the features {}", missing.join(", ")),
        };
        Error::spec(format_args!("unknown kind `{name}`; known kinds: {}{hint}", known.join(", ")))
    })
}

impl ComponentSpec {
    /// Builds the reward. Weight and name belong to the sum that it becomes a part of.
    ///
    /// # Errors
    /// An unknown kind, an unknown option, or a value the kind refuses.
    ///
    /// ```
    /// use r1rewards::spec::ComponentSpec;
    /// let error = ComponentSpec::new("maths").build().err().unwrap();
    /// assert!(error.to_string().starts_with("unknown kind `maths`; known kinds: "));
    /// ```
    pub fn build(&self) -> Result<Box<dyn Reward>> {
        let kind = kind(&self.kind)?;
        let built = Options::checked(kind, &self.options).and_then(|options| (kind.build)(&options));
        built.map_err(|error| placed(kind, error))
    }
}

/// The error with the kind it belongs to in front, so that a nested spec says where it is wrong.
fn placed(kind: &Kind, error: Error) -> Error {
    let (place, message) = (format!("`{}`: ", kind.name), error.to_string());
    if message.starts_with(&place) { error } else { Error::spec(place + &message) }
}
