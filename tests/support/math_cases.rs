//! The cases of `tests/cases/math` and `tests/cases/extract`, for the tests that read them. A key that no case has is an error.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Two bare answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the note is for people, and some tests need only the texts")]
pub struct Pair {
    pub gold: String,
    pub answer: String,
    pub equal: bool,
    #[serde(default = "strict")]
    pub policy: String,
    note: Option<String>,
}

/// A whole response.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the note is for people, and some tests need only the pairs")]
pub struct Response {
    pub gold: String,
    pub completion: String,
    pub verdict: String,
    pub reason: Option<String>,
    #[serde(default = "strict")]
    pub policy: String,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    case: Vec<T>,
}

/// Every case of a folder, with its file's name.
pub fn cases<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable");
        let file: File<T> = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let theme = path.file_stem().expect("a name").to_string_lossy().into_owned();
        all.extend(file.case.into_iter().map(|case| (theme.clone(), case)));
    }
    all
}

fn strict() -> String {
    "strict".to_owned()
}
