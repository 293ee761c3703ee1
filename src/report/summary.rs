//! The summary: the numbers of all rows, and tables by verdict and reason and by source.

use std::fmt::Write as _;

use super::html::{escape, short};
use super::names::Names;
use super::scale::{brief, whole};
use super::tally::{Kind, NO_REASON, Tally, reason};
use crate::Verdict;

/// The most sources in their table.
const SOURCES: usize = 200;

/// The names of the verdicts by number.
pub(super) const VERDICTS: [&str; 4] = [Verdict::Correct.code(), Verdict::Incorrect.code(), Verdict::Unscored.code(), "not judged"];

/// The summary; `facts` are what the caller says.
pub(super) fn draw(tally: &Tally, facts: &[(String, String)], sides: Option<&[String; 2]>, sources: &Names) -> String {
    let mut html = String::from("<dl>");
    for (label, value) in facts.iter().cloned().chain(numbers(tally, sides)) {
        let _ = write!(html, "<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>", short(&label, 100), short(&value, 500));
    }
    html.push_str("</dl>");
    if tally.sides.iter().any(|side| side.reasons.keys().any(|(verdict, _)| *verdict < 3)) {
        html.push_str("<div class=tables>");
        html.push_str(&reasons(tally, 0, sides.map_or("", |names| &names[0])));
        if let Some(names) = sides {
            html.push_str(&reasons(tally, 1, &names[1]));
        }
        html.push_str("</div>");
    }
    html + &by_source(tally, sources)
}

/// The numbers of a run.
fn numbers(tally: &Tally, sides: Option<&[String; 2]>) -> Vec<(String, String)> {
    let mut numbers = vec![("rows".to_owned(), count(tally.rows))];
    for (place, side) in tally.sides.iter().enumerate() {
        let (sum, of) = side.reward;
        if of > 0 {
            let name = sides.map_or_else(String::new, |names| format!(", {}", names[place]));
            numbers.push((format!("mean reward{name}"), brief(sum / float(of))));
        }
    }
    if tally.is_grouped() {
        let of = sides.map_or_else(String::new, |names| format!(", {}", names[0]));
        numbers.push(("prompts".to_owned(), whole(tally.groups.prompts())));
        numbers.extend(tally.groups.pass_at().into_iter().map(|(k, share)| (format!("pass@{k}{of}"), percent(share))));
        if let Some((fewest, most)) = tally.groups.sizes() {
            let sizes = if fewest == most { most.to_string() } else { format!("{fewest}..{most}") };
            numbers.push((format!("cons@{sizes}{of}"), percent(tally.groups.consensus())));
        }
    }
    numbers
}

/// Counts by verdict and reason of one side; each opens the rows.
fn reasons(tally: &Tally, side: usize, name: &str) -> String {
    let (verdict_key, reason_key) = keys(side);
    let title = if name.is_empty() { "Verdicts and reasons".to_owned() } else { format!("Verdicts and reasons: {name}") };
    let mut html = format!(
        "<div class=wide><table class=reasons><caption>{}</caption><thead><tr><th scope=col>verdict, reason<th scope=col class=number>rows\
         <th scope=col class=number>share<th scope=col class=meaning>meaning</thead><tbody>",
        short(&title, 200)
    );
    let share = |rows: u64| percent(float(rows) / float(tally.rows.max(1)));
    // Writing to memory cannot fail.
    for (number, verdict) in (0_u8..).zip(VERDICTS) {
        let rows = tally.count(side, number);
        if rows == 0 {
            continue;
        }
        let filter =
            button(&format!("{verdict_key}={number}"), &format!("<span class=\"badge {0}\">{0}</span>", verdict.replace(' ', "-")));
        let _ = write!(
            html,
            "<tr class=verdict><th scope=row>{filter}<td class=number>{}<td class=number>{}<td class=meaning>",
            count(rows),
            share(rows)
        );
        let mut kinds: Vec<(&Kind, &u64)> = tally.sides[side].reasons.iter().filter(|((known, _), _)| *known == number).collect();
        kinds.sort_by_key(|((_, reason), rows)| (std::cmp::Reverse(**rows), *reason));
        for ((_, code), rows) in kinds.into_iter().filter(|((_, code), _)| *code != NO_REASON) {
            let (name, sentence) = reason(*code).map_or(("", ""), |reason| (reason.code(), reason.describe()));
            let filter = button(&format!("{verdict_key}={number}&{reason_key}={code}"), &escape(name));
            let _ = write!(
                html,
                "<tr><th scope=row>{filter}<td class=number>{}<td class=number>{}<td class=meaning>{}",
                count(*rows),
                share(*rows),
                escape(sentence)
            );
        }
    }
    html + "</tbody></table></div>"
}

/// The names of the filters for verdict and reason of a side.
pub(super) fn keys(side: usize) -> (&'static str, &'static str) {
    if side == 0 { ("verdict", "reason") } else { ("otherVerdict", "otherReason") }
}

/// A button that shows the rows that a filter leaves, as `name=number&name=number`.
pub(super) fn button(filter: &str, html: &str) -> String {
    format!("<button type=button class=filter data-filter=\"{}\">{html}</button>", escape(filter))
}

fn by_source(tally: &Tally, sources: &Names) -> String {
    if tally.sources.len() < 2 {
        return String::new();
    }
    let mut html = String::from(
        "<div class=wide><table><caption>By source</caption><thead><tr><th scope=col>source<th scope=col class=number>rows\
         <th scope=col class=number>correct<th scope=col class=number>incorrect<th scope=col class=number>unscored\
         <th scope=col class=number>correct, of scored<th scope=col class=number>mean reward</thead><tbody>",
    );
    for (number, ((verdicts, reward), name)) in tally.sources.iter().zip(sources.all()).enumerate().take(SOURCES) {
        let [correct, incorrect, unscored, _] = *verdicts;
        let scored = correct + incorrect;
        let rate = if scored > 0 { percent(float(correct) / float(scored)) } else { "–".to_owned() };
        let mean = if scored > 0 { brief(reward / float(scored)) } else { "–".to_owned() };
        let filter = button(&format!("source={number}"), &format!("<bdi>{}</bdi>", short(name, 400)));
        let _ = write!(
            html,
            "<tr><th scope=row>{filter}<td class=number>{}<td class=number>{}<td class=number>{}<td class=number>{}\
             <td class=number>{rate}<td class=number>{mean}",
            count(verdicts.iter().sum()),
            count(correct),
            count(incorrect),
            count(unscored)
        );
    }
    html.push_str("</tbody></table></div>");
    if tally.sources.len() > SOURCES {
        let _ = write!(html, "<p class=note>{} more sources are not in the table.</p>", whole(tally.sources.len() - SOURCES));
    }
    html
}

/// A count with commas.
pub(super) fn count(count: u64) -> String {
    usize::try_from(count).map_or_else(|_| count.to_string(), whole)
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
fn float(count: u64) -> f64 {
    count as f64
}
