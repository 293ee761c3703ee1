//! Kinds on the structure of a completion: `format`, `tag_count`, `reasoning_steps`, `code_format`.

use serde_json::Value;

use super::{Kind, KindOption, Options, Takes};
use crate::structure::peers::Peer;
use crate::structure::{
    Coat, CodeFormat, Format, FormatOptions, Outside, Prefilled, ReasoningSteps, Section, Soft, Structure, TagCount, Template,
};
use crate::{Result, Reward};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[&FORMAT, &TAG_COUNT, &REASONING_STEPS, &CODE_FORMAT];

pub(super) const FORMAT: Kind = Kind {
    name: "format",
    about: "The completion has the declared structure: sections in order, each once, with visible text, and nothing outside.",
    options: &[
        KindOption::new("template", Takes::Word(&Template::NAMES), "A known structure, instead of `sections`.")
            .default("think_answer")
            .positional(),
        KindOption::new(
            "prefilled_think",
            Takes::BoolOr("either"),
            "Whether the prompt ends with the first opening tag, so that the completion lacks it; `either` accepts both.",
        )
        .default("false"),
        KindOption::new(
            "soft",
            Takes::Word(&Soft::NAMES),
            "Whether a structure that is partly right earns something: nothing (strict), or the share of its tags or of its sections that is right, at most 0.9.",
        )
        .default("strict"),
        KindOption::new(
            "sections",
            Takes::TextsOrTables,
            "A structure of your own, instead of `template`: names of tags, or objects with `name`, `open`, `close`, `count` (once, optional, some or any) and `may_be_blank`.",
        ),
        KindOption::new("ordered", Takes::Bool, "With `sections`: whether they must come in the order given.").default("true"),
        KindOption::new(
            "outside",
            Takes::Word(&Outside::NAMES),
            "With `sections`: where other text is allowed: nowhere, after the last one (`after` requires some), or anywhere.",
        )
        .default("nowhere"),
        KindOption::new("min_actions", Takes::WHOLE, "With the template coat: the least number of meta-actions.").default("1"),
        KindOption::new("require_boxed", Takes::Bool, "With the template coat: whether the last step must hold a box.").default("false"),
    ],
    build: build_format,
};

fn build_format(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let prefilled_think = match options.value("prefilled_think") {
        None => Prefilled::No,
        Some(Value::Bool(yes)) => Prefilled::from(*yes),
        Some(Value::String(word)) => word.parse()?,
        Some(_) => return Err(options.refuse("prefilled_think", "true, false or \"either\"")),
    };
    let soft = options.named("soft")?.unwrap_or_default();
    let template = match (options.str("template")?, sections(options, "sections")?) {
        (Some(_), Some(_)) => return Err(options.refuse("template", "left out where `sections` are given")),
        (None, Some(sections)) => {
            let structure = Structure::new(sections, options.named("outside")?.unwrap_or_default())?;
            let ordered = options.bool("ordered")?.unwrap_or(true);
            Template::Custom(if ordered { structure } else { structure.in_any_order() })
        }
        (Some("coat"), None) => {
            let defaults = Coat::default();
            let min_actions = options.usize("min_actions")?.unwrap_or(defaults.min_actions);
            Template::Coat(Coat { min_actions, require_boxed: options.bool("require_boxed")?.unwrap_or(defaults.require_boxed) })
        }
        (name, None) => name.unwrap_or("think_answer").parse()?,
    };
    for (option, needed, fits) in [
        ("ordered", "left out unless `sections` are given", matches!(template, Template::Custom(_))),
        ("outside", "left out unless `sections` are given", matches!(template, Template::Custom(_))),
        ("min_actions", "left out unless the template is coat", matches!(template, Template::Coat(_))),
        ("require_boxed", "left out unless the template is coat", matches!(template, Template::Coat(_))),
    ] {
        if !fits && options.value(option).is_some() {
            return Err(options.refuse(option, needed));
        }
    }
    Ok(Box::new(Format::new(FormatOptions { template, prefilled_think, soft })?))
}

