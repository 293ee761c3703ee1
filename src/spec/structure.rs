//! Kinds on the structure of a completion: `format`, `tag_count`, `reasoning_steps`, `code_format`.

use serde_json::Value;

use super::{Kind, Options};
use crate::structure::peers::Peer;
use crate::structure::{
    Coat, CodeFormat, Count, Format, FormatOptions, Outside, Prefilled, ReasoningSteps, Section, Soft, Structure, TagCount,
    Template,
};
use crate::{Error, Result, Reward};

pub(super) const FORMAT: Kind = Kind {
    name: "format",
    about: "The completion has the declared structure: sections in order, each once, with visible text, and nothing outside.",
    options: &[
        ("template", "think_answer (the default), think, boxed, coat, open_r1 or trl; leave it out with `sections`."),
        ("prefilled_think", "true where the prompt ends with the first opening tag, false (the default), or \"either\"."),
        (
            "soft",
            "strict (the default), tags or sections: pay the share of them that is right, at most 0.9 where the whole is not.",
        ),
        (
            "sections",
            "Your own structure: a list of names, or of tables with name, open, close, count (once, optional, some, any), may_be_blank.",
        ),
        ("ordered", "Whether the sections come in the order given; true unless said."),
        ("outside", "Where text may stand outside the sections: nowhere (the default), after (it must), maybe_after or anywhere."),
        ("min_actions", "coat: at least this many meta-actions; 1 unless said."),
        ("require_boxed", "coat: the last step must hold a box; false unless said."),
    ],
    build: build_format,
};

fn build_format(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let prefilled_think = match options.value("prefilled_think") {
        None => Prefilled::No,
        Some(Value::Bool(yes)) => Prefilled::from(*yes),
        Some(Value::String(word)) => Prefilled::from_word(word)?,
        Some(_) => return Err(options.refuse("prefilled_think", "true, false or \"either\"")),
    };
    let soft = match options.choice("soft", &["strict", "tags", "sections"])? {
        Some("tags") => Soft::Tags,
        Some("sections") => Soft::Sections,
        _ => Soft::Strict,
    };
    let template = match (options.str("template")?, sections(options, "sections")?) {
        (Some(_), Some(_)) => return Err(options.refuse("template", "left out where `sections` are given")),
        (None, Some(sections)) => {
            Template::Custom(Structure::new(sections, options.bool("ordered")?.unwrap_or(true), outside(options)?)?)
        }
        (Some("coat"), None) => {
            let defaults = Coat::default();
            let min_actions = options.usize("min_actions")?.unwrap_or(defaults.min_actions);
            Template::Coat(Coat { min_actions, require_boxed: options.bool("require_boxed")?.unwrap_or(defaults.require_boxed) })
        }
        (name, None) => Template::from_name(name.unwrap_or("think_answer"))?,
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

fn outside(options: &Options<'_>) -> Result<Outside> {
    Ok(match options.choice("outside", &["nowhere", "after", "maybe_after", "anywhere"])? {
        Some("after") => Outside::After,
        Some("maybe_after") => Outside::MaybeAfter,
        Some("anywhere") => Outside::Anywhere,
        _ => Outside::Nowhere,
    })
}

fn sections(options: &Options<'_>, name: &str) -> Result<Option<Vec<Section>>> {
    const EXPECTED: &str = "a list of names, or of tables with `name` and optionally open, close, count, may_be_blank";
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
            ("count", Value::String(word)) => {
                section.count = match word.as_str() {
                    "once" => Count::Once,
                    "optional" => Count::Optional,
                    "some" => Count::Some,
                    "any" => Count::Any,
                    other => {
                        return Some(Err(Error::option("count", format_args!("`{other}`"), "use once, optional, some or any")));
                    }
                }
            }
            _ => return None,
        }
    }
    Some(Ok(section))
}

pub(super) const TAG_COUNT: Kind = Kind {
    name: "tag_count",
    about: "The share of the declared tags that occur exactly once.",
    options: &[
        ("sections", "The sections whose tags count, as for format; think and answer unless said."),
        ("profile", "open_r1: four exact strings with line breaks, as open-r1 counts."),
    ],
    build: |options| {
        let declared = sections(options, "sections")?;
        if options.choice("profile", &["open_r1"])?.is_some() {
            return match declared {
                None => Ok(Box::new(Peer::TagCount)),
                Some(_) => Err(options.refuse("profile", "left out where `sections` are given")),
            };
        }
        let sections = declared.unwrap_or_else(|| vec![Section::tag("think"), Section::tag("answer")]);
        Ok(Box::new(TagCount::new(Structure::new(sections, true, Outside::Anywhere)?)))
    },
};

pub(super) const REASONING_STEPS: Kind = Kind {
    name: "reasoning_steps",
    about: "Visible step markers: min(1, markers / target).",
    options: &[("target", "The number of markers that earns the full reward; 3 unless said.")],
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
        ("languages", "The words after the fence that are accepted; any language unless said."),
        ("profile", "open_r1: its regular expression for the first of the languages (python unless said)."),
    ],
    build: |options| {
        let languages = options.strings("languages")?.unwrap_or_default();
        if options.choice("profile", &["open_r1"])?.is_some() {
            return Ok(Box::new(Peer::CodeFormat(languages.first().copied().unwrap_or("python").to_owned())));
        }
        Ok(Box::new(CodeFormat::new(languages)))
    },
};
