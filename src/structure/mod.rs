//! Rewards on the structure of a completion.
//!
//! Accepts: text that has the declared sections (`<think>…</think>`, `<answer>…</answer>`, Satori's meta-actions,
//! `\boxed{…}`, or tags declared in the spec). Refuses: everything else, with the fault and its byte offset. One
//! left-to-right scan finds the tags. There is no regular expression that backtracks, so fifty pairs of tags or a
//! million `<` cost as much as plain text.
//!
//! Tags are exact strings: `< think >`, `<think lang="en">` and `<THINK>` are text. A tag inside a section is a fault
//! even if the author only mentions it, since a later reader of the text could not tell the difference.

mod boxed;
mod coat;
mod code;
pub mod peers;
mod prefill;
mod reward;
mod sections;
mod soft;
mod steps;

pub use boxed::{Boxed, find_boxed};
pub use coat::{Coat, Step, coat_steps};
pub use code::CodeFormat;
pub use prefill::Prefilled;
pub use reward::{Format, FormatOptions, Template};
pub use sections::{Count, Fault, Found, Outside, Section, Structure};
pub use soft::{Soft, TagCount};
pub use steps::{ReasoningSteps, count_steps};
