//! Every file of configs/ at toy size: two numbers, a smaller model, tens of steps. In each stage of reinforcement
//! learning the reward must rise.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// What makes a run small. The held-out problems are few, because the rewards of training are looked at.
const SMALL: &[&str] =
    &["evaluation.problems=20", "evaluation.samples=4", "evaluation.every=0", "model.hidden_size=48", "model.intermediate_size=96"];

/// A short warm start and a short first stage of reinforcement learning, with large steps, because there are few.
const FAST: &[&str] = &[
    "stage.0.sft.options.steps=200",
    "stage.0.sft.options.batch=64",
    "stage.0.sft.options.optimizer.schedule.decay.cosine.steps=200",
    "stage.0.sft.options.optimizer.learning_rate=3e-3",
    "stage.1.grpo.options.prompts=16",
    "stage.1.grpo.options.optimizer.learning_rate=1e-3",
];

/// Problems of two numbers.
const EASY: &[&str] = &["task.numbers=[2,2]", "task.searchers=0.3", "task.most_tries=3"];

struct Run {
    folder: tempfile::TempDir,
    output: Output,
}

impl Run {
    fn new(config: &str, set: &[&[&str]]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = Self::start(folder.path(), config, set, &[]);
        assert!(output.status.success(), "{config}: {}", String::from_utf8_lossy(&output.stderr));
        Self { folder, output }
    }

    fn start(folder: &Path, config: &str, set: &[&[&str]], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reasoner"));
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(config)).args(["--threads", "1", "--device", "cpu"]);
        command.arg("--out").arg(folder.join("run")).args(more);
        for value in set.iter().copied().flatten() {
            command.args(["--set", value]);
        }
        command.output().unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("run").join(name)
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The numbers of one name over the steps of a stage.
    fn series(&self, stage: &str, name: &str) -> Vec<f64> {
        let lines = self.lines("metrics.jsonl");
        let of_stage = lines.iter().filter(|line| line["kind"] == "step" && line["stage"] == stage);
        let found: Vec<f64> = of_stage.filter_map(|line| line[name].as_f64()).collect();
        assert!(!found.is_empty(), "no `{name}` in stage `{stage}`");
        found
    }

    /// The last and the first fifth of a series.
    fn rise(&self, stage: &str, name: &str) -> f64 {
        let series = self.series(stage, name);
        let part = series.len().div_ceil(5);
        let mean = |part: &[f64]| part.iter().sum::<f64>() / f64::from(u32::try_from(part.len()).unwrap());
        mean(&series[series.len() - part..]) - mean(&series[..part])
    }
}

#[test]
fn r1_zero_learns_and_writes_its_folder() {
    let sizes: &[&str] = &["stage.1.grpo.options.steps=40"];
    let run = Run::new("r1_zero.toml", &[SMALL, EASY, FAST, sizes]);
    assert!(run.rise("grpo", "reward") > 0.1, "{:?}", run.series("grpo", "reward"));
    let losses = run.series("warm start", "loss");
    assert!(losses[losses.len() - 1] < 0.5 * losses[0]);
    for name in ["config.toml", "run.json", "model.safetensors", "samples_before.jsonl", "samples_after.jsonl"] {
        assert!(run.path(name).exists(), "{name}");
    }
    let report = std::fs::read_to_string(run.path("report.html")).unwrap();
    assert!(report.contains("pass_at_1") && report.contains("warm start"));
    assert!(String::from_utf8_lossy(&run.output.stdout).trim_end().ends_with("report.html"));
    assert!(!run.path("checkpoint_1").exists(), "the checkpoint inside a stage is dropped at its end");
}

