//! Where the lines of a Python text begin: inside a string, inside brackets, or as statements; and where text in strings and
//! comments is. It follows Python closely enough for texts that may be broken, and is never wrong about memory or time: one pass.

/// What a line begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Lexer {
    /// The quote character of an open string, and whether it is a triple one.
    string: Option<(u8, bool)>,
    brackets: usize,
}

impl Lexer {
    /// Whether the next line begins inside a string with triple quotes.
    pub(super) fn in_string(self) -> bool {
        matches!(self.string, Some((_, true)))
    }

    /// Whether the next line begins a statement: its indentation counts.
    pub(super) fn at_statement(self) -> bool {
        self.string.is_none() && self.brackets == 0
    }

    /// Reads one line with its end. `each` gets the places of bytes in strings and comments, and whether a comment or a string
    /// with triple quotes holds them. Gives the place of a string that begins on the line and should end there, but does not.
    pub(super) fn line(&mut self, line: &str, mut each: impl FnMut(usize, bool)) -> Option<usize> {
        let bytes = line.as_bytes();
        let (mut at, mut begun) = (0, None);
        while let Some(&byte) = bytes.get(at) {
            match self.string {
                Some((quote, triple)) => {
                    let length = if triple { 3 } else { 1 };
                    if byte == b'\\' {
                        at += 2;
                        continue;
                    }
                    if bytes[at..].starts_with(&[quote; 3][..length]) {
                        self.string = None;
                        at += length;
                        continue;
                    }
                    if byte == b'\n' && !triple {
                        self.string = None;
                        return begun;
                    }
                    each(at, triple);
                }
                None => match byte {
                    b'#' => {
                        (at..bytes.len()).for_each(|at| each(at, true));
                        return None;
                    }
                    b'"' | b'\'' => {
                        let triple = bytes[at..].starts_with(&[byte; 3]);
                        self.string = Some((byte, triple));
                        begun = Some(at);
                        at += if triple { 3 } else { 1 };
                        continue;
                    }
                    b'(' | b'[' | b'{' => self.brackets += 1,
                    b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
                    _ => {}
                },
            }
            at += 1;
        }
        begun.filter(|_| matches!(self.string, Some((_, false))))
    }
}

/// A text without the white space that all of its statements begin with.
pub(super) fn dedented(text: &str) -> Option<String> {
    let mut lexer = Lexer::default();
    let mut common: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches([' ', '\t']);
        if lexer.at_statement() && !bare.trim_end().is_empty() && !bare.starts_with('#') {
            let indent = &line[..line.len() - bare.len()];
            common = Some(common.map_or(indent, |common| &common[..shared(common, indent)]));
        }
        lexer.line(line, |_, _| {});
    }
    let common = common.filter(|common| !common.is_empty())?;
    Some(text.split_inclusive('\n').map(|line| &line[shared(line, common)..]).collect())
}

/// How many bytes two texts have in common at their beginning.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_indentation_of_statements_is_removed() {
        for (text, out) in [
            ("  if x:\n    y\n", Some("if x:\n  y\n")),
            ("if x:\n  y\n", None),
            ("  a = '''\nb\n    c\n'''\n  d\n", Some("a = '''\nb\n  c\n'''\nd\n")),
            ("  f(\n1)\n# a comment\n  g\n", Some("f(\n1)\n# a comment\ng\n")),
            ("\tx\n\n\ty\n", Some("x\n\ny\n")),
            ("  x\n\ty\n", None),
            ("  \n", None),
            ("", None),
        ] {
            assert_eq!(dedented(text).as_deref(), out, "{text:?}");
        }
    }

    #[test]
    fn lines_in_strings_are_known() {
        let begins = |text: &str| {
            let mut lexer = Lexer::default();
            let begin = |line| {
                let inside = lexer.in_string();
                lexer.line(line, |_, _| {});
                inside
            };
            text.split_inclusive('\n').map(begin).collect::<Vec<_>>()
        };
        assert_eq!(begins("a = '''\nb\n'''\nc\n"), [false, true, true, false]);
        assert_eq!(begins("a = \"don't\" # '''\nb\n"), [false, false]);
        assert_eq!(begins("a = 'b\nc\n"), [false, false], "a string ends with its line");
        assert_eq!(begins("a = '''\\'''\nb'''\nc\n"), [false, true, false]);
        assert_eq!(begins("a = ''\nb\n"), [false, false]);
    }
}
