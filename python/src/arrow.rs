//! Outcomes as a table in Arrow's C data interface.
//!
//! Source: the Arrow C data interface and its PyCapsule protocol (arrow.apache.org/docs/format). The columns:
//! `verdict`, `reward` (null if unscored), `reason`, `extracted`, `rule`, `detail`, `work`, and `components.NAME` with
//! each component's reward.

use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, to_ffi};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array as _, ArrayRef, Float64Array, RecordBatch, RecordBatchIterator, StringArray, StructArray, UInt64Array};

use r1rewards::Outcome;

/// The names of the components in a batch, in the order of the first outcome that has any.
pub(super) fn component_names(outcomes: &[Outcome]) -> Vec<&str> {
    let composed = outcomes.iter().find(|outcome| !outcome.components.is_empty());
    composed.into_iter().flat_map(|outcome| &outcome.components).map(|(name, _)| name.as_str()).collect()
}

/// The reward of a component.
pub(super) fn component(outcome: &Outcome, name: &str) -> Option<f64> {
    outcome.components.iter().find(|(known, _)| known == name)?.1.value
}

/// The table as one struct array with its schema.
pub(super) fn array(outcomes: &[Outcome]) -> Result<(FFI_ArrowArray, FFI_ArrowSchema), String> {
    let table = StructArray::from(table(outcomes)?);
    to_ffi(&table.to_data()).map_err(|error| error.to_string())
}

/// The table as a stream of one batch.
pub(super) fn stream(outcomes: &[Outcome]) -> Result<FFI_ArrowArrayStream, String> {
    let table = table(outcomes)?;
    let schema = table.schema();
    Ok(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(table)], schema))))
}

fn table(outcomes: &[Outcome]) -> Result<RecordBatch, String> {
    let texts = |get: fn(&Outcome) -> Option<&str>| Arc::new(outcomes.iter().map(get).collect::<StringArray>()) as ArrayRef;
    let numbers = |get: &dyn Fn(&Outcome) -> Option<f64>| Arc::new(outcomes.iter().map(get).collect::<Float64Array>()) as ArrayRef;
    let work = outcomes.iter().map(|outcome| outcome.cost.work).collect::<Vec<_>>();
    let mut columns = vec![
        ("verdict".to_owned(), texts(|outcome| Some(outcome.verdict.code()))),
        ("reward".to_owned(), numbers(&|outcome| outcome.value)),
        ("reason".to_owned(), texts(|outcome| Some(outcome.reason.code()))),
        ("extracted".to_owned(), texts(|outcome| outcome.extracted.as_deref())),
        ("rule".to_owned(), texts(|outcome| outcome.rule.as_deref())),
        ("detail".to_owned(), texts(|outcome| outcome.detail.as_deref())),
        ("work".to_owned(), Arc::new(UInt64Array::from(work)) as ArrayRef),
    ];
    for name in component_names(outcomes) {
        columns.push((format!("components.{name}"), numbers(&|outcome| component(outcome, name))));
    }
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(nullable).map_err(|error| error.to_string())
}
