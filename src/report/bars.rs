//! Bins for counts that span orders of magnitude, and the bars of a chart as SVG.

use std::fmt::Write as _;

use super::charts::{Bar, Chart};
use super::html::{escape, short};
use super::scale::{Axis, whole};

/// The starts of ten bins of a decade, times 100: steps of a tenth of a decade (the series R10 of ISO 3), rounded.
const STARTS: [u64; 10] = [100, 125, 160, 200, 250, 320, 400, 500, 630, 800];

/// Counts by size: exact below ten, then ten bins for each power of ten.
#[derive(Debug, Clone, Default)]
pub(super) struct Bins<const PARTS: usize> {
    counts: Vec<[u64; PARTS]>,
}

impl<const PARTS: usize> Bins<PARTS> {
    /// Counts a value in a part.
    pub(super) fn add(&mut self, value: u64, part: usize) {
        let bin = bin(value);
        if self.counts.len() <= bin {
            self.counts.resize(bin + 1, [0; PARTS]);
        }
        self.counts[bin][part] += 1;
    }

    /// A bar for each bin from the first to the last that is not empty.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let first = self.counts.iter().position(|counts| counts.iter().any(|count| *count > 0)).unwrap_or(0);
        let many = self.counts.len() - first > 24;
        let bar = |(bin, counts): (usize, &[u64; PARTS])| {
            let (start, next) = (start(bin), start(bin + 1));
            let label =
                if next == start + 1 { whole_u64(start) } else { format!("{} to {}", whole_u64(start), whole_u64(next - 1)) };
            let round = bin < 10 || bin % 10 == 0 || !many && matches!(bin % 10, 3 | 7);
            let tick = (if bin < 10 && many { bin == 0 || bin == 1 } else { round }).then(|| compact(start));
            Bar { label, tick, counts: counts.to_vec() }
        };
        self.counts.iter().enumerate().skip(first).map(bar).collect()
    }
}

fn bin(value: u64) -> usize {
    if value < 10 {
        return usize::try_from(value).unwrap_or(0);
    }
    let decade = value.ilog10();
    let power = u128::from(10_u64.pow(decade));
    let fits = |start: &&u64| u128::from(value) * 100 >= u128::from(**start) * power;
    let within = STARTS.iter().take_while(fits).count() - 1;
    10 * decade as usize + within
}

/// The smallest value of a bin.
fn start(bin: usize) -> u64 {
    if bin < 10 {
        return bin as u64;
    }
    let power = u32::try_from(bin / 10).ok().and_then(|decade| 10_u128.checked_pow(decade));
    power.and_then(|power| u64::try_from((power * u128::from(STARTS[bin % 10])).div_ceil(100)).ok()).unwrap_or(u64::MAX)
}

/// A count with a letter for thousands and millions.
fn compact(count: u64) -> String {
    match count {
        small if small < 1000 => small.to_string(),
        thousands if thousands < 1_000_000 => format!("{}k", thousands / 1000),
        millions if millions < 1_000_000_000 => format!("{}M", millions / 1_000_000),
        billions => format!("{}G", billions / 1_000_000_000),
    }
}

fn whole_u64(count: u64) -> String {
    usize::try_from(count).map_or_else(|_| count.to_string(), whole)
}

/// The most bars of a chart.
const BARS: usize = 400;

/// The size of the picture and of the plot in it.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 232.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 472.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 188.0;
/// About the width of a letter.
const LETTER: f64 = 6.5;

/// The picture of a chart.
#[expect(clippy::cast_precision_loss, reason = "counts and places in a picture")]
fn picture(chart: &Chart) -> String {
    let most = chart.bars.iter().map(|bar| bar.counts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let axis = Axis::around(0.0, most as f64);
    let up = |count: u64| BOTTOM - (BOTTOM - TOP) * axis.place(count as f64);
    let step = (RIGHT - LEFT) / chart.bars.len().max(1) as f64;
    let wide = (step * 0.86).min(48.0);
    let mut svg = format!(
        "<svg class=chart viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=img aria-label=\"{}\">",
        escape(&format!("Bar chart: {}. The numbers are in the table below it.", chart.title))
    );
    // Writing to memory cannot fail.
    for tick in axis.ticks.iter().filter(|tick| tick.fract() == 0.0) {
        let y = BOTTOM - (BOTTOM - TOP) * axis.place(*tick);
        let _ = write!(svg, "<path class=grid d=\"M{LEFT} {y:.1}H{RIGHT}\"/>");
        let _ = write!(svg, "<text x={} y={:.1} text-anchor=end>{}</text>", LEFT - 6.0, y + 4.5, axis.label(*tick));
    }
    let mut free = 0.0;
    for (place, bar) in chart.bars.iter().enumerate() {
        let middle = LEFT + step * (place as f64 + 0.5);
        draw(&mut svg, chart, bar, middle - wide / 2.0, wide, up);
        // A text that would run into the one before it is left out; it is in the table.
        let tick = bar.tick.as_ref().map(|tick| short(tick, 12));
        let half = tick.as_ref().map_or(0.0, |tick| LETTER * tick.chars().count() as f64 / 2.0);
        if let Some(tick) = tick.filter(|_| middle - half > free) {
            free = middle + half + LETTER;
            let _ = write!(svg, "<text x={middle:.1} y={} text-anchor=middle>{tick}</text>", BOTTOM + 17.0);
        }
    }
    let _ = write!(svg, "<path class=tick d=\"M{LEFT} {BOTTOM}H{RIGHT}\"/>");
    let _ = write!(svg, "<text x={RIGHT} y={} text-anchor=end>{}</text>", BOTTOM + 37.0, short(&chart.unit, 60));
    let _ = write!(svg, "<text x=0 y=11>{}</text></svg>", short(&chart.counted, 20));
    svg
}

/// One bar: its parts on top of each other, with a title that says what they are.
fn draw(svg: &mut String, chart: &Chart, bar: &Bar, left: f64, wide: f64, up: impl Fn(u64) -> f64) {
    let parts = chart.parts.iter().zip(&bar.counts).filter(|(_, count)| **count > 0);
    let said: Vec<_> = parts.map(|(part, count)| format!("{} {part}", whole_u64(*count))).collect();
    if said.is_empty() {
        return;
    }
    let _ = write!(svg, "<g><title>{}: {}</title>", short(&bar.label, 80), short(&said.join(", "), 300));
    let mut below = 0;
    for (place, count) in bar.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (low, high) = (up(below), up(below + count));
        below += count;
        let _ = write!(
            svg,
            "<rect class=\"{}\" x={left:.1} y={high:.2} width={wide:.1} height={:.2} />",
            chart.class(place),
            (low - high).max(0.6)
        );
    }
    svg.push_str("</g>");
}

