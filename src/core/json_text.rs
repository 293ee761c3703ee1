//! Finds the members of a JSON object and the items of a JSON list without parsing their contents.
//!
//! Accepts: the bytes of an object or a list. A part ends where its quotes and brackets end, whatever is between them:
//! `NaN`, bytes that are not UTF-8, single surrogates. Refuses: text in which the end of a part cannot be found (a
//! string or a bracket that is not closed, a name without a value), with the byte offset. It takes one pass and one
//! byte of memory for each level of nesting of the current part.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// Why a text cannot be split into parts, and the byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    pub what: &'static str,
    pub at: usize,
}

type Found<T> = Result<T, Broken>;

/// The members of an object: the ranges of the name, with its quotes, and of the value. The iterator ends after an
/// error.
pub(crate) fn members(text: &[u8]) -> impl Iterator<Item = Found<(Range<usize>, Range<usize>)>> {
    let mut parts = Parts::of(text, b'{', b'}');
    std::iter::from_fn(move || parts.next(Cursor::member))
}

/// The ranges of the items of a list. The iterator ends after an error.
pub(crate) fn items(text: &[u8]) -> impl Iterator<Item = Found<Range<usize>>> {
    let mut parts = Parts::of(text, b'[', b']');
    std::iter::from_fn(move || parts.next(Cursor::value))
}

/// The text of a string that is given with its quotes. If its escapes are invalid, they are left as they are.
pub(crate) fn name(written: &[u8]) -> Cow<'_, str> {
    let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
    let read = if inner.contains(&b'\\') { serde_json::from_slice::<String>(written).ok() } else { None };
    read.map_or_else(|| String::from_utf8_lossy(inner), Cow::Owned)
}

/// The first `NaN`, `Infinity` or `-Infinity` outside of strings: JSON lacks them, but Python's `json.dumps` writes
/// them.
pub(crate) fn not_finite(text: &[u8]) -> Option<&'static str> {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_string(text, at + 1).unwrap_or(text.len()),
            b'N' | b'I' | b'-' => {
                let known = ["NaN", "Infinity", "-Infinity"].into_iter().find(|known| text[at..].starts_with(known.as_bytes()));
                if known.is_some() {
                    return known;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    None
}

/// What a reader of tables puts in place of a value that is no text: it is not JSON, so that a column that is read is
/// refused, and a column that is not read may hold it.
pub(crate) const MARK: &str = "!not-text-";

/// What the first such mark outside of strings stands for, for an error message.
pub(crate) fn marked(text: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(text, MARK.as_bytes())?;
    let what = text[at + MARK.len()..].split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').next()?;
    Some(String::from_utf8_lossy(what).replace('-', " "))
}

/// The offset after the closing quote of a string; `at` is the offset after its opening quote.
pub(crate) fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The parts between two brackets, one after another.
struct Parts<'a> {
    cursor: Cursor<'a>,
    open: u8,
    close: u8,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Before,
    Inside,
    Done,
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8], open: u8, close: u8) -> Self {
        Self { cursor: Cursor { bytes, at: 0, closers: Vec::new() }, open, close, state: State::Before }
    }

    fn next<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Found<T>) -> Option<Found<T>> {
        let part = self.try_next(read).transpose();
        if !matches!(part, Some(Ok(_))) {
            self.state = State::Done;
        }
        part
    }

    fn try_next<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Found<T>) -> Found<Option<T>> {
        let cursor = &mut self.cursor;
        match self.state {
            State::Done => return Ok(None),
            State::Before => {
                self.state = State::Inside;
                cursor.expect(self.open, "expected an object or a list")?;
                if !cursor.takes(self.close) {
                    return read(cursor).map(Some);
                }
            }
            State::Inside if cursor.takes(b',') => return read(cursor).map(Some),
            State::Inside => cursor.expect(self.close, "expected a comma or the closing bracket")?,
        }
        cursor.space();
        if cursor.peek().is_some() { Err(cursor.broken("expected nothing after the closing bracket")) } else { Ok(None) }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The closing brackets still expected; kept between calls so that it is allocated once.
    closers: Vec<u8>,
}

