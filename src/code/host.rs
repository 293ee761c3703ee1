//! What a guest can ask of the host: bounded standard streams, a virtual clock, seeded random bytes, an exit; and, for
//! the instance that runs tests, the program's instance.
//!
//! Accepts: the few system calls below. Refuses: all others (`ENOSYS`): there are no files, no network, no environment,
//! no other processes. Addresses and lengths from the guest are checked; one outside of its memory is a crash of the
//! guest.
//!
//! The host's work is charged in fuel before it is done: a price for each call, and one for the bytes that it moves or
//! makes.
//!
//! The virtual clock advances with the fuel that is spent, and 1 µs per read. A second slept costs a second of fuel, and
//! takes no time.

use std::time::Duration;

use wasmtime::{Caller, ExternType, Linker, Module, Val};

use super::limits::FUEL_PER_SECOND;
use super::run::{Exports, Run};
use super::stop::Stop;

/// The module of the system calls.
const WASI: &str = "wasi_snapshot_preview1";
/// The module of the interface between guest and host (`sandboxes/README.md`).
const SEAM: &str = "r1";

// Numbers of WASI preview 1.
const SUCCESS: i32 = 0;
const EBADF: i32 = 8;
const EINVAL: i32 = 28;
const ENOSYS: i32 = 52;
const CHARACTER_DEVICE: u8 = 2;
const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;
const EVENT_CLOCK: u8 = 0;
const ABSOLUTE: u16 = 1;

/// How much one read of the clock advances it beside the fuel, so that two reads differ.
const TICK: Duration = Duration::from_micros(1);

/// Fuel of any call to the host: the cost of leaving the guest and coming back.
const CALL: u64 = 200;
/// Fuel of a request of the tests to the program, beside what the two instances spend on it: entering the other instance, and
/// checking the request and the reply. Without it, tests that read a million items of an iterator one by one take twice
/// the time that their fuel stands for.
const REQUEST: u64 = 60_000;
/// Fuel of one buffer in a list of buffers.
const BUFFER: u64 = 16;
/// Bytes copied per unit of fuel, equal to the rate in the guest (`sandboxes/builder/src/meter`).
const COPIED: u64 = 4;
/// Fuel of one random byte.
const RANDOM: u64 = 8;

type Guest<'a> = Caller<'a, Run>;

