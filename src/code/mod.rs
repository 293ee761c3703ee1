//! Programs against tests, in a sandbox.
//!
//! Accepts: Python programs in completions, and tests of three kinds (see [`Tests`]): `stdio`, `call` and `asserts`.
//! Refuses, as `incorrect` with a reason: programs that use more fuel, memory, output or stack than the limits, that
//! exit, raise, answer wrongly, or need what the sandbox lacks (numpy, files, network, threads that run in parallel).
//! Refuses, as `unscored`: tests that cannot be used.
//!
//! The program runs in a WebAssembly instance of CPython: no files, no network, no environment, virtual clocks, seeded
//! random numbers. The expected values and the test code never enter that instance, and the verdict is computed outside
//! of it: output and results are compared on the host, and test code runs in a second instance that sends requests to
//! the first one ([`Tests`], kind `asserts`). Limits are counted in work, so the same sample gives the same outcome on
//! any machine. The design is described in `docs/code.md`.

mod asserted;
mod asserts;
#[cfg(feature = "cli")]
mod audited;
mod bad_tests;
mod cache;
mod call;
mod checker;
mod compare;
mod engine;
mod equality;
mod execution;
mod exits;
mod extract;
mod fences;
mod fields;
pub mod forms;
mod guest;
mod handlers;
mod host;
mod instance;
mod judge;
mod lexed;
mod limits;
mod message;
mod nodes;
mod number;
mod options;
mod precompiled;
mod program;
mod reader;
mod report;
mod reward;
mod run;
mod sendable;
mod slots;
mod stdio;
mod stop;
mod tests_spec;
mod value;
pub mod wire;
mod words;
mod worker;

#[cfg(feature = "cli")]
pub(crate) use audited::{Asserted, Reader};
pub use bad_tests::BadTests;
pub use cache::cache_dir;
pub use compare::Compare;
pub use engine::{Doctor, doctor};
pub use equality::Equality;
pub use execution::Execution;
pub use extract::extract_program;
pub use guest::guest_sha256;
pub use limits::{FUEL_PER_SECOND, Limits};
pub use nodes::Shape;
pub use options::{CodeOptions, Isolation};
pub use report::{Report, TestReport};
pub use reward::Code;
pub use tests_spec::{Asserts, CallCase, Calling, StdioCase, TestKind, Tests};
pub use value::{Handle, Value};
pub use worker::{serve_worker, set_worker};
