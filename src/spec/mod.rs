//! The reward spec: a list of rewards as data, the same in Rust, Python and a file.
//!
//! Accepts: TOML (`[[reward]]` tables) and JSON (`{"reward": [...]}`, a bare list, or one object). Each entry has a `kind`, may have
//! a `weight` and a `name`, and otherwise the options of its kind. Refuses: unknown kinds, unknown options and values of the wrong
//! type, each with a message that lists what is known.

mod auto;
#[cfg(feature = "math")]
mod by_row;
#[cfg(feature = "code")]
mod code;
#[cfg(feature = "cli")]
mod columns;
mod compose;
mod entry;
#[cfg(feature = "rules")]
mod episode;
#[cfg(feature = "rules")]
mod groups;
mod kind;
mod kinds;
#[cfg(feature = "math")]
mod math;
mod option;
mod parse;
mod scorer;
#[cfg(feature = "rules")]
mod shape;
#[cfg(feature = "rules")]
mod structure;
#[cfg(feature = "rules")]
mod text;
mod twice;

pub use auto::Auto;
#[cfg(feature = "code")]
pub use code::code_reward;
#[cfg(feature = "cli")]
pub(crate) use columns::{NamedColumn, named_columns, problem_columns};
pub use entry::{ComponentSpec, RewardSpec};
pub use kind::{Family, Kind, Options};
pub use kinds::{families, kind, kinds, register};
#[cfg(feature = "math")]
pub use math::math_policy;
pub use option::{ColumnOf, KindOption, Takes};
