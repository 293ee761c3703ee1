//! Tables of an audit: counts by source, kinds of references, lengths, verdicts.

use serde::Serialize;
use serde_json::Value;

/// A table with a title.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The stable name.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, with one value for each column.
    pub rows: Vec<Vec<Value>>,
}

/// Counts by name, in the order of first appearance.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts(Vec<(String, u64)>);

impl Counts {
    /// The most names that are kept; further ones are counted together as `(others)`.
    const MOST: usize = 1000;

    /// Adds one.
    pub(super) fn add(&mut self, name: &str) {
        self.add_many(name, 1);
    }

    /// Adds some.
    pub(super) fn add_many(&mut self, name: &str, count: u64) {
        let place = self.0.iter().position(|(known, _)| known == name);
        let place = place.unwrap_or_else(|| {
            let name = if self.0.len() < Self::MOST { name } else { "(others)" };
            self.0.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                self.0.push((name.to_owned(), 0));
                self.0.len() - 1
            })
        });
        self.0[place].1 += count;
    }

    /// The table with the columns `name` and count and share, the most frequent first.
    pub(super) fn table(&self, name: &'static str, title: &str, column: &'static str) -> Option<Table> {
        let total: u64 = self.0.iter().map(|(_, count)| count).sum();
        let mut sorted = self.0.clone();
        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rows: Vec<Vec<Value>> =
            sorted.into_iter().map(|(name, count)| vec![name.into(), count.into(), share(count, total)]).collect();
        (total > 0).then(|| Table { name, title: title.to_owned(), columns: vec![column, "count", "share"], rows })
    }
}

/// A share with four decimals.
#[expect(clippy::cast_precision_loss, reason = "a count of rows, far below 2^53")]
pub(super) fn share(count: u64, total: u64) -> Value {
    let share = if total == 0 { 0.0 } else { count as f64 / total as f64 };
    ((share * 1e4).round() / 1e4).into()
}
