//! The constraints as data: one variant for each type, with checked arguments.

use serde_json::{Value, json};

use crate::core::names::by_name;
use crate::{Error, Result};

/// "less than" or "at least", the two comparisons of the data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The count is below the number.
    LessThan,
    /// The count is at least the number.
    AtLeast,
}

impl Relation {
    pub(super) fn holds(self, count: usize, number: usize) -> bool {
        match self {
            Self::LessThan => count < number,
            Self::AtLeast => count >= number,
        }
    }
}

by_name!(Relation, "relation", LessThan = "less than", AtLeast = "at least");

/// One constraint of `IFEval`, named as in the data set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the variants and fields are the data set's ids and argument names; docs/rewards/ifeval.md has a row for each"
)]
pub enum Constraint {
    KeywordsExistence { keywords: Vec<String> },
    KeywordsFrequency { keyword: String, frequency: usize, relation: Relation },
    KeywordsForbidden { forbidden_words: Vec<String> },
    LetterFrequency { letter: char, frequency: usize, relation: Relation },
    ResponseLanguage { language: String },
    NumberSentences { number: usize, relation: Relation },
    NumberParagraphs { number: usize },
    NumberWords { number: usize, relation: Relation },
    NthParagraphFirstWord { number: usize, nth: usize, first_word: String },
    NumberPlaceholders { number: usize },
    Postscript { marker: String },
    NumberBulletLists { number: usize },
    ConstrainedResponse,
    NumberHighlightedSections { number: usize },
    MultipleSections { splitter: String, number: usize },
    JsonFormat,
    Title,
    TwoResponses,
    RepeatPrompt { prompt: String },
    EndChecker { end_phrase: String },
    CapitalWordFrequency { frequency: usize, relation: Relation },
    EnglishCapital,
    EnglishLowercase,
    NoComma,
    Quotation,
}

/// The ids of the 25 constraint types, in the order of the variants.
pub const CONSTRAINT_IDS: [&str; 25] = [
    "keywords:existence",
    "keywords:frequency",
    "keywords:forbidden_words",
    "keywords:letter_frequency",
    "language:response_language",
    "length_constraints:number_sentences",
    "length_constraints:number_paragraphs",
    "length_constraints:number_words",
    "length_constraints:nth_paragraph_first_word",
    "detectable_content:number_placeholders",
    "detectable_content:postscript",
    "detectable_format:number_bullet_lists",
    "detectable_format:constrained_response",
    "detectable_format:number_highlighted_sections",
    "detectable_format:multiple_sections",
    "detectable_format:json_format",
    "detectable_format:title",
    "combination:two_responses",
    "combination:repeat_prompt",
    "startend:end_checker",
    "change_case:capital_word_frequency",
    "change_case:english_capital",
    "change_case:english_lowercase",
    "punctuation:no_comma",
    "startend:quotation",
];

