//! The rows of a report in compressed blocks, never more bytes than the page may have.
//!
//! Lines are collected in blocks and compressed at the end, on all cores. Where they would exceed the limit (judged by
//! compressing a few blocks), rows are drawn: every row has a number that depends only on the seed and on its place, and a row stays while its
//! number is below the limit of its class. The limit of the last class sinks first, that of the first class last. So
//! what is kept is a uniform sample of each class, the same in every run, and memory depends on the size of the page alone.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

use crate::scorer::threads::Threads;

/// The bytes of lines in a block: large enough to compress well, small enough to be unpacked for one row.
const BLOCK: usize = 128 << 10;
/// The blocks from which it is estimated how well all of them compress, about.
const SAMPLED: usize = 4;
/// The most bytes before compression that are kept for one byte of the page, so that memory stays bounded.
const MOST_RATIO: f64 = 4.0;
/// The fastest that looks for repetitions (zlib-rs).
const LEVEL: Compression = Compression::new(1);
/// The classes of rows, from those that are kept the longest: unscored or judged differently, incorrect, others.
pub(super) const CLASSES: usize = 3;
/// How much more than the page may have is kept while rows come, so that rows are not left out for every block.
const OVERFULL: f64 = 1.5;
/// At most this share of the bytes stays when rows are left out.
const SINK: f64 = 0.95;
/// The share of a class below which it gives up its place altogether.
const LEAST: f64 = 0.001;

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
    /// The bytes of the row's line, which `Blocks` counts itself.
    pub bytes: usize,
}

/// Rows that are compressed together, one line each.
#[derive(Debug, Default)]
struct Block {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// All rows of a report.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The most bytes of all compressed blocks.
    most: u64,
    seed: u64,
    /// The rows that were added, by class.
    added: [u64; CLASSES],
    /// The share of each class that is kept.
    limits: [f64; CLASSES],
    /// The block that is being filled, and the full ones.
    open: Block,
    full: Vec<Block>,
    /// The bytes of the full blocks, and how many of them become one byte when they are compressed, estimated.
    size: u64,
    ratio: f64,
    /// The blocks compressed, and their bytes; empty until `fit`.
    packed: Vec<Vec<u8>>,
    packed_size: u64,
}

impl Blocks {
    /// No rows yet. All blocks together will have at most `most` bytes.
    pub(super) fn new(most: u64, seed: u64) -> Self {
        Self {
            most,
            seed,
            added: [0; CLASSES],
            limits: [1.0; CLASSES],
            open: Block::default(),
            full: Vec::new(),
            size: 0,
            ratio: 1.0,
            packed: Vec::new(),
            packed_size: 0,
        }
    }

    /// Adds a row unless the draw leaves it out; `write` appends its line and gives its entry.
    pub(super) fn add(&mut self, class: usize, write: impl FnOnce(&mut Vec<u8>) -> Entry) {
        let draw = draw(self.seed, self.added.iter().sum());
        self.added[class] += 1;
        if !kept(self.limits[class], draw) {
            return;
        }
        let before = self.open.bytes.len();
        let entry = write(&mut self.open.bytes);
        self.open.entries.push(Entry { class, draw, bytes: self.open.bytes.len() - before, ..entry });
        if self.open.bytes.len() >= BLOCK {
            self.close();
            self.make_room();
        }
    }

    /// Compresses the rows, and leaves rows out until at most `most` bytes are left.
    pub(super) fn fit(&mut self, most: u64) {
        self.most = most;
        self.close();
        loop {
            if self.packed.len() != self.full.len() {
                self.pack();
            }
            if self.packed_size <= self.most || !self.has_rows() {
                break;
            }
            self.ratio = ratio(self.size, self.packed_size);
            self.lower();
            self.thin();
            self.close();
        }
    }

    /// For each class the rows that are kept and those that were added.
    pub(super) fn kept(&self) -> [(u64, u64); CLASSES] {
        let mut kept = self.added.map(|added| (0, added));
        self.entries().for_each(|entry| kept[entry.class].0 += 1);
        kept
    }

