//! Tests against known values: constants as tabulated in the OEIS (A000796, A001113, A002162, A060295), the others
//! computed once with mpmath 1.3.0 at 1400 digits. Sixty digits each, truncated and not rounded.
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, pow};

use super::{Complex, Float, Interval, Precision, Undecided};

type Checked = Result<Interval, Undecided>;

/// `numerator / denominator` at the precision.
fn ratio(numerator: i64, denominator: i64, precision: Precision) -> Interval {
    Interval::from_rational(&BigRational::new(numerator.into(), denominator.into()), precision).unwrap()
}

/// `10^exponent` at the precision.
fn ten(exponent: i64, precision: Precision) -> Interval {
    Interval::from_i64(10).pow_integer(exponent, precision).unwrap()
}

/// The interval between truncated digits `d.ddd...e±x` and their successor.
fn known(digits: &str) -> (BigRational, BigRational) {
    let (mantissa, exponent) = digits.split_once('e').unwrap();
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let places = i64::try_from(mantissa.len()).unwrap() - 2 - exponent.parse::<i64>().unwrap();
    let integer: BigInt = mantissa.replace('.', "").parse().unwrap();
    let unit = BigRational::from_integer(pow(BigInt::from(10), usize::try_from(places.abs()).unwrap()));
    let unit = if places < 0 { unit } else { BigRational::one() / unit };
    let near: BigRational = &unit * &integer;
    let far: BigRational = unit * (integer + 1i32);
    if negative { (-far, -near) } else { (near, far) }
}

/// Checks that the enclosures at several precisions meet the known digits and are as narrow as they should be.
#[track_caller]
fn agrees(digits: &str, function: impl Fn(Precision) -> Checked) {
    let (low, high) = known(digits);
    for bits in [32, 53, 64, 100, 128, 190, 256, 777] {
        let value = function(Precision::new(bits)).unwrap();
        let (lower, upper) = value.to_rationals().unwrap();
        assert!(lower <= high && low <= upper, "{bits} bits: {value:?}");
        assert!(value.accuracy() >= i64::from(bits) - 3, "{bits} bits: accuracy {}", value.accuracy());
    }
}

#[test]
fn constants() {
    agrees("3.14159265358979323846264338327950288419716939937510582097494e0", |p| Ok(Interval::pi(p)));
    agrees("2.71828182845904523536028747135266249775724709369995957496696e0", |p| Interval::one().exp(p));
    agrees("6.93147180559945309417232121458176568075500134360255254120680e-1", |p| Ok(Interval::ln_2(p)));
}

#[test]
fn exponentials() {
    agrees("2.62537412640768743999999999999250072597198185688879353856337e17", |p| {
        let wide = Precision::new(p.bits() + 40);
        Ok(Interval::pi(wide).mul(&Interval::from_i64(163).sqrt(wide)?, wide)?.exp(wide)?.round(p))
    });
    agrees("9.07676636045992777282734380734463301546791598719489026261125e-63", |p| {
        Ok(ratio(-1000, 7, Precision::new(p.bits() + 40)).exp(p)?.round(p))
    });
    agrees("1.09861228866810969139524523692252570464749055782274945173469e0", |p| Interval::from_i64(3).ln(p));
    agrees("9.99999999999999999995000000000000000000033333333333333333333e-21", |p| {
        let wide = Precision::new(p.bits() + 80);
        Interval::one().add(&ten(-20, wide), wide).ln(p)
    });
    agrees("-2.30258509299404568401799145468436420760110148862877297603332e3", |p| ten(-1000, Precision::new(p.bits() + 9)).ln(p));
    agrees("1.38949549437313763712998521735301162211304671449100020494562e0", |p| Interval::from_i64(10).root(7, p));
    agrees("1.41421356237309504880168872420969807856967187537694807317667e0", |p| Interval::from_i64(2).sqrt(p));
}

