//! The rows of a report in compressed blocks, never more bytes than the page may have.
//!
//! Lines are collected, compressed some blocks at a time on all cores, and kept compressed. Where they exceed the limit,
//! rows are drawn: every row has a number that depends only on the seed and on its place, and a row stays while its
//! number is below the limit of its class. The limit of the last class sinks first, that of the first class last. So
//! what is kept is a uniform sample of each class, the same in every run, and memory depends on the size of the page alone.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

use crate::scorer::threads::Threads;

/// The bytes of lines in a block: large enough to compress well, small enough to be unpacked for one row.
const BLOCK: usize = 128 << 10;
/// The blocks that are compressed together.
const TOGETHER: usize = 32;
/// Fast, and about a tenth larger than the best.
const LEVEL: Compression = Compression::new(5);
/// The classes of rows, from those that are kept the longest: unscored or judged differently, incorrect, others.
pub(super) const CLASSES: usize = 3;
/// What a limit sinks to when rows must go, and the share below which the class gives up its place altogether.
const SINK: f64 = 0.75;
const LEAST: f64 = 0.02;

/// What the index says about a row; one of the pair of values is that of the other side.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub class: usize,
    /// The number of the draw.
    pub draw: u32,
    pub file: u32,
    pub line: u32,
    pub source: u32,
    pub group: u32,
    pub length: u32,
    pub verdict: [u8; 2],
    pub reason: [u8; 2],
    pub reward: [f64; 2],
    pub work: f64,
}

/// Rows that are compressed together.
#[derive(Debug)]
struct Block {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// All rows of a report.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The most bytes of all blocks.
    most: u64,
    seed: u64,
    /// The rows that were added, by class.
    added: [u64; CLASSES],
    /// The share of each class that is kept.
    limits: [f64; CLASSES],
    open: Block,
    waiting: Vec<Block>,
    packed: Vec<Block>,
    bytes: u64,
}

impl Blocks {
    /// No rows yet. All blocks together will have at most `most` bytes.
    pub(super) fn new(most: u64, seed: u64) -> Self {
        let open = Block { entries: Vec::new(), bytes: Vec::new() };
        let (added, limits) = ([0; CLASSES], [1.0; CLASSES]);
        Self { most, seed, added, limits, open, waiting: Vec::new(), packed: Vec::new(), bytes: 0 }
    }

    /// Adds a row unless the draw leaves it out; `write` appends its line and gives its entry.
    pub(super) fn add(&mut self, class: usize, write: impl FnOnce(&mut Vec<u8>) -> Entry) {
        let draw = draw(self.seed, self.added.iter().sum());
        self.added[class] += 1;
        if !kept(self.limits[class], draw) {
            return;
        }
        let entry = write(&mut self.open.bytes);
        self.open.entries.push(Entry { class, draw, ..entry });
        if self.open.bytes.len() >= BLOCK {
            self.close();
        }
    }

    /// Compresses what is not compressed yet, and leaves rows out until at most `most` bytes are left.
    pub(super) fn fit(&mut self, most: u64) {
        self.most = most;
        self.close();
        self.pack();
    }

    /// For each class the rows that are kept and those that were added.
    pub(super) fn kept(&self) -> [(u64, u64); CLASSES] {
        let mut kept = self.added.map(|added| (0, added));
        self.entries().for_each(|entry| kept[entry.class].0 += 1);
        kept
    }

    /// The entries of the kept rows in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.packed.iter().flat_map(|block| &block.entries)
    }

    /// The compressed blocks in order, each with the number of its rows.
    pub(super) fn packed(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.packed.iter().map(|block| (block.entries.len(), &*block.bytes))
    }

    /// The bytes of the compressed blocks.
    pub(super) fn size(&self) -> u64 {
        self.bytes
    }

    fn close(&mut self) {
        if !self.open.entries.is_empty() {
            let empty = Block { entries: Vec::new(), bytes: Vec::with_capacity(BLOCK + BLOCK / 4) };
            self.waiting.push(std::mem::replace(&mut self.open, empty));
        }
        if self.waiting.len() >= TOGETHER {
            self.pack();
        }
    }

    /// Compresses the waiting blocks; where there is too much then, rows are drawn again with lower limits.
    fn pack(&mut self) {
        self.pack_waiting();
        while self.bytes > self.most && self.limits.iter().any(|limit| *limit > 0.0) {
            self.lower();
            let full = std::mem::take(&mut self.packed);
            self.bytes = 0;
            let mut full = full.into_iter();
            loop {
                let some: Vec<_> = full.by_ref().take(TOGETHER).collect();
                if some.is_empty() {
                    break;
                }
                let limits = self.limits;
                let thinned: Vec<_> = on_all_cores(|| some.into_par_iter().map(|block| thinned(&block, &limits)).collect());
                for block in thinned {
                    self.open.entries.extend(block.entries);
                    self.open.bytes.extend(block.bytes);
                    if self.open.bytes.len() >= BLOCK {
                        let empty = Block { entries: Vec::new(), bytes: Vec::new() };
                        self.waiting.push(std::mem::replace(&mut self.open, empty));
                    }
                }
                if self.waiting.len() >= TOGETHER {
                    self.pack_waiting();
                }
            }
            let empty = Block { entries: Vec::new(), bytes: Vec::new() };
            let last = std::mem::replace(&mut self.open, empty);
            self.waiting.extend((!last.entries.is_empty()).then_some(last));
            self.pack_waiting();
        }
    }

    fn pack_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let packed: Vec<_> =
            on_all_cores(|| waiting.into_par_iter().map(|block| Block { bytes: compressed(&block.bytes), ..block }).collect());
        self.bytes += packed.iter().map(|block| block.bytes.len() as u64).sum::<u64>();
        self.packed.extend(packed);
    }

    /// Lowers the limit of the last class that has rows left.
    fn lower(&mut self) {
        let has_rows = |class: usize| self.added[class] > 0 && self.limits[class] > 0.0;
        let class = (0..CLASSES).rev().find(|class| has_rows(*class));
        match class {
            Some(class) => {
                let lower = self.limits[class] * SINK;
                self.limits[class] = if lower < LEAST { 0.0 } else { lower };
            }
            None => self.limits = [0.0; CLASSES],
        }
    }
}

