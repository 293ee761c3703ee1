//! The boxes of a text: `\boxed{…}` and other commands that draw a box.

use std::ops::Range;

use memchr::memmem;

/// Commands that draw a box around their argument, in lower case: `\Boxed` and `\Ovalbox` are other spellings.
const COMMANDS: [&str; 16] = [
    "boxed",
    "aboxed",
    "mathbox",
    "boxedmath",
    "colorbox",
    "fcolorbox",
    "fbox",
    "framebox",
    "bbox",
    "ovalbox",
    "doublebox",
    "shadowbox",
    "tcbox",
    "tcboxmath",
    "empheqbox",
    "box",
];
/// Length of the longest of their names.
const MAX_NAME: usize = 12;
/// A command whose first argument names the shape that it draws around its second, and the environment commands.
const ENCLOSE: &[u8] = b"\\enclose{";
const BEGIN: &[u8] = b"\\begin{";
const END: &[u8] = b"\\end{";
/// The longest `[options]` or `(size)` between a command and its argument.
const MAX_OPTIONS: usize = 80;

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxSpan {
    /// Where its command starts.
    pub start: usize,
    /// Its content.
    pub inner: Range<usize>,
    /// The byte after the box.
    pub end: usize,
}

/// The boxes of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boxes {
    /// The outermost boxes that close, in order; a box inside a box is part of it.
    pub closed: Vec<BoxSpan>,
    /// The start of the command and of the content of a box that never closes; the text after it is not searched.
    pub unclosed: Option<(usize, usize)>,
}

impl Boxes {
    /// The boxes that contain an answer. A placeholder before the last box repeats the task (`put it in \boxed{}`).
    pub fn answers<'b>(&'b self, text: &'b str) -> impl Iterator<Item = &'b BoxSpan> {
        let last = self.closed.len().saturating_sub(1);
        self.closed
            .iter()
            .enumerate()
            .filter(move |(place, found)| *place == last || !is_placeholder(&text[found.inner.clone()]))
            .map(|(_, found)| found)
    }
}

/// Finds the boxes of a text, including `\enclose{box}{…}` and `\begin{boxed}…\end{boxed}`. Braces are balanced; `\{`
/// and `\}` are not counted. An argument without braces, as TeX allows, also makes a box.
///
/// ```
/// use r1rewards::reading::find_boxes;
/// let text = r"so \boxed{\frac{1}{2}}, \fbox{2}, \boxed {3} or \boxed 4; not a \mbox{5}, not \boxed as such";
/// let contents: Vec<_> = find_boxes(text).closed.into_iter().map(|found| &text[found.inner]).collect();
/// assert_eq!(contents, [r"\frac{1}{2}", "2", "3", "4"]);
/// assert_eq!(find_boxes(r"\boxed{4").unclosed, Some((0, 7)));
/// ```
pub fn find_boxes(text: &str) -> Boxes {
    let bytes = text.as_bytes();
    let mut boxes = Boxes::default();
    let finder = memmem::Finder::new(b"ox");
    let mut at = 0;
    while let Some(found) = finder.find(&bytes[at..]) {
        let Some(place) = (at + found).checked_sub(1).filter(|place| matches!(bytes[*place], b'b' | b'B')) else {
            at += found + 2;
            continue;
        };
        at = place + 3;
        if let Some((start, open)) = environment(bytes, place) {
            // A box that begins inside the environment before its end is read in its place.
            let Some(next) = finder.find(&bytes[open..]).map(|next| open + next) else {
                boxes.unclosed = Some((start, open));
                return boxes;
            };
            if let Some((close, end)) = ended(bytes, next - 1) {
                boxes.closed.push(BoxSpan { start, inner: open..close, end });
                at = end;
            }
            continue;
        }
        let Some((start, name_end)) = command(bytes, place).or_else(|| enclosure(bytes, place)) else { continue };
        let Some(name_end) = behind_colors(bytes, start, name_end) else { continue };
        match argument(text, name_end) {
            Argument::Braced(open) => match closing_brace(bytes, open) {
                Some(close) => {
                    boxes.closed.push(BoxSpan { start, inner: open + 1..close, end: close + 1 });
                    at = close + 1;
                }
                None => {
                    boxes.unclosed = Some((start, open + 1));
                    return boxes;
                }
            },
            Argument::Bare(inner) => {
                at = inner.end;
                boxes.closed.push(BoxSpan { start, end: inner.end, inner });
            }
            Argument::Unclosed(open) => {
                boxes.unclosed = Some((start, open));
                return boxes;
            }
            Argument::None => {}
        }
    }
    boxes
}

/// The start and end of a command of [`COMMANDS`] whose name contains `box` at `place`.
fn command(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let letters = bytes[..place].iter().rev().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let start = place.checked_sub(letters + 1).filter(|start| bytes[*start] == b'\\')?;
    let end = place + bytes[place..].iter().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
    // `\Box` alone is the sign of the end of a proof.
    let name = &bytes[start + 1..end];
    (name != b"Box" && COMMANDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))).then_some((start, end))
}

