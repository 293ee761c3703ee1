//! Which cells of CSV and TSV are JSON values.

use crate::core::json_text;

/// The columns whose cells are JSON if they hold an object or a list.
const JSON_COLUMNS: [&[u8]; 2] = [b"tests", b"reward"];

/// Whether a cell stands for a JSON value rather than for text.
pub(super) fn is_json(name: &[u8], cell: &[u8]) -> bool {
    let text = cell.trim_ascii();
    match text.first() {
        Some(b'[') if are_messages(text, true) => {}
        Some(b'[' | b'{') if JSON_COLUMNS.contains(&name) => {}
        _ => return false,
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether a text is a list of objects with a role, or, if it may be, a list of such lists.
fn are_messages(text: &[u8], may_be_lists: bool) -> bool {
    let item = |place: Result<std::ops::Range<usize>, json_text::Broken>| place.ok().map(|place| &text[place]);
    let mut items = json_text::items(text).map(item).peekable();
    let is_message = |item: &[u8]| {
        item.first() == Some(&b'{')
            && json_text::members(item).map_while(Result::ok).any(|(name, _)| json_text::name(&item[name]) == "role")
    };
    let fine = |item: Option<&[u8]>| {
        item.is_some_and(|item| is_message(item) || (may_be_lists && item.first() == Some(&b'[') && are_messages(item, false)))
    };
    items.peek().is_some() && items.all(fine)
}
