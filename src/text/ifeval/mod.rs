//! Instruction following: the 25 constraint types of `IFEval`.
//!
//! Accepts: rows with `instruction_id_list` and `kwargs`, as the data set has them, or constraints in the spec.
//! Refuses: unknown ids and missing arguments (unscored: the row is at fault).
//!
//! Source: `IFEval` (2311.07911) and its published checkers. Where those use tools, this module uses a stated rule
//! instead. Sentences end at `.!?` and their full-width forms, not after initials and common abbreviations (theirs: the
//! Punkt model). Languages are recognised in the first 8 KiB by function words and whatlang (theirs: langdetect).
//! Keywords are literal text, not patterns. A response without visible text satisfies no constraint.

mod check;
mod constraint;
mod response;
mod sentences;

use serde_json::{Value, json};

pub use constraint::{CONSTRAINT_IDS, Constraint, Relation};
pub use sentences::split_sentences;

use self::response::Response;
use crate::core::reward::given;
use crate::reading::{Scope, has_visible};
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// Rewards a response for the constraints that it satisfies.
///
/// ```
/// use serde_json::json;
/// use r1rewards::{Reward, Sample, text::ifeval::IfEval};
/// let mut sample = Sample::new("no commas here");
/// sample.fields.insert("instruction_id_list".into(), json!(["punctuation:no_comma", "startend:quotation"]));
/// sample.fields.insert("kwargs".into(), json!([{}, {}]));
/// let outcome = IfEval::from_rows().score(&sample);
/// assert_eq!((outcome.value, outcome.components.len()), (Some(0.0), 2));
/// assert_eq!(IfEval::from_rows().fraction(true).score(&sample).value, Some(0.5));
/// ```
#[derive(Debug, Clone)]
pub struct IfEval {
    constraints: Option<Vec<Constraint>>,
    fraction: bool,
    scope: Scope,
}

impl IfEval {
    /// Reads the constraints of each row.
    pub fn from_rows() -> Self {
        Self { constraints: None, fraction: false, scope: Scope::Answer }
    }

    /// The same constraints for every row.
    ///
    /// # Errors
    /// An empty list.
    pub fn new(constraints: Vec<Constraint>) -> Result<Self> {
        if constraints.is_empty() {
            return Err(Error::option(
                "constraints",
                "an empty list",
                "name at least one constraint, or leave it out to read each row's",
            ));
        }
        Ok(Self { constraints: Some(constraints), fraction: false, scope: Scope::Answer })
    }

    /// Whether the value is the share of constraints satisfied; otherwise it is 1 if all are satisfied and 0 if not.
    #[must_use]
    pub fn fraction(mut self, fraction: bool) -> Self {
        self.fraction = fraction;
        self
    }

    /// Which part of the completion is judged.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    #[expect(clippy::cast_precision_loss, reason = "a row has few constraints")]
    fn judge(&self, response: &str, constraints: &[Constraint]) -> Outcome {
        if !has_visible(response) {
            return Outcome::incorrect(Reason::EmptyCompletion);
        }
        let response = Response::new(response);
        let mut components = Vec::with_capacity(constraints.len());
        for constraint in constraints {
            let kept = constraint.holds(&response);
            let outcome = if kept { Outcome::correct(Reason::Passed) } else { Outcome::incorrect(Reason::ConstraintBroken) };
            components.push((constraint.id().to_owned(), outcome));
        }
        let kept = components.iter().filter(|(_, outcome)| outcome.is_correct()).count();
        let mut outcome = if kept == constraints.len() {
            Outcome::correct(Reason::Passed)
        } else {
            let value = if self.fraction { kept as f64 / constraints.len() as f64 } else { 0.0 };
            Outcome::valued(Verdict::Incorrect, value, Reason::ConstraintBroken)
        };
        outcome.components = components;
        outcome
            .with_detail(format!("{kept} of {} constraints are kept", constraints.len()))
            .with_work(response.text.len() as u64 * constraints.len() as u64)
    }
}

impl Reward for IfEval {
    fn name(&self) -> &'static str {
        "ifeval"
    }

    fn config(&self) -> Value {
        let constraints = self.constraints.as_ref().map(|all| all.iter().map(Constraint::to_value).collect::<Vec<_>>());
        given(json!({
            "kind": "ifeval",
            "constraints": constraints,
            "fraction": self.fraction,
            "scope": self.scope.name(),
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let response = self.scope.of(&sample.completion);
        match &self.constraints {
            Some(constraints) => self.judge(&response, constraints),
            None => match row_constraints(sample) {
                Ok(constraints) => self.judge(&response, &constraints),
                Err((reason, detail)) => Outcome::unscored(reason).with_detail(detail),
            },
        }
    }
}

fn row_constraints(sample: &Sample) -> std::result::Result<Vec<Constraint>, (Reason, String)> {
    let missing = || (Reason::FieldMissing, "the row has no `instruction_id_list`".to_owned());
    let ids = sample.fields.read_json("instruction_id_list")?;
    let ids = ids.as_ref().and_then(|ids| ids.as_array()).ok_or_else(missing)?;
    let kwargs = sample.fields.read_json("kwargs")?;
    let kwargs = kwargs.as_ref().and_then(|kwargs| kwargs.as_array());
    if ids.is_empty() {
        return Err((Reason::BadSpec, "`instruction_id_list` is empty".to_owned()));
    }
    let bad = |error: Error| (Reason::BadSpec, error.to_string());
    ids.iter()
        .enumerate()
        .map(|(at, id)| {
            let arguments = kwargs.and_then(|all| all.get(at)).unwrap_or(&Value::Null);
            Constraint::from_id(id.as_str().unwrap_or_default(), arguments).map_err(bad)
        })
        .collect()
}
