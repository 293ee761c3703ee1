//! Reads intervals with outward square brackets, `]2, 3[`, as intervals with round ones.
//!
//! Accepts: texts whose square brackets all belong to intervals of two ends, at least one of them with an outward
//! bracket. Everything else is left as it is written.

/// The text with round brackets; `None` where nothing changes.
pub(super) fn with_round_brackets(source: &str) -> Option<String> {
    memchr::memchr2(b'[', b']', source.as_bytes())?;
    let mark = |place: usize| (place, char::from(source.as_bytes()[place]));
    let marks: Vec<(usize, char)> = memchr::memchr2_iter(b'[', b']', source.as_bytes()).map(mark).collect();
    let outward = marks.len().is_multiple_of(2) && marks.chunks(2).any(|pair| pair[0].1 == ']' || pair[1].1 == '[');
    if !outward || source.contains("\\sqrt[") {
        return None;
    }
    let mut text = source.to_owned();
    for pair in marks.chunks(2) {
        let [(low, open), (high, close)] = pair else { return None };
        if !is_pair_of_ends(&source[low + 1..*high]) {
            return None;
        }
        if *open == ']' {
            text.replace_range(low..=low, "(");
        }
        if *close == '[' {
            text.replace_range(high..=high, ")");
        }
    }
    Some(text)
}

/// Whether exactly one comma or semicolon is between the brackets, outside other brackets.
fn is_pair_of_ends(inner: &str) -> bool {
    let mut depth = 0_i32;
    let (mut commas, mut semicolons) = (0, 0);
    for c in inner.chars() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            ';' if depth == 0 => semicolons += 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && commas + semicolons == 1
}
