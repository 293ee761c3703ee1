//! `verify select`.

use std::io::Write as _;
use std::sync::Arc;

use crate::rows::run::{Place, RunSummary, keep_apart};
use crate::rows::{Fields, Output, Row, RowDigests, Source, Unreadable, Writes, check_output_name};
use crate::select::{Candidate, Duplicates, RejectReason, SelectOptions, SelectionSummary, SftForm, rejected_row, select, sft_row};
use crate::text::{Language, LanguageOptions, Target};
use crate::{RowFields, Sample};
use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::args::SelectArgs;
use super::codes::FINE;
use super::judging::{fields, no_row_read, read_as, warn};
use super::results::{Results, Wanted};
use super::shown::{say, short};

pub(super) fn run(args: &SelectArgs) -> anyhow::Result<u8> {
    let options = options(args)?;
    let form = args.form.parse::<SftForm>()?;
    let fields = read_as(fields(&args.map)?, &args.reading)?;
    let written: Vec<&str> = [Some(&*args.output), args.rejected.as_deref()].into_iter().flatten().collect();
    let sources = Source::all(&args.input)?;
    let read = [Source::all([&args.results])?, sources.clone()].concat();
    keep_apart(&read, &written)?;
    written.iter().try_for_each(|output| check_output_name(output, Writes::Rows))?;
    let mut results = Results::read(&args.results)?;
    let fields = results.columns_of(fields);
    let taken: &[&str] = match form {
        SftForm::PromptCompletion => &["id", "prompt", "completion"],
        SftForm::Messages => &["id", "messages"],
    };
    let mut rows = Traces { keeps_bad: args.rejected.is_some(), ..Traces::default() };
    let seen = rows.read(&sources, &fields, taken, &mut results)?;
    if rows.candidates.is_empty() && rows.unreadable > 0 {
        bail!("{}", no_row_read(&seen));
    }
    warn(&seen);
    let mut selection = select(&rows.candidates, &options)?;
    selection.summary.candidates += rows.unreadable;
    if rows.unreadable > 0 {
        selection.summary.rejected.insert(RejectReason::BadRow.code(), rows.unreadable);
    }

    let mut kept = Output::open(&args.output)?;
    let mut rejected = args.rejected.as_deref().map(Output::open).transpose()?;
    let mut bad = rows.bad.iter().peekable();
    let failed = || format!("cannot write {}", args.rejected.as_deref().unwrap_or_default());
    for (place, ((candidate, others), fate)) in rows.candidates.iter().zip(&rows.others).zip(&selection.candidates).enumerate() {
        while let (Some(one), Some(rejected)) = (bad.next_if(|one| one.before <= place), &mut rejected) {
            writeln!(rejected, "{}", one.row()).with_context(failed)?;
        }
        if fate.rejection.is_none() {
            let row = with_others(&sft_row(&candidate.sample, form), others);
            writeln!(kept, "{row}").with_context(|| format!("cannot write {}", args.output))?;
        } else if let Some(rejected) = &mut rejected {
            writeln!(rejected, "{}", rejected_row(&candidate.sample, fate)).with_context(failed)?;
        }
    }
    if let Some(rejected) = &mut rejected {
        bad.try_for_each(|one| writeln!(rejected, "{}", one.row())).with_context(failed)?;
    }
    kept.commit()?;
    rejected.map(Output::commit).transpose()?;
    if !args.quiet {
        say(table(&selection.summary, &rows));
    }
    Ok(FINE)
}

fn options(args: &SelectArgs) -> anyhow::Result<SelectOptions> {
    let target = match (&args.language, args.script.as_slice()) {
        (Some(language), _) => Some(Target::language(language)?),
        (None, []) => None,
        (None, scripts) => Some(Target::scripts(scripts)?),
    };
    let language =
        target.map(|target| Language::new(LanguageOptions { min_share: Some(args.min_share), ..LanguageOptions::new(target) }));
    let options = SelectOptions {
        pass_rate: (args.min_pass_rate, args.max_pass_rate),
        language: language.transpose()?,
        max_paragraph: args.max_paragraph,
        min_distinct: args.min_distinct,
        ngram_size: args.ngram_size,
        drop_code_blocks: args.drop_code_blocks,
        rank: args.rank.parse()?,
        per_prompt: args.per_prompt,
        duplicates: if args.keep_duplicates { Duplicates::Keep } else { args.duplicates.parse()? },
        near_duplicate: args.near_duplicate,
        bands: args.bands,
        per_band: args.per_band,
        seed: args.seed,
    };
    options.check()?;
    Ok(options)
}

