//! Rows of tables: record batches of Arrow, from Parquet (`parquet.rs`), from streams of Arrow IPC (`ipc.rs`) and from
//! its files (`ipc_file.rs`).
//!
//! The crates that decode tables check what they read, but on a damaged file they may panic. A panic while a table is
//! read becomes an error that says that the file is damaged.

mod cell;
mod footer;
pub(super) mod ipc;
pub(super) mod ipc_file;
pub(super) mod parquet;

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::found::{Found, damaged};
use crate::rows::lines::{Line, MAX_LINE, Unit};

/// The most bytes of rows that are written as JSON ahead of their use.
const AHEAD: usize = 256 << 10;
/// The most rows that are written ahead.
const MOST_AHEAD: usize = 4096;

/// Opens a table and reads its rows; a panic in either becomes an error.
pub(super) fn guarded<B>(open: impl FnOnce() -> io::Result<Rows<B>>) -> io::Result<Found>
where
    B: Iterator<Item = io::Result<RecordBatch>> + Send + 'static,
{
    let mut rows = caught(open)?;
    let mut ended = false;
    Ok(Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let found = caught(|| rows.next().transpose()).transpose();
        ended = !matches!(found, Some(Ok(_)));
        found
    })))
}

fn caught<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    thread_local! {
        static READING: Cell<bool> = const { Cell::new(false) };
    }
    static QUIET: Once = Once::new();
    // The error says what happened; the message of the panic would stand before it on standard error.
    QUIET.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !READING.get() {
                others(panic);
            }
        }));
    });
    READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    READING.set(false);
    result.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Err(damaged(format_args!("the file is damaged: reading its table failed ({})", text.unwrap_or("no reason given"))))
    })
}

/// The rows of record batches.
pub(super) struct Rows<B> {
    batches: B,
    /// The current batch and the number of its rows that were written.
    current: Option<(RecordBatch, usize)>,
    /// Rows that were written.
    ahead: VecDeque<Vec<u8>>,
    /// The number of rows that were given out.
    number: u64,
}

impl<B: Iterator<Item = io::Result<RecordBatch>>> Rows<B> {
    fn new(batches: B) -> Self {
        Self { batches, current: None, ahead: VecDeque::new(), number: 0 }
    }

    /// Writes the next rows of the current batch.
    fn write(&mut self) {
        let Some((batch, done)) = &mut self.current else { return };
        let schema = batch.schema();
        let columns: Vec<(Vec<u8>, cell::Cell<'_>)> = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| (cell::member(field.name()), cell::cell(column.as_ref())))
            .collect();
        let (mut size, mut usual) = (0, 128);
        while *done < batch.num_rows() && size < AHEAD && self.ahead.len() < MOST_AHEAD {
            let mut text = Vec::with_capacity(usual);
            for (member, cell) in &columns {
                text.push(if text.is_empty() { b'{' } else { b',' });
                text.extend_from_slice(member);
                cell(*done, &mut text);
            }
            text.push(b'}');
            *done += 1;
            size += text.len();
            usual = text.len() + text.len() / 8;
            self.ahead.push_back(text);
        }
    }

    fn next(&mut self) -> Option<io::Result<Line>> {
        loop {
            if let Some(text) = self.ahead.pop_front() {
                self.number += 1;
                let text = if text.len() > MAX_LINE {
                    Err(format!("the row is longer than {MAX_LINE} bytes as JSON and was skipped: split it into several"))
                } else {
                    Ok(text)
                };
                return Some(Ok(Line { number: self.number, unit: Unit::Row, text }));
            }
            if self.current.as_ref().is_some_and(|(batch, done)| *done < batch.num_rows()) {
                self.write();
                continue;
            }
            match self.batches.next()? {
                Ok(batch) => self.current = Some((batch, 0)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Refuses a table whose rows would be no objects with different names.
fn check_schema(schema: &Schema) -> io::Result<()> {
    let fields = schema.fields();
    if fields.is_empty() {
        return Err(damaged("the table has no columns"));
    }
    let twice = fields.iter().enumerate().find(|(place, field)| fields[..*place].iter().any(|one| one.name() == field.name()));
    match twice {
        Some((_, field)) => Err(damaged(format_args!("the table has two columns of the name `{}`: rename one", field.name()))),
        None => Ok(()),
    }
}
