//! The summary of a run: counts and shares. What it says about columns is in `columns.rs`.

use std::fmt;

use serde_json::{Map, Value, json};

use super::blocks::Blocks;
use super::columns::{Columns, Reading, Reads};
use super::groups::Groups;
use super::histogram::Histogram;
use super::sources::Sources;
use super::watch::Place;
#[cfg(feature = "cli")]
use crate::rows::Field;
use crate::rows::{Digest, Fields, Row};
use crate::spec::{NamedColumn, named_columns};
use crate::{Outcome, Reason, Scorer, Verdict};

/// The counts of a run.
#[derive(Default)]
pub struct RunSummary {
    /// Lines that were not blank.
    pub rows: u64,
    /// Results; a row with several completions has several.
    pub results: u64,
    /// The blocks of rows of a shard.
    pub blocks: Blocks,
    pub(super) by_reason: Vec<((Verdict, Reason), u64)>,
    reward: f64,
    work: Histogram,
    /// The sum of the work of all outcomes.
    #[cfg(feature = "serve")]
    pub(crate) work_sum: u64,
    groups: Groups,
    pub(super) columns: Columns,
    /// The first text of an outcome with the reason `internal`.
    pub(super) first_fault: Option<String>,
    sources: Sources,
    /// The presets by which rows were read, and their numbers of rows.
    presets: Vec<(&'static str, u64)>,
}

impl RunSummary {
    /// An empty summary that counts groups with `groups`.
    pub(crate) fn of(groups: Groups) -> Self {
        Self { groups, ..Self::default() }
    }

    /// Demands that a row has every column that `--map` names.
    pub(crate) fn expecting(mut self, fields: &Fields) -> Self {
        for (field, path) in fields.mapped() {
            self.expect(&format!("--map {}={path}", field.name()), path);
        }
        self
    }

    /// Demands that a row has the columns that the rewards of a scorer read because an option names them.
    pub(crate) fn expect_columns_of(&mut self, scorer: &Scorer) {
        for NamedColumn { option, column, is_conditional } in named_columns(scorer.config()) {
            self.columns.expect(&option, &column, if is_conditional { Reads::SomeReward } else { Reads::Reward });
        }
    }

    /// Says that a source has ended, which gave this number of rows.
    pub(crate) fn see_source(&mut self, name: &str, rows: u64) {
        self.sources.see(name, rows);
    }

    /// What to say that is no error: sources without rows beside others or given twice, rows that were not judged through no fault of theirs, and columns that no row has, although the rewards for
    /// some of the rows read them.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = self.columns.warnings();
        warnings.extend(self.sources.warnings(self.rows));
        if let Some(fault) = &self.first_fault {
            warnings.push(format!(
                "{} results are `internal`: a fault of this program or of the machine, not of the rows. The first: {fault}. `verify \
                 doctor` checks the sandbox",
                self.count_of(Reason::Internal)
            ));
        }
        warnings
    }

    /// Demands that a row has the column that an option names.
    pub(crate) fn expect(&mut self, option: &str, path: &str) {
        self.columns.expect(option, path, Reads::Run);
    }

    /// How rows were read; the way of most rows first.
    pub(crate) fn readings(&self) -> Vec<Reading> {
        self.columns.readings()
    }

    /// Counts rows that were read with a preset.
    pub(crate) fn see_preset(&mut self, preset: &'static str, rows: u64) {
        match self.presets.iter_mut().find(|(name, _)| *name == preset) {
            Some((_, count)) => *count = count.saturating_add(rows),
            None => self.presets.push((preset, rows)),
        }
    }

    /// Counts the columns of a row.
    pub(crate) fn see_row(&mut self, place: Place<'_>, row: &Row) {
        if let Some(preset) = row.preset() {
            self.see_preset(preset, 1);
        }
        self.columns.see(place, row);
    }

    /// Counts the columns of a row that is not judged.
    pub(crate) fn see_unjudged(&mut self, place: Place<'_>, row: &Row) {
        self.see_row(place, row);
        if let Some(problem) = row.problem() {
            self.see_problem(&format!("{place}: {problem}"));
        }
    }

