//! Whether the tests of a row can be sent to an instance and their results received.
//!
//! Accepts: names of at most [`MOST_NAME`] bytes, arguments of at most [`MOST_REQUEST`] bytes, expected values that fit
//! into a reply, expected output that a program may write. Refuses the rest by field, size and limit (`bad_tests`): no
//! program could pass such tests.

use super::bad_tests::{BadTests, bad};
use super::compare::Compare;
use super::limits::{Limits, MOST_NAME};
use super::tests_spec::{CallCase, StdioCase, TestKind, Tests};
use super::value::Value;
use super::wire;

/// Most bytes of the arguments of a call: as many as a whole line of rows may have.
const MOST_REQUEST: usize = 64 << 20;
/// An upper bound of the bytes around a value in a reply.
const AROUND: usize = 32;

impl Tests {
    /// Checks that a right program can pass within these limits: that arguments and expected values fit into messages.
    ///
    /// # Errors
    /// [`BadTests`], which names the field, its size and the limit.
    pub fn fit(&self, limits: &Limits) -> Result<(), BadTests> {
        match &self.kind {
            TestKind::Stdio { checker: Some(_), .. } => Ok(()),
            TestKind::Stdio { cases, compare, .. } => each(cases, |case, place| output(case, *compare, limits, place)),
            TestKind::Call { cases, .. } => each(cases, |case, place| call(case, limits, place)),
            // What the test code asks for is known only when it runs.
            TestKind::Asserts(_) => Ok(()),
        }
    }
}

fn each<T>(cases: &[T], check: impl Fn(&T, &str) -> Result<(), String>) -> Result<(), BadTests> {
    let checked = cases.iter().enumerate().try_for_each(|(index, case)| check(case, &format!("tests.tests[{index}]")));
    checked.map_err(bad)
}

fn call(case: &CallCase, limits: &Limits, place: &str) -> Result<(), String> {
    for (name, value) in &case.kwargs {
        if let Value::Str(name) = name
            && name.len() > MOST_NAME
        {
            let bytes = name.len();
            return Err(format!("`{place}.kwargs` has a name of {bytes} bytes; at most {MOST_NAME} are read: give a shorter one"));
        }
        small(&format!("{place}.kwargs"), size(value), MOST_REQUEST)?;
    }
    let sent = case.args.iter().chain(case.kwargs.iter().map(|(_, value)| value)).map(size).sum();
    small(&format!("{place}.args"), sent, MOST_REQUEST)?;
    case.right().try_for_each(|right| small(&format!("{place}.expected"), size(right), limits.reply.saturating_sub(AROUND)))
}

fn small(field: &str, bytes: usize, most: usize) -> Result<(), String> {
    if bytes > most {
        return Err(format!("`{field}` takes {bytes} bytes as a message; at most {most} can be sent: give a smaller value"));
    }
    Ok(())
}

/// The bytes of a value in a message.
fn size(value: &Value) -> usize {
    wire::encode(value).len()
}

fn output(case: &StdioCase, compare: Option<Compare>, limits: &Limits, place: &str) -> Result<(), String> {
    // `floats` may accept output that is shorter than the expected text.
    if case.output.len() <= limits.output || matches!(compare, Some(Compare::Floats(_))) {
        return Ok(());
    }
    // In every other mode the characters that are not white space must be written.
    let bytes = case.output.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    if bytes > limits.output {
        let most = limits.output;
        return Err(format!(
            "`{place}.output` has {bytes} bytes that are not white space; a program may write {most}: raise `output` in the spec"
        ));
    }
    Ok(())
}
