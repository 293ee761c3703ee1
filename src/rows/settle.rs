//! Decides by the first rows of a source how its rows are read: by our own names, or with a preset.
//!
//! Each of the first rows shows one preset or none, and most rows decide; of several that are shown equally often, the one
//! that is shown first. A row shows none if it is in our own form: a completion together with `answer`, `tests` or a reward
//! spec.
//!
//! A column with the name of a field comes before the column that a preset names. If it is `answer`, the row does not show
//! the preset, because how a reference is taken belongs to its column; other fields (`prompt`, `completion`, `tests`, `id`)
//! are read from the column of their name, and the rest as the preset says.

use std::sync::Arc;

use serde_json::Value;

use super::field::Field;
use super::fields::{Fields, Settled};
use super::presets::{Choice, PRESETS, Preset};
use crate::core::columns::Columns;

/// The most rows of a source that are looked at.
#[cfg(feature = "cli")]
pub(super) const MOST_LOOKED_AT: usize = 32;

impl Fields {
    /// How the rows of a source are read whose first row has this text: with a preset if one applies; `None` if the text
    /// is not an object. The command looks at the first 32 rows.
    ///
    /// ```
    /// use r1rewards::rows::Fields;
    /// let row = br#"{"question": "6*7?", "final_answer": "42", "completion": "\\boxed{42}"}"#;
    /// let fields = Fields::default().settle(row).unwrap();
    /// assert_eq!((fields.settled(), fields.read(*row, 1).has_reference()), (Some("deepmath"), true));
    /// ```
    pub fn settle(&self, first: &[u8]) -> Option<Self> {
        let columns = Columns::of(Arc::new(first.to_vec())).ok()?;
        Some(self.settle_by(&[columns]))
    }

    /// How the rows of a source are read that has these first rows.
    pub(super) fn settle_by(&self, rows: &[Columns]) -> Self {
        let (preset, own) = match self.choice {
            Choice::Off => (None, None),
            Choice::Auto => (self.most_shown(rows), Some(Arc::new(self.clone()))),
            Choice::Named(name) => (Some(named(name, rows)), None),
        };
        let Some(preset) = preset else { return self.clone() };
        let mut fields = Self { settled: Some(Settled { preset, own }), ..self.clone() };
        let rows: Vec<&Columns> = rows.iter().filter(|row| fits(preset, row)).collect();
        let mostly = |is: &dyn Fn(&Columns) -> bool| 2 * rows.iter().filter(|row| is(row)).count() > rows.len();
        for field in Field::ALL.into_iter().filter(|field| !self.given[*field as usize]) {
            let named = preset.path(field);
            let path = match field {
                Field::Completion if mostly(&|row| has(row, field.name())) => None,
                Field::Completion if named.is_none() && mostly(&|row| has(row, "completions")) => Some("completions"),
                Field::Prompt | Field::Tests | Field::Id if named.is_some() && mostly(&|row| is_usable(row, field.name())) => None,
                _ => named,
            };
            if let Some(path) = path {
                path.clone_into(&mut Arc::make_mut(&mut fields.paths)[field as usize]);
            }
        }
        fields
    }

    /// The preset that most rows show; `None` if most show none.
    fn most_shown(&self, rows: &[Columns]) -> Option<&'static Preset> {
        let mut counts: Vec<(Option<&'static Preset>, usize)> = Vec::new();
        for shown in rows.iter().map(|row| self.shown_by(row)) {
            match counts.iter_mut().find(|(known, _)| *known == shown) {
                Some((_, count)) => *count += 1,
                None => counts.push((shown, 1)),
            }
        }
        // Of equal counts, `max_by_key` gives the last.
        counts.into_iter().rev().max_by_key(|(_, count)| *count).and_then(|(preset, _)| preset)
    }

    /// The preset that a row shows.
    fn shown_by(&self, row: &Columns) -> Option<&'static Preset> {
        let spec = || row.at(self.path(Field::Reward)).is_some_and(|text| matches!(text.first(), Some(b'{' | b'[' | b'"')));
        let has_reference = || has(row, self.path(Field::Answer)) || has(row, self.path(Field::Tests)) || spec();
        if has(row, self.path(Field::Completion)) && has_reference() {
            return None;
        }
        let shows = |preset: &&Preset| match preset.sign {
            Some((column, sign)) => row.text(column).is_some_and(|text| memchr::memmem::find(text, sign.as_bytes()).is_some()),
            None => true,
        };
        let free = |preset: &&Preset| !self.is_shadowed(preset, |column| is_usable(row, column));
        PRESETS.iter().filter(|preset| fits(preset, row)).filter(free).find(shows)
    }

    /// Whether a row has an `answer` although the preset reads the answer from another column.
    pub(super) fn is_shadowed(&self, preset: &Preset, usable: impl Fn(&str) -> bool) -> bool {
        let name = Field::Answer.name();
        let reads_another = preset.path(Field::Answer).is_some() && !preset.columns.contains(&name);
        reads_another && !self.given[Field::Answer as usize] && usable(name)
    }
}

/// The entry of this name that fits most rows; several entries may share a name.
fn named(name: &str, rows: &[Columns]) -> &'static Preset {
    let entries = PRESETS.iter().filter(|preset| preset.name == name);
    let count = |preset: &&Preset| rows.iter().filter(|row| fits(preset, row)).count();
    // Of equal counts, `max_by_key` gives the last.
    entries.rev().max_by_key(count).unwrap_or(&PRESETS[0])
}

fn fits(preset: &Preset, row: &Columns) -> bool {
    preset.columns.iter().all(|path| row.at(path).is_some())
}

/// Whether there is a value at a path other than null.
fn has(row: &Columns, path: &str) -> bool {
    row.at(path).is_some_and(|text| text.trim_ascii() != b"null")
}

/// Whether a column holds a value that can be a field.
pub(super) fn is_usable(row: &Columns, column: &str) -> bool {
    row.text(column).is_some_and(can_be_a_field)
}

/// As [`is_usable`], for a row that is parsed.
pub(super) fn is_usable_value(row: &Value, column: &str) -> bool {
    row.get(column).is_some_and(|value| can_be_a_field(value.to_string().as_bytes()))
}

/// Whether a JSON text is a number, a text that is not blank, or a list or an object that is not empty.
fn can_be_a_field(text: &[u8]) -> bool {
    let inner = |text: &[u8]| text.get(1..text.len() - 1).is_some_and(|inner| !inner.trim_ascii().is_empty());
    match text.trim_ascii() {
        text @ [b'"' | b'[' | b'{', .., _] => inner(text),
        [b'-' | b'0'..=b'9', ..] => true,
        _ => false,
    }
}
