//! What is compared: variants of the prompt, each with its counts by problem.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Error, Result};

/// One variant of the prompt (a template, a number of shots, or both) and its judged samples.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Variant {
    /// The name of the variant, such as `zero_shot`.
    pub name: String,
    /// Its problems, in any order; each id occurs once.
    pub problems: Vec<Problem>,
}

/// The judged samples of one problem under one variant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// What identifies the problem under all variants; it is not the prompt, which differs.
    pub id: String,
    /// The number of scored samples.
    pub samples: u64,
    /// The number of correct ones among them.
    pub correct: u64,
    /// The number of samples that could not be scored. They count neither as correct nor as incorrect.
    pub unscored: u64,
}

impl Variant {
    /// A variant from its samples in any order: the problem of each, and whether it is correct (`None` for an unscored
    /// one).
    ///
    /// ```
    /// use r1rewards::metrics::Variant;
    /// let variant = Variant::from_samples("zero_shot", [("a", Some(true)), ("b", None), ("a", Some(false))]);
    /// let a = &variant.problems[0];
    /// assert_eq!((a.id.as_str(), a.samples, a.correct, variant.problems[1].unscored), ("a", 2, 1, 1));
    /// ```
    pub fn from_samples<I: Into<String>>(name: impl Into<String>, samples: impl IntoIterator<Item = (I, Option<bool>)>) -> Self {
        let mut problems: BTreeMap<String, Problem> = BTreeMap::new();
        for (id, correct) in samples {
            let id = id.into();
            problems.entry(id).or_insert_with_key(|id| Problem::named(id)).add(correct);
        }
        Self { name: name.into(), problems: problems.into_values().collect() }
    }
}

impl Problem {
    /// A problem without samples.
    pub fn named(id: impl Into<String>) -> Self {
        Self { id: id.into(), samples: 0, correct: 0, unscored: 0 }
    }

    /// Counts one sample: correct, incorrect, or `None` for an unscored one.
    pub fn add(&mut self, correct: Option<bool>) {
        match correct {
            Some(correct) => {
                self.samples = self.samples.saturating_add(1);
                self.correct = self.correct.saturating_add(u64::from(correct));
            }
            None => self.unscored = self.unscored.saturating_add(1),
        }
    }
}

/// The share of correct samples of a problem, as the counts themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    correct: u64,
    samples: u64,
}

impl Share {
    /// The share, from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
    pub(super) fn value(self) -> f64 {
        self.correct as f64 / self.samples as f64
    }

    /// Which share is larger, without rounding.
    pub(super) fn order(self, other: Self) -> std::cmp::Ordering {
        let cross = |one: Self, other: Self| u128::from(one.correct) * u128::from(other.samples);
        cross(self, other).cmp(&cross(other, self))
    }
}

/// The shares of every variant, in one order of problems.
pub(super) struct Shares {
    /// For each variant the share of each problem; `None` if it has no scored sample there.
    pub(super) by_variant: Vec<Vec<Option<Share>>>,
}

impl Shares {
    /// Lines the problems of all variants up, sorted by id.
    ///
    /// # Errors
    /// Fewer than two variants; two of one name; a problem that occurs twice in a variant; more correct samples than
    /// samples; a variant without a scored sample.
    pub(super) fn of(variants: &[Variant]) -> Result<Self> {
        if variants.len() < 2 {
            let got = variants.first().map_or_else(|| "an empty list".to_owned(), |only| format!("only `{}`", only.name));
            return Err(Error::option("variants", got, "give at least two variants of the prompt to compare"));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = variants.iter().find(|variant| !names.insert(variant.name.as_str())) {
            return Err(Error::option("variants", format_args!("`{}` twice", twice.name), "give every variant a name of its own"));
        }
        let ids: BTreeSet<&str> =
            variants.iter().flat_map(|variant| &variant.problems).map(|problem| problem.id.as_str()).collect();
        let places: BTreeMap<&str, usize> = ids.into_iter().enumerate().map(|(place, id)| (id, place)).collect();
        let by_variant = variants.iter().map(|variant| shares(variant, &places)).collect::<Result<_>>()?;
        Ok(Self { by_variant })
    }
}

fn shares(variant: &Variant, places: &BTreeMap<&str, usize>) -> Result<Vec<Option<Share>>> {
    let wrong = |problem: &Problem, got: String, fix: &str| {
        Error::option("problems", format_args!("{got} for the problem `{}` of the variant `{}`", problem.id, variant.name), fix)
    };
    let mut shares = vec![None; places.len()];
    let mut seen = vec![false; places.len()];
    for problem in &variant.problems {
        if problem.correct > problem.samples {
            let got = format!("{} correct of {} samples", problem.correct, problem.samples);
            return Err(wrong(problem, got, "give at most as many correct samples as scored samples"));
        }
        let place = places[problem.id.as_str()];
        if std::mem::replace(&mut seen[place], true) {
            return Err(wrong(problem, "two entries".to_owned(), "count all samples of a problem in one entry"));
        }
        let Problem { samples, correct, .. } = *problem;
        shares[place] = (samples > 0).then_some(Share { correct, samples });
    }
    if shares.iter().all(Option::is_none) {
        let unscored = variant.problems.iter().map(|problem| problem.unscored).fold(0, u64::saturating_add);
        return Err(Error::option(
            "variants",
            format_args!("`{}` without a scored sample ({unscored} unscored)", variant.name),
            "give every variant at least one sample that is correct or incorrect",
        ));
    }
    Ok(shares)
}
