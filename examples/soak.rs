//! Judges the programs of `tests/cases/code` repeatedly, in threads and in worker processes, and prints whether memory
//! and descriptors stay constant.
//!
//! ```text
//! cargo run --release --example soak MINUTES
//! ```
//!
//! It prints one line per minute: programs judged, the resident memory of this process and of its workers, and open
//! descriptors. It ends with code 1 if an outcome differs from that of the first round. It is its own worker process.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "that is what it is for")]

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use r1rewards::code::{serve_worker, set_worker};
use r1rewards::{RewardSpec, Scorer};

#[path = "../tests/support/cases.rs"]
mod cases;
#[path = "../tests/support/code_cases.rs"]
mod code_cases;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("worker") {
        return serve_worker().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    set_worker([std::env::current_exe().expect("this program").into_os_string(), "worker".into()]);
    let Some(minutes) = argument.and_then(|text| text.parse::<u64>().ok()) else {
        eprintln!("usage: soak MINUTES");
        return ExitCode::from(2);
    };
    let samples: Vec<_> = cases::cases::<code_cases::Program>().iter().map(|placed| placed.case.sample()).collect();
    let scorers = ["thread", "process"].map(|isolation| {
        let spec = serde_json::json!({"kind": "code", "isolation": isolation});
        RewardSpec::from_value(&spec).and_then(|spec| Scorer::from_spec(&spec)).expect("a sound spec")
    });
    let begun = Instant::now();
    let (mut judged, mut shown) = (0, 0);
    let mut first: BTreeMap<usize, String> = BTreeMap::new();
    while begun.elapsed() < Duration::from_secs(60 * minutes) {
        for scorer in &scorers {
            for (place, outcome) in scorer.score_batch(&samples).into_iter().enumerate() {
                let text = serde_json::to_string(&outcome).expect("an outcome is JSON");
                if *first.entry(place).or_insert_with(|| text.clone()) != text {
                    eprintln!("sample {place}: {text}\nfirst: {}", first[&place]);
                    return ExitCode::FAILURE;
                }
            }
            judged += samples.len();
        }
        if begun.elapsed().as_secs() / 60 >= shown {
            shown += 1;
            let (own, workers) = resident();
            let descriptors = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
            println!(
                "{:>3} min  {judged:>8} programs  {own:>5} MB here  {workers:>5} MB in workers  {descriptors:>4} descriptors",
                begun.elapsed().as_secs() / 60
            );
        }
    }
    ExitCode::SUCCESS
}

/// Megabytes of resident memory of this process and of its children.
fn resident() -> (u64, u64) {
    let me = std::process::id();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = processes.filter_map(|entry| fs::read_to_string(entry.path().join("status")).ok());
    let field = |status: &str, name: &str| {
        status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    all.fold((0, 0), |(own, children), status| match (field(&status, "Pid:"), field(&status, "PPid:")) {
        (pid, _) if pid == u64::from(me) => (own + field(&status, "VmRSS:") / 1024, children),
        (_, parent) if parent == u64::from(me) => (own, children + field(&status, "VmRSS:") / 1024),
        _ => (own, children),
    })
}
