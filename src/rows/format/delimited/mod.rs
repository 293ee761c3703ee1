//! Reads records of CSV and TSV with a header.
//!
//! Accepts: RFC 4180 with commas or tabs: cells in quotes may hold delimiters, line ends and doubled quotes; lines end in
//! `\n` or `\r\n`, or all in `\r` alone, as the first line shows; a byte order mark at the start and blank lines are skipped.
//! A record becomes a JSON object:
//!
//! - a cell is text, as it stands (`007` is not 7); an empty cell without quotes is null, `""` is an empty text;
//! - a cell that is a JSON list of messages (objects with a `role`), or a list of such lists, is that list;
//! - a cell of the columns `tests` and `reward` that is a JSON object or list is that value.
//!
//! The first column may have no name, as pandas writes its index; it is left out.
//!
//! Refuses: a header with another empty name, or a repeated one (the run ends). A record with another number of cells than the
//! header, that repeats the header, with text behind a closing quote, or longer than [`MAX_LINE`] is a problem in its place; reading goes on behind it.
//! A last line without a line end, and a quote that is not closed, end the run: the file is cut off, or rows are lost.

mod cells;
mod header;
mod value;

use std::io::{self, BufRead, Read as _};

use self::cells::{Cells, Cut, Record};
use self::header::check_names;
pub(super) use self::header::{header, looks_like_names, twice};
use self::value::is_json;
use super::found::damaged;
use super::written::push_text;
use crate::rows::lines::{Line, MAX_LINE, Unit};

/// The records of a stream as JSON objects.
pub(super) struct Records<R> {
    cells: Cells<io::Chain<io::Cursor<Vec<u8>>, R>>,
    /// The name of each column: the text itself, and as it begins a member.
    columns: Vec<(Vec<u8>, Vec<u8>)>,
    ended: bool,
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
        let mut cells = Cells::new(input, delimiter, MAX_LINE);
        let mut record = Record::default();
        loop {
            if !cells.read(&mut record)? {
                return Ok(Self { cells, columns: Vec::new(), ended: true });
            }
            if !record.is_blank() {
                break;
            }
        }
        if let Some(problem) = record.problem {
            return Err(damaged(format_args!("the header cannot be read: {problem}")));
        }
        if cells.cut.is_some() {
            return Err(damaged(cut_off("the header", Cut::Line)));
        }
        let names: Vec<Vec<u8>> = record.cells().map(|(cell, _)| cell.to_vec()).collect();
        check_names(&names)?;
        let member = |name: &Vec<u8>| {
            let mut text = Vec::new();
            push_text(&mut text, name);
            text.push(b':');
            text
        };
        Ok(Self { cells, columns: names.iter().map(|name| (name.clone(), member(name))).collect(), ended: false })
    }

    fn as_json(&self, record: &Record) -> Result<Vec<u8>, String> {
        if let Some(problem) = &record.problem {
            return Err(problem.clone());
        }
        if record.len() != self.columns.len() {
            let (got, expected) = (record.len(), self.columns.len());
            return Err(format!(
                "the record has {got} cells, but the header names {expected} columns: put cells that hold delimiters or line ends in \
                 double quotes"
            ));
        }
        if record.len() > 1 && record.cells().zip(&self.columns).all(|((cell, _), (name, _))| cell == name) {
            return Err("the record repeats the header, as where files are joined: leave the line out".to_owned());
        }
        let mut text = Vec::with_capacity(record.bytes() + record.bytes() / 16 + 32 * self.columns.len());
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
        while !self.ended {
            let number = self.cells.line;
            let read = self.cells.read(&mut record);
            self.ended = !matches!(read, Ok(true)) || self.cells.cut.is_some();
            match (read, self.cells.cut) {
                (Ok(true), Some(cut)) => {
                    return Some(Err(damaged(cut_off(&format!("the record that begins in line {number}"), cut))));
                }
                (Ok(false), _) => return None,
                (Ok(true), None) if record.is_blank() => record.clear(),
                (Ok(true), None) => {
                    let text = self.as_json(&record).map_err(|problem| match self.cells.line - 1 {
                        last if last > number => format!("{problem} (the record goes on to line {last})"),
                        _ => problem,
                    });
                    return Some(Ok(Line { number, unit: Unit::Line, text }));
                }
                (Err(error), _) => return Some(Err(error)),
            }
        }
        None
    }
}

