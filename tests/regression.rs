//! One test for each fixed fault.
#![cfg(feature = "math")]

use r1rewards::math::{Math, Policy};

fn equal(gold: &str, answer: &str) -> bool {
    Math::new(Policy { extract: r1rewards::math::Extract::Whole, ..Policy::strict() })
        .verify(&[gold.to_owned()], answer)
        .is_correct()
}

/// Digits, a currency sign and a letter of two bytes where the scan expected a group of three digits: it cut the letter
/// in half.
#[test]
fn a_letter_of_two_bytes_behind_a_number_does_not_panic() {
    for text in ["220 $ à payer", "Il reste 220 é", "1 \u{e0}\u{e0}", "12 34é", "7 \u{1d7d9}"] {
        Math::lenient().verify(&["220".to_owned()], text);
    }
}

/// The entries of a row were read as one product, so that (6 8) was equal to (48).
#[test]
fn entries_of_a_matrix_row_do_not_multiply() {
    let row = |cells: &str| format!("\\begin{{pmatrix}} {cells} \\end{{pmatrix}}");
    assert!(!equal(&row("6 & 8"), &row("48")));
    assert!(!equal(&row("2 & 12"), &row("4 & 6")));
    assert!(equal(&row("6 & 8"), &row("6 & 16/2")));
}

/// cos 18° goes through roots of unity, whose imaginary parts cancel only in value: its decimal was refused under every
/// policy.
#[test]
fn a_real_number_written_with_roots_of_unity_has_decimals() {
    let lenient = Math::new(Policy { extract: r1rewards::math::Extract::Whole, ..Policy::lenient() });
    assert!(lenient.verify(&["\\cos^{10}(\\frac{\\pi}{10})".to_owned()], "0.6054").is_correct());
    assert!(!lenient.verify(&["\\cos^{10}(\\frac{\\pi}{10})".to_owned()], "0.6055").is_correct());
}

/// |x| < 3 was read as (−∞, 3).
#[test]
fn a_bound_on_an_absolute_value_is_a_symmetric_interval() {
    let lenient = Math::new(Policy { extract: r1rewards::math::Extract::Whole, ..Policy::lenient() });
    assert!(lenient.verify(&["(-3, 3)".to_owned()], "|x| < 3").is_correct());
    assert!(!lenient.verify(&["(-\\infty, 3)".to_owned()], "|x| < 3").is_correct());
    assert!(lenient.verify(&["(-\\infty, -1] \\cup [1, \\infty)".to_owned()], "|x| \\ge 1").is_correct());
}

/// The greatest common divisor of a long integer and 1 took the square of its length: 87 ms for this answer.
#[test]
fn a_power_of_a_factorial_is_within_the_work_allowed() {
    assert!(equal("(101!)^{100}", "(101!)^{100}"));
    assert!(!equal("(101!)^{100}", "(101!)^{99}"));
}

/// A number before a fraction in brackets was read as a mixed number.
#[test]
fn a_number_before_a_fraction_in_brackets_is_a_product() {
    assert!(equal("\\frac{3}{2}", "3\\left(\\frac{1}{2}\\right)"));
    assert!(!equal("\\frac{7}{2}", "3\\left(\\frac{1}{2}\\right)"));
    assert!(equal("\\frac{7}{2}", "3\\frac{1}{2}"));
    assert!(equal("0", "(0)(\\frac{1}{2})"));
}

/// Found by fuzzing: a bare reference was cut to the text after its "answer is", but the answer was not.
#[test]
fn a_bare_reference_in_words_equals_itself() {
    assert!(equal("The answer is 29", "The answer is 29"));
}

/// Found by fuzzing: for `\\boxed x` at the end of a response, the slice ended after the end of the text.
#[test]
fn a_box_without_braces_at_the_end_does_not_panic() {
    for text in ["The answer could be \\boxed b4ed{53}.", "\\boxed 42", "\\boxed é", "\\boxed 4é"] {
        Math::lenient().verify(&["42".to_owned()], text);
    }
    assert!(Math::strict().verify(&["42".to_owned()], "\\boxed 42").is_correct());
}

/// Found by fuzzing: boxes without braces lost their last character if several make a list, and for an empty one the
/// slice ended before its start.
#[test]
fn boxes_without_braces_keep_all_their_characters_in_a_list() {
    let math = Math::new("math_verify".parse::<Policy>().expect("a policy"));
    let response = "\\boxed 41 $\\boxed 42$";
    assert!(math.verify(&["41, 42".to_owned()], response).is_correct());
    assert!(!math.verify(&["4, 4".to_owned()], response).is_correct());
    math.verify(&["42".to_owned()], "ss $\\boxed $\\boxed{\\fracyThe answe7}");
}

/// Each percent sign took an inverse modulo a prime: 17 ms for an answer with 4,096 of them.
#[test]
fn percent_signs_are_not_inverted_one_by_one() {
    let many = format!("1{}", "%".repeat(4_096));
    assert!(equal("0.0001", "1%%"));
    assert!(!equal(&many, &format!("{many}+1")));
}

