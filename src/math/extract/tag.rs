//! The answer in `<answer>` tags.

use memchr::memmem;

use super::found::Extracted;
use crate::Reason;
use crate::math::policy::Policy;
use crate::reading::around::around_tag;

/// Different answer tags looked at before a response counts as hedged.
const MAX_TAGS: usize = 16;

/// The last `<answer>…</answer>`; others must agree with it, as must what stands beside it. One that is open at the end was cut off.
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

/// Where a mark that cannot overlap itself stands last. Forward searches run at the speed of memory, backward ones do not.
pub(super) fn last(text: &str, mark: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), mark).last()
}
