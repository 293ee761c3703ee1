//! Pass rates by prompt, and the answers on which completions agree.

use serde_json::Value;

use super::finding::FindingCode;
use super::gold::equal;
use super::prompts::{Spot, hash_of};
use super::tables::{Table, share};
use super::words::shorten;
use crate::core::compact::{Chain, Chains, Keyed, TextPlace, Texts};
use crate::math::Math;
use crate::{Outcome, Sample, Verdict};

/// The most different wrong answers of a prompt that are counted.
const MOST_ANSWERS: usize = 16;
/// A suspect reference needs this many completions, and this share of them agreeing on another answer.
const LEAST_SAMPLES: u32 = 3;
const AGREEING: f64 = 0.75;
/// The number of bands of pass rate strictly between 0 and 1.
const BANDS: usize = 4;

/// Counts by prompt.
#[derive(Default)]
pub(super) struct Rates {
    prompts: Keyed<Rate>,
    /// Of each prompt the id and the reference, and the wrong answers.
    texts: Texts,
    wrong: Chains<Wrong>,
}

/// The counts of a prompt.
struct Rate {
    spot: Spot,
    /// Its id as JSON and its reference.
    about: TextPlace,
    scored: u32,
    correct: u32,
    /// The wrong answers.
    wrong: Chain,
}

/// A wrong answer, and how often it was given.
#[derive(Clone, Copy)]
struct Wrong {
    answer: TextPlace,
    count: u32,
}

impl Rates {
    /// Counts a judged completion of the prompt with this key.
    pub(super) fn add(&mut self, key: u64, sample: &Sample, outcome: &Outcome, spot: Spot) {
        let key = hash_of(&(key, sample.answers(), sample.tests.as_deref()));
        let texts = &mut self.texts;
        let new = || {
            let gold = sample.answers().first().map(|gold| shorten(gold)).unwrap_or_default();
            let about = texts.add(&[&sample.id.to_string(), &gold]);
            Rate { spot, about, scored: 0, correct: 0, wrong: Chain::default() }
        };
        let Some((_, rate)) = self.prompts.get_or_insert(key, new) else { return };
        rate.scored += u32::from(outcome.verdict != Verdict::Unscored);
        rate.correct += u32::from(outcome.is_correct());
        let Some(answer) = outcome.extracted.as_deref().filter(|_| outcome.verdict == Verdict::Incorrect) else { return };
        let answer = shorten(answer);
        match self.wrong.find(rate.wrong, |wrong| self.texts.get(wrong.answer).next() == Some(&*answer)) {
            Ok((place, wrong)) => self.wrong.set(place, Wrong { count: wrong.count + 1, ..wrong }),
            Err(others) if others < MOST_ANSWERS => {
                let answer = self.texts.add(&[&answer]);
                self.wrong.push(&mut rate.wrong, Wrong { answer, count: 1 });
            }
            Err(_) => {}
        }
    }

    /// Whether a prompt has several completions.
    pub(super) fn has_groups(&self) -> bool {
        self.prompts.values().any(|rate| rate.scored > 1)
    }

    /// What the counts say about each prompt, in the order of the input.
    pub(super) fn findings(&self, math: Option<&Math>) -> impl Iterator<Item = (FindingCode, String, Spot, Value)> {
        let mut rates: Vec<&Rate> = self.prompts.values().filter(|rate| rate.scored > 1).collect();
        rates.sort_by_key(|rate| rate.spot);
        rates.into_iter().filter_map(move |rate| {
            let (code, detail) = if rate.correct == rate.scored {
                (FindingCode::PromptAllCorrect, format!("{} of {} completions", rate.correct, rate.scored))
            } else if rate.correct > 0 {
                return None;
            } else {
                match self.suspect(rate, math) {
                    Some(detail) => (FindingCode::GoldSuspect, detail),
                    None => (FindingCode::PromptAllIncorrect, format!("none of {} completions", rate.scored)),
                }
            };
            let id = self.texts.get(rate.about).next().unwrap_or_default();
            // What JSON has written, JSON reads.
            let id = serde_json::from_str(id).unwrap_or_else(|_| Value::from(id));
            Some((code, detail, rate.spot, id))
        })
    }

