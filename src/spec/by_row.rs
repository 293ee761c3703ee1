//! A `math` reward whose options or acceptable answers depend on the row: the options `row_options` and `choices`.
//!
//! Accepts: a field of the row with options of `math`, which are set over those of the spec; a field with the options of
//! a multiple choice, of which the reference is one, by its letter or by its text. Refuses, as `bad_row`: options that
//! `math` does not have, lists of choices that cannot be read, a letter that the row does not list.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::core::describe::describe;
use crate::core::json_value::is_nothing;
use crate::math::{Extract, Math, Policy, option};
use crate::{Outcome, Reason, Result, Reward, Rule, Sample};

/// Most options of a multiple choice: one for each letter.
const MAX_CHOICES: usize = 26;

/// The fields of a row that a reward reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    /// Holds options of `math`.
    pub options: Option<String>,
    /// Holds the texts of the options of a multiple choice.
    pub choices: Option<String>,
}

impl Fields {
    pub(super) fn is_empty(&self) -> bool {
        self.options.is_none() && self.choices.is_none()
    }
}

/// The math verifier with what the row adds.
pub(super) struct ByRow {
    /// The verifier of rows that add nothing.
    math: Math,
    /// The options of the spec.
    options: Map<String, Value>,
    fields: Fields,
    /// Reads the options.
    read: fn(&Map<String, Value>) -> Result<Policy>,
}

impl ByRow {
    pub(super) fn new(
        policy: Policy,
        options: &Map<String, Value>,
        fields: Fields,
        read: fn(&Map<String, Value>) -> Result<Policy>,
    ) -> Self {
        Self { math: Math::new(policy), options: options.clone(), fields, read }
    }

    fn judge(&self, sample: &Sample) -> std::result::Result<Outcome, String> {
        let field = |name| field_of(sample, name);
        let own = match field(&self.fields.options)? {
            None => None,
            Some((column, own)) => match &*own {
                Value::Object(own) => Some(self.math_with(own).map_err(|problem| format!("the column `{column}`: {problem}"))?),
                other => return Err(format!("the column `{column}` must hold options as an object, got {}", describe(other))),
            },
        };
        let math = own.as_ref().unwrap_or(&self.math);
        let listed = match field(&self.fields.choices)? {
            None => return Ok(math.verify(&sample.answers, &sample.completion)),
            // A table writes the options of a row without any as an empty list.
            Some((_, listed)) if is_nothing(&listed) => return Ok(math.verify(&sample.answers, &sample.completion)),
            Some((column, listed)) => Listed::read(&listed).map_err(|problem| format!("the column `{column}`: {problem}"))?,
        };
        let golds = accepted(math, &sample.answers, &listed)?;
        let outcome = math.verify(&golds, &sample.completion);
        // A value that a wrong option has as well, perhaps with another unit or name, does not tell which is meant.
        let right = |letter: char| golds.iter().any(|gold| lone_letter(gold).or_else(|| labelled_letter(gold)) == Some(letter));
        let wrong = |(letter, text): &(char, String)| {
            !right(*letter)
                && lone_letter(text).is_none()
                && math.verify(std::slice::from_ref(text), &sample.completion).is_correct()
        };
        let extracted = outcome.extracted.as_deref().unwrap_or("");
        // `9 (A)` has the text of one option and the letter of another.
        let ends_so = |letter: char| listed.0.iter().any(|(_, text)| letter_at_end(text) == Some(letter));
        let contradicts =
            || letter_at_end(extracted).is_some_and(|letter| listed.text(letter).is_some() && !right(letter) && !ends_so(letter));
        if outcome.is_correct() {
            return Ok(if contradicts() || listed.0.iter().any(wrong) { Outcome::incorrect(Reason::Hedged) } else { outcome });
        }
        // A text of several words is no formula: `\text{I and II}` is the option that is written so.
        let readable = matches!(outcome.reason, Reason::Different | Reason::WrongKind | Reason::Unparsable);
        let mut written = listed.0.iter().filter(|(_, text)| plain(text) == plain(extracted));
        let same = readable
            && !extracted.is_empty()
            && written.next().is_some_and(|(letter, _)| right(*letter))
            && written.next().is_none();
        Ok(if same { Outcome::correct(Reason::Equal).with_rule(Rule::Text).with_extracted(extracted) } else { outcome })
    }

    /// The verifier with the options of the row set over those of the spec.
    fn math_with(&self, own: &Map<String, Value>) -> std::result::Result<Math, String> {
        if let Some(name) = ["row_options", "choices"].into_iter().find(|name| own.contains_key(*name)) {
            return Err(format!("`{name}` cannot be set by a row"));
        }
        let mut options = self.options.clone();
        options.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        (self.read)(&options).map(Math::new).map_err(|error| error.to_string())
    }
}

impl Reward for ByRow {
    fn name(&self) -> &str {
        "math"
    }

    fn config(&self) -> Value {
        let mut config = self.math.config();
        for (name, field) in [("row_options", &self.fields.options), ("choices", &self.fields.choices)] {
            if let Some(field) = field {
                config[name] = field.as_str().into();
            }
        }
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.judge(sample).unwrap_or_else(|problem| Outcome::unscored(Reason::BadRow).with_detail(problem))
    }
}

/// A field that an option names, with its name; `None` if there is none, or null.
fn field_of<'s>(sample: &'s Sample, name: &'s Option<String>) -> std::result::Result<Option<(&'s str, Cow<'s, Value>)>, String> {
    let Some(name) = name else { return Ok(None) };
    let value = sample.fields.read_json(name).map_err(|problem| problem.to_string())?;
    Ok(value.filter(|value| !value.is_null()).map(|value| (name.as_str(), value)))
}

