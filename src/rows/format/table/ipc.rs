//! Batches of rows from a stream of Arrow IPC, which may come from a pipe; a file has a footer (`ipc_file.rs`).
//!
//! Accepts: dictionaries, and buffers compressed with LZ4 or zstd. One record batch is in memory at a time, as it was
//! written. Refuses: a batch larger than [`MOST_BYTES`], unpacked; messages whose lengths contradict each other. No length
//! that a stream states is trusted before that many bytes are there.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::{Message, MessageHeader, RecordBatch as Batch, root_as_message};

use super::{Rows, check_schema};
use crate::rows::format::found::damaged;

/// The most bytes of a batch, as it is stored and unpacked.
const MOST_BYTES: u64 = 4 << 30;
/// The most bytes of the description of a message.
const MOST_DESCRIPTION: u64 = 64 << 20;
/// The mark before each message.
pub(super) const CONTINUATION: [u8; 4] = [0xff; 4];
/// A batch of columns without bytes (nulls) has at most this number of rows.
const MOST_EMPTY_ROWS: usize = 1 << 24;

/// The rows of a stream.
pub(in crate::rows) fn rows<R: BufRead + Send>(input: R) -> io::Result<Rows<Batches<R>>> {
    let mut batches = Batches { input, decoder: StreamDecoder::new(), found: VecDeque::new(), ended: false, batches: 0 };
    // The schema is the first message; it is decoded with the first bytes of the next one.
    while batches.decoder.schema().is_none() {
        if batches.ended {
            return Err(damaged("it ends before the schema of the table"));
        }
        batches.read()?;
    }
    if let Some(schema) = batches.decoder.schema() {
        check_schema(&schema)?;
    }
    Ok(Rows::new(batches))
}

/// The batches of a stream.
pub(in crate::rows) struct Batches<R> {
    input: R,
    decoder: StreamDecoder,
    /// Decoded batches that were not given out.
    found: VecDeque<RecordBatch>,
    ended: bool,
    /// The number of batches so far.
    batches: u64,
}

impl<R: BufRead> Batches<R> {
    /// Reads one message: its length, its description, its body.
    fn read(&mut self) -> io::Result<()> {
        if self.input.fill_buf()?.is_empty() {
            // The format allows a stream without its end mark, and a stream that was cut behind a batch looks the same.
            return Err(damaged(format_args!(
                "the stream ends without its end mark, after {} batches: it was cut off, or its writer was not closed; write it again \
                 with the writer closed",
                self.batches
            )));
        }
        let mut length = self.four()?;
        if length == CONTINUATION {
            length = self.four()?;
        }
        let length = u64::from(u32::from_le_bytes(length));
        if length == 0 {
            self.end()?;
            if !self.input.fill_buf()?.is_empty() {
                return Err(damaged(format_args!(
                    "there is more behind the end of the stream, after {} batches: give each stream a file of its own",
                    self.batches
                )));
            }
            return Ok(());
        }
        check_description(length)?;
        let mut frame = Vec::new();
        frame.extend_from_slice(&CONTINUATION);
        frame.extend_from_slice(&u32::try_from(length).unwrap_or(0).to_le_bytes());
        self.append(&mut frame, length)?;
        let message = root_as_message(&frame[8..]).map_err(unreadable)?;
        let body = u64::try_from(message.bodyLength()).unwrap_or(u64::MAX);
        too_large(body)?;
        // The body is in a buffer of its own, so that it is aligned and not copied.
        let mut bytes = Vec::new();
        self.append(&mut bytes, body)?;
        check_batch(&message, &bytes)?;
        self.decode(Buffer::from_vec(frame))?;
        self.decode(Buffer::from_vec(bytes))
    }

    fn decode(&mut self, mut bytes: Buffer) -> io::Result<()> {
        while !bytes.is_empty() {
            let batch = self.decoder.decode(&mut bytes).map_err(unreadable)?;
            self.batches += u64::from(batch.is_some());
            self.found.extend(batch);
        }
        Ok(())
    }

    /// Ends the stream, which decodes a last message without a body.
    fn end(&mut self) -> io::Result<()> {
        self.ended = true;
        self.decode(Buffer::from_vec(vec![0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
    }

    fn four(&mut self) -> io::Result<[u8; 4]> {
        let mut bytes = [0; 4];
        self.input.read_exact(&mut bytes).map_err(cut_off)?;
        Ok(bytes)
    }

    /// Appends exactly this number of bytes; memory grows only with what is there.
    fn append(&mut self, to: &mut Vec<u8>, bytes: u64) -> io::Result<()> {
        /// The most bytes that are reserved because the file states them.
        const RESERVED: u64 = 16 << 20;
        to.reserve_exact(usize::try_from(bytes.min(RESERVED)).unwrap_or(0));
        let read = self.input.by_ref().take(bytes).read_to_end(to)?;
        if (read as u64) < bytes { Err(cut_off(io::ErrorKind::UnexpectedEof.into())) } else { Ok(()) }
    }
}

impl<R: BufRead> Iterator for Batches<R> {
    type Item = io::Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.found.pop_front() {
                return Some(Ok(batch));
            }
            if self.ended {
                return None;
            }
            if let Err(error) = self.read() {
                return Some(Err(error));
            }
        }
    }
}

/// The bytes of a batch after decompression, as its buffers state them; `None` if a buffer is not within the body.
fn unpacked(batch: &Batch<'_>, body: &[u8]) -> Option<u64> {
    let compressed = batch.compression().is_some();
    let mut sum = 0_u64;
    for buffer in batch.buffers()? {
        let (start, length) = (usize::try_from(buffer.offset()).ok()?, usize::try_from(buffer.length()).ok()?);
        let bytes = body.get(start..start.checked_add(length)?)?;
        let stated = match bytes.first_chunk::<8>() {
            Some(prefix) if compressed => i64::from_le_bytes(*prefix),
            _ => -1,
        };
        sum = sum.checked_add(u64::try_from(stated).unwrap_or(length as u64))?;
    }
    Some(sum)
}

/// Refuses a batch that unpacks to too many bytes, or has far more rows than bytes.
pub(super) fn check_batch(message: &Message<'_>, body: &[u8]) -> io::Result<()> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    too_large(unpacked(&batch, body).unwrap_or(u64::MAX))?;
    let rows = usize::try_from(batch.length()).unwrap_or(usize::MAX);
    if rows > MOST_EMPTY_ROWS && rows / 64 > body.len() {
        return Err(damaged(format_args!("a batch states {rows} rows, but holds only {} bytes", body.len())));
    }
    Ok(())
}

/// Refuses a description of a message that is stated to be too long.
pub(super) fn check_description(length: u64) -> io::Result<()> {
    if length > MOST_DESCRIPTION {
        return Err(damaged(format_args!("a message states a description of {length} bytes; at most {MOST_DESCRIPTION} are read")));
    }
    Ok(())
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> io::Error {
    damaged(format_args!("a message cannot be read: {error}"))
}

pub(super) fn too_large(bytes: u64) -> io::Result<()> {
    if bytes > MOST_BYTES {
        return Err(damaged(format_args!(
            "a record batch states {bytes} bytes; at most {MOST_BYTES} are read: write the table in smaller batches, or as Parquet"
        )));
    }
    Ok(())
}

fn cut_off(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { damaged("the file is cut off inside of a message") } else { error }
}
