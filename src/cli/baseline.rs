//! Compares the verdicts of a run with those of earlier results.

use std::collections::BTreeMap;

use crate::rows::run::{Judged, Place, Watch};
use crate::rows::{Fields, ResultRow, Row};
use crate::{Error, Outcome, Result};
use anyhow::bail;
use serde_json::{Value, json};

use super::results::{Results, Wanted};

/// The most examples of changed verdicts, and the most names of rows that are only on one side.
const EXAMPLES: usize = 20;
const NAMES: usize = 5;

/// The comparison so far.
pub(super) struct Baseline {
    path: String,
    results: Results,
    same: u64,
    /// Results with the same verdict for another reason.
    other_reason: u64,
    /// The number of changed verdicts by old and new `verdict/reason`.
    changes: BTreeMap<(String, String), u64>,
    examples: Vec<Value>,
    new: u64,
    new_names: Vec<String>,
}

impl Baseline {
    /// Reads the results; the rows are read with `fields`.
    pub(super) fn read(path: &str, fields: &Fields) -> anyhow::Result<Self> {
        let mut results = Results::read(path)?;
        results.see(fields);
        Ok(Self {
            path: path.to_owned(),
            results,
            same: 0,
            other_reason: 0,
            changes: BTreeMap::new(),
            examples: Vec::new(),
            new: 0,
            new_names: Vec::new(),
        })
    }

    fn compare(&mut self, judged: &Judged<'_, ()>) -> anyhow::Result<()> {
        let Judged { place, id, own_id, hash, named, outcome, .. } = *judged;
        let wanted = Wanted { place, id, own_id, hash, named };
        let old = if hash.is_none() && !own_id { self.results.take_unreadable(&wanted) } else { self.results.take(&wanted)? };
        let Some(ResultRow { outcome: old, .. }) = old else {
            self.new += 1;
            if self.new_names.len() < NAMES {
                self.new_names.push(format!("{id} ({place})"));
            }
            return Ok(());
        };
        if old.verdict == outcome.verdict {
            self.same += 1;
            self.other_reason += u64::from(old.reason != outcome.reason);
            return Ok(());
        }
        let (from, to) = (code(&old), code(outcome));
        if self.examples.len() < EXAMPLES {
            self.examples.push(json!({ "id": id, "place": place.to_string(), "from": from, "to": to }));
        }
        *self.changes.entry((from, to)).or_default() += 1;
        Ok(())
    }

    fn changed(&self) -> u64 {
        self.changes.values().sum()
    }

    /// Whether a verdict changed.
    pub(super) fn is_changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Checks that the two have rows in common.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let common = self.same + self.changed();
        if common == 0 && self.new > 0 {
            bail!("{} has no result for any of these rows: give the results of the same rows", self.path);
        }
        Ok(())
    }

    /// The comparison as JSON.
    pub(super) fn to_value(&self) -> Value {
        let changes = self.changes.iter().map(|((from, to), count)| json!({ "from": from, "to": to, "count": count }));
        json!({
            "results": self.path,
            "compared": self.same + self.changed(),
            "changed": self.changed(),
            "other_reason": self.other_reason,
            "only_in_results": self.new,
            "only_in_baseline": self.results.left().count(),
            "changes": changes.collect::<Vec<_>>(),
            "examples": self.examples,
        })
    }

    /// The comparison as a text table.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "{:<20} {:>10} of {} compared with {}\n",
            "changed verdicts",
            self.changed(),
            self.same + self.changed(),
            self.path
        );
        for ((from, to), count) in &self.changes {
            text += &format!("  {count:>10}  {from} -> {to}\n");
        }
        for example in &self.examples {
            let shown = |key: &str| example[key].as_str().unwrap_or_default().to_owned();
            text += &format!("    {} {}: {} -> {}\n", shown("place"), example["id"], shown("from"), shown("to"));
        }
        if self.other_reason > 0 {
            text += &format!("{:<20} {:>10}\n", "other reason only", self.other_reason);
        }
        let old: Vec<String> = self.results.left().map(|(row, place)| format!("{} ({place})", row.id)).take(NAMES).collect();
        for (what, count, names) in
            [("only in these rows", self.new, &self.new_names), ("only in baseline", self.results.left().count() as u64, &old)]
        {
            if count > 0 {
                let more = if count > names.len() as u64 { ", ..." } else { "" };
                text += &format!("{what:<20} {count:>10}: {}{more}\n", names.join(", "));
            }
        }
        text
    }
}

/// `verdict/reason`.
fn code(outcome: &Outcome) -> String {
    format!("{}/{}", outcome.verdict.code(), outcome.reason.code())
}

/// A comparison, if one was asked for.
pub(super) struct Follow(pub Option<Baseline>);

impl Watch for Follow {
    type Kept = ();

    fn row(&mut self, _: Place<'_>, _: &Row) -> Result<()> {
        Ok(())
    }

    fn outcome(&mut self, judged: Judged<'_, ()>) -> Result<()> {
        match &mut self.0 {
            Some(baseline) => baseline.compare(&judged).map_err(|error| Error::row(format_args!("--baseline: {error:#}"))),
            None => Ok(()),
        }
    }
}
