//! Writes results to a file, atomically, or to standard output.
//!
//! Accepts: a path (compressed if it ends in `.gz` or `.zst`; results become a table if it ends in `.parquet`), or `-` for standard output. A file is written under a
//! temporary name in the same folder and renamed at the end, so that a run that stops early leaves an existing file
//! unchanged; the new file has the mode of the old one. Devices and pipes are written directly. Control characters in
//! JSON lines are escaped if standard output is a terminal. Refuses: a standard output that was closed before the
//! process started.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

use super::partial::{Content, Packed, Packing};
use super::unfinished::Unfinished;
use crate::core::terminal::Json;
use crate::{Error, Result};

/// An open output. A file appears under its name only after [`Output::commit`].
pub struct Output {
    packed: Option<Packed<BufWriter<Box<dyn Write + Send>>>>,
    /// The temporary file; `None` for streams, devices and pipes.
    place: Option<Unfinished>,
    name: String,
}

impl Output {
    /// Opens the output that an argument names.
    ///
    /// # Errors
    /// A file that cannot be created, or a standard output that is closed.
    pub fn open(argument: &str) -> Result<Self> {
        if argument == "-" {
            refuse_closed_stdout("name a file with -o, or /dev/null if you do not need the results")?;
        }
        let (output, place) = Self::place(argument)?;
        Self::written(argument, output, place)
    }

    /// Opens an output whose results need not be read (the caller wants only the exit code): if the reader closes the
    /// pipe, or standard output is closed, the rest is discarded without an error.
    ///
    /// # Errors
    /// A file that cannot be created.
    pub fn open_unread(argument: &str) -> Result<Self> {
        let (output, place) = Self::place(argument)?;
        Self::written(argument, Box::new(Unread(output)), place)
    }

    fn place(argument: &str) -> Result<(Box<dyn Write + Send>, Option<Unfinished>)> {
        if argument == "-" {
            let stdout = io::stdout();
            return Ok((if stdout.is_terminal() { Box::new(Json(stdout)) } else { Box::new(stdout) }, None));
        }
        let target = Path::new(argument);
        let failed = |error| Error::io(format_args!("cannot write {argument}"), error);
        if target.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Ok((Box::new(File::options().write(true).open(target).map_err(failed)?), None));
        }
        // A symbolic link is kept: the file that it points to is replaced.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        let (file, unfinished) = Unfinished::create(target).map_err(failed)?;
        Ok((Box::new(file), Some(unfinished)))
    }

    fn written(argument: &str, output: Box<dyn Write + Send>, place: Option<Unfinished>) -> Result<Self> {
        let failed = |error| Error::io(format_args!("cannot write {argument}"), error);
        let packed = Packed::new(BufWriter::new(output), Packing::of(argument), 0).map_err(failed)?;
        let name = if argument == "-" { "standard output" } else { argument };
        Ok(Self { packed: Some(packed), place, name: name.to_owned() })
    }

    /// Finishes the output and gives a file its final name.
    ///
    /// # Errors
    /// A failed write or rename.
    pub fn commit(mut self) -> Result<()> {
        self.publish().map(drop)
    }

    /// As [`commit`](Self::commit); returns the size and the digest of the text.
    pub(crate) fn publish(&mut self) -> Result<Content> {
        let failed = |error| Error::io(format_args!("cannot write {}", self.name), error);
        let content = self.packed.take().map_or_else(|| Ok(Content::default()), Packed::finish).map_err(failed)?;
        self.place.take().map_or(Ok(()), Unfinished::finish).map_err(failed)?;
        Ok(content)
    }

    fn writer(&mut self) -> io::Result<&mut impl Write> {
        self.packed.as_mut().ok_or_else(|| io::Error::other("the output has ended"))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer()?.flush()
    }
}

/// A writer that discards output after the reader has closed the pipe.
struct Unread<W>(W);

impl<W: Write> Write for Unread<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// Writes a small file atomically.
///
/// # Errors
/// A file that cannot be written.
pub fn write_whole(path: &str, text: &str) -> Result<()> {
    let mut output = Output::open(path)?;
    output.write_all(text.as_bytes()).map_err(|error| Error::io(format_args!("cannot write {path}"), error))?;
    output.commit()
}

/// Refuses a standard output that was closed before the process started.
///
/// # Errors
/// It is closed; the message contains `fix`.
pub(crate) fn refuse_closed_stdout(fix: &str) -> Result<()> {
    if !is_closed() {
        return Ok(());
    }
    Err(Error::io("cannot write standard output", io::Error::other(format!("it is closed; {fix}"))))
}

/// Whether standard output was closed before the process started. This is a heuristic: Rust's runtime opens /dev/null
/// for reading and writing in place of a closed stream, while a redirection by a shell opens /dev/null only for
/// writing. A parent program that opens it for both is refused too, and must name /dev/null as the output.
#[cfg(target_os = "linux")]
fn is_closed() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let (Ok(flags), Ok(stream)) = (fcntl_getfl(io::stdout()), fstat(io::stdout())) else { return true };
    let is_stream = |null: rustix::fs::Stat| (null.st_dev, null.st_ino) == (stream.st_dev, stream.st_ino);
    flags.contains(OFlags::RDWR) && stat("/dev/null").is_ok_and(is_stream)
}

#[cfg(not(target_os = "linux"))]
fn is_closed() -> bool {
    false
}