    /// Remembers the first problem of a row.
    pub(crate) fn see_problem(&mut self, problem: &str) {
        self.columns.see_problem(problem);
    }

    pub(super) fn see_block(&mut self, block: u64) {
        self.blocks.add(block);
    }

    /// The first problem of a row, with its place.
    pub(crate) fn first_problem(&self) -> Option<&str> {
        self.columns.first_problem()
    }

    /// Counts a result; `place` says where its row is.
    pub(crate) fn see_outcome(&mut self, place: &dyn fmt::Display, group: Option<Digest>, outcome: &Outcome) {
        self.results += 1;
        let key = (outcome.verdict, outcome.reason);
        match self.by_reason.iter_mut().find(|(known, _)| *known == key) {
            Some((_, count)) => *count += 1,
            None => self.by_reason.push((key, 1)),
        }
        let said = || format!("{place}: {}", outcome.detail.as_deref().unwrap_or("no details"));
        if outcome.reason == Reason::Internal && self.first_fault.is_none() {
            self.first_fault = Some(said());
        }
        // A reward, too, may find that a row is bad.
        if outcome.reason == Reason::BadRow && self.first_problem().is_none() {
            self.see_problem(&said());
        }
        self.reward += outcome.value.unwrap_or(0.0);
        self.work.add(outcome.cost.work);
        #[cfg(feature = "serve")]
        {
            self.work_sum = self.work_sum.saturating_add(outcome.cost.work);
        }
        if let Some(group) = group {
            self.groups.add(group, outcome);
        }
    }

