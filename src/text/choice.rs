//! Multiple choice.
//!
//! Accepts: a letter (`B`, `(b)`, `B.`, `**B**`, `\text{B}`, `Option B`), a letter with its option's text, an option's
//! text if the row gives the options, several letters if several are asked for. Refuses: hedging; "A or B" is two
//! answers. The answer is the whole content of one place: the answer tag, else the box, else what follows the last
//! "answer is", else a text of one line.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Normalize;
use crate::reading::around::{around, around_tag};
use crate::reading::comments::without_comments;
use crate::reading::ignorable::without_ignorable;
use crate::reading::option_text::says_only;
use crate::reading::options::{hedges, named};
use crate::reading::revision::{denies_phrase, revises};
use crate::reading::{BoxSpan, Thinking, find_boxes};
use crate::reading::{Scope, trim};
use crate::{Error, Outcome, Reason, Result, Reward, Rule, Sample, TooHeavy};

/// The options of a [`Choice`] reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOptions {
    /// The row's field that holds the texts of the options, in the order of the letters.
    pub options_field: String,
    /// How many letters there are if the row does not list the options.
    pub letters: u8,
    /// The answer is a set of letters; a subset of it is wrong.
    pub several: bool,
    /// The tags around thinking, in which no answer is searched.
    pub thinking: Thinking,
}

impl Default for ChoiceOptions {
    fn default() -> Self {
        Self { options_field: "choices".to_owned(), letters: 26, several: false, thinking: Thinking::Auto }
    }
}

/// Rewards the right letter, or the right letters.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{Choice, ChoiceOptions}};
/// let reward = Choice::new(ChoiceOptions { letters: 4, ..Default::default() })?;
/// let judge = |text: &str| reward.score(&Sample::new(text).with_answer("B"));
/// assert!(judge("So the answer is (B).").is_correct());
/// assert_eq!(judge("The answer is A or B").reason.code(), "hedged");
/// assert_eq!(judge("\\boxed{C}").extracted.as_deref(), Some("C"));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Choice {
    options: ChoiceOptions,
}

type Letters = BTreeSet<char>;

impl Choice {
    /// Builds the reward.
    ///
    /// # Errors
    /// A number of letters outside 2 to 26.
    pub fn new(options: ChoiceOptions) -> Result<Self> {
        if !(2..=26).contains(&options.letters) {
            return Err(Error::option("letters", options.letters, "give a number from 2 to 26"));
        }
        Ok(Self { options })
    }

    fn read(&self, text: &str, options: &[String]) -> std::result::Result<Letters, Reason> {
        let text = undecorate(text);
        if text.is_empty() {
            return Err(Reason::NoAnswer);
        }
        let normal = Normalize { ignore_case: true, ..Normalize::default() };
        let whole = normal.apply(text);
        if let Some(place) = options.iter().position(|option| *option == whole) {
            return Ok(Letters::from([letter(place)]));
        }
        let (listed, alternatives) = self.letters_of(text, options.len())?;
        if alternatives && listed.len() > 1 {
            return Err(Reason::Hedged);
        }
        Ok(listed)
    }

    /// The letter of the last option.
    fn last_letter(&self, options: usize) -> char {
        letter(if options > 0 { options - 1 } else { usize::from(self.options.letters) - 1 })
    }

