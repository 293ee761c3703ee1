//! The `format` reward: a template, whether the prompt has the first tag, strict or soft.

use serde_json::{Value, json};

use super::peers::{open_r1_format, trl_think_format};
use super::soft::shared;
use super::{Boxed, Coat, Count, Fault, Found, Outside, Prefilled, Section, Soft, Structure};
use crate::reading::without_end_tokens;
use crate::{Error, Outcome, Reason, Result, Reward, Sample};

/// The structure a completion must have.
#[derive(Debug, Clone)]
pub enum Template {
    /// `<think>…</think><answer>…</answer>`, each once, nothing else (DeepSeek-R1, 2501.12948, table 1).
    ThinkAnswer,
    /// `<think>…</think>` once, then a visible answer (TRL's `think_format_reward`, made strict).
    Think,
    /// One `\boxed{…}` after the thinking, if there is any.
    Boxed,
    /// Satori's meta-actions (2502.02508).
    Coat(Coat),
    /// A declared structure.
    Custom(Structure),
    /// open-r1's `format_reward`, including its loopholes.
    OpenR1,
    /// TRL's `think_format_reward`, including its loopholes.
    Trl,
}

impl Template {
    /// The names in specs; a structure of one's own has none.
    pub const NAMES: [&'static str; 6] = ["think_answer", "think", "boxed", "coat", "open_r1", "trl"];
}

// Not `Display`: a structure of one's own has no name.
impl std::str::FromStr for Template {
    type Err = Error;

    /// The template of this name, with its constants at their defaults.
    fn from_str(name: &str) -> Result<Self> {
        Ok(match name {
            "think_answer" => Self::ThinkAnswer,
            "think" => Self::Think,
            "boxed" => Self::Boxed,
            "coat" => Self::Coat(Coat::default()),
            "open_r1" => Self::OpenR1,
            "trl" => Self::Trl,
            other => {
                let names = Self::NAMES.join(", ");
                return Err(Error::option(
                    "template",
                    format_args!("`{other}`"),
                    format_args!("use one of {names}, or declare `sections`"),
                ));
            }
        })
    }
}

/// The options of a [`Format`] reward.
#[derive(Debug, Clone)]
pub struct FormatOptions {
    /// The structure.
    pub template: Template,
    /// Whether the prompt ends with the first opening tag.
    pub prefilled_think: Prefilled,
    /// Part of the reward for part of the structure.
    pub soft: Soft,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { template: Template::ThinkAnswer, prefilled_think: Prefilled::No, soft: Soft::Strict }
    }
}

/// Rewards completions that have the declared structure.
///
/// ```
/// use r1rewards::{Reward, Sample, structure::Format};
/// let outcome = Format::think_answer().score(&Sample::new("<think>6·7</think>\n<answer>42</answer>"));
/// assert_eq!((outcome.value, outcome.extracted.as_deref()), (Some(1.0), Some("42")));
/// let outcome = Format::think_answer().score(&Sample::new("<think>6·7</think>\n<answer>42</answer> Bye!"));
/// assert_eq!((outcome.reason.code(), outcome.detail.as_deref()),
///     ("text_outside", Some("byte 40: There is text where the template allows none")));
/// ```
#[derive(Debug, Clone)]
pub struct Format {
    rule: Rule,
    prefilled: Prefilled,
    soft: Soft,
}

#[derive(Debug, Clone)]
enum Rule {
    Sections(Structure),
    Boxed,
    Coat(Coat),
    Peer(Expression),
}

/// The regular expression of another library.
#[derive(Debug, Clone, Copy)]
enum Expression {
    OpenR1,
    Trl,
}

impl Expression {
    fn name(self) -> &'static str {
        match self {
            Self::OpenR1 => "open_r1",
            Self::Trl => "trl",
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Self::OpenR1 => open_r1_format(text),
            Self::Trl => trl_think_format(text),
        }
    }
}

impl Format {
    /// Builds the reward.
    ///
    /// # Errors
    /// A soft form or a prefilled tag on a template that has no sections.
    pub fn new(options: FormatOptions) -> Result<Self> {
        let rule = match options.template {
            Template::ThinkAnswer => Rule::Sections(think_answer()?),
            Template::Think => Rule::Sections(think()?),
            Template::Custom(structure) => Rule::Sections(structure),
            Template::Boxed => Rule::Boxed,
            Template::Coat(coat) => Rule::Coat(coat),
            Template::OpenR1 => Rule::Peer(Expression::OpenR1),
            Template::Trl => Rule::Peer(Expression::Trl),
        };
        let has_sections = matches!(rule, Rule::Sections(_));
        if options.soft != Soft::Strict && !has_sections {
            return Err(Error::option(
                "soft",
                "a template without sections",
                "use it with think_answer, think or declared sections",
            ));
        }
        if options.prefilled_think != Prefilled::No && matches!(rule, Rule::Coat(_) | Rule::Peer(_)) {
            return Err(Error::option(
                "prefilled_think",
                "a template that has no thinking tag of its own to prefill",
                "leave it out",
            ));
        }
        if let (Rule::Sections(structure), true) = (&rule, options.prefilled_think != Prefilled::No)
            && structure.sections()[0].count == Count::Any
        {
            return Err(Error::option(
                "prefilled_think",
                "a first section that may occur any number of times",
                "declare it once, optional or some",
            ));
        }
        Ok(Self { rule, prefilled: options.prefilled_think, soft: options.soft })
    }

