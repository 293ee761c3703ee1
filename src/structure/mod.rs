//! Rewards on the structure of a completion.
//!
//! Accepts: text that holds declared sections (`<think>…</think>`, `<answer>…</answer>`, Satori's meta-actions, `\boxed{…}`, or
//! tags of your own). Refuses: everything else, with what is wrong and the byte where. One left-to-right scan finds the tags;
//! there is no pattern to backtrack, so that fifty pairs of tags or a million `<` cost what plain text costs.
//!
//! Tags are exact strings: `< think >`, `<think lang="en">` and `<THINK>` are text. A tag inside a section is a fault even
//! where the author only meant to mention it, as nothing downstream could tell the difference.

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
