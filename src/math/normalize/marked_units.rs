//! Units that are written with a mark: `\AA`, and degrees Celsius as a part of another unit.
//!
//! Accepts: `\AA`; `^\circ\text{C}` and `°C` behind a sign that joins it to a unit, where it is a difference of temperatures and equal
//! to K. Refuses: a temperature alone, which does not convert by a factor.

const DEGREES: [&str; 7] = [
    "^\\circ\\text{C}",
    "^\\circ \\text{C}",
    "^{\\circ}\\text{C}",
    "^\\circ\\mathrm{C}",
    "^{\\circ}\\mathrm{C}",
    "^\\circ C",
    "^{\\circ}C",
];
const JOINTS: [&str; 4] = ["/", "\\cdot", "·", "⋅"];

/// The text with letters for these marks; `None` where nothing changes.
pub(super) fn in_letters(source: &str) -> Option<String> {
    let angstroms = with_angstroms(source);
    with_kelvins(angstroms.as_deref().unwrap_or(source)).or(angstroms)
}

fn with_angstroms(source: &str) -> Option<String> {
    let (before, behind) = source.split_once("\\AA")?;
    let ends = !behind.starts_with(|c: char| c.is_ascii_alphabetic()) && !behind.contains("\\AA");
    ends.then(|| format!("{before}Å{behind}"))
}

fn with_kelvins(source: &str) -> Option<String> {
    if !source.contains('°') && !source.contains("\\circ") {
        return None;
    }
    let found = DEGREES.iter().map(|mark| (*mark, "\\text{K}")).chain([("°C", "K")]);
    let (mark, kelvin, place) =
        found.filter_map(|(mark, kelvin)| Some((mark, kelvin, source.find(mark)?))).min_by_key(|found| found.2)?;
    let (before, behind) = (source[..place].trim_end_matches([' ', '~']), &source[place + mark.len()..]);
    let unit = JOINTS.iter().find_map(|joint| before.strip_suffix(joint))?.trim_end();
    // The unit in front of the sign, not a number: `5\cdot ^\circ C`.
    let measured = unit.ends_with('}') && unit.contains("\\text{") || unit.ends_with(|c: char| c.is_ascii_alphabetic());
    let ends = !behind.starts_with(|c: char| c.is_ascii_alphabetic());
    (measured && ends).then(|| format!("{before}{kelvin}{behind}"))
}

#[cfg(test)]
mod tests {
    use super::in_letters;

    #[test]
    fn a_degree_in_a_compound_unit_is_a_kelvin() {
        for (text, read) in [
            (r"5 \text{ J} \cdot ^\circ \text{C}", Some(r"5 \text{ J} \cdot\text{K}")),
            ("4 W/°C", Some("4 W/K")),
            (r"6 \AA", Some("6 Å")),
            ("20 °C", None),
            (r"20^\circ\text{C}", None),
            (r"5 \cdot ^\circ C", None),
            ("x^\\circ", None),
        ] {
            assert_eq!(in_letters(text).as_deref(), read, "{text}");
        }
    }
}