    /// DeepSeek-R1's template, strict.
    ///
    /// # Panics
    /// Never: the built-in declaration is valid.
    pub fn think_answer() -> Self {
        Self::new(FormatOptions::default()).expect("the built-in template is valid")
    }

    /// The same reward for completions whose prompt ends with the opening tag.
    #[must_use]
    pub fn prefilled(mut self, prefilled: Prefilled) -> Self {
        self.prefilled = prefilled;
        self
    }

    /// The text to report for a well-formed completion, or the fault.
    fn check<'t>(&self, text: &'t str) -> std::result::Result<Option<&'t str>, Fault> {
        match &self.rule {
            Rule::Sections(structure) => {
                let found = structure.check(text, self.prefilled)?;
                Ok(last_content(&found).map(|content| crate::reading::trim(&text[content])))
            }
            Rule::Boxed => Boxed.check(text, self.prefilled).map(|content| Some(&text[content])),
            Rule::Coat(coat) => coat.check(text).map(|_| None),
            Rule::Peer(peer) if peer.accepts(text) => Ok(None),
            Rule::Peer(_) => Err(Fault { reason: Reason::Failed, section: String::new(), offset: 0 }),
        }
    }
}

fn think_answer() -> Result<Structure> {
    Structure::new(vec![Section::tag("think"), Section::tag("answer")], Outside::Nowhere)
}

fn think() -> Result<Structure> {
    Structure::new(vec![Section::tag("think")], Outside::After)
}

/// A structure as a spec writes it: the name of the template that has it, or its declaration.
fn declaration(structure: &Structure) -> Value {
    let is = |other: Result<Structure>| {
        other.is_ok_and(|other| {
            structure.sections() == other.sections()
                && structure.ordered() == other.ordered()
                && structure.outside() == other.outside()
        })
    };
    if is(think_answer()) {
        json!({ "template": "think_answer" })
    } else if is(think()) {
        json!({ "template": "think" })
    } else {
        let sections: Vec<Value> = structure.sections().iter().map(Section::to_value).collect();
        json!({ "sections": sections, "ordered": structure.ordered(), "outside": structure.outside().name() })
    }
}

fn last_content(found: &[Found]) -> Option<std::ops::Range<usize>> {
    found.last().map(|last| last.content.clone())
}

impl Reward for Format {
    fn name(&self) -> &'static str {
        "format"
    }

    fn config(&self) -> Value {
        // Only options that the template uses are written.
        let mut config = match &self.rule {
            Rule::Sections(structure) => declaration(structure),
            Rule::Boxed => json!({ "template": "boxed" }),
            Rule::Coat(coat) => {
                json!({ "template": "coat", "min_actions": coat.min_actions, "require_boxed": coat.require_boxed })
            }
            Rule::Peer(peer) => json!({ "template": peer.name() }),
        };
        if matches!(self.rule, Rule::Sections(_)) {
            config["soft"] = self.soft.name().into();
        }
        if matches!(self.rule, Rule::Sections(_) | Rule::Boxed) {
            config["prefilled_think"] = self.prefilled.to_value();
        }
        config["kind"] = "format".into();
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        // The expressions of other libraries read the text unchanged.
        let text = match self.rule {
            Rule::Peer(_) => sample.completion.as_str(),
            _ => without_end_tokens(&sample.completion),
        };
        let outcome = match self.check(text) {
            Ok(content) => {
                let outcome = Outcome::correct(Reason::Passed);
                match content {
                    Some(content) => outcome.with_extracted(content),
                    None => outcome,
                }
            }
            Err(fault) => {
                let share = match &self.rule {
                    Rule::Sections(structure) => self.soft.share(structure, text, structure.starts_inside(text, self.prefilled)),
                    _ => None,
                };
                let mut outcome = match share {
                    // All tags are there and the text is still wrong (their order, text outside): less than the full
                    // reward.
                    Some(share) => shared(share.min(SOFT_CAP)),
                    None => Outcome::incorrect(fault.reason),
                };
                outcome.reason = fault.reason;
                outcome.with_detail(fault.to_string())
            }
        };
        outcome.with_work(text.len() as u64)
    }
}

/// The most that a soft form gives for a text that is not well formed, so that a well-formed text always gets more.
const SOFT_CAP: f64 = 0.9;
