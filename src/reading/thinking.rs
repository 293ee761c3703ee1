//! Separation of a completion into thinking and answer.
//!
//! A block of thinking is enclosed by an opening and a closing mark. Blocks nest and are counted. A closing mark
//! without an opening mark ends thinking that began in the prompt: all text before it is thinking. A block that never
//! ends leaves no answer. A gpt-oss completion (`<|channel|>`) has an answer only in its last `final` channel.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::marks::{CHANNELS, Hit, MAX_HEADER, MESSAGE, Marks, Role};
use super::without_end_tokens;

/// The marks around thinking.
///
/// ```
/// use r1rewards::reading::Thinking;
/// let thinking = Thinking::default();
/// assert_eq!(thinking.read("<think>6·7</think> 42").answer().as_deref(), Some(" 42"));
/// assert_eq!(thinking.read("<think>6·7").answer(), None);
/// assert_eq!(Thinking::named(["scratch"]).read("<scratch>6·7</scratch>42").answer().as_deref(), Some("42"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Thinking {
    /// All the marks that open models are trained to write: [`Thinking::KNOWN`].
    #[default]
    Auto,
    /// The marks of the given names only.
    Named(Names),
}

/// Names of marks; see [`Thinking::named`].
#[derive(Debug, Clone)]
pub struct Names {
    names: Vec<String>,
    marks: Arc<Marks>,
}

impl Names {
    /// The names.
    pub fn as_slice(&self) -> &[String] {
        &self.names
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for Names {}

impl Hash for Names {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.names.hash(state);
    }
}

impl Thinking {
    /// The names of the marks that [`Auto`](Self::Auto) recognises. A name such as `think` means `<think>…</think>`,
    /// except `begin_of_thought` (`<|begin_of_thought|>…<|end_of_thought|>`), `THINK` (`[THINK]…[/THINK]`),
    /// `START_THINKING` (`<|START_THINKING|>…<|END_THINKING|>`), `◁think▷` (`◁think▷…◁/think▷`) and `channel` (gpt-oss:
    /// all channels except `final`).
    pub const KNOWN: [&'static str; 10] = [
        "think",
        "thinking",
        "thought",
        "reasoning",
        "seed:think",
        "begin_of_thought",
        "THINK",
        "START_THINKING",
        "◁think▷",
        CHANNELS,
    ];

    /// The marks of these names: a name in [`KNOWN`](Self::KNOWN) has the marks listed there, any other `name` means
    /// `<name>…</name>`.
    ///
    /// This is not `FromStr`, because one name could not say whether it stands for one tag or for `auto`.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let marks = Arc::new(Marks::new(names.iter().map(String::as_str)));
        Self::Named(Names { names, marks })
    }

    /// Separates a completion into its parts.
    pub fn read<'t>(&self, text: &'t str) -> Parts<'t> {
        static AUTO: LazyLock<Marks> = LazyLock::new(|| Marks::new(Thinking::KNOWN));
        match self {
            Self::Auto => read(&AUTO, text),
            Self::Named(names) => read(&names.marks, text),
        }
    }
}

/// Separates a completion into its parts by the given marks.
fn read<'t>(marks: &Marks, text: &'t str) -> Parts<'t> {
    let text = without_end_tokens(text);
    let mut reader = Reader {
        parts: Parts { text, outside: Vec::new(), inside: Vec::new(), open: false, closed: false },
        depths: vec![0; marks.names],
        open: 0,
        channel: false,
        from: 0,
    };
    for hit in marks.hits(text.as_bytes()) {
        // A mark inside a channel's header does not count.
        if hit.start >= reader.from {
            reader.take(hit);
        }
    }
    reader.finish()
}

/// The state of one reading.
struct Reader<'t> {
    parts: Parts<'t>,
    /// The number of open blocks of each name, and of all names together.
    depths: Vec<usize>,
    open: usize,
    /// Inside a channel that is not final.
    channel: bool,
    /// Start of the current stretch of thinking or answer.
    from: usize,
}

impl<'t> Reader<'t> {
    fn hidden(&self) -> bool {
        self.open > 0 || self.channel
    }

