//! Writes a report of everything that a report can show: two policies of the math verifier on the same rows, a finding
//! with examples, a table and a chart.
//!
//! `cargo run --example report -- report.html`, then open the file. `verify report` writes such pages for rows and their
//! results.
#![allow(clippy::print_stdout, reason = "a command")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use r1rewards::math::Math;
use r1rewards::report::{Chart, Example, Finding, Report, Row, Severity, Table};
use r1rewards::rows::run::Place;
use r1rewards::rows::{Fields, Unit};
use r1rewards::{Reward as _, engine_version};

const ROWS: &str = include_str!("responses.jsonl");
const FILE: &str = "examples/responses.jsonl";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: report REPORT.html")?;
    let (strict, lenient) = (Math::strict(), Math::lenient());
    let mut report = Report::new("strict against lenient");
    report.sides("strict", "lenient").summary("engine", engine_version());
    let mut prompts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    let mut differing = Vec::new();
    for (number, line) in (1..).zip(ROWS.lines()) {
        for sample in Fields::default().read(line, number).into_samples()? {
            let sample = sample?;
            let (one, other) = (strict.score(&sample), lenient.score(&sample));
            let counts = prompts.entry(sample.id.as_str().unwrap_or_default().split('-').next().unwrap_or_default().to_owned());
            counts.or_default()[usize::from(!one.is_correct())] += 1;
            if one.verdict != other.verdict {
                differing.push(Example {
                    file: FILE.to_owned(),
                    line: number,
                    unit: Unit::Line,
                    id: sample.id.as_str().unwrap_or_default().to_owned(),
                    text: format!("strict: {}\nlenient: {}", one.reason.describe(), other.reason.describe()),
                });
            }
            report.row(&Row::new(Place::line(FILE, number), &sample).judged(&one).against(&other));
        }
    }
    let title = "The two policies give different verdicts";
    let finding = Finding::new("verdict_differs", Severity::Warning, title, differing.len() as u64)
        .about("The lenient policy accepts answers that the strict one refuses.");
    report.finding(differing.into_iter().fold(finding, Finding::example));
    let (mut table, mut chart) = (Table::new("Problems", ["problem", "correct", "others"]), None);
    for (prompt, [correct, others]) in prompts {
        let bars = chart.unwrap_or_else(|| Chart::new("Problems", "problem", ["correct", "incorrect"]));
        chart = Some(bars.bar(prompt.clone(), [correct, others]));
        table = table.row([prompt, correct.to_string(), others.to_string()]);
    }
    report.table(table);
    report.chart(chart.ok_or("no rows")?);
    let mut file = BufWriter::new(File::create(&path)?);
    report.write_to(&mut file)?;
    file.flush()?;
    println!("{path}");
    Ok(())
}
