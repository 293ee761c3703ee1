//! Maps the fields of a sample to the columns of a row.
//!
//! Each [`Field`] is read from the column of its name, or from another path set with [`Fields::map`], or from where a
//! [`Preset`](super::presets::Preset) says. A path goes into objects by key and into lists by index
//! (`choices.0.message.content`); `*` is every item of a list (`outputs.*.text`, also written `outputs[].text`). A column
//! whose name is the whole path comes first.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::field::Field;
#[cfg(feature = "cli")]
use super::format::Format;
use super::presets::{Choice, Preset};
use crate::core::path;
use crate::{Error, Result};

/// How rows are read: the column of each field, the format and the presets.
///
/// ```
/// use r1rewards::rows::Fields;
/// use serde_json::json;
/// let fields = Fields::default().map("completion=output.text")?.map("answer=gold")?;
/// let samples = fields.samples(&json!({"output": {"text": "so 42"}, "gold": 42}), 1)?;
/// assert_eq!((samples[0].completion.as_str(), samples[0].answers()), ("so 42", &["42".to_owned()][..]));
///
/// let fields = Fields::default().map("completion=outputs[].text")?;
/// let samples = fields.samples(&json!({"outputs": [{"text": "1"}, {"text": "2"}], "answer": 2}), 1)?;
/// assert_eq!((samples.len(), samples[1].completion.as_str()), (2, "2"));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The path of each field, in the order of [`Field::ALL`].
    pub(super) paths: Arc<[String; 6]>,
    /// Whether each path was set with [`map`](Self::map).
    pub(super) given: [bool; 6],
    pub(super) choice: Choice,
    /// The columns that belong to the problem because the rewards read them; see `context.rs`.
    pub(super) context: Arc<[String]>,
    /// The preset of the source.
    pub(super) settled: Option<Settled>,
    #[cfg(feature = "cli")]
    pub(super) format: Option<Format>,
}

/// A preset that applies to a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settled {
    pub preset: &'static Preset,
    /// How a row is read to which the preset does not apply; `None`: it is refused.
    pub own: Option<Arc<Fields>>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            paths: Arc::new(Field::ALL.map(|field| field.name().to_owned())),
            given: [false; 6],
            choice: Choice::default(),
            context: Arc::default(),
            settled: None,
            #[cfg(feature = "cli")]
            format: None,
        }
    }
}

impl Fields {
    /// Reads one field from another path, written `field=path.to.column`.
    ///
    /// # Errors
    /// Text without `=`, an unknown field, an empty path, or a field that is already read from another path.
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
        if self.given[field as usize] && self.path(field) != path {
            let before = self.path(field);
            return Err(Error::spec(format_args!("`{name}={before}` and `{assignment}` contradict each other: give one of them")));
        }
        path.clone_into(&mut Arc::make_mut(&mut self.paths)[field as usize]);
        self.given[field as usize] = true;
        Ok(self)
    }

    /// Adds columns that belong to the problem of a row because the rewards read them, such as the options of a multiple choice.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn with_context(mut self, columns: &[String]) -> Self {
        let mut context = [&self.context[..], columns].concat();
        context.sort();
        context.dedup();
        self.context = context.into();
        self
    }

    /// The columns of [`with_context`](Self::with_context).
    #[cfg(feature = "cli")]
    pub(crate) fn context(&self) -> &Arc<[String]> {
        &self.context
    }

    /// Chooses the preset: `auto` (the default: the one that the first rows of a source show), `none`, or a name.
    ///
    /// # Errors
    /// An unknown name.
    pub fn preset(mut self, name: &str) -> Result<Self> {
        self.choice = match name {
            "auto" => Choice::Auto,
            "none" => Choice::Off,
            other => Choice::Named(Preset::named(other)?),
        };
        Ok(self)
    }

    /// Sets the format of all sources, which is otherwise recognised by their content.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The format that was set.
    #[cfg(feature = "cli")]
    pub(crate) fn given_format(&self) -> Option<Format> {
        self.format
    }

    /// The name of the preset that applies.
    pub fn settled(&self) -> Option<&'static str> {
        self.settled.as_ref().map(|settled| settled.preset.name)
    }

    /// How a row is read in which `has` finds paths, and `usable` says whether a column holds a value that can be a field.
    ///
    /// # Errors
    /// A row without a column of the preset that is demanded.
    pub(super) fn of_row(&self, has: impl Fn(&str) -> bool, usable: impl Fn(&str) -> bool) -> Result<&Self> {
        let Some(Settled { preset, own }) = &self.settled else { return Ok(self) };
        match (preset.columns.iter().find(|path| !has(path)), own) {
            (None, Some(own)) if self.is_shadowed(preset, usable) => Ok(own),
            (None, _) => Ok(self),
            (Some(_), Some(own)) => Ok(own),
            (Some(path), None) => Err(Error::row(format_args!("the row lacks the column `{path}` of the preset {}", preset.name))),
        }
    }

    /// The reference in the value of the answer's column.
    ///
    /// # Errors
    /// A column from which the preset cannot take it.
    pub(super) fn reference(&self, value: Value) -> std::result::Result<Value, String> {
        match &self.settled {
            Some(settled) if !self.given[Field::Answer as usize] => settled.preset.reference.of(value),
            _ => Ok(value),
        }
    }

    /// The preset that was chosen, as [`preset`](Self::preset) takes it.
    #[cfg(feature = "cli")]
    pub(crate) fn chosen(&self) -> &'static str {
        match self.choice {
            Choice::Auto => "auto",
            Choice::Off => "none",
            Choice::Named(name) => name,
        }
    }

    /// The paths of all fields.
    pub(super) fn paths(&self) -> Arc<[String; 6]> {
        Arc::clone(&self.paths)
    }

    /// The path that a field is read from.
    pub fn path(&self, field: Field) -> &str {
        &self.paths[field as usize]
    }

    /// The value of a field in a row; null counts as absent.
    pub fn get<'a>(&self, field: Field, row: &'a Value) -> Option<Cow<'a, Value>> {
        let path = self.path(field);
        let found = row.get(path).map(Cow::Borrowed).or_else(|| path::in_value(path, row));
        found.filter(|value| !value.is_null())
    }

    /// The fields whose paths were set with [`map`](Self::map), and the paths.
    #[cfg(feature = "cli")]
    pub(crate) fn mapped(&self) -> impl Iterator<Item = (Field, &str)> {
        Field::ALL.into_iter().filter(|field| self.given[*field as usize]).map(|field| (field, self.path(field)))
    }

    /// Whether a field is read from this column. Such a column is not among the other fields of the sample.
    pub(crate) fn reads(&self, column: &str) -> bool {
        let unread = self.path(Field::Reward).is_empty() && column == Field::Reward.name();
        unread || self.paths.iter().any(|path| path == column || path::column(path) == column)
    }
}
