//! Long texts cut for the page: the start, the end, and the place where the answer stands.
//!
//! Lengths of texts and of gaps are in characters (Unicode scalar values). Places in a kept text are in UTF-16 units,
//! as scripts of a page count.

use std::ops::Range;

use serde::Serialize;

/// The characters that are kept around an answer in the middle of a long text, on each side.
const AROUND: usize = 200;
/// The most characters of an answer that are marked.
const MARKED: usize = 2000;

/// A part of a text, or the number of characters that are left out between two parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Piece {
    Text(String),
    Left(usize),
}

/// A text as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub pieces: Vec<Piece>,
    /// What is marked: the number of its piece, and the place and the length in it.
    pub mark: Option<[usize; 3]>,
    /// The characters of the whole text.
    pub length: usize,
}

/// Cuts a text to about `most` characters: three quarters from its start, one from its end, and what is around `mark`, a
/// range of bytes.
pub(super) fn cut(text: &str, most: usize, mark: Option<Range<usize>>) -> Cut {
    let length = characters(text);
    let mark = mark.map(|mark| mark.start..mark.start + nth(&text[mark], MARKED));
    let kept = if length <= most { std::iter::once(0..text.len()).collect() } else { kept(text, most, mark.as_ref()) };
    let (mut pieces, mut place, mut end) = (Vec::new(), None, 0);
    for range in kept {
        if range.start > end {
            pieces.push(Piece::Left(characters(&text[end..range.start])));
        }
        if let Some(mark) = mark.as_ref().filter(|mark| range.start <= mark.start && mark.end <= range.end) {
            place = Some([pieces.len(), units(&text[range.start..mark.start]), units(&text[mark.clone()])]);
        }
        pieces.push(Piece::Text(text[range.clone()].to_owned()));
        end = range.end;
    }
    if end < text.len() {
        pieces.push(Piece::Left(characters(&text[end..])));
    }
    Cut { pieces, mark: place, length }
}

/// The range of bytes of the last occurrence of an answer in a text; an occurrence inside a longer word or number counts
/// only if there is no other.
pub(super) fn last_place(text: &str, answer: &str) -> Option<Range<usize>> {
    let first = answer.chars().next()?;
    let last = answer.chars().next_back()?;
    let apart = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + answer.len()..].chars().next();
        let joins = |inner: char, outer: Option<char>| inner.is_alphanumeric() && outer.is_some_and(char::is_alphanumeric);
        !joins(first, before) && !joins(last, after)
    };
    let places = || text.rmatch_indices(answer).map(|(at, _)| at);
    places().find(apart).or_else(|| places().next()).map(|at| at..at + answer.len())
}

/// The ranges of bytes that are kept, in order and apart from each other.
fn kept(text: &str, most: usize, mark: Option<&Range<usize>>) -> Vec<Range<usize>> {
    let tail = most / 4;
    let mut ranges = std::iter::once(0..nth(text, most - tail)).collect::<Vec<_>>();
    if let Some(mark) = mark {
        ranges.push(nth_back(&text[..mark.start], AROUND)..mark.end + nth(&text[mark.end..], AROUND));
    }
    ranges.push(nth_back(text, tail)..text.len());
    let mut joined: Vec<Range<usize>> = Vec::new();
    ranges.sort_by_key(|range| range.start);
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined.retain(|range| !range.is_empty());
    joined
}

/// The place in bytes after this number of characters.
fn nth(text: &str, characters: usize) -> usize {
    if text.get(..characters).is_some_and(str::is_ascii) {
        return characters;
    }
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// The place in bytes before the last ones.
fn nth_back(text: &str, characters: usize) -> usize {
    let start = text.len().saturating_sub(characters);
    if text.get(start..).is_some_and(str::is_ascii) {
        return start;
    }
    characters.checked_sub(1).map_or(text.len(), |last| text.char_indices().nth_back(last).map_or(0, |(at, _)| at))
}

/// The number of characters.
fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

fn units(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(piece: &str) -> Piece {
        Piece::Text(piece.to_owned())
    }

    #[test]
    fn a_short_text_is_whole() {
        let cut = cut("so 😀 42.", 8, Some(8..10));
        assert_eq!(cut, Cut { pieces: vec![text("so 😀 42.")], mark: Some([0, 6, 2]), length: 8 });
        assert_eq!(super::cut("", 0, None).pieces, [text("")]);
    }

    #[test]
    fn a_long_text_keeps_its_ends_and_counts_what_is_left_out() {
        let whole = format!("{}{}", "é".repeat(500), "z".repeat(500));
        let cut = cut(&whole, 100, None);
        assert_eq!(cut.pieces, [text(&"é".repeat(75)), Piece::Left(900), text(&"z".repeat(25))]);
        assert_eq!((cut.mark, cut.length), (None, 1000));
    }

    #[test]
    fn an_answer_in_the_middle_is_kept_with_what_is_around_it() {
        let whole = format!("{}42{}", "a".repeat(5000), "b".repeat(5000));
        let cut = cut(&whole, 100, Some(5000..5002));
        let middle = format!("{}42{}", "a".repeat(AROUND), "b".repeat(AROUND));
        let gap = 5000 - AROUND;
        assert_eq!(
            cut.pieces,
            [text(&"a".repeat(75)), Piece::Left(gap - 75), text(&middle), Piece::Left(gap - 25), text(&"b".repeat(25))]
        );
        assert_eq!(cut.mark, Some([2, AROUND, 2]));
    }

    #[test]
    fn no_character_is_lost_or_shown_twice() {
        let whole: String = (0..3000).map(|at| char::from_u32(0x4e00 + at).unwrap()).collect();
        for (most, mark) in [(0, None), (1, Some(0..3)), (10, Some(30..33)), (400, Some(900..903)), (2999, Some(8997..9000))] {
            let cut = cut(&whole, most, mark.clone());
            let mut at = 0;
            for piece in &cut.pieces {
                match piece {
                    Piece::Left(count) => at += count,
                    Piece::Text(part) => {
                        assert_eq!(&whole[at * 3..at * 3 + part.len()], part, "{most} {mark:?}");
                        at += part.chars().count();
                    }
                }
            }
            assert_eq!(at, 3000, "{most} {mark:?}");
            assert_eq!(cut.mark.is_some(), mark.is_some(), "{most} {mark:?}");
        }
    }

    #[test]
    fn an_answer_that_fills_the_text_is_marked_in_part() {
        let whole = "7".repeat(50_000);
        let cut = cut(&whole, 100, Some(0..50_000));
        assert_eq!(cut.mark, Some([0, 0, MARKED]));
        assert_eq!(cut.pieces.len(), 3);
    }

    #[test]
    fn the_last_occurrence_counts_and_one_inside_a_word_only_if_alone() {
        assert_eq!(last_place(r"4 so \boxed{4}, see page 14", "4"), Some(12..13));
        assert_eq!(last_place("page 14", "4"), Some(6..7));
        assert_eq!(last_place(r"x=\frac12", r"\frac12"), Some(2..9));
        assert_eq!(last_place("no", "4"), None);
        assert_eq!(last_place("no", ""), None);
    }
}
