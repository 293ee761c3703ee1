//! Prompts that were seen: conflicts of references, copies, ids that occur twice.

use std::hash::{DefaultHasher, Hasher as _};

use twox_hash::XxHash3_64;

use super::finding::FindingCode;
use super::gold::equal;
use super::words::shorten;
use crate::Sample;
use crate::core::compact::{Chain, Chains, Keyed, TextPlace, Texts};
use crate::math::Math;
use crate::reading::has_visible;

/// Of a reference longer than this, in bytes, only the answer that it states is compared; and at most so many references of
/// a row.
const LONGEST: usize = 4096;
const MOST_ANSWERS: usize = 32;

/// What is remembered of the rows so far.
#[derive(Default)]
pub(super) struct Prompts {
    seen: Keyed<Seen>,
    answers: Texts,
    completions: Chains<u64>,
    ids: Keyed<Spot>,
    /// The rows with a list of completions, by id: how many they have.
    lists: Keyed<(u32, Spot)>,
    /// The ids of rows that could be those of a completion (`ID/3`), by ID: the least number.
    numbered: Keyed<(u32, Spot)>,
}

/// Where a row is: the number of its source, and its line. It is packed into 12 bytes because it is kept for every prompt and every id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(Rust, packed(4))]
pub(super) struct Spot {
    pub source: u32,
    pub line: u64,
}

/// The first row with a prompt.
struct Seen {
    spot: Spot,
    /// Its references.
    answers: TextPlace,
    /// The hash of its references and tests.
    reference: u64,
    /// The hashes of the completions of the prompt.
    completions: Chain,
}

/// What a row has in common with an earlier one: the code, words that precede the place of that row, and the place.
pub(super) type Again = (FindingCode, String, Spot);

impl Prompts {
    /// Remembers an id that the row itself gives.
    pub(super) fn see_id(&mut self, id: &serde_json::Value, spot: Spot) -> Option<Again> {
        let before = self.ids.len();
        let (number, first) = self.ids.get_or_insert(hash_of(id), || spot)?;
        (number < before).then(|| (FindingCode::DuplicateId, format!("the id {id} is also that of"), *first))
    }

    /// Remembers what the results of a row are called: with a list of `completions`, `ID/0`, `ID/1`, ... Another row may have
    /// such an id of its own.
    pub(super) fn see_result_ids(&mut self, id: &serde_json::Value, completions: Option<usize>, spot: Spot) -> Option<Again> {
        let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        if let Some(count) = completions.and_then(|count| u32::try_from(count).ok()) {
            self.lists.get_or_insert(hash_of(&text), || (count, spot));
            let (number, other) = self.numbered.get_mut(hash_of(&text)).filter(|(number, _)| *number < count)?;
            let detail = format!("the id \"{text}/{number}\" of a completion of this row is also that of");
            return Some((FindingCode::DuplicateId, detail, *other));
        }
        let (base, number) = text.rsplit_once('/')?;
        // A number with a sign or a zero in front is not that of a completion.
        let number = number.parse::<u32>().ok().filter(|read| read.to_string() == number)?;
        let key = hash_of(&base.to_owned());
        match self.numbered.get_mut(key) {
            Some((least, first)) if number < *least => (*least, *first) = (number, spot),
            Some(_) => {}
            None => drop(self.numbered.get_or_insert(key, || (number, spot))),
        }
        let (_, other) = self.lists.get_mut(key).filter(|(count, _)| number < *count)?;
        Some((FindingCode::DuplicateId, format!("the id {id} is also that of a completion of"), *other))
    }

    /// Whether a row with this prompt was seen.
    pub(super) fn knows(&mut self, key: u64) -> bool {
        self.seen.get_mut(key).is_some()
    }

