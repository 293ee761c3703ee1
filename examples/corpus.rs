//! Runs the math verifier over a corpus of pairs: prints one JSON object for each row and a summary at the end.
//!
//! `cargo run --release --example corpus -- --jsonl FILE --policy strict [--field pred|response] [--disagreements]`
//!
//! A row that states the precision of its test (`precision`, or `float_rounding` in its `config`) is judged with it if
//! that is less than the policy's.
#![allow(clippy::print_stdout, reason = "a command")]

use r1rewards::math::{Extract, Math, Policy};
use serde_json::{Value, json};

use cpu_time::cpu_time;

#[path = "support/cpu_time.rs"]
mod cpu_time;

/// The id, the reference, the answer, the label and the precision of a row.
type Row = (String, String, String, Option<bool>, Option<u32>);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|place| arguments.get(place + 1)).cloned();
    let Some(path) = option("--jsonl") else {
        eprintln!("usage: corpus --jsonl FILE [--policy NAME] [--extract NAME] [--disagreements] [--passes N]");
        std::process::exit(2);
    };
    let mut policy = option("--policy").map_or_else(Policy::strict, |name| name.parse::<Policy>().expect("a policy name"));
    let extract = option("--extract").map(|name| name.parse::<Extract>().expect("a place to look"));
    let only_disagreements = arguments.iter().any(|a| a == "--disagreements");
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a JSON row")).collect();
    let rows: Vec<Row> = rows
        .iter()
        .filter_map(|row| {
            let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
            let id = row.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).unwrap_or_default();
            let answer = text("pred").or_else(|| text("response"))?;
            let expected = row
                .get("expected")
                .and_then(Value::as_bool)
                .or_else(|| text("expected_verdict").map(|verdict| verdict == "accept"));
            let precision = row["precision"].as_u64().or_else(|| row["config"]["verify"]["float_rounding"].as_u64());
            Some((id, text("gold")?, answer, expected, precision.and_then(|digits| u32::try_from(digits).ok())))
        })
        .collect();
    if let Some(extract) = extract {
        policy.extract = extract;
    }
    let math = Math::new(policy.clone());
    let (mut accepts, mut rejects, mut agree, mut labelled) = (0, 0, 0, 0);
    let mut times = Vec::new();
    for (id, gold, answer, expected, precision) in &rows {
        let decimals = precision.map_or(policy.decimals, |digits| digits.min(policy.decimals));
        let math = Math::new(Policy { decimals, ..policy.clone() });
        let start = cpu_time();
        let outcome = math.verify(std::slice::from_ref(gold), answer);
        let ns = u64::try_from((cpu_time() - start).as_nanos()).unwrap_or(u64::MAX);
        times.push(ns);
        let correct = outcome.is_correct();
        let mut agrees = true;
        if let Some(expected) = expected {
            labelled += 1;
            agrees = *expected == correct;
            agree += usize::from(agrees);
            accepts += usize::from(!agrees && correct);
            rejects += usize::from(!agrees && !correct);
        }
        if !only_disagreements || !agrees {
            let row = json!({"id": id, "verdict": outcome.verdict.code(), "reason": outcome.reason.code(), "rule": outcome.rule,
                "detail": outcome.detail, "extracted": outcome.extracted, "work": outcome.cost.work, "ns": ns, "expected": expected});
            println!("{row}");
            if only_disagreements {
                println!("    gold {:?}\n    pred {:?}", shorten(gold), shorten(answer));
            }
        }
    }
    let passes: u32 = option("--passes").and_then(|n| n.parse().ok()).unwrap_or(20);
    let start = cpu_time();
    for _ in 0..passes {
        for (_, gold, answer, ..) in &rows {
            std::hint::black_box(math.verify(std::slice::from_ref(gold), answer));
        }
    }
    let seconds = (cpu_time() - start).as_secs_f64();
    times.sort_unstable();
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
    println!(
        "{}",
        json!({"rows": rows.len(), "labelled": labelled, "agreement": f64::from(u32::try_from(agree).unwrap_or(0)) / f64::from(u32::try_from(labelled.max(1)).unwrap_or(1)),
            "wrong_accepts": accepts, "wrong_rejects": rejects,
            "pairs_per_cpu_second": (rows.len() as f64) * f64::from(passes) / seconds,
            "p50_ns": at(0.5), "p99_ns": at(0.99), "p999_ns": at(0.999), "max_ns": times.last()})
    );
}

fn shorten(text: &str) -> String {
    let tail: String = text.chars().rev().take(160).collect::<Vec<_>>().into_iter().rev().collect();
    if tail.len() < text.len() { format!("…{tail}") } else { tail }
}
