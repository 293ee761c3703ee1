//! The pages of `docs/rewards`: their paths, and their parts that are generated from the registry.

use std::path::{Path, PathBuf};

use r1rewards::math::Policy;
use r1rewards::spec::{Kind, KindOption, Takes, families};

use super::generated::read;

pub const FOLDER: &str = "docs/rewards";
/// The marks around a part that is generated from the registry.
pub const MARKS: [&str; 2] = ["<!-- from the registry -->", "<!-- end -->"];

/// The page of a kind.
pub fn path(kind: &Kind) -> PathBuf {
    Path::new(FOLDER).join(format!("{}.md", kind.name))
}

/// The text of the page of a kind.
pub fn text(kind: &Kind) -> String {
    read(&path(kind))
}

/// The fenced blocks of a page: language and content.
pub fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (language, after) = after.split_once('\n').expect("a fence has a line");
        let (content, after) = after.split_once("\n```").expect("a fence is closed");
        blocks.push((language, content));
        rest = after;
    }
    blocks
}

/// The table of a kind's options.
pub fn options(kind: &Kind) -> String {
    let rows: String = kind.options.iter().map(option).collect();
    if rows.is_empty() {
        return "None of its own.\n".to_owned();
    }
    format!("| option | value | default | meaning |\n|---|---|---|---|\n{rows}")
}

fn option(option: &KindOption) -> String {
    let value = match option.takes {
        Takes::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        takes => takes.to_string(),
    };
    let default = match option.default {
        _ if option.required => "required".to_owned(),
        Some(value) => format!("`{value}`"),
        None => String::new(),
    };
    format!("| `{}` | {value} | {default} | {} |\n", option.name, option.about.replace('|', "\\|"))
}

/// The list of kinds, family by family.
pub fn index() -> String {
    let row = |kind: &&Kind| format!("| [`{0}`]({0}.md) | {1} |\n", kind.name, kind.about);
    let table = |kinds: &[&Kind]| kinds.iter().map(row).collect::<String>();
    let section = |family: &r1rewards::spec::Family| {
        format!("## {}\n\n| kind | what it rewards |\n|---|---|\n{}", family.about, table(family.kinds))
    };
    families().iter().map(section).collect::<Vec<_>>().join("\n")
}

/// The table of the math policies: every switch with its state in each.
pub fn switches() -> String {
    let policies: Vec<Vec<bool>> = Policy::NAMES.iter().map(|name| name.parse::<Policy>().expect("a policy").states()).collect();
    let row = |(place, (name, about)): (usize, &(&str, &str))| {
        let states = policies.iter().map(|states| if states[place] { "on" } else { "" }).collect::<Vec<_>>().join(" | ");
        format!("| `{name}` | {states} | {about} |\n")
    };
    let rows: String = Policy::SWITCHES.iter().enumerate().map(row).collect();
    let line = "|---".repeat(Policy::NAMES.len() + 2);
    format!("| switch | {} | meaning |\n{line}|\n{rows}", Policy::NAMES.join(" | "))
}
