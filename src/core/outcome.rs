//! The result of judging a sample: [`Verdict`], [`Reason`], [`Outcome`].
//!
//! Every outcome has a reason. If something other than the completion prevents the judgement, the verdict is
//! [`Verdict::Unscored`] and there is no reward; it is never 0.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::names::by_name;

/// The three ways a judgement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The completion satisfies the reference.
    Correct,
    /// It does not satisfy the reference, or the completion itself prevented the judgement.
    Incorrect,
    /// Something other than the completion prevented the judgement. Trainers mask the sample.
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
        /// Why an outcome has its verdict. The codes are stable; `docs/reasons.md` lists them.
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

            /// The meaning, in one sentence.
            pub fn describe(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }
        }
    };
}

reasons! {
    Equal = "equal", "The answer equals the reference.";
    Different = "different", "The answer is not equal to the reference.";
    Undecided = "undecided", "Equality could not be decided: the budget ran out, or it could not be shown that both sides are defined for the same values.";
    TooLarge = "too_large", "The answer is longer, deeper or larger in value than the limits allow.";
    Unparsable = "unparsable", "The answer could not be parsed completely.";
    Undefined = "undefined", "The answer has no value (for example, a division by zero).";
    Hedged = "hedged", "There is no single final answer: several different ones were given, or one is denied, doubted or withdrawn.";
    NoAnswer = "no_answer", "No final answer was found where the policy looks for one.";
    ThinkUnclosed = "think_unclosed", "The thinking block is not closed, so there is no final answer.";
    WrongKind = "wrong_kind", "The answer and the reference are of different kinds (for example, a list and a number).";
    GoldMissing = "gold_missing", "The row has no reference answer.";
    GoldUnparsable = "gold_unparsable", "The reference answer could not be parsed.";
    GoldUnusable = "gold_unusable", "The reference answer has no value (for example, a division by zero), so no answer can equal it.";
    Passed = "passed", "The completion satisfies the rule.";
    Failed = "failed", "The completion violates the rule.";
    Partial = "partial", "The completion satisfies part of the rule.";
    EmptyCompletion = "empty_completion", "The completion has no text to judge.";
    BadRow = "bad_row", "The row or its completion could not be read.";
    BadSpec = "bad_spec", "The row's own reward spec or tests could not be used.";
    NoReward = "no_reward", "The row has nothing that selects a reward for it.";
    Internal = "internal", "An error of the engine; please report it.";
    SectionMissing = "section_missing", "A declared section is missing.";
    SectionRepeated = "section_repeated", "A section that may occur only once occurs again.";
    SectionOutOfOrder = "section_out_of_order", "The sections are not in the declared order.";
    SectionUnclosed = "section_unclosed", "A section is opened and not closed.";
    SectionNested = "section_nested", "A section's tag occurs inside a section.";
    SectionStray = "section_stray", "A closing tag has no opening tag.";
    SectionBlank = "section_blank", "A section has no visible text.";
    TextOutside = "text_outside", "There is text where the template allows none.";
    TooShort = "too_short", "The text is shorter than the minimum.";
    TooLong = "too_long", "The text is longer than the maximum.";
    Repetitive = "repetitive", "The text repeats itself more than allowed.";
    TooLittleText = "too_little_text", "There is too little text of the kind that is judged.";
    WrongLanguage = "wrong_language", "Too small a share of the text is in the target language or script.";
    InvalidSyntax = "invalid_syntax", "The block is not valid in its data format.";
    SchemaViolation = "schema_violation", "The block is valid JSON but does not satisfy the schema.";
    ConstraintBroken = "constraint_broken", "The completion does not satisfy a constraint of the instruction.";
    Gated = "gated", "The condition, which is another reward, is not correct.";
    FieldMissing = "field_missing", "The row lacks a field that the reward reads.";
    GroupNeeded = "group_needed", "The reward compares the samples of a prompt, but it was given only one.";
    NoMajority = "no_majority", "The samples of the prompt have no majority answer.";
    NoTests = "no_tests", "The row has no tests.";
    BadTests = "bad_tests", "The row's tests cannot be used, or never use the program.";
    UnsupportedLanguage = "unsupported_language", "The row asks for a programming language that the sandbox does not run.";
    NoProgram = "no_program", "The completion has no program.";
    SyntaxError = "syntax_error", "The program is not valid code.";
    RuntimeError = "runtime_error", "The program raised an exception or crashed.";
    WrongOutput = "wrong_output", "The program's output or result is not the expected one.";
    AssertionFailed = "assertion_failed", "An assertion of the tests failed.";
    MissingEntry = "missing_entry", "The program does not define what the tests call.";
    Exited = "exited", "The program ended the process early.";
    OutOfFuel = "out_of_fuel", "The program exceeded its budget of work (fuel).";
    OutOfMemory = "out_of_memory", "The program needed more memory than the limit.";
    OutputLimit = "output_limit", "The program wrote more output than the limit.";
    StackOverflow = "stack_overflow", "The program recursed deeper than the stack allows.";
    Unsupported = "unsupported", "The program needs something that the sandbox does not provide (numpy, files, parallel threads).";
    UnsupportedValue = "unsupported_value", "A value cannot be passed from the program to the tests (a lone surrogate, an integer too large).";
    ForgedReply = "forged_reply", "The program's interpreter sent an invalid reply.";
    RewardError = "reward_error", "A custom reward raised an error or returned no outcome.";
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

/// The work done for a judgement, in units that do not depend on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// One number, whose unit each verifier defines and documents: bytes read, grammar calls, arithmetic steps.
    pub work: u64,
}

/// The judgement of one sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Correct, incorrect or unscored.
    pub verdict: Verdict,
    /// The reward; `None` exactly when the verdict is [`Verdict::Unscored`].
    #[serde(rename = "reward")]
    pub value: Option<f64>,
    /// Why it has this verdict.
    pub reason: Reason,
    /// The answer that was extracted from the completion, as text.
    pub extracted: Option<String>,
    /// The rule that decided: the name of a [`Rule`](crate::Rule), or a name that a custom reward gives.
    pub rule: Option<Cow<'static, str>>,
    /// More information than the reason gives, for example an offset or a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The outcomes that this one is composed of, by name, in the order of the spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "by_name")]
    pub components: Vec<(String, Outcome)>,
    /// The work done.
    pub cost: Cost,
}

impl Outcome {
    /// The reference is satisfied: reward 1.
    pub fn correct(reason: Reason) -> Self {
        Self::new(Verdict::Correct, Some(1.0), reason)
    }

    /// The reference is not satisfied: reward 0.
    pub fn incorrect(reason: Reason) -> Self {
        Self::new(Verdict::Incorrect, Some(0.0), reason)
    }

    /// A sample that trainers must mask: no reward.
    pub fn unscored(reason: Reason) -> Self {
        Self::new(Verdict::Unscored, None, reason)
    }

    /// An outcome with any reward value; the value is dropped if the verdict is [`Verdict::Unscored`].
    pub fn valued(verdict: Verdict, value: f64, reason: Reason) -> Self {
        Self::new(verdict, Some(value), reason)
    }

    fn new(verdict: Verdict, value: Option<f64>, reason: Reason) -> Self {
        let value = if verdict == Verdict::Unscored { None } else { value };
        Self { verdict, value, reason, extracted: None, rule: None, detail: None, components: Vec::new(), cost: Cost::default() }
    }

    /// The same outcome with the extracted answer.
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

    /// The same outcome with a detail.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same outcome with the work done.
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

/// Serializes components as an object, `{name: outcome}`, in their order.
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
