//! The page: its parts in their order, one style sheet, one small script.
//!
//! Everything is in the one file, and the page's own policy forbids to load anything and to run any script but ours:
//! should a text that a model wrote ever be taken for markup, it would still do nothing.

use std::fmt::Write as _;
use std::path::Path;

use super::facts::Facts;
use super::files::{AFTER, BEFORE, RunFiles};
use super::metrics::{self, Metrics};
use super::notes::Notes;
use super::samples::Samples;
use super::{changes, chart, pairs, plan, stack};
use crate::report::html::{block, escape, short};

const STYLE: &str = concat!(include_str!("../../report/style/base.css"), include_str!("style.css"));
const SCRIPT: &str = include_str!("script.js");
/// The SHA-256 of the script in Base64; a test compares it with the file.
pub(super) const SCRIPT_HASH: &str = "hoMvAZ1A4VA+Vvy4qZFCISkyzVOSj0hnXMbJlkRPH/Q=";

/// The most characters of the configuration.
const CONFIG: usize = 200_000;

/// The page of a run.
pub(super) fn page(run: &RunFiles) -> String {
    let mut notes = Notes::default();
    for file in &run.cut {
        notes.add(format!("{file} is very large; only its start was read"));
    }
    let metrics = Metrics::read(run.metrics.as_deref().unwrap_or_default(), &mut notes);
    let mut facts = run.run.as_deref().map(|text| Facts::read(text, &mut notes)).unwrap_or_default();
    facts.measured(metrics.seconds);
    let read = |file, text: &Option<String>, notes: &mut Notes| text.as_ref().map(|text| Samples::read(file, text, notes));
    let before = read(BEFORE, &run.samples_before, &mut notes);
    let after = read(AFTER, &run.samples_after, &mut notes);
    let curves = curves(&metrics, &mut notes);

    let folder = Path::new(&run.folder).file_name().map(|name| name.to_string_lossy().into_owned());
    let title = short(&facts.name.clone().or(folder).unwrap_or_else(|| "training run".to_owned()), 200);
    let mut html = head(&title);
    let _ = write!(html, "<header><h1><bdi>{title}</bdi></h1>{}</header>", facts.html());
    html.push_str(
        "<nav><a href=\"#result\">Result</a><a href=\"#curves\">Curves</a><a href=\"#samples\">Samples</a>\
         <a href=\"#config\">Config</a></nav><main>",
    );
    html.push_str(&noted(&notes));
    let _ = write!(html, "<section id=result><h2>Before and after</h2>{}</section>", changes::before_after(&metrics));
    let _ = write!(html, "<section id=curves>{curves}</section>");
    let shown = pairs::draw(before.as_ref(), after.as_ref());
    let _ = write!(html, "<section id=samples><h2>Samples</h2>{shown}</section>");
    let config = run.config.as_deref().map_or_else(|| "<p>The run has no config.toml.</p>".to_owned(), |text| block(text, CONFIG));
    let _ = writeln!(html, "<section id=config><h2>Config</h2>{config}</section></main><script>{SCRIPT}</script></html>");
    html
}

fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\
         <meta name=color-scheme content=\"light dark\"><title>{title}: training report</title><style>{STYLE}</style></head><body>"
    )
}

/// What is missing from the page; nothing if nothing is.
fn noted(notes: &Notes) -> String {
    let texts = notes.texts();
    if texts.is_empty() {
        return String::new();
    }
    let items: String = texts.iter().map(|text| format!("<li>{}.</li>", short(text, 500))).collect();
    format!("<aside class=note><p>Not everything is on this page:</p><ul>{items}</ul></aside>")
}

fn curves(metrics: &Metrics, notes: &mut Notes) -> String {
    let (groups, left) = plan::plan(metrics);
    if !left.is_empty() {
        let some: Vec<_> = left.iter().take(10).map(|name| crate::report::html::cut(name, 40)).collect();
        let more = if left.len() > some.len() { format!(" and {} more", left.len() - some.len()) } else { String::new() };
        notes.add(format!(
            "{}: without a curve, because they have no value or are too many: {}{more}",
            metrics::FILE,
            some.join(", ")
        ));
    }
    let time = stack::draw(metrics);
    if groups.is_empty() {
        return "<h2>Curves</h2><p>No step was recorded yet.</p>".to_owned();
    }
    let mut html =
        "<p class=note>Dots are evaluations. Thin lines are what the steps measured, thick lines the same smoothed over about \
                    a fifteenth of the run. The numbers in bold are the last values.</p>"
            .to_owned();
    for group in groups {
        let _ = write!(html, "<h2>{}</h2><div class=charts>", escape(group.title));
        if group.title == plan::TIME {
            html.push_str(&time);
        }
        for chart in &group.charts {
            html.push_str(&chart::draw(chart, metrics));
        }
        html.push_str("</div>");
    }
    html
}
