//! The options of a selection, and the reasons for rejections.

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;
use crate::text::Language;
use crate::{Error, Result};

/// The order in which the traces of a prompt are considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rank {
    /// In the order of the file.
    #[default]
    First,
    /// The highest reward first; of equal rewards, the shorter trace first.
    Reward,
    /// The shortest first.
    Shortest,
    /// The longest first.
    Longest,
    /// The trace whose length is nearest to the median of the prompt's remaining traces first.
    Median,
    /// In a random order that depends on the seed.
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

/// Among which traces duplicates are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Among the kept traces of the same prompt. The same short text is often a right trace of many prompts.
    #[default]
    Prompt,
    /// Among all kept traces.
    All,
    /// Nowhere: duplicates are kept.
    Keep,
}

by_name!(Duplicates, "duplicates", Prompt = "prompt", All = "all", Keep = "keep");

/// Why a trace is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The row or the completion cannot be read. `verify select` gives this reason; [`select`](super::select()) sees only
    /// traces that were read.
    BadRow,
    /// The pass rate of the prompt is outside the range.
    PassRate,
    /// The trace is unscored.
    Unscored,
    /// The trace is not correct.
    Incorrect,
    /// Too small a share of the prose is in the language.
    MixedLanguage,
    /// A paragraph is too long.
    LongParagraph,
    /// The share of distinct n-grams is too small.
    RepeatedNgrams,
    /// The trace has a fenced code block.
    CodeBlock,
    /// Another kept trace (of the prompt, or of any) has the same text.
    Duplicate,
    /// Another kept trace (of the prompt, or of any) has nearly the same text.
    NearDuplicate,
    /// The prompt already has the most traces that are kept.
    OverCap,
    /// The prompt's band of pass rate already has the most prompts that are kept.
    OverBand,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::BadRow,
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
            Self::BadRow => "bad_row",
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

    /// What it means, in a sentence.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::BadRow => "The row or the completion cannot be read.",
            Self::PassRate => "The pass rate of the prompt is outside the range (`--min-pass-rate`, `--max-pass-rate`).",
            Self::Unscored => "The trace is unscored.",
            Self::Incorrect => "The trace is not correct.",
            Self::MixedLanguage => "Too small a share of the prose is in the language (`--min-share`).",
            Self::LongParagraph => "A paragraph is too long (`--max-paragraph`).",
            Self::RepeatedNgrams => "The share of distinct n-grams is too small (`--min-distinct`).",
            Self::CodeBlock => "The trace has a fenced code block (`--drop-code-blocks`).",
            Self::Duplicate => "Another kept trace has the same text (`--duplicates`).",
            Self::NearDuplicate => "Another kept trace has nearly the same text (`--near-duplicate`).",
            Self::OverCap => "The prompt already has the most traces that are kept (`--per-prompt`).",
            Self::OverBand => "The prompt's band of pass rate already has the most prompts that are kept (`--per-band`).",
        }
    }
}

by_name!(RejectReason, "rejected", all by code);

/// The most bands of pass rate.
const MOST_BANDS: usize = 1000;

/// The options of a selection.
#[derive(Debug, Clone)]
pub struct SelectOptions {
    /// The lowest and the highest pass rate of a prompt (the share of correct traces among the scored ones); default: 0
    /// and 1.
    pub pass_rate: (f64, f64),
    /// The language reward that a trace must pass; default: none.
    pub language: Option<Language>,
    /// The most characters of a paragraph; default: no limit.
    pub max_paragraph: Option<u64>,
    /// The smallest share of distinct n-grams; default: no limit.
    pub min_distinct: Option<f64>,
    /// The size of these n-grams, in words; default: 20.
    pub ngram_size: usize,
    /// Whether to drop traces with a fenced code block; default: no.
    pub drop_code_blocks: bool,
    /// The order in which the traces of a prompt are considered; default: that of the file.
    pub rank: Rank,
    /// The most traces of a prompt; default: no limit.
    pub per_prompt: Option<usize>,
    /// Among which kept traces one is looked for whose text equals that of a trace apart from white space; such a trace is
    /// dropped. Default: those of the same prompt.
    pub duplicates: Duplicates,
    /// The Jaccard similarity of word 5-grams from which a trace is a near duplicate of a kept one, looked for among the
    /// same traces; default: no check.
    pub near_duplicate: Option<f64>,
    /// The number of bands of equal width that the pass rate is divided into for balance, at most 1000; default: 4.
    pub bands: usize,
    /// The most prompts in a band; default: no limit.
    pub per_band: Option<usize>,
    /// The seed of all draws; default: 0.
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
            duplicates: Duplicates::Prompt,
            near_duplicate: None,
            bands: 4,
            per_band: None,
            seed: 0,
        }
    }
}

impl SelectOptions {
    /// Checks the values.
    ///
    /// # Errors
    /// A share outside 0 to 1, a lowest pass rate above the highest, a size, number or limit of 0, more than 1000 bands, or a similarity of near
    /// duplicates although duplicates are kept.
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
        if let (Some(share), Duplicates::Keep) = (self.near_duplicate, self.duplicates) {
            let fix = "equal texts are near duplicates, too: look for them in `duplicates` = prompt or all, or leave this out";
            return Err(Error::option("near_duplicate", format_args!("{share} while duplicates are kept"), fix));
        }
        let counts = [
            ("ngram_size", Some(self.ngram_size)),
            ("bands", Some(self.bands)),
            ("per_prompt", self.per_prompt),
            ("per_band", self.per_band),
        ];
        if self.bands > MOST_BANDS {
            return Err(Error::option("bands", self.bands, format_args!("give a number from 1 to {MOST_BANDS}")));
        }
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((field, _)) => Err(Error::option(field, 0, "give a number above 0, or leave it out")),
            None => Ok(()),
        }
    }
}
