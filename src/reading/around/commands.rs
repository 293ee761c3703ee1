//! Lists of LaTeX commands, by their effect on a box next to them.

/// Commands between two formulas, or in front of one, that do not change it.
pub(super) const APART: &str = "therefore because implies impliedby iff Rightarrow rightarrow Longrightarrow longrightarrow Leftrightarrow \
    leftrightarrow to mapsto approx sim simeq cong equiv pmod mod bmod pod in subset subseteq le leq leqslant ge geq geqslant lt gt \
    quad qquad ldots dots colon mid item hline newline square triangleq";

/// Commands whose argument is text.
pub(super) const TEXT: &str = "text textbf textit textrm textsf texttt textnormal textsl textsc mbox hbox mathrm emph";

/// Whether a name is in a list of names.
pub(super) fn is_in(list: &str, name: &str) -> bool {
    list.split(' ').any(|known| known == name)
}
