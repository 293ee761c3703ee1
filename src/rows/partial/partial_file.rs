//! The partial file: started, gone on with, and published.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::names::{Names, cannot_write, gone, open_regular};
use super::replay::{Delivered, Replay};
use super::{Content, Journal, Packed, Packing};
use crate::rows::table::ResultTable;
use crate::rows::unfinished::{create_new, mode_of};
use crate::{Error, Result};

/// The partial file of this process, for the message at a signal.
static OPEN: Mutex<Option<Names>> = Mutex::new(None);

/// A result file that is not complete yet.
pub struct Partial {
    names: Names,
    packed: Option<Packed<File>>,
    /// Whether it becomes a table.
    is_table: bool,
    /// The file that takes the place of the partial one once the known results are in it.
    next: Option<Arc<Delivered>>,
    /// The file that this run writes, under the name of the partial or the next one.
    own: File,
    _locks: Vec<File>,
}

impl Partial {
    /// Starts a new file, and a journal that begins with `identity`. What an interrupted run has left is removed.
    ///
    /// # Errors
    /// A file that cannot be created; another run that writes it.
    pub fn start(names: &Names, packing: Packing, identity: &str) -> Result<(Self, Journal)> {
        let failed = |error| cannot_write(&names.partial, error);
        // Of two runs that start at the same time only one gets past each of these steps: the lock on what an interrupted run
        // has left is held until that is gone, a file is created only once, and what was created must still have the name when
        // its lock is held.
        let before = locked(names)?;
        // A link or a pipe with this name is no file of a run, and is replaced.
        let is_stray = names.partial.symlink_metadata().is_ok_and(|metadata| !metadata.is_file());
        if before.is_some() || is_stray {
            gone(std::fs::remove_file(&names.partial)).map_err(failed)?;
        }
        let file = match create_new(&names.partial, mode_of(&names.target)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(other_run(names)),
            file => file.map_err(failed)?,
        };
        let lock = lock(&file, names)?;
        drop(before);
        let own = file.try_clone().map_err(failed)?;
        if !has_name(&own, &names.partial) {
            return Err(other_run(names));
        }
        for path in [&names.journal, &names.next, &names.sorted] {
            gone(std::fs::remove_file(path)).map_err(failed)?;
        }
        let packed = Packed::new(file, packing.until_complete(), 0).map_err(failed)?;
        let journal = Journal::create(&names.journal, identity)?;
        *open() = Some(names.clone());
        let is_table = packing == Packing::Parquet;
        let locks = lock.into_iter().collect();
        Ok((Self { names: names.clone(), packed: Some(packed), is_table, next: None, own, _locks: locks }, journal))
    }

    /// Goes on with the file of an interrupted run. The results in it are in the replay, and must be written again in the
    /// same order.
    ///
    /// # Errors
    /// A file that cannot be read or written; another run that writes it.
    pub fn resume(names: &Names, packing: Packing) -> Result<(Self, Replay, Journal)> {
        let failed = |error| cannot_write(&names.partial, error);
        let (is_table, packing) = (packing == Packing::Parquet, packing.until_complete());
        if names.partial.symlink_metadata().is_err() {
            // The run was killed after its last step but one.
            std::fs::rename(&names.target, &names.partial).map_err(failed)?;
        }
        let mut locks: Vec<File> = locked(names)?.into_iter().collect();
        let mut file = open_regular(&names.partial).map_err(failed)?;
        let mut own = file.try_clone().map_err(failed)?;
        gone(std::fs::remove_file(&names.next)).map_err(failed)?;
        gone(std::fs::remove_file(&names.sorted)).map_err(failed)?;
        let (packed, replay, next) = if packing == Packing::Plain {
            let length = complete_lines(&mut file).map_err(failed)?;
            file.set_len(length).map_err(failed)?;
            file.seek(SeekFrom::End(0)).map_err(failed)?;
            let known = open_regular(&names.partial).map_err(failed)?.take(length);
            let (replay, _) = Replay::of(known, packing, &names.partial).map_err(failed)?;
            (Packed::new(file, packing, length).map_err(failed)?, replay, None)
        } else {
            let (replay, delivered) = Replay::of(file.take(u64::MAX), packing, &names.partial).map_err(failed)?;
            let next = create_new(&names.next, mode_of(&names.partial)).map_err(|error| cannot_write(&names.next, error))?;
            locks.extend(lock(&next, names)?);
            own = next.try_clone().map_err(failed)?;
            (Packed::new(next, packing, 0).map_err(failed)?, replay, Some(delivered))
        };
        let journal = Journal::append(&names.journal)?;
        *open() = Some(names.clone());
        Ok((Self { names: names.clone(), packed: Some(packed), is_table, next, own, _locks: locks }, replay, journal))
    }

    /// A file for the results in the order of the input, if they are judged in another; for
    /// [`publish`](Self::publish).
    ///
    /// # Errors
    /// A file that cannot be created.
    pub fn sorted(&self, packing: Packing) -> Result<Sorted> {
        let failed = |error| cannot_write(&self.names.sorted, error);
        gone(std::fs::remove_file(&self.names.sorted)).map_err(failed)?;
        let file = create_new(&self.names.sorted, mode_of(&self.names.target)).map_err(failed)?;
        // Rows are written one by one.
        Ok(Sorted(Packed::new(BufWriter::new(file), packing, 0).map_err(failed)?))
    }

