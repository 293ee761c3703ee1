//! Property tests of the enclosures: laws that hold for all arguments.
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use proptest::prelude::*;

use super::{Complex, Float, Interval, Precision, Undecided};

type Double = fn(f64) -> f64;
type Function = fn(&Interval, Precision) -> Result<Interval, Undecided>;

/// Real functions, each with the function of the standard library that it is compared with.
const FUNCTIONS: [(&str, Function, Double); 11] = [
    ("sqrt", Interval::sqrt, f64::sqrt),
    ("exp", Interval::exp, f64::exp),
    ("ln", Interval::ln, f64::ln),
    ("sin", Interval::sin, f64::sin),
    ("cos", Interval::cos, f64::cos),
    ("atan", Interval::atan, f64::atan),
    ("asin", Interval::asin, f64::asin),
    ("acos", Interval::acos, f64::acos),
    ("atanh", Interval::atanh, f64::atanh),
    ("asinh", Interval::asinh, f64::asinh),
    ("acosh", Interval::acosh, f64::acosh),
];

/// Rationals of all sizes, with many small ones.
fn rational() -> impl Strategy<Value = BigRational> {
    let small = (-20i64..=20, 1i64..=8).prop_map(|(n, d)| BigRational::new(n.into(), d.into()));
    let ratio = (any::<i64>(), 1i64..=i64::MAX).prop_map(|(n, d)| BigRational::new(n.into(), d.into()));
    let scaled = (any::<i32>(), -150i32..150).prop_map(|(n, e)| BigRational::from_integer(n.into()) * power_of_two(e));
    let long = (prop::collection::vec(any::<u32>(), 1..20), any::<u64>(), any::<bool>()).prop_map(|(n, d, negative)| {
        let n = BigInt::from(num_bigint::BigUint::new(n));
        BigRational::new(if negative { -n } else { n }, BigInt::from(d) + 1)
    });
    prop_oneof![small, ratio, scaled, long]
}

fn power_of_two(exponent: i32) -> BigRational {
    BigRational::from_integer(2.into()).pow(exponent)
}

/// Doubles over many orders of magnitude.
fn double() -> impl Strategy<Value = f64> {
    prop_oneof![-1.0..1.0, -40.0..40.0, (-1.0..1.0, -30i32..60).prop_map(|(m, e): (f64, i32)| m * 2f64.powi(e))]
}

fn bits() -> impl Strategy<Value = Precision> {
    (32u32..300).prop_map(Precision::new)
}

fn exact(x: f64) -> BigRational {
    BigRational::from_float(x).unwrap_or_else(BigRational::zero)
}

fn interval(x: &BigRational, precision: Precision) -> Interval {
    Interval::from_rational(x, precision).unwrap()
}

/// Intervals with endpoints of all magnitudes that are allowed, and beyond.
fn extreme() -> impl Strategy<Value = Interval> {
    let exponent = prop_oneof![-40i64..40, -9000i64..9000, -(1i64 << 33)..1 << 33];
    let float = (any::<i64>(), exponent).prop_map(|(m, e)| Float::new(m.into(), e).unwrap_or_else(|_| Float::zero()));
    let float = prop_oneof![float, (-1i64..=1).prop_map(Float::integer)].boxed();
    prop_oneof![float.clone().prop_map(Interval::point), (float.clone(), float).prop_map(|(a, b)| Interval::new(a, b))]
}

