//! The extension module `r1rewards._r1rewards`: the crate's public functions for Python.
//!
//! Accepts: Python's own types (text, numbers, lists, mappings) and objects that convert themselves to them. It has no
//! logic: the behaviour of a function is in the crate, its Python interface is in `python/r1rewards`, and the functions
//! here convert values. Python's global lock is released around all work, a panic becomes an ordinary exception, and
//! importing the module starts nothing.

mod advantage;
mod arrow;
mod code;
mod custom;
mod engine;
mod episode;
mod errors;
mod forms;
mod gil;
mod mapped_rows;
mod math;
mod metrics;
mod outcome;
mod outcomes;
mod reads;
mod rows;
mod table;
mod value;

use pyo3::prelude::*;

/// See the package `r1rewards`, which is what users import.
#[pymodule(gil_used = false)]
mod _r1rewards {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::advantage::{
        advantages, component_advantages, greedy_advantages, length_advantages, pass_at_k_advantages, token_advantages,
    };
    #[pymodule_export]
    use super::code::run_program;
    #[pymodule_export]
    use super::custom::{nobody_waits, wait_for_rewards};
    #[pymodule_export]
    use super::engine::Engine;
    #[pymodule_export]
    use super::episode::{Episode, baseline_key, build_restarts, satori_reward, shape};
    #[pymodule_export]
    use super::errors::{EngineError, RowError, SpecError};
    #[pymodule_export]
    use super::forms::{after_prompt, form_tests, read_golds, unreadable, without_end_tokens};
    #[pymodule_export]
    use super::math::MathVerifier;
    #[pymodule_export]
    use super::metrics::{
        cons_at_k, consensus, group_statistics, mean_pass_at_k, pass_at_1, pass_at_k, prompt_sensitivity, reflection,
        self_correction, summarize_reflection,
    };
    #[pymodule_export]
    use super::outcome::Outcome;
    #[pymodule_export]
    use super::outcomes::{Outcomes, OutcomesIterator};
    #[pymodule_export]
    use super::reads::columns_read;
    #[pymodule_export]
    use super::{cli_main, config_hash, kinds, reasons, set_worker, spec_entries};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::custom::register()?;
        module.add("MARKERS", pyo3::types::PyTuple::new(module.py(), r1rewards::metrics::MARKERS)?)?;
        module.add("__version__", r1rewards::engine_version())
    }
}

/// Sets how worker processes of `isolation = "process"` are started. The first call is used; later ones return false.
#[pyfunction]
fn set_worker(command: Vec<std::ffi::OsString>) -> bool {
    r1rewards::code::set_worker(command)
}

/// A name and its meaning.
type Named = (&'static str, &'static str);

/// Every kind of reward that a spec can name: name, meaning, and options with their meanings.
#[pyfunction]
fn kinds() -> Vec<(&'static str, &'static str, Vec<Named>)> {
    let options = |kind: &r1rewards::spec::Kind| kind.options.iter().map(|option| (option.name, option.about)).collect();
    r1rewards::spec::kinds().iter().map(|kind| (kind.name, kind.about, options(kind))).collect()
}

/// Every reason code with its sentence.
#[pyfunction]
fn reasons() -> Vec<Named> {
    r1rewards::Reason::ALL.iter().map(|reason| (reason.code(), reason.describe())).collect()
}

/// The entries of a spec, from text (`"toml"` or `"json"`) or from a Python value.
#[pyfunction]
#[pyo3(signature = (spec, format=None))]
fn spec_entries<'py>(spec: &Bound<'py, PyAny>, format: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    let read = match format {
        Some("toml") => r1rewards::RewardSpec::from_toml(spec.extract()?),
        Some("json") => r1rewards::RewardSpec::from_json(spec.extract()?),
        _ => r1rewards::RewardSpec::from_value(&value::from_python(spec).map_err(errors::spec)?),
    };
    let entries: Vec<_> =
        read.map_err(errors::from_rust)?.components.iter().map(r1rewards::spec::ComponentSpec::to_value).collect();
    value::to_python(spec.py(), &serde_json::Value::Array(entries))
}

/// The stable hash of a configuration: 16 hexadecimal digits.
#[pyfunction]
fn config_hash(config: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(r1rewards::config_hash(&value::from_python(config).map_err(|problem| errors::spec(format!("the configuration {problem}")))?))
}

/// Runs the `verify` command in place of this process's own work and gives its exit code; the first argument is the
/// command's name.
#[pyfunction]
fn cli_main(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> PyResult<u8> {
    gil::without(py, || r1rewards::cli::main(arguments))
}
