//! Measures the time of the engine alone for the rows that `benches/compare_python.py` scores from Python.
//!
//! `cargo build --release --example batch`, then `batch ROWS.jsonl JOBS RUNS`. A row has `completion` and `answer`.
//! Each run prints the seconds of one `score_batch` call, in wall-clock time and in processor time of the process;
//! building the samples is not included. The last line has the nanoseconds of one `Math::verify` on ("42", "42").
#![allow(clippy::print_stdout, reason = "a command")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use r1rewards::math::Math;
use r1rewards::{Sample, Scorer};

/// Enough calls for a steady mean.
const CALLS: u32 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, jobs, runs] = arguments.as_slice() else { return Err("usage: batch ROWS.jsonl JOBS RUNS".into()) };
    let samples: Vec<Sample> = std::fs::read_to_string(path)?.lines().map(sample).collect::<Result<_, _>>()?;
    let scorer = Scorer::builder().reward(Math::strict()).jobs(jobs.parse()?).build()?;
    for _ in 0..runs.parse()? {
        let (clock, processors) = (Instant::now(), processor_time());
        let outcomes = scorer.score_batch(&samples);
        println!("{} {}", clock.elapsed().as_secs_f64(), (processor_time() - processors).as_secs_f64());
        drop(outcomes);
    }
    let (math, golds) = (Math::strict(), ["42".to_owned()]);
    let start = processor_time();
    for _ in 0..CALLS {
        black_box(math.verify(black_box(&golds), black_box("42")));
    }
    println!("{}", (processor_time() - start).as_nanos() / u128::from(CALLS));
    Ok(())
}

fn sample(line: &str) -> Result<Sample, Box<dyn std::error::Error>> {
    let row: serde_json::Value = serde_json::from_str(line)?;
    let text = |name: &str| row[name].as_str().ok_or_else(|| format!("a row without `{name}`: {line}"));
    Ok(Sample::new(text("completion")?).with_answer(text("answer")?))
}

/// Processor time of all threads: unlike wall-clock time it does not include the time of other programs.
fn processor_time() -> Duration {
    cpu_time::ProcessTime::now().as_duration()
}