/// Offers all functions to `module`.
pub(super) fn link(linker: &mut Linker<Run>, module: &Module) -> wasmtime::Result<()> {
    linker.func_wrap(SEAM, "host_call", host_call)?;
    linker.func_wrap(SEAM, "host_take", host_take)?;
    linker.func_wrap(WASI, "fd_write", fd_write)?;
    linker.func_wrap(WASI, "fd_read", fd_read)?;
    linker.func_wrap(WASI, "fd_fdstat_get", fd_fdstat_get)?;
    linker.func_wrap(WASI, "fd_filestat_get", fd_filestat_get)?;
    linker.func_wrap(WASI, "clock_time_get", clock_time_get)?;
    linker.func_wrap(WASI, "clock_res_get", clock_res_get)?;
    linker.func_wrap(WASI, "random_get", random_get)?;
    linker.func_wrap(WASI, "poll_oneoff", poll_oneoff)?;
    linker.func_wrap(WASI, "sched_yield", |mut guest: Guest<'_>| nothing(&mut guest, SUCCESS))?;
    linker.func_wrap(WASI, "environ_sizes_get", environ_sizes_get)?;
    linker.func_wrap(WASI, "environ_get", |mut guest: Guest<'_>, _: u32, _: u32| nothing(&mut guest, SUCCESS))?;
    linker.func_wrap(WASI, "fd_prestat_get", |mut guest: Guest<'_>, _: i32, _: u32| nothing(&mut guest, EBADF))?;
    linker.func_wrap(WASI, "proc_exit", |mut guest: Guest<'_>, code: i32| -> wasmtime::Result<()> {
        Err(stop(&mut guest, Stop::Exit(code)))
    })?;
    refuse_the_rest(linker, module)
}

fn refuse_the_rest(linker: &mut Linker<Run>, module: &Module) -> wasmtime::Result<()> {
    for import in module.imports().filter(|import| import.module() == WASI) {
        let ExternType::Func(kind) = import.ty() else { continue };
        // Fails only for a name that is linked already.
        let _ = linker.func_new(WASI, import.name(), kind, |mut guest, _, results| {
            charge(&mut guest, CALL)?;
            if let Some(result) = results.first_mut() {
                *result = Val::I32(ENOSYS);
            }
            Ok(())
        });
    }
    Ok(())
}

/// A call that only costs fuel.
fn nothing(guest: &mut Guest<'_>, result: i32) -> wasmtime::Result<i32> {
    charge(guest, CALL)?;
    Ok(result)
}

// ---- requests to the host ----

fn host_call(mut guest: Guest<'_>, address: u32, length: u32) -> wasmtime::Result<u32> {
    charge(&mut guest, REQUEST + u64::from(length) / COPIED)?;
    let (bytes, run) = memory(&mut guest)?;
    let request = slice(bytes, address, length)?.to_vec();
    let Some(answer) = &mut run.answer else { return Err(stop(&mut guest, Stop::HostCall)) };
    match answer(&request) {
        Ok(answered) => {
            let length = u32::try_from(answered.len())?;
            run.answered = answered;
            Ok(length)
        }
        Err(why) => Err(stop(&mut guest, why)),
    }
}

fn host_take(mut guest: Guest<'_>, address: u32) -> wasmtime::Result<()> {
    let length = guest.data().answered.len();
    charge(&mut guest, CALL + length as u64 / COPIED)?;
    let (bytes, run) = memory(&mut guest)?;
    let answered = std::mem::take(&mut run.answered);
    slice_mut(bytes, address, answered.len())?.copy_from_slice(&answered);
    Ok(())
}

// ---- the standard streams ----

fn fd_write(mut guest: Guest<'_>, file: i32, vectors: u32, count: u32, written: u32) -> wasmtime::Result<i32> {
    let most = guest.data().output_limit;
    charge_buffers(&mut guest, vectors, count, most)?;
    let (bytes, run) = memory(&mut guest)?;
    let stream = match file {
        1 => &mut run.stdout,
        2 => &mut run.stderr,
        _ => return Ok(EBADF),
    };
    let mut total = 0_u32;
    for vector in 0..count {
        let (start, length) = pair(bytes, vectors, vector)?;
        let data = slice(bytes, start, length)?;
        if stream.len().saturating_add(data.len()) > run.output_limit {
            let room = run.output_limit - stream.len();
            stream.extend_from_slice(&data[..room]);
            return Err(stop(&mut guest, Stop::Output));
        }
        stream.extend_from_slice(data);
        total = total.saturating_add(length);
    }
    put(bytes, written, &total.to_le_bytes())?;
    Ok(SUCCESS)
}

fn fd_read(mut guest: Guest<'_>, file: i32, vectors: u32, count: u32, read: u32) -> wasmtime::Result<i32> {
    if file != 0 {
        return nothing(&mut guest, EBADF);
    }
    let most = guest.data().stdin.len() - guest.data().read;
    charge_buffers(&mut guest, vectors, count, most)?;
    let (bytes, run) = memory(&mut guest)?;
    let mut total = 0_u32;
    for vector in 0..count {
        let (start, length) = pair(bytes, vectors, vector)?;
        let left = &run.stdin[run.read..];
        let taken = left.len().min(length as usize);
        put(bytes, start, &left[..taken])?;
        run.read += taken;
        total = total.saturating_add(u32::try_from(taken)?);
    }
    put(bytes, read, &total.to_le_bytes())?;
    Ok(SUCCESS)
}

fn fd_fdstat_get(mut guest: Guest<'_>, file: i32, out: u32) -> wasmtime::Result<i32> {
    let mut stat = [0; 24];
    stat[0] = CHARACTER_DEVICE;
    stat[8..16].fill(0xff);
    about_stream(&mut guest, file, out, &stat)
}

fn fd_filestat_get(mut guest: Guest<'_>, file: i32, out: u32) -> wasmtime::Result<i32> {
    let mut stat = [0; 64];
    stat[16] = CHARACTER_DEVICE;
    if file == 0 {
        // As of a file behind `<`: programs read as many bytes as it has.
        stat[32..40].copy_from_slice(&(guest.data().stdin.len() as u64).to_le_bytes());
    }
    about_stream(&mut guest, file, out, &stat)
}

fn about_stream(guest: &mut Guest<'_>, file: i32, out: u32, stat: &[u8]) -> wasmtime::Result<i32> {
    charge(guest, CALL)?;
    if !(0..=2).contains(&file) {
        return Ok(EBADF);
    }
    put(memory(guest)?.0, out, stat)?;
    Ok(SUCCESS)
}

fn environ_sizes_get(mut guest: Guest<'_>, count: u32, size: u32) -> wasmtime::Result<i32> {
    charge(&mut guest, CALL)?;
    let (bytes, _) = memory(&mut guest)?;
    put(bytes, count, &[0; 4])?;
    put(bytes, size, &[0; 4])?;
    Ok(SUCCESS)
}

// ---- time and random bytes ----

fn clock_time_get(mut guest: Guest<'_>, _: i32, _: u64, out: u32) -> wasmtime::Result<i32> {
    charge(&mut guest, CALL)?;
    guest.data_mut().now += TICK;
    let now = now(&mut guest)?;
    put(memory(&mut guest)?.0, out, &nanoseconds(now).to_le_bytes())?;
    Ok(SUCCESS)
}

fn clock_res_get(mut guest: Guest<'_>, _: i32, out: u32) -> wasmtime::Result<i32> {
    charge(&mut guest, CALL)?;
    put(memory(&mut guest)?.0, out, &nanoseconds(TICK).to_le_bytes())?;
    Ok(SUCCESS)
}

fn random_get(mut guest: Guest<'_>, out: u32, length: u32) -> wasmtime::Result<i32> {
    charge(&mut guest, CALL + u64::from(length) * RANDOM)?;
    let (bytes, run) = memory(&mut guest)?;
    slice_mut(bytes, out, length as usize)?.fill_with(|| run.random_byte());
    Ok(SUCCESS)
}

/// What the clock shows.
fn now(guest: &mut Guest<'_>) -> wasmtime::Result<Duration> {
    let counter = exports(guest)?.fuel;
    let left = counter.get(&mut *guest).i64().unwrap_or(0);
    let run = guest.data();
    let spent = u128::from(run.spent) + u128::try_from(run.budget.saturating_sub(left)).unwrap_or(0);
    let nanoseconds = spent * 1_000_000_000 / u128::from(FUEL_PER_SECOND);
    Ok(run.now.saturating_add(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))))
}

