//! A grader that is another program: it reads samples and writes verdicts, one JSON object a line.
//!
//! It gets `{"id", "prompt", "completion", "answer": [...], "tests"}` and answers each line with one line, in the same order:
//! `true` or `false`, a number (right from 0.5 on), null for a sample that it cannot judge, or an object with `correct` (one
//! of these) and, if it likes, `extracted` and `reason` (text), and `id`, which must be that of the sample. Refused: anything
//! else, a line longer than [`LONGEST`], a line too many or too few, a grader that stops reading its input, one that does not
//! answer, read or end for longer than the patience of the run, and one that ends with another exit code than 0 or is killed. The
//! grader is then ended with all processes that it started.

mod failure;
mod verdict;
mod words;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::json;

pub(super) use self::failure::{Failure, Fault};
use self::failure::{crash, hang, wrong};
use self::verdict::{WANTED, cut, outcome};
use self::words::words;
use super::group::{Group, in_words};
use crate::{Outcome, Sample};

/// The number of lines of a grader that can wait to be read.
const WAITING: usize = 64;
/// The number of samples that can wait to be written to a grader.
const AHEAD: usize = 64;
/// The longest line of a grader, in bytes: 1 MiB.
const LONGEST: u64 = 1 << 20;

/// What the threads of a grader report.
enum Event {
    /// A line of its output, or why it cannot be read.
    Line(Result<String, String>),
    /// Its output has ended.
    End,
    /// A sample was written to its input, or could not be.
    Written(Result<(), String>),
}

/// A grader that runs.
pub(super) struct Grader {
    group: Group,
    /// The samples to write; `None` after the last one.
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    /// Whether its output has ended.
    ended: bool,
    command: String,
    patience: Duration,
}

impl Grader {
    /// Starts a command, whose words are separated as a shell does (quotes and backslashes, nothing is expanded).
    pub(super) fn start(command: &str, patience: Duration) -> anyhow::Result<Self> {
        let words = words(command)?;
        let (program, arguments) = words.split_first().context("command: has no program")?;
        let mut started = Command::new(program);
        started.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut group = Group::start(&mut started).with_context(|| format!("cannot start `{program}`"))?;
        let child = group.leader();
        let stdin = child.stdin.take().context("the command has no input")?;
        let stdout = child.stdout.take().context("the command has no output")?;
        let (send, events) = sync_channel(WAITING);
        let (input, samples) = channel();
        // The threads end with the pipes of the grader, or when nobody receives their events any more. Nothing waits for
        // them: a grader that neither reads nor ends would hold them.
        let of_writer = send.clone();
        std::thread::spawn(move || write_samples(stdin, &samples, &of_writer));
        std::thread::spawn(move || read_lines(stdout, &send));
        Ok(Self { group, input: Some(input), events, ended: false, command: command.to_owned(), patience })
    }

