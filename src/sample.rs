//! What is judged: a [`Sample`].
//!
//! Accepts: one completion with whatever its row says about the reference. Refuses: lists of completions; a row with several is
//! several samples (the dataset layer makes them).

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde_json::{Map, Value};

/// One completion and its reference.
///
/// ```
/// use r1rewards::Sample;
/// let sample = Sample::new("so \\boxed{42}").with_answer("42").with_prompt("What is 6 times 7?");
/// assert_eq!(sample.answers(), ["42"]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// The row's `id`, or its number; copied to the result.
    pub id: Value,
    /// The prompt (a string or a message list), where the row has one; samples with the same prompt form a group.
    pub prompt: Option<Value>,
    /// What says that samples belong together where there is no prompt to say it: a row with several completions has one.
    pub group: Option<Value>,
    /// The text to judge.
    pub completion: String,
    /// Acceptable reference answers; empty where the row has none.
    pub answers: Vec<String>,
    /// Tests for a code reward, as the row wrote them.
    pub tests: Option<Value>,
    /// The row's other fields, for rewards that route by them.
    pub fields: RowFields,
}

/// The other fields of a row, as the map they are. Copies share them until one is changed: they may hold every token of a completion.
///
/// ```
/// use r1rewards::Sample;
/// let mut sample = Sample::new("42");
/// sample.fields.insert("level".to_owned(), 3.into());
/// assert_eq!(sample.clone().fields["level"], 3);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RowFields(Arc<Map<String, Value>>);

impl Deref for RowFields {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for RowFields {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Map<String, Value>> for RowFields {
    fn from(fields: Map<String, Value>) -> Self {
        Self(Arc::new(fields))
    }
}

impl From<RowFields> for Map<String, Value> {
    fn from(fields: RowFields) -> Self {
        Arc::unwrap_or_clone(fields.0)
    }
}

impl Sample {
    /// A sample with a completion and nothing else.
    pub fn new(completion: impl Into<String>) -> Self {
        Self { completion: completion.into(), ..Self::default() }
    }

    /// Adds an acceptable answer.
    #[must_use]
    pub fn with_answer(mut self, answer: impl Into<String>) -> Self {
        self.answers.push(answer.into());
        self
    }

    /// Sets the prompt.
    #[must_use]
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(Value::String(prompt.into()));
        self
    }

    /// Sets the identifier that result rows carry.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Value>) -> Self {
        self.id = id.into();
        self
    }

    /// What samples of one group have in common: prompt (or group), answers and tests. `None` for a sample that stands alone.
    pub fn group_key(&self) -> Option<GroupKey<'_>> {
        let shared = self.group.as_ref().or(self.prompt.as_ref())?;
        Some(GroupKey { shared, answers: &self.answers, tests: self.tests.as_ref() })
    }

    /// The same row with another completion.
    #[cfg(feature = "format")]
    pub(crate) fn with_completion(&self, completion: String) -> Self {
        Self {
            id: self.id.clone(),
            prompt: self.prompt.clone(),
            group: self.group.clone(),
            completion,
            answers: self.answers.clone(),
            tests: self.tests.clone(),
            fields: self.fields.clone(),
        }
    }

    /// The acceptable answers.
    pub fn answers(&self) -> &[String] {
        &self.answers
    }
}

/// What the samples of one group have in common; see [`Sample::group_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupKey<'a> {
    shared: &'a Value,
    answers: &'a [String],
    tests: Option<&'a Value>,
}
