//! Reads cells of CSV and TSV, one record at a time.
//!
//! Accepts: lines that end in `\n` or `\r\n`, or all in `\r` alone; the first line end outside of quotes shows which. Refuses,
//! as a problem of the record: more bytes than `longest`, text behind a closing quote, an open quote at the end, and in a file
//! whose lines end in `\r` a `\n` outside of quotes. Tells of an input that ends inside of a record ([`Cut`]).

use std::io::{self, BufRead};

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// The cells of one record.
#[derive(Default)]
pub(super) struct Record {
    text: Vec<u8>,
    /// Where each cell ends in the text, and whether it was in quotes.
    ends: Vec<(usize, bool)>,
    /// Why it cannot be used.
    pub(super) problem: Option<String>,
}

impl Record {
    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of all cells together.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The text of each cell, and whether it was in quotes.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        starts.zip(&self.ends).map(|(start, (end, quoted))| (&self.text[start..*end], *quoted))
    }

    /// Whether it is a blank line.
    pub(super) fn is_blank(&self) -> bool {
        self.problem.is_none() && self.text.is_empty() && matches!(*self.ends, [(_, false)])
    }

    /// Makes room for another.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.problem = None;
    }
}

/// Reads cells from a stream.
pub(super) struct Cells<R> {
    input: R,
    delimiter: u8,
    /// The byte that ends a line, once the first line has shown it.
    end: Option<u8>,
    /// The number of the next line.
    pub(super) line: u64,
    /// The most bytes of a record.
    pub(super) longest: usize,
    /// How the last record ended, if no line end did it.
    pub(super) cut: Option<Cut>,
}

/// The end of the input inside of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Behind a cell, or in a cell without quotes.
    Line,
    /// Inside of quotes; the number of lines behind the first one of the record.
    Quote(u64),
}

/// What follows a cell.
enum After {
    Cell,
    Record,
}

impl<R: BufRead> Cells<R> {
    pub(super) fn new(input: R, delimiter: u8, longest: usize) -> Self {
        Self { input, delimiter, end: None, line: 1, longest, cut: None }
    }

    /// Reads a record; `false` at the end of the input.
    pub(super) fn read(&mut self, record: &mut Record) -> io::Result<bool> {
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

    /// Reads a cell without quotes, or what is left of a line behind one in quotes.
    fn plain(&mut self, record: &mut Record) -> io::Result<After> {
        let mut taken = 0;
        // Whether the last byte is a line feed where lines end in `\r`: the line has an end, though not the right one.
        let mut other_end = false;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.line += 1;
                // Of `\r\n`, the last byte alone may be missing.
                if !without_return(&mut record.text, taken) && !other_end {
                    self.cut = Some(Cut::Line);
                }
                return Ok(After::Record);
            }
            let found = match self.end {
                Some(b'\n') => memchr2(self.delimiter, b'\n', buffer),
                _ => memchr3(self.delimiter, b'\n', b'\r', buffer),
            };
            let end = found.unwrap_or(buffer.len());
            let byte = found.map(|at| buffer[at]);
            taken += store(record, &buffer[..end], self.longest);
            self.input.consume(end + usize::from(byte.is_some()));
            other_end &= end == 0;
            match byte {
                None => {}
                Some(byte) if byte == self.delimiter => return Ok(After::Cell),
                Some(byte) if self.ends_line(byte)? => {
                    self.line += 1;
                    without_return(&mut record.text, taken);
                    return Ok(After::Record);
                }
                Some(byte) => {
                    taken += store(record, &[byte], self.longest);
                    other_end = self.end == Some(b'\r');
                    if other_end {
                        record.problem.get_or_insert_with(|| {
                            "a line end that is not that of the header (a carriage return alone) is outside of quotes: write the \
                             file with one kind of line end"
                                .to_owned()
                        });
                    }
                }
            }
        }
    }

    /// Whether a byte outside of quotes, which was read, ends a line. The first line shows which one does: a carriage
    /// return that no line feed follows, or else the line feed.
    fn ends_line(&mut self, byte: u8) -> io::Result<bool> {
        if self.end.is_none() {
            let is_alone = byte == b'\r' && self.peek()? != Some(b'\n');
            self.end = Some(if is_alone { b'\r' } else { b'\n' });
        }
        Ok(self.end == Some(byte))
    }

    /// Reads a cell in quotes; the next byte is the opening quote.
    fn quoted(&mut self, record: &mut Record, start: u64) -> io::Result<After> {
        self.input.consume(1);
        // A header in quotes may hold line ends before it is known how lines end.
        let line_end = self.end.unwrap_or(b'\n');
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                let lost = (self.line - start).saturating_sub(u64::from(record.text.last() == Some(&line_end)));
                record.problem.get_or_insert_with(|| "a quote is not closed before the end of the file".to_owned());
                self.cut = Some(Cut::Quote(lost));
                return Ok(After::Record);
            }
            let found = memchr(b'"', buffer);
            let end = found.unwrap_or(buffer.len());
            self.line += memchr_iter(line_end, &buffer[..end]).count() as u64;
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

/// Removes the carriage return of `\r\n` from a cell of `length` bytes; whether there was one.
fn without_return(text: &mut Vec<u8>, length: usize) -> bool {
    let is_there = length > 0 && text.last() == Some(&b'\r');
    if is_there {
        text.pop();
    }
    is_there
}
