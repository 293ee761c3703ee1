//! The three stages of a run (read, judge, write), with bounded queues between them.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::chunk::{Placed, RawLine, Results, Split, judge, read};
use super::gathered::Gathered;
use super::groups::{AnswerKey, Groups};
use super::ledger::Ledger;
use super::shard::{Dealer, Shard};
use super::sorter::Sorter;
use super::summary::RunSummary;
use super::watch::Watch;
use super::whole::{WINDOW, Wholeness, split_last_group, windows};
use crate::rows::{Fields, Replay, Source};
use crate::{Error, Result, Scorer};

/// A chunk ends after this number of lines, bytes or JSON values, whichever comes first: large enough to keep all cores
/// busy, small enough that several fit in memory, and for few threads in the cache. A JSON value of two bytes takes about a
/// hundred after parsing.
const CHUNK_LINES: usize = 2048;
const CHUNK_BYTES_A_THREAD: usize = 512 << 10;
const MOST_CHUNK_BYTES: usize = 8 << 20;
const CHUNK_VALUES: usize = 1 << 19;
/// The number of chunks that can wait between two stages.
const WAITING: usize = 1;
/// The time after which results should be written, so that little is lost in a crash. It decides only how many rows are
/// judged at once, which does not change their results.
const SOON: Duration = Duration::from_secs(2);

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
    ledger: Arc<Ledger>,
    shard: Option<Shard>,
    replay: Mutex<Replay>,
    /// Columns that options name besides those of fields: the option and the path.
    named: Vec<(String, String)>,
    /// The number of rows of each source that was read to its end.
    counts: Mutex<Vec<u64>>,
}

/// Where results are written when the rows of each group are brought together.
pub struct Gather<'g> {
    /// The folder for temporary files.
    pub folder: PathBuf,
    /// Gets each result as soon as it is judged, in another order than that of the rows.
    pub judged: Option<&'g mut (dyn Write + Send)>,
}

impl<'a> Run<'a> {
    /// A run over the sources, in order, with the column of each field and the scorer that judges the rows.
    pub fn new(sources: &'a [Source], fields: &'a Fields, scorer: &'a Scorer) -> Self {
        let (ledger, replay) = (Arc::default(), Mutex::default());
        Self { sources, fields, scorer, answer_key: None, ledger, shard: None, replay, named: Vec::new(), counts: Mutex::default() }
    }

    /// Sets which answers agree in a vote (cons@k). Default: answers that equal the reference, and answers of the same
    /// text.
    #[must_use]
    pub fn answer_key(mut self, key: AnswerKey) -> Self {
        self.answer_key = Some(key);
        self
    }

    /// Sets where it is recorded what was read.
    #[must_use]
    pub fn ledger(mut self, ledger: &Arc<Ledger>) -> Self {
        self.ledger = Arc::clone(ledger);
        self
    }

    /// Demands a column that an option names; [`RunSummary::check_columns`] tells if no row has it.
    #[must_use]
    pub fn column(mut self, option: &str, path: Option<&str>) -> Self {
        self.named.extend(path.map(|path| (format!("{option} {path}"), path.to_owned())));
        self
    }

    /// Judges only the rows of one shard; see [`Shard`].
    #[must_use]
    pub fn shard(mut self, shard: Option<Shard>) -> Self {
        self.shard = shard;
        self
    }

    /// Takes the first results from an interrupted run instead of judging their rows.
    #[must_use]
    pub fn replay(mut self, replay: Replay) -> Self {
        self.replay = Mutex::new(replay);
        self
    }

