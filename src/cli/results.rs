//! Reads the result rows that `verify score` wrote, and joins them to their rows.
//!
//! A row with an id of its own has the result of that id; the digest in the result shows whether it was the same
//! completion, prompt and reference that were judged. An id that is a number here and text there (7 in JSON, "7" in CSV) is the same
//! if the digests are. Where several results have the id, the digest decides: the result of a
//! row without an id stands under its number, which may be the id of another row. A row without an id has the result of its
//! digest, wherever it is in the file. The number of a row is never used: rows may have been reordered since.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Reason;
use crate::rows::run::Place;
use crate::rows::{Digest, Fields, Format, ResultRow, Source};
use anyhow::{Context as _, anyhow, bail};
use serde_json::Value;

/// The results of a file. Each is used once.
pub(super) struct Results {
    path: String,
    entries: Vec<Entry>,
    /// The first result of each id.
    by_id: HashMap<String, usize>,
    /// Whether numbers may be ids of text: a column of a table has one type.
    has_text_ids: bool,
    /// The first unused result of each digest.
    by_hash: HashMap<Digest, usize>,
    /// The columns besides prompt and reference that the rewards read, as the results name them.
    columns: Vec<String>,
    /// Whether rows are read with exactly these columns, so that what they hold can be compared.
    compares: bool,
}

struct Entry {
    row: Option<ResultRow>,
    place: String,
    /// The next result of the same digest, and of the same id.
    next: Option<usize>,
    next_of_id: Option<usize>,
}

/// What a row is joined by.
pub(super) struct Wanted<'a> {
    pub place: Place<'a>,
    /// The id of its result.
    pub id: &'a Value,
    /// Whether the row has an id of its own.
    pub own_id: bool,
    pub hash: Option<Digest>,
    /// The digest of its columns that the rewards read besides prompt and reference ([`Results::columns_of`]).
    pub named: Option<Digest>,
}

impl Results {
    pub(super) fn read(path: &str) -> anyhow::Result<Self> {
        let mut results = Self {
            path: path.to_owned(),
            entries: Vec::new(),
            by_id: HashMap::new(),
            has_text_ids: false,
            by_hash: HashMap::new(),
            columns: Vec::new(),
            compares: false,
        };
        let mut last: HashMap<Digest, usize> = HashMap::new();
        let mut last_of_id: HashMap<usize, usize> = HashMap::new();
        for source in Source::named(path)? {
            let records = source.records(None, &Arc::default())?;
            results.has_text_ids |= !matches!(records.format(), Format::Jsonl | Format::Json);
            let name = source.to_string();
            for line in records {
                let line = line?;
                let place = Place { source: &name, line: line.number, unit: line.unit }.to_string();
                let text = line.text.map_err(|problem| anyhow!("{place}: {problem}"))?;
                let row: ResultRow =
                    serde_json::from_slice(&text).with_context(|| format!("{place}: not a result row of `verify score`"))?;
                let number = results.entries.len();
                let first = *results.by_id.entry(row.id.to_string()).or_insert(number);
                if first != number {
                    let before = last_of_id.insert(first, number).unwrap_or(first);
                    results.entries[before].next_of_id = Some(number);
                }
                if let Some(hash) = row.hash {
                    if let Some(before) = last.insert(hash, number) {
                        results.entries[before].next = Some(number);
                    } else {
                        results.by_hash.insert(hash, number);
                    }
                }
                if let Some(read) = row.read.as_ref().filter(|read| *read.names != *results.columns) {
                    results.columns.extend(read.names.iter().cloned());
                    results.columns.sort();
                    results.columns.dedup();
                }
                results.entries.push(Entry { row: Some(row), place, next: None, next_of_id: None });
            }
        }
        Ok(results)
    }

    /// Fields that read rows with the columns that decided these results, besides prompt and reference.
    pub(super) fn columns_of(&mut self, fields: Fields) -> Fields {
        let fields = fields.with_context(&self.columns);
        self.see(&fields);
        fields
    }

    /// Says how rows are read.
    pub(super) fn see(&mut self, fields: &Fields) {
        self.compares = !self.columns.is_empty() && **fields.context() == *self.columns;
    }

    /// Whether a result may be that of a row, by what the rewards read besides prompt and reference.
    fn is_of(&self, number: usize, named: Option<Digest>) -> bool {
        let judged = self.entries[number].row.as_ref().map(|row| row.read.as_ref().map(|read| read.digest));
        !self.compares || judged.is_none_or(|judged| judged == named)
    }

