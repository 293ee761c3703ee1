//! Which builtin test code calls as the function under test.
//!
//! Accepts: test code, as text; `asserted.py` reads it in an instance of its own, without running it. Gives nothing for
//! text that is no Python. The program has no part in it.

use super::engine::Guest;
use super::limits::Limits;
use super::program::Program;
use super::tests_spec::Asserts;
use super::value::Value;

/// Reads test code; runs in an instance.
pub(super) const READER: &str = include_str!("asserted.py");
/// Most parts of what the reader returns: names and constants of one text.
pub(super) const MOST_PARTS: usize = 100_000;

/// The builtin that the assertions call as the function under test, and the fuel that was spent on reading them. `None`
/// if the row names the program's functions, or the tests call anything else that could be the program's: then every
/// builtin is Python's own, so that no program can replace what judges its results.
pub(super) fn own_builtin(guest: &Guest, tests: &Asserts, limits: Limits) -> (Option<String>, u64) {
    if tests.entry.is_some() || !tests.names.is_empty() || !calls_only_builtins(&tests.prelude, &tests.test_code) {
        return (None, 0);
    }
    match ask(guest, "own_builtin", vec![Value::str(&tests.prelude), Value::str(&tests.test_code)], limits) {
        (Some(Value::Str(name)), fuel) => (Some(name).filter(|name| !name.is_empty()), fuel),
        (_, fuel) => (None, fuel),
    }
}

fn ask(guest: &Guest, function: &str, args: Vec<Value>, limits: Limits) -> (Option<Value>, u64) {
    let Ok(mut reader) = Program::new(guest, READER, limits) else { return (None, 0) };
    let found = reader.load(READER).and_then(|()| reader.call(function, args, Vec::new(), MOST_PARTS));
    (found.ok().flatten(), reader.instance.fuel)
}

/// Whether a text may call nothing but builtins and what it defines itself: a quick look at its words, since almost all
/// tests call something else. `asserted.py` decides.
fn calls_only_builtins(prelude: &str, tests: &str) -> bool {
    let (mut defined, mut called) = (Vec::new(), Vec::new());
    for (text, is_tests) in [(prelude, false), (tests, true)] {
        let mut before = "";
        words(text, |word, after_dot, is_called| {
            if is_called && is_tests && !after_dot && !matches!(before, "def" | "class") {
                called.push(word);
            }
            if matches!(before, "def" | "class" | "import" | "as") {
                defined.push(word);
            }
            before = word;
        });
    }
    let is_known = |word: &&str| KEYWORDS.contains(word) || BUILTINS.contains(word) || defined.contains(word);
    called.iter().any(|word| BUILTINS.contains(word)) && called.iter().all(is_known)
}

/// Calls `each` with every word outside of strings and comments, whether a dot is before it, and whether a parenthesis
/// follows.
fn words<'t>(text: &'t str, mut each: impl FnMut(&'t str, bool, bool)) {
    let mut rest = text;
    let mut after_dot = false;
    while let Some(first) = rest.chars().next() {
        if first == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if first == '"' || first == '\'' {
            rest = after_string(rest, first);
        } else if first == '_' || first.is_alphabetic() {
            let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            each(word, after_dot, after.trim_start_matches([' ', '\t']).starts_with('('));
            (rest, after_dot) = (after, false);
            continue;
        } else {
            rest = &rest[first.len_utf8()..];
        }
        if !matches!(first, ' ' | '\t') {
            after_dot = first == '.';
        }
    }
}

fn after_string(text: &str, quote: char) -> &str {
    let triple = [quote; 3].iter().collect::<String>();
    let (mark, inner) = match text.strip_prefix(triple.as_str()) {
        Some(inner) => (triple.as_str(), inner),
        None => (&triple[..1], &text[1..]),
    };
    let mut at = 0;
    while let Some(next) = inner[at..].chars().next() {
        if inner[at..].starts_with(mark) {
            return &inner[at + mark.len()..];
        }
        at += next.len_utf8();
        if next == '\\' {
            at += inner[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    ""
}

/// Words before a parenthesis that are no names.
const KEYWORDS: [&str; 15] =
    ["and", "assert", "await", "elif", "else", "for", "if", "in", "is", "lambda", "not", "or", "return", "while", "yield"];
/// Functions and classes of Python that need no import, without exceptions.
const BUILTINS: [&str; 55] = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "complex",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hash",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn own(test_code: &str) -> Option<String> {
        let guest = Guest::python().expect("the sandbox runs");
        let tests = Asserts {
            test_code: test_code.to_owned(),
            prelude: String::new(),
            entry: None,
            names: Vec::new(),
            handle_equality: false,
        };
        own_builtin(&guest, &tests, Limits::default()).0
    }

    #[test]
    fn a_builtin_is_the_function_under_test_where_nothing_else_is_called() {
        for (text, name) in [
            ("assert sum(10, 15) == 25", "sum"),
            ("assert max([1, 2]) == 2\nassert max([3]) == 3", "max"),
            ("assert sorted([2, 1]) == [1, 2]", "sorted"),
            ("assert len('a(b)') == 4  # f(x)", "len"),
            ("assert list(zip([1], [2])) == [(1, 2)]", "zip"),
            ("assert abs(pow(2, 3) - 8) < 1e-9", "pow"),
            ("import math\nassert math.isclose(pow(2, 3), 8)", "pow"),
            ("assert isinstance(len('a'), int)", "len"),
            ("def test_sum():\n    assert sum(range(3)) == 3", "sum"),
            ("import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(sum(1, 2), 3)", "sum"),
        ] {
            assert_eq!(own(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn a_builtin_is_pythons_where_something_else_could_be_under_test() {
        for text in [
            "assert sorted(f(3)) == [1]",
            "assert sum(10, 15) == 25\nassert f(1) == 1",
            "assert abs(round(2.5) - 2) < 1",
            "assert len(sorted([1])) == 1",
            "assert max(sorted([1, 2])) == 2",
            "assert sum([1]) == max([1])",
            "def check(candidate):\n    assert sorted(candidate(1)) == [1]",
            "f = solve\nassert len(f('a')) == 1",
            "from solution import f\nassert len(f('a')) == 1",
            "import solution\nassert len(solution.f('a')) == 1",
            "from solution import *\nassert len('a') == 1",
            "assert len(eval('f(1)')) == 1",
            "print('a')\nassert True",
            "sum = len\nassert sum('a') == 1",
            "assert True",
            "assert len(",
        ] {
            assert_eq!(own(text), None, "{text}");
        }
    }
}
