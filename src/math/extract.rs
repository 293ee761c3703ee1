//! Where the final answer of a response stands.
//!
//! Accepts: any text, in one linear scan with a few passes of a fast substring search. Looks, outside the thinking block, for the last
//! `\boxed{}`, then `<answer>` tags, then `####`, then an answer phrase, then a short text that is nothing but an answer; the policy
//! may add the last formula or number. Refuses: text inside `<think>`, a thinking block that never ends, boxes that are never closed
//! and, under policies that say so, boxes that disagree (which the caller compares).

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::answer::Answer;
use super::policy::{Extract, Policy};
use crate::Reason;

/// Different boxes looked at before a response counts as hedged.
const MAX_BOXES: usize = 16;
/// Longest text that may be an answer without any mark.
const MAX_BARE: usize = 400;
/// Places of an answer phrase looked at, from the last one backwards.
const MAX_PHRASES: usize = 32;

/// Longest text between two boxes of one list, without LaTeX around it.
const MAX_JOINT: usize = 12;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The final answer; with several boxes, the last one.
    pub answer: String,
    /// Other boxes, different in text, that must agree with it.
    pub rivals: Vec<String>,
    /// Which mark it was found by.
    pub by: &'static str,
}

impl Extracted {
    fn new(answer: &str, by: &'static str) -> Self {
        Self { answer: answer.trim().to_owned(), rivals: Vec::new(), by }
    }
}

/// Finds the final answer.
pub fn extract(text: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.extract == Extract::None {
        return if text.trim().is_empty() { Err(Reason::NoAnswer) } else { Ok(Extracted::new(text, "whole")) };
    }
    let Some(visible) = outside_thinking(text) else { return Err(Reason::ThinkUnclosed) };
    let visible = visible.as_ref();
    match policy.extract {
        Extract::Boxed => boxed(visible, policy)?.ok_or(Reason::NoAnswer),
        Extract::AnswerTag => answer_tag(visible).ok_or(Reason::NoAnswer),
        Extract::LastNumber => last_number(visible).ok_or(Reason::NoAnswer),
        _ => auto(visible, policy),
    }
}

fn auto(visible: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.phrase_first
        && let Some(found) = phrase(visible).filter(|found| Answer::read(&found.answer).is_ok_and(|answer| answer.is_bare()))
    {
        return Ok(found);
    }
    if let Some(found) = boxed(visible, policy)? {
        return Ok(found);
    }
    // Tags and phrases share five letters: a text without them is passed over once, at the speed of a forward search.
    let marked = memmem::find(visible.as_bytes(), b"nswer").is_some();
    let found = (marked.then(|| answer_tag(visible)).flatten())
        .or_else(|| hashes(visible))
        .or_else(|| marked.then(|| phrase(visible)).flatten())
        .or_else(|| last_line(visible))
        .or_else(|| bare(visible));
    if !policy.last_number {
        return found.ok_or(Reason::NoAnswer);
    }
    // A whole sentence, or what cannot be read, gives the last formula or number in it.
    let readable = |found: &Extracted| Answer::read(&found.answer).is_ok_and(|answer| answer.is_bare());
    match found {
        Some(found) if found.by == "phrase" && !readable(&found) => {
            let within = last_number(&found.answer).filter(|_| found.answer.contains(' '));
            Ok(within.unwrap_or(found))
        }
        Some(found) => Ok(found),
        None => last_formula(visible).filter(readable).or_else(|| last_number(visible)).ok_or(Reason::NoAnswer),
    }
}

/// `A: 42` on the last line, as the solutions of GSM8K end.
fn last_line(text: &str) -> Option<Extracted> {
    let text = text.trim_end();
    let start = memchr::memrchr(b'\n', text.as_bytes()).map_or(0, |newline| newline + 1);
    let line = text[start..].trim();
    let answer = line.strip_prefix("A:").or_else(|| line.strip_prefix("Answer:"))?.trim();
    (!answer.is_empty()).then(|| Extracted::new(answer, "phrase"))
}

/// The text outside `<think>…</think>`; a lone `</think>` ends thinking that began in the prompt. `None` where thinking never ends and
/// nothing stands outside it.
fn outside_thinking(text: &str) -> Option<Cow<'_, str>> {
    if memmem::find(text.as_bytes(), b"think>").is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut visible = String::new();
    let mut rest = text;
    let mut unclosed = false;
    let first_close = first(rest, "</think>");
    let first_open = first(rest, "<think>");
    if let Some(close) = first_close
        && first_open.is_none_or(|open| close < open)
    {
        rest = &rest[close + "</think>".len()..];
    }
    loop {
        match first(rest, "<think>") {
            None => {
                visible.push_str(rest);
                break;
            }
            Some(open) => {
                visible.push_str(&rest[..open]);
                let inside = &rest[open + "<think>".len()..];
                match first(inside, "</think>") {
                    None => {
                        unclosed = true;
                        break;
                    }
                    Some(close) => {
                        // The blocks stay apart: text on both sides does not run together.
                        visible.push('\n');
                        rest = &inside[close + "</think>".len()..];
                    }
                }
            }
        }
    }
    if unclosed && visible.trim().is_empty() { None } else { Some(Cow::Owned(visible)) }
}

