//! The table of presets, the most specific first.
//!
//! Source: the columns of the published data sets and the documentation of the trainers.

use super::preset::Preset;
use super::reference::Reference;
use crate::rows::field::Field::{Answer, Completion, Id, Prompt, Reward, Tests};
use crate::{Error, Result};

/// An entry without a sign whose reference is the whole column.
const PLAIN: Preset = Preset { name: "", about: "", columns: &[], paths: &[], reference: Reference::Whole, sign: None };

/// All presets, in the order in which they are tried.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "livecodebench",
        about: "LiveCodeBench code generation",
        columns: &["question_content", "public_test_cases", "private_test_cases"],
        paths: &[(Prompt, "question_content"), (Tests, "public_test_cases"), (Id, "question_id")],
        ..PLAIN
    },
    Preset {
        name: "leetcode",
        about: "LeetCode problems with tests of a class `Solution`",
        columns: &["entry_point", "test", "starter_code"],
        paths: &[(Tests, "test"), (Id, "task_id")],
        ..PLAIN
    },
    Preset {
        name: "humaneval",
        about: "HumanEval, HumanEval+",
        columns: &["task_id", "prompt", "entry_point", "test"],
        paths: &[(Tests, "test"), (Id, "task_id")],
        ..PLAIN
    },
    Preset {
        name: "kodcode",
        about: "KodCode V1",
        columns: &["question", "test", "test_info"],
        paths: &[(Prompt, "question"), (Tests, "test"), (Id, "question_id")],
        ..PLAIN
    },
    Preset {
        name: "kodcode",
        about: "KodCode V1 (older files, SFT)",
        columns: &["question", "solution", "test_code"],
        paths: &[(Prompt, "question"), (Tests, "test_code"), (Id, "question_id")],
        ..PLAIN
    },
    Preset {
        name: "mbpp",
        about: "MBPP, full",
        columns: &["task_id", "text", "test_list"],
        paths: &[(Prompt, "text"), (Tests, "test_list"), (Id, "task_id")],
        ..PLAIN
    },
    Preset {
        name: "mbpp",
        about: "MBPP, sanitized; MBPP+",
        columns: &["task_id", "prompt", "test_list"],
        paths: &[(Tests, "test_list"), (Id, "task_id")],
        ..PLAIN
    },
    Preset {
        name: "mbpp",
        about: "other rows with a prompt and a list of assertions",
        columns: &["prompt", "test_list"],
        paths: &[(Tests, "test_list")],
        ..PLAIN
    },
    Preset {
        name: "code_contests",
        about: "CodeContests",
        columns: &["description", "public_tests", "private_tests", "generated_tests"],
        paths: &[(Prompt, "description"), (Tests, "public_tests")],
        ..PLAIN
    },
    Preset {
        name: "apps",
        about: "APPS",
        columns: &["problem_id", "question", "input_output"],
        paths: &[(Prompt, "question"), (Tests, "input_output"), (Id, "problem_id")],
        ..PLAIN
    },
    Preset {
        name: "taco",
        about: "TACO",
        columns: &["question", "input_output", "starter_code"],
        paths: &[(Prompt, "question"), (Tests, "input_output")],
        ..PLAIN
    },
    Preset {
        name: "verl",
        about: "verl, DAPO, Skywork-OR1",
        columns: &["prompt", "data_source", "reward_model.ground_truth"],
        paths: &[(Answer, "reward_model.ground_truth")],
        reference: Reference::Listed,
        ..PLAIN
    },
    Preset {
        name: "nemo_gym",
        about: "NeMo Gym rollouts with an expected answer",
        columns: &["responses_create_params.input", "response.output", "expected_answer"],
        paths: &[
            (Prompt, "responses_create_params.input"),
            (Completion, "response.output"),
            (Answer, "expected_answer"),
            (Reward, ""),
        ],
        ..PLAIN
    },
    Preset {
        name: "nemo_gym",
        about: "NeMo Gym rollouts with tests",
        columns: &["responses_create_params.input", "response.output", "verifier_metadata"],
        paths: &[
            (Prompt, "responses_create_params.input"),
            (Completion, "response.output"),
            (Tests, "verifier_metadata"),
            (Reward, ""),
        ],
        ..PLAIN
    },
    Preset {
        name: "nemo_gym",
        about: "NeMo Gym tasks with an expected answer",
        columns: &["responses_create_params.input", "expected_answer"],
        paths: &[(Prompt, "responses_create_params.input"), (Answer, "expected_answer")],
        ..PLAIN
    },
    Preset {
        name: "nemo_gym",
        about: "NeMo Gym tasks with tests",
        columns: &["responses_create_params.input", "verifier_metadata"],
        paths: &[(Prompt, "responses_create_params.input"), (Tests, "verifier_metadata")],
        ..PLAIN
    },
    Preset {
        name: "deepmath",
        about: "DeepMath-103K",
        columns: &["question", "final_answer"],
        paths: &[(Prompt, "question"), (Answer, "final_answer")],
        ..PLAIN
    },
    Preset {
        name: "numina",
        about: "NuminaMath-1.5, OpenR1-Math",
        columns: &["problem", "solution", "answer", "problem_type"],
        paths: &[(Prompt, "problem")],
        reference: Reference::Sentinel,
        ..PLAIN
    },
    Preset {
        name: "numina",
        about: "NuminaMath-CoT, NuminaMath-TIR",
        columns: &["problem", "solution", "messages"],
        paths: &[(Prompt, "problem"), (Answer, "solution")],
        reference: Reference::LastBox,
        ..PLAIN
    },
    Preset {
        name: "math_500",
        about: "MATH-500",
        columns: &["problem", "solution", "answer", "unique_id"],
        paths: &[(Prompt, "problem"), (Id, "unique_id")],
        ..PLAIN
    },
    Preset {
        name: "openmath",
        about: "OpenMathReasoning, OpenMathInstruct-2",
        columns: &["problem", "generated_solution", "expected_answer"],
        paths: &[(Prompt, "problem"), (Completion, "generated_solution"), (Answer, "expected_answer")],
        ..PLAIN
    },
    Preset {
        name: "big_math",
        about: "Big-Math, and other rows of a problem and its answer",
        columns: &["problem", "answer"],
        paths: &[(Prompt, "problem")],
        ..PLAIN
    },
    Preset {
        name: "math",
        about: "MATH",
        columns: &["problem", "solution"],
        paths: &[(Prompt, "problem"), (Answer, "solution")],
        reference: Reference::LastBox,
        ..PLAIN
    },
    Preset {
        name: "gsm8k",
        about: "GSM8K",
        columns: &["question", "answer"],
        paths: &[(Prompt, "question")],
        reference: Reference::AfterHashes,
        sign: Some(("answer", "####")),
    },
    Preset {
        name: "trl",
        about: "TRL: rows of GRPO with completions",
        columns: &["prompt", "completions", "solution"],
        paths: &[(Completion, "completions"), (Answer, "solution")],
        reference: Reference::BoxOrWhole,
        ..PLAIN
    },
    Preset {
        name: "trl",
        about: "TRL: rows of GRPO with completions",
        columns: &["prompt", "completions", "ground_truth"],
        paths: &[(Completion, "completions"), (Answer, "ground_truth")],
        reference: Reference::BoxOrWhole,
        ..PLAIN
    },
    Preset {
        name: "trl",
        about: "TRL: rows of GRPO with completions",
        columns: &["prompt", "completions", "answer"],
        paths: &[(Completion, "completions")],
        reference: Reference::BoxOrWhole,
        ..PLAIN
    },
    Preset {
        name: "trl",
        about: "TRL: prompts with a solution",
        columns: &["prompt", "solution"],
        paths: &[(Answer, "solution")],
        reference: Reference::BoxOrWhole,
        ..PLAIN
    },
    Preset {
        name: "trl",
        about: "TRL: prompts with a ground truth",
        columns: &["prompt", "ground_truth"],
        paths: &[(Answer, "ground_truth")],
        reference: Reference::BoxOrWhole,
        ..PLAIN
    },
    Preset {
        name: "openrlhf",
        about: "OpenRLHF with --label_key label",
        columns: &["prompt", "label"],
        paths: &[(Answer, "label")],
        ..PLAIN
    },
    Preset {
        name: "openrlhf",
        about: "OpenRLHF with --input_key input",
        columns: &["input", "label"],
        paths: &[(Prompt, "input"), (Answer, "label")],
        ..PLAIN
    },
    Preset {
        name: "openrlhf",
        about: "OpenRLHF with --input_key input --label_key answer",
        columns: &["input", "answer"],
        paths: &[(Prompt, "input")],
        ..PLAIN
    },
    Preset {
        name: "verifiers",
        about: "verifiers: a question and its answer",
        columns: &["question", "answer"],
        paths: &[(Prompt, "question")],
        ..PLAIN
    },
    Preset {
        name: "verifiers",
        about: "verifiers: a prompt, its answer and info",
        columns: &["prompt", "answer", "info"],
        paths: &[(Reward, "")],
        ..PLAIN
    },
    Preset {
        name: "verifiers",
        about: "verifiers: a prompt, its answer and the task",
        columns: &["prompt", "answer", "task"],
        paths: &[(Reward, "")],
        ..PLAIN
    },
];

impl Preset {
    /// The preset of a name; several entries may share one.
    ///
    /// # Errors
    /// An unknown name; the message lists the known ones.
    pub fn named(name: &str) -> Result<&'static str> {
        let found = PRESETS.iter().find(|preset| preset.name == name).map(|preset| preset.name);
        found.ok_or_else(|| {
            let mut names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            names.dedup();
            Error::spec(format_args!("unknown preset `{name}`; known presets: auto, none, {}", names.join(", ")))
        })
    }
}
