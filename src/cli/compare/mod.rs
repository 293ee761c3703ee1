//! `verify compare`.

mod side;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::json;

use self::side::Side;
use super::args::{CompareArgs, GroupBy};
use super::codes::{FINE, MISSED};
use super::judging::{fields, no_row_read, read_as, warn};
use super::progress::progress_bar;
use super::shown::{escaped, say, short, unread, write_json};
use crate::audit::{Comparison, Pair};
use crate::report::{Report, Row};
use crate::rows::run::{Batches, ReadSample, RunSummary, keep_apart};
use crate::rows::{Fields, Output, Source, Writes, check_output_name};
use crate::{Outcome, RewardSpec, Sample, Scorer, Verdict, engine_version};

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<u8> {
    let fields = read_as(fields(&args.map)?, &args.reading)?;
    let sources = Source::all(&args.input)?;
    let read: Vec<Source> =
        sources.iter().cloned().chain([&args.left, &args.right].into_iter().flat_map(|side| Side::files(side))).collect();
    keep_apart(&read, &args.output.iter().chain(&args.report).map(String::as_str).collect::<Vec<_>>())?;
    args.output.iter().try_for_each(|output| check_output_name(output, Writes::Rows))?;
    args.report.iter().try_for_each(|page| check_output_name(page, Writes::Page))?;
    let jobs = args.jobs.map(NonZeroUsize::get);
    let side = |side: &str| Side::named(side, jobs, Duration::from_secs(args.patience.get()));
    let mut sides = [side(&args.left).context("--left")?, side(&args.right).context("--right")?];
    let fields = sides.iter_mut().fold(fields, |fields, side| side.columns_of(fields));
    sides.iter_mut().for_each(|side| side.see(&fields));
    let whole_groups = sides.iter().any(Side::needs_whole_groups);
    let mut seen = RunSummary::default().expecting(&fields);
    sides.iter().filter_map(Side::scorer).for_each(|scorer| seen.expect_columns_of(scorer));
    let batches = Batches::new(whole_groups, seen);
    // The threads that find the groups.
    let sorter = Scorer::builder().spec(&RewardSpec::kind("auto"))?.jobs(jobs.unwrap_or(1)).build()?;
    let batches = match args.group_by.filter(|_| whole_groups) {
        Some(GroupBy::Prompt) => batches.gather(std::env::temp_dir(), &sorter),
        None => batches,
    };
    let mut compared = Compared {
        batches,
        sides,
        judged: [RunSummary::default(), RunSummary::default()],
        comparison: Comparison::new(args.examples),
        output: args.output.as_deref().map(Output::open).transpose()?,
        page: args.report.as_ref().map(|_| page(args)),
        references: BTreeMap::new(),
        unreadable: 0,
    };
    let bar = progress_bar(args.quiet, &sources);
    let done = compared.all(&sources, &fields, |bytes, pairs| {
        bar.set_position(bytes);
        bar.set_message(format!("{pairs} samples"));
    });
    bar.finish_and_clear();
    done?;
    let Compared { batches: Batches { seen, .. }, sides, judged, comparison, output, page, references, unreadable } = compared;
    let checked = seen.check_completions(&fields);
    if seen.rows > 0 && comparison.pairs() == 0 {
        checked.context("no row could be read")?
    } else {
        checked?
    }
    let first = seen.first_problem();
    if comparison.pairs() == 0 {
        bail!("{}", no_row_read(&seen));
    }
    for (judged, (option, side)) in judged.iter().zip([("--left", &args.left), ("--right", &args.right)]) {
        judged.check_faults().with_context(|| format!("{option} {side}"))?;
        seen.check_references(judged, &fields).with_context(|| format!("{option} {side}"))?;
    }
    warn(&seen);
    output.map(Output::commit).transpose()?;
    if let (Some(page), Some(path)) = (page, &args.report) {
        let mut output = Output::open(path)?;
        let written = page.write_to(&mut output).and_then(|left| output.flush().map(|()| left));
        written.with_context(|| format!("cannot write {path}"))?;
        output.commit()?;
    }
    let mut stdout = std::io::stdout().lock();
    let written = if args.json {
        let mut value = comparison.to_value();
        value["left"] = json!(args.left);
        value["right"] = json!(args.right);
        value["unreadable"] = json!(unreadable);
        if unreadable > 0 {
            value["first_unreadable"] = json!(first);
        }
        write_json(&mut stdout, &value)
    } else {
        write!(stdout, "{}", text(args, &comparison, &references, (unreadable, first)))
    };
    unread(written.and_then(|()| stdout.flush())).context("cannot write standard output")?;
    for side in &sides {
        if let Some(note) = side.left_over() {
            say(format_args!("verify: {note}\n"));
        }
    }
    let differ = comparison.agreeing() < comparison.pairs();
    Ok(if args.fail_on_difference && differ { MISSED } else { FINE })
}

