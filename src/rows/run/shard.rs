//! Deals the rows of a run to shards.
//!
//! Rows are divided into blocks of adjacent rows: a block ends after [`BLOCK`] rows, or with the group that its last row
//! belongs to. Block b (from 0) belongs to the shard b mod n + 1 of n. So groups whose rows are adjacent stay whole, all
//! shards get about the same number of rows, and which rows a shard gets depends only on the input. Every shard reads
//! the whole input; of the rows of other shards it parses only those at the ends of blocks.

use std::fmt;
use std::str::FromStr;

use super::chunk::RawLine;
use crate::rows::{Digest, Row};
use crate::{Error, Result};

/// The number of rows after which a block ends.
pub const BLOCK: u64 = 16;
/// The most unusable rows that are counted to the group before them.
const GAP: u64 = 2048;

/// One of several parts of a run.
///
/// ```
/// use r1rewards::rows::run::Shard;
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!((shard.index, shard.of), (2, 4));
/// assert_eq!("5/4".parse::<Shard>().unwrap_err().to_string(), "`5/4` is no shard: write i/n with 1 ≤ i ≤ n, for example 2/4");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    pub index: u64,
    /// The number of shards.
    pub of: u64,
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        let shard = numbers.map(|(index, of)| Self { index, of }).filter(|shard| (1..=shard.of).contains(&shard.index));
        shard.ok_or_else(|| Error::spec(format_args!("`{text}` is no shard: write i/n with 1 ≤ i ≤ n, for example 2/4")))
    }
}

/// Decides which rows belong to a shard.
pub(super) struct Dealer {
    shard: Shard,
    block: u64,
    /// The number of rows of the current block.
    rows: u64,
    /// The group of the last usable row of the block, once it may end; `None` if that row belongs to no group.
    last: Option<Digest>,
    gap: u64,
}

impl Dealer {
    pub(super) fn new(shard: Shard) -> Self {
        Self { shard, block: 0, rows: 0, last: None, gap: 0 }
    }

    /// The row, with the number of its block, if it belongs to the shard.
    pub(super) fn deal(&mut self, mut raw: RawLine) -> Option<RawLine> {
        if self.rows + 1 >= BLOCK {
            self.at_end(&raw);
        }
        self.rows += 1;
        raw.block = self.block;
        (self.block % self.shard.of + 1 == self.shard.index).then_some(raw)
    }

    /// Ends the block if the row belongs to the next one.
    fn at_end(&mut self, raw: &RawLine) {
        let row = raw.line.text.as_ref().ok().map(|text| raw.fields.read(text.clone(), raw.row));
        let row = row.filter(Row::has_samples);
        let usable = row.is_some();
        let group = row.and_then(|row| row.group_digest());
        self.gap = if usable { 0 } else { self.gap + 1 };
        if self.rows < BLOCK {
            // The last row that is certain to be in the block. An unusable one does not count, because it may stand in the
            // middle of a group.
            self.last = group;
            self.rows -= u64::from(!usable && self.gap <= GAP);
            return;
        }
        let goes_on = self.last.is_some() && (group == self.last || !usable) && self.gap <= GAP;
        if goes_on {
            return;
        }
        (self.block, self.rows, self.last, self.gap) = (self.block + 1, 0, None, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rows::{Fields, Line, Unit};

    /// The lengths of the blocks of rows with these prompts; `None` is a row that cannot be read.
    fn blocks(prompts: &[Option<u64>]) -> Vec<usize> {
        let mut dealer = Dealer::new(Shard { index: 1, of: 1 });
        let mut blocks: Vec<usize> = Vec::new();
        for (row, prompt) in (1..).zip(prompts) {
            let text = prompt.map_or("{broken".to_owned(), |prompt| format!(r#"{{"prompt": {prompt}, "completion": "x"}}"#));
            let line = Line { number: row, unit: Unit::Line, text: Ok(text.into_bytes()) };
            let raw = RawLine { source: Arc::from("in"), fields: Arc::new(Fields::default()), line, row, block: 0 };
            let block = dealer.deal(raw).unwrap().block;
            blocks.resize(usize::try_from(block).unwrap() + 1, 0);
            *blocks.last_mut().unwrap() += 1;
        }
        blocks
    }

    #[test]
    fn a_block_has_16_rows_and_the_rest_of_its_last_group() {
        let all: Vec<_> = (0..40).map(Some).collect();
        assert_eq!(blocks(&all), [16, 16, 8], "a group for each row");
        let of_six: Vec<_> = (0..42).map(|row| Some(row / 6)).collect();
        assert_eq!(blocks(&of_six), [18, 18, 6]);
        assert_eq!(blocks(&[Some(1); 100]), [100]);
    }

    #[test]
    fn rows_that_cannot_be_read_do_not_split_a_group() {
        for bad in [13, 14, 15, 16, 17, 20] {
            let mut prompts: Vec<_> = (0..48).map(|row| Some(if (12..24).contains(&row) { 100 } else { row })).collect();
            prompts[bad] = None;
            let first = blocks(&prompts)[0];
            assert!(first >= 24, "the group of rows 13 to 24 is in one block: {first} with bad row {bad}");
        }
        assert_eq!(blocks(&[None; 5000]).iter().sum::<usize>(), 5000);
        assert!(blocks(&[None; 5000]).len() > 1, "memory is bounded");
    }
}
