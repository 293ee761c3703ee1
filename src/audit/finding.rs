//! The table of findings: code, severity, meaning, fix.

use serde::Serialize;

use crate::core::names::by_name;
use crate::report::Severity;
use crate::rows::Unit;

macro_rules! findings {
    ($( $name:ident = $code:literal, $severity:ident, $text:literal, $fix:literal; )*) => {
        /// What was found. The codes are stable; `docs/findings.md` has a section for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode { $( #[doc = $text] $name, )* }

        impl FindingCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )* ];

            /// The stable `snake_case` code.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$name => $code, )* }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $( Self::$name => Severity::$severity, )* }
            }

            /// The meaning, in one sentence.
            pub const fn describe(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }

            /// What to do about it.
            pub const fn fix(self) -> &'static str {
                match self { $( Self::$name => $fix, )* }
            }
        }
    };
}

findings! {
    BadRow = "bad_row", Error, "The row cannot be read.", "Mend or remove it; the detail names the column.";
    DuplicateId = "duplicate_id", Error, "Another row has the same id.", "Give every row an id of its own: results are joined to rows by it.";
    PromptEmpty = "prompt_empty", Error, "The prompt has no visible text.", "Remove the row, or map the prompt's column with --map prompt=COLUMN.";
    TextBroken = "text_broken", Warning, "The prompt or the reference has replacement characters, control characters or text decoded with the wrong encoding.", "Read the source again as UTF-8.";
    ScriptMixed = "script_mixed", Warning, "A word mixes Latin and Cyrillic letters, which look alike.", "Write the word in one script.";
    PromptPicture = "prompt_picture", Warning, "The prompt links to a picture in its text, which a model of text does not see.", "Check that the problem can be solved without it.";
    GoldMissing = "gold_missing", Error, "The row has no reference: no answer, no tests and no reward of its own.", "Remove the row, or map the column with --map answer=COLUMN.";
    GoldSentinel = "gold_sentinel", Error, "The reference is a placeholder such as `proof` or `N/A`.", "Remove the row: only a completion that repeats the placeholder is right.";
    GoldPerhapsMissing = "gold_perhaps_missing", Warning, "The reference is a word that often stands for a missing answer, such as `None`, `NA` or `unknown`.", "Look whether it is the answer.";
    GoldUnreadable = "gold_unreadable", Error, "The reference cannot be read, so its rows are unscored, except for answers with the same text.", "Write it as a number, a formula or a short phrase; `verify math` shows how it is read.";
    GoldUnusable = "gold_unusable", Error, "The reference has no value or is not known to have one, so no answer can equal it.", "Correct it, for example a division by zero.";
    GoldHedged = "gold_hedged", Error, "The reference gives several answers or doubts its own.", "Leave the one answer, or a list of acceptable ones.";
    GoldUnequal = "gold_unequal", Error, "A completion that gives exactly this reference is not judged correct.", "Rewrite the reference; the detail has the reason.";
    GoldProse = "gold_prose", Warning, "The reference is a sentence: an answer is right only if it has the same words.", "Give a short answer, or judge the row by another reward.";
    GoldSeveral = "gold_several", Warning, "The acceptable references differ from each other, or the reference offers alternatives.", "Check that each of them is right.";
    GoldSolution = "gold_solution", Info, "The reference is a whole solution, from which the marked answer is taken.", "Store the answer in a column of its own to save time.";
    GoldInPrompt = "gold_in_prompt", Error, "The prompt states the reference as its answer.", "Remove the answer from the prompt.";
    GoldTextInPrompt = "gold_text_in_prompt", Warning, "The text of the reference occurs in the prompt.", "Check that the prompt does not give the answer away (a question of the form `show that ...`).";
    GoldUnlikeSolution = "gold_unlike_solution", Warning, "The boxed answer of the row's own solution is not equal to the reference.", "Find out which is right.";
    GoldConflict = "gold_conflict", Error, "An earlier row has the same prompt and a reference that is not equal.", "Find out which is right, and remove the other.";
    GoldSuspect = "gold_suspect", Warning, "No completion of the prompt is right, and most agree on another answer than the reference.", "Check the reference.";
    DuplicateRow = "duplicate_row", Warning, "An earlier row has the same prompt and an equal reference.", "Keep one of them.";
    NearDuplicate = "near_duplicate", Warning, "The prompt has nearly the same words as an earlier one.", "Check whether it is the same problem.";
    Contaminated = "contaminated", Error, "The prompt shares a long run of words with a row of the files that it was checked against.", "Remove the row from the training data.";
    TestsBad = "tests_bad", Error, "The tests cannot be used, so the rows are unscored.", "Correct them; the detail says what is wrong and where.";
    TestsNotRun = "tests_not_run", Error, "The tests could not be run here: the sandbox failed, so nothing is known about them.", "`verify doctor` shows what is wrong with the sandbox; without it, --no-run leaves the tests alone.";
    TestsVacuous = "tests_vacuous", Error, "A program that ignores its input passes the tests.", "Add tests with different expected results.";
    TestsFew = "tests_few", Warning, "There is only one test, which a program with its expected result passes.", "Add tests.";
    TestsContradict = "tests_contradict", Error, "Two tests have the same input and different expected results.", "Correct one of them: no program passes both.";
    ReferenceFails = "reference_fails", Error, "The row's own solution does not pass its tests; of several, none of the first three.", "Find out which of the two is wrong; the detail has the reason.";
    PromptAllCorrect = "prompt_all_correct", Info, "Every completion of the prompt is right: it gives no signal to a group-relative method.", "Leave it out of training, or sample a weaker policy.";
    PromptAllIncorrect = "prompt_all_incorrect", Info, "No completion of the prompt is right.", "Check the reference and whether the problem is within reach.";
    Unscored = "unscored", Warning, "Completions could not be judged.", "The reasons are in the table of verdicts.";
    LenientOnly = "lenient_only", Warning, "The completion is right under the policy `lenient` and not under `strict`.", "Decide which of the conventions you want; `verify math` explains a pair.";
    NoReasoning = "no_reasoning", Warning, "The completion is right and has almost no text besides its answer.", "Check whether the answer was guessed or leaked.";
    Contradicted = "contradicted", Warning, "The completion is right, and its thinking ends with another answer.", "Check whether the final answer was guessed.";
    CompletionRepeated = "completion_repeated", Info, "An earlier completion of the same prompt has the same text.", "Sample at a higher temperature, or keep one of them.";
}

by_name!(FindingCode, "finding", all by code);

/// Where a finding was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The name of the source.
    pub source: String,
    /// The line, item or row in the source, from 1.
    pub line: u64,
    /// Which of these it is.
    pub unit: Unit,
    /// The id of the row or sample.
    pub id: serde_json::Value,
    /// What was found, in words.
    pub detail: String,
}

/// All findings of one code.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// How often.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Finding", 6)?;
        fields.serialize_field("code", self.code.code())?;
        fields.serialize_field("severity", self.code.severity().name())?;
        fields.serialize_field("count", &self.count)?;
        fields.serialize_field("meaning", self.code.describe())?;
        fields.serialize_field("fix", self.code.fix())?;
        fields.serialize_field("examples", &self.examples)?;
        fields.end()
    }
}
