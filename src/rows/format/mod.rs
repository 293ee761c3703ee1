//! The formats of the inputs. Every format gives the same: [`Line`]s, each the JSON text of one object.
//!
//! Accepts: JSON Lines; a JSON list of objects; CSV and TSV with a header; Parquet; Arrow IPC files (Feather version 2)
//! and streams; each also compressed with gzip or zstd. The format is recognised by the content (`recognise.rs`), not by
//! the name, unless it is given. Rows are read one after another: the memory does not grow with the file. Parquet needs
//! a file that it can seek in; what comes from a pipe or is compressed is copied to a temporary file first.
//!
//! Refuses: input in no known format; a file that is damaged. A row that cannot be read does not end the run.
//!
//! How the values of tables are written as JSON: `table/cell.rs`; cells of CSV: `delimited.rs`.

mod array;
mod delimited;
mod recognise;
#[cfg(feature = "tables")]
mod spool;
#[cfg(feature = "tables")]
mod table;
mod written;

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use recognise::{Opened, Packed};

use super::lines::{Line, Lines};
use crate::core::names::by_name;

/// A format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object per line.
    Jsonl,
    /// One JSON list of objects.
    Json,
    /// Records separated by commas, with a header.
    Csv,
    /// Records separated by tabs, with a header.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC: a file (Feather version 2) or a stream.
    Arrow,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Jsonl, Self::Json, Self::Csv, Self::Tsv, Self::Parquet, Self::Arrow];

    /// Its name, as `--format` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
}

by_name!(Format, "format", all by name);

/// The rows of one source, or the error that ends it.
pub(super) type Found = Box<dyn Iterator<Item = io::Result<Line>> + Send>;

/// A stream to read, with its file if it can seek.
pub(super) struct Stream {
    /// The bytes from the start.
    pub input: Box<dyn Read + Send>,
    /// The same file, if it is a regular one.
    pub file: Option<File>,
    /// Counts the bytes that are read from disk.
    pub read: Arc<AtomicU64>,
}

/// The rows of a stream in a given format, or in the one that its content shows.
pub(super) fn rows(stream: Stream, given: Option<Format>) -> io::Result<(Format, Found)> {
    let Stream { input, file, read } = stream;
    let Opened { packed, format, start } = recognise::open(input, given)?;
    let format = match (given, format) {
        (Some(given), _) => given,
        (None, found) => found.map_err(|problem| io::Error::new(io::ErrorKind::InvalidData, problem))?,
    };
    let file = file.filter(|_| packed == Packed::No);
    Ok((format, of_format(format, start, file, read)?))
}

#[cfg_attr(not(feature = "tables"), allow(unused_variables))]
fn of_format(format: Format, input: Box<dyn BufRead + Send>, file: Option<File>, read: Arc<AtomicU64>) -> io::Result<Found> {
    Ok(match format {
        Format::Jsonl => Box::new(Lines::new(input)),
        Format::Json => Box::new(array::Items::new(input)),
        Format::Csv => Box::new(delimited::Records::new(input, b',')?),
        Format::Tsv => Box::new(delimited::Records::new(input, b'\t')?),
        #[cfg(feature = "tables")]
        Format::Parquet => {
            let (file, read) = match file {
                Some(file) => (file, Some(read)),
                None => (spool::spool(input)?, None),
            };
            table::guarded(move || table::parquet::rows(file, read))?
        }
        #[cfg(feature = "tables")]
        Format::Arrow => table::guarded(move || table::ipc::rows(input))?,
        #[cfg(not(feature = "tables"))]
        Format::Parquet | Format::Arrow => {
            return Err(damaged(format_args!("it is in the format {}, which this build does not read", format.name())));
        }
    })
}

/// The error for input that cannot be read further.
pub(super) fn damaged(problem: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem.to_string())
}
