//! The arguments of `verify select` and `verify passrate`.

use clap::Args as ClapArgs;

use super::reading::{JudgingArgs, ReadingArgs};

/// Exit code: 0 success, 2 wrong usage, an error of input or output, or an input without rows. The checks have this order: pass rate, verdict,
/// language, shape, rank, duplicates, cap, balance.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify select examples/responses.jsonl --results results.jsonl -o sft.jsonl --per-prompt 1")]
pub struct SelectArgs {
    /// The rows that were scored, in any order: files, folders, patterns or standard input, as for score.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The output of `verify score` for these rows.
    #[arg(long, value_name = "RESULTS.jsonl")]
    pub results: String,
    /// The file for the training rows, which keep the other columns of their rows; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    /// The file for the rejected rows, each with its reason.
    #[arg(long, value_name = "REJECTED.jsonl")]
    pub rejected: Option<String>,
    /// The form of the training rows: prompt_completion or messages.
    #[arg(long, value_name = "FORM", default_value = "prompt_completion")]
    pub form: String,
    /// The order in which the traces of a prompt are considered: first (file order), reward, shortest, longest, median
    /// or random.
    #[arg(long, value_name = "RULE", default_value = "first")]
    pub rank: String,
    /// The most traces of a prompt; 1 is best of n.
    #[arg(long, value_name = "N")]
    pub per_prompt: Option<usize>,
    /// Drop prompts whose share of correct traces is lower.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub min_pass_rate: f64,
    /// Drop prompts whose share of correct traces is higher.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub max_pass_rate: f64,
    /// The most prompts of each band of pass rate, chosen by a seeded draw.
    #[arg(long, value_name = "N")]
    pub per_band: Option<usize>,
    /// The number of bands of pass rate.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub bands: usize,
    /// Drop traces whose prose is not in this language (ISO 639 code).
    #[arg(long, value_name = "CODE", conflicts_with = "script")]
    pub language: Option<String>,
    /// Drop traces whose prose is not in this script (Latin, Han, ...); may be given several times.
    #[arg(long, value_name = "SCRIPT")]
    pub script: Vec<String>,
    /// The share of the prose that must be in the language or script.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub min_share: f64,
    /// Drop traces with a paragraph of more than this number of characters.
    #[arg(long, value_name = "CHARS")]
    pub max_paragraph: Option<u64>,
    /// Drop traces whose share of distinct n-grams is lower.
    #[arg(long, value_name = "SHARE")]
    pub min_distinct: Option<f64>,
    /// The size of these n-grams, in words.
    #[arg(long, value_name = "WORDS", default_value_t = 20)]
    pub ngram_size: usize,
    /// Drop traces with a fenced code block.
    #[arg(long)]
    pub drop_code_blocks: bool,
    /// Drop traces with the same text as a kept trace of the same prompt (prompt), of any prompt (all), or none (keep).
    #[arg(long, value_name = "AMONG", default_value = "prompt")]
    pub duplicates: String,
    /// The same as --duplicates keep.
    #[arg(long, conflicts_with = "duplicates", hide = true)]
    pub keep_duplicates: bool,
    /// Drop traces whose word 5-grams have at least this Jaccard similarity with those of a kept trace (for example
    /// 0.8); --duplicates says among which traces.
    #[arg(long, value_name = "SHARE")]
    pub near_duplicate: Option<f64>,
    /// The seed of all draws.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Read a field from another column, as for score.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Print no summary on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// One row for each prompt, in the order of the first rows: its id, prompt and reference, the number of completions, scored
/// ones and correct ones, pass@1 with its 95 % interval, the majority answer and its share, whether it agrees with the
/// reference, and the other columns of the prompt's first row. Exit code: 0 success, 2 wrong usage, an error of input or
/// output, or an input without rows, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify passrate examples/responses.jsonl -o prompts.jsonl --keep 0.1..0.9")]
pub struct PassrateArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The output of `verify score` for these rows; nothing is judged again.
    #[arg(long, value_name = "RESULTS.jsonl", conflicts_with_all = ["rewards", "reward", "policy", "set", "jobs"])]
    pub results: Option<String>,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// The file for the rows; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    /// Keep only the prompts whose pass@1 is in a range, both ends included, for example 0.1..0.9; prompts without a
    /// scored completion are dropped, too.
    #[arg(long, value_name = "LOW..HIGH")]
    pub keep: Option<String>,
    /// Print no summary and no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}