impl Cursor<'_> {
    fn member(&mut self) -> Found<(Range<usize>, Range<usize>)> {
        self.space();
        let start = self.at;
        self.expect(b'"', "expected a name in double quotes")?;
        self.string()?;
        let name = start..self.at;
        self.expect(b':', "expected a colon after the name")?;
        Ok((name, self.value()?))
    }

    fn value(&mut self) -> Found<Range<usize>> {
        self.space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string()?;
            }
            Some(b'[' | b'{') => self.brackets()?,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'"' | b'[' | b']' | b'{' | b'}');
                self.at += self.bytes[self.at..].iter().take_while(|byte| !ends(byte)).count();
                if self.at == start {
                    return Err(self.broken("expected a value"));
                }
            }
        }
        Ok(start..self.at)
    }

    /// Skips a list or an object, reading only quotes and brackets.
    fn brackets(&mut self) -> Found<()> {
        self.closers.clear();
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => self.string()?,
                b'[' => self.closers.push(b']'),
                b'{' => self.closers.push(b'}'),
                b']' | b'}' => {
                    if self.closers.pop() != Some(byte) {
                        self.at -= 1;
                        return Err(self.broken("a closing bracket does not match the open one"));
                    }
                    if self.closers.is_empty() {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(self.broken("the text ends inside a list or an object"))
    }

    /// Skips a string; the cursor is after its opening quote.
    fn string(&mut self) -> Found<()> {
        let unended = Broken { what: "a string that begins here is not closed", at: self.at - 1 };
        self.at = end_of_string(self.bytes, self.at).ok_or(unended)?;
        Ok(())
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Found<()> {
        if self.takes(byte) { Ok(()) } else { Err(self.broken(what)) }
    }

    fn space(&mut self) {
        self.at += self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn broken(&self, what: &'static str) -> Broken {
        Broken { what, at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Found<Vec<(&str, &str)>> {
        members(text.as_bytes()).map(|member| member.map(|(name, value)| (&text[name], &text[value]))).collect()
    }

    #[test]
    fn a_member_ends_where_its_quotes_and_brackets_do() {
        assert_eq!(found("{}"), Ok(vec![]));
        assert_eq!(
            found(r#" { "a" : NaN , "b\"" : [1 2, {"]": -Infinity}] ,"c":"\ud800\x,}" } "#),
            Ok(vec![("\"a\"", "NaN"), (r#""b\"""#, r#"[1 2, {"]": -Infinity}]"#), ("\"c\"", r#""\ud800\x,}""#)])
        );
        let list = "[1, [2,3] ,\"]\"]";
        assert_eq!(items(list.as_bytes()).map(|item| &list[item.unwrap()]).collect::<Vec<_>>(), ["1", "[2,3]", "\"]\""]);
    }

    #[test]
    fn a_part_whose_end_cannot_be_found_is_an_error_with_its_offset() {
        for (text, what, at) in [
            ("{", "expected a name in double quotes", 1),
            ("{\"a\": 1,}", "expected a name in double quotes", 8),
            ("{a: 1}", "expected a name in double quotes", 1),
            ("{\"a\" 1}", "expected a colon after the name", 5),
            ("{\"a\": }", "expected a value", 6),
            ("{\"a\": 1 2}", "expected a comma or the closing bracket", 8),
            ("{\"a\": 1", "expected a comma or the closing bracket", 7),
            ("{\"a\": \"1\\\"}", "a string that begins here is not closed", 6),
            ("{\"a\": [{}", "the text ends inside a list or an object", 9),
            ("{\"a\": [{]}}", "a closing bracket does not match the open one", 8),
            ("{} {}", "expected nothing after the closing bracket", 3),
            ("1", "expected an object or a list", 0),
        ] {
            assert_eq!(found(text), Err(Broken { what, at }), "{text}");
        }
        assert_eq!(members(b"{").count(), 1, "the iterator ends after an error");
    }

    #[test]
    fn names_are_read_with_their_escapes() {
        assert_eq!(name(br#""a\u0062""#), "ab");
        assert_eq!(name(br#""\ud800""#), r"\ud800", "invalid escapes are left as they are");
        assert_eq!(name(b"\"\xff\""), "\u{fffd}");
    }

    #[test]
    fn numbers_that_json_lacks_are_found_outside_of_strings() {
        assert_eq!(not_finite(br#"["NaN \" Infinity", -1, -Infinity, NaN]"#), Some("-Infinity"));
        assert_eq!(not_finite(br#"["NaN", -1]"#), None);
    }
}
