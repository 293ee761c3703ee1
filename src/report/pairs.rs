//! Two judgements of the same rows: the confusion table, and disagreements by pair of reasons.

use std::fmt::Write as _;

use super::html::short;
use super::summary::{VERDICTS, button, count, percent};
use super::tally::{Kind, Tally, reason};

/// The most pairs of reasons in the table.
const PAIRS: usize = 100;

/// Both tables; every cell with rows opens them.
pub(super) fn draw(tally: &Tally, names: &[String; 2]) -> String {
    confusion(tally, names) + &disagreements(tally, names)
}

fn confusion(tally: &Tally, names: &[String; 2]) -> String {
    let cell = |one: u8, other: u8| -> u64 {
        let is_cell = |((left, right), _): &(&(Kind, Kind), &u64)| left.0 == one && right.0 == other;
        tally.pairs.iter().filter(is_cell).map(|(_, rows)| rows).sum()
    };
    let verdicts = || (0_u8..).zip(VERDICTS);
    let rows: Vec<_> = verdicts().filter(|(one, _)| verdicts().any(|(other, _)| cell(*one, other) > 0)).collect();
    let columns: Vec<_> = verdicts().filter(|(other, _)| verdicts().any(|(one, _)| cell(one, *other) > 0)).collect();
    let (left, right) = (short(&names[0], 60), short(&names[1], 60));
    let mut html = format!(
        "<div class=wide><table class=confusion><caption>Rows: verdict of <b>{left}</b>. Columns: verdict of <b>{right}</b>.</caption>\
         <thead><tr><td>"
    );
    // Writing to memory cannot fail.
    for (_, verdict) in &columns {
        let _ = write!(html, "<th scope=col class=number>{verdict}");
    }
    html.push_str("</thead><tbody>");
    for (one, verdict) in &rows {
        let _ = write!(html, "<tr><th scope=row>{verdict}");
        for (other, _) in &columns {
            let (rows, same) = (cell(*one, *other), one == other);
            let class = if same { "number same" } else { "number differs" };
            match rows {
                0 => html.push_str("<td class=number>0"),
                rows => {
                    let filter = button(&format!("verdict={one}&otherVerdict={other}"), &count(rows));
                    let _ = write!(html, "<td class=\"{class}\">{filter}");
                }
            }
        }
    }
    html + "</tbody></table></div>"
}

fn disagreements(tally: &Tally, names: &[String; 2]) -> String {
    let mut pairs: Vec<_> = tally.pairs.iter().filter(|((one, other), _)| one.0 != other.0).collect();
    let all: u64 = pairs.iter().map(|(_, rows)| **rows).sum();
    if all == 0 {
        return "<p>No row has different verdicts.</p>".to_owned();
    }
    pairs.sort_by_key(|(pair, rows)| (std::cmp::Reverse(**rows), **pair));
    let (left, right) = (short(&names[0], 60), short(&names[1], 60));
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    let share = percent(all as f64 / tally.rows.max(1) as f64);
    let mut html = format!(
        "<div class=wide><table><caption>Disagreements by pair of reasons: {} rows ({share})</caption><thead><tr><th scope=col>{left}\
         <th scope=col>{right}<th scope=col class=number>rows</thead><tbody>",
        count(all)
    );
    for (((verdict, why), (other, other_why)), rows) in pairs.iter().take(PAIRS) {
        let side = |verdict: &u8, why: &u8| {
            let verdict = VERDICTS[usize::from(*verdict)];
            let code = reason(*why).map_or("", |reason| reason.code());
            format!("<span class=\"badge {}\">{verdict}</span> {code}", verdict.replace(' ', "-"))
        };
        let filter = format!("verdict={verdict}&reason={why}&otherVerdict={other}&otherReason={other_why}");
        let _ = write!(
            html,
            "<tr><td>{}<td>{}<td class=number>{}",
            side(verdict, why),
            side(other, other_why),
            button(&filter, &count(**rows))
        );
    }
    html.push_str("</tbody></table></div>");
    if pairs.len() > PAIRS {
        let _ = write!(html, "<p class=note>{} more pairs of reasons are not in the table.</p>", pairs.len() - PAIRS);
    }
    html
}