    /// Remembers a row by the key of its prompt. A row with completions is no copy of an earlier one because of an equal
    /// prompt: it is another sample.
    pub(super) fn see(
        &mut self,
        key: u64,
        shared: &Sample,
        has_completions: bool,
        math: Option<&Math>,
        spot: Spot,
    ) -> Option<Again> {
        // A blank reference is a missing one.
        let given: Vec<&String> = shared.answers().iter().filter(|answer| has_visible(answer)).collect();
        let reference = hash_of(&(&given, shared.tests.as_deref()));
        // Of a whole solution, the answer is compared.
        let read = |answer: &String| match math {
            Some(math) if answer.len() > LONGEST => math.gold(answer).text().map(str::to_owned),
            _ => Some(answer.clone()),
        };
        let given: Vec<String> = given.into_iter().take(MOST_ANSWERS).filter_map(read).collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let Some(seen) = self.seen.get_mut(key) else {
            let answers = self.answers.add(&given);
            self.seen.get_or_insert(key, || Seen { spot, answers, reference, completions: Chain::default() });
            return None;
        };
        let same = reference == seen.reference;
        let known: Vec<&str> = self.answers.get(seen.answers).collect();
        if !given.is_empty() && known.is_empty() {
            // The row before had no answer: from here on, this one is compared with.
            (seen.spot, seen.reference) = (spot, reference);
            seen.answers = self.answers.add(&given);
            return None;
        }
        if same || agree(math, &known, &given) {
            let tests_differ = !same && shared.tests.is_some();
            return (!has_completions && !tests_differ)
                .then(|| (FindingCode::DuplicateRow, "the same prompt and reference are in".to_owned(), seen.spot));
        }
        let (first, second) = (known.first()?, given.first()?);
        let detail = format!("the reference is `{}` here and `{}` in", shorten(second), shorten(first));
        Some((FindingCode::GoldConflict, detail, seen.spot))
    }

    /// Remembers a completion of a prompt; whether it is a copy of an earlier one.
    pub(super) fn see_completion(&mut self, key: u64, completion: &str) -> bool {
        /// The most completions of a prompt that are compared.
        const MOST: usize = 256;
        let Some(seen) = self.seen.get_mut(key) else { return false };
        let hash = XxHash3_64::oneshot(completion.trim().as_bytes());
        match self.completions.find(seen.completions, |known| known == hash) {
            Ok(_) => true,
            Err(others) => {
                if others < MOST {
                    self.completions.push(&mut seen.completions, hash);
                }
                false
            }
        }
    }
}

/// Whether one of the references of a row equals one of those of an earlier row. Rows without references agree.
fn agree(math: Option<&Math>, first: &[&str], given: &[&str]) -> bool {
    if first.is_empty() || given.is_empty() {
        return true;
    }
    let pairs = || first.iter().flat_map(|one| given.iter().map(move |other| (*one, *other)));
    pairs().any(|(one, other)| one.trim() == other.trim())
        || math.is_some_and(|math| pairs().any(|(one, other)| equal(math, &math.gold(one), &math.gold(other))))
}

pub(super) fn hash_of(value: &(impl std::hash::Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(first: (&str, &str), second: (&str, &str), completions: bool) -> Option<&'static str> {
        let mut prompts = Prompts::default();
        let math = Math::strict();
        let mut see = |(prompt, answer): (&str, &str), line| {
            let sample = Sample::new("").with_prompt(prompt).with_answer(answer);
            let key = super::super::prompt::key(prompt).expect("the prompt has text");
            prompts.see(key, &sample, completions, Some(&math), Spot { source: 0, line })
        };
        assert!(see(first, 1).is_none());
        see(second, 2).map(|(code, ..)| code.code())
    }

    /// A file has hundreds of thousands of prompts.
    #[test]
    fn a_prompt_takes_few_bytes() {
        assert!(size_of::<Spot>() <= 12 && size_of::<Seen>() <= 32);
    }

    #[test]
    fn equal_references_are_no_conflict() {
        assert_eq!(again(("2+2?", "4"), ("2 +2?", "4"), false), None, "white space inside a text counts");
        assert_eq!(again(("Half of 1?", "1/2"), ("half of  1", "0.5"), false), Some("duplicate_row"));
        assert_eq!(again(("Half of 1?", "1/2"), ("half of  1", "0.5"), true), None);
        assert_eq!(again(("Half of 1?", "1/2"), ("half of 1", "0.4"), true), Some("gold_conflict"));
        assert_eq!(again(("Half of 1?", "1/2"), ("half of 2", "1"), false), None);
        assert_eq!(again(("Half of 1?", " "), ("half of 1", "1/2"), true), None, "a blank reference is a missing one");
        let long = |answer: &str| format!("{} #### {answer}", "so ".repeat(2000));
        assert_eq!(again(("Half of 1?", &long("42")), ("half of 1", &long("43")), false), Some("gold_conflict"));
    }

    #[test]
    fn rows_after_one_without_a_reference_are_compared_with_each_other() {
        let (mut prompts, math) = (Prompts::default(), Math::strict());
        let found: Vec<_> = ["", "42", "43", "42.0"]
            .iter()
            .zip(1..)
            .map(|(answer, line)| {
                let sample = Sample::new("").with_prompt("6*7?").with_answer(*answer);
                prompts.see(1, &sample, false, Some(&math), Spot { source: 0, line }).map(|(code, ..)| code.code())
            })
            .collect();
        assert_eq!(found, [None, None, Some("gold_conflict"), Some("duplicate_row")]);
    }
}
