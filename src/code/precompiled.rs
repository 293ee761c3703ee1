//! Loads compiled code from bytes.

#![expect(unsafe_code, reason = "compiled code cannot be checked, only trusted")]

use wasmtime::{Engine, Module};

/// The module of bytes that `Module::serialize` made.
pub(super) fn load(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Module> {
    // SAFETY: `bytes` come from `cache::read`, which returns only what this user wrote with `cache::write`: the folder
    // and the file belong to this user, no other user can write to them, and the digest over key and content matches.
    // What was written is the output of `Module::serialize` of an engine with the same version and settings, which are
    // part of the key and are checked again by `deserialize`.
    unsafe { Module::deserialize(engine, bytes) }
}
