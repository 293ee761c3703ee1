//! The reply in a text that begins with the prompt, as some trainers pass it.

/// The markers that begin an assistant's turn in the chat templates of open models.
const ASSISTANT: [&str; 12] = [
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|start_of_role|>assistant<|end_of_role|>",
    "<|header_start|>assistant<|header_end|>\n\n",
    "<start_of_turn>model\n",
    "<|turn>model\n",
    "<|start|>assistant<|channel|>final<|message|>",
    "<｜Assistant｜>",
    "<|Assistant|>",
    "<|assistant|>\n",
    "<|assistant|>",
    "[/INST]",
];
/// The number of characters at the end of a prompt that are assumed not to occur elsewhere by chance.
const TAIL: usize = 48;
/// If two texts begin with this many equal characters, one is assumed to be made from the other.
const CHANCE: usize = 8;

/// The text after the prompt in a query; `None` if its place cannot be determined, so that text of a prompt is never judged.
///
/// The query may have the prompt cut from the left, as OpenRLHF does if it is too long, or slightly changed (a token before it, other
/// white space). The methods, in this order: the prompt itself, the prompt without regard to white space, an end of the prompt of at
/// least 48 characters with which the query begins, the last characters of the prompt anywhere in the query, a shorter end with which
/// the query begins, the marker of the chat template. Without a prompt, only the last.
///
/// ```
/// use r1rewards::reading::after_prompt;
/// assert_eq!(after_prompt("7*6? 42", Some("What is 7*6? ")), Some("42"));
/// assert_eq!(after_prompt("<s> What is 7*6? 42", Some("What is 7*6? ")), Some("42"));
/// assert_eq!(after_prompt("2", None), None);
/// ```
pub fn after_prompt<'q>(query: &'q str, prompt: Option<&str>) -> Option<&'q str> {
    let Some(prompt) = prompt else { return after_marker(query, "") };
    if let Some(rest) = query.strip_prefix(prompt) {
        return Some(rest);
    }
    if let Some(end) = end_but_for_blanks(query, prompt) {
        return Some(&query[end..]);
    }
    let shared = overlap(prompt, query);
    let characters = query[..shared].chars().count();
    if characters >= TAIL {
        return Some(&query[shared..]);
    }
    let tail = end_that_is_there_once(prompt);
    if tail.chars().count() >= CHANCE {
        let most = byte_of(query, 2 * prompt.chars().count() + 4 * TAIL);
        if let Some(at) = query[..most].find(tail) {
            return Some(&query[at + tail.len()..]);
        }
    }
    let is_changed =
        || query.starts_with(&prompt[..byte_of(prompt, CHANCE)]) || characters < CHANCE && is_like(&query[shared..], prompt);
    if shared > 0 && !is_changed() {
        return Some(&query[shared..]);
    }
    after_marker(query, prompt)
}

/// The byte at which the character with this index begins; the length if there are fewer.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// The last characters of a text, at most so many.
fn last(text: &str, characters: usize) -> &str {
    let at = text.char_indices().rev().take(characters).last().map_or(text.len(), |(at, _)| at);
    &text[at..]
}

/// An end of the prompt that occurs in it once. Turns and examples in a prompt may have the same ending, so the end is extended until it
/// is unique.
fn end_that_is_there_once(prompt: &str) -> &str {
    let length = prompt.chars().count();
    let mut size = TAIL.min(CHANCE.max(2 * length / 3));
    loop {
        let end = last(prompt, size);
        if size >= length || prompt.find(end) == Some(prompt.len() - end.len()) {
            return end;
        }
        size *= 2;
    }
}

/// Where the prompt ends in a query that begins with it, without regard to white space; `None` if the query does not.
fn end_but_for_blanks(query: &str, prompt: &str) -> Option<usize> {
    let mut rest = query;
    for letter in prompt.chars().filter(|letter| !letter.is_whitespace()) {
        rest = rest.trim_start().strip_prefix(letter)?;
    }
    // The white space at the end of the prompt does not belong to the reply.
    for _ in prompt.chars().rev().take_while(|letter| letter.is_whitespace()) {
        rest = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
    }
    Some(query.len() - rest.len())
}

/// The bytes of the longest end of the prompt with which the query begins, in linear time (Knuth-Morris-Pratt). It is whole characters,
/// since it begins where the query does and ends where the prompt does.
fn overlap(prompt: &str, query: &str) -> usize {
    let (prompt, query) = (prompt.as_bytes(), query.as_bytes());
    let begin = &query[..query.len().min(prompt.len())];
    let end = &prompt[prompt.len() - begin.len()..];
    let mut borders = vec![0; begin.len()];
    let mut size = 0;
    for at in 1..begin.len() {
        while size > 0 && begin[at] != begin[size] {
            size = borders[size - 1];
        }
        size += usize::from(begin[at] == begin[size]);
        borders[at] = size;
    }
    size = 0;
    for letter in end {
        while size > 0 && (size == begin.len() || *letter != begin[size]) {
            size = borders[size - 1];
        }
        size += usize::from(*letter == begin[size]);
    }
    size
}

/// Whether the beginning of a text has parts of the prompt: then it is a changed prompt and not a reply.
fn is_like(text: &str, prompt: &str) -> bool {
    let window = CHANCE + CHANCE / 2;
    let starts = text.char_indices().map(|(at, _)| at).take(4 * TAIL);
    starts
        .filter_map(|at| {
            let part = &text[at..];
            let end = part.char_indices().nth(window - 1).map(|(last, letter)| last + letter.len_utf8())?;
            Some(&part[..end])
        })
        .any(|part| prompt.contains(part))
}

fn after_marker<'q>(query: &'q str, prompt: &str) -> Option<&'q str> {
    for marker in ASSISTANT {
        let there = query.matches(marker).count();
        if there == 0 {
            continue;
        }
        // Markers of earlier replies in the conversation are skipped. Without a prompt their number is unknown, so the query must then
        // have exactly one marker.
        let turns = if prompt.is_empty() { usize::from(there == 1) } else { prompt.matches(marker).count().min(there) };
        if turns == 0 {
            return None;
        }
        return query.splitn(turns + 1, marker).nth(turns);
    }
    None
}
