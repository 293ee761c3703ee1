//! The findings about the text next to a box.

/// What the text next to a box does to its value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// A formula continues next to the box, or the box is denied: its content is not the value that is shown.
    pub changed: bool,
    /// Values next to the box that must agree with it.
    pub rivals: Vec<String>,
    /// Texts in the place of another value, which are rivals if they can be read as answers: `\boxed{x+1}, x-1`.
    pub candidates: Vec<String>,
    /// A sign or a word says that the value is approximate: `\approx\boxed{4}`.
    pub approximate: bool,
    /// A sign after the box that belongs to its value: `^\circ`, `\%`.
    pub sign: &'static str,
    /// Words directly after the box, in the position of a unit.
    pub label: String,
    /// Those words, and the rest of their line, are only a closing phrase.
    pub closes: bool,
}
