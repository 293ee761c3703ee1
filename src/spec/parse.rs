//! Between specs and JSON values.
//!
//! Accepts: `{"reward": [entry, ...]}`, `[entry, ...]` or one `entry` (an object with a `kind`). Refuses: anything else, naming the
//! entry and the field. Numbers never pass through serde's buffering (`flatten`), which would lose their digits.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::kind::must_be;
use super::{ComponentSpec, RewardSpec};
use crate::core::describe::describe;
use crate::{Error, Result};

impl RewardSpec {
    /// The spec held in a JSON value.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_value(value: &Value) -> Result<Self> {
        let entries = match value {
            Value::Array(entries) => entries.as_slice(),
            Value::Object(map) if map.contains_key("kind") => std::slice::from_ref(value),
            Value::Object(map) => entries_of(map)?,
            other => return Err(Error::spec(must_be("a reward spec", "an object or a list of rewards", other))),
        };
        if entries.is_empty() {
            return Err(Error::spec("the reward spec is empty: write at least one [[reward]] with a `kind`"));
        }
        let components = entries.iter().enumerate().map(|(index, entry)| {
            ComponentSpec::from_value(entry).map_err(|error| Error::spec(format_args!("reward {}: {error}", index + 1)))
        });
        Ok(Self { components: components.collect::<Result<_>>()? })
    }

    /// The spec as a JSON value; [`from_value`](Self::from_value) reads it back.
    pub fn to_value(&self) -> Value {
        let entries = self.components.iter().map(ComponentSpec::to_value).collect();
        Value::Object(Map::from_iter([("reward".to_owned(), Value::Array(entries))]))
    }
}

fn entries_of(map: &Map<String, Value>) -> Result<&[Value]> {
    if let Some(other) = map.keys().find(|key| *key != "reward") {
        return Err(Error::spec(format_args!("unknown field `{other}` next to the rewards: a spec holds `reward` only")));
    }
    match map.get("reward") {
        Some(Value::Array(entries)) => Ok(entries),
        Some(entry @ Value::Object(_)) => Ok(std::slice::from_ref(entry)),
        Some(other) => Err(Error::spec(must_be("`reward`", "a list of objects", other))),
        None => Ok(&[]),
    }
}

impl ComponentSpec {
    /// One entry of a spec.
    ///
    /// # Errors
    /// An entry that is not an object, has no `kind`, or whose `weight` or `name` is of the wrong type.
    pub fn from_value(value: &Value) -> Result<Self> {
        let Value::Object(map) = value else {
            return Err(Error::spec(must_be("a reward", "an object with a `kind`", value)));
        };
        let kind = match map.get("kind") {
            Some(Value::String(kind)) => kind.clone(),
            Some(other) => return Err(Error::spec(must_be("`kind`", "a string", other))),
            None => return Err(Error::spec(format_args!("`kind` is missing from {}", describe(value)))),
        };
        let weight = match map.get("weight") {
            None => 1.0,
            Some(value) => value
                .as_f64()
                .ok_or_else(|| Error::spec(format_args!("`{kind}`: {}", must_be("`weight`", "a finite number", value))))?,
        };
        let name = match map.get("name") {
            None => None,
            Some(Value::String(name)) if !name.is_empty() => Some(name.clone()),
            Some(other) => {
                return Err(Error::spec(format_args!(
                    "`{kind}`: {}",
                    must_be("`name`", "a string of at least one character", other)
                )));
            }
        };
        let own = |key: &str| matches!(key, "kind" | "weight" | "name");
        let options = map.iter().filter(|(key, _)| !own(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(Self { kind, weight, name, options })
    }

    /// The entry as a JSON value; what has its default is left out.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("kind".to_owned(), Value::from(self.kind.as_str()));
        if let Some(name) = &self.name {
            map.insert("name".to_owned(), Value::from(name.as_str()));
        }
        if self.weight.to_bits() != 1.0_f64.to_bits() {
            map.insert("weight".to_owned(), Value::from(self.weight));
        }
        map.extend(self.options.clone());
        Value::Object(map)
    }
}

impl Serialize for RewardSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RewardSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::from_value(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for ComponentSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ComponentSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::from_value(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
