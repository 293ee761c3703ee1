//! Python literals as JSON: what data sets write for arguments and results of LeetCode's problems.
//!
//! Accepts: numbers, strings, `True`, `False`, `None`, lists, tuples (as lists), dictionaries whose keys are strings.
//! Gives nothing for everything else, and for more than [`MOST_DEPTH`] levels.

use serde_json::{Map, Value as Json};

const MOST_DEPTH: usize = 60;

/// The value of a whole text.
pub(super) fn read(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(MOST_DEPTH)?;
    reader.rest.trim().is_empty().then_some(value)
}

/// `name = value` pairs with commas between them, in their order.
pub(super) fn keywords(text: &str) -> Option<Vec<(String, Json)>> {
    let mut reader = Reader { rest: text };
    let mut found = Vec::new();
    while !reader.rest.trim().is_empty() {
        let (name, rest) = reader.rest.split_once('=')?;
        reader.rest = rest;
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_alphanumeric()) {
            return None;
        }
        found.push((name.to_owned(), reader.value(MOST_DEPTH)?));
        if !reader.take(",") && !reader.rest.trim().is_empty() {
            return None;
        }
    }
    Some(found)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn take(&mut self, mark: &str) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(mark);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        for (open, close) in [("[", "]"), ("(", ")")] {
            if self.take(open) {
                return self.items(close, depth).map(Json::Array);
            }
        }
        if self.take("{") {
            let mut map = Map::new();
            while !self.take("}") {
                let Json::String(key) = self.value(depth)? else { return None };
                if !self.take(":") {
                    return None;
                }
                map.insert(key, self.value(depth)?);
                if !self.take(",") && !self.rest.trim_start().starts_with('}') {
                    return None;
                }
            }
            return Some(Json::Object(map));
        }
        for quote in ['"', '\''] {
            if self.take(&quote.to_string()) {
                return self.text(quote).map(Json::String);
            }
        }
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c))).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "True" | "true" => Some(Json::Bool(true)),
            "False" | "false" => Some(Json::Bool(false)),
            "None" | "null" => Some(Json::Null),
            _ => serde_json::from_str::<Json>(word).ok().filter(Json::is_number),
        }
    }

    fn items(&mut self, close: &str, depth: usize) -> Option<Vec<Json>> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.value(depth)?);
            if !self.take(",") && !self.rest.trim_start().starts_with(close) {
                return None;
            }
        }
        Some(items)
    }

    /// The rest of a string.
    fn text(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => text.push(match characters.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    plain @ ('\\' | '\'' | '"') => plain,
                    _ => return None,
                }),
                _ if character == quote => {
                    self.rest = &self.rest[at + 1..];
                    return Some(text);
                }
                '\n' => return None,
                _ => text.push(character),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_are_read_whole() {
        assert_eq!(read("[1, -2.5, 'a\\'b', None, (True,), {'k': []}]"), Some(json!([1, -2.5, "a'b", null, [true], {"k": []}])));
        for text in ["", "[1", "1 2", "f(1)", "'a", "{1: 2}", "[1 2]", "nan"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("{}{}", "[".repeat(100), "]".repeat(100))), None);
        let found = keywords("nums = [1, 2], s = \"a, b = c\"").unwrap_or_default();
        assert_eq!(found, [("nums".to_owned(), json!([1, 2])), ("s".to_owned(), json!("a, b = c"))]);
        assert_eq!(keywords("nums = [1], 3"), None);
    }
}
