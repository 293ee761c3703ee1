//! Bar charts, each with its numbers as a table.

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
    /// What is counted, for the other axis.
    pub(super) counted: String,
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
        Self { title: title.into(), unit: unit.into(), counted: "rows".to_owned(), parts, bars: Vec::new() }
    }

    /// Says what is counted; otherwise it is rows.
    #[must_use]
    pub fn counting(mut self, name: impl Into<String>) -> Self {
        self.counted = name.into();
        self
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
}
