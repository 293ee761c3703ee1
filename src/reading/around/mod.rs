//! The text next to a box, and what it does to the box's value.
//!
//! The box is the answer where prose, punctuation or a unit is next to it. Where a formula continues next to it
//! (`-\boxed{4}`, `\boxed{4}^2`), the text shows another value; where the text offers another answer
//! (`\boxed{4} or 5`), it is a hedge; where it denies the box (`not \boxed{4}`), there is no answer. Only the paragraph
//! of the box is examined, and only a bounded part of it ([`BEFORE`] and [`BEHIND`]).

mod approximate;
mod begins;
mod beside;
mod commands;
mod ends;
mod left;
mod letters;
mod lists;
mod offers;
mod right;
mod said;
mod touches;
mod values;

use std::ops::Range;

use left::look_left;
use letters::look_at_letters;
use lists::look_at_lists;
use offers::look_at_paragraph;
use right::look_right;

use super::BoxSpan;

pub(crate) use beside::Around;

/// How many bytes after the box are examined.
const BEHIND: usize = 400;
/// How many bytes in front of it are examined; large enough to include the beginning of a formula.
const BEFORE: usize = 4_000;

/// Examines the text next to a box.
pub(crate) fn around(text: &str, found: &BoxSpan) -> Around {
    let (left, right) = (before(text, found.start), after(text, found.end));
    let inner = text[found.inner.clone()].trim();
    let mut beside = Around::default();
    // An odd number of dollar signs means that one is a price, so they do not show where formulas begin.
    let priced = (dollars(left) + dollars(right)) % 2 == 1;
    let in_formula = !priced && is_formula(left);
    look_left(left, in_formula, &mut beside);
    look_right(right, in_formula, inner, &mut beside);
    look_at_letters(left, right, inner, &mut beside);
    look_at_lists(left, right, in_formula, inner, &mut beside);
    look_up(text, found.start, left, &mut beside);
    // Other boxes are compared separately.
    beside.rivals.retain(|rival| !rival.contains("box"));
    beside.candidates.retain(|rival| !rival.contains("box"));
    beside.rivals.dedup();
    beside
}

/// Examines the text next to a mark other than a box: `<answer>4</answer> or 5`, `not <answer>4</answer>`.
pub(crate) fn around_tag(text: &str, tag: Range<usize>, inner: &str) -> Around {
    let (left, right) = (before(text, tag.start), after(text, tag.end));
    // A text that ends in a closing tag is not part of the sentence: `</reasoning><answer>4</answer>`.
    let closed = left.trim_end().ends_with('>') && left.rfind('<').is_some_and(|open| left[open..].starts_with("</"));
    let left = if closed { "" } else { left };
    let mut beside = Around::default();
    look_left(left, false, &mut beside);
    look_right(right, false, inner, &mut beside);
    look_at_letters(left, right, inner, &mut beside);
    look_at_lists(left, right, false, inner, &mut beside);
    look_up(text, tag.start, left, &mut beside);
    beside.rivals.dedup();
    beside
}

/// Examines the paragraph above one that begins with a mark at `start`; `left` is the text between.
fn look_up(text: &str, start: usize, left: &str, beside: &mut Around) {
    if !left.is_empty() && left.chars().all(|c| c.is_whitespace() || matches!(c, '$' | '\\' | '[' | '(')) {
        look_at_paragraph(before(text, start - left.len()), beside);
    }
}

/// The part of the paragraph in front of a box.
fn before(text: &str, start: usize) -> &str {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let left = &text[from..start];
    left.rfind("\n\n").map_or(left, |end| &left[end..])
}

/// The part of the paragraph after a box.
fn after(text: &str, end: usize) -> &str {
    let mut to = text.len().min(end + BEHIND);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let right = &text[end..to];
    right.find("\n\n").map_or(right, |end| &right[..end])
}

fn dollars(text: &str) -> usize {
    memchr::memchr_iter(b'$', text.as_bytes()).filter(|place| *place == 0 || text.as_bytes()[place - 1] != b'\\').count()
}

