//! A grader that is another program: it reads samples and writes verdicts, one JSON object a line.
//!
//! It gets `{"id", "prompt", "completion", "answer": [...], "tests"}` and answers each line with one line, in the same order:
//! `true` or `false`, a number (right from 0.5 on), null for a sample that it cannot judge, or an object with `correct` (one
//! of these) and, if it likes, `extracted` and `reason` (text). Refused: anything else, an output that ends early, and a
//! grader that does not answer for longer than the patience of the run; the grader is then ended.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};

use crate::{Outcome, Reason, Sample};

/// The number of lines of a grader that can wait to be read.
const WAITING: usize = 1024;

/// A grader that runs.
pub(super) struct Grader {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<std::io::Result<String>>,
    command: String,
    patience: Duration,
}

impl Grader {
    /// Starts a command, whose words are separated as a shell does (quotes and backslashes, nothing is expanded).
    pub(super) fn start(command: &str, patience: Duration) -> anyhow::Result<Self> {
        let words = words(command)?;
        let (program, arguments) = words.split_first().ok_or_else(|| anyhow!("command: has no program"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{program}`"))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("the command has no output")?);
        let (send, lines) = sync_channel(WAITING);
        // Ends with the output, which ends with the child, or when nobody reads the lines any more.
        std::thread::spawn(move || output.lines().try_for_each(|line| send.send(line)));
        Ok(Self { child, input, lines, command: command.to_owned(), patience })
    }

    /// The outcomes of samples, in order. With the `last` samples its input ends, so that a grader may also write all verdicts
    /// at its end.
    pub(super) fn judge(&mut self, samples: &[Sample], last: bool) -> anyhow::Result<Vec<Outcome>> {
        let Self { child, input, lines, command, patience } = self;
        let mut writes = input.take().context("the command has ended")?;
        std::thread::scope(|scope| {
            // Written by another thread: the grader may write verdicts before it has read all samples.
            let writer = scope.spawn(move || write_samples(&mut writes, samples).map(|()| if last { None } else { Some(writes) }));
            let outcomes = samples.iter().map(|sample| {
                let line = match lines.recv_timeout(*patience) {
                    Ok(line) => line?,
                    Err(RecvTimeoutError::Disconnected) => {
                        bail!("`{command}` ended before it had judged the sample {}; see its messages above", sample.id)
                    }
                    Err(RecvTimeoutError::Timeout) => bail!(
                        "`{command}` did not answer for {} s, for the sample {}: it must write and flush a verdict for each line that it \
                         reads; --patience SECONDS waits longer",
                        patience.as_secs(),
                        sample.id
                    ),
                };
                outcome(&line).with_context(|| format!("`{command}`, for the sample {}: {line}", sample.id))
            });
            let outcomes = outcomes.collect::<anyhow::Result<Vec<_>>>();
            if outcomes.is_err() {
                // Otherwise the writer could wait forever for a grader that does not read.
                let _ = child.kill();
            }
            let written = writer.join().map_err(|_| anyhow!("cannot write to `{command}`"))?;
            let outcomes = outcomes?;
            *input = written.with_context(|| format!("cannot write to `{command}`"))?;
            Ok(outcomes)
        })
    }
}

fn write_samples(input: &mut ChildStdin, samples: &[Sample]) -> std::io::Result<()> {
    let mut text = Vec::new();
    for sample in samples {
        let row = json!({
            "id": sample.id,
            "prompt": sample.prompt.as_deref(),
            "completion": sample.completion,
            "answer": sample.answers(),
            "tests": sample.tests.as_deref(),
        });
        writeln!(text, "{row}")?;
        input.write_all(&text)?;
        text.clear();
    }
    input.flush()
}

impl Drop for Grader {
    fn drop(&mut self) {
        // The end of its input ends it; a grader that goes on is ended.
        self.input = None;
        for _ in 0..20 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The outcome that a line states.
fn outcome(line: &str) -> anyhow::Result<Outcome> {
    let value: Value = serde_json::from_str(line.trim()).context("the verdict is not JSON")?;
    let (correct, rest) = match &value {
        Value::Object(fields) => {
            (fields.get("correct").or_else(|| fields.get("reward")).context("the verdict has no `correct`")?, Some(fields))
        }
        other => (other, None),
    };
    let outcome = match correct {
        Value::Bool(true) => Outcome::correct(Reason::Passed),
        Value::Bool(false) => Outcome::incorrect(Reason::Failed),
        Value::Null => Outcome::unscored(Reason::RewardError),
        Value::Number(number) => match number.as_f64() {
            Some(reward) if reward >= 0.5 => Outcome::correct(Reason::Passed),
            Some(_) => Outcome::incorrect(Reason::Failed),
            None => bail!("the verdict is no finite number"),
        },
        other => bail!("the verdict must be true, false, null or a number, got {}", crate::core::describe::describe(other)),
    };
    let text = |name: &str| rest.and_then(|fields| fields.get(name)).and_then(Value::as_str).map(str::to_owned);
    let outcome = match text("extracted") {
        Some(extracted) => outcome.with_extracted(extracted),
        None => outcome,
    };
    Ok(match text("reason") {
        Some(reason) => outcome.with_detail(reason),
        None => outcome,
    })
}

/// The words of a command line.
fn words(command: &str) -> anyhow::Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        bail!("a quote in `{command}` is not closed");
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_separated_as_a_shell_does() {
        assert_eq!(
            words(r#"python3 -c 'print("a b")'  x\ y "" "z\"'""#).unwrap(),
            ["python3", "-c", "print(\"a b\")", "x y", "", "z\"'"]
        );
        assert!(words("a 'b").is_err());
    }

    #[test]
    fn a_verdict_is_a_truth_value_a_number_or_an_object() {
        let verdict = |line: &str| outcome(line).map(|outcome| outcome.verdict.code()).map_err(|error| error.to_string());
        assert_eq!(verdict("true\n").as_deref(), Ok("correct"));
        assert_eq!(verdict("0.2").as_deref(), Ok("incorrect"));
        assert_eq!(verdict("null").as_deref(), Ok("unscored"));
        assert_eq!(verdict(r#"{"reward": 1, "extracted": "5"}"#).as_deref(), Ok("correct"));
        assert!(verdict("right").is_err() && verdict("\"yes\"").is_err() && verdict("{}").is_err());
    }
}
