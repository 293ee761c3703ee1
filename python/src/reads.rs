//! Which columns the rewards of a spec read.
//!
//! Accepts: the configuration of a scorer. A kind that is not in the match below may read any column, and so may a
//! reward written in Python that takes `**columns`. A column that no reward reads is not converted: it may have images
//! or any other objects.

use std::collections::BTreeSet;

use pyo3::prelude::*;
use serde_json::{Map, Value};

use super::{custom, errors, value};
use r1rewards::code::forms;
use r1rewards::rows::{ATTEMPTS, Field};

/// How the rewards use a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A reward names it.
    Needed,
    /// A reward uses it if it can be read.
    Welcome,
    /// Samples with equal values are judged together, which saves work and changes no outcome.
    Key,
    /// No reward reads it.
    Nothing,
}

/// The columns that some rewards read.
#[derive(Debug, Default)]
pub(super) struct Reads {
    named: BTreeSet<String>,
    /// Columns that complete others, if they are present.
    welcome: BTreeSet<String>,
    /// A reward judges the whole group.
    groups: bool,
    /// A reward may read any column.
    rest: bool,
    /// Columns that a reward written in Python names.
    python: BTreeSet<String>,
    /// A row may have its own spec, whose rewards may read any column.
    own_specs: bool,
}

impl Reads {
    /// The columns that the rewards of a scorer read.
    pub(super) fn of(py: Python<'_>, config: &Value, needs_whole_group: bool) -> PyResult<Self> {
        let mut reads = Self { groups: needs_whole_group, ..Self::default() };
        reads.walk(py, config)?;
        Ok(reads)
    }

    /// How the rewards use a column, in rows that have their own spec (`own_spec`) or not.
    pub(super) fn column(&self, name: &str, own_spec: bool) -> Use {
        let rest = self.rest || own_spec && self.own_specs;
        let reference = name == Field::Answer.name() || name == Field::Tests.name();
        let prompt = name == Field::Prompt.name();
        if self.named.contains(name) || rest && reference || self.groups && prompt {
            Use::Needed
        } else if rest || self.groups && reference || self.welcome.contains(name) {
            Use::Welcome
        } else if prompt {
            Use::Key
        } else {
            Use::Nothing
        }
    }

    /// Whether a reward written in Python names the column, so that it gets missing values as None.
    pub(super) fn hands_on(&self, name: &str) -> bool {
        self.python.contains(name)
    }

    /// The columns that a reward names.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(String::as_str)
    }

    fn walk(&mut self, py: Python<'_>, config: &Value) -> PyResult<()> {
        match config {
            Value::Object(map) => {
                if let Some(Value::String(kind)) = map.get("kind") {
                    self.kind(py, kind, map)?;
                }
                // A schema is data; a key `kind` in it is not a reward.
                map.iter().filter(|(name, _)| *name != "schema").try_for_each(|(_, value)| self.walk(py, value))
            }
            Value::Array(values) => values.iter().try_for_each(|value| self.walk(py, value)),
            _ => Ok(()),
        }
    }

    /// Tests in the forms of data sets are read together with the columns next to them.
    fn beside_tests(&mut self) {
        self.welcome.extend(forms::BESIDE.map(str::to_owned));
    }

    fn kind(&mut self, py: Python<'_>, kind: &str, options: &Map<String, Value>) -> PyResult<()> {
        let text = |name: &str| options.get(name).and_then(Value::as_str);
        let column = |option: &str, default: &str| text(option).unwrap_or(default).to_owned();
        let counts_tokens = text("unit").map_or(kind == "soft_overlong", |unit| unit == "tokens");
        match kind {
            "auto" => {
                self.own_specs = true;
                self.named.extend([Field::Reward, Field::Tests, Field::Answer].map(|field| field.name().to_owned()));
                self.beside_tests();
            }
            "math" | "text" => drop(self.named.insert(Field::Answer.name().to_owned())),
            "choice" => self.named.extend([Field::Answer.name().to_owned(), column("options_field", "choices")]),
            "code" => {
                self.named.insert(Field::Tests.name().to_owned());
                self.beside_tests();
            }
            "schema" if options.contains_key("schema") => {}
            "schema" => drop(self.named.insert(column("schema_field", "schema"))),
            "ifeval" => self.named.extend(["instruction_id_list", "kwargs"].map(str::to_owned)),
            "length" | "soft_overlong" | "cosine_length" | "kimi_length" if counts_tokens => {
                self.named.insert(column("token_field", r1rewards::text::LengthUnit::TOKEN_FIELD));
            }
            "repetition" if counts_tokens => {
                self.named.insert(column("token_field", r1rewards::text::RepetitionUnit::TOKEN_FIELD));
            }
            "route" => self.named.extend(text("field").map(str::to_owned)),
            "self_correction" => drop(self.named.insert(column("attempts_field", ATTEMPTS))),
            "satori" => {
                self.named.insert(column("origin_field", "origin"));
                self.named.extend(text("score_field").map(str::to_owned));
            }
            custom::NAME => match custom::wanted(py, &column("callable", ""))? {
                Some(names) => {
                    self.named.extend(names.iter().cloned());
                    self.python.extend(names);
                }
                None => self.rest = true,
            },
            known if READS_THE_COMPLETION.contains(&known) => {}
            _ => self.rest = true,
        }
        Ok(())
    }
}

/// Kinds that read no column (the rewards inside them may).
const READS_THE_COMPLETION: [&str; 22] = [
    "sum",
    "all",
    "any",
    "min",
    "product",
    "gate",
    "clip",
    "map",
    "format",
    "tag_count",
    "reasoning_steps",
    "code_format",
    "majority",
    "diversity",
    "length",
    "soft_overlong",
    "cosine_length",
    "kimi_length",
    "repetition",
    "distinct",
    "language",
    "data",
];

/// The columns that a configuration names, sorted, and whether its rewards may read any other column.
#[pyfunction]
pub(super) fn columns_read(py: Python<'_>, config: &Bound<'_, PyAny>) -> PyResult<(Vec<String>, bool)> {
    let config = value::from_python(config).map_err(|problem| errors::spec(format!("the configuration {problem}")))?;
    let reads = Reads::of(py, &config, false)?;
    Ok((reads.named.into_iter().collect(), reads.rest))
}