    /// Takes the result of a row; `None` if there is none.
    ///
    /// # Errors
    /// An id that several results with the same digest have; a result of another completion, prompt or reference; rows without ids whose
    /// results have no digests.
    pub(super) fn take(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<Option<ResultRow>> {
        if wanted.own_id { self.by_id(wanted) } else { self.by_hash(wanted) }
    }

    /// As [`take`](Self::take).
    ///
    /// # Errors
    /// As `take`, and no result.
    pub(super) fn need(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<ResultRow> {
        let row = self.take(wanted)?;
        row.with_context(|| {
            let Wanted { place, id, own_id, .. } = wanted;
            let what = if *own_id { format!("the row {id}") } else { format!("the row {id}, which has no id of its own") };
            format!("{place}: {} has no result for {what}: score these rows again", self.path)
        })
    }

    /// Takes the result of a row without an id that could not be read either; it stands under the number of the row.
    pub(super) fn take_unreadable(&mut self, wanted: &Wanted<'_>) -> Option<ResultRow> {
        let unreadable = |number: &usize| self.entries[*number].row.as_ref().is_some_and(|row| row.hash.is_none());
        let number = self.with_id(wanted.id).into_iter().find(unreadable)?;
        self.entries[number].row.take()
    }

    /// The results that were not taken, in order, with their places.
    pub(super) fn left(&self) -> impl Iterator<Item = (&ResultRow, &str)> {
        self.entries.iter().filter_map(|entry| Some((entry.row.as_ref()?, &*entry.place)))
    }

    /// The results with an id; in a table, the id may be the text of it.
    fn with_id(&self, id: &Value) -> Vec<usize> {
        let text = id.to_string();
        let as_text = || self.by_id.get(&Value::from(&*text).to_string()).filter(|_| self.has_text_ids && !id.is_string());
        let first = self.by_id.get(&text).or_else(as_text).copied();
        std::iter::successors(first, |number| self.entries[*number].next_of_id).collect()
    }

    /// The results whose id is the same text as another type, and whose digest shows that they are of this row.
    fn with_id_of_other_type(&self, id: &Value, hash: Option<Digest>) -> Vec<usize> {
        let other = id.as_str().map_or_else(|| Value::from(id.to_string()).to_string(), str::to_owned);
        let first = hash.and_then(|_| self.by_id.get(&other)).copied();
        let all = std::iter::successors(first, |number| self.entries[*number].next_of_id);
        all.filter(|number| self.entries[*number].row.as_ref().is_some_and(|row| row.hash == hash)).collect()
    }

    fn by_id(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<Option<ResultRow>> {
        let Wanted { place, id, hash, named, .. } = wanted;
        let mut numbers = self.with_id(id);
        if numbers.is_empty() {
            numbers = self.with_id_of_other_type(id, *hash);
        }
        // The result of a row that could not be read is that of no row that can: its id may be the number of a line.
        let is_unread = |number: &usize| self.entries[*number].row.as_ref().is_some_and(|row| row.outcome.reason == Reason::BadRow);
        numbers.retain(|number| hash.is_none() || !is_unread(number));
        if numbers.len() > 1 {
            let same = |number: &usize| {
                self.entries[*number].row.as_ref().is_some_and(|row| row.hash == *hash) && self.is_of(*number, *named)
            };
            let matching: Vec<usize> = numbers.iter().copied().filter(same).collect();
            if let [_, second, ..] = matching[..] {
                let place = &self.entries[second].place;
                bail!(
                    "{place}: the id {id} occurs twice; give every row a unique `id` (that of a completion in a list is `ID/0`, `ID/1`, \
                     ...) and score again"
                )
            }
            if !matching.is_empty() {
                numbers = matching;
            }
        }
        let Some(number) = numbers.first().copied() else { return Ok(None) };
        let is_of = self.is_of(number, *named);
        let entry = &mut self.entries[number];
        let Some(row) = entry.row.take() else {
            bail!("{place}: the id {id} occurs in several rows; give every row a unique `id` and score again")
        };
        let other = match (row.hash, hash) {
            (Some(judged), Some(hash)) if judged != *hash => "completion, prompt, reference, picture or `reward`".to_owned(),
            _ if !is_of => format!("value of {}, which the rewards read", self.columns.join(", ")),
            _ => return Ok(Some(row)),
        };
        bail!("{place}: the result of the row {id} ({}) is of another {other}: score these rows again", entry.place)
    }

    fn by_hash(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<Option<ResultRow>> {
        let Some(hash) = wanted.hash else { return Ok(None) };
        if self.by_hash.is_empty() && self.entries.iter().any(|entry| entry.row.as_ref().is_some_and(|row| row.hash.is_none())) {
            bail!(
                "{}: the row has no id, and the results in {} have no digests (`hash`), which earlier versions did not write: \
                 score these rows again",
                wanted.place,
                self.path
            );
        }
        // A result that a row with an id has taken is passed over, and one of a row that differs in what the rewards read stays.
        let mut next = self.by_hash.get(&hash).copied();
        let mut is_first = true;
        while let Some(number) = next {
            next = self.entries[number].next;
            let fits = self.is_of(number, wanted.named);
            if is_first && (fits || self.entries[number].row.is_none()) {
                match next {
                    Some(next) => self.by_hash.insert(hash, next),
                    None => self.by_hash.remove(&hash),
                };
            } else {
                is_first = false;
            }
            if fits && let Some(row) = self.entries[number].row.take() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}
