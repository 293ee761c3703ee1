//! Brings the rows of each group together: reads all rows, and returns them sorted by group.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::chunk::RawLine;
use super::sorter::{Key, Sorter};
use crate::reading::mix;
use crate::rows::{Fields, Line, Row, Unit};
use crate::{Error, Result, Scorer};

/// The names of the sources that rows came from, and how the rows of each are read.
type Sources = Vec<(Arc<str>, Arc<Fields>)>;

/// Collects rows.
pub(super) struct Gathered<'a> {
    scorer: &'a Scorer,
    sorter: Sorter,
    sources: Sources,
    waiting: Vec<RawLine>,
    bytes: usize,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(folder: PathBuf, scorer: &'a Scorer) -> Self {
        let sorter = Sorter::new(folder);
        Self { scorer, sorter, sources: Vec::new(), waiting: Vec::new(), bytes: 0 }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, raw: RawLine) -> Result<()> {
        /// How many rows, or bytes of them, are parsed at once.
        const MOST: (usize, usize) = (2048, 8 << 20);
        if !self.sources.last().is_some_and(|source| is_of(&raw, source)) {
            self.sources.push((Arc::clone(&raw.source), Arc::clone(&raw.fields)));
        }
        self.bytes += raw.line.text.as_ref().map_or(0, Vec::len);
        self.waiting.push(raw);
        if self.waiting.len() < MOST.0 && self.bytes < MOST.1 { Ok(()) } else { self.sort() }
    }

    /// All rows: groups in an order that depends only on their contents, the rows of a group in the order of the input.
    pub(super) fn finish(mut self) -> Result<impl Iterator<Item = Result<RawLine>> + use<>> {
        self.sort()?;
        let sources = self.sources;
        let sorted = self.sorter.finish().map_err(failed)?;
        Ok(sorted.map(move |record| record.map_err(failed).map(|(key, bytes)| decoded(key, &bytes, &sources))))
    }

    fn sort(&mut self) -> Result<()> {
        let key = |raw: &RawLine| -> Key {
            let row = raw.line.text.as_ref().ok().map(|text| raw.fields.read(text.clone(), raw.row));
            let group = row.filter(Row::has_samples).and_then(|row| row.group_digest());
            (group.map_or_else(|| mix(raw.row), |group| group.bits()), raw.row)
        };
        let waiting = std::mem::take(&mut self.waiting);
        let keys: Vec<Key> = self.scorer.on_threads(|parallel| {
            if parallel { waiting.par_iter().map(key).collect() } else { waiting.iter().map(key).collect() }
        });
        self.bytes = 0;
        for (key, raw) in keys.into_iter().zip(waiting) {
            let source = self.sources.iter().rposition(|source| is_of(&raw, source)).unwrap_or_default() as u64;
            let (is_text, content): (u8, &[u8]) = match &raw.line.text {
                Ok(text) => (1, text),
                Err(problem) => (0, problem.as_bytes()),
            };
            let head = [source.to_le_bytes(), raw.line.number.to_le_bytes()].concat();
            self.sorter.push(key, &[&head, &[is_text, raw.line.unit as u8], content]).map_err(failed)?;
        }
        Ok(())
    }
}

/// Whether a row came from a source.
fn is_of(raw: &RawLine, (name, fields): &(Arc<str>, Arc<Fields>)) -> bool {
    raw.source == *name && Arc::ptr_eq(&raw.fields, fields)
}

fn decoded(key: Key, bytes: &[u8], sources: &Sources) -> RawLine {
    let number = |at: usize| bytes[at..at + 8].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let (source, line, content) = (number(0), number(8), &bytes[18..]);
    let text = if bytes[16] == 1 { Ok(content.to_vec()) } else { Err(String::from_utf8_lossy(content).into_owned()) };
    let unit = Unit::ALL.into_iter().find(|unit| *unit as u8 == bytes[17]).unwrap_or_default();
    let (source, fields) = usize::try_from(source).ok().and_then(|source| sources.get(source)).cloned().unwrap_or_default();
    RawLine { source, fields, line: Line { number: line, unit, text }, row: key.1, block: 0 }
}

fn failed(error: io::Error) -> Error {
    Error::io("cannot bring the rows of each prompt together in temporary files", error)
}
