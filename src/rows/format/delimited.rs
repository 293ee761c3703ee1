//! Reads records of CSV and TSV with a header.
//!
//! Accepts: RFC 4180 with commas or tabs: cells in quotes may hold delimiters, line ends and doubled quotes; lines end in
//! `\n` or `\r\n`; a byte order mark at the start and blank lines are skipped. A record becomes a JSON object:
//!
//! - a cell is text, as it stands (`007` is not 7); an empty cell without quotes is null, `""` is an empty text;
//! - a cell that is a JSON list of messages (objects with a `role`), or a list of such lists, is that list;
//! - a cell of the columns `tests` and `reward` that is a JSON object or list is that value.
//!
//! The first column may have no name, as pandas writes its index; it is left out.
//!
//! Refuses: a header with another empty name, or a repeated one (the run ends). A record with another number of cells than the
//! header, with text behind a closing quote, longer than [`MAX_LINE`], or cut off inside of quotes is a problem in its
//! place; reading goes on behind it.

use std::io::{self, BufRead, Read as _};

use memchr::{memchr, memchr_iter, memchr2};

use super::found::damaged;
use super::written::push_text;
use crate::core::json_text;
use crate::rows::lines::{Line, MAX_LINE, Unit};

/// The columns whose cells are JSON if they hold an object or a list.
const JSON_COLUMNS: [&[u8]; 2] = [b"tests", b"reward"];

/// The records of a stream as JSON objects.
pub(super) struct Records<R> {
    cells: Cells<io::Chain<io::Cursor<Vec<u8>>, R>>,
    /// The name of each column: the text itself, and as it begins a member.
    columns: Vec<(Vec<u8>, Vec<u8>)>,
}

impl<R: BufRead> Records<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// A header that names a column twice or not at all.
    pub(super) fn new(mut input: R, delimiter: u8) -> io::Result<Self> {
        let mut start = Vec::new();
        input.by_ref().take(3).read_to_end(&mut start)?;
        if start == "\u{feff}".as_bytes() {
            start.clear();
        }
        let input = io::Cursor::new(start).chain(input);
        let mut cells = Cells { input, delimiter, line: 1, longest: MAX_LINE };
        let mut record = Record::default();
        loop {
            if !cells.read(&mut record)? {
                return Ok(Self { cells, columns: Vec::new() });
            }
            if !record.is_blank() {
                break;
            }
        }
        if let Some(problem) = record.problem {
            return Err(damaged(format_args!("the header cannot be read: {problem}")));
        }
        let names: Vec<Vec<u8>> = record.cells().map(|(cell, _)| cell.to_vec()).collect();
        check_names(&names)?;
        let member = |name: &Vec<u8>| {
            let mut text = Vec::new();
            push_text(&mut text, name);
            text.push(b':');
            text
        };
        Ok(Self { cells, columns: names.iter().map(|name| (name.clone(), member(name))).collect() })
    }

    fn as_json(&self, record: &Record) -> Result<Vec<u8>, String> {
        if let Some(problem) = &record.problem {
            return Err(problem.clone());
        }
        if record.ends.len() != self.columns.len() {
            let (got, expected) = (record.ends.len(), self.columns.len());
            return Err(format!(
                "the record has {got} cells, but the header names {expected} columns: put cells that hold delimiters or line ends in \
                 double quotes"
            ));
        }
        let mut text = Vec::with_capacity(record.text.len() + record.text.len() / 16 + 32 * self.columns.len());
        text.push(b'{');
        let named = record.cells().zip(&self.columns).filter(|(_, (name, _))| !name.is_empty());
        for ((cell, quoted), (name, member)) in named {
            if text.len() > 1 {
                text.push(b',');
            }
            text.extend_from_slice(member);
            if cell.is_empty() && !quoted {
                text.extend_from_slice(b"null");
            } else if is_json(name, cell) {
                text.extend_from_slice(cell);
            } else {
                push_text(&mut text, cell);
            }
        }
        text.push(b'}');
        Ok(text)
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = Record::default();
        loop {
            let number = self.cells.line;
            match self.cells.read(&mut record) {
                Ok(false) => return None,
                Ok(true) if record.is_blank() => record.clear(),
                Ok(true) => return Some(Ok(Line { number, unit: Unit::Line, text: self.as_json(&record) })),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn check_names(names: &[Vec<u8>]) -> io::Result<()> {
    if let Some(place) = names.iter().skip(1).position(Vec::is_empty) {
        return Err(damaged(format_args!("column {} of the header has no name: give every column one", place + 2)));
    }
    if let Some(name) = names.iter().find(|name| str::from_utf8(name).is_err()) {
        return Err(damaged(format_args!("the header is not UTF-8: `{}`", String::from_utf8_lossy(name))));
    }
    let twice = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name));
    match twice {
        Some((_, name)) => {
            Err(damaged(format_args!("the header names the column `{}` twice: rename one", String::from_utf8_lossy(name))))
        }
        None => Ok(()),
    }
}

/// The names in the first record of a text, which may be cut off behind it; `None` if they cannot be read.
pub(super) fn header(text: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut cells = Cells { input: text, delimiter, line: 1, longest: MAX_LINE };
    let mut record = Record::default();
    cells.read(&mut record).ok()?;
    let names = record.cells().map(|(cell, _)| String::from_utf8(cell.to_vec()).ok()).collect::<Option<Vec<_>>>()?;
    (record.problem.is_none()).then_some(names)
}

/// Whether texts look like names of columns: short, different, and without the punctuation of sentences and markup.
pub(super) fn looks_like_names(names: &[String]) -> bool {
    const LONGEST: usize = 100;
    let fine = |name: &String| {
        let name = name.trim();
        let first = name.chars().next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '#' | '@'));
        let odd = |character: char| character.is_control() || "{}<>;!\"\\`".contains(character);
        first && name.len() <= LONGEST && !name.ends_with('.') && !name.contains(odd)
    };
    // The first of several columns may be an index without a name.
    let named = if names.len() > 2 && names[0].is_empty() { &names[1..] } else { names };
    named.iter().all(fine) && names.iter().enumerate().all(|(place, name)| !names[..place].contains(name))
}

