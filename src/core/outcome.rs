//! What a reward says of a sample: [`Verdict`], [`Reason`], [`Outcome`].
//!
//! Accepts: every way a judgement can end. Refuses: silence. There is no outcome without a reason, and a sample that could not
//! be judged through no fault of the completion is [`Verdict::Unscored`], never a zero.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::names::by_name;

/// The three ways a judgement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The completion satisfies the reference.
    Correct,
    /// It does not, or something the completion caused stopped us from telling.
    Incorrect,
    /// Something the completion could not cause stopped us from telling. Trainers mask the sample.
    Unscored,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: &'static [Self] = &[Self::Correct, Self::Incorrect, Self::Unscored];

    /// The code used in result rows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Incorrect => "incorrect",
            Self::Unscored => "unscored",
        }
    }
}

by_name!(Verdict, "verdict", all by code);

macro_rules! reasons {
    ($( $(#[$meta:meta])* $name:ident = $code:literal, $text:literal; )*) => {
        /// Why a verdict is what it is. The codes are stable; `docs/reasons.md` lists them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Reason { $( #[doc = $text] $(#[$meta])* $name, )* }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Reason] = &[ $( Reason::$name, )* ];

            /// The stable `snake_case` code.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$name => $code, )* }
            }

            /// One sentence for people.
            pub fn describe(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }
        }
    };
}

reasons! {
    Equal = "equal", "The answer equals the reference.";
    Different = "different", "The answer is not equal to the reference.";
    Undecided = "undecided", "Equality could not be proved: not within the budget, or not for all places where a side may have a value.";
    TooLarge = "too_large", "The answer is longer, deeper or larger in value than the limits allow.";
    Unparsable = "unparsable", "The answer could not be read as a whole.";
    Undefined = "undefined", "The answer has no value (a division by zero, say).";
    Hedged = "hedged", "No single final answer stands: several different ones were given, or one is denied, doubted or taken back.";
    NoAnswer = "no_answer", "No final answer was found where the policy looks for one.";
    ThinkUnclosed = "think_unclosed", "The thinking block never ended, so there is no final answer.";
    WrongKind = "wrong_kind", "The answer is of another kind than the reference (a list for a number, say).";
    GoldMissing = "gold_missing", "The row has no reference answer.";
    GoldUnparsable = "gold_unparsable", "The reference answer could not be read.";
    GoldUnusable = "gold_unusable", "The reference answer has no value (a division by zero, say): it does not even equal itself.";
    Passed = "passed", "The completion keeps the rule.";
    Failed = "failed", "The completion breaks the rule.";
    Partial = "partial", "The completion keeps part of the rule.";
    EmptyCompletion = "empty_completion", "The completion has no text to judge.";
    BadRow = "bad_row", "The row or its completion could not be read.";
    BadSpec = "bad_spec", "The row's own reward spec or tests could not be used.";
    NoReward = "no_reward", "Nothing in the row says how to judge it.";
    Internal = "internal", "A fault of the engine; please report it.";
    SectionMissing = "section_missing", "A declared section is not there.";
    SectionRepeated = "section_repeated", "A section that may occur once occurs again.";
    SectionOutOfOrder = "section_out_of_order", "The sections are not in the declared order.";
    SectionUnclosed = "section_unclosed", "A section was opened and never closed.";
    SectionNested = "section_nested", "A section's tag occurs inside a section.";
    SectionStray = "section_stray", "A closing tag closes nothing.";
    SectionBlank = "section_blank", "A section has no visible text.";
    TextOutside = "text_outside", "There is text where the template allows none.";
    TooShort = "too_short", "The text is shorter than the minimum.";
    TooLong = "too_long", "The text is longer than the maximum.";
    Repetitive = "repetitive", "The text repeats itself more than allowed.";
    TooLittleText = "too_little_text", "There is too little text of the kind that is judged.";
    WrongLanguage = "wrong_language", "Too small a share of the text is in the target language or script.";
    InvalidSyntax = "invalid_syntax", "The block is not valid in its data format.";
    SchemaViolation = "schema_violation", "The block is valid JSON but breaks the schema.";
    ConstraintBroken = "constraint_broken", "An instruction's constraint is not kept.";
    Gated = "gated", "Another reward had to be correct first and was not.";
    FieldMissing = "field_missing", "The row lacks a field that the reward reads.";
    GroupNeeded = "group_needed", "The reward compares the samples of a prompt and was given one alone.";
    NoMajority = "no_majority", "The samples of the prompt have no majority answer.";
    NoTests = "no_tests", "The row has no tests.";
    BadTests = "bad_tests", "The row's tests cannot be used, or never use the program.";
    UnsupportedLanguage = "unsupported_language", "The row asks for a programming language that the sandbox does not run.";
    NoProgram = "no_program", "The completion has no program.";
    SyntaxError = "syntax_error", "The program is no valid code.";
    RuntimeError = "runtime_error", "The program raised an exception or crashed.";
    WrongOutput = "wrong_output", "The program's output or result is not the expected one.";
    AssertionFailed = "assertion_failed", "An assertion of the tests failed.";
    MissingEntry = "missing_entry", "The program does not define what the tests call.";
    Exited = "exited", "The program ended the process instead of going on.";
    OutOfFuel = "out_of_fuel", "The program used up its budget of work.";
    OutOfMemory = "out_of_memory", "The program needed more memory than the limit.";
    OutputLimit = "output_limit", "The program wrote more output than the limit.";
    StackOverflow = "stack_overflow", "The program recursed deeper than the stack allows.";
    Unsupported = "unsupported", "The program needs what the sandbox lacks (numpy, files, parallel threads).";
    UnsupportedValue = "unsupported_value", "A value cannot cross from the program to the tests (a lone surrogate, an integer too large).";
    ForgedReply = "forged_reply", "The program's interpreter sent what is no reply.";
    RewardError = "reward_error", "A reward that the user wrote raised an error or gave no outcome.";
}