#[test]
fn score_learns_over_two_attempts() {
    let sizes: &[&str] = &[
        "stage.1.grpo.options.steps=40",
        "stage.2.grpo.options.steps=25",
        "stage.2.grpo.options.prompts=16",
        "stage.2.grpo.options.optimizer.learning_rate=1e-3",
    ];
    let run = Run::new("score.toml", &[SMALL, &EASY[..1], FAST, sizes]);
    assert!(run.rise("stage I", "correct") > 0.05, "{:?}", run.series("stage I", "correct"));
    assert!(run.rise("stage II", "correct") > 0.0, "{:?}", run.series("stage II", "correct"));
    assert!(run.lines("metrics.jsonl").iter().any(|line| line["accuracy_t1"].is_number() && line["delta"].is_number()));
}

#[test]
fn satori_learns_from_restarts() {
    let sizes: &[&str] = &["stage.1.grpo.restarts.problems=60", "stage.1.grpo.options.steps=35"];
    let run = Run::new("satori.toml", &[SMALL, EASY, FAST, sizes]);
    assert!(run.rise("restart and explore", "reward") > 0.08, "{:?}", run.series("restart and explore", "reward"));
    assert!(run.lines("metrics.jsonl").iter().any(|line| line["correct_from_wrong"].is_number()));
}

#[test]
fn the_stages_of_r1_lead_to_one_language() {
    let sizes: &[&str] = &[
        "stage.1.grpo.options.steps=35",
        "stage.2.traces.problems=40",
        "stage.3.sft.options.steps=10",
        "stage.4.grpo.options.steps=5",
        "stage.4.grpo.options.prompts=16",
    ];
    let run = Run::new("r1.toml", &[SMALL, EASY, FAST, sizes]);
    assert!(run.rise("reasoning", "reward") > 0.1, "{:?}", run.series("reasoning", "reward"));
    let lines = run.lines("metrics.jsonl");
    let shares: Vec<f64> = lines.iter().filter_map(|line| line["one_language"].as_f64()).collect();
    assert!(shares[shares.len() - 1] > shares[0] + 0.2, "{shares:?}");
    let traces = run.lines("traces.jsonl");
    assert!(!traces.is_empty() && traces.iter().all(|row| row["completion"].as_str().is_some_and(|text| !text.contains("это"))));
}

#[test]
fn verified_traces_teach_a_smaller_student() {
    let sizes: &[&str] = &[
        "stage.1.grpo.options.steps=30",
        "stage.2.traces.problems=60",
        "stage.3.fresh.model.hidden_size=32",
        "stage.4.sft.options.steps=60",
        "stage.5.sft.options.steps=60",
        "stage.5.sft.options.batch=64",
    ];
    let run = Run::new("distill.toml", &[SMALL, EASY, FAST, sizes]);
    assert!(run.rise("the teacher's grpo", "reward") > 0.05, "{:?}", run.series("the teacher's grpo", "reward"));
    let losses = run.series("distillation", "loss");
    assert!(losses[losses.len() - 1] < losses[0]);
    let model = std::fs::read(run.path("model.safetensors")).unwrap();
    assert!(model.len() < 4 * 40_000, "the student is what is saved: {} bytes", model.len());
}

#[test]
fn templates_are_compared_on_the_same_problems() {
    let sizes: &[&str] = &[
        "stage.0.sft.options.steps=80",
        "stage.0.sft.options.batch=32",
        "stage.2.grpo.options.steps=2",
        "stage.2.grpo.options.prompts=4",
    ];
    let run = Run::new("templates.toml", &[SMALL, EASY, sizes]);
    let found: Value = serde_json::from_str(&std::fs::read_to_string(run.path("templates.json")).unwrap()).unwrap();
    let names: Vec<&str> = found["variants"].as_array().unwrap().iter().filter_map(|rate| rate["name"].as_str()).collect();
    assert_eq!(names, ["plain", "reworded", "1_shot", "2_shot"]);
    assert_eq!(found["comparisons"].as_array().unwrap().len(), 3);
    let rows = run.lines("templates.jsonl");
    assert!(
        rows.iter().any(|row| row["template"] == "2_shot" && row["prompt"].as_str().is_some_and(|text| text.lines().count() == 3))
    );
}

