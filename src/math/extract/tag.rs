//! Finds the answer in `<answer>` tags, or between the special tokens of a box.

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
    between(text, "<answer>", "</answer>", policy)
}

/// The last `<|begin_of_box|>…<|end_of_box|>`, with the rules of [`answer_tag`].
pub(super) fn box_tokens(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    // Most texts have no bar and need no search for the token.
    if memchr::memchr(b'|', text.as_bytes()).is_none() {
        return Ok(None);
    }
    between(text, "<|begin_of_box|>", "<|end_of_box|>", policy)
}

fn between(text: &str, open_mark: &str, close_mark: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    let Some(close) = last(text, close_mark) else { return Ok(None) };
    let Some(open) = last(&text[..close], open_mark) else { return Ok(None) };
    let inner = &text[open + open_mark.len()..close];
    let mut found = Extracted { end: close + close_mark.len(), ..Extracted::new(inner, "answer_tag") };
    if policy.last_box {
        if !policy.is_peer() {
            // The last tag counts whatever else is said, if the words beside it do not change it.
            if around_tag(text, open..found.end, &found.answer).changed {
                return Err(Reason::Hedged);
            }
        }
        return Ok(Some(found));
    }
    if text[close..].contains(open_mark) {
        return Err(Reason::NoAnswer);
    }
    let mut rest = &text[..open];
    while let Some((_, behind)) = rest.split_once(open_mark) {
        let Some((inner, behind)) = behind.split_once(close_mark) else { break };
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