    /// The letters listed, and whether "or" or "/" is between them.
    fn letters_of(&self, text: &str, options: usize) -> std::result::Result<(Letters, bool), Reason> {
        let last = self.last_letter(options);
        let in_range = |character: char| {
            let upper = character.to_ascii_uppercase();
            (upper.is_ascii_uppercase() && upper <= last).then_some(upper)
        };
        let mut letters = Letters::new();
        let mut alternatives = false;
        let is_separator = |character: char| character.is_whitespace() || matches!(character, ',' | ';' | '&' | '/' | '+');
        for token in text.split(is_separator).map(undecorate).filter(|token| !token.is_empty()) {
            match token.to_ascii_lowercase().as_str() {
                "or" => alternatives = true,
                "and" | "option" | "options" | "choice" | "choices" | "both" | "letter" => {}
                _ => {
                    let compact = token.chars().count() > 1;
                    if compact && !(self.options.several && token.chars().all(|character| character.is_ascii_uppercase())) {
                        return Err(Reason::Unparsable);
                    }
                    for character in token.chars() {
                        letters.insert(in_range(character).ok_or(Reason::Unparsable)?);
                    }
                }
            }
        }
        if text.contains('/') {
            alternatives = true;
        }
        if letters.is_empty() { Err(Reason::Unparsable) } else { Ok((letters, alternatives)) }
    }

    /// Reads `B. its text` as the letter, if the text is that of its option or the row lists no options.
    fn read_labelled(&self, text: &str, options: &[String]) -> std::result::Result<Letters, Reason> {
        let text = unlabel(undecorate(text));
        let text = text
            .strip_prefix(['(', '['])
            .filter(|inner| inner.chars().nth(1).is_some_and(|c| matches!(c, ')' | ']')))
            .unwrap_or(&text);
        let mut characters = text.char_indices();
        let (Some((_, first)), Some((at, mark))) = (characters.next(), characters.next()) else { return Err(Reason::Unparsable) };
        let labels = matches!(mark, '.' | ')' | ']' | ':');
        // If the options are known, a letter with its option's text needs no mark in between: `B Rome`, `B (Rome)`.
        if !labels && (options.is_empty() || mark.is_alphanumeric()) {
            return Err(Reason::Unparsable);
        }
        let (letters, _) = self.letters_of(&first.to_string(), options.len())?;
        let normal = Normalize { ignore_case: true, ..Normalize::default() };
        let behind = &text[at + mark.len_utf8()..];
        let rest = normal.apply(undecorate(behind.trim_start_matches([' ', '-', '–', '—', ':', ','])));
        let labelled = *letters.first().ok_or(Reason::Unparsable)?;
        let another = || {
            hedges(behind)
                || !says_only(behind.trim(), labelled)
                || named(behind, self.last_letter(options.len())).any(|(_, other)| other != labelled)
        };
        // `B)` alone
        if labels && rest.is_empty() {
            return Ok(letters);
        }
        match options.get(usize::from(labelled as u8 - b'A')) {
            Some(option) if *option != rest => Err(if labels { Reason::Hedged } else { Reason::Unparsable }),
            None if another() => Err(Reason::Hedged),
            _ => Ok(letters),
        }
    }

    fn read_any(&self, text: &str, options: &[String]) -> std::result::Result<Letters, Reason> {
        match self.read(text, options) {
            Err(Reason::Unparsable) => self.read_labelled(text, options),
            read => read,
        }
    }

    fn option_texts(&self, sample: &Sample) -> std::result::Result<Vec<String>, TooHeavy> {
        let normal = Normalize { ignore_case: true, ..Normalize::default() };
        let list = sample.fields.read_json(&self.options.options_field)?;
        let list = list.as_ref().and_then(|list| list.as_array());
        let texts = list.into_iter().flatten().filter_map(|option| option.as_str().map(|text| normal.apply(undecorate(text))));
        Ok(texts.collect())
    }

