//! Runs a guest's start once and writes the state it reached out as a new module.
//!
//! The start may read two directories (the standard library and the application); it has no clock worth trusting, no network and no other file.
//! What it prints goes to the builder's own standard output and error.

use std::path::Path;
use std::pin::pin;
use std::task::{Poll, Waker};
use wasmtime::error::Context;
use wasmtime::{Config, Engine, Linker, Result, Store};
use wasmtime_wasi::p1::{self, WasiP1Ctx};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};
use wasmtime_wizer::Wizer;

/// The export that runs the start.
const INITIALIZE: &str = "wizer_initialize";
/// Importing a large library nests deeply.
const WASM_STACK: usize = 32 << 20;
/// Room for host calls above the guest's own stack.
const HOST_STACK: usize = 8 << 20;

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
