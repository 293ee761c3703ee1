//! Selects a reward by a field of the row.

use serde_json::{Map, Value, json};

use super::with_components;
use crate::core::reward::given;
use crate::{Error, Outcome, Reason, Result, Reward, Sample};

/// Judges each row with the reward that belongs to the value of one of its fields.
///
/// ```
/// use r1rewards::{Reward, Sample, compose::Route, structure::Format, text::{Exact, Normalize}};
/// let cases: Vec<(String, Box<dyn Reward>)> = vec![("chat".into(), Box::new(Format::think_answer())), ("quiz".into(), Box::new(Exact::new(Normalize::default())))];
/// let route = Route::new("task", cases, None)?;
/// let mut sample = Sample::new("42").with_answer("42");
/// assert_eq!(route.score(&sample).reason.code(), "field_missing");
/// sample.fields.insert("task".into(), "quiz".into());
/// assert!(route.score(&sample).is_correct());
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Route {
    field: String,
    cases: Vec<(String, Box<dyn Reward>)>,
    default: Option<Box<dyn Reward>>,
}

impl Route {
    /// Rewards by the field's value (a string; numbers and booleans as JSON text). Rows with another value, or without
    /// the field, are judged with the default, or are unscored if there is none.
    ///
    /// # Errors
    /// An empty field name, no case, or a case given twice.
    pub fn new(field: impl Into<String>, cases: Vec<(String, Box<dyn Reward>)>, default: Option<Box<dyn Reward>>) -> Result<Self> {
        let field = field.into();
        if field.is_empty() {
            return Err(Error::option("field", "an empty name", "name the row's field to route by"));
        }
        if cases.is_empty() {
            return Err(Error::option("cases", "none", "give at least one value with its reward"));
        }
        if let Some(twice) = cases
            .iter()
            .enumerate()
            .find_map(|(at, (case, _))| cases[..at].iter().any(|(earlier, _)| earlier == case).then_some(case))
        {
            return Err(Error::option("cases", format_args!("`{twice}` twice"), "give every value once"));
        }
        Ok(Self { field, cases, default })
    }

    /// The case of a row and its reward.
    fn case(&self, sample: &Sample) -> std::result::Result<(&str, &dyn Reward), (Reason, String)> {
        let value = match sample.fields.read(&self.field)? {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Null) | None => None,
            Some(other) => Some(other.to_string()),
        };
        let case = value.as_ref().and_then(|value| self.cases.iter().find(|(case, _)| case == value));
        match (case, &self.default, value) {
            (Some((case, reward)), ..) => Ok((case, &**reward)),
            (None, Some(default), _) => Ok(("default", &**default)),
            (None, None, None) => Err((Reason::FieldMissing, format!("the row has no `{}` to route by", self.field))),
            (None, None, Some(value)) => Err((Reason::NoReward, format!("no reward for `{}` = `{value}`", self.field))),
        }
    }

    fn wrap(case: &str, inner: Outcome) -> Outcome {
        let outcome = Outcome { components: Vec::new(), ..inner.clone() };
        with_components(outcome, vec![(case.to_owned(), inner)])
    }
}

impl Reward for Route {
    fn name(&self) -> &'static str {
        "route"
    }

    fn config(&self) -> Value {
        let cases: Map<String, Value> = self.cases.iter().map(|(case, reward)| (case.clone(), reward.config())).collect();
        let default = self.default.as_ref().map(Reward::config);
        given(json!({ "kind": "route", "field": self.field, "cases": cases, "default": default }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        match self.case(sample) {
            Ok((case, reward)) => Self::wrap(case, reward.score(sample)),
            Err((reason, detail)) => Outcome::unscored(reason).with_detail(detail),
        }
    }

    /// The samples of one case are judged together.
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; samples.len()];
        for at in 0..samples.len() {
            if outcomes[at].is_some() {
                continue;
            }
            let (case, reward) = match self.case(samples[at]) {
                Ok(found) => found,
                Err((reason, detail)) => {
                    outcomes[at] = Some(Outcome::unscored(reason).with_detail(detail));
                    continue;
                }
            };
            let same: Vec<usize> = (at..samples.len())
                .filter(|other| self.case(samples[*other]).is_ok_and(|(name, _)| std::ptr::eq(name, case)))
                .collect();
            let group: Vec<&Sample> = same.iter().map(|place| samples[*place]).collect();
            for (place, inner) in same.into_iter().zip(reward.score_group(&group)) {
                outcomes[place] = Some(Self::wrap(case, inner));
            }
        }
        outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::unscored(Reason::Internal))).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.cases.iter().map(|(_, reward)| reward).chain(&self.default).any(crate::Reward::needs_whole_group)
    }
}
