//! The arguments of `verify score` and `verify merge`.

use clap::Args as ClapArgs;

use super::reading::JudgingArgs;

/// Exit code: 0 success, 1 below --fail-under or a verdict other than in --baseline, 2 wrong usage, an error of input or
/// output, an input without rows, no row that can be read, or faults of this program in all rows, 128 plus
/// the number of the signal that ended the command. If the reader of `-o -` closes the pipe early, the run ends with 0;
/// with --fail-under, all rows are still judged and the threshold decides. If standard output is already closed at the start, the exit code is 2 without
/// --fail-under.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify score examples/responses.jsonl -o results.jsonl.gz --fail-under correct=0.5")]
pub struct ScoreArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The file for the result rows; `-` is standard output. The file appears only when it is complete, and has the
    /// mode of the file that it replaces; until then the results are in OUT.jsonl.partial. It must not be one of the inputs.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Go on from the results that an interrupted run with the same arguments left in OUT.jsonl.partial; without such
    /// results, start from the beginning.
    #[arg(long)]
    pub resume: bool,
    /// Judge only the rows of one of n shards, for example 2/4; `verify merge` joins the results.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Bring the rows of each prompt together before they are judged, for rewards that compare the completions of a
    /// prompt. The results have the order of the input.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub group_by: Option<GroupBy>,
    /// Earlier results of these rows: exit with 1 if a verdict changed, and show what changed.
    #[arg(long, value_name = "OLD.jsonl")]
    pub baseline: Option<String>,
    /// Exit with 1 if a measure (correct, scored or reward) is below a number; may be given several times.
    #[arg(long, value_name = "MEASURE=NUMBER")]
    pub fail_under: Vec<String>,
    /// Do not write OUT.jsonl.meta.json (engine version, configuration, inputs and their hashes, counts).
    #[arg(long)]
    pub no_meta: bool,
    /// Print no summary and no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// What rows are brought together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GroupBy {
    /// Prompt, references and tests (for rows with several completions and no prompt: the row).
    Prompt,
}

impl GroupBy {
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
        }
    }
}

/// The results of all shards (`verify score --shard 1/n` to n/n), in any order, with their manifests, give the bytes of
/// the results of the whole run, and its manifest. Exit code: 0 success, 2 wrong usage, shards that do not belong together,
/// a missing or incomplete shard, or an error of input or output, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify merge part1.jsonl part2.jsonl -o results.jsonl")]
pub struct MergeArgs {
    /// The results of the shards; next to each is its manifest, OUT.jsonl.meta.json.
    #[arg(required = true, value_name = "PART.jsonl")]
    pub shards: Vec<String>,
    /// The file for the result rows; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    /// Do not write OUT.jsonl.meta.json.
    #[arg(long)]
    pub no_meta: bool,
    /// Print no summary on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}
