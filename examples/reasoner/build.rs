//! Tells the linker where libtorch is, so that the program runs without `LD_LIBRARY_PATH`, and that its CUDA part is needed
//! although no symbol names it.
//!
//! Accepts: the libtorch that torch-sys found. Does nothing on Windows, where programs search `PATH` for libraries.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Set by torch-sys for the crates that depend on it.
    let Ok(libraries) = std::env::var("DEP_TCH_LIBTORCH_LIB") else { return };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{libraries}");
    let linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|name| name == "linux");
    if linux && std::path::Path::new(&libraries).join("libtorch_cuda.so").exists() {
        println!("cargo:rustc-link-arg=-Wl,--no-as-needed,-L{libraries},-ltorch_cuda,--as-needed");
    }
}
