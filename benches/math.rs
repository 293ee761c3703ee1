//! Benchmarks of the math verifier: `cargo bench --bench math`. Measures pairs of the examples, pairs of a corpus where
//! one is available, and the parts that have time bounds.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use r1rewards::math::{Extract, Math, Policy};
use r1rewards::{Reward, Sample, Scorer};
use serde_json::Value;

fn rows(path: &Path) -> Vec<Value> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

/// Pairs of references and a bare answer.
fn pairs(rows: &[Value]) -> Vec<(Vec<String>, String)> {
    let pair = |row: &Value| Some((vec![row["gold"].as_str()?.to_owned()], row["pred"].as_str()?.to_owned()));
    rows.iter().filter_map(pair).collect()
}

fn examples(c: &mut Criterion) {
    let rows = rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/responses.jsonl"));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let samples: Vec<Sample> = rows
        .iter()
        .filter_map(|row| {
            let mut sample = Sample::new(text(&row["completion"])?);
            sample.answers = text(&row["answer"]).into_iter().collect::<Vec<_>>().into();
            Some(sample)
        })
        .collect();
    let mut group = c.benchmark_group("examples");
    group.throughput(Throughput::Elements(samples.len() as u64));
    let math = Math::strict();
    group.bench_function("score", |b| b.iter(|| samples.iter().filter(|sample| math.score(sample).is_correct()).count()));
    group.finish();
}

fn corpus(c: &mut Criterion) {
    let folder = std::env::var("R1REWARDS_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data").into());
    let pairs = pairs(&rows(&Path::new(&folder).join("math/mix.jsonl")));
    if pairs.is_empty() {
        eprintln!("mix: left out, no corpus (set R1REWARDS_DATA)");
        return;
    }
    let mut group = c.benchmark_group("mix");
    group.throughput(Throughput::Elements(pairs.len() as u64));
    let math = Math::new(Policy { extract: Extract::Whole, ..Policy::lenient() });
    group.bench_function("verify", |b| {
        b.iter(|| pairs.iter().filter(|(gold, answer)| math.verify(gold, answer).is_correct()).count())
    });
    // A batch of 1,312 rows is about what a trainer submits per step; one of 32,800 is a file. Both pools are created
    // before either is timed, because an allocator is faster in a process that has never had a second thread, and a
    // training process always has one.
    let pool = |threads| Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool"));
    let pools = [(1, pool(1)), (2, pool(2))];
    for copies in [2, 50] {
        let samples: Vec<Sample> = (0..copies)
            .flat_map(|_| &pairs)
            .map(|(gold, answer)| {
                let mut sample = Sample::new(answer.clone());
                sample.answers = gold.clone().into();
                sample
            })
            .collect();
        group.throughput(Throughput::Elements(samples.len() as u64));
        for (threads, pool) in &pools {
            let scorer = Scorer::builder().reward(math.clone()).pool(Arc::clone(pool)).build().expect("a scorer");
            let name = format!("scorer, {} rows, {threads} threads", samples.len());
            group.bench_function(name, |b| b.iter(|| scorer.score_batch(black_box(&samples))));
        }
    }
    group.finish();
}

fn parts(c: &mut Criterion) {
    let math = Math::strict();
    let filler = "We add 17 to both sides and simplify, so that $x + 17 = 42$ holds; then {we} divide. ".repeat(1_525);
    let cases = [
        ("box at the end", format!("{filler}\nThe answer is \\boxed{{42}}.")),
        ("phrase at the end", format!("{filler}\nThe final answer is 42.")),
        ("nothing marked", filler.clone()),
        ("behind a thinking block", format!("<think>{filler}</think>\n\\boxed{{42}}")),
    ];
    let mut group = c.benchmark_group("extraction from 128k characters");
    for (name, text) in &cases {
        assert!(text.len() >= 128_000, "{}", text.len());
        group.bench_function(*name, |b| b.iter(|| math.verify(black_box(&["42".to_owned()]), black_box(text))));
    }
    group.finish();

    let mut group = c.benchmark_group("parts");
    let samples: Vec<Sample> = (0..64)
        .map(|n| Sample::new(format!("\\boxed{{\\frac{{{n}}}{{7}} + \\sqrt{{{n}}}}}")).with_answer("\\frac{3}{7}+\\sqrt{3}"))
        .collect();
    let group_of: Vec<&Sample> = samples.iter().collect();
    group.bench_function("group of 64", |b| b.iter(|| math.score_group(black_box(&group_of))));
    let deep = format!("{}1{}", "\\frac{".repeat(120), "}{2}".repeat(120));
    group.bench_function("nested 120 deep", |b| {
        b.iter_batched(|| vec![deep.clone()], |gold| math.verify(&gold, &format!("\\boxed{{{deep}}}")), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, examples, corpus, parts);
criterion_main!(benches);
