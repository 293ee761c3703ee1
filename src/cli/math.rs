//! `verify math`.

use std::io::Read as _;

use crate::math::{Explanation, Math, Side};
use crate::spec::math_policy;
use crate::{Reason, Verdict};
use anyhow::{Context as _, bail};
use serde_json::Value;

use super::args::{MathArgs, OptionArgs};
use super::codes::{FAILED, FINE, MISSED};
use super::shown::{escaped, say, unread, write_json};

pub(super) fn run(args: &MathArgs) -> anyhow::Result<u8> {
    let answer = if args.answer == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        text
    } else {
        args.answer.clone()
    };
    let explain = |extract: Option<&str>| -> anyhow::Result<Explanation> {
        let options = with_option(options(&args.options)?, "extract", extract)?;
        Ok(Math::new(math_policy(&options)?).explain(&args.gold, &answer))
    };
    let mut explanation = explain(args.extract.as_deref())?;
    let is_given = args.extract.is_some() || options(&args.options)?.contains_key("extract");
    let bare = !is_given && explanation.outcome.reason == Reason::NoAnswer;
    if bare {
        explanation = explain(Some("none"))?;
    }
    let mut stdout = std::io::stdout().lock();
    unread(if args.json { write_json(&mut stdout, &explanation) } else { write_explanation(&mut stdout, &explanation, bare) })?;
    Ok(match explanation.outcome.verdict {
        Verdict::Correct => FINE,
        Verdict::Incorrect => MISSED,
        Verdict::Unscored => {
            say(format_args!("verify: the answer could not be judged: {}\n", explanation.outcome.reason.describe()));
            FAILED
        }
    })
}

/// The options of a reward: `--policy` and every `--set`.
pub(super) fn options(args: &OptionArgs) -> anyhow::Result<serde_json::Map<String, Value>> {
    with_option(assignments(&args.set)?, "policy", args.policy.as_deref())
}

/// The options with one that has an argument of its own, which must not contradict `--set`.
fn with_option(
    mut options: serde_json::Map<String, Value>,
    name: &str,
    value: Option<&str>,
) -> anyhow::Result<serde_json::Map<String, Value>> {
    let Some(value) = value else { return Ok(options) };
    if let Some(set) = options.get(name).filter(|set| **set != value) {
        bail!("--{name} {value} and --set {name}={} contradict each other: give one of them", plain(set));
    }
    options.insert(name.to_owned(), value.into());
    Ok(options)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The options of all `--set option=value`.
pub(super) fn assignments(set: &[String]) -> anyhow::Result<serde_json::Map<String, Value>> {
    let mut options = serde_json::Map::new();
    for assignment in set {
        let (name, value) =
            assignment.split_once('=').with_context(|| format!("`--set {assignment}` must be written --set option=value"))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        if let Some(other) = options.get(name).filter(|other| **other != value) {
            bail!("--set {name}={} and --set {name}={} contradict each other: give one of them", plain(other), plain(&value));
        }
        options.insert(name.to_owned(), value);
    }
    Ok(options)
}

fn write_explanation(out: &mut impl std::io::Write, explanation: &Explanation, bare: bool) -> std::io::Result<()> {
    let outcome = &explanation.outcome;
    write_side(out, "gold", &explanation.gold)?;
    write_side(out, "answer", &explanation.answer)?;
    if bare {
        writeln!(out, "{:<10} no marked answer was found, so the whole text was taken as the answer", "note")?;
    }
    writeln!(out, "{:<10} {} ({})", "verdict", outcome.verdict.code(), outcome.reason.code())?;
    writeln!(out, "{:<10} {}", "why", outcome.reason.describe())?;
    let rest = [("rule", outcome.rule.as_deref()), ("detail", outcome.detail.as_deref())];
    rest.into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .try_for_each(|(name, text)| writeln!(out, "{name:<10} {}", escaped(text)))?;
    if explanation.rewritings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{:<10} {}", "rewritings", explanation.rewritings.join(", "))
}

fn write_side(out: &mut impl std::io::Write, name: &str, side: &Side) -> std::io::Result<()> {
    writeln!(out, "{name:<10} {}", escaped(side.extracted.as_deref().unwrap_or(&side.text)))?;
    let Some(form) = &side.normal_form else { return Ok(()) };
    match side.kind {
        Some(kind) => writeln!(out, "{:<10} = {}  ({kind})", "", escaped(form)),
        None => writeln!(out, "{:<10} = {}", "", escaped(form)),
    }
}
