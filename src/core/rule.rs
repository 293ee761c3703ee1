//! The rules that decide judgements, as named by [`Outcome::rule`](crate::Outcome::rule).
//!
//! Every rule has a name, a sentence and an example that it decides; `docs/rules.md` lists them, and a test judges the
//! examples. A reward written by a user may name other rules.

use std::borrow::Cow;

use super::names::by_name;

/// An example of a judgement that a rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleExample {
    /// The kind of the reward.
    pub kind: &'static str,
    /// The reward's options, as pairs of a name and a value.
    pub options: &'static [(&'static str, &'static str)],
    /// The reference; empty where the reward needs none.
    pub gold: &'static str,
    /// The completion, or the bare answer.
    pub answer: &'static str,
}

macro_rules! rules {
    ($( $name:ident = $code:literal, $text:literal, $kind:ident $options:tt, $gold:literal, $answer:literal; )*) => {
        /// A rule that decided a judgement. The names are stable; `docs/rules.md` lists them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule { $( #[doc = $text] $name, )* }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Rule] = &[ $( Rule::$name, )* ];

            /// The stable `snake_case` name.
            ///
            /// ```
            /// assert_eq!(r1rewards::Rule::RootBound.name(), "root_bound");
            /// ```
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $code, )* }
            }

            /// One sentence that describes it.
            pub const fn describe(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }

            /// An example of a judgement that it decides.
            pub const fn example(self) -> RuleExample {
                match self { $( Self::$name => RuleExample { kind: stringify!($kind), options: &$options, gold: $gold, answer: $answer }, )* }
            }
        }
    };
}

