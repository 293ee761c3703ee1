//! Turns a linked guest into the artefact that `r1rewards` embeds.
//!
//! ```text
//! guest-builder snapshot LINKED.wasm LIBRARY_DIR APPLICATION_DIR OUT.wasm   runs the guest's start, writes its memory out; prints what the guest printed
//! guest-builder meter IN.wasm OUT.wasm                                      weaves the fuel counter in, joins the pieces of memory
//! guest-builder pack IN.wasm OUT.lzma                                       compresses; prints sizes and SHA-256 of both
//! guest-builder samples GUEST.wasm                                           what the requests of src/samples.rs dirty, and how many are handled a second
//! guest-builder dirty GUEST.wasm REQUEST_FILE                               pages and regions that one request dirties
//! guest-builder run GUEST.wasm REQUEST_FILE                                 time, fuel and output of one request
//! guest-builder throughput GUEST.wasm REQUEST_FILE THREADS KEEP_MIB scan|no BATCH fuel|no   fresh runs a second
//! ```
//!
//! It accepts core modules that follow `../README.md`; it refuses a module with an instruction that it can't charge.

mod host;
mod join;
mod measure;
mod meter;
mod pack;
mod samples;
mod snapshot;

use host::{Guest, Pool};
use std::fs;
use std::path::Path;
use std::time::Duration;
use wasmtime::error::Context;
use wasmtime::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["snapshot", linked, library, application, out] => {
            let directories = [(Path::new(library), "/lib"), (Path::new(application), "/application")];
            let snapshot = snapshot::take(&read(linked)?, &directories)?;
            write(out, &snapshot)
        }
        ["meter", input, out] => write(out, &join::join(&meter::weave(&read(input)?)?)?),
        ["pack", input, out] => {
            let module = read(input)?;
            let packed = pack::compress(&module)?;
            println!("{}", pack::describe(&module, &packed));
            write(out, &packed)
        }
        ["samples", module] => {
            let (module, samples) = (read(module)?, samples::all());
            for dirty in measure::dirtied(&module, &samples)? {
                println!("{} pages in {} regions", dirty.pages.len(), dirty.regions().len());
            }
            let guest = Guest::new(&module, &Pool { keep_resident: 4 << 20, scan: true, batch: 32 }, false)?;
            println!("runs/s {:.0?}", measure::rates(&guest, &samples, Duration::from_secs(2))?);
            Ok(())
        }
        ["dirty", module, request] => {
            let dirty = measure::dirty(&read(module)?, &read(request)?)?;
            let regions = dirty.regions();
            println!("{} pages in {} regions", dirty.pages.len(), regions.len());
            println!("{regions:?}");
            Ok(())
        }
        ["run", module, request] => {
            println!("{}", measure::run(&read(module)?, &read(request)?)?);
            Ok(())
        }
        ["throughput", module, request, threads, keep, scan, batch, fuel] => {
            let pool = Pool { keep_resident: keep.parse::<usize>()? << 20, scan: scan == "scan", batch: batch.parse()? };
            let guest = Guest::new(&read(module)?, &pool, fuel == "fuel")?;
            let rate = measure::throughput(&guest, &read(request)?, threads.parse()?, Duration::from_secs(3))?;
            println!("{rate:.0} runs/s");
            Ok(())
        }
        _ => bail!(
            "usage: guest-builder snapshot | meter | pack | samples | dirty | run | throughput, with the arguments that src/main.rs lists"
        ),
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {path}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {path}"))
}
