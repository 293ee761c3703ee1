//! The inputs of a run: files, patterns of files, standard input.
//!
//! Accepts: paths, patterns (`runs/*.jsonl`; matches are read in alphabetical order), `-` for standard input. Input
//! that starts with the magic bytes of gzip or zstd, or whose name ends in `.gz` or `.zst`, is decompressed. If a file
//! with the literal name exists, the argument is not a pattern. Refuses: files that cannot be read, and patterns
//! without a match.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Result};

/// The size of the read buffer in bytes; larger buffers are not faster.
const BUFFER: usize = 1 << 16;

/// The magic bytes of compressed streams; JSON cannot start with them.
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// One stream of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The sources that an argument names.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read, a directory, an invalid pattern or one without a match.
    pub fn named(argument: &str) -> Result<Vec<Self>> {
        if argument == "-" {
            return Ok(vec![Self::Stdin]);
        }
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if !is_pattern {
            let source = Self::File(PathBuf::from(argument));
            return source.check().map(|()| vec![source]);
        }
        let matches =
            glob::glob(argument).map_err(|error| Error::spec(format_args!("`{argument}` is not a pattern: {}", error.msg)))?;
        let sources = matches
            .map(|path| path.map(Self::File).map_err(|error| Error::io(error.path().display().to_string(), io::Error::from(error))))
            .collect::<Result<Vec<_>>>()?;
        if sources.is_empty() {
            return Err(Error::spec(format_args!("no file matches `{argument}`")));
        }
        sources.iter().try_for_each(Self::check)?;
        Ok(sources)
    }

    /// The size on disk in bytes, if it is known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len()),
        }
    }

    /// Opens the stream, decompressed; the number of bytes read from disk (before decompression) is added to `read`.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn open(&self, read: &Arc<AtomicU64>) -> Result<Box<dyn BufRead + Send>> {
        self.open_through(read, |stored| stored)
    }

    /// As [`open`](Self::open); `tap` sees the bytes as they are stored.
    pub(crate) fn open_through(
        &self,
        read: &Arc<AtomicU64>,
        tap: impl FnOnce(Box<dyn Read + Send>) -> Box<dyn Read + Send>,
    ) -> Result<Box<dyn BufRead + Send>> {
        let counted = |inner: Box<dyn Read + Send>| Counted { inner: tap(inner), read: Arc::clone(read) };
        let (input, extension) = match self {
            Self::Stdin => (counted(Box::new(io::stdin())), None),
            Self::File(path) => {
                let file = File::open(path).map_err(|error| self.failed(error))?;
                (counted(Box::new(file)), path.extension())
            }
        };
        let mut input = BufReader::with_capacity(BUFFER, input);
        let start = input.fill_buf().map_err(|error| self.failed(error))?;
        let extension = extension.and_then(|extension| extension.to_str());
        let plain: Box<dyn Read + Send> = if extension == Some("gz") || start.starts_with(GZIP) {
            Box::new(flate2::bufread::MultiGzDecoder::new(input))
        } else if extension == Some("zst") || start.starts_with(ZSTD) {
            Box::new(zstd::Decoder::with_buffer(input).map_err(|error| self.failed(error))?)
        } else {
            return Ok(Box::new(input));
        };
        Ok(Box::new(BufReader::with_capacity(BUFFER, plain)))
    }

    /// The error for a failed read of this source.
    pub fn failed(&self, error: io::Error) -> Error {
        Error::io(format_args!("cannot read {self}"), error)
    }

    /// Checks that it can be read, so that errors are reported before any work is done.
    fn check(&self) -> Result<()> {
        let Self::File(path) = self else { return Ok(()) };
        let metadata = path.metadata().map_err(|error| self.failed(error))?;
        if metadata.is_dir() {
            let fix = format!("it is a directory; name its files, for example {}", path.join("*.jsonl").display());
            return Err(self.failed(io::Error::new(io::ErrorKind::IsADirectory, fix)));
        }
        if metadata.is_file() {
            File::open(path).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => formatter.write_str("standard input"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// A reader that counts its bytes.
struct Counted {
    inner: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
