//! The files of a run: reading them, and writing the page beside them.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{facts, metrics};
use crate::{Error, Result};

/// The most bytes that are read of a file.
const LONGEST: u64 = 256 << 20;

pub(super) const BEFORE: &str = "samples_before.jsonl";
pub(super) const AFTER: &str = "samples_after.jsonl";

/// The texts of the files in the folder of a run; `None` for a file that is absent.
///
/// ```
/// use r1rewards::train::report::{RunFiles, report};
///
/// let mut run = RunFiles::default();
/// run.folder = "runs/r1_zero".to_owned();
/// run.metrics = Some(r#"{"kind":"step","stage":"grpo","step":1,"reward":0.4}"#.to_owned());
/// assert!(report(&run).contains("<title>r1_zero"));
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RunFiles {
    /// The path of the folder; its last part is the title if `run.json` has no name.
    pub folder: String,
    /// `config.toml`: shown as it is.
    pub config: Option<String>,
    /// `run.json`: an object with what was run; unknown fields are shown as they are.
    pub run: Option<String>,
    /// `metrics.jsonl`: one line for each step and each evaluation.
    pub metrics: Option<String>,
    /// `samples_before.jsonl`: problems with what the policy answered before the training.
    pub samples_before: Option<String>,
    /// `samples_after.jsonl`: the same after it.
    pub samples_after: Option<String>,
    /// The names of files of which only the start was read.
    pub(super) cut: Vec<&'static str>,
}

impl RunFiles {
    /// Reads the folder of a run. Bytes that are not UTF-8 become U+FFFD. Of a file, at most 256 MiB are read.
    ///
    /// # Errors
    /// A path that is no folder, a folder with neither measurements nor samples, a file that cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let shown = folder.display();
        if !folder.is_dir() {
            let found = if folder.exists() { "is not a folder" } else { "does not exist" };
            return Err(Error::data(format_args!("{shown} {found}: name the folder that a training wrote")));
        }
        let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string();
        let mut run = Self { folder: name, ..Self::default() };
        let mut read = |name| read_text(&folder.join(name), name, &mut run.cut);
        let texts = (read("config.toml")?, read(facts::FILE)?, read(metrics::FILE)?, read(BEFORE)?, read(AFTER)?);
        (run.config, run.run, run.metrics, run.samples_before, run.samples_after) = texts;
        if run.metrics.is_none() && run.samples_before.is_none() && run.samples_after.is_none() {
            return Err(Error::data(format_args!(
                "{shown} has neither {} nor {BEFORE} nor {AFTER}: name the folder of a run whose training has started",
                metrics::FILE
            )));
        }
        Ok(run)
    }
}

fn read_text(path: &Path, name: &'static str, cut: &mut Vec<&'static str>) -> Result<Option<String>> {
    let failed = |error| Error::io(format_args!("cannot read {}: make it readable or remove it", path.display()), error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
        cut.push(name);
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        bytes.truncate(end);
    }
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())))
}

/// Writes a file whole or not at all: under another name in the same folder, then renamed.
pub(super) fn write_whole(target: &Path, text: &str) -> Result<()> {
    /// Tells apart the temporary files of one process.
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!(".report.{}.{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let temporary: PathBuf = target.with_file_name(name);
    let written = write_new(&temporary, text).and_then(|()| std::fs::rename(&temporary, target));
    written.map_err(|error| {
        // The error that is reported is the first one.
        let _ = std::fs::remove_file(&temporary);
        Error::io(format_args!("cannot write {}: make the folder writable", target.display()), error)
    })
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
