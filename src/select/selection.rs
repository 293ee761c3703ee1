//! The function [`select`] and its result.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::minhash::NearDuplicates;
use super::options::{Duplicates, Rank, RejectReason, SelectOptions};
use crate::reading::fenced_blocks;
use crate::reading::{distinct_ngrams, mix, trim, word_fingerprints, words};
use crate::text::count_chars;
use crate::{Outcome, Result, Reward, Sample, Verdict};

/// A trace and its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The trace.
    pub sample: Sample,
    /// The outcome of a reward on it.
    pub outcome: Outcome,
}

/// The decision on one candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selected {
    /// Why it is not kept; `None` if it is kept.
    pub rejection: Option<RejectReason>,
    /// The share of correct traces among the scored traces of its prompt; `None` if none is scored.
    pub pass_rate: Option<f64>,
}

/// The decisions on all candidates, in order, and the counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// One entry per candidate.
    pub candidates: Vec<Selected>,
    /// The counts.
    pub summary: SelectionSummary,
}

/// Counts of a selection; `kept` and the rejections add up to `candidates`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SelectionSummary {
    /// The number of traces.
    pub candidates: usize,
    /// The number of prompts.
    pub prompts: usize,
    /// The number of kept traces.
    pub kept: usize,
    /// The number of prompts with a kept trace.
    pub prompts_kept: usize,
    /// The number of rejected traces by code of the reason.
    pub rejected: BTreeMap<&'static str, usize>,
    /// The number of kept prompts in each band of pass rate, from the lowest rate (the hardest prompts) on.
    pub bands: Vec<usize>,
}

/// Decides which traces are kept.
///
/// ```
/// use r1rewards::select::{Candidate, Rank, SelectOptions, select};
/// use r1rewards::{Outcome, Reason, Sample};
/// let candidate = |text: &str, right: bool| Candidate {
///     sample: Sample::new(text).with_prompt("6·7?"),
///     outcome: if right { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) },
/// };
/// let all = [candidate("It is 42, as 6·7 = 42.", true), candidate("42", true), candidate("41", false)];
/// let options = SelectOptions { rank: Rank::Shortest, per_prompt: Some(1), ..Default::default() };
/// let selection = select(&all, &options)?;
/// assert_eq!(selection.candidates.iter().map(|one| one.rejection.map(|why| why.code())).collect::<Vec<_>>(), [Some("over_cap"), None, Some("incorrect")]);
/// assert_eq!(selection.summary.kept, 1);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// As [`SelectOptions::check`].
pub fn select(candidates: &[Candidate], options: &SelectOptions) -> Result<Selection> {
    options.check()?;
    let prompts = by_prompt(candidates);
    let mut selected = vec![Selected { rejection: None, pass_rate: None }; candidates.len()];
    let mut copies = Copies::new(options);
    let mut kept_prompts: Vec<Prompt> = Vec::new();
    for (number, places) in prompts.iter().enumerate() {
        let pass_rate = pass_rate(candidates, places);
        let (low, high) = options.pass_rate;
        let in_band = pass_rate.is_none_or(|rate| (low..=high).contains(&rate));
        let mut left = Vec::new();
        for place in places {
            selected[*place].pass_rate = pass_rate;
            let rejection = if in_band { reject(&candidates[*place], options) } else { Some(RejectReason::PassRate) };
            selected[*place].rejection = rejection;
            if rejection.is_none() {
                left.push(*place);
            }
        }
        rank(&mut left, candidates, options);
        if options.duplicates == Duplicates::Prompt {
            copies = Copies::new(options);
        }
        let mut kept = Vec::new();
        for place in left {
            let full = options.per_prompt.is_some_and(|cap| kept.len() >= cap);
            let rejection = if full { Some(RejectReason::OverCap) } else { copies.check(&candidates[place].sample.completion) };
            selected[place].rejection = rejection;
            if rejection.is_none() {
                kept.push(place);
            }
        }
        if !kept.is_empty() {
            kept_prompts.push(Prompt { number, band: band(pass_rate.unwrap_or(1.0), options.bands), kept });
        }
    }
    for dropped in balance(&mut kept_prompts, options) {
        selected[dropped].rejection = Some(RejectReason::OverBand);
    }
    let summary = summarize(&selected, prompts.len(), &kept_prompts, options.bands);
    Ok(Selection { candidates: selected, summary })
}

struct Prompt {
    number: usize,
    band: usize,
    kept: Vec<usize>,
}

/// The indices of the candidates by prompt, in the order of first appearance; a sample without a group is a separate
/// prompt.
fn by_prompt(candidates: &[Candidate]) -> Vec<Vec<usize>> {
    let mut prompts: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let number = candidate.sample.group_key().map_or(prompts.len(), |key| *known.entry(key).or_insert(prompts.len()));
        if number == prompts.len() {
            prompts.push(Vec::new());
        }
        prompts[number].push(place);
    }
    prompts
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
fn pass_rate(candidates: &[Candidate], places: &[usize]) -> Option<f64> {
    let scored = places.iter().filter(|place| candidates[**place].outcome.verdict != Verdict::Unscored).count();
    let correct = places.iter().filter(|place| candidates[**place].outcome.is_correct()).count();
    (scored > 0).then(|| correct as f64 / scored as f64)
}