/// What is said of a file that ends inside of a record.
fn cut_off(what: &str, cut: Cut) -> String {
    match cut {
        Cut::Line => format!(
            "{what} has no line end: the file is cut off, and its last cell may be a part of what it was. If the file is whole, add \
             the line end (`echo >> FILE`)"
        ),
        Cut::Quote(lost) => format!(
            "a quote in {what} is not closed before the end of the file, and the {lost} lines behind it are not read as rows: the \
             file is cut off, or a quote inside of a cell is not written twice"
        ),
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
            let text = |line: Line| (line.number, line.text.map(|text| String::from_utf8_lossy(&text).into_owned()));
            records.map(|line| line.map(text).map_err(|error| error.to_string())).collect()
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
        assert_eq!(texts("a,b\r\n007,\"\"\r\n,x\r\n"), [r#"{"a":"007","b":""}"#, r#"{"a":null,"b":"x"}"#]);
        assert_eq!(texts("\u{feff}\"a\",b\n\n\"1,\n\"\"2\"\"\r\",\\\n"), [r#"{"a":"1,\n\"2\"\r","b":"\\"}"#]);
        assert_eq!(texts("a,b\n1\"2,3\n"), [r#"{"a":"1\"2","b":"3"}"#], "a quote inside of a cell is a quote");
        assert_eq!(texts("a,b\n"), [""; 0]);
        assert_eq!(texts(",a,b\n0,1,2\n"), [r#"{"a":"1","b":"2"}"#], "the index of pandas has no name");
        let tsv = records(b"a\tb\n\"x\ty\"\t1,2\n", b'\t', MAX_LINE).unwrap();
        assert_eq!(tsv[0].1.as_deref(), Ok(r#"{"a":"x\ty","b":"1,2"}"#));
    }

    #[test]
    fn lines_that_end_in_a_carriage_return_alone_are_lines() {
        let rows = [r#"{"a":"1","b":"x"}"#, r#"{"a":"2","b":"y\rz"}"#];
        assert_eq!(texts("a,b\r1,x\r2,\"y\rz\"\r"), rows);
        assert_eq!(texts("\"a\",\"b\"\r\r1,x\r2,\"y\rz\"\r"), rows, "blank lines");
        assert_eq!(csv("a,b\r1,x\r2,\"y\rz\"\r3,4\r").iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3, 5]);
        assert_eq!(texts("a,b\r"), [""; 0]);
        // A carriage return inside of a cell ends nothing where lines end in `\n`.
        assert_eq!(texts("a,b\n1,x\ry\n"), [r#"{"a":"1","b":"x\ry"}"#]);
        assert_eq!(texts("a,b\r\n1,x\ry\r\n"), [r#"{"a":"1","b":"x\ry"}"#]);
        for mixed in ["a,b\r1,2\n3,4\r", "a,b\r\r\n1,2\r\r\n"] {
            assert!(texts(mixed)[0].starts_with("a line end that is not that of the header"), "{:?}", texts(mixed));
        }
    }

    #[test]
    fn a_header_of_many_columns_takes_time_in_proportion() {
        let names = (0..200_000).map(|number| format!("c{number}")).collect::<Vec<_>>();
        let header = names.join(",") + "\n";
        let start = std::time::Instant::now();
        assert!(Records::new(header.as_bytes(), b',').is_ok() && looks_like_names(&names));
        assert!(Records::new(format!("c7,{header}").as_bytes(), b',').is_err());
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn records_have_the_number_of_their_first_line() {
        let numbers: Vec<u64> = csv("a,b\n1,\"x\ny\nz\"\n\n2,3\n\"\n\",\"\"\n").iter().map(|(number, _)| *number).collect();
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
        let long = csv("a,b\n1,\"2\n3,4\n5,\"6\n7,8\n");
        assert!(long[0].1.as_ref().unwrap_err().ends_with("(the record goes on to line 4)"), "{long:?}");
        assert_eq!(long[1].0, 5, "{long:?}");
    }

    #[test]
    fn a_file_that_ends_inside_of_a_record_ends_the_run_and_names_the_line() {
        let whole = "a,b\n1,x y\n2,\"y\n\"\"z\"\"\"\n";
        assert_eq!(csv(whole).len(), 2);
        // The header and the first record are whole; the second one begins in line 3.
        for cut in 11..whole.len() {
            let problem = records(&whole.as_bytes()[..cut], b',', MAX_LINE).unwrap_err();
            assert!(problem.contains("the record that begins in line 3"), "{cut}: {problem}");
        }
        let problem = |text: &str| records(text.as_bytes(), b',', MAX_LINE).unwrap_err();
        assert!(
            problem("a,b\n1,2\n3,\"4\n5,6\n")
                .contains("line 3 is not closed before the end of the file, and the 1 lines behind it")
        );
        assert!(problem("a,b\n1,2").contains("line 2 has no line end") && problem("a,b").contains("the header has no line end"));
        assert!(problem("a,b\n1,").contains("line 2 has no line end"), "the last cell is empty");
        assert!(problem("a,b\r1,2\r3,4").contains("line 3 has no line end"));
        // The rows before are there, and nothing follows.
        let mut read = Records::new(&b"a,b\n1,2\n3,4"[..], b',').unwrap();
        assert!(read.next().unwrap().is_ok() && read.next().unwrap().is_err() && read.next().is_none());
    }

    #[test]
    fn a_file_whose_last_line_is_whole_is_not_cut_off() {
        for text in ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r\n1,2\r", "a,b\r1,2\r", "a,b\n1,2\n\n", "a,b\n1,\"2\"\n"] {
            assert_eq!(texts(text), [r#"{"a":"1","b":"2"}"#], "{text:?}");
        }
        assert_eq!((texts("a,b\n").len(), texts("").len()), (0, 0));
    }

    #[test]
    fn a_header_in_the_middle_is_no_row() {
        let found = csv("a,b\n1,2\na,b\na,c\n");
        assert!(found[1].1.as_ref().unwrap_err().starts_with("the record repeats the header"), "{found:?}");
        assert!(found[0].1.is_ok() && found[2].1.is_ok());
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
