//! Extracts the program of a completion.
//!
//! Accepts: the last fenced block of the language that is not blank; else the last such block without a language that may do
//! something and is not announced as output or input; else, without blocks of these kinds, the whole text, or what is between
//! `<answer>` and `</answer>` or `[PYTHON]` and `[/PYTHON]` in it. Where the prompt opened the fence, the completion begins
//! with a statement and its only fence, without a language, ends the program. Text inside thinking is ignored; a mark of
//! thinking in a string or a comment of a program is no mark. Special tokens at the end are no part of a program. Refuses:
//! blank text, and a thinking block that never ends.

use std::borrow::Cow;

use super::fences::{Block, INVISIBLE, blocks, is_python};
use super::lexed::Lexer;
use crate::Reason;
use crate::reading::Thinking;
use crate::reading::has_visible;

/// How marks of thinking begin.
const MARKS: [char; 3] = ['<', '[', '◁'];
/// How often the text before a block is read for thinking that is open there.
const MOST_READS: usize = 16;

/// The program's text.
///
/// # Errors
/// `think_unclosed` or `no_program`.
///
/// ```
/// use r1rewards::code::extract_program;
/// assert_eq!(extract_program("First\n```python\nx = 1\n```\nthen\n```py\nx = 2\n```").as_deref(), Ok("x = 2\n"));
/// assert_eq!(extract_program("print(3)").as_deref(), Ok("print(3)"));
/// ```
pub fn extract_program(completion: &str) -> Result<Cow<'_, str>, Reason> {
    // Of the same length: positions are the same in both.
    let masked = without_quoted_marks(completion);
    let parts = Thinking::Auto.read(&masked);
    if parts.is_open() {
        return Err(Reason::ThinkUnclosed);
    }
    let (mut named, mut unnamed, mut whole, mut has_block) = (None, None, "", false);
    for stretch in parts.stretches() {
        let answer = &completion[stretch.clone()];
        let found = blocks(answer);
        if let Some(program) = continued(answer, &found) {
            (has_block, unnamed) = (true, Some(Cow::Borrowed(program)));
            continue;
        }
        for block in found {
            let place = if is_python(&block.language) {
                &mut named
            } else if block.language.is_empty() {
                &mut unnamed
            } else {
                continue;
            };
            has_block = true;
            // What a program prints, in a block without a language, is no program, unless there is no other.
            let is_sample = block.language.is_empty() && (block.is_sample || !may_do_something(&block.content));
            if has_visible(&block.content) && !(is_sample && place.is_some()) {
                *place = Some(trimmed(block.content, !block.closed));
            }
        }
        whole = answer;
    }
    match named.or(unnamed) {
        Some(program) => Ok(program),
        None if has_block => Err(Reason::NoProgram),
        None if has_visible(whole) => Ok(trimmed(Cow::Borrowed(tagged(whole)), true)),
        None => Err(Reason::NoProgram),
    }
}

/// The program of a text that continues a block: the prompt ended with an opening fence.
fn continued<'t>(text: &'t str, found: &[Block]) -> Option<&'t str> {
    let [Block { language, range, closed: false, .. }] = found else { return None };
    let fence = text[..range.start].trim_end().len();
    let program = &text[..text[..fence].rfind('\n')? + 1];
    (language.is_empty() && begins_with_statement(program)).then_some(program)
}

/// Whether a text may be a program that does anything: one has a call, an assignment, an import or a definition.
fn may_do_something(text: &str) -> bool {
    let word = |line: &str| line.split_whitespace().next().is_some_and(|word| matches!(word, "import" | "from" | "def" | "class"));
    let is_called =
        |(at, _): (usize, &str)| text[..at].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ')' | ']'));
    text.contains('=') || text.lines().any(word) || text.match_indices('(').any(is_called)
}

/// Whether the first line that is neither blank nor a comment is an import, a definition, a decorator, an assignment or a
/// call at the margin.
fn begins_with_statement(text: &str) -> bool {
    let is_code = |line: &&str| has_visible(line) && !line.starts_with('#');
    let Some(line) = text.lines().find(is_code) else { return false };
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
    let words: Vec<&str> = line.split_whitespace().collect();
    if line.starts_with(char::is_whitespace) {
        return false;
    }
    if let Some((targets, value)) = line.split_once('=') {
        let is_target = |target: &str| is_name(target.split(':').next().unwrap_or_default().trim());
        if targets.split(',').all(is_target) {
            return !value.starts_with('=') && has_visible(value) && !is_prose(value);
        }
    }
    if line.trim_end().ends_with(')') && line.split_once('(').is_some_and(|(name, _)| is_name(name)) {
        return true;
    }
    match words[..] {
        ["import", ref modules @ ..] => modules
            .join(" ")
            .split(',')
            .all(|module| matches!(module.split_whitespace().collect::<Vec<_>>()[..], [name] | [name, "as", _] if is_name(name))),
        ["from", module, "import", ..] => is_name(module),
        ["def" | "class", name, ..] | ["async", "def", name, ..] => {
            is_name(name.split(['(', ':', '[']).next().unwrap_or_default()) && line.contains(['(', ':'])
        }
        [first, ..] => first.strip_prefix('@').is_some_and(|name| is_name(name.split('(').next().unwrap_or_default())),
        [] => false,
    }
}

