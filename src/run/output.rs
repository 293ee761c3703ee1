//! Where results go: a file that appears whole or not at all, or standard output.
//!
//! Accepts: a path (packed where it ends in `.gz` or `.zst`), or `-`. A file is written beside its place under another name and moved there
//! at the end, so that a run that stops leaves what was there before. Devices and pipes are written directly.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// An open output; nothing is in place before [`Output::commit`].
pub struct Output {
    writer: Option<Writer>,
    /// Where the file is written, and where it goes.
    place: Option<(PathBuf, PathBuf)>,
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
            let writer = Writer::Plain(BufWriter::new(Box::new(io::stdout())));
            return Ok(Self { writer: Some(writer), place: None, name: "standard output".to_owned() });
        }
        let target = Path::new(argument);
        let failed = |error| Error::io(format_args!("cannot write {argument}"), error);
        let special = target.metadata().is_ok_and(|metadata| !metadata.is_file());
        let (file, place) = if special {
            (File::options().write(true).open(target).map_err(failed)?, None)
        } else {
            // A link stays a link: what it points to is replaced.
            let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
            let temporary = beside(&target);
            (File::create(&temporary).map_err(failed)?, Some((temporary, target)))
        };
        let plain = BufWriter::new(Box::new(file) as Box<dyn Write + Send>);
        let writer = match target.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Writer::Gzip(flate2::write::GzEncoder::new(plain, flate2::Compression::default())),
            Some("zst") => Writer::Zstd(zstd::Encoder::new(plain, 0).map_err(failed)?),
            _ => Writer::Plain(plain),
        };
        Ok(Self { writer: Some(writer), place, name: argument.to_owned() })
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
        if let Some((temporary, target)) = &self.place {
            std::fs::rename(temporary, target).map_err(failed)?;
            self.place = None;
        }
        Ok(())
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

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.place {
            let _ = std::fs::remove_file(temporary);
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

/// A name of this process in the folder of the target: a move within a folder is one step.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
