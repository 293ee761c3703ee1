//! Measures a finished guest: fresh runs a second, what they dirty, and what metering costs.

use crate::host::{Guest, Live, Pool};
use crate::samples::Sample;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};
use wasmtime::error::Context;
use wasmtime::{Result, ensure};

const PAGE: usize = 4096;
/// Bits of an entry of `/proc/self/pagemap` (Linux, admin-guide/mm/pagemap.rst): the page is there; it belongs to a file.
const PRESENT: u64 = 1 << 63;
const OF_FILE: u64 = 1 << 61;

/// The pages of the linear memory that a run wrote to.
pub struct Dirty {
    /// Page numbers, ascending.
    pub pages: Vec<usize>,
}

impl Dirty {
    /// Looks at the memory of an instance in a slot that was never used before.
    pub fn of(live: &Live) -> Result<Dirty> {
        let (address, size) = live.memory();
        let mut entries = vec![0; size / PAGE * 8];
        File::open("/proc/self/pagemap")?
            .read_exact_at(&mut entries, (address / PAGE * 8) as u64)
            .context("cannot read the page map")?;
        let entries = entries.chunks_exact(8).map(|entry| u64::from_le_bytes(entry.try_into().unwrap_or_default()));
        let pages =
            entries.enumerate().filter(|(_, entry)| entry & PRESENT != 0 && entry & OF_FILE == 0).map(|(page, _)| page).collect();
        Ok(Dirty { pages })
    }

    /// Runs of neighbouring pages: (first, how many).
    pub fn regions(&self) -> Vec<(usize, usize)> {
        let mut regions: Vec<(usize, usize)> = vec![];
        for &page in &self.pages {
            match regions.last_mut() {
                Some((first, count)) if *first + *count == page => *count += 1,
                _ => regions.push((page, 1)),
            }
        }
        regions
    }
}

/// The pages that one request dirties in a fresh instance.
pub fn dirty(module: &[u8], request: &[u8]) -> Result<Dirty> {
    let pool = Pool { keep_resident: 0, scan: false, batch: 1 };
    let guest = Guest::new(module, &pool, false)?;
    let mut live = guest.instantiate()?;
    live.handle(request)?;
    Dirty::of(&live)
}

/// The pages that each sample dirties in a fresh instance; a program that answers tests comes before them.
pub fn dirtied(module: &[u8], samples: &[Sample]) -> Result<Vec<Dirty>> {
    let pool = Pool { keep_resident: 0, scan: false, batch: 1 };
    let guest = Guest::new(module, &pool, false)?;
    let mut dirtied = vec![];
    for sample in samples {
        let live = handled(&guest, sample)?;
        if let Some(program) = live.program() {
            dirtied.push(Dirty::of(program)?);
        }
        dirtied.push(Dirty::of(&live)?);
    }
    Ok(dirtied)
}

/// Runs a second of each sample on one thread, in fresh instances.
pub fn rates(guest: &Guest, samples: &[Sample], duration: Duration) -> Result<Vec<f64>> {
    let rate = |sample| -> Result<f64> {
        let (start, mut runs) = (Instant::now(), 0);
        while start.elapsed() < duration {
            handled(guest, sample)?;
            runs += 1;
        }
        Ok(f64::from(runs) / start.elapsed().as_secs_f64())
    };
    samples.iter().map(rate).collect()
}

/// An instance that handled a sample.
fn handled(guest: &Guest, sample: &Sample) -> Result<Live> {
    let mut live = guest.instantiate()?;
    if let Some(program) = &sample.program {
        let mut answering = guest.instantiate()?;
        answering.handle(program)?;
        live.ask(answering);
    }
    live.handle(&sample.request)?;
    Ok(live)
}

/// Time, fuel and output of one request in a fresh instance whose pages were touched by a run before.
pub fn run(module: &[u8], request: &[u8]) -> Result<String> {
    let pool = Pool { keep_resident: 64 << 20, scan: true, batch: 1 };
    let guest = Guest::new(module, &pool, false)?;
    one(&guest, request)?;
    let start = Instant::now();
    let (output, _, fuel) = one(&guest, request)?;
    let (elapsed, fuel) = (start.elapsed(), fuel.unwrap_or_default());
    let per_nanosecond = fuel as f64 / elapsed.as_nanos() as f64;
    Ok(format!("{elapsed:?}, {fuel} units of fuel, {per_nanosecond:.3} a nanosecond\n{}", String::from_utf8_lossy(&output)))
}

/// Fresh instances that handle one request each, on `threads` threads for about `duration`: runs a second.
pub fn throughput(guest: &Guest, request: &[u8], threads: usize, duration: Duration) -> Result<f64> {
    let expected = one(guest, request)?;
    let start = Instant::now();
    let runs = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                std::thread::Builder::new().stack_size(80 << 20).spawn_scoped(scope, || -> Result<u64> {
                    let mut runs = 0;
                    while start.elapsed() < duration {
                        ensure!(one(guest, request)? == expected, "two runs of one request differ");
                        runs += 1;
                    }
                    Ok(runs)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker?.join().expect("a worker does not panic")).sum::<Result<u64>>()
    })?;
    Ok(runs as f64 / start.elapsed().as_secs_f64())
}

/// Output, reply and fuel of one request in a fresh instance.
fn one(guest: &Guest, request: &[u8]) -> Result<(Vec<u8>, Vec<u8>, Option<i64>)> {
    let mut live = guest.instantiate()?;
    let reply = live.handle(request)?;
    Ok((live.output().to_vec(), reply, live.fuel_spent()))
}
