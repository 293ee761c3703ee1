//! The report of a training: one page with curves, samples and the configuration.
//!
//! [`write_report`] reads the folder of a run and writes `report.html` into it. The page is one file: it loads nothing,
//! works without scripts, in light and dark, on a phone and on paper. Texts that the policy wrote are shown as text,
//! whatever is in them.
//!
//! A run folder has these files; a report needs `metrics.jsonl` or one of the samples, and shows what else there is:
//!
//! | file | contains |
//! |---|---|
//! | `config.toml` | the configuration |
//! | `run.json` | an object with `name`, `command`, `engine_version`, `config_hash`, `seed`, `started`, `seconds`, `parameters`, and other fields |
//! | `metrics.jsonl` | an object a line: `kind` (`step` or `evaluation`), `stage`, `step`, `seconds` since the start, and numbers by name |
//! | `samples_before.jsonl`, `samples_after.jsonl` | an object a line: `problem`, `prompt`, `attempts` |
//!
//! Lines that cannot be read are listed on the page and left out, so that a run that was stopped has a report, too.

use std::path::{Path, PathBuf};

use crate::Result;

mod changes;
mod chart;
mod facts;
mod files;
mod frame;
mod lines;
mod metrics;
mod notes;
mod page;
mod pairs;
mod plan;
mod samples;
mod stack;
#[cfg(test)]
mod tests;

pub use files::RunFiles;

/// Reads the folder of a run and writes `report.html` into it, whole or not at all. The result is the path of the page.
///
/// ```
/// let folder = std::env::temp_dir().join("r1rewards_report_example");
/// std::fs::create_dir_all(&folder).unwrap();
/// std::fs::write(folder.join("metrics.jsonl"), "{\"stage\":\"grpo\",\"step\":1,\"reward\":0.4}\n").unwrap();
/// let page = r1rewards::train::report::write_report(&folder)?;
/// assert!(page.ends_with("report.html"));
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// A folder that does not exist or has neither measurements nor samples, a file that cannot be read, a page that cannot
/// be written.
pub fn write_report(folder: &Path) -> Result<PathBuf> {
    let page = folder.join("report.html");
    files::write_whole(&page, &report(&RunFiles::read(folder)?))?;
    Ok(page)
}

/// The page of a run as HTML. The same files give the same page.
pub fn report(run: &RunFiles) -> String {
    page::page(run)
}
