//! The formats of the inputs. Every format gives the same: [`Line`]s, each the JSON text of one object.
//!
//! Accepts: JSON Lines; a JSON list of objects; CSV and TSV with a header; Parquet; Arrow IPC files (Feather version 2)
//! and streams; each also compressed with gzip or zstd. The format is recognised by the content (`recognise.rs`), not by
//! the name, unless it is given. Rows are read one after another: the memory does not grow with the file. Parquet and files
//! of Arrow (not its streams) are read from their end; what comes from a pipe or is compressed is copied to a temporary file
//! first.
//!
//! Refuses: input in no known format; a file that is damaged. A row that cannot be read does not end the run.
//!
//! How the values of tables are written as JSON: `table/cell.rs`; cells of CSV: `delimited/value.rs`.

mod array;
mod delimited;
mod found;
mod kind;
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

pub(super) use found::Found;
pub use kind::Format;
use recognise::{Opened, Packed};

use super::lines::Lines;

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
        Format::Arrow => {
            let mut input = input;
            let mut start = Vec::new();
            input.by_ref().take(table::ipc_file::MAGIC.len() as u64).read_to_end(&mut start)?;
            let is_file = start == table::ipc_file::MAGIC;
            let whole = io::Cursor::new(start).chain(input);
            match file {
                Some(file) if is_file => table::guarded(move || table::ipc_file::rows(file, Some(read)))?,
                None if is_file => {
                    let file = spool::spool(whole)?;
                    table::guarded(move || table::ipc_file::rows(file, None))?
                }
                _ => table::guarded(move || table::ipc::rows(whole))?,
            }
        }
        #[cfg(not(feature = "tables"))]
        Format::Parquet | Format::Arrow => {
            return Err(found::damaged(format_args!("it is in the format {}, which this build does not read", format.name())));
        }
    })
}

/// The text of a stream, unpacked.
pub(super) fn text(input: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    recognise::open(input, Some(Format::Jsonl)).map(|opened| opened.start)
}
