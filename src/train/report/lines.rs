//! From many measured values to the few points of a line: buckets, gaps, smoothing.

use super::metrics::Mark;

/// The most points of a line; no screen shows more.
const MOST: usize = 500;

/// Neighbouring values as one point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bucket {
    pub x: f64,
    pub stage: usize,
    /// The mean, the smallest and the largest value; `None` if all are gaps.
    pub values: Option<(f64, f64, f64)>,
}

impl Bucket {
    pub(super) fn mean(&self) -> Option<f64> {
        self.values.map(|(mean, _, _)| mean)
    }

    fn of(marks: &[Mark]) -> Self {
        // A bucket holds at least one mark. Counts are far below 2^52.
        #[expect(clippy::cast_precision_loss)]
        let mean = |sum: f64, count: usize| sum / count as f64;
        let x = mean(marks.iter().map(|mark| mark.x).sum(), marks.len());
        let values: Vec<f64> = marks.iter().filter_map(|mark| mark.value).collect();
        let least = values.iter().copied().reduce(f64::min);
        let most = values.iter().copied().reduce(f64::max);
        let ends = least.zip(most).map(|(least, most)| (mean(values.iter().sum(), values.len()), least, most));
        Self { x, stage: marks[0].stage, values: ends }
    }
}

/// The values in at most about 500 buckets of equally many values; no bucket spans two stages.
pub(super) fn buckets(marks: &[Mark]) -> Vec<Bucket> {
    let size = marks.len().div_ceil(MOST).max(1);
    let stages = marks.chunk_by(|left, right| left.stage == right.stage);
    stages.flat_map(|stage| stage.chunks(size)).map(Bucket::of).collect()
}

/// How many buckets on each side the smoothed line takes the mean over; 0 if there are too few values to smooth.
pub(super) fn reach(buckets: &[Bucket]) -> usize {
    if buckets.len() < 12 { 0 } else { (buckets.len() / 30).max(2) }
}

/// Each value replaced by the straight line through it and its neighbours of the same stage, `reach` on each side (least
/// squares). Between many values that is their mean; at the ends of a stage, where a mean would lag behind a slope, it
/// follows the slope. Gaps stay gaps and do not count.
pub(super) fn smooth(buckets: &[Bucket], reach: usize) -> Vec<Bucket> {
    let smoothed = |(at, bucket): (usize, &Bucket)| {
        let near = &buckets[at.saturating_sub(reach)..(at + reach + 1).min(buckets.len())];
        let same = near.iter().filter(|other| other.stage == bucket.stage);
        let points: Vec<_> = same.filter_map(|other| Some((other.x - bucket.x, other.mean()?))).collect();
        let value = bucket.values.map(|_| line_at_zero(&points));
        Bucket { values: value.map(|value| (value, value, value)), ..*bucket }
    };
    buckets.iter().enumerate().map(smoothed).collect()
}

/// Where the straight line nearest to the points (least squares) crosses zero on the first axis. There is a point.
fn line_at_zero(points: &[(f64, f64)]) -> f64 {
    // Counts are far below 2^52.
    #[expect(clippy::cast_precision_loss)]
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(left, right), (x, y)| (left + x / count, right + y / count));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let slope: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    if spread > 0.0 { y - slope / spread * x } else { y }
}

/// The buckets that one stroke joins: without gaps, in one stage.
pub(super) fn strokes(buckets: &[Bucket]) -> impl Iterator<Item = &[Bucket]> {
    let parts = buckets.chunk_by(|left, right| left.stage == right.stage && left.values.is_some() == right.values.is_some());
    parts.filter(|part| part[0].values.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(values: impl IntoIterator<Item = (usize, Option<f64>)>) -> Vec<Mark> {
        let mark = |(at, (stage, value))| Mark { x: f64::from(u32::try_from(at).unwrap()), stage, value };
        values.into_iter().enumerate().map(mark).collect()
    }

    #[test]
    fn a_stroke_ends_at_a_gap_and_at_a_stage() {
        let buckets = buckets(&marks([(0, Some(1.0)), (0, Some(2.0)), (0, None), (0, Some(3.0)), (1, Some(4.0))]));
        assert_eq!(strokes(&buckets).map(<[_]>::len).collect::<Vec<_>>(), [2, 1, 1]);
    }

    #[test]
    fn many_values_become_few_buckets_that_keep_the_extremes() {
        let spike = |at| if at == 77_777 { 1000.0 } else { 1.0 };
        let buckets = buckets(&marks((0..100_001).map(|at| (usize::from(at > 500), Some(spike(at))))));
        assert!(buckets.len() <= MOST + 2, "{}", buckets.len());
        assert_eq!(buckets.iter().filter_map(|bucket| bucket.values).map(|ends| ends.2).fold(0.0, f64::max), 1000.0);
    }

    #[test]
    fn smoothing_keeps_gaps_constants_and_stages() {
        let steps = (0..40).map(|at| (usize::from(at >= 20), if at == 5 { None } else { Some(if at < 20 { 0.0 } else { 1.0 }) }));
        let plain = buckets(&marks(steps));
        assert_eq!(reach(&plain), 2);
        for (smoothed, plain) in smooth(&plain, 2).iter().zip(&plain) {
            assert_eq!(smoothed, plain);
        }
        let rising = buckets(&marks((0..5u32).map(|at| (0, Some(f64::from(at))))));
        assert_eq!(reach(&rising), 0);
        let means: Vec<_> = smooth(&rising, 1).iter().map(|bucket| bucket.mean().unwrap()).collect();
        assert_eq!(means, [0.0, 1.0, 2.0, 3.0, 4.0]);
        let jagged = buckets(&marks([0.0, 3.0, 0.0, 3.0, 0.0].map(|value| (0, Some(value)))));
        assert_eq!(smooth(&jagged, 1)[2].mean(), Some(2.0));
    }
}