/// Waits for the first of some events. Waiting costs fuel, which advances the clock; streams are always ready.
fn poll_oneoff(mut guest: Guest<'_>, subscriptions: u32, events: u32, count: u32, ready: u32) -> wasmtime::Result<i32> {
    charge(&mut guest, CALL + u64::from(count) * BUFFER)?;
    if count == 0 {
        return Ok(EINVAL);
    }
    let now = now(&mut guest)?;
    let (bytes, _) = memory(&mut guest)?;
    let length = (count as usize).saturating_mul(SUBSCRIPTION);
    let wanted = slice(bytes, subscriptions, u32::try_from(length)?)?.to_vec();
    let waits = wanted.as_chunks::<SUBSCRIPTION>().0.iter().map(|one| (wait(one, now), one));
    let Some((slept, first)) = waits.min_by_key(|(wait, _)| *wait) else { return Ok(EINVAL) };
    let mut event = [0; EVENT];
    event[..8].copy_from_slice(&first[..8]);
    event[10] = first[8];
    put(bytes, events, &event)?;
    put(bytes, ready, &1_u32.to_le_bytes())?;
    charge(&mut guest, u64::try_from(slept.as_nanos() * u128::from(FUEL_PER_SECOND) / 1_000_000_000).unwrap_or(u64::MAX))?;
    Ok(SUCCESS)
}

