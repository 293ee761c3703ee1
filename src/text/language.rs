//! Language consistency (DeepSeek-R1, 2501.12948, eq. 7): the share of the prose that is in the target language or
//! script.
//!
//! Accepts: prose in natural languages. Code, LaTeX, numbers and tags are left out of both counts (the paper gives no
//! rule; see [`prose`](crate::reading::prose)). Refuses: texts with too few letters, since a share of nothing means
//! nothing; letters that only resemble the target script (`Тһе` in Cyrillic). A share alone is gamed by repetition:
//! combine it with a length or distinct rule.

use serde_json::{Value, json};
use whatlang::{Detector, Lang};

use super::script::{ScriptCount, ScriptSet, count_letters};
use crate::core::reward::given;
use crate::reading::prose;
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// The language or scripts that the text should be in.
#[derive(Debug, Clone)]
pub enum Target {
    /// Scripts: the share of letters. Exact.
    Script(ScriptSet),
    /// A language: the share of words in windows of prose that are recognised as this language by function words or a
    /// trigram detector. An estimate.
    Language(LanguageCode),
}

/// A language that the detector knows.
#[derive(Debug, Clone)]
pub struct LanguageCode {
    language: Lang,
    scripts: ScriptSet,
    rule: Rule,
}

/// How a language is told apart from others in its scripts.
#[derive(Debug, Clone)]
enum Rule {
    /// No other language of the detector is written in these scripts.
    Alone,
    /// Chinese and Japanese share Han: Japanese also has kana.
    Kana(ScriptSet),
    /// By function words, and by trigrams if function words do not decide.
    Words,
}

impl Target {
    /// Scripts by name.
    ///
    /// # Errors
    /// As [`ScriptSet::from_names`].
    pub fn scripts<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        ScriptSet::from_names(names).map(Self::Script)
    }

    /// A language by ISO 639-1 (`en`) or 639-3 (`eng`) code.
    ///
    /// # Errors
    /// For a code that the detector does not have; the message lists those it has.
    pub fn language(code: &str) -> Result<Self> {
        let known = two_letter(code).unwrap_or(code);
        let Some(language) = Lang::from_code(known) else {
            let codes: Vec<&str> = Lang::all().iter().map(Lang::code).collect();
            return Err(Error::option(
                "language",
                format_args!("`{code}`"),
                format_args!("use `en`, `zh`, ... or one of {}; for others give `script`", codes.join(" ")),
            ));
        };
        let names = script_names(language);
        let scripts = ScriptSet::from_names(names)?;
        let rule = match names[0] {
            "Han" => Rule::Kana(ScriptSet::from_names(&["Hiragana", "Katakana"])?),
            "Latin" | "Cyrillic" | "Arabic" | "Devanagari" | "Hebrew" => Rule::Words,
            _ => Rule::Alone,
        };
        Ok(Self::Language(LanguageCode { language, scripts, rule }))
    }
}

/// The options of a [`Language`] reward.
#[derive(Debug, Clone)]
pub struct LanguageOptions {
    /// The target.
    pub target: Target,
    /// Prose with fewer letters is incorrect.
    pub min_letters: u64,
    /// Reward 1 from this share on and 0 below it; without it the reward is the share.
    pub min_share: Option<f64>,
}

impl LanguageOptions {
    /// The default of `min_letters`; prose shorter than this decides too little, and a sentence has more.
    pub const MIN_LETTERS: u64 = 20;
    /// The share from which a verdict is correct if the reward is the share.
    pub const CORRECT_SHARE: f64 = 0.8;

    /// A target with the defaults: 20 letters, the share as reward.
    pub fn new(target: Target) -> Self {
        Self { target, min_letters: Self::MIN_LETTERS, min_share: None }
    }
}

/// Rewards prose in the target language or script.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{Language, LanguageOptions, Target}};
/// let latin = Language::new(LanguageOptions { min_share: Some(0.95), ..LanguageOptions::new(Target::scripts(&["Latin"])?) })?;
/// assert!(latin.score(&Sample::new("The sum of the digits is twelve.")).is_correct());
/// assert_eq!(latin.score(&Sample::new("The sum of the digits 是十二。")).reason.code(), "wrong_language");
///
/// let english = Language::new(LanguageOptions::new(Target::language("en")?))?;
/// let share = english.score(&Sample::new("We add the two numbers and then we divide by the number of people in the room.")).value;
/// assert_eq!(share, Some(1.0));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Language {
    options: LanguageOptions,
}

