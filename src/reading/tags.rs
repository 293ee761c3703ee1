//! A scanner that finds exact strings (tags) in a text.
//!
//! Accepts: a small set of distinct, non-empty tags, and any text. Cost: linear in the text, plus the lengths of the
//! tags at each place where a tag could begin.

use memchr::{memchr, memchr2, memchr3};

/// A tag found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The tag, by its position in the list that the scanner was built from.
    pub tag: usize,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

/// Finds tags from left to right. Where several begin at one place, the longest is found. Hits never overlap.
#[derive(Debug, Clone)]
pub(crate) struct TagScanner {
    /// Tags with their positions in the list, the longest first.
    tags: Vec<(usize, String)>,
    first_bytes: FirstBytes,
}

#[derive(Debug, Clone)]
enum FirstBytes {
    One(u8),
    Two(u8, u8),
    Three(u8, u8, u8),
    Many(Box<[bool; 256]>),
}

impl TagScanner {
    /// A scanner for tags that the caller has checked to be distinct and non-empty.
    pub fn new<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        let mut tags: Vec<(usize, String)> =
            tags.into_iter().map(str::to_owned).enumerate().filter(|(_, tag)| !tag.is_empty()).collect();
        tags.sort_by_key(|(_, tag)| std::cmp::Reverse(tag.len()));
        let mut bytes: Vec<u8> = tags.iter().map(|(_, tag)| tag.as_bytes()[0]).collect();
        bytes.sort_unstable();
        bytes.dedup();
        let first_bytes = match bytes[..] {
            [one] => FirstBytes::One(one),
            [one, two] => FirstBytes::Two(one, two),
            [one, two, three] => FirstBytes::Three(one, two, three),
            _ => {
                let mut table = Box::new([false; 256]);
                for byte in bytes {
                    table[usize::from(byte)] = true;
                }
                FirstBytes::Many(table)
            }
        };
        Self { tags, first_bytes }
    }

    /// The tags of a text from its start to its end.
    pub fn hits<'s>(&'s self, text: &'s str) -> impl Iterator<Item = Hit> + 's {
        let mut from = 0;
        std::iter::from_fn(move || {
            while let Some(start) = self.candidate(text.as_bytes(), from) {
                if let Some(hit) = self.tag_at(text.as_bytes(), start) {
                    from = hit.end;
                    return Some(hit);
                }
                from = start + 1;
            }
            from = text.len();
            None
        })
    }

    fn tag_at(&self, text: &[u8], start: usize) -> Option<Hit> {
        let rest = &text[start..];
        self.tags.iter().find(|(_, tag)| rest.starts_with(tag.as_bytes())).map(|(place, tag)| Hit {
            tag: *place,
            start,
            end: start + tag.len(),
        })
    }

    fn candidate(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let found = match &self.first_bytes {
            FirstBytes::One(one) => memchr(*one, rest),
            FirstBytes::Two(one, two) => memchr2(*one, *two, rest),
            FirstBytes::Three(one, two, three) => memchr3(*one, *two, *three, rest),
            FirstBytes::Many(table) => rest.iter().position(|byte| table[usize::from(*byte)]),
        };
        found.map(|place| from + place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_tag_wins_and_hits_never_overlap() {
        let scanner = TagScanner::new(["<a", "<a>", "aa"]);
        let hits: Vec<_> = scanner.hits("<a> aaa <a").map(|hit| (hit.tag, hit.start, hit.end)).collect();
        assert_eq!(hits, [(1, 0, 3), (2, 4, 6), (0, 8, 10)]);
    }

    #[test]
    fn no_tags_find_nothing() {
        assert_eq!(TagScanner::new([]).hits("<a>").count(), 0);
    }

    #[test]
    fn many_first_bytes_use_a_table() {
        let scanner = TagScanner::new(["a1", "b1", "c1", "d1"]);
        assert_eq!(scanner.hits("xd1 c1 b1 a1 a b").map(|hit| hit.tag).collect::<Vec<_>>(), [3, 2, 1, 0]);
    }
}
