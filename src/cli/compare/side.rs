//! One side of a comparison: a scorer, a result file, or a command.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::cli::grader::Grader;
use crate::cli::judging::read_for;
use crate::cli::results::{Results, Wanted};
use crate::math::{Explanation, Math, Policy};
use crate::rows::run::Spot;
use crate::rows::{Fields, Source};
use crate::spec::{ComponentSpec, math_policy};
use crate::{Outcome, RewardSpec, Sample, Scorer};

/// What judges the samples.
pub(super) enum Side {
    /// A scorer; the math verifier beside it explains disagreements, where it is one of its policies.
    Scorer(Scorer, Option<Box<Math>>),
    /// Results that were written before, and the name of their file.
    Results(Results, String),
    /// Another grader, which is a process.
    Command(Grader),
}

/// What an argument names.
enum Named<'a> {
    Command(&'a str),
    Spec(&'a str),
    Results(&'a str),
    Policy(&'a str),
    Kind(&'a str),
}

impl<'a> Named<'a> {
    fn of(argument: &'a str) -> Self {
        let ends = |endings: &[&str]| endings.iter().any(|ending| argument.ends_with(ending));
        match argument.strip_prefix("command:") {
            Some(command) => Self::Command(command),
            None if ends(&[".toml", ".json"]) => Self::Spec(argument),
            None if Path::new(argument).exists() || ends(&[".jsonl", ".gz", ".zst", ".parquet"]) => Self::Results(argument),
            None if Policy::NAMES.contains(&argument) => Self::Policy(argument),
            None => Self::Kind(argument),
        }
    }
}

impl Side {
    /// The side that an argument names: `command:PROGRAM ARGUMENTS`, a spec (`.toml`, `.json`), a result file, a math
    /// policy, or a kind of reward.
    pub(super) fn named(argument: &str, jobs: Option<usize>, patience: Duration) -> anyhow::Result<Self> {
        let (spec, math) = match Named::of(argument) {
            Named::Command(command) => return Grader::start(command, patience).map(Self::Command),
            Named::Results(path) => return Ok(Self::Results(Results::read(path)?, path.to_owned())),
            Named::Spec(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
                let read = if path.ends_with(".json") { RewardSpec::from_json } else { RewardSpec::from_toml };
                (read(&text).with_context(|| path.to_owned())?, None)
            }
            Named::Policy(policy) => {
                let options = serde_json::Map::from_iter([("policy".to_owned(), policy.into())]);
                let math = Math::new(math_policy(&options)?);
                (RewardSpec { components: vec![ComponentSpec { options, ..ComponentSpec::new("math") }] }, Some(math))
            }
            Named::Kind(kind) => {
                let math = (kind == "math" || kind == "auto").then(Math::strict);
                (RewardSpec { components: vec![ComponentSpec::new(kind)] }, math)
            }
        };
        let help = || {
            let policies = Policy::NAMES.join(", ");
            format!(
                "`{argument}` is no math policy ({policies}), kind of reward, spec (.toml, .json), result file or command:PROGRAM"
            )
        };
        let builder = Scorer::builder().spec(&spec).with_context(help)?;
        let builder = match jobs {
            Some(jobs) => builder.jobs(jobs),
            None => builder,
        };
        Ok(Self::Scorer(builder.build()?, math.map(Box::new)))
    }

    /// The files that it reads.
    pub(super) fn files(argument: &str) -> Vec<Source> {
        match Named::of(argument) {
            Named::Spec(path) | Named::Results(path) => Source::named(path).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Fields that read rows with the columns that belong to their problems for this side.
    pub(super) fn columns_of(&mut self, fields: Fields) -> Fields {
        match self {
            Self::Scorer(scorer, _) => read_for(fields, scorer),
            Self::Results(results, _) => results.columns_of(fields),
            Self::Command(_) => fields,
        }
    }

    /// Says how rows are read for both sides.
    pub(super) fn see(&mut self, fields: &Fields) {
        if let Self::Results(results, _) = self {
            results.see(fields);
        }
    }

    /// Whether it compares the completions of a prompt, and so needs all of them at once.
    pub(super) fn needs_whole_groups(&self) -> bool {
        matches!(self, Self::Scorer(scorer, _) if scorer.needs_whole_group())
    }

    /// The scorer, if it is one.
    pub(super) fn scorer(&self) -> Option<&Scorer> {
        if let Self::Scorer(scorer, _) = self { Some(scorer) } else { None }
    }

    /// The outcomes of samples, in order; `spots` says where each is, `last` whether no more follow.
    pub(super) fn judge(&mut self, samples: &[Sample], spots: &[Spot], last: bool) -> anyhow::Result<Vec<Outcome>> {
        match self {
            Self::Scorer(scorer, _) => Ok(scorer.score_batch(samples)),
            Self::Results(results, _) => {
                let of_sample = |(sample, spot): (&Sample, &Spot)| {
                    let wanted =
                        Wanted { place: spot.place(), id: &sample.id, own_id: spot.own_id, hash: spot.hash, named: spot.named };
                    results.need(&wanted).map(|row| row.outcome)
                };
                samples.iter().zip(spots).map(of_sample).collect()
            }
            Self::Command(grader) => Ok(grader.judge(samples, last)?),
        }
    }

    /// What to say at the end: results that no row had.
    pub(super) fn left_over(&self) -> Option<String> {
        match self {
            Self::Results(results, path) => {
                let (first, _) = results.left().next()?;
                Some(format!("{path} has {} results without a row, for example {}", results.left().count(), first.id))
            }
            _ => None,
        }
    }

    /// Its explanation of a math sample as JSON, if it is a math policy.
    pub(super) fn explain(&self, sample: &Sample) -> Option<serde_json::Value> {
        serde_json::to_value(self.explanation(sample)?).ok()
    }

    /// Its explanation of a math sample in words, if it is a math policy.
    pub(super) fn explained(&self, sample: &Sample) -> Option<String> {
        self.explanation(sample).map(|explanation| explanation.to_string())
    }

    fn explanation(&self, sample: &Sample) -> Option<Explanation> {
        let Self::Scorer(_, Some(math)) = self else { return None };
        let gold = sample.answers().first().filter(|_| sample.tests.is_none())?;
        Some(math.explain(gold, &sample.completion))
    }
}
