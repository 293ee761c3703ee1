//! The formats of inputs and outputs: every format gives the same results, whatever the names of the files.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

/// Three rows: id, completion, answer.
const ROWS: [(i64, &str, &str); 3] = [(7, "so \\boxed{1/2}\n\"quoted\", é", "0.5"), (8, "I think 3", "4"), (9, "\\boxed{9}", "9")];

fn jsonl() -> Vec<u8> {
    ROWS.iter()
        .flat_map(|(id, completion, answer)| {
            format!("{}\n", json!({"id": id, "completion": completion, "answer": answer})).into_bytes()
        })
        .collect()
}

fn json_list() -> Vec<u8> {
    let rows: Vec<Value> =
        ROWS.iter().map(|(id, completion, answer)| json!({"id": id, "completion": completion, "answer": answer})).collect();
    serde_json::to_vec_pretty(&rows).unwrap()
}

fn delimited(delimiter: &str) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = ["id", "completion", "answer"].join(delimiter) + "\r\n";
    for (id, completion, answer) in ROWS {
        text += &([id.to_string(), quoted(completion), answer.to_owned()].join(delimiter) + "\r\n");
    }
    text.into_bytes()
}

fn batch() -> RecordBatch {
    let ids: ArrayRef = Arc::new(ROWS.iter().map(|row| Some(row.0)).collect::<Int64Array>());
    let completions: ArrayRef = Arc::new(ROWS.iter().map(|row| Some(row.1)).collect::<StringArray>());
    let answers: ArrayRef = Arc::new(ROWS.iter().map(|row| Some(row.2)).collect::<StringArray>());
    RecordBatch::try_from_iter([("id", ids), ("completion", completions), ("answer", answers)]).unwrap()
}

fn parquet_bytes() -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch().schema(), None).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_file() -> Vec<u8> {
    let mut writer = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batch().schema()).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream() -> Vec<u8> {
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch().schema()).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

pub(super) fn every_format() -> [(&'static str, Vec<u8>); 7] {
    [
        ("jsonl", jsonl()),
        ("json", json_list()),
        ("csv", delimited(",")),
        ("tsv", delimited("\t")),
        ("parquet", parquet_bytes()),
        ("arrow file", arrow_file()),
        ("arrow stream", arrow_stream()),
    ]
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// The verdicts and extracted answers of a result file.
fn seen(path: &Path) -> Vec<(String, Value)> {
    results(path).iter().map(|row| (row["verdict"].as_str().unwrap().to_owned(), row["extracted"].clone())).collect()
}

#[test]
fn every_format_gives_the_same_results_whatever_the_name_and_the_packing() {
    let folder = folder(str::from_utf8(&jsonl()).unwrap());
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--no-meta"]).assert().success();
    let out = folder.path().join("out.jsonl");
    let expected = seen(&out);
    assert_eq!(expected.iter().map(|(verdict, _)| verdict.as_str()).collect::<Vec<_>>(), ["correct", "incorrect", "correct"]);
    for (name, bytes) in every_format() {
        for packed in [bytes.clone(), gzip(&bytes), zstd::encode_all(&*bytes, 0).unwrap()] {
            fs::write(folder.path().join("rows.dat"), &packed).unwrap();
            verify(&folder, &["score", "rows.dat", "-o", "out.jsonl", "--no-meta"]).assert().success();
            assert_eq!(seen(&out), expected, "{name}");
            verify(&folder, &["score", "-", "-o", "out.jsonl", "--no-meta"]).write_stdin(packed).assert().success();
            assert_eq!(seen(&out), expected, "{name} from standard input");
        }
    }
}

#[test]
fn ids_of_tables_are_numbers_and_cells_of_csv_are_text() {
    let folder = folder("");
    for (name, bytes) in every_format() {
        fs::write(folder.path().join("rows"), bytes).unwrap();
        verify(&folder, &["score", "rows", "-o", "out.jsonl"]).assert().success();
        let expected = if matches!(name, "csv" | "tsv") { json!("7") } else { json!(7) };
        assert_eq!(results(&folder.path().join("out.jsonl"))[0]["id"], expected, "{name}");
    }
}

#[test]
fn a_bad_row_of_each_format_is_named_by_its_place() {
    let folder = folder("");
    for (text, place, problem) in [
        ("id,completion,answer\n1,x,1\n2,x\n3,\"y\nz\",1\n", "rows:3: ", "the record has 2 cells, but the header names 3 columns"),
        ("[{\"completion\": \"x\", \"answer\": 1}, 5]", "rows: item 2: ", "the row must be an object"),
        ("id,completion,answer\n1,x,1\n2,,1\n", "rows:3: ", "the column `completion` is missing"),
    ] {
        fs::write(folder.path().join("rows"), text).unwrap();
        verify(&folder, &["score", "rows", "-o", "out.jsonl"]).assert().success();
        let results = results(&folder.path().join("out.jsonl"));
        let detail = results[1]["detail"].as_str().unwrap();
        assert!(detail.starts_with(&format!("{place}{problem}")), "{detail}");
    }
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("completion", texts.clone(), true),
        ("answer", Arc::new(StringArray::from(vec!["1", "2"])), true),
    ]);
    let batch = batch.unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    fs::write(folder.path().join("rows"), writer.into_inner().unwrap()).unwrap();
    verify(&folder, &["score", "rows", "-o", "out.jsonl"]).assert().success();
    assert_eq!(results(&folder.path().join("out.jsonl"))[1]["detail"], "rows: row 2: the column `completion` is missing");
}

