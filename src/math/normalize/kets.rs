//! Kets: `|0\rangle`, `\left|\psi\right\rangle` as `\ket{0}`, a vector with a name.
//!
//! Accepts: kets alone. Refuses: answers with a bra (`\langle 0|`), whose products and projections stay as they are written,
//! bars without an end, names with brackets, signs of relation or more than a few letters.

const OPENINGS: [&str; 7] = ["\\left|", "\\left\\vert", "\\left\\lvert", "\\big|", "\\lvert", "\\vert", "|"];
const CLOSINGS: [&str; 3] = ["\\right\\rangle", "\\big\\rangle", "\\rangle"];
/// Longest name, in bytes.
const MAX_NAME: usize = 24;

/// The text with its kets as `\ket{…}`; `None` where it has none, or where a bar or angle belongs to something else.
pub(super) fn written_out(source: &str) -> Option<String> {
    if !source.contains("\\rangle") || source.contains("\\langle") || source.contains("\\bra") {
        return None;
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(place) = rest.find(['|', '\\']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        if let Some(behind) = OPENINGS.iter().find_map(|opening| rest.strip_prefix(opening)) {
            let end = behind.find("\\rangle")?;
            let (name, close) = CLOSINGS.iter().find_map(|close| {
                let start = (end + "\\rangle".len()).checked_sub(close.len())?;
                behind[start..].starts_with(close).then(|| (&behind[..start], start + close.len()))
            })?;
            let name = name.trim();
            let plain =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, '\\' | '_' | ' ' | ',' | '+' | '-' | '/' | '\'' | '(' | ')');
            let name = indexed(name)?;
            if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(plain) {
                return None;
            }
            out.push_str("\\ket{");
            out.push_str(&name);
            out.push('}');
            rest = &behind[close..];
        } else if rest.starts_with('|') || rest.starts_with("\\rangle") {
            return None;
        } else {
            let length = 1 + rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The name with brackets in place of the braces around an index, and without them around one letter: `E_{j}` is `E_j`.
fn indexed(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once("_{") {
        let (index, tail) = behind.split_once('}').filter(|(index, _)| !index.contains(['{', '(', ')']))?;
        out.push_str(before);
        out.push('_');
        out.push_str(&if index.len() == 1 { index.to_owned() } else { format!("({index})") });
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::written_out;

    #[test]
    fn kets_are_written_out() {
        assert_eq!(
            written_out(r"\frac{1}{\sqrt2}(|0\rangle-\left|1\right\rangle)").as_deref(),
            Some(r"\frac{1}{\sqrt2}(\ket{0}-\ket{1})")
        );
        assert_eq!(written_out(r"|\uparrow\downarrow\rangle").as_deref(), Some(r"\ket{\uparrow\downarrow}"));
        assert_eq!(written_out(r"|E_{j}\rangle+|E_{ab}\rangle").as_deref(), Some(r"\ket{E_j}+\ket{E_(ab)}"));
        for text in [r"\langle 0|1\rangle", r"|0\rangle\langle 0|", r"|x|+|1\rangle", r"|x|", r"a\rangle", r"|{a}\rangle"] {
            assert_eq!(written_out(text), None, "{text}");
        }
    }
}