impl Chart {
    /// The chart with legend and table; nothing if it counts nothing.
    pub(super) fn html(&self) -> String {
        let counted = |part: &usize| self.bars.iter().any(|bar| bar.counts.get(*part).is_some_and(|count| *count > 0));
        let parts: Vec<_> = (0..self.parts.len()).filter(counted).collect();
        if parts.is_empty() {
            return String::new();
        }
        let shown = Self { bars: self.bars.iter().take(BARS).cloned().collect(), ..self.clone() };
        let mut html = format!("<figure><h3>{}</h3>{}", escape(&self.title), picture(&shown));
        // Writing to memory cannot fail.
        if self.parts.len() > 1 {
            html.push_str("<ul class=legend>");
            for part in &parts {
                let _ = write!(html, "<li><i class=\"{}\"></i>{}</li>", self.class(*part), short(&self.parts[*part], 60));
            }
            html.push_str("</ul>");
        }
        let _ = write!(
            html,
            "<details><summary>as a table</summary><div class=wide><table><thead><tr><th scope=col>{}",
            short(&self.unit, 100)
        );
        for part in &parts {
            let _ = write!(html, "<th scope=col class=number>{}", short(&self.parts[*part], 60));
        }
        html.push_str("</thead><tbody>");
        for bar in &shown.bars {
            let _ = write!(html, "<tr><th scope=row>{}", short(&bar.label, 100));
            for part in &parts {
                let count = bar.counts.get(*part).copied().unwrap_or(0);
                let _ = write!(html, "<td class=number>{}", usize::try_from(count).map_or_else(|_| count.to_string(), whole));
            }
        }
        html.push_str("</tbody></table></div></details>");
        if shown.bars.len() < self.bars.len() {
            let _ = write!(html, "<p class=note>{} more bars are not shown.</p>", whole(self.bars.len() - shown.bars.len()));
        }
        html + "</figure>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bin_starts_where_the_one_before_ends() {
        for bin_number in 0..185 {
            let value = start(bin_number);
            assert_eq!(bin(value), bin_number, "{value}");
            assert_eq!(bin(value - u64::from(bin_number > 0)), bin_number.saturating_sub(1), "{value}");
        }
        assert_eq!([0, 9, 10, 12, 13, 99, 100, 124, 125, u64::MAX].map(bin), [0, 9, 10, 10, 11, 19, 20, 20, 21, 192]);
    }

    #[test]
    fn bars_reach_from_the_first_to_the_last_value() {
        let mut bins = Bins::<2>::default();
        bins.add(100, 0);
        bins.add(110, 1);
        bins.add(170, 1);
        let bars: Vec<_> = bins.bars().into_iter().map(|bar| (bar.label, bar.tick, bar.counts)).collect();
        let bar = |label: &str, tick: Option<&str>, counts: [u64; 2]| (label.to_owned(), tick.map(str::to_owned), counts.to_vec());
        assert_eq!(
            bars,
            [bar("100 to 124", Some("100"), [1, 1]), bar("125 to 159", None, [0, 0]), bar("160 to 199", None, [0, 1])]
        );
        assert!(Bins::<2>::default().bars().is_empty());
    }

    #[test]
    fn a_chart_has_bars_a_legend_and_a_table() {
        let chart =
            Chart::new("Verdicts <b>", "level", ["correct", "other", "empty"]).bar("easy", [3, 1, 0]).bar("hard", [0, 5000, 0]);
        let html = chart.html();
        assert!(html.contains("<h3>Verdicts &lt;b&gt;</h3>"), "{html}");
        assert!(html.contains("<title>easy: 3 correct, 1 other</title>"), "{html}");
        assert!(html.contains("class=\"p-correct\"") && html.contains("<i class=\"s1\">"), "{html}");
        assert!(html.contains("<th scope=row>hard<td class=number>0<td class=number>5,000"), "{html}");
        assert!(!html.contains("empty"), "{html}");
        assert_eq!(Chart::new("t", "u", ["a"]).bar("x", [0]).html(), "");
    }
}
