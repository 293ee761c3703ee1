//! The numbers of a run: the lines of `metrics.jsonl` on one axis of steps.
//!
//! Accepts: one JSON object a line, with `kind` (`step` or `evaluation`; absent means `step`), `stage`, `step`,
//! `seconds`, and numbers by any name. `null`, `NaN` and infinite numbers are gaps. What is not a number is ignored. A
//! line that is not an object is noted and left out, because a run that was killed ends in one.
//!
//! `step` counts within a stage. Stages follow each other, so the place of a line on the axis is the end of the stages
//! before it plus its step. A run that was resumed writes some steps again: for each step, the last line counts.

use std::collections::HashMap;

use super::notes::{Notes, lines};
use crate::core::json_text;

/// The name of the file.
pub(super) const FILE: &str = "metrics.jsonl";

/// Larger numbers are gaps: no axis can show them beside others.
const LARGEST: f64 = 1e100;

/// Whether a line is about a step of the training or about an evaluation on held-out problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Step,
    Evaluation,
}

/// A part of the training with a method of its own.
#[derive(Debug, PartialEq)]
pub(super) struct Stage {
    pub name: String,
    /// Where it starts on the axis.
    pub start: f64,
}

/// A line of the file.
#[derive(Debug)]
pub(super) struct Point {
    pub kind: Kind,
    /// The index of the stage.
    pub stage: usize,
    /// The step within the stage.
    pub step: f64,
    /// The place on the axis.
    pub x: f64,
    numbers: HashMap<usize, f64>,
}

/// One value of a series; `None` is a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub x: f64,
    pub stage: usize,
    pub value: Option<f64>,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// The names of the numbers, in the order of their first appearance.
    pub names: Vec<String>,
    /// The place of each name in `names`.
    places: HashMap<String, usize>,
    pub stages: Vec<Stage>,
    /// In the order of the axis.
    pub points: Vec<Point>,
    /// The seconds since the start, of the last line that has them.
    pub seconds: Option<f64>,
}

impl Metrics {
    /// Reads the text of the file.
    pub(super) fn read(text: &str, notes: &mut Notes) -> Self {
        let mut reader = Reader::default();
        for (number, line) in lines(text) {
            match Line::read(line.trim_end_matches('\n')) {
                Ok(read) => reader.add(read),
                Err(what) => notes.unreadable(FILE, number, &what, line.ends_with('\n')),
            }
        }
        if reader.repeated > 0 {
            let count = crate::report::scale::whole(reader.repeated);
            notes.add(format!(
                "{FILE}: of steps that were written again, as by a resumed run, the last line is shown (lines: {count})"
            ));
        }
        reader.metrics.points.sort_by(|left, right| left.x.total_cmp(&right.x));
        reader.metrics
    }

    /// The values of one number in the lines of one kind; empty if it never has a value.
    pub(super) fn series(&self, name: &str, kind: Kind) -> Vec<Mark> {
        let Some(index) = self.places.get(name) else { return Vec::new() };
        let points = self.points.iter().filter(|point| point.kind == kind);
        let marks: Vec<_> =
            points.map(|point| Mark { x: point.x, stage: point.stage, value: point.numbers.get(index).copied() }).collect();
        if marks.iter().any(|mark| mark.value.is_some()) { marks } else { Vec::new() }
    }

    /// The number in one line.
    pub(super) fn value(&self, name: &str, point: &Point) -> Option<f64> {
        point.numbers.get(self.places.get(name)?).copied()
    }

    /// The end of the axis.
    pub(super) fn end(&self) -> f64 {
        self.points.iter().map(|point| point.x).fold(0.0, f64::max)
    }

    /// Where a line is, in words: `grpo, step 40`.
    pub(super) fn place(&self, point: &Point) -> String {
        let (stage, step) = (&self.stages[point.stage].name, crate::report::scale::number(point.step));
        if stage.is_empty() { format!("step {step}") } else { format!("{}, step {step}", crate::report::html::cut(stage, 60)) }
    }
}

/// The fields of a line.
struct Line {
    kind: Kind,
    stage: String,
    step: Option<f64>,
    seconds: Option<f64>,
    numbers: Vec<(String, Option<f64>)>,
}

impl Line {
    /// Reads a line without a JSON parser, because Python writes `NaN`, which JSON lacks.
    fn read(text: &str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let mut line = Self { kind: Kind::Step, stage: String::new(), step: None, seconds: None, numbers: Vec::new() };
        for member in json_text::members(bytes) {
            let (name, value) = member.map_err(|broken| format!("byte {}: {}", broken.at + 1, broken.what))?;
            let (name, value) = (json_text::name(&bytes[name]), &text[value]);
            let number = value.parse().ok().filter(|number: &f64| number.abs() <= LARGEST);
            match &*name {
                "kind" => line.kind = kind(&json_text::name(value.as_bytes()))?,
                "stage" => line.stage = json_text::name(value.as_bytes()).into_owned(),
                "step" => line.step = number.filter(|step| step.abs() < 1e15),
                "seconds" => line.seconds = number,
                _ if number.is_some() || gap(value) => line.numbers.push((name.into_owned(), number)),
                _ => {}
            }
        }
        Ok(line)
    }
}

