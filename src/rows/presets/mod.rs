//! Presets: known data sets, recognised by their columns, and what they call our fields.
//!
//! A preset applies to a source if the first row of the source has all of the preset's columns and is not in our own form
//! (a completion together with `answer`, `tests` or a reward spec). A later row without these columns is read by our own
//! names. `--map` comes before a preset; `--preset none` turns presets off, and `--preset NAME` demands one: then a row
//! without its columns is a bad row.
//!
//! A preset never guesses a reference: where a data set hides the answer in a text (`#### 42`, a last box), a row without
//! it is a bad row.

mod list;
mod reference;

pub use list::PRESETS;
pub(super) use reference::Reference;

use super::fields::Field;
use crate::{Error, Result};

/// A data set, or a trainer, whose rows are known.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name for `--preset`.
    pub name: &'static str,
    /// What has such rows.
    pub about: &'static str,
    /// The columns by which it is recognised, or paths into them; a row has all of them.
    pub columns: &'static [&'static str],
    /// Where each field is, if not under its own name; `""`: nowhere.
    pub paths: &'static [(Field, &'static str)],
    /// How the reference is taken from its column.
    pub(super) reference: Reference,
    /// A text that the first row must have in a column, for data sets whose columns are common.
    pub(super) sign: Option<(&'static str, &'static str)>,
}

impl Preset {
    /// The preset of a name; several entries may share one.
    ///
    /// # Errors
    /// An unknown name; the message lists the known ones.
    pub fn named(name: &str) -> Result<&'static str> {
        let found = PRESETS.iter().find(|preset| preset.name == name).map(|preset| preset.name);
        found.ok_or_else(|| {
            let mut names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            names.dedup();
            Error::spec(format_args!("unknown preset `{name}`; known presets: auto, none, {}", names.join(", ")))
        })
    }

    /// The path of a field; `None`: its own name.
    pub(super) fn path(&self, field: Field) -> Option<&'static str> {
        self.paths.iter().find(|(known, _)| *known == field).map(|(_, path)| *path)
    }

    /// How the reference is described on the page about formats.
    pub fn reference(&self) -> &'static str {
        self.reference.describe()
    }
}

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
