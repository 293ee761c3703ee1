//! Blocks of data: valid JSON, YAML, TOML, XML, CSV.
//!
//! Accepts: a fenced block of the format, or the whole answer part. Refuses: text that is valid only by accident. Any sentence is
//! a YAML scalar and a CSV cell, so YAML must hold a mapping or a list and CSV equal rows of at least two columns. Nothing is expanded (YAML
//! aliases, entities that an XML document declares) and nothing is fetched.

#[cfg(feature = "structured")]
mod csv;
mod toml;
#[cfg(feature = "structured")]
mod xml;
#[cfg(feature = "structured")]
mod yaml;

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::reading::Thinking;
use crate::reading::fenced_blocks;
use crate::reading::{Scope, has_visible};
use crate::{Error, Outcome, Reason, Result, Reward, Sample};

/// A data format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// RFC 8259.
    Json,
    /// YAML 1.2.
    #[cfg(feature = "structured")]
    Yaml,
    /// TOML 1.
    Toml,
    /// XML 1.0 with namespaces, one root element.
    #[cfg(feature = "structured")]
    Xml,
    /// RFC 4180, all rows of one width; a line may end without a carriage return.
    #[cfg(feature = "structured")]
    Csv,
}

impl DataFormat {
    /// A format by its name in specs.
    ///
    /// # Errors
    /// For an unknown name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "json" => Ok(Self::Json),
            "toml" => Ok(Self::Toml),
            #[cfg(feature = "structured")]
            "yaml" => Ok(Self::Yaml),
            #[cfg(feature = "structured")]
            "xml" => Ok(Self::Xml),
            #[cfg(feature = "structured")]
            "csv" => Ok(Self::Csv),
            other => {
                Err(Error::option("format", format_args!("`{other}`"), "use json, yaml, toml, xml or csv (feature `structured`)"))
            }
        }
    }

    /// The name in specs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Toml => "toml",
            #[cfg(feature = "structured")]
            Self::Yaml => "yaml",
            #[cfg(feature = "structured")]
            Self::Xml => "xml",
            #[cfg(feature = "structured")]
            Self::Csv => "csv",
        }
    }

    /// The words after a fence that mean this format.
    fn fence_words(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["json"],
            Self::Toml => &["toml"],
            #[cfg(feature = "structured")]
            Self::Yaml => &["yaml", "yml"],
            #[cfg(feature = "structured")]
            Self::Xml => &["xml"],
            #[cfg(feature = "structured")]
            Self::Csv => &["csv"],
        }
    }

    /// Whether a text is valid; the error says where it is not.
    ///
    /// # Errors
    /// The parser's message.
    pub fn validate(self, text: &str) -> std::result::Result<(), String> {
        match self {
            Self::Json => serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| error.to_string()),
            Self::Toml => toml::validate(text),
            #[cfg(feature = "structured")]
            Self::Yaml => yaml::validate(text),
            #[cfg(feature = "structured")]
            Self::Xml => xml::validate(text),
            #[cfg(feature = "structured")]
            Self::Csv => csv::validate(text),
        }
    }
}

/// Where the data stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockChoice {
    /// The last fenced block of the format, or of no named language; the whole part where there is no fence.
    #[default]
    Auto,
    /// The last such block; a part without one is wrong.
    Fenced,
    /// The whole part.
    Whole,
}

impl BlockChoice {
    /// A choice by its name in specs: `auto`, `fenced` or `whole`.
    ///
    /// # Errors
    /// For another name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "fenced" => Ok(Self::Fenced),
            "whole" => Ok(Self::Whole),
            other => Err(Error::option("block", format_args!("`{other}`"), "use auto, fenced or whole")),
        }
    }

    /// The name in specs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fenced => "fenced",
            Self::Whole => "whole",
        }
    }

    /// The data of a completion.
    pub(crate) fn find(self, part: &str, format: DataFormat) -> std::result::Result<Cow<'_, str>, Reason> {
        if self == Self::Whole {
            return Ok(Cow::Borrowed(part));
        }
        let blocks = fenced_blocks(part);
        if blocks.last().is_some_and(|block| !block.closed) {
            return Err(Reason::SectionUnclosed);
        }
        let words = format.fence_words();
        let block = blocks
            .iter()
            .rfind(|block| words.contains(&block.language.as_ref()))
            .or_else(|| blocks.iter().rfind(|block| block.language.is_empty()));
        match block {
            Some(block) => Ok(Cow::Borrowed(&part[block.content.clone()])),
            None if self == Self::Auto && blocks.is_empty() => Ok(Cow::Borrowed(part)),
            None => Err(Reason::SectionMissing),
        }
    }
}

/// What a [`StructuredData`] reward asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataOptions {
    /// The format.
    pub format: DataFormat,
    /// Where the data stands.
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
        json!({ "kind": "data", "format": format.name(), "block": block.name(), "scope": scope.name() })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let part = self.options.scope.untrimmed(&sample.completion, &Thinking::Auto);
        let outcome = match self.options.block.find(&part, self.options.format) {
            Err(reason) => Outcome::incorrect(reason),
            Ok(data) if !has_visible(&data) => Outcome::incorrect(Reason::SectionBlank),
            Ok(data) => match self.options.format.validate(without_blank_lines(&data)) {
                Ok(()) => Outcome::correct(Reason::Passed),
                Err(message) => Outcome::incorrect(Reason::InvalidSyntax).with_detail(message),
            },
        };
        outcome.with_work(part.len() as u64)
    }
}

/// The text from its first visible line to its last visible character: the indentation of that line is part of a document.
fn without_blank_lines(text: &str) -> &str {
    let text = text.trim_end();
    let first = text.find(|character: char| !character.is_whitespace()).unwrap_or(0);
    let line = text[..first].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    &text[line..]
}

/// Deeper documents are refused before a parser could grow with them.
#[cfg(feature = "structured")]
const MAX_DEPTH: usize = 128;
