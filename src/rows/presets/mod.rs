//! Presets: known data sets, recognised by their columns, and what they call our fields.
//!
//! A preset applies to a source if most of its first rows show it (`settle.rs`): they have all of the preset's columns and
//! are not in our own form. A row to which it does not apply is read by our own names. `--map` comes before a preset;
//! `--preset none` turns presets off, and `--preset NAME` demands one: then a row without its columns is a bad row.
//!
//! A preset never guesses a reference: where a data set hides the answer in a text (`#### 42`, a last box), a row without
//! it is a bad row.

mod list;
mod preset;
mod reference;

pub use list::PRESETS;
pub use preset::Preset;

/// Which presets may apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Choice {
    /// The first that fits.
    #[default]
    Auto,
    /// None.
    Off,
    /// The one of this name.
    Named(&'static str),
}
