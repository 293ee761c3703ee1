//! The reward for valid data.

use serde_json::{Value, json};

use super::block::BlockChoice;
use super::format::DataFormat;
use crate::reading::Thinking;
use crate::reading::{Scope, has_visible};
use crate::{Outcome, Reason, Reward, Sample};

/// The options of a [`StructuredData`] reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataOptions {
    /// The format.
    pub format: DataFormat,
    /// Where the data is.
    pub block: BlockChoice,
    /// Which part of the completion is read.
    pub scope: Scope,
}

impl DataOptions {
    /// A format with the defaults: a block of the final part.
    pub fn new(format: DataFormat) -> Self {
        Self { format, block: BlockChoice::Auto, scope: Scope::Final }
    }
}

/// Rewards valid data.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{DataFormat, DataOptions, StructuredData}};
/// let reward = StructuredData::new(DataOptions::new(DataFormat::Json));
/// assert!(reward.score(&Sample::new("Sure:\n```json\n{\"a\": [1, 2]}\n```")).is_correct());
/// let outcome = reward.score(&Sample::new("{\"a\": }"));
/// assert_eq!((outcome.reason.code(), outcome.detail.as_deref()), ("invalid_syntax", Some("expected value at line 1 column 7")));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StructuredData {
    options: DataOptions,
}

impl StructuredData {
    /// Builds the reward.
    pub fn new(options: DataOptions) -> Self {
        Self { options }
    }
}

impl Reward for StructuredData {
    fn name(&self) -> &'static str {
        "data"
    }

    fn config(&self) -> Value {
        let DataOptions { format, block, scope } = self.options;
        json!({ "kind": "data", "format": format.to_string(), "block": block.name(), "scope": scope.name() })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let part = self.options.scope.untrimmed(&sample.completion, &Thinking::Auto);
        let outcome = match self.options.block.find(&part, self.options.format) {
            Err(reason) => Outcome::incorrect(reason),
            Ok(data) if !has_visible(&data) => Outcome::incorrect(Reason::SectionBlank),
            Ok(data) => match self.options.format.validate(without_blank_lines(&data)) {
                Ok(()) => Outcome::correct(Reason::Passed),
                Err(error) => Outcome::incorrect(Reason::InvalidSyntax).with_detail(error.to_string()),
            },
        };
        outcome.with_work(part.len() as u64)
    }
}

/// The text from its first visible line to its last visible character. The indentation of that line belongs to the
/// document.
fn without_blank_lines(text: &str) -> &str {
    let text = text.trim_end();
    let first = text.find(|character: char| !character.is_whitespace()).unwrap_or(0);
    let line = text[..first].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    &text[line..]
}
