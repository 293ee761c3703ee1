//! Counts of an audit that are no findings: by source, kind of reference, language, script, length, verdict and work.

use serde_json::Value;

use super::completion::lengths;
use super::tables::{Counts, Table, share};
use crate::rows::run::Histogram;
use crate::text::{language_name, main_scripts};
use crate::{Outcome, Sample, Verdict};

/// The languages of prompts, and the scripts and the thinking of completions, are looked at in this many rows, and in one row of so many after
/// that, which stands for all of them: both take longer than judging.
const LANGUAGES: Sampling = Sampling { all_until: 500, then_one_in: 128 };
const SCRIPTS: Sampling = Sampling { all_until: 1000, then_one_in: 64 };
/// The most of the slowest completions that are shown.
const SLOWEST: usize = 20;

/// The counts.
#[derive(Default)]
pub(super) struct Measures {
    sources: Vec<Source>,
    kinds: Counts,
    languages: Counts,
    prompt_scripts: Counts,
    completion_scripts: Counts,
    verdicts: Counts,
    solutions: Counts,
    prompts: Histogram,
    references: Histogram,
    completions: Histogram,
    thinking: Histogram,
    work: Histogram,
    /// The completions that took the most work, the most first.
    slowest: Vec<(u64, Value, &'static str)>,
}

/// The counts of a source.
struct Source {
    name: String,
    rows: u64,
    prompts: u64,
    answers: u64,
    tests: u64,
    completions: u64,
    scored: u64,
    correct: u64,
}

impl Measures {
    /// The number of a source, and counts a row of it.
    pub(super) fn source(&mut self, name: &str) -> usize {
        /// The most sources that are kept apart.
        const MOST: usize = 1000;
        let known = |source: &Source| source.name == name;
        let place = match self.sources.iter().position(known) {
            Some(place) => place,
            None if self.sources.len() < MOST => {
                let name = name.to_owned();
                self.sources.push(Source {
                    name,
                    rows: 0,
                    prompts: 0,
                    answers: 0,
                    tests: 0,
                    completions: 0,
                    scored: 0,
                    correct: 0,
                });
                self.sources.len() - 1
            }
            // The last one is that of all others.
            None => {
                self.sources[MOST - 1].name = "(others)".to_owned();
                MOST - 1
            }
        };
        self.sources[place].rows += 1;
        place
    }

    /// Counts a kind of reference.
    pub(super) fn kind(&mut self, kind: &str) {
        self.kinds.add(kind);
    }

    /// Counts what became of the solution of a row with tests.
    #[cfg(feature = "code")]
    pub(super) fn solution(&mut self, result: &str) {
        self.solutions.add(result);
    }

    /// Counts what the completions of a row have in common; `number` is the number of the row.
    pub(super) fn row(&mut self, source: usize, shared: &Sample, prompt: &str, number: u64) {
        let source = &mut self.sources[source];
        source.prompts += u64::from(!prompt.is_empty());
        source.answers += u64::from(!shared.answers().is_empty());
        source.tests += u64::from(shared.tests.is_some());
        if !prompt.is_empty() {
            self.prompts.add(prompt.len() as u64);
            if let Some(rows) = LANGUAGES.stands_for(number) {
                self.languages.add_many(language_name(prompt).unwrap_or("(not recognised)"), rows);
            }
            self.prompt_scripts.add(&main_scripts(prompt).join(" + "));
        }
        if let Some(answer) = shared.answers().first() {
            self.references.add(answer.len() as u64);
        }
    }

