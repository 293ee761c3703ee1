//! Files that are being written: beside their place, under a name that nobody can foresee, and gone if the process ends before they are whole.
//!
//! Accepts: a target in a folder that can be written to. Refuses: to open what is there already, a file or a link (`O_EXCL`); and to finish or begin a file once
//! [`abandon_unfinished`] was called, which is for whoever ends the process in the middle.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

struct Files {
    unfinished: Vec<PathBuf>,
    abandoned: bool,
}

static FILES: Mutex<Files> = Mutex::new(Files { unfinished: Vec::new(), abandoned: false });

fn files() -> MutexGuard<'static, Files> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every file that this process has not finished, lets it finish none from now on, and gives their number.
pub fn abandon_unfinished() -> usize {
    let mut files = files();
    files.abandoned = true;
    // One that is gone already is none the worse.
    files.unfinished.drain(..).map(|path| std::fs::remove_file(path).is_ok()).filter(|removed| *removed).count()
}

/// A file that is not in its place yet.
pub(super) struct Unfinished {
    temporary: Option<TempPath>,
    target: PathBuf,
}

impl Unfinished {
    /// A new file in the folder of the target: a move within a folder is one step. It has the target's mode, where there is one.
    pub(super) fn create(target: PathBuf) -> io::Result<(File, Self)> {
        /// Names have an end; what is random must fit, too.
        const LONGEST: usize = 200;
        let mut files = files();
        refuse_if_abandoned(&files)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = OsString::from(".");
        prefix.extend(target.file_name().filter(|name| name.len() <= LONGEST));
        prefix.push(".");
        let mode = mode_of(&target);
        let mut named = tempfile::Builder::new();
        named.prefix(&prefix).suffix(".tmp").rand_bytes(12);
        let (file, temporary) = named.make_in(folder, |path| create_new(path, mode))?.into_parts();
        files.unfinished.push(temporary.to_path_buf());
        Ok((file, Self { temporary: Some(temporary), target }))
    }

    /// Moves the file to its place, over what is there.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let mut files = files();
        refuse_if_abandoned(&files)?;
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        let path = temporary.to_path_buf();
        let moved = temporary.persist(&self.target).map_err(|error| error.error);
        files.unfinished.retain(|unfinished| *unfinished != path);
        moved
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            files().unfinished.retain(|path| path.as_path() != &*temporary);
            // Removed when it is dropped.
        }
    }
}

fn refuse_if_abandoned(files: &Files) -> io::Result<()> {
    if files.abandoned { Err(io::Error::other("the process is ending")) } else { Ok(()) }
}

/// The permissions of a file that is to be replaced.
#[cfg(unix)]
fn mode_of(target: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    target.metadata().ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(unix)]
fn create_new(path: &Path, mode: Option<u32>) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = File::options().write(true).create_new(true).mode(mode.unwrap_or(0o666)).open(path)?;
    if let Some(mode) = mode {
        // The umask is for new files.
        file.set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn create_new(path: &Path, _: Option<u32>) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}
