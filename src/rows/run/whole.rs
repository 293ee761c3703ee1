//! Keeps the rows of a group together: chunks and windows that do not split groups, and the refusal of groups whose rows
//! lie apart.
//!
//! A row without a completion that can be read belongs to no group. It does not end the group around it, unless [`GAP`]
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

/// Finds groups whose rows lie apart, from the results in their order. So the merge of shards, which sees nothing but
/// results, refuses exactly what the whole run refuses.
#[derive(Default)]
pub(crate) struct Wholeness {
    /// The groups that were judged.
    judged: HashSet<Digest>,
    /// The group of the last sample.
    open: Option<Digest>,
    /// The number of results since then that could not be read.
    gap: usize,
}

impl Wholeness {
    /// Checks the next row.
    ///
    /// # Errors
    /// A row of a group that was already judged without it.
    pub(super) fn check(&mut self, row: &Placed) -> Result<()> {
        if row.members().all(|member| self.follows(member)) {
            return Ok(());
        }
        Err(Error::row(format_args!(
            "{}: other rows of this prompt were judged before, as a whole group, and are not adjacent to this one; a reward \
             compares all completions of a prompt. Sort the rows by prompt, or judge them with `verify score --group-by prompt`, \
             which keeps their order; its results are read by the commands that take results, and `verify compare` has --group-by, too",
            row.place()
        )))
    }

    /// Whether the next result is not one of a group that was already judged without it. A result that could not be read
    /// belongs to no known group: `None`.
    pub(crate) fn follows(&mut self, member: Option<Option<Digest>>) -> bool {
        let Some(group) = member else {
            self.gap += 1;
            return true;
        };
        let goes_on = self.open.is_some() && self.open == group && self.gap < GAP;
        self.gap = 0;
        if goes_on {
            return true;
        }
        self.judged.extend(self.open.take());
        self.open = group;
        self.open.is_none_or(|group| !self.judged.contains(&group))
    }
}
