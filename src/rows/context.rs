//! What belongs to a problem besides its prompt and its reference: pictures, a reward of the row's own, and the columns that options of
//! the rewards name (the options of a multiple choice).
//!
//! Rows that differ in it are different problems: they are of different groups, and the result of one is not that of the other.

use serde_json::Value;
use twox_hash::XxHash3_64;

use super::field::Field;
use crate::core::hash::write_canonical;
use crate::core::json_value::is_nothing;

/// The columns that hold pictures and the like, under the names that data sets give them.
const PICTURES: [&str; 5] = ["image", "images", "figure", "video", "audio"];

/// The hashes of what belongs to a row's problem besides prompt and reference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Of its pictures and its own reward, whatever the rewards are.
    pub own: Option<u64>,
    /// Of the columns that options of the rewards name.
    pub named: Option<u64>,
}

impl Context {
    /// Of a row, of which `get` gives a column; with the columns `named`.
    pub(super) fn of(named: &[String], reward: Option<&Value>, get: impl Fn(&str) -> Option<Value>) -> Self {
        let own = reward.map(|reward| (Field::Reward.name(), reward.clone()));
        let own = own.into_iter().chain(PICTURES.into_iter().filter_map(|name| Some((name, get(name)?))));
        let named = named.iter().filter_map(|name| Some((name.as_str(), get(name)?)));
        Self { own: hash(own), named: hash(named) }
    }

    /// Of both together.
    pub(super) fn whole(self) -> Option<u64> {
        match (self.own, self.named) {
            (Some(own), Some(named)) => Some(XxHash3_64::oneshot_with_seed(own, &named.to_le_bytes())),
            (own, named) => own.or(named),
        }
    }
}

fn hash<'n>(columns: impl Iterator<Item = (&'n str, Value)>) -> Option<u64> {
    let mut text = String::new();
    for (name, value) in columns.filter(|(_, value)| !is_nothing(value)) {
        text += &format!("{}:", Value::from(name));
        // Writing to text does not fail.
        let _ = write_canonical(&value, &mut text);
        text.push(',');
    }
    (!text.is_empty()).then(|| XxHash3_64::oneshot(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_named_columns_and_the_reward_count_and_nothing_else() {
        let named = ["choices".to_owned()];
        let of = |row: &Value| Context::of(&named, row.get("reward"), |name| row.get(name).cloned()).whole();
        assert_eq!(of(&json!({"level": 3, "image": null, "choices": []})), None);
        let one = of(&json!({"choices": ["1", "2"]}));
        assert!(one.is_some() && one == of(&json!({"choices": ["1", "2"], "level": 3})));
        for other in [
            json!({"choices": ["2", "1"]}),
            json!({"image": "a.png"}),
            json!({"image": "b.png"}),
            json!({"reward": {"kind": "math"}}),
            json!({"choices": ["1", "2"], "image": "a.png"}),
        ] {
            assert_ne!(of(&other), one, "{other}");
        }
    }
}
