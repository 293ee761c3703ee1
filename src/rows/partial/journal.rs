//! The journal of a run: what its results are made of, and how far its inputs were read.
//!
//! The first line is the identity of the run as JSON: the engine, the configuration, the inputs. The following lines are
//! checkpoints; one says how far a run had read when an error ended it, one that a run went on with inputs that were completed. The last line may be incomplete after a crash and is then ignored.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Names;
use crate::rows::unfinished::create_new;
use crate::{Error, Result};

/// What the journal of an interrupted run says.
#[derive(Debug)]
pub struct Interrupted {
    /// What its results are made of.
    pub identity: Value,
    /// How far it had read its inputs, some time before its end.
    pub checkpoint: Option<Value>,
    /// How far it had read them when an error ended it.
    pub stopped: Option<Value>,
}

/// The keys of lines that are no checkpoints.
const STOPPED: &str = "stopped";
const IDENTITY: &str = "identity";

/// A journal that is written to.
pub struct Journal {
    path: PathBuf,
    file: File,
    start: Instant,
    last: Duration,
}

impl Journal {
    /// What an interrupted run that has left results was and how far it came, if there is one. `is_direct` says
    /// that the results were judged in the order of the output. Then a run that was killed between its last two steps has
    /// left its results in the output itself.
    pub fn read(names: &Names, is_direct: bool) -> Option<Interrupted> {
        let text = std::fs::read_to_string(&names.journal).ok()?;
        let complete = text.rsplit_once('\n').map_or("", |(complete, _)| complete);
        let mut lines = complete.lines().map(|line| serde_json::from_str::<Value>(line).ok());
        let mut identity = lines.next()??;
        let (mut checkpoint, mut stopped, mut is_finished) = (None, None, false);
        for mut line in lines.flatten() {
            is_finished = line == finished();
            if is_finished {
                continue;
            }
            stopped = line.get_mut(STOPPED).map(Value::take);
            match line.get_mut(IDENTITY) {
                Some(later) => identity = later.take(),
                None if stopped.is_none() => checkpoint = Some(line),
                None => {}
            }
        }
        let is_published = is_direct && is_finished && names.target.metadata().is_ok();
        let is_there = names.partial.symlink_metadata().is_ok() || is_published;
        is_there.then_some(Interrupted { identity, checkpoint, stopped })
    }

    pub(super) fn create(path: &Path, identity: &str) -> Result<Self> {
        let failed = |error| Error::io(format_args!("cannot write {}", path.display()), error);
        let mut file = create_new(path, None).map_err(failed)?;
        file.write_all(format!("{identity}\n").as_bytes()).map_err(failed)?;
        Ok(Self::at_end(path, file))
    }

    pub(super) fn append(path: &Path) -> Result<Self> {
        let failed = |error| Error::io(format_args!("cannot write {}", path.display()), error);
        let mut file = File::options().append(true).open(path).map_err(failed)?;
        // Ends a line that was cut.
        file.write_all(b"\n").map_err(failed)?;
        Ok(Self::at_end(path, file))
    }

    fn at_end(path: &Path, file: File) -> Self {
        Self { path: path.to_owned(), file, start: Instant::now(), last: Duration::ZERO }
    }

    /// Says that all results are written.
    ///
    /// # Errors
    /// A failed write.
    pub fn finish(&mut self) -> Result<()> {
        self.write(&finished())
    }

    fn write(&mut self, line: &Value) -> Result<()> {
        let line = format!("{line}\n");
        self.file.write_all(line.as_bytes()).map_err(|error| Error::io(format_args!("cannot write {}", self.path.display()), error))
    }

    /// Says how far the run had read when an error ended it.
    ///
    /// # Errors
    /// A failed write.
    pub fn stop(&mut self, state: &Value) -> Result<()> {
        self.write(&serde_json::json!({ STOPPED: state }))
    }

    /// Says that the run goes on with other inputs: with the same bytes and more.
    ///
    /// # Errors
    /// A failed write.
    pub fn go_on_as(&mut self, identity: &Value) -> Result<()> {
        self.write(&serde_json::json!({ IDENTITY: identity }))
    }

    /// Adds a checkpoint if the last one is long enough ago: at first each second, later less often, so that the journal
    /// stays small.
    ///
    /// # Errors
    /// A failed write.
    pub fn checkpoint(&mut self, state: impl FnOnce() -> Option<Value>) -> Result<()> {
        let now = self.start.elapsed();
        if now - self.last < Duration::from_secs(1).max(now / 64) {
            return Ok(());
        }
        self.last = now;
        state().map_or(Ok(()), |state| self.write(&state))
    }
}

/// The last line of the journal of a run that has written all results.
fn finished() -> Value {
    serde_json::json!({ "finished": true })
}
