//! The frame of a chart: axes, ticks, grid and the boundaries of the stages, as SVG.

use std::fmt::Write as _;

use super::metrics::Stage;
use crate::report::html::{escape, short};
use crate::report::scale::Axis;

/// The size of the picture and of the plot in it, in units of the picture. A phone shows the picture at about three
/// quarters of this size, so that text of 14 units stays readable.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 278.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 470.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 232.0;

/// The width of a character of the stages' names.
const LETTER: f64 = 7.0;

/// The places of values in a picture.
pub(super) struct Frame<'a> {
    pub x: Axis,
    pub y: Axis,
    pub stages: &'a [Stage],
}

impl Frame<'_> {
    /// The horizontal place of a step.
    pub(super) fn across(&self, x: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * self.x.place(x)
    }

    /// The vertical place of a value.
    pub(super) fn up(&self, y: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * self.y.place(y)
    }

    /// The commands of a path through the points.
    pub(super) fn path(&self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points {
            let command = if path.is_empty() { 'M' } else { 'L' };
            // Writing to memory cannot fail.
            let _ = write!(path, "{command}{:.1} {:.2}", self.across(x), self.up(y));
        }
        path
    }

    /// The whole picture: the frame with `drawn` in it. `label` is read to people who do not see it.
    pub(super) fn picture(&self, label: &str, unit: &str, drawn: &str) -> String {
        let mut svg = format!(
            "<svg class=chart viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=img aria-label=\"{}\" data-x=\"{LEFT} {RIGHT} {} {}\" \
             data-y=\"{BOTTOM} {TOP} {} {}\">",
            escape(label),
            self.x.low,
            self.x.high,
            self.y.low,
            self.y.high
        );
        self.ticks(&mut svg);
        self.boundaries(&mut svg);
        svg.push_str(drawn);
        let name = match self.stages {
            [only] if !only.name.is_empty() => format!("step of {}", short(&only.name, 30)),
            [] | [_] => "step".to_owned(),
            _ => "step, counted over all stages".to_owned(),
        };
        let _ = write!(svg, "<text class=axis x={RIGHT} y={} text-anchor=end>{name}</text>", BOTTOM + 38.0);
        let _ = write!(svg, "<text class=axis x=2 y=12>{}</text></svg>", escape(unit));
        svg
    }

    fn ticks(&self, svg: &mut String) {
        for tick in &self.y.ticks {
            let (y, label) = (self.up(*tick), self.y.label(*tick));
            let _ = write!(svg, "<path class=grid d=\"M{LEFT} {y:.1}H{RIGHT}\"/>");
            let _ = write!(svg, "<text x={} y={:.1} text-anchor=end>{label}</text>", LEFT - 6.0, y + 4.5);
        }
        for tick in &self.x.ticks {
            let (x, label) = (self.across(*tick), self.x.label(*tick));
            let _ = write!(svg, "<path class=tick d=\"M{x:.1} {BOTTOM}v5\"/>");
            let anchor = if x > RIGHT - 12.0 { "end" } else { "middle" };
            let x = if anchor == "end" { RIGHT + 8.0 } else { x };
            let _ = write!(svg, "<text x={x:.1} y={} text-anchor={anchor}>{label}</text>", BOTTOM + 19.0);
        }
        let _ = write!(svg, "<path class=tick d=\"M{LEFT} {BOTTOM}H{RIGHT}\"/>");
    }

    /// A dashed line where each stage starts, with as much of its name as fits before the next one.
    fn boundaries(&self, svg: &mut String) {
        if self.stages.len() < 2 {
            return;
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let start = self.across(stage.start);
            let end = self.stages.get(at + 1).map_or(RIGHT, |next| self.across(next.start));
            if at > 0 {
                let _ = write!(svg, "<path class=stage d=\"M{start:.1} {}V{BOTTOM}\"/>", TOP - 15.0);
            }
            // The width of the picture is far below 2^32.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let fits = ((end - start - 6.0) / LETTER).max(0.0) as usize;
            if fits > 2 || fits >= stage.name.chars().count() {
                let (x, y) = (start + 4.0, TOP - 5.0);
                let name = if stage.name.chars().count() > fits { short(&stage.name, fits - 1) } else { short(&stage.name, fits) };
                let title = short(&stage.name, 200);
                let _ = write!(svg, "<text class=stage x={x:.1} y={y}>{name}<title>{title}</title></text>");
            }
        }
    }
}
