//! Specs as data: rewards by their kinds and options.

use serde_json::{Map, Value};

use super::twice::Unique;
use crate::{Error, Result};

/// One reward of a spec: its kind, its options, its share in the sum.
///
/// ```
/// use r1rewards::spec::ComponentSpec;
/// let spec = ComponentSpec::new("math").with_option("policy", "lenient").with_weight(0.5);
/// assert_eq!(spec.to_value()["policy"], "lenient");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentSpec {
    /// What it is: `math`, `format`, ... ([`kinds`](super::kinds) lists them).
    pub kind: String,
    /// The factor of its value in the sum, 1 by default. With 0 it is computed and reported, and changes nothing.
    pub weight: f64,
    /// Its name in results; by default the kind.
    pub name: Option<String>,
    /// The options of its kind.
    pub options: Map<String, Value>,
}

impl ComponentSpec {
    /// A reward of that kind, with the defaults of its kind.
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), weight: 1.0, name: None, options: Map::new() }
    }

    /// The same with an option set.
    #[must_use]
    pub fn with_option(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// The same with another weight.
    #[must_use]
    pub fn with_weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// The same with that name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// Rewards to be summed, as data.
///
/// ```
/// use r1rewards::RewardSpec;
/// let spec = RewardSpec::from_toml(r#"
///     [[reward]]
///     kind = "math"
///     policy = "strict"
///
///     [[reward]]
///     kind = "math"
///     name = "lenient"
///     policy = "lenient"
///     weight = 0.1
/// "#)?;
/// assert_eq!(spec, RewardSpec::from_json(&spec.to_json())?);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RewardSpec {
    /// The rewards, in the order results show them. The first one of non-zero weight gives the verdict.
    pub components: Vec<ComponentSpec>,
}

impl RewardSpec {
    /// One reward of that kind.
    pub fn kind(kind: impl Into<String>) -> Self {
        Self { components: vec![ComponentSpec::new(kind)] }
    }

    /// The spec written as TOML.
    ///
    /// # Errors
    /// Text that is not TOML or not a spec. Kinds and options are checked when the rewards are built.
    pub fn from_toml(text: &str) -> Result<Self> {
        let value: Map<String, Value> =
            toml::from_str(text).map_err(|error| Error::spec(format_args!("not TOML: {}", error.to_string().trim_end())))?;
        Self::from_value(&Value::Object(value))
    }

    /// The spec written as JSON.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml); a key twice in an object.
    pub fn from_json(text: &str) -> Result<Self> {
        let not_json = |error| Error::spec(format_args!("not JSON: {error}"));
        let value: Value = serde_json::from_str(text).map_err(not_json)?;
        serde_json::from_str::<Unique>(text).map_err(|error| Error::spec(error.to_string()))?;
        Self::from_value(&value)
    }

    /// The spec as JSON text: `{"reward": [...]}`.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }
}
