//! Quantiles of a stream of counts, in fixed memory.
//!
//! Counts below 256 are stored exactly. Above that, the range between two powers of two is divided into 128 equal
//! parts, so that a quantile is at most 0.8 % too low.

/// The number of parts between two powers of two.
const PARTS: u64 = 128;
/// The binary logarithm of [`PARTS`].
const PART_BITS: u32 = PARTS.trailing_zeros();

/// A histogram of counts, each stored to within 0.8 %.
///
/// ```
/// let mut histogram = r1rewards::rows::run::Histogram::default();
/// (0..=100).for_each(|count| histogram.add(count));
/// assert_eq!((histogram.quantile(0.5), histogram.quantile(0.99)), (Some(50), Some(99)));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    /// Adds one count.
    pub fn add(&mut self, count: u64) {
        let slot = slot(count);
        if self.counts.len() <= slot {
            self.counts.resize(slot + 1, 0);
        }
        self.counts[slot] += 1;
        self.total += 1;
    }

    /// The smallest count that is not exceeded by at least the share `q` (0 to 1) of the counts; `None` if there are
    /// none.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a rank of a quantile"
    )]
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let rank = ((q * self.total as f64).ceil() as u64).clamp(1, self.total.max(1));
        let mut seen = 0;
        self.counts
            .iter()
            .position(|count| {
                seen += count;
                seen >= rank
            })
            .map(lowest)
    }
}

fn slot(count: u64) -> usize {
    let shift = count.checked_ilog2().unwrap_or(0).saturating_sub(PART_BITS);
    // There are at most 57 shifts of 128 parts, which fits any usize.
    usize::try_from(u64::from(shift) * PARTS + (count >> shift)).unwrap_or(usize::MAX)
}

fn lowest(slot: usize) -> u64 {
    let slot = slot as u64;
    let shift = (slot / PARTS).saturating_sub(1);
    (slot - shift * PARTS) << shift
}

#[cfg(test)]
mod tests {
    use super::{Histogram, lowest, slot};

    #[test]
    fn a_slot_holds_what_is_at_most_one_part_above_its_lowest() {
        for count in (0..5000).chain([u64::from(u32::MAX), u64::MAX - 1, u64::MAX]) {
            let low = lowest(slot(count));
            assert!(low <= count && count - low <= count / 128, "{count}: {low}");
        }
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
