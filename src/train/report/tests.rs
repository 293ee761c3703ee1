//! Behaviour of the whole report.

use super::*;

/// A run whose samples have this text wherever a policy, a task or a user can put one.
fn hostile(text: &str) -> RunFiles {
    let judged = |inner| {
        serde_json::json!({"text": text, "verdict": text, "reason": text, "reward": 1, "extracted": text, text: 1,
        "components": inner})
    };
    let attempt = judged(serde_json::json!({text: judged(serde_json::Value::Null)}));
    let line = serde_json::json!({"problem": text, "prompt": text, "attempts": [attempt]}).to_string();
    let metric = |kind, step| serde_json::json!({"kind": kind, "stage": text, "step": step, text: step, "reward": 0.5}).to_string();
    RunFiles {
        folder: format!("/runs/{text}"),
        config: Some(text.to_owned()),
        run: Some(serde_json::json!({"name": text, "command": text, text: text}).to_string()),
        metrics: Some([metric("step", 1), metric("evaluation", 1), metric("step", 2), "{broken".to_owned()].join("\n")),
        samples_before: Some(line.clone()),
        samples_after: Some(line),
        cut: Vec::new(),
    }
}

fn with_metrics(lines: &str) -> RunFiles {
    RunFiles { folder: "run".to_owned(), metrics: Some(lines.to_owned()), ..RunFiles::default() }
}

/// The tags and their attributes, without texts.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag)).collect()
}

#[test]
fn hostile_text_adds_no_markup() {
    let script = format!("<script>{}</script>", include_str!("script.js"));
    let count = |text: &str| {
        let html = report(&hostile(text)).replace(&script, "");
        assert_eq!(html.matches("<script").count(), 0, "{text}");
        tags(&html).into_iter().map(|tag| tag.split([' ', '/']).next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let harmless = count("plain");
    let attacks = [
        "<script>alert(1)</script>",
        "</pre></details><img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "</style><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "--></textarea></xmp><iframe src=javascript:alert(1)>",
        "&lt;script&gt;&#60;script&#62;",
        "\u{0}<\u{0}script>\u{ff1c}script\u{ff1e}",
    ];
    for attack in attacks {
        assert_eq!(count(attack), harmless, "{attack}");
    }
}

#[test]
fn hostile_text_ends_no_attribute() {
    let html = report(&hostile("\" onclick=\"alert(1)\" x='y"));
    for tag in tags(&html) {
        assert!(!tag.contains(" onclick=\""), "{tag}");
        assert!(!tag.contains("x='"), "{tag}");
    }
    assert!(html.contains("&quot; onclick=&quot;alert(1)&quot; x=&#39;y"));
}

#[test]
fn characters_that_act_are_escapes_on_the_page() {
    let html = report(&hostile("a\u{202e}b\u{0}c\u{1b}[2Jd\u{2066}e\rf\u{feff}"));
    let reorders = |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let acts = |character: char| character.is_control() && character != '\n' || reorders(character) || character == '\u{feff}';
    let acting = html.chars().find(|character| acts(*character));
    assert_eq!(acting, None);
    assert!(html.contains(r"a\u{202e}b\x00c\x1b[2Jd\u{2066}e\rf\u{feff}"));
}

#[test]
fn a_text_of_a_megabyte_on_one_line_makes_a_small_page() {
    let html = report(&hostile(&"<".repeat(1 << 20)));
    assert!(html.len() < 2 << 20, "{}", html.len());
    assert!(html.contains("characters cut here]"));
}

#[test]
fn nothing_on_the_page_is_loaded_from_elsewhere() {
    let html = report(&hostile("plain"));
    for tag in tags(&html) {
        assert!(!tag.starts_with("link") && !tag.contains(" src=") && !tag.contains("href=\"http"), "{tag}");
    }
    assert!(html.contains("default-src 'none'") && !html.contains("url("), "the style sheet loads nothing");
}

#[test]
fn the_policy_of_the_page_names_its_script_and_no_other() {
    let html = report(&with_metrics(""));
    let policy = html.split("script-src '").nth(1).and_then(|rest| rest.split('\'').next());
    assert_eq!(policy, Some(&*format!("sha256-{}", page::SCRIPT_HASH)));
    assert_eq!(html.matches("<script").count(), 1);
}

/// The hash of the script in Base64.
#[cfg(feature = "code")]
#[test]
fn the_hash_in_the_policy_is_that_of_the_script() {
    use sha2::{Digest as _, Sha256};
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(include_bytes!("script.js"));
    let mut text = String::new();
    for three in hash.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        let letters = [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]));
        text.extend(&letters[..=three.len()]);
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    assert_eq!(page::SCRIPT_HASH, text, "write this hash into page.rs");
}

