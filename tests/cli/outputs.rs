//! Output files: complete or absent, never an input file, with the mode of the file that they replace, under temporary
//! names that cannot be foreseen (those of `score`, which a later run must find, are never followed if they are links).

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use predicates::str::contains;
use tempfile::TempDir;

use super::{SPEC, folder, results, rows, shell, verify};

#[test]
fn an_output_that_is_an_input_is_refused_whatever_it_is_called() {
    let folder = folder(&rows(3));
    let at = |name: &str| folder.path().join(name);
    fs::hard_link(at("in.jsonl"), at("hard.jsonl")).unwrap();
    symlink("in.jsonl", at("soft.jsonl")).unwrap();
    for output in ["in.jsonl", "./in.jsonl", "hard.jsonl", "soft.jsonl"] {
        let refused = verify(&folder, &["score", "in.jsonl", "-o", output]).assert().code(2);
        refused.stderr(contains(format!(
            "cannot write {output}: it is the input in.jsonl, whose rows would be lost; name another file"
        )));
    }
    verify(&folder, &["score", "hard.jsonl", "-o", "in.jsonl"]).assert().code(2);
    for line in ["score - -o in.jsonl < in.jsonl", "score in.jsonl -o - >> in.jsonl"] {
        let refused = shell(&folder, &format!("\"$VERIFY\" {line}"));
        assert_eq!(refused.status.code(), Some(2), "{line}");
    }
    fs::write(at("spec.toml"), SPEC).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "spec.toml", "--rewards", "spec.toml"]).assert().code(2);
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    for (output, rejected) in
        [("in.jsonl", "no.jsonl"), ("out.jsonl", "no.jsonl"), ("yes.jsonl", "in.jsonl"), ("yes.jsonl", "./yes.jsonl")]
    {
        let arguments = ["select", "in.jsonl", "--results", "out.jsonl", "-o", output, "--rejected", rejected];
        verify(&folder, &arguments).assert().code(2).stderr(contains("name another file"));
    }
    assert_eq!(fs::read_to_string(at("in.jsonl")).unwrap(), rows(3), "nothing is lost");
}

#[test]
fn a_replaced_output_keeps_its_mode() {
    let folder = folder(&rows(1));
    let out = folder.path().join("out.jsonl");
    for mode in [0o600, 0o640, 0o666] {
        fs::write(&out, "old").unwrap();
        fs::set_permissions(&out, fs::Permissions::from_mode(mode)).unwrap();
        verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
        assert_eq!(out.metadata().unwrap().mode() & 0o777, mode);
        assert_eq!(results(&out).len(), 1);
    }
}

/// Starts a run that waits for more rows while its output is unfinished.
fn unfinished(folder: &TempDir, arguments: &[&str], ending: &str) -> (std::process::Child, std::path::PathBuf) {
    let verify = assert_cmd::cargo::cargo_bin("verify");
    // The tests may run with ignored signals (in the background, under nohup), and `verify` leaves such signals
    // ignored.
    let mut run = Process::new("env");
    run.arg("--default-signal=INT,TERM,HUP,QUIT").arg(verify).args(arguments).current_dir(folder.path());
    let run = run.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let is_unfinished = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == ending);
    let find = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(is_unfinished);
    while find().is_none() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    (run, find().expect("a file that is being written"))
}

const SCORE: [&str; 5] = ["score", "-", "-o", "out.jsonl", "-q"];

#[test]
fn a_signal_leaves_no_unfinished_output_and_what_was_there() {
    let folder = folder("");
    let out = folder.path().join("out.jsonl");
    fs::write(&out, "old").unwrap();
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3), ("USR1", 10), ("USR2", 12)] {
        let (mut run, _) = unfinished(&folder, &SCORE, "json");
        // Kept open until the run has ended: at the end of its input the run might finish before it handles the signal.
        let input = run.stdin.take();
        Process::new("kill").args([&format!("-{name}"), &run.id().to_string()]).status().unwrap();
        let ended = run.wait_with_output().unwrap();
        drop(input);
        assert_eq!(ended.status.code(), Some(128 + number), "{name}");
        assert!(
            String::from_utf8_lossy(&ended.stderr)
                .starts_with(&format!("verify: ended by SIG{name}: the incomplete output was removed"))
        );
        assert_eq!(fs::read_to_string(&out).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "in.jsonl and out.jsonl");
    }
}

