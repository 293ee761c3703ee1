//! Ranges of numeric options. An error names the field, the number and the range.

use crate::{Error, Result};

pub(crate) fn positive(field: &str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::option(field, value, "give a finite number above 0"))
}

pub(crate) fn at_least(field: &str, value: f64, low: f64) -> Result<()> {
    if value.is_finite() && value >= low {
        return Ok(());
    }
    Err(Error::option(field, value, format_args!("give a finite number of at least {low}")))
}