    /// From now on, waits as long as this for a verdict.
    pub(super) fn be_patient(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// The outcomes of samples, in order. With the `last` samples its input ends, so that a grader may also write all verdicts
    /// at its end.
    pub(super) fn judge(&mut self, samples: &[Sample], last: bool) -> Result<Vec<Outcome>, Failure> {
        let judged = self.judge_all(samples, last);
        if judged.is_err() {
            self.end();
        }
        judged
    }

    fn judge_all(&mut self, samples: &[Sample], last: bool) -> Result<Vec<Outcome>, Failure> {
        let mut outcomes = Vec::with_capacity(samples.len());
        let (mut sent, mut written, mut stopped) = (0, 0, None::<String>);
        if let Some(first) = samples.first() {
            self.refuse_early_lines(first)?;
        }
        while outcomes.len() < samples.len() || (written < samples.len() && stopped.is_none()) {
            while stopped.is_none() && sent < samples.len() && sent - written < AHEAD {
                let input = self.input.as_ref().ok_or_else(|| crash(format!("`{}` has ended", self.command)))?;
                // If the writer has ended, its error is among the events.
                let _ = input.send(line_of(&samples[sent]));
                sent += 1;
            }
            if last && sent == samples.len() {
                self.input = None;
            }
            let waiting = samples.get(outcomes.len());
            let (command, seconds) = (self.command.clone(), self.patience.as_secs());
            if let (true, Some(sample)) = (self.ended, waiting) {
                let id = &sample.id;
                return Err(crash(format!(
                    "`{command}` ended before it had judged the sample {id}{}; see its messages above",
                    self.how_it_ended()
                )));
            }
            match self.events.recv_timeout(self.patience) {
                Ok(Event::Written(Ok(()))) => written += 1,
                Ok(Event::Written(Err(problem))) => stopped = Some(problem),
                Ok(Event::End) => self.ended = true,
                Ok(Event::Line(line)) => match waiting {
                    Some(sample) if outcomes.len() < sent => {
                        let said =
                            line.and_then(|line| outcome(&line, &sample.id).map_err(|error| format!("{error:#}: {}", cut(&line))));
                        outcomes
                            .push(said.map_err(|problem| wrong(format!("`{command}`, for the sample {}: {problem}", sample.id)))?);
                    }
                    _ => {
                        return Err(wrong(format!(
                            "`{command}` wrote a line before the sample was written that it would be about: {}",
                            surplus(&line)
                        )));
                    }
                },
                Err(RecvTimeoutError::Disconnected) => return Err(crash(format!("`{command}` can be neither read nor written"))),
                Err(RecvTimeoutError::Timeout) => match (waiting, &stopped) {
                    (Some(sample), None) => {
                        return Err(hang(format!(
                            "`{command}` did not answer for {seconds} s, for the sample {}: it must write and flush a verdict for each \
                         line that it reads; --patience SECONDS waits longer",
                            sample.id
                        )));
                    }
                    (_, Some(_)) => break,
                    (None, None) => {
                        return Err(hang(format!(
                            "`{command}` did not read its input for {seconds} s: {WANTED}; --patience SECONDS waits longer"
                        )));
                    }
                },
            }
        }
        if let Some(problem) = stopped {
            let (command, id, ended) = (self.command.clone(), &samples[written].id, self.how_it_ended());
            return Err(crash(format!(
                "`{command}` stopped reading its input before the sample {id} ({problem}){ended}: {WANTED}"
            )));
        }
        if last {
            self.input = None;
            self.refuse_left_lines()?;
            self.refuse_failure()?;
        }
        Ok(outcomes)
    }

    /// Refuses a line that was written before the next sample was.
    fn refuse_early_lines(&mut self, next: &Sample) -> Result<(), Failure> {
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Line(line) => {
                    return Err(wrong(format!(
                        "`{}` wrote a line before the sample {} was written to it: {}",
                        self.command,
                        next.id,
                        surplus(&line)
                    )));
                }
                Event::End => self.ended = true,
                Event::Written(_) => {}
            }
        }
        Ok(())
    }

    /// Waits for the end of the output, after that of the input; refuses every line but blank ones.
    fn refuse_left_lines(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        while !self.ended {
            match self.events.recv_timeout(self.patience.saturating_sub(start.elapsed())) {
                Ok(Event::Line(Ok(line))) if line.trim().is_empty() => {}
                Ok(Event::Line(line)) => {
                    return Err(wrong(format!("`{}` wrote a line after its last verdict: {}", self.command, surplus(&line))));
                }
                Ok(Event::Written(_)) => {}
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => self.ended = true,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(hang(format!(
                        "`{}` did not end for {} s after the end of its input, so that more lines may follow: {WANTED}; --patience \
                     SECONDS waits longer",
                        self.command,
                        self.patience.as_secs()
                    )));
                }
            }
        }
        Ok(())
    }

    /// Waits for the end of the process, after that of its output; refuses every exit code but 0.
    fn refuse_failure(&mut self) -> Result<(), Failure> {
        let (command, seconds) = (&self.command, self.patience.as_secs());
        match self.group.wait(self.patience).map_err(|error| crash(format!("cannot wait for `{command}`: {error}")))? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(crash(format!(
                "`{command}` failed after its last verdict ({}), so its verdicts are not used: a grader must end with exit code 0; \
                     see its messages above",
                in_words(status)
            ))),
            None => Err(hang(format!(
                "`{command}` has closed its output, but did not end for {seconds} s; --patience SECONDS waits longer"
            ))),
        }
    }

    /// How it ended, in parentheses; nothing if it has not.
    fn how_it_ended(&mut self) -> String {
        /// The end of its output comes a little before its own.
        const SOON: Duration = Duration::from_secs(1);
        let status = self.group.wait(SOON.min(self.patience)).ok().flatten();
        status.map_or_else(String::new, |status| format!(" ({})", in_words(status)))
    }

    /// Ends it with all processes that it started.
    fn end(&mut self) {
        self.input = None;
        self.group.end();
    }
}

/// A line too many, and what is wanted.
fn surplus(line: &Result<String, String>) -> String {
    let line = line.as_ref().map_or_else(String::clone, |line| cut(line));
    format!("{line}\nA grader answers sample by sample: {WANTED}. What else it has to say belongs on standard error")
}

/// The line of a sample.
fn line_of(sample: &Sample) -> Vec<u8> {
    let row = json!({
        "id": sample.id,
        "prompt": sample.prompt.as_deref(),
        "completion": sample.completion,
        "answer": sample.answers(),
        "tests": sample.tests.as_deref(),
    });
    format!("{row}\n").into_bytes()
}

/// Writes samples to the input of a grader, until the last one or an error.
fn write_samples(mut input: ChildStdin, samples: &Receiver<Vec<u8>>, events: &SyncSender<Event>) {
    for sample in samples {
        let written = input.write_all(&sample).and_then(|()| input.flush()).map_err(|error| error.to_string());
        let failed = written.is_err();
        if events.send(Event::Written(written)).is_err() || failed {
            return;
        }
    }
}

/// Reads the lines of a grader until its output ends, or until one that cannot be read.
fn read_lines(output: ChildStdout, events: &SyncSender<Event>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let event = match output.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line) {
            Ok(0) => Event::End,
            Ok(_) if line.len() as u64 > LONGEST => Event::Line(Err(format!(
                "a line is longer than {LONGEST} bytes; it starts with {}",
                cut(&String::from_utf8_lossy(&line[..4096]))
            ))),
            Ok(_) => {
                line.truncate(line.trim_ascii_end().len());
                Event::Line(
                    String::from_utf8(line)
                        .map_err(|error| format!("a line is not UTF-8: {}", cut(&String::from_utf8_lossy(error.as_bytes())))),
                )
            }
            Err(error) => Event::Line(Err(format!("its output cannot be read: {error}"))),
        };
        let is_last = !matches!(event, Event::Line(Ok(_)));
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

impl Drop for Grader {
    fn drop(&mut self) {
        // The end of its input ends it; a grader that goes on is ended.
        self.input = None;
        let _ = self.group.wait(Duration::from_millis(200));
        self.group.end();
    }
}
