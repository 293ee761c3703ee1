//! The marks around thinking, and their positions in a text.

use memchr::memmem::Finder;

/// The meaning of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Open(usize),
    Close(usize),
    /// `<|channel|>`: the name after it decides.
    Channel,
    /// A mark around the answer. It belongs neither to the answer nor to the thinking.
    Cut,
}

/// Marks around the answer, which some models write in addition.
const CUTS: [&str; 4] = ["<|begin_of_solution|>", "<|end_of_solution|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>"];
const CHANNEL: &str = "<|channel|>";
pub(super) const MESSAGE: &str = "<|message|>";
/// The name of gpt-oss's channels in [`Thinking::KNOWN`](super::Thinking::KNOWN).
pub(super) const CHANNELS: &str = "channel";
/// The first byte of `◁`, which opens a mark like a bracket does.
const TRIANGLE: u8 = 0xe2;
/// Length of the longest part of a mark before its needle: `<|begin_of_`.
const MAX_BEFORE: usize = 12;
/// The longest header between `<|channel|>` and `<|message|>` that is searched, in bytes.
pub(super) const MAX_HEADER: usize = 120;

/// The opening and the closing mark of a name.
pub(super) fn pair(name: &str) -> [String; 2] {
    match name {
        "begin_of_thought" => ["<|begin_of_thought|>".into(), "<|end_of_thought|>".into()],
        "THINK" => ["[THINK]".into(), "[/THINK]".into()],
        "◁think▷" => ["◁think▷".into(), "◁/think▷".into()],
        "START_THINKING" => ["<|START_THINKING|>".into(), "<|END_THINKING|>".into()],
        _ => [format!("<{name}>"), format!("</{name}>")],
    }
}

/// A substring that the marks of a name share with as many other marks as possible, so that the text is searched once
/// for all of them.
fn needle(name: &str) -> &str {
    match name {
        "think" | "thinking" | "seed:think" | "◁think▷" => "think",
        "thought" | "begin_of_thought" => "thought",
        "THINK" | "START_THINKING" => "THINK",
        _ => name,
    }
}

/// A mark that was found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub role: Role,
    pub start: usize,
    pub end: usize,
}

/// The marks of a set of names, prepared for searching.
#[derive(Debug)]
pub(super) struct Marks {
    needles: Vec<Needle>,
    /// The number of names that have an opening and a closing mark.
    pub names: usize,
}

/// A substring that several marks share, and those marks.
#[derive(Debug)]
struct Needle {
    finder: Finder<'static>,
    marks: Vec<(String, Role)>,
}

impl Marks {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut marks = Self { needles: Vec::new(), names: 0 };
        for cut in CUTS {
            marks.add("<|", cut.to_owned(), Role::Cut);
        }
        for name in names {
            if name == CHANNELS {
                marks.add("<|", CHANNEL.to_owned(), Role::Channel);
                continue;
            }
            let [open, close] = pair(name);
            if name == "think" {
                // Capitals are another spelling of the same mark.
                for (needle, open, close) in [("THINK", "<THINK>", "</THINK>"), ("Think", "<Think>", "</Think>")] {
                    marks.add(needle, open.to_owned(), Role::Open(marks.names));
                    marks.add(needle, close.to_owned(), Role::Close(marks.names));
                }
            }
            marks.add(needle(name), open, Role::Open(marks.names));
            marks.add(needle(name), close, Role::Close(marks.names));
            marks.names += 1;
        }
        marks
    }

    fn add(&mut self, needle: &str, mark: String, role: Role) {
        match self.needles.iter_mut().find(|known| known.finder.needle() == needle.as_bytes()) {
            Some(known) => known.marks.push((mark, role)),
            None => self.needles.push(Needle { finder: Finder::new(needle).into_owned(), marks: vec![(mark, role)] }),
        }
    }

    /// The marks of a text in order. They cannot overlap: each begins and ends with a bracket, and contains no bracket
    /// between.
    pub fn hits(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for Needle { finder, marks } in &self.needles {
            let length = finder.needle().len();
            for place in finder.find_iter(text) {
                // The mark begins at the last bracket before the end of the needle.
                let reach = place.saturating_sub(MAX_BEFORE);
                let Some(start) = text[reach..place + length].iter().rposition(|byte| matches!(*byte, b'<' | b'[' | TRIANGLE))
                else {
                    continue;
                };
                let start = reach + start;
                if let Some((mark, role)) = marks.iter().find(|(mark, _)| text[start..].starts_with(mark.as_bytes())) {
                    hits.push(Hit { role: *role, start, end: start + mark.len() });
                }
            }
        }
        hits.sort_by_key(|hit| hit.start);
        hits.dedup_by_key(|hit| hit.start);
        hits
    }
}
