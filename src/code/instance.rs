//! One live instance of a guest: it takes requests, gives replies, and enforces the limits.
//!
//! Accepts: request bytes. Refuses: any reply that is malformed or larger than the limit; the instance then stops for
//! good with a [`Stop`].
//!
//! The guest recurses on the machine's stack, far deeper than a thread's usual 2 MiB, so a request runs on a
//! separate stack if the current one is too small. That stack is mapped for the request and is large enough for two
//! nested instances (tests call the program).

use wasmtime::{Global, Memory, Store, Trap, TypedFunc, Val};

use super::engine::{Guest, MAX_MEMORY};
use super::handlers;
use super::limits::{Limits, WASM_STACK};
use super::run::{Answer, Exports, Run};
use super::stop::Stop;

/// Bytes of stack that host functions need below the guest's stack.
const HOST_STACK: usize = 2 << 20;
/// Fuel for each byte of a reply.
const READ: u64 = 1;

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
    /// A fresh instance: the guest's snapshot and nothing else.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn new(guest: &Guest, limits: Limits) -> Result<Instance, Stop> {
        let internal = |error: wasmtime::Error| Stop::Internal(format!("the guest cannot be instantiated: {error:#}"));
        let mut store = Store::new(&guest.engine, Run::new(limits.memory.min(MAX_MEMORY), limits.output));
        store.limiter(|run| run);
        let instance = guest.instance.instantiate(&mut store).map_err(internal)?;
        let missing = || Stop::Internal("the guest lacks an export of `sandboxes/README.md`".to_owned());
        let parts = Parts {
            memory: instance.get_memory(&mut store, "memory").ok_or_else(missing)?,
            fuel: instance.get_global(&mut store, "r1_fuel").ok_or_else(missing)?,
            alloc: instance.get_typed_func(&mut store, "r1_alloc").map_err(internal)?,
            handle: instance.get_typed_func(&mut store, "r1_handle").map_err(internal)?,
        };
        let size = parts.memory.data_size(&store);
        let run = store.data_mut();
        run.memory = size;
        run.exports = Some(Exports { memory: parts.memory, fuel: parts.fuel });
        Ok(Instance { store, parts, limits, fuel: 0, stopped: None })
    }

    /// What the program reads from standard input.
    pub(super) fn set_stdin(&mut self, bytes: &[u8]) {
        bytes.clone_into(&mut self.store.data_mut().stdin);
    }

    /// Makes this the instance that runs tests: `answer` handles its requests to the host.
    pub(super) fn set_answer(&mut self, answer: Answer) {
        self.store.data_mut().answer = Some(answer);
    }

    /// Sets the fuel of later requests; the limits of memory and output stay as they were set.
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
        handlers::restore();
        // The program's instance runs below the tests' instance on one stack: the first request reserves room for both.
        let reply = stacker::maybe_grow(WASM_STACK + HOST_STACK, 2 * (WASM_STACK + HOST_STACK), || self.visit(request));
        reply.inspect_err(|stop| self.stopped = Some(stop.clone()))
    }

    fn visit(&mut self, request: &[u8]) -> Result<Vec<u8>, Stop> {
        let budget = i64::try_from(self.limits.fuel).unwrap_or(i64::MAX);
        let run = self.store.data_mut();
        (run.budget, run.spent) = (budget, self.fuel);
        self.parts.fuel.set(&mut self.store, Val::I64(budget)).map_err(|error| Stop::Internal(error.to_string()))?;
        let visited = self.exchange(request);
        let left = self.parts.fuel.get(&mut self.store).i64().unwrap_or(0);
        // The last step may cost more than was left. The fuel spent is then the whole budget, which is equal on every
        // machine.
        self.fuel = self.fuel.saturating_add(u64::try_from(budget.saturating_sub(left.max(0))).unwrap_or(0));
        let reply = visited.map_err(|error| self.why(&error, left)).and_then(|address| self.reply(address))?;
        // The reply was copied, and will be parsed and compared byte by byte.
        let read = reply.len() as u64 * READ;
        self.fuel = self.fuel.saturating_add(read);
        if u64::try_from(left).unwrap_or(0) < read { Err(Stop::Fuel) } else { Ok(reply) }
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
        let outside = || Stop::Reply("it is outside of the memory".to_owned());
        let rest = self.parts.memory.data(&self.store).get(address as usize..).ok_or_else(outside)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(outside)?;
        let length = u32::from_le_bytes(*length) as usize;
        let reply = rest.get(..length).ok_or_else(outside)?;
        if length > self.limits.reply {
            return Err(Stop::TooLarge(length, self.limits.reply));
        }
        Ok(reply.to_vec())
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
            // The shadow stack is at the start of the memory, so that overflowing it leaves the memory.
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

    /// The largest size that its memory had, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.store.data().memory
    }

    /// Whether it asked for more memory than the limit.
    pub(super) fn memory_denied(&self) -> bool {
        self.store.data().memory_denied
    }
}

#[cfg(test)]
mod tests {
    use super::super::message;
    use super::*;