#[test]
fn a_format_can_be_given_and_an_unknown_one_is_explained() {
    let folder = folder("the completion;the answer\nx;1\n");
    let unknown = "verify: cannot read in.jsonl: its format is unknown: it begins with `the completion;the answer`";
    let commas = "(semicolons do not separate columns: write the file with commas or tabs)";
    verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().code(2).stderr(contains(unknown)).stderr(contains(commas));
    fs::write(folder.path().join("in.jsonl"), "completion\nx\n").unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "-"])
        .assert()
        .code(2)
        .stderr(contains("If it is text with a header, say --format csv"));
    fs::write(folder.path().join("in.jsonl"), "oops\n{\"completion\": \"x\", \"answer\": 1}\n").unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--format", "jsonl"]).assert().success();
    assert_eq!(results(&folder.path().join("out.jsonl"))[0]["reason"], "bad_row");
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--format", "excel"])
        .assert()
        .code(2)
        .stderr(contains("option `format` got `excel`: use one of jsonl, json, csv, tsv, parquet, arrow"));
    for format in ["json", "parquet", "arrow"] {
        verify(&folder, &["score", "in.jsonl", "-o", "-", "--format", format])
            .assert()
            .code(2)
            .stderr(contains("cannot read in.jsonl"));
    }
}

#[test]
fn a_folder_is_every_file_below_it_that_is_known_by_its_extension() {
    let folder = folder("");
    let path = folder.path().join("runs");
    fs::create_dir_all(path.join("deep")).unwrap();
    fs::create_dir(path.join(".cache")).unwrap();
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string();
    for (name, id) in [
        ("b.jsonl", "b"),
        ("a.json", "a"),
        ("deep/c.ndjson.gz", "c"),
        (".hidden.jsonl", "no"),
        (".cache/x.jsonl", "no"),
        ("out.jsonl.meta.json", "no"),
        ("d.jsonl.partial", "no"),
        ("d.jsonl.partial.json", "no"),
        ("README.md", "no"),
    ] {
        fs::write(path.join(name), row(id)).unwrap();
    }
    fs::write(path.join("e.csv"), "id,completion,answer\ne,x,1\n").unwrap();
    verify(&folder, &["score", "runs", "-o", "out.jsonl"]).assert().success();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c", "e"]);
    fs::remove_file(path.join("README.md")).unwrap();
    verify(&folder, &["score", "runs/*", "-o", "out.jsonl"]).assert().success();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c", "e"], "a pattern may match a folder, too");
    fs::create_dir(folder.path().join("empty")).unwrap();
    verify(&folder, &["score", "empty", "-o", "-"]).assert().code(2).stderr(contains("the folder empty has no file to read"));
}

