//! The arguments of `verify audit` and `verify compare`.

use clap::Args as ClapArgs;

use super::reading::{JudgingArgs, ReadingArgs};
use super::score::GroupBy;

/// Every finding has a code, which `verify explain CODE` explains. Exit code: 0 success, 1 with --fail-on if there is such a finding, 2 wrong usage, an error of input or
/// output, or an input without rows, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify audit train.jsonl --against test.jsonl --near-duplicates 0.8 -o audit")]
pub struct AuditArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input. Rows may have completions or not.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The folder for audit.json (counts, examples, tables), findings.jsonl (every finding with its line) and report.html (a
    /// page to look at); it is made if it does not exist.
    #[arg(short, long, value_name = "FOLDER")]
    pub output: String,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Check the prompts against the prompts of these files (a benchmark); may be given several times.
    #[arg(long, value_name = "FILE")]
    pub against: Vec<String>,
    /// The size of the word n-grams of this check.
    #[arg(long, value_name = "WORDS", default_value = "13")]
    pub ngram_size: std::num::NonZeroUsize,
    /// Look for prompts whose word 5-grams have at least this Jaccard similarity with those of an earlier prompt (for
    /// example 0.8).
    #[arg(long, value_name = "SHARE")]
    pub near_duplicates: Option<f64>,
    /// The column that names where a row comes from. Default: data_source, source, dataset or subset, and else the file.
    #[arg(long, value_name = "COLUMN")]
    pub source: Option<String>,
    /// The column with a program that should pass the row's tests. Default: canonical_solution, reference_solution,
    /// solution, solutions or code.
    #[arg(long, value_name = "COLUMN")]
    pub solution: Option<String>,
    /// Do not run programs against the tests of rows.
    #[arg(long)]
    pub no_run: bool,
    /// The most examples of a finding in audit.json.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub examples: usize,
    /// Exit with 1 if there is a finding of this severity or a worse one: error, warning or info.
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<String>,
    /// Print no summary and no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// A side is a math policy (strict, lenient, ...), a kind of reward, a spec (.toml, .json), a result file of `verify score`, or a command that
/// reads one sample a line as JSON (id, prompt, completion, answer, tests) and writes one verdict a line (true, false, null,
/// a number, or an object with `correct`). Exit code: 0 success, 1 with --fail-on-difference if a verdict differs, 2 wrong
/// usage, an error of input or output, or an input without rows, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify compare runs.jsonl --left strict --right 'command:python grader.py' -o different.jsonl")]
pub struct CompareArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// One side.
    #[arg(long, short = 'a', value_name = "SIDE", default_value = "strict")]
    pub left: String,
    /// The other side.
    #[arg(long, short = 'b', value_name = "SIDE")]
    pub right: String,
    /// The file for the samples on which the sides disagree, with both outcomes and explanations; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: Option<String>,
    /// The file for a page with all samples, both judgements side by side.
    #[arg(long, value_name = "REPORT.html")]
    pub report: Option<String>,
    /// The most examples of each kind of disagreement that are kept.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub examples: usize,
    /// Bring the rows of each prompt together before they are judged, for a side that compares the completions of a prompt
    /// (majority). The disagreements are then not in the order of the input.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub group_by: Option<GroupBy>,
    /// How long a command may take for one verdict, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    pub patience: std::num::NonZeroU64,
    /// Exit with 1 if the verdicts of a sample differ.
    #[arg(long)]
    pub fail_on_difference: bool,
    /// Read a field from another column, as for score.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// The number of threads of each scorer, from 1 to 256; default: one per core.
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}