    fn judge(&self, sample: &Sample) -> Outcome {
        let options = match self.option_texts(sample) {
            Ok(options) => options,
            Err(problem) => return problem.into(),
        };
        if sample.answers.is_empty() {
            return Outcome::unscored(Reason::GoldMissing);
        }
        let Ok(golds) = sample.answers.iter().map(|gold| self.read_any(gold, &options)).collect::<std::result::Result<Vec<_>, _>>()
        else {
            return Outcome::unscored(Reason::GoldUnparsable);
        };
        let part = Scope::Answer.read(&sample.completion, &self.options.thinking);
        let part = without_ignorable(&part);
        let part = without_comments(&part);
        let texts = match candidates(&part) {
            Ok(texts) => texts,
            Err(reason) => return Outcome::incorrect(reason),
        };
        let read: std::result::Result<BTreeSet<Letters>, Reason> = texts.iter().map(|text| self.read_any(text, &options)).collect();
        let answer = match read {
            Ok(read) if read.len() == 1 => read.into_iter().next().unwrap_or_default(),
            Ok(_) => return Outcome::incorrect(Reason::Hedged),
            Err(reason) => {
                let outcome = Outcome::incorrect(reason);
                return if let [only] = texts.as_slice() { outcome.with_extracted(only.as_ref()) } else { outcome };
            }
        };
        let outcome = if answer.len() > 1 && !self.options.several {
            Outcome::incorrect(Reason::Hedged)
        } else if golds.contains(&answer) {
            Outcome::correct(Reason::Equal)
        } else {
            Outcome::incorrect(Reason::Different)
        };
        outcome.with_extracted(answer.iter().collect::<String>())
    }
}

impl Reward for Choice {
    fn name(&self) -> &'static str {
        "choice"
    }

    fn config(&self) -> Value {
        let ChoiceOptions { options_field, letters, several, thinking } = &self.options;
        let mut config = json!({ "kind": "choice", "options_field": options_field, "letters": letters, "several": several });
        if let Thinking::Named(names) = thinking {
            config["thinking"] = names.as_slice().into();
        }
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.judge(sample).with_rule(Rule::Choice).with_work(sample.completion.len() as u64)
    }
}

/// The texts that must name the answer: the contents of all tags, else of all boxes, each with the alternatives given
/// around the last of them; else the sentences of all answer phrases; else a text of one line.
fn candidates(part: &str) -> std::result::Result<Vec<Cow<'_, str>>, Reason> {
    const OPEN: &str = "<answer>";
    const CLOSE: &str = "</answer>";
    let mut texts = Vec::new();
    let (mut last, mut end) = (0, 0);
    while let Some((open, length)) = part[end..].find(OPEN).and_then(|open| {
        let inner = end + open + OPEN.len();
        Some((inner, part[inner..].find(CLOSE)?))
    }) {
        texts.extend(marked(&part[open..open + length])?);
        (last, end) = (open - OPEN.len(), open + length + CLOSE.len());
    }
    if end == 0 {
        return marked(part);
    }
    let beside = around_tag(part, last..end, texts.last().map_or("", |text| text.as_ref()));
    if beside.changed || revises(&part[end..], texts.last().map_or("", |text| text.as_ref())) {
        return Err(Reason::Hedged);
    }
    texts.extend(beside.rivals.into_iter().map(Cow::Owned));
    texts.extend(phrases(&part[end..])?.into_iter().map(Cow::Borrowed));
    Ok(texts)
}

/// The candidates of a text without tags.
fn marked(part: &str) -> std::result::Result<Vec<Cow<'_, str>>, Reason> {
    let boxes = find_boxes(part);
    if boxes.unclosed.is_some() {
        return Err(Reason::NoAnswer);
    }
    let answers: Vec<&BoxSpan> = boxes.answers(part).collect();
    if let Some(last) = answers.last() {
        let beside = around(part, last);
        let behind = &part[last.end..];
        if beside.changed || revises(behind, &part[last.inner.clone()]) {
            return Err(Reason::Hedged);
        }
        let contents = answers.iter().map(|found| Cow::Borrowed(&part[found.inner.clone()]));
        let later = phrases(behind)?.into_iter().map(Cow::Borrowed);
        return Ok(contents.chain(beside.rivals.into_iter().map(Cow::Owned)).chain(later).collect());
    }
    let stated = phrases(part)?;
    let texts: Vec<_> = match stated.as_slice() {
        [] if !part.contains('\n') => vec![Cow::Borrowed(part)],
        stated => stated.iter().map(|line| Cow::Borrowed(*line)).collect(),
    };
    if texts.iter().all(|text| trim(text).is_empty()) { Err(Reason::NoAnswer) } else { Ok(texts) }
}

