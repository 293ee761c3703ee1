//! What judges the attacks: our own verifier, or a command that is started again when it hangs or crashes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};

use crate::cli::args::RedteamArgs;
use crate::cli::grader::{Fault, Grader};
use crate::cli::judging::spec_file;
use crate::redteam::{Row, Ruling};
use crate::spec::ComponentSpec;
use crate::{Outcome, RewardSpec, Sample, Scorer};

/// How long a command may take from its start to the verdict of the first sample, at least: it may load a model.
const START: Duration = Duration::from_secs(300);

pub(super) enum Judge {
    /// Rewards of ours: for rows with a reference, and for rows with tests.
    Own([Scorer; 2]),
    Command(Attacked),
}

/// What was ruled about a row.
pub(super) struct Ruled {
    pub(super) ruling: Ruling,
    /// The outcome, or why there is none.
    pub(super) said: Result<Outcome, String>,
    /// The time that a command took.
    pub(super) seconds: Option<f64>,
}

impl Judge {
    pub(super) fn new(args: &RedteamArgs) -> anyhow::Result<Self> {
        if let Some(command) = &args.command {
            return Attacked::start(command, Duration::from_secs(args.patience.get())).map(Self::Command);
        }
        let scorer = |spec: RewardSpec, option: &'static str| -> anyhow::Result<Scorer> {
            Ok(Scorer::builder().spec(&spec).context(option)?.jobs(1).build()?)
        };
        if let Some(path) = &args.rewards {
            return Ok(Self::Own([scorer(spec_file(path)?, "--rewards")?, scorer(spec_file(path)?, "--rewards")?]));
        }
        let math = ComponentSpec::new("math").with_option("policy", &*args.policy);
        let spec = |component| RewardSpec { components: vec![component] };
        Ok(Self::Own([scorer(spec(math), "--policy")?, scorer(RewardSpec::kind("auto"), "auto")?]))
    }

    /// The name of the grader, for reports.
    pub(super) fn name(&self, args: &RedteamArgs) -> String {
        match (&args.command, &args.rewards) {
            (Some(name), _) | (None, Some(name)) => name.clone(),
            (None, None) => format!("r1rewards, {}", args.policy),
        }
    }

    /// What is ruled about rows, in order; `next` is called before each row of a command, `done` after each row.
    pub(super) fn rule(&mut self, rows: &[Row], mut next: impl FnMut(&Row), mut done: impl FnMut()) -> anyhow::Result<Vec<Ruled>> {
        match self {
            Self::Own([answers, tests]) => {
                // One by one: rows with the same prompt are no group.
                let judge = |row: &Row| {
                    let scorer = if row.sample.tests.is_some() { &*tests } else { &*answers };
                    let mut outcomes = scorer.score_batch(std::slice::from_ref(&row.sample));
                    done();
                    let outcome = outcomes.pop().context("a scorer gives an outcome for each sample")?;
                    Ok(Ruled { ruling: Ruling::of(&outcome), said: Ok(outcome), seconds: None })
                };
                rows.iter().map(judge).collect()
            }
            Self::Command(attacked) => {
                let judge = |row: &Row| {
                    next(row);
                    let ruled = attacked.rule(&row.sample);
                    done();
                    ruled
                };
                rows.iter().map(judge).collect()
            }
        }
    }
}

/// A command under attack.
pub(super) struct Attacked {
    command: String,
    patience: Duration,
    /// The process; `None` after it hung or crashed.
    running: Option<Grader>,
}

impl Attacked {
    fn start(command: &str, patience: Duration) -> anyhow::Result<Self> {
        Ok(Self { command: command.to_owned(), patience, running: Some(started(command, patience)?) })
    }

    fn rule(&mut self, sample: &Sample) -> anyhow::Result<Ruled> {
        let mut grader = match self.running.take() {
            Some(grader) => grader,
            None => started(&self.command, self.patience)?,
        };
        let start = Instant::now();
        let said = grader.judge(std::slice::from_ref(sample), false);
        let seconds = Some(start.elapsed().as_secs_f64());
        Ok(match said {
            Ok(outcomes) => {
                let outcome = outcomes.into_iter().next().context("a grader gives an outcome for each sample")?;
                self.running = Some(grader);
                Ruled { ruling: Ruling::of(&outcome), said: Ok(outcome), seconds }
            }
            Err(failure) => {
                let ruling = match failure.fault {
                    Fault::Hang => Ruling::Hang,
                    Fault::Crash | Fault::Wrong => Ruling::Crash,
                };
                Ruled { ruling, said: Err(failure.to_string()), seconds }
            }
        })
    }
}

/// Starts a command, and waits until it has judged a simple sample, so that loading is not counted as a hang of the first attack.
fn started(command: &str, patience: Duration) -> anyhow::Result<Grader> {
    let mut grader = Grader::start(command, patience.max(START)).context("--command")?;
    let simple = Sample::new("The answer is $\\boxed{4}$.").with_id("start").with_prompt("What is 2 + 2?").with_answer("4");
    grader
        .judge(&[simple], false)
        .map_err(|failure| anyhow!("--command: the grader did not judge a first simple sample, before any attack: {failure}"))?;
    grader.be_patient(patience);
    Ok(grader)
}
