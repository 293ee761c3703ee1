//! Recognises the format of a stream by how it begins.
//!
//! Accepts: the magic bytes of gzip and zstd, inside of which any format may stand; those of Parquet (`PAR1`) and Arrow
//! (`ARROW1`, or the continuation marker of a stream); text whose first visible byte is `{` (JSON Lines) or `[` (a JSON
//! list); text whose first line is a header of at least two different names, separated by tabs (TSV) or commas (CSV).
//! Text that begins with a JSON string or number is JSON Lines too, in which every such line is a bad row. Refuses:
//! everything else, with an error that says what was seen and how to name the format.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::delimited::{header, looks_like_names, twice};
use super::kind::Format;

/// The bytes that are read at once to recognise a format.
const BUFFER: usize = 1 << 16;
/// The size of the read buffer in bytes: most lines lie in it as a whole, so that they are copied once, and it stays in the cache.
const READ: usize = 1 << 18;
/// The most bytes that are looked at; a header is much shorter.
const MOST: usize = 1 << 20;

/// The magic bytes of compressed streams.
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// How other kinds of files begin, what they are, and what to do.
const OTHERS: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "a zip archive (or a spreadsheet): unpack it, or save the sheet as CSV"),
    (b"FEA1", "Feather version 1: write it as Feather version 2 or Parquet"),
    (b"PARE", "Parquet with an encrypted footer: decrypt it first"),
    (b"ORC", "ORC: convert it to Parquet"),
    (b"Obj\x01", "Avro: convert it to Parquet or JSON Lines"),
    (b"SQLite format 3", "a SQLite database: export the table as CSV"),
    (b"BZh", "compressed with bzip2: unpack it, or use gzip or zstd"),
    (b"\xfd7zXZ", "compressed with xz: unpack it, or use gzip or zstd"),
    (b"\x04\x22\x4d\x18", "compressed with lz4: unpack it, or use gzip or zstd"),
    (b"\x89HDF", "HDF5: convert it to Parquet"),
    (b"\x80\x04\x95", "a Python pickle, which is never read: write Parquet or JSON Lines"),
    (b"\xff\xfe\0\0", "text in UTF-32: write it as UTF-8"),
    (b"\xff\xfe", "text in UTF-16: write it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16: write it as UTF-8"),
];

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packed {
    No,
    Yes,
}

/// A stream that was looked at.
pub(super) struct Opened {
    pub packed: Packed,
    /// The format, or why it is unknown.
    pub format: Result<Format, String>,
    /// The unpacked stream from its start.
    pub start: Box<dyn BufRead + Send>,
}

/// Unpacks a stream and recognises its format; the format is not looked for if it is given.
pub(super) fn open(input: Box<dyn Read + Send>, given: Option<Format>) -> io::Result<Opened> {
    let (seen, input) = look(input, |seen, ended| if ended || seen.len() >= 4 { Some(()) } else { None })?;
    let unpacked: Box<dyn Read + Send> = if seen.starts_with(GZIP) {
        Box::new(flate2::bufread::MultiGzDecoder::new(input))
    } else if seen.starts_with(ZSTD) {
        Box::new(zstd::Decoder::with_buffer(input)?)
    } else {
        Box::new(input)
    };
    let packed = if seen.starts_with(GZIP) || seen.starts_with(ZSTD) { Packed::Yes } else { Packed::No };
    if given.is_some() {
        let start = Box::new(BufReader::with_capacity(READ, unpacked));
        return Ok(Opened { packed, format: Err(String::new()), start });
    }
    let mut format = Ok(Format::Jsonl);
    let (_, start) = look(unpacked, |seen, ended| {
        format = of(seen, ended)?;
        Some(())
    })?;
    Ok(Opened { packed, format, start: Box::new(start) })
}

/// A stream whose start was looked at.
type Looked = BufReader<io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>>;

