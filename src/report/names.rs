//! Names as numbers: files, sources and groups are written once, and rows refer to them by number.

use std::collections::HashMap;

/// The number of each name, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    last: u32,
}

impl Names {
    /// The number of a name.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        // The next row is usually of the same file.
        if self.names.get(self.last as usize).is_some_and(|last| last == name) {
            return self.last;
        }
        self.last = match self.numbers.get(name) {
            Some(number) => *number,
            None => {
                let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(name.to_owned());
                self.numbers.insert(name.to_owned(), next);
                next
            }
        };
        self.last
    }

    /// The names by number.
    pub(super) fn all(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        assert_eq!(["a", "b", "a", "a", "c", "b"].map(|name| names.number(name)), [0, 1, 0, 0, 2, 1]);
        assert_eq!(names.all(), ["a", "b", "c"]);
    }
}
