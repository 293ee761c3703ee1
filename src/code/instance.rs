//! One live instance of a guest: requests in, replies out, limits kept.
//!
//! Accepts: request bytes. Refuses: everything that is no reply of at most the limit's size; the instance then stops for good with a [`Stop`].
//!
//! The guest recurses on the machine's stack, far deeper than a thread's usual 2 MiB, so each visit runs on a stack of its own, mapped for the visit and as
//! large as two nested instances need (tests call the program).

use wasmtime::{Global, Memory, Store, Trap, TypedFunc, Val};

use super::engine::{Guest, MAX_MEMORY};
use super::host::{Answer, Run};
use super::limits::{Limits, WASM_STACK};
use super::stop::Stop;

/// What host functions need below the guest's own stack.
const HOST_STACK: usize = 2 << 20;

/// A live instance.
pub(super) struct Instance {
    store: Store<Run>,
    parts: Parts,
    limits: Limits,
    /// Fuel spent by all requests so far.
    pub(super) fuel: u64,
    stopped: Option<Stop>,
}

struct Parts {
    memory: Memory,
    fuel: Global,
    alloc: TypedFunc<u32, u32>,
    handle: TypedFunc<(u32, u32), u32>,
}

impl Instance {
    /// A fresh instance: the guest's snapshot, nothing else.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn new(guest: &Guest, limits: Limits) -> Result<Instance, Stop> {
        let internal = |error: wasmtime::Error| Stop::Internal(format!("the guest cannot be instantiated: {error:#}"));
        let mut store = Store::new(&guest.engine, Run::new(limits.memory.min(MAX_MEMORY), limits.output));
        store.limiter(|run| run);
        let instance = guest.instance.instantiate(&mut store).map_err(internal)?;
        let missing = || Stop::Internal("the guest lacks an export of the seam".to_owned());
        let parts = Parts {
            memory: instance.get_memory(&mut store, "memory").ok_or_else(missing)?,
            fuel: instance.get_global(&mut store, "r1_fuel").ok_or_else(missing)?,
            alloc: instance.get_typed_func(&mut store, "r1_alloc").map_err(internal)?,
            handle: instance.get_typed_func(&mut store, "r1_handle").map_err(internal)?,
        };
        let size = parts.memory.data_size(&store);
        store.data_mut().memory = size;
        Ok(Instance { store, parts, limits, fuel: 0, stopped: None })
    }

    /// What the program reads from standard input.
    pub(super) fn set_stdin(&mut self, bytes: &[u8]) {
        bytes.clone_into(&mut self.store.data_mut().stdin);
    }

    /// Makes this the instance that runs tests: its requests to the host are answered.
    pub(super) fn set_answer(&mut self, answer: Answer) {
        self.store.data_mut().answer = Some(answer);
    }

    /// What a request may use from now on; memory and output stay as they were set.
    pub(super) fn set_fuel(&mut self, fuel: u64) {
        self.limits.fuel = fuel;
    }

    /// Sends a request and gives the reply.
    ///
    /// # Errors
    /// The instance stopped, now or earlier.
    pub(super) fn handle(&mut self, request: &[u8]) -> Result<Vec<u8>, Stop> {
        if let Some(stop) = &self.stopped {
            return Err(stop.clone());
        }
        // The program's instance runs below the tests' on one stack: whoever comes first makes room for both.
        let reply = stacker::maybe_grow(WASM_STACK + HOST_STACK, 2 * (WASM_STACK + HOST_STACK), || self.visit(request));
        reply.inspect_err(|stop| self.stopped = Some(stop.clone()))
    }

    fn visit(&mut self, request: &[u8]) -> Result<Vec<u8>, Stop> {
        let budget = i64::try_from(self.limits.fuel).unwrap_or(i64::MAX);
        self.parts.fuel.set(&mut self.store, Val::I64(budget)).map_err(|error| Stop::Internal(error.to_string()))?;
        let visited = self.exchange(request);
        let left = self.parts.fuel.get(&mut self.store).i64().unwrap_or(0);
        // The last step may cost more than was left: the budget is what was spent, the same on every machine.
        self.fuel = self.fuel.saturating_add(u64::try_from(budget.saturating_sub(left.max(0))).unwrap_or(0));
        visited.map_err(|error| self.why(&error, left)).and_then(|address| self.reply(address))
    }

    fn exchange(&mut self, request: &[u8]) -> wasmtime::Result<u32> {
        let length = u32::try_from(request.len())?;
        let address = self.parts.alloc.call(&mut self.store, length)?;
        if address == 0 {
            self.store.data_mut().stop.get_or_insert(Stop::Memory);
            return Err(wasmtime::Error::msg("no room for the request"));
        }
        self.parts.memory.write(&mut self.store, address as usize, request)?;
        self.parts.handle.call(&mut self.store, (address, length))
    }

    fn reply(&self, address: u32) -> Result<Vec<u8>, Stop> {
        let outside = || Stop::Reply("it lies outside of the memory".to_owned());
        let rest = self.parts.memory.data(&self.store).get(address as usize..).ok_or_else(outside)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(outside)?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > self.limits.reply {
            return Err(Stop::Reply(format!("{length} bytes, the limit is {}", self.limits.reply)));
        }
        rest.get(..length).map(<[u8]>::to_vec).ok_or_else(outside)
    }

    fn why(&self, error: &wasmtime::Error, fuel_left: i64) -> Stop {
        let run = self.store.data();
        if let Some(stop) = &run.stop {
            return stop.clone();
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::StackOverflow) => Stop::Stack,
            _ if fuel_left < 0 => Stop::Fuel,
            _ if run.memory_denied => Stop::Memory,
            // The shadow stack lies at the start of the memory, so that running out of it leaves the memory.
            Some(Trap::MemoryOutOfBounds) => Stop::Stack,
            Some(trap) => Stop::Crash(format!("the interpreter stopped: {trap}")),
            None => Stop::Crash(format!("the interpreter stopped: {error}")),
        }
    }

    /// Whether it takes no more requests.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// What was written to standard output so far.
    pub(super) fn stdout(&self) -> &[u8] {
        &self.store.data().stdout
    }

    /// What was written to standard error so far.
    pub(super) fn stderr(&self) -> &[u8] {
        &self.store.data().stderr
    }

    /// The largest memory that it had, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.store.data().memory
    }

    /// Whether it asked for more memory than the limit.
    pub(super) fn memory_denied(&self) -> bool {
        self.store.data().memory_denied
    }
}
