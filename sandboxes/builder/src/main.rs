//! Turns a linked guest into the artefact that `r1rewards` embeds.
//!
//! ```text
//! guest-builder snapshot LINKED.wasm LIBRARY_DIR APPLICATION_DIR OUT.wasm   runs the guest's start, writes its memory out; prints what the guest printed
//! guest-builder meter IN.wasm OUT.wasm                                      weaves the fuel counter in
//! guest-builder pack IN.wasm OUT.zst                                        compresses; prints sizes and SHA-256 of both
//! ```
//!
//! It accepts core modules that follow `../README.md`; it refuses a module with an instruction that it can't charge.

mod meter;
mod pack;
mod snapshot;

use wasmtime::error::Context;
use wasmtime::{Result, bail};
use std::fs;
use std::path::Path;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["snapshot", linked, library, application, out] => {
            let directories = [(Path::new(library), "/lib"), (Path::new(application), "/application")];
            let snapshot = snapshot::take(&read(linked)?, &directories)?;
            write(out, &snapshot)
        }
        ["meter", input, out] => write(out, &meter::weave(&read(input)?)?),
        ["pack", input, out] => {
            let module = read(input)?;
            let packed = pack::compress(&module)?;
            println!("{}", pack::describe(&module, &packed));
            write(out, &packed)
        }
        _ => bail!(
            "usage: guest-builder snapshot LINKED.wasm LIBRARY_DIR APPLICATION_DIR OUT.wasm | meter IN.wasm OUT.wasm | pack IN.wasm OUT.zst"
        ),
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {path}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {path}"))
}
