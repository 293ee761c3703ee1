//! The command-line arguments. The comments are printed as help texts, so they have no markup.
#![expect(clippy::doc_markdown, reason = "the comments are printed as help")]

mod audit;
mod one;
mod reading;
mod redteam;
mod report;
mod score;
mod select;
#[cfg(feature = "serve")]
mod serve;

use clap::{Parser, Subcommand};

pub use audit::{AuditArgs, CompareArgs};
#[cfg(feature = "code")]
pub use one::RunArgs;
pub use one::{CompletionsArgs, ExplainArgs, KindsArgs, MathArgs};
pub use reading::{JudgingArgs, OptionArgs, ReadingArgs};
pub use redteam::RedteamArgs;
pub use report::{ReportArgs, TemplatesArgs};
pub use score::{GroupBy, MergeArgs, ScoreArgs};
pub use select::{PassrateArgs, SelectArgs};
#[cfg(feature = "serve")]
pub use serve::ServeArgs;

/// Verify the answers of language models: math, programs against tests, formats and more.
#[derive(Debug, Parser)]
#[command(name = "verify", version, about, propagate_version = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare an answer with the gold answer and explain the verdict.
    Math(MathArgs),
    /// Score rows by their answers, tests or a reward spec; write one result row for each completion.
    Score(ScoreArgs),
    /// Find what is wrong with a data set: its references, copies, leaks, tests, and with completions its pass rates.
    Audit(AuditArgs),
    /// Judge the same samples in two ways (policies, specs, result files, other graders) and show where they disagree.
    Compare(CompareArgs),
    /// Attack a grader: which completions that are wrong does it let in, and which honest ones does it refuse?
    Redteam(RedteamArgs),
    /// Join the results of the shards of a run.
    Merge(MergeArgs),
    /// Show for each prompt how many of its completions are correct; keep the prompts that are worth training on.
    Passrate(PassrateArgs),
    /// Select the traces to train on from rows and their results (rejection sampling).
    Select(SelectArgs),
    /// Compare the pass rates of the same problems under several prompt templates or numbers of shots.
    Templates(TemplatesArgs),
    /// Write a page (report.html) with the counts, the distributions and a browser of rows and their results.
    Report(ReportArgs),
    /// Run a program against tests in the sandbox and show the result of every test.
    #[cfg(feature = "code")]
    Run(RunArgs),
    /// Serve rewards over HTTP to trainers on other machines.
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Explain a reason, a rule, a switch of the math policy, a kind of reward or a finding of an audit.
    Explain(ExplainArgs),
    /// List the kinds of reward, or show one with its options and an example.
    Kinds(KindsArgs),
    /// Show the version and the cache of the sandbox, and test that it works on this machine.
    #[cfg(feature = "code")]
    #[command(after_help = "Example: verify doctor")]
    Doctor,
    /// Judge programs for a parent process (`isolation = "process"` starts it).
    #[cfg(feature = "code")]
    #[command(hide = true)]
    Worker,
    /// Print the completion script of a shell.
    Completions(CompletionsArgs),
}
