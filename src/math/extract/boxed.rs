//! Finds the answer in a box.

use super::found::Extracted;
use crate::Reason;
use crate::math::policy::Policy;
use crate::reading::around::around;
use crate::reading::{BoxSpan, find_boxes};

/// Most different boxes of a completion; with more it counts as hedged.
const MAX_BOXES: usize = 16;
/// Longest text, in bytes, between two boxes of one list, not counting LaTeX marks, `\text{…}` and a name with `=`.
const MAX_JOINT: usize = 12;

/// The last box, and the rivals that must agree with it: other boxes, and values next to it.
pub(super) fn boxed(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    let boxes = find_boxes(text);
    if let Some((_, content)) = boxes.unclosed {
        if policy.unclosed_box {
            let line = text[content..].lines().next().unwrap_or("");
            return Ok(Some(Extracted::new(line.trim_end_matches(['$', '}', ' ']), "box")));
        }
        // The text was cut off, so a box that was closed before is not the final answer.
        if !policy.last_box || boxes.closed.is_empty() {
            return Err(Reason::NoAnswer);
        }
    }
    let answers: Vec<&BoxSpan> = boxes.answers(text).collect();
    let Some(last) = answers.last() else { return Ok(None) };
    let answer = text[last.inner.clone()].trim();
    let mut found = Extracted { end: last.end, ..Extracted::new(answer, "box") };
    let mut different: Vec<&str> = Vec::new();
    for inner in answers.iter().map(|span| text[span.inner.clone()].trim()) {
        if different.len() <= MAX_BOXES && !different.contains(&inner) {
            different.push(inner);
        }
    }
    if policy.box_list && different.len() > 1 {
        if let Some(list) = neighbours(text, &answers) {
            found.answer = list;
        }
    } else if !policy.last_box {
        if different.len() > MAX_BOXES {
            return Err(Reason::Hedged);
        }
        found.rivals = different.into_iter().filter(|other| *other != answer).map(str::to_owned).collect();
    }
    if !policy.is_peer() {
        found.stand_beside(around(text, last), policy)?;
    }
    Ok(Some(found))
}

/// The last sequence of boxes with little text between them, as a list.
fn neighbours(text: &str, boxes: &[&BoxSpan]) -> Option<String> {
    let joined = boxes.windows(2).rev().take_while(|pair| joins(&text[pair[0].end..pair[1].start])).count();
    let run = &boxes[boxes.len() - 1 - joined..];
    let parts: Vec<&str> = run.iter().map(|span| text[span.inner.clone()].trim()).collect();
    (parts.len() > 1).then(|| parts.join(", "))
}

/// Whether the text between two boxes makes them one list: `\text{…}`, a name and `=`, or at most 12 other bytes.
fn joins(between: &str) -> bool {
    if between.len() > 80 || between.contains("\n\n") {
        return false;
    }
    let mut rest = between.trim().to_owned();
    for mark in ["\\(", "\\)", "\\[", "\\]", "\\qquad", "\\quad", "\\,", "\\;", "$", "\n"] {
        rest = rest.replace(mark, " ");
    }
    while let Some((head, tail)) = rest.split_once("\\text{") {
        let Some((_, tail)) = tail.split_once('}') else { return false };
        rest = format!("{head} {tail}");
    }
    // `y_2 =`
    if let Some(head) = rest.trim_end().strip_suffix('=') {
        let name = head.split_whitespace().next_back().unwrap_or("");
        if name.is_empty() || name.len() > 8 {
            return false;
        }
        rest = head.trim_end()[..head.trim_end().len() - name.len()].to_owned();
    }
    rest.trim().len() <= MAX_JOINT
}
