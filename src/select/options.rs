//! What a selection keeps, and why it drops the rest.

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;
use crate::text::Language;
use crate::{Error, Result};

/// Which traces of a prompt come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rank {
    /// In the order of the file.
    #[default]
    First,
    /// The highest reward; the shorter among equals.
    Reward,
    /// The shortest.
    Shortest,
    /// The longest.
    Longest,
    /// The one nearest to the median length of the prompt's remaining traces.
    Median,
    /// A seeded draw.
    Random,
}

by_name!(
    Rank,
    "rank",
    First = "first",
    Reward = "reward",
    Shortest = "shortest",
    Longest = "longest",
    Median = "median",
    Random = "random",
);

/// Why a trace is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The prompt's pass rate is outside the band.
    PassRate,
    /// The trace could not be scored.
    Unscored,
    /// The trace is not correct.
    Incorrect,
    /// Too little of the prose is in the language.
    MixedLanguage,
    /// A paragraph is too long.
    LongParagraph,
    /// N-grams repeat.
    RepeatedNgrams,
    /// There is a fenced code block.
    CodeBlock,
    /// Another kept trace has the same text.
    Duplicate,
    /// Another kept trace has nearly the same text.
    NearDuplicate,
    /// The prompt has enough traces.
    OverCap,
    /// The prompt's band of difficulty has enough prompts.
    OverBand,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::PassRate,
        Self::Unscored,
        Self::Incorrect,
        Self::MixedLanguage,
        Self::LongParagraph,
        Self::RepeatedNgrams,
        Self::CodeBlock,
        Self::Duplicate,
        Self::NearDuplicate,
        Self::OverCap,
        Self::OverBand,
    ];

    /// The `snake_case` code in rejected rows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PassRate => "pass_rate",
            Self::Unscored => "unscored",
            Self::Incorrect => "incorrect",
            Self::MixedLanguage => "mixed_language",
            Self::LongParagraph => "long_paragraph",
            Self::RepeatedNgrams => "repeated_ngrams",
            Self::CodeBlock => "code_block",
            Self::Duplicate => "duplicate",
            Self::NearDuplicate => "near_duplicate",
            Self::OverCap => "over_cap",
            Self::OverBand => "over_band",
        }
    }
}

by_name!(RejectReason, "rejected", all by code);

/// What a selection keeps.
#[derive(Debug, Clone)]
pub struct SelectOptions {
    /// Prompts whose share of correct among scored traces is from `.0` to `.1`.
    pub pass_rate: (f64, f64),
    /// Traces whose prose passes this.
    pub language: Option<Language>,
    /// Traces whose paragraphs have at most so many characters.
    pub max_paragraph: Option<u64>,
    /// Traces whose share of distinct n-grams is at least this.
    pub min_distinct: Option<f64>,
    /// The size of those n-grams, in words.
    pub ngram_size: usize,
    /// Traces without fenced code only.
    pub drop_code_blocks: bool,
    /// Which traces of a prompt come first.
    pub rank: Rank,
    /// At most so many of a prompt.
    pub per_prompt: Option<usize>,
    /// No text twice, white space aside.
    pub drop_duplicates: bool,
    /// No two texts whose word 5-grams overlap (Jaccard) at least so much.
    pub near_duplicate: Option<f64>,
    /// Bands of equal width over the pass rate, for balance.
    pub bands: usize,
    /// At most so many prompts a band.
    pub per_band: Option<usize>,
    /// Decides every draw.
    pub seed: u64,
}

impl Default for SelectOptions {
    fn default() -> Self {
        Self {
            pass_rate: (0.0, 1.0),
            language: None,
            max_paragraph: None,
            min_distinct: None,
            ngram_size: 20,
            drop_code_blocks: false,
            rank: Rank::First,
            per_prompt: None,
            drop_duplicates: true,
            near_duplicate: None,
            bands: 4,
            per_band: None,
            seed: 0,
        }
    }
}

impl SelectOptions {
    /// Checks the numbers.
    ///
    /// # Errors
    /// A share outside 0 to 1, a band that is empty, a size or cap of 0.
    pub fn check(&self) -> Result<()> {
        let (low, high) = self.pass_rate;
        if !(0.0 <= low && low <= high && high <= 1.0) {
            return Err(Error::option(
                "pass_rate",
                format_args!("{low} to {high}"),
                "give two shares from 0 to 1, the lower first",
            ));
        }
        for (field, share) in [("min_distinct", self.min_distinct), ("near_duplicate", self.near_duplicate)] {
            if let Some(share) = share.filter(|share| !(0.0..=1.0).contains(share)) {
                return Err(Error::option(field, share, "give a share from 0 to 1"));
            }
        }
        let counts = [
            ("ngram_size", Some(self.ngram_size)),
            ("bands", Some(self.bands)),
            ("per_prompt", self.per_prompt),
            ("per_band", self.per_band),
        ];
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((field, _)) => Err(Error::option(field, 0, "give a number above 0, or leave it out")),
            None => Ok(()),
        }
    }
}
