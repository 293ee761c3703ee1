//! Reads a derivative with the place of its evaluation, `\left. \frac{\partial f}{\partial r} \right|_r`, as one in brackets with an
//! index: `\left( \frac{\partial f}{\partial r} \right)_r`.
//!
//! Accepts: an invisible delimiter whose partner is a bar with an index, around a text with a differential. Everything else is left as it is
//! written.

use crate::math::symbols::has_command;

/// Most invisible delimiters of one answer that are looked at: each is followed to its partner.
const MOST: usize = 16;

/// The text with round brackets; `None` where nothing changes.
pub(super) fn with_round_brackets(source: &str) -> Option<String> {
    if !has_command(source, "\\left.") {
        return None;
    }
    let mut text: Option<String> = None;
    for (open, _) in source.match_indices("\\left.").take(MOST) {
        let from = open + "\\left.".len();
        let Some((close, length)) = partner(&source[from..]).map(|(place, length)| (from + place, length)) else { continue };
        let inner = &source[from..close];
        let differential = ["\\partial", "{d", "\\mathrm{d}", "\\nabla"].iter().any(|sign| inner.contains(sign));
        if !differential || !source[close + length..].trim_start().starts_with('_') {
            continue;
        }
        // Both replacements keep the length of the text, so that places found in it stay valid.
        let text = text.get_or_insert_with(|| source.to_owned());
        text.replace_range(open..open + "\\left.".len(), "\\left(");
        text.replace_range(close..close + length, &format!("{:<length$}", "\\right)"));
    }
    text
}

/// Where the `\right|` begins that closes a `\left` before the text, and its length; `None` where another delimiter closes it.
fn partner(text: &str) -> Option<(usize, usize)> {
    const BARS: [&str; 3] = ["\\right|", "\\right\\vert", "\\right\\rvert"];
    let (mut depth, mut place) = (0_usize, 0);
    while let Some(next) = text[place..].find('\\') {
        place += next;
        let rest = &text[place..];
        if rest.starts_with("\\left") && !rest.starts_with("\\leftarrow") {
            depth += 1;
        } else if rest.starts_with("\\right") && !rest.starts_with("\\rightarrow") {
            match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return BARS.iter().find(|bar| rest.starts_with(**bar)).map(|bar| (place, bar.len())),
            }
        }
        place += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::with_round_brackets;

    #[test]
    fn only_derivatives_at_a_place_change() {
        let text = with_round_brackets(r"3 \left. \frac{\partial f}{\partial r} \right|_r + 1");
        assert_eq!(text.as_deref(), Some(r"3 \left( \frac{\partial f}{\partial r} \right)_r + 1"));
        for text in
            [r"\left. x^2 \right|_0^1", r"\left. \frac{\partial f}{\partial r} \right)_r", r"\left. {d} \right|", r"\left.", "x"]
        {
            assert_eq!(with_round_brackets(text), None, "{text}");
        }
    }
}
