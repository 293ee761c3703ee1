//! The cases of programs: `tests/cases/code`.
#![allow(dead_code, reason = "a test program uses a part of it")]

use r1rewards::Sample;
use serde::Deserialize;
use serde_json::Value;

use super::cases::{Case, Tests};

/// A program and the name of the tests of its file that judge it. The case gives its reason, several possible reasons,
/// or only its verdict.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    pub name: String,
    tests: String,
    program: String,
    pub reason: Option<String>,
    pub reasons: Option<Vec<String>>,
    pub verdict: Option<String>,
    #[serde(skip)]
    judged_by: Value,
}

impl Case for Program {
    const FOLDER: &'static str = "code";
    const SHARES_TESTS: bool = true;

    fn complete(&mut self, tests: &Tests) -> Result<(), String> {
        let found = tests.get(&self.tests).ok_or_else(|| format!("no `tests.{}` stands at the head of the file", self.tests))?;
        self.judged_by = serde_json::to_value(found).map_err(|error| format!("`tests.{}` is no JSON: {error}", self.tests))?;
        match (&self.reason, &self.reasons, &self.verdict) {
            (Some(_), None, None) | (None, Some(_), None) | (None, None, Some(_)) => Ok(()),
            _ => Err("give one of `reason`, `reasons` and `verdict`".into()),
        }
    }
}

impl Program {
    /// The sample that is judged.
    pub fn sample(&self) -> Sample {
        sample(&self.program, &self.judged_by)
    }
}

/// A program to be judged by tests.
pub fn sample(program: &str, tests: &Value) -> Sample {
    let mut sample = Sample::new(program);
    sample.tests = Some(tests.clone().into());
    sample
}
