//! What a report could not read or show, for its reader.

/// The most notes that are listed one by one.
const LISTED: usize = 20;

/// What is missing from the page, and why.
#[derive(Debug, Default)]
pub(super) struct Notes {
    texts: Vec<String>,
    more: usize,
}

impl Notes {
    /// Adds a sentence without the full stop.
    pub(super) fn add(&mut self, text: String) {
        if self.texts.len() < LISTED { self.texts.push(text) } else { self.more += 1 }
    }

    /// Adds a line (counted from 1) that cannot be read. `whole` tells whether a line end follows it; a line without
    /// one is the last, which a run that was stopped did not finish.
    pub(super) fn unreadable(&mut self, file: &str, line: usize, what: &str, whole: bool) {
        self.add(match whole {
            true => format!("{file}, line {line} cannot be read ({what}) and was left out"),
            false => format!("{file}, line {line} is cut off: the run was stopped while it wrote the line"),
        });
    }

    /// The notes, those beyond the first 20 as a count.
    pub(super) fn texts(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("{} more of this kind", crate::report::scale::whole(self.more)));
        self.texts.iter().cloned().chain(more).collect()
    }
}

/// The lines of a text that are not empty, each with its number (from 1) and its line end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split_inclusive('\n').enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_nothing_but_broken_lines_gives_a_short_list() {
        let mut notes = Notes::default();
        for line in 1..=5000 {
            notes.unreadable("metrics.jsonl", line, "no object", true);
        }
        let texts = notes.texts();
        assert_eq!(texts.len(), LISTED + 1);
        assert_eq!(texts[LISTED], "4,980 more of this kind");
    }
}
