//! Reads the lines of a stream, one at a time, in bounded memory.
//!
//! Accepts: `\n` and `\r\n`, a byte order mark at the start, a last line without a line end. Blank lines are skipped.
//! Refuses: lines longer than [`MAX_LINE`]. Such a line is returned as a problem without its text, and reading
//! continues with the next line. Lines are bytes: the caller checks that they are UTF-8.

use std::io::{self, BufRead, Read};

use serde::Serialize;

/// The longest line that is read: 64 MiB. A row of a hundred completions of 128 thousand characters fits, and a file
/// without line ends does not fill the memory.
pub const MAX_LINE: usize = 64 << 20;

/// What the number of a [`Line`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Lines of a text file; a record of CSV has the number of its first line.
    #[default]
    Line,
    /// Items of a JSON list.
    Item,
    /// Rows of a table.
    Row,
}

impl Unit {
    /// All units.
    pub const ALL: [Self; 3] = [Self::Line, Self::Item, Self::Row];

    /// What stands between the name of a source and the number: `rows.jsonl:3`, `rows.json: item 3`, `rows.parquet: row 3`.
    pub fn separator(self) -> &'static str {
        match self {
            Self::Line => ":",
            Self::Item => ": item ",
            Self::Row => ": row ",
        }
    }
}

/// The text of one row: a line that is not blank, an item of a list, or a row of a table as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the stream, from 1.
    pub number: u64,
    /// What the number counts.
    pub unit: Unit,
    /// Its bytes without the line end, or the error message.
    pub text: Result<Vec<u8>, String>,
}

/// The lines of a stream.
///
/// ```
/// use r1rewards::rows::Lines;
/// let lines: Vec<_> = Lines::new("\u{feff}{}\r\n\n[]".as_bytes()).map(|line| line.unwrap()).collect();
/// assert_eq!((lines[0].number, lines[0].text.as_deref()), (1, Ok(&b"{}"[..])));
/// assert_eq!((lines[1].number, lines[1].text.as_deref()), (3, Ok(&b"[]"[..])));
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    number: u64,
    longest: usize,
    /// The bytes of the last line, for which room is made for the next one.
    last: usize,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a stream, of at most [`MAX_LINE`] bytes.
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0, longest: MAX_LINE, last: 0 }
    }

    /// Sets another bound on the length of a line, in bytes.
    #[must_use]
    pub fn longest(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// The next line, blank or not.
    fn read(&mut self) -> io::Result<Option<Line>> {
        /// The length of the longest line end, `\r\n`; line ends do not count towards the bound.
        const LINE_END: u64 = 2;
        /// The most bytes for which room is made before it is known that they come.
        const ROOM: usize = 64 << 10;
        let limit = (self.longest as u64).saturating_add(LINE_END);
        let mut bytes = match self.buffered(limit)? {
            Some(bytes) => bytes,
            None => {
                let mut bytes = Vec::with_capacity(self.last.min(ROOM));
                self.reader.by_ref().take(limit).read_until(b'\n', &mut bytes)?;
                bytes
            }
        };
        let read = bytes.len();
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.last = bytes.len();
        let whole = bytes.last() == Some(&b'\n');
        if !whole && read as u64 == limit {
            self.skip_line()?;
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        if self.number == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..3);
        }
        let text = if bytes.len() > self.longest {
            Err(format!("the line is longer than {} bytes and was skipped: split the row into several", self.longest))
        } else {
            Ok(bytes)
        };
        Ok(Some(Line { number: self.number, unit: Unit::Line, text }))
    }

    /// The next line with its end, in room of its size, if it is in the buffer as a whole and has at most this many bytes.
    fn buffered(&mut self, most: u64) -> io::Result<Option<Vec<u8>>> {
        let buffer = match self.reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(None),
            buffer => buffer?,
        };
        let length = memchr::memchr(b'\n', buffer).map(|end| end + 1).filter(|length| *length as u64 <= most);
        let line = length.map(|length| buffer[..length].to_vec());
        self.reader.consume(length.unwrap_or(0));
        Ok(line)
    }

    /// Skips the rest of a line without storing it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (used, done) = (end.map_or(buffer.len(), |end| end + 1), end.is_some() || buffer.is_empty());
            self.reader.consume(used);
            if done {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read().transpose()? {
                Ok(line) if line.text.as_ref().is_ok_and(|text| is_blank(text)) => {}
                other => return Some(other),
            }
        }
    }
}

/// Whether a line has only white space (Unicode).
fn is_blank(text: &[u8]) -> bool {
    match text.trim_ascii_start().first() {
        None => true,
        Some(byte) => !byte.is_ascii() && str::from_utf8(text).is_ok_and(|text| text.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_do_not_depend_on_the_size_of_the_buffer() {
        let text = "\u{feff}{\"a\": 1}\r\n\n  \n[2]\n0123456789\n01234567890\n012345678901234567890123\nlast";
        let lines = |capacity: usize| -> Vec<Line> {
            Lines::new(io::BufReader::with_capacity(capacity, text.as_bytes())).longest(10).map(Result::unwrap).collect()
        };
        let whole = lines(1000);
        assert_eq!(whole.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 4, 5, 6, 7, 8]);
        let read = whole.iter().map(|line| line.text.as_deref().map(String::from_utf8_lossy).ok()).collect::<Vec<_>>();
        assert_eq!(
            read,
            [Some("{\"a\": 1}".into()), Some("[2]".into()), Some("0123456789".into()), None, None, Some("last".into())]
        );
        assert!((1..80).all(|capacity| lines(capacity) == whole));
    }

    #[test]
    fn a_line_in_the_buffer_takes_its_own_room_only() {
        let text = format!("{}\n{{}}\n", "x".repeat(5000));
        let rooms: Vec<_> = Lines::new(text.as_bytes()).map(|line| line.unwrap().text.unwrap().capacity()).collect();
        assert_eq!(rooms, [5001, 3]);
    }
}
