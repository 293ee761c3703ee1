//! What is known about a data set.

use super::reference::Reference;
use crate::rows::field::Field;

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
    pub(in crate::rows) reference: Reference,
    /// A text that a row must have in a column to show the preset, for data sets whose columns are common.
    pub sign: Option<(&'static str, &'static str)>,
}

impl Preset {
    /// The path of a field; `None`: its own name.
    pub(in crate::rows) fn path(&self, field: Field) -> Option<&'static str> {
        self.paths.iter().find(|(known, _)| *known == field).map(|(_, path)| *path)
    }

    /// How the reference is described on the page about formats.
    pub fn reference(&self) -> &'static str {
        self.reference.describe()
    }
}