    /// Counts a judged completion of the row with this number.
    pub(super) fn completion(&mut self, source: usize, sample: &Sample, outcome: &Outcome, number: u64) {
        let source = &mut self.sources[source];
        source.completions += 1;
        source.scored += u64::from(outcome.verdict != Verdict::Unscored);
        source.correct += u64::from(outcome.is_correct());
        self.verdicts.add(&format!("{}/{}", outcome.verdict.code(), outcome.reason.code()));
        self.completions.add(sample.completion.len() as u64);
        if let Some(rows) = SCRIPTS.stands_for(number) {
            self.thinking.add(lengths(&sample.completion).0 as u64);
            self.completion_scripts.add_many(&main_scripts(&sample.completion).join(" + "), rows);
        }
        self.work.add(outcome.cost.work);
        let least = self.slowest.last().map_or(0, |(work, ..)| *work);
        if self.slowest.len() < SLOWEST || outcome.cost.work > least {
            let place = self.slowest.partition_point(|(work, ..)| *work >= outcome.cost.work);
            self.slowest.insert(place, (outcome.cost.work, sample.id.clone(), outcome.reason.code()));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// All tables that have rows.
    pub(super) fn tables(&self) -> Vec<Table> {
        let counted = [
            self.kinds.table("reference_kinds", "References by kind of value", "kind"),
            self.languages.table(
                "prompt_languages",
                "Prompts by language (recognised; counts after row 500 are estimated from one in 128)",
                "language",
            ),
            self.prompt_scripts.table("prompt_scripts", "Prompts by scripts of at least a tenth of their letters", "scripts"),
            self.completion_scripts.table(
                "completion_scripts",
                "Completions by scripts of at least a tenth of their letters (counts after row 1,000 are estimated from one in 64)",
                "scripts",
            ),
            self.solutions.table("solutions", "Rows with tests by what became of their own solution", "result"),
            self.verdicts.table("verdicts", "Completions by verdict and reason", "verdict/reason"),
        ];
        let tables = [Some(self.by_source()), Some(self.lengths()), self.slowest()];
        tables.into_iter().chain(counted).flatten().filter(|table| !table.rows.is_empty()).collect()
    }

    fn by_source(&self) -> Table {
        let row = |source: &Source| {
            let counts = [source.rows, source.prompts, source.answers, source.tests, source.completions];
            let mut row = vec![Value::from(&*source.name)];
            row.extend(counts.map(Value::from));
            row.push(if source.scored > 0 { share(source.correct, source.scored) } else { Value::Null });
            row
        };
        Table {
            name: "sources",
            title: "Rows by source".to_owned(),
            columns: vec!["source", "rows", "with prompt", "with answer", "with tests", "completions", "correct"],
            rows: self.sources.iter().map(row).collect(),
        }
    }

    fn lengths(&self) -> Table {
        let parts = [
            ("prompt", &self.prompts),
            ("reference", &self.references),
            ("completion", &self.completions),
            ("thinking", &self.thinking),
            ("work of a judgement", &self.work),
        ];
        let row = |(name, lengths): (&str, &Histogram)| {
            let quantiles = [0.0, 0.5, 0.9, 0.99, 1.0].map(|share| lengths.quantile(share));
            quantiles[0].map(|_| std::iter::once(Value::from(name)).chain(quantiles.map(Value::from)).collect())
        };
        Table {
            name: "lengths",
            title: "Lengths in bytes (of thinking: all of the first 1,000 rows, then one in 64)".to_owned(),
            columns: vec!["part", "least", "median", "90 %", "99 %", "most"],
            rows: parts.into_iter().filter_map(row).collect(),
        }
    }

    fn slowest(&self) -> Option<Table> {
        let rows: Vec<Vec<Value>> =
            self.slowest.iter().map(|(work, id, reason)| vec![id.clone(), (*work).into(), (*reason).into()]).collect();
        let title = "Completions that took the most work to judge".to_owned();
        (!rows.is_empty()).then(|| Table { name: "slowest", title, columns: vec!["id", "work", "reason"], rows })
    }
}

/// Which rows are looked at where looking takes long.
struct Sampling {
    all_until: u64,
    then_one_in: u64,
}

impl Sampling {
    /// The number of rows for which this row stands; `None` if it is not looked at.
    fn stands_for(&self, number: u64) -> Option<u64> {
        match number.checked_sub(self.all_until) {
            None | Some(0) => Some(1),
            Some(after) => after.is_multiple_of(self.then_one_in).then_some(self.then_one_in),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_looked_at_stand_for_all() {
        let counted: u64 = (1..=1000 + 640).filter_map(|number| SCRIPTS.stands_for(number)).sum();
        assert_eq!(counted, 1640);
        assert_eq!(LANGUAGES.stands_for(500), Some(1));
        assert_eq!(LANGUAGES.stands_for(501), None);
        assert_eq!(LANGUAGES.stands_for(628), Some(128));
    }
}
