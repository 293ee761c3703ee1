//! Numbers as a person reads them: ticks at round values, thousands separated, no digits without meaning.

/// The minus sign, as wide as a digit.
const MINUS: &str = "−";

/// An axis: the range it shows and the round values that are marked on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    /// The distance of two ticks.
    step: f64,
}

impl Axis {
    /// An axis that shows all values from `low` to `high` (finite, below 1e100 in size) and ends at round values. Zero
    /// is included where it is near. A single value is put in the middle.
    pub(crate) fn around(low: f64, high: f64) -> Self {
        let (mut low, mut high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // Values that differ only by rounding count as one value.
        if high - low <= low.abs().max(high.abs()) * 1e-12 {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = if low == 0.0 { (0.0, 1.0) } else { (low - room, high + room) };
        } else if low > 0.0 && low < 0.5 * high {
            low = 0.0;
        } else if high < 0.0 && high > 0.5 * low {
            high = 0.0;
        }
        let step = round_step((high - low) / 5.0);
        Self::spaced((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step, step)
    }

    /// An axis from `low` to `high` exactly, with ticks at whole numbers: steps of a training.
    #[cfg(any(feature = "train", test))]
    pub(crate) fn steps(low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self::spaced(low, high, round_step((high - low) / 6.0).max(1.0))
    }

    /// An axis for shares.
    #[cfg(any(feature = "train", test))]
    pub(crate) fn share() -> Self {
        Self::spaced(0.0, 1.0, 0.2)
    }

    fn spaced(low: f64, high: f64, step: f64) -> Self {
        let first = (low / step - 1e-9).ceil();
        let ticks = (0..16).map(|nth| (first + f64::from(nth)) * step).take_while(|tick| *tick <= high + step * 1e-9).collect();
        Self { low, high, ticks, step }
    }

    /// Where a value is: 0 at the low end, 1 at the high end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The label of a tick, with as many digits as tell it from the next one.
    pub(crate) fn label(&self, tick: f64) -> String {
        if tick.abs() < self.step * 1e-6 {
            return "0".to_owned();
        }
        let (largest, apart) = (order(self.low.abs().max(self.high.abs())), order(self.step));
        if (-4..7).contains(&largest) {
            return grouped(tick, usize::try_from(-apart).unwrap_or(0));
        }
        let digits = usize::try_from(order(tick) - apart).unwrap_or(0).min(12);
        format!("{tick:.digits$e}").replace('-', MINUS)
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below the number.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powi(order(least));
    let times = [1.0, 2.0, 5.0].into_iter().find(|times| times * power >= least * (1.0 - 1e-9)).unwrap_or(10.0);
    times * power
}

/// The exponent of the number in scientific notation.
fn order(number: f64) -> i32 {
    // In range: numbers are finite.
    #[expect(clippy::cast_possible_truncation)]
    let order = (number.abs() * (1.0 + 1e-9)).log10().floor() as i32;
    order
}

/// A number for a table or a legend, with about three digits.
///
/// ```text
/// 0.31934 -> 0.319    104000 -> 104,000    3e-5 -> 3.00e−5    1234.5 -> 1,234 (halves to even)
/// ```
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e9 {
        return grouped(value, 0);
    }
    match size {
        _ if !(1e-3..1e7).contains(&size) => format!("{value:.2e}").replace('-', MINUS),
        _ if size >= 1000.0 => grouped(value, 0),
        _ if size >= 100.0 => grouped(value, 1),
        _ if size >= 10.0 => grouped(value, 2),
        _ => grouped(value, 3),
    }
}

/// A number for a sentence: as [`number`], without zeros at its end.
pub(crate) fn brief(value: f64) -> String {
    let text = number(value);
    match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// How to write numbers that stand in one row or column: all with equally many decimals, as the largest needs them.
#[cfg(any(feature = "train", test))]
pub(crate) fn alike(values: &[f64]) -> impl Fn(f64) -> String + use<> {
    let largest = values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    let plain = values.iter().all(|value| value.fract() == 0.0) || !(1e-2..1e7).contains(&largest);
    let decimals = [10.0, 100.0, 1000.0].into_iter().filter(|limit| largest < *limit).count();
    move |value| if plain { number(value) } else { grouped(value, decimals) }
}

/// A difference that is already written, with its sign.
#[cfg(any(feature = "train", test))]
pub(crate) fn signed(written: &str) -> String {
    let plus = !written.starts_with(MINUS) && written.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if plus { format!("+{written}") } else { written.to_owned() }
}

/// A count.
pub(crate) fn whole(count: usize) -> String {
    separated(&count.to_string())
}

/// A time in words.
///
/// ```text
/// 4.21 -> 4.2 s    221.3 -> 3 min 41 s    8000 -> 2 h 13 min
/// ```
#[cfg(any(feature = "train", test))]
pub(crate) fn duration(seconds: f64) -> String {
    let parts = |large: f64| ((seconds.round() / large).floor(), seconds.round() % large);
    match seconds {
        short if !(0.0..60.0).contains(&short) && !(60.0..1e9).contains(&short) => format!("{} s", number(seconds)),
        short if short < 59.95 => format!("{short:.1} s"),
        middle if middle < 3600.0 => format!("{} min {} s", parts(60.0).0, parts(60.0).1),
        _ => format!("{} h {} min", parts(3600.0).0, (parts(3600.0).1 / 60.0).floor()),
    }
}

fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |digits| (MINUS, digits));
    let (before, after) = digits.split_once('.').map_or((digits, None), |(before, after)| (before, Some(after)));
    let nothing = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    let sign = if nothing { "" } else { sign };
    after.map_or_else(|| format!("{sign}{}", separated(before)), |after| format!("{sign}{}.{after}", separated(before)))
}

/// Digits with a comma between thousands.
fn separated(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.label(*tick)).collect()
    }

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        assert_eq!(labels(&Axis::around(0.13, 0.87)), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::around(-0.31, 1.09)), ["−0.5", "0", "0.5", "1.0", "1.5"]);
        assert_eq!(labels(&Axis::around(2100.0, 104_000.0)), ["0", "50,000", "100,000", "150,000"]);
        assert_eq!(labels(&Axis::around(0.0, 1e-5)), ["0", "2e−6", "4e−6", "6e−6", "8e−6", "1.0e−5"]);
        assert_eq!(labels(&Axis::around(9e8, 1e9)), ["9.0e8", "9.2e8", "9.4e8", "9.6e8", "9.8e8", "1.00e9"]);
        assert_eq!(labels(&Axis::steps(0.0, 300.0)), ["0", "50", "100", "150", "200", "250", "300"]);
        assert_eq!(labels(&Axis::share()), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    }

    #[test]
    fn numbers_side_by_side_have_equally_many_decimals() {
        let written = |values: &[f64]| values.iter().map(|value| alike(values)(*value)).collect::<Vec<_>>().join(" ");
        assert_eq!(written(&[0.2, 1.0, 0.8]), "0.200 1.000 0.800");
        assert_eq!(written(&[40.0, 54.25]), "40.00 54.25");
        assert_eq!(written(&[40.0, 54.0, 14.0]), "40 54 14");
        assert_eq!(written(&[3e-5, 1.5e-4]), "3.00e−5 1.50e−4");
    }

    #[test]
    fn one_value_is_in_the_middle_of_its_axis() {
        for value in [0.5, -3.0, 1e-9, 1e99, 1e9 + 1e-6] {
            let axis = Axis::around(value, value);
            assert!((0.2..=0.8).contains(&axis.place(value)), "{value}: {axis:?}");
            assert!((2..=10).contains(&axis.ticks.len()), "{value}: {axis:?}");
        }
        assert_eq!(labels(&Axis::around(0.0, 0.0)), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::steps(7.0, 7.0)), ["7", "8"]);
    }

    #[test]
    fn every_range_has_two_to_ten_ticks_and_encloses_its_values() {
        let ends = [-1e99, -7e3, -1.0, -1e-7, 0.0, 1e-99, 2.5e-4, 0.3, 0.999, 1.0, 17.0, 123_456.7, 1e12, 9.9e99];
        for (nth, low) in ends.iter().enumerate() {
            for high in &ends[nth..] {
                let axis = Axis::around(*low, *high);
                assert!((2..=10).contains(&axis.ticks.len()), "{low} {high}: {axis:?}");
                let slack = (axis.high - axis.low) * 1e-6;
                assert!(axis.low - slack <= *low && *high <= axis.high + slack, "{low} {high}: {axis:?}");
                let mut shown = labels(&axis);
                shown.dedup();
                assert_eq!(shown.len(), axis.ticks.len(), "{low} {high}: {shown:?}");
            }
        }
    }

    #[test]
    fn numbers_are_short() {
        let shown: Vec<_> = [0.0, 1.0, 0.319_34, -0.04, 12.345, 221.34, 104_000.0, 1234.56, 3e-5, 2.5e12].map(number).into();
        assert_eq!(shown, ["0", "1", "0.319", "−0.040", "12.35", "221.3", "104,000", "1,235", "3.00e−5", "2.50e12"]);
        assert_eq!([1.1, -0.1, 20.0, 0.319].map(brief), ["1.1", "−0.1", "20", "0.319"]);
        assert_eq!(["0.352", "−0.100", "0", "0.000"].map(signed), ["+0.352", "−0.100", "0", "0.000"]);
        assert_eq!([4.21, 59.97, 221.3, 8000.0].map(duration), ["4.2 s", "1 min 0 s", "3 min 41 s", "2 h 13 min"]);
        assert_eq!(duration(f64::NAN), "NaN s");
    }
}