rules! {
    // Numbers and formulas.
    Integer = "integer", "Both answers are plain numbers and were compared by their digits.", math [("policy", "strict")], "68", "+68.0";
    Rational = "rational", "Both answers are single numbers, in digits or words, and were compared as exact fractions.", math [("policy", "strict")], "3", "four";
    Identical = "identical", "Both answers are the same once decoration is removed.", math [("policy", "strict")], r"\frac{x}{2}", r"$\dfrac x2$";
    Canonical = "canonical", "Both formulas have a canonical form; the two forms are the same, or their difference is proved not to be zero.", math [("policy", "strict")], "(x+1)^2", "x^2+2x+1";
    Modular = "modular", "The formulas have different values modulo a prime number, so they are different.", math [("policy", "strict")], "2^{1000}", "2^{1000}+1";
    Enclosure = "enclosure", "Both formulas were evaluated with certified bounds: disjoint bounds prove a difference, overlapping bounds leave it undecided.", math [("policy", "strict")], r"\sin x", "x";
    RootBound = "root_bound", "The difference of the two algebraic numbers is closer to zero than any nonzero number of its kind can be, so they are equal.", math [("policy", "strict")], r"\frac{1+\sqrt{5}}{2}", r"\sqrt[3]{2+\sqrt{5}}";
    Decimals = "decimals", "A written decimal agrees with the exact value in all its digits (option `decimals`).", math [("policy", "lenient")], r"\pi", "3.142";
    Domain = "domain", "The values agree, but it could not be proved that both formulas are defined for the same values of their symbols.", math [("policy", "strict")], "x", r"(\sqrt{x})^2";
    Undefined = "undefined", "One of the two formulas has no value (for example, a division by zero).", math [("policy", "strict")], "2", r"\frac{0}{0}";
    Budget = "budget", "The comparison needs more work than one answer is allowed.", math [("policy", "strict")], "29", "5^{5^{5^{5^{5}}}}";
    Infinity = "infinity", "Both answers are infinite and were compared by their signs.", math [("policy", "strict")], r"\infty", r"-\infty";
    // Structures.
    Kind = "kind", "The answers are of kinds that cannot be equal (for example, a relation and a number).", math [("policy", "strict")], "9", "x=9";
    Elements = "elements", "The elements of lists, sets, tuples or matrices were compared.", math [("policy", "strict")], "4, 9", "9, 4";
    Length = "length", "The answers have different numbers of elements.", math [("policy", "strict")], "2, 3", "2, 3, 4";
    Brackets = "brackets", "The brackets of two tuples or intervals, or their numbers of components, are different.", math [("policy", "strict")], "[1,2)", "[1,2]";
    Shape = "shape", "The matrices have different numbers of rows or columns.", math [("policy", "strict")], r"\begin{pmatrix}3\\8\end{pmatrix}", r"\begin{pmatrix}3&8\end{pmatrix}";
    Set = "set", "One of two sets is empty and the other is not, or the sets are built by different operations.", math [("policy", "strict")], r"\emptyset", r"\{0\}";
    Ranges = "ranges", "The unions and intersections were compared as sets of real numbers.", math [("policy", "strict")], r"[0,1]\cup[1,2]", "[0,2]";
    RealLine = "real_line", "Both answers are the set of all real numbers.", math [("policy", "strict")], r"\mathbb{R}", r"(-\infty,\infty)";
    Relation = "relation", "The equations or inequalities were compared: equal where one is a multiple of the other.", math [("policy", "strict")], "2x=4", "x=2";
    Unknowns = "unknowns", "One answer has inequalities in several unknowns and the other does not.", math [("policy", "strict")], "x>1, y>2", "x>1, x>2";
    PlusMinus = "plus_minus", "The signs ± give more values than the verifier compares.", math [("policy", "strict")], r"\pm 6", r"\pm1\pm1\pm1\pm1\pm1\pm1";
    Permutation = "permutation", "Both answers can be read as permutations or as products, and they are not equal in both readings.", math [("policy", "strict")], "(12)(13)(24)", "(13)(24)(12)";
    // Words and notation.
    Text = "text", "The answers were compared as words, or as text without LaTeX decoration where the policy compares no values (`hendrycks`).", math [("policy", "strict")], "Yes", "no";
    Written = "written", "The reference cannot be read, and the answer is the same text: blanks count between letters and digits only.", math [("policy", "strict")], "5 @ 3", r"\boxed{5@3}";
    Notation = "notation", "The answers contain vectors, matrices or operators and were compared part by part.", math [("policy", "strict")], r"m\vec v", r"\vec v m";
    Choice = "choice", "An answer is an option of a multiple choice and was compared by its letter.", math [("policy", "strict")], "E", "(E) 30";
    StatedChoice = "stated_choice", "A sentence names an option, or begins with yes or no, and the reference is that letter or word (switch `stated_choice`).", math [("policy", "lenient")], "B", "So the answer must be B because it is the largest.";
    Joint = "joint", "One answer joins its values with `and`, the other with `or`.", math [("policy", "strict")], r"35 \text{ and } 36", r"35 \text{ or } 36";
    // Units and labels.
    Unit = "unit", "The units or currencies are different, or the answer leaves out the unit.", math [("policy", "strict")], "15 cm", "15";
    Label = "label", "The words after a value are not a unit and may change it.", math [("policy", "strict")], "5", r"5\text{ dozen}";
    UnitLetter = "unit_letter", "A letter behind a number, which may be a unit or a symbol, was read as a symbol on both sides.", math [("policy", "strict")], "m/2", r"\frac{1}{2} m";
    // What a policy forgives.
    Tolerance = "tolerance", "A number is as near to the reference as the options `relative_tolerance`, `absolute_tolerance` or `significant_digits` ask for.", math [("policy", "science")], "9.81", "9.8";
    UpToConstant = "up_to_constant", "The formulas differ by a constant (switch `up_to_constant`).", math [("policy", "strict"), ("up_to_constant", "true")], "x^2+C", "x^2+7";
    Assignment = "assignment", "A value given to a name counts as the value (switch `assignment`).", math [("policy", "lenient")], "9", "x=9";
    LastOfChain = "last_of_chain", "The last side of a chain of equations counts (switch `last_of_chain`).", math [("policy", "math_verify")], "5", "x=2+4=5";
    Interval = "interval", "An inequality in one unknown counts as its interval (switch `inequality_interval`).", math [("policy", "lenient")], "(1,6)", "1<x<6";
    PercentSign = "percent_sign", "A percent sign was added or dropped (switch `percent_sign`).", math [("policy", "lenient")], r"35\%", "35";
    MissingBase = "missing_base", "The answer leaves out the index that gives the base (switch `missing_base`).", math [("policy", "lenient")], "365_8", "365";
    ConstantNames = "constant_names", "A physical constant is written by another name (switch `constant_names`).", math [("policy", "lenient")], r"\frac{3k_BT}{2}", r"\frac{3kT}{2}";
    RatioFraction = "ratio_fraction", "A ratio of two values counts as their quotient (switch `ratio_fraction`).", math [("policy", "lenient")], "3:4", r"\frac{3}{4}";
    Components = "components", "Tuples, vectors, rows or columns have equal components in different brackets (switch `any_brackets`).", math [("policy", "lenient")], "(1,2,3)", "[1,2,3]";
    DecimalComma = "decimal_comma", "A comma was read as a decimal point (switch `decimal_comma`).", math [("policy", "lenient")], "3.5", "3,5";
    BareBraces = "bare_braces", "Bare braces were read as the brackets of a tuple (switch `bare_braces`).", math [("policy", "math_verify")], "(1,2)", "{1, 2}";
    // What is refused before any comparison.
    SpaceThousands = "space_thousands", "The answer groups digits with spaces, and the policy does not read that as one number (switch `space_thousands`).", math [("policy", "strict")], "1000", "1 000";
    Boxes = "boxes", "The completion marks, or states next to the mark, several answers that are not equal to each other.", math [("policy", "strict")], "5", r"\boxed{5} or \boxed{6}";
    // Other rewards.
    Pattern = "pattern", "The text was searched for a regular expression.", text [("match", "pattern"), ("pattern", r"\d+")], "", "42";
    F1 = "f1", "The words that the text shares with the reference were counted (F1 score, as for SQuAD).", text [("match", "f1")], "Eiffel tower", "the tall tower";
    Majority = "majority", "The answer was compared with the most frequent answer among the samples of the prompt.", majority [], "", r"\boxed{4}";
    OpenR1 = "open_r1", "The completion was judged by the same rules as the reward of that name in open-r1.", tag_count [("profile", "open_r1")], "", "<think>\na\n</think>\n<answer>\nb\n</answer>";
}

by_name!(Rule, "rule", all by name);

impl From<Rule> for Cow<'static, str> {
    fn from(rule: Rule) -> Self {
        Cow::Borrowed(rule.name())
    }
}