/// A comparison in progress.
struct Compared<'a> {
    batches: Batches<'a>,
    sides: [Side; 2],
    /// The outcomes of each side that is a scorer.
    judged: [RunSummary; 2],
    comparison: Comparison,
    output: Option<Output>,
    /// The page with all pairs, if one is asked for.
    page: Option<Report>,
    references: References,
    unreadable: u64,
}

/// The references of the examples that the text shows, in order, by the reasons of both sides.
type References = BTreeMap<(String, String), Vec<String>>;

/// The most examples of a disagreement that the text shows.
const SHOWN: usize = 3;

impl Compared<'_> {
    fn all(&mut self, sources: &[Source], fields: &Fields, mut progress: impl FnMut(u64, u64)) -> anyhow::Result<()> {
        let (bytes, mut number) = (Arc::new(AtomicU64::new(0)), 0);
        for source in sources {
            let name: Arc<str> = source.to_string().into();
            let (records, fields) = source.rows(fields, &bytes)?;
            let before = number;
            for line in records {
                number += 1;
                let batch = self.batches.push(&name, &fields, line?, number)?;
                if !batch.is_empty() {
                    self.judge(batch, false)?;
                    progress(bytes.load(Ordering::Relaxed), self.comparison.pairs());
                }
            }
            self.batches.seen.see_source(&name, number - before);
        }
        while let Some(batch) = self.batches.gathered()? {
            self.judge(batch, false)?;
            progress(bytes.load(Ordering::Relaxed), self.comparison.pairs());
        }
        let batch = self.batches.finish()?;
        self.judge(batch, true)
    }

    /// Judges samples by both sides; no more follow the `last`.
    fn judge(&mut self, batch: Vec<ReadSample>, last: bool) -> anyhow::Result<()> {
        let (mut samples, mut spots) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
        for (spot, sample) in batch {
            match sample {
                Ok(sample) => {
                    samples.push(sample);
                    spots.push(spot);
                }
                Err(_) => self.unreadable += 1,
            }
        }
        let [left, right] = &mut self.sides;
        let (of_left, of_right) = (left.judge(&samples, &spots, last)?, right.judge(&samples, &spots, last)?);
        for (((sample, spot), left), right) in samples.iter().zip(&spots).zip(&of_left).zip(&of_right) {
            let pair = Pair { place: spot.place(), id: &sample.id, left, right };
            for ((judged, side), outcome) in self.judged.iter_mut().zip(&self.sides).zip([left, right]) {
                if side.scorer().is_some() {
                    judged.see_outcome(&pair.place, None, outcome);
                }
            }
            if self.comparison.add(pair) {
                self.write(sample, pair)?;
                self.refer(sample, pair);
            }
            self.show(sample, pair);
        }
        Ok(())
    }

    /// Keeps the reference of an example that the text will show.
    fn refer(&mut self, sample: &Sample, pair: Pair<'_>) {
        let name = |outcome: &Outcome| format!("{}/{}", outcome.verdict.code(), outcome.reason.code());
        let known = self.references.entry((name(pair.left), name(pair.right))).or_default();
        if known.len() < SHOWN {
            known.push(sample.answers().join(" or "));
        }
    }

    /// Shows a pair on the page, with both explanations if they disagree.
    fn show(&mut self, sample: &Sample, pair: Pair<'_>) {
        let Some(page) = &mut self.page else { return };
        let mut row = Row::new(pair.place, sample).judged(pair.left).against(pair.right);
        if row.disagrees() {
            for (side, name) in self.sides.iter().zip(["left", "right"]) {
                if let Some(explanation) = side.explained(sample) {
                    row = row.note(format!("{name} side"), explanation);
                }
            }
        }
        page.row(&row);
    }

    /// Writes a disagreement.
    fn write(&mut self, sample: &Sample, pair: Pair<'_>) -> anyhow::Result<()> {
        let Some(output) = &mut self.output else { return Ok(()) };
        let side = |side: &Side, outcome: &Outcome| json!({ "outcome": outcome, "explanation": side.explain(sample) });
        let row = json!({
            "source": pair.place.source,
            "line": pair.place.line,
            "unit": pair.place.unit,
            "id": pair.id,
            "prompt": sample.prompt.as_deref(),
            "answer": sample.answers(),
            "completion": sample.completion,
            "left": side(&self.sides[0], pair.left),
            "right": side(&self.sides[1], pair.right),
        });
        Ok(writeln!(output, "{row}")?)
    }
}

