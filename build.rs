//! Compiles the fused AdamW step if feature `grpo` is on; does nothing otherwise.
//!
//! Accepts: the libtorch that torch-sys found. Refuses: a libtorch without headers; the error names the folder.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "grpo")]
    fused_adamw();
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
