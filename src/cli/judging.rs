//! The scorer and the columns that the arguments of `verify score` and `verify templates` name.

use crate::math::Math;
use crate::rows::Fields;
use crate::rows::run::RunSummary;
use crate::spec::{ComponentSpec, math_policy, problem_columns};
use crate::{RewardSpec, Scorer};
use anyhow::Context as _;

use super::args::{JudgingArgs, ReadingArgs};
use super::shown::say;

/// The columns of the fields: every `--map`.
pub(super) fn fields(map: &[String]) -> anyhow::Result<Fields> {
    map.iter().try_fold(Fields::default(), |fields, assignment| fields.map(assignment)).context("--map")
}

/// The same fields, with the columns that belong to the problem of a row because these rewards read them.
pub(super) fn read_for(fields: Fields, scorer: &Scorer) -> Fields {
    fields.with_context(&problem_columns(scorer.config()))
}

/// The same fields, with the format and the preset of the arguments.
pub(super) fn read_as(fields: Fields, args: &ReadingArgs) -> anyhow::Result<Fields> {
    let fields = match &args.format {
        Some(format) => fields.format(format.parse().context("--format")?),
        None => fields,
    };
    fields.preset(&args.preset).context("--preset")
}

/// The scorer of a spec file or of one kind of reward.
pub(super) fn scorer(args: &JudgingArgs) -> anyhow::Result<Scorer> {
    let spec = match &args.rewards {
        Some(path) => spec_file(path)?,
        None => RewardSpec {
            components: vec![ComponentSpec { options: super::math::options(&args.options)?, ..ComponentSpec::new(&*args.reward) }],
        },
    };
    let builder = Scorer::builder().spec(&spec).with_context(|| args.rewards.clone().unwrap_or_else(|| "--reward".to_owned()))?;
    Ok(match args.jobs {
        Some(jobs) => builder.jobs(jobs.get()),
        None => builder,
    }
    .build()?)
}

/// The spec in a file: TOML, or JSON if its name ends in .json.
pub(super) fn spec_file(path: &str) -> anyhow::Result<RewardSpec> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let is_json = std::path::Path::new(path).extension().is_some_and(|extension| extension == "json");
    let read = if is_json { RewardSpec::from_json } else { RewardSpec::from_toml };
    read(&text).with_context(|| path.to_owned())
}

/// The math verifier of the references, if the arguments choose one: by default, with `--reward auto` or `math`.
pub(super) fn math(args: &JudgingArgs) -> anyhow::Result<Option<Math>> {
    if args.rewards.is_some() || !["auto", "math"].contains(&&*args.reward) {
        return Ok(None);
    }
    let mut options = super::math::options(&args.options)?;
    // `auto` passes its other options to other kinds, too.
    options.retain(|name, _| args.reward == "math" || name == "policy");
    Ok(Some(Math::new(math_policy(&options)?)))
}

/// Says what is odd about the rows of a run, but no error.
pub(super) fn warn(summary: &RunSummary) {
    summary.warnings().iter().for_each(|warning| say(format_args!("verify: {warning}\n")));
}

/// The error if rows are there, but none of them can be read.
pub(super) fn no_row_read(summary: &RunSummary) -> String {
    format!(
        "no row could be read. First problem: {}. Mend the rows, or name the columns with --map, for example --map \
         completion=response",
        summary.first_problem().unwrap_or("unknown")
    )
}
