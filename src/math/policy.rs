//! Policies: named sets of switches that decide what counts as equal.
//!
//! Accepts a policy by its name and a value for every single switch. Refuses unknown names. A policy never changes the
//! exact meaning of an answer; it decides which differences in writing are forgiven, and where in a text the answer is
//! looked for.

use serde::{Deserialize, Serialize};

use super::declared::Declared;
use super::scalar::Closeness;
use super::tolerance::Tolerance;
use crate::core::names::{by_name, unknown};
use crate::reading::Thinking;
use crate::{Error, Result};

/// Where the final answer is looked for in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Extract {
    /// The last box outside the thinking block, else `<answer>` tags, else `####`, else an answer phrase, else the
    /// whole text where it is one short line that reads as an answer; then what the policy adds (the last formula or
    /// number, for example).
    #[default]
    Auto,
    /// Only a box.
    Boxed,
    /// Only `<answer>` tags.
    AnswerTag,
    /// Only the last number of the text.
    LastNumber,
    /// The whole text is the answer.
    #[serde(rename = "none")]
    Whole,
}

by_name!(Extract, "extract", Auto = "auto", Boxed = "boxed", AnswerTag = "answer_tag", LastNumber = "last_number", Whole = "none",);

macro_rules! policy {
    ($( $name:ident, $strict:literal, $lenient:literal, $peer:literal, $text:literal; )*) => {
        /// A named set of switches; start from [`Policy::strict`] or [`Policy::lenient`] and set the fields you need.
        ///
        /// ```
        /// use r1rewards::math::{Math, Policy};
        /// let policy = Policy { assignment: true, ..Policy::strict() };
        /// assert!(Math::new(policy).verify(&["5".into()], r"\boxed{x = 5}").is_correct());
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[allow(clippy::struct_excessive_bools, reason = "switches are independent of each other")]
        pub struct Policy {
            /// The name of the policy that it started from.
            pub name: &'static str,
            /// Where the answer is looked for.
            pub extract: Extract,
            /// The marks around a thinking block, in which no answer is looked for.
            pub thinking: Thinking,
            /// Significant digits from which a written decimal counts as equal to an exact value that it agrees with in
            /// all its digits; 0 means never.
            pub decimals: u32,
            /// How far a number may be from the reference.
            pub tolerance: Tolerance,
            /// What the letters stand for, and how numbers are written.
            pub declared: Declared,
            /// Words before the answer, such as `Final result:`; the answer is what follows the last of them.
            pub labels: Vec<String>,
            $( #[doc = $text] pub $name: bool, )*
        }

        impl Policy {
            /// Every switch: its name and its meaning.
            pub const SWITCHES: &'static [(&'static str, &'static str)] = &[ $( (stringify!($name), $text), )* ];

            /// For training: forgives nothing that a model under training could exploit.
            pub fn strict() -> Self {
                Self { name: "strict", decimals: 0, extract: Extract::Auto, thinking: Thinking::Auto, tolerance: Tolerance::default(), declared: Declared::default(), labels: Vec::new(), $( $name: $strict, )* }
            }

            /// For evaluation: also forgives differences in notation that a human reader would forgive.
            pub fn lenient() -> Self {
                Self { name: "lenient", decimals: 4, extract: Extract::Auto, thinking: Thinking::Auto, tolerance: Tolerance::default(), declared: Declared::default(), labels: Vec::new(), $( $name: $lenient, )* }
            }

            /// Close to the conventions of the Math-Verify library, to reproduce its benchmarks.
            pub fn math_verify() -> Self {
                Self { name: "math_verify", decimals: 4, extract: Extract::Auto, thinking: Thinking::Auto, tolerance: Tolerance::default(), declared: Declared::default(), labels: Vec::new(), $( $name: $peer, )* }
            }

            /// The state of every switch, in the order of [`SWITCHES`](Self::SWITCHES).
            pub fn states(&self) -> Vec<bool> {
                vec![ $( self.$name, )* ]
            }

            /// The switch of that name; `None` for unknown names.
            pub fn switch(&mut self, name: &str) -> Option<&mut bool> {
                match name { $( stringify!($name) => Some(&mut self.$name), )* _ => None }
            }
        }
    };
}

policy! {
    last_box, false, true, true, "Where several boxes are not equal, the last one counts; without this switch the answer is refused as a hedge.";
    box_list, false, false, true, "Boxes with little text between them are read as one list of answers.";
    last_number, false, true, true, "Where no mark such as a box or an answer phrase is found, the last formula or number counts.";
    unclosed_box, false, false, true, "A box that is never closed counts, up to the end of its line.";
    assignment, false, true, true, "`x = 5` counts as 5, `f(x) = 2x` as 2x, `x \\in S` as S.";
    inequality_interval, false, true, true, "An inequality in one unknown counts as its interval.";
    percent_sign, false, true, true, "A percent sign may be added or dropped.";
    missing_unit, false, true, true, "The answer may leave out the unit that the reference has.";
    other_label, false, true, true, "Words after a number that are not a known unit may differ.";
    missing_base, false, true, false, "The answer may leave out the index that gives the base of the reference: `365` for `365_8`.";
    constant_names, false, true, false, "`k` counts as Boltzmann's constant `k_B` beside a temperature or a logarithm, `h` as 2πħ, and `E/kT` as E/(kT).";
    ratio_fraction, false, true, false, "A ratio of two values counts as their quotient: `3:4` is equal to `3/4`.";
    decimal_comma, false, true, true, "`3,5` is also read as 3.5 where the other side is not a list, set or tuple.";
    space_thousands, false, true, true, "`1 000` is one number.";
    approximate, false, true, true, "An answer after `≈` counts.";
    any_brackets, false, true, true, "A tuple, a vector and a matrix of one row or column are equal where their components are; two tuples in different brackets need at least three components.";
    last_of_chain, false, false, true, "The last side of a chain such as `x = 2 + 3 = 5` counts, whether or not the other sides are equal to it.";
    bare_braces, false, false, true, "An answer `{1, 2}` without backslashes is also read as a tuple.";
    repeated_items, false, true, true, "A bare list may repeat an item: `1, 1, 2` is equal to `1, 2`.";
    phrase_first, false, false, true, "An answer phrase such as `The final answer is …` is preferred to a box.";
    stated_choice, false, true, true, "Where the reference is the letter of an option, an option named in a sentence counts as the answer; where it is yes or no, a sentence that begins with the word.";
    ordered_lists, false, false, false, "The items of a bare list must be in the order of the reference.";
    any_name, false, false, false, "Values that are given to different names are compared as values: `R = 5` is equal to `x = 5`.";
    further_names, false, false, false, "The answer may also give values of other names than the one name of the reference: `a = 2, T = 5` for `a = 2`.";
    scalar_capitals, false, false, false, "Capitals are numbers, whose products commute: `I^2R` is equal to `RI^2`, `C(a+b)` to `Ca+Cb`.";
    positive_roots, false, false, false, "A letter that stands alone under an even root or in a logarithm is positive: `\\sqrt{a}\\sqrt{b}` is equal to `\\sqrt{ab}`.";
    up_to_constant, false, false, false, "Formulas with symbols are equal where their difference is a number or a constant of integration (`C`, `K`, `C_1`, …), as antiderivatives are.";
    slash_products, false, false, false, "All factors behind a slash are below it: `h/2\\pi` is h/(2π), where the numerator is not a number.";
    cross_products, false, true, false, "`\\times` between letters that are neither vectors nor capitals multiplies: `l \\times w` is `lw`.";
    plain_text, false, false, false, "Answers are compared as text after removing LaTeX decoration, as in the MATH data set's own grader.";
}

impl Policy {
    /// The names in specs.
    pub const NAMES: [&'static str; 5] = ["strict", "lenient", "science", "math_verify", "hendrycks"];

    /// For answers of physics and engineering: as `lenient`, but a number may be 1 % from the reference, the name on the
    /// left may be another one, further names may have values, the last side of a chain counts, capitals are numbers,
    /// letters under a root are positive, and the reference's unit is needed.
    pub fn science() -> Self {
        Self {
            name: "science",
            tolerance: Tolerance::relative(0.01).unwrap_or_default(),
            any_name: true,
            further_names: true,
            scalar_capitals: true,
            positive_roots: true,
            slash_products: true,
            last_of_chain: true,
            missing_unit: false,
            other_label: false,
            ..Self::lenient()
        }
    }

    /// Compares text in the manner of the MATH data set's own grader, to reproduce its benchmarks.
    pub fn hendrycks() -> Self {
        Self {
            name: "hendrycks",
            last_box: true,
            plain_text: true,
            percent_sign: true,
            missing_unit: true,
            assignment: true,
            ..Self::strict()
        }
    }

    /// Whether it started from a policy that reproduces another grader, including that grader's errors.
    pub(super) fn is_peer(&self) -> bool {
        matches!(self.name, "math_verify" | "hendrycks")
    }

    /// How near two numbers that are not equal may be.
    pub(super) fn closeness(&self) -> Closeness<'_> {
        Closeness { decimals: self.decimals, tolerance: (!self.tolerance.is_none()).then_some(&self.tolerance) }
    }

    /// What a spec must say to get this policy: its name, and every option that differs from the policy of that name.
    ///
    /// ```
    /// use r1rewards::math::Policy;
    /// let policy = Policy { assignment: true, ..Policy::strict() };
    /// assert_eq!(policy.options(), serde_json::json!({"policy": "strict", "assignment": true}));
    /// ```
    pub fn options(&self) -> serde_json::Value {
        let start = self.name.parse().unwrap_or_else(|_| Self::strict());
        let mut options = serde_json::Map::new();
        options.insert("policy".into(), start.name.into());
        if self.extract != start.extract {
            options.insert("extract".into(), self.extract.name().into());
        }
        if let Thinking::Named(names) = &self.thinking {
            options.insert("thinking".into(), names.as_slice().into());
        }
        if self.decimals != start.decimals {
            options.insert("decimals".into(), self.decimals.into());
        }
        if self.tolerance != start.tolerance {
            options.extend(self.tolerance.options().into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        for (name, names) in self.declared.lists() {
            if !names.is_empty() {
                options.insert(name.into(), names.into());
            }
        }
        if self.declared.decimal_comma {
            options.insert("decimal_mark".into(), ",".into());
        }
        if !self.labels.is_empty() {
            options.insert("labels".into(), self.labels.as_slice().into());
        }
        for ((name, _), (on, default)) in Self::SWITCHES.iter().zip(self.states().into_iter().zip(start.states())) {
            if on != default {
                options.insert((*name).into(), on.into());
            }
        }
        options.into()
    }
}

// Not `Display`: a name does not say which switches were changed; [`Policy::options`] does.
impl std::str::FromStr for Policy {
    type Err = Error;

    /// The policy of this name.
    ///
    /// ```
    /// use r1rewards::math::Policy;
    /// assert_eq!("strict".parse::<Policy>()?, Policy::strict());
    /// assert!("sloppy".parse::<Policy>().is_err());
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "strict" => Ok(Self::strict()),
            "lenient" => Ok(Self::lenient()),
            "science" => Ok(Self::science()),
            "math_verify" => Ok(Self::math_verify()),
            "hendrycks" => Ok(Self::hendrycks()),
            other => Err(unknown("policy", &Self::NAMES, other)),
        }
    }
}