    /// The number of results with a verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.by_reason.iter().filter(|((known, _), _)| *known == verdict).map(|(_, count)| count).sum()
    }

    /// The mean reward of the scored results.
    pub fn mean_reward(&self) -> Option<f64> {
        let scored = self.results - self.count(Verdict::Unscored);
        (scored > 0).then(|| self.reward / float(scored))
    }

    /// The number of rows with a reference.
    #[cfg(feature = "cli")]
    pub(crate) fn with_reference(&self) -> u64 {
        self.columns.references()
    }

    /// A column that probably holds the prompt, if no row has one.
    pub(crate) fn likely_prompt(&self) -> Option<String> {
        self.columns.likely_prompt()
    }

    /// How to name the column of a field that no row has, and the columns that were seen.
    #[cfg(feature = "cli")]
    pub(crate) fn column_advice(&self, field: Field) -> String {
        self.columns.advice(field)
    }

    /// Whether a row had a prompt.
    pub(crate) fn has_prompt(&self) -> bool {
        self.columns.has_prompt()
    }

    /// Whether a row had a completion or a reference.
    pub(crate) fn has_content(&self) -> bool {
        self.columns.has_completion() || self.columns.has_reference()
    }

    /// How many results have each verdict and reason.
    #[cfg(feature = "serve")]
    pub(crate) fn reasons(&self) -> impl Iterator<Item = (Verdict, Reason, u64)> {
        self.by_reason.iter().map(|((verdict, reason), count)| (*verdict, *reason, *count))
    }

    /// The number of results with a reason.
    pub fn count_of(&self, reason: Reason) -> u64 {
        self.by_reason.iter().filter(|((_, known), _)| *known == reason).map(|(_, count)| count).sum()
    }

    /// The summary as JSON; nothing in it depends on the machine or the time.
    pub fn to_value(&self) -> Value {
        let mut verdicts = Map::new();
        let mut reasons = Map::new();
        for verdict in [Verdict::Correct, Verdict::Incorrect, Verdict::Unscored] {
            verdicts.insert(verdict.code().to_owned(), Value::from(self.count(verdict)));
        }
        for ((verdict, reason), count) in self.sorted() {
            reasons.insert(format!("{}/{}", verdict.code(), reason.code()), Value::from(count));
        }
        let mut value = json!({
            "rows": self.rows,
            "results": self.results,
            "verdicts": verdicts,
            "reasons": reasons,
            "mean_reward": self.mean_reward(),
            "work": { "p50": self.work.quantile(0.5), "p99": self.work.quantile(0.99) },
        });
        if !self.presets.is_empty() {
            value["presets"] =
                self.sorted_presets().iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))).collect();
        }
        if let Some((fewest, most)) = self.shared_prompts() {
            let pass: Map<_, _> = self.groups.pass_at().into_iter().map(|(k, share)| (k.to_string(), Value::from(share))).collect();
            value["groups"] = json!({
                "prompts": self.groups.prompts(),
                "samples": { "fewest": fewest, "most": most },
                "pass_at": pass,
                "consensus": self.groups.consensus(),
                "left_out": self.groups.left_out(),
            });
        }
        value
    }

    /// The summary as a text table; `seconds` is the duration of the run.
    pub fn table(&self, seconds: f64) -> String {
        let mut table = String::new();
        let _ = self.write_table(&mut table, seconds);
        table
    }

    /// The summary as a text table, without a duration.
    pub fn counts(&self) -> String {
        let mut table = String::new();
        let _ = self.write_counts(&mut table);
        let _ = fmt::Write::write_fmt(&mut table, format_args!("{:<20} {:>10}\n", "rows", self.rows));
        table
    }

    fn write_table(&self, out: &mut impl fmt::Write, seconds: f64) -> fmt::Result {
        self.write_counts(out)?;
        let speed = if seconds > 0.0 { float(self.rows) / seconds } else { 0.0 };
        writeln!(out, "{:<20} {:>10} in {seconds:.2} s, {speed:.0} rows/s", "rows", self.rows)
    }

    fn write_counts(&self, out: &mut impl fmt::Write) -> fmt::Result {
        for verdict in [Verdict::Correct, Verdict::Incorrect, Verdict::Unscored] {
            let count = self.count(verdict);
            writeln!(out, "{:<20} {count:>10} {:>7}", verdict.code(), percent(share(count, self.results)))?;
            for ((_, reason), count) in self.sorted().into_iter().filter(|((known, _), _)| *known == verdict) {
                writeln!(out, "  {:<18} {count:>10} {:>7}", reason.code(), percent(share(count, self.results)))?;
            }
        }
        if let Some(mean) = self.mean_reward() {
            writeln!(out, "{:<20} {mean:>10.4}", "mean reward")?;
        }
        if let (Some(p50), Some(p99)) = (self.work.quantile(0.5), self.work.quantile(0.99)) {
            writeln!(out, "{:<20} {p50:>10} / {p99}", "work p50 / p99")?;
        }
        if let Some((fewest, most)) = self.shared_prompts() {
            let sizes = if fewest == most { most.to_string() } else { format!("{fewest}..{most}") };
            writeln!(out, "{:<20} {:>10} of {sizes} samples", "prompts", self.groups.prompts())?;
            for (k, share) in self.groups.pass_at() {
                writeln!(out, "{:<20} {:>10}", format!("pass@{k}"), percent(share))?;
            }
            writeln!(out, "{:<20} {:>10}", format!("cons@{sizes}"), percent(self.groups.consensus()))?;
            if self.groups.left_out() > 0 {
                writeln!(out, "  {} results belong to more prompts than are counted", self.groups.left_out())?;
            }
        }
        for (name, count) in self.sorted_presets() {
            writeln!(out, "{:<20} {count:>10} rows", format!("preset {name}"))?;
        }
        Ok(())
    }

    /// The presets by name: where the first row of each is does not matter.
    fn sorted_presets(&self) -> Vec<(&'static str, u64)> {
        let mut sorted = self.presets.clone();
        sorted.sort_unstable();
        sorted
    }

    /// The smallest and the largest group, if a prompt has several samples.
    fn shared_prompts(&self) -> Option<(u32, u32)> {
        self.groups.sizes().filter(|(_, most)| *most > 1)
    }

    fn sorted(&self) -> Vec<((Verdict, Reason), u64)> {
        let mut sorted = self.by_reason.clone();
        sorted.sort_by_key(|((verdict, reason), count)| (*verdict, std::cmp::Reverse(*count), *reason));
        sorted
    }
}

pub(super) fn share(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { float(count) / float(of) }
}

#[expect(clippy::cast_precision_loss, reason = "a count of results, far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}
