//! The arguments of `verify report` and `verify templates`.

use clap::Args as ClapArgs;

use super::reading::{JudgingArgs, ReadingArgs};

/// The page is one file that loads nothing and opens from disk. Exit code: 0 success, 2 wrong usage, an error of input or output, or an input without rows, 128 plus the number of the signal that ended the
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

/// Every row has a column that names its prompt template and a column that names its problem, which is the same under all
/// templates. Printed are the pass rate of every template with its 95 % interval, its difference from the baseline on the
/// same problems, and the spread between the best and the worst template. Exit code: 0 success, 2 wrong usage, an error
/// of input or output, or an input without rows, 128 plus the number of the signal that ended the command.
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