/// Most answer phrases that are read, from the last one backwards.
const MAX_PHRASES: usize = 16;

/// The text after each `answer is` and `answer:`.
fn phrases(part: &str) -> std::result::Result<Vec<&str>, Reason> {
    let lower = part.to_ascii_lowercase();
    let mut stated = Vec::new();
    let mut end = lower.len();
    while let Some(place) = lower[..end].rfind("answer") {
        end = place;
        let tail = lower[place + "answer".len()..].trim_start_matches(['*', '_']).trim_start_matches(' ');
        let Some(behind) = tail.strip_prefix("is").or_else(|| tail.strip_prefix(':')) else { continue };
        let before = &part[..place];
        if denies_phrase(&before[before.rfind(['.', '\n', '!', '?', ';']).map_or(0, |stop| stop + 1)..]) {
            return Err(Reason::Hedged);
        }
        let rest = &part[part.len() - behind.len()..];
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | ':'));
        let line = rest.split('\n').next().unwrap_or_default();
        let said = sentence(line);
        // A clause that gives a reason may name options that it rules out.
        let reason = [" because ", " since ", ", because ", ", since "].iter().filter_map(|word| said.find(word)).min();
        let said = reason.map(|place| &said[..place]).filter(|said| undecorate(said).chars().count() == 1).unwrap_or(said);
        let letter = said.trim_matches(|c: char| !c.is_alphanumeric());
        if stated.is_empty() && (rest[said.len()..].starts_with('?') || revises(&rest[said.len()..], letter)) {
            return Err(Reason::Hedged);
        }
        stated.push(said);
        if stated.len() == MAX_PHRASES {
            break;
        }
    }
    stated.retain(|line| !trim(line).is_empty());
    Ok(stated)
}

/// The text up to the end of the first sentence. The stop of `B. Paris` is not an end, since one letter before it is a
/// label.
fn sentence(line: &str) -> &str {
    let mut from = 0;
    while let Some(place) = line[from..].find(". ") {
        let end = from + place;
        let label = line[..end].trim_start_matches(['(', '*', ' ']).chars().count() == 1;
        if !label {
            return &line[..end];
        }
        from = end + 2;
    }
    line
}

/// `\textbf{(B)} 12` as `(B) 12`.
fn unlabel(text: &str) -> Cow<'_, str> {
    for wrapper in WRAPPERS {
        if let Some((label, rest)) = text.strip_prefix(wrapper).and_then(|inner| inner.split_once('}')) {
            return Cow::Owned(format!("{}{}", label.trim(), rest.strip_prefix("\\ ").unwrap_or(rest)));
        }
    }
    Cow::Borrowed(text)
}

/// LaTeX commands around a letter.
const WRAPPERS: [&str; 6] = ["\\textbf{", "\\text{", "\\mathrm{", "\\mathbf{", "\\mbox{", "\\rm{"];

/// The text without the decoration that may surround a letter.
fn undecorate(text: &str) -> &str {
    let mut text = trim(text);
    loop {
        let before = text.len();
        text = text.trim_matches(|character: char| {
            character.is_whitespace() || matches!(character, '*' | '_' | '$' | '"' | '“' | '”' | '`' | '\'')
        });
        text = text.trim_end_matches(['.', ',', '!']);
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]"), ("<b>", "</b>")] {
            text = text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)).unwrap_or(text);
        }
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
            let bare = text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
            text = bare.filter(|inner| !inner.contains(['(', ')', '[', ']', '{', '}'])).unwrap_or(text);
        }
        for wrapper in WRAPPERS {
            text = text.strip_prefix(wrapper).and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are at most 26 letters")]
fn letter(place: usize) -> char {
    char::from(b'A' + place.min(25) as u8)
}
