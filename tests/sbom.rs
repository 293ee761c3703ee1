//! The bill of materials of the Python guest agrees with its manifest.
//!
//! `UPDATE_SBOM=1 cargo test --test sbom` writes `sandboxes/python/sbom.cdx.json` anew, after `sandboxes/python/build`.
#![cfg(feature = "code")]

use serde_json::{Value, json};

const FILE: &str = "sandboxes/python/sbom.cdx.json";

/// The name in the manifest, the licence, and the origin.
const PARTS: [(&str, &str, &str); 8] = [
    ("cpython", "PSF-2.0", "https://www.python.org/"),
    ("expat", "MIT", "https://libexpat.github.io/"),
    ("mpdecimal", "BSD-2-Clause", "https://www.bytereef.org/mpdecimal/"),
    ("hacl-star", "MIT", "https://github.com/hacl-star/hacl-star"),
    ("zlib", "Zlib", "https://zlib.net/"),
    ("wasi-libc", "(Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT) AND MIT", "https://github.com/WebAssembly/wasi-libc"),
    ("compiler-rt", "Apache-2.0 WITH LLVM-exception", "https://compiler-rt.llvm.org/"),
    ("sortedcontainers", "Apache-2.0", "https://grantjenks.com/docs/sortedcontainers/"),
];

/// The file from which a part was built, as the manifest names it.
fn input<'a>(manifest: &'a toml::Value, part: &str) -> Option<(&'a str, &'a str)> {
    let stem = match part {
        "cpython" => "python3.",
        "sortedcontainers" => "python3-sortedcontainers",
        _ => part,
    };
    let (name, hash) = manifest["inputs"].as_table()?.iter().find(|(name, _)| name.starts_with(stem))?;
    Some((name, hash.as_str()?))
}

fn component(manifest: &toml::Value, (name, licence, home): (&str, &str, &str)) -> Value {
    let version = manifest["parts"][name].as_str().expect("a version");
    let mut component = json!({
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "licenses": [{ "expression": licence }],
        "externalReferences": [{ "type": "website", "url": home }],
    });
    if let Some((file, hash)) = input(manifest, name) {
        component["externalReferences"].as_array_mut().expect("a list").push(json!({
            "type": "source-distribution",
            "url": file,
            "hashes": [{ "alg": "SHA-256", "content": hash }],
        }));
    }
    component
}

fn bill() -> Value {
    let manifest: toml::Value = toml::from_str(include_str!("../sandboxes/python/manifest.toml")).expect("the manifest");
    let listed = manifest["parts"].as_table().expect("parts");
    assert_eq!(listed.len(), PARTS.len(), "every part of the manifest has a licence here: {:?}", listed.keys().collect::<Vec<_>>());
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "r1rewards-python-guest",
                "name": "r1rewards-python-guest",
                "version": manifest["python"].as_str(),
                "description": "CPython for WebAssembly with its library in memory, in which programs are run; embedded in r1rewards.",
                "hashes": [{ "alg": "SHA-256", "content": manifest["module_sha256"].as_str() }],
            },
        },
        "components": PARTS.map(|part| component(&manifest, part)),
        "dependencies": [{ "ref": "r1rewards-python-guest", "dependsOn": PARTS.map(|(name, ..)| name) }],
    })
}

#[test]
fn the_bill_of_materials_is_what_the_manifest_says() {
    let bill = serde_json::to_string_pretty(&bill()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_SBOM").is_some() {
        std::fs::write(FILE, &bill).expect("the file can be written");
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(written == bill, "{FILE} is out of step with manifest.toml: run UPDATE_SBOM=1 cargo test --test sbom");
}

#[test]
fn every_part_has_its_licence_in_the_wheel() {
    let texts = include_str!("../sandboxes/python/LICENSE-PARTS");
    for part in ["zlib", "expat", "mpdecimal", "HACL*", "wasi-libc and its musl", "sortedcontainers"] {
        assert!(texts.contains(&format!("==== {part} ====")), "{part}");
    }
}
