//! Checks that a run does not write to one of its inputs.
//!
//! Files are compared by identity, not by name, so that links and redirections are recognised. Names of files that do
//! not exist yet are allowed. Devices and pipes may be both input and output.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::rows::Source;
use crate::{Error, Result};

/// The identity of a file.
#[derive(PartialEq, Eq)]
enum Identity {
    /// A file that exists: device and inode number.
    #[cfg(unix)]
    There(u64, u64),
    /// A file that does not exist (on other systems than Unix: any file): its path, with a canonical folder.
    Named(PathBuf),
}

/// Refuses an output that is an input or another output; `-` is standard output.
///
/// # Errors
/// Two arguments that are the same file; the message names both and the fix.
pub fn keep_apart(inputs: &[Source], outputs: &[&str]) -> Result<()> {
    let inputs: Vec<_> = inputs.iter().filter_map(|input| Some((input.to_string(), of_source(input)?))).collect();
    let mut written: Vec<(&str, Identity)> = Vec::new();
    for output in outputs {
        let identity = if *output == "-" { of_stream(&io::stdout()) } else { of_path(Path::new(output)) };
        let Some(identity) = identity else { continue };
        let shown = if *output == "-" { "standard output" } else { output };
        if let Some((input, _)) = inputs.iter().find(|(_, input)| *input == identity) {
            return Err(Error::spec(format_args!(
                "cannot write {shown}: it is the input {input}, whose rows would be lost; name another file"
            )));
        }
        if let Some((other, _)) = written.iter().find(|(_, other)| *other == identity) {
            return Err(Error::spec(format_args!("cannot write {shown}: it is also the output {other}; name another file")));
        }
        written.push((output, identity));
    }
    Ok(())
}

fn of_source(source: &Source) -> Option<Identity> {
    match source {
        Source::Stdin => of_stream(&io::stdin()),
        Source::File(path) => of_path(path),
    }
}

fn of_path(path: &Path) -> Option<Identity> {
    match path.metadata() {
        Ok(metadata) => of_file(&metadata, || path.canonicalize().ok()),
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(Identity::Named(folder.canonicalize().ok()?.join(path.file_name()?)))
        }
    }
}

/// The identity of a regular file; `None` for anything else.
#[cfg(unix)]
fn of_file(metadata: &Metadata, _: impl FnOnce() -> Option<PathBuf>) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    metadata.is_file().then(|| Identity::There(metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn of_file(metadata: &Metadata, path: impl FnOnce() -> Option<PathBuf>) -> Option<Identity> {
    if metadata.is_file() { path().map(Identity::Named) } else { None }
}

#[cfg(unix)]
fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Identity> {
    let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
    of_file(&file.metadata().ok()?, || None)
}

#[cfg(not(unix))]
fn of_stream<T>(_: &T) -> Option<Identity> {
    None
}
