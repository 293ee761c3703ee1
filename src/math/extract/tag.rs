//! Finds the answer in `<answer>` tags.

use memchr::memmem;

use super::found::Extracted;
use crate::Reason;
use crate::math::policy::Policy;
use crate::reading::around::around_tag;

/// Most different answers in tags; with more the completion counts as hedged.
const MAX_TAGS: usize = 16;

/// The last `<answer>…</answer>`; other tags, and values next to the last one, must agree with it. A tag that is still
/// open at the end means that the text was cut off.
pub(super) fn answer_tag(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    const OPEN: &str = "<answer>";
    const CLOSE: &str = "</answer>";
    let Some(close) = last(text, CLOSE) else { return Ok(None) };
    let Some(open) = last(&text[..close], OPEN) else { return Ok(None) };
    let mut found = Extracted { end: close + CLOSE.len(), ..Extracted::new(&text[open + OPEN.len()..close], "answer_tag") };
    if policy.last_box {
        return Ok(Some(found));
    }
    if text[close..].contains(OPEN) {
        return Err(Reason::NoAnswer);
    }
    let mut rest = &text[..open];
    while let Some((_, behind)) = rest.split_once(OPEN) {
        let Some((inner, behind)) = behind.split_once(CLOSE) else { break };
        let inner = inner.trim();
        if inner != found.answer && !found.rivals.iter().any(|rival| rival == inner) {
            if found.rivals.len() >= MAX_TAGS {
                return Err(Reason::Hedged);
            }
            found.rivals.push(inner.to_owned());
        }
        rest = behind;
    }
    let beside = around_tag(text, open..found.end, &found.answer);
    found.stand_beside(beside, policy)?;
    Ok(Some(found))
}

/// Offset of the last occurrence of a mark that cannot overlap itself. It uses a forward search, which is much faster
/// than a backward one.
pub(super) fn last(text: &str, mark: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), mark).last()
}
