//! The attacks as rows that a grader judges.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::file::{self, Entry, File, line_of};
use crate::{Error, Result, Sample};

/// The files of `attacks/`, which build.rs lists: path below `attacks` and text.
const OWN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/attacks.rs"));

/// What a grader must do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// Refuse it: it is an attack.
    Refuse,
    /// Accept it: it is an honest control.
    Accept,
}

impl Expected {
    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Accept => "accept",
        }
    }
}

/// An attack or a control.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `KIND/NAME` for an attack, `KIND/NAME/control` for its control.
    pub id: String,
    /// What a grader must do with it.
    pub expected: Expected,
    /// What the grader gets; its id is that of the row.
    pub sample: Sample,
    /// Why the attack is wrong, or what it tries.
    pub note: String,
    /// The convention by which an attack is right ([`CONVENTIONS`](super::CONVENTIONS)); `None` if it is wrong by all.
    pub accepted_by: Option<String>,
    /// The line of its file.
    pub line: u64,
}

/// The attacks of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// The name of the file without its ending.
    pub name: String,
    /// The folder of the file: `math` or `code`.
    pub family: String,
    /// What these attacks do, in a sentence.
    pub about: String,
    /// The file below the folder of attacks.
    pub file: String,
    /// Each attack, followed by its control.
    pub rows: Vec<Row>,
}

/// All kinds of attacks, by family and name.
///
/// ```
/// use r1rewards::redteam::{Expected, Kit};
/// let kit = Kit::own()?;
/// let rows = kit.kinds.iter().flat_map(|kind| &kind.rows);
/// let attacks = rows.clone().filter(|row| row.expected == Expected::Refuse).count();
/// assert_eq!(rows.count(), 2 * attacks, "every attack has a control");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Kit {
    /// The kinds.
    pub kinds: Vec<Kind>,
}

impl Kit {
    /// The attacks that are built in: the files of `attacks/` in the repository.
    ///
    /// # Errors
    /// None in a release: the tests read all files.
    pub fn own() -> Result<Self> {
        let kinds = OWN.iter().map(|(path, text)| Kind::read(path, &format!("attacks/{path}"), text)).collect::<Result<_>>()?;
        Ok(Self { kinds })
    }

    /// The attacks of a folder: its folders are families (`math`, `code`), their `.toml` files kinds.
    ///
    /// # Errors
    /// A folder without attacks, or a file that cannot be read; the message names file and line.
    pub fn folder(folder: &Path) -> Result<Self> {
        let mut kinds = Vec::new();
        for family in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&family)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(&path).map_err(|error| Error::io(format_args!("cannot read {shown}"), error))?;
                let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                kinds.push(Kind::read(&below, &shown, &text)?);
            }
        }
        if kinds.is_empty() {
            let folder = folder.display();
            return Err(Error::data(format_args!(
                "{folder}: no attacks: they are files {folder}/math/KIND.toml and {folder}/code/KIND.toml"
            )));
        }
        Ok(Self { kinds })
    }
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    let mut paths = list().map_err(|error| Error::io(format_args!("cannot list {}", folder.display()), error))?;
    paths.sort();
    Ok(paths)
}

impl Kind {
    /// Reads the kind of a file at `path`, which is `FAMILY/KIND.toml`; `shown` names the file in messages.
    fn read(path: &str, shown: &str, text: &str) -> Result<Self> {
        let (family, name) = path.trim_end_matches(".toml").split_once('/').unwrap_or(("", path));
        let file = file::read(shown, text)?;
        let rows = |spanned| pair(&file, name, line_of(text, spanned), spanned.get_ref());
        let rows = file.attacks.iter().flat_map(rows).collect();
        Ok(Self { name: name.to_owned(), family: family.to_owned(), about: file.about.clone(), file: path.to_owned(), rows })
    }
}

/// An attack and its control.
fn pair(file: &File, kind: &str, line: u64, entry: &Entry) -> [Row; 2] {
    let row = |expected: Expected, id: String, completion: String, gold: Option<&String>| {
        let mut sample = Sample::new(completion).with_id(&*id);
        if let Some(prompt) = &entry.prompt {
            sample = sample.with_prompt(entry.full(prompt));
        }
        if let Some(gold) = gold {
            sample = sample.with_answer(entry.full(gold));
        }
        sample.tests = entry.tests.as_ref().and_then(|name| file.tests.get(name)).cloned().map(Into::into);
        let accepted_by = entry.accepted_by.clone().filter(|_| expected == Expected::Refuse);
        Row { id, expected, sample, note: entry.note.clone(), accepted_by, line }
    };
    let (id, gold) = (format!("{kind}/{}", entry.name), entry.gold.as_ref());
    [
        row(Expected::Refuse, id.clone(), entry.attack(), gold),
        row(Expected::Accept, format!("{id}/control"), entry.honest(), entry.control_gold.as_ref().or(gold)),
    ]
}

impl Row {
    /// The row as data, in the columns that `verify score` reads, with `kind`, `expected` and `note`.
    pub fn to_json(&self) -> Value {
        let Self { id, expected, sample, note, accepted_by, .. } = self;
        let kind = id.split('/').next().unwrap_or_default();
        let mut row = json!({ "id": id, "kind": kind, "expected": expected.name() });
        let mut set = |name: &str, value: Value| row[name] = value;
        if let Some(prompt) = sample.prompt.as_deref() {
            set("prompt", prompt.clone());
        }
        if let Some(gold) = sample.answers().first() {
            set("answer", json!(gold));
        }
        if let Some(tests) = sample.tests.as_deref() {
            set("tests", tests.clone());
        }
        set("completion", json!(sample.completion));
        if let Some(convention) = accepted_by {
            set("accepted_by", json!(convention));
        }
        set("note", json!(note));
        row
    }
}
