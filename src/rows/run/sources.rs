//! What is odd about the sources of a run: some without rows, some given twice.

use std::collections::HashSet;

/// The sources that were read to their ends.
#[derive(Default)]
pub(super) struct Sources {
    known: HashSet<Identity>,
    /// Those without rows.
    empty: Vec<String>,
    /// Those that were read before.
    again: Vec<String>,
}

impl Sources {
    /// Adds a source, which gave this number of rows.
    pub(super) fn see(&mut self, name: &str, rows: u64) {
        if rows == 0 {
            self.empty.push(name.to_owned());
        } else if !self.known.insert(Identity::of(name)) {
            self.again.push(name.to_owned());
        }
    }

    /// What to say about them, if all together have this number of rows.
    pub(super) fn warnings(&self, rows: u64) -> Vec<String> {
        let mut warnings = Vec::new();
        if rows > 0 && !self.empty.is_empty() {
            warnings.push(format!("no rows are in {}", some(&self.empty)));
        }
        if !self.again.is_empty() {
            warnings.push(format!("given twice, so that all of its rows count twice: {}", some(&self.again)));
        }
        warnings
    }
}

/// What a source is, whatever the spelling of its name: a link to a file is that file.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    #[cfg(unix)]
    File(u64, u64),
    Path(std::path::PathBuf),
    Name(String),
}

impl Identity {
    fn of(name: &str) -> Self {
        let Ok(metadata) = std::fs::metadata(name) else { return Self::Name(name.to_owned()) };
        #[cfg(unix)]
        if metadata.is_file() {
            use std::os::unix::fs::MetadataExt as _;
            return Self::File(metadata.dev(), metadata.ino());
        }
        let path = metadata.is_file().then(|| std::fs::canonicalize(name).ok()).flatten();
        path.map_or_else(|| Self::Name(name.to_owned()), Self::Path)
    }
}

/// The first of the names, and how many there are besides.
fn some(names: &[String]) -> String {
    const MOST: usize = 5;
    let shown = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_without_rows_and_sources_given_twice_are_named() {
        let mut sources = Sources::default();
        sources.see("a", 1);
        assert_eq!(sources.warnings(1), [""; 0]);
        sources.see("b", 0);
        sources.see("a", 1);
        assert_eq!(sources.warnings(2), ["no rows are in b", "given twice, so that all of its rows count twice: a"]);
        (0..6).for_each(|number| sources.see(&format!("c{number}"), 0));
        assert_eq!(sources.warnings(2)[0], "no rows are in b, c0, c1, c2, c3 and 2 more");
    }
}
