//! The host's side of one instance: its streams, limits, clock and random generator, and why it ended.
//!
//! Accepts: growth of the memory within the limit. Refuses: more, and tables without a maximum.

use std::time::Duration;

use wasmtime::{Global, Memory, ResourceLimiter};

use super::stop::Stop;

/// The start of the virtual clocks: the first second of 2025, UTC. Programs that compare it with release or expiry
/// dates see an ordinary date.
const EPOCH: Duration = Duration::from_secs(1_735_689_600);
/// The first state of the random generator: any fixed number except 0.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Handles the requests of the instance that runs tests.
pub(super) type Answer = Box<dyn FnMut(&[u8]) -> Result<Vec<u8>, Stop> + Send + Sync>;

/// The host's side of one instance.
pub(super) struct Run {
    pub(super) stdin: Vec<u8>,
    /// How many bytes of it were read.
    pub(super) read: usize,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) output_limit: usize,
    pub(super) memory_limit: usize,
    /// The largest size that the instance's memory had, in bytes.
    pub(super) memory: usize,
    /// Whether more memory was requested than the limit.
    pub(super) memory_denied: bool,
    /// Why a host function ended the run.
    pub(super) stop: Option<Stop>,
    pub(super) answer: Option<Answer>,
    /// The guest's exports; `None` until it is instantiated.
    pub(super) exports: Option<Exports>,
    /// The reply that the guest has not taken yet.
    pub(super) answered: Vec<u8>,
    /// The fuel of the request that runs, and the fuel that earlier requests spent.
    pub(super) budget: i64,
    pub(super) spent: u64,
    /// What the clock shows beside the time of the fuel.
    pub(super) now: Duration,
    random: u64,
}

/// The parts of an instance that host functions use.
#[derive(Clone, Copy)]
pub(super) struct Exports {
    pub(super) memory: Memory,
    pub(super) fuel: Global,
}

impl Run {
    /// The host's side of a fresh instance.
    pub(super) fn new(memory_limit: usize, output_limit: usize) -> Run {
        Run {
            stdin: Vec::new(),
            read: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            output_limit,
            memory_limit,
            memory: 0,
            memory_denied: false,
            stop: None,
            answer: None,
            exports: None,
            answered: Vec::new(),
            budget: 0,
            spent: 0,
            now: EPOCH,
            random: SEED,
        }
    }

    /// Knuth's 64-bit linear congruential generator (MMIX); its high bits are the most random ones.
    pub(super) fn random_byte(&mut self) -> u8 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.random.to_le_bytes()[7]
    }
}

impl ResourceLimiter for Run {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = desired <= self.memory_limit;
        self.memory_denied |= !allowed;
        if allowed {
            self.memory = self.memory.max(desired);
        }
        Ok(allowed)
    }

    fn table_growing(&mut self, _: usize, _: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(maximum.is_some())
    }
}
