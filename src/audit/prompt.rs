//! The text of a prompt, and the form of it in which prompts are compared.

use serde_json::Value;
use twox_hash::XxHash3_64;

use crate::reading::{has_visible, is_visible};

/// The text of a prompt: a string as it is; of messages, the text of the last one by the user, or of all if no message is
/// by the user.
pub(crate) fn text(prompt: &Value) -> String {
    match prompt {
        Value::String(text) => text.clone(),
        Value::Array(messages) => {
            let user = messages.iter().rfind(|message| message["role"] == "user");
            match user {
                Some(message) => content(&message["content"]),
                None => messages.iter().map(|message| content(&message["content"])).collect::<Vec<_>>().join("\n"),
            }
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(content).collect::<Vec<_>>().join(" "),
        Value::Object(part) => part.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// The hash of a prompt in the form in which prompts are compared: lower case, white space as one blank, without
/// invisible characters and without punctuation and blanks at both ends. `None` for a text without visible characters.
pub(super) fn key(text: &str) -> Option<u64> {
    if !has_visible(text) {
        return None;
    }
    let edge =
        |character: char| character.is_whitespace() || (character.is_ascii_punctuation() && !"\\()[]{}$".contains(character));
    let text = text.trim_matches(edge);
    let mut form = String::with_capacity(text.len());
    let mut blank = false;
    for character in text.chars() {
        if character.is_whitespace() {
            blank = true;
        } else if is_visible(character) {
            if std::mem::take(&mut blank) {
                form.push(' ');
            }
            if character.is_ascii() {
                form.push(character.to_ascii_lowercase());
            } else {
                form.extend(character.to_lowercase());
            }
        }
    }
    Some(XxHash3_64::oneshot(form.as_bytes()))
}

/// Why the characters of a text look broken, if they do.
pub(super) fn broken(text: &str) -> Option<String> {
    // Two characters into which a letter falls apart when UTF-8 is read as Latin-1 or Windows-1252.
    const MOJIBAKE: [&str; 8] = ["Ã©", "Ã¨", "Ã¼", "Ã¶", "Ã¤", "â€™", "â€œ", "â€“"];
    if text.is_ascii() {
        let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t');
        return text.bytes().find(control).map(|byte| format!("it has the control character U+{byte:04X}"));
    }
    if text.contains('\u{fffd}') {
        return Some("it has the replacement character U+FFFD".to_owned());
    }
    if let Some(pair) = MOJIBAKE.into_iter().find(|pair| text.contains(pair)) {
        return Some(format!("it has `{pair}`, which is UTF-8 read in another encoding"));
    }
    let control = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{85}');
    text.chars().find(control).map(|character| format!("it has the control character U+{:04X}", u32::from(character)))
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
        assert_eq!(key(" \u{200b}\n"), None);
    }

    #[test]
    fn the_question_of_a_conversation_is_its_last_user_message() {
        let messages =
            json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "2+2?"}]}]);
        assert_eq!(text(&messages), "2+2?");
        assert_eq!(text(&json!([{"content": "a"}, {"content": "b"}])), "a\nb");
    }

    #[test]
    fn broken_texts_are_told_from_foreign_ones() {
        for whole in ["naïve Ärger", "数学", "a\tb\n", "Ã est une lettre"] {
            assert_eq!(broken(whole), None, "{whole}");
        }
        for bad in ["donâ€™t", "cafÃ©", "a\u{fffd}b", "a\u{7}b", "é\u{0}"] {
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
