//! Removes text around an answer that has no meaning.
//!
//! Accepts any text; the inside of the answer is not examined.

/// Cuts blanks, sentence punctuation, a trailing line break of LaTeX, Markdown emphasis and the tokens of a box
/// around an answer.
pub fn trim(source: &str) -> &str {
    // Most answers begin and end with characters that are never cut.
    let kept = |byte: Option<&u8>| {
        byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'-'))
    };
    if kept(source.as_bytes().first()) && kept(source.as_bytes().last()) {
        return source;
    }
    let mut text = source;
    loop {
        let before = text.len();
        text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
        text = text.strip_suffix("\\\\").unwrap_or(text);
        if !text.ends_with("\\,") && !text.ends_with("\\;") && !text.ends_with("\\:") {
            text = text.trim_end_matches([',', ';', ':', '。', '，']);
        } else {
            text = &text[..text.len() - 2];
        }
        if text.ends_with('.') && !text.ends_with("\\right.") && !text.ends_with("..") {
            text = &text[..text.len() - 1];
        }
        if let Some(inner) = text.strip_prefix("<|begin_of_box|>").and_then(|t| t.strip_suffix("<|end_of_box|>")) {
            text = inner;
        }
        if text.len() >= 4
            && let Some(inner) = text.strip_prefix("**").and_then(|t| t.strip_suffix("**"))
            && !inner.contains("**")
        {
            text = inner;
        }
        if text.len() == before {
            return text;
        }
    }
}

/// The contents of a box that is the whole text, `\boxed{5}`, or of a line under all of it, `\underline{5}`.
pub fn unboxed(source: &str) -> &str {
    let bare = source.trim_matches('$');
    let marked = source.strip_prefix("\\boxed{").or_else(|| bare.strip_prefix("\\underline{"));
    let Some(inner) = marked.and_then(|rest| rest.strip_suffix('}')) else { return source };
    let mut depth = 0_usize;
    let whole = inner.bytes().all(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            _ => {}
        }
        true
    });
    if whole && depth == 0 { trim(inner) } else { source }
}
