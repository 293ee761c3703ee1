//! The least host that a guest runs under, for measuring: the imports of `../README.md`, output kept, everything else refused.
//!
//! The real host is `src/code/` of the crate; this one has no limits but fuel and serves nobody.

use wasmtime::Result;
use wasmtime::error::Context;
use wasmtime::{
    Caller, Config, Enabled, Engine, ExternType, Instance, InstanceAllocationStrategy, InstancePre, Linker, Memory, Module,
    PoolingAllocationConfig, Store, Val,
};

/// The module of the system calls.
const WASI: &str = "wasi_snapshot_preview1";
/// `errno` of a call that isn't there, and of a file descriptor that isn't open (WASI preview 1).
const ENOSYS: i32 = 52;
const EBADF: i32 = 8;
/// `filetype` of a character device (WASI preview 1).
const CHARACTER_DEVICE: u8 = 2;
/// Nanoseconds by which the clock moves each time it is read.
const TICK: u64 = 1_000;
const STACK: usize = 64 << 20;

/// How instances are kept between runs.
pub struct Pool {
    /// Dirty bytes that are reset by copying rather than given back to the system.
    pub keep_resident: usize,
    /// Ask the kernel which pages are dirty.
    pub scan: bool,
    /// Instances that may be given back in one go.
    pub batch: usize,
}

/// A compiled guest, ready to be instantiated.
pub struct Guest {
    engine: Engine,
    instance: InstancePre<Run>,
}

/// One live instance.
pub struct Live {
    store: Store<Run>,
    instance: Instance,
    memory: Memory,
}

/// What one run leaves on the host's side.
#[derive(Default)]
pub struct Run {
    output: Vec<u8>,
    clock: u64,
    random: u64,
    /// The instance that answers what this one asks of the host.
    program: Option<Box<Live>>,
    answer: Vec<u8>,
}

impl Guest {
    /// Compiles `module` for instances in `pool`; `fuel` adds the engine's own counter (to compare with the one woven in).
    pub fn new(module: &[u8], pool: &Pool, fuel: bool) -> Result<Guest> {
        let mut pooling = PoolingAllocationConfig::default();
        pooling
            .total_core_instances(16)
            .total_memories(16)
            .total_tables(16)
            .table_elements(50_000)
            .max_memory_size(1 << 30)
            .max_core_instance_size(1 << 20)
            .linear_memory_keep_resident(pool.keep_resident)
            .table_keep_resident(pool.keep_resident)
            .decommit_batch_size(pool.batch)
            .pagemap_scan(if pool.scan { Enabled::Yes } else { Enabled::No });
        let mut config = Config::new();
        config
            .consume_fuel(fuel)
            .max_wasm_stack(STACK)
            .async_stack_size(STACK + (1 << 20))
            .memory_guaranteed_dense_image_size(256 << 20)
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pooling));
        let engine = Engine::new(&config)?;
        let module = Module::new(&engine, module)?;
        let mut linker = Linker::new(&engine);
        link(&mut linker, &module)?;
        let instance = linker.instantiate_pre(&module)?;
        Ok(Guest { engine, instance })
    }

    /// A fresh instance with all the fuel there is.
    pub fn instantiate(&self) -> Result<Live> {
        let mut store = Store::new(&self.engine, Run::default());
        // Refused where the engine doesn't count, which is as well.
        let _ = store.set_fuel(u64::MAX);
        let instance = self.instance.instantiate(&mut store)?;
        let memory = instance.get_memory(&mut store, "memory").context("the guest exports no memory")?;
        Ok(Live { store, instance, memory })
    }
}

impl Live {
    /// Sends a request and gives the reply.
    pub fn handle(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let length = u32::try_from(request.len())?;
        let alloc = self.instance.get_typed_func::<u32, u32>(&mut self.store, "r1_alloc")?;
        let address = alloc.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, address as usize, request)?;
        let handle = self.instance.get_typed_func::<(u32, u32), u32>(&mut self.store, "r1_handle")?;
        let reply = handle.call(&mut self.store, (address, length))? as usize;
        let memory = self.memory.data(&self.store);
        let length = word(memory, reply)? as usize;
        Ok(memory.get(reply + 4..reply + 4 + length).context("the reply lies outside of memory")?.to_vec())
    }

    /// Lets `program` answer what this instance asks of the host from now on.
    pub fn ask(&mut self, program: Live) {
        self.store.data_mut().program = Some(Box::new(program));
    }

    /// The instance that answered.
    pub fn program(&self) -> Option<&Live> {
        self.store.data().program.as_deref()
    }

    /// What the guest has written to its standard output and error.
    pub fn output(&self) -> &[u8] {
        &self.store.data().output
    }

    /// Units of the woven counter spent so far.
    pub fn fuel_spent(&mut self) -> Option<i64> {
        let counter = self.instance.get_global(&mut self.store, "r1_fuel")?;
        Some(i64::MAX - counter.get(&mut self.store).i64()?)
    }

    /// Where the linear memory lies in this process, and its size.
    pub fn memory(&self) -> (usize, usize) {
        (self.memory.data_ptr(&self.store).addr(), self.memory.data_size(&self.store))
    }
}

fn word(memory: &[u8], address: usize) -> Result<u32> {
    let bytes = memory.get(address..).and_then(|rest| rest.first_chunk()).context("an address outside of memory")?;
    Ok(u32::from_le_bytes(*bytes))
}