#[test]
fn a_preset_is_named_in_the_summary_and_in_the_meta_file() {
    let folder = folder(
        "{\"question\": \"q\", \"final_answer\": \"2\", \"completion\": \"\\\\boxed{2}\"}\n{\"completion\": \"3\", \"answer\": \"3\"}\n",
    );
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"])
        .assert()
        .success()
        .stderr(contains("preset deepmath               1 rows"));
    let meta: Value = serde_json::from_slice(&fs::read(folder.path().join("out.jsonl.meta.json")).unwrap()).unwrap();
    assert_eq!(meta["summary"]["presets"], json!({"deepmath": 1}));
    assert_eq!(meta["summary"]["verdicts"]["correct"], 2);
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--preset", "none"]).assert().success();
    assert_eq!(results(&folder.path().join("out.jsonl"))[0]["reason"], "no_reward");
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--preset", "deepmth"])
        .assert()
        .code(2)
        .stderr(contains("unknown preset `deepmth`"));
}

#[test]
fn the_help_names_every_preset_and_format() {
    let folder = folder("");
    let output = verify(&folder, &["score", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = help.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let presets = r1rewards::rows::presets::PRESETS.iter().map(|preset| preset.name);
    for name in presets.chain(r1rewards::rows::Format::NAMES) {
        assert!(words.contains(&name), "{name}");
    }
}

#[test]
fn a_wildcard_gives_a_completion_for_each_item() {
    let folder = folder(
        "{\"id\": \"q\", \"outputs\": [{\"text\": \"\\\\boxed{1}\"}, {\"text\": 2}, {\"text\": \"\\\\boxed{3}\"}], \"answer\": \"3\"}\n",
    );
    for path in ["outputs.*.text", "outputs[].text"] {
        verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--map", &format!("completion={path}")]).assert().success();
        let results = results(&folder.path().join("out.jsonl"));
        let seen: Vec<_> = results.iter().map(|row| (row["id"].as_str().unwrap(), row["verdict"].as_str().unwrap())).collect();
        assert_eq!(seen, [("q/0", "incorrect"), ("q/1", "unscored"), ("q/2", "correct")]);
        let detail = results[1]["detail"].as_str().unwrap();
        assert!(detail.starts_with(&format!("in.jsonl:1: the column `{path}` item 1 must be a string")), "{detail}");
    }
}

#[test]
fn results_are_written_as_parquet_and_read_again() {
    let folder = folder(str::from_utf8(&jsonl()).unwrap());
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--no-meta"]).assert().success();
    verify(&folder, &["score", "in.jsonl", "-o", "out.parquet", "--no-meta"]).assert().success();
    assert!(fs::read(folder.path().join("out.parquet")).unwrap().starts_with(b"PAR1"));
    for results in ["out.jsonl", "out.parquet"] {
        verify(&folder, &["select", "in.jsonl", "--results", results, "-o", &format!("{results}.kept")]).assert().success();
    }
    let kept = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(kept("out.jsonl.kept").lines().count(), 2);
    assert_eq!(kept("out.parquet.kept"), kept("out.jsonl.kept"));
}

#[test]
fn a_table_is_no_place_for_training_rows() {
    let folder = folder(str::from_utf8(&jsonl()).unwrap());
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--no-meta"]).assert().success();
    verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "kept.parquet"])
        .assert()
        .code(2)
        .stderr(contains("only results can be written as Parquet"));
    assert!(!folder.path().join("kept.parquet").exists());
}

#[test]
fn a_damaged_table_is_an_error_and_leaves_no_output() {
    let folder = folder("");
    let whole = parquet_bytes();
    for bytes in [&whole[..whole.len() - 9], &whole[..whole.len() / 2], b"PAR1PAR1", &arrow_file()[..300]] {
        fs::write(folder.path().join("rows"), bytes).unwrap();
        verify(&folder, &["score", "rows", "-o", "out.jsonl"]).assert().code(2).stderr(contains("cannot read rows: "));
        assert!(!folder.path().join("out.jsonl").exists());
    }
}

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_rows() {
    let folder = folder(str::from_utf8(&jsonl()).unwrap());
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--no-meta"]).assert().success();
    let expected = seen(&folder.path().join("out.jsonl"));
    for delimiter in [",", "\t"] {
        let text = String::from_utf8(delimited(delimiter)).unwrap().replace("\r\n", "\r");
        fs::write(folder.path().join("rows"), text).unwrap();
        verify(&folder, &["score", "rows", "-o", "out.jsonl", "--no-meta"]).assert().success();
        assert_eq!(seen(&folder.path().join("out.jsonl")), expected);
    }
}

