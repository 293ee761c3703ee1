//! Which column is what.
//!
//! Accepts: the names of the table below, or any other by [`Fields::map`]. A path walks into objects by key and into lists by index
//! (`choices.0.message.content`); a column whose own name has dots is found first. Refuses: unknown fields and empty paths.

use serde_json::Value;

use crate::core::names::by_name;
use crate::{Error, Result};

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The row's name in results; its number where there is none.
    Id,
    /// A string or a message list.
    Prompt,
    /// A string, a message list (the last assistant message counts), or a list of these.
    Completion,
    /// A string, a number, or a list of acceptable ones.
    Answer,
    /// Tests for code.
    Tests,
    /// The row's own reward spec.
    Reward,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 6] = [Self::Id, Self::Prompt, Self::Completion, Self::Answer, Self::Tests, Self::Reward];

    /// The column it is read from unless mapped.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Prompt => "prompt",
            Self::Completion => "completion",
            Self::Answer => "answer",
            Self::Tests => "tests",
            Self::Reward => "reward",
        }
    }
}

by_name!(Field, "field", all by name);

/// The columns to read.
///
/// ```
/// use r1rewards::rows::Fields;
/// use serde_json::json;
/// let fields = Fields::default().map("completion=output.text")?.map("answer=gold")?;
/// let samples = fields.samples(&json!({"output": {"text": "so 42"}, "gold": 42}), 1)?;
/// assert_eq!((samples[0].completion.as_str(), samples[0].answers()), ("so 42", &["42".to_owned()][..]));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The path of each field, in the order of [`Field::ALL`].
    paths: [String; 6],
}

impl Default for Fields {
    fn default() -> Self {
        Self { paths: Field::ALL.map(|field| field.name().to_owned()) }
    }
}

impl Fields {
    /// The same with one field read from another path: `field=path.to.column`.
    ///
    /// # Errors
    /// Text without `=`, an unknown field, an empty path.
    pub fn map(mut self, assignment: &str) -> Result<Self> {
        let (name, path) = assignment
            .split_once('=')
            .ok_or_else(|| Error::spec(format_args!("`{assignment}` must be written field=path, say completion=output.text")))?;
        let known = || Field::NAMES.join(", ");
        let field = Field::ALL
            .into_iter()
            .find(|field| field.name() == name)
            .ok_or_else(|| Error::spec(format_args!("`{assignment}`: unknown field `{name}`; known fields: {}", known())))?;
        if path.is_empty() {
            return Err(Error::spec(format_args!("`{assignment}`: the path after = is empty")));
        }
        path.clone_into(&mut self.paths[field as usize]);
        Ok(self)
    }

    /// The path that a field is read from.
    pub fn path(&self, field: Field) -> &str {
        &self.paths[field as usize]
    }

    /// The value of a field in a row; null counts as absent.
    pub fn get<'a>(&self, field: Field, row: &'a Value) -> Option<&'a Value> {
        let path = self.path(field);
        let found = row.get(path).or_else(|| {
            path.split('.').try_fold(row, |value, step| match value {
                Value::Array(items) => items.get(step.parse::<usize>().ok()?),
                other => other.get(step),
            })
        });
        found.filter(|value| !value.is_null())
    }

    /// Whether a column is one that a field is read from: no other field of the sample.
    pub(crate) fn reads(&self, column: &str) -> bool {
        self.paths.iter().any(|path| path.split('.').next() == Some(column) || path == column)
    }
}
