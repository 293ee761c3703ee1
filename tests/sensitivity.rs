//! Prompt sensitivity: its numbers are those of the simplest code, its laws hold, and its intervals cover the truth.
#![cfg(feature = "rules")]

use proptest::prelude::*;
use r1rewards::metrics::{Problem, Sensitivity, SensitivityOptions, Variant, prompt_sensitivity};

/// The counts of some problems: (samples, correct, unscored), or nothing where the variant lacks the problem.
type Counts = Vec<Option<(u64, u64, u64)>>;

fn variant(name: &str, counts: &Counts) -> Variant {
    let problem = |(id, counts): (usize, &Option<(u64, u64, u64)>)| {
        counts.map(|(samples, correct, unscored)| Problem { id: format!("p{id}"), samples, correct, unscored })
    };
    Variant { name: name.to_owned(), problems: counts.iter().enumerate().filter_map(problem).collect() }
}

fn variants(table: &[Counts]) -> Vec<Variant> {
    table.iter().enumerate().map(|(place, counts)| variant(&format!("v{place}"), counts)).collect()
}

/// Options with few resamples, which are enough where the spread is not tested.
fn quick() -> SensitivityOptions {
    SensitivityOptions { resamples: 100, ..SensitivityOptions::default() }
}

fn report(table: &[Counts]) -> Sensitivity {
    prompt_sensitivity(&variants(table), &quick()).unwrap()
}

fn counts() -> impl Strategy<Value = (u64, u64, u64)> {
    (0u64..9, 0u64..9, 0u64..3).prop_map(|(samples, correct, unscored)| (samples, correct.min(samples), unscored))
}

/// Between two and four variants of up to 20 problems; the first problem has a scored sample under every variant.
fn tables() -> impl Strategy<Value = Vec<Counts>> {
    (2usize..5, 0usize..20).prop_flat_map(|(variants, others)| {
        let first = (1u64..9, 0u64..9).prop_map(|(samples, correct)| (samples, correct.min(samples), 0));
        let one = (first, prop::collection::vec(prop::option::weighted(0.9, counts()), others));
        prop::collection::vec(one.prop_map(|(first, others)| [vec![Some(first)], others].concat()), variants)
    })
}

