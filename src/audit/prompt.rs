//! The text of a prompt, and the form of it in which prompts are compared.

use std::borrow::Cow;

use serde_json::Value;
use twox_hash::XxHash3_64;

use crate::core::json_value::is_nothing;
use crate::core::path;
use crate::reading::{has_visible, is_visible};
use crate::rows::Row;

/// The text of a prompt: a string as it is; of messages, the text of the one by the user, or of all if not exactly one is by
/// the user.
pub(crate) fn text(prompt: &Value) -> Cow<'_, str> {
    let messages = prompt.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut by_user = messages.iter().filter(|message| role(message).is_some_and(|role| role == "user" || role == "human"));
    match (by_user.next(), by_user.next()) {
        (Some(message), None) => content(message).into(),
        _ => whole(prompt),
    }
}

/// What a prompt asks now: a string as it is; of messages, the last one by the user and what follows it.
pub(super) fn asked(prompt: &Value) -> Cow<'_, str> {
    let messages = prompt.as_array().map(Vec::as_slice).unwrap_or_default();
    match messages.iter().rposition(|message| role(message).is_some_and(|role| role == "user" || role == "human")) {
        Some(last) => messages[last..].iter().map(content).collect::<Vec<_>>().join("\n").into(),
        None => whole(prompt),
    }
}

