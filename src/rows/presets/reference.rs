//! Takes the reference from the text that a data set stores.

use serde_json::Value;

/// How the reference is taken from its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rows) enum Reference {
    /// The column is the reference. A text with `####` in it is refused: it is a worked solution.
    Whole,
    /// As [`Whole`](Self::Whole); the JSON text of a list of texts (`["1/2", "0.5"]`) is that list of acceptable answers.
    Listed,
    /// What follows the last `####`.
    AfterHashes,
    /// The content of the last box.
    LastBox,
    /// The content of the last box if there is one, else the whole text.
    BoxOrWhole,
    /// The column is the reference, except for words that say that there is none (`proof`, `notfound`).
    Sentinel,
}

impl Reference {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Whole => "the column",
            Self::Listed => "the column; the JSON text of a list of texts is a list of acceptable answers",
            Self::AfterHashes => "what follows the last `####`",
            Self::LastBox => "the content of the last box",
            Self::BoxOrWhole => "the content of the last box, else the text",
            Self::Sentinel => "the column, unless it says that there is none (`proof`)",
        }
    }

    /// The reference in a column.
    ///
    /// # Errors
    /// A column without one, worded to follow the column's name.
    pub(in crate::rows) fn of(self, value: Value) -> Result<Value, String> {
        let Value::String(text) = &value else {
            return match self {
                Self::AfterHashes | Self::LastBox => Err("must be text that holds the answer".to_owned()),
                _ => Ok(value),
            };
        };
        match self {
            Self::Whole | Self::Listed if text.contains("####") => {
                Err("holds `####`, so it is a worked solution and not the answer alone: say --preset gsm8k".to_owned())
            }
            Self::Whole => Ok(value),
            Self::Listed => Ok(listed(text).unwrap_or(value)),
            Self::AfterHashes => after_hashes(text),
            Self::LastBox => last_box(text)?.ok_or_else(|| "has no box, so its answer is unknown".to_owned()),
            Self::BoxOrWhole => Ok(last_box(text)?.unwrap_or(value)),
            Self::Sentinel => sentinel(value),
        }
    }
}

/// The list that a text is, if it is a JSON list of texts. A list of numbers may be an interval or a list of values.
fn listed(text: &str) -> Option<Value> {
    let items: Vec<String> = serde_json::from_str(text).ok()?;
    (!items.is_empty()).then(|| Value::from(items))
}

fn after_hashes(text: &str) -> Result<Value, String> {
    let (_, rest) = text.rsplit_once("####").ok_or("has no `####`, so its answer is unknown")?;
    let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
    if line.trim().is_empty() || !below.trim().is_empty() {
        return Err("must have the answer on the line of the last `####`, and nothing below it".to_owned());
    }
    Ok(Value::from(line.trim()))
}

fn sentinel(value: Value) -> Result<Value, String> {
    const WORDS: [&str; 3] = ["proof", "notfound", "not found"];
    let text = value.as_str().unwrap_or_default().trim().to_lowercase();
    if text.is_empty() || WORDS.contains(&&*text) { Err(format!("is `{text}`: the row has no reference")) } else { Ok(value) }
}

#[cfg(any(feature = "math", feature = "rules"))]
fn last_box(text: &str) -> Result<Option<Value>, String> {
    let boxes = crate::reading::find_boxes(text);
    if boxes.unclosed.is_some() {
        return Err("ends inside of a box, so its answer is unknown".to_owned());
    }
    let last = boxes.answers(text).last().map(|found| text[found.inner.clone()].trim());
    match last {
        Some("") => Err("has an empty last box, so its answer is unknown".to_owned()),
        last => Ok(last.map(Value::from)),
    }
}

#[cfg(not(any(feature = "math", feature = "rules")))]
fn last_box(_: &str) -> Result<Option<Value>, String> {
    Err("may hold a box, which this build does not read".to_owned())
}