#[test]
fn a_list_that_is_cut_off_ends_the_run_and_the_rows_before_it_are_kept() {
    let row = |id: u8, prompt: &str| json!({"id": id, "prompt": prompt, "completion": "\\boxed{1}", "answer": "1"}).to_string();
    let whole = format!("[{},{},{},{}]", row(1, "a"), row(2, "a"), row(3, "b"), row(4, "b"));
    let folder = folder("");
    fs::write(folder.path().join("whole.json"), &whole).unwrap();
    verify(&folder, &["score", "whole.json", "-o", "out.jsonl", "-q"]).assert().success();
    let all = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    fs::remove_file(folder.path().join("out.jsonl")).unwrap();
    let end = whole.len() - 9;
    fs::write(folder.path().join("cut.json"), &whole[..end]).unwrap();
    let place = format!("cannot read cut.json: it ends with byte {end} inside of item 4, which begins at byte ");
    verify(&folder, &["score", "cut.json", "-o", "out.jsonl", "-q"])
        .assert()
        .code(2)
        .stderr(contains(place.clone()))
        .stderr(contains("the results so far are in out.jsonl.partial"));
    assert!(!folder.path().join("out.jsonl").exists());
    let kept = fs::read_to_string(folder.path().join("out.jsonl.partial")).unwrap();
    assert_eq!(kept.lines().collect::<Vec<_>>(), all.lines().take(3).collect::<Vec<_>>());
    // A prompt whose other rows may be in the part that is missing gets no verdict.
    verify(&folder, &["score", "cut.json", "-o", "votes.jsonl", "-q", "--reward", "majority"]).assert().code(2);
    assert_eq!(results(&folder.path().join("votes.jsonl.partial")).len(), 2);
    for command in [&["audit", "cut.json", "-o", "audit"][..], &["compare", "cut.json", "--right", "lenient"]] {
        verify(&folder, command).assert().code(2).stderr(contains(place.clone()));
    }
}

#[test]
fn a_csv_file_that_is_cut_off_ends_the_run_and_names_the_line() {
    let folder = folder("");
    let whole = "id,completion,answer\n1,\\boxed{42},42\n2,\"so\n\\boxed{42}\",42\n";
    let write = |text: &str| fs::write(folder.path().join("in.csv"), text).unwrap();
    write(whole);
    verify(&folder, &["score", "in.csv", "-o", "whole.jsonl", "-q", "--no-meta"]).assert().success();
    for (cut, place) in [
        // `42` becomes `4`: only the line end that is missing tells.
        (&whole[..whole.len() - 2], "cannot read in.csv: the record that begins in line 3 has no line end"),
        (&whole[..whole.len() - 6], "cannot read in.csv: a quote in the record that begins in line 3 is not closed"),
        (&whole[..whole.len() - 9], "cannot read in.csv: a quote in the record that begins in line 3 is not closed"),
    ] {
        write(cut);
        for command in [
            &["score", "in.csv", "-o", "out.jsonl", "-q", "--no-meta"][..],
            &["audit", "in.csv", "-o", "audit"],
            &["compare", "in.csv", "--right", "lenient"],
            &["passrate", "in.csv", "-o", "-"],
            &["select", "in.csv", "--results", "whole.jsonl", "-o", "-"],
            &["report", "in.csv", "--results", "whole.jsonl", "-o", "page.html"],
        ] {
            verify(&folder, command).assert().code(2).stderr(contains(place));
        }
        // The rows before are judged, and are kept for when the file is complete.
        assert_eq!(results(&folder.path().join("out.jsonl.partial")).len(), 1);
        write(whole);
        verify(&folder, &["score", "in.csv", "-o", "out.jsonl", "-q", "--no-meta", "--resume"]).assert().success();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("out.jsonl"), read("whole.jsonl"));
    }
    // A quote that is closed by one of a later record loses the rows between: the row says how far it goes.
    write("id,completion,answer\n1,\"\\boxed{1},1\n2,\\boxed{2},2\n3,\"x\",3\n4,\\boxed{4},4\n");
    verify(&folder, &["score", "in.csv", "-o", "out.jsonl", "-q"]).assert().success();
    let rows = results(&folder.path().join("out.jsonl"));
    assert_eq!((rows.len(), &rows[0]["reason"]), (2, &json!("bad_row")));
    assert!(rows[0]["detail"].as_str().unwrap().ends_with("(the record goes on to line 4)"), "{rows:?}");
}

