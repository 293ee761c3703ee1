//! Runs a guest's start once and writes the state it reached out as a new module.
//!
//! The start may read two directories (the standard library and the application); it has no network and no other file. Its clock counts how often it
//! was read, and its random bytes are the same each time. What is left of the machine in the snapshot is what the file system says of the two
//! directories: times, numbers, and the order of names. What it prints goes to the builder's own standard output and error.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Poll, Waker};
use std::time::Duration;
use wasmtime::error::Context;
use wasmtime::{Config, Engine, Linker, Result, Store};
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{FsPerms, HostMonotonicClock, HostWallClock, WasiCtxBuilder};
use wasmtime_wizer::Wizer;

/// The export that runs the start.
const INITIALIZE: &str = "wizer_initialize";
/// Importing a large library nests deeply.
const WASM_STACK: usize = 32 << 20;
/// Room for host calls above the guest's own stack.
const HOST_STACK: usize = 8 << 20;
/// Nanoseconds by which the clocks move each time one of them is read.
const TICK: u64 = 1_000;

/// The time since the epoch and since the start: as many ticks as it was asked for.
#[derive(Clone, Default)]
struct Ticks(Arc<AtomicU64>);

impl HostMonotonicClock for Ticks {
    fn resolution(&self) -> u64 {
        TICK
    }

    fn now(&self) -> u64 {
        self.0.fetch_add(TICK, Ordering::Relaxed)
    }
}

impl HostWallClock for Ticks {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(TICK)
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(HostMonotonicClock::now(self))
    }
}

/// Starts `linked` with each of `directories` (host path, guest path) readable and gives the started module.
pub fn take(linked: &[u8], directories: &[(&Path, &str)]) -> Result<Vec<u8>> {
    let mut config = Config::new();
    config.max_wasm_stack(WASM_STACK).async_stack_size(WASM_STACK + HOST_STACK);
    let engine = Engine::new(&config)?;
    let mut linker: Linker<WasiP1Ctx> = Linker::new(&engine);
    p1::add_to_linker_async(&mut linker, |context| context)?;
    // The start has no business with the host: it sets a handler, it sends nothing.
    linker.func_wrap("r1", "host_call", |_: u32, _: u32| -> wasmtime::Result<u32> {
        wasmtime::bail!("host_call during the start")
    })?;
    linker.func_wrap("r1", "host_take", |_: u32| -> wasmtime::Result<()> { wasmtime::bail!("host_take during the start") })?;

    let mut context = WasiCtxBuilder::new();
    context.arg("python").inherit_stdout().inherit_stderr();
    let ticks = Ticks::default();
    context.wall_clock(ticks.clone()).monotonic_clock(ticks);
    let random = || Deterministic::new((0..=u8::MAX).collect());
    context.secure_random(random()).insecure_random(random()).insecure_random_seed(0);
    for (host, guest) in directories {
        context.preopened_dir(host, guest, FsPerms::ReadOnly).with_context(|| format!("cannot open {}", host.display()))?;
    }
    let mut store = Store::new(&engine, context.build_p1());
    let mut wizer = Wizer::new();
    wizer.init_func(INITIALIZE);
    let snapshot = wizer.run(&mut store, linked, async |store, module| linker.instantiate_async(store, module).await);
    wait(snapshot)
}

/// Drives a future that never waits for anything but this thread.
fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = std::task::Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A start that writes both clocks and random bytes into its memory.
    const START: &str = r#"(module
        (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "wizer_initialize")
            (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 64)))
            (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 72)))
            (drop (call $random (i32.const 80) (i32.const 32)))))"#;

    #[test]
    fn the_same_inputs_give_the_same_module_whenever_it_is_made() {
        let linked = wat::parse_str(START).unwrap();
        let first = take(&linked, &[]).unwrap();
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(first, take(&linked, &[]).unwrap());
        // The start did write: 32 random bytes are in the module.
        assert!(first.windows(32).any(|bytes| bytes.iter().copied().eq(0..32)));
    }
}
