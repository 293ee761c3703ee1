//! LeetCode's problems as data sets have them: a class `Solution` to complete, and calls of its method.
//!
//! Accepts: `entry_point`, `starter_code`, and `input_output` with `input` (`nums = [1, 2], k = 3`) and `output` as Python
//! literals; becomes `call`, with the types of the starter code as shapes, and with the imports and classes of a prompt that is
//! nothing but code. A method without a result is one that works in place. Cases whose literals cannot be read are left out,
//! as those data sets leave them out of their own tests. Gives nothing for other rows, which are read by their `test`.

use serde_json::{Map, Value as Json, json};

use super::{literal, text};

/// The calls of a row, if it has all that they need.
pub(super) fn of_row(entry: &str, beside: &Map<String, Json>) -> Option<Json> {
    let starter = beside.get("starter_code")?.as_str()?;
    let method = entry.strip_prefix("Solution.")?;
    let (parameters, result) = signature(starter, method)?;
    let given = text::value(beside.get("input_output")?).ok()?;
    let mut tests = Vec::new();
    for case in given.as_array()? {
        let (input, output) = (case["input"].as_str()?, case["output"].as_str()?);
        let (Some(keywords), Some(expected)) = (literal::keywords(input), literal::read(output)) else { continue };
        let named =
            |(name, _): &(String, Option<&str>)| keywords.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let args: Option<Vec<Json>> = parameters.iter().map(named).collect();
        if let Some(args) = args.filter(|args| args.len() == keywords.len()) {
            tests.push(json!({"args": args, "expected": expected}));
        }
    }
    if tests.is_empty() {
        return None;
    }
    let mut call = json!({"kind": "call", "entry": entry, "tests": tests});
    let shapes: Vec<Option<&str>> = parameters.iter().map(|(_, shape)| *shape).collect();
    if shapes.iter().any(Option::is_some) {
        call["argument_types"] = json!(shapes);
    }
    match result {
        Result::Nothing => call["in_place"] = json!(0),
        Result::Shaped(shape) => call["result_type"] = json!(shape),
        Result::Plain => {}
    }
    if let Some(prompt) = beside.get("prompt").and_then(Json::as_str).filter(|prompt| is_code(prompt)) {
        call["prelude"] = json!(prompt);
    }
    Some(call)
}

enum Result {
    Nothing,
    Plain,
    Shaped(&'static str),
}

/// Names with the shapes of what they hold.
type Parameters = Vec<(String, Option<&'static str>)>;

/// The parameters of a method with their shapes, and what it returns.
fn signature(starter: &str, method: &str) -> Option<(Parameters, Result)> {
    let start = format!("def {method}(");
    let at = starter.rfind(&start)? + start.len();
    let inside = &starter[at..];
    let (mut depth, mut end, mut parts, mut from) = (1, None, Vec::new(), 0);
    for (place, character) in inside.char_indices() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 1 => {
                parts.push(&inside[from..place]);
                from = place + 1;
            }
            _ => {}
        }
        if depth == 0 {
            parts.push(&inside[from..place]);
            end = Some(place + 1);
            break;
        }
    }
    let behind = &inside[end?..];
    let returned = behind.trim_start().strip_prefix("->").and_then(|rest| Some(rest[..rest.find(':')?].trim()));
    let result = match returned {
        Some("None") => Result::Nothing,
        Some(kind) => shape(kind).map_or(Result::Plain, Result::Shaped),
        None => Result::Plain,
    };
    let parameter = |part: &&str| {
        let (name, kind) = part.split_once(':').unwrap_or((part, ""));
        (name.trim().to_owned(), shape(kind.split('=').next().unwrap_or_default()))
    };
    let parameters = parts.iter().filter(|part| !part.trim().is_empty() && part.trim() != "self").map(parameter).collect();
    Some((parameters, result))
}

/// The shape that a type stands for.
fn shape(kind: &str) -> Option<&'static str> {
    let plain: String = kind.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
    let plain = plain.replace("Optional[", "").replace('[', "<").replace(']', "");
    match plain.as_str() {
        "ListNode" => Some("ListNode"),
        "TreeNode" => Some("TreeNode"),
        "List<ListNode" | "list<ListNode" => Some("list[ListNode]"),
        "List<TreeNode" | "list<TreeNode" => Some("list[TreeNode]"),
        _ => None,
    }
}

/// Whether a text is nothing but imports and definitions.
fn is_code(text: &str) -> bool {
    let code = |line: &str| {
        line.trim().is_empty()
            || line.starts_with([' ', '\t', '#', '@', ')'])
            || ["import ", "from ", "class ", "def "].iter().any(|word| line.starts_with(word))
            || line.split_once(" = ").is_some_and(|(name, _)| name.chars().all(|c| c == '_' || c.is_alphanumeric()))
    };
    !text.trim().is_empty() && text.lines().all(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_code_says_what_is_called() {
        let row = json!({
            "starter_code": "class Solution:\n    def rotate(self, head: Optional[ListNode], k: int) -> Optional[ListNode]:\n        ",
            "input_output": [{"input": "head = [1, 2], k = 1", "output": "[2, 1]"}, {"input": "head = f(), k = 1", "output": "[]"}],
            "prompt": "from typing import *\n",
        });
        let found = of_row("Solution.rotate", row.as_object().expect("an object"));
        let expected = json!({"kind": "call", "entry": "Solution.rotate", "argument_types": ["ListNode", null], "result_type": "ListNode",
            "prelude": "from typing import *\n", "tests": [{"args": [[1, 2], 1], "expected": [2, 1]}]});
        assert_eq!(found, Some(expected));
        let row = json!({
            "starter_code": "class Solution:\n    def merge(self, lists: List[Optional[ListNode]], a: List[int]) -> None:\n",
            "input_output": "[{\"input\": \"lists = [[1]], a = [2]\", \"output\": \"[[1]]\"}]",
            "prompt": "Solve it:\n",
        });
        let found = of_row("Solution.merge", row.as_object().expect("an object"));
        let expected = json!({"kind": "call", "entry": "Solution.merge", "argument_types": ["list[ListNode]", null], "in_place": 0,
            "tests": [{"args": [[[1]], [2]], "expected": [[1]]}]});
        assert_eq!(found, Some(expected));
        assert_eq!(of_row("f", &Map::new()), None);
    }
}
