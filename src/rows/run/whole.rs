//! Keeps the rows of a group together: chunks and windows that do not split groups, and the refusal of groups whose rows
//! lie apart.
//!
//! A row that cannot be used belongs to no known group. It does not end the group around it, unless more than [`GAP`]
//! such rows follow each other: memory is bounded.

use std::collections::HashSet;

use super::chunk::Placed;
use crate::rows::Digest;
use crate::{Error, Result};

/// The number of samples after which a window ends (a group that a reward needs whole is not split). It bounds the
/// memory: each sample takes about a thousand bytes in addition to its text, and a row of a few kilobytes can hold a
/// thousand completions.
pub(super) const WINDOW: usize = 1 << 14;
/// The most unusable rows between two rows of a group.
const GAP: usize = 2048;

/// Removes and returns the rows of the last group, which may continue in the next chunk.
pub(super) fn split_last_group(rows: &mut Vec<Placed>) -> Vec<Placed> {
    let Some(last) = rows.iter().rposition(Placed::is_usable).filter(|last| rows.len() - last <= GAP) else {
        return Vec::new();
    };
    if rows[last].group().is_none() {
        return Vec::new();
    }
    let mut first = last;
    for at in (0..last).rev() {
        if rows[at].goes_with(&rows[last]) {
            first = at;
        } else if rows[at].is_usable() || first - at > GAP {
            break;
        }
    }
    rows.split_off(first)
}

/// Splits rows into windows of about `most` samples that are each judged in one batch. With `whole_groups`, the rows of a
/// group stay together.
pub(super) fn windows(rows: Vec<Placed>, whole_groups: bool, most: impl Fn() -> usize) -> impl Iterator<Item = Vec<Placed>> {
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        let (mut window, mut samples, most) = (Vec::new(), 0, most());
        // The last usable row.
        let mut member: Option<usize> = None;
        while let Some(row) = rows.peek() {
            let goes_on = |member: usize| {
                let member: &Placed = &window[member];
                row.goes_with(member) || (!row.is_usable() && member.group().is_some())
            };
            let near = |member: &usize| window.len() - member <= GAP;
            if samples >= most && !(whole_groups && member.filter(near).is_some_and(goes_on)) {
                break;
            }
            samples += row.len().max(1);
            if row.is_usable() {
                member = Some(window.len());
            }
            window.extend(rows.next());
        }
        Some(window).filter(|window| !window.is_empty())
    })
}

/// Finds groups whose rows lie apart.
#[derive(Default)]
pub(super) struct Wholeness {
    /// The groups that were judged.
    judged: HashSet<Digest>,
    /// The group of the last row.
    open: Option<Digest>,
    /// The number of unusable rows since then.
    gap: usize,
}

impl Wholeness {
    /// Checks the next row.
    ///
    /// # Errors
    /// A row of a group that was already judged without it.
    pub(super) fn check(&mut self, row: &Placed) -> Result<()> {
        if !row.is_usable() {
            self.gap += 1;
            return Ok(());
        }
        let goes_on = self.open.is_some() && self.open == row.group() && self.gap < GAP;
        self.gap = 0;
        if goes_on {
            return Ok(());
        }
        self.judged.extend(self.open.take());
        self.open = row.group();
        match self.open {
            Some(group) if self.judged.contains(&group) => Err(Error::row(format_args!(
                "{}: other rows of this prompt were judged before, as a whole group, and are not adjacent to this one; a \
                 reward compares all completions of a prompt. Bring them together with --group-by prompt, or sort the rows \
                 by prompt",
                row.place()
            ))),
            _ => Ok(()),
        }
    }
}
