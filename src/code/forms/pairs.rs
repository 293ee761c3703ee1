//! Inputs and outputs: verl, PRIME, APPS and TACO keep two lists, LiveCodeBench and DeepCoder a list of cases.
//!
//! Accepts: as many inputs as outputs. For standard streams each is text or a list of lines. For calls, arguments are a
//! list or lines of JSON. Results are values, JSON text next to such lines, or a list of one in every case of a row:
//! some data sets wrap results, so that both the list and its item count as right. Refuses: lists of different lengths,
//! arguments and results that cannot be read, cases of both kinds in one row, functions without a name.

use serde_json::{Map, Value as Json, json};

use super::text;
use crate::code::bad_tests::{Read, bad};
use crate::core::describe::describe;

/// Fields that hold the name of the function.
const NAMES: [&str; 3] = ["fn_name", "func_name", "entry_point"];

/// The name of the function under test.
pub(super) fn name(map: &Map<String, Json>) -> Option<String> {
    let own = NAMES.iter().find_map(|name| map.get(*name)?.as_str().filter(|name| !name.is_empty()).map(str::to_owned));
    own.or_else(|| {
        let metadata = text::value(map.get("metadata")?).ok()?;
        name(metadata.as_object()?)
    })
}

/// `inputs` and `outputs`.
pub(super) fn of_lists(map: &Map<String, Json>) -> Read<Json> {
    let list = |name: &str| match text::value(&map[name])?.as_ref() {
        Json::Array(items) => Ok(items.clone()),
        other => Err(bad(format!("`tests.{name}` must be a list, got {}", describe(other)))),
    };
    build(&list("inputs")?, &list("outputs")?, name(map), Results::MayBeWrapped)
}

/// Whether the items are cases.
pub(super) fn are_cases(items: &[Json]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.get("input").is_some() && item.get("output").is_some())
}

/// A list of cases; `beside` may have the name of the function.
pub(super) fn of_cases(items: &[Json], beside: &Map<String, Json>) -> Read<Json> {
    let (mut kinds, mut results) = (Vec::new(), Results::MayBeWrapped);
    for (index, item) in items.iter().enumerate() {
        let map = item.as_object().ok_or_else(|| bad(format!("`tests[{index}]` must be a JSON object")))?;
        let own = map.get("testtype").or_else(|| map.get("type")).and_then(Json::as_str);
        kinds.push(match own {
            Some(called @ ("functional" | "function_call" | "call")) => {
                if called == "functional" {
                    results = Results::Plain;
                }
                let name = name(map).or_else(|| name_of(beside));
                Some(name.ok_or_else(|| {
                    bad(format!("`tests[{index}]` calls a function without a name: give `metadata.func_name` or `fn_name`"))
                })?)
            }
            Some("stdin" | "stdin_stdout" | "stdio") => None,
            Some(other) => return Err(bad(format!("`tests[{index}].testtype` is `{other}`: use stdin or functional"))),
            None => name(map).or_else(|| name_of(beside)),
        });
    }
    let first = kinds.first().cloned().flatten();
    if let Some(index) = kinds.iter().position(|kind| *kind != first) {
        return Err(bad(format!(
            "`tests[{index}]` is of another kind, or of another function, than `tests[0]`: give them rows of their own"
        )));
    }
    let column = |name: &str| items.iter().map(|item| item[name].clone()).collect::<Vec<_>>();
    build(&column("input"), &column("output"), first, results)
}

fn name_of(beside: &Map<String, Json>) -> Option<String> {
    name(beside)
}

/// The columns of CodeContests that hold tests.
pub(super) const BY_ORIGIN: [&str; 3] = ["public_tests", "private_tests", "generated_tests"];

/// All tests of CodeContests; each column is a list of inputs and a list of outputs.
pub(super) fn of_origins(map: &Map<String, Json>) -> Read<Json> {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    for column in BY_ORIGIN {
        let Some(given) = map.get(column).filter(|value| !value.is_null()) else { continue };
        let given = text::value(given)?;
        if let Json::Array(cases) = given.as_ref()
            && (cases.is_empty() || are_cases(cases))
        {
            inputs.extend(cases.iter().map(|case| case["input"].clone()));
            outputs.extend(cases.iter().map(|case| case["output"].clone()));
            continue;
        }
        let (Some(Json::Array(input)), Some(Json::Array(output))) = (given.get("input"), given.get("output")) else {
            return Err(bad(format!(
                "`tests.{column}` must have `input` and `output`, two lists, or be a list of such cases, got {}",
                describe(&given)
            )));
        };
        if input.len() != output.len() {
            let (inputs, outputs) = (input.len(), output.len());
            return Err(bad(format!("`tests.{column}` has {inputs} inputs and {outputs} outputs: give one output for each input")));
        }
        inputs.extend(input.iter().cloned());
        outputs.extend(output.iter().cloned());
    }
    build(&inputs, &outputs, name(map), Results::MayBeWrapped)
}

/// The columns of LiveCodeBench that hold cases.
pub(super) const BY_SECRECY: [&str; 2] = ["public_test_cases", "private_test_cases"];

/// The public and the private cases of LiveCodeBench together.
pub(super) fn of_public_and_private(map: &Map<String, Json>) -> Read<Json> {
    let mut cases = Vec::new();
    for column in BY_SECRECY {
        let Some(given) = map.get(column).filter(|value| !value.is_null()) else { continue };
        match text::value(given)?.as_ref() {
            Json::Array(items) => cases.extend(items.iter().cloned()),
            Json::String(text) if text.trim().is_empty() => {}
            Json::String(_) => {
                return Err(bad(format!(
                    "`tests.{column}` is compressed text: decode it (base64, zlib, pickle) before, or leave it out to judge by the other cases alone"
                )));
            }
            other => return Err(bad(format!("`tests.{column}` must be a list of cases, got {}", describe(other)))),
        }
    }
    if !are_cases(&cases) {
        return Err(bad("`tests.public_test_cases` must hold cases with `input` and `output`"));
    }
    of_cases(&cases, map)
}

