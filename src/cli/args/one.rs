//! The arguments of the commands about one answer, one program or one name.

use clap::Args as ClapArgs;
use clap_complete::Shell;

use super::reading::OptionArgs;

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

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify completions bash > ~/.local/share/bash-completion/completions/verify")]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}
