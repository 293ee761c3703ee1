//! Approximations in brackets behind a value: `\frac{737}{39} (about 18.9 cards)`.
//!
//! Accepts: one number behind a word or sign of approximation, perhaps with words for what was counted. The text is then
//! that of `\frac{737}{39} \approx 18.9`. Refuses: everything else in brackets.

const MARKS: [&str; 7] = ["about ", "approximately ", "approx. ", "approx ", "roughly ", "\\approx", "≈"];

/// The text with a sign of approximation in place of the brackets; `None` where there is no such approximation.
pub(super) fn as_relation(source: &str) -> Option<String> {
    if !source.trim_end_matches(['}', ' ', '$']).ends_with(')') {
        return None;
    }
    let (head, aside) = source.rsplit_once('(')?;
    let plain: String = aside.replace("\\text{", "").chars().filter(|c| !matches!(c, '}' | '$')).collect();
    let inner = plain.trim_end().strip_suffix(')')?.trim();
    let value = MARKS.iter().find_map(|mark| inner.strip_prefix(mark))?.trim_start();
    let length = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')).len();
    let (number, words) = value.split_at(length);
    let head = head.trim_end().trim_end_matches("\\text{").trim_end();
    let head = ["\\;", "\\,", "\\ ", "\\quad", "~"].iter().fold(head, |head, space| head.trim_end_matches(space)).trim_end();
    let valued = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let counted = words.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ');
    (valued(head) && valued(number) && counted).then(|| format!("{head} \\approx {number}"))
}

#[cfg(test)]
mod tests {
    use super::as_relation;

    #[test]
    fn an_approximation_in_brackets_is_a_relation() {
        for source in [
            r"\frac{7}{3} (about 2.33 cards)",
            r"\frac{7}{3}\;\text{(about }2.33\text{ cards)}",
            r"\frac{7}{3} (\approx 2.33)",
            r"\frac{7}{3} \text{ (approximately 2.33)}",
        ] {
            assert_eq!(as_relation(source).as_deref(), Some(r"\frac{7}{3} \approx 2.33"), "{source}");
        }
        for source in ["f(about 3)", "7 (not 3)", "7 (about 3 or 4)", "7 (about 3) + 1", "7 (2.33)", "7"] {
            assert_eq!(as_relation(source), None, "{source}");
        }
    }
}