/// Reads the start of a stream until `enough` is satisfied; returns it and the whole stream.
fn look(mut input: Box<dyn Read + Send>, mut enough: impl FnMut(&[u8], bool) -> Option<()>) -> io::Result<(Vec<u8>, Looked)> {
    let mut seen = Vec::new();
    loop {
        let from = seen.len();
        seen.resize(from + BUFFER, 0);
        let read = loop {
            match input.read(&mut seen[from..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        seen.truncate(from + read);
        if enough(&seen, read == 0).is_some() || read == 0 {
            break;
        }
    }
    let start = seen[..seen.len().min(16)].to_vec();
    Ok((start, BufReader::with_capacity(READ, Cursor::new(seen).chain(input))))
}

/// The format of a text or file that begins with these bytes, or why it is unknown; `None` if more bytes are needed.
fn of(seen: &[u8], ended: bool) -> Option<Result<Format, String>> {
    let enough = ended || seen.len() >= MOST;
    // "ARROW1" is the longest magic that decides something; fewer bytes decide if they are already different.
    if seen.len() < 6 && !ended && !matches!(seen.first(), Some(b'{' | b'[')) {
        return None;
    }
    if seen.starts_with(b"PAR1") {
        return Some(Ok(Format::Parquet));
    }
    if seen.starts_with(b"ARROW1") || seen.starts_with(b"\xff\xff\xff\xff") {
        return Some(Ok(Format::Arrow));
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| seen.starts_with(magic)) {
        return Some(Err(format!("it is {what}")));
    }
    let text = seen.strip_prefix("\u{feff}".as_bytes()).unwrap_or(seen);
    let Some(visible) = text.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return enough.then_some(Ok(Format::Jsonl));
    };
    let text = &text[visible..];
    match text[0] {
        b'{' => return Some(Ok(Format::Jsonl)),
        b'[' => return Some(Ok(Format::Json)),
        _ => {}
    }
    if !ended && !enough && !text.contains(&b'\n') {
        return None;
    }
    let is_header = |delimiter| header(text, delimiter).is_some_and(|names| names.len() > 1 && looks_like_names(&names));
    if is_header(b'\t') {
        return Some(Ok(Format::Tsv));
    }
    if is_header(b',') {
        return Some(Ok(Format::Csv));
    }
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() {
        return Some(Ok(Format::Jsonl));
    }
    Some(Err(unknown(line)))
}

fn unknown(line: &[u8]) -> String {
    /// The most characters of the line that are shown.
    const SHOWN: usize = 60;
    let text = String::from_utf8_lossy(line);
    let start: String = text.chars().take(SHOWN).collect();
    let more = if text.chars().nth(SHOWN).is_some() { " ..." } else { "" };
    let why = [b',', b'\t'].into_iter().find_map(|delimiter| {
        let names = header(line, delimiter).filter(|names| names.len() > 1)?;
        let again = twice(&names).map(|name| {
            format!(" (it names the column `{}` twice: rename one of them)", name.chars().take(SHOWN).collect::<String>())
        });
        again.or_else(|| {
            names
                .iter()
                .any(|name| name.trim().is_empty())
                .then(|| " (a name in it is empty: is there a comma too much?)".to_owned())
        })
    });
    let semicolons = || {
        (text.contains(';') && !text.contains(','))
            .then(|| " (semicolons do not separate columns: write the file with commas or tabs)".to_owned())
    };
    let why = why.or_else(semicolons);
    // Where the header is at fault, another format does not help.
    let fix = if why.is_some() { "If" } else { "If it is text with a header, say --format csv (or tsv); if" };
    format!(
        "its format is unknown: it begins with `{start}`{more}, which is neither JSON (`{{` or `[`) nor a header of at least two \
         names{} nor Parquet nor Arrow. {fix} it is JSON Lines whose first line is broken, say --format jsonl",
        why.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(bytes: &[u8]) -> Result<Format, String> {
        let input: Box<dyn Read + Send> = Box::new(Cursor::new(bytes.to_vec()));
        open(input, None).unwrap().format
    }

    /// Gives one byte at a time.
    struct Slow(Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn the_format_is_recognised_by_content() {
        for (bytes, expected) in [
            (&b"{\"a\": 1}"[..], Format::Jsonl),
            (b"\xef\xbb\xbf \n{", Format::Jsonl),
            (b"", Format::Jsonl),
            (b"\n\n  ", Format::Jsonl),
            (b"42\n{}", Format::Jsonl),
            (b"\"text\"\n", Format::Jsonl),
            (b" [{", Format::Json),
            (b"id,completion\n1,x", Format::Csv),
            (b"\xef\xbb\xbfid,completion\r\n", Format::Csv),
            (b"\"id\",\"the completion\"\n", Format::Csv),
            (b"id\tcompletion, text\n", Format::Tsv),
            (b"id,completion", Format::Csv),
            (b",id,completion\n0,", Format::Csv),
            (b"PAR1rest", Format::Parquet),
            (b"ARROW1\0\0", Format::Arrow),
            (b"\xff\xff\xff\xff\x10\0\0\0", Format::Arrow),
        ] {
            assert_eq!(format(bytes), Ok(expected), "{}", String::from_utf8_lossy(bytes));
            let slow = open(Box::new(Slow(Cursor::new(bytes.to_vec()))), None).unwrap();
            assert_eq!(slow.format, Ok(expected), "one byte at a time");
            let mut text = Vec::new();
            { slow.start }.read_to_end(&mut text).unwrap();
            assert_eq!(text, bytes, "what was looked at is read again");
        }
    }

    #[test]
    fn what_is_in_no_known_format_is_said_so() {
        for (bytes, part) in [
            (&b"PK\x03\x04...."[..], "it is a zip archive"),
            (b"\xff\xfei\0d\0", "it is text in UTF-16"),
            (b"id,answer,completion,\n1,2,3,\n", "(a name in it is empty: is there a comma too much?)"),
            (b"\xff\xfe\0\0i\0\0\0", "it is text in UTF-32"),
            (b"just some words\n", "it begins with `just some words`, which is neither JSON"),
            (b"Dear all, please read this, and that.\n", "say --format csv"),
            (b"a,a\n1,2", "(it names the column `a` twice: rename one of them)"),
            (b"id,a,a\n1,2,3", "it names the column `a` twice"),
            (b"id;a\n1;2", "semicolons do not separate columns"),
            (b"a,\n1,2", "its format is unknown"),
            (b"{}\0"[1..].as_ref(), "its format is unknown"),
        ] {
            let problem = format(bytes).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn a_stream_that_goes_on_is_recognised_before_it_ends() {
        struct Endless(&'static [u8]);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let taken = self.0.len().min(buffer.len());
                assert!(taken > 0, "more was read than was needed");
                buffer[..taken].copy_from_slice(&self.0[..taken]);
                self.0 = &self.0[taken..];
                Ok(taken)
            }
        }
        assert_eq!(open(Box::new(Endless(b"{\"id\": 1}\n")), None).unwrap().format, Ok(Format::Jsonl));
        assert_eq!(open(Box::new(Endless(b"id,text\n")), None).unwrap().format, Ok(Format::Csv));
    }
}
