//! Reads the `tests` of a row.
//!
//! Accepts: `{"kind": "stdio" | "call" | "asserts", ...}` with the fields below, and the forms of data sets (`forms/`),
//! which are converted to it. Refuses, as `unscored` because no completion caused it: what `fields.rs` refuses, blank test
//! code, and fields that contradict each other. The limits on the size of values are in `sendable.rs`.
//!
//! | kind | fields | a test |
//! |---|---|---|
//! | `stdio` | `tests`, `compare`, `tolerance`, `ignore_case`, `checker` | `input`, `output`, `also`, `timeout` |
//! | `call` | `tests`, `entry`, `tolerance`, `list_is_tuple`, `integer_keys`, `prelude`, `argument_types`, `result_type`, `in_place`, `checker` | `args`, `kwargs`, `expected`, `also`, `timeout` |
//! | `asserts` | `test_code`, `entry`, `names`, `prelude`, `handle_equality` | |
//!
//! All kinds take `language` and `timeout` (seconds, converted to fuel; the reward's own limit is the maximum).

use serde_json::Value as Json;

use super::bad_tests::{BadTests, Read, bad};
use super::compare::Compare;
use super::equality::Equality;
use super::fields::Fields;
use super::forms;
use super::nodes::Shape;
use super::value::Value;
use crate::Reason;

/// The tests of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tests {
    /// Their kind and content.
    pub kind: TestKind,
    /// Fuel of one request, if the row sets it.
    pub fuel: Option<u64>,
}

/// The three kinds of tests.
#[derive(Debug, Clone, PartialEq)]
pub enum TestKind {
    /// Input on stdin, output on stdout.
    Stdio {
        /// The cases.
        cases: Vec<StdioCase>,
        /// How the row compares output, if it sets it.
        compare: Option<Compare>,
        /// Whether the letters A to Z equal a to z.
        ignore_case: bool,
        /// A program that says whether an output is right.
        checker: Option<String>,
    },
    /// Calls of one function.
    Call {
        /// `f`, or `Class.method`.
        entry: String,
        /// The cases.
        cases: Vec<CallCase>,
        /// When a result equals the expected value.
        equality: Equality,
        /// How the function is called.
        calling: Box<Calling>,
    },
    /// Test code that runs in a separate instance.
    Asserts(Asserts),
}

/// One run of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct StdioCase {
    /// What it reads.
    pub input: String,
    /// What it must write.
    pub output: String,
    /// Other outputs that also count as right.
    pub also: Vec<String>,
    /// Fuel of this run, if the row sets it.
    pub fuel: Option<u64>,
}

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallCase {
    /// Positional arguments.
    pub args: Vec<Value>,
    /// Keyword arguments.
    pub kwargs: Vec<(Value, Value)>,
    /// What it must return.
    pub expected: Value,
    /// Other values that also count as right.
    pub also: Vec<Value>,
    /// Fuel of this call, if the row sets it.
    pub fuel: Option<u64>,
}

/// How a function is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calling {
    /// Code that runs before the program, in its instance.
    pub prelude: String,
    /// The shapes of the arguments; those behind them are plain.
    pub arguments: Vec<Shape>,
    /// The shape of the result.
    pub result: Option<Shape>,
    /// The argument that is compared after the call, in place of the result.
    pub in_place: Option<usize>,
    /// A program that says whether a result is right.
    pub checker: Option<String>,
}

impl Calling {
    /// Whether a plain call suffices.
    pub(super) fn is_plain(&self) -> bool {
        self.in_place.is_none() && self.result.is_none() && self.arguments.is_empty()
    }
}

/// Test code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserts {
    /// The tests.
    pub test_code: String,
    /// Code that runs before them, in the same instance.
    pub prelude: String,
    /// The function under test; `check(entry)` is called if the tests define `check`.
    pub entry: Option<String>,
    /// Names that the program defines besides `entry`. If neither is given: the names that the tests use and that
    /// neither they nor Python define.
    pub names: Vec<String>,
    /// Whether the program evaluates `==` between two of its own objects.
    pub handle_equality: bool,
}

/// Names of the language that the sandbox runs.
const LANGUAGES: [&str; 3] = ["python", "python3", "py"];

