//! The evaluations as tables: before and after the training, and all of them.

use std::fmt::Write as _;

use super::metrics::{Kind, Metrics, Point};
use super::plan::readable;
use crate::report::html::{escape, short};
use crate::report::scale::{alike, signed, whole};

/// The most evaluations in the table of all.
const ROWS: usize = 200;
/// The most columns of that table.
const COLUMNS: usize = 24;

/// The table of the first and the last value of each number and their difference; a sentence if there was no evaluation.
pub(super) fn before_after(metrics: &Metrics) -> String {
    let points = evaluations(metrics);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return "<p>No evaluation was recorded.</p>".to_owned();
    };
    let mut html = format!(
        "<div class=wide><table><caption>Evaluations on held-out problems: first ({}) and last ({})</caption>\
         <thead><tr><th scope=col>number<th scope=col>before<th scope=col>after<th scope=col>change</thead><tbody>",
        escape(&metrics.place(first)),
        escape(&metrics.place(last))
    );
    for name in names(metrics, &points) {
        let valued: Vec<_> = points.iter().filter_map(|point| Some((*point, metrics.value(name, point)?))).collect();
        let (Some((start, before)), Some((end, after))) = (valued.first(), valued.last()) else { continue };
        let write = alike(&[*before, *after]);
        let cell = |point: &Point, expected: &Point, value: f64| {
            let elsewhere = point.x.total_cmp(&expected.x).is_ne();
            let place = if elsewhere { format!(" <small>{}</small>", escape(&metrics.place(point))) } else { String::new() };
            format!("<td>{}{place}", write(value))
        };
        let (raw, shown) = (short(name, 200), escape(&readable(name)));
        let _ = write!(html, "<tr><th scope=row title=\"{raw}\">{shown}{}", cell(start, first, *before));
        if valued.len() > 1 {
            let _ = write!(html, "{}<td>{}", cell(end, last, *after), signed(&write(after - before)));
        } else {
            html.push_str("<td>–<td>–");
        }
    }
    html.push_str("</tbody></table></div>");
    html + &all(metrics, &points)
}

/// All evaluations, folded; nothing if there are fewer than three.
fn all(metrics: &Metrics, points: &[&Point]) -> String {
    if points.len() < 3 {
        return String::new();
    }
    let names = names(metrics, points);
    let (shown, kept) = (&points[points.len().saturating_sub(ROWS)..], &names[..names.len().min(COLUMNS)]);
    let mut html = format!("<details><summary>All {} evaluations</summary>", whole(points.len()));
    if shown.len() < points.len() || kept.len() < names.len() {
        let _ = write!(html, "<p>Shown are the last {} and the first {} numbers.</p>", shown.len(), kept.len());
    }
    html.push_str("<div class=wide><table><thead><tr><th scope=col>where");
    for name in kept {
        let _ = write!(html, "<th scope=col title=\"{}\">{}", short(name, 200), escape(&readable(name)));
    }
    html.push_str("</thead><tbody>");
    let column = |name: &&str| alike(&shown.iter().filter_map(|point| metrics.value(name, point)).collect::<Vec<_>>());
    let writers: Vec<_> = kept.iter().map(column).collect();
    for point in shown {
        let _ = write!(html, "<tr><th scope=row>{}", escape(&metrics.place(point)));
        for (name, write) in kept.iter().zip(&writers) {
            let value = metrics.value(name, point).map_or_else(|| "–".to_owned(), write);
            let _ = write!(html, "<td>{value}");
        }
    }
    html + "</tbody></table></div></details>"
}

fn evaluations(metrics: &Metrics) -> Vec<&Point> {
    metrics.points.iter().filter(|point| point.kind == Kind::Evaluation).collect()
}

/// The names of the numbers that have a value in one of the lines.
fn names<'a>(metrics: &'a Metrics, points: &[&Point]) -> Vec<&'a str> {
    let valued = |name: &&str| points.iter().any(|point| metrics.value(name, point).is_some());
    metrics.names.iter().map(String::as_str).filter(valued).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::super::notes::Notes;
    use super::*;

    fn table(lines: &str) -> String {
        before_after(&Metrics::read(lines, &mut Notes::default()))
    }

    #[test]
    fn first_and_last_value_and_their_difference_are_shown() {
        let html = table(
            r#"{"kind":"evaluation","stage":"grpo","step":0,"pass_at_1":0.25}
            {"kind":"evaluation","stage":"grpo","step":50,"pass_at_1":0.9}
            {"kind":"step","stage":"grpo","step":60,"pass_at_1":0.1}
            {"kind":"evaluation","stage":"grpo","step":100,"pass_at_1":0.75}"#,
        );
        assert!(html.contains("first (grpo, step 0) and last (grpo, step 100)"), "{html}");
        assert!(html.contains("pass@1<td>0.250<td>0.750<td>+0.500"), "{html}");
        assert!(html.contains("All 3 evaluations"), "{html}");
    }

    #[test]
    fn a_number_that_was_not_measured_at_both_ends_says_where_it_was() {
        let html = table(
            r#"{"kind":"evaluation","stage":"a","step":0,"format":1}
            {"kind":"evaluation","stage":"a","step":5,"delta":-0.5,"format":null}
            {"kind":"evaluation","stage":"a","step":9,"delta":0.5,"format":1}"#,
        );
        assert!(html.contains("delta<td>−0.500 <small>a, step 5</small><td>0.500<td>+1.000"), "{html}");
        assert!(html.contains("format<td>1<td>1<td>0"), "{html}");
    }

    #[test]
    fn one_evaluation_has_no_difference() {
        let html = table(r#"{"kind":"evaluation","stage":"a","step":0,"format":1}"#);
        assert!(html.contains("format<td>1<td>–<td>–"), "{html}");
        assert_eq!(table(r#"{"step":1,"loss":1}"#), "<p>No evaluation was recorded.</p>");
    }
}
