//! The format rewards of open-r1 and TRL, reproduced exactly, to repeat a published run.
//!
//! Accepts: the same texts as their regular expressions, including loopholes: open-r1's accepts fifty pairs of tags,
//! TRL's accepts stray closing tags. They are never the default. Cost: linear, where the originals backtrack.

use crate::{Outcome, Reward, Rule, Sample};

/// open-r1 `format_reward`: `^<think>\n.*?\n</think>\n<answer>\n.*?\n</answer>$` with DOTALL and MULTILINE, matched at
/// the start.
///
/// ```
/// use r1rewards::structure::peers::open_r1_format;
/// assert!(open_r1_format("<think>\na\n</think>\n<answer>\nb\n</answer>"));
/// assert!(!open_r1_format("<think>a</think><answer>b</answer>"));
/// ```
pub fn open_r1_format(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("<think>\n") else { return false };
    let Some(rest) = after(rest, "\n</think>\n<answer>\n") else { return false };
    ends_a_line(rest, "\n</answer>")
}

/// open-r1 `code_format_reward`: as [`open_r1_format`], with a fence of the language and another fence inside the
/// answer.
pub fn open_r1_code_format(text: &str, language: &str) -> bool {
    let Some(rest) = text.strip_prefix("<think>\n") else { return false };
    let Some(rest) = after(rest, "\n</think>\n<answer>\n") else { return false };
    let Some(rest) = after(rest, &format!("```{language}")) else { return false };
    let Some(rest) = after(rest, "```") else { return false };
    ends_a_line(rest, "\n</answer>")
}

/// TRL `think_format_reward`: `^<think>(?!.*<think>)(.*?)</think>.*$` with DOTALL and MULTILINE, matched at the start.
pub fn trl_think_format(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("<think>") else { return false };
    !rest.contains("<think>") && rest.contains("</think>")
}

/// open-r1 `tag_count_reward`: a quarter for each of four exact strings that occurs exactly once.
pub fn open_r1_tag_count(text: &str) -> f64 {
    let once = |needle: &str| {
        let mut found = memchr::memmem::find_iter(text.as_bytes(), needle);
        found.next().is_some() && found.next().is_none()
    };
    ["<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>"]
        .into_iter()
        .map(|needle| if once(needle) { 0.25 } else { 0.0 })
        .sum()
}

fn after<'t>(text: &'t str, needle: &str) -> Option<&'t str> {
    memchr::memmem::find(text.as_bytes(), needle.as_bytes()).map(|place| &text[place + needle.len()..])
}

/// Whether the needle occurs before a line end or the end of the text, which is the meaning of `$` in multi-line mode.
fn ends_a_line(text: &str, needle: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), needle)
        .any(|place| matches!(text.as_bytes().get(place + needle.len()), None | Some(b'\n')))
}

/// open-r1's graded and code rewards as a [`Reward`], to repeat a published run.
///
/// ```
/// use r1rewards::{Reward, Sample, structure::peers::Peer};
/// assert_eq!(Peer::TagCount.score(&Sample::new("<think>\na\n</think>\nb")).value, Some(0.5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// [`open_r1_tag_count`].
    TagCount,
    /// [`open_r1_code_format`] for a language.
    CodeFormat(String),
}

impl Reward for Peer {
    fn name(&self) -> &'static str {
        match self {
            Self::TagCount => "tag_count",
            Self::CodeFormat(_) => "code_format",
        }
    }

    fn config(&self) -> serde_json::Value {
        match self {
            Self::TagCount => serde_json::json!({ "kind": "tag_count", "profile": "open_r1" }),
            Self::CodeFormat(language) => {
                serde_json::json!({ "kind": "code_format", "profile": "open_r1", "languages": [language] })
            }
        }
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let text = &sample.completion;
        let share = match self {
            Self::TagCount => open_r1_tag_count(text),
            Self::CodeFormat(language) => f64::from(u8::from(open_r1_code_format(text, language))),
        };
        super::soft::shared(share).with_rule(Rule::OpenR1).with_work(text.len() as u64)
    }
}
