//! Finds a key that an object of a JSON text has twice, of which a reader would silently keep the last.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value in which no object has a key twice.
pub(super) struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Unique;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<Unique>()?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format_args!("the key `{twice}` is given twice: give it once")));
            }
        }
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use crate::RewardSpec;

    #[test]
    fn a_key_given_twice_is_refused_and_the_same_key_of_two_rewards_is_not() {
        let twice = |text: &str| RewardSpec::from_json(text).unwrap_err().to_string();
        let said = twice(r#"[{"kind": "text", "name": "a", "name": "b"}]"#);
        assert!(said.contains("the key `name` is given twice") && said.contains("line 1"), "{said}");
        assert!(twice(r#"{"reward": [], "reward": [{"kind": "text"}]}"#).contains("`reward` is given twice"));
        assert!(twice("[{\"kind\": \"text\", \"name\": 1, \"name\": 1.5}]").contains("given twice"));
        assert!(RewardSpec::from_json(r#"[{"kind": "text", "name": "a"}, {"kind": "text", "name": "b"}]"#).is_ok());
    }
}
