//! Tables that the caller gives.

use std::fmt::Write as _;

use super::html::short;
use super::scale::whole;

/// The most rows and columns that are shown, and the most characters of a cell.
const ROWS: usize = 1000;
const COLUMNS: usize = 40;
const CELL: usize = 400;

/// A table with a title.
///
/// ```
/// use r1rewards::report::Table;
/// let table = Table::new("Pass rates", ["prompt", "samples", "pass@1"]).row(["algebra-7", "8", "0.375"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new<H: Into<String>>(title: impl Into<String>, header: impl IntoIterator<Item = H>) -> Self {
        Self { title: title.into(), header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; columns of numbers are set right.
    #[must_use]
    pub fn row<C: Into<String>>(mut self, cells: impl IntoIterator<Item = C>) -> Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    pub(super) fn html(&self) -> String {
        let columns = self.header.len().min(COLUMNS);
        let numbers: Vec<_> =
            (0..columns).map(|column| self.rows.iter().all(|row| row.get(column).is_none_or(|cell| is_number(cell)))).collect();
        let class = |column: usize| if numbers[column] { " class=number" } else { "" };
        let mut html = format!("<div class=wide><table><caption>{}</caption><thead><tr>", short(&self.title, 300));
        // Writing to memory cannot fail.
        for (column, name) in self.header.iter().take(columns).enumerate() {
            let _ = write!(html, "<th scope=col{}><bdi>{}</bdi>", class(column), short(name, CELL));
        }
        html.push_str("</thead><tbody>");
        for row in self.rows.iter().take(ROWS) {
            html.push_str("<tr>");
            for (column, cell) in row.iter().take(columns).enumerate() {
                let _ = write!(html, "<td{}><bdi>{}</bdi>", class(column), short(cell, CELL));
            }
        }
        html.push_str("</tbody></table></div>");
        let (rows, more) = (self.rows.len().saturating_sub(ROWS), self.header.len().saturating_sub(columns));
        if rows + more > 0 {
            let _ = write!(html, "<p class=note>{} more rows and {} more columns are not shown.</p>", whole(rows), whole(more));
        }
        html
    }
}

/// Whether a cell is empty, a number or a share.
fn is_number(cell: &str) -> bool {
    let digits = cell.trim_end_matches('%').trim().replace([',', '−'], "");
    digits.is_empty() || digits == "–" || digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_right_and_texts_stay_texts() {
        let html = Table::new("<t>", ["name", "n"]).row(["<b>", "1,234"]).row(["2", "12.5 %"]).html();
        assert!(html.contains("<caption>&lt;t&gt;</caption>"), "{html}");
        assert!(html.contains("<td><bdi>&lt;b&gt;</bdi><td class=number><bdi>1,234</bdi>"), "{html}");
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let rows = (0..ROWS + 5).fold(Table::new("t", ["n"]), |table, row| table.row([row.to_string()]));
        assert!(rows.html().contains("5 more rows and 0 more columns are not shown."));
    }
}
