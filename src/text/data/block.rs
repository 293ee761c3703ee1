//! Finds the data in a completion.

use std::borrow::Cow;

use super::format::DataFormat;
use crate::reading::fenced_blocks;
use crate::{Error, Reason, Result};

/// Where the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockChoice {
    /// The last fenced block of the format, or without a language; the whole part if there is no fence.
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
