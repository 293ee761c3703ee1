//! Extraction and comparison of answers for majority votes.
//!
//! Accepts: the methods that specs name, and the caller's functions, each with a name: a configuration can hold only
//! the name of a function.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::core::names::unknown;
use crate::reading::{Scope, has_visible};
use crate::structure::find_boxed;
use crate::text::Normalize;
use crate::{Error, Result};

type Take = dyn Fn(&str) -> Option<String> + Send + Sync;
type Same = dyn Fn(&str, &str) -> bool + Send + Sync;

/// Extracts the answer from a completion; `None` if there is none.
#[derive(Clone)]
pub struct Extractor {
    config: Value,
    take: Arc<Take>,
}

impl Extractor {
    /// The names in specs: `auto` takes the last box, else the final part; `boxed` the last box; `final` the final
    /// part.
    pub const NAMES: [&'static str; 3] = ["auto", "boxed", "final"];

    /// A custom function with the name that configurations have for it. Two functions that give different answers need
    /// two names.
    pub fn new(name: &str, take: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { config: function(name), take: Arc::new(take) }
    }

    /// Extracts the answer of a completion.
    pub fn answer(&self, completion: &str) -> Option<String> {
        (self.take)(completion)
    }

    pub(super) fn config(&self) -> Value {
        self.config.clone()
    }
}

// There is no `Display`: specs do not accept the name of a custom function.
impl std::str::FromStr for Extractor {
    type Err = Error;

    /// The extractor with this name in specs. An answer without visible text counts as no answer.
    ///
    /// ```
    /// use r1rewards::groups::Extractor;
    /// let boxed: Extractor = "boxed".parse()?;
    /// assert_eq!(boxed.answer(r"so \boxed{7}").as_deref(), Some("7"));
    /// assert_eq!(boxed.answer("so 7"), None);
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    fn from_str(name: &str) -> Result<Self> {
        let take: fn(&str) -> Option<String> = match name {
            "auto" => |text| {
                let part = Scope::Final.of(text);
                Some(find_boxed(&part).pop().map_or(part.as_ref(), |content| &part[content]).to_owned())
            },
            "boxed" => |text| {
                let part = Scope::Answer.of(text);
                find_boxed(&part).pop().map(|content| part[content].to_owned())
            },
            "final" => |text| Some(Scope::Final.of(text).into_owned()),
            other => return Err(unknown("extract", &Self::NAMES, other)),
        };
        Ok(Self { config: name.into(), take: Arc::new(move |text| take(text).filter(|answer| has_visible(answer))) })
    }
}

/// Tells whether two answers are equal; must be an equivalence relation.
#[derive(Clone)]
pub struct SameAnswer {
    /// `None` for equality of text, for which a spec leaves the option out.
    config: Option<Value>,
    same: Arc<Same>,
}

impl SameAnswer {
    /// A custom function with the name that configurations have for it. Two functions that compare differently need two
    /// names.
    pub fn new(name: &str, same: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Self {
        Self { config: Some(function(name)), same: Arc::new(same) }
    }

    /// Equality of text, ignoring case: the default of specs.
    pub fn text() -> Self {
        let normalize = Normalize { ignore_case: true, ..Normalize::default() };
        Self { config: None, same: Arc::new(move |left, right| normalize.apply(left) == normalize.apply(right)) }
    }

    /// Whether two answers are equal.
    pub fn holds(&self, left: &str, right: &str) -> bool {
        (self.same)(left, right)
    }

    pub(super) fn config(&self) -> Option<Value> {
        self.config.clone()
    }
}

/// The value that represents a function in a configuration; specs do not accept it.
fn function(name: &str) -> Value {
    json!({ "function": name })
}
