//! Reads the result rows that `verify score` wrote.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Outcome;
use crate::rows::run::Place;
use crate::rows::{ResultRow, Source};
use anyhow::{Context as _, anyhow, bail};

/// The outcomes of a result file by id.
pub(super) fn results(path: &str) -> anyhow::Result<HashMap<String, Outcome>> {
    let mut outcomes = HashMap::new();
    for source in Source::named(path)? {
        let name = source.to_string();
        for line in source.records(None, &Arc::default())? {
            let line = line?;
            let place = Place { source: &name, line: line.number, unit: line.unit };
            let text = line.text.map_err(|problem| anyhow!("{place}: {problem}"))?;
            let row: ResultRow =
                serde_json::from_slice(&text).with_context(|| format!("{place}: not a result row of `verify score`"))?;
            if outcomes.insert(row.id.to_string(), row.outcome).is_some() {
                bail!("{place}: the id {} occurs twice; give every row a unique `id` and score again", row.id);
            }
        }
    }
    Ok(outcomes)
}
