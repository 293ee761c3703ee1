//! Rewards on the text of a completion: length, repetition, language, choice, comparison, data formats, instructions.
//!
//! Accepts: any text. Invisible text (zero-width characters, padding with blanks) does not change a count, and every
//! reward takes linear time. Each reward states its counting rule and which part it counts, since that decides how it
//! can be gamed.

mod choice;
mod compare;
mod data;
mod function_words;
pub mod ifeval;
mod language;
mod length;
mod repetition;
#[cfg(feature = "schema")]
mod schema;
mod script;
mod shape;
mod token_f1;

pub use choice::{Choice, ChoiceOptions};
pub use compare::{Exact, Normalize, Pattern};
pub use data::{BlockChoice, DataFormat, DataOptions, StructuredData};
#[cfg(feature = "cli")]
pub(crate) use language::language_name;
pub use language::{Language, LanguageOptions, Target};
pub(crate) use length::count_chars;
pub use length::{Length, LengthOptions, LengthUnit};
pub use repetition::{Distinct, Repetition, RepetitionUnit};
#[cfg(feature = "schema")]
pub use schema::JsonSchema;
#[cfg(feature = "cli")]
pub(crate) use script::main_scripts;
pub use script::{ScriptCount, ScriptSet, count_letters};
pub use shape::{CosineLength, CosineOptions, SoftOverlong};
pub use token_f1::{TokenF1, f1};
