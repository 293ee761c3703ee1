//! The names of the files that a run writes before its results are complete, and how these files are opened.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::rows::unfinished::{create_new, mode_of};

/// The names of the files of a run.
#[derive(Debug, Clone)]
pub struct Names {
    pub(super) target: PathBuf,
    pub(super) partial: PathBuf,
    pub(super) journal: PathBuf,
    pub(super) next: PathBuf,
    pub(super) sorted: PathBuf,
}

impl Names {
    /// The files for an output, or `None` if the output is standard output, a device or a pipe.
    pub fn of(output: &str) -> Option<Self> {
        /// The most bytes of a name that get an ending; file systems limit names, mostly to 255 bytes.
        const LONGEST: usize = 220;
        let target = Path::new(output);
        if output == "-" || target.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return None;
        }
        // A symbolic link is kept: the file that it points to is replaced.
        let link = target.is_symlink().then(|| target.canonicalize().ok()).flatten();
        let target = link.unwrap_or_else(|| target.to_owned());
        let name = target.file_name()?.to_string_lossy().into_owned();
        let name = if name.len() > LONGEST {
            let start: String = name.chars().take(LONGEST / 4 - 20).collect();
            format!("{start}.{:016x}", crate::core::hash::fnv1a(name.as_bytes()))
        } else {
            name
        };
        let beside = |ending: &str| target.with_file_name(format!("{name}{ending}"));
        Some(Self {
            partial: beside(".partial"),
            journal: beside(".partial.json"),
            next: beside(".partial.next"),
            sorted: beside(".partial.sorted"),
            target,
        })
    }

    /// All files that a run creates in addition to its output.
    pub fn beside(&self) -> [&Path; 4] {
        [&self.partial, &self.journal, &self.next, &self.sorted]
    }

    /// The results so far.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// The folder of the output.
    pub fn folder(&self) -> PathBuf {
        self.target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
    }

    /// Whether an interrupted run has left results.
    pub fn has_results(&self) -> bool {
        self.partial.symlink_metadata().is_ok_and(|metadata| metadata.len() > 0)
    }

    /// Removes what an interrupted run has left.
    pub(super) fn remove(&self) -> io::Result<()> {
        // Without its journal, nothing takes the results for those of another run.
        for path in [&self.journal, &self.partial, &self.next, &self.sorted] {
            gone(std::fs::remove_file(path))?;
        }
        Ok(())
    }
}

/// Opens a file that is no link, so that nobody can make a run write elsewhere.
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(i32::from_ne_bytes(rustix::fs::OFlags::NOFOLLOW.bits().to_ne_bytes()));
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no file")) }
}

/// A file that is already gone need not be removed.
pub(super) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(super) fn cannot_write(path: &Path, error: io::Error) -> Error {
    Error::io(format_args!("cannot write {}", path.display()), error)
}

/// Writes a small file so that its name has either the old or the new content at every moment. The new content is in
/// `PATH.partial` first.
///
/// # Errors
/// A file that cannot be written.
pub fn replace(path: &str, text: &str) -> crate::Result<()> {
    let (target, beside) = (Path::new(path), format!("{path}.partial"));
    let write = || {
        gone(std::fs::remove_file(&beside))?;
        let mut file = create_new(Path::new(&beside), mode_of(target))?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        std::fs::rename(&beside, target)
    };
    write().map_err(|error| cannot_write(target, error))
}