/// Whether two words follow each other that are no expression: `5 is the answer`. Strings and comments are no words.
fn is_prose(value: &str) -> bool {
    const JOIN: [&str; 11] = ["and", "or", "not", "in", "is", "if", "else", "for", "lambda", "await", "yield"];
    let bare = value.split(['"', '\'', '#']).next().unwrap_or_default();
    let words: Vec<&str> = bare.split_whitespace().collect();
    let is_word = |word: &str| word.chars().all(char::is_alphabetic) && !JOIN.contains(&word);
    words.windows(2).any(|pair| is_word(pair[0]) && is_word(pair[1]))
}

/// Pairs of tags that stand around a program without fences.
const TAGS: [(&str, &str); 3] = [("<answer>", "</answer>"), ("<solution>", "</solution>"), ("[PYTHON]", "[/PYTHON]")];

/// What is between the last pair of tags, or the text.
fn tagged(text: &str) -> &str {
    let between = |(open, close): &(&str, &str)| {
        let end = text.rfind(close)?;
        let start = text[..end].rfind(open)? + open.len();
        Some(text[start..end].trim_start_matches(['\r', '\n']))
    };
    TAGS.iter().find_map(between).unwrap_or(text)
}

/// A program without characters that nobody sees before it and, at the end of the text, without special tokens behind it.
fn trimmed(program: Cow<'_, str>, ends_text: bool) -> Cow<'_, str> {
    let cut = |text: &str| {
        let mut end = text.len();
        while ends_text && let Some(shorter) = without_token(&text[..end]) {
            end = shorter;
        }
        (text.len() - text.trim_start_matches(INVISIBLE).len()).min(end)..end
    };
    match program {
        Cow::Borrowed(text) => Cow::Borrowed(&text[cut(text)]),
        Cow::Owned(text) => Cow::Owned(text[cut(&text)].to_owned()),
    }
}

/// Where a text ends without the special token at its end.
fn without_token(text: &str) -> Option<usize> {
    let rest = text.trim_end();
    let plain = ["</s>", "<eos>"].iter().find_map(|token| rest.strip_suffix(token)).map(str::len);
    plain.or_else(|| {
        let start = rest.strip_suffix("|>")?.rfind("<|")?;
        let word = &rest[start + 2..rest.len() - 2];
        let is_token = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        is_token.then_some(start)
    })
}

/// The text with other characters where marks of thinking may begin in strings of closed blocks, and in comments of those
/// that are not in thinking themselves.
fn without_quoted_marks(text: &str) -> Cow<'_, str> {
    let (mut masked, mut reads) = (Cow::Borrowed(text), 0);
    for block in blocks(text).into_iter().filter(|block| block.closed && (block.language.is_empty() || is_python(&block.language)))
    {
        let program = &text[block.range.clone()];
        if !program.contains(MARKS) {
            continue;
        }
        let mut places = quoted_marks(program);
        if places.iter().any(|(place, wide)| *wide && may_be_mark(&program[*place..])) {
            reads += 1;
            if reads > MOST_READS || Thinking::Auto.read(&masked[..block.range.start]).is_open() {
                places.retain(|(_, wide)| !wide);
            }
        }
        for (place, _) in places {
            let at = block.range.start + place;
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            masked.to_mut().replace_range(at..at + length, &"\u{1}".repeat(length));
        }
    }
    masked
}

/// Whether a mark of thinking may begin a text.
fn may_be_mark(text: &str) -> bool {
    let start: String = text.chars().take(20).flat_map(char::to_lowercase).collect();
    ["think", "reason", "thought", "channel"].iter().any(|word| start.contains(word))
}

/// Where marks may begin in strings and comments, and whether a comment or a string of several lines holds each. A string
/// that its line should end and does not is none.
fn quoted_marks(program: &str) -> Vec<(usize, bool)> {
    let (mut found, mut lexer, mut start) = (Vec::new(), Lexer::default(), 0);
    for line in program.split_inclusive('\n') {
        let cut = lexer.line(line, |at, wide| {
            if line.is_char_boundary(at) && line[at..].starts_with(MARKS) {
                found.push((start + at, wide));
            }
        });
        if let Some(cut) = cut {
            found.retain(|(at, _)| *at < start + cut);
        }
        start += line.len();
    }
    found
}