/// The text of a prompt with all messages: what must be equal in two rows for the prompts to be the same.
pub(super) fn whole(prompt: &Value) -> Cow<'_, str> {
    match prompt {
        Value::String(text) => text.into(),
        Value::Array(messages) => messages.iter().map(content).collect::<Vec<_>>().join("\n").into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

fn role(message: &Value) -> Option<&str> {
    message.get("role").or_else(|| message.get("from")).and_then(Value::as_str)
}

fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(content).collect::<Vec<_>>().join(" "),
        // A message, of either of two usual forms, or a part of its content.
        Value::Object(part) => {
            ["content", "value", "text"].into_iter().find_map(|name| part.get(name)).map(content).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// The hash of a prompt in the form in which prompts are compared: words of at least four letters in lower case (`Mm` is
/// not `mm`, `X` not `x`; all words if the text has no lower-case letters), white space as one blank, without invisible
/// characters, and without the punctuation that ends a sentence (but `5!` is not `5`). `None` for a text without visible
/// characters.
pub(super) fn key(text: &str) -> Option<u64> {
    if !has_visible(text) {
        return None;
    }
    /// Words with fewer letters may be units or variables.
    const LETTERS: usize = 4;
    let text = text.trim().trim_end_matches(|character: char| character.is_whitespace() || ".?:;,。？：".contains(character));
    let least = if text.contains(char::is_lowercase) { LETTERS } else { 0 };
    let mut form = String::with_capacity(text.len());
    let (mut blank, mut word) = (false, 0..0);
    let lower = |form: &mut String, word: std::ops::Range<usize>| {
        let is_ascii = form[word.clone()].is_ascii();
        if is_ascii && word.len() >= least {
            form[word].make_ascii_lowercase();
        } else if !is_ascii && form[word.clone()].chars().count() >= least {
            let lower = form[word.clone()].to_lowercase();
            form.replace_range(word, &lower);
        }
    };
    for character in text.chars() {
        if character.is_alphabetic() {
            if std::mem::take(&mut blank) {
                lower(&mut form, word);
                form.push(' ');
                word = form.len()..form.len();
            }
            form.push(character);
            word.end = form.len();
            continue;
        }
        if !word.is_empty() {
            lower(&mut form, word);
        }
        if character.is_whitespace() {
            blank = true;
        } else if is_visible(character) {
            if std::mem::take(&mut blank) {
                form.push(' ');
            }
            form.push(character);
        }
        word = form.len()..form.len();
    }
    lower(&mut form, word);
    // The first word of a sentence: `Is 7 prime` is `is 7 prime`.
    let first = form.find(|letter: char| !letter.is_alphabetic()).unwrap_or(form.len());
    if first > 1 && form.is_char_boundary(1) && form[1..first].chars().all(char::is_lowercase) {
        form[..1].make_ascii_lowercase();
    }
    Some(XxHash3_64::oneshot(form.as_bytes()))
}

/// The hash of what belongs to the problem of a row besides the text of its prompt: parts of the prompt that are no text, columns of
/// pictures, passages and options by their names, and of pictures, sounds and arrays of numbers by their values. `None` if there is nothing.
pub(super) fn beside(row: &Row, prompt: Option<&Value>) -> Option<u64> {
    let mut shown = String::new();
    let messages = prompt.and_then(Value::as_array).into_iter().flatten();
    let contents = messages.flat_map(|item| item.get("content").unwrap_or(item).as_array().into_iter().flatten());
    for part in contents.filter(|part| part.is_object() && part.get("text").is_none()) {
        shown += &part.to_string();
    }
    let fields: Vec<&str> = row.paths().iter().flat_map(|paths| paths.iter().map(|path| path::column(path))).collect();
    for name in row.columns().filter(|name| !fields.contains(name)) {
        let value = row.get(name).ok().flatten().filter(|value| !is_nothing(value));
        if let Some(value) = value.filter(|value| is_of_the_problem(name) || is_medium(value)) {
            shown += &format!("{name}={value},");
        }
    }
    (!shown.is_empty()).then(|| XxHash3_64::oneshot(shown.as_bytes()))
}

/// Whether a column of this name holds a part of the problem: data sets write a picture, a passage, a table or the options of a question
/// in columns of their own.
fn is_of_the_problem(name: &str) -> bool {
    const PARTS: [&str; 26] = [
        "image",
        "img",
        "picture",
        "photo",
        "figure",
        "video",
        "audio",
        "multi_modal",
        "passage",
        "context",
        "choice",
        "option",
        "premise",
        "hypothesis",
        "paragraph",
        "article",
        "document",
        "story",
        "table",
        "facts",
        "background",
        "theory",
        "schema",
        "starter_code",
        "dialog",
        "conversation",
    ];
    let name = name.to_ascii_lowercase();
    // The letters of the options, and the second half of an instruction.
    matches!(&*name, "a" | "b" | "c" | "d" | "e" | "input" | "inputs" | "body") || PARTS.iter().any(|part| name.contains(part))
}

/// Whether a value is a picture, a sound or the like, whatever its column is called: the name or address of such a file, an object with
/// its bytes, or rows of numbers.
fn is_medium(value: &Value) -> bool {
    const ENDINGS: [&str; 17] = [
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".pdf", ".mp3", ".wav", ".flac", ".ogg", ".mp4",
        ".webm", ".npy",
    ];
    match value {
        Value::String(text) => {
            let name = text.split(['?', '#']).next().unwrap_or_default();
            let start = (name.len().saturating_sub(5)..).find(|at| name.is_char_boundary(*at)).unwrap_or(0);
            let end = name[start..].to_ascii_lowercase();
            text.starts_with("data:image/")
                || text.starts_with("data:audio/")
                || ENDINGS.iter().any(|ending| end.ends_with(ending)) && !text.contains(char::is_whitespace)
        }
        Value::Object(parts) => parts.contains_key("bytes") || parts.get("path").is_some_and(is_medium),
        Value::Array(items) => match items.first() {
            Some(Value::Array(row)) => matches!(row.first(), Some(Value::Number(_) | Value::Array(_))),
            Some(first) => is_medium(first),
            None => false,
        },
        _ => false,
    }
}

/// A link to a picture in a text, which a model that reads only text does not see.
pub(super) fn picture_link(text: &str) -> Option<&str> {
    let start = text.find("\\includegraphics").or_else(|| {
        let start = text.find("![")?;
        let (_, target) = text[start..].split_once("](")?;
        ["http", "/", "./", "data:", "images/"].iter().any(|scheme| target.starts_with(scheme)).then_some(start)
    })?;
    text[start..].lines().next()
}

/// Why the characters of a text look broken, if they do.
pub(super) fn broken(text: &str) -> Option<String> {
    if let Some(command) = broken_command(text) {
        return Some(format!("it has a control character where `{command}` was read as an escape"));
    }
    if text.is_ascii() {
        let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t');
        return text.bytes().find(control).map(|byte| format!("it has the control character U+{byte:04X}"));
    }
    if text.contains('\u{fffd}') {
        return Some("it has the replacement character U+FFFD".to_owned());
    }
    if let Some(pair) = mojibake(text) {
        return Some(format!("it has `{pair}`, which is UTF-8 read in another encoding"));
    }
    let control = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{85}');
    text.chars().find(control).map(|character| format!("it has the control character U+{:04X}", u32::from(character)))
}

/// A command of LaTeX whose first letter, with the backslash, was read as an escape: `\text` as a tab and `ext`.
fn broken_command(text: &str) -> Option<&'static str> {
    const COMMANDS: [&str; 25] = [
        "\\text",
        "\\times",
        "\\theta",
        "\\tau",
        "\\triangle",
        "\\tfrac",
        "\\tilde",
        "\\frac",
        "\\forall",
        "\\right",
        "\\rho",
        "\\rangle",
        "\\begin",
        "\\beta",
        "\\bar",
        "\\boxed",
        "\\binom",
        "\\bmod",
        "\\bullet",
        "\\vec",
        "\\vert",
        "\\varphi",
        "\\alpha",
        "\\angle",
        "\\approx",
    ];
    let control = |letter: char| match letter {
        't' => '\t',
        'f' => '\u{c}',
        'r' => '\r',
        'b' => '\u{8}',
        'v' => '\u{b}',
        _ => '\u{7}',
    };
    if !text.bytes().any(|byte| matches!(byte, 7..=9 | 11..=13)) {
        return None;
    }
    COMMANDS.into_iter().find(|command| {
        let (letter, rest) = (command.as_bytes()[1] as char, &command[2..]);
        text.match_indices(control(letter)).any(|(at, _)| {
            let after = text[at + 1..].strip_prefix(rest);
            after.is_some_and(|after| !after.starts_with(|next: char| next.is_ascii_lowercase()))
        })
    })
}

/// Two or three characters into which one falls apart when UTF-8 is read as Latin-1 or Windows-1252.
fn mojibake(text: &str) -> Option<&str> {
    // What the bytes from 0x80 to 0x9f are in Windows-1252, besides control characters.
    const WINDOWS: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    // These also stand behind a letter in ordinary text: a quote ends with `Ä“`.
    const ORDINARY: &str = "‘’“”–—…";
    let continues = |character: char| matches!(character, '\u{80}'..='\u{bf}') || WINDOWS.contains(character);
    text.char_indices().find_map(|(at, first)| {
        let more = match first {
            'Â' | 'Ã' | 'Ä' | 'Å' => 1,
            'â' | 'ã' => 2,
            _ => return None,
        };
        let rest = &text[at + first.len_utf8()..];
        let end = rest.char_indices().nth(more).map_or(rest.len(), |(end, _)| end);
        let is_split = rest[..end].chars().count() == more
            && rest[..end].chars().all(continues)
            && !rest.starts_with(|c| ORDINARY.contains(c));
        is_split.then(|| &text[at..at + first.len_utf8() + end])
    })
}

/// The first word that has both Latin and Cyrillic letters.
pub(super) fn mixed_word(text: &str) -> Option<&str> {
    let is_cyrillic = |character: char| matches!(character, '\u{400}'..='\u{52f}');
    if text.is_ascii() || !text.contains(is_cyrillic) {
        return None;
    }
    let words = text.split(|character: char| !character.is_alphabetic());
    words.into_iter().find(|word| word.contains(is_cyrillic) && word.contains(|letter: char| letter.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prompts_that_differ_in_case_space_and_end_marks_are_the_same() {
        assert_eq!(key("What is  2+2?"), key(" what is\n2+2 "));
        assert_ne!(key("What is 2+2?"), key("What is 2+3?"));
        assert_ne!(key("solve (x)"), key("solve x"));
        assert_eq!(key("Is 7 prime"), key("is 7 PRIME?"));
        assert_eq!(key("FIND X IN THE SUM"), key("find x in the sum."));
        assert_eq!(key(" \u{200b}\n"), None);
    }

    #[test]
    fn prompts_that_differ_in_a_sign_or_a_unit_are_not_the_same() {
        for (one, other) in [
            ("-5+3", "5+3"),
            ("Compute 5!", "Compute 5"),
            ("Convert 5 Mm to m", "Convert 5 mm to m"),
            ("<", "+"),
            ("x + X", "X + x"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn the_question_of_a_conversation_is_that_of_its_user() {
        let messages =
            json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "2+2?"}]}]);
        assert_eq!(text(&messages), "2+2?");
        assert_eq!(text(&json!([{"content": "a"}, {"content": "b"}])), "a\nb");
        assert_eq!(text(&json!([{"from": "human", "value": "What is 6*7?"}])), "What is 6*7?");
        assert_eq!(text(&json!(["What is 6*9?"])), "What is 6*9?");
        let turns = json!([{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": "42"}, {"role": "user", "content": "Continue."}]);
        assert_eq!(text(&turns), "6*7?\n42\nContinue.");
    }

    #[test]
    fn broken_texts_are_told_from_foreign_ones() {
        for whole in [
            "naïve Ärger",
            "数学",
            "a\tb\n",
            "Ã est une lettre",
            "go\tto",
            "ângulo «São»",
            "der Buchstabe „Ä“",
            "byn heter ”Å”",
            "1\t2\r\n3",
            "row\tangles",
        ] {
            assert_eq!(broken(whole), None, "{whole}");
        }
        for bad in [
            "donâ€™t",
            "cafÃ©",
            "NÃ£o",
            "Ãœbung",
            "5 Â°C",
            "\text{Sunday}",
            "2\times 3",
            "\u{c}rac12",
            "\right)",
            "a\u{fffd}b",
            "a\u{7}b",
            "é\u{0}",
        ] {
            assert!(broken(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn look_alike_letters_are_found_in_words_only() {
        assert_eq!(mixed_word("Вычислите x + y"), None);
        assert_eq!(mixed_word("the sum оf them"), Some("оf"));
        assert_eq!(mixed_word("Δx and μm"), None);
    }
}
