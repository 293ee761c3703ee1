//! The guest: the artefact in `sandboxes/python/`, embedded.
//!
//! Accepts: the embedded bytes. Refuses: bytes that are not the module whose SHA-256 the manifest names.

use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

const COMPRESSED: &[u8] = include_bytes!("../../sandboxes/python/guest.wasm.zst");
const MANIFEST: &str = include_str!("../../sandboxes/python/manifest.toml");

/// An upper bound of the module's size in bytes, for the decompressor.
const MAX_BYTES: usize = 256 << 20;

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
    let bytes = zstd::bulk::decompress(COMPRESSED, MAX_BYTES)
        .map_err(|error| Error::backend(format_args!("the embedded guest: {error}")))?;
    let found = hex(&Sha256::digest(&bytes));
    if found == guest_sha256() {
        Ok(bytes)
    } else {
        Err(Error::backend(format_args!("the embedded guest has SHA-256 {found}, its manifest says {}", guest_sha256())))
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
