//! The audit itself: sees every row and outcome, keeps counts, hashes and examples.

use serde_json::Value;

use super::completion::{self, Judges};
use super::contamination::Contamination;
use super::finding::{Finding, FindingCode};
use super::gold;
use super::log::{Found, Log};
use super::measures::Measures;
use super::prompt;
use super::prompts::{Again, Prompts, Spot};
use super::rates::Rates;
use super::tables::Table;
use super::words;
#[cfg(feature = "code")]
use super::{code_tests, solutions};
#[cfg(feature = "code")]
use crate::code::{Code, Reader};
use crate::math::{Gold, Math, Policy};
use crate::report::Severity;
use crate::rows::Row;
use crate::rows::run::{Judged, Place, Watch};
use crate::select::NearDuplicates;
use crate::{Outcome, Reason, Result, Sample, Verdict};

/// Columns that name where a row comes from; the first that a row has counts.
pub(crate) const SOURCES: [&str; 4] = ["data_source", "source", "dataset", "subset"];

/// What an audit looks for.
#[derive(Debug, Clone, Default)]
pub struct AuditOptions {
    /// How references are read. `None` if they are not answers to be compared by the math verifier; then only their
    /// absence and contradictions are found.
    pub math: Option<Math>,
    /// How tests are run; `None` leaves them alone.
    #[cfg(feature = "code")]
    pub code: Option<Code>,
    /// The Jaccard similarity of word 5-grams from which prompts are near duplicates; `None` for no search.
    pub near_duplicates: Option<f64>,
    /// Whether answers in a form of tests are tests, as the reward `auto` reads them.
    pub answers_may_be_tests: bool,
    /// The files that prompts are checked against.
    pub against: Option<Contamination>,
    /// The column that names where a row comes from; default: `data_source`, `source`, `dataset` or `subset`, and else the
    /// file.
    pub source: Option<String>,
    /// The column with a program that should pass the tests, or a list of them; default: `canonical_solution`, `reference_solution`,
    /// `solution`, `solutions` or `code`.
    pub solution: Option<String>,
    /// Whether rows may have prompts alone: if no row has a reference or a completion, none is missing
    /// ([`FindingCode::GoldMissing`]).
    pub prompts_alone: bool,
    /// The most examples of a finding that are kept.
    pub examples: usize,
}

/// The result of an audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditReport {
    /// Rows that were seen; lines that are no rows count.
    pub rows: u64,
    /// Completions that were judged.
    pub completions: u64,
    /// Rows whose tests were run, or should have been.
    pub tested: u64,
    /// The findings that were made, in the order of the table of codes.
    pub findings: Vec<Finding>,
    /// The tables.
    pub tables: Vec<Table>,
}

impl AuditReport {
    /// How many findings of this severity were made.
    pub fn count(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|finding| finding.code.severity() == severity).map(|finding| finding.count).sum()
    }
}

/// An audit in progress. It watches a [`Run`](crate::rows::run::Run).
///
/// ```
/// use r1rewards::audit::{Audit, AuditOptions};
/// use r1rewards::math::Math;
/// use r1rewards::rows::{Fields, Source, run::Run};
/// let rows = tempfile::NamedTempFile::new()?;
/// std::fs::write(&rows, r#"{"prompt": "6*7?", "answer": "N/A"}"#)?;
/// let options = AuditOptions { math: Some(Math::strict()), examples: 3, ..Default::default() };
/// let mut audit = Audit::new(options, |_| Ok(()));
/// let (sources, fields) = (Source::named(rows.path().to_str().unwrap())?, Fields::default());
/// let spec = r1rewards::RewardSpec::from_toml("[[reward]]\nkind = \"auto\"")?;
/// let scorer = r1rewards::Scorer::builder().spec(&spec)?.build()?;
/// Run::new(&sources, &fields, &scorer).watch(&mut audit, |_| ())?;
/// assert_eq!(audit.finish()?.findings[0].code.code(), "gold_sentinel");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Audit<S> {
    options: AuditOptions,
    judges: Option<Judges>,
    log: Log<S>,
    prompts: Prompts,
    near: Option<NearDuplicates>,
    /// The rows of the stored prompts of `near`.
    near_spots: Vec<Spot>,
    rates: Rates,
    measures: Measures,
    rows: u64,
    /// The rows whose tests were run, or should have been.
    tested: u64,
    completions: u64,
    /// Why the sandbox did not start: it is not tried again.
    #[cfg(feature = "code")]
    broken: Option<String>,
    #[cfg(feature = "code")]
    reader: Reader,
}

