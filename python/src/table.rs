//! Outcomes as tables for notebooks and data frames.
//!
//! Accepts: any outcomes. Markup in a completion is escaped, and text and rows are cut to one screen.

use std::borrow::Cow;
use std::fmt::Write as _;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::arrow;
use r1rewards::Outcome;

/// Most rows, and most characters of a cell, that a notebook shows.
const ROWS: usize = 20;
const CHARACTERS: usize = 120;

/// A text, cut to this many characters with ` ...` at the end if it has more.
pub(super) fn cut(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => Cow::Owned(format!("{} ...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The columns of an outcome and its components' rewards, flat.
pub(super) fn record<'py>(py: Python<'py>, outcome: &Outcome, components: &[&str]) -> PyResult<Bound<'py, PyDict>> {
    let record = PyDict::new(py);
    record.set_item("verdict", outcome.verdict.code())?;
    record.set_item("reward", outcome.value)?;
    record.set_item("reason", outcome.reason.code())?;
    record.set_item("extracted", outcome.extracted.as_deref())?;
    record.set_item("rule", outcome.rule.as_deref())?;
    record.set_item("detail", outcome.detail.as_deref())?;
    record.set_item("work", outcome.cost.work)?;
    for name in components {
        record.set_item(format!("components.{name}"), arrow::component(outcome, name))?;
    }
    Ok(record)
}

/// The first outcomes as a table in HTML, under the line `about`, which summarises all of them.
pub(super) fn html(about: &str, outcomes: &[Outcome]) -> String {
    let mut page = format!("<div><p>{}</p><table><thead><tr><th></th>", escaped(about));
    let names = ["verdict", "reward", "reason", "extracted", "detail"];
    names.iter().for_each(|name| _ = write!(page, "<th>{name}</th>"));
    page.push_str("</tr></thead><tbody>");
    for (place, outcome) in outcomes.iter().take(ROWS).enumerate() {
        let reward = outcome.value.map_or(String::new(), |value| value.to_string());
        let optional = |text: &Option<String>| cut(text.as_deref().unwrap_or_default(), CHARACTERS).into_owned();
        let cells = [
            outcome.verdict.code().to_owned(),
            reward,
            outcome.reason.code().to_owned(),
            optional(&outcome.extracted),
            optional(&outcome.detail),
        ];
        _ = write!(page, "<tr><th>{place}</th>");
        cells.iter().for_each(|cell| _ = write!(page, "<td>{}</td>", escaped(cell)));
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table>");
    if let Some(more @ 1..) = outcomes.len().checked_sub(ROWS) {
        _ = write!(page, "<p>... and {more} more</p>");
    }
    page + "</div>"
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Notebooks typeset text between dollar signs as mathematics.
            '$' => escaped.push_str("&#36;"),
            other => escaped.push(other),
        }
    }
    escaped
}
