//! The arguments of `verify redteam`.

use clap::Args as ClapArgs;

/// An attack is a completion that must be refused; each has a control of the same form that must be accepted. Exit code: 0 if
/// every attack is refused and every control accepted, 1 if an attack is let in, a control is not accepted, or the grader
/// hangs or crashes on a row, 2 wrong usage, an error of input or output, or a grader that does not work at all, 128 plus the number
/// of the signal that ended the command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify redteam --command 'python grader.py' --report redteam.html")]
pub struct RedteamArgs {
    /// The grader to attack: a command that reads one sample a line as JSON (id, prompt, completion, answer, tests) and writes
    /// one verdict a line, as for compare. Default: our own verifier.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["policy", "rewards"])]
    pub command: Option<String>,
    /// The math policy of our own verifier: strict, lenient, science, math_verify or hendrycks.
    #[arg(long, value_name = "POLICY", default_value = "strict", conflicts_with = "rewards")]
    pub policy: String,
    /// A file with the rewards to attack: TOML, or JSON if its name ends in .json.
    #[arg(long, alias = "spec", value_name = "SPEC.toml")]
    pub rewards: Option<String>,
    /// The attacks on this family of graders: math or code; may be given several times. Default: math.
    #[arg(long, value_name = "FAMILY")]
    pub family: Vec<String>,
    /// Only the attacks of this kind; may be given several times.
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// A documented convention of the grader: attacks that are right by it are left out. last_box: of several boxes that differ,
    /// the last one is the answer; box_first: a box is the answer, whatever the text behind it says; same_solutions: an equation
    /// or inequality with the solutions of the reference is right, solved or not; tolerance: a number within 1 % of the reference is
    /// right; none: nothing is left out. May be given several times. Default: those of the policy, none for --command and --rewards.
    #[arg(long, value_name = "NAME")]
    pub convention: Vec<String>,
    /// A folder with other attacks (FOLDER/math/KIND.toml, FOLDER/code/KIND.toml), instead of those that are built in.
    #[arg(long, value_name = "FOLDER")]
    pub attacks: Option<std::path::PathBuf>,
    /// How long a command may take for one row, in seconds; one that takes longer hangs, is ended and started again.
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub patience: std::num::NonZeroU64,
    /// The file for all rows with what the grader did, or with --list for the rows alone; `-` is standard output.
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: Option<String>,
    /// The file for a page with the counts and all rows.
    #[arg(long, value_name = "REPORT.html")]
    pub report: Option<String>,
    /// List the kinds of attacks and judge nothing.
    #[arg(long, conflicts_with_all = ["command", "rewards", "report", "json"])]
    pub list: bool,
    /// Print the counts as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print no progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}
