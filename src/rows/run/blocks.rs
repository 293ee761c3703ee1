//! Counts the results of each block of rows of a shard, for the merge of shards.

/// The numbers of results in the blocks of a shard, in order; equal neighbours are stored once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Each number of results, and how many blocks in a row have it.
    pub runs: Vec<(u64, u64)>,
    /// The number of the current block and its results.
    open: Option<(u64, u64)>,
}

impl Blocks {
    /// Counts a result of a block.
    pub(super) fn add(&mut self, block: u64) {
        match &mut self.open {
            Some((open, results)) if *open == block => *results += 1,
            _ => {
                self.close();
                self.open = Some((block, 1));
            }
        }
    }

    /// Ends the last block.
    pub(super) fn close(&mut self) {
        let Some((_, results)) = self.open.take() else { return };
        match self.runs.last_mut().filter(|(known, _)| *known == results) {
            Some((_, blocks)) => *blocks += 1,
            None => self.runs.push((results, 1)),
        }
    }
}
