//! Soft forms of the format reward: part of the reward for part of the structure.
//!
//! Accepts: any text. Repetition gives nothing: a tag that occurs twice counts as missing. Soft forms give early
//! training a gradient; they are weaker than the strict form by design.

use serde_json::{Value, json};

use super::{Section, Structure};
use crate::core::names::by_name;
use crate::{Outcome, Reason, Reward, Sample, Verdict};

/// How a text that has part of a structure is rewarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Soft {
    /// All or nothing.
    #[default]
    Strict,
    /// The share of declared tags that occur exactly once.
    Tags,
    /// The share of declared sections that occur exactly once, closed, un-nested and with visible text.
    Sections,
}

impl Soft {
    /// The share for a text; `None` for the strict form, which has no shares.
    pub(crate) fn share(self, structure: &Structure, text: &str, inside: bool) -> Option<f64> {
        match self {
            Self::Strict => None,
            Self::Tags => Some(tag_share(structure, text, inside)),
            Self::Sections => Some(section_share(structure, text, inside)),
        }
    }
}

by_name!(Soft, "soft", Strict = "strict", Tags = "tags", Sections = "sections");

/// Rewards by the share of a structure's tags that occur exactly once.
///
/// Source: open-r1 `tag_count_reward`, without its required line breaks ([`super::peers::open_r1_tag_count`] keeps
/// them).
///
/// ```
/// use r1rewards::{Reward, Sample, structure::{Outside, Section, Structure, TagCount}};
/// let structure = Structure::new(vec![Section::tag("think"), Section::tag("answer")], Outside::Nowhere)?;
/// let reward = TagCount::new(structure);
/// assert_eq!(reward.score(&Sample::new("<think>a</think>4")).value, Some(0.5));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TagCount {
    structure: Structure,
}

impl TagCount {
    /// Counts the tags of a structure.
    pub fn new(structure: Structure) -> Self {
        Self { structure }
    }
}

impl Reward for TagCount {
    fn name(&self) -> &'static str {
        "tag_count"
    }

    fn config(&self) -> Value {
        let sections: Vec<Value> = self.structure.sections().iter().map(Section::to_value).collect();
        json!({ "kind": "tag_count", "sections": sections })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let share = tag_share(&self.structure, &sample.completion, false);
        shared(share).with_work(sample.completion.len() as u64)
    }
}

/// The outcome for a share: correct only at 1.
pub(crate) fn shared(share: f64) -> Outcome {
    if share >= 1.0 {
        Outcome::correct(Reason::Passed)
    } else if share > 0.0 {
        Outcome::valued(Verdict::Incorrect, share, Reason::Partial)
    } else {
        Outcome::incorrect(Reason::Failed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a declaration has few tags")]
fn tag_share(structure: &Structure, text: &str, inside: bool) -> f64 {
    let mut counts = vec![0usize; structure.sections().len() * 2];
    counts[0] = usize::from(inside);
    for hit in structure.scanner().hits(text) {
        counts[hit.tag] += 1;
    }
    counts.iter().filter(|count| **count == 1).count() as f64 / counts.len() as f64
}

#[expect(clippy::cast_precision_loss, reason = "a declaration has few sections")]
fn section_share(structure: &Structure, text: &str, inside: bool) -> f64 {
    let sections = structure.sections();
    let mut opened = vec![0usize; sections.len()];
    let mut kept = vec![0usize; sections.len()];
    let mut open = inside.then_some((0, 0));
    opened[0] = usize::from(inside);
    for hit in structure.scanner().hits(text) {
        let section = hit.tag / 2;
        if hit.tag % 2 == 0 {
            opened[section] += 1;
            open = Some((section, hit.end));
            continue;
        }
        if let Some((of, content)) = open.take()
            && of == section
            && (sections[section].may_be_blank || crate::reading::has_visible(&text[content..hit.start]))
        {
            kept[section] += 1;
        }
    }
    let good = (0..sections.len()).filter(|section| opened[*section] == 1 && kept[*section] == 1).count();
    good as f64 / sections.len() as f64
}
