//! Reads the result rows that `verify score` wrote.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use crate::Outcome;
use crate::rows::{Lines, ResultRow, Source};
use anyhow::{Context as _, anyhow, bail};

/// The outcomes of a result file by id.
pub(super) fn results(path: &str) -> anyhow::Result<HashMap<String, Outcome>> {
    let mut outcomes = HashMap::new();
    for source in Source::named(path)? {
        for line in lines(&source)? {
            let line = line?;
            let text = line.text.map_err(|problem| anyhow!("{source}:{}: {problem}", line.number))?;
            let row: ResultRow = serde_json::from_slice(&text)
                .with_context(|| format!("{source}:{}: not a result row of `verify score`", line.number))?;
            if outcomes.insert(row.id.to_string(), row.outcome).is_some() {
                bail!("{source}:{}: the id {} occurs twice; give every row a unique `id` and score again", line.number, row.id);
            }
        }
    }
    Ok(outcomes)
}

/// The lines of a source.
pub(super) fn lines(source: &Source) -> anyhow::Result<Lines<Box<dyn BufRead + Send>>> {
    Ok(Lines::new(source.open(&Arc::default())?))
}