/// The interval between two rationals.
fn between(x: &BigRational, y: &BigRational, precision: Precision) -> Interval {
    interval(x, precision).hull(&interval(y, precision))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arithmetic_contains_the_exact_result(x in rational(), y in rational(), p in bits(), n in -9i32..9) {
        let (a, b) = (interval(&x, p), interval(&y, p));
        prop_assert!(a.contains_rational(&x));
        prop_assert!(a.add(&b, p).contains_rational(&(&x + &y)));
        prop_assert!(a.sub(&b, p).contains_rational(&(&x - &y)));
        prop_assert!(a.mul(&b, p).unwrap().contains_rational(&(&x * &y)));
        prop_assert!(a.square(p).unwrap().contains_rational(&(&x * &x)));
        prop_assert!(a.abs().contains_rational(&x.abs()));
        match a.div(&b, p) {
            Ok(quotient) => prop_assert!(quotient.contains_rational(&(&x / &y))),
            Err(error) => prop_assert!(y.is_zero(), "{error}"),
        }
        match a.pow_integer(i64::from(n), p) {
            Ok(power) => prop_assert!(power.contains_rational(&x.pow(n))),
            Err(error) => prop_assert!(x.is_zero() && n < 0, "{error}"),
        }
    }

    #[test]
    fn wide_factors_contain_products_of_their_members(
        (a, b, c, d) in (rational(), rational(), rational(), rational()), p in bits(), t in 0u32..=4, u in 0u32..=4,
    ) {
        let at = |a: &BigRational, b: &BigRational, t: u32| a + (b - a) * BigRational::new(t.into(), 4.into());
        let (x, y) = (at(&a, &b, t), at(&c, &d, u));
        let (left, right) = (between(&a, &b, p), between(&c, &d, p));
        prop_assert!(left.mul(&right, p).unwrap().contains_rational(&(&x * &y)));
        prop_assert!(left.sub(&right, p).contains_rational(&(&x - &y)));
        prop_assert!(left.square(p).unwrap().contains_rational(&(&x * &x)));
        prop_assert!(left.pow_integer(3, p).unwrap().contains_rational(&x.pow(3)));
        if let Ok(quotient) = left.div(&right, p) {
            prop_assert!(quotient.contains_rational(&(x / y)));
        }
    }

    #[test]
    fn complex_arithmetic_contains_the_exact_result(
        (a, b, c, d) in (rational(), rational(), rational(), rational()), p in bits(),
    ) {
        let z = Complex::new(interval(&a, p), interval(&b, p));
        let w = Complex::new(interval(&c, p), interval(&d, p));
        let holds = |z: &Complex, re: &BigRational, im: &BigRational| {
            z.re().contains_rational(re) && z.im().contains_rational(im)
        };
        let (re, im) = (&a * &c - &b * &d, &a * &d + &b * &c);
        prop_assert!(holds(&z.mul(&w, p).unwrap(), &re, &im));
        prop_assert!(holds(&z.square(p).unwrap(), &(&a * &a - &b * &b), &(&a * &b + &a * &b)));
        prop_assert!(z.pow_integer(2, p).unwrap().overlaps(&z.square(p).unwrap()));
        prop_assert!(z.pow_integer(5, p).unwrap().overlaps(&z.pow_integer(4, p).unwrap().mul(&z, p).unwrap()));
        let norm = &c * &c + &d * &d;
        if !norm.is_zero() {
            let (re, im) = ((&a * &c + &b * &d) / &norm, (&b * &c - &a * &d) / &norm);
            prop_assert!(holds(&z.div(&w, p).unwrap(), &re, &im));
        }
    }

    #[test]
    fn roots_invert_powers(x in rational(), p in bits(), n in 1u32..80) {
        let value = interval(&x, p);
        match value.root(n, p) {
            Ok(root) => prop_assert!(root.pow_integer(i64::from(n), p).unwrap().contains_rational(&x)),
            Err(error) => prop_assert!(n % 2 == 0 && x.is_negative(), "{error}"),
        }
        let z = Complex::new(value, interval(&(&x * &x), p));
        if let Ok(root) = z.root(n, p) {
            prop_assert!(root.pow_integer(i64::from(n), p).unwrap().overlaps(&z));
        }
    }

    #[test]
    fn functions_agree_with_doubles(x in double()) {
        let p = Precision::START;
        let point = interval(&exact(x), p);
        for (name, function, double) in FUNCTIONS {
            let expected = double(x);
            match function(&point, p) {
                Ok(value) => {
                    // The platform's libm may be an ulp or two off; its asinh, acosh and atanh lose more near 0 and 1.
                    let slack = if name.starts_with('a') && name.ends_with('h') { 1e-9 } else { 1e-15 };
                    if !expected.is_finite() || expected.abs() < 1e-300 { continue; }
                    let margin = exact(expected.abs() * slack);
                    let expected = exact(expected);
                    let widened = between(&(&expected - &margin), &(&expected + &margin), p);
                    prop_assert!(widened.overlaps(&value), "{name}({x}): {value:?}");
                    prop_assert!(value.accuracy() >= 61, "{name}({x}): {} bits", value.accuracy());
                }
                Err(Undecided::Domain) => prop_assert!(!expected.is_finite(), "{name}({x})"),
                Err(Undecided::TooLarge) => prop_assert!(expected.is_infinite() || expected == 0.0, "{name}({x})"),
                Err(error) => prop_assert!(false, "{name}({x}): {error}"),
            }
        }
    }

    #[test]
    fn narrower_arguments_give_narrower_results(a in double(), b in double(), s in 0.0..1.0, t in 0.0..1.0, p in bits()) {
        let within = |t: f64| exact(a) + (exact(b) - exact(a)) * exact(t);
        let outer = between(&exact(a), &exact(b), p);
        let inner = between(&within(s), &within(t), p);
        prop_assume!(outer.contains(&inner));
        let point = interval(&exact(0.375), p);
        prop_assert!(outer.mul(&outer, p).unwrap().contains(&inner.mul(&inner, p).unwrap()));
        prop_assert!(outer.add(&point, p).contains(&inner.add(&point, p)));
        for (name, function, _) in FUNCTIONS {
            if let Ok(value) = function(&outer, p) {
                let narrower = function(&inner, p);
                prop_assert!(narrower.is_ok_and(|narrower| value.contains(&narrower)), "{name}");
            }
        }
    }

    #[test]
    fn precisions_agree(x in double(), p in bits(), more in 1u32..400) {
        let better = Precision::new(p.bits() + more);
        let point = interval(&exact(x), Precision::new(64));
        for (name, function, _) in FUNCTIONS {
            match (function(&point, p), function(&point, better)) {
                (Ok(rough), Ok(fine)) => prop_assert!(rough.overlaps(&fine) && rough.contains(&fine.round(p)), "{name}"),
                (rough, fine) => prop_assert_eq!(rough, fine, "{}", name),
            }
        }
    }

    #[test]
    fn identities(x in double(), y in double(), p in bits()) {
        let point = interval(&exact(x), Precision::new(64));
        let (sin, cos) = point.sin_cos(p).unwrap();
        prop_assert!(sin.square(p).unwrap().add(&cos.square(p).unwrap(), p).contains(&Interval::one()));
        let (sin, cos) = point.atan(p).unwrap().sin_cos(p).unwrap();
        prop_assert!(sin.div(&cos, p).map_or(true, |tan| tan.contains(&point)));
        if point.is_positive() {
            prop_assert!(point.ln(p).unwrap().exp(p).unwrap().contains(&point));
            let power = point.ln(p).unwrap().scale(-1).unwrap().exp(p).unwrap();
            prop_assert!(power.overlaps(&point.sqrt(p).unwrap()));
        }
        let z = Complex::new(point.clone(), interval(&exact(y), Precision::new(64)));
        prop_assume!(!z.is_zero());
        let ln = z.ln(p).unwrap();
        prop_assert!(ln.exp(p).unwrap().contains(&z), "{ln:?}");
        prop_assert!(z.sqrt(p).unwrap().square(p).unwrap().contains(&z));
        prop_assert!(z.abs(p).unwrap().overlaps(&ln.re().exp(p).unwrap()));
        if z.magnitude() < 8 {
            let (sin, cos) = z.re().sin_cos(p).unwrap();
            let turned = Complex::new(cos, sin).mul_real(&z.im().neg().exp(p).unwrap(), p).unwrap();
            prop_assert!(turned.overlaps(&z.times_i().exp(p).unwrap()));
        }
    }

    #[test]
    fn everything_is_total(a in extreme(), b in extreme(), n in any::<i64>(), degree in any::<u32>(), p in bits()) {
        for (_, function, _) in FUNCTIONS {
            let _ = function(&a, p);
        }
        let _ = (a.add(&b, p), a.sub(&b, p), a.mul(&b, p), a.div(&b, p), a.pow_integer(n, p));
        let _ = (a.root(degree, p), a.floor(), a.ceil(), a.to_rationals(), a.scale(n), a.width(), a.accuracy());
        let _ = (a.sign(), a.abs().round(p));
        let z = Complex::new(a, b);
        let w = z.conjugate().times_i();
        let _ = (z.mul(&w, p), z.div(&w, p), z.square(p), z.pow_integer(n, p), z.abs(p), z.arg(p), z.accuracy());
        let _ = (z.sqrt(p), z.root(degree, p), z.exp(p), z.ln(p));
    }
}