/// Sums of long fractions were not charged to the budget, so a power of a cosine took 22 ms. Denominators that are
/// powers of two need no division.
#[test]
fn a_power_of_a_cosine_keeps_its_value() {
    assert!(equal("\\frac{3+4\\cos(2x)+\\cos(4x)}{8}", "\\cos^4(x)"));
    assert!(equal("\\cos^{24}(x)", "(1-\\sin^2(x))^{12}"));
    assert!(!equal("\\cos^{24}(x)", "(1-\\sin^2(x))^{12}+1"));
}

/// A formula that contains a word has no value to compare: alone it was equal to itself, but not as an element of a set
/// or a union.
#[test]
fn an_element_that_no_rule_can_compare_is_equal_to_itself() {
    for text in ["e\\cup \u{e9}\u{b2}\\sqrt{3}", "\\{1, \u{e9}\u{b2}\\}", "(1, \u{e9}\u{b2})"] {
        assert!(equal(text, text), "{text}");
    }
    assert!(!equal("\\{1, \u{e9}\u{b2}\\}", "\\{1, \u{e8}\u{b2}\\}"));
    assert!(!equal("\\{1, \u{e9}\u{b2}\\}", "\\{2, \u{e9}\u{b2}\\}"));
}

/// The box of the reference was removed and that of the answer was not; the remaining braces made notation differ from
/// itself.
#[test]
fn notation_in_a_box_is_equal_to_itself() {
    assert!(equal(r"\boxed{\boxed{}e}", r"\boxed{\boxed{}e}"));
    assert!(!equal(r"\boxed{\boxed{}e}", r"\boxed{\boxed{}f}"));
}

/// A reference in a box was read without the box, but a bare answer that is written alike could not be read as a whole
/// and was incorrect.
#[test]
fn a_text_that_marks_its_answer_is_equal_to_itself_as_a_bare_answer() {
    for text in [r"\boxed{\sqrt{3}}(", r"\boxed{1} )", r"so \boxed{5}, which is {"] {
        assert!(equal(text, text), "{text}");
        assert!(equal(text, &format!(" {text}\n")), "{text}");
    }
    assert!(!equal(r"\boxed{\sqrt{3}}(", r"\boxed{\sqrt{3}}["));
    assert!(!equal(r"\boxed{\sqrt{3}}(", r"\boxed{\sqrt{2}}("));
}

/// Sixteen long boxes that differ by a space were read one by one, 3 ms each.
#[test]
fn long_boxes_share_what_one_answer_may_take() {
    let boxed = |place: usize| format!("\\boxed{{{} {}}}", "A".repeat(place), "A".repeat(5_900 - place));
    let text = (1..=16).map(|place| boxed(place * 100)).collect::<Vec<_>>().join(" ");
    let outcome = Math::strict().verify(&["4".to_owned()], &text);
    assert_eq!(outcome.reason, r1rewards::Reason::Hedged);
    assert!(outcome.cost.work < 12_000, "{}", outcome.cost.work);
    // Short boxes are read.
    let text = (1..=16).map(|zeros| format!("\\boxed{{4.{}}}", "0".repeat(zeros))).collect::<Vec<_>>().join(" ");
    assert!(Math::strict().verify(&["4".to_owned()], &text).is_correct());
}

/// An option with a megabyte of text was accepted, and its text was read several times.
#[test]
fn an_option_with_a_very_long_text_is_not_read() {
    let verdict = |times: usize| {
        let text = format!("\\boxed{{C: {}}}", "the middle ".repeat(times));
        Math::strict().verify(&["C".to_owned()], &text).is_correct()
    };
    assert!(verdict(20));
    assert!(!verdict(100_000));
}

/// Spacing behind the ending of an ordinal hid that it is one.
#[test]
fn an_ordinal_with_spacing_behind_its_ending_is_one() {
    let outcome = Math::strict().verify(&["\\$3".to_owned()], "\\boxed{3^{rd}\\!}");
    assert_eq!(outcome.reason, r1rewards::Reason::WrongKind);
    assert!(Math::strict().verify(&["\\$3".to_owned()], "\\boxed{\\$3\\!}").is_correct());
}

/// Found by fuzzing: the letter in front of a box was read as an option with its text, although the box is the answer.
#[test]
fn a_text_with_a_box_is_no_option() {
    for text in [r"B. so it is \boxed{8}", r"(B) \fbox{8}", r"B. … \boxed{8};;\"] {
        assert!(!equal("B", text) && !equal(text, "B"), "{text}");
    }
    assert!(equal("B", "B. eight boxes") && equal("B", "(B) 8"));
}

/// A long box was read again for every sentence behind it: a megabyte took 47 seconds.
#[test]
fn a_long_box_is_not_read_again_for_every_sentence_behind_it() {
    let text = format!("\\boxed{{{}}}. {}", "x+1".repeat(300_000), "No 1. ".repeat(2_600));
    assert!(!Math::strict().verify(&["7".to_owned()], &text).is_correct());
    assert!(Math::strict().verify(&["7".to_owned()], "\\boxed{7}. No 8 is needed: 3+4 = 7.").is_correct());
}
