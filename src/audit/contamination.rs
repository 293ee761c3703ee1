//! Words that a prompt shares with given files: contamination by a benchmark.
//!
//! As in the literature (GPT-3, 2005.14165, appendix C), texts are compared as sequences of words in lower case without
//! punctuation, by n-grams of 13 words by default. Beyond that:
//!
//! - Equal prompts of at least [`TELLING`] words are found however short they are, and however often the files have them.
//! - A text of the files with fewer words than an n-gram, but at least [`LEAST`], is found where it stands in a prompt as whole
//!   sentences.
//! - Words of a template do not count: those of runs of half an n-gram that many different texts of the files have. At least
//!   a third of an n-gram must be other words of a language, because formulas agree by chance; where half of a prompt's
//!   n-grams are in the files, it may be formulas.

use std::collections::{BTreeMap, HashMap};

use super::prompt;
use super::words::{Word, words};
use crate::reading::mix;

/// Texts of the files with fewer words are found as whole prompts only.
const LEAST: usize = 5;
/// Prompts with fewer words (`A.`, `Continue`) are equal by chance.
const TELLING: usize = 2;
/// A run of words in more texts than this is one of a template; in few texts, one that three quarters of them have.
const FREQUENT: u32 = 10;

/// The words of files.
#[derive(Debug, Clone)]
pub struct Contamination {
    size: usize,
    labels: Vec<String>,
    /// The number of different texts.
    texts: u32,
    /// The row of each text, by its form in which prompts are compared.
    wholes: HashMap<u64, u32>,
    /// A row of each n-gram.
    grams: HashMap<u64, u32>,
    /// For each run of half an n-gram the last text that has it, and in how many texts it is.
    phrases: HashMap<u64, (u32, u32)>,
    /// The rows of texts shorter than an n-gram, by their number of words.
    short: BTreeMap<usize, HashMap<u64, u32>>,
}

/// What a text shares with a row of the files.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// The label of that row.
    pub label: String,
    /// The share of the text's n-grams outside of templates that are in that row or another one.
    pub share: f64,
    /// The longest shared run of words.
    pub words: String,
}

impl Contamination {
    /// Nothing yet, with n-grams of `size` words (at least 1).
    pub fn new(size: usize) -> Self {
        Self {
            size: size.max(1),
            labels: Vec::new(),
            texts: 0,
            wholes: HashMap::new(),
            grams: HashMap::new(),
            phrases: HashMap::new(),
            short: BTreeMap::new(),
        }
    }

    /// Adds a row of the files under a label, which overlaps name.
    pub fn add(&mut self, text: &str, label: impl Into<String>) {
        let row = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(label.into());
        let Some(key) = prompt::key(text) else { return };
        // A benchmark may have each problem many times, once for each sample of it.
        if self.wholes.contains_key(&key) {
            return;
        }
        self.wholes.insert(key, row);
        self.texts += 1;
        let words = words(text);
        for phrase in grams(&words, self.half()) {
            let (last, texts) = self.phrases.entry(phrase).or_insert((u32::MAX, 0));
            if *last != row {
                (*last, *texts) = (row, *texts + 1);
            }
        }
        if (LEAST..self.size).contains(&words.len()) {
            let whole = grams(&words, words.len()).next().unwrap_or_default();
            self.short.entry(words.len()).or_default().entry(whole).or_insert(row);
        }
        for gram in grams(&words, self.size) {
            self.grams.entry(gram).or_insert(row);
        }
    }

    /// The number of rows that were added.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// What a text shares with the files; `None` if it shares nothing that counts.
    ///
    /// ```
    /// use r1rewards::audit::Contamination;
    /// let mut files = Contamination::new(6);
    /// files.add("How many of the first 100 numbers are prime, if 1 is not?", "bench.jsonl:7");
    /// let overlap = files.check("Tell me: how many of the first 100 numbers are even?").unwrap();
    /// assert_eq!((overlap.label.as_str(), overlap.words.as_str()), ("bench.jsonl:7", "how many of the first 100 numbers are"));
    /// assert_eq!(files.check("How many of the last 50 numbers are prime?"), None);
    /// ```
    pub fn check(&self, text: &str) -> Option<Overlap> {
        let words = words(text);
        if words.len() < TELLING {
            return None;
        }
        if let Some(row) = prompt::key(text).and_then(|key| self.wholes.get(&key)) {
            return self.overlap(text, &words, *row, 1.0);
        }
        self.run(text, &words).or_else(|| self.short(text, &words))
    }

