//! Runs over files: chunks of bounded size, whole groups, and errors at the end.
#![cfg(feature = "cli")]

use std::io::{self, Write};

use r1rewards::rows::run::Run;
use r1rewards::rows::{Fields, Output, ResultRow, Source};
use r1rewards::{Outcome, Reason, Reward, Sample, Scorer, Verdict};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The value of a sample is the size of the group in which it was judged.
struct GroupSize;

impl Reward for GroupSize {
    fn name(&self) -> &'static str {
        "group_size"
    }

    fn config(&self) -> Value {
        json!({ "kind": "group_size" })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.score_group(&[sample]).remove(0)
    }

    #[expect(clippy::cast_precision_loss, reason = "groups of a test are small")]
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        vec![Outcome::valued(Verdict::Correct, samples.len() as f64, Reason::Passed); samples.len()]
    }

    fn needs_whole_group(&self) -> bool {
        true
    }
}

fn file(folder: &TempDir, rows: &str) -> Vec<Source> {
    let path = folder.path().join("in.jsonl");
    std::fs::write(&path, rows).unwrap();
    Source::named(path.to_str().unwrap()).unwrap()
}

#[test]
fn a_group_is_whole_even_where_a_chunk_ends_in_it() {
    let folder = TempDir::new().unwrap();
    // Groups of 1000 rows, so that every chunk of lines ends inside a group.
    let rows: String = (0..7500).map(|row| json!({"prompt": row / 1000, "completion": "x"}).to_string() + "\n").collect();
    let sources = file(&folder, &rows);
    let scorer = Scorer::builder().reward(GroupSize).jobs(2).build().unwrap();
    let (fields, mut out) = (Fields::default(), Vec::new());
    let summary = Run::new(&sources, &fields, &scorer).write_to(&mut out, |_| ()).unwrap();
    let results: Vec<ResultRow> = String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((summary.rows, results.len()), (7500, 7500));
    for (index, result) in results.iter().enumerate() {
        assert_eq!(result.id, json!(index + 1));
        assert_eq!(result.outcome.value, Some(if index < 7000 { 1000.0 } else { 500.0 }), "row {index}");
    }
}

#[test]
fn a_run_that_judged_nothing_for_faults_of_its_own_is_an_error_and_one_good_row_is_enough() {
    /// Every completion but `good` ends in a panic.
    struct Broken;
    impl Reward for Broken {
        fn name(&self) -> &'static str {
            "broken"
        }
        fn config(&self) -> Value {
            json!({ "kind": "broken" })
        }
        fn score(&self, sample: &Sample) -> Outcome {
            assert!(&*sample.completion == "good", "the engine does not start");
            Outcome::correct(Reason::Passed)
        }
    }
    let scorer = Scorer::builder().reward(Broken).jobs(1).build().unwrap();
    let checked = |rows: &str| {
        let folder = TempDir::new().unwrap();
        let (sources, fields) = (file(&folder, rows), Fields::default());
        let summary = Run::new(&sources, &fields, &scorer).write_to(&mut Vec::new(), |_| ()).unwrap();
        summary.check_columns(&fields).map_err(|error| error.to_string())
    };
    let (bad, broken, good) =
        ("[]\n", "{\"completion\": \"x\", \"answer\": \"1\"}\n", "{\"completion\": \"good\", \"answer\": \"1\"}\n");
    for rows in [broken.to_owned(), broken.repeat(2) + bad] {
        let error = checked(&rows).unwrap_err();
        assert!(error.contains("are `internal`") && error.contains("panic: the engine does not start"), "{error}");
    }
    for rows in [good.to_owned(), format!("{broken}{good}{bad}")] {
        assert_eq!(checked(&rows), Ok(()));
    }
}

#[test]
fn an_output_that_cannot_be_written_ends_the_run_with_its_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let folder = TempDir::new().unwrap();
    let sources = file(&folder, &"{\"completion\": \"x\"}\n".repeat(50_000));
    let scorer = Scorer::builder().reward(GroupSize).build().unwrap();
    let fields = Fields::default();
    let run = Run::new(&sources, &fields, &scorer);
    let error = run.write_to(&mut Full, |_| ()).err().unwrap();
    assert_eq!(error.to_string(), "cannot write the results: no space left");
}

#[test]
fn an_output_that_is_not_committed_leaves_what_was_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out.jsonl");
    std::fs::write(&path, "before").unwrap();
    let mut output = Output::open(path.to_str().unwrap()).unwrap();
    output.write_all(b"after").unwrap();
    drop(output);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");

    let mut output = Output::open(path.to_str().unwrap()).unwrap();
    output.write_all(b"after").unwrap();
    output.commit().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}
