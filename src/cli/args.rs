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
    /// Find what is wrong with a data set: its references, copies, leaks, tests, and with completions its pass rates.
    Audit(AuditArgs),
    /// Judge the same samples in two ways (policies, specs, result files, other graders) and show where they disagree.
    Compare(CompareArgs),
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

/// Exit code: 0 equal, 1 different, 2 wrong usage or a gold answer that cannot be read.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify math '1/2' 'so \\boxed{0.5}'")]
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
#[command(after_help = "Example: verify run program.py --tests tests.json")]
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
#[command(after_help = "Example: verify explain hedged")]
pub struct ExplainArgs {
    /// The name, as in results and specs; without a name, all names are listed.
    pub name: Option<String>,
}

/// Exit code: 0 success, 2 unknown kind.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify kinds language")]
pub struct KindsArgs {
    /// The kind; without it, all kinds are listed.
    pub kind: Option<String>,
}

/// Options of a reward.
#[derive(Debug, ClapArgs)]
pub struct OptionArgs {
    /// The math policy: strict, lenient, science, math_verify or hendrycks.
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
    /// auto, it is the one whose columns most of the first rows of a source have, except for rows in our own form (a
    /// completion with an answer, tests or a reward). The summary names it.
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

/// Exit code: 0 success (also if the input has no rows), 1 below --fail-under or a verdict other than in --baseline, 2
/// wrong usage, an error of input or output, no row that can be read, or faults of this program in all rows, 128 plus
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

/// Every finding has a code, which `verify explain CODE` explains. Exit code: 0 success, 1 with --fail-on if there is such a finding, 2 wrong usage or an error of input or
/// output, 128 plus the number of the signal that ended the command.
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

/// One row for each prompt, in the order of the first rows: its id, prompt and reference, the number of completions, scored
/// ones and correct ones, pass@1 with its 95 % interval, the majority answer and its share, whether it agrees with the
/// reference, and the other columns of the prompt's first row. Exit code: 0 success, 2 wrong usage or an error of input or
/// output, 128 plus the number of the signal that ended the command.
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

/// A side is a math policy (strict, lenient, ...), a kind of reward, a spec (.toml, .json), a result file of `verify score`, or a command that
/// reads one sample a line as JSON (id, prompt, completion, answer, tests) and writes one verdict a line (true, false, null,
/// a number, or an object with `correct`). Exit code: 0 success, 1 with --fail-on-difference if a verdict differs, 2 wrong
/// usage or an error of input or output, 128 plus the number of the signal that ended the command.
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

/// Exit code: 0 success, 2 wrong usage or an error of input or output. The checks have this order: pass rate, verdict,
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

/// Every row has a column that names its prompt template and a column that names its problem, which is the same under all
/// templates. Printed are the pass rate of every template with its 95 % interval, its difference from the baseline on the
/// same problems, and the spread between the best and the worst template. Exit code: 0 success, 2 wrong usage or an error
/// of input or output, 128 plus the number of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify templates examples/templates.jsonl")]
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

/// The page is one file that loads nothing and opens from disk. Exit code: 0 success, 2 wrong usage or an error of input or output, 128 plus the number of the signal that ended the
/// command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify report rows.jsonl --results results.jsonl -o report.html")]
#[command(group(clap::ArgGroup::new("judged").required(true).args(["results", "scored"])))]
pub struct ReportArgs {
    /// Files (JSON Lines, a JSON list, CSV, TSV, Parquet, Arrow; also compressed with gzip or zstd), folders of such
    /// files, quoted patterns, or `-` for standard input.
    #[arg(required = true)]
    pub input: Vec<String>,
    /// The output of `verify score` for these rows.
    #[arg(long, value_name = "RESULTS.jsonl")]
    pub results: Option<String>,
    /// The rows have their judgement in the columns verdict, reward, reason, extracted, rule and detail (only verdict is
    /// needed).
    #[arg(long)]
    pub scored: bool,
    /// The file for the page; `-` is standard output.
    #[arg(short, long, value_name = "REPORT.html")]
    pub output: String,
    /// The title of the page. Default: the names of the inputs.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The column that rows are grouped by. Default: data_source, source, dataset or subset if the first row has one,
    /// otherwise the file.
    #[arg(long, value_name = "COLUMN")]
    pub source: Option<String>,
    /// The most characters of a prompt or a completion; of a longer one, the page shows the start, the end and what is
    /// around the extracted answer.
    #[arg(long, value_name = "N", default_value_t = 4000)]
    pub text_chars: usize,
    /// The most megabytes of the page. Where the rows are more, correct ones are drawn at random; the page says so.
    #[arg(long, value_name = "MB", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=2000))]
    pub max_mb: u64,
    /// The seed of this draw.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Read a field from another column, as for score.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Print no progress and no summary on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify completions bash > ~/.local/share/bash-completion/completions/verify")]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}
