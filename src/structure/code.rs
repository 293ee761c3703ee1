//! The code-block format: answers that are fenced code blocks ([`fenced_blocks`]).

use std::ops::Range;

use serde_json::{Value, json};

use super::Fault;
use crate::reading::has_visible;
use crate::reading::{FencedBlock, Thinking, fenced_blocks};
use crate::{Outcome, Reason, Reward, Sample};

/// Rewards completions whose answer part has closed code blocks in a language.
///
/// The answer part is the text outside thinking. Reward 1 if every fence in it is closed and the last block in one of
/// the languages (any language if the list is empty) has visible text; otherwise 0.
///
/// ```
/// use r1rewards::{Reward, Sample, structure::CodeFormat};
/// let reward = CodeFormat::new(["python", "py"]);
/// assert!(reward.score(&Sample::new("Here:\n```python\nprint(1)\n```")).is_correct());
/// assert_eq!(reward.score(&Sample::new("```python\nprint(1)")).reason.code(), "section_unclosed");
/// ```
#[derive(Debug, Clone, Default)]
pub struct CodeFormat {
    languages: Vec<String>,
}

impl CodeFormat {
    /// Requires a block in one of these languages; an empty list accepts any.
    pub fn new<S: Into<String>>(languages: impl IntoIterator<Item = S>) -> Self {
        Self { languages: languages.into_iter().map(|language| language.into().to_lowercase()).collect() }
    }

    fn check(&self, text: &str) -> Result<Range<usize>, Fault> {
        let fault = |reason, offset| Fault { reason, section: "code block".to_owned(), offset };
        let parts = Thinking::Auto.read(text);
        if parts.is_open() {
            return Err(fault(Reason::ThinkUnclosed, text.len()));
        }
        let wanted = |block: &FencedBlock<'_>| {
            self.languages.is_empty() || self.languages.iter().any(|language| *language == block.language)
        };
        let mut last = None;
        for stretch in parts.stretches() {
            for block in fenced_blocks(&text[stretch.clone()]) {
                if !block.closed {
                    return Err(fault(Reason::SectionUnclosed, stretch.start + block.start));
                }
                if wanted(&block) {
                    last = Some(stretch.start + block.content.start..stretch.start + block.content.end);
                }
            }
        }
        match last {
            None => Err(fault(Reason::SectionMissing, text.len())),
            Some(content) if has_visible(&text[content.clone()]) => Ok(content),
            Some(content) => Err(fault(Reason::SectionBlank, content.start)),
        }
    }
}

impl Reward for CodeFormat {
    fn name(&self) -> &'static str {
        "code_format"
    }

    fn config(&self) -> Value {
        json!({ "kind": "code_format", "languages": self.languages })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        match self.check(&sample.completion) {
            Ok(content) => Outcome::correct(Reason::Passed).with_extracted(&sample.completion[content]),
            Err(fault) => Outcome::incorrect(fault.reason).with_detail(fault.to_string()),
        }
        .with_work(sample.completion.len() as u64)
    }
}
