//! Prompt sensitivity: pass rates of the same problems under several variants of the prompt, with intervals and paired
//! differences.
//!
//! Accepts: for each variant and problem the number of scored samples and of correct ones. Refuses: fewer than two
//! variants, counts that cannot be, and variants without a common problem; each error names the argument.

mod paired;
mod rate;
mod spread;
mod student;
mod variant;

pub use paired::PairedDifference;
pub use rate::VariantRate;
pub use spread::Spread;
pub use variant::{Problem, Variant};

use crate::{Error, Result};
use variant::Shares;

/// What [`prompt_sensitivity`] compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensitivityOptions {
    /// The name of the variant that the others are compared with; `None` is the first one.
    pub baseline: Option<String>,
    /// Whether the other variants are compared with each other, too.
    pub all_pairs: bool,
    /// The number of resamples of the bootstrap, from 100 to 1,000,000. Each visits every problem once.
    pub resamples: u32,
    /// The seed of the bootstrap.
    pub seed: u64,
}

impl Default for SensitivityOptions {
    /// Against the first variant, with 2,000 resamples and seed 0.
    fn default() -> Self {
        Self { baseline: None, all_pairs: false, resamples: 2000, seed: 0 }
    }
}

/// How much the pass rate of a model depends on the prompt.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sensitivity {
    /// The name of the variant that the others are compared with.
    pub baseline: String,
    /// The pass rate of each variant, in the order of the input.
    pub variants: Vec<VariantRate>,
    /// Each other variant against the baseline, in the order of the input, then all other pairs if they were asked for.
    pub comparisons: Vec<PairedDifference>,
    /// The highest rate minus the lowest; `None` if no problem has scored samples under every variant.
    pub spread: Option<Spread>,
}

/// Compares the pass rates of the same problems under several variants of the prompt.
///
/// All inference is over problems: the intervals tell what to expect on other problems of the same kind, with the same
/// number of samples each. Problems must be independent of each other.
///
/// - **Pass rate**: the mean over problems of the share of correct samples, with the standard error √(s²/n), where s² is
///   the sample variance of these shares over n problems (Miller 2024, "Adding Error Bars to Evals", 2411.00640).
///   The interval is Wilson's (1927) with Student's quantile of n − 1 degrees of freedom and the effective number of
///   problems n · r(1−r)/variance (Korn and Graubard 1999, "Analysis of Health Surveys"), which is n if each problem has
///   one sample. It stays between 0 and 1, at a rate of 0 or 1 its width is not 0, and with few problems or rates near 0
///   or 1 it covers the truth far more often than rate ± t · standard error (`tests/sensitivity.rs` has simulations).
/// - **Paired difference**: the mean over the problems that both variants have of the difference of the shares, with its
///   standard error (Miller 2024, on paired differences), Student's interval and the p-value of the paired t test.
///   Where all differences are equal, the standard error is 0, and interval and p-value are those of Clopper and Pearson
///   (1934) and the sign test.
/// - **Adjusted p-value**: Holm's (1979) correction for all comparisons of the report. The intervals are not corrected.
/// - **Spread**: the highest rate minus the lowest on the problems that all variants have. Resamples of problems (the same
///   for all variants) give the 95 % quantile of the largest deviation of any difference of two variants, and the
///   interval is the spread ± this quantile, widened for few problems as Hesterberg 2015 (1411.5279) advises. The
///   percentiles of the resampled spreads would be no interval: by chance alone every resampled spread is above 0.
///
/// The result depends only on the arguments. Problems may come in any order.
///
/// ```
/// use r1rewards::metrics::{SensitivityOptions, Variant, prompt_sensitivity};
/// let few = Variant::from_samples("three_shots", (0..20).map(|id| (id.to_string(), Some(id < 15))));
/// let zero = Variant::from_samples("zero_shot", (0..20).map(|id| (id.to_string(), Some(id % 4 == 0))));
/// let report = prompt_sensitivity(&[zero, few], &SensitivityOptions::default())?;
/// assert_eq!((report.variants[0].pass_rate, report.variants[1].pass_rate), (0.25, 0.75));
/// let against = &report.comparisons[0];
/// assert_eq!((against.difference, against.better, against.worse, against.equal), (0.5, 11, 1, 8));
/// assert!(against.p_value.unwrap() < 0.01);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Fewer than two variants, or two of one name; an unknown baseline; a number of resamples out of range; a problem that
/// occurs twice in a variant; more correct samples than samples; a variant without a scored sample; two variants that
/// are compared and have no scored problem in common.
pub fn prompt_sensitivity(variants: &[Variant], options: &SensitivityOptions) -> Result<Sensitivity> {
    if !(100..=1_000_000).contains(&options.resamples) {
        return Err(Error::option("resamples", options.resamples, "give 100 to 1000000"));
    }
    let shares = Shares::of(variants)?.by_variant;
    let baseline = place_of_baseline(variants, options.baseline.as_deref())?;
    let others: Vec<usize> = (0..variants.len()).filter(|place| *place != baseline).collect();
    let mut pairs: Vec<(usize, usize)> = others.iter().map(|other| (*other, baseline)).collect();
    if options.all_pairs {
        pairs.extend(others.iter().enumerate().flat_map(|(at, first)| others[at + 1..].iter().map(|second| (*second, *first))));
    }
    let compare = |(one, other): (usize, usize)| {
        let named = |place: usize| (variants[place].name.as_str(), shares[place].as_slice());
        PairedDifference::of(named(one), named(other)).ok_or_else(|| {
            Error::option(
                "variants",
                format_args!("`{}` and `{}` without a scored problem in common", variants[one].name, variants[other].name),
                "give the same problem the same id under every variant",
            )
        })
    };
    let mut comparisons = pairs.into_iter().map(compare).collect::<Result<Vec<_>>>()?;
    paired::adjust(&mut comparisons);
    Ok(Sensitivity {
        baseline: variants[baseline].name.clone(),
        variants: variants.iter().zip(&shares).map(|(variant, shares)| VariantRate::of(variant, shares)).collect(),
        comparisons,
        spread: Spread::of(variants, &shares, options.resamples, options.seed),
    })
}

fn place_of_baseline(variants: &[Variant], name: Option<&str>) -> Result<usize> {
    let Some(name) = name else { return Ok(0) };
    variants.iter().position(|variant| variant.name == name).ok_or_else(|| {
        let known: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
        Error::option("baseline", format_args!("`{name}`"), format_args!("use one of {}", known.join(", ")))
    })
}
