//! Batches of rows from a Parquet file.
//!
//! Accepts: every type and encoding of the format except Brotli compression and encryption. Row groups are read in small
//! batches, and of every column only the current page is in memory: a page has about one megabyte, whatever the size of
//! the row group. Text is read as views of the pages, so that a dictionary does not multiply.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use super::{Rows, check_schema, footer};
use crate::rows::format::found::damaged;

/// The bytes of a batch, by the average size of the rows of its row group: few enough to stay in the cache.
const BATCH: i64 = 1 << 20;
/// The most rows of a batch.
const MOST_ROWS: i64 = 4096;

/// The rows of a file; `read` counts the bytes of the file as the rows are read.
pub(in crate::rows) fn rows(mut file: File, read: Option<Arc<AtomicU64>>) -> io::Result<Rows<Batches>> {
    footer::check(&mut file)?;
    let found = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(unreadable)?;
    let metadata = with_views(found);
    check_schema(metadata.schema())?;
    let size = file.metadata()?.len();
    Ok(Rows::new(Batches { file, metadata, group: 0, reader: None, size, read }))
}

/// The batches of a file, one row group after another.
pub(in crate::rows) struct Batches {
    file: File,
    metadata: ArrowReaderMetadata,
    /// The number of the next row group.
    group: usize,
    reader: Option<ParquetRecordBatchReader>,
    size: u64,
    read: Option<Arc<AtomicU64>>,
}

impl Batches {
    /// The reader of the next row group.
    fn open(&mut self) -> io::Result<Option<ParquetRecordBatchReader>> {
        let groups = self.metadata.metadata().row_groups();
        let Some(group) = groups.get(self.group) else { return Ok(None) };
        let rows = group.num_rows().max(1);
        let batch = (BATCH / (group.total_byte_size() / rows).max(1)).clamp(1, MOST_ROWS);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.try_clone()?, self.metadata.clone())
            .with_row_groups(vec![self.group])
            .with_batch_size(usize::try_from(batch).unwrap_or(1))
            .build()
            .map_err(unreadable)?;
        self.group += 1;
        Ok(Some(reader))
    }

    /// Counts the bytes of a batch: its share of the file.
    fn add_read(&self, rows: usize) {
        let all = self.metadata.metadata().file_metadata().num_rows().max(1);
        if let (Some(read), Ok(all)) = (&self.read, u64::try_from(all)) {
            let share = u128::from(self.size) * rows as u128 / u128::from(all);
            read.fetch_add(u64::try_from(share).unwrap_or(0), Ordering::Relaxed);
        }
    }
}

impl Iterator for Batches {
    type Item = io::Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.reader.as_mut().map(Iterator::next) {
                Some(Some(Ok(batch))) => {
                    self.add_read(batch.num_rows());
                    return Some(Ok(batch));
                }
                Some(Some(Err(error))) => {
                    let text = error.to_string();
                    let fix = if text.contains("brotli") { ": write the file with zstd or snappy" } else { "" };
                    return Some(Err(damaged(format_args!("row group {} cannot be read: {text}{fix}", self.group))));
                }
                Some(None) | None => match self.open() {
                    Ok(Some(reader)) => self.reader = Some(reader),
                    Ok(None) => return None,
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }
}

fn unreadable(error: parquet::errors::ParquetError) -> io::Error {
    let text = error.to_string();
    damaged(format_args!("it cannot be read as Parquet: {text}"))
}

/// The same metadata, with text and binary columns read as views; unchanged if the crate refuses one of them.
fn with_views(found: ArrowReaderMetadata) -> ArrowReaderMetadata {
    let fields: Fields = found.schema().fields().iter().map(as_view).collect();
    let schema = Schema::new_with_metadata(fields, found.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), options).unwrap_or(found)
}

fn as_view(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(view_of(field.data_type())))
}

fn view_of(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, value) if matches!(**value, DataType::Utf8 | DataType::LargeUtf8) => DataType::Utf8View,
        DataType::List(field) => DataType::List(as_view(field)),
        DataType::LargeList(field) => DataType::LargeList(as_view(field)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(as_view(field), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(as_view).collect()),
        DataType::Map(field, sorted) => DataType::Map(as_view(field), *sorted),
        other => other.clone(),
    }
}