impl Tests {
    /// Reads a row's `tests`: our own form, or one of the [known](forms) ones.
    ///
    /// # Errors
    /// [`BadTests`], which says what is wrong.
    ///
    /// ```
    /// use r1rewards::code::Tests;
    /// let error = Tests::read(&serde_json::json!({"kind": "stdio", "tests": []})).unwrap_err();
    /// assert_eq!((error.reason.code(), error.detail.as_str()), ("bad_tests", "`tests.tests` is empty: give at least one test"));
    /// ```
    pub fn read(json: &Json) -> Read<Tests> {
        let json = forms::tests(json)?;
        let fields = Fields::of(&json, "tests")?;
        let language = fields.text("language")?.unwrap_or(LANGUAGES[0]);
        if !LANGUAGES.contains(&language) {
            let detail = format!("`tests.language` is `{language}`: this build runs {}", LANGUAGES[0]);
            return Err(BadTests { reason: Reason::UnsupportedLanguage, detail });
        }
        let kind = match fields.required_text("kind")? {
            "stdio" => stdio(&fields)?,
            "call" => call(&fields)?,
            "asserts" => asserts(&fields)?,
            other => return Err(bad(format!("`tests.kind` is `{other}`: use stdio, call or asserts"))),
        };
        Ok(Tests { kind, fuel: fields.fuel()? })
    }

    /// The most fuel that all tests can spend together, if one request may spend `limit` or what the row sets,
    /// whichever is less.
    pub(super) fn most_fuel(&self, limit: u64) -> u64 {
        let limit = self.fuel.map_or(limit, |fuel| fuel.min(limit));
        let sum = |fuels: &mut dyn Iterator<Item = Option<u64>>| {
            fuels.map(|fuel| fuel.map_or(limit, |fuel| fuel.min(limit))).fold(0, u64::saturating_add)
        };
        let checks = |checker: &Option<String>, cases: usize| {
            if checker.is_some() { limit.saturating_mul(8).saturating_mul(cases as u64) } else { 0 }
        };
        match &self.kind {
            // A checker is asked twice, and loaded each time.
            TestKind::Stdio { cases, checker, .. } => {
                sum(&mut cases.iter().map(|case| case.fuel)).saturating_add(checks(checker, cases.len()))
            }
            // Each case may have to load the prelude and the program again.
            TestKind::Call { cases, calling, .. } => {
                sum(&mut cases.iter().map(|case| case.fuel)).saturating_mul(3).saturating_add(checks(&calling.checker, cases.len()))
            }
            // One limit for the program (loading and all calls), one for the tests, and one as a margin.
            TestKind::Asserts(_) => limit.saturating_mul(3),
        }
    }
}

fn stdio(fields: &Fields<'_>) -> Read<TestKind> {
    fields.only(&["tests", "compare", "tolerance", "ignore_case", "checker"])?;
    let mut compare = match fields.text("compare")? {
        None => None,
        Some(name) => {
            let known = |_| bad(format!("`tests.compare` is `{name}`: use one of {}", Compare::NAMES.join(", ")));
            Some(name.parse().map_err(known)?)
        }
    };
    if let Some(tolerance) = fields.tolerance()? {
        compare = Some(Compare::Floats(tolerance));
    }
    let checker = fields.text("checker")?.map(str::to_owned);
    let cases = fields.cases(|case| {
        case.only(&["input", "output", "also"])?;
        let input = case.text("input")?.unwrap_or_default().to_owned();
        // A checker may know without an answer.
        let output = if checker.is_some() { case.text("output")?.unwrap_or_default() } else { case.required_text("output")? };
        Ok(StdioCase { input, output: output.to_owned(), also: case.texts("also")?, fuel: case.fuel()? })
    })?;
    Ok(TestKind::Stdio { cases, compare, ignore_case: fields.bool("ignore_case")?.unwrap_or_default(), checker })
}

