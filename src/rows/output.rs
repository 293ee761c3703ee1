//! Where results go: a file that appears whole or not at all, or standard output.
//!
//! Accepts: a path (packed where it ends in `.gz` or `.zst`), or `-`. A file is written beside its place under another name and moved there
//! at the end, so that a run that stops leaves what was there before; the new file has the mode of the old one. Devices and pipes are written directly.
//! A terminal gets JSON lines without characters that act on it. Refuses: a standard output that was closed before the process began.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

use super::unfinished::Unfinished;
use crate::core::terminal::Json;
use crate::{Error, Result};

/// An open output; nothing is in place before [`Output::commit`].
pub struct Output {
    writer: Option<Writer>,
    /// Of a file, how it gets to its place.
    place: Option<Unfinished>,
    name: String,
}

enum Writer {
    Plain(BufWriter<Box<dyn Write + Send>>),
    Gzip(flate2::write::GzEncoder<BufWriter<Box<dyn Write + Send>>>),
    Zstd(zstd::Encoder<'static, BufWriter<Box<dyn Write + Send>>>),
}

impl Output {
    /// Opens the output that an argument names.
    ///
    /// # Errors
    /// A place that cannot be written to.
    pub fn open(argument: &str) -> Result<Self> {
        if argument == "-" {
            refuse_closed_stdout("name a file with -o, or /dev/null where the results are not wanted")?;
        }
        let (output, place) = Self::place(argument)?;
        Self::written(argument, output, place)
    }

    /// The same where something else than the results was asked for: a reader of a pipe may leave, or never have been there. What comes after is not written, and is no error.
    ///
    /// # Errors
    /// A place that cannot be written to.
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
        // A link stays a link: what it points to is replaced.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        let (file, unfinished) = Unfinished::create(target).map_err(failed)?;
        Ok((Box::new(file), Some(unfinished)))
    }

    fn written(argument: &str, output: Box<dyn Write + Send>, place: Option<Unfinished>) -> Result<Self> {
        let failed = |error| Error::io(format_args!("cannot write {argument}"), error);
        let plain = BufWriter::new(output);
        let writer = match Path::new(argument).extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Writer::Gzip(flate2::write::GzEncoder::new(plain, flate2::Compression::default())),
            Some("zst") => Writer::Zstd(zstd::Encoder::new(plain, 0).map_err(failed)?),
            _ => Writer::Plain(plain),
        };
        let name = if argument == "-" { "standard output" } else { argument };
        Ok(Self { writer: Some(writer), place, name: name.to_owned() })
    }

    /// Ends the output and moves it to its place.
    ///
    /// # Errors
    /// What could not be written or moved.
    pub fn commit(mut self) -> Result<()> {
        let failed = |error| Error::io(format_args!("cannot write {}", self.name), error);
        match self.writer.take() {
            Some(Writer::Plain(mut plain)) => plain.flush().map_err(failed)?,
            Some(Writer::Gzip(gzip)) => gzip.finish().and_then(|mut plain| plain.flush()).map_err(failed)?,
            Some(Writer::Zstd(zstd)) => zstd.finish().and_then(|mut plain| plain.flush()).map_err(failed)?,
            None => {}
        }
        self.place.take().map_or(Ok(()), Unfinished::finish).map_err(failed)
    }

    fn writer(&mut self) -> io::Result<&mut dyn Write> {
        match &mut self.writer {
            Some(Writer::Plain(plain)) => Ok(plain),
            Some(Writer::Gzip(gzip)) => Ok(gzip),
            Some(Writer::Zstd(zstd)) => Ok(zstd),
            None => Err(io::Error::other("the output has ended")),
        }
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

/// A pipe that nobody may be reading any more.
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

/// Writes a small file, whole or not at all.
///
/// # Errors
/// A place that cannot be written to.
pub fn write_whole(path: &str, text: &str) -> Result<()> {
    let mut output = Output::open(path)?;
    output.write_all(text.as_bytes()).map_err(|error| Error::io(format_args!("cannot write {path}"), error))?;
    output.commit()
}

/// Refuses a standard output that was closed before the process began.
///
/// # Errors
/// It was; with what is to be done.
pub(crate) fn refuse_closed_stdout(fix: &str) -> Result<()> {
    if !is_closed() {
        return Ok(());
    }
    Err(Error::io("cannot write standard output", io::Error::other(format!("it is closed; {fix}"))))
}

/// Whether standard output was closed before the process began. Nothing tells it for sure: the runtime has opened /dev/null in its place, for reading and writing. Whoever throws
/// output away by redirection opens it for writing alone; some programs that start others do not, and are asked to name it.
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
