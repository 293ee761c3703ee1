//! The arguments of `verify serve`.

use clap::Args as ClapArgs;

use super::reading::OptionArgs;

/// Arguments of `verify serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: verify serve --listen 127.0.0.1:8000 --rewards rewards.toml\n\
    Then:    curl -s 127.0.0.1:8000/score -d '{\"rows\": [{\"completion\": \"\\\\boxed{42}\", \"answer\": \"42\"}]}'\n\
    Ctrl-C or SIGTERM: no more requests are taken, those that were are answered. Exit code 0 if all were, else 1.")]
pub struct ServeArgs {
    /// The address and port; port 0 is a free one, which is printed. Another address than this machine's needs a token.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = crate::serve::address)]
    pub listen: Option<std::net::SocketAddr>,
    /// A file with the rewards to sum: TOML, or JSON if its name ends in .json.
    #[arg(long, value_name = "SPEC.toml", conflicts_with_all = ["reward", "policy", "set"])]
    pub rewards: Option<String>,
    /// One kind of reward; `auto` (the default) selects by the row: code for tests, math for an answer.
    #[arg(long, value_name = "KIND")]
    pub reward: Option<String>,
    #[command(flatten)]
    pub options: OptionArgs,
    /// Read a field of rows from another column, for example answer=gold; may be given several times.
    #[arg(long, value_name = "FIELD=PATH")]
    pub map: Vec<String>,
    /// The number of threads that judge, from 1 to 256; default: one per core.
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// A file with the token that clients must send (`Authorization: Bearer TOKEN`).
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<String>,
    /// A file in TOML with listen, rewards, map, jobs, token_file and the table limits (docs/serve.md). Arguments come first.
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<String>,
}
