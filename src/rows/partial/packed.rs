//! Writes text to a file, packed or not, so that the bytes of the file depend on nothing but the text, and so that what
//! was written survives a crash.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use twox_hash::XxHash3_128;

use crate::rows::table::ResultTable;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As text.
    Plain,
    /// With gzip.
    Gzip,
    /// With zstd.
    Zstd,
    /// As a table of results, which is written at the end; until then its results are text.
    Parquet,
}

impl Packing {
    /// The packing that the end of a file's name (`.gz`, `.zst`, `.parquet`, also in capitals) asks for.
    pub fn of(name: &str) -> Self {
        let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            Some("parquet") => Self::Parquet,
            _ => Self::Plain,
        }
    }

    /// How the results are packed until they are complete.
    pub fn until_complete(self) -> Self {
        if self == Self::Parquet { Self::Plain } else { self }
    }
}

/// The size and the digest of the text of a file, before packing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The number of bytes.
    pub bytes: u64,
    /// Its XXH3 (128 bits), as 32 hexadecimal digits.
    pub xxh3: String,
}

/// A writer that packs complete lines in pieces of about [`PIECE`] bytes. After each piece the file can be unpacked up to
/// there.
pub(crate) struct Packed<W: Write + Send> {
    writer: Writer<W>,
    /// Lines that are not written yet; always empty for text and tables.
    held: Vec<u8>,
    /// The number of bytes that the file already has.
    skip: u64,
    bytes: u64,
    hasher: XxHash3_128,
}

enum Writer<W: Write + Send> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
    Table(ResultTable<W>),
}

/// The bytes of text after which a packed piece ends, at the next line end. Ends of pieces cost about 1 % of the size.
const PIECE: usize = 1 << 16;

impl<W: Write + Send> Packed<W> {
    /// A writer at the end of a file that already has the first `skip` bytes of the text, as plain text.
    pub(crate) fn new(file: W, packing: Packing, skip: u64) -> io::Result<Self> {
        let writer = match packing {
            Packing::Plain => Writer::Plain(file),
            Packing::Gzip => Writer::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Packing::Zstd => Writer::Zstd(zstd::Encoder::new(file, 0)?),
            Packing::Parquet => Writer::Table(ResultTable::new(file)?),
        };
        Ok(Self { writer, held: Vec::new(), skip, bytes: 0, hasher: XxHash3_128::new() })
    }

    /// The size and the digest of the text so far.
    pub(crate) fn content(&self) -> Content {
        Content { bytes: self.bytes, xxh3: format!("{:032x}", self.hasher.finish_128()) }
    }

    /// The number of bytes of text so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes what is held and ends the file.
    pub(crate) fn finish(self) -> io::Result<Content> {
        let (content, held) = (self.content(), self.held);
        let mut file = match self.writer {
            Writer::Plain(file) => file,
            Writer::Gzip(mut gzip) => gzip.write_all(&held).and_then(|()| gzip.finish())?,
            Writer::Zstd(mut zstd) => zstd.write_all(&held).and_then(|()| zstd.finish())?,
            Writer::Table(table) => table.finish()?,
        };
        file.flush()?;
        Ok(content)
    }

    fn piece(&mut self, piece: &[u8]) -> io::Result<()> {
        match &mut self.writer {
            Writer::Plain(file) => file.write_all(piece),
            Writer::Gzip(gzip) => gzip.write_all(piece).and_then(|()| gzip.flush()),
            Writer::Zstd(zstd) => zstd.write_all(piece).and_then(|()| zstd.flush()),
            Writer::Table(table) => table.write_all(piece),
        }
    }
}

impl<W: Write + Send> Write for Packed<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.hasher.write(text);
        self.bytes += text.len() as u64;
        let known = usize::try_from(self.skip).unwrap_or(usize::MAX).min(text.len());
        self.skip -= known as u64;
        let new = &text[known..];
        if matches!(self.writer, Writer::Plain(_) | Writer::Table(_)) {
            self.piece(new)?;
            return Ok(text.len());
        }
        self.held.extend_from_slice(new);
        let held = std::mem::take(&mut self.held);
        let mut rest = &held[..];
        while let Some(end) = rest.get(PIECE - 1..).and_then(|behind| memchr::memchr(b'\n', behind)) {
            let (piece, behind) = rest.split_at(PIECE + end);
            self.piece(piece)?;
            rest = behind;
        }
        self.held.extend_from_slice(rest);
        Ok(text.len())
    }

    /// Hands on what is not packed. A packed piece does not end early: the bytes of a file would depend on it.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Plain(file) => file.flush(),
            Writer::Table(table) => table.flush(),
            Writer::Gzip(_) | Writer::Zstd(_) => Ok(()),
        }
    }
}