#[test]
fn a_stopped_run_has_a_report_that_says_so() {
    let html = report(&with_metrics("{\"stage\":\"grpo\",\"step\":1,\"seconds\":2,\"reward\":0.5}\n{\"stage\":\"grpo\",\"st"));
    assert!(html.contains("metrics.jsonl, line 2 is cut off: the run was stopped while it wrote the line."), "{html}");
    assert!(html.contains("<h3>Reward</h3>") && html.contains("time until the last line"), "{html}");
    assert!(report(&with_metrics("")).contains("No step was recorded yet."));
}

#[test]
fn stages_are_named_where_they_start() {
    let line = |stage, step| format!("{{\"stage\":\"{stage}\",\"step\":{step},\"loss\":1}}");
    let two = [line("sft", 0), line("sft", 50), line("grpo", 0), line("grpo", 50)].join("\n");
    let html = report(&with_metrics(&two));
    assert_eq!(html.matches("<path class=stage").count(), 1, "{html}");
    assert!(html.contains(">sft<title>") && html.contains(">grpo<title>"), "{html}");
    assert!(html.contains("step, counted over all stages"), "{html}");
    // No line joins the stages.
    assert_eq!(html.matches("data-name=\"loss\"").count(), 2, "{html}");
    let one = report(&with_metrics(&[line("sft", 0), line("sft", 50)].join("\n")));
    assert!(!one.contains("<path class=stage") && one.contains("step of sft"), "{one}");
}

#[test]
fn a_gap_splits_a_line_and_a_lone_value_is_a_dot() {
    let lines = [Some(1), Some(2), None, Some(3), None, Some(4), Some(5)].map(|loss| serde_json::json!({"loss": loss}).to_string());
    let html = report(&with_metrics(&lines.join("\n")));
    assert_eq!(html.matches("data-name=\"loss\"").count(), 2, "{html}");
    assert_eq!(html.matches("<circle class=\"s0\"").count(), 1, "{html}");
}

#[test]
fn one_point_and_constants_are_drawn() {
    let one = report(&with_metrics(r#"{"kind":"evaluation","step":0,"pass_at_1":0.5}"#));
    assert!(one.contains("<title>pass@1: 0.500 at step 0</title>"), "{one}");
    let constant = (1..=20).map(|step| format!("{{\"step\":{step},\"kl\":0}}")).collect::<Vec<_>>().join("\n");
    let html = report(&with_metrics(&constant));
    assert!(html.contains("class=\"thin s0\"") && html.contains("class=\"line s0\"") && !html.contains("NaN"), "{html}");
}

#[test]
fn extreme_numbers_are_drawn_or_left_out() {
    let lines =
        "{\"loss\":1e99,\"kl\":-1e99}\n{\"loss\":1e-300,\"kl\":1e99}\n{\"loss\":1e308,\"step\":1e300}\n{\"step\":-5,\"loss\":0}";
    let html = report(&with_metrics(lines));
    assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    assert!(html.contains("<h3>Loss</h3>"), "{html}");
}

#[test]
fn the_config_is_shown_as_it_is() {
    let run = RunFiles { config: Some("\n[model]\nlayers = 4 # <4>\n".to_owned()), ..with_metrics("") };
    assert!(report(&run).contains("<pre>\n\n[model]\nlayers = 4 # &lt;4&gt;\n</pre>"));
}

#[test]
fn a_report_is_written_into_the_folder_and_replaces_an_older_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("metrics.jsonl"), b"{\"loss\":1,\"text\":\"\xff\"}\n").unwrap();
    std::fs::write(folder.path().join("report.html"), "old").unwrap();
    let page = write_report(folder.path()).unwrap();
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    let mut names: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["metrics.jsonl", "report.html"]);
}

#[test]
fn a_folder_without_a_run_is_an_error_that_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let error = write_report(folder.path()).unwrap_err();
    assert!(error.is_data());
    let expected = "has neither metrics.jsonl nor samples_before.jsonl nor samples_after.jsonl: name the folder of a run whose training \
                    has started";
    assert!(error.to_string().ends_with(expected), "{error}");
    let missing = write_report(&folder.path().join("none")).unwrap_err();
    assert!(missing.to_string().ends_with("none does not exist: name the folder that a training wrote"), "{missing}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(write_report(&file).unwrap_err().to_string().contains("is not a folder"));
}

#[test]
fn a_page_that_cannot_be_written_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("metrics.jsonl"), "{\"loss\":1}\n").unwrap();
    std::fs::create_dir(folder.path().join("report.html")).unwrap();
    let error = write_report(folder.path()).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("report.html: make the folder writable"), "{error}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 2);
}
