//! Which column is what: from a row to its samples.
//!
//! Accepts: the names of the table below, or any other by [`Fields::map`]. A path walks into objects by key and into lists by index
//! (`choices.0.message.content`); a column whose own name has dots is found first. Refuses: rows without a completion, and columns of
//! the wrong type; the message names the column.

use serde_json::{Map, Value};

use super::text;
use crate::spec::describe;
use crate::{Error, Result, Sample};

/// The field of a sample that holds the texts of an episode's attempts, in order, the completion being the last.
pub const ATTEMPTS: &str = "attempts";

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
    pub fn name(self) -> &'static str {
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

/// The columns to read.
///
/// ```
/// use r1rewards::dataset::Fields;
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
        let known = || Field::ALL.map(Field::name).join(", ");
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

    /// The samples of a row; `number` is its place among the rows, and its id where it has none.
    ///
    /// A list of completions gives one sample each, of one group, with the ids `ID/0`, `ID/1`, ... A conversation in which the assistant
    /// speaks several times leaves all of its texts in the field [`ATTEMPTS`], where the row has no such column.
    ///
    /// # Errors
    /// A row that is no object, has no completion, or has a column of the wrong type.
    pub fn samples(&self, row: &Value, number: u64) -> Result<Vec<Sample>> {
        let Value::Object(columns) = row else {
            return Err(Error::row(format_args!("the row must be an object, got {}", describe(row))));
        };
        let Some(completion) = self.get(Field::Completion, row) else {
            return Err(Error::row(format_args!("the column `{}` is missing", self.path(Field::Completion))));
        };
        let wrong = |field: Field| move |problem: String| Error::row(format_args!("the column `{}` {problem}", self.path(field)));
        let id = self.id(row, number);
        let answers = self.get(Field::Answer, row).map_or(Ok(Vec::new()), text::answers).map_err(wrong(Field::Answer))?;
        let completions = text::completions(completion).map_err(wrong(Field::Completion))?;
        let several = text::is_list(completion);
        let sample = Sample {
            prompt: self.get(Field::Prompt, row).cloned(),
            group: several.then(|| id.clone()).filter(|_| self.get(Field::Prompt, row).is_none()),
            id,
            completion: String::new(),
            answers,
            tests: self.get(Field::Tests, row).cloned(),
            fields: self.others(columns, row).into(),
        };
        let mut earlier = text::attempts(completion).into_iter();
        let of_completion = |(index, completion)| {
            let id = if several { Value::from(format!("{}/{index}", plain(&sample.id))) } else { sample.id.clone() };
            let mut sample = Sample { id, completion, ..sample.clone() };
            if let Some(attempts) = earlier.next().flatten() {
                sample.fields.entry(ATTEMPTS).or_insert(attempts);
            }
            sample
        };
        Ok(completions.into_iter().enumerate().map(of_completion).collect())
    }

    /// The id of a row, or its number where it has none (or is no row at all).
    pub fn id(&self, row: &Value, number: u64) -> Value {
        self.get(Field::Id, row).cloned().unwrap_or_else(|| Value::from(number))
    }

    /// The columns that are none of the fields, and the row's own spec under its own name.
    fn others(&self, columns: &Map<String, Value>, row: &Value) -> Map<String, Value> {
        let is_field = |name: &str| self.paths.iter().any(|path| path.split('.').next() == Some(name) || path == name);
        let others = columns.iter().filter(|(name, _)| !is_field(name)).map(|(name, value)| (name.clone(), value.clone()));
        let spec = self.get(Field::Reward, row).map(|spec| (Field::Reward.name().to_owned(), spec.clone()));
        others.chain(spec).collect()
    }
}

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
