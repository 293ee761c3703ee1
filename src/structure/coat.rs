//! Satori's Chain-of-Action-Thought: steps opened by meta-actions.
//!
//! Accepts: text split by `<|continue|>`, `<|reflect|>` and `<|explore|>`, optionally with a first step that no token
//! opens. Refuses (as a format): a step without visible text, too few meta-actions, and a final answer that is not
//! boxed if `require_boxed` is set. Source: Satori, 2502.02508, section 4.1.

use std::ops::Range;

use super::{Fault, find_boxed};
use crate::Reason;
use crate::reading::has_visible;

/// The meta-action tokens in the paper's order.
pub const META_ACTIONS: [&str; 3] = ["<|continue|>", "<|reflect|>", "<|explore|>"];

/// A step: the text between two meta-actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The token that opened it; `None` for text before the first token.
    pub action: Option<&'static str>,
    /// Where the step starts, including its token.
    pub start: usize,
    /// The bytes of its text.
    pub text: Range<usize>,
}

/// Splits a trajectory into steps; joining them gives the text back.
///
/// ```
/// use r1rewards::structure::coat_steps;
/// let text = "start<|reflect|>wait<|explore|>other way";
/// let steps = coat_steps(text);
/// assert_eq!(steps.iter().map(|step| (step.action, &text[step.text.clone()])).collect::<Vec<_>>(),
///     [(None, "start"), (Some("<|reflect|>"), "wait"), (Some("<|explore|>"), "other way")]);
/// ```
pub fn coat_steps(text: &str) -> Vec<Step> {
    let bytes = text.as_bytes();
    let mut steps = Vec::new();
    let mut current = Step { action: None, start: 0, text: 0..0 };
    for start in memchr::memmem::find_iter(bytes, "<|") {
        let Some(action) = META_ACTIONS.into_iter().find(|action| bytes[start..].starts_with(action.as_bytes())) else { continue };
        current.text.end = start;
        if current.action.is_some() || start > 0 {
            steps.push(current);
        }
        current = Step { action: Some(action), start, text: start + action.len()..0 };
    }
    current.text.end = text.len();
    if current.action.is_some() || !text.is_empty() {
        steps.push(current);
    }
    steps
}

/// The rule of the `coat` template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coat {
    /// At least this many meta-actions.
    pub min_actions: usize,
    /// The last step must have a closed `\boxed{…}` with visible content.
    pub require_boxed: bool,
}

impl Default for Coat {
    fn default() -> Self {
        Self { min_actions: 1, require_boxed: false }
    }
}

impl Coat {
    /// The steps of a well-formed trajectory.
    ///
    /// # Errors
    /// A blank step, too few actions, a missing final box.
    pub fn check(self, text: &str) -> Result<Vec<Step>, Fault> {
        let fault = |reason, section: &str, offset| Err(Fault { reason, section: section.to_owned(), offset });
        let steps = coat_steps(text);
        if let Some(blank) = steps.iter().find(|step| step.action.is_some() && !has_visible(&text[step.text.clone()])) {
            return fault(Reason::SectionBlank, blank.action.unwrap_or_default(), blank.text.start);
        }
        if steps.iter().filter(|step| step.action.is_some()).count() < self.min_actions {
            return fault(Reason::SectionMissing, "meta-action", text.len());
        }
        let boxed = steps.last().is_some_and(|last| {
            let text = &text[last.text.clone()];
            find_boxed(text).into_iter().any(|content| has_visible(&text[content]))
        });
        if self.require_boxed && !boxed {
            return fault(Reason::NoAnswer, "boxed", text.len());
        }
        Ok(steps)
    }
}