/// What was read.
#[derive(Default)]
struct Traces {
    candidates: Vec<Candidate>,
    /// The other columns of each candidate's row, as the text of members of an object.
    others: Vec<Arc<str>>,
    /// The number of rows and completions that cannot be read.
    unreadable: usize,
    /// These, if they are to be written.
    bad: Vec<Bad>,
    keeps_bad: bool,
    /// What is wrong with the first of them, and where.
    first_bad: Option<String>,
    /// The number of columns that are not JSON, and the name of the first.
    broken: usize,
    first_broken: Option<String>,
}

/// A row or a completion that cannot be read.
struct Bad {
    /// The number of candidates before it.
    before: usize,
    id: Value,
    /// What is wrong, and where.
    problem: String,
}

impl Bad {
    fn row(&self) -> Value {
        json!({ "id": self.id, "rejected": RejectReason::BadRow.code(), "pass_rate": null, "completion": null, "detail": self.problem })
    }
}

impl Traces {
    /// Adds the samples of the sources with their outcomes.
    fn read(&mut self, sources: &[Source], fields: &Fields, taken: &[&str], results: &mut Results) -> anyhow::Result<RunSummary> {
        let mut seen = RunSummary::default().expecting(fields);
        for source in sources {
            let name = source.to_string();
            let (records, fields) = source.rows(fields, &Arc::default())?;
            let before = seen.rows;
            for line in records {
                let line = line?;
                seen.rows += 1;
                let place = Place { source: &name, line: line.number, unit: line.unit };
                match line.text {
                    Ok(text) => {
                        let row = fields.read(text, seen.rows);
                        seen.see_unjudged(place, &row);
                        self.add(row, place, taken, results)?;
                        self.first_bad.iter().for_each(|problem| seen.see_problem(problem));
                    }
                    Err(problem) => {
                        seen.see_problem(&format!("{place}: {problem}"));
                        self.see_bad(seen.rows.into(), place, &problem);
                    }
                }
            }
            seen.see_source(&name, seen.rows - before);
        }
        seen.check_completions(fields)?;
        Ok(seen)
    }

    /// Adds the samples of a row.
    fn add(&mut self, row: Row, place: Place<'_>, taken: &[&str], results: &mut Results) -> anyhow::Result<()> {
        let (id, own_id) = (row.id().clone(), row.has_id());
        let RowDigests { each: digests, named, .. } = row.digests();
        let (others, broken) = row.other_columns(taken);
        let samples = match row.into_samples() {
            Ok(samples) => samples,
            Err(problem) => {
                self.see_bad(id, place, &problem.to_string());
                return Ok(());
            }
        };
        self.broken += broken.len();
        self.first_broken = self.first_broken.take().or_else(|| broken.into_iter().next());
        let others: Arc<str> = others.into();
        for (sample, hash) in samples.zip(digests) {
            let sample = match sample {
                Ok(sample) => sample,
                Err(Unreadable { id, problem }) => {
                    self.see_bad(id, place, &problem);
                    continue;
                }
            };
            let outcome = results.need(&Wanted { place, id: &sample.id, own_id, hash, named })?.outcome;
            let others = if outcome.is_correct() { Arc::clone(&others) } else { Arc::default() };
            // The selection does not read the other fields; drop them, because they hold the text of the whole line.
            self.candidates.push(Candidate { sample: Sample { fields: RowFields::default(), ..sample }, outcome });
            self.others.push(others);
        }
        Ok(())
    }

    fn see_bad(&mut self, id: Value, place: Place<'_>, problem: &str) {
        self.unreadable += 1;
        self.first_bad.get_or_insert_with(|| format!("{place}: {problem}"));
        if self.keeps_bad {
            self.bad.push(Bad { before: self.candidates.len(), id, problem: format!("{place}: {problem}") });
        }
    }
}

/// The text of a row with more columns.
fn with_others(row: &Value, others: &str) -> String {
    let mut text = row.to_string();
    if !others.is_empty() {
        text.pop();
        text += &format!(",{others}}}");
    }
    text
}

fn table(summary: &SelectionSummary, rows: &Traces) -> String {
    let mut text = format!(
        "kept {} of {} traces, {} of {} prompts\n",
        summary.kept, summary.candidates, summary.prompts_kept, summary.prompts
    );
    for (reason, count) in &summary.rejected {
        text += &format!("  rejected {count:>8}  {reason}\n");
    }
    if let Some(first) = &rows.first_bad {
        text += &format!("    the first row that cannot be read: {first}\n");
    }
    if let Some(first) = &rows.first_broken {
        text += &format!("  left out {:>8}  columns that are not JSON (`{}` first)\n", rows.broken, short(first));
    }
    let bands: Vec<String> = summary.bands.iter().map(ToString::to_string).collect();
    text + &format!("  prompts by pass rate, hardest first: {}\n", bands.join(" "))
}
