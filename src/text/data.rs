//! Blocks of data: valid JSON, YAML, TOML, XML, CSV.
//!
//! Accepts: a fenced block of the format, or the whole answer part. Refuses: text that is valid only by accident. Any sentence is
//! a YAML scalar and a CSV cell, so YAML must hold a mapping or a list and CSV equal rows of at least two columns. Nothing is expanded (YAML
//! aliases, XML entities) and nothing is fetched.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::{Scope, has_visible, trim};
use crate::format::fenced_blocks;
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
    /// XML 1.0, one root element.
    #[cfg(feature = "structured")]
    Xml,
    /// RFC 4180, all rows of one width.
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
            Self::Toml => validate_toml(text),
            #[cfg(feature = "structured")]
            Self::Yaml => validate_yaml(text),
            #[cfg(feature = "structured")]
            Self::Xml => validate_xml(text),
            #[cfg(feature = "structured")]
            Self::Csv => validate_csv(text),
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

    fn score(&self, sample: &Sample) -> Outcome {
        let part = self.options.scope.of(&sample.completion);
        let outcome = match self.options.block.find(part, self.options.format) {
            Err(reason) => Outcome::incorrect(reason),
            Ok(data) if !has_visible(&data) => Outcome::incorrect(Reason::SectionBlank),
            Ok(data) => match self.options.format.validate(trim(&data)) {
                Ok(()) => Outcome::correct(Reason::Passed),
                Err(message) => Outcome::incorrect(Reason::InvalidSyntax).with_detail(message),
            },
        };
        outcome.with_work(part.len() as u64)
    }
}

/// The parser's own tables, which borrow from the text: no second tree is built. It leaves numbers as written, so that their range is for us
/// to check.
fn validate_toml(text: &str) -> std::result::Result<(), String> {
    use toml::de::{DeTable, DeValue};
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let mut left: Vec<&DeValue<'_>> = document.get_ref().values().map(|value| value.get_ref()).collect();
    while let Some(value) = left.pop() {
        match value {
            DeValue::Integer(number) if i64::from_str_radix(number.as_str(), number.radix()).is_err() => {
                return Err(format!("the integer {number} does not fit 64 bits"));
            }
            DeValue::Float(number) if !fits(number.as_str()) => return Err(format!("the number {number} is too large")),
            DeValue::Array(items) => left.extend(items.iter().map(|item| item.get_ref())),
            DeValue::Table(table) => left.extend(table.values().map(|item| item.get_ref())),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a float is infinite only where it says so.
fn fits(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|value| value.is_finite() || !number.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Deeper documents are refused before the parser could grow with them.
#[cfg(feature = "structured")]
const MAX_DEPTH: usize = 128;

#[cfg(feature = "structured")]
fn validate_yaml(text: &str) -> std::result::Result<(), String> {
    use saphyr_parser::{Event, Parser};
    let mut depth = 0usize;
    let mut collection = false;
    for event in Parser::new_from_str(text) {
        match event.map_err(|error| error.to_string())?.0 {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                collection = true;
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(format!("deeper than {MAX_DEPTH} levels"));
                }
            }
            Event::MappingEnd | Event::SequenceEnd => depth -= 1,
            _ => {}
        }
    }
    if collection { Ok(()) } else { Err("neither a mapping nor a list".to_owned()) }
}

#[cfg(feature = "structured")]
fn validate_xml(text: &str) -> std::result::Result<(), String> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_end_names = true;
    let (mut depth, mut roots) = (0usize, 0usize);
    loop {
        let at = reader.buffer_position();
        let fail = |message: &str| Err(format!("byte {at}: {message}"));
        match reader.read_event().map_err(|error| format!("byte {at}: {error}"))? {
            Event::Start(element) => {
                if element.attributes().any(|attribute| attribute.is_err()) {
                    return fail("a broken attribute");
                }
                roots += usize::from(depth == 0);
                depth += 1;
                if depth > MAX_DEPTH || roots > 1 {
                    return fail(if roots > 1 { "a second root element" } else { "deeper than 128 levels" });
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(content) if depth == 0 && !content.as_ref().trim_ascii().is_empty() => {
                return fail("text outside the root element");
            }
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => return fail("text outside the root element"),
            Event::Eof if depth > 0 => return fail("an element is never closed"),
            Event::Eof if roots == 0 => return fail("no element"),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[cfg(feature = "structured")]
fn validate_csv(text: &str) -> std::result::Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let (mut rows, mut columns) = (0usize, 0usize);
    while reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
        rows += 1;
        columns = record.len();
    }
    if columns < 2 {
        return Err("fewer than two columns".to_owned());
    }
    if rows < 2 { Err("fewer than two rows".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_is_valid_where_it_can_be_read_as_values() {
        let documents = [
            "a = 1\nb = [1, 2, {c = 3}]\n[d.e]\nf = 1979-05-27T07:32:00Z",
            "a = 9223372036854775807\nb = -9223372036854775808",
            "a = 9223372036854775808",
            "a = 18446744073709551616",
            "a = 0x7fffffffffffffff",
            "a = 0xffffffffffffffff",
            "a = 1_000\nb = 0b1010_1010",
            "a = inf\nb = -inf\nc = nan\nd = +nan",
            "a = 1e400",
            "a = 1e308",
            "a = 6.626e-34",
            "a = 1\na = 2",
            "[a]\n[a]",
            "a = [1, 99999999999999999999]",
            "a = {b = {c = 1e999}}",
            "a.b = 1\na.b.c = 2",
            "a =",
            "",
        ];
        for text in documents {
            assert_eq!(DataFormat::Toml.validate(text).is_ok(), toml::from_str::<toml::Table>(text).is_ok(), "{text}");
        }
    }
}