impl Constraint {
    /// A constraint by its id and its arguments (an object; null if it has none).
    ///
    /// ```
    /// use serde_json::json;
    /// use r1rewards::text::ifeval::Constraint;
    /// let constraint = Constraint::from_id("length_constraints:number_paragraphs", &json!({"num_paragraphs": 3}))?;
    /// assert_eq!(constraint, Constraint::NumberParagraphs { number: 3 });
    /// let error = Constraint::from_id("startend:end_checker", &json!({})).unwrap_err();
    /// assert_eq!(error.to_string(), "option `startend:end_checker` got no `end_phrase`: give text");
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    ///
    /// # Errors
    /// An unknown id, a missing or mistyped argument.
    pub fn from_id(id: &str, arguments: &Value) -> Result<Self> {
        let args = Arguments { id, values: arguments };
        Ok(match id {
            "keywords:existence" => Self::KeywordsExistence { keywords: args.texts("keywords")? },
            "keywords:frequency" => Self::KeywordsFrequency {
                keyword: args.text("keyword")?,
                frequency: args.number("frequency")?,
                relation: args.relation("relation")?,
            },
            "keywords:forbidden_words" => Self::KeywordsForbidden { forbidden_words: args.texts("forbidden_words")? },
            "keywords:letter_frequency" => Self::LetterFrequency {
                letter: args.letter("letter")?,
                frequency: args.number("let_frequency")?,
                relation: args.relation("let_relation")?,
            },
            "language:response_language" => Self::ResponseLanguage { language: args.text("language")? },
            "length_constraints:number_sentences" => {
                Self::NumberSentences { number: args.number("num_sentences")?, relation: args.relation("relation")? }
            }
            "length_constraints:number_paragraphs" => Self::NumberParagraphs { number: args.number("num_paragraphs")? },
            "length_constraints:number_words" => {
                Self::NumberWords { number: args.number("num_words")?, relation: args.relation("relation")? }
            }
            "length_constraints:nth_paragraph_first_word" => Self::NthParagraphFirstWord {
                number: args.number("num_paragraphs")?,
                nth: args.number("nth_paragraph")?,
                first_word: args.text("first_word")?.to_lowercase(),
            },
            "detectable_content:number_placeholders" => Self::NumberPlaceholders { number: args.number("num_placeholders")? },
            "detectable_content:postscript" => Self::Postscript { marker: args.text("postscript_marker")? },
            "detectable_format:number_bullet_lists" => Self::NumberBulletLists { number: args.number("num_bullets")? },
            "detectable_format:constrained_response" => Self::ConstrainedResponse,
            "detectable_format:number_highlighted_sections" => {
                Self::NumberHighlightedSections { number: args.number("num_highlights")? }
            }
            "detectable_format:multiple_sections" => {
                Self::MultipleSections { splitter: args.text("section_spliter")?, number: args.number("num_sections")? }
            }
            "detectable_format:json_format" => Self::JsonFormat,
            "detectable_format:title" => Self::Title,
            "combination:two_responses" => Self::TwoResponses,
            "combination:repeat_prompt" => Self::RepeatPrompt { prompt: args.text("prompt_to_repeat")? },
            "startend:end_checker" => Self::EndChecker { end_phrase: args.text("end_phrase")? },
            "change_case:capital_word_frequency" => Self::CapitalWordFrequency {
                frequency: args.number("capital_frequency")?,
                relation: args.relation("capital_relation")?,
            },
            "change_case:english_capital" => Self::EnglishCapital,
            "change_case:english_lowercase" => Self::EnglishLowercase,
            "punctuation:no_comma" => Self::NoComma,
            "startend:quotation" => Self::Quotation,
            other => {
                return Err(Error::option(
                    "instruction_id_list",
                    format_args!("`{other}`"),
                    format_args!("use one of {}", CONSTRAINT_IDS.join(", ")),
                ));
            }
        })
    }

    /// The constraint as a spec writes it: an object with `id` and the arguments of the id, from which
    /// [`from_id`](Self::from_id) reads it back.
    ///
    /// ```
    /// use serde_json::json;
    /// use r1rewards::text::ifeval::Constraint;
    /// let constraint = Constraint::NumberParagraphs { number: 3 };
    /// assert_eq!(constraint.to_value(), json!({"id": "length_constraints:number_paragraphs", "num_paragraphs": 3}));
    /// ```
    pub fn to_value(&self) -> Value {
        let mut entry = match self {
            Self::KeywordsExistence { keywords } => json!({ "keywords": keywords }),
            Self::KeywordsFrequency { keyword, frequency, relation } => {
                json!({ "keyword": keyword, "frequency": frequency, "relation": relation.name() })
            }
            Self::KeywordsForbidden { forbidden_words } => json!({ "forbidden_words": forbidden_words }),
            Self::LetterFrequency { letter, frequency, relation } => {
                json!({ "letter": letter, "let_frequency": frequency, "let_relation": relation.name() })
            }
            Self::ResponseLanguage { language } => json!({ "language": language }),
            Self::NumberSentences { number, relation } => json!({ "num_sentences": number, "relation": relation.name() }),
            Self::NumberParagraphs { number } => json!({ "num_paragraphs": number }),
            Self::NumberWords { number, relation } => json!({ "num_words": number, "relation": relation.name() }),
            Self::NthParagraphFirstWord { number, nth, first_word } => {
                json!({ "num_paragraphs": number, "nth_paragraph": nth, "first_word": first_word })
            }
            Self::NumberPlaceholders { number } => json!({ "num_placeholders": number }),
            Self::Postscript { marker } => json!({ "postscript_marker": marker }),
            Self::NumberBulletLists { number } => json!({ "num_bullets": number }),
            Self::NumberHighlightedSections { number } => json!({ "num_highlights": number }),
            Self::MultipleSections { splitter, number } => json!({ "section_spliter": splitter, "num_sections": number }),
            Self::RepeatPrompt { prompt } => json!({ "prompt_to_repeat": prompt }),
            Self::EndChecker { end_phrase } => json!({ "end_phrase": end_phrase }),
            Self::CapitalWordFrequency { frequency, relation } => {
                json!({ "capital_frequency": frequency, "capital_relation": relation.name() })
            }
            Self::ConstrainedResponse
            | Self::JsonFormat
            | Self::Title
            | Self::TwoResponses
            | Self::EnglishCapital
            | Self::EnglishLowercase
            | Self::NoComma
            | Self::Quotation => json!({}),
        };
        entry["id"] = self.id().into();
        entry
    }