/// What is kept of a row until its completions are judged.
pub struct Kept {
    spot: Spot,
    key: Option<u64>,
    has_completion: bool,
    /// Whether its columns could be read.
    is_readable: bool,
    source: usize,
    /// The number of the row.
    number: u64,
}

impl<S: FnMut(&Found) -> Result<()>> Audit<S> {
    /// An audit that calls `each` with every finding.
    pub fn new(options: AuditOptions, each: S) -> Self {
        let judges = options.math.clone().map(|own| {
            let lenient = (*own.policy() == Policy::strict()).then(Math::lenient);
            Judges { own, lenient }
        });
        let near = options.near_duplicates.map(NearDuplicates::new);
        Self {
            log: if options.prompts_alone { Log::holding(options.examples, each) } else { Log::new(options.examples, each) },
            options,
            judges,
            prompts: Prompts::default(),
            near,
            near_spots: Vec::new(),
            rates: Rates::default(),
            measures: Measures::default(),
            rows: 0,
            tested: 0,
            completions: 0,
            #[cfg(feature = "code")]
            broken: None,
            #[cfg(feature = "code")]
            reader: Reader::default(),
        }
    }

    /// The result, after the last row.
    ///
    /// # Errors
    /// As `each`.
    pub fn finish(mut self) -> Result<AuditReport> {
        self.log.pass_all()?;
        for (code, detail, spot, id) in self.rates.findings(self.options.math.as_ref()) {
            self.log.state(code, spot, &id, detail)?;
        }
        let mut tables = self.measures.tables();
        tables.extend(self.rates.table());
        let findings = self.log.finish()?;
        Ok(AuditReport { rows: self.rows, completions: self.completions, tested: self.tested, findings, tables })
    }

    fn add_again(&mut self, (code, detail, first): Again, spot: Spot, id: &Value) {
        let detail = format!("{detail} {}", self.log.place(first));
        self.log.add(code, spot, id, detail);
    }

    /// The value of the column that names where a row comes from.
    fn origin(&self, row: &Row, place: Place<'_>) -> String {
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let named = |column: &str| row.get(column).ok().flatten().and_then(text);
        let found = match &self.options.source {
            Some(column) => named(column),
            None => SOURCES.into_iter().find_map(named),
        };
        found.unwrap_or_else(|| place.source.to_owned())
    }

