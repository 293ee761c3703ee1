//! The one unsafe step of the crate's own: taking compiled code from bytes.

#![expect(unsafe_code, reason = "compiled code cannot be checked, only trusted")]

use wasmtime::{Engine, Module};

/// The module of bytes that `Engine::precompile_module` made.
pub(super) fn load(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Module> {
    // SAFETY: `bytes` come from `cache::read`, which gives only what this user wrote with `cache::write`: the folder and the file belong to this user and
    // nobody else can write to them, and the digest over key and content is right. What was written there is the output of `precompile_module` of an engine
    // with the same version and settings, which are part of the key and are checked once more by `deserialize` itself.
    unsafe { Module::deserialize(engine, bytes) }
}