#[cfg(feature = "code")]
#[test]
fn programs_are_learned_in_the_sandbox() {
    let sizes: &[&str] =
        &["task.operations=[1,1]", "evaluation.problems=5", "stage.1.grpo.options.steps=15", "stage.1.grpo.options.prompts=12"];
    let run = Run::new("code.toml", &[SMALL, FAST, sizes]);
    assert!(run.rise("grpo", "reward") > 0.1, "{:?}", run.series("grpo", "reward"));
    assert!(run.series("grpo", "missing").iter().all(|missing| *missing == 0.0), "every program was judged");
}

#[test]
fn a_run_that_was_stopped_continues_where_it_was() {
    let sizes: &[&str] = &["stage.0.sft.options.steps=6", "stage.1.grpo.options.steps=6", "stage.1.grpo.options.prompts=4"];
    let straight = Run::new("r1_zero.toml", &[SMALL, EASY, sizes]);
    let folder = tempfile::tempdir().unwrap();
    for stop in ["3", "8", "10"] {
        let resume: &[&str] = if stop == "3" { &["--stop-after", stop] } else { &["--resume", "--stop-after", stop] };
        let output = Run::start(folder.path(), "r1_zero.toml", &[SMALL, EASY, sizes], resume);
        assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let other: &[&str] = &["stage.1.grpo.options.samples=5"];
    let output = Run::start(folder.path(), "r1_zero.toml", &[SMALL, EASY, sizes, other], &["--resume"]);
    assert_eq!(output.status.code(), Some(2), "another configuration needs --changed");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--changed"));
    let output = Run::start(folder.path(), "r1_zero.toml", &[SMALL, EASY, sizes], &["--resume"]);
    let resumed = Run { folder, output };
    assert!(resumed.output.status.success(), "{}", String::from_utf8_lossy(&resumed.output.stderr));
    let model = |run: &Run| std::fs::read(run.path("model.safetensors")).unwrap();
    assert_eq!(model(&straight), model(&resumed), "the same bits");
    assert_eq!(straight.series("grpo", "reward"), resumed.series("grpo", "reward"));
    let output = Run::start(resumed.folder.path(), "r1_zero.toml", &[], &[]);
    assert_eq!(output.status.code(), Some(2), "a folder with a run is not overwritten");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--resume"));
}

#[test]
fn what_is_wrong_with_a_configuration_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (set, expected) in [
        ("stage.1.grpo.options.stepz=3", "stepz"),
        ("stage.1.grpo.options.samples=0", "samples"),
        ("model.num_key_value_heads=4", "num_key_value_heads"),
        ("model.hidden_sise=3", "hidden_sise"),
        ("task.voice={words={mixing=0.1,mixed=1}}", "mixed"),
        ("evaluation.max_new_tokens=300", "evaluation.max_new_tokens"),
        ("stage.1.grpo.options.entropy_target=-1.0", "entropy_target"),
        ("stage.1.grpo.options.loss.positive_nll=0.5", "loss.positive_nll"),
        ("stage.1.grpo.options.follow_ups=['again']", "second_attempt"),
        ("stage.1.grpo.language_weight=-1.0", "language_weight"),
        ("stage.1.grpo.restarts.share=nan", "restarts.share"),
        ("stage.7.grpo.options.steps=3", "2 entries"),
        ("task.kind=sudoku", "sudoku"),
        ("task.numbers=[3,2]", "task.numbers"),
        ("task.operators='-'", "task.operators"),
        ("evaluation.samples=0", "evaluation.samples"),
    ] {
        let output = Run::start(folder.path(), "r1_zero.toml", &[&[set]], &[]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{set}: {error}");
        assert!(error.contains(expected), "{set}: {error}");
    }
    // A task without a problem to hold out would be drawn from for ever.
    let few = &["task.numbers=[2,2]", "task.largest=2", "task.operators='+'"];
    let output = Run::start(folder.path(), "r1_zero.toml", &[few], &[]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && error.contains("too few problems"), "{error}");
}
