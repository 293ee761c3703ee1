//! Measures the time of a unit of fuel, for the library functions that `benches/fuel_rates.tsv` lists:
//!
//! `cargo run --release --example fuel_rates [FILE] [NAME]`
//!
//! Each statement is run in a loop, with as many passes as take 60 ms of processor time. The time of the same program
//! with no pass is subtracted, and the shortest of three measurements counts. Prints nanoseconds for a thousand units
//! of fuel, in order, and the ratio of the largest to the smallest: of all, and without those that wait for memory.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::time::Duration;

use cpu_time::ThreadTime;
use r1rewards::code::{Code, CodeOptions, Limits};
use r1rewards::{Reward, Sample};
use serde_json::json;

/// A measurement takes at least this long.
const LONG_ENOUGH: Duration = Duration::from_millis(60);
const ROUNDS: usize = 3;
/// The fuel limit of a run; a statement that spends more than a quarter of it is measured with the passes it has.
const FUEL: u64 = 60_000_000_000;
/// What they read does not fit into a cache; the meter charges every load the same.
const WAIT_FOR_MEMORY: [&str; 2] = ["dict of 300000 random keys", "list of lists random walk"];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "benches/fuel_rates.tsv".to_owned());
    let wanted = arguments.next().unwrap_or_default();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && line.contains(&wanted));
    let mut rates: Vec<(f64, &str)> = lines
        .map(|line| {
            let mut columns = line.split('\t');
            let [name, setup, statement] =
                std::array::from_fn(|_| columns.next().unwrap_or_else(|| panic!("three columns: {line:?}")));
            (rate(name, &unescaped(setup), &unescaped(statement)), name)
        })
        .collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(median) = rates.get(rates.len() / 2).map(|(rate, _)| *rate) else { return };
    println!("ns for 1,000 units   of the median   what");
    for (rate, name) in &rates {
        println!("{rate:18.1}   {:13.2}   {name}", rate / median);
    }
    let all = rates.iter().map(|(rate, _)| *rate).collect::<Vec<_>>();
    let others = rates.iter().filter(|(_, name)| !WAIT_FOR_MEMORY.contains(name)).map(|(rate, _)| *rate).collect::<Vec<_>>();
    println!("{} lines, max/min {:.1}", all.len(), spread(&all));
    let middle = &others[others.len() / 20..others.len() - others.len() / 20];
    println!(
        "{} without those that wait for memory: max/min {:.1}, the middle nine tenths {:.1}",
        others.len(),
        spread(&others),
        spread(middle)
    );
}

/// The last value by the first one.
fn spread(sorted: &[f64]) -> f64 {
    sorted.last().zip(sorted.first()).map_or(f64::NAN, |(last, first)| last / first)
}

/// Nanoseconds for a thousand units of fuel.
fn rate(name: &str, setup: &str, statement: &str) -> f64 {
    let program = |passes: u64| {
        let indented = |text: &str, by: &str| text.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
        format!(
            "def run(passes):\n{}    for _ in range(passes):\n{}run({passes})\n",
            indented(setup, "    "),
            indented(statement, "        ")
        )
    };
    let nothing = measure(name, &program(0));
    let mut passes = 1;
    loop {
        let (time, fuel) = measure(name, &program(passes));
        let (time, fuel) = (time.saturating_sub(nothing.0), fuel.saturating_sub(nothing.1));
        // The time of a long set-up varies by more than a short measurement.
        if time >= LONG_ENOUGH.max(nothing.0 / 2) || fuel > FUEL / 4 {
            return time.as_secs_f64() * 1e12 / fuel as f64;
        }
        let still = LONG_ENOUGH.max(nothing.0 / 2).as_secs_f64() * 1.2 / time.as_secs_f64().max(1e-6);
        passes = (passes as f64 * still.clamp(1.5, 100.0)) as u64 + 1;
    }
}

/// Time and fuel of a program that must pass.
fn measure(name: &str, program: &str) -> (Duration, u64) {
    let code = Code::new(CodeOptions { limits: Limits { fuel: FUEL, ..Limits::default() }, ..CodeOptions::default() });
    let mut sample = Sample::new(program);
    sample.tests = Some(json!({"kind": "stdio", "tests": [{"output": ""}]}).into());
    let runs = (0..ROUNDS).map(|_| {
        let started = ThreadTime::now();
        let outcome = code.score(&sample);
        assert!(outcome.is_correct(), "{name}: {outcome:?}\n{program}");
        (started.elapsed(), outcome.cost.work)
    });
    runs.min().unwrap_or_default()
}

/// `\n` is a line end, `\\` a backslash.
fn unescaped(text: &str) -> String {
    text.replace("\\\\", "\0").replace("\\n", "\n").replace('\0', "\\")
}