#[test]
fn a_partial_file_that_is_a_link_is_not_written_through() {
    let folder = folder(&rows(3));
    fs::write(folder.path().join("precious"), "mine").unwrap();
    symlink("precious", folder.path().join("out.jsonl.partial")).unwrap();
    for resume in [&[][..], &["--resume"]] {
        verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).args(resume).assert().success();
        assert_eq!(fs::read_to_string(folder.path().join("precious")).unwrap(), "mine");
        assert_eq!(results(&folder.path().join("out.jsonl")).len(), 3);
    }
}

#[test]
fn the_names_of_unfinished_outputs_cannot_be_foreseen() {
    let folder = folder("");
    let out = folder.path().join("out.jsonl");
    let names = [0, 1].map(|_| {
        let output = r1rewards::rows::Output::open(out.to_str().unwrap()).unwrap();
        let find = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "tmp");
        let path = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(find).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o077 & !0o044, 0, "nobody else may write to it");
        drop(output);
        assert!(!path.exists(), "it is removed if it is not finished");
        path
    });
    assert_ne!(names[0], names[1]);
    for name in names {
        let name = name.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with(".out.jsonl.") && name.ends_with(".tmp") && name.len() >= 27, "{name}");
    }
}

#[test]
fn an_output_that_is_among_the_files_of_an_argument_is_refused() {
    let folder = folder(&rows(3));
    verify(&folder, &["score", "in.jsonl", "-o", "res1.jsonl", "-q"]).assert().success();
    fs::create_dir(folder.path().join("results")).unwrap();
    fs::copy(folder.path().join("res1.jsonl"), folder.path().join("results/res1.jsonl")).unwrap();
    fs::create_dir(folder.path().join("audit")).unwrap();
    fs::write(folder.path().join("audit/findings.jsonl"), "{\"prompt\": \"one two three\"}\n").unwrap();
    fs::write(folder.path().join("audit/audit.json"), "{\"reward\": [{\"kind\": \"math\"}]}").unwrap();
    for arguments in [
        &["passrate", "in.jsonl", "--results", "res1*.jsonl", "-o", "res1.jsonl"][..],
        &["passrate", "in.jsonl", "--results", "results", "-o", "results/res1.jsonl"],
        &["select", "in.jsonl", "--results", "res1*.jsonl", "-o", "res1.jsonl"],
        &["report", "in.jsonl", "--results", "res1*.jsonl", "-o", "res1.jsonl"],
        &["report", "in.jsonl", "--results", "res1.jsonl", "-o", "res1.jsonl.meta.json"],
        &["compare", "in.jsonl", "--left", "res1*.jsonl", "--right", "strict", "-o", "res1.jsonl"],
        &["score", "in.jsonl", "--baseline", "res1*.jsonl", "-o", "res1.jsonl"],
        &["audit", "in.jsonl", "--against", "audit/findings.jsonl", "-o", "audit"],
        &["audit", "in.jsonl", "--rewards", "audit/audit.json", "-o", "audit"],
    ] {
        let before = fs::read(folder.path().join("res1.jsonl")).unwrap();
        verify(&folder, arguments).assert().code(2).stderr(contains("it is the input"));
        assert_eq!(fs::read(folder.path().join("res1.jsonl")).unwrap(), before, "{arguments:?}");
    }
    verify(&folder, &["passrate", "in.jsonl", "--results", "res1*.jsonl", "-o", "rates.jsonl"]).assert().success();
}