by_name!(Reason, "reason", all by code);

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        Reason::ALL
            .iter()
            .copied()
            .find(|reason| reason.code() == code)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown reason `{code}`")))
    }
}

/// Work done for a judgement, in units that do not depend on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Bytes read, grammar calls, arithmetic steps: one number a verifier defines and documents.
    pub work: u64,
}

/// The judgement of one sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// The reward; `None` exactly when the verdict is [`Verdict::Unscored`].
    #[serde(rename = "reward")]
    pub value: Option<f64>,
    /// Why.
    pub reason: Reason,
    /// What was taken from the completion to be judged, as text.
    pub extracted: Option<String>,
    /// The rule that decided: the name of a [`Rule`](crate::Rule), or what a reward that a user wrote calls it.
    pub rule: Option<Cow<'static, str>>,
    /// What happened in words, where the reason alone does not say it (an offset, a limit).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The outcomes this one was composed of, by name, in the order of the spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "by_name")]
    pub components: Vec<(String, Outcome)>,
    /// Work done.
    pub cost: Cost,
}

impl Outcome {
    /// A satisfied reference: reward 1.
    pub fn correct(reason: Reason) -> Self {
        Self::new(Verdict::Correct, Some(1.0), reason)
    }

    /// An unsatisfied one: reward 0.
    pub fn incorrect(reason: Reason) -> Self {
        Self::new(Verdict::Incorrect, Some(0.0), reason)
    }

    /// A sample that trainers must mask: no reward.
    pub fn unscored(reason: Reason) -> Self {
        Self::new(Verdict::Unscored, None, reason)
    }

    /// A judgement with a value of its own, for rewards that are not 0 or 1.
    pub fn valued(verdict: Verdict, value: f64, reason: Reason) -> Self {
        Self::new(verdict, Some(value), reason)
    }

    fn new(verdict: Verdict, value: Option<f64>, reason: Reason) -> Self {
        let value = if verdict == Verdict::Unscored { None } else { value };
        Self { verdict, value, reason, extracted: None, rule: None, detail: None, components: Vec::new(), cost: Cost::default() }
    }

    /// The same outcome with the text that was judged.
    #[must_use]
    pub fn with_extracted(mut self, text: impl Into<String>) -> Self {
        self.extracted = Some(text.into());
        self
    }

    /// The same outcome with the rule that decided.
    #[must_use]
    pub fn with_rule(mut self, rule: impl Into<Cow<'static, str>>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// The same outcome with a sentence of detail.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same outcome with the work it took.
    #[must_use]
    pub fn with_work(mut self, work: u64) -> Self {
        self.cost.work = work;
        self
    }

    /// Whether the verdict is [`Verdict::Correct`].
    pub fn is_correct(&self) -> bool {
        self.verdict == Verdict::Correct
    }
}

/// Components are written as an object, `{name: outcome}`, in their order.
mod by_name {
    use std::fmt;

    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::Serializer;

    use super::Outcome;

    pub(super) fn serialize<S: Serializer>(components: &[(String, Outcome)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(components.iter().map(|(name, outcome)| (name, outcome)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Outcome)>, D::Error> {
        struct ByName;
        impl<'de> Visitor<'de> for ByName {
            type Value = Vec<(String, Outcome)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of outcomes by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut components = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    components.push(entry);
                }
                Ok(components)
            }
        }
        deserializer.deserialize_map(ByName)
    }
}