fn memory_of(caller: &mut Caller<'_, Run>) -> wasmtime::Result<Memory> {
    caller.get_export("memory").and_then(wasmtime::Extern::into_memory).ok_or_else(|| wasmtime::format_err!("no memory"))
}

fn link(linker: &mut Linker<Run>, module: &Module) -> Result<()> {
    linker.func_wrap("r1", "host_call", |mut caller: Caller<'_, Run>, address: u32, length: u32| -> wasmtime::Result<u32> {
        let (data, run) = memory_of(&mut caller)?.data_and_store_mut(&mut caller);
        let request = data.get(address as usize..address as usize + length as usize).context("a request outside of memory")?;
        run.answer = run.program.as_mut().context("nobody answers")?.handle(request)?;
        Ok(u32::try_from(run.answer.len())?)
    })?;
    linker.func_wrap("r1", "host_take", |mut caller: Caller<'_, Run>, address: u32| -> wasmtime::Result<()> {
        let answer = std::mem::take(&mut caller.data_mut().answer);
        Ok(memory_of(&mut caller)?.write(&mut caller, address as usize, &answer)?)
    })?;
    linker.func_wrap(WASI, "fd_write", fd_write)?;
    linker.func_wrap(
        WASI,
        "fd_read",
        |mut caller: Caller<'_, Run>, _: i32, _: u32, _: u32, count: u32| -> wasmtime::Result<i32> {
            memory_of(&mut caller)?.write(&mut caller, count as usize, &[0; 4])?;
            Ok(0)
        },
    )?;
    linker.func_wrap(WASI, "fd_fdstat_get", |mut caller: Caller<'_, Run>, file: i32, out: u32| -> wasmtime::Result<i32> {
        let mut stat = [0; 24];
        stat[0] = CHARACTER_DEVICE;
        stat[8..16].fill(0xff);
        put_standard(&mut caller, file, out, &stat)
    })?;
    linker.func_wrap(WASI, "fd_filestat_get", |mut caller: Caller<'_, Run>, file: i32, out: u32| -> wasmtime::Result<i32> {
        let mut stat = [0; 64];
        stat[16] = CHARACTER_DEVICE;
        put_standard(&mut caller, file, out, &stat)
    })?;
    linker.func_wrap(WASI, "clock_res_get", |mut caller: Caller<'_, Run>, _: i32, out: u32| -> wasmtime::Result<i32> {
        memory_of(&mut caller)?.write(&mut caller, out as usize, &TICK.to_le_bytes())?;
        Ok(0)
    })?;
    linker.func_wrap(WASI, "clock_time_get", |mut caller: Caller<'_, Run>, _: i32, _: u64, out: u32| -> wasmtime::Result<i32> {
        caller.data_mut().clock += TICK;
        let now = caller.data().clock.to_le_bytes();
        memory_of(&mut caller)?.write(&mut caller, out as usize, &now)?;
        Ok(0)
    })?;
    linker.func_wrap(WASI, "random_get", |mut caller: Caller<'_, Run>, out: u32, length: u32| -> wasmtime::Result<i32> {
        for address in out..out.wrapping_add(length) {
            // Knuth's 64-bit linear congruential generator (MMIX).
            let run = caller.data_mut();
            run.random = run.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let byte = run.random.to_le_bytes()[7];
            memory_of(&mut caller)?.write(&mut caller, address as usize, &[byte])?;
        }
        Ok(0)
    })?;
    linker.func_wrap(WASI, "proc_exit", |code: i32| -> wasmtime::Result<()> { wasmtime::bail!("exit {code}") })?;
    refuse_the_rest(linker, module)
}

fn fd_write(mut caller: Caller<'_, Run>, _: i32, vectors: u32, count: u32, written: u32) -> wasmtime::Result<i32> {
    let memory = memory_of(&mut caller)?;
    let (data, run) = memory.data_and_store_mut(&mut caller);
    let mut total = 0_u32;
    for vector in 0..count as usize {
        let at = vectors as usize + 8 * vector;
        let (start, length) = (word(data, at)? as usize, word(data, at + 4)?);
        run.output.extend_from_slice(data.get(start..start + length as usize).context("output outside of memory")?);
        total += length;
    }
    memory.write(&mut caller, written as usize, &total.to_le_bytes())?;
    Ok(0)
}

/// Writes `bytes` about one of the three standard streams; there are no other files.
fn put_standard(caller: &mut Caller<'_, Run>, file: i32, out: u32, bytes: &[u8]) -> wasmtime::Result<i32> {
    if !(0..=2).contains(&file) {
        return Ok(EBADF);
    }
    memory_of(caller)?.write(caller, out as usize, bytes)?;
    Ok(0)
}

fn refuse_the_rest(linker: &mut Linker<Run>, module: &Module) -> Result<()> {
    for import in module.imports().filter(|import| import.module() == WASI) {
        if let ExternType::Func(ty) = import.ty() {
            // An error says that the name is linked already.
            let _ = linker.func_new(WASI, import.name(), ty, |_, _, results| {
                if let Some(result) = results.first_mut() {
                    *result = Val::I32(ENOSYS);
                }
                Ok(())
            });
        }
    }
    Ok(())
}
