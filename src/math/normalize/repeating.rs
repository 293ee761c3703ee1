//! Reads the repeating digits behind a decimal point.
//!
//! Accepts: a bar over them (`0.1\overline{6}`, `0.1\bar6`, `0.16̅`), brackets (`0.1(6)`), a dot over the first and the
//! last of them (`0.\dot{1}2\dot{3}`, `0.1̇23̇`). Refuses: a dot over one digit with further digits behind it.

/// The bars and the dot that Unicode writes behind a digit.
const BARS: [char; 2] = ['\u{304}', '\u{305}'];
const DOT: char = '\u{307}';

/// The repeating digits at the beginning of a text, and the length of the text that writes them; spacing is ignored.
pub(super) fn repetend(text: &str) -> Option<(usize, String)> {
    let mut tail = text;
    while let Some(rest) = [" ", "\\,", "\\!", "\\;", "\\:"].into_iter().find_map(|space| tail.strip_prefix(space)) {
        tail = rest;
    }
    if let Some(digits) = in_brackets(tail) {
        return Some((text.len() - tail.len() + digits.len() + 2, digits.to_owned()));
    }
    if tail.starts_with("\\dot") {
        let (digits, rest) = dotted(tail)?;
        return Some((text.len() - rest.len(), digits));
    }
    let tail = tail.strip_prefix("\\overline").or_else(|| tail.strip_prefix("\\bar"))?.trim_start_matches(' ');
    let (digits, rest) = match tail.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => tail.split_at(tail.bytes().take(1).filter(u8::is_ascii_digit).count()),
    };
    let digits = digits.trim_matches(' ');
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| (text.len() - rest.len(), digits.to_owned()))
}

/// The digits in a bracket that contains nothing else.
pub(super) fn in_brackets(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('(')?.split_once(')')?.0;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// `\dot{1}2\dot3`: the digits from the first dot to the last, and the text behind them.
fn dotted(text: &str) -> Option<(String, &str)> {
    let (first, rest) = under_dot(text)?;
    let between = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = match under_dot(&rest[between..]) {
        Some((last, behind)) => (format!("{first}{}{last}", &rest[..between]), behind),
        None if between == 0 => (first.to_string(), rest),
        None => return None,
    };
    (!rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with("\\dot")).then_some((digits, rest))
}

/// `\dot3`, `\dot{3}`: the digit, and the text behind it.
fn under_dot(text: &str) -> Option<(char, &str)> {
    let tail = text.strip_prefix("\\dot")?.trim_start_matches(' ');
    let (braced, tail) = tail.strip_prefix('{').map_or((false, tail), |tail| (true, tail));
    let digit = tail.chars().next().filter(char::is_ascii_digit)?;
    let tail = &tail[1..];
    Some((digit, if braced { tail.strip_prefix('}')? } else { tail }))
}

/// The repeating digits where Unicode marks follow the digits: those behind the last digit that was read, which is the
/// first of them, and the length of their text.
pub(super) fn marked_digits(text: &str) -> Option<(usize, String)> {
    let mark = text.chars().next().filter(|c| BARS.contains(c) || *c == DOT)?;
    let mut digits = String::new();
    let mut tail = &text[mark.len_utf8()..];
    if mark == DOT {
        let more = tail.bytes().take_while(u8::is_ascii_digit).count();
        if more > 0 {
            digits.push_str(&tail[..more]);
            tail = tail[more..].strip_prefix(DOT)?;
        }
    } else {
        while let Some(digit) = tail.chars().next().filter(char::is_ascii_digit)
            && let Some(rest) = tail[1..].strip_prefix(mark)
        {
            digits.push(digit);
            tail = rest;
        }
    }
    (!tail.starts_with(|c: char| c.is_ascii_digit())).then(|| (text.len() - tail.len(), digits))
}
