//! Reads a JSON list one item at a time.
//!
//! Accepts: a list of any length. An item ends where its quotes and brackets end; whether it is an object is checked when
//! the row is read. Refuses: items longer than [`MAX_LINE`], which are skipped; text after the list, something other than a
//! comma between two items, and a list that is cut off, which end the run.

use std::io::{self, BufRead};

use memchr::memchr2;

use super::found::damaged;
use crate::rows::lines::{Line, MAX_LINE, Unit};

/// The items of a list.
pub(super) struct Items<R> {
    input: R,
    number: u64,
    /// The bytes that were read.
    at: u64,
    longest: usize,
    ended: bool,
}

/// Where a scan is in an item.
#[derive(Default)]
struct Scan {
    /// The number of open brackets.
    depth: usize,
    in_string: bool,
    /// The next byte belongs to an escape.
    escaped: bool,
}

impl<R: BufRead> Items<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, at: 0, longest: MAX_LINE, ended: false }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let first = self.number == 0;
        if first {
            for byte in "\u{feff}".bytes() {
                if self.peek()? == Some(byte) {
                    self.consume(1);
                }
            }
            if self.peek()? != Some(b'[') {
                return Err(damaged("it is not a JSON list: it must begin with `[`"));
            }
            self.consume(1);
        }
        match self.peek()? {
            Some(b']') => {
                self.consume(1);
                return match self.peek()? {
                    None => Ok(None),
                    Some(_) => Err(damaged(format_args!(
                        "there is more text after the list, which ends with item {}: if it is JSON Lines whose first line is a list, \
                         say --format jsonl",
                        self.number
                    ))),
                };
            }
            Some(b',') if !first => self.consume(1),
            Some(_) if first => {}
            Some(_) => return Err(damaged(format_args!("a comma or `]` must follow item {}", self.number))),
            None if first => return Err(self.cut_off("before item 1")),
            None => return Err(self.cut_off(format_args!("behind item {}", self.number))),
        }
        if self.peek()?.is_none() {
            return Err(self.cut_off(format_args!("before item {}", self.number + 1)));
        }
        self.number += 1;
        let start = self.at + 1;
        let mut text = Vec::new();
        let (whole, length) = self.item(&mut text)?;
        if !whole {
            return Err(self.cut_off(format_args!("inside of item {}, which begins at byte {start}", self.number)));
        }
        let text = if length > self.longest {
            Err(format!("the item is longer than {} bytes and was skipped: split the row into several", self.longest))
        } else {
            Ok(text)
        };
        Ok(Some(Line { number: self.number, unit: Unit::Item, text }))
    }

    /// Reads an item; tells whether it is whole, and its length.
    fn item(&mut self, text: &mut Vec<u8>) -> io::Result<(bool, usize)> {
        let (mut scan, mut length) = (Scan::default(), 0_usize);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                // A number at the end of the text has no end of its own, but the list has none either.
                return Ok((false, length));
            }
            let (used, done) = scan.advance(buffer);
            length = length.saturating_add(used);
            if length <= self.longest {
                text.extend_from_slice(&buffer[..used]);
            } else {
                // What was read so far is not needed any more.
                *text = Vec::new();
            }
            self.consume(used);
            if done {
                return Ok((true, length));
            }
        }
    }

    fn cut_off(&self, place: impl std::fmt::Display) -> io::Error {
        let problem = "the list is not closed: the file is cut off, and rows are missing";
        damaged(format_args!("it ends with byte {} {place}, but {problem}", self.at))
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.at += bytes as u64;
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            match buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(blank) => {
                    let found = buffer[blank];
                    self.consume(blank);
                    return Ok(Some(found));
                }
                None => {
                    let used = buffer.len();
                    self.consume(used);
                }
            }
        }
    }
}

