//! Ranges of options that only the torch room has.

use crate::grpo::check::positive;
use crate::{Error, Result};

pub(crate) fn between(field: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::option(field, value, format_args!("give a number from {low} to {high}")))
}

/// In (0, 1].
pub(crate) fn fraction(field: &str, value: f64) -> Result<()> {
    positive(field, value)?;
    between(field, value, 0.0, 1.0)
}

/// Above 0 where it is given.
pub(super) fn optional_positive(field: &str, value: Option<f64>) -> Result<()> {
    value.map_or(Ok(()), |value| positive(field, value))
}

/// Above `limit`; `why` says what a smaller number would do.
pub(super) fn above(field: &str, value: f64, limit: f64, why: &str) -> Result<()> {
    if value.is_finite() && value > limit {
        return Ok(());
    }
    Err(Error::option(field, value, format_args!("give a finite number above {limit}: {why}")))
}