/// Where a box stands: from its command to what is behind it, and its content.
struct Span {
    start: usize,
    inner: Range<usize>,
    end: usize,
}

/// Every box with balanced braces, from left to right; nested ones count as part of the outer.
fn boxed(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    let bytes = text.as_bytes();
    let mut different: Vec<&str> = Vec::new();
    let mut boxes: Vec<Span> = Vec::new();
    let mut unclosed = None;
    let mut at = 0;
    // `\boxed`, `\fbox`, `\framebox`
    let finder = memmem::Finder::new(b"box");
    while let Some(found) = finder.find(&bytes[at..]) {
        let place = at + found;
        at = place + 3;
        let (start, name_end) = if text[..place].ends_with('\\') && text[place..].starts_with("boxed") {
            (place - 1, place + 5)
        } else if text[..place].ends_with("\\f") || text[..place].ends_with("\\frame") {
            (text[..place].rfind('\\').unwrap_or(place), place + 3)
        } else {
            continue;
        };
        let tail = &text[name_end..];
        let trimmed = tail.trim_start();
        let open = name_end + tail.len() - trimmed.len();
        let (inner_start, inner_end, end) = if trimmed.starts_with('{') {
            match closing_brace(bytes, open) {
                Some(close) => (open + 1, close, close + 1),
                None => {
                    unclosed = Some(open + 1);
                    break;
                }
            }
        } else if tail.starts_with(' ') && !trimmed.is_empty() {
            // `\boxed 42`
            let stop = trimmed.find(|c: char| c.is_whitespace() || c == '$').unwrap_or(trimmed.len());
            if stop == 0 {
                continue;
            }
            (open, open + stop, open + stop)
        } else {
            continue;
        };
        let inner = text[inner_start..inner_end].trim();
        if different.len() <= MAX_BOXES && !different.contains(&inner) {
            different.push(inner);
        }
        boxes.push(Span { start, inner: inner_start..inner_end, end });
        if boxes.len() > 4 * MAX_BOXES {
            boxes.remove(0);
        }
        at = end;
    }
    if let Some(start) = unclosed {
        if policy.unclosed_box {
            let line = text[start..].lines().next().unwrap_or("");
            return Ok(Some(Extracted::new(line.trim_end_matches(['$', '}', ' ']), "box")));
        }
        if boxes.is_empty() {
            return Err(Reason::NoAnswer);
        }
    }
    let Some(last) = boxes.last() else { return Ok(None) };
    let answer = text[last.inner.clone()].trim();
    let mut found = Extracted::new(answer, "box");
    if policy.box_list && different.len() > 1 {
        if let Some(list) = neighbours(text, &boxes) {
            found.answer = list;
        }
    } else if !policy.last_box {
        if different.len() > MAX_BOXES {
            return Err(Reason::Hedged);
        }
        found.rivals = different.into_iter().filter(|other| *other != answer).map(str::to_owned).collect();
    }
    // A percent sign behind the box belongs to it.
    let after = text[last.end..].trim_start_matches([' ', '$', '}']);
    if policy.percent_sign && (after.starts_with("\\%") || after.starts_with('%')) {
        found.answer.push_str("\\%");
    }
    Ok(Some(found))
}

fn closing_brace(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = open;
    for place in memchr::memchr3_iter(b'{', b'}', b'\\', &bytes[open..]) {
        let place = open + place;
        if place < at {
            continue;
        }
        match bytes[place] {
            b'\\' => at = place + 2,
            b'{' => depth += 1,
            _ => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
        }
    }
    None
}

/// The last run of boxes with little between them, as a list.
fn neighbours(text: &str, boxes: &[Span]) -> Option<String> {
    let joined = boxes.windows(2).rev().take_while(|pair| joins(&text[pair[0].end..pair[1].start])).count();
    let run = &boxes[boxes.len() - 1 - joined..];
    let parts: Vec<&str> = run.iter().map(|span| text[span.inner.clone()].trim()).collect();
    (parts.len() > 1).then(|| parts.join(", "))
}

/// Whether the text between two boxes makes one list of them: `\text{…}`, a name and `=`, or hardly anything.
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

fn answer_tag(text: &str) -> Option<Extracted> {
    let close = last(text, "</answer>")?;
    let open = last(&text[..close], "<answer>")?;
    let inner = &text[open + "<answer>".len()..close];
    Some(Extracted::new(inner, "answer_tag"))
}

/// Where a mark stands first.
fn first(text: &str, mark: &str) -> Option<usize> {
    memmem::find(text.as_bytes(), mark.as_bytes())
}

/// Where a mark that cannot overlap itself stands last. Forward searches run at the speed of memory, backward ones do not.
fn last(text: &str, mark: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), mark).last()
}

