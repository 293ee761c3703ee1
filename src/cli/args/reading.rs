//! The arguments that several commands share: how inputs are read and how rows are judged.

use clap::Args as ClapArgs;

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
    /// Read the columns of a known data set: livecodebench, leetcode, humaneval, kodcode, mbpp, code_contests, apps, taco, verl,
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
