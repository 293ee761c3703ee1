//! Findings: what is wrong with the rows, with examples.

use std::fmt::Write as _;

use super::html::{block, escape, short};
use super::scale::whole;
use crate::core::names::by_name;
use crate::rows::Unit;

/// The most examples of a finding, and the most characters of their texts.
const EXAMPLES: usize = 50;
const TEXT: usize = 1000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rows are wrong.
    Error,
    /// The rows are probably wrong or unfit for training.
    Warning,
    /// Worth knowing.
    Info,
}

by_name!(Severity, "severity", Error = "error", Warning = "warning", Info = "info");

/// One kind of finding.
///
/// ```
/// use r1rewards::report::{Example, Finding, Severity};
/// use r1rewards::rows::Unit;
/// let finding = Finding::new("gold_unparsable", Severity::Error, "The gold cannot be read", 12)
///     .page("docs/audit.md")
///     .example(Example { file: "rows.jsonl".to_owned(), line: 7, unit: Unit::Line, id: "q7".to_owned(), text: "\\frac{".to_owned() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    code: String,
    pub(super) severity: Severity,
    title: String,
    count: u64,
    about: String,
    page: Option<String>,
    examples: Vec<Example>,
}

/// A row of which a finding is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The file, as the place of a [`Row`](super::Row) names it; the row is opened by file and line if the report has it.
    pub file: String,
    /// Its line, item or row there, from 1.
    pub line: u64,
    /// Which of these it is.
    pub unit: Unit,
    /// The row's id.
    pub id: String,
    /// What was found.
    pub text: String,
}

impl Finding {
    /// A finding about `count` rows, without examples.
    pub fn new(code: impl Into<String>, severity: Severity, title: impl Into<String>, count: u64) -> Self {
        let (code, title) = (code.into(), title.into());
        Self { code, severity, title, count, about: String::new(), page: None, examples: Vec::new() }
    }

    /// Adds what it means and what to do, in a few sentences.
    #[must_use]
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.about = text.into();
        self
    }

    /// Names the page of the documentation.
    #[must_use]
    pub fn page(mut self, page: impl Into<String>) -> Self {
        self.page = Some(page.into());
        self
    }

    /// Adds an example.
    #[must_use]
    pub fn example(mut self, example: Example) -> Self {
        self.examples.push(example);
        self
    }

    pub(super) fn html(&self) -> String {
        let severity = self.severity.name();
        let mut html = format!(
            "<details class=finding><summary><span class=\"badge {severity}\">{severity}</span> <b>{}</b> <span class=count>{}</span> \
             <code>{}</code></summary>",
            short(&self.title, 300),
            usize::try_from(self.count).map_or_else(|_| self.count.to_string(), whole),
            short(&self.code, 100)
        );
        // Writing to memory cannot fail.
        if !self.about.is_empty() {
            let _ = write!(html, "<p>{}</p>", escape(&self.about));
        }
        if let Some(page) = &self.page {
            let _ = write!(html, "<p class=note>See {}.</p>", short(page, 300));
        }
        html.push_str("<ul class=examples>");
        for example in self.examples.iter().take(EXAMPLES) {
            let _ = write!(
                html,
                "<li><button type=button class=open data-file=\"{0}\" data-line={1} data-id=\"{2}\">{0}{5}{1}</button> \
                 <bdi>{3}</bdi>{4}</li>",
                short(&example.file, 1000),
                example.line,
                short(&example.id, 1024),
                short(&example.id, 60),
                block(&example.text, TEXT),
                example.unit.separator()
            );
        }
        html.push_str("</ul>");
        let shown = self.examples.len().min(EXAMPLES) as u64;
        if shown < self.count {
            let left = usize::try_from(self.count - shown).map_or_else(|_| "many".to_owned(), whole);
            let _ = write!(html, "<p class=note>{left} more are not listed here.</p>");
        }
        html + "</details>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_examples_as_text_and_counts_the_others() {
        let example = Example {
            file: "a\".jsonl".to_owned(),
            line: 3,
            unit: Unit::Line,
            id: "<i>".to_owned(),
            text: "</pre><script>".to_owned(),
        };
        let html = Finding::new("x_y", Severity::Error, "Bad <golds>", 1500).about("Why.").example(example).html();
        assert!(html.contains("<b>Bad &lt;golds&gt;</b> <span class=count>1,500</span> <code>x_y</code>"), "{html}");
        assert!(html.contains("data-file=\"a&quot;.jsonl\" data-line=3 data-id=\"&lt;i&gt;\">a&quot;.jsonl:3</button>"), "{html}");
        assert!(html.contains("&lt;/pre&gt;&lt;script&gt;") && html.contains("1,499 more are not listed here."), "{html}");
    }
}
