//! The input of a reward: a [`Sample`], which is one completion with its reference.
//!
//! A row with several completions becomes several samples ([`Fields::read`](crate::rows::Fields::read)).

use serde_json::Value;

use crate::{RowFields, Shared};

/// The field of a sample that holds the texts of an episode's attempts, in order; the last one is the completion.
pub const ATTEMPTS: &str = "attempts";

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
    /// The prompt (a string or a message list), if the row has one; samples with the same prompt form a group.
    pub prompt: Option<Shared<Value>>,
    /// The group's key if there is no prompt: a row with several completions and no prompt has its id here.
    pub group: Option<Value>,
    /// A hash of what belongs to the problem besides prompt and reference: pictures, a reward of the row's own, the options of a
    /// multiple choice. Samples that differ in it are of different groups. `None` if the row has nothing of the kind.
    pub context: Option<u64>,
    /// The text to judge.
    pub completion: String,
    /// The acceptable reference answers; empty if the row has none.
    pub answers: Shared<Vec<String>>,
    /// The tests for a code reward, as the row has them.
    pub tests: Option<Shared<Value>>,
    /// The row's other fields, for rewards that read or route by them.
    pub fields: RowFields,
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
        self.prompt = Some(Value::String(prompt.into()).into());
        self
    }

    /// Sets the identifier, which is copied to the result row.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Value>) -> Self {
        self.id = id.into();
        self
    }

    /// The key of the sample's group: prompt (or group), answers, tests and context. `None` if the sample belongs to no group.
    pub fn group_key(&self) -> Option<GroupKey<'_>> {
        let shared = self.group.as_ref().or(self.prompt.as_deref())?;
        Some(GroupKey {
            is_named: self.group.is_some(),
            shared,
            answers: &self.answers,
            tests: self.tests.as_deref(),
            context: self.context,
        })
    }

    /// Whether both share their values in memory (samples of one row do), so that their group keys are equal without
    /// comparing megabytes.
    pub(crate) fn shares_group_with(&self, other: &Self) -> bool {
        fn is<T>(one: Option<&Shared<T>>, other: Option<&Shared<T>>) -> bool {
            match (one, other) {
                (Some(one), Some(other)) => one.is(other),
                (one, other) => one.is_none() && other.is_none(),
            }
        }
        self.answers.is(&other.answers)
            && is(self.prompt.as_ref(), other.prompt.as_ref())
            && is(self.tests.as_ref(), other.tests.as_ref())
            && self.group == other.group
            && self.context == other.context
    }

    /// The same row with another completion.
    #[cfg(feature = "rules")]
    pub(crate) fn with_completion(&self, completion: String) -> Self {
        Self {
            id: self.id.clone(),
            prompt: self.prompt.clone(),
            group: self.group.clone(),
            context: self.context,
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

/// The key of a group; see [`Sample::group_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupKey<'a> {
    /// Whether it is of a group with a name, which is another than that of a prompt with the same text.
    is_named: bool,
    shared: &'a Value,
    answers: &'a [String],
    tests: Option<&'a Value>,
    context: Option<u64>,
}