/// Whether lists of one may be results that a data set wrapped. LiveCodeBench (`functional`) wraps none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Results {
    MayBeWrapped,
    Plain,
}

fn build(inputs: &[Json], outputs: &[Json], entry: Option<String>, results: Results) -> Read<Json> {
    if inputs.len() != outputs.len() {
        return Err(bad(format!(
            "`tests` has {} inputs and {} outputs: give one output for each input",
            inputs.len(),
            outputs.len()
        )));
    }
    let pairs = inputs.iter().zip(outputs).enumerate();
    let Some(entry) = entry else {
        let case = |(index, (input, output))| {
            Ok(json!({"input": stream(input, "inputs", index)?, "output": stream(output, "outputs", index)?}))
        };
        return Ok(json!({"kind": "stdio", "tests": pairs.map(case).collect::<Read<Vec<_>>>()?}));
    };
    let mut cases = pairs.map(|(index, (input, output))| call(input, output, index)).collect::<Read<Vec<_>>>()?;
    if results == Results::MayBeWrapped && cases.iter().all(|case| case.expected.as_array().is_some_and(|items| items.len() == 1)) {
        cases.iter_mut().for_each(|case| case.also.push(case.expected[0].clone()));
    }
    cases.iter_mut().for_each(Case::with_whole_keys);
    let case = |Case { args, expected, also }| {
        if also.is_empty() {
            json!({"args": args, "expected": expected})
        } else {
            json!({"args": args, "expected": expected, "also": also})
        }
    };
    Ok(json!({"kind": "call", "entry": entry, "tests": cases.into_iter().map(case).collect::<Vec<_>>()}))
}

/// The content of a standard stream: text, or its lines.
fn stream(given: &Json, list: &str, index: usize) -> Read<String> {
    let wrong = |other: &Json| bad(format!("`tests.{list}[{index}]` must be text or a list of lines, got {}", describe(other)));
    let line = |item: &Json| match item {
        Json::String(text) => Ok(text.clone()),
        Json::Number(number) => Ok(number.to_string()),
        other => Err(wrong(other)),
    };
    match given {
        Json::Array(lines) => {
            let mut lines = lines.iter().map(line).collect::<Read<Vec<_>>>()?;
            // Lines as `readlines` gives them, each with its own line end.
            if let [before @ .., _] = lines.as_mut_slice()
                && before.iter().all(|line| line.ends_with('\n'))
            {
                before.iter_mut().for_each(|line| line.truncate(line.len() - 1));
            }
            Ok(lines.join("\n"))
        }
        one => line(one),
    }
}

struct Case {
    args: Vec<Json>,
    expected: Json,
    also: Vec<Json>,
}

impl Case {
    /// JSON writes integer keys as text. As in the judges of APPS and TACO, they are converted back to numbers in a
    /// single argument that is an object. In results that are objects, or were before they were wrapped, both forms
    /// count as right.
    fn with_whole_keys(&mut self) {
        if let [argument] = self.args.as_mut_slice()
            && let Some(table) = whole_keys(argument)
        {
            *argument = table;
        }
        let right = std::iter::once(&self.expected).chain(&self.also);
        let more: Vec<_> = right.filter_map(whole_keys).collect();
        self.also.extend(more);
    }
}

/// An object all of whose keys are integers, with numbers as keys; `None` for anything else.
fn whole_keys(given: &Json) -> Option<Json> {
    let map = given.as_object().filter(|map| !map.is_empty())?;
    let pair = |(key, value): (&String, &Json)| {
        let number = key.parse::<i64>().ok().filter(|number| number.to_string() == *key)?;
        Some(json!([number, value]))
    };
    Some(json!({"$dict": map.iter().map(pair).collect::<Option<Vec<_>>>()?}))
}

fn call(input: &Json, output: &Json, index: usize) -> Read<Case> {
    let no_json =
        |list: &str, problem: String| bad(format!("`tests.{list}[{index}]` must be JSON text, one argument a line: it {problem}"));
    match (input, output) {
        (Json::String(lines), Json::String(result)) => {
            let args = arguments(lines).map_err(|problem| no_json("inputs", problem))?;
            let expected =
                text::json(result).map_err(|problem| bad(format!("`tests.outputs[{index}]` must be JSON text: it {problem}")))?;
            Ok(Case { args, expected, also: Vec::new() })
        }
        (Json::String(lines), result) => {
            let args = arguments(lines).map_err(|problem| no_json("inputs", problem))?;
            Ok(Case { args, expected: result.clone(), also: Vec::new() })
        }
        // Nothing says whether the text is the result or its JSON, so both count as right.
        (Json::Array(args), Json::String(result)) => {
            let also = text::json(result).ok().filter(|value| !value.is_string()).into_iter().collect();
            Ok(Case { args: args.clone(), expected: output.clone(), also })
        }
        (Json::Array(args), result) => Ok(Case { args: args.clone(), expected: result.clone(), also: Vec::new() }),
        (other, _) => Err(bad(format!(
            "`tests.inputs[{index}]` must be a list of arguments, or text with one a line, got {}",
            describe(other)
        ))),
    }
}

/// Arguments, one on each line, or a single one over several lines.
fn arguments(lines: &str) -> Result<Vec<Json>, String> {
    let each = lines.lines().filter(|line| !line.trim().is_empty()).map(text::json).collect();
    match each {
        Err(problem) => text::json(lines).map(|one| vec![one]).map_err(|_| problem),
        args => args,
    }
}