/// Whether a cell stands for a JSON value rather than for text.
fn is_json(name: &[u8], cell: &[u8]) -> bool {
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

/// The cells of one record.
#[derive(Default)]
struct Record {
    text: Vec<u8>,
    /// Where each cell ends in the text, and whether it was in quotes.
    ends: Vec<(usize, bool)>,
    problem: Option<String>,
}

impl Record {
    fn cells(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        starts.zip(&self.ends).map(|(start, (end, quoted))| (&self.text[start..*end], *quoted))
    }

    fn is_blank(&self) -> bool {
        self.problem.is_none() && self.text.is_empty() && matches!(*self.ends, [(_, false)])
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.problem = None;
    }
}

struct Cells<R> {
    input: R,
    delimiter: u8,
    /// The number of the next line.
    line: u64,
    longest: usize,
}

/// What follows a cell.
enum After {
    Cell,
    Record,
}

impl<R: BufRead> Cells<R> {
    /// Reads a record; `false` at the end of the input.
    fn read(&mut self, record: &mut Record) -> io::Result<bool> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let start = self.line;
        loop {
            let quoted = self.peek()? == Some(b'"');
            let after = if quoted { self.quoted(record, start)? } else { self.plain(record)? };
            record.ends.push((record.text.len(), quoted));
            if matches!(after, After::Record) {
                return Ok(true);
            }
        }
    }

    fn plain(&mut self, record: &mut Record) -> io::Result<After> {
        let mut taken = 0;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.line += 1;
                without_return(&mut record.text, taken);
                return Ok(After::Record);
            }
            let found = memchr2(self.delimiter, b'\n', buffer);
            let end = found.unwrap_or(buffer.len());
            let byte = found.map(|at| buffer[at]);
            taken += store(record, &buffer[..end], self.longest);
            self.input.consume(end + usize::from(byte.is_some()));
            match byte {
                Some(b'\n') => {
                    self.line += 1;
                    without_return(&mut record.text, taken);
                    return Ok(After::Record);
                }
                Some(_) => return Ok(After::Cell),
                None => {}
            }
        }
    }

    /// Reads a cell in quotes; the next byte is the opening quote.
    fn quoted(&mut self, record: &mut Record, start: u64) -> io::Result<After> {
        self.input.consume(1);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                let lost = (self.line - start).saturating_sub(u64::from(record.text.ends_with(b"\n")));
                let problem = format!(
                    "a quote in the record that begins in line {start} is not closed before the end of the file; the {lost} lines \
                     behind it were not read as rows"
                );
                record.problem.get_or_insert(problem);
                return Ok(After::Record);
            }
            let found = memchr(b'"', buffer);
            let end = found.unwrap_or(buffer.len());
            self.line += memchr_iter(b'\n', &buffer[..end]).count() as u64;
            store(record, &buffer[..end], self.longest);
            self.input.consume(end + usize::from(found.is_some()));
            if found.is_none() {
                continue;
            }
            match self.peek()? {
                Some(b'"') => {
                    store(record, b"\"", self.longest);
                    self.input.consume(1);
                }
                Some(byte) if byte == self.delimiter => {
                    self.input.consume(1);
                    return Ok(After::Cell);
                }
                _ => {
                    // Only a line end may follow; anything else is read, so that the next record is found.
                    let before = record.text.len();
                    let after = self.plain(record)?;
                    if record.text.len() > before {
                        record.problem.get_or_insert_with(|| {
                            "there is text behind a closing quote: write a quote inside of a quoted cell twice".to_owned()
                        });
                    }
                    return Ok(after);
                }
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }
}

