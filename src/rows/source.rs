//! The inputs of a run: files, folders, patterns of files, standard input.
//!
//! Accepts: paths, folders (every file below them with a known extension, in alphabetical order), patterns
//! (`runs/*.jsonl`; matches are read in alphabetical order), `-` for standard input. What a file holds is recognised by
//! its content (`format/mod.rs`), whatever its name. Files that describe others (`is_beside`) are read only if they are named. If a file with the literal name exists, the argument is not a
//! pattern. Refuses: files that cannot be read, and patterns and folders without a match.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fields::Fields;
use super::format::{self, Format, Found, Stream};
use super::lines::Line;
use super::settle::MOST_LOOKED_AT;
use crate::core::columns::Columns;
use crate::{Error, Result};

/// The extensions of the files in a folder that are read; `.gz` or `.zst` may follow.
const EXTENSIONS: [&str; 9] = ["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow", "feather", "ipc"];

/// The bytes of a source as they are stored.
type Stored = Box<dyn Read + Send>;

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
    /// A file that does not exist or cannot be read, an invalid pattern, a pattern or a folder without a match.
    pub fn named(argument: &str) -> Result<Vec<Self>> {
        if argument == "-" {
            return Ok(vec![Self::Stdin]);
        }
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if Path::new(argument).is_dir() {
            return folder(Path::new(argument));
        }
        if !is_pattern {
            let source = Self::File(PathBuf::from(argument));
            return source.check().map(|()| vec![source]);
        }
        // As in a shell, `*` does not match hidden files.
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::default() };
        let matches = glob::glob_with(argument, options)
            .map_err(|error| Error::spec(format_args!("`{argument}` is not a pattern: {}", error.msg)))?;
        let (mut sources, mut beside) = (Vec::new(), 0);
        for path in matches {
            let path = path.map_err(|error| Error::io(error.path().display().to_string(), io::Error::from(error)))?;
            if path.is_dir() {
                sources.extend(below(&path)?);
            } else if is_beside(&path) {
                beside += 1;
            } else {
                sources.push(Self::File(path));
            }
        }
        if sources.is_empty() {
            let what =
                if beside > 0 { " but files that describe others (manifests), which are read only by their names" } else { "" };
            return Err(Error::spec(format_args!("no file matches `{argument}`{what}")));
        }
        sources.iter().try_for_each(Self::check)?;
        Ok(sources)
    }

    /// The sources that several arguments name, in order: every file that is read for them.
    ///
    /// # Errors
    /// As [`named`](Self::named).
    pub fn all(arguments: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Self>> {
        let mut sources = Vec::new();
        for argument in arguments {
            sources.extend(Self::named(argument.as_ref())?);
        }
        Ok(sources)
    }

    /// The size on disk in bytes, if it is known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len()),
        }
    }

    /// The rows of the stream, each as the text of one JSON object; the number of bytes read from disk (before
    /// decompression) is added to `read`. Without a format, it is recognised by the content.
    ///
    /// # Errors
    /// A file that cannot be opened or is in no known format.
    pub fn records(&self, format: Option<Format>, read: &Arc<AtomicU64>) -> Result<Records> {
        self.records_through(format, read, |stored| stored)
    }

    fn records_through(
        &self,
        format: Option<Format>,
        read: &Arc<AtomicU64>,
        tap: impl FnOnce(Stored) -> Stored,
    ) -> Result<Records> {
        let (input, file) = self.stream(read, tap)?;
        let stream = Stream { input, file, read: Arc::clone(read) };
        let (format, found) = format::rows(stream, format).map_err(|error| self.failed(error))?;
        Ok(Records { source: self.clone(), format, found, first: VecDeque::new() })
    }

    /// The text of the stream, unpacked; the number of bytes read from disk is added to `read`.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn text(&self, read: &Arc<AtomicU64>) -> Result<Box<dyn BufRead + Send>> {
        let (input, _) = self.stream(read, |stored| stored)?;
        format::text(input).map_err(|error| self.failed(error))
    }

    /// The bytes as they are stored, and for a regular file a second handle for formats that seek.
    fn stream(&self, read: &Arc<AtomicU64>, tap: impl FnOnce(Stored) -> Stored) -> Result<(Stored, Option<File>)> {
        let counted = |inner: Stored| Counted { inner: tap(inner), read: Arc::clone(read) };
        Ok(match self {
            Self::Stdin => (Box::new(counted(Box::new(io::stdin()))), None),
            Self::File(path) => {
                let open = || File::open(path).map_err(|error| self.failed(error));
                // A pipe cannot be opened twice.
                let file = if path.is_file() { Some(open()?) } else { None };
                (Box::new(counted(Box::new(open()?))), file)
            }
        })
    }

    /// The rows of the stream, and how they are read: `fields`, with a preset if its first rows show one.
    ///
    /// # Errors
    /// As [`records`](Self::records).
    pub fn rows(&self, fields: &Fields, read: &Arc<AtomicU64>) -> Result<(Records, Arc<Fields>)> {
        self.rows_through(fields, read, |stored| stored)
    }

    /// As [`rows`](Self::rows); `tap` sees the bytes as they are stored. Of formats that are not read from the start to the
    /// end (Parquet) it sees only the first.
    pub(crate) fn rows_through(
        &self,
        fields: &Fields,
        read: &Arc<AtomicU64>,
        tap: impl FnOnce(Stored) -> Stored,
    ) -> Result<(Records, Arc<Fields>)> {
        /// The most rows that are looked at if some are bad.
        const MOST_LINES: usize = 100;
        /// The most bytes that are looked at, so that a few long rows do not fill the memory.
        const MOST_BYTES: usize = 4 << 20;
        let mut records = self.records_through(fields.given_format(), read, tap)?;
        let (mut shown, mut bytes) = (Vec::new(), 0);
        while shown.len() < MOST_LOOKED_AT && records.first.len() < MOST_LINES && bytes < MOST_BYTES {
            let Some(line) = records.found.next() else { break };
            let text = line.as_ref().ok().and_then(|line| line.text.as_deref().ok());
            bytes += text.map_or(0, <[u8]>::len);
            shown.extend(text.and_then(|text| Columns::of(Arc::new(text.to_vec())).ok()));
            let failed = line.is_err();
            records.first.push_back(line.map_err(|error| self.failed(error)));
            if failed {
                break;
            }
        }
        let fields = if shown.is_empty() { fields.clone() } else { fields.settle_by(&shown) };
        Ok((records, Arc::new(fields)))
    }

    /// The error for a failed read of this source.
    pub fn failed(&self, error: io::Error) -> Error {
        Error::io(format_args!("cannot read {self}"), error)
    }

    /// Checks that it can be read, so that errors are reported before any work is done.
    fn check(&self) -> Result<()> {
        let Self::File(path) = self else { return Ok(()) };
        let metadata = path.metadata().map_err(|error| self.failed(error))?;
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

/// The rows of a source.
pub struct Records {
    source: Source,
    format: Format,
    found: Found,
    /// The first rows, if they were looked at.
    first: VecDeque<Result<Line>>,
}

impl Records {
    /// The format in which they are stored.
    pub fn format(&self) -> Format {
        self.format
    }
}

impl Iterator for Records {
    type Item = Result<Line>;

    fn next(&mut self) -> Option<Result<Line>> {
        let first = self.first.pop_front();
        first.or_else(|| Some(self.found.next()?.map_err(|error| self.source.failed(error))))
    }
}

/// The files below a folder, of which there must be one.
fn folder(folder: &Path) -> Result<Vec<Source>> {
    let sources = below(folder)?;
    if sources.is_empty() {
        return Err(Error::spec(format_args!(
            "the folder {} has no file to read; files with these extensions are read, also with .gz or .zst: {}",
            folder.display(),
            EXTENSIONS.join(", ")
        )));
    }
    sources.iter().try_for_each(Source::check)?;
    Ok(sources)
}

/// The files below a folder, in alphabetical order. Hidden files and folders and the files that a run leaves beside its
/// results are not read. Links are followed; a folder that several links lead to is read once.
///
/// # Errors
/// A folder that cannot be read; a link that leads nowhere; something with the name of a file to read that is none (a pipe).
fn below(folder: &Path) -> Result<Vec<Source>> {
    let failed = |path: &Path, error| Error::io(format_args!("cannot read {}", path.display()), error);
    let (mut files, mut folders, mut links) = (Vec::new(), vec![folder.to_owned()], BTreeSet::new());
    let mut seen = HashSet::new();
    // Folders come before links to folders, so that their files have the names without links.
    while let Some(next) = folders.pop().or_else(|| links.pop_first()) {
        if !seen.insert(next.canonicalize().map_err(|error| failed(&next, error))?) {
            continue;
        }
        for entry in std::fs::read_dir(&next).map_err(|error| failed(&next, error))? {
            let entry = entry.map_err(|error| failed(&next, error))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let metadata = path.metadata().map_err(|error| failed(&path, error))?;
            if metadata.is_dir() && entry.file_type().is_ok_and(|own| own.is_symlink()) {
                links.insert(path);
            } else if metadata.is_dir() {
                folders.push(path);
            } else if is_known(&path) && !metadata.is_file() {
                return Err(failed(&path, io::Error::other("it is neither a file nor a folder; name it as an input of its own")));
            } else if is_known(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files.into_iter().map(Source::File).collect())
}

/// Whether a file of a folder is read, by its name.
fn is_known(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let name = name.to_ascii_lowercase();
    let plain = [".gz", ".zst"].into_iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    !is_beside(path) && plain.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

/// Whether a file says something about others: what a run leaves beside its results, and what `save_to_disk` of Hugging
/// Face Datasets writes beside the tables.
fn is_beside(path: &Path) -> bool {
    const ENDINGS: [&str; 5] = [".meta.json", ".partial", ".partial.json", ".partial.next", ".partial.sorted"];
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    match name {
        "dataset_info.json" | "dataset_dict.json" => true,
        // A common name: it describes a table only beside the other file.
        "state.json" => path.with_file_name("dataset_info.json").is_file(),
        _ => ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)),
    }
}
