//! The three stages of a run (read, judge, write), with bounded queues between them.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::chunk::{RawLine, judge, read, split_last_group, windows};
use super::groups::{AnswerKey, Groups};
use super::summary::RunSummary;
use super::watch::Watch;
use crate::core::weight::Weight;
use crate::rows::{Fields, Source};
use crate::{Error, Result, Scorer};

/// A chunk ends after this number of lines, bytes or JSON values, whichever comes first: large enough to keep all cores
/// busy, small enough that several fit in memory. A JSON value of two bytes takes about a hundred after parsing.
const CHUNK_LINES: usize = 2048;
const CHUNK_BYTES: usize = 8 << 20;
const CHUNK_VALUES: usize = 1 << 19;
/// The number of chunks that can wait between two stages.
const WAITING: usize = 1;

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows judged.
    pub rows: u64,
    /// Bytes read from disk, before decompression.
    pub bytes: u64,
}

/// A run over sources.
pub struct Run<'a> {
    sources: &'a [Source],
    fields: &'a Fields,
    scorer: &'a Scorer,
    answer_key: Option<AnswerKey>,
}

impl<'a> Run<'a> {
    /// A run over the sources, in order, with the column of each field and the scorer that judges the rows.
    pub fn new(sources: &'a [Source], fields: &'a Fields, scorer: &'a Scorer) -> Self {
        Self { sources, fields, scorer, answer_key: None }
    }

    /// Sets which answers agree in a vote (cons@k). Default: answers that equal the reference, and answers of the same
    /// text.
    #[must_use]
    pub fn answer_key(mut self, key: AnswerKey) -> Self {
        self.answer_key = Some(key);
        self
    }

    /// Judges all rows and writes the result lines to `out`, in the order of the rows; `progress` is called after each
    /// window of rows.
    ///
    /// # Errors
    /// A source that cannot be read, an output that cannot be written.
    pub fn write_to(&self, out: &mut (dyn Write + Send), progress: impl FnMut(Progress)) -> Result<RunSummary> {
        self.follow(&mut (), out, progress)
    }

    /// As [`write_to`](Self::write_to), and shows every row and outcome to `watch`.
    ///
    /// # Errors
    /// As `write_to`; a row that `watch` refuses.
    pub fn follow(
        &self,
        watch: &mut impl Watch,
        out: &mut (dyn Write + Send),
        mut progress: impl FnMut(Progress),
    ) -> Result<RunSummary> {
        let bytes = Arc::new(AtomicU64::new(0));
        thread::scope(|scope| {
            let (to_judge, lines) = sync_channel(WAITING);
            let (to_write, texts) = sync_channel(WAITING);
            let counter = Arc::clone(&bytes);
            let reader = scope.spawn(move || self.read_chunks(&to_judge, &counter));
            let writer = scope.spawn(move || write_chunks(&texts, out));
            let summary = self.judge_chunks(lines, &to_write, watch, |rows| {
                progress(Progress { rows, bytes: bytes.load(Ordering::Relaxed) });
            });
            // Closing the channel ends the writer.
            drop(to_write);
            let stopped = |_| Error::io("a stage of the run stopped", io::Error::other("panic"));
            writer.join().map_err(stopped)?.map_err(|error| Error::io("cannot write the results", error))?;
            reader.join().map_err(stopped)??;
            summary
        })
    }

    /// Reads until the end of the sources, or until the next stage has stopped.
    fn read_chunks(&self, chunks: &SyncSender<Vec<RawLine>>, bytes: &Arc<AtomicU64>) -> Result<()> {
        let (mut chunk, mut size, mut values, mut row) = (Vec::new(), 0, 0, 0);
        for source in self.sources {
            let name: Arc<str> = source.to_string().into();
            let (records, fields) = source.rows(self.fields, bytes)?;
            for line in records {
                let line = line?;
                row += 1;
                size += line.text.as_ref().map_or(0, Vec::len);
                values += line.text.as_ref().map_or(0, |text| Weight::of(text).values);
                chunk.push(RawLine { source: Arc::clone(&name), fields: Arc::clone(&fields), line, row });
                if chunk.len() >= CHUNK_LINES || size >= CHUNK_BYTES || values >= CHUNK_VALUES {
                    (size, values) = (0, 0);
                    if chunks.send(std::mem::take(&mut chunk)).is_err() {
                        return Ok(());
                    }
                }
            }
        }
        // A send fails only after the writer has stopped; its error is reported at the join.
        let _ = chunks.send(chunk);
        Ok(())
    }

    fn judge_chunks(
        &self,
        chunks: Receiver<Vec<RawLine>>,
        texts: &SyncSender<Vec<u8>>,
        watch: &mut impl Watch,
        mut done: impl FnMut(u64),
    ) -> Result<RunSummary> {
        let mut summary = RunSummary::of(self.answer_key.map_or_else(Groups::default, Groups::by));
        let whole_groups = self.scorer.needs_whole_group();
        // Whether the writer still takes results.
        let mut judge = |rows, summary: &mut RunSummary| -> Result<bool> {
            for window in windows(rows, whole_groups) {
                let sent = texts.send(judge(window, self.scorer, summary, watch)?).is_ok();
                done(summary.rows);
                if !sent {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let mut carried = Vec::new();
        for chunk in chunks {
            let mut rows = carried;
            rows.extend(read(chunk, self.scorer));
            carried = if whole_groups { split_last_group(&mut rows) } else { Vec::new() };
            if !judge(rows, &mut summary)? {
                return Ok(summary);
            }
        }
        judge(carried, &mut summary)?;
        Ok(summary)
    }
}

fn write_chunks(texts: &Receiver<Vec<u8>>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    for text in texts {
        out.write_all(&text)?;
    }
    out.flush()
}