fn sections(options: &Options<'_>, name: &str) -> Result<Option<Vec<Section>>> {
    const EXPECTED: &str = "a list of names, or of objects with `name` and optionally open, close, count, may_be_blank";
    match options.value(name) {
        None => Ok(None),
        Some(Value::Array(entries)) => entries
            .iter()
            .map(|entry| section(entry).unwrap_or_else(|| Err(options.refuse(name, EXPECTED))))
            .collect::<Result<_>>()
            .map(Some),
        Some(_) => Err(options.refuse(name, EXPECTED)),
    }
}

/// One declared section; `None` where the entry is of no known form.
fn section(entry: &Value) -> Option<Result<Section>> {
    let table = match entry {
        Value::String(name) => return Some(Ok(Section::tag(name))),
        Value::Object(table) => table,
        _ => return None,
    };
    let mut section = Section::tag(table.get("name")?.as_str()?);
    for (key, value) in table {
        match (key.as_str(), value) {
            ("name", _) => {}
            ("open", Value::String(tag)) => section.open.clone_from(tag),
            ("close", Value::String(tag)) => section.close.clone_from(tag),
            ("may_be_blank", Value::Bool(yes)) => section.may_be_blank = *yes,
            ("count", Value::String(word)) => match word.parse() {
                Ok(count) => section.count = count,
                Err(error) => return Some(Err(error)),
            },
            _ => return None,
        }
    }
    Some(Ok(section))
}

pub(super) const TAG_COUNT: Kind = Kind {
    name: "tag_count",
    about: "The share of the declared tags that occur exactly once.",
    options: &[
        KindOption::new(
            "sections",
            Takes::TextsOrTables,
            "The sections whose tags are counted, as names or objects as for `format`.",
        )
        .default(r#"["think", "answer"]"#),
        KindOption::new(
            "profile",
            Takes::Word(&["open_r1"]),
            "The library whose count is reproduced, instead of `sections`: open-r1 counts four exact strings with line breaks.",
        ),
    ],
    build: |options| {
        let declared = sections(options, "sections")?;
        if options.word("profile")?.is_some() {
            return match declared {
                None => Ok(Box::new(Peer::TagCount)),
                Some(_) => Err(options.refuse("profile", "left out where `sections` are given")),
            };
        }
        let sections = declared.unwrap_or_else(|| vec![Section::tag("think"), Section::tag("answer")]);
        Ok(Box::new(TagCount::new(Structure::new(sections, Outside::Anywhere)?)))
    },
};

pub(super) const REASONING_STEPS: Kind = Kind {
    name: "reasoning_steps",
    about: "The number of visible step markers divided by `target`, at most 1.",
    options: &[KindOption::new(
        "target",
        Takes::Whole { least: 1, most: u32::MAX as u64 },
        "The number of markers that earns the full reward.",
    )
    .default("3")],
    build: |options| {
        let target = options.u64("target")?.unwrap_or(3);
        let target = u32::try_from(target).map_err(|_| options.refuse("target", "a smaller number"))?;
        Ok(Box::new(ReasoningSteps::new(target)?))
    },
};

pub(super) const CODE_FORMAT: Kind = Kind {
    name: "code_format",
    about: "The answer part holds a closed, visible code block in one of the languages, and every fence in it is closed.",
    options: &[
        KindOption::new(
            "languages",
            Takes::Texts,
            "The words that are accepted after the opening fence, for example `python`; without it every language is.",
        ),
        KindOption::new(
            "profile",
            Takes::Word(&["open_r1"]),
            "The library whose rule is reproduced: open-r1 applies a regular expression to the first of the languages, or to python without any.",
        ),
    ],
    build: |options| {
        let languages = options.strings("languages")?.unwrap_or_default();
        if options.word("profile")?.is_some() {
            return Ok(Box::new(Peer::CodeFormat(languages.first().copied().unwrap_or("python").to_owned())));
        }
        Ok(Box::new(CodeFormat::new(languages)))
    },
};
