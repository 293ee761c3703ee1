//! The WebAssembly engine of the process and the guest compiled for it.
//!
//! Accepts: the embedded guest, or a module given as bytes (tests use small hostile ones). Refuses: modules that import
//! what the host does not offer.
//!
//! There is one engine per process, built at the first use and not at import. A forked child builds its own, since an
//! engine's threads do not survive the fork. Compiling the guest takes seconds the first time on a machine; later
//! processes load it from the [cache](super::cache_dir).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig};

use super::host;
use super::limits::WASM_STACK;
use super::run::Run;
use super::slots::SLOTS;
use super::{cache, guest, handlers, precompiled};
use crate::core::per_process::PerProcess;
use crate::{Error, Result};

/// Instances that can live at once: two for each run that has a slot.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
const INSTANCES: u32 = 2 * SLOTS as u32;
/// The largest memory that a limit can allow, in bytes.
pub(super) const MAX_MEMORY: usize = 1 << 30;
/// Bytes written by an instance that are reset by copying instead of being returned to the system: more than ordinary
/// programs write, and few enough to keep for every slot.
const KEEP_RESIDENT: usize = 4 << 20;
/// Instances whose memory is returned in one system call.
const BATCH: usize = 32;
/// Elements of a table: the guest's tables are larger than the pool's default.
const TABLE_ELEMENTS: usize = 50_000;
/// Largest size in bytes up to which a snapshot is copied on write.
const IMAGE_BYTES: u64 = 256 << 20;

/// A guest ready to be instantiated.
pub(super) struct Guest {
    pub(super) engine: Engine,
    pub(super) instance: InstancePre<Run>,
}

impl Guest {
    /// The Python guest of this process.
    ///
    /// # Errors
    /// The engine cannot be built here, or the embedded guest is broken.
    pub(super) fn python() -> Result<Arc<Guest>> {
        static GUEST: PerProcess<Mutex<Option<Arc<Guest>>>> = PerProcess::new();
        let guest = GUEST.get();
        // Held while the guest is compiled, so that other threads wait for it instead of compiling it too.
        let mut kept = guest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(guest) = &*kept {
            return Ok(Arc::clone(guest));
        }
        let engine = engine()?;
        let module = cached(&engine)?;
        let guest = Arc::new(Guest::link(engine, &module)?);
        *kept = Some(Arc::clone(&guest));
        Ok(guest)
    }

    /// A guest from other bytes, compiled here and not cached.
    ///
    /// # Errors
    /// Bytes that are not a module, or a module with imports that the host does not offer.
    #[cfg(test)]
    pub(super) fn of(module: &[u8]) -> Result<Guest> {
        let engine = engine()?;
        let module = Module::new(&engine, module).map_err(|error| Error::backend(format_args!("{error:#}")))?;
        Guest::link(engine, &module)
    }

    fn link(engine: Engine, module: &Module) -> Result<Guest> {
        let mut linker = Linker::new(&engine);
        let linked = host::link(&mut linker, module).and_then(|()| linker.instantiate_pre(module));
        linked
            .map(|instance| Guest { engine, instance })
            .map_err(|error| Error::backend(format_args!("the guest cannot be linked: {error:#}")))
    }
}

/// The state of the sandbox for a person to read: `verify doctor` prints it.
#[derive(Debug, Clone)]
pub struct Doctor {
    /// The SHA-256 of the guest's module.
    pub guest_sha256: &'static str,
    /// Where the compiled guest is stored, if anywhere.
    pub cache: Option<std::path::PathBuf>,
    /// Whether it was found there, so that nothing has to be compiled.
    pub cached: bool,
    /// The processor that code is compiled for.
    pub target: String,
}

/// Reports the state of the sandbox without running anything.
///
/// # Errors
/// The engine cannot be built here: an error that [`is_backend`](Error::is_backend).
///
/// ```no_run
/// let found = r1rewards::code::doctor()?;
/// println!("{} for {}, {}", found.guest_sha256, found.target, if found.cached { "compiled" } else { "not compiled yet" });
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub fn doctor() -> Result<Doctor> {
    let engine = engine()?;
    let cache = cache::cache_dir();
    let cached = cache.as_ref().is_some_and(|folder| cache::read(folder, &key(&engine)).is_some());
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    Ok(Doctor { guest_sha256: guest::guest_sha256(), cache, cached, target })
}

fn cached(engine: &Engine) -> Result<Module> {
    let key = key(engine);
    let folder = cache::cache_dir();
    if let Some(bytes) = folder.as_ref().and_then(|folder| cache::read(folder, &key))
        && let Ok(module) = precompiled::load(engine, &bytes)
    {
        return Ok(module);
    }
    let module = Module::new(engine, guest::module()?)
        .map_err(|error| Error::backend(format_args!("the guest cannot be compiled: {error:#}")))?;
    if let (Some(folder), Ok(bytes)) = (folder, module.serialize()) {
        // If it cannot be stored, the next process compiles again.
        let _ = cache::write(&folder, &key, &bytes);
    }
    Ok(module)
}

/// The key of the compiled guest in the cache: everything that the compiled code depends on.
fn key(engine: &Engine) -> String {
    let mut settings = DefaultHasher::new();
    // Engine version, settings, target and processor features.
    engine.precompile_compatibility_hash().hash(&mut settings);
    format!("{} {:016x} {}", guest::guest_sha256(), settings.finish(), env!("CARGO_PKG_VERSION"))
}

fn engine() -> Result<Engine> {
    // The address space may be limited (ulimit -v): then instances are allocated one by one, which is slower and
    // equally safe.
    let engine = Engine::new(&config(true))
        .or_else(|_| Engine::new(&config(false)))
        .map_err(|error| Error::backend(format_args!("the sandbox's engine: {error:#}")))?;
    handlers::remember();
    Ok(engine)
}

fn config(pooled: bool) -> Config {
    let mut config = Config::new();
    config
        .max_wasm_stack(WASM_STACK)
        // Nothing is asynchronous here, but the engine requires this to be at least as large as the wasm stack.
        .async_stack_size(WASM_STACK)
        .memory_guaranteed_dense_image_size(IMAGE_BYTES)
        .wasm_backtrace_max_frames(None)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false);
    if pooled {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_core_instances(INSTANCES)
            .total_memories(INSTANCES)
            .total_tables(INSTANCES)
            .table_elements(TABLE_ELEMENTS)
            .max_memory_size(MAX_MEMORY)
            .max_core_instance_size(1 << 20)
            .linear_memory_keep_resident(KEEP_RESIDENT)
            .table_keep_resident(KEEP_RESIDENT)
            .decommit_batch_size(BATCH)
            .pagemap_scan(Enabled::Auto);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}