    /// The longest run of n-grams that are in the files.
    #[expect(clippy::cast_precision_loss, reason = "a number of n-grams")]
    fn run(&self, text: &str, words: &[Word]) -> Option<Overlap> {
        let is_template = self.template(words);
        let known = grams(words, self.size).map(|gram| self.grams.get(&gram).copied());
        // Each n-gram that is not all template: its row, and whether enough of it are words of a language.
        let windows = words.windows(self.size).zip(is_template.windows(self.size)).zip(known).map(|((words, template), row)| {
            let own = words.iter().zip(template).filter(|(word, template)| word.is_plain && !**template).count();
            let counts = template.contains(&false);
            (row.filter(|_| counts), own * 3 >= self.size, counts)
        });
        let windows: Vec<_> = windows.collect();
        let counted = windows.iter().filter(|(.., counts)| *counts).count();
        let shared = windows.iter().filter(|(row, ..)| row.is_some()).count();
        let is_mostly_shared = shared * 2 >= counted;
        let found: Vec<Option<u32>> =
            windows.iter().map(|(row, is_language, _)| row.filter(|_| *is_language || is_mostly_shared)).collect();
        let mut at = 0;
        let runs = found.chunk_by(|one, next| one.is_some() == next.is_some()).map(|run| {
            at += run.len();
            (at - run.len(), run)
        });
        let (start, run) = runs.filter(|(_, run)| run[0].is_some()).max_by_key(|(_, run)| run.len())?;
        let share = found.iter().flatten().count() as f64 / counted.max(1) as f64;
        self.overlap(text, &words[start..start + run.len() + self.size - 1], run[0]?, share)
    }

    /// A text of the files with fewer words than an n-gram that stands in the text as whole sentences.
    #[expect(clippy::cast_precision_loss, reason = "a number of words")]
    fn short(&self, text: &str, words: &[Word]) -> Option<Overlap> {
        for (size, rows) in self.short.iter().rev() {
            for (at, gram) in grams(words, *size).enumerate() {
                if let Some(row) = rows.get(&gram).filter(|_| is_whole(text, words, at, at + size)) {
                    return self.overlap(text, &words[at..at + size], *row, *size as f64 / words.len() as f64);
                }
            }
        }
        None
    }

    /// For each word whether it is one of a template.
    fn template(&self, words: &[Word]) -> Vec<bool> {
        let mut is_template = vec![false; words.len()];
        for (at, phrase) in grams(words, self.half()).enumerate() {
            let texts = self.phrases.get(&phrase).map_or(0, |(_, texts)| *texts);
            if texts > FREQUENT || (texts >= 3 && texts * 4 >= self.texts * 3) {
                is_template[at..at + self.half()].fill(true);
            }
        }
        is_template
    }

    fn half(&self) -> usize {
        self.size.div_ceil(2)
    }

    fn overlap(&self, text: &str, words: &[Word], row: u32, share: f64) -> Option<Overlap> {
        let label = self.labels.get(row as usize)?.clone();
        let words = words.iter().map(|word| text[word.range.clone()].to_lowercase()).collect::<Vec<_>>().join(" ");
        Some(Overlap { label, share, words })
    }
}

/// The n-grams of words.
fn grams(words: &[Word], size: usize) -> impl Iterator<Item = u64> + '_ {
    words.windows(size).map(move |gram| gram.iter().fold(size as u64, |hash, word| mix(hash ^ word.hash)))
}