fn share(counts: Option<(u64, u64, u64)>) -> Option<f64> {
    counts.filter(|(samples, ..)| *samples > 0).map(|(samples, correct, _)| correct as f64 / samples as f64)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn standard_error(values: &[f64]) -> f64 {
    let squares: f64 = values.iter().map(|value| (value - mean(values)).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0) / values.len() as f64).sqrt()
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

proptest! {
    #[test]
    fn rates_and_differences_are_those_of_the_lists(table in tables()) {
        let found = report(&table);
        let shares: Vec<Vec<Option<f64>>> = table.iter().map(|counts| counts.iter().map(|counts| share(*counts)).collect()).collect();
        for ((rate, counts), shares) in found.variants.iter().zip(&table).zip(&shares) {
            let scored: Vec<f64> = shares.iter().flatten().copied().collect();
            let sum = |of: fn(&(u64, u64, u64)) -> u64| counts.iter().flatten().map(of).sum::<u64>();
            prop_assert_eq!((rate.problems, rate.samples, rate.unscored), (scored.len(), sum(|counts| counts.0), sum(|counts| counts.2)));
            prop_assert!(close(rate.pass_rate, mean(&scored)));
            prop_assert_eq!(rate.standard_error.is_some(), scored.len() > 1);
            prop_assert!(rate.standard_error.is_none_or(|error| close(error, standard_error(&scored))));
        }
        for (comparison, shares) in found.comparisons.iter().zip(&shares[1..]) {
            let pairs: Vec<(f64, f64)> = shares.iter().zip(&found_baseline(&table)).filter_map(|(own, other)| own.zip(*other)).collect();
            let differences: Vec<f64> = pairs.iter().map(|(own, other)| own - other).collect();
            let lone = shares.iter().zip(&found_baseline(&table)).filter(|(own, other)| own.is_some() != other.is_some()).count();
            let count = |wanted: fn(f64) -> bool| differences.iter().filter(|difference| wanted(**difference)).count();
            prop_assert_eq!((comparison.problems, comparison.left_out), (pairs.len(), lone));
            prop_assert_eq!(comparison.better, count(|difference| difference > 1e-9));
            prop_assert_eq!(comparison.worse, count(|difference| difference < -1e-9));
            prop_assert_eq!(comparison.equal, count(|difference| difference.abs() <= 1e-9));
            prop_assert!(close(comparison.difference, mean(&differences)));
            let (own, other): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            prop_assert!(close(comparison.difference, mean(&own) - mean(&other)), "the difference of the rates on common problems");
            prop_assert!(comparison.standard_error.is_none_or(|error| close(error, standard_error(&differences))));
        }
        let common: Vec<usize> = (0..table[0].len()).filter(|problem| shares.iter().all(|shares| shares[*problem].is_some())).collect();
        let rates: Vec<f64> =
            shares.iter().map(|shares| mean(&common.iter().filter_map(|problem| shares[*problem]).collect::<Vec<_>>())).collect();
        let (low, high) = rates.iter().fold((f64::MAX, f64::MIN), |(low, high), rate| (rate.min(low), rate.max(high)));
        let spread = found.spread.unwrap();
        prop_assert_eq!(spread.problems, common.len());
        prop_assert!(close(spread.spread, high - low));
    }

    #[test]
    fn every_number_is_finite_and_every_interval_holds_its_estimate(table in tables()) {
        let found = report(&table);
        let holds = |interval: Option<[f64; 2]>, estimate: f64, least: f64| {
            interval.is_none_or(|[low, high]| least <= low && low <= estimate && estimate <= high && high <= 1.0)
        };
        for rate in &found.variants {
            prop_assert!(holds(rate.interval, rate.pass_rate, 0.0), "{:?}", rate);
            prop_assert!(rate.interval.is_none_or(|[low, high]| high > low), "no interval is a point: {:?}", rate);
            prop_assert_eq!(rate.interval.is_some(), rate.problems > 1);
        }
        for one in &found.comparisons {
            prop_assert!(holds(one.interval, one.difference, -1.0), "{:?}", one);
            prop_assert!(one.interval.is_none_or(|[low, high]| high > low), "no interval is a point: {:?}", one);
            prop_assert_eq!((one.interval.is_some(), one.p_value.is_some()), (one.problems > 1, one.problems > 1));
            prop_assert!(one.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
            prop_assert_eq!(one.better + one.worse + one.equal, one.problems);
        }
        let spread = found.spread.unwrap();
        prop_assert!(holds(spread.interval, spread.spread, 0.0), "{:?}", spread);
        prop_assert_eq!(spread.interval.is_some(), spread.problems > 1);
    }

    #[test]
    fn the_interval_leaves_zero_out_exactly_if_p_is_below_5_percent(table in tables()) {
        for one in report(&table).comparisons {
            if let (Some([low, high]), Some(p)) = (one.interval, one.p_value) && (p - 0.05).abs() > 1e-9 {
                prop_assert_eq!(low > 0.0 || high < 0.0, p < 0.05, "{:?}", one);
            }
        }
    }

    #[test]
    fn swapping_two_variants_negates_the_difference(table in tables()) {
        let forward = report(&table[..2]).comparisons.remove(0);
        let back = report(&[table[1].clone(), table[0].clone()]).comparisons.remove(0);
        prop_assert_eq!(forward.difference, -back.difference);
        prop_assert_eq!(forward.interval, back.interval.map(|[low, high]| [-high, -low]));
        prop_assert_eq!((forward.better, forward.worse, forward.equal), (back.worse, back.better, back.equal));
        prop_assert_eq!((forward.p_value, forward.standard_error), (back.p_value, back.standard_error));
    }

    #[test]
    fn what_both_variants_gain_does_not_change_the_difference(rows in prop::collection::vec((0u64..8, 0u64..8), 2..20), gain in 0u64..8) {
        let table = |gain: u64| {
            let column = |of: fn(&(u64, u64)) -> u64| rows.iter().map(|row| Some((16, of(row) + gain, 0))).collect::<Counts>();
            [column(|row| row.0), column(|row| row.1)]
        };
        let (before, after) = (report(&table(0)), report(&table(gain)));
        let (one, other) = (&before.comparisons[0], &after.comparisons[0]);
        // Sixteenths are exact, so that rounding plays no part.
        prop_assert_eq!(one, other);
        prop_assert!(close(after.variants[0].pass_rate - before.variants[0].pass_rate, gain as f64 / 16.0));
    }

    #[test]
    fn the_order_of_problems_and_the_number_of_equal_samples_do_not_matter(table in tables(), times in 1u64..50) {
        let found = report(&table);
        let mut turned = variants(&table);
        for problem in turned.iter_mut().flat_map(|variant| { variant.problems.reverse(); &mut variant.problems }) {
            (problem.samples, problem.correct) = (problem.samples * times, problem.correct * times);
        }
        let again = prompt_sensitivity(&turned, &quick()).unwrap();
        prop_assert_eq!(&found.comparisons, &again.comparisons);
        prop_assert_eq!(&found.spread, &again.spread);
        for (rate, again) in found.variants.iter().zip(&again.variants) {
            prop_assert_eq!((rate.pass_rate, rate.standard_error, rate.interval), (again.pass_rate, again.standard_error, again.interval));
        }
    }

    #[test]
    fn holm_multiplies_by_the_number_of_larger_p_values(table in tables()) {
        let found = prompt_sensitivity(&variants(&table), &SensitivityOptions { all_pairs: true, ..quick() });
        let Ok(found) = found else { return Ok(()) };
        prop_assert_eq!(found.comparisons.len(), table.len() * (table.len() - 1) / 2);
        let tested: Vec<(f64, f64)> = found.comparisons.iter().filter_map(|one| one.p_value.zip(one.adjusted_p_value)).collect();
        for (p, adjusted) in &tested {
            // Rejected at the level `adjusted`: it and every smaller one pass the step of Holm's procedure.
            let steps = tested.iter().filter(|(other, _)| other <= p);
            let largest = steps.map(|(other, _)| {
                other * tested.iter().filter(|(third, _)| third >= other).count() as f64
            }).fold(0.0, f64::max);
            prop_assert!(close(*adjusted, largest.min(1.0)), "{} of {:?}", p, tested);
        }
    }
}

fn found_baseline(table: &[Counts]) -> Vec<Option<f64>> {
    table[0].iter().map(|counts| share(*counts)).collect()
}

/// A generator of numbers in [0, 1): a linear congruential one with the constants of Knuth's MMIX, upper 53 bits.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The number of correct ones among some samples.
    fn correct(&mut self, samples: u64, probability: f64) -> u64 {
        (0..samples).filter(|_| self.next() < probability).count() as u64
    }
}

/// How a problem's difficulty is drawn, and the probability of a correct sample under each variant.
struct World {
    problems: usize,
    samples: u64,
    chance: fn(f64, usize) -> f64,
    /// The true pass rates: the means of `chance` over difficulties from 0 to 1.
    rates: [f64; 3],
}

const WORLDS: [World; 6] = [
    World { problems: 30, samples: 1, chance: |ease, _| ease, rates: [0.5; 3] },
    World { problems: 30, samples: 8, chance: |ease, _| ease, rates: [0.5; 3] },
    World {
        problems: 100,
        samples: 4,
        chance: |ease, variant| 0.9 * ease + 0.1 * f64::from(variant == 1),
        rates: [0.45, 0.55, 0.45],
    },
    World {
        problems: 200,
        samples: 1,
        chance: |ease, variant| ease * (1.0 - 0.3 * f64::from(variant == 2)),
        rates: [0.5, 0.5, 0.35],
    },
    World { problems: 40, samples: 1, chance: |_, variant| if variant == 1 { 0.3 } else { 0.1 }, rates: [0.1, 0.3, 0.1] },
    World {
        problems: 12,
        samples: 4,
        chance: |ease, variant| if variant == 2 { ease * ease } else { ease },
        rates: [0.5, 0.5, 1.0 / 3.0],
    },
];

#[test]
fn intervals_of_95_percent_cover_the_truth_in_about_95_percent_of_simulated_runs() {
    const RUNS: u32 = 1000;
    for (number, world) in WORLDS.iter().enumerate() {
        let mut draws = Draws(17 + number as u64);
        let (mut rates, mut differences, mut spreads) = (0u32, 0u32, 0u32);
        let true_spread = world.rates.iter().fold(0.0, |high, rate| f64::max(high, *rate))
            - world.rates.iter().fold(1.0, |low, rate| f64::min(low, *rate));
        for _ in 0..RUNS {
            let eases: Vec<f64> = (0..world.problems).map(|_| draws.next()).collect();
            let mut counts = |place: usize| -> Counts {
                eases
                    .iter()
                    .map(|ease| Some((world.samples, draws.correct(world.samples, (world.chance)(*ease, place)), 0)))
                    .collect()
            };
            let found = report(&[counts(0), counts(1), counts(2)]);
            let covers = |interval: Option<[f64; 2]>, truth: f64| {
                u32::from(interval.is_some_and(|[low, high]| low <= truth && truth <= high))
            };
            rates += covers(found.variants[0].interval, world.rates[0]);
            differences += covers(found.comparisons[0].interval, world.rates[1] - world.rates[0]);
            spreads += covers(found.spread.unwrap().interval, true_spread);
        }
        let share = |covered: u32| f64::from(covered) / f64::from(RUNS);
        assert!((0.92..=0.98).contains(&share(rates)), "world {number}: rates {}", share(rates));
        assert!((0.92..=0.98).contains(&share(differences)), "world {number}: differences {}", share(differences));
        // The interval of a spread may cover more often: it holds for the largest of all differences.
        assert!(share(spreads) >= 0.92, "world {number}: spreads {}", share(spreads));
    }
}

#[test]
fn with_few_problems_and_a_low_rate_the_interval_covers_where_students_does_not() {
    const RUNS: u32 = 1000;
    let (problems, rate, t) = (10, 0.1, 2.262_157);
    let mut draws = Draws(5);
    let (mut covered, mut by_student) = (0u32, 0u32);
    for _ in 0..RUNS {
        let mut counts = || -> Counts { (0..problems).map(|_| Some((1, draws.correct(1, rate), 0))).collect() };
        let found = &report(&[counts(), counts()]).variants[0];
        covered += u32::from(found.interval.is_some_and(|[low, high]| low <= rate && rate <= high));
        by_student += u32::from((found.pass_rate - rate).abs() <= t * found.standard_error.unwrap());
    }
    assert!(covered >= 920 && by_student < 750, "{covered} and {by_student} of {RUNS}");
}

#[test]
fn rates_of_0_and_1_have_intervals_of_a_width() {
    let table = |correct: u64| vec![Some((1, correct, 0)); 20];
    let found = report(&[table(0), table(1)]);
    // Wilson: t² / (n + t²) with t = 2.093 for 19 degrees of freedom.
    let bound = 2.093_024_f64.powi(2) / (20.0 + 2.093_024_f64.powi(2));
    let [[low, high], [other_low, other_high]] = [0, 1].map(|place: usize| found.variants[place].interval.unwrap());
    assert!(low == 0.0 && (high - bound).abs() < 1e-6, "{low} {high}");
    assert!(other_high == 1.0 && (other_low - (1.0 - bound)).abs() < 1e-6, "{other_low} {other_high}");
    // The sign test with 20 of 20 wins, and Clopper and Pearson's bound for 20 of 20.
    let one = &found.comparisons[0];
    assert_eq!((one.difference, one.better, one.standard_error), (1.0, 20, Some(0.0)));
    assert!((one.p_value.unwrap() / (2.0 * 0.5_f64.powi(20)) - 1.0).abs() < 1e-9);
    let [low, high] = one.interval.unwrap();
    assert!(high == 1.0 && ((low + 1.0) / 2.0 - 0.025_f64.powf(0.05)).abs() < 1e-12, "{low} {high}");
}

#[test]
fn one_sample_for_each_problem_gives_wilsons_interval() {
    let counts = (0..10).map(|id| Some((1, u64::from(id < 3), 0))).collect::<Counts>();
    let [low, high] = report(&[counts.clone(), counts]).variants[0].interval.unwrap();
    let (t, n, rate) = (2.262_157_f64, 10.0, 0.3);
    let (middle, scale) = (rate + t * t / (2.0 * n), 1.0 + t * t / n);
    let half = t * (rate * (1.0 - rate) / n + t * t / (4.0 * n * n)).sqrt();
    assert!((low - (middle - half) / scale).abs() < 1e-6 && (high - (middle + half) / scale).abs() < 1e-6, "{low} {high}");
}

#[test]
fn variants_that_agree_on_every_problem_differ_by_0_within_the_bound_for_no_disagreement() {
    let counts: Counts = (0..9).map(|id| Some((3, id % 4, 0))).collect();
    let found = report(&[counts.clone(), counts]);
    let one = &found.comparisons[0];
    let bound = 1.0 - 0.025_f64.powf(1.0 / 9.0);
    assert_eq!((one.difference, one.p_value, one.equal), (0.0, Some(1.0), 9));
    assert!(one.interval.is_some_and(|[low, high]| close(low, -bound) && close(high, bound)));
    let spread = found.spread.unwrap();
    assert!(spread.interval.is_some_and(|[low, high]| low == 0.0 && close(high, bound)), "{spread:?}");
}

#[test]
fn a_problem_that_is_unscored_under_one_variant_is_left_out() {
    let first = vec![Some((1, 1, 0)), Some((1, 0, 0)), Some((1, 1, 1))];
    let second = vec![Some((1, 0, 0)), Some((2, 2, 0)), Some((0, 0, 4))];
    let found = report(&[first, second]);
    assert_eq!((found.variants[1].problems, found.variants[1].samples, found.variants[1].unscored), (2, 3, 4));
    let one = &found.comparisons[0];
    assert_eq!((one.problems, one.left_out, one.difference, one.better, one.worse), (2, 1, 0.0, 1, 1));
}

#[test]
fn the_seed_alone_decides_the_resamples() {
    let table = [0, 1, 2].map(|shift| (0..30).map(|id| Some((5 + id, (id * 7 + shift * id) % (6 + id), 0))).collect::<Counts>());
    let spread = |seed: u64| {
        let options = SensitivityOptions { seed, ..SensitivityOptions::default() };
        prompt_sensitivity(&variants(&table), &options).unwrap().spread.unwrap()
    };
    assert_eq!(spread(3), spread(3));
    assert_ne!(spread(3).interval, spread(4).interval);
}

#[test]
fn what_cannot_be_compared_names_the_argument_and_the_fix() {
    let refused =
        |variants: &[Variant], options: &SensitivityOptions| prompt_sensitivity(variants, options).unwrap_err().to_string();
    let (one, two) = (variant("a", &vec![Some((2, 1, 0))]), variant("b", &vec![Some((2, 2, 0))]));
    let both = [one.clone(), two.clone()];
    assert_eq!(refused(&[], &quick()), "option `variants` got an empty list: give at least two variants of the prompt to compare");
    assert!(refused(&both[..1], &quick()).starts_with("option `variants` got only `a`: "));
    assert!(refused(&[one.clone(), one.clone()], &quick()).contains("`a` twice: give every variant a name of its own"));
    assert_eq!(
        refused(&both, &SensitivityOptions { baseline: Some("c".to_owned()), ..quick() }),
        "option `baseline` got `c`: use one of a, b"
    );
    assert!(refused(&both, &SensitivityOptions { resamples: 99, ..quick() }).contains("option `resamples` got 99"));
    let empty = Variant { name: "b".to_owned(), problems: Vec::new() };
    assert!(refused(&[one.clone(), empty], &quick()).contains("`b` without a scored sample (0 unscored)"));
    let unscored = variant("b", &vec![Some((0, 0, 7))]);
    assert!(refused(&[one.clone(), unscored], &quick()).contains("`b` without a scored sample (7 unscored)"));
    let apart = variant("b", &vec![None, Some((2, 2, 0))]);
    assert!(refused(&[one.clone(), apart], &quick()).contains("`b` and `a` without a scored problem in common"));
    let many = variant("b", &vec![Some((2, 3, 0))]);
    assert!(refused(&[one.clone(), many], &quick()).contains("3 correct of 2 samples for the problem `p0` of the variant `b`"));
    let twice = Variant { problems: [two.problems.clone(), two.problems].concat(), ..two };
    assert!(refused(&[one, twice], &quick()).contains("two entries for the problem `p0` of the variant `b`"));
}

#[test]
fn counts_near_the_largest_number_do_not_overflow() {
    let counts = vec![Some((u64::MAX / 2, u64::MAX / 2, 1)), Some((u64::MAX / 2, 0, 1))];
    let found = report(&[counts.clone(), counts]);
    assert_eq!((found.variants[0].pass_rate, found.comparisons[0].difference), (0.5, 0.0));
}
