//! Trains a small transformer from scratch with verified rewards.
//!
//!     cargo run --release -p reasoner --features torch -- examples/reasoner/configs/r1_zero.toml

mod config;
mod folder;
mod model;
mod probe;
mod stages;
mod tasks;
mod tokenizer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, bail, ensure};
use clap::Parser;
use tch::{Cuda, Device, Kind};

use config::RunConfig;
use folder::Folder;
use stages::{Ended, Run};

/// Trains a small transformer from scratch with verified rewards.
#[derive(Debug, Parser)]
struct Args {
    /// The file that describes the run.
    config: PathBuf,
    /// The folder of the run; default: runs/NAME-SEED.
    #[arg(long)]
    out: Option<PathBuf>,
    /// The seed, in place of the file's.
    #[arg(long)]
    seed: Option<u64>,
    /// Continues the run in the folder.
    #[arg(long)]
    resume: bool,
    /// With --resume: the configuration may differ from that of the run in the folder.
    #[arg(long, requires = "resume")]
    changed: bool,
    /// Replaces a value of the file, for example stage.1.grpo.options.steps=20.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The device: cpu or cuda; default: cuda if there is one.
    #[arg(long)]
    device: Option<String>,
    /// The threads of the tensor library; default: its own choice.
    #[arg(long)]
    threads: Option<i32>,
    /// Stops after this many steps of all stages, as Ctrl-C does: with a checkpoint.
    #[arg(long, value_name = "STEPS")]
    stop_after: Option<u64>,
    /// Trains nothing: writes the report of the run in the folder as it is now, for example while the run goes on.
    #[arg(long)]
    report_only: bool,
    /// Prints only the path of the report.
    #[arg(long)]
    quiet: bool,
    /// Answers questions on standard input about a checkpoint, whose folder stands in place of the file.
    #[arg(long, hide = true)]
    probe: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(Ended::Complete) => ExitCode::SUCCESS,
        Ok(Ended::Stopped) => ExitCode::from(130),
        Err(error) => {
            eprintln!("reasoner: {error:#}");
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the path of the report is the result of the program")]
fn run(args: &Args) -> Result<Ended> {
    if let Some(threads) = args.threads {
        ensure!(threads > 0, "--threads {threads}: give at least 1");
        tch::set_num_threads(threads);
    }
    let device = match args.device.as_deref() {
        None => Device::cuda_if_available(),
        Some("cpu") => Device::Cpu,
        Some("cuda") if Cuda::is_available() => Device::Cuda(0),
        Some("cuda") => bail!("libtorch finds no CUDA GPU: leave out --device"),
        Some(other) => bail!("--device {other}: give cpu or cuda"),
    };
    if args.probe {
        probe::answer(&args.config, device)?;
        return Ok(Ended::Complete);
    }
    let mut config = RunConfig::read(&args.config, &args.set)?;
    config.seed = args.seed.unwrap_or(config.seed);
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("runs/{}-{}", config.name, config.seed)));
    if args.report_only {
        println!("{}", r1rewards::train::report::write_report(&path)?.display());
        return Ok(Ended::Complete);
    }
    let text = toml::to_string(&config)?;
    let folder = Folder::open(&path, args.resume)?;
    if args.resume && !args.changed && std::fs::read_to_string(folder.at("config.toml")).is_ok_and(|before| before != text) {
        bail!(
            "the configuration or the seed differs from {}: give the same, or --changed if the rest of the run is meant to differ",
            folder.at("config.toml").display()
        );
    }
    folder.write("config.toml", &text)?;
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second signal ends the program at once.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let mut run = Run::new(&config, folder, (Kind::Float, device), &stop, args.quiet)?;
    run.stop_after = args.stop_after;
    if !args.quiet {
        eprintln!(
            "{}: {} parameters on {device:?}, seed {}, folder {}",
            config.name,
            run.model.size(),
            config.seed,
            path.display()
        );
    }
    let parameters = run.model.size();
    let facts = |seconds: Option<f64>| {
        serde_json::json!({
            "name": config.name,
            "command": std::env::args().collect::<Vec<_>>().join(" "),
            "engine_version": r1rewards::engine_version(),
            "config_hash": r1rewards::config_hash(&serde_json::json!(config)),
            "seed": config.seed,
            "parameters": parameters,
            "device": format!("{device:?}"),
            "seconds": seconds,
        })
        .to_string()
    };
    run.folder.write("run.json", &facts(None))?;
    let ended = run.all()?;
    run.folder.write("run.json", &facts(Some(run.begun.elapsed().as_secs_f64())))?;
    let report = r1rewards::train::report::write_report(&path)?;
    if ended == Ended::Stopped {
        eprintln!("stopped; continue with --resume --out {}", path.display());
    }
    println!("{}", report.display());
    Ok(ended)
}
