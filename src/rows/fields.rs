//! Maps the fields of a sample to the columns of a row.
//!
//! Each [`Field`] is read from the column of its name, or from another path set with [`Fields::map`]. A path goes into
//! objects by key and into lists by index (`choices.0.message.content`); a column whose name is the whole path comes
//! first.

use serde_json::Value;

use crate::core::names::by_name;
use crate::{Error, Result};

/// A field of a sample, read from a column of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The row's id in results; default: its number.
    Id,
    /// A string or a message list.
    Prompt,
    /// A string, a message list (the last assistant message counts), or a list of these.
    Completion,
    /// The reference: a string, a number, or a list of acceptable ones.
    Answer,
    /// Tests for a program.
    Tests,
    /// The row's own reward spec.
    Reward,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 6] = [Self::Id, Self::Prompt, Self::Completion, Self::Answer, Self::Tests, Self::Reward];

    /// The column that it is read from by default.
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

/// The column of each field.
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
    /// Reads one field from another path, written `field=path.to.column`.
    ///
    /// # Errors
    /// Text without `=`, an unknown field, or an empty path.
    pub fn map(mut self, assignment: &str) -> Result<Self> {
        let (name, path) = assignment.split_once('=').ok_or_else(|| {
            Error::spec(format_args!("`{assignment}` must be written field=path, for example completion=output.text"))
        })?;
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

    /// Whether a field is read from this column. Such a column is not among the other fields of the sample.
    pub(crate) fn reads(&self, column: &str) -> bool {
        self.paths.iter().any(|path| path.split('.').next() == Some(column) || path == column)
    }
}
