//! Control characters are written to a terminal as escapes.

use std::fs;

use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use super::shell;
use super::{folder, verify};

#[cfg(target_os = "linux")]
#[test]
fn json_on_a_terminal_is_escaped_and_elsewhere_the_bytes_stay() {
    let acting = "\u{9b}31m\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}";
    let row = json!({"id": acting, "prompt": acting, "completion": format!("{acting} \\boxed{{1}}"), "answer": "1"});
    let folder = folder(&row.to_string());
    fs::write(
        folder.path().join("results.jsonl"),
        json!({"id": acting, "verdict": "correct", "reward": 1.0, "reason": "equal", "cost": {"work": 0}}).to_string(),
    )
    .unwrap();
    fs::write(folder.path().join("p.py"), format!("print('{acting}')")).unwrap();
    fs::write(folder.path().join("t.json"), json!({"kind": "stdio", "tests": [{"output": acting}]}).to_string()).unwrap();
    let acts = |character: char| acting.contains(character) && !character.is_ascii_graphic();
    let math = format!("math '{acting}' '{acting}' --json");
    let run = "run p.py --tests t.json --json";
    for command in ["score in.jsonl -o - -q", "select in.jsonl --results results.jsonl -o - -q", &math, run] {
        if command == run && cfg!(not(feature = "code")) {
            continue;
        }
        // `script` gives the command a terminal.
        let inside = shell(&folder, &format!("script -qec \"\\\"$VERIFY\\\" {command} 2>/dev/null\" /dev/null < /dev/null"));
        let shown = String::from_utf8(inside.stdout).unwrap().replace("\r\n", "\n");
        assert!(!shown.contains(acts) && shown.contains("\\u202e"), "{command}: {shown:?}");
        let outside = shell(&folder, &format!("\"$VERIFY\" {command}"));
        let bytes = String::from_utf8(outside.stdout).unwrap();
        assert!(bytes.contains(acting), "{command}: {bytes:?}");
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(read(&shown), read(&bytes), "{command}");
    }
}

#[cfg(feature = "code")]
#[test]
fn reports_show_what_a_terminal_would_obey_as_escapes() {
    let folder = folder("");
    fs::write(folder.path().join("p.py"), "import sys\nprint('\\x1b[2Jgone\\x9b\\u202e')\nsys.stderr.write('\\x1b]0;title\\x07')")
        .unwrap();
    fs::write(folder.path().join("t.json"), json!({"kind": "stdio", "tests": [{"output": "\u{1b}[1m"}]}).to_string()).unwrap();
    let report = verify(&folder, &["run", "p.py", "--tests", "t.json"]).assert().code(1).get_output().stdout.clone();
    let report = String::from_utf8(report).unwrap();
    assert!(
        report.contains(r"\x1b[2Jgone\u{9b}\u{202e}") && report.contains(r"\x1b]0;title\x07") && report.contains(r"\x1b[1m"),
        "{report}"
    );
    assert!(!report.contains(|character: char| character.is_control() && character != '\n'), "{report:?}");
    // Without a terminal the bytes are unchanged.
    let bytes = verify(&folder, &["run", "p.py", "--stdin", "p.py"]).assert().success().get_output().stdout.clone();
    assert!(bytes.starts_with(b"\x1b[2Jgone"), "{bytes:?}");
}
