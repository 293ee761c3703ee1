//! What a run may use, in units that do not depend on the machine.
//!
//! Accepts: limits of fuel, memory, output, reply and source size. Wall-clock time is no limit: `seconds` in a spec and
//! `timeout` in a row's tests are converted to fuel, [`FUEL_PER_SECOND`] units for each second.

use serde::{Deserialize, Serialize};

/// Fuel of one second; `timeout` in a row is converted with it. Chosen so that an ordinary contest program is charged
/// about the seconds that it takes natively (CPython 3.11): `benches/code_seconds.py` measures the ratio, and
/// `docs/fuel.md` has the table. It stays fixed, since it is part of what a verdict means.
pub const FUEL_PER_SECOND: u64 = 10_000_000_000;

/// Bytes of the guest's shadow stack, and of the machine's stack under it: recursion of about this depth ends in
/// `stack_overflow`.
pub(super) const WASM_STACK: usize = 64 << 20;

/// Most bytes of the name of a function or an argument: an error that quotes it must fit into a reply and into a
/// report.
pub(super) const MOST_NAME: usize = 1024;

/// What one request to an instance may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Fuel units of one request: loading the program, one call, one run, one check.
    pub fuel: u64,
    /// Bytes of linear memory, including the interpreter's.
    pub memory: usize,
    /// Bytes that a request may write to each of stdout and stderr.
    pub output: usize,
    /// Bytes of a reply, which holds the result of a call.
    pub reply: usize,
    /// Bytes of the program.
    pub source: usize,
}

impl Default for Limits {
    /// Four seconds of fuel, 512 MiB, 8 MiB of output, 16 MiB of result, 1 MiB of program.
    fn default() -> Self {
        Self { fuel: 4 * FUEL_PER_SECOND, memory: 512 << 20, output: 8 << 20, reply: 16 << 20, source: 1 << 20 }
    }
}