    fn take(&mut self, hit: Hit) {
        match hit.role {
            Role::Cut if self.hidden() => {}
            Role::Cut => self.end_answer(hit.start, hit.end),
            Role::Open(name) => {
                if !self.hidden() {
                    self.end_answer(hit.start, hit.end);
                }
                self.depths[name] += 1;
                self.open += 1;
            }
            Role::Close(name) if self.depths[name] > 0 => {
                self.depths[name] -= 1;
                self.open -= 1;
                self.parts.closed = true;
                if !self.hidden() {
                    self.parts.inside.push(self.from..hit.start);
                    self.from = hit.end;
                }
            }
            Role::Close(_) if self.hidden() => self.parts.outside.clear(),
            Role::Close(_) => self.begin_answer(hit.start, hit.end),
            Role::Channel => self.enter_channel(hit),
        }
    }

    /// `<|channel|>name<|message|>`: a final channel is the answer, and the text before it is not.
    fn enter_channel(&mut self, hit: Hit) {
        let rest = &self.parts.text[hit.end..];
        let mut limit = rest.len().min(MAX_HEADER);
        while !rest.is_char_boundary(limit) {
            limit -= 1;
        }
        let header = rest[..limit].find(MESSAGE);
        let name = header.and_then(|end| rest[..end].split_whitespace().next());
        if name.is_some_and(|name| name.split("<|").next() == Some("final")) && self.open == 0 {
            self.channel = false;
            self.begin_answer(hit.start, hit.end + header.unwrap_or(0) + MESSAGE.len());
        } else if !self.hidden() {
            self.end_answer(hit.start, hit.end);
            self.channel = true;
        }
    }

    fn end_answer(&mut self, end: usize, next: usize) {
        self.parts.outside.push(self.from..end);
        self.from = next;
    }

    /// Marks all text before `end` as thinking; the answer starts at `next`.
    fn begin_answer(&mut self, end: usize, next: usize) {
        self.parts.outside.clear();
        self.parts.inside.clear();
        self.parts.inside.push(0..end);
        self.parts.closed = true;
        self.from = next;
    }

    fn finish(mut self) -> Parts<'t> {
        let last = self.from..self.parts.text.len();
        self.parts.open = self.hidden();
        if self.parts.open {
            self.parts.inside.push(last);
        } else {
            self.parts.outside.push(last);
        }
        let text = self.parts.text;
        let shows = |range: &Range<usize>| !text[range.clone()].trim().is_empty();
        if self.parts.outside.len() > 1 && self.parts.outside.iter().any(shows) {
            self.parts.outside.retain(shows);
        } else {
            self.parts.outside.truncate(1);
        }
        self.parts
    }
}

/// A completion after reading: the stretches of thinking and of answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'t> {
    text: &'t str,
    outside: Vec<Range<usize>>,
    inside: Vec<Range<usize>>,
    open: bool,
    closed: bool,
}

impl<'t> Parts<'t> {
    /// Whether a block of thinking never ends, which leaves no answer.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a block of thinking ended.
    pub fn has_closed(&self) -> bool {
        self.closed
    }

    /// The stretches of the answer, in order; empty where thinking never ends.
    pub fn stretches(&self) -> &[Range<usize>] {
        if self.open { &[] } else { &self.outside }
    }

