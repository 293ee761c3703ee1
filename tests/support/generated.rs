//! Files that are generated from the code: a test writes them if the variable `R1REWARDS_UPDATE` is set, and compares
//! them otherwise.

use std::fs;
use std::path::Path;

/// The text of a file of the repository.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a file with the text that it should have, or writes the text.
pub fn keep(path: &Path, wanted: &str) {
    if std::env::var_os("R1REWARDS_UPDATE").is_some() {
        if fs::read_to_string(path).ok().as_deref() != Some(wanted) {
            // Other tests read the pages at the same time and must not read a half-written one.
            let beside = path.with_extension("new");
            fs::write(&beside, wanted)
                .and_then(|()| fs::rename(&beside, path))
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    } else {
        assert!(
            read(path) == wanted,
            "{} is not up to date: R1REWARDS_UPDATE=1 cargo test --test reward_pages --test docs",
            path.display()
        );
    }
}

/// Compares the parts of a page between the two marks with the texts that they should have, in order, or writes them.
/// The rest of the page is written by hand.
pub fn keep_parts(path: &Path, [begin, end]: [&str; 2], parts: &[String]) {
    let text = read(path);
    let (mut wanted, mut rest) = (String::new(), text.as_str());
    for part in parts {
        let (before, after) = rest.split_once(begin).unwrap_or_else(|| panic!("{}: no `{begin}`", path.display()));
        let (_, after) = after.split_once(end).unwrap_or_else(|| panic!("{}: no `{end}`", path.display()));
        wanted += &format!("{before}{begin}\n{part}{end}");
        rest = after;
    }
    keep(path, &(wanted + rest));
}