/// The first check that a trace fails, of those that do not depend on other traces.
#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
fn reject(candidate: &Candidate, options: &SelectOptions) -> Option<RejectReason> {
    match candidate.outcome.verdict {
        Verdict::Unscored => return Some(RejectReason::Unscored),
        Verdict::Incorrect => return Some(RejectReason::Incorrect),
        Verdict::Correct => {}
    }
    let text = &candidate.sample.completion;
    if options.language.as_ref().is_some_and(|language| !language.score(&candidate.sample).is_correct()) {
        return Some(RejectReason::MixedLanguage);
    }
    if options.max_paragraph.is_some_and(|max| text.split("\n\n").any(|paragraph| count_chars(trim(paragraph)) > max)) {
        return Some(RejectReason::LongParagraph);
    }
    if let Some(min) = options.min_distinct {
        let (distinct, total) = distinct_ngrams(&word_fingerprints(text), options.ngram_size);
        if (distinct as f64) < min * total as f64 {
            return Some(RejectReason::RepeatedNgrams);
        }
    }
    (options.drop_code_blocks && !fenced_blocks(text).is_empty()).then_some(RejectReason::CodeBlock)
}

/// Sorts the traces of a prompt by rank; ties keep the order of the file.
fn rank(places: &mut [usize], candidates: &[Candidate], options: &SelectOptions) {
    let length = |place: &usize| count_chars(&candidates[*place].sample.completion);
    let reward = |place: &usize| candidates[*place].outcome.value.unwrap_or_default();
    match options.rank {
        Rank::First => {}
        Rank::Reward => {
            places.sort_by(|left, right| reward(right).total_cmp(&reward(left)).then_with(|| length(left).cmp(&length(right))))
        }
        Rank::Shortest => places.sort_by_key(length),
        Rank::Longest => places.sort_by_key(|place| std::cmp::Reverse(length(place))),
        Rank::Median => {
            let mut lengths: Vec<u64> = places.iter().map(length).collect();
            lengths.sort_unstable();
            let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
            places.sort_by_key(|place| length(place).abs_diff(median));
        }
        Rank::Random => places.sort_by_key(|place| mix(mix(options.seed) ^ *place as u64)),
    }
}

/// The kept texts among which duplicates are looked for.
struct Copies {
    exact: Option<HashSet<String>>,
    near: Option<NearDuplicates>,
}

impl Copies {
    fn new(options: &SelectOptions) -> Self {
        Self {
            exact: (options.duplicates != Duplicates::Keep).then(HashSet::new),
            near: options.near_duplicate.map(NearDuplicates::new),
        }
    }

    fn check(&mut self, text: &str) -> Option<RejectReason> {
        if let Some(exact) = &mut self.exact {
            let normal: Vec<&str> = words(text).collect();
            if !exact.insert(normal.join(" ")) {
                return Some(RejectReason::Duplicate);
            }
        }
        self.near.as_mut().and_then(|near| near.insert(text)).map(|_| RejectReason::NearDuplicate)
    }
}

/// The band of a pass rate; band 0 has the hardest prompts.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share times a small number"
)]
fn band(pass_rate: f64, bands: usize) -> usize {
    ((pass_rate * bands as f64) as usize).min(bands - 1)
}

/// Drops prompts of bands that have too many, by a seeded draw; returns the indices of the dropped traces.
fn balance(prompts: &mut Vec<Prompt>, options: &SelectOptions) -> Vec<usize> {
    let Some(per_band) = options.per_band else { return Vec::new() };
    prompts.sort_by_key(|prompt| (prompt.band, mix(mix(options.seed) ^ prompt.number as u64)));
    let mut counts = vec![0; options.bands];
    let mut dropped = Vec::new();
    prompts.retain(|prompt| {
        counts[prompt.band] += 1;
        let keep = counts[prompt.band] <= per_band;
        if !keep {
            dropped.extend(&prompt.kept);
        }
        keep
    });
    dropped
}

fn summarize(selected: &[Selected], prompts: usize, kept_prompts: &[Prompt], bands: usize) -> SelectionSummary {
    let mut summary = SelectionSummary {
        candidates: selected.len(),
        prompts,
        prompts_kept: kept_prompts.len(),
        bands: vec![0; bands],
        ..Default::default()
    };
    for one in selected {
        match one.rejection {
            None => summary.kept += 1,
            Some(rejection) => *summary.rejected.entry(rejection.code()).or_default() += 1,
        }
    }
    for prompt in kept_prompts {
        summary.bands[prompt.band] += 1;
    }
    summary
}