/// How long until the event of a subscription. Its kind is at byte 8, the time at 24, and whether that is a point in
/// time at 40.
fn wait(subscription: &[u8; SUBSCRIPTION], now: Duration) -> Duration {
    if subscription[8] != EVENT_CLOCK {
        return Duration::ZERO;
    }
    let time = Duration::from_nanos(u64::from_le_bytes(std::array::from_fn(|index| subscription[24 + index])));
    let flags = u16::from_le_bytes([subscription[40], subscription[41]]);
    if flags & ABSOLUTE == 0 { time } else { time.saturating_sub(now) }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Takes fuel from the guest's counter, and ends the run when none is left.
fn charge(guest: &mut Guest<'_>, fuel: u64) -> wasmtime::Result<()> {
    let counter = exports(guest)?.fuel;
    let left = counter.get(&mut *guest).i64().unwrap_or(0).saturating_sub(i64::try_from(fuel).unwrap_or(i64::MAX));
    counter.set(&mut *guest, Val::I64(left))?;
    if left < 0 { Err(stop(guest, Stop::Fuel)) } else { Ok(()) }
}

/// Charges a call with `count` buffers, whose addresses and lengths are at `vectors`, and their bytes, of which at most
/// `most` are moved.
fn charge_buffers(guest: &mut Guest<'_>, vectors: u32, count: u32, most: usize) -> wasmtime::Result<()> {
    charge(guest, CALL + u64::from(count) * BUFFER)?;
    let (bytes, _) = memory(guest)?;
    let mut length = 0_u64;
    for vector in 0..count {
        length += u64::from(pair(bytes, vectors, vector)?.1);
    }
    charge(guest, length.min(most as u64) / COPIED)
}

// ---- the guest's memory ----

/// Records why the run ends, and returns the error that ends it.
fn stop(guest: &mut Guest<'_>, why: Stop) -> wasmtime::Error {
    guest.data_mut().stop.get_or_insert(why);
    wasmtime::Error::msg("the host ended the run")
}

fn exports(guest: &Guest<'_>) -> wasmtime::Result<Exports> {
    guest.data().exports.ok_or_else(|| wasmtime::Error::msg("the guest is not instantiated"))
}

fn memory<'a>(guest: &'a mut Guest<'_>) -> wasmtime::Result<(&'a mut [u8], &'a mut Run)> {
    let memory = exports(guest)?.memory;
    Ok(memory.data_and_store_mut(guest))
}

fn outside() -> wasmtime::Error {
    wasmtime::Error::msg("an address outside of the guest's memory")
}

fn slice(bytes: &[u8], address: u32, length: u32) -> wasmtime::Result<&[u8]> {
    bytes.get(address as usize..).and_then(|rest| rest.get(..length as usize)).ok_or_else(outside)
}

fn slice_mut(bytes: &mut [u8], address: u32, length: usize) -> wasmtime::Result<&mut [u8]> {
    bytes.get_mut(address as usize..).and_then(|rest| rest.get_mut(..length)).ok_or_else(outside)
}

fn put(bytes: &mut [u8], address: u32, data: &[u8]) -> wasmtime::Result<()> {
    slice_mut(bytes, address, data.len())?.copy_from_slice(data);
    Ok(())
}

/// The `index`-th pair of a list of pairs of address and length.
fn pair(bytes: &[u8], list: u32, index: u32) -> wasmtime::Result<(u32, u32)> {
    let at = index.checked_mul(8).and_then(|offset| list.checked_add(offset)).ok_or_else(outside)?;
    let word = |at: u32| slice(bytes, at, 4).map(|found| u32::from_le_bytes(std::array::from_fn(|byte| found[byte])));
    Ok((word(at)?, word(at.checked_add(4).ok_or_else(outside)?)?))
}
