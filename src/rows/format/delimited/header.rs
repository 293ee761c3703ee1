//! The header of CSV and TSV: the names of the columns.

use std::collections::HashSet;
use std::hash::Hash;
use std::io;

use super::cells::{Cells, Record};
use crate::rows::format::found::damaged;
use crate::rows::lines::MAX_LINE;

/// Checks that every column has a name of its own; the first may have none.
///
/// # Errors
/// A column without a name, a name twice, a name that is not UTF-8.
pub(super) fn check_names(names: &[Vec<u8>]) -> io::Result<()> {
    if let Some(place) = names.iter().skip(1).position(Vec::is_empty) {
        return Err(damaged(format_args!("column {} of the header has no name: give every column one", place + 2)));
    }
    if let Some(name) = names.iter().find(|name| str::from_utf8(name).is_err()) {
        return Err(damaged(format_args!("the header is not UTF-8: `{}`", String::from_utf8_lossy(name))));
    }
    match twice(names) {
        Some(name) => {
            Err(damaged(format_args!("the header names the column `{}` twice: rename one", String::from_utf8_lossy(name))))
        }
        None => Ok(()),
    }
}

/// The names in the first record of a text, which may be cut off behind it; `None` if they cannot be read.
pub(crate) fn header(text: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut cells = Cells::new(text, delimiter, MAX_LINE);
    let mut record = Record::default();
    cells.read(&mut record).ok()?;
    let names = record.cells().map(|(cell, _)| String::from_utf8(cell.to_vec()).ok()).collect::<Option<Vec<_>>>()?;
    (record.problem.is_none()).then_some(names)
}

/// Whether texts look like names of columns: short, different, and without the punctuation of sentences and markup.
pub(crate) fn looks_like_names(names: &[String]) -> bool {
    const LONGEST: usize = 100;
    let fine = |name: &String| {
        let name = name.trim();
        let first = name.chars().next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '#' | '@'));
        let odd = |character: char| character.is_control() || "{}<>;!\"\\`".contains(character);
        first && name.len() <= LONGEST && !name.ends_with('.') && !name.contains(odd)
    };
    // The first of several columns may be an index without a name.
    let named = if names.len() > 2 && names[0].is_empty() { &names[1..] } else { names };
    named.iter().all(fine) && twice(names).is_none()
}

/// The first name that an earlier column has.
pub(crate) fn twice<T: Eq + Hash>(names: &[T]) -> Option<&T> {
    let mut seen = HashSet::with_capacity(names.len());
    names.iter().find(|name| !seen.insert(*name))
}
