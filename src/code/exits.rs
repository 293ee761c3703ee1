//! Whether tests expect that the program exits.
//!
//! An exit of the program ends the tests, because an `except` of theirs may be there for their own runner's exit. It reaches
//! them where their text names `SystemExit` only in places that an exit cannot turn into a pass that nobody expects.

use regex::Regex;
use std::sync::LazyLock;

/// `raises(SystemExit`, `assertRaises(SystemExit`, `raises((ValueError, SystemExit)`.
static RAISES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"aises(?:Regex)?\(\s*(?:SystemExit\b|\([\w\s.,]*\bSystemExit\b[\w\s.,]*\))"));
/// What is asked of an exception that was expected: `e.type == SystemExit`, `isinstance(e.value, SystemExit)`.
static JUDGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"\.type\s*(?:==|is)\s*SystemExit\b|\.typename\s*==\s*["']SystemExit["']|errisinstance\(\s*SystemExit\s*\)"#,
        r"|(?:isinstance|assertIsInstance)\(\s*\w+\.(?:value|exception)\s*,\s*SystemExit\s*\)",
        r"|issubclass\(\s*\w+\.type\s*,\s*SystemExit\s*\)|type\(\s*\w+\.(?:value|exception)\s*\)\s*(?:==|is)\s*SystemExit\b"
    ))
});
/// `except SystemExit as error:`, `except (ValueError, SystemExit):`.
static EXCEPT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*except\s*\(?[\w\s.,]*\bSystemExit\b[\w\s.,]*\)?[\w\s]*:"));
/// A statement that does nothing but fail.
static FAILS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:assert (?:False|0)\b|raise AssertionError\b|(?:pytest\.|self\.)?fail\()"));

/// Whether the text names `SystemExit` as what `raises` or `assertRaises` expects, or in an `except` of a `try` that fails
/// where nothing is raised, and nowhere else, apart from questions about the exception.
pub(super) fn expected(test_code: &str) -> bool {
    let named = test_code.matches("SystemExit").count();
    if named == 0 {
        return false;
    }
    let expecting =
        RAISES.find_iter(test_code).map(|found| found.as_str().matches("SystemExit").count()).sum::<usize>() + excepted(test_code);
    expecting > 0 && expecting + JUDGED.find_iter(test_code).count() == named
}

/// How many `except` name it beside what fails.
fn excepted(test_code: &str) -> usize {
    let lines: Vec<&str> =
        test_code.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).collect();
    lines
        .iter()
        .enumerate()
        .filter(|(at, line)| EXCEPT.is_match(line) && fails_otherwise(&lines, *at))
        .map(|(_, line)| line.matches("SystemExit").count())
        .sum()
}

/// Whether the `try` of the `except` on this line fails if nothing is raised: by the last statement of its body, or by the
/// first of its `else`.
fn fails_otherwise(lines: &[&str], except: usize) -> bool {
    let depth = indent(lines[except]);
    let body = lines[..except]
        .iter()
        .rposition(|line| indent(line) <= depth)
        .filter(|at| lines[*at].trim_start().starts_with("try:"))
        .map(|at| &lines[at + 1..except]);
    let at_end = body.is_some_and(|body| {
        body.first()
            .zip(body.last())
            .is_some_and(|(first, last)| indent(first) == indent(last) && FAILS.is_match(last.trim_start()))
    });
    let behind = lines[except + 1..].iter().position(|line| indent(line) <= depth).map(|at| &lines[except + 1 + at..]);
    let in_else = behind.is_some_and(|rest| {
        rest[0].trim() == "else:" && rest.get(1).is_some_and(|line| indent(line) > depth && FAILS.is_match(line.trim_start()))
    });
    at_end || in_else
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn exits_that_are_waited_for_are_expected() {
        for text in [
            "with pytest.raises(SystemExit) as e:\n    f(1)\nassert e.type == SystemExit\nassert e.value.code == 2",
            "with pytest.raises((ValueError, SystemExit)):\n    f(1)",
            "with self.assertRaisesRegex(SystemExit, '2'):\n    f(1)",
            "try:\n    f(-1)\n    assert False, 'no exit'\nexcept SystemExit as error:\n    assert error.code == 2",
            "try:\n    f(-1)\nexcept SystemExit:\n    pass\nelse:\n    pytest.fail('no exit')",
        ] {
            assert!(expected(text), "{text}");
        }
    }

    #[test]
    fn exits_that_would_be_swallowed_are_not() {
        for text in [
            "assert f(1) == 2",
            "try:\n    check(f)\nexcept SystemExit:\n    pass",
            "with pytest.raises(SystemExit):\n    f(1)\ntry:\n    check(f)\nexcept SystemExit:\n    pass",
            "try:\n    if f(1) != 2:\n        assert False\nexcept SystemExit:\n    pass",
            "with contextlib.suppress(SystemExit):\n    check(f)",
            "ENDS = (SystemExit,)\ntry:\n    check(f)\nexcept ENDS:\n    pass",
            "try:\n    check(f)\nexcept BaseException as e:\n    assert isinstance(e, SystemExit)",
        ] {
            assert!(!expected(text), "{text}");
        }
    }
}