#[test]
fn trigonometry() {
    let power = |n, p: Precision| ten(n, Precision::new(p.bits() + 100));
    agrees("-8.52200849767188801772705893753029368261762150410043656256509e-1", |p| power(22, p).sin(p));
    agrees("5.23214785395138945497594473384709492140919972439387953527211e-1", |p| power(22, p).cos(p));
    agrees("-9.01169019121380580303864289529873302743963329930434498854606e-2", |p| power(30, p).sin(p));
    agrees("9.72552084836676957484769874207041015564963942438697892922609e-1", |p| Interval::one().scale(4000)?.sin(p));
    agrees("-3.01443533594884492143302800086500995902558070663246491057898e-5", |p| Interval::from_i64(355).sin(p));
    agrees("-7.49725818532558711290507183189124866341726794378526316157122e6", |p| {
        let wide = Precision::new(p.bits() + 40);
        let (sin, cos) = ratio(355, 226, wide).sin_cos(wide)?;
        sin.div(&cos, p)
    });
    agrees("4.42569798805078574835502472394157322572735900010231408609454e-3", |p| Interval::from_i64(11).cos(p));
}

#[test]
fn inverse_trigonometry() {
    let wide = |p: Precision| Precision::new(p.bits() + 70);
    agrees("4.63647609000806116214256231461214402028537054286120263810933e-1", |p| ratio(1, 2, p).atan(p));
    agrees("1.57079632669489661923132169164008477543191803302088424382080e0", |p| ten(10, wide(p)).atan(p));
    agrees("9.99999999999999999999999999999999999999999999999999999999999e-31", |p| ten(-30, wide(p)).atan(p));
    agrees("3.39836909454121937096392513391764066388244690332458071431923e-1", |p| ratio(1, 3, wide(p)).asin(p));
    agrees("2.69056584179353080591799874748515105799374688609085579286315e0", |p| ratio(-9, 10, wide(p)).acos(p));
    agrees("4.47213595499957976549634358742758572495933774990766214847774e-8", |p| {
        Interval::one().sub(&ten(-15, wide(p)), wide(p)).acos(p)
    });
}

#[test]
fn inverse_hyperbolics() {
    let wide = |p: Precision| Precision::new(p.bits() + 70);
    agrees("9.99999833333408333288690506572398262778896762002256268879601e-4", |p| ratio(1, 1000, wide(p)).asinh(p));
    agrees("-2.31243834127275262025356234136441438365824507264655923716722e0", |p| Interval::from_i64(-5).asinh(p));
    agrees("1.41421356237297719767149099280546889899696141548108605171775e-6", |p| {
        Interval::one().add(&ten(-12, wide(p)), wide(p)).acosh(p)
    });
    agrees("1.47221948958322023000451371594392676861868963064956440926898e0", |p| ratio(9, 10, wide(p)).atanh(p));
}

/// Checks that both parts of a complex function agree with known digits.
#[track_caller]
fn agrees_complex(re: &str, im: &str, function: impl Fn(Precision) -> Result<Complex, Undecided>) {
    agrees(re, |p| Ok(function(Precision::new(p.bits() + 16))?.re().round(p)));
    agrees(im, |p| Ok(function(Precision::new(p.bits() + 16))?.im().round(p)));
}

fn gaussian(re: i64, im: i64) -> Complex {
    Complex::new(Interval::from_i64(re), Interval::from_i64(im))
}

#[test]
fn complex_functions() {
    agrees_complex(
        "9.99999999999999999999999999999999999999999999999999999999999e-1",
        "1.73205080756887729352744634150587236694280525381038062805580e0",
        |p| gaussian(-8, 0).root(3, p),
    );
    agrees_complex(
        "1.09734381877239914119733780524222490135616301413997498795717e0",
        "2.05040568098071557450953142904805834999663006117679654545408e0",
        |p| Complex::new(Interval::from_i64(-3), ratio(9, 2, p)).sqrt(p),
    );
    agrees_complex(
        "2.88675134594812882254574390250978727823800474697376500769186e-21",
        "-1.73205080756887729352744634150587236694280765943650225149649e0",
        |p| Complex::new(Interval::from_i64(-3), ten(-20, p).neg()).sqrt(p),
    );
    agrees_complex(
        "1.28247467873076836802674372078265930240263397238010355820952e0",
        "-2.15879893034246417047693277226483686970029194574347726421351e0",
        |p| gaussian(-2, -3).ln(p),
    );
    agrees_complex(
        "2.34402572087690739596176650717765778508772662313519397293990e0",
        "-1.37644452078467181716141430819063326330480690357852221652598e0",
        |p| gaussian(1, 100).exp(p),
    );
    agrees_complex(
        "9.54957147571794472162217774858509400193541627792111326812052e-1",
        "-4.86574969864436164729656829662151221690310914480858984674189e-1",
        |p| gaussian(-1, -1).root(5, p),
    );
}