    /// A guest whose `r1_handle` has this body; the request is at address 1024, a reply may be at 2048.
    fn guest(body: &str) -> Guest {
        let text = format!(
            r#"(module
                (import "r1" "host_call" (func $host_call (param i32 i32) (result i32)))
                (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
                (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
                (memory (export "memory") 1)
                (global $fuel (export "r1_fuel") (mut i64) (i64.const 0))
                (func (export "r1_alloc") (param i32) (result i32) (i32.const 1024))
                (func $spend (global.set $fuel (i64.sub (global.get $fuel) (i64.const 1)))
                    (if (i64.lt_s (global.get $fuel) (i64.const 0)) (then unreachable)))
                (func $deep (call $deep) (call $spend))
                (func (export "r1_handle") (param $at i32) (param $length i32) (result i32) {body}))"#
        );
        Guest::of(&wat::parse_str(text).expect("a module")).expect("a guest")
    }

    fn handle(body: &str) -> Result<Vec<u8>, Stop> {
        Instance::new(&guest(body), Limits { fuel: 100_000, output: 100, reply: 64, ..Limits::default() })
            .expect("an instance")
            .handle(b"request")
    }

    #[test]
    fn a_reply_is_what_lies_at_the_address() {
        assert_eq!(
            handle("(i32.store (i32.const 2048) (i32.const 3)) (i32.store (i32.const 2052) (i32.const 0x636261)) (i32.const 2048)"),
            Ok(b"abc".to_vec())
        );
    }

    #[test]
    fn a_hostile_guest_gets_a_typed_stop() {
        for (body, expected) in [
            ("(loop $l (call $spend) (br $l)) unreachable", Stop::Fuel),
            ("(call $deep) (i32.const 0)", Stop::Stack),
            ("(call $proc_exit (i32.const 7)) (i32.const 0)", Stop::Exit(7)),
            ("(call $host_call (i32.const 0) (i32.const 4))", Stop::HostCall),
            (
                "(i32.store (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) (i32.const 101))
                 (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16))",
                Stop::Output,
            ),
        ] {
            assert_eq!(handle(body), Err(expected), "{body}");
        }
    }

    #[test]
    fn a_reply_beyond_the_limit_is_too_large_and_not_forged() {
        let body = |length: i32| format!("(i32.store (i32.const 2048) (i32.const {length})) (i32.const 2048)");
        assert_eq!(handle(&body(65)), Err(Stop::TooLarge(65, 64)));
        assert_eq!(handle(&body(64)).map(|reply| reply.len()), Ok(64));
    }

    #[test]
    fn a_reply_outside_of_the_memory_is_none() {
        for body in [
            "(i32.const -1)",
            "(i32.const 65534)",
            "(i32.store (i32.const 2048) (i32.const -1)) (i32.const 2048)",
            "(i32.store (i32.const 65500) (i32.const 60)) (i32.const 65500)",
        ] {
            assert!(matches!(handle(body), Err(Stop::Reply(_))), "{body}");
        }
    }

    #[test]
    fn addresses_outside_of_the_memory_stop_the_guest_and_not_the_host() {
        for body in [
            "(call $fd_write (i32.const 1) (i32.const -4) (i32.const 1) (i32.const 16))",
            "(call $fd_write (i32.const 1) (i32.const 65528) (i32.const 2) (i32.const 16))",
            "(i32.store (i32.const 8) (i32.const -8)) (i32.store (i32.const 12) (i32.const 64))
             (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16))",
            "(call $host_call (i32.const -1) (i32.const 64))",
        ] {
            assert!(matches!(handle(body), Err(Stop::Crash(_))), "{body}: {:?}", handle(body));
        }
    }

    #[test]
    fn work_of_the_host_is_paid_for_before_it_is_done() {
        for body in [
            "(call $fd_write (i32.const 1) (i32.const 8) (i32.const -1) (i32.const 16))",
            "(call $host_call (i32.const 0) (i32.const -1))",
            "(loop $l (drop (call $fd_write (i32.const 9) (i32.const 8) (i32.const 0) (i32.const 16))) (br $l)) unreachable",
        ] {
            assert_eq!(handle(body), Err(Stop::Fuel), "{body}");
        }
    }

    #[test]
    fn memory_grows_to_the_limit_and_no_further() {
        let limits = Limits { memory: 1 << 20, ..Limits::default() };
        let guest = guest(
            "(i32.store (i32.const 2048) (i32.const 4)) (i32.store (i32.const 2052) (memory.grow (i32.const 17))) (i32.const 2048)",
        );
        let mut instance = Instance::new(&guest, limits).expect("an instance");
        assert_eq!(instance.handle(b""), Ok(vec![0xff; 4]), "denied, and the guest goes on");
        assert!(instance.memory_denied());
    }

    #[test]
    fn an_instance_that_stopped_takes_no_more_requests() {
        let mut instance = Instance::new(&guest("unreachable"), Limits::default()).expect("an instance");
        let first = instance.handle(b"");
        assert!(matches!(first, Err(Stop::Crash(_))));
        assert_eq!(instance.handle(b""), first);
    }

    #[test]
    fn bytes_that_are_no_message_are_no_reply() {
        for bytes in [&b""[..], b"N", b"t\0\0\0\0", b"t\x04\0\0\0s\x02\0\0\0okTTN", b"\xff"] {
            assert!(matches!(message::reply(bytes), Err(Stop::Reply(_))), "{bytes:?}");
        }
    }
}