/// The bytes compressed with zlib's format (RFC 1950), which browsers call `deflate`.
pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 3), LEVEL);
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The rows of a block that stay, not compressed.
fn thinned(block: &Block, limits: &[f64; CLASSES]) -> Block {
    let mut lines = Vec::new();
    // What was compressed here is complete.
    let _ = ZlibDecoder::new(&*block.bytes).read_to_end(&mut lines);
    let mut stays = Block { entries: Vec::new(), bytes: Vec::with_capacity(lines.len()) };
    for (entry, line) in block.entries.iter().zip(lines.split_inclusive(|byte| *byte == b'\n')) {
        if kept(limits[entry.class], entry.draw) {
            stays.entries.push(entry.clone());
            stays.bytes.extend_from_slice(line);
        }
    }
    stays
}

fn on_all_cores<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    Threads::Auto.run(|_| work())
}

fn kept(limit: f64, draw: u32) -> bool {
    limit >= 1.0 || f64::from(draw) < limit * f64::from(u32::MAX)
}

/// A number that depends on the seed and the place of a row (the finaliser of SplitMix64; Steele, Lea and Flood,
/// OOPSLA 2014).
fn draw(seed: u64, place: u64) -> u32 {
    let mut mixed = seed ^ place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    // The upper half.
    u32::try_from((mixed ^ mixed >> 31) >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose lines do not compress.
    fn filled(rows: u32, most: u64, class: impl Fn(u32) -> usize) -> Blocks {
        let mut blocks = Blocks::new(most, 7);
        for line in 0..rows {
            blocks.add(class(line), |out| {
                let mut text = String::new();
                for part in 0..40 {
                    text += &format!("{:08x}", draw(99, u64::from(line) * 40 + part));
                }
                out.extend_from_slice(format!("{line} {text}\n").as_bytes());
                Entry { line, ..Entry::default() }
            });
        }
        blocks.fit(most);
        blocks
    }

    fn lines(blocks: &Blocks) -> Vec<u32> {
        let mut found = Vec::new();
        for (rows, bytes) in blocks.packed() {
            let mut text = String::new();
            ZlibDecoder::new(bytes).read_to_string(&mut text).unwrap();
            assert_eq!(text.lines().count(), rows);
            found.extend(text.lines().map(|line| line.split(' ').next().unwrap().parse::<u32>().unwrap()));
        }
        found
    }

    #[test]
    fn rows_that_fit_are_all_kept_in_order() {
        let blocks = filled(5000, u64::MAX, |line| line as usize % 3);
        assert_eq!(lines(&blocks), (0..5000).collect::<Vec<_>>());
        assert_eq!(blocks.entries().map(|entry| entry.line).collect::<Vec<_>>(), lines(&blocks));
        assert_eq!(blocks.kept(), [(1667, 1667), (1667, 1667), (1666, 1666)]);
    }

    #[test]
    fn rows_of_the_last_class_give_way_first() {
        let all = filled(20_000, u64::MAX, |_| 0).size();
        let blocks = filled(20_000, all / 2, |line| if line.is_multiple_of(5) { 0 } else { 2 });
        assert!(blocks.size() <= all / 2 && blocks.size() > all / 3, "{} of {all}", blocks.size());
        let [(first, of_first), _, (last, of_last)] = blocks.kept();
        assert_eq!((first, of_first, of_last), (4000, 4000, 16_000));
        assert!((3000..6500).contains(&last), "{last}");
        let kept = lines(&blocks);
        assert!(kept.is_sorted());
        assert_eq!(kept.len() as u64, first + last);
        assert_eq!(blocks.entries().map(|entry| entry.line).collect::<Vec<_>>(), kept);
    }

    #[test]
    fn the_sample_is_spread_over_the_file_and_the_same_in_every_run() {
        let all = filled(20_000, u64::MAX, |_| 0).size();
        let kept = lines(&filled(20_000, all / 4, |_| 2));
        assert_eq!(kept, lines(&filled(20_000, all / 4, |_| 2)));
        let half = kept.iter().filter(|line| **line < 10_000).count();
        let share = half * 100 / kept.len();
        assert!((45..=55).contains(&share), "{share} %");
    }

    #[test]
    fn even_the_first_class_gives_way_in_the_end() {
        let blocks = filled(3000, 2000, |line| line as usize % 3);
        assert!(blocks.size() <= 2000, "{}", blocks.size());
    }
}
