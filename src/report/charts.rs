//! Bar charts, each with its numbers as a table.

use std::fmt::Write as _;

use super::bars::picture;
use super::html::{escape, short};
use super::scale::whole;

/// The most bars of a chart.
const BARS: usize = 400;

/// A bar chart: counts by value, each bar divided into parts.
///
/// ```
/// use r1rewards::report::Chart;
/// let chart = Chart::new("Languages", "language", ["rows"]).bar("en", [120]).bar("fr", [7]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub(super) title: String,
    /// What the bars are values of, for the axis.
    pub(super) unit: String,
    pub(super) parts: Vec<String>,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// What it counts, in words.
    pub label: String,
    /// The text below it, if it has one.
    pub tick: Option<String>,
    /// The counts of its parts.
    pub counts: Vec<u64>,
}

impl Chart {
    /// A chart without bars. `unit` says what the bars are values of; parts named after a verdict have its colour.
    pub fn new<P: Into<String>>(title: impl Into<String>, unit: impl Into<String>, parts: impl IntoIterator<Item = P>) -> Self {
        let parts = parts.into_iter().map(Into::into).collect();
        Self { title: title.into(), unit: unit.into(), parts, bars: Vec::new() }
    }

    /// Adds a bar; its counts are those of the parts, in their order.
    #[must_use]
    pub fn bar(mut self, label: impl Into<String>, counts: impl IntoIterator<Item = u64>) -> Self {
        let label = label.into();
        self.bars.push(Bar { tick: Some(label.clone()), label, counts: counts.into_iter().take(self.parts.len()).collect() });
        self
    }

    /// The class in the style sheet of a part.
    pub(super) fn class(&self, part: usize) -> String {
        match self.parts.get(part).map(String::as_str) {
            Some(verdict @ ("correct" | "incorrect" | "unscored")) => format!("p-{verdict}"),
            _ => format!("s{}", part % 6),
        }
    }

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
        html.push_str("</tbody></table></div></details></figure>");
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
