//! Copies a stream to a temporary file, for formats that are read from the end.

use std::fs::File;
use std::io::{self, Read, Seek as _};

/// A file without a name that holds the whole stream; the system removes it when it is closed. It is in the folder for
/// temporary files (`TMPDIR`).
pub(super) fn spool(mut input: impl Read) -> io::Result<File> {
    let explained = |error: io::Error| {
        let folder = std::env::temp_dir();
        io::Error::new(error.kind(), format!("cannot copy it to a temporary file in {}: {error}", folder.display()))
    };
    let mut file = tempfile::tempfile().map_err(explained)?;
    io::copy(&mut input, &mut file)?;
    file.rewind().map_err(explained)?;
    Ok(file)
}