fn call(fields: &Fields<'_>) -> Read<TestKind> {
    fields.only(&[
        "tests",
        "entry",
        "tolerance",
        "list_is_tuple",
        "integer_keys",
        "prelude",
        "argument_types",
        "result_type",
        "in_place",
        "checker",
    ])?;
    let read = if fields.bool("integer_keys")?.unwrap_or_default() { with_integer_keys } else { Value::from_json };
    let entry = fields.entry()?.ok_or_else(|| bad("`tests.entry` is missing: name the function to call"))?;
    let forgiving = Equality::default();
    let equality = Equality {
        tolerance: fields.tolerance()?.unwrap_or(forgiving.tolerance),
        list_is_tuple: fields.bool("list_is_tuple")?.unwrap_or(forgiving.list_is_tuple),
    };
    let cases = fields.cases(|case| {
        case.only(&["args", "kwargs", "expected", "also"])?;
        case.short_numbers()?;
        let list = |name: &str| match case.map.get(name) {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => Ok(items.iter().map(read).collect()),
            Some(_) => Err(bad(format!("`{}.{name}` must be a list", case.place))),
        };
        let (args, also) = (list("args")?, list("also")?);
        let kwargs = match case.map.get("kwargs") {
            None => Vec::new(),
            Some(Json::Object(map)) => map.iter().map(|(name, value)| (Value::str(name.as_str()), read(value))).collect(),
            Some(_) => return Err(bad(format!("`{}.kwargs` must be a JSON object", case.place))),
        };
        let expected = case.map.get("expected").ok_or_else(|| bad(format!("`{}.expected` is missing", case.place)))?;
        Ok(CallCase { args, kwargs, expected: read(expected), also, fuel: case.fuel()? })
    })?;
    let calling = Box::new(calling(fields)?);
    if let Some(place) = calling.in_place
        && let Some(index) = cases.iter().position(|case| case.args.len() <= place)
    {
        return Err(bad(format!("`tests.in_place` is {place}, and `tests.tests[{index}]` has no such argument")));
    }
    Ok(TestKind::Call { entry, cases, equality, calling })
}

fn calling(fields: &Fields<'_>) -> Read<Calling> {
    let types = fields.read("argument_types", "a list of names and nulls", Json::as_array)?;
    let shape = |(index, given): (usize, &Json)| match given {
        Json::Null => Ok(Shape::Plain),
        Json::String(name) => Shape::named(Some(name), &format!("tests.argument_types[{index}]")),
        _ => Err(bad(format!("`tests.argument_types[{index}]` must be a name or null"))),
    };
    let in_place = fields.read("in_place", "the number of an argument, from 0", |value| usize::try_from(value.as_u64()?).ok())?;
    let result = fields.text("result_type")?.map(|name| Shape::named(Some(name), "tests.result_type")).transpose()?;
    if in_place.is_some() && result.is_some() {
        return Err(bad(
            "`tests` has `in_place` and `result_type`: what is compared is the argument, whose type is in `argument_types`",
        ));
    }
    Ok(Calling {
        prelude: fields.text("prelude")?.unwrap_or_default().to_owned(),
        arguments: types.into_iter().flatten().enumerate().map(shape).collect::<Read<_>>()?,
        result,
        in_place,
        checker: fields.text("checker")?.map(str::to_owned),
    })
}

/// A value whose objects have integers for keys, where all keys of an object are integers.
fn with_integer_keys(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::List(items.iter().map(with_integer_keys).collect()),
        Json::Object(map) if !map.keys().any(|key| key.starts_with('$')) => {
            let number = |key: &String| key.parse::<i64>().ok().filter(|number| number.to_string() == *key);
            let keys: Option<Vec<i64>> = map.keys().map(number).collect();
            let key = |index: usize, name: &String| match &keys {
                Some(keys) => Value::Int(keys[index].into()),
                None => Value::str(name.as_str()),
            };
            let pairs = map.iter().enumerate().map(|(index, (name, value))| (key(index, name), with_integer_keys(value)));
            Value::Dict(pairs.collect())
        }
        other => Value::from_json(other),
    }
}

fn asserts(fields: &Fields<'_>) -> Read<TestKind> {
    fields.only(&["test_code", "entry", "names", "prelude", "handle_equality"])?;
    let test_code = fields.required_text("test_code")?.to_owned();
    if test_code.trim().is_empty() {
        return Err(bad("`tests.test_code` is blank: give at least one test"));
    }
    Ok(TestKind::Asserts(Asserts {
        test_code,
        prelude: fields.text("prelude")?.unwrap_or_default().to_owned(),
        entry: fields.entry()?,
        names: fields.names()?,
        handle_equality: fields.bool("handle_equality")?.unwrap_or_default(),
    }))
}
