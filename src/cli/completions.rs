//! `verify completions`.

use std::io::Write as _;

use clap::CommandFactory as _;

use super::args::{Args, CompletionsArgs};
use super::codes::FINE;

pub(super) fn run(args: &CompletionsArgs) -> anyhow::Result<u8> {
    // Generate into memory, because the generator panics when a pipe is closed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "verify", &mut text);
    std::io::stdout().write_all(&text)?;
    Ok(FINE)
}