#[test]
fn cuts_and_exact_points() {
    let p = Precision::START;
    let wobble = Interval::new(Float::integer(-1), Float::one()).scale(-50).unwrap();
    let minus = Interval::from_i64(-4);
    // Exactly on the cut: it belongs to the upper side.
    let exact = Complex::from(minus.clone());
    assert_eq!(exact.sqrt(p).unwrap(), Complex::new(Interval::zero(), Interval::from_i64(2)));
    assert!(exact.arg(p).unwrap().overlaps(&Interval::pi(p)));
    assert_eq!(Complex::i().square(p).unwrap(), Complex::from(Interval::from_i64(-1)));
    // Not certainly on one side of the cut.
    let vague = Complex::new(minus.clone(), wobble.clone());
    assert_eq!(vague.sqrt(p), Err(Undecided::BranchCut));
    assert_eq!(vague.ln(p), Err(Undecided::BranchCut));
    assert_eq!(vague.arg(p), Err(Undecided::BranchCut));
    assert_eq!(vague.root(3, p), Err(Undecided::BranchCut));
    assert_eq!(Complex::zero().ln(p), Err(Undecided::Domain));
    assert_eq!(Complex::zero().arg(p), Err(Undecided::Domain));
    assert_eq!(Complex::from(wobble.clone()).arg(p), Err(Undecided::BranchCut));
    // A real number of unknown sign has a square root that is real or imaginary.
    let root = Complex::from(wobble).sqrt(p).unwrap();
    assert!(root.contains(&Complex::zero()) && root.accuracy() <= 0);
    // The part of the plane right of the imaginary axis has no cut, and negative numbers have exact odd roots.
    assert!(Complex::new(minus.neg(), Interval::new(Float::integer(-1), Float::one())).ln(p).is_ok());
    assert_eq!(Interval::from_i64(-27).root(3, p).unwrap(), Interval::from_i64(-3));
}

#[test]
fn refusals() {
    let p = Precision::START;
    let zero = Interval::zero();
    assert_eq!(Interval::one().div(&zero, p), Err(Undecided::DivisionByZero));
    assert_eq!(zero.pow_integer(-1, p), Err(Undecided::DivisionByZero));
    assert_eq!(zero.ln(p), Err(Undecided::Domain));
    assert_eq!(Interval::from_i64(-1).sqrt(p), Err(Undecided::Domain));
    assert_eq!(Interval::from_i64(2).asin(p), Err(Undecided::Domain));
    assert_eq!(Interval::from_i64(-2).acos(p), Err(Undecided::Domain));
    assert_eq!(zero.acosh(p), Err(Undecided::Domain));
    assert_eq!(Interval::one().atanh(p), Err(Undecided::Domain));
    assert_eq!(Interval::pi(p).sub(&Interval::pi(p), p).floor(), Err(Undecided::TooWide));
    assert_eq!(Interval::pi(p).ceil(), Ok(BigInt::from(4)));
    assert_eq!(Interval::pi(p).neg().floor(), Ok(BigInt::from(-4)));
}

#[test]
fn too_large() {
    let p = Precision::START;
    let large = [
        ten(20, p).exp(p),
        ten(20, p).neg().exp(p),
        Interval::one().scale(100_000).unwrap().sin(p),
        Interval::from_i64(10).pow_integer(-10_000_000_000, p),
        Interval::from_i64(10).pow_integer(10_000_000_000, p),
    ];
    for result in large {
        assert_eq!(result, Err(Undecided::TooLarge));
    }
    let huge = Interval::from_i64(10).pow_integer(1_000_000_000, p).unwrap();
    assert_eq!(huge.to_rationals(), Err(Undecided::TooLarge));
    assert_eq!(huge.scale(i64::MIN), Err(Undecided::TooLarge));
    assert_eq!(huge.floor(), Err(Undecided::TooLarge));
    // A sum of numbers of very different size has the requested precision.
    let sum = huge.add(&huge.recip(p).unwrap(), p);
    assert!(sum.contains(&huge) && sum.accuracy() > 60);
}
