//! The guest: the artefact in `sandboxes/python/`, embedded.
//!
//! Accepts: the embedded bytes. Refuses: bytes that are not the module whose SHA-256 the manifest names.

use std::io::Read as _;

use lzma_rust2::LzmaReader;
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

const COMPRESSED: &[u8] = include_bytes!("../../sandboxes/python/guest.wasm.lzma");
const MANIFEST: &str = include_str!("../../sandboxes/python/manifest.toml");

/// An upper bound of the module's size in bytes, and of the decoder's window in KiB.
const MAX_BYTES: u64 = 256 << 20;
const MAX_WINDOW: u32 = 256 << 10;

/// The SHA-256 of the Python guest's module, in hexadecimal, from its manifest.
///
/// ```
/// assert_eq!(r1rewards::code::guest_sha256().len(), 64);
/// ```
pub fn guest_sha256() -> &'static str {
    let line = MANIFEST.lines().find_map(|line| line.strip_prefix("module_sha256"));
    line.map_or("", |rest| rest.trim_matches([' ', '=', '"']))
}

/// The module's bytes.
///
/// # Errors
/// The embedded bytes do not have the SHA-256 of the manifest: the build is broken.
pub(super) fn module() -> Result<Vec<u8>> {
    let bytes = unpacked().map_err(|error| Error::backend(format_args!("the embedded guest: {error}")))?;
    let found = hex(&Sha256::digest(&bytes));
    if found == guest_sha256() {
        Ok(bytes)
    } else {
        Err(Error::backend(format_args!("the embedded guest has SHA-256 {found}, its manifest says {}", guest_sha256())))
    }
}

fn unpacked() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    LzmaReader::new_mem_limit(COMPRESSED, MAX_WINDOW, None)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
