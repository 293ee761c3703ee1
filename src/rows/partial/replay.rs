//! Reads the results of an interrupted run back, in their order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Packing;
use crate::rows::ResultRow;
use crate::{Error, Result};

/// The results that an interrupted run has left, from the first on.
pub struct Replay {
    reader: Option<Box<dyn BufRead + Send>>,
    name: String,
    number: u64,
    delivered: Arc<Delivered>,
}

/// A known result.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its line as it was written, with the line end.
    pub line: Vec<u8>,
    /// The result.
    pub row: ResultRow,
    /// The number of its line, from 1.
    pub number: u64,
}

/// How far a replay has come.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    bytes: AtomicU64,
    ended: AtomicBool,
}

impl Delivered {
    /// Whether a copy of the known results that has this number of bytes has all of them.
    pub(super) fn is_passed(&self, bytes: u64) -> bool {
        self.ended.load(Ordering::Acquire) && bytes >= self.bytes.load(Ordering::Acquire)
    }
}

impl Default for Replay {
    /// Nothing is known.
    fn default() -> Self {
        Self { reader: None, name: String::new(), number: 0, delivered: Arc::default() }
    }
}

impl Replay {
    /// The complete lines of a file.
    pub(super) fn of(file: io::Take<File>, packing: Packing, path: &Path) -> io::Result<(Self, Arc<Delivered>)> {
        let reader: Box<dyn Read + Send> = match packing {
            Packing::Plain | Packing::Parquet => Box::new(file),
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(file)),
            Packing::Zstd => Box::new(zstd::Decoder::new(file)?),
        };
        let delivered = Arc::new(Delivered::default());
        let reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 16, reader));
        let name = path.display().to_string();
        Ok((Self { reader: Some(reader), name, number: 0, delivered: Arc::clone(&delivered) }, delivered))
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of results so far.
    pub fn count(&self) -> u64 {
        self.number
    }

    /// The next results, at most `most`; fewer only at the end.
    ///
    /// # Errors
    /// A line that is no result row.
    pub fn take(&mut self, most: usize) -> Result<Vec<Known>> {
        let mut known = Vec::new();
        while known.len() < most {
            let Some(reader) = &mut self.reader else { break };
            let mut line = Vec::new();
            // A packed file may end anywhere; what can be unpacked before that is known.
            let read = reader.read_until(b'\n', &mut line);
            if read.is_err() || line.last() != Some(&b'\n') {
                self.reader = None;
                self.delivered.ended.store(true, Ordering::Release);
                break;
            }
            self.number += 1;
            let row = serde_json::from_slice(&line).map_err(|error| {
                Error::row(format_args!(
                    "{}:{}: not a result row of `verify score` ({error}): leave out --resume to judge all rows anew",
                    self.name, self.number
                ))
            })?;
            self.delivered.bytes.fetch_add(line.len() as u64, Ordering::AcqRel);
            known.push(Known { line, row, number: self.number });
        }
        Ok(known)
    }
}
