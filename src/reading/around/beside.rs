//! What was found beside a box.

/// What the text beside a box does to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// A formula goes on beside the box, or the box is denied: its content is not the value that is shown.
    pub changed: bool,
    /// Values beside the box that must agree with it.
    pub rivals: Vec<String>,
    /// A sign or a word says that the value is near it: `\approx\boxed{4}`.
    pub approximate: bool,
    /// A sign behind the box that belongs to its value: `^\circ`, `\%`.
    pub sign: &'static str,
    /// Words that stand directly behind the box, as a unit does.
    pub label: String,
    /// Those words, and all of their line, only say that the text is done.
    pub closes: bool,
}
