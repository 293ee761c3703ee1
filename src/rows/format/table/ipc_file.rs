//! Batches of rows from an Arrow IPC file (Feather version 2), by its footer.
//!
//! Accepts: what `ipc.rs` accepts of a stream. The footer says what the schema is and where the batches are; how writers
//! begin a file differs (polars writes the first schema without the mark of a message). One record batch is in memory at a
//! time, and the dictionaries. Refuses: a file that does not end with its mark, batches outside of the file, and batches
//! that are together longer than the file, so that none is read twice; the bounds on sizes are those of a stream.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, root_as_footer, root_as_message};

use super::ipc::{CONTINUATION, check_batch, check_description, too_large, unreadable};
use super::{Rows, check_schema};
use crate::rows::format::found::damaged;

/// The mark at the start and at the end of a file.
pub(in crate::rows) const MAGIC: &[u8; 6] = b"ARROW1";
/// The bytes at the end: the length of the footer and the mark.
const TAIL: u64 = 10;

/// The rows of a file; `read` counts the bytes that are read.
pub(in crate::rows) fn rows(mut file: File, read: Option<Arc<AtomicU64>>) -> io::Result<Rows<Blocks>> {
    let size = file.seek(SeekFrom::End(0))?;
    let bytes = footer(&mut file, size)?;
    let footer = root_as_footer(&bytes).map_err(unreadable)?;
    let schema = footer.schema().ok_or_else(|| damaged("its footer has no schema"))?;
    if !schema.endianness().equals_to_target_endianness() {
        return Err(damaged("its numbers are in the byte order of another machine: write the table again, or as Parquet"));
    }
    let schema = Arc::new(try_fb_to_schema(schema).map_err(unreadable)?);
    check_schema(&schema)?;
    let dictionaries: Vec<Block> = footer.dictionaries().iter().flatten().copied().collect();
    let batches: VecDeque<Block> = footer.recordBatches().iter().flatten().copied().collect();
    let length = |block: &Block| i128::from(block.metaDataLength()) + i128::from(block.bodyLength());
    if dictionaries.iter().chain(&batches).map(length).sum::<i128>() > i128::from(size) {
        return Err(damaged("its footer states batches that are together longer than the file"));
    }
    let mut blocks = Blocks { file, size, decoder: FileDecoder::new(schema, footer.version()), batches, read };
    for block in &dictionaries {
        let bytes = blocks.bytes(block)?;
        blocks.decoder.read_dictionary(block, &bytes).map_err(unreadable)?;
    }
    Ok(Rows::new(blocks))
}

/// The bytes of the footer.
fn footer(file: &mut File, size: u64) -> io::Result<Vec<u8>> {
    let cut_off = || damaged("the file is cut off: it does not end as an Arrow file does");
    let tail = size.checked_sub(TAIL).ok_or_else(cut_off)?;
    file.seek(SeekFrom::Start(tail))?;
    let mut end = [0; 10];
    file.read_exact(&mut end)?;
    let (length, magic) = end.split_at(4);
    if magic != MAGIC {
        return Err(cut_off());
    }
    let length = u64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    let start = tail.checked_sub(length).ok_or_else(|| damaged("its footer is stated to be longer than the file"))?;
    check_description(length)?;
    at(file, start, length)
}

/// Exactly this number of bytes of a file.
fn at(file: &mut File, start: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length { Err(damaged("the file has become shorter while it was read")) } else { Ok(bytes) }
}

/// The batches of a file.
pub(in crate::rows) struct Blocks {
    file: File,
    size: u64,
    decoder: FileDecoder,
    /// Where the batches that were not read are.
    batches: VecDeque<Block>,
    read: Option<Arc<AtomicU64>>,
}

impl Blocks {
    /// The bytes of a message: its description and its body.
    fn bytes(&mut self, block: &Block) -> io::Result<Buffer> {
        let outside = || damaged("its footer states a batch outside of the file");
        let whole = |number: i64| u64::try_from(number).map_err(|_| outside());
        let (start, description, body) =
            (whole(block.offset())?, whole(block.metaDataLength().into())?, whole(block.bodyLength())?);
        let length = description.checked_add(body).ok_or_else(outside)?;
        if start.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(outside());
        }
        check_description(description)?;
        too_large(body)?;
        let bytes = at(&mut self.file, start, length)?;
        let (message, body) = bytes.split_at(usize::try_from(description).unwrap_or(usize::MAX).min(bytes.len()));
        let prefix = if message.starts_with(&CONTINUATION) { 8 } else { 4 };
        let message = message.get(prefix..).ok_or_else(|| damaged("its footer states a batch without a description"))?;
        check_batch(&root_as_message(message).map_err(unreadable)?, body)?;
        if let Some(read) = &self.read {
            read.fetch_add(length, Ordering::Relaxed);
        }
        Ok(Buffer::from_vec(bytes))
    }
}

impl Iterator for Blocks {
    type Item = io::Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let block = self.batches.pop_front()?;
            let bytes = self.bytes(&block);
            match bytes.and_then(|bytes| self.decoder.read_record_batch(&block, &bytes).map_err(unreadable)) {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