#[test]
fn options_and_choices_of_a_row_are_read_from_cells_of_csv() {
    let folder = folder("");
    let text = "id,completion,answer,options,own\n1,\\boxed{B},B,\"[\"\"3\"\", \"\"4\"\"]\",\n2,\\boxed{4},B,\"{\"\"A\"\": \"\"3\"\", \"\"B\"\": \"\"4\"\"}\",\n\
                3,\\boxed{2.1},2,,\"{\"\"relative_tolerance\"\": 0.1}\"\n4,\\boxed{2.1},2,,\n5,\\boxed{2},2,,oops\n6,\\boxed{2},2,oops,\n";
    fs::write(folder.path().join("in.csv"), text).unwrap();
    let score = ["score", "in.csv", "-o", "out.jsonl", "-q"];
    verify(&folder, &[&score[..], &["--set", "choices=options", "--set", "row_options=own"]].concat()).assert().success();
    let rows = results(&folder.path().join("out.jsonl"));
    let reasons: Vec<_> = rows.iter().map(|row| (row["verdict"].as_str().unwrap(), row["reason"].as_str().unwrap())).collect();
    let (right, bad) = (("correct", "equal"), ("unscored", "bad_row"));
    assert_eq!(reasons, [right, right, right, ("incorrect", "different"), bad, bad]);
    assert!(rows[4]["detail"].as_str().unwrap().starts_with("the column `own` must hold options as an object, got "), "{rows:?}");
    assert!(rows[5]["detail"].as_str().unwrap().starts_with("the column `options`: the choices must be a list"), "{rows:?}");
    fs::write(folder.path().join("in.csv"), "id,completion,answer,options\n1,\\boxed{4},B,\"[\"\"3\"\", \"\"4\"\"]\"\n").unwrap();
    verify(&folder, &[&score[..], &["--reward", "choice", "--set", "options_field=options"]].concat()).assert().success();
    let rows = results(&folder.path().join("out.jsonl"));
    assert_eq!(
        (&rows[0]["verdict"], &rows[0]["extracted"]),
        (&json!("correct"), &json!("B")),
        "the text of an option is its letter"
    );
    let tokens = "id,completion,tokens\n1,a b c,3\n2,a b c d,\"[1, 2, 3, 4, 5]\"\n";
    fs::write(folder.path().join("in.csv"), tokens).unwrap();
    fs::write(
        folder.path().join("spec.toml"),
        "[[reward]]\nkind = \"length\"\nunit = \"tokens\"\ntoken_field = \"tokens\"\nmax = 4\n",
    )
    .unwrap();
    verify(&folder, &[&score[..], &["--rewards", "spec.toml"]].concat()).assert().success();
    let verdicts: Vec<_> = results(&folder.path().join("out.jsonl")).iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["correct", "incorrect"]);
}

#[test]
fn a_column_that_a_row_has_twice_is_no_silent_choice() {
    let twice = "{\"id\": 1, \"completion\": \"\\\\boxed{3}\", \"completion\": \"\\\\boxed{2}\", \"answer\": \"2\"}\n".to_owned()
        + "{\"id\": 2, \"completion\": \"\\\\boxed{2}\", \"answer\": \"2\", \"answer\": \"2\", \"level\": 1, \"level\": 2}\n";
    let folder = folder(&twice);
    let said = "verify: in.jsonl:1: the row has the column `completion` twice, with different values, of which the last counts: leave one of \
                them out\n";
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "-q"]).assert().success().stderr(said);
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient", "-q"]).assert().success().stderr(said);
    // The same twice, and a column that is not read, are nothing to say.
    fs::write(folder.path().join("in.jsonl"), twice.lines().nth(1).unwrap()).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "-q"]).assert().success().stderr("");
}
