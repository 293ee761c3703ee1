//! The letter x for `\times` before a power of ten: `1.5 x 10^3`.
//!
//! Accepts: an x between a numeral and `10^` or `10**`, with or without blanks, in a text without another x. Refuses: everything
//! else; `2x` and `x^10` are products and powers of a letter.

/// The text with `\times`; `None` where nothing changes.
pub(super) fn with_times(source: &str) -> Option<String> {
    // Most answers have no x, and need no copy.
    memchr::memchr2(b'x', b'X', source.as_bytes())?;
    // The x of `\text` is no letter of the formula.
    let letters = |text: &str| text.replace("\\text", "").bytes().filter(|b| matches!(b, b'x' | b'X')).count();
    let raised = |text: &str| {
        text.strip_prefix("10")
            .is_some_and(|rest| rest.starts_with("**") || rest.starts_with(['^', '⁻', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']))
    };
    let mut text = String::new();
    let mut rest = source;
    while let Some(place) = memchr::memchr2(b'x', b'X', rest.as_bytes()) {
        if !text.is_empty() && rest[..place].ends_with("\\te") {
            break;
        }
        let (before, behind) = (&rest[..place], rest[place + 1..].trim_start());
        let digit = before.trim_end().ends_with(|c: char| c.is_ascii_digit());
        if !digit || !raised(behind) {
            return None;
        }
        text.push_str(before);
        text.push_str("\\times ");
        rest = behind;
    }
    if text.is_empty() || letters(rest) > 0 {
        return None;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::with_times;

    #[test]
    fn an_x_before_a_power_of_ten_multiplies() {
        assert_eq!(with_times("1.5 x 10^3").as_deref(), Some("1.5 \\times 10^3"));
        assert_eq!(with_times("2x10^{-4} m").as_deref(), Some("2\\times 10^{-4} m"));
        for source in ["2x", "x^{10}", "2x10", "2 x 10^3 + x", "ax10^3", "5"] {
            assert_eq!(with_times(source), None, "{source}");
        }
    }
}
