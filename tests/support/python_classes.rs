//! The Python classes of the rewards, generated from the registry: a module for each family, a class for each kind.
//!
//! Names, arguments, types and docstrings come from the kinds and their options; the example of a class is the first
//! one of the kind's page in `docs/rewards`, with the rewards that its rows actually get.

use r1rewards::spec::{Family, Kind, KindOption, Takes, families};

use super::python_example::example;

/// The greatest length of a line of a module, except for single long words and examples.
pub const WIDTH: usize = 120;
const HEAD: &str =
    "# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.\n";

/// The name of the class of a kind.
pub fn class_name(kind: &str) -> String {
    // The only name that is spelled differently.
    if kind == "ifeval" { "IfEval".to_owned() } else { camel_case(kind) }
}

fn camel_case(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The module `rewards/__init__.py`.
pub fn package() -> String {
    let module = |name: &str, classes: &[String]| format!("from .{name} import {}\n", classes.join(", "));
    let mut modules = vec![
        ("_base", module("_base", &["Reward".to_owned(), "Rewards".to_owned()])),
        ("custom", module("custom", &["Custom".to_owned()])),
    ];
    let mut names = vec!["Custom".to_owned(), "Reward".to_owned(), "Rewards".to_owned()];
    for family in families() {
        let mut classes: Vec<_> = family.kinds.iter().map(|kind| class_name(kind.name)).collect();
        classes.sort();
        modules.push((family.name, module(family.name, &classes)));
        names.extend(classes);
    }
    modules.sort();
    names.sort();
    let imports: String = modules.into_iter().map(|(_, line)| line).collect();
    let names: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    format!(
        "{HEAD}\"\"\"Rewards as objects: one class for each kind that a spec can name, and `Custom` for your own.\"\"\"\n\n{imports}\n__all__ = [\n{names}]\n"
    )
}

/// The module of a family.
pub fn module(family: &Family) -> String {
    let aliases = aliases(family);
    let classes: String = family.kinds.iter().map(|kind| format!("\n\n{}", class(kind, &aliases))).collect();
    let aliases: String = aliases
        .iter()
        .map(|(name, option)| format!("{name} = {}\n\"\"\"{}\"\"\"\n", literal(words(option)), option.about))
        .collect();
    let used = |names: &[&'static str]| {
        let text = format!("{aliases}{classes}");
        let is_used = |name: &&str| text.contains(&format!("{name}["));
        names.iter().copied().filter(is_used).collect::<Vec<_>>().join(", ")
    };
    let import = |module: &str, names: String| if names.is_empty() { names } else { format!("from {module} import {names}\n") };
    let standard = import("collections.abc", used(&["Mapping", "Sequence"])) + &import("typing", used(&["Literal"]));
    let standard = if standard.is_empty() { standard } else { standard + "\n" };
    let base = if classes.contains(": Rewards") { "Reward, Rewards" } else { "Reward" };
    let kinds = family.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let aliases = if aliases.is_empty() { aliases } else { format!("\n{aliases}") };
    format!(
        "{HEAD}\"\"\"{}: {kinds}.\"\"\"\n\nfrom __future__ import annotations\n\n{standard}from ._base import {base}\n{aliases}{classes}",
        family.about
    )
}

/// The types of words that several options of a family have, under the name of the option.
fn aliases(family: &Family) -> Vec<(String, &'static KindOption)> {
    let options: Vec<_> = family.kinds.iter().flat_map(|kind| kind.options).filter(|option| !words(option).is_empty()).collect();
    let mut found: Vec<(String, &'static KindOption)> = Vec::new();
    for option in &options {
        let uses = options.iter().filter(|other| other.name == option.name && words(other) == words(option)).count();
        if uses > 1 && found.iter().all(|(_, other)| other.name != option.name) {
            found.push((camel_case(option.name), option));
        }
    }
    found
}

fn words(option: &KindOption) -> &'static [&'static str] {
    match option.takes {
        Takes::Word(words) => words,
        _ => &[],
    }
}

fn literal(words: &[&str]) -> String {
    format!("Literal[{}]", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "))
}

fn python_type(option: &KindOption, aliases: &[(String, &KindOption)]) -> String {
    match option.takes {
        Takes::Bool => "bool".to_owned(),
        Takes::BoolOr(word) => format!("bool | {}", literal(&[word])),
        Takes::Whole { .. } => "int".to_owned(),
        Takes::Number { .. } => "float".to_owned(),
        Takes::Word(words_of_it) => aliases
            .iter()
            .find(|(_, other)| other.name == option.name && words(other) == words_of_it)
            .map_or_else(|| literal(words_of_it), |(name, _)| name.clone()),
        Takes::Text => "str".to_owned(),
        Takes::Texts => "str | Sequence[str]".to_owned(),
        Takes::TextsOrTables => "Sequence[str | Mapping[str, object]]".to_owned(),
        Takes::Tables => "Sequence[Mapping[str, object]]".to_owned(),
        Takes::TableOrBool => "Mapping[str, object] | bool".to_owned(),
        Takes::Reward => "Reward".to_owned(),
        Takes::Rewards => "Rewards".to_owned(),
        Takes::RewardTable => "Mapping[str, Reward]".to_owned(),
    }
}

fn class(kind: &Kind, aliases: &[(String, &KindOption)]) -> String {
    assert!(
        kind.options.is_sorted_by_key(|option| (!option.required, !option.positional)),
        "`{}`: its required options come first, then those that Python takes by position",
        kind.name
    );
    let typed = |option: &KindOption| {
        let (name, of) = (option.name, python_type(option, aliases));
        if option.required { format!("{name}: {of}") } else { format!("{name}: {of} | None = None") }
    };
    let (positional, named): (Vec<_>, Vec<_>) = kind.options.iter().partition(|option| option.positional);
    let mut parameters = vec!["self".to_owned()];
    parameters.extend(positional.into_iter().map(typed));
    if !named.is_empty() {
        parameters.push("*".to_owned());
    }
    parameters.extend(named.into_iter().map(typed));
    let arguments: Vec<_> = kind.options.iter().map(|option| format!("{0}={0}", option.name)).collect();
    format!(
        "class {}(Reward):\n    r\"\"\"{}    \"\"\"\n\n    kind = \"{}\"\n\n{}{}",
        class_name(kind.name),
        docstring(kind),
        kind.name,
        call("    ", "def __init__", &parameters, " -> None:\n"),
        call("        ", "super().__init__", &arguments, "\n"),
    )
}

/// A call or a signature: in one line if it fits, else with one line for each argument.
fn call(indent: &str, name: &str, arguments: &[String], end: &str) -> String {
    let line = format!("{indent}{name}({}){end}", arguments.join(", "));
    if line.trim_end().chars().count() <= WIDTH {
        return line;
    }
    let lines: String = arguments.iter().map(|argument| format!("{indent}    {argument},\n")).collect();
    format!("{indent}{name}(\n{lines}{indent}){end}")
}

fn docstring(kind: &Kind) -> String {
    let mut lines = wrapped("    ", "    ", kind.about).trim_start().to_owned();
    let page = format!("Its entry in a spec has `kind = \"{0}\"`. More examples and its limits: docs/rewards/{0}.md.", kind.name);
    lines += &format!("\n{}", wrapped("    ", "    ", &page));
    if !kind.options.is_empty() {
        lines += "\n    Args:\n";
        for option in kind.options {
            lines += &wrapped("        ", "            ", &format!("{}: {}", option.name, sentence(option)));
        }
    }
    lines += "\n    Raises:\n        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.\n\n";
    lines + &example(kind)
}

/// The meaning of an option, then its words or bounds and its default.
fn sentence(option: &KindOption) -> String {
    let limits = match option.takes {
        Takes::WHOLE | Takes::NUMBER => None,
        Takes::Word(_) | Takes::Whole { .. } | Takes::Number { .. } => Some(option.takes.to_string()),
        _ => None,
    };
    let default = option.default.map(|value| match (option.takes, value) {
        (Takes::Bool | Takes::BoolOr(_), "true") => "default True".to_owned(),
        (Takes::Bool | Takes::BoolOr(_), "false") => "default False".to_owned(),
        _ => format!("default {value}"),
    });
    let values = limits.into_iter().chain(default).collect::<Vec<_>>().join("; ");
    if values.is_empty() {
        return option.about.to_owned();
    }
    format!("{} {}{}.", option.about, values[..1].to_uppercase(), &values[1..])
}

/// A paragraph in lines of at most [`WIDTH`] letters.
fn wrapped(first: &str, rest: &str, text: &str) -> String {
    let (mut lines, mut line, mut empty) = (String::new(), first.to_owned(), true);
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &format!("{line}\n");
            (line, empty) = (rest.to_owned(), true);
        }
        line += if empty { "" } else { " " };
        line += word;
        empty = false;
    }
    lines + &line + "\n"
}