impl Language {
    /// Builds the reward.
    ///
    /// # Errors
    /// A share outside 0 to 1.
    pub fn new(options: LanguageOptions) -> Result<Self> {
        if let Some(share) = options.min_share.filter(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::option("min_share", share, "give a share from 0 to 1"));
        }
        Ok(Self { options })
    }

    /// The language of the first [`WHOLE_BYTES`] bytes; `None` if it cannot be recognised.
    pub(super) fn of_start(text: &str) -> Option<Lang> {
        let start = cut(text, WHOLE_BYTES);
        super::function_words::language_of(start).or_else(|| whatlang::detect_lang(start))
    }

    /// Whether a detected language has this two- or three-letter code.
    pub(super) fn speaks(found: Lang, code: &str) -> bool {
        // langdetect writes zh-cn and zh-tw.
        let code = code.split('-').next().unwrap_or(code);
        found.code() == two_letter(code).unwrap_or(code)
    }

    /// Counts the letters and words of a text; those in the target are the ones inside.
    pub fn count(&self, text: &str) -> ScriptCount {
        match &self.options.target {
            Target::Script(scripts) => {
                let mut count = ScriptCount::default();
                prose(text).for_each(|stretch| count.add(count_letters(stretch, scripts)));
                count
            }
            Target::Language(language) => language.count(text),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of letters are far below 2^52")]
    fn judge(&self, text: &str) -> Outcome {
        let count = self.count(text);
        let (inside, all, unit) = match self.options.target {
            Target::Script(_) => (count.letters_in, count.letters, "letters"),
            Target::Language(_) => (count.words_in, count.words, "words"),
        };
        if count.letters < self.options.min_letters.max(1) {
            let detail = format!("{} letters of prose, at least {}", count.letters, self.options.min_letters.max(1));
            return Outcome::incorrect(Reason::TooLittleText).with_detail(detail);
        }
        let share = inside as f64 / all as f64;
        let correct = share >= self.options.min_share.unwrap_or(LanguageOptions::CORRECT_SHARE);
        let (verdict, reason) =
            if correct { (Verdict::Correct, Reason::Passed) } else { (Verdict::Incorrect, Reason::WrongLanguage) };
        let value = if self.options.min_share.is_none() { share } else { f64::from(u8::from(correct)) };
        Outcome::valued(verdict, value, reason).with_detail(format!("{inside} of {all} {unit}"))
    }
}

impl Reward for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn config(&self) -> Value {
        let LanguageOptions { target, min_letters, min_share } = &self.options;
        let (scripts, language) = match target {
            Target::Script(scripts) => (Some(scripts.names()), None),
            Target::Language(code) => (None, Some(code.language.code())),
        };
        given(json!({
            "kind": "language",
            "script": scripts,
            "language": language,
            "min_letters": min_letters,
            "min_share": min_share,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.judge(&sample.completion).with_work(sample.completion.len() as u64)
    }
}

/// The English name of the language of a text's prose, estimated from its start; `None` if it cannot be recognised.
#[cfg(feature = "cli")]
pub(crate) fn language_name(text: &str) -> Option<&'static str> {
    /// Prose with fewer letters is not enough to tell languages apart.
    const LEAST: usize = 20;
    /// The start that is looked at, in bytes.
    const START: usize = 1000;
    let start: String = prose(cut(text, START)).flat_map(|stretch| [stretch, " "]).collect();
    let letters = start.chars().filter(|character| character.is_alphabetic()).count();
    (letters >= LEAST).then(|| Language::of_start(&start)).flatten().map(|language| language.eng_name())
}

/// A window ends at the first sentence end after [`WINDOW_BYTES`] bytes (about thirty words), and after [`WINDOW_MOST`]
/// at the latest.
const WINDOW_BYTES: usize = 192;
const WINDOW_MOST: usize = 600;
/// A window with at least one kana in this many letters of Han and kana is Japanese; in Japanese prose one letter in
/// two is kana.
const LETTERS_PER_KANA: u64 = 20;

impl LanguageCode {
    /// Counts words in the target's scripts and in windows that are in its language. Windows that are not decided count
    /// as the text as a whole, so that a short aside among formulas does not count as another language.
    fn count(&self, text: &str) -> ScriptCount {
        let mut prose_text = String::with_capacity(text.len());
        prose(text).for_each(|stretch| {
            prose_text.push_str(stretch);
            prose_text.push(' ');
        });
        if matches!(self.rule, Rule::Alone) {
            return count_letters(&prose_text, &self.scripts);
        }
        let detector = Detector::new();
        let mut total = ScriptCount::default();
        let mut unsure_in = 0;
        for window in windows(&prose_text) {
            let mut count = count_letters(window, &self.scripts);
            if count.words_in > 0 {
                match self.speaks(window, &detector) {
                    Some(true) => {}
                    Some(false) => count.words_in = 0,
                    None => {
                        unsure_in += count.words_in;
                        count.words_in = 0;
                    }
                }
            }
            total.add(count);
        }
        if unsure_in > 0 && self.speaks_whole(&prose_text, &detector) {
            total.words_in += unsure_in;
        }
        total
    }

    /// Whether a window is in the language; `None` if that is not decided.
    fn speaks(&self, window: &str, detector: &Detector) -> Option<bool> {
        match &self.rule {
            Rule::Alone => Some(true),
            Rule::Kana(kana) => {
                let count = count_letters(window, kana);
                (count.letters >= LETTERS_PER_KANA).then(|| self.has_kana_as_it_should(count))
            }
            Rule::Words => match super::function_words::language_of(window) {
                Some(language) => Some(language == self.language),
                None => detector.detect(window).filter(whatlang::Info::is_reliable).map(|info| info.lang() == self.language),
            },
        }
    }

    fn speaks_whole(&self, text: &str, detector: &Detector) -> bool {
        let start = cut(text, WHOLE_BYTES);
        match &self.rule {
            Rule::Alone => true,
            Rule::Kana(kana) => self.has_kana_as_it_should(count_letters(start, kana)),
            Rule::Words => {
                let told = super::function_words::language_of(start);
                told.or_else(|| detector.detect_lang(start)) == Some(self.language)
            }
        }
    }

    fn has_kana_as_it_should(&self, count: ScriptCount) -> bool {
        (count.letters_in * LETTERS_PER_KANA >= count.letters) == (self.language == Lang::Jpn)
    }
}

/// Bytes at the start of the prose that decide its language as a whole.
const WHOLE_BYTES: usize = 8192;

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Cuts prose into windows at sentence ends.
fn windows(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let least = rest.floor_char_boundary(WINDOW_BYTES);
        let end = cut(rest, WINDOW_MOST)[least..]
            .char_indices()
            .find(|(_, character)| matches!(character, '.' | '!' | '?' | '\n' | '。' | '！' | '？' | '।' | '؟'))
            .map_or_else(|| rest.floor_char_boundary(WINDOW_MOST), |(at, character)| least + at + character.len_utf8());
        let (window, after) = rest.split_at(end);
        rest = after;
        Some(window)
    })
}

