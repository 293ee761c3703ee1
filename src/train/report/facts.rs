//! What was run: the fields of `run.json`.

use std::fmt::Write as _;

use serde_json::Value;

use super::notes::Notes;
use super::samples::text_of;
use crate::report::html::short;
use crate::report::scale::{duration, number};

/// The name of the file.
pub(super) const FILE: &str = "run.json";

/// The most characters of a value.
const VALUE: usize = 2000;

/// Known fields and their labels, in the order of the page; `name` is the title of the page.
const LABELS: [(&str, &str); 7] = [
    ("command", "command"),
    ("started", "started"),
    ("seconds", "time"),
    ("seed", "seed"),
    ("parameters", "parameters"),
    ("engine_version", "engine version"),
    ("config_hash", "hash of the config"),
];

/// The name of a run and the facts about it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub name: Option<String>,
    values: Vec<(String, String)>,
}

impl Facts {
    /// Reads the text of the file. If it is not a JSON object, a note says so and there are no facts.
    pub(super) fn read(text: &str, notes: &mut Notes) -> Self {
        let mut fields = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => {
                notes.add(format!("{FILE} was left out: a JSON object is expected"));
                return Self::default();
            }
            Err(error) => {
                notes.add(format!("{FILE} was left out: {error}"));
                return Self::default();
            }
        };
        let mut facts =
            Self { name: fields.remove("name").map(text_of).filter(|name| !name.trim().is_empty()), values: Vec::new() };
        for (field, label) in LABELS {
            if let Some(value) = fields.remove(field).filter(|value| !value.is_null()) {
                facts.values.push((label.to_owned(), known(field, value)));
            }
        }
        facts.values.extend(fields.into_iter().map(|(name, value)| (name, text_of(value))));
        facts
    }

    /// Adds the time of the last measurement if the file has none, as in a run that was stopped.
    pub(super) fn measured(&mut self, seconds: Option<f64>) {
        if let Some(seconds) = seconds.filter(|_| !self.values.iter().any(|(label, _)| label == "time")) {
            self.values.push(("time until the last line".to_owned(), duration(seconds)));
        }
    }

    /// The facts as a list.
    pub(super) fn html(&self) -> String {
        let mut html = String::from("<dl>");
        for (label, value) in self.values.iter().take(100) {
            let class = if label == "command" || label.starts_with("hash") { " class=code" } else { "" };
            let (label, value) = (short(label, 100), short(value, VALUE));
            let _ = write!(html, "<div><dt><bdi>{label}</bdi></dt><dd{class}><bdi>{value}</bdi></dd></div>");
        }
        html + "</dl>"
    }
}

fn known(field: &str, value: Value) -> String {
    match (field, value.as_f64()) {
        ("seconds", Some(seconds)) => duration(seconds),
        ("parameters", Some(parameters)) => number(parameters),
        _ => text_of(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_fields_come_first_and_unknown_ones_as_they_are() {
        let mut notes = Notes::default();
        let text = r#"{"name":"r1 zero","host":{"cores":2},"seconds":221.3,"parameters":104000,"command":"reasoner <x>","seed":0}"#;
        let facts = Facts::read(text, &mut notes);
        assert_eq!(facts.name.as_deref(), Some("r1 zero"));
        let shown: Vec<_> = facts.values.iter().map(|(label, value)| format!("{label}: {value}")).collect();
        let expected = ["command: reasoner <x>", "time: 3 min 41 s", "seed: 0", "parameters: 104,000", "host: {\"cores\":2}"];
        assert_eq!(shown, expected);
        assert!(facts.html().contains("<dd class=code><bdi>reasoner &lt;x&gt;</bdi></dd>"));
        assert!(notes.texts().is_empty());
    }

    #[test]
    fn a_broken_file_is_noted() {
        let mut notes = Notes::default();
        let mut facts = Facts::read("{\"name\":", &mut notes);
        facts.measured(Some(31.2));
        assert!(notes.texts()[0].starts_with("run.json was left out: EOF"), "{:?}", notes.texts());
        assert!(facts.html().contains("time until the last line</bdi></dt><dd><bdi>31.2 s"), "{}", facts.html());
    }
}
