//! The page of a report: its parts in their order, the packed rows, one style sheet and one script.
//!
//! The page's own policy forbids to load anything and to run any script but ours, and (where browsers know it) to make
//! markup from text. Packed rows are Base64 in elements that browsers do not execute.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::blocks::{CLASSES, compressed};
use super::collect::{FRAME, Report, room};
use super::html::short;
use super::summary::{VERDICTS, count};
use super::{base64, index, pairs, summary};
use crate::{Reason, Rule};

const STYLE: &str = concat!(include_str!("style/base.css"), include_str!("style/rows.css"));
pub(super) const SCRIPT: &str = concat!(
    include_str!("script/text.js"),
    include_str!("script/store.js"),
    include_str!("script/filter.js"),
    include_str!("script/row.js"),
    include_str!("script/list.js"),
    include_str!("script/page.js")
);
/// The SHA-256 of the script in Base64; a test compares it with the files.
pub(super) const SCRIPT_HASH: &str = "+MoMFiCOfL7f2D5DA5dvz9zuF0SH2rvT4h58pdmFPVs=";

/// The most bytes that the index has for a row; see `index`.
const INDEX_ROW: u64 = 48;
/// The most bytes of the element around a block.
const BLOCK_ELEMENT: u64 = 80;

impl Report {
    /// Writes the page. The result is the sentence of the page about rows that are left out; `None` if none is.
    ///
    /// # Errors
    /// A failed write.
    pub fn write_to(self, out: &mut impl Write) -> io::Result<Option<String>> {
        write(self, out)
    }
}

fn write(mut report: Report, out: &mut impl Write) -> io::Result<Option<String>> {
    report.findings.sort_by_key(|finding| finding.severity);
    let shown = sections(&report);
    let (size, index, names) = fitted(&mut report, shown.len() as u64);
    writeln!(out, "{}{}", head(&report), header(&report, &shown))?;
    out.write_all(shown.as_bytes())?;
    let left = left_out(&report);
    let said = left.as_ref().map_or_else(String::new, |left| format!("<p class=note id=left>{}</p>", short(left, 1000)));
    writeln!(out, "<section id=rows><h2>Rows</h2>{said}{BROWSER}")?;
    write!(out, "<script type=\"application/json\" id=names>{names}</script>")?;
    let mut data = |id: &str, bytes: &[u8]| {
        write!(out, "\n<script type=\"application/octet-stream\" id={id}>")?;
        base64::write(bytes, out)?;
        write!(out, "</script>")
    };
    data("index", &index)?;
    for (place, (_, bytes)) in report.blocks.packed().enumerate() {
        data(&format!("block{place}"), bytes)?;
    }
    debug_assert!(size <= report.options.max_bytes || report.blocks.kept().iter().all(|(kept, _)| *kept == 0));
    writeln!(out, "\n<script>{SCRIPT}</script></body></html>")?;
    Ok(left)
}

/// Leaves rows out until the page is small enough; returns the bytes of rows, index and names in the page, the index, and
/// the names. A page whose sections and names are too large has no rows.
fn fitted(report: &mut Report, markup: u64) -> (u64, Vec<u8>, String) {
    let most = report.options.max_bytes.saturating_sub(FRAME + markup);
    let mut room = room(report.options.max_bytes - markup.min(report.options.max_bytes));
    loop {
        report.blocks.fit(room);
        let index = compressed(&index::bytes(report.blocks.entries()));
        let names = in_script(&names(report));
        let rows = base64::length(report.blocks.packed_size()) + report.blocks.packed().count() as u64 * BLOCK_ELEMENT;
        let size = rows + base64::length(index.len() as u64) + names.len() as u64;
        if size <= most || room == 0 {
            return (size, index, names);
        }
        // Base64 has four characters for three bytes. The rows may already need less room than they had.
        room = room.min(report.blocks.packed_size()).saturating_sub(((size - most) / 4 * 3).max(INDEX_ROW));
    }
}

fn head(report: &Report) -> String {
    let title = short(&report.title, 200);
    format!(
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'\"><meta name=color-scheme content=\"light dark\"><title>{title}</title><style>{STYLE}</style></head><body>"
    )
}

