//! The arguments as they are typed. The comments are the help texts, so they hold no markup.
#![expect(clippy::doc_markdown, reason = "the comments are printed as help")]

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;

/// Verify what language models answer (math, programs against tests, formats and more): exactly, and fast.
#[derive(Debug, Parser)]
#[command(name = "verify", version, about, propagate_version = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare one answer with the gold answer, and explain the verdict.
    Math(MathArgs),
    /// Score rows of JSON Lines by their answers, tests or a spec; write one result row for each completion.
    Score(ScoreArgs),
    /// Keep the traces worth training on from rows and their results (rejection sampling).
    Select(SelectArgs),
    /// Run a program against tests in the sandbox, and show every test.
    #[cfg(feature = "code")]
    Run(RunArgs),
    /// Say what a reason, a rule, a switch of the math policy or a kind of reward means.
    Explain(ExplainArgs),
    /// Show what the sandbox stands on, and test that it works here.
    #[cfg(feature = "code")]
    Doctor,
    /// Judge programs for a parent process (`isolation = "process"` starts it).
    #[cfg(feature = "code")]
    #[command(hide = true)]
    Worker,
    /// Print the completions of a shell.
    Completions(CompletionsArgs),
}

/// Exit code: 0 equal, 1 different, 2 usage or a gold answer that cannot be read.
#[derive(Debug, ClapArgs)]
pub struct MathArgs {
    /// The gold answer.
    #[arg(allow_hyphen_values = true)]
    pub gold: String,
    /// The completion or the bare answer; `-` reads standard input.
    #[arg(allow_hyphen_values = true)]
    pub answer: String,
    #[command(flatten)]
    pub options: OptionArgs,
    /// Where the answer is looked for: auto, boxed, answer_tag, last_number or none. Unless said: auto, and where that finds nothing, none.
    #[arg(long, value_name = "WHERE")]
    pub extract: Option<String>,
    /// Explain as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Exit code: 0 every test passes, 1 one fails, 2 usage, or tests that cannot be used; 128 and the number of a signal that ended it. Control characters that the program wrote are
/// shown as escapes (\x1b): in reports always, without --tests where a terminal would get them.
#[cfg(feature = "code")]
#[derive(Debug, ClapArgs)]
#[command(group(clap::ArgGroup::new("given").required(true).args(["tests", "stdin"])))]
pub struct RunArgs {
    /// The program, or a completion with the program in a fenced block; `-` reads standard input.
    pub program: String,
    /// A file with the tests, as JSON; they are what a row has in `tests`.
    #[arg(long, value_name = "T.json")]
    pub tests: Option<String>,
    /// In place of tests: a file that the program reads from its standard input (`-` is that of this command). What it writes is shown.
    #[arg(long, value_name = "FILE")]
    pub stdin: Option<String>,
    /// One more option of the code reward, its value as JSON or plain text; may be given several times.
    #[arg(long = "set", value_name = "OPTION=VALUE")]
    pub set: Vec<String>,
    /// Show the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Exit code: 0 fine, 2 a name that is not known (close ones are told).
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// The name, as results and specs have it; without one, every name is listed.
    pub name: Option<String>,
}

/// Options of a reward.
#[derive(Debug, ClapArgs)]
pub struct OptionArgs {
    /// The math policy: strict, lenient, math_verify or hendrycks.
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// One more option of the reward, its value as JSON or plain text; may be given several times.
    #[arg(long = "set", value_name = "OPTION=VALUE")]
    pub set: Vec<String>,
}

/// Exit code: 0 fine, 1 below --fail-under, 2 usage, input or output; 128 and the number of a signal that ended it. Whoever reads -o - may leave early: without --fail-under the run
/// then ends with 0, with it every row is judged all the same and the threshold decides. A standard output that is closed is 2 without --fail-under.
#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    /// Files of JSON Lines (packed by gzip or zstd, too), quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// Where the result rows go; `-` is standard output. A file is put in place when it is whole, with the mode of the one it replaces; it may be no input.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    /// A file with the rewards to sum: TOML, or JSON where its name ends in .json.
    #[arg(long, value_name = "SPEC.toml", conflicts_with_all = ["reward", "policy", "set"])]
    pub rewards: Option<String>,
    /// One kind of reward; `auto` routes by the row: tests to code, answer to math.
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub reward: String,
    #[command(flatten)]
    pub options: OptionArgs,
    /// Read a field from another column, say completion=output.text; may be given several times.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    /// Threads, from 1 to 256; every core unless said.
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Exit with 1 where a measure is lower: correct, scored or reward; may be given several times.
    #[arg(long, value_name = "MEASURE=NUMBER")]
    pub fail_under: Vec<String>,
    /// Do not write OUT.meta.json (engine version, configuration and its hash, counts).
    #[arg(long)]
    pub no_meta: bool,
    /// No summary and no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Exit code: 0 fine, 2 usage, input or output. The order: pass rate, verdict, language, shape, rank, duplicates, cap, balance.
#[derive(Debug, ClapArgs)]
pub struct SelectArgs {
    /// The rows that were scored: files of JSON Lines (packed by gzip or zstd, too), quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// What `verify score` wrote for these rows.
    #[arg(long, value_name = "RESULTS.jsonl")]
    pub results: String,
    /// Where the rows for training go; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    /// Where the rejected rows go, each with its reason.
    #[arg(long, value_name = "REJECTED.jsonl")]
    pub rejected: Option<String>,
    /// The rows' form: prompt_completion or messages.
    #[arg(long, value_name = "FORM", default_value = "prompt_completion")]
    pub form: String,
    /// Which traces of a prompt come first: first, reward, shortest, longest, median or random.
    #[arg(long, value_name = "RULE", default_value = "first")]
    pub rank: String,
    /// At most so many traces of a prompt: 1 is best of n.
    #[arg(long, value_name = "N")]
    pub per_prompt: Option<usize>,
    /// Prompts whose share of correct traces is at least this.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub min_pass_rate: f64,
    /// Prompts whose share of correct traces is at most this.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub max_pass_rate: f64,
    /// At most so many prompts of each band of pass rate, by a seeded draw.
    #[arg(long, value_name = "N")]
    pub per_band: Option<usize>,
    /// The number of bands.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub bands: usize,
    /// Drop traces whose prose is not in this language (ISO 639 code).
    #[arg(long, value_name = "CODE", conflicts_with = "script")]
    pub language: Option<String>,
    /// Drop traces whose prose is not in this script (Latin, Han, ...); may be given several times.
    #[arg(long, value_name = "SCRIPT")]
    pub script: Vec<String>,
    /// The share of the prose that must be.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub min_share: f64,
    /// Drop traces with a paragraph of more characters.
    #[arg(long, value_name = "CHARS")]
    pub max_paragraph: Option<u64>,
    /// Drop traces whose share of distinct n-grams is lower.
    #[arg(long, value_name = "SHARE")]
    pub min_distinct: Option<f64>,
    /// The size of those n-grams, in words.
    #[arg(long, value_name = "WORDS", default_value_t = 20)]
    pub ngram_size: usize,
    /// Drop traces with a fenced code block.
    #[arg(long)]
    pub drop_code_blocks: bool,
    /// Keep traces of the same text.
    #[arg(long)]
    pub keep_duplicates: bool,
    /// Drop traces whose word 5-grams overlap this much with a kept one's (Jaccard; 0.8, say).
    #[arg(long, value_name = "SHARE")]
    pub near_duplicate: Option<f64>,
    /// Decides every draw.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Read a field from another column, as for score.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    /// No summary on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}