impl Scan {
    /// Goes through the next bytes of an item; returns how many belong to it, and whether it ends there.
    fn advance(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(found) = memchr2(b'"', b'\\', &bytes[at..]) else { return (bytes.len(), false) };
                at += found + 1;
                if bytes[at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_string = false;
                    if self.depth == 0 {
                        return (at, true);
                    }
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.in_string = true,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                // A number or a word ends before these; between two commas the item is empty.
                b',' | b']' | b'}' if self.depth == 0 => return (at, true),
                byte if self.depth == 0 && byte.is_ascii_whitespace() => return (at, true),
                _ => {}
            }
            at += 1;
        }
        (bytes.len(), false)
    }
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let found = self.read().transpose();
        self.ended |= !matches!(found, Some(Ok(_)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// The number and the text, or the problem, of each item.
    type Found = Vec<(u64, Result<String, String>)>;

    fn items(text: &str, longest: usize) -> Result<Found, String> {
        let read = |capacity: usize| -> Result<Found, String> {
            let input = BufReader::with_capacity(capacity, text.as_bytes());
            Items { longest, ..Items::new(input) }
                .map(|line| line.map_err(|error| error.to_string()))
                .map(|line| line.map(|line| (line.number, line.text.map(|text| String::from_utf8(text).unwrap()))))
                .collect()
        };
        let whole = read(1 << 16);
        assert_eq!(read(1), whole, "the size of the buffer makes no difference");
        whole
    }

    fn texts(text: &str) -> Vec<String> {
        items(text, MAX_LINE).unwrap().into_iter().map(|(_, text)| text.unwrap_or_else(|problem| problem)).collect()
    }

    #[test]
    fn items_end_where_their_quotes_and_brackets_do() {
        assert_eq!(texts("[]"), [""; 0]);
        assert_eq!(texts("\u{feff} [ {\"a\": \"]}\\\"\"} ,\n{\"b\": [1, {}]}\n]\n"), ["{\"a\": \"]}\\\"\"}", "{\"b\": [1, {}]}"]);
        assert_eq!(texts(r#"[1, "x,]", null, [2], {"é": "\\"}]"#), ["1", "\"x,]\"", "null", "[2]", "{\"é\": \"\\\\\"}"]);
        assert_eq!(items("[{},{}]", MAX_LINE).unwrap()[1].0, 2);
    }

    #[test]
    fn a_list_that_is_cut_off_gives_its_whole_items_and_ends_the_run() {
        for (text, whole, place) in [
            ("[{\"a\": 1", 0, "byte 8 inside of item 1, which begins at byte 2"),
            ("[{}, {\"a", 1, "byte 8 inside of item 2, which begins at byte 6"),
            ("[{}, {\"b\": 2}", 2, "byte 13 behind item 2"),
            ("[{},\n", 1, "byte 5 before item 2"),
            ("[{}, 12", 1, "byte 7 inside of item 2"),
            ("[", 0, "byte 1 before item 1"),
        ] {
            let mut items = Items::new(text.as_bytes());
            assert_eq!(items.by_ref().take_while(Result::is_ok).count(), whole, "{text}");
            assert!(items.next().is_none(), "nothing follows the error");
            let problem = self::items(text, MAX_LINE).unwrap_err();
            assert!(problem.starts_with(&format!("it ends with {place}")) && problem.ends_with("rows are missing"), "{problem}");
        }
        assert!(items("[{}]", MAX_LINE).is_ok());
    }

    #[test]
    fn what_is_no_list_ends_the_run() {
        let problem = |text: &str| items(text, MAX_LINE).unwrap_err();
        assert!(problem("[{}]\n{}").contains("more text after the list, which ends with item 1"));
        assert!(problem("[{} {}]").contains("a comma or `]` must follow item 1"));
        assert!(problem("{}").contains("must begin with `[`"));
    }

    #[test]
    fn a_broken_item_does_not_affect_the_others() {
        assert_eq!(texts("[{\"a\": tru}, , oops, {}]"), ["{\"a\": tru}", "", "oops", "{}"]);
    }

    #[test]
    fn an_item_too_long_is_skipped() {
        let long = format!("[{{}}, {{\"a\": \"{}\"}}, {{\"b\": 1}}]", "x".repeat(100));
        let found = items(&long, 20).unwrap();
        assert!(found[1].1.as_ref().unwrap_err().contains("longer than 20 bytes"));
        assert_eq!((found[0].1.clone(), found[2].1.clone()), (Ok("{}".into()), Ok("{\"b\": 1}".into())));
    }
}
