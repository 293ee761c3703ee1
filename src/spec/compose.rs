//! Kinds made of rewards: `sum`, `all`, `any`, `min`, `product`, `gate`, `clip`, `map`, `route`.

use serde_json::Value;

use super::{ComponentSpec, Kind, Options};
use crate::compose::{Clip, Combine, CombineRule, Gate, Route, Unscored, VerdictMap};
use crate::{Component, Result, Reward};

const REWARDS: (&str, &str) = ("rewards", "The components: a list of tables with a kind, and optionally a name and a weight.");
const UNSCORED: (&str, &str) =
    ("unscored", "What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.");
const INNER: (&str, &str) = ("reward", "The reward whose value is changed, as a table with a kind.");

/// A reward inside this one.
pub(super) fn inner(options: &Options<'_>, name: &str) -> Result<Box<dyn Reward>> {
    options.required(name, options.component(name)?)?.build()
}

fn combine(options: &Options<'_>, rule: CombineRule) -> Result<Box<dyn Reward>> {
    let components = options.required("rewards", options.components("rewards")?)?;
    let unscored = match options.choice("unscored", &["sample", "leave_out"])? {
        Some("leave_out") => Unscored::LeaveOut,
        _ => Unscored::Sample,
    };
    let rewards = components.iter().map(Component::from_spec).collect::<Result<_>>()?;
    Ok(Box::new(Combine::new(rule, rewards, unscored)?))
}

pub(super) const SUM: Kind = Kind {
    name: "sum",
    about: "The weighted sum of rewards.",
    options: &[REWARDS, UNSCORED],
    build: |options| combine(options, CombineRule::Sum),
};

pub(super) const ALL: Kind = Kind {
    name: "all",
    about: "1 where every reward is correct, else 0.",
    options: &[REWARDS, UNSCORED],
    build: |options| combine(options, CombineRule::All),
};

pub(super) const ANY: Kind = Kind {
    name: "any",
    about: "1 where one of the rewards is correct, else 0.",
    options: &[REWARDS, UNSCORED],
    build: |options| combine(options, CombineRule::Any),
};

pub(super) const MIN: Kind = Kind {
    name: "min",
    about: "The lowest of the rewards' values.",
    options: &[REWARDS, UNSCORED],
    build: |options| combine(options, CombineRule::Min),
};

pub(super) const PRODUCT: Kind = Kind {
    name: "product",
    about: "The product of the rewards' values.",
    options: &[REWARDS, UNSCORED],
    build: |options| combine(options, CombineRule::Product),
};

pub(super) const GATE: Kind = Kind {
    name: "gate",
    about: "A reward counts only where another is correct.",
    options: &[
        ("condition", "The reward that must be correct, as a table with a kind."),
        ("reward", "The reward that counts then, as a table with a kind."),
        ("otherwise", "The value elsewhere; 0 unless said."),
    ],
    build: |options| {
        let otherwise = options.f64("otherwise")?.unwrap_or(0.0);
        Ok(Box::new(Gate::new(inner(options, "condition")?, inner(options, "reward")?, otherwise)?))
    },
};

pub(super) const CLIP: Kind = Kind {
    name: "clip",
    about: "A reward's value, held within bounds.",
    options: &[INNER, ("min", "The lowest value; none unless said."), ("max", "The highest value; none unless said.")],
    build: |options| {
        let (min, max) = (options.f64("min")?.unwrap_or(f64::NEG_INFINITY), options.f64("max")?.unwrap_or(f64::INFINITY));
        Ok(Box::new(Clip::new(inner(options, "reward")?, min, max)?))
    },
};

pub(super) const MAP: Kind = Kind {
    name: "map",
    about: "A value for each verdict of a reward.",
    options: &[
        INNER,
        ("correct", "The value of correct; 1 unless said."),
        ("incorrect", "The value of incorrect; 0 unless said."),
        ("unscored", "The value of unscored, which makes it incorrect; it stays unscored unless said."),
    ],
    build: |options| {
        let (correct, incorrect) = (options.f64("correct")?.unwrap_or(1.0), options.f64("incorrect")?.unwrap_or(0.0));
        Ok(Box::new(VerdictMap::new(inner(options, "reward")?, correct, incorrect, options.f64("unscored")?)?))
    },
};

pub(super) const ROUTE: Kind = Kind {
    name: "route",
    about: "Each row is judged by the reward that one of its fields names.",
    options: &[
        ("field", "The row's field to route by."),
        ("cases", "A table from the field's values to rewards."),
        ("default", "The reward for other rows; they are unscored unless said."),
    ],
    build: |options| {
        let field = options.required("field", options.str("field")?)?;
        let Some(Value::Object(cases)) = options.value("cases") else {
            options.required("cases", options.value("cases"))?;
            return Err(options.refuse("cases", "a table from values to rewards"));
        };
        let build = |(case, spec): (&String, &Value)| Ok((case.clone(), ComponentSpec::from_value(spec)?.build()?));
        let cases = cases.iter().map(build).collect::<Result<_>>()?;
        let default = options.component("default")?.map(|spec| spec.build()).transpose()?;
        Ok(Box::new(Route::new(field, cases, default)?))
    },
};
