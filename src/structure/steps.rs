//! Reasoning steps, open-r1's soft reward for visible structure.
//!
//! Accepts: any text. It only counts markers and is gamed by writing markers, so give it a small weight.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::{Outcome, Reason, Result, Reward, Sample, Verdict};

/// Rewards a text by its step markers: min(1, count / target).
///
/// Source: open-r1 `reasoning_steps_reward`, target 3, pattern
/// `(Step \d+:|^\d+\.|\n-|\n\*|First,|Second,|Next,|Finally,)` without the multi-line flag.
///
/// ```
/// use r1rewards::{Reward, Sample, structure::ReasoningSteps};
/// let reward = ReasoningSteps::new(3)?;
/// assert_eq!(reward.score(&Sample::new("First, add.\n- then carry\nFinally, stop.")).value, Some(1.0));
/// assert_eq!(reward.score(&Sample::new("Step 12: add")).value, Some(1.0 / 3.0));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ReasoningSteps {
    target: u32,
}

impl ReasoningSteps {
    /// Full reward at `target` markers.
    ///
    /// # Errors
    /// If `target` is 0.
    pub fn new(target: u32) -> Result<Self> {
        if target == 0 {
            return Err(crate::Error::option("target", 0, "give a number of steps above 0"));
        }
        Ok(Self { target })
    }
}

impl Reward for ReasoningSteps {
    fn name(&self) -> &'static str {
        "reasoning_steps"
    }

    fn config(&self) -> Value {
        json!({ "kind": "reasoning_steps", "target": self.target })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let count = count_steps(&sample.completion);
        #[expect(clippy::cast_precision_loss, reason = "a count of markers is far below 2^52")]
        let share = (count as f64 / f64::from(self.target)).min(1.0);
        let (verdict, reason) = match share {
            1.0.. => (Verdict::Correct, Reason::Passed),
            0.0 => (Verdict::Incorrect, Reason::Failed),
            _ => (Verdict::Incorrect, Reason::Partial),
        };
        Outcome::valued(verdict, share, reason)
            .with_detail(format!("{count} step markers"))
            .with_work(sample.completion.len() as u64)
    }
}

/// The number of step markers in a text, found left to right without overlap.
pub fn count_steps(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = digits_at(text, 0);
    let numbered = digits > 0 && bytes[digits..].first() == Some(&b'.');
    let mut count = usize::from(numbered);
    let mut from = if numbered { digits + 1 } else { 0 };
    // Every other marker starts with a letter of this set or a new line.
    while let Some(place) = next_candidate(bytes, from) {
        let length = marker_at(text, place);
        count += usize::from(length > 0);
        from = place + length.max(1);
    }
    count
}

fn next_candidate(bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|byte| matches!(byte, b'\n' | b'S' | b'F' | b'N')).map(|place| from + place)
}

fn marker_at(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    for word in ["\n-", "\n*", "First,", "Second,", "Next,", "Finally,"] {
        if rest.starts_with(word.as_bytes()) {
            return word.len();
        }
    }
    if rest.starts_with(b"Step ") {
        let digits = digits_at(text, at + 5);
        if digits > 0 && rest.get(5 + digits) == Some(&b':') {
            return 5 + digits + 1;
        }
    }
    0
}

/// The length of the run of decimal digits of any script, as for Python's `\d` (`char::is_numeric` accepts more).
fn digits_at(text: &str, at: usize) -> usize {
    let ascii = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if text.as_bytes().get(at + ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    static DIGITS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d+").expect("the pattern is sound"));
    DIGITS.find(&text[at..]).map_or(0, |digits| digits.len())
}
