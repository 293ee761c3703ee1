//! What an audit has found: passed on in the order of the rows, counted, with the first examples.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::finding::{Example, Finding, FindingCode};
use super::prompts::Spot;
use crate::Result;
use crate::rows::Unit;
use crate::rows::run::Place;

/// One finding, as it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What was found.
    pub code: FindingCode,
    /// Where, and what in words.
    pub example: Example,
}

/// The findings so far.
///
/// Rows are seen before their completions are judged, and how many at once depends on the time that judging takes. What is
/// found about a row waits here until its completions are judged, so that the order of findings depends on the rows alone:
/// first those about a row, then those about its completions.
pub(super) struct Log<S> {
    /// Called with each finding.
    each: S,
    findings: BTreeMap<FindingCode, Finding>,
    /// The most examples of a finding that are kept.
    examples: usize,
    /// The sources, and what their numbers count.
    sources: Vec<(String, Unit)>,
    /// What was found about rows whose completions are still to come.
    waiting: VecDeque<(Spot, Found)>,
    /// What was found, while no row has had a reference or a completion, and none need have one.
    held: Option<Vec<Found>>,
}

impl<S: FnMut(&Found) -> Result<()>> Log<S> {
    pub(super) fn new(examples: usize, each: S) -> Self {
        Self { each, findings: BTreeMap::new(), examples, sources: Vec::new(), waiting: VecDeque::new(), held: None }
    }

    /// A log of rows that may have prompts alone: it holds what is found until [`release`](Self::release). At the end of rows that
    /// all have prompts alone, references are not missing.
    pub(super) fn holding(examples: usize, each: S) -> Self {
        Self { held: Some(Vec::new()), ..Self::new(examples, each) }
    }

    /// Passes on what was held: rows have references or completions.
    ///
    /// # Errors
    /// As `each`.
    pub(super) fn release(&mut self) -> Result<()> {
        self.held.take().unwrap_or_default().into_iter().try_for_each(|found| self.pass(found))
    }

    /// The spot of a place.
    pub(super) fn spot(&mut self, place: Place<'_>) -> Spot {
        // The outcomes of a window come after its rows, so the last sources may be asked for again.
        let number = self.sources.iter().rposition(|(known, _)| known == place.source).unwrap_or_else(|| {
            self.sources.push((place.source.to_owned(), place.unit));
            self.sources.len() - 1
        });
        Spot { source: u32::try_from(number).unwrap_or(u32::MAX), line: place.line }
    }

    /// The place of a spot.
    pub(super) fn place(&self, spot: Spot) -> Place<'_> {
        let (source, unit) = &self.sources[spot.source as usize];
        Place { source, line: spot.line, unit: *unit }
    }

    /// Adds a finding about a row, which is passed on before those about its completions.
    pub(super) fn add(&mut self, code: FindingCode, spot: Spot, id: &Value, detail: String) {
        let found = self.found(code, spot, id, detail);
        self.waiting.push_back((spot, found));
    }

    /// Passes on what was found about the rows up to this one.
    ///
    /// # Errors
    /// As `each`.
    pub(super) fn pass_on(&mut self, spot: Spot) -> Result<()> {
        while self.waiting.front().is_some_and(|(found, _)| *found <= spot) {
            if let Some((_, found)) = self.waiting.pop_front() {
                self.pass(found)?;
            }
        }
        Ok(())
    }

    /// Passes on what was found about all rows so far.
    ///
    /// # Errors
    /// As `each`.
    pub(super) fn pass_all(&mut self) -> Result<()> {
        std::mem::take(&mut self.waiting).into_iter().try_for_each(|(_, found)| self.pass(found))
    }

    /// Passes on a finding at once.
    ///
    /// # Errors
    /// As `each`.
    pub(super) fn state(&mut self, code: FindingCode, spot: Spot, id: &Value, detail: String) -> Result<()> {
        let found = self.found(code, spot, id, detail);
        self.pass(found)
    }

    /// All findings, in the order of the table of codes.
    ///
    /// # Errors
    /// As `each`.
    pub(super) fn finish(mut self) -> Result<Vec<Finding>> {
        self.pass_all()?;
        if let Some(held) = &mut self.held {
            held.retain(|found| found.code != FindingCode::GoldMissing);
        }
        self.release()?;
        Ok(self.findings.into_values().collect())
    }

    fn found(&self, code: FindingCode, spot: Spot, id: &Value, detail: String) -> Found {
        let Place { source, line, unit } = self.place(spot);
        Found { code, example: Example { source: source.to_owned(), line, unit, id: id.clone(), detail } }
    }

    fn pass(&mut self, found: Found) -> Result<()> {
        if let Some(held) = &mut self.held {
            held.push(found);
            return Ok(());
        }
        let code = found.code;
        (self.each)(&found)?;
        let finding = self.findings.entry(code).or_insert_with(|| Finding { code, count: 0, examples: Vec::new() });
        finding.count += 1;
        if finding.examples.len() < self.examples {
            finding.examples.push(found.example);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_does_not_depend_on_how_many_rows_are_judged_together() {
        let spots = [1, 2, 3].map(|line| Spot { source: 0, line });
        let order = |window: usize| {
            let mut seen = Vec::new();
            let mut log = Log::new(1, |found: &Found| {
                seen.push((found.example.line, found.example.detail.clone()));
                Ok(())
            });
            for rows in spots.chunks(window) {
                for spot in rows {
                    log.spot(Place::line("rows.jsonl", spot.line));
                    log.add(FindingCode::GoldMissing, *spot, &Value::Null, "row".to_owned());
                }
                for spot in rows {
                    log.pass_on(*spot).unwrap();
                    log.state(FindingCode::Unscored, *spot, &Value::Null, "completion".to_owned()).unwrap();
                }
            }
            let findings = log.finish().unwrap();
            assert_eq!(
                findings.iter().map(|finding| (finding.count, finding.examples.len())).collect::<Vec<_>>(),
                [(3, 1), (3, 1)]
            );
            seen
        };
        assert_eq!(order(1), order(3));
        assert_eq!(order(1)[..2], [(1, "row".to_owned()), (1, "completion".to_owned())]);
    }
}
