//! Sorts records that may not fit in memory.
//!
//! Records are collected in memory; when they take more than [`MOST`] bytes, they are sorted and written to a temporary
//! file, a *run*. At the end the runs are merged. The files have no names, so that nothing is left behind whatever ends
//! the process. Records of equal keys keep their order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write};
use std::ops::Range;
use std::path::PathBuf;

/// The bytes of records that are held in memory.
const MOST: usize = 64 << 20;
/// The most runs that are merged at once; each has a buffer of [`BUFFER`] bytes.
const MOST_RUNS: usize = 256;
const BUFFER: usize = 1 << 16;

/// What records are sorted by.
pub(super) type Key = (u64, u64);

/// Records in order.
pub(super) type Records = Box<dyn Iterator<Item = io::Result<(Key, Vec<u8>)>> + Send>;

/// Collects records.
pub(super) struct Sorter {
    folder: PathBuf,
    most: usize,
    records: Vec<(Key, Range<usize>)>,
    bytes: Vec<u8>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter with temporary files in a folder.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, most: MOST, records: Vec::new(), bytes: Vec::new(), runs: Vec::new() }
    }

    /// Adds a record.
    pub(super) fn push(&mut self, key: Key, parts: &[&[u8]]) -> io::Result<()> {
        let start = self.bytes.len();
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.records.push((key, start..self.bytes.len()));
        if self.bytes.len() + self.records.len() * size_of::<(Key, Range<usize>)>() < self.most {
            return Ok(());
        }
        self.spill()?;
        if self.runs.len() < MOST_RUNS {
            return Ok(());
        }
        let merged = Merged::of(std::mem::take(&mut self.runs))?;
        let mut run = self.run()?;
        for record in merged {
            let (key, bytes) = record?;
            write_record(&mut run, key, &bytes)?;
        }
        self.runs.push(ended(run)?);
        Ok(())
    }

    /// All records in order.
    pub(super) fn finish(mut self) -> io::Result<Records> {
        if self.runs.is_empty() {
            self.records.sort_by_key(|(key, _)| *key);
            let bytes = self.bytes;
            return Ok(Box::new(self.records.into_iter().map(move |(key, place)| Ok((key, bytes[place].to_vec())))));
        }
        self.spill()?;
        self.bytes = Vec::new();
        Ok(Box::new(Merged::of(self.runs)?))
    }

    fn spill(&mut self) -> io::Result<()> {
        self.records.sort_by_key(|(key, _)| *key);
        let mut run = self.run()?;
        for (key, place) in self.records.drain(..) {
            write_record(&mut run, key, &self.bytes[place])?;
        }
        self.bytes.clear();
        self.runs.push(ended(run)?);
        Ok(())
    }

    fn run(&self) -> io::Result<BufWriter<File>> {
        Ok(BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.folder)?))
    }
}

fn write_record(run: &mut impl Write, key: Key, bytes: &[u8]) -> io::Result<()> {
    for number in [key.0, key.1, bytes.len() as u64] {
        run.write_all(&number.to_le_bytes())?;
    }
    run.write_all(bytes)
}

fn ended(run: BufWriter<File>) -> io::Result<File> {
    let mut file = run.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// The records of several runs, in order.
struct Merged {
    runs: Vec<BufReader<File>>,
    /// The next record of each run; the first run comes first among equal keys.
    next: BinaryHeap<Reverse<(Key, usize, Vec<u8>)>>,
}

impl Merged {
    fn of(runs: Vec<File>) -> io::Result<Self> {
        let runs = runs.into_iter().map(|run| BufReader::with_capacity(BUFFER, run)).collect();
        let mut merged = Self { runs, next: BinaryHeap::new() };
        for run in 0..merged.runs.len() {
            merged.advance(run)?;
        }
        Ok(merged)
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        let reader = &mut self.runs[run];
        let mut numbers = [0; 24];
        match reader.read_exact(&mut numbers[..1]) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        reader.read_exact(&mut numbers[1..])?;
        let number = |at: usize| numbers[at..at + 8].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let mut bytes = Vec::new();
        let length = number(16);
        reader.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.next.push(Reverse(((number(0), number(8)), run, bytes)));
        Ok(())
    }
}

impl Iterator for Merged {
    type Item = io::Result<(Key, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((key, run, bytes)) = self.next.pop()?;
        Some(self.advance(run).map(|()| (key, bytes)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_come_out_sorted_and_equal_keys_in_order(keys in prop::collection::vec((0_u64..6, 0_u64..3), 0..900), most in 1_usize..4000) {
            let mut sorter = Sorter { most, ..Sorter::new(std::env::temp_dir()) };
            for (place, key) in keys.iter().enumerate() {
                sorter.push(*key, &[b"record ", place.to_string().as_bytes()]).unwrap();
            }
            let sorted: Vec<_> = sorter.finish().unwrap().map(Result::unwrap).collect();
            let mut wanted: Vec<_> = keys.into_iter().enumerate().map(|(place, key)| (key, format!("record {place}").into_bytes())).collect();
            wanted.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(sorted, wanted);
        }
    }
}
