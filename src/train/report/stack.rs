//! The time of a step as stacked areas, and each part's share of it in words.

use std::fmt::Write as _;

use super::frame::Frame;
use super::lines::{Bucket, buckets, reach, smooth};
use super::metrics::{Kind, Mark, Metrics};
use crate::report::scale::{Axis, duration};

/// The parts of a step, from the bottom up: the name of the number and what it is.
const PARTS: [(&str, &str); 3] =
    [("sampling_seconds", "sampling"), ("scoring_wait_seconds", "waiting for scores"), ("update_seconds", "updating")];
/// Scoring goes on beside sampling. Only the wait for it lengthens a step; a run that does not measure the wait scores
/// between sampling and updating.
const SCORING: (&str, &str) = ("scoring_seconds", "scoring");

/// The chart, or nothing if fewer than two parts were measured.
pub(super) fn draw(metrics: &Metrics) -> String {
    let measured = |name: &str| metrics.series(name, Kind::Step);
    let beside = measured(SCORING.0);
    let waits = !measured(PARTS[1].0).is_empty();
    let part =
        |(name, title)| if name == PARTS[1].0 && !waits { (measured(SCORING.0), SCORING.1) } else { (measured(name), title) };
    let parts: Vec<_> = PARTS.into_iter().map(part).filter(|(marks, _)| !marks.is_empty()).collect();
    if parts.len() < 2 {
        return String::new();
    }
    let totals: Vec<f64> = parts.iter().map(|(marks, _)| total(marks)).collect();
    let whole: f64 = totals.iter().sum();
    let levels = levels(&parts.iter().map(|(marks, _)| &**marks).collect::<Vec<_>>());
    let top = levels.last().into_iter().flatten().map(|(_, _, top)| *top).fold(0.0, f64::max);
    let frame = Frame { x: Axis::steps(0.0, metrics.end()), y: Axis::around(0.0, top), stages: &metrics.stages };
    let (mut drawn, mut legend) = (String::new(), String::new());
    for (place, ((_, title), level)) in parts.iter().zip(&levels).enumerate() {
        for stage in level.chunk_by(|left, right| left.0.stage == right.0.stage) {
            let upper = stage.iter().map(|(bucket, _, high)| (bucket.x, *high));
            let lower = stage.iter().rev().map(|(bucket, low, _)| (bucket.x, *low));
            let _ = write!(drawn, "<path class=\"area s{place}\" d=\"{}Z\"/>", frame.path(upper.chain(lower)));
        }
        let _ = write!(
            legend,
            "<li><svg class=key viewBox=\"0 0 30 14\" aria-hidden=true><path class=\"area s{place}\" d=\"M1 1H29V13H1Z\"/></svg>\
             <span>{title} <b>{}</b></span></li>",
            percent(totals[place], whole)
        );
    }
    let picture = frame.picture("Seconds of a step: sampling, scoring, updating, stacked", "seconds per step", &drawn);
    let said = sentence(whole, waits.then(|| total(&beside)).filter(|seconds| *seconds > 0.0));
    format!("<figure><h3>Time of a step</h3>{picture}<ul class=legend>{legend}</ul><figcaption>{said}</figcaption></figure>")
}

/// For each part and each place on the axis the lower and the upper end of its area. A gap counts as no time.
fn levels(parts: &[&[Mark]]) -> Vec<Vec<(Bucket, f64, f64)>> {
    let mut below: Vec<f64> = Vec::new();
    let mut levels = Vec::new();
    for marks in parts {
        let filled: Vec<_> = marks.iter().map(|mark| Mark { value: Some(mark.value.unwrap_or(0.0).max(0.0)), ..*mark }).collect();
        let plain = buckets(&filled);
        let smoothed = smooth(&plain, reach(&plain));
        // All parts have the same places: those of the lines about steps.
        below.resize(smoothed.len(), 0.0);
        let level = smoothed.iter().zip(&mut below).map(|(bucket, below)| {
            let low = *below;
            *below += bucket.mean().unwrap_or(0.0);
            (*bucket, low, *below)
        });
        levels.push(level.collect());
    }
    levels
}

fn total(marks: &[Mark]) -> f64 {
    marks.iter().filter_map(|mark| mark.value).map(|value| value.max(0.0)).sum()
}

fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
    if (0.0..10.0).contains(&share) { format!("{share:.1} %") } else { format!("{share:.0} %") }
}

fn sentence(whole: f64, beside: Option<f64>) -> String {
    let steps = format!("{} in all steps together", duration(whole));
    beside.map_or_else(
        || format!("{steps}."),
        |seconds| {
            let share = percent(seconds, whole);
            format!("{steps}. Scoring took {} ({share}), most of it while the next batch was sampled.", duration(seconds))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::notes::Notes;
    use super::*;

    fn drawn(lines: &str) -> String {
        draw(&Metrics::read(lines, &mut Notes::default()))
    }

    #[test]
    fn the_shares_add_up_to_the_whole() {
        let html = drawn(r#"{"step":1,"sampling_seconds":6,"scoring_seconds":1,"update_seconds":3}"#);
        for share in ["sampling <b>60 %</b>", "scoring <b>10 %</b>", "updating <b>30 %</b>"] {
            assert!(html.contains(share), "{share}: {html}");
        }
        assert!(html.contains("10.0 s in all steps together."), "{html}");
    }

    #[test]
    fn scoring_beside_sampling_is_told_and_not_stacked() {
        let line = r#"{"step":1,"sampling_seconds":7,"scoring_seconds":2,"scoring_wait_seconds":0,"update_seconds":3}"#;
        let html = drawn(line);
        assert!(html.contains("waiting for scores <b>0.0 %</b>") && html.contains("sampling <b>70 %</b>"), "{html}");
        assert!(html.contains("Scoring took 2.0 s (20 %)"), "{html}");
    }

    #[test]
    fn a_run_without_times_has_no_such_chart() {
        assert_eq!(drawn(r#"{"step":1,"sampling_seconds":7}"#), "");
        assert_eq!(drawn(""), "");
    }
}
