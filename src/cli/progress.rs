//! The progress bar on standard error.

use std::io::IsTerminal as _;

use crate::rows::Source;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar over the bytes of the sources; hidden if `quiet` or if standard error is no terminal.
pub(super) fn progress_bar(quiet: bool, sources: &[Source]) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let total: Option<u64> = sources.iter().map(Source::size).sum();
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {percent:>3}% {msg} {elapsed} (about {eta} left)"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