/// Converts ISO 639-1 codes to the detector's ISO 639-3 codes.
fn two_letter(code: &str) -> Option<&'static str> {
    const CODES: &str = "en eng zh cmn fr fra de deu es spa pt por it ita ru rus ja jpn ko kor ar ara hi hin vi vie th tha tr tur nl nld \
        pl pol uk ukr sv swe da dan fi fin nb nob no nob cs ces sk slk hu hun ro ron bg bul el ell he heb fa pes id ind ca cat hr hrv sr srp \
        sl slv lt lit lv lav et est bn ben ta tam te tel ml mal mr mar gu guj pa pan ur urd kn kan ne nep my mya km khm ka kat hy hye az aze \
        uz uzb tk tuk af afr be bel mk mkd la lat eo epo yi yid am amh si sin jv jav tl tgl zu zul sn sna ak aka or ori cy cym";
    let mut words = CODES.split_whitespace();
    while let (Some(two), Some(three)) = (words.next(), words.next()) {
        if two == code {
            return Some(three);
        }
    }
    None
}

fn script_names(language: Lang) -> &'static [&'static str] {
    match language {
        Lang::Cmn => &["Han"],
        Lang::Jpn => &["Han", "Hiragana", "Katakana"],
        Lang::Kor => &["Hangul"],
        Lang::Rus | Lang::Ukr | Lang::Bel | Lang::Bul | Lang::Mkd => &["Cyrillic"],
        Lang::Srp => &["Cyrillic", "Latin"],
        Lang::Ara | Lang::Pes | Lang::Urd => &["Arabic"],
        Lang::Hin | Lang::Mar | Lang::Nep => &["Devanagari"],
        Lang::Heb | Lang::Yid => &["Hebrew"],
        Lang::Ell => &["Greek"],
        Lang::Tha => &["Thai"],
        Lang::Ben => &["Bengali"],
        Lang::Tam => &["Tamil"],
        Lang::Tel => &["Telugu"],
        Lang::Mal => &["Malayalam"],
        Lang::Guj => &["Gujarati"],
        Lang::Pan => &["Gurmukhi"],
        Lang::Kan => &["Kannada"],
        Lang::Mya => &["Myanmar"],
        Lang::Khm => &["Khmer"],
        Lang::Kat => &["Georgian"],
        Lang::Hye => &["Armenian"],
        Lang::Amh => &["Ethiopic"],
        Lang::Sin => &["Sinhala"],
        Lang::Ori => &["Oriya"],
        _ => &["Latin"],
    }
}