    /// What concerns the prompt alone, and what it has in common with others.
    fn see_prompt(&mut self, row: &Row, shared: &Sample, text: &str, spot: Spot) -> Option<u64> {
        let id = row.id();
        let pictures = prompt::beside(row, shared.prompt.as_deref());
        let whole = shared.prompt.as_deref().map(prompt::whole).unwrap_or_default();
        let key = match (prompt::key(&whole), pictures) {
            (Some(key), Some(pictures)) => Some(key ^ pictures),
            (key, pictures) => key.or(pictures),
        };
        let Some(key) = key else {
            if shared.prompt.is_some() {
                self.log.add(FindingCode::PromptEmpty, spot, id, "the prompt is blank".to_owned());
            }
            return None;
        };
        if let Some(why) = prompt::broken(text) {
            self.log.add(FindingCode::TextBroken, spot, id, format!("the prompt: {why}"));
        }
        if let Some(word) = prompt::mixed_word(text) {
            self.log.add(FindingCode::ScriptMixed, spot, id, format!("`{word}`"));
        }
        if let Some(link) = prompt::picture_link(text).filter(|_| pictures.is_none()) {
            self.log.add(FindingCode::PromptPicture, spot, id, format!("`{}`", words::shorten(link)));
        }
        let is_new = !self.prompts.knows(key);
        let again = self.prompts.see(key, shared, row.has_completion(), self.options.math.as_ref(), spot);
        if let Some(again) = again {
            self.add_again(again, spot, id);
        }
        if is_new && let Some(near) = &mut self.near {
            match near.insert(text) {
                Some(first) => {
                    let again = (FindingCode::NearDuplicate, "nearly the same words as in".to_owned(), self.near_spots[first]);
                    self.add_again(again, spot, id);
                }
                None => self.near_spots.push(spot),
            }
        }
        let overlap = self.options.against.as_ref().and_then(|against| against.check(text));
        if let Some(overlap) = overlap {
            let share = 100.0 * overlap.share;
            let detail = format!("{share:.0} % of it is in {}: `{}`", overlap.label, words::shorten(&overlap.words));
            self.log.add(FindingCode::Contaminated, spot, id, detail);
        }
        Some(key)
    }

    /// What concerns the reference of a row.
    fn see_reference(&mut self, row: &Row, shared: &Sample, text: &str, spot: Spot) {
        let id = row.id();
        if !row.has_reference() {
            self.log.add(FindingCode::GoldMissing, spot, id, "the row has no answer, no tests and no reward".to_owned());
            return;
        }
        #[cfg(feature = "code")]
        if self.see_tests(row, shared, spot) {
            return;
        }
        if let Some(math) = self.options.math.as_ref().filter(|_| shared.tests.is_none() && !shared.answers().is_empty()) {
            let asked = shared.prompt.as_deref().map_or_else(|| text.into(), prompt::asked);
            let golds = gold::examine(math, shared.answers(), &asked);
            self.measures.kind(golds.kind());
            let unlike = if golds.faults.is_empty() { self.unlike_solution(math, row, &golds.read) } else { None };
            for (code, detail) in golds.faults.into_iter().chain(unlike) {
                self.log.add(code, spot, id, detail);
            }
        }
    }

    /// Whether the row has a solution in words whose boxed answer is not equal to the reference.
    fn unlike_solution(&self, math: &Math, row: &Row, golds: &[Gold]) -> Option<(FindingCode, String)> {
        /// Columns that hold a solution in words.
        const WORKED: [&str; 2] = ["solution", "generated_solution"];
        let worked = WORKED.into_iter().find_map(|column| row.get(column).ok().flatten())?;
        let text = worked.as_str().filter(|text| text.contains("\\boxed"))?;
        let concluded = math.parse(text).extracted?;
        let answer = math.gold(&concluded);
        let reference = golds.first().and_then(Gold::text)?;
        let is_unlike = answer.problem().is_none() && !golds.iter().any(|gold| gold::equal(math, gold, &answer));
        is_unlike.then(|| {
            let (concluded, reference) = (words::shorten(&concluded), words::shorten(reference));
            (FindingCode::GoldUnlikeSolution, format!("the solution ends with `{concluded}`, the reference is `{reference}`"))
        })
    }

    /// What concerns the tests of a row; whether it has any, or answers that are meant as tests.
    #[cfg(feature = "code")]
    fn see_tests(&mut self, row: &Row, shared: &Sample, spot: Spot) -> bool {
        let id = row.id();
        let written = if shared.tests.is_none() && self.options.answers_may_be_tests {
            crate::code::forms::written(shared.answers())
        } else {
            None
        };
        let with_tests = match written {
            Some(Err(problem)) => {
                self.log.add(FindingCode::TestsBad, spot, id, format!("the answer {}", words::shorten(&problem)));
                return true;
            }
            Some(Ok(tests)) => Some(Sample { tests: Some(tests.into()), ..shared.clone() }),
            None => None,
        };
        let shared = with_tests.as_ref().unwrap_or(shared);
        if shared.tests.is_none() {
            return false;
        }
        let Some(code) = &self.options.code else { return true };
        self.tested += 1;
        let solutions = solutions::of_row(row, shared, self.options.solution.as_deref());
        let examined = code_tests::examine(code, &mut self.reader, shared, &solutions, self.broken.as_deref());
        self.broken = self.broken.take().or(examined.broken);
        self.measures.solution(&examined.solution);
        for (code, detail) in examined.faults {
            self.log.add(code, spot, id, detail);
        }
        true
    }
}

