//! Kinds made of rewards: `sum`, `all`, `any`, `min`, `product`, `gate`, `clip`, `map`, `route`.

use serde_json::Value;

use super::{ComponentSpec, Kind, KindOption, Options, Takes};
use crate::compose::{Clip, Combine, CombineRule, Gate, Route, Unscored, VerdictMap};
use crate::{Component, Result, Reward};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[&SUM, &ALL, &ANY, &MIN, &PRODUCT, &GATE, &CLIP, &MAP, &ROUTE];

const REWARDS: KindOption = KindOption::new(
    "rewards",
    Takes::Rewards,
    "The rewards that are combined, each with its weight and its name where it has them.",
)
.required();
const UNSCORED: KindOption = KindOption::new(
    "unscored",
    Takes::Word(&Unscored::NAMES),
    "What happens where a component cannot be scored: the sample is unscored, or the component is left out.",
)
.default("sample");
const INNER: KindOption = KindOption::new("reward", Takes::Reward, "The reward whose value is changed.").required();

/// A reward inside this one.
pub(super) fn inner(options: &Options<'_>, name: &str) -> Result<Box<dyn Reward>> {
    options.required(name, options.component(name)?)?.build()
}

fn combine(options: &Options<'_>, rule: CombineRule) -> Result<Box<dyn Reward>> {
    let components = options.required("rewards", options.components("rewards")?)?;
    let unscored = options.named("unscored")?.unwrap_or_default();
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
        KindOption::new("condition", Takes::Reward, "The reward that must be correct.").required(),
        KindOption::new("reward", Takes::Reward, "The reward that counts where the condition is correct.").required(),
        KindOption::new("otherwise", Takes::NUMBER, "The value where the condition is not correct.").default("0"),
    ],
    build: |options| {
        let otherwise = options.f64("otherwise")?.unwrap_or(0.0);
        Ok(Box::new(Gate::new(inner(options, "condition")?, inner(options, "reward")?, otherwise)?))
    },
};

pub(super) const CLIP: Kind = Kind {
    name: "clip",
    about: "A reward's value, held within bounds.",
    options: &[
        INNER,
        KindOption::new("min", Takes::NUMBER, "The lowest value; without it there is no lower bound."),
        KindOption::new("max", Takes::NUMBER, "The highest value; without it there is no upper bound."),
    ],
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
        KindOption::new("correct", Takes::NUMBER, "The value where the reward is correct.").default("1"),
        KindOption::new("incorrect", Takes::NUMBER, "The value where the reward is incorrect.").default("0"),
        KindOption::new(
            "unscored",
            Takes::NUMBER,
            "The value where the reward is unscored, which makes the verdict incorrect; without it the sample stays unscored.",
        ),
    ],
    build: |options| {
        let (correct, incorrect) = (options.f64("correct")?.unwrap_or(1.0), options.f64("incorrect")?.unwrap_or(0.0));
        Ok(Box::new(VerdictMap::new(inner(options, "reward")?, correct, incorrect, options.f64("unscored")?)?))
    },
};

pub(super) const ROUTE: Kind = Kind {
    name: "route",
    about: "Each row is judged by the reward that the value of one of its fields selects.",
    options: &[
        KindOption::new("field", Takes::Text, "The row's field whose value selects the reward.").required().names_column(),
        KindOption::new("cases", Takes::RewardTable, "The reward for each value of the field.").required(),
        KindOption::new("default", Takes::Reward, "The reward for rows with another value or none; without it they are unscored."),
    ],
    build: |options| {
        let field = options.required("field", options.str("field")?)?;
        let Some(Value::Object(cases)) = options.value("cases") else {
            options.required("cases", options.value("cases"))?;
            return Err(options.refuse("cases", "an object from values to rewards"));
        };
        let build = |(case, spec): (&String, &Value)| Ok((case.clone(), ComponentSpec::from_value(spec)?.build()?));
        let cases = cases.iter().map(build).collect::<Result<_>>()?;
        let default = options.component("default")?.map(|spec| spec.build()).transpose()?;
        Ok(Box::new(Route::new(field, cases, default)?))
    },
};
