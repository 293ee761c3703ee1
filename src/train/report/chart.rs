//! A chart of numbers over the steps: thin lines of what was measured, thick lines smoothed, dots for evaluations.

use std::fmt::Write as _;

use super::frame::Frame;
use super::lines::{Bucket, buckets, reach, smooth, strokes};
use super::metrics::{Kind, Mark, Metrics};
use super::plan::{Chart, noisy, readable};
use crate::report::html::{escape, short};
use crate::report::scale::{Axis, number};

/// One number of a chart.
struct Series {
    name: String,
    evaluations: Vec<Mark>,
    steps: Vec<Bucket>,
    /// The values of steps smoothed, if they are noisy and many.
    smoothed: Option<Vec<Bucket>>,
}

impl Series {
    fn of(name: &str, metrics: &Metrics) -> Self {
        let steps = buckets(&metrics.series(name, Kind::Step));
        let reach = if noisy(name) { reach(&steps) } else { 0 };
        let smoothed = (reach > 0).then(|| smooth(&steps, reach));
        Self { name: name.to_owned(), evaluations: metrics.series(name, Kind::Evaluation), steps, smoothed }
    }

    /// The smallest and the largest value.
    fn ends(&self) -> Option<(f64, f64)> {
        let evaluations = self.evaluations.iter().filter_map(|mark| mark.value).map(|value| (value, value));
        let steps = self.steps.iter().filter_map(|bucket| bucket.values).map(|(_, least, most)| (least, most));
        evaluations.chain(steps).reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)))
    }

    fn last(&self) -> Option<f64> {
        let evaluation = self.evaluations.iter().rev().find_map(|mark| mark.value);
        evaluation.or_else(|| self.smoothed.as_ref().unwrap_or(&self.steps).iter().rev().find_map(Bucket::mean))
    }
}

/// The chart with its title and legend; nothing if none of its numbers has a value.
pub(super) fn draw(chart: &Chart, metrics: &Metrics) -> String {
    let series: Vec<_> = chart.names.iter().map(|name| Series::of(name, metrics)).collect();
    let Some((low, high)) = series.iter().filter_map(Series::ends).reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)))
    else {
        return String::new();
    };
    let shares = chart.share && low >= 0.0 && high <= 1.0;
    let y = if shares { Axis::share() } else { Axis::around(low, high) };
    let frame = Frame { x: Axis::steps(0.0, metrics.end()), y, stages: &metrics.stages };
    let (mut drawn, mut legend) = (String::new(), String::new());
    for (place, series) in series.iter().enumerate() {
        draw_steps(&frame, series, place, &mut drawn);
    }
    for (place, series) in series.iter().enumerate() {
        draw_evaluations(&frame, series, place, &mut drawn);
        entry(series, place, &mut legend);
    }
    let names: Vec<_> = chart.names.iter().map(|name| readable(name)).collect();
    let picture = frame.picture(&format!("{} over the steps: {}", chart.title, names.join(", ")), chart.unit, &drawn);
    format!("<figure><h3>{}</h3>{picture}<ul class=legend>{legend}</ul></figure>", escape(&chart.title))
}

fn draw_steps(frame: &Frame<'_>, series: &Series, place: usize, svg: &mut String) {
    let title = escape(&readable(&series.name));
    for stroke in strokes(&series.steps) {
        let ends = stroke.iter().filter_map(|bucket| bucket.values.map(|(_, least, most)| (bucket.x, least, most)));
        // Of a single value per bucket, both ends are the same point.
        let points = ends.flat_map(|(x, least, most)| [(x, least), (x, most)].into_iter().take(if least < most { 2 } else { 1 }));
        let class = if series.smoothed.is_some() { "thin" } else { "line" };
        stroked(frame, points.collect(), (class, place), &title, svg);
    }
    if let Some(smoothed) = &series.smoothed {
        for stroke in strokes(smoothed) {
            let points = stroke.iter().filter_map(|bucket| Some((bucket.x, bucket.mean()?)));
            stroked(frame, points.collect(), ("line", place), &title, svg);
        }
    }
}

/// A path through the points, or a dot if there is only one.
fn stroked(frame: &Frame<'_>, points: Vec<(f64, f64)>, (class, place): (&str, usize), title: &str, svg: &mut String) {
    if let [(x, y)] = *points {
        let (x, y, size) = (frame.across(x), frame.up(y), if class == "line" { 2.5 } else { 1.2 });
        let _ = write!(svg, "<circle class=\"s{place}\" cx={x:.1} cy={y:.2} r={size} />");
    } else {
        let _ = write!(svg, "<path class=\"{class} s{place}\" data-name=\"{title}\" d=\"{}\"/>", frame.path(points));
    }
}

fn draw_evaluations(frame: &Frame<'_>, series: &Series, place: usize, svg: &mut String) {
    let name = escape(&readable(&series.name));
    for part in series.evaluations.chunk_by(|left, right| left.value.is_some() == right.value.is_some()) {
        let points: Vec<_> = part.iter().filter_map(|mark| Some((mark.x, mark.value?))).collect();
        if points.len() > 1 {
            let _ =
                write!(svg, "<path class=\"join s{place}\" data-name=\"{name}\" d=\"{}\"/>", frame.path(points.iter().copied()));
        }
        for (x, y) in points {
            let title = format!("{name}: {} at step {}", number(y), number(x));
            let shape = dot(place, frame.across(x), frame.up(y));
            let _ = write!(svg, "<g class=\"s{place}\"><title>{title}</title>{shape}</g>");
        }
    }
}

/// The dot of a series: each has another shape, for people who do not tell the colours apart.
fn dot(place: usize, x: f64, y: f64) -> String {
    match place % 4 {
        0 => format!("<circle cx={x:.1} cy={y:.1} r=3.6 />"),
        1 => format!("<path d=\"M{:.1} {:.1}h6.4v6.4h-6.4z\"/>", x - 3.2, y - 3.2),
        2 => format!("<path d=\"M{x:.1} {:.1}l4.2 7.2h-8.4z\"/>", y - 4.4),
        _ => format!("<path d=\"M{x:.1} {:.1}l4.6 4.6-4.6 4.6-4.6-4.6z\"/>", y - 4.6),
    }
}

fn entry(series: &Series, place: usize, legend: &mut String) {
    let line = if series.steps.is_empty() { "join" } else { "line" };
    let dot = if series.evaluations.is_empty() { String::new() } else { dot(place, 15.0, 7.0) };
    let last = series.last().map_or_else(String::new, |value| format!(" <b>{}</b>", number(value)));
    let (raw, name) = (short(&series.name, 200), escape(&readable(&series.name)));
    let _ = write!(
        legend,
        "<li title=\"{raw}\"><svg class=key viewBox=\"0 0 30 14\" aria-hidden=true><path class=\"{line} s{place}\" d=\"M1 7H29\"/>\
         <g class=\"s{place}\">{dot}</g></svg><span>{name}{last}</span></li>"
    );
}