    /// The entries of the kept rows in order, after `fit`.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.full.iter().flat_map(|block| &block.entries)
    }

    /// The compressed blocks in order, each with the number of its rows, after `fit`.
    pub(super) fn packed(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.full.iter().map(|block| block.entries.len()).zip(self.packed.iter().map(Vec::as_slice))
    }

    /// The bytes of the compressed blocks, after `fit`.
    pub(super) fn packed_size(&self) -> u64 {
        self.packed_size
    }

    fn close(&mut self) {
        if !self.open.entries.is_empty() {
            self.size += self.open.bytes.len() as u64;
            self.full.push(std::mem::take(&mut self.open));
        }
    }

    /// Where the full blocks are too much, rows are drawn with lower limits.
    fn make_room(&mut self) {
        if !self.is_overfull() {
            return;
        }
        let sampled: Vec<_> = self.full.iter().step_by((self.full.len() / SAMPLED).max(1)).collect();
        let before = sampled.iter().map(|block| block.bytes.len() as u64).sum();
        self.ratio = ratio(before, sampled.iter().map(|block| compressed(&block.bytes).len() as u64).sum());
        if self.is_overfull() {
            self.lower();
            self.thin();
        }
    }

    /// Whether the full blocks are probably larger than a page and the half of one when they are compressed.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn is_overfull(&self) -> bool {
        self.size as f64 > self.most as f64 * self.ratio * OVERFULL
    }

    fn has_rows(&self) -> bool {
        self.limits.iter().any(|limit| *limit > 0.0)
    }

    fn pack(&mut self) {
        let full = &self.full;
        self.packed = on_all_cores(|| full.par_iter().map(|block| compressed(&block.bytes)).collect());
        self.packed_size = self.packed.iter().map(|bytes| bytes.len() as u64).sum();
    }

    /// Leaves out the rows whose number is not below the limit of their class.
    fn thin(&mut self) {
        let (full, limits) = (std::mem::take(&mut self.full), self.limits);
        self.size = 0;
        self.packed.clear();
        self.packed_size = 0;
        let mut next = Block::default();
        for block in full {
            let mut start = 0;
            for entry in block.entries {
                let line = &block.bytes[start..start + entry.bytes];
                start += entry.bytes;
                if kept(limits[entry.class], entry.draw) {
                    next.entries.push(entry);
                    next.bytes.extend_from_slice(line);
                }
            }
            if next.bytes.len() >= BLOCK {
                self.size += next.bytes.len() as u64;
                self.full.push(std::mem::take(&mut next));
            }
        }
        // The next rows follow the last one.
        next.entries.append(&mut self.open.entries);
        next.bytes.append(&mut self.open.bytes);
        self.open = next;
    }

    /// Lowers the limits so that the rows that stay have about the bytes of the page: those of the last class first.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn lower(&mut self) {
        let mut bytes = [0_usize; CLASSES];
        self.full.iter().flat_map(|block| &block.entries).for_each(|entry| bytes[entry.class] += entry.bytes);
        // The estimate may say that all fits, and it does not.
        let mut room = (self.most as f64 * self.ratio).min(self.size as f64 * SINK);
        for (limit, bytes) in self.limits.iter_mut().zip(bytes.map(|bytes| bytes as f64)) {
            // Behind a class that has lost rows, none has a place, also one whose first row is still to come.
            if room <= 0.0 {
                *limit = 0.0;
            } else if bytes > room {
                let lower = *limit * room / bytes;
                *limit = if lower < LEAST { 0.0 } else { lower };
            }
            room -= bytes;
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

/// How many bytes became one, within what [`MOST_RATIO`] allows and a margin below what was measured.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn ratio(before: u64, after: u64) -> f64 {
    (0.95 * before as f64 / after.max(1) as f64).clamp(1.0, MOST_RATIO)
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
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

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
        let all = filled(20_000, u64::MAX, |_| 0).packed_size();
        let blocks = filled(20_000, all / 2, |line| if line.is_multiple_of(5) { 0 } else { 2 });
        assert!(blocks.packed_size() <= all / 2 && blocks.packed_size() > all / 9 * 4, "{} of {all}", blocks.packed_size());
        let [(first, of_first), _, (last, of_last)] = blocks.kept();
        assert_eq!((first, of_first, of_last), (4000, 4000, 16_000));
        assert!((5000..6000).contains(&last), "{last}");
        let kept = lines(&blocks);
        assert!(kept.is_sorted());
        assert_eq!(kept.len() as u64, first + last);
        assert_eq!(blocks.entries().map(|entry| entry.line).collect::<Vec<_>>(), kept);
    }

    #[test]
    fn the_sample_is_spread_over_the_file_and_the_same_in_every_run() {
        let all = filled(20_000, u64::MAX, |_| 0).packed_size();
        let kept = lines(&filled(20_000, all / 4, |_| 2));
        assert_eq!(kept, lines(&filled(20_000, all / 4, |_| 2)));
        let half = kept.iter().filter(|line| **line < 10_000).count();
        let share = half * 100 / kept.len();
        assert!((45..=55).contains(&share), "{share} %");
    }

    #[test]
    fn rows_of_a_later_class_do_not_stay_because_they_come_last() {
        let all = filled(3000, u64::MAX, |_| 0).packed_size();
        for rows in [3010, 3100, 4000, 6000] {
            let blocks = filled(rows, all / 2, |line| if line < 3000 { 0 } else { 2 });
            let [(first, _), _, (last, _)] = blocks.kept();
            assert!(first > 1200 && last == 0, "{first} and {last} of {rows}");
        }
    }

    #[test]
    fn even_the_first_class_gives_way_in_the_end() {
        let blocks = filled(3000, 2000, |line| line as usize % 3);
        assert!(blocks.packed_size() <= 2000, "{}", blocks.packed_size());
    }
}
