//! The reader of all case files: every kind of case declares its keys and its check.
//!
//! Accepts: a folder below `tests/cases` whose files are lists of cases (`[[case]]`). Refuses, with file and line: text
//! that is not TOML, unknown keys, missing keys, a file without cases, and a file that is not named `*.toml`, because
//! it would not be read.
#![allow(dead_code, reason = "a test program uses a part of it")]

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Spanned, Value};

/// The tests of programs that the cases of a file share, by name.
pub type Tests = BTreeMap<String, Value>;

/// A kind of case: its keys, with `#[serde(deny_unknown_fields)]`, which the reader checks.
pub trait Case: DeserializeOwned {
    /// The folder below `tests/cases`.
    const FOLDER: &'static str;

    /// Whether a file may begin with tests of programs.
    const SHARES_TESTS: bool = false;

    /// An error if something is missing from the case or contradicts itself, beyond what its types ensure. `tests` are
    /// those at the beginning of the file.
    fn complete(&mut self, tests: &Tests) -> Result<(), String> {
        let _ = tests;
        Ok(())
    }
}

/// A case and its place.
pub struct Placed<C> {
    /// The file, without its folder and without `.toml`.
    pub theme: String,
    /// The line of its `[[case]]`, counted from 1.
    pub line: usize,
    pub case: C,
}

/// The place as it appears in messages: `tests/cases/math/surds.toml:12`.
impl<C: Case> fmt::Display for Placed<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tests/cases/{}/{}.toml:{}", C::FOLDER, self.theme, self.line)
    }
}

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound = "C: DeserializeOwned")]
struct File<C> {
    #[serde(default)]
    tests: Tests,
    case: Vec<Spanned<C>>,
}

/// Every case of a kind, in the order of the files' names.
pub fn cases<C: Case>() -> Vec<Placed<C>> {
    let mut all = Vec::new();
    for path in files(C::FOLDER) {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        all.extend(read(&path, &text).unwrap_or_else(|problem| panic!("{problem}")));
    }
    assert!(!all.is_empty(), "tests/cases/{} has no cases", C::FOLDER);
    all
}

/// A file below `tests/cases` that is not a list of cases.
pub fn file<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of one file, or the error in it.
pub fn read<C: Case>(path: &Path, text: &str) -> Result<Vec<Placed<C>>, String> {
    let file: File<C> = toml::from_str(text).map_err(|error| format!("{}: {error}", path.display()))?;
    if file.case.is_empty() {
        return Err(format!("{}: there is no case in it", path.display()));
    }
    if !C::SHARES_TESTS && !file.tests.is_empty() {
        return Err(format!("{}: `tests` stand at the head of it, which no case of `{}` uses", path.display(), C::FOLDER));
    }
    denies_unknown_keys::<C>(text)?;
    let theme = path.file_stem().expect("files have names").to_string_lossy();
    let place = |spanned: Spanned<C>| {
        let line = text[..spanned.span().start].matches('\n').count() + 1;
        let mut placed = Placed { theme: theme.to_string(), line, case: spanned.into_inner() };
        placed.case.complete(&file.tests).map_err(|problem| format!("{placed}: {problem}"))?;
        Ok(placed)
    };
    file.case.into_iter().map(place).collect()
}

/// Fails with all errors that were found, one on each line.
pub fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} cases fail:\n{}", wrong.len(), wrong.join("\n"));
}

/// A misspelt key would check nothing, so a kind of case must refuse unknown keys.
fn denies_unknown_keys<C: Case>(text: &str) -> Result<(), String> {
    let mut file: toml::Table = text.parse().expect("read before");
    let first = file["case"].as_array_mut().and_then(|cases| cases.first_mut()).and_then(Value::as_table_mut).expect("read before");
    first.insert("no case has this key".into(), Value::Boolean(true));
    match first.clone().try_into::<C>() {
        Ok(_) => Err(format!("the cases of `{}` take any key: say #[serde(deny_unknown_fields)]", C::FOLDER)),
        Err(_) => Ok(()),
    }
}

/// The files of a folder of cases, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder that can be listed").path()).collect();
    // Files that editors create next to a file.
    paths.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    for path in &paths {
        assert!(path.extension().is_some_and(|end| end == "toml"), "{}: call it *.toml, or it is not read", path.display());
    }
    paths.sort();
    paths
}