/// For `command` and a name in braces with `box` at `place`: the start of `command`, and the byte after the brace.
fn named(bytes: &[u8], place: usize, command: &[u8]) -> Option<(usize, usize)> {
    let letters = bytes[..place].iter().rev().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let start = bytes[..place - letters].ends_with(command).then(|| place - letters - command.len())?;
    let name = bytes[place..].iter().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
    (bytes.get(place + name) == Some(&b'}')).then_some((start, place + name + 1))
}

/// The start and end of `\enclose{box}` and `\enclose{roundedbox}`.
fn enclosure(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    named(bytes, place, ENCLOSE)
}

/// The start and end of `\begin{boxed}`. Other environments, such as `tcolorbox`, contain whole paragraphs.
fn environment(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    named(bytes, place, BEGIN).filter(|(_, end)| bytes[place..*end].eq_ignore_ascii_case(b"boxed}"))
}

/// The start and end of `\end{boxed}`.
fn ended(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    named(bytes, place, END).filter(|(_, end)| bytes[place..*end].eq_ignore_ascii_case(b"boxed}"))
}

/// The byte after the colours of `\colorbox{…}` and `\fcolorbox{…}{…}`.
fn behind_colors(bytes: &[u8], start: usize, mut end: usize) -> Option<usize> {
    let colors = match &bytes[start + 1..end] {
        b"colorbox" => 1,
        b"fcolorbox" => 2,
        _ => 0,
    };
    for _ in 0..colors {
        let near = &bytes[..bytes.len().min(end + MAX_OPTIONS)];
        end = near.get(end).filter(|byte| **byte == b'{').and_then(|_| closing_brace(near, end))? + 1;
    }
    Some(end)
}

enum Argument {
    /// The opening brace.
    Braced(usize),
    /// `\boxed 42`.
    Bare(Range<usize>),
    /// A group of the command that is the argument (`\boxed\frac{1}{2`) never closes.
    Unclosed(usize),
    /// The command is only mentioned.
    None,
}

fn argument(text: &str, from: usize) -> Argument {
    let mut at = from;
    loop {
        at += blanks(&text[at..]);
        let Some(close) = (match text[at..].bytes().next() {
            Some(b'{') => return Argument::Braced(at),
            Some(b'[') => Some(b']'),
            Some(b'(') => Some(b')'),
            _ => None,
        }) else {
            break;
        };
        // `\framebox[3cm]{4}`; without a brace after it, the bracket is the argument.
        let near = &text.as_bytes()[at..text.len().min(at + MAX_OPTIONS)];
        let Some(length) = memchr::memchr(close, near).map(|place| place + 1) else { return Argument::None };
        let behind = at + length + blanks(&text[at + length..]);
        if !text[behind..].starts_with(['{', '[', '(']) {
            let value = text[at..at + length].bytes().any(|byte| byte.is_ascii_digit()) || length == 3;
            return if value { Argument::Bare(at..at + length) } else { Argument::None };
        }
        at = behind;
    }
    match bare(&text[at..]) {
        Some(0) => Argument::None,
        Some(length) => Argument::Bare(at..at + length),
        None => Argument::Unclosed(at),
    }
}

/// The number of blanks that TeX skips in front of an argument; 0 where they include an empty line.
fn blanks(text: &str) -> usize {
    let blanks = text.bytes().take_while(u8::is_ascii_whitespace).count();
    if text.as_bytes()[..blanks].iter().filter(|byte| **byte == b'\n').count() > 1 { 0 } else { blanks }
}

/// The length of an argument without braces; 0 where a word follows (a mere mention); `None` where it never ends.
fn bare(text: &str) -> Option<usize> {
    let mut characters = text.chars();
    Some(match characters.next() {
        Some(first) if first.is_ascii_digit() || matches!(first, '-' | '+' | '.' | '−') => {
            let length = text.find(|c: char| c.is_whitespace() || matches!(c, '$' | ';' | '\\')).unwrap_or(text.len());
            let length = text[..length].trim_end_matches(['.', ',', ':', '!', '?', '*']).len();
            if text[..length].bytes().any(|byte| byte.is_ascii_digit()) { length } else { 0 }
        }
        Some('\\') => return command_argument(text),
        // One letter; `a` in front of a word is an article.
        Some(letter) if letter.is_alphabetic() => {
            let rest = characters.as_str();
            let article = matches!(letter, 'a' | 'A' | 'I')
                && rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
            if article || rest.starts_with(|c: char| c.is_alphanumeric() || c == '\'') { 0 } else { letter.len_utf8() }
        }
        _ => 0,
    })
}