/// `#### 42`, as in GSM8K.
fn hashes(text: &str) -> Option<Extracted> {
    let end = memchr::memrchr(b'#', text.as_bytes())? + 1;
    let place = text[..end].rfind("####")?;
    let tail = &text[place + 4..];
    let line = tail.lines().next().unwrap_or("").trim();
    (!line.is_empty() && !line.starts_with('#')).then(|| Extracted::new(line, "hashes"))
}

/// `The final answer is …`, `Answer: …`, `A: …`; the last one counts.
fn phrase(text: &str) -> Option<Extracted> {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    for _ in 0..MAX_PHRASES {
        let place = memmem::rfind(&bytes[..end], b"nswer")?;
        end = place;
        if !matches!(bytes.get(place.wrapping_sub(1)), Some(b'a' | b'A')) {
            continue;
        }
        let tail = text[place + 5..].trim_start_matches('*').trim_start();
        let tail = tail
            .strip_prefix("is")
            .filter(|t| t.starts_with([' ', ':', '\n', '$', '\\', '*']))
            .or_else(|| tail.strip_prefix(':'))
            .or_else(|| tail.strip_prefix('='));
        if let Some(tail) = tail
            && let Some(found) = after_phrase(tail)
        {
            return Some(found);
        }
    }
    None
}

fn after_phrase(tail: &str) -> Option<Extracted> {
    let tail = tail.trim_start_matches([':', '*', ' ', '\t']).trim_start();
    for (open, close) in [("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"), ("**", "**")] {
        if let Some(inner) = tail.strip_prefix(open)
            && let Some(stop) = inner.find(close)
        {
            let rest = inner[stop + close.len()..].trim_start_matches(['.', ' ', '*']);
            // `$41$ or $42$`: more on the same line belongs to the answer.
            let rest_of_line = rest.lines().next().unwrap_or("");
            let continues = rest_of_line.starts_with("or ")
                || rest_of_line.starts_with("and ")
                || rest_of_line.starts_with(", $")
                || rest_of_line.starts_with(",$");
            let empty = inner[..stop].trim().is_empty() || (open == "$" && inner[..stop].contains('\n'));
            if !continues && !empty {
                return Some(Extracted::new(&inner[..stop], "phrase"));
            }
        }
    }
    let line = tail.lines().next().unwrap_or("").trim();
    let stop = sentence_end(line);
    let answer = line[..stop].trim().trim_end_matches("**").trim_start_matches("**");
    (!answer.is_empty()).then(|| Extracted::new(answer, "phrase"))
}

/// Where the first sentence ends: a full stop or bracketed remark followed by a blank.
fn sentence_end(line: &str) -> usize {
    line.find(". ").or_else(|| line.strip_suffix('.').map(str::len)).unwrap_or(line.len())
}

/// A short single line that is nothing but the answer.
fn bare(text: &str) -> Option<Extracted> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BARE || text.contains('\n') {
        return None;
    }
    Answer::read(text).is_ok_and(|answer| answer.is_bare()).then(|| Extracted::new(text, "bare"))
}

/// The last `$…$`, `\(…\)` or `\[…\]` with no number behind it.
fn last_formula(text: &str) -> Option<Extracted> {
    let mut best: Option<(usize, usize)> = None;
    for (open, close) in [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")] {
        let Some(end) = text.rfind(close) else { continue };
        let Some(start) = text[..end].rfind(open) else { continue };
        let inner = (start + open.len(), end);
        if inner.0 < inner.1 && best.is_none_or(|(_, e)| inner.1 > e) && !text[inner.0..inner.1].trim().is_empty() {
            best = Some(inner);
        }
    }
    let (start, end) = best?;
    let behind = text[end..].bytes().any(|b| b.is_ascii_digit());
    (!behind && end - start <= MAX_BARE).then(|| Extracted::new(&text[start..end], "formula"))
}

/// The last number, with its sign, separators, fraction and percent sign.
fn last_number(text: &str) -> Option<Extracted> {
    let bytes = text.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let mut start = end;
    while start > 0 {
        let byte = bytes[start - 1];
        let inside = byte.is_ascii_digit()
            || (matches!(byte, b'.' | b',' | b'/') && start >= 2 && bytes[start - 2].is_ascii_digit())
            || byte == b'.';
        if !inside {
            break;
        }
        start -= 1;
    }
    if bytes[..start].last().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let mut sign = start;
    while sign > 0 && (bytes[sign - 1] == b'$' || bytes[sign - 1] == b' ') && start - sign < 2 {
        sign -= 1;
    }
    let negative = sign > 0 && bytes[sign - 1] == b'-' && (sign < 2 || !bytes[sign - 2].is_ascii_digit());
    let percent = text[end..].starts_with('%') || text[end..].starts_with("\\%");
    let number = format!(
        "{}{}{}",
        if negative { "-" } else { "" },
        text[start..end].trim_end_matches(['.', ',']),
        if percent { "\\%" } else { "" }
    );
    Some(Extracted::new(&number, "last_number"))
}