/// The page of a comparison, without its rows.
fn page(args: &CompareArgs) -> Report {
    let mut page = Report::new(format!("{} against {}", args.left, args.right));
    page.summary("engine", engine_version()).summary("input", args.input.join(", ")).sides(&args.left, &args.right);
    page
}

/// The report for a terminal.
fn text(args: &CompareArgs, comparison: &Comparison, references: &References, unreadable: (u64, Option<&str>)) -> String {
    /// The most kinds of disagreement that are shown.
    const MOST: usize = 20;
    let mut text = format!("{:<24}", format!("{} \\ {}", short(&args.left), short(&args.right)));
    for right in Verdict::ALL {
        let _ = write!(text, "{:>12}", right.code());
    }
    text.push('\n');
    for left in Verdict::ALL {
        let _ = write!(text, "{:<24}", left.code());
        for right in Verdict::ALL {
            let _ = write!(text, "{:>12}", comparison.count(*left, *right));
        }
        text.push('\n');
    }
    let (agreeing, pairs) = (comparison.agreeing(), comparison.pairs());
    let _ = write!(text, "\nagree on {agreeing} of {pairs} samples");
    if let Some(kappa) = comparison.kappa() {
        let _ = write!(text, ", kappa {kappa:.3}");
    }
    text.push('\n');
    if unreadable.0 > 0 {
        let first = escaped(unreadable.1.unwrap_or("unknown"));
        let _ = writeln!(text, "skipped {} rows or completions that cannot be read\n  the first: {first}", unreadable.0);
    }
    let groups = comparison.disagreements();
    for group in groups.iter().take(MOST) {
        let _ = writeln!(text, "\n{:>8}  {} against {}", group.count, group.left, group.right);
        let references = references.get(&(group.left.clone(), group.right.clone())).map_or(&[][..], Vec::as_slice);
        for (place, example) in group.examples.iter().take(SHOWN).enumerate() {
            let side = |outcome: &Outcome| {
                let said = outcome.extracted.as_deref().or(outcome.detail.as_deref()).unwrap_or("-");
                short(&escaped(said)).to_owned()
            };
            let reference = references.get(place).filter(|reference| !reference.is_empty());
            let reference = reference.map_or_else(String::new, |reference| format!(" (reference {})", short(&escaped(reference))));
            let _ = writeln!(
                text,
                "          {}{}{} {} against {}{reference}",
                example.source,
                example.unit.separator(),
                example.line,
                side(&example.left),
                side(&example.right)
            );
        }
    }
    if groups.len() > MOST {
        let _ = writeln!(text, "\n... and {} more kinds of disagreement", groups.len() - MOST);
    }
    text
}