/// Whether sentences begin at one word and end before another.
fn is_whole(text: &str, words: &[Word], start: usize, end: usize) -> bool {
    const BEFORE: [char; 12] = ['.', '!', '?', ':', ';', '\n', '。', '！', '？', '：', '；', '|'];
    const AFTER: [char; 7] = ['.', '!', '?', '\n', '。', '！', '？'];
    let before = start.checked_sub(1).map(|before| &text[words[before].range.end..words[start].range.start]);
    let after = words.get(end).map(|after| &text[words[end - 1].range.end..after.range.start]);
    before.is_none_or(|gap| gap.contains(BEFORE)) && after.is_none_or(|gap| gap.contains(AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(size: usize, texts: &[&str]) -> Contamination {
        let mut files = Contamination::new(size);
        texts.iter().enumerate().for_each(|(row, text)| files.add(text, format!("row {row}")));
        files
    }

    fn found(files: &Contamination, text: &str) -> Option<String> {
        files.check(text).map(|overlap| overlap.label)
    }

    #[test]
    fn phrases_of_a_template_do_not_count() {
        let texts: Vec<String> =
            (0..20).map(|number| format!("Please reason step by step and give number {number} of the row")).collect();
        let files = files(5, &texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(files.check("Please reason step by step and add two and two"), None);
        let overlap = files.check("please reason step by step, and give number 7 of the row").expect("the whole row is shared");
        assert_eq!((overlap.label.as_str(), overlap.share), ("row 7", 1.0));
        assert_eq!(overlap.words, "step and give number 7 of the row");
    }

    #[test]
    fn a_word_after_a_template_does_not_make_a_copy() {
        let template = "Solve the problem below and write the value after the word Answer in the last line.";
        let texts: Vec<String> = ["Let", "Find", "Say"]
            .iter()
            .flat_map(|word| (0..5).map(move |n| format!("{template} {word} the side of shape {n}")))
            .collect();
        for several in [&texts[..4], &texts] {
            let files = files(13, &several.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(files.check(&format!("{template} Let two of the sides be equal to seven units")), None);
            assert_eq!(found(&files, &texts[1]), Some("row 1".to_owned()));
        }
    }

    #[test]
    fn a_benchmark_that_repeats_its_problems_is_no_template() {
        let problem = "In how many ways can seven guests sit at a round table if two of them are never neighbours?";
        let files = files(13, &[problem; 32]);
        assert_eq!(found(&files, problem), Some("row 0".to_owned()));
        assert_eq!(found(&files, &format!("Think first. {problem} Answer with one number.")), Some("row 0".to_owned()));
    }

    #[test]
    fn formulas_agree_by_chance_unless_they_are_most_of_the_prompt() {
        let formula = r"$\frac{9 \cdot 8 \cdot 7 \cdot 6 \cdot 5}{1 \cdot 2 \cdot 3 \cdot 4 \cdot 5}$";
        let files = files(13, &[&format!("How many hands of five cards are there? It is {formula} of them.")]);
        let other = format!(
            "A club chooses a board from its nine members. Show that {formula} choices exist, then count those with Ann in it."
        );
        assert_eq!(files.check(&other), None);
        assert_eq!(found(&files, &format!("Hands: {formula} of them")), Some("row 0".to_owned()));
    }

    #[test]
    fn equal_prompts_are_found_however_short_they_are() {
        let files = files(13, &["What is 7 times 8?", "Solve $x^2=9$.", "Prove it.", "求前十项的和"]);
        for (text, label) in
            [("what is 7 TIMES 8", "row 0"), ("solve $x^2=9$", "row 1"), ("Prove it", "row 2"), ("求前十项的和？", "row 3")]
        {
            assert_eq!(found(&files, text).as_deref(), Some(label), "{text}");
        }
        for text in ["what is 7 times 9", "Solve $x^2=4$.", "Solve $x^2+9$."] {
            assert_eq!(files.check(text), None, "{text}");
        }
    }

    #[test]
    fn prompts_of_one_word_or_none_are_equal_by_chance() {
        let files = files(13, &["A.", "...", "Continue", "Go on"]);
        for text in ["A.", "a", "...", "Continue", "??"] {
            assert_eq!(files.check(text), None, "{text}");
        }
        assert_eq!(found(&files, "Go on").as_deref(), Some("row 3"));
    }

    #[test]
    fn a_short_problem_is_found_as_sentences_of_a_prompt() {
        let files = files(13, &["What is the sum of all divisors of 28?", "What is 7 times 8?"]);
        let label = |text: &str| found(&files, text);
        assert_eq!(label("What is the sum of all divisors of 28? Put it into a box.").as_deref(), Some("row 0"));
        assert_eq!(label("Question: What is 7 times 8?\nAnswer:").as_deref(), Some("row 1"));
        assert_eq!(label("What is 7 times 8 plus 3?"), None);
        assert_eq!(label("Say, what is 7 times 8?"), None);
    }

    #[test]
    fn scripts_without_spaces_are_compared_by_character() {
        let files = files(13, &["一个等差数列的首项为三，公差为四，求前二十项的和是多少？"]);
        assert_eq!(found(&files, "请解答：一个等差数列的首项为三，公差为四，求前二十项的和。").as_deref(), Some("row 0"));
        assert_eq!(files.check("一个等比数列的首项为五，求前十项的和。"), None);
    }
}