fn header(report: &Report, sections: &str) -> String {
    let links = [
        ("summary", "Summary"),
        ("charts", "Distributions"),
        ("findings", "Findings"),
        ("tables", "Tables"),
        ("pairs", "Comparison"),
    ];
    let mut nav = String::new();
    for (id, name) in links.iter().filter(|(id, _)| sections.contains(&format!("<section id={id}>"))) {
        let _ = write!(nav, "<a href=\"#{id}\">{name}</a>");
    }
    let title = short(&report.title, 200);
    format!(
        "<a class=skip href=\"#rows\">To the rows</a><header><h1><bdi>{title}</bdi></h1></header><nav aria-label=Sections>{nav}\
         <a href=\"#rows\">Rows</a><button type=button id=theme hidden></button></nav><main>"
    )
}

/// The sections before the rows.
fn sections(report: &Report) -> String {
    let mut html = String::new();
    if !report.notes.is_empty() {
        let notes: String = report.notes.iter().map(|note| format!("<li>{}</li>", short(note, 1000))).collect();
        let _ = write!(html, "<aside class=note><ul>{notes}</ul></aside>");
    }
    let drawn = summary::draw(&report.tally, &report.facts, report.sides.as_ref(), &report.sources);
    let _ = write!(html, "<section id=summary><h2>Summary</h2>{drawn}</section>");
    let charts: String = report.tally.charts().iter().chain(&report.charts).map(super::charts::Chart::html).collect();
    section(
        &mut html,
        "charts",
        "Distributions",
        &if charts.is_empty() { charts } else { format!("<div class=charts>{charts}</div>") },
    );
    section(&mut html, "findings", "Findings", &report.findings.iter().map(super::finding::Finding::html).collect::<String>());
    section(&mut html, "tables", "Tables", &report.tables.iter().map(super::table::Table::html).collect::<String>());
    if let Some(names) = &report.sides {
        section(&mut html, "pairs", "Comparison", &pairs::draw(&report.tally, names));
    }
    html
}

fn section(html: &mut String, id: &str, title: &str, content: &str) {
    if !content.is_empty() {
        let _ = write!(html, "<section id={id}><h2>{title}</h2>{content}</section>");
    }
}

/// The names that the numbers of the index and of the records refer to.
fn names(report: &Report) -> Value {
    let (mut starts, mut first) = (Vec::new(), 0);
    for (rows, _) in report.blocks.packed() {
        starts.push(first);
        first += rows;
    }
    json!({
        "rows": first,
        "starts": starts,
        "columns": index::columns(),
        "verdicts": VERDICTS,
        "reasons": Reason::ALL.iter().map(|reason| [reason.code(), reason.describe()]).collect::<Vec<_>>(),
        "rules": Rule::ALL.iter().map(|rule| (rule.name().to_owned(), rule.describe().into())).collect::<serde_json::Map<_, _>>(),
        "files": report.files.all(),
        "separators": report.separators,
        "sources": report.sources.all(),
        "sides": report.sides,
    })
}

/// What was left out, in words; `None` if nothing was.
fn left_out(report: &Report) -> Option<String> {
    let kept = report.blocks.kept();
    let (shown, all) = kept.iter().fold((0, 0), |(shown, all), (kept, added)| (shown + kept, all + added));
    if shown == all {
        return None;
    }
    let names: [&str; CLASSES] = match (&report.sides, report.tally.sides[0].reasons.keys().all(|(verdict, _)| *verdict == 3)) {
        (Some(_), _) => ["unscored rows and disagreements", "other incorrect rows", "other rows"],
        (None, true) => ["unscored rows", "incorrect rows", "rows"],
        (None, false) => ["unscored rows", "incorrect rows", "correct rows"],
    };
    let part = |((kept, added), name): (&(u64, u64), &str)| match (kept, added) {
        (_, 0) => None,
        (0, added) => Some(format!("none of {} {name}", count(*added))),
        (kept, added) if kept == added => Some(format!("all {} {name}", count(*added))),
        (kept, added) => {
            Some(format!("{} of {} {name}, drawn at random (seed {})", count(*kept), count(*added), report.options.seed))
        }
    };
    let parts: Vec<_> = kept.iter().zip(names).filter_map(part).collect();
    Some(format!(
        "The file is limited to {} MB, so {} of {} rows are listed here: {}. Summary, charts and tables count all rows.",
        report.options.max_bytes / 1_000_000,
        count(shown),
        count(all),
        parts.join("; ")
    ))
}

/// JSON that ends no element and starts no comment.
fn in_script(value: &Value) -> String {
    let escaped = [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")];
    escaped.iter().fold(value.to_string(), |json, (character, escape)| json.replace(character, escape))
}

/// The browser of rows: what the script fills.
const BROWSER: &str = include_str!("browser.html");