/// Whether a text ends inside `$…$`, `\(…\)` or `\[…\]`.
fn is_formula(left: &str) -> bool {
    let mut inside = false;
    let mut characters = left.chars();
    while let Some(c) = characters.next() {
        match c {
            '$' => inside = !inside,
            '\\' => match characters.next() {
                Some('(' | '[') => inside = true,
                Some(')' | ']') => inside = false,
                _ => {}
            },
            _ => {}
        }
    }
    // The loop toggles twice for `$$`, although it is one mark; an odd number of `$$` is corrected here.
    let doubled = left.matches("$$").count() % 2 == 1;
    inside != doubled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::find_boxes;

    fn last(text: &str) -> Around {
        let boxes = find_boxes(text);
        around(text, boxes.closed.last().expect("a box"))
    }

    #[test]
    fn prose_punctuation_and_units_leave_a_box_as_it_is() {
        for text in [
            r"\boxed{4}",
            r"The answer is $\boxed{4}$.",
            r"\[ x = \boxed{4} \]",
            r"$$x=\boxed{4}.$$",
            r"**\boxed{4}**",
            r"- \boxed{4}",
            r"1. \boxed{4}",
            r"so \$\boxed{4} in all",
            r"$\$\boxed{4}$",
            r"$\boxed{4}\text{ cm}$",
            r"$\boxed{4}\text{ m/s}$",
            r"$\boxed{4}^\circ$",
            r"$\boxed{4}\%$",
            r"$\boxed{4} \approx 3.99$",
            r"\boxed{4}, since 3+1=4.",
            r"\boxed{4}. Check: 5-1.",
            r"$\therefore \boxed{4}$",
            r"$\text{Area} = \boxed{4}$",
            r"$\text{so }\boxed{4}$",
            r"$\textbf{\boxed{4}}$",
            r"$\color{red}{\boxed{4}}$",
            r"$\textcolor{red}{\boxed{4}}$",
            "\\begin{aligned} x &= 3+1 \\\\ &= \\boxed{4} \\end{aligned}",
            r"<answer>\boxed{4}</answer>",
            r"(\boxed{4})",
            r"The value is\boxed{4}",
            "The answer is\n\n\\boxed{4}",
            "### Why it is not\n\n\\boxed{4}",
            r"We rule out 5, so \boxed{4}",
            r"，即\boxed{4}",
            r"\boxed{4} is the greatest lower bound",
            r"\boxed{4}:",
            r"not 5 but rather $\boxed{4}$",
            r"\boxed{4} and we are done",
            r"\boxed{4} is the answer",
            r"\boxed{4}, not 5",
            r"Question 3: \boxed{4}",
            r"$x \in \boxed{4}$",
            "the total is\n$$\\boxed{4}$$\nas asked",
            r"\(\boxed{4}\) dollars every day",
            r"\boxed{4}!",
            r"It appears $\boxed{4}$ times on the shape.",
            r"along \boxed{4} quarter circles to S.",
            r"\[ 2+2=4 \quad \boxed{4} \quad x=4 \]",
            r"\[ x=4, \; \boxed{4} \]",
            "\\[\nx=4 \\\\\n\\boxed{4}\n\\]",
        ] {
            let beside = last(text);
            assert_eq!((beside.changed, beside.rivals), (false, Vec::new()), "{text}");
        }
    }

    #[test]
    fn a_formula_that_goes_on_or_a_denial_changes_a_box() {
        for text in [
            r"-\boxed{4}",
            r"$-\boxed{4}$",
            r"$- \boxed{4}$",
            r"-$\boxed{4}$",
            r"1\boxed{4}",
            r"$2\boxed{4}$",
            r"$3 \cdot \boxed{4}$",
            r"$\sqrt{\boxed{4}}$",
            r"$\frac{1}{\boxed{4}}$",
            r"$x^{\boxed{4}}$",
            r"$x\boxed{4}$",
            r"$\pi\boxed{4}$",
            r"$x \neq \boxed{4}$",
            r"not \boxed{4}",
            r"it is not $\boxed{4}$",
            r"It isn't \boxed{4}",
            r"cannot be equal to \boxed{4}",
            r"\boxed{4} is not the answer",
            r"\boxed{4} hundred",
            r"\boxed{4} times 5",
            r"\boxed{4} plus five",
            r"$\boxed{4}\text{ thousand}$",
            r"$\boxed{4}\text{ or }5$",
            r"$\boxed{4}$,000",
            r"$\boxed{4}$/$5$",
            r"$\boxed{4}$0",
            r"2*\boxed{4}",
            r"$f(\boxed{4})$",
            r"$\boxed{4}.5$",
            r"\boxed{4} - 1",
            r"(\boxed{4})^2",
            r"$\boxed{4} \quad\text{or}\quad 5$",
            r"\boxed{4} \cdot 2",
            r"\boxed{4} x",
            r"\boxed{4} + C",
            r"\boxed{4} ± 1",
            r"$\boxed{4}$ $\times 5$",
            r"1 + \boxed{4}",
            r"–\boxed{4}",
            r"$-\quad\boxed{4}$",
            r"\boxed{4} and a half",
            r"negative \boxed{4}",
            r"\boxed{4}:6",
            r"$\boxed{4}:6$",
            "The answer is definitely not\n\n$$\\boxed{4}$$",
            r"The answer is certainly not: \boxed{4}",
            r"It is not true that the answer is \boxed{4}",
            r"I rule out \boxed{4}",
            r"Die Antwort ist nicht \boxed{4}",
            r"不是\boxed{4}",
            r"\boxed{4} is only a lower bound",
            r"\boxed{4} is too small",
            r"half of \boxed{4}",
            r"at least \boxed{4}",
            r"$x > \boxed{4}$",
            r"\boxed{4}, but the true value is 5",
            r"\boxed{4} (wrong)",
            r"\boxed{4}?",
            r"~~\boxed{4}~~",
        ] {
            assert!(last(text).changed, "{text}");
        }
    }

    #[test]
    fn other_values_beside_a_box_are_rivals() {
        for (text, rival) in [
            (r"\boxed{4} or 5", "5"),
            (r"$\boxed{4}$ or $5$.", "5"),
            (r"\boxed{4} (or 5)", "5"),
            (r"\boxed{4}, or equivalently 8/2.", "8/2"),
            (r"\boxed{4}, maybe 5", "5"),
            (r"\boxed{4}, 5", "5"),
            (r"\boxed{4} and 5", "5"),
            (r"\boxed{4}0", "40"),
            (r"\boxed{4}^2", "4^2"),
            (r"$\boxed{4}^2$", "4^2"),
            (r"$\boxed{4}x$", "4x"),
            (r"$\boxed{4}+1$", "4+1"),
            (r"$\boxed{x}\cdot 2$", r"(x)\cdot 2"),
            (r"$\boxed{4}=5$", "5"),
            (r"5 or \boxed{4}", "5"),
            (r"$5$ or $\boxed{4}$", "5"),
            (r"\boxed{4}/5", "4/5"),
        ] {
            let found = last(text);
            assert_eq!((found.changed, found.rivals), (false, vec![rival.to_owned()]), "{text}");
        }
    }
}
