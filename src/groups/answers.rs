//! What a majority vote needs: the answer of a completion, and whether two answers are the same.
//!
//! Accepts: the ways that specs name, and functions under a name of their own. Refuses: functions without a name, as nothing
//! else of a function can stand in a configuration.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::core::names::unknown;
use crate::reading::{Scope, has_visible};
use crate::structure::find_boxed;
use crate::text::Normalize;
use crate::{Error, Result};

type Take = dyn Fn(&str) -> Option<String> + Send + Sync;
type Same = dyn Fn(&str, &str) -> bool + Send + Sync;

/// Takes the answer from a completion; `None` where there is none.
#[derive(Clone)]
pub struct Extractor {
    config: Value,
    take: Arc<Take>,
}

impl Extractor {
    /// The names in specs: the last box, else the final part; the last box; the final part.
    pub const NAMES: [&'static str; 3] = ["auto", "boxed", "final"];

    /// A function of your own, under a name that stands for it in configurations: two functions that give different answers
    /// need two names.
    pub fn new(name: &str, take: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { config: function(name), take: Arc::new(take) }
    }

    /// The answer of a completion.
    pub fn answer(&self, completion: &str) -> Option<String> {
        (self.take)(completion)
    }

    pub(super) fn config(&self) -> Value {
        self.config.clone()
    }
}

// Not `Display`: a function of the user's has a name that no spec accepts.
impl std::str::FromStr for Extractor {
    type Err = Error;

    /// The extractor of this name. Answers without visible text are none.
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

/// Whether two answers are the same: an equivalence.
#[derive(Clone)]
pub struct SameAnswer {
    /// `None` for equal text, which a spec says by leaving it out.
    config: Option<Value>,
    same: Arc<Same>,
}

impl SameAnswer {
    /// A function of your own, under a name that stands for it in configurations: two functions that judge differently need
    /// two names.
    pub fn new(name: &str, same: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Self {
        Self { config: Some(function(name)), same: Arc::new(same) }
    }

    /// Equal text, upper and lower case alike: the default of specs.
    pub fn text() -> Self {
        let normalize = Normalize { ignore_case: true, ..Normalize::default() };
        Self { config: None, same: Arc::new(move |left, right| normalize.apply(left) == normalize.apply(right)) }
    }

    /// Whether the two are the same.
    pub fn holds(&self, left: &str, right: &str) -> bool {
        (self.same)(left, right)
    }

    pub(super) fn config(&self) -> Option<Value> {
        self.config.clone()
    }
}

/// What stands for a function in a configuration; no spec accepts it.
fn function(name: &str) -> Value {
    json!({ "function": name })
}