    /// Judges all rows and writes the result lines to `out`, in the order of the rows; `progress` is called after each
    /// window of rows.
    ///
    /// # Errors
    /// A source that cannot be read, an output that cannot be written, a group whose rows lie apart although a reward
    /// needs it whole.
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
        progress: impl FnMut(Progress),
    ) -> Result<RunSummary> {
        let summary = self.stages(watch, None, Some(|results: &Results| out.write_all(&results.text)), progress)?;
        out.flush().map_err(cannot_write)?;
        Ok(summary)
    }

    /// As [`follow`](Self::follow), but writes no results.
    ///
    /// # Errors
    /// As `follow`.
    pub fn watch(&self, watch: &mut impl Watch, progress: impl FnMut(Progress)) -> Result<RunSummary> {
        self.stages(watch, None, None::<fn(&Results) -> io::Result<()>>, progress)
    }

    /// As [`follow`](Self::follow), but the rows of each group are brought together before they are judged, wherever
    /// they are in the input. `out` gets the results at the end, in the order of the rows. The rows and the results are
    /// in temporary files if they are large.
    ///
    /// # Errors
    /// As `follow`.
    pub fn follow_gathered(
        &self,
        watch: &mut impl Watch,
        gather: Gather<'_>,
        out: &mut (dyn Write + Send),
        progress: impl FnMut(Progress),
    ) -> Result<RunSummary> {
        let Gather { folder, mut judged } = gather;
        let mut sorter = Sorter::new(folder.clone());
        let write = |results: &Results| {
            if let Some(judged) = &mut judged {
                judged.write_all(&results.text)?;
            }
            let mut at = 0;
            results.rows.iter().try_for_each(|(row, bytes)| {
                at += bytes;
                sorter.push((*row, 0), &[&results.text[at - bytes..at]])
            })
        };
        let summary = self.stages(watch, Some(folder), Some(write), progress)?;
        for row in sorter.finish().map_err(cannot_write)? {
            row.and_then(|(_, text)| out.write_all(&text)).map_err(cannot_write)?;
        }
        out.flush().map_err(cannot_write)?;
        Ok(summary)
    }

    fn stages(
        &self,
        watch: &mut impl Watch,
        gather: Option<PathBuf>,
        write: Option<impl FnMut(&Results) -> io::Result<()> + Send>,
        mut progress: impl FnMut(Progress),
    ) -> Result<RunSummary> {
        let (bytes, is_cut) = (Arc::new(AtomicU64::new(0)), AtomicBool::new(false));
        let is_cut = &is_cut;
        thread::scope(|scope| {
            let (to_judge, lines) = sync_channel(WAITING);
            let (to_write, results) = sync_channel::<Results>(WAITING);
            let counter = Arc::clone(&bytes);
            let reader = scope.spawn(move || self.read_chunks(&to_judge, &counter, gather, is_cut));
            let to_write = write.is_some().then_some(to_write);
            let writer = write.map(|mut write| scope.spawn(move || results.iter().try_for_each(|results| write(&results))));
            let summary = self.judge_chunks(lines, is_cut, to_write.as_ref(), watch, |rows| {
                progress(Progress { rows, bytes: bytes.load(Ordering::Relaxed) });
            });
            // Closing the channel ends the writer.
            drop(to_write);
            let stopped = |_| Error::io("a stage of the run stopped", io::Error::other("panic"));
            writer.map_or(Ok(Ok(())), thread::ScopedJoinHandle::join).map_err(stopped)?.map_err(cannot_write)?;
            reader.join().map_err(stopped)??;
            let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            summary.map(|mut summary| {
                let counted = self.sources.iter().zip(counts.iter());
                counted.for_each(|(source, rows)| summary.see_source(&source.to_string(), *rows));
                summary
            })
        })
    }

    /// Reads until the end of the sources, or until the next stage has stopped. The rows before an error are judged, too;
    /// `is_cut` then says that more rows should have followed.
    fn read_chunks(
        &self,
        chunks: &SyncSender<Vec<Split>>,
        bytes: &Arc<AtomicU64>,
        gather: Option<PathBuf>,
        is_cut: &AtomicBool,
    ) -> Result<()> {
        let threads = self.scorer.on_threads(|parallel| if parallel { rayon::current_num_threads() } else { 1 });
        let most = CHUNK_BYTES_A_THREAD.saturating_mul(threads).min(MOST_CHUNK_BYTES);
        let mut chunks = Chunks { chunks, chunk: Vec::new(), most, size: 0, values: 0 };
        let read = self.read_into(&mut chunks, bytes, gather);
        is_cut.store(read.is_err(), Ordering::Release);
        chunks.end();
        read
    }

    fn read_into(&self, chunks: &mut Chunks<'_>, bytes: &Arc<AtomicU64>, gather: Option<PathBuf>) -> Result<()> {
        let mut gathered = gather.map(|folder| Gathered::new(folder, self.scorer));
        let mut dealer = self.shard.map(Dealer::new);
        let mut row = 0;
        for (number, source) in self.sources.iter().enumerate() {
            let name: Arc<str> = source.to_string().into();
            let (records, fields) = source.rows_through(self.fields, bytes, |stored| self.ledger.tap(number, stored))?;
            let before = row;
            for line in records {
                let line = line?;
                row += 1;
                let raw = RawLine { source: Arc::clone(&name), fields: Arc::clone(&fields), line, row, block: 0 };
                let mine = match &mut dealer {
                    Some(dealer) => dealer.deal(raw),
                    None => Some(raw),
                };
                let Some(raw) = mine else { continue };
                match &mut gathered {
                    Some(gathered) => gathered.push(raw)?,
                    None if chunks.push(raw) => {}
                    None => return Ok(()),
                }
            }
            self.counts.lock().unwrap_or_else(PoisonError::into_inner).push(row - before);
        }
        if let Some(gathered) = gathered {
            for raw in gathered.finish()? {
                if !chunks.push(raw?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn judge_chunks(
        &self,
        chunks: Receiver<Vec<Split>>,
        is_cut: &AtomicBool,
        results: Option<&SyncSender<Results>>,
        watch: &mut impl Watch,
        mut done: impl FnMut(u64),
    ) -> Result<RunSummary> {
        let mut summary = RunSummary::of(self.answer_key.map_or_else(Groups::default, Groups::by)).expecting(self.fields);
        self.named.iter().for_each(|(option, path)| summary.expect(option, path));
        summary.expect_columns_of(self.scorer);
        let mut replay = self.replay.lock().unwrap_or_else(PoisonError::into_inner);
        let whole_groups = self.scorer.needs_whole_group();
        let mut wholeness = whole_groups.then(Wholeness::default);
        let most = Cell::new(WINDOW);
        // Whether the writer still takes results.
        let mut judge = |rows: Vec<Placed>, summary: &mut RunSummary| -> Result<bool> {
            if let Some(wholeness) = &mut wholeness {
                rows.iter().try_for_each(|row| wholeness.check(row))?;
            }
            for window in windows(rows, whole_groups, || most.get()) {
                let start = Instant::now();
                let mut lines = results.map(|_| Results::default());
                judge(window, self.scorer, summary, watch, &mut replay, lines.as_mut())?;
                most.set(next_window(most.get(), start.elapsed()));
                let sent = results.zip(lines).is_none_or(|(results, lines)| results.send(lines).is_ok());
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
        // Rows of the last group may be missing if the input ended with an error.
        if !is_cut.load(Ordering::Acquire) {
            judge(carried, &mut summary)?;
        }
        summary.blocks.close();
        Ok(summary)
    }
}

/// The number of samples of the next window, so that it takes about [`SOON`].
fn next_window(samples: usize, took: Duration) -> usize {
    /// The fewest samples: enough for all cores.
    const FEWEST: usize = 64;
    if took > SOON * 2 {
        (samples / 2).max(FEWEST)
    } else if took < SOON / 2 {
        (samples * 2).min(WINDOW)
    } else {
        samples
    }
}

/// Collects lines and sends them in chunks.
struct Chunks<'c> {
    chunks: &'c SyncSender<Vec<Split>>,
    chunk: Vec<Split>,
    /// The bytes after which a chunk ends.
    most: usize,
    size: usize,
    values: usize,
}

impl Chunks<'_> {
    /// Whether the next stage still takes chunks.
    fn push(&mut self, raw: RawLine) -> bool {
        self.size += raw.line.text.as_ref().map_or(0, Vec::len);
        let split = Split::of(raw);
        self.values += split.values();
        self.chunk.push(split);
        if self.chunk.len() < CHUNK_LINES && self.size < self.most && self.values < CHUNK_VALUES {
            return true;
        }
        (self.size, self.values) = (0, 0);
        self.chunks.send(std::mem::take(&mut self.chunk)).is_ok()
    }

    fn end(self) {
        // A send fails only after the writer has stopped; its error is reported at the join.
        let _ = self.chunks.send(self.chunk);
    }
}

fn cannot_write(error: io::Error) -> Error {
    Error::io("cannot write the results", error)
}