    /// Finishes the file, or the sorted one instead, and gives it its final name; the journal stays. Returns the size and
    /// the digest of its text.
    ///
    /// # Errors
    /// A failed write or rename; another file under the name of the partial one.
    pub fn publish(&mut self, sorted: Option<Sorted>) -> Result<Content> {
        let failed = |error| cannot_write(&self.names.target, error);
        let written = if self.next.is_some() { &self.names.next } else { &self.names.partial };
        if !has_name(&self.own, written) {
            return Err(other_run(&self.names));
        }
        let content = self.packed.take().map_or_else(|| Ok(Content::default()), Packed::finish).map_err(failed)?;
        let (content, from) = match (sorted, &self.next) {
            (Some(sorted), _) => (sorted.0.finish().map_err(failed)?, &self.names.sorted),
            (None, Some(_)) => (content, &self.names.next),
            (None, None) if self.is_table => {
                self.write_table().map_err(failed)?;
                (content, &self.names.sorted)
            }
            (None, None) => (content, &self.names.partial),
        };
        std::fs::rename(from, &self.names.target).map_err(failed)?;
        *open() = None;
        Ok(content)
    }

    /// Writes the results as a table.
    fn write_table(&self) -> io::Result<()> {
        gone(std::fs::remove_file(&self.names.sorted))?;
        let file = create_new(&self.names.sorted, mode_of(&self.names.target))?;
        let lines = open_regular(&self.names.partial)?;
        ResultTable::of(lines, BufWriter::new(file)).finish()?.flush()
    }

    /// Removes everything but the published file. If another run has begun since then, its files have these names.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn clear(self) -> Result<()> {
        let is_others = self.names.partial.symlink_metadata().is_ok() && !has_name(&self.own, &self.names.partial);
        if is_others && self.next.is_none() {
            *open() = None;
            return Ok(());
        }
        self.names.remove().map_err(|error| cannot_write(&self.names.partial, error))?;
        *open() = None;
        Ok(())
    }

    /// The name of the file with the results so far, if there are any; otherwise nothing is left behind.
    pub fn leave(mut self) -> Option<PathBuf> {
        drop(self.packed.take());
        *open() = None;
        left(self.names)
    }
}

/// Results in the order of the input.
pub struct Sorted(Packed<BufWriter<File>>);

impl Write for Sorted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let packed = self.packed.as_mut().ok_or_else(|| io::Error::other("the output has ended"))?;
        packed.write_all(bytes)?;
        if self.next.as_ref().is_some_and(|delivered| delivered.is_passed(packed.bytes())) {
            std::fs::rename(&self.names.next, &self.names.partial)?;
            self.next = None;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The file with the results so far, if this process is writing one; called when a signal ends the process. A file
/// without results is removed; then there is no name, and the second value is true.
pub fn interrupted() -> (Option<PathBuf>, bool) {
    let Some(names) = open().take() else { return (None, false) };
    let left = left(names);
    let removed = left.is_none();
    (left, removed)
}

/// Removes what no later run needs.
fn left(names: Names) -> Option<PathBuf> {
    if !names.has_results() {
        let _ = names.remove();
        return None;
    }
    for path in [&names.next, &names.sorted] {
        let _ = std::fs::remove_file(path);
    }
    Some(names.partial)
}

fn open() -> std::sync::MutexGuard<'static, Option<Names>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock on an existing partial file.
fn locked(names: &Names) -> Result<Option<File>> {
    let Ok(file) = open_regular(&names.partial) else { return Ok(None) };
    lock(&file, names)?;
    // Another run may have replaced it before it was locked.
    if has_name(&file, &names.partial) { Ok(Some(file)) } else { Err(other_run(names)) }
}

/// Whether an open file is the one that has this name; true where it cannot be known.
fn has_name(file: &File, path: &std::path::Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let place = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        matches!((file.metadata().map(place), path.symlink_metadata().map(place)), (Ok(own), Ok(named)) if own == named)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.symlink_metadata().is_ok()
    }
}

fn other_run(names: &Names) -> Error {
    Error::spec(format_args!("another run is writing {}: wait for its end, or name another output", names.partial.display()))
}

/// Locks a file; systems without locks do without.
fn lock(file: &File, names: &Names) -> Result<Option<File>> {
    let Ok(file) = file.try_clone() else { return Ok(None) };
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Err(other_run(names)),
        _ => Ok(Some(file)),
    }
}

/// The number of bytes up to the end of the last complete line.
fn complete_lines(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 1 << 16;
    let mut end = file.metadata()?.len();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(start))?;
        let mut block = Vec::new();
        (&mut *file as &mut dyn io::Read).take(end - start).read_to_end(&mut block)?;
        if let Some(last) = memchr::memrchr(b'\n', &block) {
            return Ok(start + last as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
