//! The math verifier: decides whether the final answer of a completion equals the reference answer.
//!
//! Accepts: integers, decimals, fractions, mixed numbers, percent, scientific notation, units, roots, π, e, i,
//! polynomials and rational functions, trigonometry, exponentials and logarithms, factorials and binomials, ±,
//! infinity, numerals with a base, lists, sets, tuples, intervals, unions, relations, matrices, phrases and choices, in
//! LaTeX, plain text or Unicode. Refuses: fragments (a parse covers the whole answer or fails), hedges, unknown
//! commands, and input that exceeds the limits. An answer that cannot be read is never equal to anything.
//!
//! The pipeline, one module per step: `extract` ▸ `normalize` (bounds depth and length) ▸ `parse` ▸ `node` ▸ `compare`
//! (structures) ▸ `scalar` (formulas) ▸ `modular` (refutation) ▸ `algebra` (canonical forms, their domains, root
//! bounds) and `interval` (certified numerics).

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, reason = "for tests and fuzzing only")]
pub mod adversary;
mod algebra;
mod answer;
mod calls;
mod capitals;
mod chemistry;
mod choice;
mod classes;
mod clauses;
mod compare;
mod congruences;
mod dates;
mod decimals;
mod decision;
mod declared;
mod explain;
mod extract;
mod forms;
mod functions;
#[allow(dead_code, reason = "a complete set of functions, tested as such")]
mod interval;
mod labels;
mod lines;
mod long;
mod modular;
mod named_units;
mod names;
mod node;
mod normalize;
mod numbers;
mod options;
#[cfg(any(test, fuzzing))]
mod oracle;
mod parse;
mod plain_text;
mod polar;
mod policy;
mod read;
mod same_text;
mod scalar;
mod sentences;
mod si;
mod statements;
mod symbols;
mod tolerance;
mod unicode;
mod units;
mod verify;
mod words;
mod written;

pub(crate) use choice::option;
pub use declared::Declared;
pub use explain::{Explanation, Side};
pub use policy::{Extract, Policy};
pub use tolerance::{MAX_DIGITS, Tolerance};
pub use verify::{Gold, Math};
