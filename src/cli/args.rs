//! The command-line arguments. The comments are printed as help texts, so they have no markup.
#![expect(clippy::doc_markdown, reason = "the comments are printed as help")]

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;

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
    /// Select the traces to train on from rows and their results (rejection sampling).
    Select(SelectArgs),
    /// Compare the pass rates of the same problems under several prompt templates or numbers of shots.
    Templates(TemplatesArgs),
    /// Run a program against tests in the sandbox and show the result of every test.
    #[cfg(feature = "code")]
    Run(RunArgs),
    /// Explain a reason, a rule, a switch of the math policy or a kind of reward.
    Explain(ExplainArgs),
    /// Show the version and the cache of the sandbox, and test that it works on this machine.
    #[cfg(feature = "code")]
    Doctor,
    /// Judge programs for a parent process (`isolation = "process"` starts it).
    #[cfg(feature = "code")]
    #[command(hide = true)]
    Worker,
    /// Print the completion script of a shell.
    Completions(CompletionsArgs),
}

/// Exit code: 0 equal, 1 different, 2 wrong usage or a gold answer that cannot be read.
#[derive(Debug, ClapArgs)]
pub struct MathArgs {
    /// The gold answer.
    #[arg(allow_hyphen_values = true)]
    pub gold: String,
    /// The completion or only the answer; `-` reads standard input.
    #[arg(allow_hyphen_values = true)]
    pub answer: String,
    #[command(flatten)]
    pub options: OptionArgs,
    /// How the answer is extracted: auto, boxed, answer_tag, last_number or none (the whole text). Default: auto, then
    /// none if auto finds no answer.
    #[arg(long, value_name = "WHERE")]
    pub extract: Option<String>,
    /// Print the explanation as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Exit code: 0 if all tests pass, 1 if one fails, 2 for wrong usage or tests that cannot be used, 128 plus the number
/// of the signal that ended the command. Control characters in the program's output are shown as escapes (\x1b): always
/// in reports, and with --stdin if the output goes to a terminal.
#[cfg(feature = "code")]
#[derive(Debug, ClapArgs)]
#[command(group(clap::ArgGroup::new("given").required(true).args(["tests", "stdin"])))]
pub struct RunArgs {
    /// The program, or a completion with the program in a fenced block; `-` reads standard input.
    pub program: String,
    /// A file with the tests as JSON, in the form of the column `tests` of a row.
    #[arg(long, value_name = "T.json")]
    pub tests: Option<String>,
    /// Instead of tests: a file that becomes the program's standard input (`-` is the standard input of this command).
    /// The program's output is printed.
    #[arg(long, value_name = "FILE")]
    pub stdin: Option<String>,
    /// Another option of the code reward, its value as JSON or plain text; may be given several times.
    #[arg(long = "set", value_name = "OPTION=VALUE")]
    pub set: Vec<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Exit code: 0 success, 2 unknown name (similar names are suggested).
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// The name, as in results and specs; without a name, all names are listed.
    pub name: Option<String>,
}

/// Options of a reward.
#[derive(Debug, ClapArgs)]
pub struct OptionArgs {
    /// The math policy: strict, lenient, math_verify or hendrycks.
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// Another option of the reward, its value as JSON or plain text; may be given several times.
    #[arg(long = "set", value_name = "OPTION=VALUE")]
    pub set: Vec<String>,
}

/// How inputs are read.
#[derive(Debug, ClapArgs)]
pub struct ReadingArgs {
    /// The format of the inputs: jsonl, json, csv, tsv, parquet or arrow. Default: recognised by the content of each.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Read the columns of a known data set: livecodebench, humaneval, kodcode, mbpp, code_contests, apps, taco, verl,
    /// nemo_gym, deepmath, numina, math_500, openmath, big_math, math, gsm8k, trl, openrlhf or verifiers; or none. With
    /// auto, it is the one whose columns the first row of a source has, unless that row is in our own form (a completion
    /// with an answer, tests or a reward). The summary names it.
    #[arg(long, value_name = "NAME", default_value = "auto")]
    pub preset: String,
}

/// How rows are read and judged.
#[derive(Debug, ClapArgs)]
pub struct JudgingArgs {
    /// A file with the rewards to sum: TOML, or JSON if its name ends in .json.
    #[arg(long, value_name = "SPEC.toml", conflicts_with_all = ["reward", "policy", "set"])]
    pub rewards: Option<String>,
    /// One kind of reward; `auto` selects by the row: code for tests, math for an answer.
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub reward: String,
    #[command(flatten)]
    pub options: OptionArgs,
    /// Read a field from another column, for example completion=output.text, or completion=outputs[].text for the texts of
    /// all items of a list; may be given several times.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// The number of threads, from 1 to 256; default: one per core.
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// Exit code: 0 success, 1 below --fail-under, 2 wrong usage or an error of input or output, 128 plus the number of the
/// signal that ended the command. If the reader of `-o -` closes the pipe early, the run ends with 0; with
/// --fail-under, all rows are still judged and the threshold decides. If standard output is already closed at the
/// start, the exit code is 2 without --fail-under.
#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The file for the result rows; `-` is standard output. The file appears only when it is complete, and has the
    /// mode of the file that it replaces. It must not be one of the inputs.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: String,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Exit with 1 if a measure (correct, scored or reward) is below a number; may be given several times.
    #[arg(long, value_name = "MEASURE=NUMBER")]
    pub fail_under: Vec<String>,
    /// Do not write OUT.meta.json (engine version, configuration and its hash, counts).
    #[arg(long)]
    pub no_meta: bool,
    /// Print no summary and no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Exit code: 0 success, 2 wrong usage or an error of input or output. The checks have this order: pass rate, verdict,
/// language, shape, rank, duplicates, cap, balance.
#[derive(Debug, ClapArgs)]
pub struct SelectArgs {
    /// The rows that were scored: files, folders, patterns or standard input, as for score.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The output of `verify score` for these rows.
    #[arg(long, value_name = "RESULTS.jsonl")]
    pub results: String,
    /// The file for the training rows; `-` is standard output.
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
    /// Keep traces with the same text as another kept trace.
    #[arg(long)]
    pub keep_duplicates: bool,
    /// Drop traces whose word 5-grams have at least this Jaccard similarity with those of a kept trace (for example
    /// 0.8).
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

/// Every row has a column that names its prompt template and a column that names its problem, which is the same under all
/// templates. Printed are the pass rate of every template with its 95 % interval, its difference from the baseline on the
/// same problems, and the spread between the best and the worst template. Exit code: 0 success, 2 wrong usage or an error
/// of input or output, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
pub struct TemplatesArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The column that names the prompt template. If it is given several times (--by template --by shots), each
    /// combination of values is compared.
    #[arg(long, value_name = "COLUMN", default_value = "template")]
    pub by: Vec<String>,
    /// The column that names the problem. Default: problem, or id if the first row has no problem.
    #[arg(long, value_name = "COLUMN")]
    pub problem: Option<String>,
    /// The template that the others are compared with. Default: the template of the first row.
    #[arg(long, value_name = "TEMPLATE")]
    pub baseline: Option<String>,
    /// Compare the other templates with each other, too.
    #[arg(long)]
    pub all_pairs: bool,
    /// The output of `verify score` for these rows; nothing is judged again.
    #[arg(long, value_name = "RESULTS.jsonl", conflicts_with_all = ["scored", "rewards", "reward", "policy", "set", "jobs"])]
    pub results: Option<String>,
    /// The rows have their verdict (or a list of verdicts) in the column `verdict`; nothing is judged again.
    #[arg(long, conflicts_with_all = ["rewards", "reward", "policy", "set", "jobs"])]
    pub scored: bool,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// The number of resamples for the interval of the spread.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub resamples: u32,
    /// The seed of the resamples.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}