/// The options of a multiple choice, by their letters.
struct Listed(Vec<(char, String)>);

impl Listed {
    /// Reads `["3", "4"]`, `{"A": "3", "B": "4"}` or `{"label": ["A", "B"], "text": ["3", "4"]}`.
    fn read(value: &Value) -> std::result::Result<Self, String> {
        let texts = |value: &Value| -> Option<Vec<String>> {
            value
                .as_array()?
                .iter()
                .map(|item| item.as_str().map(str::to_owned).or_else(|| item.is_number().then(|| item.to_string())))
                .collect()
        };
        let lettered = |labels: Vec<String>, texts: Vec<String>| -> Option<Vec<(char, String)>> {
            let letter = |label: &str| {
                let mut letters = label.trim().chars();
                letters.next().filter(|c| c.is_ascii_uppercase() && letters.next().is_none())
            };
            (labels.len() == texts.len()).then_some(())?;
            labels.iter().zip(texts).map(|(label, text)| Some((letter(label)?, text))).collect()
        };
        let read = match value {
            Value::Array(_) => texts(value).map(|texts| ('A'..='Z').zip(texts).collect::<Vec<_>>()),
            Value::Object(map) => match (map.get("label"), map.get("text")) {
                (Some(labels), Some(options)) => {
                    texts(labels).zip(texts(options)).and_then(|(labels, texts)| lettered(labels, texts))
                }
                _ => {
                    let options = map.values().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                    options.and_then(|options| lettered(map.keys().cloned().collect(), options))
                }
            },
            _ => None,
        };
        match read {
            Some(listed) if (2..=MAX_CHOICES).contains(&listed.len()) => {
                Ok(Self(listed.into_iter().map(|(letter, text)| (letter, without_label(letter, &text))).collect()))
            }
            _ => Err(format!(
                "the choices must be a list of 2 to {MAX_CHOICES} texts, or an object from capital letters to texts, got {}",
                describe(value)
            )),
        }
    }

    fn text(&self, letter: char) -> Option<&str> {
        self.0.iter().find(|(of, _)| *of == letter).map(|(_, text)| text.as_str())
    }
}

/// The text of an option without its own letter: `A) 3` as `3`.
fn without_label(letter: char, text: &str) -> String {
    let text = text.trim();
    let rest = text.strip_prefix('(').unwrap_or(text).strip_prefix(letter);
    rest.and_then(|rest| rest.strip_prefix([')', '.', ':'])).map_or(text, str::trim).to_owned()
}

/// The answers that are right: each reference as a letter and, unless another option has the same value, as the text of
/// its option.
fn accepted(math: &Math, references: &[String], listed: &Listed) -> std::result::Result<Vec<String>, String> {
    let mut golds = Vec::with_capacity(2 * references.len());
    for reference in references {
        let letter = match lone_letter(reference) {
            Some(letter) => letter,
            None => {
                let same: Vec<char> =
                    listed.0.iter().filter(|(_, text)| equal(math, text, reference)).map(|(letter, _)| *letter).collect();
                match same.as_slice() {
                    [letter] => *letter,
                    [] => return Err(format!("the reference `{reference}` is none of the row's choices")),
                    _ => return Err(format!("the reference `{reference}` is equal to several of the row's choices")),
                }
            }
        };
        let text = listed.text(letter).ok_or_else(|| format!("the row lists no choice {letter}"))?;
        golds.push(option(letter, text));
        let shared = listed.0.iter().any(|(other, option)| *other != letter && equal(math, text, option));
        if !shared && lone_letter(text).is_none() {
            golds.push(text.to_owned());
        }
    }
    Ok(golds)
}

/// `B`, `(B)`, `B.`: a reference that is a letter.
fn lone_letter(text: &str) -> Option<char> {
    let letter = text.trim().trim_start_matches('(').trim_end_matches([')', '.', ':']);
    let mut letters = letter.chars();
    letters.next().filter(|c| c.is_ascii_uppercase() && letters.next().is_none())
}

/// The letter that stands alone in brackets at the end of a text, behind a blank: `A` in `9\text{ (A)}`. `P(A)` ends in none.
fn letter_at_end(text: &str) -> Option<char> {
    let inner = text.trim_end_matches(['}', '$', '.', ' ']).strip_suffix(')')?;
    let (before, letter) = inner.rsplit_once('(')?;
    let mut letters = letter.chars();
    let letter = letters.next().filter(|letter| letter.is_ascii_uppercase() && letters.next().is_none())?;
    (before.ends_with([' ', '~']) || before.ends_with("\\text{")).then_some(letter)
}

/// The words of a text, without the commands of text around it, in small letters.
fn plain(text: &str) -> String {
    let mut rest = text.trim().trim_matches('$').trim();
    for command in ["\\text{", "\\textbf{", "\\mathrm{", "\\mbox{", "\\textit{"] {
        rest = rest
            .strip_prefix(command)
            .and_then(|inner| inner.strip_suffix('}'))
            .filter(|inner| !inner.contains(['{', '}']))
            .unwrap_or(rest);
    }
    rest.trim_end_matches('.').split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The letter of `(B) 12`.
fn labelled_letter(text: &str) -> Option<char> {
    let mut inner = text.strip_prefix('(')?.chars();
    inner.next().filter(|c| c.is_ascii_uppercase() && inner.next() == Some(')'))
}

/// Whether two texts are equal as answers, or the same text.
fn equal(math: &Math, one: &str, other: &str) -> bool {
    let policy = Policy { extract: Extract::Whole, ..math.policy().clone() };
    one.trim() == other.trim() || Math::new(policy).verify(&[one.to_owned()], other).is_correct()
}