impl<S: FnMut(&Found) -> Result<()>> Watch for Audit<S> {
    type Kept = Kept;

    fn row(&mut self, place: Place<'_>, row: &Row) -> Result<Kept> {
        let spot = self.log.spot(place);
        let source = self.measures.source(&self.origin(row, place));
        self.rows += 1;
        let mut kept =
            Kept { spot, key: None, has_completion: row.has_completion(), is_readable: false, source, number: self.rows };
        if row.has_reference() || row.has_completion() {
            self.log.release()?;
        }
        let again = row.has_id().then(|| self.prompts.see_id(row.id(), spot)).flatten();
        let completions = row.has_id().then(|| row.has_list().then(|| row.len()));
        let same_result = completions.and_then(|completions| self.prompts.see_result_ids(row.id(), completions, spot));
        for again in again.into_iter().chain(same_result) {
            self.add_again(again, spot, row.id());
        }
        let Some(shared) = row.shared() else { return Ok(kept) };
        kept.is_readable = true;
        let text = shared.prompt.as_deref().map(prompt::text).unwrap_or_default();
        self.measures.row(source, shared, &text, self.rows);
        kept.key = self.see_prompt(row, shared, &text, spot);
        self.see_reference(row, shared, &text, spot);
        Ok(kept)
    }

    fn outcome(&mut self, judged: Judged<'_, Kept>) -> Result<()> {
        let spot = self.log.spot(judged.place);
        self.log.pass_on(spot)?;
        let Judged { place, kept, sample, id, outcome, .. } = judged;
        let Some(sample) = sample else {
            if kept.is_none() {
                self.rows += 1;
                self.measures.source(place.source);
            }
            // A row without completions is none that cannot be read.
            if kept.is_some_and(|kept| kept.is_readable && !kept.has_completion) {
                return Ok(());
            }
            let detail = outcome.detail.as_deref().unwrap_or_default();
            let detail = detail.strip_prefix(&format!("{place}: ")).unwrap_or(detail);
            return self.log.state(FindingCode::BadRow, spot, id, words::shorten(detail));
        };
        let Some(kept) = kept else { return Ok(()) };
        self.completions += 1;
        self.measures.completion(kept.source, sample, outcome, kept.number);
        if outcome.verdict == Verdict::Unscored && outcome.reason != Reason::GoldMissing {
            self.log.state(FindingCode::Unscored, kept.spot, id, unscored(outcome))?;
        }
        if let Some(key) = kept.key {
            self.rates.add(key, sample, outcome, kept.spot);
            if self.prompts.see_completion(key, &sample.completion) {
                self.log.state(
                    FindingCode::CompletionRepeated,
                    kept.spot,
                    id,
                    format!("`{}`", words::shorten(&sample.completion)),
                )?;
            }
        }
        let suspicion = self.judges.as_ref().filter(|_| sample.tests.is_none());
        if let Some((code, detail)) = suspicion.and_then(|judges| completion::examine(judges, sample, outcome)) {
            self.log.state(code, kept.spot, id, detail)?;
        }
        Ok(())
    }
}

fn unscored(outcome: &Outcome) -> String {
    match &outcome.detail {
        Some(detail) => format!("{}: {}", outcome.reason.code(), words::shorten(detail)),
        None => outcome.reason.code().to_owned(),
    }
}
