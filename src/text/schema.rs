//! JSON that satisfies a JSON Schema.
//!
//! Accepts: schemas of drafts 4 to 2020-12, given in the spec or in a field of the row. Nothing is fetched: a schema
//! whose `$ref` is a file or an address does not compile. Patterns run in linear time.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::data::{BlockChoice, DataFormat};
use crate::reading::{Scope, has_visible, trim};
use crate::{Error, Outcome, Reason, Result, Reward, Sample};

/// Rewards JSON that satisfies a schema.
///
/// ```
/// use serde_json::json;
/// use r1rewards::{Reward, Sample, text::JsonSchema};
/// let schema = json!({"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}}});
/// let reward = JsonSchema::new(&schema)?;
/// assert!(reward.score(&Sample::new("{\"age\": 7}")).is_correct());
/// assert_eq!(reward.score(&Sample::new("{\"age\": 7.5}")).reason.code(), "schema_violation");
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct JsonSchema {
    source: Source,
    block: BlockChoice,
    scope: Scope,
}

enum Source {
    Given { schema: Value, compiled: Box<Compiled> },
    Field(String),
}

struct Compiled {
    schemas: Schemas,
    index: SchemaIndex,
}

impl JsonSchema {
    /// A schema for every row.
    ///
    /// # Errors
    /// A schema that does not compile.
    pub fn new(schema: &Value) -> Result<Self> {
        let compiled = compile(schema).map_err(|message| Error::option("schema", "a schema that does not compile", message))?;
        let source = Source::Given { schema: schema.clone(), compiled: Box::new(compiled) };
        Ok(Self { source, block: BlockChoice::Auto, scope: Scope::Final })
    }

    /// Each row's own schema, in a field: an object, or a string that has one. Rows without a schema that compiles are
    /// unscored.
    pub fn from_field(field: impl Into<String>) -> Self {
        Self { source: Source::Field(field.into()), block: BlockChoice::Auto, scope: Scope::Final }
    }

    /// Sets where the JSON is.
    #[must_use]
    pub fn block(mut self, block: BlockChoice) -> Self {
        self.block = block;
        self
    }

    /// Which part of the completion is read.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    fn judge(&self, part: &str, compiled: &Compiled) -> Outcome {
        let data = match self.block.find(part, DataFormat::Json) {
            Err(reason) => return Outcome::incorrect(reason),
            Ok(data) if !has_visible(&data) => return Outcome::incorrect(Reason::SectionBlank),
            Ok(data) => data,
        };
        let value: Value = match serde_json::from_str(trim(&data)) {
            Ok(value) => value,
            Err(error) => return Outcome::incorrect(Reason::InvalidSyntax).with_detail(error.to_string()),
        };
        match compiled.schemas.validate(&value, compiled.index) {
            Ok(()) => Outcome::correct(Reason::Passed),
            Err(error) => {
                // The first of the innermost causes names the value at fault; the outer ones only name the schema
                // around it.
                let mut cause = &error;
                while let Some(first) = cause.causes.first() {
                    cause = first;
                }
                Outcome::incorrect(Reason::SchemaViolation).with_detail(format!("at `{}`: {}", cause.instance_location, cause.kind))
            }
        }
    }
}

impl Reward for JsonSchema {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn config(&self) -> Value {
        let mut config = json!({ "kind": "schema", "block": self.block.name(), "scope": self.scope.name() });
        match &self.source {
            Source::Given { schema, .. } => config["schema"] = schema.clone(),
            Source::Field(field) => config["schema_field"] = field.as_str().into(),
        }
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let part = self.scope.of(&sample.completion);
        let outcome = match &self.source {
            Source::Given { compiled, .. } => self.judge(&part, compiled),
            Source::Field(field) => match row_schema(sample, field) {
                Ok(compiled) => self.judge(&part, &compiled),
                Err((reason, detail)) => Outcome::unscored(reason).with_detail(detail),
            },
        };
        outcome.with_work(part.len() as u64)
    }
}

fn row_schema(sample: &Sample, field: &str) -> std::result::Result<Compiled, (Reason, String)> {
    let missing = || (Reason::FieldMissing, format!("the row has no schema in `{field}`"));
    let compiled = match sample.fields.read(field)?.ok_or_else(missing)? {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(schema) => compile(&schema),
            Err(error) => Err(error.to_string()),
        },
        schema => compile(schema),
    };
    compiled.map_err(|message| (Reason::BadSpec, message))
}

fn compile(schema: &Value) -> std::result::Result<Compiled, String> {
    const NAME: &str = "urn:r1rewards:schema";
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(boon::SchemeUrlLoader::new()));
    compiler.enable_format_assertions();
    compiler.add_resource(NAME, schema.clone()).map_err(|error| format!("{error:#}"))?;
    let index = compiler.compile(NAME, &mut schemas).map_err(|error| format!("{error:#}"))?;
    Ok(Compiled { schemas, index })
}
