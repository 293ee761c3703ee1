//! Compresses a finished guest and says what it is.
//!
//! Zstandard at its highest level: the host unpacks it with a decoder that it has anyway. A guest packs to about a quarter.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use wasmtime::Result;

/// The highest level of Zstandard: minutes at build time buy bytes that every user downloads.
const LEVEL: i32 = 22;

/// Packs a module.
pub fn compress(module: &[u8]) -> Result<Vec<u8>> {
    Ok(zstd::bulk::compress(module, LEVEL)?)
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

    #[test]
    fn a_packed_module_unpacks_to_itself() {
        let module = [7_u8; 10_000];
        let packed = compress(&module).unwrap();
        assert!(packed.len() < module.len());
        assert_eq!(zstd::bulk::decompress(&packed, module.len()).unwrap(), module);
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
