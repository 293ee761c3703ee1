//! `verify serve`.

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use super::args::ServeArgs;
use super::codes::{FINE, MISSED};
use super::shown::say;
use crate::RewardSpec;
use crate::serve::{Config, Limits, Server, Stopped};
use crate::spec::ComponentSpec;

/// The file of `--config`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    listen: Option<String>,
    rewards: Option<String>,
    map: Vec<String>,
    jobs: Option<std::num::NonZeroUsize>,
    token_file: Option<String>,
    limits: Limits,
}

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<u8> {
    let config = config(args)?;
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_target(false).init();
    let listening = super::signals::Stop::listen().context("cannot listen for signals")?;
    let server = Server::start(config)?;
    say(format_args!("verify: listening on http://{}\n", server.address()));
    let name = listening.wait();
    say(format_args!("verify: {name}: no more requests are taken\n"));
    Ok(match server.stop() {
        Stopped::Whole => FINE,
        Stopped::Cut => {
            say("verify: requests were still being answered when the time was over (limits.stop_seconds)\n");
            MISSED
        }
    })
}

fn config(args: &ServeArgs) -> anyhow::Result<Config> {
    let file = match &args.config {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
            toml::from_str(&text).with_context(|| path.clone())?
        }
        None => File::default(),
    };
    let default = Config::default();
    let listen = file.listen.as_deref().map(crate::serve::address).transpose();
    let listen = listen.with_context(|| args.config.clone().unwrap_or_default())?;
    let jobs = args.jobs.or(file.jobs).map_or(default.jobs, std::num::NonZeroUsize::get);
    ensure!(jobs <= 256, "--jobs {jobs}: give at most 256");
    Ok(Config {
        listen: args.listen.or(listen).unwrap_or(default.listen),
        spec: spec(args, file.rewards.as_deref())?,
        map: if args.map.is_empty() { file.map } else { args.map.clone() },
        token: args.token_file.as_ref().or(file.token_file.as_ref()).map(|path| token(path)).transpose()?,
        jobs,
        limits: file.limits,
    })
}

fn spec(args: &ServeArgs, of_file: Option<&str>) -> anyhow::Result<RewardSpec> {
    let options = super::math::options(&args.options)?;
    if args.reward.is_some() || !options.is_empty() {
        let kind = args.reward.as_deref().unwrap_or("auto");
        return Ok(RewardSpec { components: vec![ComponentSpec { options, ..ComponentSpec::new(kind) }] });
    }
    args.rewards.as_deref().or(of_file).map_or_else(|| Ok(RewardSpec::kind("auto")), super::judging::spec_file)
}

fn token(path: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let token = text.trim();
    if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("{path}: a token has at least 16 printable ASCII characters and no blanks, for example from `openssl rand -hex 32`");
    }
    Ok(token.to_owned())
}