fn kind(name: &str) -> Result<Kind, String> {
    match name {
        "step" => Ok(Kind::Step),
        "evaluation" => Ok(Kind::Evaluation),
        other => Err(format!("kind `{other}` is unknown: write step or evaluation")),
    }
}

/// Whether the text is a number that cannot be drawn, or the absence of one.
fn gap(value: &str) -> bool {
    value == "null" || value.parse::<f64>().is_ok()
}

#[derive(Default)]
struct Reader {
    metrics: Metrics,
    /// The points of the current stage by kind and step.
    known: HashMap<(Kind, u64), usize>,
    last_step: f64,
    repeated: usize,
}

impl Reader {
    fn add(&mut self, line: Line) {
        if self.metrics.stages.last().is_none_or(|stage| stage.name != line.stage) {
            self.metrics.stages.push(Stage { name: line.stage, start: self.metrics.end() });
            self.known.clear();
            self.last_step = 0.0;
        }
        let stage = self.metrics.stages.len() - 1;
        let next = if line.kind == Kind::Step { self.last_step + 1.0 } else { self.last_step };
        let step = line.step.unwrap_or(next);
        self.last_step = step;
        self.metrics.seconds = line.seconds.or(self.metrics.seconds);
        let (points, x) = (&mut self.metrics.points, self.metrics.stages[stage].start + step);
        let index = *self.known.entry((line.kind, step.to_bits())).or_insert_with(|| {
            points.push(Point { kind: line.kind, stage, step, x, numbers: HashMap::new() });
            points.len() - 1
        });
        let mut repeats = false;
        for (name, value) in line.numbers {
            let names = &mut self.metrics.names;
            let name = *self.metrics.places.entry(name).or_insert_with_key(|name| {
                names.push(name.clone());
                names.len() - 1
            });
            let numbers = &mut points[index].numbers;
            repeats |= numbers.contains_key(&name);
            match value {
                Some(value) => drop(numbers.insert(name, value)),
                None => drop(numbers.remove(&name)),
            }
        }
        self.repeated += usize::from(repeats);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Metrics, Vec<String>) {
        let mut notes = Notes::default();
        let metrics = Metrics::read(text, &mut notes);
        (metrics, notes.texts())
    }

    fn values(metrics: &Metrics, name: &str) -> Vec<Option<f64>> {
        metrics.series(name, Kind::Step).iter().map(|mark| mark.value).collect()
    }

    #[test]
    fn null_nan_infinite_and_absent_numbers_are_gaps() {
        let lines = r#"{"step":1,"kl":0.5}
            {"step":2,"kl":null}
            {"step":3,"kl":NaN}
            {"step":4,"kl":-Infinity}
            {"step":5,"loss":1}
            {"step":6,"kl":1e999}
            {"step":7,"kl":2,"text":"no number","list":[1]}"#;
        let (metrics, notes) = read(lines);
        assert_eq!(values(&metrics, "kl"), [Some(0.5), None, None, None, None, None, Some(2.0)]);
        assert_eq!(metrics.names, ["kl", "loss"]);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn stages_follow_each_other_on_one_axis() {
        let lines = r#"{"stage":"sft","step":10,"loss":3}
            {"stage":"sft","step":20,"loss":2}
            {"kind":"evaluation","stage":"grpo","step":0,"pass_at_1":0.3}
            {"stage":"grpo","step":1,"loss":1}
            {"stage":"grpo","loss":0}"#;
        let (metrics, _) = read(lines);
        let stage = |name: &str, start| Stage { name: name.to_owned(), start };
        assert_eq!(metrics.stages, [stage("sft", 0.0), stage("grpo", 20.0)]);
        assert_eq!(metrics.points.iter().map(|point| point.x).collect::<Vec<_>>(), [10.0, 20.0, 20.0, 21.0, 22.0]);
        assert_eq!(metrics.place(&metrics.points[2]), "grpo, step 0");
    }

    #[test]
    fn of_a_step_written_twice_the_last_line_counts() {
        let lines = r#"{"step":1,"loss":9}
            {"step":2,"loss":8}
            {"step":3,"loss":7}
            {"step":2,"loss":1}
            {"step":2,"kl":5}"#;
        let (metrics, notes) = read(lines);
        assert_eq!(values(&metrics, "loss"), [Some(9.0), Some(1.0), Some(7.0)]);
        assert_eq!(values(&metrics, "kl"), [None, Some(5.0), None]);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("the last line is shown (lines: 1)"), "{notes:?}");
    }

    #[test]
    fn a_line_that_was_cut_off_is_noted_and_the_rest_is_read() {
        let (metrics, notes) = read("{\"step\":1,\"loss\":9}\n{\"step\":2,\"lo");
        assert_eq!(values(&metrics, "loss"), [Some(9.0)]);
        assert_eq!(notes, ["metrics.jsonl, line 2 is cut off: the run was stopped while it wrote the line"]);
    }

    #[test]
    fn a_broken_line_is_named_with_its_cause() {
        let (metrics, notes) = read("[1]\n{\"kind\":\"stop\"}\n{\"step\":1,\"loss\":9}\n");
        assert_eq!(metrics.points.len(), 1);
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("metrics.jsonl, line 1 cannot be read (byte 1: "), "{notes:?}");
        assert!(notes[1].contains("kind `stop` is unknown: write step or evaluation"), "{notes:?}");
    }
}