/// The length of a command with its groups as an argument (`\boxed\frac12`); 0 for a command that shows nothing.
fn command_argument(text: &str) -> Option<usize> {
    let name = text[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    let mut end = 1 + name;
    let shows = !matches!(&text[1..end], "" | "quad" | "qquad" | "end" | "right" | "left");
    if !shows || (&text[1..end] == "text" && !text[end..].starts_with('{')) {
        return Some(0);
    }
    while text[end..].starts_with('{') {
        end = closing_brace(text.as_bytes(), end)? + 1;
    }
    Some(end + text[end..].bytes().take_while(u8::is_ascii_digit).count())
}

/// The position of the brace that closes the one at `open`.
fn closing_brace(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = open;
    for place in memchr::memchr3_iter(b'{', b'}', b'\\', &bytes[open..]) {
        let place = open + place;
        if place < at {
            continue;
        }
        match bytes[place] {
            b'\\' => at = place + 2,
            b'{' => depth += 1,
            _ => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
        }
    }
    None
}

/// Whether a box contains no answer but shows where one goes: `\boxed{}`, `\boxed{...}`, `\boxed{\text{answer}}`.
pub(crate) fn is_placeholder(inner: &str) -> bool {
    const WORDS: [&str; 9] = [
        "",
        "answer",
        "youranswer",
        "finalanswer",
        "yourfinalanswer",
        "theanswer",
        "thefinalanswer",
        "answerhere",
        "youranswerhere",
    ];
    let mut letters = String::new();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let name = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                if matches!(&rest[..name], "phantom" | "hphantom" | "vphantom" | "hspace" | "vspace") {
                    // The argument of these commands is not shown.
                    rest = rest.split_once('}').map_or("", |(_, behind)| behind);
                    continue;
                }
                if !matches!(
                    &rest[..name],
                    "" | "text"
                        | "textbf"
                        | "textit"
                        | "mathrm"
                        | "ldots"
                        | "dots"
                        | "cdots"
                        | "quad"
                        | "qquad"
                        | "square"
                        | "boxed"
                ) {
                    return false;
                }
                rest = &rest[name..];
            }
            c if c.is_whitespace() || "{}.…_<>[]-?,~$!;:".contains(c) => {}
            c if c.is_ascii_alphabetic() && letters.len() < 16 => letters.push(c.to_ascii_lowercase()),
            _ => return false,
        }
    }
    WORDS.contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Vec<&str> {
        find_boxes(text).closed.into_iter().map(|found| &text[found.inner]).collect()
    }

    #[test]
    fn every_spelling_is_a_box() {
        assert_eq!(contents(r"\boxed{4} or \boxed5"), ["4", "5"]);
        assert_eq!(contents(r"\framebox[2cm][c]{4}"), ["4"]);
        assert_eq!(contents("\\boxed\n{4}"), ["4"]);
        assert_eq!(contents(r"\bbox[5px]{4} \ovalbox{5} \box{6}"), ["4", "5", "6"]);
        assert_eq!(contents(r"\boxed\frac12 \boxed\frac{1}{2} \boxed\text{no}"), [r"\frac12", r"\frac{1}{2}", r"\text{no}"]);
        assert_eq!(contents(r"\boxed -4. \boxed(5) \boxed x"), ["-4", "(5)", "x"]);
        assert_eq!(contents(r"$\boxed 42$"), ["42"]);
    }

    #[test]
    fn other_packages_draw_boxes_too() {
        assert_eq!(
            contents(r"\Boxed{4} \mathbox{5} \enclose{box}{6} \enclose{roundedbox}[mathcolor=red]{7}"),
            ["4", "5", "6", "7"]
        );
        assert_eq!(contents(r"\begin{boxed} 4 \end{boxed}, \begin{boxed}\boxed{5}\end{boxed}"), [" 4 ", "5"]);
        assert_eq!(contents(r"\begin{tcolorbox}[title=x] so \boxed{4} \end{tcolorbox} \Box \makebox{5} \usebox{6}"), ["4"]);
        assert!(find_boxes(r"\begin{boxed} 4").unclosed.is_some());
    }

    #[test]
    fn naming_the_command_is_no_box() {
        let texts = [
            r"in \boxed as asked",
            r"$\boxed$",
            r"a \mbox{4} and a \hbox{5}",
            r"\boxed\) or \boxed.",
            "\\boxed\n\n{4}",
            r"use \boxed a lot",
            r"\boxedx{4}",
        ];
        for text in texts {
            assert_eq!(contents(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_box_that_shows_where_the_answer_goes_holds_none() {
        let text = r"put it in \boxed{}, that is \boxed{\text{your answer}} or \boxed{...}: \boxed{4}";
        assert_eq!(find_boxes(text).answers(text).count(), 1);
        let text = r"\boxed{4} \boxed{}";
        assert_eq!(find_boxes(text).answers(text).count(), 2);
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for text in [
            r"\boxed".repeat(50_000),
            r"\boxed[".repeat(50_000),
            r"\boxed{".repeat(50_000),
            "box".repeat(100_000),
            "\\boxed ".repeat(50_000),
            r"\boxed\a{".repeat(50_000),
            r"\begin{boxed}".repeat(50_000),
        ] {
            let started = std::time::Instant::now();
            find_boxes(&text);
            // It takes milliseconds; time quadratic in 50,000 marks would be many seconds.
            assert!(started.elapsed().as_secs() < 2, "{} took {:?}", &text[..12], started.elapsed());
        }
    }
}