    /// Its id in the data set.
    pub fn id(&self) -> &'static str {
        CONSTRAINT_IDS[match self {
            Self::KeywordsExistence { .. } => 0,
            Self::KeywordsFrequency { .. } => 1,
            Self::KeywordsForbidden { .. } => 2,
            Self::LetterFrequency { .. } => 3,
            Self::ResponseLanguage { .. } => 4,
            Self::NumberSentences { .. } => 5,
            Self::NumberParagraphs { .. } => 6,
            Self::NumberWords { .. } => 7,
            Self::NthParagraphFirstWord { .. } => 8,
            Self::NumberPlaceholders { .. } => 9,
            Self::Postscript { .. } => 10,
            Self::NumberBulletLists { .. } => 11,
            Self::ConstrainedResponse => 12,
            Self::NumberHighlightedSections { .. } => 13,
            Self::MultipleSections { .. } => 14,
            Self::JsonFormat => 15,
            Self::Title => 16,
            Self::TwoResponses => 17,
            Self::RepeatPrompt { .. } => 18,
            Self::EndChecker { .. } => 19,
            Self::CapitalWordFrequency { .. } => 20,
            Self::EnglishCapital => 21,
            Self::EnglishLowercase => 22,
            Self::NoComma => 23,
            Self::Quotation => 24,
        }]
    }
}

struct Arguments<'a> {
    id: &'a str,
    values: &'a Value,
}

impl Arguments<'_> {
    fn get<T>(&self, name: &str, fix: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<T> {
        match self.values.get(name) {
            None | Some(Value::Null) => Err(Error::option(self.id, format_args!("no `{name}`"), format_args!("give {fix}"))),
            Some(value) => {
                read(value).ok_or_else(|| Error::option(self.id, format_args!("`{name}` = {value}"), format_args!("give {fix}")))
            }
        }
    }

    fn number(&self, name: &str) -> Result<usize> {
        // The data set's loaders convert whole numbers to floats.
        let whole = |value: &Value| {
            value
                .as_u64()
                .or_else(|| value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e9).contains(number)).map(floor))
        };
        self.get(name, "a whole number of at least 0", |value| usize::try_from(whole(value)?).ok())
    }

    fn text(&self, name: &str) -> Result<String> {
        self.get(name, "text", |value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn texts(&self, name: &str) -> Result<Vec<String>> {
        self.get(name, "a list of texts", |value| {
            let list: Option<Vec<String>> =
                value.as_array()?.iter().map(|text| text.as_str().filter(|text| !text.is_empty()).map(str::to_lowercase)).collect();
            list.filter(|list| !list.is_empty())
        })
    }

    fn letter(&self, name: &str) -> Result<char> {
        self.get(name, "one character", |value| {
            let mut characters = value.as_str()?.trim().chars();
            let letter = characters.next()?;
            characters.next().is_none().then(|| letter.to_lowercase().next()).flatten()
        })
    }

    fn relation(&self, name: &str) -> Result<Relation> {
        self.get(name, "`less than` or `at least`", |value| value.as_str()?.parse().ok())
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller has checked that it is whole and in range")]
fn floor(number: f64) -> u64 {
    number as u64
}