    /// The text outside thinking, with a line break between its stretches; `None` where thinking never ends.
    pub fn answer(&self) -> Option<Cow<'t, str>> {
        (!self.open).then(|| self.join(&self.outside))
    }

    /// The text inside thinking, without the outermost marks.
    pub fn thinking(&self) -> Cow<'t, str> {
        self.join(&self.inside)
    }

    fn join(&self, stretches: &[Range<usize>]) -> Cow<'t, str> {
        match stretches {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(&self.text[one.clone()]),
            // A line break keeps the texts before and after a block apart.
            many => many.iter().map(|range| &self.text[range.clone()]).collect::<Vec<_>>().join("\n").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::marks::pair;
    use super::*;

    fn answer(text: &str) -> Option<String> {
        Thinking::Auto.read(text).answer().map(|answer| answer.trim().to_owned())
    }

    #[test]
    fn blocks_are_counted() {
        assert_eq!(answer("<think>a</think>b").as_deref(), Some("b"));
        assert_eq!(answer("<think>a<think>b</think>c</think>d").as_deref(), Some("d"));
        assert_eq!(answer("<think>a<think>b</think>c"), None);
        assert_eq!(answer("a<think>b</think>c<think>d</think>e").as_deref(), Some("a\nc\ne"));
        assert_eq!(answer("a<think>b"), None);
        assert_eq!(answer("<thinking>a</think>b</thinking>c").as_deref(), Some("c"));
        assert_eq!(answer("<thinking>a</think>b"), None);
    }

    #[test]
    fn a_close_without_an_opener_ends_what_the_prompt_began() {
        assert_eq!(answer("a</think>b").as_deref(), Some("b"));
        assert_eq!(answer("<think>a</think>b</think>c").as_deref(), Some("c"));
        assert_eq!(answer("a</think>b<think>c</think>d").as_deref(), Some("b\nd"));
        let parts = Thinking::Auto.read("<think>a</think>b</think>c");
        assert_eq!(parts.thinking(), "<think>a</think>b");
    }

    #[test]
    fn every_known_mark_hides() {
        for name in Thinking::KNOWN {
            let [open, close] = pair(name);
            if name != CHANNELS {
                assert_eq!(answer(&format!("x{open}a{close}b")).as_deref(), Some("x\nb"), "{name}");
                assert_eq!(answer(&format!("a{close}b")).as_deref(), Some("b"), "{name}");
                assert_eq!(answer(&format!("b{open}a")), None, "{name}");
            }
        }
        assert_eq!(
            answer("<|begin_of_thought|>a<|end_of_thought|>\n<|begin_of_solution|>b<|end_of_solution|>").as_deref(),
            Some("b")
        );
    }

    #[test]
    fn of_channels_only_the_final_one_is_the_answer() {
        let analysis = "<|channel|>analysis<|message|>a<|end|><|start|>assistant";
        assert_eq!(answer(&format!("{analysis}<|channel|>final<|message|>b<|return|>")).as_deref(), Some("b"));
        assert_eq!(answer(&format!("{analysis}<|channel|>final <|constrain|>json<|message|>b<|return|>")).as_deref(), Some("b"));
        assert_eq!(answer(&format!("{analysis}<|channel|>finale<|message|>b")), None);
        assert_eq!(answer(analysis), None);
        assert_eq!(answer(&format!("{analysis}b")), None);
        assert_eq!(answer("a<|channel|>final<|message|>b").as_deref(), Some("b"));
        assert_eq!(answer("<|channel|>final<|message|>b<|end|><|channel|>analysis<|message|>c"), None);
    }

    #[test]
    fn other_names_replace_the_known_ones() {
        let thinking = Thinking::named(["scratch"]);
        assert_eq!(thinking.read("<scratch>a</scratch><think>b").answer().as_deref(), Some("<think>b"));
    }

    #[test]
    fn end_tokens_belong_to_no_part() {
        assert_eq!(answer("<think>a</think>b</s> <|im_end|>\n").as_deref(), Some("b"));
        assert_eq!(Thinking::Auto.read("<think>a</s>").thinking(), "a");
    }

    /// A direct implementation of the module's rules for a single mark.
    fn plainly(tokens: &[&str]) -> Option<String> {
        let (mut depth, mut stretches) = (0, vec![String::new()]);
        for token in tokens {
            match *token {
                "<think>" => depth += 1,
                "</think>" if depth == 0 => stretches = vec![String::new()],
                "</think>" => {
                    depth -= 1;
                    stretches.push(String::new());
                }
                text if depth == 0 => stretches.last_mut().expect("never empty").push_str(text),
                _ => {}
            }
        }
        let stretches: Vec<_> = stretches.into_iter().filter(|stretch| !stretch.is_empty()).collect();
        (depth == 0).then(|| stretches.join("\n"))
    }

    proptest! {
        #[test]
        fn it_reads_as_its_rules_say(tokens in prop::collection::vec(prop::sample::select(vec!["<think>", "</think>", "x", "thinks", "<"]), 0..12)) {
            prop_assert_eq!(answer(&tokens.concat()), plainly(&tokens));
        }
    }
}
