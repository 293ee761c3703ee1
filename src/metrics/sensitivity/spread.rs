//! The difference between the best and the worst variant, with an interval by a bootstrap over problems.

use super::paired::of_equal_differences;
use super::rate::{ALPHA, TOLERANCE, float};
use super::student;
use super::variant::{Share, Variant};

/// How much the pass rate depends on the prompt: the highest rate minus the lowest, on the problems that all variants
/// have.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Spread {
    /// The number of problems with scored samples under every variant.
    pub problems: usize,
    /// The highest pass rate on these problems minus the lowest, from 0 to 1.
    pub spread: f64,
    /// The 95 % interval [low, high]; `None` for a single problem. Its lower end is 0 unless the variants differ by more
    /// than chance explains.
    pub interval: Option<[f64; 2]>,
    /// The variant with the highest rate on these problems; the first of several.
    pub highest: String,
    /// The variant with the lowest rate on these problems; the first of several.
    pub lowest: String,
}

/// The standard normal quantile of a 95 % interval.
const NORMAL: f64 = 1.959_963_984_540_054;

impl Spread {
    /// The spread of the variants; `None` if no problem has scored samples under all of them.
    pub(super) fn of(variants: &[Variant], shares: &[Vec<Option<Share>>], resamples: u32, seed: u64) -> Option<Self> {
        let all = |problem: usize| shares.iter().map(|shares| shares[problem].map(Share::value)).collect::<Option<Vec<f64>>>();
        let mut rows: Vec<Vec<f64>> = (0..shares.first()?.len()).filter_map(all).collect();
        if rows.is_empty() {
            return None;
        }
        let problems = rows.len();
        let means: Vec<f64> =
            (0..variants.len()).map(|variant| rows.iter().map(|row| row[variant]).sum::<f64>() / float(problems)).collect();
        let (highest, lowest) = extremes(&means);
        for (value, mean) in rows.iter_mut().flat_map(|row| row.iter_mut().zip(&means)) {
            *value -= mean;
        }
        let spread = means[highest] - means[lowest];
        Some(Self {
            problems,
            spread,
            interval: (problems > 1).then(|| interval(spread, &rows, resamples, seed)),
            highest: variants[highest].name.clone(),
            lowest: variants[lowest].name.clone(),
        })
    }
}

/// The interval from the deviations of each problem under each variant from the variant's rate.
fn interval(spread: f64, deviations: &[Vec<f64>], resamples: u32, seed: u64) -> [f64; 2] {
    let problems = deviations.len();
    let mut draws = SplitMix(seed);
    let mut widest: Vec<f64> = (0..resamples)
        .map(|_| {
            let mut sums = vec![0.0; deviations.first().map_or(0, Vec::len)];
            for _ in 0..problems {
                for (sum, deviation) in sums.iter_mut().zip(&deviations[draws.below(problems)]) {
                    *sum += deviation;
                }
            }
            let (high, low) = extremes(&sums);
            (sums[high] - sums[low]) / float(problems)
        })
        .collect();
    widest.sort_by(f64::total_cmp);
    let place = (widest.len() - 1).min(widest.len() * 95 / 100);
    let half = widest[place] * student::quantile(ALPHA, problems - 1) / NORMAL * (float(problems) / float(problems - 1)).sqrt();
    if half <= TOLERANCE {
        // The variants differ by the same numbers on every problem, so that no resample deviates.
        let [low, high] = of_equal_differences(spread, problems);
        return [low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)];
    }
    [(spread - half).max(0.0), (spread + half).min(1.0)]
}

/// The places of the first highest and of the first lowest value.
fn extremes(values: &[f64]) -> (usize, usize) {
    values.iter().enumerate().fold((0, 0), |(high, low), (place, value)| {
        (if *value > values[high] { place } else { high }, if *value < values[low] { place } else { low })
    })
}

/// The generator SplitMix64 (Steele, Lea and Flood 2014), so that the same seed gives the same draws everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; for bounds of at most 2^32 no number is more likely than another by more than 2^−32.
    #[expect(clippy::cast_possible_truncation, reason = "the number is below `bound`")]
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}
