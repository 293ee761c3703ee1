//! The form of a file of attacks: attacks/README.md describes it.
//!
//! Refused, with file and line: text that is not TOML, unknown and missing keys, an attack without a control, two attacks with
//! one name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::{Error, Result};

/// Documented conventions by which an attack is right, and what each says. A grader that follows one is not judged by the
/// attacks that it accepts.
pub const CONVENTIONS: [(&str, &str); 4] = [
    ("last_box", "of several boxes that differ, the last one is the answer"),
    ("box_first", "a box is the answer, whatever the text behind it says"),
    ("same_solutions", "an equation or inequality with the solutions of the reference is right, whether or not it is solved"),
    ("tolerance", "a number within 1 % of the reference is right"),
];

/// A file of attacks of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// A sentence: what these attacks do.
    pub(super) about: String,
    /// Tests of programs that the attacks share, by name.
    #[serde(default)]
    pub(super) tests: BTreeMap<String, Value>,
    #[serde(rename = "attack")]
    pub(super) attacks: Vec<Spanned<Entry>>,
}

/// An attack and its control.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) prompt: Option<String>,
    /// The reference of both.
    pub(super) gold: Option<String>,
    /// The reference of the control, where it has another one.
    pub(super) control_gold: Option<String>,
    /// The name of the tests of both programs.
    pub(super) tests: Option<String>,
    /// The attack: an answer alone, a whole completion, or a program.
    answer: Option<String>,
    completion: Option<String>,
    program: Option<String>,
    /// The control, in the same form as the attack.
    control: String,
    /// Texts that are repeated: `@NAME@` in any other text stands for `[text, times]`.
    #[serde(default)]
    repeat: BTreeMap<String, (String, usize)>,
    /// A convention of graders (`last_box`, `tolerance`) by which the attack is right.
    pub(super) accepted_by: Option<String>,
    pub(super) note: String,
}

/// The most bytes of a text after repetition.
const LONGEST: usize = 4 << 20;

/// Reads a file; `path` is for messages.
pub(super) fn read(path: &str, text: &str) -> Result<File> {
    let file: File = toml::from_str(text).map_err(|error| Error::data(format_args!("{path}: {}", error.to_string().trim_end())))?;
    let mut names = BTreeSet::new();
    for entry in &file.attacks {
        let (line, entry) = (line_of(text, entry), entry.get_ref());
        let refuse = |what: &str| Err(Error::data(format_args!("{path}:{line}: {what}")));
        if !names.insert(&*entry.name) || !is_name(&entry.name) {
            return refuse(&format!(
                "`name` is {:?}: give each attack of the file its own name of lower-case letters, digits and hyphens",
                entry.name
            ));
        }
        if [&entry.answer, &entry.completion, &entry.program].into_iter().flatten().count() != 1 {
            return refuse("give the attack as one of `answer` (alone), `completion` (whole) and `program`");
        }
        match (&entry.program, &entry.tests) {
            (Some(_), Some(name)) if file.tests.contains_key(name) => {}
            (None, None) if entry.gold.is_some() => {}
            (Some(_), _) => return refuse("a `program` needs `tests`, the name of a table [tests.NAME] of the file"),
            (None, Some(_)) => return refuse("`tests` need a `program`"),
            (None, None) => return refuse("an `answer` or a `completion` needs a `gold`"),
        }
        if entry.accepted_by.as_deref().is_some_and(|name| !CONVENTIONS.iter().any(|(known, _)| *known == name)) {
            let known = CONVENTIONS.map(|(name, _)| name).join(", ");
            return refuse(&format!("`accepted_by` is {:?}: give one of {known}", entry.accepted_by));
        }
        if entry.texts().iter().any(|text| entry.repeated(text).is_none()) {
            return refuse(&format!("a text is longer than {LONGEST} bytes after `repeat`: repeat less"));
        }
    }
    Ok(file)
}

/// The line of an attack, from 1.
pub(super) fn line_of<T>(text: &str, entry: &Spanned<T>) -> u64 {
    text[..entry.span().start].matches('\n').count() as u64 + 1
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Entry {
    /// The completion of the attack.
    pub(super) fn attack(&self) -> String {
        let text = self.answer.as_ref().or(self.completion.as_ref()).or(self.program.as_ref());
        self.whole(text.map_or("", |text| text))
    }

    /// The completion of the control.
    pub(super) fn honest(&self) -> String {
        self.whole(&self.control)
    }

    /// The whole completion of a text that has the form of the attack.
    fn whole(&self, text: &str) -> String {
        let text = self.full(text);
        match (&self.answer, &self.program) {
            (Some(_), _) => format!("The answer is $\\boxed{{{text}}}$."),
            (None, Some(_)) => format!("```python\n{}\n```", text.trim_end()),
            (None, None) => text,
        }
    }

    /// A text with what is repeated in it.
    pub(super) fn full(&self, text: &str) -> String {
        self.repeated(text).unwrap_or_default()
    }

    /// The same; `None` if it is too long.
    fn repeated(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for (name, (part, times)) in &self.repeat {
            let mark = format!("@{name}@");
            let added = part.len().checked_mul(*times)?.checked_mul(text.matches(&mark).count())?;
            if text.len().checked_add(added)? > LONGEST {
                return None;
            }
            text = text.replace(&mark, &part.repeat(*times));
        }
        Some(text)
    }

    fn texts(&self) -> Vec<&str> {
        let optional = [&self.gold, &self.control_gold, &self.answer, &self.completion, &self.program, &self.prompt];
        optional.into_iter().flatten().map(String::as_str).chain([&*self.control]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        read("k.toml", text).err().expect("it is refused").to_string()
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let entry = |keys: &str| format!("about = 'x'\n\n[[attack]]\nname = 'a'\nnote = ''\n{keys}\n");
        assert!(read("k.toml", &entry("gold = '1'\nanswer = '2'\ncontrol = '1'")).is_ok());
        assert!(refused(&entry("gold = '1'\nanswer = '2'")).contains("missing field `control`"));
        assert!(
            refused(&entry("gold = '1'\nanswer = '2'\ncompletion = ''\ncontrol = '1'")).starts_with("k.toml:3: give the attack")
        );
        assert!(refused(&entry("answer = '2'\ncontrol = '1'")).contains("needs a `gold`"));
        assert!(refused(&entry("program = ''\ntests = 't'\ncontrol = ''")).contains("needs `tests`"));
        assert!(
            refused(&entry("gold = '1'\nanswer = '@A@'\ncontrol = '1'\nrepeat = { A = ['xx', 9999999] }")).contains("longer than")
        );
        let twice = entry("gold = '1'\nanswer = '2'\ncontrol = '1'")
            + "[[attack]]\nname = 'a'\nnote = ''\ngold = '1'\nanswer = '2'\ncontrol = '1'";
        assert!(refused(&twice).starts_with("k.toml:9: `name` is \"a\""), "{}", refused(&twice));
    }

    #[test]
    fn marks_are_repeated_in_every_text() {
        let text = "about = 'x'\n[[attack]]\nname = 'a'\nnote = ''\ngold = '1'\nanswer = '@A@2'\ncontrol = '1@A@'\nrepeat = { A = ['()', 2] }";
        let file = read("k.toml", text).unwrap();
        let entry = file.attacks[0].get_ref();
        assert_eq!(entry.attack(), "The answer is $\\boxed{()()2}$.");
        assert_eq!(entry.honest(), "The answer is $\\boxed{1()()}$.");
    }
}
