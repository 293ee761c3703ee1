//! The cases of math: `tests/cases/math` (two bare answers) and `tests/cases/extract` (a whole response).
#![allow(dead_code, reason = "a test program uses a part of it")]

use serde::Deserialize;

use super::cases::{Case, Tests};

/// Two bare answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub gold: String,
    pub answer: String,
    pub equal: bool,
    pub reason: Option<String>,
    #[serde(default = "strict")]
    pub policy: String,
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case for Pair {
    const FOLDER: &'static str = "math";

    fn complete(&mut self, _: &Tests) -> Result<(), String> {
        if self.equal && self.reason.is_some() {
            return Err("`reason` is needless: two equal answers are `equal`".into());
        }
        Ok(())
    }
}

impl Pair {
    /// Whether a reason is the one that the case gives. If the case gives none, both sides were read and compared: they
    /// are equal, or they differ in value or in kind.
    pub fn is_reason(&self, reason: &str) -> bool {
        match &self.reason {
            Some(expected) => expected == reason,
            None if self.equal => reason == "equal",
            None => matches!(reason, "different" | "wrong_kind"),
        }
    }
}

/// A whole response.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    pub gold: String,
    pub completion: String,
    pub verdict: String,
    pub reason: Option<String>,
    #[serde(default = "strict")]
    pub policy: String,
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case for Response {
    const FOLDER: &'static str = "extract";

    fn complete(&mut self, _: &Tests) -> Result<(), String> {
        match (self.verdict.as_str(), &self.reason) {
            ("correct", None) => Ok(()),
            ("correct", Some(_)) => Err("`reason` is needless: a correct answer is `equal`".into()),
            ("incorrect" | "unscored", Some(_)) => Ok(()),
            (verdict @ ("incorrect" | "unscored"), None) => Err(format!("`reason` is missing: say why it is {verdict}")),
            (other, _) => Err(format!("`verdict` is {other:?}: use correct, incorrect or unscored")),
        }
    }
}

fn strict() -> String {
    "strict".to_owned()
}
