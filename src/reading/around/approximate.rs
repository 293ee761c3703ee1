//! Signs and words that mark a value as approximate.

use super::commands::is_in;
use super::ends::{is_mark, last_command, prose_group, trim_spacing_end};
use crate::reading::prose::words;

/// Whether a word says that a value is approximate. Words that may mean more (`almost`, `around`) count as changing the
/// value, see [`lead`](crate::reading::lead::lead).
pub(super) fn approximates(word: &str) -> bool {
    matches!(word, "about" | "approximately" | "approx" | "roughly" | "nearly")
}

/// Whether the text right before an answer marks its value as approximate: `\approx`, `≈`, `about`.
pub(super) fn ends_approximately(left: &str, in_formula: bool) -> bool {
    let left = trim_spacing_end(left.trim_end_matches(is_mark));
    if let Some((command, _)) = last_command(left) {
        return is_in("approx thickapprox approxeq sim simeq cong doteq", command);
    }
    if left.ends_with(['≈', '≃', '≅', '∼', '≐', '≒']) {
        return true;
    }
    let prose = prose_group(left).or_else(|| (!in_formula).then_some(left)).unwrap_or("");
    let prose = prose.trim_end_matches(|c| is_mark(c) || c == '=');
    let prose = prose.strip_suffix('.').filter(|word| word.ends_with("approx")).unwrap_or(prose);
    // `approximately equal to`
    let mut said = words(prose).rev().skip_while(|word| matches!(word.as_str(), "equal" | "equals" | "to"));
    prose.ends_with(char::is_alphabetic) && said.next().is_some_and(|word| approximates(&word))
}