    /// Prompts by band of pass rate.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share times a small number")]
    pub(super) fn table(&self) -> Option<Table> {
        const NAMES: [&str; BANDS + 2] = ["0", "above 0 to 1/4", "above 1/4 to 1/2", "above 1/2 to 3/4", "above 3/4, below 1", "1"];
        let mut counts = [0_u64; BANDS + 2];
        for rate in self.prompts.values().filter(|rate| rate.scored > 0) {
            let passed = f64::from(rate.correct) / f64::from(rate.scored);
            let band = match rate.correct {
                0 => 0,
                all if all == rate.scored => BANDS + 1,
                _ => ((passed * BANDS as f64).ceil() as usize).clamp(1, BANDS),
            };
            counts[band] += 1;
        }
        let total = counts.iter().sum();
        let rows =
            NAMES.iter().zip(counts).map(|(name, count)| vec![Value::from(*name), count.into(), share(count, total)]).collect();
        self.has_groups().then(|| Table {
            name: "pass_rates",
            title: "Prompts by pass rate".to_owned(),
            columns: vec!["pass rate", "prompts", "share"],
            rows,
        })
    }

    /// Why the reference of a prompt is suspect, if most completions agree on another answer.
    fn suspect(&self, rate: &Rate, math: Option<&Math>) -> Option<String> {
        if rate.scored < LEAST_SAMPLES {
            return None;
        }
        // The last one first: of several that were given equally often, the first one counts, which `max_by_key` takes.
        let text = |wrong: Wrong| Some((self.texts.get(wrong.answer).next()?, wrong.count));
        let wrong: Vec<(&str, u32)> = self.wrong.iter(rate.wrong).filter_map(|(_, wrong)| text(wrong)).collect();
        let votes = |chosen: &str| {
            let same = |other: &str| other == chosen || math.is_some_and(|math| equal(math, &math.gold(chosen), &math.gold(other)));
            wrong.iter().filter(|(other, _)| same(other)).map(|(_, count)| count).sum::<u32>()
        };
        let (answer, _) = wrong.iter().max_by_key(|(_, count)| *count)?;
        let agreeing = votes(answer);
        let gold = self.texts.get(rate.about).nth(1).unwrap_or_default();
        (agreeing >= LEAST_SAMPLES && f64::from(agreeing) >= AGREEING * f64::from(rate.scored))
            .then(|| format!("{agreeing} of {} completions answer `{answer}`, the reference is `{gold}`", rate.scored))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Reason;

    fn codes(gold: &str, answers: &[&str]) -> Vec<&'static str> {
        let mut rates = Rates::default();
        let math = Math::strict();
        for answer in answers {
            let sample = Sample::new(format!("\\boxed{{{answer}}}")).with_prompt("?").with_answer(gold);
            let outcome = math.verify(sample.answers(), &sample.completion);
            assert!(outcome.reason == Reason::Equal || outcome.verdict == Verdict::Incorrect);
            rates.add(1, &sample, &outcome, Spot { source: 0, line: 1 });
        }
        rates.findings(Some(&math)).map(|(code, ..)| code.code()).collect()
    }

    /// A file has hundreds of thousands of prompts.
    #[test]
    fn a_prompt_takes_few_bytes() {
        assert!(size_of::<Rate>() <= 36 && size_of::<Wrong>() <= 12);
    }

    #[test]
    fn a_finding_has_the_id_of_the_first_sample_whatever_it_is() {
        let ids = [json!("q/0"), json!(7), json!(0.25), json!({"part": ["a", null]}), Value::Null];
        let mut rates = Rates::default();
        for (id, line) in ids.iter().zip(1..) {
            for id in [id.clone(), json!("another")] {
                let sample = Sample::new("\\boxed{5}").with_prompt("?").with_answer("5").with_id(id);
                let outcome = Math::strict().verify(sample.answers(), &sample.completion);
                rates.add(line, &sample, &outcome, Spot { source: 0, line });
            }
        }
        assert_eq!(rates.findings(None).map(|(.., id)| id).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn a_reference_is_suspect_if_most_agree_on_another_answer() {
        assert_eq!(codes("5", &["1/2", "0.5", "\\frac12", "3"]), ["gold_suspect"]);
        assert_eq!(codes("5", &["1", "2", "3", "4"]), ["prompt_all_incorrect"]);
        assert_eq!(codes("5", &["1", "1", "1", "5"]), [""; 0]);
        assert_eq!(codes("5", &["5", "5.0"]), ["prompt_all_correct"]);
        assert_eq!(codes("5", &["4", "4"]), ["prompt_all_incorrect"], "two completions are too few");
        assert_eq!(codes("5", &["4"]), [""; 0], "one completion is no rate");
    }
}
