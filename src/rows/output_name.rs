//! Checks that the name of an output says what is written to it.
//!
//! Accepts: names of what is written (rows: `.jsonl`, `.ndjson`; results also `.parquet`; a page: `.html`), each also with `.gz`
//! or `.zst` behind it except `.parquet`, in capitals, too; names without an ending or with one that names no format
//! (`.txt`, `.1`); standard output. Refuses: names of other formats (`.csv`, `.xlsx`, `.json`), which would hold something
//! else than they say.

use std::path::Path;

use super::partial::Packing;
use crate::{Error, Result};

/// What is written to an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// The results of `verify score`, as JSON Lines or as a table.
    Results,
    /// Other rows, as JSON Lines.
    Rows,
    /// A page of HTML.
    Page,
    /// Files in a folder.
    Folder,
}

/// Endings of rows that are written as lines.
const LINES: [&str; 2] = ["jsonl", "ndjson"];
const PAGES: [&str; 3] = ["html", "htm", "xhtml"];
const TABLE: &str = "parquet";
/// Endings of formats that are not written.
const OTHERS: &[&str] = &[
    "7z", "arrow", "avro", "br", "bz2", "csv", "db", "doc", "docx", "duckdb", "feather", "h5", "hdf5", "ipc", "json", "lz4", "md",
    "npy", "npz", "ods", "orc", "pdf", "pickle", "pkl", "png", "psv", "rar", "sql", "sqlite", "sqlite3", "svg", "tab", "tar",
    "tgz", "toml", "tsv", "xls", "xlsb", "xlsm", "xlsx", "xml", "xz", "yaml", "yml", "zip",
];

/// Refuses a name that is that of another format than what is written.
///
/// # Errors
/// Such a name, or an empty one; the message says what to name instead.
pub fn check_output_name(output: &str, writes: Writes) -> Result<()> {
    if output.is_empty() {
        return Err(Error::spec("the name of the output is empty: give one (`-` is standard output)"));
    }
    let name = Path::new(output).file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let is_packed = matches!(Packing::of(&name), Packing::Gzip | Packing::Zstd);
    let plain = if is_packed { name.rsplit_once('.').map_or("", |(plain, _)| plain) } else { &name };
    let Some((_, ending)) = plain.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else { return Ok(()) };
    let is_line = LINES.contains(&ending);
    let is_other = OTHERS.contains(&ending);
    let is_page = PAGES.contains(&ending);
    let is_table = ending == TABLE;
    // What is there already and is no file (a device, a folder) has the name that it has; a file is no folder, whatever its name.
    let is_special = Path::new(output).metadata().is_ok_and(|metadata| !metadata.is_file() || writes == Writes::Folder);
    let refused = match writes {
        _ if is_special => false,
        Writes::Results => is_other || is_page || (is_table && is_packed),
        Writes::Rows => is_other || is_page || is_table,
        Writes::Page => is_other || is_line || is_table,
        Writes::Folder => is_other || is_page || is_line || is_table,
    };
    if !refused {
        return Ok(());
    }
    let what = match writes {
        Writes::Results if is_table => "a table is compressed inside: name it .parquet alone",
        Writes::Results => {
            "results are written as JSON Lines or as a table: name it .jsonl (also .jsonl.gz, .jsonl.zst) or .parquet, which \
             other programs convert"
        }
        Writes::Rows if is_table => "only results can be written as Parquet, and rows as JSON Lines: name it .jsonl",
        Writes::Rows => "rows are written as JSON Lines: name it .jsonl (also .jsonl.gz, .jsonl.zst)",
        Writes::Page => "a page of HTML is written: name it .html",
        Writes::Folder => "several files are written into a folder: name a folder",
    };
    Err(Error::spec(format_args!("the output {output} has the name of a file in another format (.{ending}); {what}")))
}

#[cfg(test)]
mod tests {
    use super::Writes::{Folder, Page, Results, Rows};
    use super::*;

    #[test]
    fn a_name_of_another_format_is_refused_with_the_name_to_give() {
        for (output, writes, fix) in [
            ("t.csv", Results, ".jsonl"),
            ("t.XLSX", Results, ".parquet"),
            ("a/t.json", Results, ".jsonl"),
            ("t.csv.gz", Results, ".jsonl.gz"),
            ("t.html", Results, ".jsonl"),
            ("t.parquet.zst", Results, ".parquet alone"),
            ("t.tsv", Rows, ".jsonl"),
            ("t.parquet", Rows, ".jsonl"),
            ("t.pdf", Page, ".html"),
            ("t.jsonl", Page, ".html"),
            ("out/report.html", Folder, "a folder"),
            ("t.jsonl.gz", Folder, "a folder"),
        ] {
            let problem = check_output_name(output, writes).unwrap_err().to_string();
            assert!(problem.contains(output) && problem.contains(fix), "{problem}");
        }
    }

    #[test]
    fn names_of_what_is_written_and_names_of_no_format_are_fine() {
        for (output, writes) in [
            ("t.jsonl", Results),
            ("t.JSONL.GZ", Results),
            ("t.ndjson.zst", Rows),
            ("t.parquet", Results),
            ("T.PARQUET", Results),
            ("t", Results),
            ("t.gz", Rows),
            ("t.txt", Rows),
            ("run.2026", Results),
            (".csv", Results),
            ("data.csv/t.jsonl", Results),
            ("-", Results),
            ("/dev/null", Rows),
            ("t.html.gz", Page),
            ("page", Page),
            ("audit-1.5", Folder),
            ("audit/", Folder),
        ] {
            assert!(check_output_name(output, writes).is_ok(), "{output}");
        }
    }

    #[test]
    fn an_empty_name_is_none() {
        assert!([Results, Rows, Page, Folder].into_iter().all(|writes| check_output_name("", writes).is_err()));
    }

    #[test]
    fn a_folder_that_exists_may_have_any_name() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("audit.csv");
        std::fs::create_dir(&path).unwrap();
        assert!(check_output_name(&path.to_string_lossy(), Folder).is_ok());
    }
}
