//! The example in the docstring of a Python class: the first example of the kind's page, as a session that doctest
//! runs.

use r1rewards::rows::Fields;
use r1rewards::spec::{ComponentSpec, Kind, Takes, kind};
use r1rewards::{RewardSpec, Scorer};
use serde_json::{Map, Value};

use super::python_classes::{WIDTH, class_name};
use super::reward_page;

/// The number of rows of an example that are shown, if they are judged one by one.
const SHOWN: usize = 2;

/// The lines of the session.
pub fn example(kind: &Kind) -> String {
    let text = reward_page::text(kind);
    let block = |language: &str| {
        reward_page::blocks(&text).into_iter().find(|(found, _)| *found == language).map(|(_, content)| content.to_owned())
    };
    let toml = block("toml").unwrap_or_else(|| panic!("docs/rewards/{}.md: no example", kind.name));
    let spec = RewardSpec::from_toml(&toml).unwrap_or_else(|error| panic!("{toml}\n{error}"));
    let rows: Vec<Map<String, Value>> = block("json")
        .unwrap_or_else(|| panic!("docs/rewards/{}.md: no rows", kind.name))
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}\n{error}")))
        .map(|mut row: Map<String, Value>| {
            row.remove("expect");
            row
        })
        .collect();
    let samples: Vec<_> = rows
        .iter()
        .flat_map(|row| {
            Fields::default().samples(&Value::Object(row.clone()), 1).unwrap_or_else(|error| panic!("{row:?}\n{error}"))
        })
        .collect();
    let scorer = Scorer::from_spec(&spec).unwrap_or_else(|error| panic!("{toml}\n{error}"));
    let rewards: Vec<Option<f64>> = scorer.score_batch(&samples).iter().map(|outcome| outcome.value).collect();

    let [component] = spec.components.as_slice() else { panic!("docs/rewards/{}.md: its first example has one reward", kind.name) };
    let mut session = format!("    >>> import r1rewards\n{}", statement("scorer = r1rewards.Scorer", &[constructor(component)]));
    if component.build().is_ok_and(|reward| reward.needs_whole_group()) {
        let list = |name: &str| {
            let values: Vec<_> = rows.iter().map(|row| literal(row.get(name).unwrap_or(&Value::Null))).collect();
            format!("[{}]", values.join(", "))
        };
        let columns = rows[0].keys().filter(|name| *name != "completion").map(|name| format!("{name}={}", list(name)));
        let arguments: Vec<_> = std::iter::once(list("completion")).chain(columns).collect();
        let values: Vec<_> = rewards.iter().map(|value| value.map_or("None".to_owned(), number)).collect();
        let call = statement("scorer.score_batch", &arguments);
        return session + &format!("{}.rewards\n    [{}]\n", call.trim_end(), values.join(", "));
    }
    // For an outcome without a reward the session would print nothing.
    for (row, reward) in rows.iter().zip(rewards).filter_map(|(row, reward)| Some((row, reward?))).take(SHOWN) {
        let columns = row.iter().filter(|(name, _)| *name != "completion");
        let columns = columns.map(|(name, value)| format!("{name}={}", literal(value)));
        let arguments: Vec<_> = std::iter::once(literal(&row["completion"])).chain(columns).collect();
        let call = statement("scorer.score", &arguments);
        session += &format!("{}.reward\n    {}\n", call.trim_end(), number(reward));
    }
    session
}

/// A call in one line if it fits, else with one line for each argument.
fn statement(name: &str, arguments: &[String]) -> String {
    let line = format!("    >>> {name}({})\n", arguments.join(", "));
    if line.trim_end().chars().count() <= WIDTH || arguments.len() < 2 {
        return line;
    }
    let lines: String = arguments.iter().map(|argument| format!("    ...     {argument},\n")).collect();
    format!("    >>> {name}(\n{lines}    ... )\n")
}

/// The Python expression that creates the reward of an entry.
fn constructor(spec: &ComponentSpec) -> String {
    let kind = kind(&spec.kind).unwrap_or_else(|error| panic!("{error}"));
    let inner = |value: &Value| constructor(&ComponentSpec::from_value(value).unwrap_or_else(|error| panic!("{value}: {error}")));
    let mut arguments = Vec::new();
    for (place, option) in kind.options.iter().enumerate() {
        let Some(value) = spec.options.get(option.name) else { continue };
        let written = match (option.takes, value) {
            (Takes::Reward, value) => inner(value),
            (Takes::Rewards, Value::Array(values)) => format!("[{}]", values.iter().map(inner).collect::<Vec<_>>().join(", ")),
            (Takes::RewardTable, Value::Object(table)) => {
                let entries: Vec<_> = table.iter().map(|(name, value)| format!("\"{name}\": {}", inner(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            (_, value) => literal(value),
        };
        // An argument can be given by position only if all arguments before it are.
        let by_position = option.positional && arguments.len() == place;
        arguments.push(if by_position { written } else { format!("{}={written}", option.name) });
    }
    let mut made = format!("r1rewards.{}({})", class_name(kind.name), arguments.join(", "));
    if let Some(name) = &spec.name {
        made += &format!(".named(\"{name}\")");
    }
    if (spec.weight - 1.0).abs() > 0.0 { format!("({}, {made})", number(spec.weight)) } else { made }
}

/// A JSON value as Python writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) if text.contains('\\') && !text.contains(['"', '\n']) => format!("r\"{text}\""),
        Value::String(text) if text.contains('"') && !text.contains('\'') => {
            let written = value.to_string();
            format!("'{}'", written[1..written.len() - 1].replace("\\\"", "\""))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let entries: Vec<_> = table.iter().map(|(name, value)| format!("\"{name}\": {}", literal(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::String(_) | Value::Number(_) => value.to_string(),
    }
}

/// A float as Python writes it.
fn number(value: f64) -> String {
    format!("{value:?}")
}
