//! Known forms: converts what data sets and trainers write as the reference of a row to `tests`.
//!
//! Accepts: the form of [`Tests`](super::Tests), which is left unchanged, and the forms of the table below, as values
//! or as JSON text (with `NaN` and `Infinity`, as Python's `json` writes them). Refuses: every other form, with its
//! keys and types in the error, and a known form that contradicts itself (2 inputs and 1 output). Each family of forms
//! has one file.
//!
//! | form | becomes |
//! |---|---|
//! | `inputs`, `outputs` (verl, PRIME, APPS, TACO): lists of one length; text, or lists of lines | `stdio` |
//! | `inputs` and `outputs` with `fn_name`: arguments as a list or as lines of JSON; results as values, as JSON text, or each in a list of one | `call` |
//! | `public_tests`, `private_tests`, `generated_tests` with lists `input`, `output` (CodeContests) | `stdio` |
//! | a list of `input`, `output`, perhaps `testtype`, `metadata.func_name` (LiveCodeBench, DeepCoder) or `fn_name` | `stdio`, `call` |
//! | `assert_case` (verl); a list of assertions (MBPP's `test_list`, open-instruct, NeMo Gym); text of tests | `asserts` |
//! | `test_list` with `test_setup_code`, `test_imports` (MBPP); `test` with `entry_point` and perhaps `prompt` (HumanEval) or `test_info` (KodCode); `functional` (LeetCode) | `asserts` |
//! | `test` with `entry_point`, `starter_code` and `input_output` (LeetCode) | `call` |
//! | one of these below `input_output`, `unit_tests`, `test_cases`, `official_tests`, `tests`, `ground_truth`, `verifier_metadata`, `verification_info` | as that form |

mod asserts;
mod gold;
mod leetcode;
mod literal;
mod pairs;
mod read;
mod row;
mod seen;
mod text;

pub(crate) use gold::written;
pub use gold::{AnswersOrTests, gold};
pub use read::tests;
pub use row::BESIDE;
pub(super) use row::{of_row, same_row};
pub(crate) use text::column;