/// Keeps bytes of a cell unless the record is too long; returns how many.
fn store(record: &mut Record, bytes: &[u8], longest: usize) -> usize {
    if record.text.len() + bytes.len() > longest {
        record.text = Vec::new();
        record.ends.clear();
        record.problem.get_or_insert_with(|| {
            format!("the record is longer than {longest} bytes and was skipped: split it, or look for a quote that is not closed")
        });
    }
    if record.problem.is_some() {
        return 0;
    }
    record.text.extend_from_slice(bytes);
    bytes.len()
}

/// Removes the carriage return of `\r\n` from a cell of `length` bytes.
fn without_return(text: &mut Vec<u8>, length: usize) {
    if length > 0 && text.last() == Some(&b'\r') {
        text.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    type Found = Vec<(u64, Result<String, String>)>;

    fn records(text: &[u8], delimiter: u8, longest: usize) -> Result<Found, String> {
        let read = |capacity: usize| -> Result<Found, String> {
            let mut records =
                Records::new(BufReader::with_capacity(capacity, text), delimiter).map_err(|error| error.to_string())?;
            records.cells.longest = longest;
            let lines: io::Result<Vec<Line>> = records.collect();
            let text = |line: Line| (line.number, line.text.map(|text| String::from_utf8_lossy(&text).into_owned()));
            Ok(lines.unwrap().into_iter().map(text).collect())
        };
        let whole = read(1 << 16);
        for capacity in [1, 2, 3, 7] {
            assert_eq!(read(capacity), whole, "the size of the buffer makes no difference");
        }
        whole
    }

    fn csv(text: &str) -> Found {
        records(text.as_bytes(), b',', MAX_LINE).unwrap()
    }

    fn texts(text: &str) -> Vec<String> {
        csv(text).into_iter().map(|(_, text)| text.unwrap_or_else(|problem| problem)).collect()
    }

    #[test]
    fn a_record_is_an_object_of_texts() {
        assert_eq!(texts("a,b\n1,x y\n"), [r#"{"a":"1","b":"x y"}"#]);
        assert_eq!(texts("a,b\r\n007,\"\"\r\n,x"), [r#"{"a":"007","b":""}"#, r#"{"a":null,"b":"x"}"#]);
        assert_eq!(texts("\u{feff}\"a\",b\n\n\"1,\n\"\"2\"\"\r\",\\\n"), [r#"{"a":"1,\n\"2\"\r","b":"\\"}"#]);
        assert_eq!(texts("a,b\n1\"2,3\n"), [r#"{"a":"1\"2","b":"3"}"#], "a quote inside of a cell is a quote");
        assert_eq!(texts("a,b\n"), [""; 0]);
        assert_eq!(texts(",a,b\n0,1,2\n"), [r#"{"a":"1","b":"2"}"#], "the index of pandas has no name");
        let tsv = records(b"a\tb\n\"x\ty\"\t1,2\n", b'\t', MAX_LINE).unwrap();
        assert_eq!(tsv[0].1.as_deref(), Ok(r#"{"a":"x\ty","b":"1,2"}"#));
    }

    #[test]
    fn records_have_the_number_of_their_first_line() {
        let numbers: Vec<u64> = csv("a,b\n1,\"x\ny\nz\"\n\n2,3\n\"\n\",\"\n").iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 6, 7]);
    }

    #[test]
    fn a_bad_record_does_not_affect_the_others() {
        let found = csv("a,b\n1\n1,2,3\n\"x\"y,2\n5,6\n");
        let problem = |place: usize| found[place].1.clone().unwrap_err();
        assert!(problem(0).starts_with("the record has 1 cells, but the header names 2 columns"), "{found:?}");
        assert!(problem(1).starts_with("the record has 3 cells"), "{found:?}");
        assert!(problem(2).starts_with("there is text behind a closing quote"), "{found:?}");
        assert_eq!(found[3], (5, Ok(r#"{"a":"5","b":"6"}"#.to_owned())));
        let open = csv("a,b\n1,2\n3,\"4\n5,6\n");
        assert_eq!(open[1].0, 3);
        assert!(open[1].1.as_ref().unwrap_err().contains("line 3 is not closed"), "{open:?}");
    }

    #[test]
    fn a_record_too_long_is_skipped() {
        let text = format!("a,b\n1,\"{}\n\",3\n4,5\n", "x".repeat(60));
        let found = records(text.as_bytes(), b',', 20).unwrap();
        assert!(found[0].1.as_ref().unwrap_err().contains("longer than 20 bytes"), "{found:?}");
        assert_eq!(found[1], (4, Ok(r#"{"a":"4","b":"5"}"#.to_owned())));
    }

    #[test]
    fn a_header_must_name_every_column_once() {
        let problem = |text: &str| records(text.as_bytes(), b',', MAX_LINE).unwrap_err();
        assert_eq!(problem("a,b,a\n"), "the header names the column `a` twice: rename one");
        assert_eq!(problem("a,,b\n"), "column 2 of the header has no name: give every column one");
        assert!(records(b"a,\xff\n", b',', MAX_LINE).unwrap_err().starts_with("the header is not UTF-8"));
    }

    #[test]
    fn message_lists_tests_and_rewards_are_json_and_other_cells_are_text() {
        let cell = |column: &str, json: &str| {
            let text = format!("id,{column}\n1,\"{}\"\n", json.replace('"', "\"\""));
            let row: serde_json::Value = serde_json::from_str(&texts(&text)[0]).unwrap();
            !row[column].is_string()
        };
        let messages = r#"[{"role": "user", "content": "a"}, {"content": "b", "role": "assistant"}]"#;
        assert!(cell("prompt", messages) && cell("completion", messages) && cell("any", &format!("[{messages}, {messages}]")));
        assert!(cell("tests", r#"{"kind": "stdio"}"#) && cell("reward", r#"[{"kind": "math"}]"#));
        for text in ["[1, 2]", r#"["a", "b"]"#, r#"{"a": 1}"#, "[]", "{1, 2}", r#"[{"role": "user"}"#, r#"[{"role": x}]"#] {
            assert!(!cell("completion", text), "{text}");
        }
        assert!(!cell("tests", "[1, 2"), "what is not JSON stays text");
    }
}
