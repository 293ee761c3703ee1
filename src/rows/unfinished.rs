//! Temporary files that become the target file when they are complete.
//!
//! A temporary file is in the folder of its target and has a random name. It is removed if it is not finished. Refuses:
//! to open an existing file or link (`O_EXCL`), and to create or finish a file after [`abandon_unfinished`], which is
//! called when a signal ends the process.

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

/// Removes all unfinished files of this process and returns their number. Afterwards no file can be created or
/// finished.
pub fn abandon_unfinished() -> usize {
    let mut files = files();
    files.abandoned = true;
    // A file that is already gone is not an error and does not count.
    files.unfinished.drain(..).map(|path| std::fs::remove_file(path).is_ok()).filter(|removed| *removed).count()
}

/// A temporary file that does not have its final name yet.
pub(super) struct Unfinished {
    temporary: Option<TempPath>,
    target: PathBuf,
}

impl Unfinished {
    /// Creates a file in the folder of the target, because a rename within a folder is atomic. If the target exists,
    /// the file gets its mode.
    pub(super) fn create(target: PathBuf) -> io::Result<(File, Self)> {
        /// The most bytes of the target's name that are kept in the temporary name. File systems limit names (mostly to
        /// 255 bytes), and the random part must fit.
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

    /// Renames the file to its target and replaces an existing file.
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
            // Dropping `temporary` removes the file.
        }
    }
}

fn refuse_if_abandoned(files: &Files) -> io::Result<()> {
    if files.abandoned { Err(io::Error::other("the process is ending")) } else { Ok(()) }
}

/// The permissions of the file that will be replaced.
#[cfg(unix)]
pub(super) fn mode_of(target: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    target.metadata().ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(unix)]
pub(super) fn create_new(path: &Path, mode: Option<u32>) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = File::options().write(true).create_new(true).mode(mode.unwrap_or(0o666)).open(path)?;
    if let Some(mode) = mode {
        // The mode given at creation is reduced by the umask; set it again, as this file replaces an existing one.
        file.set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
pub(super) fn mode_of(_: &Path) -> Option<u32> {
    None
}

#[cfg(not(unix))]
pub(super) fn create_new(path: &Path, _: Option<u32>) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}
