//! Lists the files of attacks/ for src/redteam, and compiles the fused AdamW step if feature `grpo` is on.
//!
//! Accepts: the libtorch that torch-sys found. Refuses: a libtorch without headers; the error names the folder.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    attacks();
    #[cfg(feature = "grpo")]
    fused_adamw();
}

/// Writes attacks.rs, a list of the files `attacks/FAMILY/KIND.toml` with their texts, so that a new file needs no change in Rust.
fn attacks() {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("attacks");
    let mut list = String::from("&[\n");
    for family in entries(&folder).into_iter().filter(|path| path.is_dir()) {
        println!("cargo:rerun-if-changed={}", family.display());
        for file in entries(&family).into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
            let name = file.strip_prefix(&folder).expect("it is below").to_str().expect("names are text").replace('\\', "/");
            list += &format!("({name:?}, include_str!({:?})),\n", file.to_str().expect("a path that is text"));
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("attacks.rs"), list + "]\n").expect("a folder that can be written");
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let list = std::fs::read_dir(folder).expect("the folder attacks is in the repository and in the package");
    let mut paths: Vec<_> = list.map(|entry| entry.expect("a folder that can be listed").path()).collect();
    paths.sort();
    paths
}

#[cfg(feature = "grpo")]
fn fused_adamw() {
    const SOURCE: &str = "src/grpo/torch/optimizer/fused_adamw.cpp";
    println!("cargo:rerun-if-changed={SOURCE}");
    // Set by torch-sys for the crates that depend on it.
    let libraries = std::env::var("DEP_TCH_LIBTORCH_LIB").expect("torch-sys says where libtorch is");
    let include = std::path::Path::new(&libraries).parent().expect("a folder above lib").join("include");
    assert!(include.join("ATen").is_dir(), "{} has no headers of libtorch: install torch with its headers", include.display());
    cc::Build::new()
        .cpp(true)
        .warnings(false)
        .flag_if_supported("-std=c++17")
        .include(include)
        .file(SOURCE)
        .compile("r1rewards_fused_adamw");
}
