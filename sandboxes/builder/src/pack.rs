//! Compresses a finished guest and says what it is.
//!
//! LZMA: 0.55 MB less than Zstandard at its highest level, and 0.70 MB with the memory in one piece (`join.rs`). The host unpacks it only where it
//! compiles the guest, which takes many times as long. A guest packs to about a sixth.

use lzma_rust2::{LzmaOptions, LzmaWriter};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use wasmtime::Result;

/// The largest of the presets; the fields below are what it leaves. Minutes at build time buy bytes that every user downloads.
const PRESET: u32 = 9;
/// More than a guest has.
const WINDOW: u32 = 64 << 20;
/// As long as the format allows.
const LONGEST_MATCH: u32 = 273;
/// How many places are tried for a match.
const DEPTH: i32 = 1_024;
/// Memory is words of four bytes: a byte is foretold from its place in the word and from two bits of the byte before.
const PLACE_BITS: u32 = 2;
const CONTEXT_BITS: u32 = 2;

/// Packs a module into the format of `.lzma` files, with its length in front.
pub fn compress(module: &[u8]) -> Result<Vec<u8>> {
    let options = LzmaOptions {
        dict_size: WINDOW,
        nice_len: LONGEST_MATCH,
        depth_limit: DEPTH,
        lc: CONTEXT_BITS,
        lp: PLACE_BITS,
        pb: PLACE_BITS,
        ..LzmaOptions::with_preset(PRESET)
    };
    let mut packer = LzmaWriter::new_use_header(vec![], &options, Some(module.len() as u64))?;
    packer.write_all(module)?;
    Ok(packer.finish()?)
}

/// The lines of the manifest that describe a module and its packed form: sizes in bytes and SHA-256.
pub fn describe(module: &[u8], packed: &[u8]) -> String {
    let (module_hash, packed_hash) = (sha256(module), sha256(packed));
    format!(
        "module_bytes = {}\nmodule_sha256 = \"{module_hash}\"\npacked_bytes = {}\npacked_sha256 = \"{packed_hash}\"",
        module.len(),
        packed.len()
    )
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_packed_module_unpacks_to_itself() {
        let module = [7_u8; 10_000];
        let packed = compress(&module).unwrap();
        assert!(packed.len() < module.len());
        let mut unpacked = vec![];
        let memory = 1 << 20;
        lzma_rust2::LzmaReader::new_mem_limit(&packed[..], memory, None).unwrap().read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, module);
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
